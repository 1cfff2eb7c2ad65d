"""Makes a dossier's rows of what the database knows and what the refund was calculated with: pure, no server and no file.

All figures in TRY are those of the calculation: the ETGB list, the sales list and the report add up to the same export value to
the kuruş. What the ETGB itself says stands beside it in the report.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from adapters.database.claim_papers import ClaimPapers, EtgbOf, InvoiceOf, Seller
from adapters.dossiers.labels import BURDENS, HAND_OVER_INFERRED, POLICIES, REGISTRATION_INFERRED, STEPS
from adapters.dossiers.numbers import split
from adapters.dossiers.remarks import remark
from adapters.dossiers.rows import (
    Claimant,
    ClaimHead,
    Dossier,
    EtgbEntry,
    EvidenceEntry,
    MatchEntry,
    PurchaseEntry,
    RateEntry,
    RefundWay,
    Remark,
    SaleEntry,
    StepEntry,
)
from adapters.entrypoints.enclosing import enclosed
from adapters.invoicing.sheets.labels import UNITS
from adapters.invoicing.ubl.parties import identity
from adapters.press import wording
from adapters.press.language import Language
from workflow import evidence
from workflow.refund import Charged, Claim, Purchase, RateUsed, Valued, readiness_texts
from workflow.refund.purchases import number_in_lists
from workflow.refund.readiness import Check
from workflow.refund.sheet import Lines

NOTHING = Decimal("0.00")
SANDBOX = "sandbox"

_SAID_HERE = frozenset(
    {
        Check.PURCHASES,
        Check.CARRIED,
        Check.INVOICE_XML,
        Check.CLOSING,
        Check.RATES,
        Check.RETURNED,
        Check.PART_BACK,
        Check.AMOUNTS,
        Check.INFERRED,
        Check.PERIOD,  # said of what was filed before its end; an open claim's bytes do not change with the month
        Check.DEADLINE,  # as a day: how many are left is another number each day, and so would be the bytes
    }
)
"""Items of the checklist that the dossier says itself, piece by piece."""


def composed(
    lines: Lines, papers: ClaimPapers, *, tolerance: Decimal, deadline: date, way: RefundWay = RefundWay.UNDECIDED
) -> Dossier:
    """A claim's dossier. Shipments that could not be valued stand in no list, and are named among what is missing.

    A claim that was filed says what it was filed with, and so do its lists; where a release filed it that kept none of that,
    they are of what it consists of now.
    """
    sheet, claim = lines.sheet, lines.sheet.claim
    valued = {one.export.shipment: one for one in lines.valued}
    invoices = [one for one in papers.invoices if one.shipment in valued]
    numbers = {one.etgb for one in invoices}
    etgbs = [one for one in papers.etgbs if one.number in numbers]
    of_etgb: dict[str, list[InvoiceOf]] = defaultdict(list)
    for one in invoices:
        of_etgb[one.etgb].append(one)
    enclosures, lacking = enclosed(papers.documents, invoices, etgbs, of_etgb)
    return Dossier(
        claim=ClaimHead(
            id=claim.id,
            claimant=_claimant(claim.seller, papers.seller),
            period=claim.period,
            supplement=claim.supplement,
            exported_try=sheet.exported_try,
            refundable_try=sheet.refundable_try,
            way=way,
            petition_number=claim.petition_number,
            deadline=deadline,
            version=0 if lines.filing is None else lines.filing.version,
            sha256="" if lines.filing is None else lines.filing.sha256,
        ),
        policy=sheet.policy.value,
        policy_text=POLICIES[sheet.policy],
        tolerance=tolerance,
        etgbs=[row for etgb in etgbs for row in _etgb(etgb, of_etgb[etgb.number], valued)],
        sales=[_sale(one, valued[one.shipment]) for one in invoices],
        incurred=[_incurred(one, claim.period) for one in sheet.purchases if one.vat_try],
        deductible=[_purchase(one, NOTHING) for one in papers.deducted],
        evidence=[
            EvidenceEntry(
                one.number, one.vedop_seen_on, one.closed_on, evidence.kind(one.evidence_kind)[0], one.evidence_reference
            )
            for one in etgbs
        ],
        steps=[
            StepEntry(*STEPS[step.code], step.amount_try, None if step.rate is None else step.rate * 100)
            for step in sheet.calculation.steps
        ],
        matches=[_match(one, valued[one.shipment]) for one in invoices],
        rates=_rates(lines.valued),
        enclosures=enclosures,
        remarks=[*_of_claim(lines), *_of_shipments(lines, papers), *_inferred(lines), *_of_sandboxes(claim, etgbs), *lacking],
    )


def _claimant(tax_number: str, seller: Seller) -> Claimant:
    return Claimant(tax_number, seller.name, seller.tax_office, ", ".join(seller.address))


def _quantities(found: Mapping[str, Decimal]) -> str:
    """Quantities by unit in words: ``100 adet, 2,5 kg``."""
    return ", ".join(
        f"{wording.figure(quantity, Language.TR)} {wording.said(UNITS[unit], Language.TR) if unit in UNITS else unit}"
        for unit, quantity in found.items()
    )


def _etgb(etgb: EtgbOf, invoices: Sequence[InvoiceOf], valued: Mapping[UUID, Valued]) -> Iterator[EtgbEntry]:
    """A row for each currency of the claim's invoices on an ETGB."""
    for currency in sorted({one.currency for one in invoices}):
        mine = [one for one in invoices if one.currency == currency]
        quantities: dict[str, Decimal] = defaultdict(Decimal)
        for one in mine:
            for unit, quantity in one.quantities:
                quantities[unit] += quantity
        countries = sorted({wording.country(one.country, Language.TR) for one in mine if one.country})
        yield EtgbEntry(
            number=etgb.number,
            registered_on=etgb.registered_on,
            closed_on=etgb.closed_on,
            destination=", ".join(countries),
            goods=", ".join(dict.fromkeys(one.goods for one in mine if one.goods)),
            quantity=_quantities(quantities),
            currency=currency,
            amount=sum((valued[one.shipment].export.stays for one in mine), NOTHING),
            amount_try=sum((valued[one.shipment].value_try for one in mine), NOTHING),
            courier=etgb.courier,
        )


def _sale(invoice: InvoiceOf, valued: Valued) -> SaleEntry:
    """The buyer by the number that the invoice gives: its own, or the placeholder of foreign buyers."""
    return SaleEntry(
        number=invoice.number,
        issued_on=valued.export.invoiced_on,
        buyer=invoice.buyer,
        buyer_tax_number=identity(invoice.buyer_tax_number)[1],
        goods=invoice.goods,
        quantity=_quantities(dict(invoice.quantities)),
        amount_try=valued.value_try,
        etgb=invoice.etgb,
    )


def _purchase(purchase: Purchase, incurred: Decimal, incurred_in: str = "") -> PurchaseEntry:
    series, number = split(purchase.invoice_number)
    return PurchaseEntry(
        issued_on=purchase.issued_on,
        series=series,
        number=number,
        supplier=purchase.supplier_name,
        supplier_tax_number=number_in_lists(purchase),
        goods=purchase.description,
        quantity=purchase.quantity,
        net=purchase.net_try,
        vat=purchase.vat_try,
        incurred=incurred,
        deducted_in=purchase.period,
        incurred_in=incurred_in,
        import_declaration=purchase.customs_number,
        burden=BURDENS[purchase.kind][0],
    )


def _incurred(charged: Charged, period: str) -> PurchaseEntry:
    return _purchase(charged.purchase, charged.vat_try, period)


def _match(invoice: InvoiceOf, valued: Valued) -> MatchEntry:
    export, rate = valued.export, valued.rate
    return MatchEntry(
        reference=invoice.reference,
        invoice=invoice.number,
        invoiced_on=export.invoiced_on,
        currency=export.currency,
        amount=export.amount,
        back=export.back,
        etgb=invoice.etgb,
        closed_on=export.closed_on,
        etgb_currency=invoice.etgb_currency or ("" if invoice.etgb_amount is None else export.currency),
        etgb_amount=invoice.etgb_amount,
        rate=rate.rate,
        rate_day=rate.published_on,
        amount_try=valued.value_try,
        inferred=[
            words
            for words, inferred in (
                (REGISTRATION_INFERRED, export.registered_on_inferred),
                (HAND_OVER_INFERRED, export.hand_over_inferred),
            )
            if inferred
        ],
    )


def _rates(exports: Sequence[Valued]) -> list[RateEntry]:
    """Each rate that was used, once; a lira is a lira."""
    used: dict[RateUsed, None] = dict.fromkeys(one.rate for one in exports if one.rate.published_on is not None)
    return sorted(
        (
            RateEntry(one.currency, one.published_on, one.rate, source=one.source)
            for one in used
            if one.published_on is not None
        ),
        key=lambda one: (one.currency, one.day),
    )


def _of_claim(lines: Lines) -> Iterator[Remark]:
    """What the claim as a whole lacks."""
    sheet, period = lines.sheet, lines.sheet.claim.period
    if not any(one.vat_try for one in sheet.purchases):
        yield remark("no_purchases", period)
    if sheet.calculation.carried_try is None:
        yield remark("carried_not_told", period)
    if (sheet.exported_try, sheet.refundable_try) != (sheet.calculation.exported_try, sheet.calculation.refundable_try):
        yield remark("figures_changed" if lines.filing is None else "figures_told", period)
    unsaid = _SAID_HERE if lines.filing is None else _SAID_HERE - {Check.PERIOD}
    for item in sheet.checklist:
        if not item.met and item.check not in unsaid:
            said = readiness_texts.said(item)
            yield Remark(f"checklist_{item.check}", period, (said["tr"], said["en"]))


def _of_shipments(lines: Lines, papers: ClaimPapers) -> Iterator[Remark]:
    """Which invoices stand in no list, and whose goods came back."""
    closed = {one.number for one in papers.etgbs if one.closed_on is not None}
    valued = {one.export.shipment: one for one in lines.valued}
    for one in papers.invoices:
        if one.shipment not in valued:
            yield remark("rate_missing" if one.etgb in closed else "etgb_not_closed", one.number or one.reference)
        elif one.shipment in lines.returned:
            yield remark("returned", one.number)
        elif valued[one.shipment].export.back:
            yield remark("part_back", one.number)


def _inferred(lines: Lines) -> Iterator[Remark]:
    """What stands in the lists and was told by nobody: days of ETGBs, each once, and hand-overs."""
    exports = [one.export for one in lines.valued]
    for number in dict.fromkeys(one.etgb_number for one in exports if one.registered_on_inferred):
        yield remark("registration_inferred", number)
    for one in exports:
        if one.hand_over_inferred:
            yield remark("hand_over_inferred", one.invoice_number)


def _of_sandboxes(claim: Claim, etgbs: Sequence[EtgbOf]) -> Iterator[Remark]:
    """What is no real thing in it."""
    for etgb in etgbs:
        if etgb.courier == SANDBOX or etgb.evidence_kind.startswith(SANDBOX):
            yield remark("sandbox", etgb.number)
    if claim.petition_number.startswith(SANDBOX.upper()):
        yield remark("sandbox", claim.petition_number)
