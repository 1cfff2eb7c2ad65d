"""The shipment aggregate: what the engine keeps of one shipment between messages, and the record of each move."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from uuid import UUID, uuid5

from workflow import facts
from workflow.delivery import DeliveryStatus
from workflow.draft import Draft
from workflow.etgb import Cause
from workflow.lifecycle import FIRST, Lifecycle
from workflow.stages import Stage, Trigger
from workflow.together import Member, group_of
from workflow.waits import Allowance, Wait

_NAMESPACE = UUID("0b0f3a52-5f0e-5c5c-8a56-3f0f6a2d9c10")


@lru_cache(maxsize=16384)
def shipment_id(seller: str, reference: str) -> UUID:
    """The id of a seller's order: it follows from the two, so that every door gives the same order the same id."""
    # NUL stands in neither, so no two pairs make the same text
    return uuid5(_NAMESPACE, f"{seller}\0{reference}")


@dataclass(frozen=True, slots=True)
class Transition:
    """One entry of the transition log: ``sequence`` counts 1, 2, … without a gap for each shipment.

    ``occurred_at`` is the time of the event that moved it (UTC), ``actor`` the source of its message.
    """

    shipment: UUID
    seller: str
    reference: str
    sequence: int
    origin: Stage
    target: Stage
    trigger: Trigger
    occurred_at: datetime
    actor: str
    message_id: str
    correlation: str = ""
    traceparent: str = ""


@dataclass(slots=True)
class Shipment:
    """One shipment; only what decides is here, the declared content stands in its :class:`~workflow.draft.Draft`."""

    id: UUID
    seller: str
    reference: str
    stage: Stage
    stage_since: datetime
    currency: str
    total: Decimal
    gross_weight_kg: Decimal
    country: str
    planned_on: date
    sequence: int = 0
    version: int = 0
    due_at: datetime | None = None
    """When what it waits for falls due (:attr:`workflow.lifecycle.Lifecycle.waits`)."""
    overdue: bool = False
    """Whether it waits too long, and somebody was told."""
    courier: str = ""
    tracking_number: str = ""
    booked_at: datetime | None = None
    delivery_status: DeliveryStatus | None = None
    delivery_at: datetime | None = None
    invoice_number: str = ""
    invoice_ettn: str = ""
    invoice_issued_on: date | None = None
    invoice_total: Decimal | None = None
    etgb_number: str = ""
    vedop_seen_on: date | None = None
    claim: UUID | None = None
    held: bool = False
    """Whether a finding of its latest judgement blocks: then it gets no invoice."""
    together: int | None = None
    """Which shipments it goes with: the number of its group (:mod:`workflow.together`)."""
    chained: int = 0
    chain: bytes | None = None
    """The link of its move ``chained``, the last one in its log's hash chain (:mod:`workflow.chain`); ``None``: none yet."""
    begun_at: datetime | None = None
    """When it was saved for the first time, for ever; its log is kept by the month of it. ``None``: not yet saved."""
    lifecycle: Lifecycle = FIRST
    """The version of the table of stages that it began under, and keeps."""
    draft: Draft | None = None
    """Loaded only where a message of the batch judges or amends it, or says what of it came back."""
    back: dict[int, Decimal] = field(default_factory=dict)
    """By line of the order (1, 2, …) the quantity that came back while the rest stayed; loaded with the draft."""

    @classmethod
    def from_draft(cls, draft: Draft, at: datetime, lifecycle: Lifecycle = FIRST) -> "Shipment":
        """A new shipment in stage ``draft``, which goes by ``lifecycle`` to its end."""
        seller = draft.seller.tax_number
        return cls(
            id=shipment_id(seller, draft.reference),
            seller=seller,
            reference=draft.reference,
            stage=Stage.DRAFT,
            stage_since=at,
            currency=draft.currency,
            total=draft.total,
            gross_weight_kg=draft.gross_weight_kg,
            country=draft.consignee.address.country,
            planned_on=draft.planned_on,
            courier=draft.courier,
            together=group_of(draft),
            lifecycle=lifecycle,
            draft=draft,
        )

    def move(self, trigger: Trigger, cause: Cause) -> Transition:
        """Fire ``trigger`` and give the entry for the log; what it waited for is over.

        Raises:
            TransitionNotAllowedError: the stage does not allow it.
        """
        origin = self.stage
        self.lifecycle.fire(self, trigger)
        self.sequence += 1
        self.stage_since = cause.at
        self.due_at, self.overdue = None, False
        return Transition(
            self.id,
            self.seller,
            self.reference,
            self.sequence,
            origin,
            self.stage,
            trigger,
            cause.at,
            cause.source,
            cause.id,
            cause.correlation,
            cause.traceparent,
        )

    def may(self, trigger: Trigger) -> bool:
        """Whether ``trigger`` is allowed now."""
        return self.lifecycle.allowed(self.stage, trigger)

    def may_later(self, trigger: Trigger) -> bool:
        """Whether it is allowed now, or the shipment can still come to where it is."""
        return self.lifecycle.possible_later(self.stage, trigger)

    def why_not(self, trigger: Trigger) -> str:
        """Why ``trigger`` is not allowed now, in words."""
        return self.lifecycle.why_not(self.stage, trigger)

    @property
    def decided_by_findings(self) -> bool:
        """Whether its invoice is still to come: what is found in its draft counts until then."""
        return not self.invoice_number and self.may_later(Trigger.INVOICE)

    @property
    def wait(self) -> Wait | None:
        """What is awaited of it in its stage."""
        return self.lifecycle.waits[self.stage]

    @property
    def whose(self) -> tuple[str, str, Mapping[Wait, Allowance]]:
        """Seller and courier, who may have allowances of their own, and those of its version of the stages."""
        return self.seller, self.courier, self.lifecycle.allowances

    def carried(self, draft: Draft) -> Draft:
        """A draft with the courier that carries the shipment: where one was booked, not the one that was declared."""
        return draft if draft.courier == self.courier else replace(draft, courier=self.courier)

    @property
    def member(self) -> Member | None:
        """What of it counts in its group."""
        if self.together is None:
            return None
        return Member(self.together, self.reference, self.currency, self.gross_weight_kg, self.total)

    def names(self) -> list[str]:
        """All keys under which messages may name this shipment now."""
        keys = [facts.by_id(self.id)]
        if self.tracking_number:
            keys.append(facts.by_tracking(self.courier, self.tracking_number))
        if self.invoice_number:
            keys.append(facts.by_invoice(self.seller, self.invoice_number))
        if self.etgb_number:
            keys.append(facts.by_etgb(self.etgb_number))
        if self.claim is not None:
            keys.append(facts.by_claim(self.claim))
        return keys
