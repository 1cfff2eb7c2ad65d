"""Lists of purchase invoices, from CSV or XLSX as accounting programs and GİB's forms have them, as messages of the contract.

GİB's forms have titles above their headings and the data from cell B5; so the headings are looked for in the first rows. An
invoice may stand in several rows, one for each VAT rate or line: they are one document, and add up.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from adapters.imports.declarations import a_day, an_amount
from adapters.imports.headings import Mapped, column
from adapters.imports.list_files import records
from adapters.imports.purchase_headings import KINDS, PURCHASES
from workflow.refund.purchases import number_is_wrong
from workflow.values import fold, normalise_purchase_number

_LOOKED_AT = 10
"""In so many rows the headings are looked for."""
_TITLED = 3
"""So many known headings make a row the one with the headings."""
_AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,2})?", re.ASCII)
_TOO_FINE = re.compile(r"[0-9]{1,15}\.[0-9]{3,}", re.ASCII)
_PERIOD = (
    re.compile(r"(?P<year>20[0-9]{2})[-/. ]?(?P<month>0[1-9]|1[0-2])", re.ASCII),
    re.compile(r"(?P<month>0?[1-9]|1[0-2])[-/. ](?P<year>20[0-9]{2})", re.ASCII),
)
_KIND_OF = {fold(name): kind for kind, names in KINDS.items() for name in names}
_CENT = Decimal("0.01")
_ALIKE = ("kind", "period", "share", "shipment", "issued_on", "customs_number")
"""What the rows of one invoice must agree on."""
_SUMMED = ("net", "vat", "incurred")


@dataclass(slots=True)
class Bought:
    """One purchase invoice: the rows that say so, as they stood, and its message."""

    rows: list[tuple[int, str]] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Reading:
    """A list of purchases as read, by supplier and number, and the rows that say too little."""

    bought: dict[tuple[str, str], Bought] = field(default_factory=dict)
    aside: list[tuple[int, str, str]] = field(default_factory=list)
    """Row number, reason, the row as it stood."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What is said beside the file, for rows that do not say it themselves."""

    seller: str
    kind: str = "direct"
    period: str = ""


def may_head(rows: list[list[str]]) -> list[list[str]]:
    """The rows of which one has the headings: the tax office's form has lines above them."""
    return rows[:_LOOKED_AT]


def headed(rows: list[list[str]], mapped: Mapped | None = None) -> int:
    """The place of the row with the headings: the first that has several known ones, or the first row of all."""
    for place, row in enumerate(may_head(rows)):
        names = {column(cell, mapped, PURCHASES).name for cell in row} - {""}
        if len(names) >= _TITLED:
            return place
    return 0


def read(rows: list[list[str]], beside: Beside, mapped: Mapped | None = None) -> Reading:
    """Make a message of each invoice; a row that says too little is set aside, and holds no other.

    Raises:
        UnreadableFileError: the list has no numbers, no dates or no VAT.
    """
    found = Reading()
    seen: set[tuple[str, str, str]] = set()
    start = headed(rows, mapped)
    for place, row, raw in records(rows[start:], mapped, PURCHASES):
        number = place + start
        data, reason = _message(row, beside)
        if reason:
            found.aside.append((number, reason, raw))
            continue
        key = (data["supplier"]["tax_number"], data["invoice_number"])
        if (*key, raw) in seen:
            found.aside.append((number, "purchase_row_repeated", raw))
            continue
        seen.add((*key, raw))
        bought = found.bought.setdefault(key, Bought())
        if bought.rows and any(bought.data.get(name) != data.get(name) for name in _ALIKE):
            found.aside.append((number, "purchase_rows_differ", raw))
            continue
        bought.data = _added(bought.data, data) if bought.rows else data
        bought.rows.append((number, raw))
    return found


def _added(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Two rows of one invoice as one; what was bought is what the first says."""
    sums = {name: str(Decimal(one.get(name, "0")) + Decimal(other.get(name, "0"))) for name in _SUMMED if name in one | other}
    return one | sums


def _message(row: Mapping[str, str], beside: Beside) -> tuple[dict[str, Any], str]:
    """The message of a row, and why it says too little."""
    number = normalise_purchase_number(row.get("series", "") + (row.get("number") or _sequence(row)))
    number = number or normalise_purchase_number(row.get("customs_number", ""))  # of an import the declaration is the document
    day, net, vat = a_day(row.get("issued_on", "")), an_amount(row.get("net", "")), an_amount(row.get("vat", ""))
    incurred, share = an_amount(row.get("incurred", "")), a_share(row.get("share", ""))
    kind = _KIND_OF.get(fold(row.get("kind", "")), "") if row.get("kind") else beside.kind
    period = a_period(row.get("period", "")) if row.get("period") else beside.period or day[:7]
    supplier = _digits(row.get("supplier_tax_number", ""))
    checks = (
        ("no_purchase_number", not number),
        ("supplier_number_wrong", number_is_wrong(supplier)),
        ("purchase_date_malformed", not day),
        ("purchase_amount_malformed", any(_wrong(amount) for amount in (vat, net or "0", incurred or "0"))),
        ("purchase_kind_unknown", not kind),
        ("purchase_period_malformed", not period),
        ("purchase_share_malformed", share is None),
        ("purchase_incurred_above", bool(incurred) and not _wrong(incurred) and _cents(incurred) > _cents(vat)),
    )
    reason = next((reason for reason, holds in checks if holds), "")
    if reason:
        return {}, reason
    data: dict[str, Any] = {
        "seller": beside.seller,
        "supplier": {"tax_number": supplier, "name": row.get("supplier_name", "")[:200]},
        "invoice_number": number[:60],
        "issued_on": day,
        "period": period,
        "kind": kind,
        "description": row.get("description", "")[:1000],
        "quantity": row.get("quantity", "")[:60],
        "net": str(_cents(net or "0")),
        "vat": str(_cents(vat)),
    }
    data |= {"incurred": str(_cents(incurred))} if incurred else {}
    data |= {"share": share} if share else {}
    data |= {"customs_number": row["customs_number"][:40]} if row.get("customs_number") else {}
    if row.get("reference"):
        data["shipment"] = {"seller": beside.seller, "reference": row["reference"]}
    return data, ""


def _sequence(row: Mapping[str, str]) -> str:
    """The running number of a list is the invoice's only beside a series."""
    return row.get("sequence", "") if row.get("series") else ""


def _digits(text: str) -> str:
    """A tax number without spacing; a spreadsheet that took it for a number has lost its leading noughts."""
    found = "".join(text.split())[:20]
    return found.zfill(10) if found.isdecimal() and found.isascii() and 0 < len(found) < 10 else found


def _wrong(amount: str) -> bool:
    return not (_AMOUNT.fullmatch(amount) or _TOO_FINE.fullmatch(amount))


def _cents(amount: str) -> Decimal:
    """An amount to the kuruş: a spreadsheet's cell may have the tail of a float."""
    try:
        return Decimal(amount).quantize(_CENT)
    except InvalidOperation:
        return Decimal(0)


def a_period(text: str) -> str:
    """A VAT period as ``YYYY-MM``, from ``202611``, ``2026/11`` or ``11.2026``; empty where it is none of these."""
    for form in _PERIOD:
        found = form.fullmatch(text.strip())
        if found is not None:
            return f"{found['year']}-{int(found['month']):02d}"
    return ""


def a_share(text: str) -> str | None:
    """A share from ``0,35``, ``35 %`` or ``%35``; empty where none is given, ``None`` where it is no share."""
    plain = text.replace(" ", "").replace(",", ".")
    if not plain:
        return ""
    percent = "%" in plain
    try:
        share = Decimal(plain.replace("%", "")) / (100 if percent else 1)
    except InvalidOperation:
        return None
    if not share.is_finite() or not 0 < share <= 1 or share != round(share, 6):
        return None
    return format(share.normalize(), "f")
