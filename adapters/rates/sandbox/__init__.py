"""SANDBOX central bank: publishes rates that are invented, though near what rates are like.

May import :mod:`adapters.sandbox` and what it may.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

import structlog

from adapters.sandbox import Event, Manners, asked_at
from events.tasks import Reply
from workflow.values import istanbul_day

FAMILY, CODE = "rates", "sandbox"
SOURCE = f"{FAMILY}/{CODE}"

_log = structlog.get_logger("kervan.sandbox")

_NEAR: dict[str, tuple[int, float]] = {
    "USD": (1, 49.4),
    "EUR": (1, 56.6),
    "GBP": (1, 65.1),
    "CHF": (1, 60.8),
    "SEK": (1, 5.1),
    "JPY": (100, 31.1),
}
"""Unit and an invented rate each currency moves around, by a hundredth at most."""

_SATURDAY = 5


def bulletin_day(day: date) -> date:
    """The day of the bulletin whose rates hold on ``day``: the working day before it (holidays are not known here)."""
    day -= timedelta(days=1)
    while day.weekday() >= _SATURDAY:
        day -= timedelta(days=1)
    return day


def bulletin(day: date) -> Event:
    """The bulletin of a day; the same day, the same rates."""
    chance = Random(day.toordinal())  # noqa: S311 - repeatable on purpose
    rates = [
        {"currency": currency, "unit": unit, "forex_buying": f"{near * (1 + chance.uniform(-0.01, 0.01)):.4f}"}
        for currency, (unit, near) in _NEAR.items()
    ]
    data = {"published_on": day.isoformat(), "bulletin": f"SANDBOX {day:%Y/%j}", "rates": rates}
    return Event(f"bulletin:{day}", "rates.published.v1", data)


class SandboxBank:
    """Answers ``rates.requested.v1`` (``days``; if none is named, the day of asking) with the bulletins that hold then."""

    def __init__(self, manners: Manners) -> None:
        """Keep the manners."""
        self._manners = manners

    async def __call__(self, task: dict[str, Any]) -> Sequence[Reply]:
        """Publish bulletins."""
        if task["type"] != "rates.requested.v1":
            _log.warning("the sandbox bank does not do this", type=task["type"])
            return ()
        asked = [date.fromisoformat(day) for day in task["data"].get("days", ())] or [istanbul_day(asked_at(task))]
        days = sorted({bulletin_day(day) for day in asked})
        return self._manners.plan(SOURCE, task, [bulletin(day) for day in days])
