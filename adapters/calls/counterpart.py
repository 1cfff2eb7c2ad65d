"""What is known of a counterpart that is called, as data: its operations, their limits, and how it says that it is down."""

from collections.abc import Callable
from dataclasses import dataclass, replace

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many calls in any ``within_s`` seconds (a sliding window); ``source`` says who wants it so."""

    most: int
    within_s: float
    source: str

    def shared(self, callers: int) -> "Limit":
        """One caller's share, where so many call at once.

        Where there are more callers than calls, each has one in a longer window: at one moment they could still be more than
        the limit says, over a longer time they are not.
        """
        if callers <= self.most:
            return replace(self, most=self.most // callers)
        return replace(self, most=1, within_s=self.within_s * callers / self.most)


@dataclass(frozen=True, slots=True)
class Operation:
    """One kind of call.

    ``attempts``: how often it is tried at once where it fails in passing; 1 where who calls looks before it repeats.
    ``waits_s``: how long a call may wait for its turn before it is given back to come later. ``glances``: what the answer says
    is shown to people and decides nothing, so that its first ``most_bytes`` are enough, whatever follows and however packed.
    """

    name: str
    limit: Limit | None = None
    most_bytes: int = MIB
    attempts: int = 3
    waits_s: float = 0.0
    glances: bool = False


@dataclass(frozen=True, slots=True)
class Breaking:
    """When a counterpart is left alone: after so many failures one after the other, for so long, twice as long each time."""

    after: int = 5
    first_s: float = 30.0
    longest_s: float = 600.0


def never(status: int, content: bytes) -> bool:  # noqa: ARG001 - the form of a judgement
    """No answer of this kind means anything but what it says."""
    return False


@dataclass(frozen=True, slots=True)
class Counterpart:
    """Who is called. ``family`` and ``code`` are those of its tasks.

    ``passing``: statuses that may be gone at the next attempt. ``clear_no``: whether an answer of 500 and above is a decision
    all the same, as some give it; it does not count against the counterpart. ``key_header``: the header in which it takes an
    idempotency key; empty where none is documented.
    """

    family: str
    code: str
    name: str
    passing: frozenset[int] = frozenset({502, 503, 504})
    clear_no: Callable[[int, bytes], bool] = never
    key_header: str = ""
    breaking: Breaking = Breaking()
