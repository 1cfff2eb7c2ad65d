"""How a counterpart fares: what its calls came to, counted in memory and taken away every few seconds to be kept."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class News:
    """What happened since the last look; times are UTC.

    ``calls`` and ``failures`` count attempts, by the minute in which they ended. ``open_until`` and ``opened_at`` tell of the
    breaker, where it opened.
    """

    calls: dict[datetime, int]
    failures: dict[datetime, int]
    succeeded_at: datetime | None = None
    failed_at: datetime | None = None
    failure: str = ""
    detail: str = ""
    opened_at: datetime | None = None
    open_until: datetime | None = None


@dataclass(slots=True)
class Fare:
    """Counts; one for each counterpart and process."""

    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    totals: Counter[str] = field(default_factory=Counter)
    """Attempts since this process began, by what came of them: ``answered``, or the kind of failure."""
    _last: News = field(default_factory=lambda: News({}, {}))
    _calls: Counter[datetime] = field(default_factory=Counter)
    _failures: Counter[datetime] = field(default_factory=Counter)

    def succeeded(self) -> None:
        """An attempt was answered."""
        now = self.clock()
        self._calls[_minute(now)] += 1
        self.totals["answered"] += 1
        self._last = replace(self._last, succeeded_at=now)

    def failed(self, kind: str, detail: str) -> None:
        """An attempt failed; ``detail`` has no personal data."""
        now = self.clock()
        self._calls[_minute(now)] += 1
        self._failures[_minute(now)] += 1
        self.totals[kind] += 1
        self._last = replace(self._last, failed_at=now, failure=kind, detail=detail[:_SHOWN])

    def refused(self, detail: str) -> None:
        """An attempt that was counted as answered turned out to be a refusal of ourselves."""
        now = self.clock()
        self._failures[_minute(now)] += 1
        self.totals["not_authorised"] += 1
        self._last = replace(self._last, failed_at=now, failure="not_authorised", detail=detail[:_SHOWN])

    def opened(self, until: datetime) -> None:
        """The breaker has opened."""
        self._last = replace(self._last, opened_at=self.clock(), open_until=until)

    def take(self) -> News | None:
        """What is new since the last time; ``None`` where nothing is."""
        if not self._calls and not self._failures:
            return None
        news = replace(self._last, calls=dict(self._calls), failures=dict(self._failures))
        self._calls.clear()
        self._failures.clear()
        return news

    def give_back(self, news: News) -> None:
        """What was taken could not be kept: it comes with the next."""
        self._calls.update(news.calls)
        self._failures.update(news.failures)


def _minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)
