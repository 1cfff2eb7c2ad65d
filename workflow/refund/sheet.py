"""A claim with its figures as they stand: what the database counts of it, put through the calculation.

The sums of a sheet are those of its lines to the kuruş: each export is rounded before it is added, wherever that is done.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from workflow.refund import terms
from workflow.refund.attribution import Attribution
from workflow.refund.calculation import NOTHING, Basis, Calculation, calculate
from workflow.refund.claim import MAY_BE_FILED, Claim
from workflow.refund.purchases import Charged
from workflow.refund.readiness import Check, Item, Lacking, Unplaced
from workflow.refund.reversal import Proposal
from workflow.refund.valuation import RatePolicy, RateUsed, Valued
from workflow.rules.law import LawBook


@dataclass(frozen=True, slots=True)
class InCurrency:
    """What a claim exports in one currency, without what came back, and its value in TRY as far as the rates are known."""

    currency: str
    amount: Decimal
    value_try: Decimal


@dataclass(frozen=True, slots=True)
class Figures:
    """What a claim comes to, and by what: kept as it was filed. Fields are those of :class:`Sheet`."""

    policy: RatePolicy
    shipments: int
    exported: tuple[InCurrency, ...]
    by_rate: Mapping[Decimal, Decimal]
    unvalued: Mapping[str, tuple[date, ...]]
    late_purchases: int
    turnover_try: Decimal | None
    calculation: Calculation


@dataclass(slots=True)
class Sheet:
    """A claim with its figures and its checklist. ``policy`` is the one that it was filed by, or the installation's.

    The figures of a claim that was filed are those that were kept then (``filed``); ``today`` is what they would come to now,
    where that was asked for: lists do not, and have none of its purchases either.
    Claims filed by releases that kept none have those of now.
    """

    claim: Claim
    policy: RatePolicy
    shipments: int = 0
    exported: list[InCurrency] = field(default_factory=list)
    by_rate: dict[Decimal, Decimal] = field(default_factory=dict)
    """Export value by general VAT rate."""
    back_by_rate: dict[Decimal, Decimal] = field(default_factory=dict)
    """What of the invoices came back in part, in TRY by general VAT rate; it is not in ``by_rate``."""
    unvalued: dict[str, list[date]] = field(default_factory=dict)
    rates: set[RateUsed] = field(default_factory=set)
    """The rates that its exports are valued by now."""
    lacking: dict[Check, Lacking] = field(default_factory=dict)
    purchases: list[Charged] = field(default_factory=list)
    borne: dict[UUID, Decimal] = field(default_factory=dict)
    """What a claim that was filed bears of each purchase, as it was kept."""
    stays: dict[UUID, Fraction] = field(default_factory=dict)
    """By purchase for a shipment of which a part came back, the share of the shipment that did not."""
    late_purchases: int = 0
    """Those of the purchases that are for shipments of an earlier claim of the period, and were told after it was filed."""
    unplaced: Unplaced | None = None
    """Purchases of the period whose orders are in no claim."""
    turnover_try: Decimal | None = None
    calculation: Calculation = field(default_factory=lambda: calculate(Basis({}, {}, None)))
    checklist: list[Item] = field(default_factory=list)
    """Of a claim that can be filed; of others it has no use any more."""
    filed: Figures | None = None
    today: Figures | None = None

    @property
    def blocked(self) -> bool:
        """Whether the checklist forbids to file it."""
        return any(item.blocks for item in self.checklist)

    def figures(self) -> Figures:
        """Its figures, to be kept."""
        return Figures(
            self.policy,
            self.shipments,
            tuple(self.exported),
            dict(self.by_rate),
            {currency: tuple(days) for currency, days in self.unvalued.items()},
            self.late_purchases,
            self.turnover_try,
            self.calculation,
        )

    def stand_as_filed(self, filed: Figures) -> None:
        """Show the figures that the claim was filed with; those of now are kept beside them."""
        self.filed, self.today = filed, self.figures()
        self.policy, self.shipments, self.exported = filed.policy, filed.shipments, list(filed.exported)
        self.by_rate, self.calculation = dict(filed.by_rate), filed.calculation
        self.unvalued = {currency: list(days) for currency, days in filed.unvalued.items()}
        self.late_purchases, self.turnover_try = filed.late_purchases, filed.turnover_try

    @property
    def exported_try(self) -> Decimal:
        """As filed, or as calculated."""
        filed = None if self.claim.status in MAY_BE_FILED else self.claim.exported_try
        return self.calculation.exported_try if filed is None else filed

    @property
    def asked_known(self) -> bool:
        """Whether it is known what is asked for: told with the filing, or calculated."""
        return self.claim.status in MAY_BE_FILED or self.claim.refundable_try is not None or bool(self.refundable_try)

    @property
    def refundable_try(self) -> Decimal:
        """As filed, or as calculated; where it is not known what is asked for, nought."""
        filed = None if self.claim.status in MAY_BE_FILED else self.claim.refundable_try
        return self.calculation.refundable_try if filed is None else filed


@dataclass(frozen=True, slots=True)
class LeftOver:
    """Purchases for a claim that was filed without them, and their VAT in TRY."""

    count: int
    vat_try: Decimal


@dataclass(frozen=True, slots=True)
class Filing:
    """One filing of a claim, as it is kept: the first is version 1, each after a rejection the next.

    ``sha256`` is that of its calculation, ``papers_sha256`` of all else that its dossier is made of.
    """

    version: int
    petition_number: str
    filed_on: date
    exported_try: Decimal
    refundable_try: Decimal
    sha256: str
    papers_sha256: str
    override: str
    figures: Figures
    """Its figures without the lines."""
    source: str
    """Who told of it, and ``message_id`` in which message."""
    message_id: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ToReverse:
    """A shipment of which goods came back after the claim was filed, and what is proposed to be given back for it."""

    shipment: UUID
    reference: str
    proposal: Proposal


@dataclass(frozen=True, slots=True)
class Outline:
    """A claim without its lines: all that is told of it as a whole, however many shipments it has."""

    sheet: Sheet
    rates: frozenset[RateUsed]
    """Each rate that its exports are valued by."""
    to_reverse: tuple[ToReverse, ...] = ()
    left_over: LeftOver | None = None


@dataclass(frozen=True, slots=True)
class Lines:
    """A claim shipment by shipment and purchase by purchase; both lists of ``cut`` sum up to the calculation's refund.

    ``returned`` names the shipments whose goods came back, ``to_reverse`` those, and those of which a part came back, for which
    it was not given back yet.
    """

    sheet: Sheet
    valued: tuple[Valued, ...]
    cut: Attribution
    returned: frozenset[UUID]
    to_reverse: frozenset[UUID] = frozenset()
    reversals: Mapping[UUID, Proposal] = field(default_factory=dict)
    """What is proposed to be given back for each of those."""
    left_over: LeftOver | None = None
    """What was bought for it and told after it was filed, while no claim of its period can take that."""
    filing: Filing | None = None
    """The filing whose lines these are, where it was kept."""

    def outline(self) -> Outline:
        """The claim without its lines."""
        back = (one.export for one in self.valued if one.export.shipment in self.to_reverse)
        to_reverse = tuple(ToReverse(one.shipment, one.reference, self._proposal(one.shipment)) for one in back)
        return Outline(self.sheet, frozenset(one.rate for one in self.valued), to_reverse, self.left_over)

    def _proposal(self, shipment: UUID) -> Proposal:
        asked = self.cut.by_shipment[shipment]
        return self.reversals.get(shipment) or Proposal(asked, asked, NOTHING, NOTHING, "", NOTHING, whole=True)


def below_minimum(sheets: Iterable[Sheet], law: LawBook, today: date) -> list[Sheet]:
    """Claims that may still be filed and that are too small to be."""
    return [
        one
        for one in sheets
        if one.claim.status in MAY_BE_FILED
        and one.refundable_try < terms.minimum(law, one.claim.period)
        and terms.days_left(law, one.claim.period, today) >= 0
    ]
