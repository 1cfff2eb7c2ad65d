"""The files that come with an order file: the catalogue, the seller, and exchange rates.

Each is checked as a whole before anything is imported, so that one wrong cell is one clear sentence and not a thousand
refused orders.
"""

import csv
import re
import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
from pydantic import ValidationError

from adapters.imports import file_words
from events import topology
from events.contracts.orders import Seller
from events.contracts.tax_office import RatesAbsent, RatesPublished
from events.intake import Intake
from events.translate import Arrival, envelope
from workflow.errors import SaidError

CATALOGUE: dict[str, int] = {"stock_code": 1000, "description_tr": 1000, "gtip": 30, "origin": 60, "unit_weight_g": 12}
"""Columns of a catalogue, and the longest text that each takes."""
RATES = ("date", "currency", "unit", "forex_buying")
"""Columns of a rates file; ``forex_buying`` is TRY for ``unit`` of the currency. A row with a date alone says that the
central bank published nothing that day."""

_GRAMS = re.compile(r"[0-9]{1,7}(\.[0-9]{1,3})?", re.ASCII)


class WrongCompanionError(SaidError):
    """A file beside the orders is not what it should be."""

    TEXTS = (
        "{file}: {why}. Hiçbir şey içe aktarılmadı. Biçimi deploy/demo/{form} dosyasında görebilirsiniz.",
        "{file}: {why}. Nothing was imported. See deploy/demo/{form} for the form.",
    )

    def __init__(self, path: Path, form: str, code: str, **values: object) -> None:
        """Say what is wrong, by one of :data:`adapters.imports.file_words.WHYS`, and where the form can be seen."""
        super().__init__(file=path.name, why=file_words.why(code, **values), form=form)


def read_catalogue(path: Path) -> dict[str, dict[str, str]]:
    """The catalogue by stock code, from CSV; cells may be empty, findings then say what lacks.

    Raises:
        WrongCompanionError: a column is missing, a text is too long, or a weight is no number.
    """
    found: dict[str, dict[str, str]] = {}
    for number, row in enumerate(_rows(path, list(CATALOGUE), "catalogue.csv"), start=2):
        for column, longest in CATALOGUE.items():
            if len(row[column]) > longest:
                raise WrongCompanionError(path, "catalogue.csv", "too_long", line=number, column=column)
        if row["unit_weight_g"] and not _GRAMS.fullmatch(row["unit_weight_g"]):
            raise WrongCompanionError(path, "catalogue.csv", "not_grams", line=number)
        found[row["stock_code"]] = row
    return found


def read_seller(path: Path) -> dict[str, Any]:
    """The seller from a TOML or JSON file, as in the contract's payload, alone or under ``seller``.

    Raises:
        WrongCompanionError: it is neither, or lacks what the contract wants.
    """
    text = _text(path, "seller.toml")
    try:
        found = orjson.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (orjson.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongCompanionError(path, "seller.toml", "neither_toml_nor_json", error=error) from error
    seller = found.get("seller", found)
    if isinstance(seller, dict) and isinstance(seller.get("tax_number"), int):
        seller = {**seller, "tax_number": str(seller["tax_number"])}
    try:
        return Seller.model_validate(seller).model_dump(exclude_defaults=True)
    except ValidationError as error:
        raise WrongCompanionError(path, "seller.toml", "field_wrong", **_first(error)) from None


def read_rates(path: Path) -> list[dict[str, Any]]:
    """The bulletins of a rates file, CSV or JSON (a list of objects), as payloads, the earliest first.

    Raises:
        WrongCompanionError: it is neither, or a rate is none.
    """
    rows = _objects(path) if path.suffix.lower() == ".json" else list(_rows(path, RATES, "rates.csv"))
    bulletins: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if not any(str(row.get(column, "")) for column in RATES[1:]):
            bulletins.setdefault(str(row.get("date", "")), [])
            continue
        unit = str(row.get("unit", "1"))
        rate = {
            "currency": str(row.get("currency", "")),
            "unit": int(unit) if unit.isascii() and unit.isdigit() else unit,
            "forex_buying": _plain(row.get("forex_buying", "")),
        }
        bulletins.setdefault(str(row.get("date", "")), []).append(rate)
    found = [_bulletin(day, bulletins[day], path.name[:200]) for day in sorted(bulletins)]
    for data in found:
        model = RatesPublished if "rates" in data else RatesAbsent
        try:
            model.model_validate_json(orjson.dumps(data))
        except ValidationError as error:
            raise WrongCompanionError(path, "rates.csv", "field_wrong", **_first(error, _day_of(data))) from None
    return found


def _bulletin(day: str, rates: list[dict[str, Any]], name: str) -> dict[str, Any]:
    """The payload that tells a day: its bulletin, or that there was none."""
    return {"published_on": day, "bulletin": name, "rates": rates} if rates else {"days": [day]}


def _day_of(data: dict[str, Any]) -> str:
    return str(data["published_on"] if "rates" in data else data["days"][0])


async def publish_rates(intake: Intake, path: Path) -> int:
    """Give the bulletins of a file to the intake, as source ``rates/file``; how many of them were new.

    Raises:
        WrongCompanionError: as :func:`read_rates`, or the intake refuses one.
    """
    arrivals, told = [], read_rates(path)
    for data in told:
        stable = orjson.dumps({"on": _day_of(data), "rates": data.get("rates", ())}, option=orjson.OPT_SORT_KEYS)
        message_id = f"{_day_of(data)}-{sha256(stable).hexdigest()[:32]}"
        source, kind = "rates/file", "rates.published.v1" if "rates" in data else "rates.absent.v1"
        body = envelope(source=source, id=message_id, type=kind, time=datetime.now(UTC), data=data)
        arrivals.append(Arrival(topology.subject_of(source), body, f"rates:{message_id}"))
    outcomes = await intake.take(arrivals) if arrivals else []
    for outcome in outcomes:
        if outcome.state == "refused":
            raise WrongCompanionError(path, "rates.csv", "rates_not_taken", error=outcome.detail)
    return sum("rates" in data and outcome.state == "applied" for data, outcome in zip(told, outcomes, strict=True))


def _text(path: Path, form: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise WrongCompanionError(path, form, "not_utf8") from None


def _rows(path: Path, columns: Sequence[str], form: str) -> list[dict[str, str]]:
    """The rows of a CSV file, with the wanted columns; a missing cell is empty."""
    try:
        reader = csv.DictReader(_text(path, form).splitlines(keepends=True), strict=True)
        missing = [column for column in columns if column not in (reader.fieldnames or ())]
        if missing:
            raise WrongCompanionError(path, form, "columns_lack", columns=", ".join(missing))
        return [{column: (row[column] or "").strip() for column in columns} for row in reader]
    except csv.Error as error:
        raise WrongCompanionError(path, form, "not_csv", error=error) from error


def _objects(path: Path) -> list[dict[str, Any]]:
    try:
        found = orjson.loads(_text(path, "rates.csv"))
    except orjson.JSONDecodeError as error:
        raise WrongCompanionError(path, "rates.csv", "not_json", error=error) from error
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise WrongCompanionError(path, "rates.csv", "not_a_list")
    return found


def _plain(value: object) -> str:
    """A rate as the wire takes it; JSON may have it as a number."""
    return format(Decimal(str(value)), "f") if isinstance(value, int | float) else str(value)


def _first(error: ValidationError, *within: str) -> dict[str, str]:
    """The first field that is wrong, without its value."""
    item = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return {"field": ".".join([*within, *(str(part) for part in item["loc"])]) or "file", "error": item["msg"]}
