"""LINE001 to LINE006: what must be said of each line."""

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from workflow.countries import COUNTRIES
from workflow.draft import Draft, Line, LineKind
from workflow.rules.findings import Finding, Severity
from workflow.rules.hs2022 import subheadings
from workflow.rules.law import InForce
from workflow.rules.tables import Charge
from workflow.rules.units import UNITS
from workflow.values import is_gtip, plain

_BLOCK = Severity.BLOCK


_is_gtip = lru_cache(maxsize=4096)(is_gtip)


@lru_cache(maxsize=4096)
def _charge(law: InForce, description: str) -> Charge | None:
    return law.charge_in(description)


_SHOWN = 120
_TURKISH = frozenset("çğışÇĞİŞ")
"""Letters by which a text is plainly Turkish; ö and ü are German as well."""


@lru_cache(maxsize=4096)
def _only_repeated(description: str, description_tr: str) -> bool:
    """Whether the Turkish description is the other one again, and does not look Turkish."""
    words = plain(description_tr)
    return bool(words) and words == plain(description) and _TURKISH.isdisjoint(description_tr)


def lines(draft: Draft, law: InForce) -> Iterator[Finding]:
    """All findings of all lines, in the order of the lines."""
    goods = False
    known = subheadings()
    for number, line in enumerate(draft.lines):
        if line.kind is LineKind.GOODS:
            goods = True
            if not (
                _is_gtip(line.gtip) and line.gtip[:6] in known and line.origin in COUNTRIES and line.description_tr.strip()
            ):
                yield from _goods(f"lines[{number}]", line)
            if _only_repeated(line.description, line.description_tr):
                params = {"description": line.description_tr[:_SHOWN]}
                yield Finding("LINE004", Severity.WARN, f"lines[{number}].description_tr", "same", params)
        for field in ("description", "description_tr"):
            charge = _charge(law, getattr(line, field))
            if charge is not None:
                yield Finding("LINE001", _BLOCK, f"lines[{number}].{field}", "", {"keyword": charge.keyword}, charge)
                break
        if not (line.unit in UNITS and line.quantity > 0 and line.unit_price > 0 and not line.discount):
            yield from _amounts(f"lines[{number}]", line)
    if not goods:
        yield Finding("LINE001", _BLOCK, "lines", "no_goods")


def carriage(draft: Draft, law: InForce) -> Iterator[Finding]:
    """LINE006: what the seller pays by the Incoterm stands on lines of its own."""
    term = law.incoterms.get(draft.incoterm.strip().upper())
    if term is None:
        return
    kinds = {line.kind for line in draft.lines}
    freight = term.freight and LineKind.FREIGHT not in kinds
    insurance = term.insurance and LineKind.INSURANCE not in kinds
    if freight or insurance:
        variant = "both" if freight and insurance else "freight" if freight else "insurance"
        yield Finding("LINE006", Severity.WARN, "lines", variant, {"incoterm": term.code}, term)


def _goods(path: str, line: Line) -> Iterator[Finding]:
    """LINE002, LINE003, LINE004: GTİP, origin and Turkish description of goods."""
    if not line.gtip:
        yield Finding("LINE002", _BLOCK, f"{path}.gtip", "missing")
    elif not _is_gtip(line.gtip):
        yield Finding("LINE002", _BLOCK, f"{path}.gtip", "", {"gtip": line.gtip})
    elif line.gtip[:6] not in subheadings():
        yield Finding("LINE002", _BLOCK, f"{path}.gtip", "unknown", {"gtip": line.gtip})
    if line.origin not in COUNTRIES:
        yield Finding("LINE003", _BLOCK, f"{path}.origin", "", {"origin": line.origin})
    if not line.description_tr.strip():
        yield Finding("LINE004", _BLOCK, f"{path}.description_tr")


def _amounts(path: str, line: Line) -> Iterator[Finding]:
    """LINE005: unit, quantity, price and discount."""
    if line.unit not in UNITS:
        yield Finding("LINE005", _BLOCK, f"{path}.unit", "unit", {"unit": line.unit})
    if line.quantity <= 0:
        yield Finding("LINE005", _BLOCK, f"{path}.quantity", "quantity", {"quantity": str(line.quantity)})
    if line.unit_price <= 0:
        yield Finding("LINE005", _BLOCK, f"{path}.unit_price", "price", {"price": str(line.unit_price)})
    gross = line.quantity * line.unit_price
    if line.discount < 0 or line.discount > max(gross, Decimal(0)):
        params = {"discount": str(line.discount), "amount": str(gross)}
        yield Finding("LINE005", _BLOCK, f"{path}.discount", "discount", params)
