"""Put the files together: the packaged tables, what an installation put in their place, and what the settings add."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from adapters.law.errors import (
    GapError,
    NoLawFolderError,
    OverlapError,
    Place,
    UnknownCourierError,
    UnknownEffectError,
    UnknownOperatorError,
    UnknownTableError,
)
from adapters.law.forms import FORMS, Form, same_matter
from adapters.law.reader import Placed, document, rows
from workflow.errors import Pair
from workflow.rules.law import LawBook
from workflow.rules.scope import ANY_OPERATOR
from workflow.rules.tables import Aggregator, CourierLimit, Dated, Operator
from workflow.values import plain

PACKAGED_VERSION = "2026-11-26.5"
"""Version of the rule set: of the tables in ``data/`` and of the rules that read them. Raise it with either."""

_PACKAGED = Path(__file__).parent / "data"
_ENDING = ".toml"


def load(folders: Sequence[Path] = (), courier_limits: Iterable[CourierLimit] = ()) -> LawBook:
    """The law as an installation has it; ``folders`` come one after the other, ``courier_limits`` are the settings' own.

    A file of a folder says at its top whether its table takes the place of what was there before (``table = "replace"``) or
    adds to it (``table = "add"``). Whatever departs from the package stands in the version as eight digits of its SHA-256.

    Raises:
        LawError: a table is wrong; the message names file and row.
    """
    tables = {name: list(_packaged(name)) for name in FORMS}
    whole = {name: Place(_PACKAGED / f"{name}{_ENDING}") for name in FORMS}
    departed: list[bytes] = []
    for folder in folders:
        for file in _files(folder):
            departed += [file.stem.encode(), file.read_bytes()]
            found = document(file)
            effect = found.pop("table", None)
            if effect not in ("replace", "add"):
                raise UnknownEffectError(file, effect)
            read = list(rows(file, found, FORMS[file.stem]))
            tables[file.stem] = read if effect == "replace" else tables[file.stem] + read
            whole[file.stem] = Place(file)
    for name, form in FORMS.items():
        _agree(form, tables[name], whole[name])
    made: dict[str, Any] = {name: tuple(placed.row for placed in found) for name, found in tables.items()}
    own = tuple(courier_limits)
    _know_each_other(tables, own)
    departed += [f"{row.courier} {row.max_gross_kg} {row.max_eur}".encode() for row in own]
    made["courier_limits"] += own
    return LawBook(version=_version(departed), **made)


def _packaged(name: str) -> Iterable[Placed]:
    file = _PACKAGED / f"{name}{_ENDING}"
    return rows(file, document(file), FORMS[name])


def _files(folder: Path) -> list[Path]:
    """The tables in a folder; anything else that ends in ``.toml``, in any case, is a mistake.

    Raises:
        NoLawFolderError: there is no such folder.
        UnknownTableError: a file is none of the tables.
    """
    if not folder.is_dir():
        raise NoLawFolderError(folder)
    found = sorted(file for file in folder.iterdir() if file.suffix.casefold() == _ENDING)
    for file in found:
        if file.stem not in FORMS:
            raise UnknownTableError(file, sorted(FORMS))
    return found


def _version(departed: Sequence[bytes]) -> str:
    if not departed:
        return PACKAGED_VERSION
    digest = hashlib.sha256(b"".join(len(part).to_bytes(8, "big") + part for part in departed))
    return f"{PACKAGED_VERSION}+{digest.hexdigest()[:8]}"


def _agree(form: Form, table: list[Placed], whole: Place) -> None:
    """No two rows speak of the same matter on the same day, and days that need a row have one."""
    table.sort(key=lambda placed: placed.row.valid_from)
    matters: dict[str, list[Placed]] = {}
    for placed in table:
        matters.setdefault(same_matter(form, placed.row), []).append(placed)
    for found in matters.values():
        for before, after in pairwise(found):
            if after.row.valid_from <= before.row.valid_to and not form.several:
                raise OverlapError(after.place, before.place, form.matter(after.row))
    if form.continuous:
        _without_gap(table, whole)


def _know_each_other(tables: Mapping[str, list[Placed]], own: Iterable[CourierLimit]) -> None:
    """What an installation says of couriers is about couriers that some table has, on whatever day.

    The packaged rows are not asked: an installation may have replaced the operators that they are about.

    Raises:
        UnknownCourierError: a limit is of a courier that is neither operator nor aggregator.
        UnknownOperatorError: an aggregator goes through what is no operator.
    """
    operators = _called(tables["operators"])
    couriers = operators | _called(tables["aggregators"])
    limits = [(placed.place, placed.row) for placed in tables["courier_limits"] if placed.place.file.parent != _PACKAGED]
    for place, limit in (*limits, *((Place(Path(one.source)), one) for one in own)):
        if isinstance(limit, CourierLimit) and plain(limit.courier) not in couriers:
            raise UnknownCourierError(place, limit.courier, sorted(couriers))
    for placed in tables["aggregators"]:
        row = placed.row
        if isinstance(row, Aggregator) and row.through != ANY_OPERATOR and plain(row.through) not in operators:
            raise UnknownOperatorError(placed.place, row.through, sorted(operators))


def _called(table: Iterable[Placed]) -> set[str]:
    """What the carriers of a table are called, by code and by name."""
    carriers = (placed.row for placed in table)
    return {plain(word) for row in carriers if isinstance(row, Operator | Aggregator) for word in (row.code, row.name)}


def _without_gap(table: list[Placed], whole: Place) -> None:
    if not table:
        raise GapError(whole, ("hiçbir gün", "on any day"))
    first, last = table[0], table[-1]
    if first.row.valid_from != date.min:
        raise GapError(first.place, (f"{first.row.valid_from} gününden önce", f"before {first.row.valid_from}"))
    for before, after in pairwise(table):
        if _day_after(before.row) != after.row.valid_from:
            raise GapError(after.place, _between(before.row.valid_to, after.row.valid_from))
    if last.row.valid_to != date.max:
        raise GapError(last.place, (f"{last.row.valid_to} gününden sonra", f"after {last.row.valid_to}"))


def _day_after(row: Dated) -> date:
    return row.valid_to + timedelta(days=1)


def _between(last: date, first: date) -> Pair:
    """The days between two days."""
    return f"{last} ile {first} arasında", f"between {last} and {first}"
