"""Lists of ETGBs and of what was seen in VEDOP, from CSV, XLSX or PDF, as messages of the contract.

Columns are recognised by their Turkish or English headings. Rows of one ETGB become one message with a line each.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import python_calamine

from adapters.imports import pdf, pdf_tables
from adapters.imports.headings import Column, Mapped, column
from workflow.errors import KervanError
from workflow.likeness import ListLine
from workflow.values import ISTANBUL, fold, is_detailed_declaration, is_etgb_number, normalise_etgb_number

_NOT_CLOSED = frozenset(fold(words) for words in ("Kapanmamış", "Kapanmadı", "Not closed"))
"""What the customs query writes in place of a closing day."""
_AMOUNT = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,2})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_MILLISECONDS = re.compile(r"1[0-9]{12}", re.ASCII)
"""Epoch milliseconds from 2001 to 2033."""
_SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "₺": "TRY", "TL": "TRY"}
_BESIDE = re.compile(r"^([A-Z]{3}|TL|[€$£₺])|([A-Z]{3}|TL|[€$£₺])$")
_MAX_RAW = 2000
_SHOWN_HEADINGS = 20
_MAX_ROWS = 50_000
_MAX_UNZIPPED = 100 * 1024 * 1024


class UnreadableFileError(KervanError):
    """A file is no CSV, XLSX or PDF that can be read."""

    def __init__(self, why: str) -> None:
        """Say why."""
        super().__init__(
            f"The file cannot be read: {why}. Nothing was imported. Send CSV in UTF-8, XLSX, or a PDF that has text."
        )


@dataclass(slots=True)
class Group:
    """The rows of one ETGB, and the message they make."""

    rows: list[tuple[int, str]] = field(default_factory=list)
    """Row number, and the row as it stood."""
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of an ETGB list that can be matched: as it stood, what it says, and what it would be in its message."""

    row: int
    raw: str
    line: ListLine
    courier: str
    said: dict[str, Any]
    """The line of the message, but for the shipment."""


@dataclass(slots=True)
class Reading:
    """A list as read: one group an ETGB, and the rows that say too little, with the reason."""

    groups: dict[str, Group] = field(default_factory=dict)
    aside: list[tuple[int, str, str]] = field(default_factory=list)
    """Row number, reason, the row as it stood."""
    entries: list[Entry] = field(default_factory=list)
    """Of an ETGB list: rows of which only the shipment may be in question."""

    def put(self, entry: Entry, shipment: Mapping[str, str]) -> None:
        """Let a row stand for this shipment, whatever it stood for before."""
        self.take(entry)
        self.add(entry, shipment)

    def add(self, entry: Entry, shipment: Mapping[str, str]) -> None:
        """Put a new row on its ETGB."""
        start = {
            "number": entry.line.etgb,
            "registered_on": entry.line.registered_on.isoformat(),
            "courier": entry.courier,
            "lines": [],
        }
        group = self.groups.setdefault(entry.line.etgb, Group(data=start))
        group.rows.append((entry.row, entry.raw))
        group.data["lines"].append({"shipment": dict(shipment), **entry.said})

    def take(self, entry: Entry) -> None:
        """Take a row out, from its ETGB or from those set aside."""
        self.aside = [one for one in self.aside if one[0] != entry.row]
        group = self.groups.get(entry.line.etgb)
        place = [row for row, _ in group.rows].index(entry.row) if group and (entry.row, entry.raw) in group.rows else -1
        if group is not None and place >= 0:
            del group.rows[place], group.data["lines"][place]
            if not group.rows:
                del self.groups[entry.line.etgb]


def cells(content: bytes, mapped: Mapped | None = None) -> list[list[str]]:
    """The rows of a CSV, XLSX or PDF file, headings first.

    ``mapped`` is what an operator's headings were mapped to by hand; only a PDF needs it to find its tables.

    Raises:
        UnreadableFileError: it is none of these, or too large unpacked.
        UnreadablePdfError: it is a PDF that gives no table.
    """
    if pdf.is_pdf(content):
        return _all(pdf_tables.rows(pdf.pages(content), mapped))
    if content[:2] == b"PK":
        return _xlsx(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFileError("it is not UTF-8") from None
    if "\0" in text:
        raise UnreadableFileError("it has NUL characters")
    semicolons = text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",")
    try:
        return _all([row for row in csv.reader(io.StringIO(text), delimiter=";" if semicolons else ",") if row])
    except csv.Error as error:
        raise UnreadableFileError(str(error)) from error


def _all(rows: list[list[str]]) -> list[list[str]]:
    """The rows, if they are not too many: no row may be left out silently."""
    if len(rows) > _MAX_ROWS + 1:
        why = f"it has more than {_MAX_ROWS} rows; send it in parts"
        raise UnreadableFileError(why)
    return rows


def _xlsx(content: bytes) -> list[list[str]]:
    try:
        _unpacks(content)
        sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=True, nrows=_MAX_ROWS + 2)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError) as error:
        why = f"it is no whole XLSX ({type(error).__name__})"
        raise UnreadableFileError(why) from error
    except (python_calamine.CalamineError, python_calamine.WorksheetNotFound) as error:
        raise UnreadableFileError(type(error).__name__) from error
    return _all([[_text(cell) for cell in row] for row in rows])


def _unpacks(content: bytes) -> None:
    """Unpack everything once and throw it away: what an archive says of its sizes may be a lie."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(item.file_size for item in archive.infolist()) > _MAX_UNZIPPED:
            raise UnreadableFileError("it unpacks to more than 100 MB")
        if archive.testzip() is not None:
            raise UnreadableFileError("a part of it is damaged")


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return str(cell).strip()


def a_day(text: str) -> str:
    """A day as ``YYYY-MM-DD``, from that, Turkish ``DD.MM.YYYY``, or epoch milliseconds; empty where it is none of these.

    Trendyol gives ``etgbDate`` in milliseconds since 1970; the day is the one it was in Istanbul.
    """
    if _MILLISECONDS.fullmatch(text):
        return datetime.fromtimestamp(int(text) / 1000, ISTANBUL).date().isoformat()
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"):
        try:
            return datetime.strptime(text[:10], form).date().isoformat()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return ""


def an_amount(text: str) -> str:
    """An amount as a decimal string, from ``1.234,56`` or ``1,234.56``; a currency beside it is not part of it."""
    text = _BESIDE.sub("", text.replace(" ", "").replace("\u00a0", ""))
    if "," in text and text.rfind(",") > text.rfind("."):
        text = text.replace(".", "").replace(",", ".")
    return text.replace(",", "")


def a_currency(row: Mapping[str, str]) -> str:
    """A row's currency: its own column's, or the one that stands beside the amount."""
    given = row.get("currency", "").strip().upper()
    if not given:
        beside = _BESIDE.search(row.get("amount", "").replace(" ", "").replace("\u00a0", ""))
        given = beside[0] if beside else ""
    return _SYMBOLS.get(given, given)


def read_etgbs(rows: list[list[str]], seller: str, courier: str, mapped: Mapped | None = None) -> Reading:
    """Group a list of ETGB lines by number."""
    found = Reading()
    for number, row, raw in _records(rows, mapped):
        etgb = normalise_etgb_number(row.get("number", ""))
        ref = _shipment(row, seller, courier)
        day = a_day(row.get("registered_on", ""))
        amount, currency = an_amount(row.get("amount", "")), a_currency(row)
        reason = _why_aside(etgb, ref, day, amount, currency)
        owner = row.get("seller") or seller
        if reason not in {"", "no_shipment"}:
            found.aside.append((number, reason, raw))
            continue
        given = {"invoice_number": row.get("invoice_number", ""), "amount": amount, "currency": currency}
        said = {name: value for name, value in given.items() if value}
        line = ListLine(
            etgb,
            owner,
            date.fromisoformat(day),
            row.get("reference", ""),
            row.get("invoice_number", ""),
            row.get("tracking_number", ""),
            Decimal(amount) if amount else None,
            currency,
            row.get("country", "").upper(),
        )
        entry = Entry(number, raw, line, row.get("courier") or courier, said)
        if ref is not None:
            found.add(entry, ref)
        else:
            found.aside.append((number, reason, raw))
        if owner and entry.courier:
            found.entries.append(entry)
    return found


def _why_aside(etgb: str, ref: Mapping[str, str] | None, day: str, amount: str, currency: str) -> str:
    """Why a row of an ETGB list says too little, the first that holds; one wrong cell must not hold the whole ETGB."""
    checks = (
        *_number_checks(etgb),
        ("no_date", not day),
        ("amount_malformed", bool(amount) and not _AMOUNT.fullmatch(amount)),
        ("currency_malformed", bool(currency) and not _CURRENCY.fullmatch(currency)),
        ("no_shipment", ref is None),
    )
    return next((reason for reason, holds in checks if holds), "")


def _number_checks(etgb: str) -> tuple[tuple[str, bool], ...]:
    """What may be wrong with a number: there is none yet, it is a detailed declaration's, or none at all."""
    return (
        ("no_number", not etgb),
        ("not_an_etgb", is_detailed_declaration(etgb)),
        ("etgb_number_malformed", not is_etgb_number(etgb)),
    )


def read_vedop(rows: list[list[str]], today: date, mapped: Mapped | None = None) -> Reading:
    """Make one message an ETGB that was seen in VEDOP."""
    found = Reading()
    for number, row, raw in _records(rows, mapped):
        etgb = normalise_etgb_number(row.get("number", ""))
        seen, closed = row.get("seen_on", ""), row.get("closed_on", "")
        if fold(closed) in _NOT_CLOSED:
            closed = ""
        checks = (
            *_number_checks(etgb),
            ("seen_on_malformed", bool(seen) and not a_day(seen)),
            ("closed_on_malformed", bool(closed) and not a_day(closed)),
        )
        reason = next((reason for reason, holds in checks if holds), "")
        if reason:
            found.aside.append((number, reason, raw))
            continue
        data: dict[str, Any] = {
            "etgb_number": etgb,
            "seen_on": a_day(seen) or today.isoformat(),
            "evidence": {"kind": "list", "reference": row.get("evidence", "")},
        }
        if closed:
            data["closed_on"] = a_day(closed)
        group = found.groups.setdefault(etgb, Group(data=data))
        group.rows.append((number, raw))
    return found


def check_columns(rows: list[list[str]], mapped: Mapped | None = None) -> list[Column]:
    """The columns of a list.

    Raises:
        UnreadableFileError: it is empty, or none of them is that of the ETGB's number.
    """
    if not rows:
        raise UnreadableFileError("it is empty")
    columns = [column(cell, mapped) for cell in rows[0]]
    if all(one.name != "number" for one in columns):
        heads = ", ".join(repr(cell.strip()) for cell in rows[0][:_SHOWN_HEADINGS])
        why = (
            f"no column is headed 'ETGB NO' or 'number'; its headings are {heads}. Say what they mean, as in --map "
            "'Beyan No=number' (over HTTP the field mapping); it is remembered"
        )
        raise UnreadableFileError(why)
    return columns


def _records(rows: list[list[str]], mapped: Mapped | None) -> list[tuple[int, dict[str, str], str]]:
    """Rows by column name, with their numbers and as they stood; unknown columns have no name.

    Of two columns with one name (an amount, and the invoice's total) the first that is not empty counts.
    """
    columns = check_columns(rows, mapped)
    return [
        (number, _named(columns, row), ";".join(row)[:_MAX_RAW])
        for number, row in enumerate(rows[1:], start=1)
        if any(cell.strip() for cell in row)
    ]


def _named(columns: Sequence[Column], row: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one, cell in zip(columns, row, strict=False):
        if one.name and not found.get(one.name):
            found[one.name] = cell.strip()
            if one.currency and cell.strip():
                found.setdefault("currency", one.currency)
    return found


def _shipment(row: Mapping[str, str], seller: str, courier: str) -> dict[str, str] | None:
    owner = row.get("seller") or seller
    by = row.get("courier") or courier
    if owner and row.get("reference"):
        return {"seller": owner, "reference": row["reference"]}
    if by and row.get("tracking_number"):
        return {"courier": by, "tracking_number": row["tracking_number"]}
    if owner and row.get("invoice_number"):
        return {"seller": owner, "invoice_number": row["invoice_number"]}
    return None
