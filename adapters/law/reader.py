"""Read one file of the law: strictly, and with the place of whatever is wrong."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from adapters.law.errors import (
    BackwardDaysError,
    MissingColumnError,
    NothingSaidError,
    Place,
    UnknownColumnError,
    UnreadableTableError,
    WrongFormError,
    WrongValueError,
)
from adapters.law.forms import Form
from workflow.rules.tables import Dated


@dataclass(frozen=True, slots=True)
class Placed:
    """A row and where it stands."""

    row: Dated
    place: Place


def document(file: Path) -> dict[str, Any]:
    """The file as TOML, its numbers with a point as ``Decimal``.

    Raises:
        UnreadableTableError: it is no TOML, no UTF-8, or cannot be opened.
    """
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UnreadableTableError(file, str(error)) from None


def rows(file: Path, found: dict[str, Any], form: Form) -> Iterator[Placed]:
    """The rows of a document, each with what all of them share.

    Raises:
        LawError: one of them cannot be used.
    """
    for key, value in found.items():
        if not (key == "common" and isinstance(value, dict)) and not (key == "row" and _are_rows(value)):
            raise WrongFormError(file, key)
    common = found.get("common", {})
    for number, row in enumerate(found.get("row", ()), start=1):
        place = Place(file, number)
        yield Placed(_row(place, common | row, form), place)


def _are_rows(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) for row in value)


def _row(place: Place, told: dict[str, Any], form: Form) -> Dated:
    values: dict[str, Any] = {}
    for name in told:
        if name not in form.all_columns:
            raise UnknownColumnError(place, name, sorted(form.all_columns))
    for name, column in form.all_columns.items():
        if name in told:
            try:
                values[name] = column.convert(told[name])
            except (ValueError, TypeError):
                raise WrongValueError(place, name, told[name], column.wanted) from None
        elif column.required:
            raise MissingColumnError(place, name)
    optional = [name for name, column in form.columns.items() if not column.required]
    if optional and not values.keys() & set(optional):
        raise NothingSaidError(place, optional)
    if values["valid_to"] < values["valid_from"]:
        raise BackwardDaysError(place)
    return form.row(**values)
