"""The chart of *Bugün*: what came and what waited, over two hours, a day or a month; from what the database knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from adapters.database import flow
from adapters.database.flow import Flowed
from adapters.web.console.language import marked

Series: TypeAlias = dict[str, list[float | None]]


@dataclass(frozen=True, slots=True)
class Span:
    """How far back the chart goes, in which steps, and how that is said."""

    back: timedelta
    step: timedelta
    title: str
    unit: str


SPANS: Final[Mapping[str, Span]] = {
    "2h": Span(timedelta(hours=2), timedelta(minutes=1), marked("2 saat"), marked("mesaj / dakika")),
    "24h": Span(timedelta(hours=24), timedelta(minutes=10), marked("24 saat"), marked("mesaj / 10 dakika")),
    "30d": Span(timedelta(days=30), timedelta(hours=6), marked("30 gün"), marked("mesaj / 6 saat")),
}
USUAL: Final = "2h"
_FRESH: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn (seconds of the epoch, messages, waiting), and the figures of the moment beside it."""

    series: Series
    rate: int | None
    """Messages of the last whole minute; ``None`` where nothing was ever noted."""
    waiting: int | None
    """How many wait on the broker, where a worker has looked within the last minutes."""


async def chart(pool: flow.Pool, span: Span, now: datetime) -> Chart:
    """The chart of a span that ends now."""
    found = await flow.since(pool, now - span.back, span.step)
    minutes = found if span.step == flow.MINUTE else await flow.since(pool, now - _FRESH, flow.MINUTE)
    whole = flow.began(now, flow.MINUTE) - flow.MINUTE
    rate = next((one.messages for one in minutes if one.begins == whole), 0) if found else None
    looked = [one.waiting for one in minutes if one.waiting is not None and one.begins >= now - _FRESH - flow.MINUTE]
    return Chart(series(found, span.step, now), rate, looked[-1] if looked else None)


def series(found: Sequence[Flowed], step: timedelta, now: datetime) -> Series:
    """Steps side by side from the first that is known to the last that is over: where nothing came, nothing came.

    The step that goes on would always look like a fall, so it is left out; where it is all there is, it is drawn, since else
    the page would say that nothing came.
    """
    drawn: Series = {"at": [], "rate": [], "lag": []}
    known = {one.begins: one for one in found}
    at, last = (found[0].begins if found else now), flow.began(now, step)
    if found and at == last:
        last += step
    while at < last:
        one = known.get(at)
        drawn["at"].append(at.timestamp())
        drawn["rate"].append(0 if one is None else one.messages)
        drawn["lag"].append(None if one is None else one.waiting)
        at += step
    return drawn
