"""What may come of a call other than an answer: one class a cause."""

from typing import ClassVar

from workflow.errors import KervanError


class CallError(KervanError):
    """Base; ``seconds`` says when to ask again, 0 where that is for the asker to choose."""

    kind: ClassVar[str] = "failed"

    def __init__(self, message: str, *, why: str = "", seconds: float = 0.0) -> None:
        """Say it in a sentence, and in ``why`` in a word or two."""
        super().__init__(message)
        self.why, self.seconds = why or message, seconds


class UnavailableError(CallError):
    """The counterpart does not answer, or says that it cannot now; what became of the call is not known."""

    kind = "unavailable"

    def __init__(self, who: str, why: str, *, status: int = 0, content: bytes = b"", seconds: float = 0.0) -> None:
        """Keep the answer, where there was one, for who can read it."""
        super().__init__(f"{who} did not answer ({why}). It is asked again later.", why=why, seconds=seconds)
        self.status, self.content = status, content


class ShutError(CallError):
    """The counterpart failed too often just now and is left alone for a while; nothing was sent."""

    kind = "shut"

    def __init__(self, who: str, seconds: float) -> None:
        """Say how long."""
        why = f"left alone for another {seconds:.0f} s"
        super().__init__(f"{who} failed too often just now and is {why}; nothing was sent.", why=why, seconds=seconds)


class TooManyCallsError(CallError):
    """The calls that the counterpart allows are used up, by our own count (nothing was sent) or by its (429)."""

    kind = "too_many"

    def __init__(self, who: str, seconds: float, *, status: int = 0) -> None:
        """Say how long to wait; ``status`` is the counterpart's own, 0 where nothing was sent."""
        why = f"again in {seconds:.1f} s"
        super().__init__(f"{who} may be asked {why}: its limit of calls is used up.", why=why, seconds=seconds)
        self.status = status


class UnusableAnswerError(CallError):
    """Base of answers that cannot be taken as they are; nothing was concluded from them."""

    kind = "unusable"


class OversizeError(UnusableAnswerError):
    """The answer is larger than any of its kind; it was not read to its end."""

    def __init__(self, who: str, most_bytes: int) -> None:
        """Name the limit."""
        why = f"it is larger than {most_bytes} bytes"
        super().__init__(f"{who} gave an answer that cannot be used: {why}. It was not read to its end.", why=why)


class PackedError(UnusableAnswerError):
    """The answer came packed although none was asked for; unpacked it could have any size."""

    def __init__(self, who: str, status: int) -> None:
        """Say what came."""
        super().__init__(f"{who} gave an answer that cannot be used: it came packed.", why=f"HTTP {status}, packed")
