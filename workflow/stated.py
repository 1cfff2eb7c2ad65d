"""What an invoice says of itself, whoever made it: no judgement, and ``None`` where it says nothing."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from workflow.facts import InvoiceIssued

PAPER = "PAPER"
"""The profile of a paper invoice, whose particulars a person enters."""


@dataclass(frozen=True, slots=True)
class StatedParty:
    """Seller or buyer: ``scheme`` is ``VKN`` or ``TCKN``, ``country`` ISO 3166-1 alpha-2 or empty."""

    scheme: str = ""
    tax_number: str = ""
    name: str = ""
    city: str = ""
    country: str = ""
    country_name: str = ""


@dataclass(frozen=True, slots=True)
class StatedLine:
    """One line; money in the invoice's currency, ``vat_percent`` of each rate on the line."""

    number: str
    name: str
    description: str = ""
    sku: str = ""
    gtip: str = ""
    origin: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    unit_price: Decimal | None = None
    amount: Decimal | None = None
    discount: Decimal = Decimal(0)
    vat_percents: tuple[Decimal, ...] = ()
    vat_amount: Decimal = Decimal(0)
    exemption_codes: tuple[str, ...] = ()
    incoterm: str = ""
    transport_mode: str = ""
    gross_weight_kg: Decimal | None = None
    net_weight_kg: Decimal | None = None


@dataclass(frozen=True, slots=True)
class StatedRate:
    """The exchange rate on the invoice: ``value`` of ``target`` for one ``source``."""

    source: str
    target: str
    value: Decimal
    on: date | None = None


@dataclass(frozen=True, slots=True)
class StatedInvoice:
    """An invoice as it reads; ``profile`` alone says what it is, never a logo or a heading on the print.

    ``lines`` is ``None`` where only particulars are known (a message, a paper invoice), and so are the parties.
    ``allowances``, ``charges``, ``incoterm`` and ``gross_weight_kg`` stand on the whole document, not on a line.
    """

    profile: str
    type: str
    number: str
    ettn: str
    issued_on: date | None
    currency: str
    payable: Decimal | None
    exemption_codes: tuple[str, ...]
    exemption_reasons: tuple[str, ...] | None = None
    vat_percents: tuple[Decimal, ...] = ()
    vat_amount: Decimal = Decimal(0)
    before_vat: Decimal | None = None
    with_vat: Decimal | None = None
    allowances: Decimal = Decimal(0)
    charges: Decimal = Decimal(0)
    rate: StatedRate | None = None
    seller: StatedParty | None = None
    buyer: StatedParty | None = None
    order_reference: str = ""
    incoterm: str = ""
    gross_weight_kg: Decimal | None = None
    lines: tuple[StatedLine, ...] | None = None


def by_message(fact: InvoiceIssued) -> StatedInvoice:
    """What a message says of an invoice; the contract's ``exchange_rate`` may be missing."""
    rate = None if fact.exchange_rate is None else StatedRate(fact.currency, "TRY", fact.exchange_rate)
    return StatedInvoice(
        profile=fact.profile,
        type=fact.type,
        number=fact.number,
        ettn=fact.ettn,
        issued_on=fact.issued_on,
        currency=fact.currency,
        payable=fact.total,
        exemption_codes=(fact.exemption_code,),
        rate=rate,
    )
