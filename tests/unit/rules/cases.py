"""What the tables of cases share: a draft that no rule has anything against, and what is found where something changes."""

import dataclasses
from datetime import date
from decimal import Decimal
from typing import Any

from tests.law import BOOK
from tests.unit.invoicing.drafts import FREIGHT, SHIRTS, draft
from workflow.draft import Draft
from workflow.rules.findings import Finding
from workflow.rules.judge import judge
from workflow.rules.law import LawBook, Rates
from workflow.rules.severity import SEVERITIES
from workflow.rules.tables import Certainty, Dated

Found = tuple[str, str, str]
"""Severity, path and variant of a finding."""

TEST_ROW: dict[str, Any] = {
    "valid_from": date.min,
    "valid_to": date.max,
    "source": "a test",
    "certainty": Certainty.VERIFIED,
}


def found(code: str, given: Draft, law: LawBook = BOOK, rates: Rates | None = None) -> list[Found]:
    """The findings with a code; each does what the list of findings says."""
    every = judge(given, law, rates if rates is not None else Rates())
    assert all(SEVERITIES[one.code, one.variant] is one.severity for one in every)
    return [(one.severity.value, one.path, one.variant) for one in every if one.code == code]


def first(code: str, given: Draft, law: LawBook = BOOK, rates: Rates | None = None) -> Finding:
    """The first finding with a code."""
    return next(one for one in judge(given, law, rates if rates is not None else Rates()) if one.code == code)


def goods(**changes: Any) -> Draft:
    """A draft whose line of goods is changed; its freight stays."""
    return draft(lines=(dataclasses.replace(SHIRTS, **changes), FREIGHT))


def worth(euro: str, **changes: Any) -> Draft:
    """A draft worth so many euro."""
    one = dataclasses.replace(SHIRTS, quantity=Decimal(1), unit_price=Decimal(euro), discount=Decimal(0))
    return draft(lines=(one,), **changes)


def row(kind: type[Any], **columns: Any) -> Any:
    """A row of the law that holds always."""
    assert issubclass(kind, Dated)
    return kind(**TEST_ROW | columns)


def book(**tables: tuple[Dated, ...]) -> LawBook:
    """The packaged law with other tables in the place of some."""
    return dataclasses.replace(BOOK, **tables)  # type: ignore[arg-type]


__all__ = ["BOOK", "FREIGHT", "SHIRTS", "Found", "book", "draft", "first", "found", "goods", "row", "worth"]
