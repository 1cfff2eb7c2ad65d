"""Keeps to a limit of calls, in one process.

Own, since no library was fit: aiolimiter drains (within its window up to twice the limit pass), pyrate-limiter sleeps by its
own clock, sweeps with a thread and loads sqlite and multiprocessing into every worker; the window is these few lines.
"""

from collections import deque
from collections.abc import Callable

from adapters.calls.counterpart import Limit


class Pace:
    """A sliding window; ``now`` counts seconds from anywhere."""

    def __init__(self, limit: Limit | None, now: Callable[[], float]) -> None:
        """Nothing was asked yet; without a limit only what :meth:`hold` says is kept to."""
        self._limit, self._now = limit, now
        self._asked: deque[float] = deque()
        self._held_until = 0.0

    def take(self) -> float:
        """Count a call that is about to be made: 0, or, uncounted, the seconds until it may be."""
        now = self._now()
        if now < self._held_until:
            return self._held_until - now
        if self._limit is None:
            return 0.0
        while self._asked and self._asked[0] <= now - self._limit.within_s:
            self._asked.popleft()
        if len(self._asked) >= self._limit.most:
            return self._asked[0] + self._limit.within_s - now
        self._asked.append(now)
        return 0.0

    def hold(self, seconds: float) -> None:
        """Let no call be made for so long: the counterpart asked for it."""
        self._held_until = max(self._held_until, self._now() + seconds)
