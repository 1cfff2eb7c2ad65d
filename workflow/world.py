"""What a batch of messages is decided on, and what comes out of it."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from workflow import facts
from workflow.attention import AttentionItem, Reason
from workflow.deadlines import Allowances
from workflow.errors import WiderWorldNeededError
from workflow.etgb import Etgb
from workflow.facts import EtgbLine, RatesPublished
from workflow.message import Message, Part
from workflow.refund import Booked, Claim, RatePolicy, VatReturn, Withdrawn
from workflow.refund.reversal import Piece
from workflow.rules.findings import Finding
from workflow.rules.law import LawBook, Rates
from workflow.shipment import Shipment, Transition
from workflow.together import Fellows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Policy:
    """What an installation may set.

    ``etgb_tolerance`` is the share by which an ETGB's amount may differ from the invoice; ``tasks`` names, for each
    family of counterparts, the code that does the work Kervan asks for (empty: nothing is asked); ``allowances`` says how long
    what is awaited may take; ``scan_ahead`` by how much a scan's time may lie after its reception, since clocks differ and
    some couriers tell local times as if they were UTC; ``rate_policy`` says which bulletins exports are valued by.
    """

    law: LawBook
    auto_validate: bool = True
    etgb_tolerance: Decimal = Decimal("0.05")
    tasks: dict[str, str] = field(default_factory=dict)
    allowances: Allowances = field(default_factory=Allowances)
    scan_ahead: timedelta = timedelta(days=1)
    rate_policy: RatePolicy = RatePolicy.INTAC_PREV_BULLETIN


@dataclass(slots=True)
class World:
    """What is known, and locked, of all that a batch touches."""

    now: datetime
    rates: Rates
    shipments: dict[UUID, Shipment] = field(default_factory=dict)
    named: dict[str, Shipment] = field(default_factory=dict)
    members: defaultdict[str, dict[UUID, Shipment]] = field(default_factory=lambda: defaultdict(dict))
    etgbs: dict[str, Etgb] = field(default_factory=dict)
    claims: dict[UUID, Claim] = field(default_factory=dict)
    purchases: dict[UUID, Booked] = field(default_factory=dict)
    withdrawn: dict[UUID, Withdrawn] = field(default_factory=dict)
    """Purchases that count nowhere any more; none of them is in ``purchases``."""
    vat_returns: dict[tuple[str, str], VatReturn] = field(default_factory=dict)
    """By seller and period."""
    fellows: Fellows = field(default_factory=Fellows)
    waiting: defaultdict[str, list[Part]] = field(default_factory=lambda: defaultdict(list))
    unparked: frozenset[str] = frozenset()
    """Keys with an open item under which parts waited that come again in this batch."""
    looked: set[str] | None = None
    """Keys whose owners and waiting parts are here and stay as they are (locked); ``None``: all there are."""
    evidence: set[tuple[str, str]] = field(default_factory=set)
    """Documents kept as evidence that a person's confirmation of this batch names: the ETGB's number, and their SHA-256."""
    waiting_after: UUID | None = None
    """Where more drafts wait for a rate than one batch judges: the last of those that are here; the others come after it."""
    periods: set[tuple[str, str]] | None = None
    """Sellers and VAT periods whose claims are here and stay as they are; ``None``: all there are."""
    whole_claims: set[UUID] | None = None
    """Claims all of whose shipments are here and stay in them; ``None``: all there are."""
    books: set[str] | None = None
    """Sellers whose purchases, VAT returns and petitions stay as they are; ``None``: all there are."""
    petitions: dict[tuple[str, str], UUID] = field(default_factory=dict)
    """Of those sellers, by seller and petition number, the claim that was filed with it, now or before a rejection."""

    def need(self, key: str) -> None:
        """Make sure that a key may be read or given: nobody else can give it meanwhile, and who has it is here.

        Raises:
            WiderWorldNeededError: it was not locked; the batch begins again with it.
        """
        if self.looked is not None and key not in self.looked:
            raise WiderWorldNeededError(key)

    def need_period(self, seller: str, period: str) -> None:
        """The same for the claims of a seller's VAT period.

        Raises:
            WiderWorldNeededError: they are not here.
        """
        if self.periods is not None and (seller, period) not in self.periods:
            raise WiderWorldNeededError(facts.claims_of(seller, period))

    def need_members(self, claim: UUID) -> None:
        """The same for all shipments of a claim.

        Raises:
            WiderWorldNeededError: they are not here.
        """
        if self.whole_claims is not None and claim not in self.whole_claims:
            raise WiderWorldNeededError(facts.by_claim(claim))

    def need_books(self, seller: str) -> None:
        """The same for what a seller's claims are calculated from, and for the numbers of its petitions.

        Raises:
            WiderWorldNeededError: somebody may book a purchase meanwhile.
        """
        if self.books is not None and seller not in self.books:
            raise WiderWorldNeededError(facts.books_of(seller))

    def add(self, shipments: "Iterable[Shipment]") -> None:
        """Make shipments known under all their keys."""
        for shipment in shipments:
            self.shipments[shipment.id] = shipment
            self.named[facts.by_id(shipment.id)] = shipment
            if shipment.tracking_number:
                self.named[facts.by_tracking(shipment.courier, shipment.tracking_number)] = shipment
            if shipment.invoice_number:
                self.named[facts.by_invoice(shipment.seller, shipment.invoice_number)] = shipment
            if shipment.etgb_number:
                self.members[facts.by_etgb(shipment.etgb_number)][shipment.id] = shipment
            if shipment.claim is not None:
                self.members[facts.by_claim(shipment.claim)][shipment.id] = shipment

    def of(self, key: str) -> list[Shipment]:
        """The shipments that stand on an ETGB or belong to a claim, in id order."""
        found = self.members.get(key)
        return [found[i] for i in sorted(found)] if found else []


@dataclass(frozen=True, slots=True)
class Refusal:
    """A part that can never apply, with the reason."""

    part: Part
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class RateDay:
    """A day whose rates are wanted, as what a task is about."""

    day: date


@dataclass(frozen=True, slots=True)
class Task:
    """Something Kervan asks of a counterpart, on ``kervan.task.<family>.<code>``; ``about`` becomes its payload.

    Tasks about a shipment are asked when it comes into a stage. A task about a day has an id that follows from code and
    day alone: it is asked once however many drafts need the day, and again only where no answer came for an hour.
    """

    id: str
    family: str
    code: str
    type: str
    about: Shipment | RateDay | Claim
    cause: Message


@dataclass(frozen=True, slots=True)
class Filing:
    """A claim that is filed: saving calculates it, by these rules, and keeps that as it was filed.

    ``seen`` is the SHA-256 of the calculation that it was decided on, where whoever filed named one.
    """

    claim: Claim
    part: Part
    law: LawBook
    rate_policy: RatePolicy
    tolerance: Decimal
    seen: str = ""


@dataclass(frozen=True, slots=True)
class PieceBack:
    """What came back of a shipment, and the claim that asked for its refund by then; without one nothing is asked for it."""

    shipment: UUID
    seller: str
    piece: Piece
    message: Message
    claim: UUID | None = None


@dataclass(frozen=True, slots=True)
class Continuation:
    """What a batch leaves to be done next: judge the drafts that wait for a rate and whose id comes after ``after``."""

    after: UUID
    cause: Message


@dataclass(slots=True)
class Outcome:
    """What became of a message.

    ``state`` is ``applied``, ``repeated`` (it changed nothing, being known), ``parked`` or ``refused``; ``code`` and
    ``detail`` say why where it was not applied.
    """

    source: str
    id: str
    state: str
    code: str = ""
    detail: str = ""
    shipments: list[UUID] = field(default_factory=list)


@dataclass(slots=True)
class Changes:
    """All that one batch changes; saved in one transaction, or not at all."""

    created: dict[UUID, Shipment] = field(default_factory=dict)
    changed: dict[UUID, Shipment] = field(default_factory=dict)
    judged: dict[UUID, tuple[Finding, ...]] = field(default_factory=dict)
    redrafted: set[UUID] = field(default_factory=set)
    transitions: list[Transition] = field(default_factory=list)
    keys_added: dict[tuple[str, UUID], str] = field(default_factory=dict)
    """By key and shipment, the shipment's seller."""
    keys_dropped: dict[tuple[str, UUID], None] = field(default_factory=dict)
    etgbs: dict[str, Etgb] = field(default_factory=dict)
    etgb_lines: dict[tuple[str, int], UUID] = field(default_factory=dict)
    lines_corrected: dict[tuple[str, int], EtgbLine] = field(default_factory=dict)
    """Lines of ETGBs that were told again with an amount that fits, by number and line."""
    lines_off: dict[tuple[str, UUID], bool] = field(default_factory=dict)
    """By ETGB and shipment, whether the line was taken off, or put back by a person."""
    claims: dict[UUID, Claim] = field(default_factory=dict)
    claim_moves: list[tuple[Claim, Message, dict[str, Any]]] = field(default_factory=list)
    filings: list[Filing] = field(default_factory=list)
    purchases: dict[UUID, tuple[Booked, Message]] = field(default_factory=dict)
    withdrawn: dict[UUID, Withdrawn | None] = field(default_factory=dict)
    """Purchases that were withdrawn, or (``None``) that count again."""
    vat_returns: dict[tuple[str, str], VatReturn] = field(default_factory=dict)
    pieces_back: list[PieceBack] = field(default_factory=list)
    """What came back of shipments while the rest stayed with the buyer."""
    given_back: dict[tuple[UUID, UUID], None] = field(default_factory=dict)
    """By claim and shipment, whose pieces known before this batch were given back; those it brings say so themselves."""
    parked: dict[tuple[str, str, int], tuple[Part, str]] = field(default_factory=dict)
    released: dict[tuple[str, str, int], None] = field(default_factory=dict)
    looks: dict[str, datetime | None] = field(default_factory=dict)
    """By key, when the timer looks next at what waits for it; ``None`` where somebody was told."""
    refused: list[Refusal] = field(default_factory=list)
    raised: dict[UUID, AttentionItem] = field(default_factory=dict)
    resolved: dict[UUID, AttentionItem | None] = field(default_factory=dict)
    """Items whose cause has gone; saving leaves those that were open, and says what they were."""
    settled: dict[UUID, set[Reason]] = field(default_factory=dict)
    """By shipment, the reasons whose open items are over, whatever each was about."""
    tasks: list[Task] = field(default_factory=list)
    failed_tasks: dict[str, facts.TaskFailed] = field(default_factory=dict)
    continuations: list[Continuation] = field(default_factory=list)
    links: dict[tuple[str, str, UUID], str] = field(default_factory=dict)
    """By message and shipment that it concerns, the shipment's seller."""
    rates: list[RatesPublished] = field(default_factory=list)
    rate_days: dict[tuple[str, date], bool] = field(default_factory=dict)
    """By bank and day, whether a bulletin was published: what need not be fetched again."""
    outcomes: dict[tuple[str, str], Outcome] = field(default_factory=dict)
    """By message; those of a batch's earlier stretches are among them."""
    undecided: "Sequence[Message]" = ()
    """Where a batch stops short, the messages after that: its next stretch decides on them, once this one is saved."""
    to_release: frozenset[str] = frozenset()
    """Keys that were woken by then, and under which parts wait that the next stretch tries again."""
    waiting_before: frozenset[tuple[str, str, int]] = frozenset()
    """Parts that the batch's earlier stretches parked, and that waited still when this one began."""
