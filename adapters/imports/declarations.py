"""Lists of ETGBs and of what was seen in VEDOP, from CSV or XLSX, as messages of the contract.

Columns are recognised by their Turkish or English headings. Rows of one ETGB become one message with a line each.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import python_calamine

from workflow.errors import KervanError
from workflow.values import fold, is_etgb_number, normalise_etgb_number

HEADINGS: dict[str, tuple[str, ...]] = {
    "number": ("number", "etgb_number", "etgb no", "etgb numarası", "etgbno", "beyanname no", "bgb no"),
    "registered_on": ("registered_on", "etgb tarih", "etgb tarihi", "tescil tarihi", "etgbdate"),
    "courier": ("courier", "kurye", "operatör"),
    "reference": ("reference", "sipariş no", "sipariş numarası", "order no", "order number"),
    "tracking_number": ("tracking_number", "takip no", "takip numarası", "tracking number"),
    "invoice_number": ("invoice_number", "fatura no", "fatura numarası", "invoice no"),
    "seller": ("seller", "vkn", "vkn/tckn", "satıcı vkn"),
    "amount": ("amount", "tutar", "fatura toplamı", "fatura tutarı"),
    "currency": ("currency", "döviz", "para birimi", "döviz cinsi"),
    "seen_on": ("seen_on", "vedop tarihi", "görülme tarihi"),
    "closed_on": ("closed_on", "intaç tarihi", "kapanma tarihi", "intaç"),
    "evidence": ("evidence", "kanıt", "dayanak"),
}
"""What each column may be called."""

_BY_HEADING = {fold(name): column for column, names in HEADINGS.items() for name in names}
_NOT_CLOSED = frozenset(fold(words) for words in ("Kapanmamış", "Kapanmadı", "Not closed"))
"""What the customs query writes in place of a closing day."""
_AMOUNT = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,2})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_MAX_RAW = 2000
_MAX_ROWS = 50_000
_MAX_UNZIPPED = 100 * 1024 * 1024


class UnreadableFileError(KervanError):
    """A file is no CSV or XLSX that can be read."""

    def __init__(self, why: str) -> None:
        """Say why."""
        super().__init__(f"The file cannot be read: {why}. Nothing was imported. Send CSV in UTF-8, or XLSX.")


@dataclass(slots=True)
class Group:
    """The rows of one ETGB, and the message they make."""

    rows: list[tuple[int, str]] = field(default_factory=list)
    """Row number, and the row as it stood."""
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Reading:
    """A list as read: one group an ETGB, and the rows that say too little, with the reason."""

    groups: dict[str, Group] = field(default_factory=dict)
    aside: list[tuple[int, str, str]] = field(default_factory=list)
    """Row number, reason, the row as it stood."""


def cells(content: bytes) -> list[list[str]]:
    """The rows of a CSV or XLSX file, headings first.

    Raises:
        UnreadableFileError: it is neither, or too large unpacked.
    """
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
    """A day as ``YYYY-MM-DD``, from that or from Turkish ``DD.MM.YYYY``; empty where it is neither."""
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"):
        try:
            return datetime.strptime(text[:10], form).date().isoformat()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return ""


def an_amount(text: str) -> str:
    """An amount as a decimal string, from ``1.234,56`` or ``1,234.56``."""
    text = text.replace(" ", "").replace("\u00a0", "")
    if "," in text and text.rfind(",") > text.rfind("."):
        text = text.replace(".", "").replace(",", ".")
    return text.replace(",", "")


def read_etgbs(rows: list[list[str]], seller: str, courier: str) -> Reading:
    """Group a list of ETGB lines by number."""
    found = Reading()
    for number, row, raw in _records(rows):
        etgb = normalise_etgb_number(row.get("number", ""))
        ref = _shipment(row, seller, courier)
        day = a_day(row.get("registered_on", ""))
        amount, currency = an_amount(row.get("amount", "")), row.get("currency", "").upper()
        reason = _why_aside(etgb, ref, day, amount, currency)
        if reason or ref is None:
            found.aside.append((number, reason, raw))
            continue
        start = {"number": etgb, "registered_on": day, "courier": row.get("courier") or courier, "lines": []}
        group = found.groups.setdefault(etgb, Group(data=start))
        line: dict[str, Any] = {"shipment": ref}
        given = {"invoice_number": row.get("invoice_number", ""), "amount": amount, "currency": currency}
        line |= {name: value for name, value in given.items() if value}
        group.rows.append((number, raw))
        group.data["lines"].append(line)
    return found


def _why_aside(etgb: str, ref: Mapping[str, str] | None, day: str, amount: str, currency: str) -> str:
    """Why a row of an ETGB list says too little, the first that holds; one wrong cell must not hold the whole ETGB."""
    checks = (
        ("etgb_number_malformed", not is_etgb_number(etgb)),
        ("no_shipment", ref is None),
        ("no_date", not day),
        ("amount_malformed", bool(amount) and not _AMOUNT.fullmatch(amount)),
        ("currency_malformed", bool(currency) and not _CURRENCY.fullmatch(currency)),
    )
    return next((reason for reason, holds in checks if holds), "")


def read_vedop(rows: list[list[str]], today: date) -> Reading:
    """Make one message an ETGB that was seen in VEDOP."""
    found = Reading()
    for number, row, raw in _records(rows):
        etgb = normalise_etgb_number(row.get("number", ""))
        seen, closed = row.get("seen_on", ""), row.get("closed_on", "")
        if fold(closed) in _NOT_CLOSED:
            closed = ""
        checks = (
            ("etgb_number_malformed", not is_etgb_number(etgb)),
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


def _records(rows: list[list[str]]) -> list[tuple[int, dict[str, str], str]]:
    """Rows by column name, with their numbers and as they stood; unknown columns have no name."""
    if not rows:
        raise UnreadableFileError("it is empty")
    names = [_BY_HEADING.get(fold(cell.strip()), "") for cell in rows[0]]
    if "number" not in names:
        raise UnreadableFileError("no column is headed 'ETGB NO' or 'number'")
    return [
        (number, {name: cell.strip() for name, cell in zip(names, row, strict=False) if name}, ";".join(row)[:_MAX_RAW])
        for number, row in enumerate(rows[1:], start=1)
        if any(cell.strip() for cell in row)
    ]


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
