"""The rule book as a document: the tables in force on a day, and every finding there can be."""

from dataclasses import fields
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from workflow.rules.law import LawBook
from workflow.rules.severity import SEVERITIES
from workflow.rules.tables import Dated, in_force
from workflow.rules.texts import TEXTS


def document(law: LawBook, day: date) -> dict[str, Any]:
    """The law on a day, in plain values: numbers as strings, ``null`` where a row has always held or no end is known."""
    return {
        "version": law.version,
        "on": day.isoformat(),
        "tables": {name: [_row(row) for row in in_force(rows, day)] for name, rows in law.tables().items()},
        "findings": [
            {
                "code": code,
                "variant": variant,
                "severity": SEVERITIES[code, variant].value,
                "message": {"tr": text.tr, "en": text.en},
                "source": text.source,
            }
            for (code, variant), text in sorted(TEXTS.items())
        ],
    }


def _row(row: Dated) -> dict[str, Any]:
    """A row, its own columns first."""
    every = [one.name for one in fields(Dated)]
    own = [one.name for one in fields(row) if one.name not in every]
    return {name: _plain(getattr(row, name)) for name in (*own, *every)}


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return None if value in {date.min, date.max} else value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
