"""What can go wrong in the business; the docstring of a class is what it means."""

from typing import ClassVar, TypeAlias

Pair: TypeAlias = tuple[str, str]
"""What people read in Turkish and in English."""


class KervanError(Exception):
    """Base of all errors that Kervan raises on purpose."""


class SaidError(KervanError):
    """An error that people read, each in their language: ``TEXTS`` is what it says, with places for what is its own.

    As a string it is its English text, which logs and programs read.
    """

    TEXTS: ClassVar[Pair]

    def __init__(self, **values: object) -> None:
        """Fill the places; a pair of texts is filled in language by language."""
        self.texts: Pair = filled(self.TEXTS, **values)
        super().__init__(self.texts[1])


def texts_of(error: Exception) -> Pair:
    """What people read of an error; one that has no texts of its own says the same to all."""
    return error.texts if isinstance(error, SaidError) else (str(error), str(error))


def filled(texts: Pair, **values: object) -> Pair:
    """A pair of texts with its places filled; a value that is a pair itself is taken language by language."""
    tr, en = (
        text.format_map({name: value[place] if isinstance(value, tuple) else value for name, value in values.items()})
        for place, text in enumerate(texts)
    )
    return tr, en


class TransitionNotAllowedError(KervanError):
    """A trigger was fired on a stage that does not allow it: a fault of the program, since guards are asked first."""


class WiderWorldNeededError(KervanError):
    """More must be locked and loaded before this batch can be decided: it is begun again with ``keys`` added.

    Keys are those of :mod:`workflow.facts`; besides, ``draft:<shipment>`` asks for a draft's content,
    ``period:<seller>/<YYYY-MM>`` for the claims of a VAT period, ``group:<number>`` for shipments that go together and
    ``books:<seller>`` for what a seller's claims are calculated from.
    """

    def __init__(self, *keys: str) -> None:
        """Keep the keys to lock from the start next time."""
        super().__init__(f"{len(keys)} more keys must be locked before this batch can be decided")
        self.keys = frozenset(keys)


class BatchTooWideError(KervanError):
    """A batch asked for more keys each time it was begun again: it is split, since fewer messages wake less."""


class PartFailedError(KervanError):
    """The part ``(source, message id, number)`` of a waiting message made the business fail: it is held out next time."""

    def __init__(self, part: tuple[str, str, int]) -> None:
        """Name the part."""
        super().__init__(f"part {part[2]} of a waiting message cannot be worked on")
        self.part = part


class NotAsSeenError(KervanError):
    """What a message stands on is not any more what whoever sent it has seen: it is refused, with ``code``."""

    def __init__(self, code: str, detail: str) -> None:
        """Keep the code of the refusal; the error's text is its detail."""
        super().__init__(detail)
        self.code = code


class StoreUnavailableError(KervanError):
    """The database does not answer or lost the connection: nothing was applied, the same messages can be given again."""


class LifecycleUnknownError(StoreUnavailableError):
    """A shipment began under a version of the table of stages that a newer release brought: its processes work on it."""

    def __init__(self, version: int) -> None:
        """Name the version."""
        super().__init__(
            f"A shipment began under version {version} of the table of stages, which this release does not know: a newer one "
            "made it. Nothing of this batch was applied; a worker of the newer release takes it. Replace this process."
        )


class BatchConflictError(KervanError):
    """Another worker held what this batch needs for too long: nothing was applied, the same messages can be given again."""
