"""SANDBOX central bank: publishes rates that are invented, though near what rates are like."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from adapters.sandbox import Manners, reply
from events.tasks import Reply
from workflow.ports import Clock
from workflow.values import istanbul_day

FAMILY, CODE = "rates", "sandbox"
SOURCE = f"{FAMILY}/{CODE}"

_NEAR: dict[str, tuple[int, float]] = {
    "USD": (1, 49.4),
    "EUR": (1, 56.6),
    "GBP": (1, 65.1),
    "CHF": (1, 60.8),
    "SEK": (1, 5.1),
    "JPY": (100, 31.1),
}
"""Unit and an invented rate each currency moves around."""


class SandboxBank:
    """Answers ``rates.requested.v1`` (``day``, default today) with the bulletin of the working day before."""

    def __init__(self, manners: Manners, clock: Clock) -> None:
        """Keep the manners."""
        self._manners, self._clock = manners, clock

    async def __call__(self, task: dict[str, Any]) -> Sequence[Reply]:
        """Publish a bulletin."""
        now = self._clock()
        asked = task["data"].get("day")
        day = (date.fromisoformat(asked) if asked else istanbul_day(now)) - timedelta(days=1)
        while day.weekday() > 4:
            day -= timedelta(days=1)
        chance = Random(day.toordinal())  # noqa: S311 - repeatable on purpose
        rates = [
            {"currency": currency, "unit": unit, "forex_buying": f"{near * (1 + chance.uniform(-0.01, 0.01)):.4f}"}
            for currency, (unit, near) in _NEAR.items()
        ]
        bulletin = {"published_on": day.isoformat(), "bulletin": f"SANDBOX {day:%Y/%j}", "rates": rates}
        answer = reply(SOURCE, f"bulletin:{day}", "rates.published.v1", now, bulletin, task=task)
        return self._manners.apply(task["id"], [answer])
