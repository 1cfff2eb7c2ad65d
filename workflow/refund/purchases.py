"""Input VAT: purchase invoices, and what of their VAT a claim bears (yüklenilen KDV).

General practice (domain section 4): the VAT on the goods sold first, then the share of general expenses, then that of
depreciation (amortismana tabi iktisadi kıymet, ATİK).
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from uuid import UUID, uuid5

from workflow.refund.vat_return import Word
from workflow.values import is_valid_tax_number, normalise_etgb_number, plain

_NAMESPACE = UUID("4d1f6b0e-8c55-5a0c-9d0e-0f5c2f6a7b31")
_NO_VAT = Decimal("0.00")

FOREIGN_SELLER = "1111111111"
"""What stands in the tax office's lists for a seller abroad, who has no VKN (docs.logo.com.tr; domain 3.1, verified)."""


def purchase_id(seller: str, supplier_tax_number: str, invoice_number: str) -> UUID:
    """The id of a purchase invoice: it follows from who sold what to whom, so that the same invoice is never counted twice."""
    return uuid5(_NAMESPACE, f"{seller}\0{supplier_tax_number}\0{invoice_number}")


class PurchaseKind(StrEnum):
    """What a purchase is to the exports; the order is the one in which a claim takes them."""

    DIRECT = "direct"
    """Goods that were exported, or what was bought for one export alone."""
    GENERAL = "general"
    """Expenses of the whole business (rent, advertising, software): a share belongs to the exports."""
    DEPRECIATION = "depreciation"
    """Fixed assets: a share belongs to the exports of the period."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """One purchase invoice, in TRY; ``period`` is the VAT period (``YYYY-MM``) in which its VAT was deducted.

    ``shipment`` names the one export that it was for, where there is one; otherwise it counts for the period. ``share`` (above
    0, at most 1) is what of it belongs to the exports where somebody has said so.
    """

    id: UUID
    seller: str
    supplier_tax_number: str
    supplier_name: str
    invoice_number: str
    issued_on: date
    period: str
    kind: PurchaseKind
    description: str
    quantity: str
    net_try: Decimal
    vat_try: Decimal
    share: Decimal | None = None
    shipment: UUID | None = None
    customs_number: str = ""
    """Registration number of the import declaration (GGB), where the VAT was paid at customs."""
    incurred_try: Decimal | None = None
    """What of the VAT the exports bear, where somebody has told the amount itself (bünyeye giren KDV)."""


@dataclass(frozen=True, slots=True)
class Booked:
    """A purchase as it is kept: when it was told last, and the claim that was filed with it, the first of several."""

    purchase: Purchase
    told_at: datetime
    claim: UUID | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A purchase that counts nowhere any more, as it was booked last: who withdrew it and when, and why.

    ``replaced_by`` is the invoice that it was corrected to, where its supplier or its number was told anew; nobody gave a
    reason where a list only told the supplier's number that was missing.
    """

    purchase: Purchase
    told: Word
    reason: str
    replaced_by: UUID | None = None


def without_supplier(purchase: Purchase) -> UUID:
    """The id that a purchase has as long as its supplier's number is not told."""
    return purchase_id(purchase.seller, "", purchase.invoice_number)


def the_same_but_for_the_supplier(unnamed: Purchase, named: Purchase) -> bool:
    """Whether a purchase told without its supplier's number may be one that was told with it: by seller, number and day."""
    places = [(one.seller, one.invoice_number, one.issued_on) for one in (unnamed, named)]
    alike = places[0] == places[1] and not _declared_apart(unnamed, named)
    return alike and not unnamed.supplier_tax_number and bool(named.supplier_tax_number)


WITHDRAWN_BEFORE = "this purchase invoice was withdrawn or corrected since; to count it, correct it once more"
"""What becomes of a booking that says once more what somebody has withdrawn."""

TOLD_WITH_SUPPLIER = "the purchase invoice is booked with its supplier's number already"
"""What becomes of a booking without the supplier's number of an invoice that is booked with it."""


def number_is_wrong(supplier_tax_number: str) -> bool:
    """Whether a supplier's number is told that is neither a VKN nor a TCKN by its check digits.

    The tax office's lists name suppliers by it, so a purchase with such a number can be claimed by nobody. One without any
    number may still be completed, which the claim's checklist asks for. The lists' own number for sellers abroad is none.
    """
    return supplier_tax_number not in {"", FOREIGN_SELLER} and not is_valid_tax_number(supplier_tax_number)


def number_in_lists(purchase: Purchase) -> str:
    """The number by which the tax office's lists name a purchase's supplier; empty where it still has to be told.

    The VAT of an import is paid at customs, to whom no supplier's VKN is known: the lists name the declaration (GGB tescil no),
    and the seller abroad by the number that stands for all of them.
    """
    return FOREIGN_SELLER if purchase.customs_number and not purchase.supplier_tax_number else purchase.supplier_tax_number


def are_two(known: Purchase, told: Purchase) -> bool:
    """Whether purchases of one seller and number are two invoices, though no supplier's own number tells them apart.

    They are where they name two customs declarations, or two suppliers and two days: numbers such as e-Arşiv's
    ``GIB2026000000001`` begin anew with every supplier.
    """
    if is_valid_tax_number(told.supplier_tax_number):
        return False
    if _declared_apart(known, told):
        return True
    names = {plain(one.supplier_name) for one in (known, told)}
    return "" not in names and len(names) == 2 and known.issued_on != told.issued_on


def _declared_apart(one: Purchase, other: Purchase) -> bool:
    """Whether two purchases name two customs declarations, however their numbers are spelled."""
    return len({normalise_etgb_number(purchase.customs_number) for purchase in (one, other)} - {""}) == 2


@dataclass(frozen=True, slots=True)
class Charged:
    """A purchase with the VAT that the claim bears of it: at most the invoice's own, to the kuruş."""

    purchase: Purchase
    vat_try: Decimal


def shared_by_value(purchase: Purchase) -> bool:
    """Whether the exports of a period bear a purchase by their value: nobody told what of it belongs to them."""
    return purchase.kind is not PurchaseKind.DIRECT and purchase.share is None and purchase.incurred_try is None


def charge(
    purchase: Purchase,
    exported_try: Decimal,
    turnover_try: Decimal | None,
    borne_try: Decimal = _NO_VAT,
    stays: Fraction = Fraction(1),
) -> Charged:
    """What a claim bears of a purchase.

    An amount that was told counts, or a share. Without either a direct purchase counts whole, and any other by value: as much
    as the exports are of the seller's turnover of the period (all deliveries without VAT). Where that is not known either
    nothing is borne, since nothing is guessed; the checklist says so.

    What is shared by value is shared over the period: ``exported_try`` is what its claims export up to this one and with it,
    ``borne_try`` what those before it bear of the purchase, and this one bears the rest of the share that has grown meanwhile.
    That general expenses are shared by value is general practice (domain section 4, likely); that the share is one of the
    period, however many claims it has, is our own reading: so it is never asked for twice, nor ever more than of one claim.

    ``stays`` is the share, by value, of the one shipment that a purchase is for that did not come back: the VAT of goods that
    are here again was not incurred for an export. By value is our own choice, as for reversals.
    """
    if purchase.incurred_try is not None:
        return Charged(purchase, half_up(Fraction(purchase.incurred_try) * stays))
    if purchase.share is not None:
        return Charged(purchase, half_up(Fraction(purchase.vat_try) * Fraction(purchase.share) * stays))
    if purchase.kind is PurchaseKind.DIRECT:
        return Charged(purchase, half_up(Fraction(purchase.vat_try) * stays))
    if turnover_try is None or turnover_try <= 0:
        return Charged(purchase, _NO_VAT)
    share = min(Fraction(exported_try) / Fraction(turnover_try), Fraction(1))
    return Charged(purchase, max(half_up(Fraction(purchase.vat_try) * share) - borne_try, _NO_VAT))


def half_up(amount: Fraction) -> Decimal:
    """An exact amount that is not negative, half up to the kuruş: never rounded twice."""
    return Decimal((amount * 200 + 1) // 2).scaleb(-2)
