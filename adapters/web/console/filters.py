"""What a list of shipments is narrowed by: read from the address, shown in the form, written into links, told to the query."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from workflow.attention import Reason
from workflow.delivery import DeliveryStatus
from workflow.stages import Stage

_WORDS: Final[dict[str, frozenset[str]]] = {
    "stage": frozenset(stage.value for stage in Stage),
    "delivery": frozenset(status.value for status in DeliveryStatus),
    "reason": frozenset(reason.value for reason in Reason),
}
"""Filters with a list of words; what is none of them is left out, since an old link may name what is gone."""
_TEXTS: Final = {"q": 200, "seller": 20, "courier": 64, "country": 2, "finding": 12}
"""Filters of free text, and how long it may be."""
_MARKS: Final = ("attention", "overdue")
_DAYS: Final = ("from", "to")
REACHED: Final = "reached"
"""Came to a stage on a day, wherever it stands now: ``etgb_issued:2026-11-26``."""
NAMES: Final = ("q", *_WORDS, "seller", "courier", "country", "finding", *_MARKS, *_DAYS, REACHED)


@dataclass(frozen=True, slots=True)
class Filters:
    """Some filters, as the address has them: only those that are set."""

    given: Mapping[str, str]

    @classmethod
    def read(cls, values: Mapping[str, str]) -> "Filters":
        """What an address or a form says; what makes no sense is left out."""
        return cls({name: text for name in NAMES if (text := _sane(name, values.get(name, "").strip()))})

    @classmethod
    def of(cls, query: str) -> "Filters":
        """The filters that :meth:`query` wrote."""
        return cls.read(dict(parse_qsl(query)))

    def get(self, name: str) -> str:
        """What a filter is set to; empty where it is not."""
        return self.given.get(name, "")

    def query(self, **more: str) -> str:
        """The filters as part of an address, with what is to come after them; what is empty is left out."""
        return urlencode([(name, text) for name, text in {**self.given, **more}.items() if text])

    def without(self, *names: str) -> "Filters":
        """The same without some."""
        return Filters({name: text for name, text in self.given.items() if name not in names})

    def asked(self) -> dict[str, Any]:
        """The filters as :func:`adapters.database.queries.chosen` takes them."""
        found: dict[str, Any] = dict(self.given)
        found |= {name: True for name in _MARKS if name in self.given}
        found |= {name: date.fromisoformat(self.given[name]) for name in _DAYS if name in self.given}
        if self.reached is not None:
            found[REACHED] = self.reached
        return found

    @property
    def reached(self) -> tuple[Stage, date] | None:
        """The stage that is asked for by when it was come to, and the day."""
        stage, _, day = self.get(REACHED).partition(":")
        return (Stage(stage), date.fromisoformat(day)) if stage else None


def _sane(name: str, text: str) -> str:
    if "\x00" in text:
        return ""
    if name in _WORDS:
        return text if text in _WORDS[name] else ""
    if name in _MARKS:
        return "true" if text in {"true", "1", "on"} else ""
    if name in _DAYS:
        return text if _is_day(text) else ""
    if name == REACHED:
        stage, _, day = text.partition(":")
        return text if stage in _WORDS["stage"] and _is_day(day) else ""
    return (text.upper() if name == "country" else text)[: _TEXTS[name]]


def _is_day(text: str) -> bool:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return False
    return 2000 <= day.year <= 2100
