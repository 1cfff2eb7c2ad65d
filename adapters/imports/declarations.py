"""Lists of ETGBs and of what was seen in VEDOP as messages of the contract.

Columns are recognised by their Turkish or English headings. Rows of one ETGB become one message with a line each.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from adapters.imports.headings import Mapped
from adapters.imports.list_files import records
from workflow.likeness import ListLine
from workflow.values import ISTANBUL, fold, is_detailed_declaration, is_etgb_number, normalise_etgb_number

_NOT_CLOSED = frozenset(fold(words) for words in ("Kapanmamış", "Kapanmadı", "Not closed"))
"""What the customs query writes in place of a closing day."""
_AMOUNT = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,2})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_MILLISECONDS = re.compile(r"1[0-9]{12}", re.ASCII)
"""Epoch milliseconds from 2001 to 2033."""
_SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "₺": "TRY", "TL": "TRY"}
_LONGEST = {"invoice_number": 40, "reference": 200, "tracking_number": 200, "seller": 200, "courier": 200}
"""What the contract takes of a name, in characters; several invoices in one cell are more."""
_BESIDE = re.compile(r"^([A-Z]{3}|TL|[€$£₺])|([A-Z]{3}|TL|[€$£₺])$")


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
    day_inferred: bool = False
    """Whether the list does not tell the day of registration."""


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
            **({"registered_on_inferred": True} if entry.day_inferred else {}),
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


def read_etgbs(
    rows: list[list[str]], seller: str, courier: str, mapped: Mapped | None = None, *, today: date | None = None
) -> Reading:
    """Group a list of ETGB lines by number.

    A list that has no column for the day of registration at all, as Hepsiburada's orders, tells of its ETGBs ``today``: that
    day is inferred. In one that has the column a row without a day is set aside.
    """
    found = Reading()
    read = records(rows, mapped)
    inferred = today is not None and not any("registered_on" in row for _, row, _ in read)
    for number, row, raw in read:
        etgb = normalise_etgb_number(row.get("number", ""))
        ref = _shipment(row, seller, courier)
        day = today.isoformat() if today is not None and inferred else a_day(row.get("registered_on", ""))
        amount, currency = an_amount(row.get("amount", "")), a_currency(row)
        reason = _why_aside(etgb, ref, day, amount, currency, row)
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
        entry = Entry(number, raw, line, row.get("courier") or courier, said, inferred)
        if ref is not None:
            found.add(entry, ref)
        else:
            found.aside.append((number, reason, raw))
        if owner and entry.courier:
            found.entries.append(entry)
    return found


def _why_aside(etgb: str, ref: Mapping[str, str] | None, day: str, amount: str, currency: str, row: Mapping[str, str]) -> str:
    """Why a row of an ETGB list says too little, the first that holds; one wrong cell must not hold the whole ETGB."""
    checks = (
        *_number_checks(etgb),
        ("no_date", not day),
        ("amount_malformed", bool(amount) and not _AMOUNT.fullmatch(amount)),
        ("currency_malformed", bool(currency) and not _CURRENCY.fullmatch(currency)),
        ("name_too_long", any(len(row.get(name, "")) > most for name, most in _LONGEST.items())),
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
    for number, row, raw in records(rows, mapped):
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
            "among_others": True,
        }
        if closed:
            data["closed_on"] = a_day(closed)
        group = found.groups.setdefault(etgb, Group(data=data))
        group.rows.append((number, raw))
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
