"""INV001 to INV007, and the lines' and parties' rules, on an invoice as it reads: is it one for a micro-export at all?

GİB's own schema and schematron let much through that no ETGB goes with (profile TICARIFATURA, code 302, VAT on an exempt
sale, a payable amount that is not the sum, goods without GTİP or origin). Whether it is the invoice of this shipment is
asked in :mod:`workflow.rules.agreement`.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from workflow.countries import COUNTRIES
from workflow.draft import Draft, LineKind
from workflow.invoice import EXEMPTION_CODE, PROFILE, TYPE, Rate
from workflow.rules.charges import kind_of, named
from workflow.rules.findings import Finding, Severity
from workflow.rules.hs2022 import subheadings
from workflow.rules.law import InForce, LawBook
from workflow.stated import PAPER, StatedInvoice, StatedLine, StatedParty
from workflow.values import PLACEHOLDERS, fold, is_gtip, is_invoice_number, is_valid_tax_number, shown

TOLERANCE = Decimal("0.01")
"""By how much amounts may differ: one rounding to the cent."""

_RATE_SLIGHT, _RATE_GREAT = Decimal("0.01"), Decimal("0.05")
"""By what share the exchange rate may differ from the bulletin's before it is said, and before the invoice is refused: our own
measures, no law gives any. Software takes now this bulletin, now the next."""

_BLOCK = Severity.BLOCK

_TURKIYE = frozenset(fold(name) for name in ("Türkiye", "Turkiye", "Turkey", "Türkei", "Turquie"))


def invoice(
    said: StatedInvoice, today: date, law: LawBook, *, draft: Draft | None = None, bulletin: Rate | None = None
) -> Iterator[Finding]:
    """All findings on an invoice by itself; ``today`` is the day in Istanbul on which it came.

    ``draft`` is the shipment's, where it is known, and tells which lines are charges. ``bulletin`` is the central bank's rate
    of the invoice's currency in force on its day, where it is known.
    """
    yield from _number(said)
    yield from _kind(said)
    yield from _exemption(said)
    yield from _vat(said)
    yield from _totals(said)
    yield from _currency(said, bulletin)
    yield from _date(said, today)
    yield from _seller(said.seller)
    yield from _buyer(said.buyer)
    yield from _lines(said, law.on(said.issued_on or today), draft)


def _number(said: StatedInvoice) -> Iterator[Finding]:
    """INV001: three characters, the year of issue, nine digits; paper has any number."""
    if not said.number.strip():
        yield Finding("INV001", _BLOCK, "number", "missing")
    elif said.profile != PAPER and not is_invoice_number(said.number):
        yield Finding("INV001", _BLOCK, "number", "", {"number": said.number})
    elif said.profile != PAPER and said.issued_on is not None and said.number[3:7] != f"{said.issued_on.year:04d}":
        params = {"number": said.number, "year": str(said.issued_on.year)}
        yield Finding("INV001", Severity.WARN, "number", "year", params)


def _kind(said: StatedInvoice) -> Iterator[Finding]:
    """INV002: e-Arşiv or paper, type ISTISNA."""
    if said.profile not in {PROFILE, PAPER}:
        yield Finding("INV002", _BLOCK, "profile", "profile", {"profile": said.profile or "—"})
    if said.type != TYPE:
        yield Finding("INV002", _BLOCK, "type", "type", {"type": said.type or "—"})


def _exemption(said: StatedInvoice) -> Iterator[Finding]:
    """INV003: exemption 301 and no other, with its text."""
    if not said.exemption_codes:
        yield Finding("INV003", _BLOCK, "exemption_code", "missing")
    for code in sorted(set(said.exemption_codes) - {EXEMPTION_CODE}):
        yield Finding("INV003", _BLOCK, "exemption_code", "", {"code": code})
    if said.exemption_codes and said.exemption_reasons == ():
        yield Finding("INV003", _BLOCK, "exemption_reason", "reason")
    for position, line in enumerate(said.lines or ()):
        for code in sorted(set(line.exemption_codes) - {EXEMPTION_CODE, *said.exemption_codes}):
            yield Finding("INV003", _BLOCK, f"lines[{position}].exemption_code", "", {"code": code})


def _vat(said: StatedInvoice) -> Iterator[Finding]:
    """INV004: neither rate nor amount of VAT."""
    taxed: list[tuple[str, tuple[Decimal, ...], Decimal]] = [("vat", said.vat_percents, said.vat_amount)]
    taxed += [(f"lines[{n}].vat", line.vat_percents, line.vat_amount) for n, line in enumerate(said.lines or ())]
    for path, percents, amount in taxed:
        if amount or any(percents):
            params = {"percent": ", ".join(str(p) for p in percents if p) or "0", "amount": str(amount)}
            yield Finding("INV004", _BLOCK, path, "", params)


def _totals(said: StatedInvoice) -> Iterator[Finding]:
    """INV005: the payable amount is the sum of the lines, and each line is its quantity times its price less discount."""
    if said.payable is None or said.payable <= 0:
        yield Finding("INV005", _BLOCK, "total", "missing", {"total": "—" if said.payable is None else str(said.payable)})
        return
    for path, amount in (("before_vat", said.before_vat), ("with_vat", said.with_vat)):
        if amount is not None and abs(amount - said.payable) > TOLERANCE:
            yield Finding("INV005", _BLOCK, path, "parts", {"amount": str(amount), "total": str(said.payable)})
    if said.lines is None:
        return
    whole = sum((line.amount or Decimal(0) for line in said.lines), Decimal(0)) - said.allowances + said.charges
    if abs(whole - said.payable) > TOLERANCE:
        yield Finding("INV005", _BLOCK, "total", "sum", {"sum": str(whole), "total": str(said.payable)})
    for position, line in enumerate(said.lines):
        if line.quantity is None or line.unit_price is None or line.amount is None:
            yield Finding("INV005", _BLOCK, f"lines[{position}]", "incomplete", {"line": str(position + 1)})
            continue
        owed = line.quantity * line.unit_price - line.discount
        if abs(owed - line.amount) > TOLERANCE:
            params = {"line": str(position + 1), "sum": f"{owed:.2f}", "amount": str(line.amount)}
            yield Finding("INV005", _BLOCK, f"lines[{position}].amount", "line", params)


def _currency(said: StatedInvoice, bulletin: Rate | None) -> Iterator[Finding]:
    """INV006: a currency; for a foreign one a rate to the lira, which a message may leave out but a document may not."""
    rate = said.rate
    if not said.currency:
        yield Finding("INV006", _BLOCK, "currency", "missing")
    elif said.currency == "TRY":
        return
    elif rate is None:
        if said.lines is not None:
            yield Finding("INV006", _BLOCK, "exchange_rate", "no_rate", {"currency": said.currency})
    elif rate.value <= 0:
        yield Finding("INV006", _BLOCK, "exchange_rate", "rate", {"rate": str(rate.value)})
    elif (rate.source, rate.target) != (said.currency, "TRY"):
        params = {"source": rate.source or "—", "target": rate.target or "—", "currency": said.currency}
        yield Finding("INV006", _BLOCK, "exchange_rate", "pair", params)
    elif bulletin is not None:
        yield from _against(bulletin, rate.value)


def _against(bulletin: Rate, stated: Decimal) -> Iterator[Finding]:
    """INV006: the rate is the bulletin's; slight differences (another bulletin, banknote selling) warn."""
    apart = abs(stated - bulletin.value) / bulletin.value
    if apart <= _RATE_SLIGHT:
        return
    params = {"rate": shown(stated), "owed": shown(bulletin.value), "bulletin": bulletin.published_on.isoformat()}
    if apart <= _RATE_GREAT:
        yield Finding("INV006", Severity.WARN, "exchange_rate", "apart", params)
    else:
        yield Finding("INV006", _BLOCK, "exchange_rate", "off", params)


def _date(said: StatedInvoice, today: date) -> Iterator[Finding]:
    """INV007: a day of issue, not after today in Istanbul."""
    if said.issued_on is None:
        yield Finding("INV007", _BLOCK, "issued_on", "missing")
    elif said.issued_on > today:
        yield Finding("INV007", _BLOCK, "issued_on", "", {"day": said.issued_on.isoformat(), "today": today.isoformat()})


def _seller(party: StatedParty | None) -> Iterator[Finding]:
    if party is not None and not is_valid_tax_number(party.tax_number):
        yield Finding("PTY001", _BLOCK, "seller.tax_number", "seller", {"number": party.tax_number})


def _buyer(party: StatedParty | None) -> Iterator[Finding]:
    """PTY001 and PTY002: a foreigner, with name, city and country; the country's name will do."""
    if party is None:
        return
    number = party.tax_number
    if number and number not in PLACEHOLDERS:
        if is_valid_tax_number(number):
            yield Finding("PTY001", Severity.WARN, "buyer.tax_number", "buyer_is_turkish")
        else:
            yield Finding("PTY001", _BLOCK, "buyer.tax_number", "buyer", {"number": number})
    if party.country == "TR" or (not party.country and fold(party.country_name) in _TURKIYE):
        yield Finding("PTY002", _BLOCK, "buyer.country", "domestic")
    elif party.country not in COUNTRIES and (party.country or not party.country_name):
        yield Finding("PTY002", _BLOCK, "buyer.country", "country", {"country": party.country})
    for field in ("name", "city"):
        if not getattr(party, field).strip():
            yield Finding("PTY002", _BLOCK, f"buyer.{field}", field)


def _lines(said: StatedInvoice, law: InForce, draft: Draft | None) -> Iterator[Finding]:
    """LINE001 to LINE005, as far as an invoice shows what they ask."""
    if said.lines is None:
        return
    own = named(draft)
    kinds = [kind_of(line, own) for line in said.lines]
    if LineKind.GOODS not in kinds:
        yield Finding("LINE001", _BLOCK, "lines", "no_goods")
    for position, (line, kind) in enumerate(zip(said.lines, kinds, strict=True)):
        path = f"lines[{position}]"
        charge = law.charge_in(f"{line.name} {line.description}")
        if charge is not None:
            yield Finding("LINE001", _BLOCK, f"{path}.name", "", {"keyword": charge.keyword}, charge)
        elif kind is LineKind.GOODS:
            yield from _goods(path, line)
        for field, variant, number in (("quantity", "quantity", line.quantity), ("unit_price", "price", line.unit_price)):
            if number is not None and number <= 0:
                yield Finding("LINE005", _BLOCK, f"{path}.{field}", variant, {variant: str(number)})


def _goods(path: str, line: StatedLine) -> Iterator[Finding]:
    if not line.gtip:
        yield Finding("LINE002", _BLOCK, f"{path}.gtip", "missing")
    elif not is_gtip(line.gtip):
        yield Finding("LINE002", _BLOCK, f"{path}.gtip", "", {"gtip": line.gtip})
    elif line.gtip[:6] not in subheadings():
        yield Finding("LINE002", _BLOCK, f"{path}.gtip", "unknown", {"gtip": line.gtip})
    if line.origin not in COUNTRIES:
        yield Finding("LINE003", _BLOCK, f"{path}.origin", "", {"origin": line.origin})
    if not (line.name.strip() or line.description.strip()):
        yield Finding("LINE004", _BLOCK, f"{path}.name")
