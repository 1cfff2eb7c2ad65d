"""Leaves a counterpart alone that fails again and again, and finds out with one call whether it is back.

Own, since no library was fit. When they try again, purgatory, pybreaker and circuitbreaker let every call through that waits
by then, which here is a thousand tasks; the first two read the wall clock (one set back keeps them open) and do not say when
they close, pybreaker's asynchronous side is Tornado's, and no test can drive their clocks. aiobreaker has had no release since
2021.
"""

from collections.abc import Callable
from enum import StrEnum

from adapters.calls.counterpart import Breaking


class BreakerState(StrEnum):
    """Whether calls are let through."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"
    """One call is let through, to see."""


class Breaker:
    """For one counterpart in one process; ``now`` counts seconds from anywhere, ``trial_s`` is how long one call may take."""

    def __init__(self, breaking: Breaking, now: Callable[[], float], *, trial_s: float) -> None:
        """Nothing has failed yet."""
        self._breaking, self._now, self._trial_s = breaking, now, trial_s
        self._failures = 0
        self._opened = 0
        self._open_until: float | None = None
        self._trying = False

    @property
    def state(self) -> BreakerState:
        """As of now."""
        if self._open_until is None:
            return BreakerState.CLOSED
        return BreakerState.OPEN if self._now() < self._open_until else BreakerState.HALF_OPEN

    @property
    def left_s(self) -> float:
        """Seconds for which calls are held back; 0 where none are."""
        return 0.0 if self._open_until is None else max(0.0, self._open_until - self._now())

    @property
    def wait_s(self) -> float:
        """Seconds until it is worth asking whether a call may be made; 0 where one may now."""
        return self._trial_s if self._trying and self.state is BreakerState.HALF_OPEN else self.left_s

    def enter(self) -> float:
        """Begin a call: 0, or, not begun, as :attr:`wait_s`.

        Whoever is let in says how it went: :meth:`answered`, :meth:`failed` or :meth:`left`.
        """
        wait = self.wait_s
        if not wait and self.state is BreakerState.HALF_OPEN:
            self._trying = True
        return wait

    def answered(self) -> None:
        """The counterpart is there, whatever it said."""
        self._failures, self._opened, self._open_until, self._trying = 0, 0, None, False

    def failed(self, pause: float = 0.0) -> None:
        """The counterpart is not there; with a ``pause`` of its own it is left alone at once, and for so long."""
        self._failures += 1
        if self._trying or (self._open_until is None and self._failures >= self._breaking.after):
            pause = max(pause, min(self._breaking.longest_s, self._breaking.first_s * 2**self._opened))
            self._opened += 1
        if pause:
            self._open_until = max(self._open_until or 0.0, self._now() + pause)
        self._trying = False

    def left(self) -> None:
        """The call was not made after all, or was given up before anything could be told from it."""
        self._trying = False
