"""The tables, as SQLModel sees them: the schema's one definition, from which Alembic's migrations are made.

Reading goes through these classes; the engine writes with the set-based statements of
:mod:`adapters.database.statements`. Money is ``numeric``, times are ``timestamptz``, stages are text with a check.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    Text,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlmodel import Field, SQLModel

from adapters.database import search
from workflow.documents import DocumentKind
from workflow.numbering import LIVE, NumberState
from workflow.stages import Stage, Trigger


def _one_of(column: str, words: type[Stage | Trigger | NumberState | DocumentKind]) -> str:
    return f"{column} IN ({', '.join(repr(word.value) for word in words)})"


def _text(*, null: bool = False, default: str | None = "") -> Column[Any]:
    return Column(Text, nullable=null, server_default=None if null or default is None else text(f"'{default}'"))


def _time(*, null: bool = False) -> Column[Any]:
    return Column(DateTime(timezone=True), nullable=null)


def _money(*, null: bool = False) -> Column[Any]:
    return Column(Numeric(24, 2), nullable=null)


def _now() -> datetime:
    return datetime.now(UTC)


class ShipmentRow(SQLModel, table=True):
    """The moving part of a shipment, kept narrow: it is written at every transition.

    No column that a transition changes is indexed, so that PostgreSQL updates the row in place (HOT); what a shipment can
    be found by stands in :class:`ShipmentKey`. That is why the timer goes by ``look_at`` and not by ``due_at``: it is never
    later, and stays where it is while a shipment moves on in time.
    """

    __tablename__ = "shipment"
    __table_args__ = (
        CheckConstraint(_one_of("stage", Stage), name="shipment_stage"),
        Index("shipment_reference", "seller", "reference", unique=True),
        Index("shipment_newest", "created_at", "id"),
        Index("shipment_of_seller", "seller", "created_at", "id"),
        Index("shipment_to_country", "country", "created_at", "id"),
        Index("shipment_reference_search", text('upper(reference COLLATE "C")')),
        Index("shipment_look_at", "look_at", "id", postgresql_where=text("look_at IS NOT NULL")),
        Index("shipment_overdue", "id", postgresql_where=text("overdue")),
        Index("shipment_together", "together", postgresql_where=text("together IS NOT NULL")),
        {"postgresql_with": {"fillfactor": "70"}},
    )

    id: UUID = Field(sa_column=Column(PG_UUID, primary_key=True))
    seller: str = Field(sa_column=_text(default=None))
    reference: str = Field(sa_column=_text(default=None))
    stage: str = Field(sa_column=_text(default=None))
    stage_since: datetime = Field(sa_column=_time())
    due_at: datetime | None = Field(default=None, sa_column=_time(null=True))
    overdue: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """Whether what it waits for fell due and somebody was told."""
    look_at: datetime | None = Field(default=None, sa_column=_time(null=True))
    """When the timer looks at it next; never later than ``due_at``, unless it is overdue already."""
    sequence: int
    version: int
    currency: str = Field(sa_column=_text(default=None))
    total: Decimal = Field(sa_column=_money())
    gross_weight_kg: Decimal = Field(sa_column=Column(Numeric(18, 6), nullable=False))
    country: str = Field(sa_column=_text())
    planned_on: date
    together: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    """The group of shipments that go to one consignee on one day (:mod:`workflow.together`)."""
    courier: str = Field(sa_column=_text())
    tracking_number: str = Field(sa_column=_text())
    booked_at: datetime | None = Field(default=None, sa_column=_time(null=True))
    """The time of the booking that gave the tracking number; of two bookings the later one stands."""
    delivery_status: str | None = Field(default=None, sa_column=_text(null=True))
    delivery_at: datetime | None = Field(default=None, sa_column=_time(null=True))
    invoice_number: str = Field(sa_column=_text())
    invoice_ettn: str = Field(sa_column=_text())
    invoice_issued_on: date | None = None
    invoice_total: Decimal | None = Field(default=None, sa_column=_money(null=True))
    etgb_number: str = Field(sa_column=_text())
    vedop_seen_on: date | None = None
    claim: UUID | None = Field(default=None, sa_column=Column(PG_UUID, nullable=True))
    held: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false")))
    """Whether a finding of the latest validation blocks."""
    created_at: datetime = Field(sa_column=_time())


class ShipmentTrait(SQLModel, table=True):
    """What lists of shipments are narrowed by and transitions change, in the lists' order; a trigger on ``shipment`` keeps it.

    A trait is ``stage:``, ``delivery:`` or ``courier:`` with what the shipment has there, ``ettn:`` with its invoice's ETTN
    in capitals, or ``day:<seller>:`` with the day of its invoice, before there is one the planned day. ``since`` stands with a
    stage.
    """

    __tablename__ = "shipment_trait"
    __table_args__ = (
        PrimaryKeyConstraint("trait", "created_at", "shipment"),
        Index("shipment_trait_since", "trait", "since", postgresql_where=text("since IS NOT NULL")),
    )

    trait: str = Field(sa_column=_text(default=None))
    created_at: datetime = Field(sa_column=_time())
    shipment: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    since: datetime | None = Field(default=None, sa_column=_time(null=True))


class StageCount(SQLModel, table=True):
    """How many shipments stand in each stage, as the sum of parts, so that no two workers count on the same row at once."""

    __tablename__ = "stage_count"
    __table_args__ = (PrimaryKeyConstraint("stage", "part"),)

    stage: str = Field(sa_column=_text(default=None))
    part: int
    shipments: int = Field(sa_column=Column(BigInteger, nullable=False))


class ShipmentContent(SQLModel, table=True):
    """The declared part of a shipment: parties and terms, written when it is drafted or amended."""

    __tablename__ = "shipment_content"
    __table_args__ = (
        Index(
            "shipment_content_names",
            literal_column(search.FOLDED).label("names"),
            postgresql_using="gin",
            postgresql_ops={"names": "gin_trgm_ops"},
        ),
    )

    shipment: UUID = Field(sa_column=Column(PG_UUID, primary_key=True))
    seller_name: str = Field(sa_column=_text())
    consignee_name: str = Field(sa_column=_text())
    terms: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    """Everything of the draft but its lines, as in the contract's payload."""
    rule_version: str = Field(sa_column=_text())


class ShipmentLine(SQLModel, table=True):
    """One line of the order."""

    __tablename__ = "shipment_line"
    __table_args__ = (PrimaryKeyConstraint("shipment", "line_no"),)

    shipment: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    line_no: int
    kind: str = Field(sa_column=_text(default=None))
    sku: str = Field(sa_column=_text())
    description: str = Field(sa_column=_text())
    description_tr: str = Field(sa_column=_text())
    gtip: str = Field(sa_column=_text())
    origin: str = Field(sa_column=_text())
    quantity: Decimal = Field(sa_column=Column(Numeric(18, 6), nullable=False))
    unit: str = Field(sa_column=_text())
    unit_price: Decimal = Field(sa_column=Column(Numeric(18, 6), nullable=False))
    discount: Decimal = Field(sa_column=Column(Numeric(18, 6), nullable=False))
    net_weight_kg: Decimal | None = Field(default=None, sa_column=Column(Numeric(18, 6), nullable=True))


class FindingRow(SQLModel, table=True):
    """One finding of a shipment's latest validation; its text is made from ``code``, ``variant`` and ``params``.

    ``source``, ``valid_from`` and ``valid_to`` are those of the row of the law that it stands on, as it was when it judged.
    """

    __tablename__ = "finding"
    __table_args__ = (PrimaryKeyConstraint("shipment", "finding_no"), Index("finding_code", "code", "shipment"))

    shipment: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    finding_no: int
    code: str = Field(sa_column=_text(default=None))
    variant: str = Field(sa_column=_text())
    severity: str = Field(sa_column=_text(default=None))
    path: str = Field(sa_column=_text())
    params: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    source: str = Field(sa_column=_text())
    valid_from: date | None = None
    valid_to: date | None = None


class ShipmentKey(SQLModel, table=True):
    """What messages may call a shipment by: ``trk:``, ``inv:``, ``etgb:`` and ``claim:`` keys of :mod:`workflow.facts`."""

    __tablename__ = "shipment_key"
    __table_args__ = (PrimaryKeyConstraint("key", "shipment"), Index("shipment_key_number", text(search.NUMBERED)))

    key: str = Field(sa_column=_text(default=None))
    shipment: UUID = Field(sa_column=Column(PG_UUID, nullable=False))


class TransitionRow(SQLModel, table=True):
    """The transition log: only ever added to; ``sequence`` has no gap within a shipment."""

    __tablename__ = "transition"
    __table_args__ = (
        PrimaryKeyConstraint("shipment", "sequence"),
        CheckConstraint(_one_of("origin", Stage), name="transition_origin"),
        CheckConstraint(_one_of("target", Stage), name="transition_target"),
        CheckConstraint(_one_of("trigger", Trigger), name="transition_trigger"),
        Index("transition_recorded", "recorded_at", postgresql_using="brin"),  # for replays; rows come in this order
    )

    shipment: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    sequence: int
    origin: str = Field(sa_column=_text(default=None))
    target: str = Field(sa_column=_text(default=None))
    trigger: str = Field(sa_column=_text(default=None))
    occurred_at: datetime = Field(sa_column=_time())
    recorded_at: datetime = Field(sa_column=_time())
    source: str = Field(sa_column=_text(default=None))
    message_id: str = Field(sa_column=_text(default=None))


class InboxRow(SQLModel, table=True):
    """Every readable message that came, byte for byte; ``(source, id)`` admits it once, ``repeats`` counts the rest."""

    __tablename__ = "inbox"
    __table_args__ = (
        PrimaryKeyConstraint("source", "id"),
        Index("inbox_repeated", "repeats", postgresql_where=text("repeats > 0")),
    )

    source: str = Field(sa_column=_text(default=None))
    id: str = Field(sa_column=_text(default=None))
    type: str = Field(sa_column=_text(default=None))
    subject: str = Field(sa_column=_text(default=None))
    event_at: datetime = Field(sa_column=_time())
    received_at: datetime = Field(sa_column=_time())
    state: str = Field(sa_column=_text(default="applied"))
    repeats: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    parked_at: datetime | None = Field(default=None, sa_column=_time(null=True))
    """When it was first parked, if it was; it may have been released since."""
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class WebhookRow(SQLModel, table=True):
    """What couriers sent to ``/webhooks``, byte for byte, as it was authenticated; its messages are made of it afterwards.

    ``digest`` is the SHA-256 of courier, message id and body, so that the same webhook is kept once. ``handled_at`` is set when
    all that it says has been given to the engine, or is listed as refused.
    """

    __tablename__ = "webhook"
    __table_args__ = (Index("webhook_waiting", "received_at", postgresql_where=text("handled_at IS NULL")),)

    digest: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    courier: str = Field(sa_column=_text(default=None))
    message_id: str = Field(sa_column=_text(default=None))
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    received_at: datetime = Field(sa_column=_time())
    handled_at: datetime | None = Field(default=None, sa_column=_time(null=True))
    traceparent: str = Field(sa_column=_text())


class ShipmentMessage(SQLModel, table=True):
    """Messages that concern a shipment without having moved it (those that did stand in the log)."""

    __tablename__ = "shipment_message"
    __table_args__ = (PrimaryKeyConstraint("shipment", "source", "message_id"),)

    shipment: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    source: str = Field(sa_column=_text(default=None))
    message_id: str = Field(sa_column=_text(default=None))


class ParkedRow(SQLModel, table=True):
    """A part of a message that came too early, and what it waits on."""

    __tablename__ = "parked"
    __table_args__ = (
        PrimaryKeyConstraint("source", "message_id", "part"),
        Index("parked_waits_on", "waits_on"),
        Index("parked_id", "id", unique=True),
        Index("parked_newest", "parked_at", "id"),
        Index("parked_look_at", "look_at", "waits_on", postgresql_where=text("look_at IS NOT NULL")),
    )

    id: UUID = Field(sa_column=Column(PG_UUID, nullable=False, server_default=text("gen_random_uuid()")))
    source: str = Field(sa_column=_text(default=None))
    message_id: str = Field(sa_column=_text(default=None))
    part: int
    waits_on: str = Field(sa_column=_text(default=None))
    why: str = Field(sa_column=_text())
    event_at: datetime = Field(sa_column=_time())
    parked_at: datetime = Field(sa_column=_time())
    due_at: datetime | None = Field(default=None, sa_column=_time(null=True))
    """When it has waited too long."""
    look_at: datetime | None = Field(default=None, sa_column=_time(null=True))
    """When the timer looks at it; empty where somebody was told."""


class RefusedRow(SQLModel, table=True):
    """What could not be read or can never apply, kept whole (up to the size limit), listed and replayable.

    ``state`` is ``refused``, ``replayed`` (it was read after all), ``closed``, or ``answered``: somebody waited for the answer
    and got it, so nobody else has to act.

    ``arrival`` names how it came (stream and sequence, or a door and a number), so that one redelivery is kept once.
    """

    __tablename__ = "refused"
    __table_args__ = (
        Index("refused_arrival", "arrival", "part", unique=True),
        Index("refused_state", "state", "refused_at"),
    )

    id: UUID = Field(sa_column=Column(PG_UUID, primary_key=True, server_default=text("gen_random_uuid()")))
    arrival: str = Field(sa_column=_text(default=None))
    part: int = 0
    subject: str = Field(sa_column=_text())
    source: str = Field(sa_column=_text())
    message_id: str = Field(sa_column=_text())
    type: str = Field(sa_column=_text())
    code: str = Field(sa_column=_text(default=None))
    detail: str = Field(sa_column=_text())
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    body_size: int
    refused_at: datetime = Field(sa_column=_time())
    state: str = Field(sa_column=_text(default="refused"))


class EtgbRow(SQLModel, table=True):
    """An ETGB, with what customs and VEDOP said of it."""

    __tablename__ = "etgb"
    __table_args__ = (
        Index("etgb_look_at", "look_at", "number", postgresql_where=text("look_at IS NOT NULL")),
        Index("etgb_overdue", "number", postgresql_where=text("overdue <> ''")),
        {"postgresql_with": {"fillfactor": "70"}},
    )

    number: str = Field(sa_column=Column(Text, primary_key=True))
    registered_on: date
    courier: str = Field(sa_column=_text())
    document_url: str = Field(sa_column=_text())
    closed_on: date | None = None
    vedop_seen_on: date | None = None
    evidence_kind: str = Field(sa_column=_text())
    evidence_reference: str = Field(sa_column=_text())
    vedop_cause: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB, nullable=True))
    cancelled_reason: str = Field(sa_column=_text())
    replaced_by: str = Field(sa_column=_text())
    cancel_cause: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB, nullable=True))
    due_at: datetime | None = Field(default=None, sa_column=_time(null=True))
    """When the next of what it waits for falls due."""
    look_at: datetime | None = Field(default=None, sa_column=_time(null=True))
    """As for a shipment: when the timer looks at it next."""
    overdue: str = Field(sa_column=_text())
    """What it waits for too long and somebody was told of, as words with spaces between."""
    day_inferred: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """Whether the day of registration is that on which the number was first told."""


class EtgbLineRow(SQLModel, table=True):
    """A line of an ETGB; ``shipment`` is set when it has moved its shipment, ``taken_off`` when the ETGB stands without it."""

    __tablename__ = "etgb_line"
    __table_args__ = (PrimaryKeyConstraint("etgb", "line_no"),)

    etgb: str = Field(sa_column=_text(default=None))
    line_no: int
    key: str = Field(sa_column=_text(default=None))
    invoice_number: str = Field(sa_column=_text())
    amount: Decimal | None = Field(default=None, sa_column=_money(null=True))
    currency: str = Field(sa_column=_text())
    shipment: UUID | None = Field(default=None, sa_column=Column(PG_UUID, nullable=True))
    taken_off: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false")))


class ClaimRow(SQLModel, table=True):
    """A VAT refund claim."""

    __tablename__ = "claim"
    __table_args__ = (
        Index("claim_period", "seller", "period", "supplement", unique=True),
        Index("claim_due", "due_at", "id", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: UUID = Field(sa_column=Column(PG_UUID, primary_key=True))
    seller: str = Field(sa_column=_text(default=None))
    period: str = Field(sa_column=_text(default=None))
    supplement: int
    status: str = Field(sa_column=_text(default=None))
    petition_number: str = Field(sa_column=_text())
    filed_on: date | None = None
    exported_try: Decimal | None = Field(default=None, sa_column=_money(null=True))
    refundable_try: Decimal | None = Field(default=None, sa_column=_money(null=True))
    rate_policy: str = Field(sa_column=_text())
    override: str = Field(sa_column=_text())
    approved_try: Decimal | None = Field(default=None, sa_column=_money(null=True))
    paid_try: Decimal | None = Field(default=None, sa_column=_money(null=True))
    paid_on: date | None = None
    reversed_try: Decimal | None = Field(default=None, sa_column=_money(null=True))
    reason: str = Field(sa_column=_text())
    question: str = Field(sa_column=_text())
    question_due: date | None = None
    answered_on: date | None = None
    due_at: datetime | None = Field(default=None, sa_column=_time(null=True))
    awaited: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false")))


class ClaimMove(SQLModel, table=True):
    """What was told of a claim and by whom, oldest first; only ever added to."""

    __tablename__ = "claim_move"
    __table_args__ = (Index("claim_move_claim", "claim", "id"),)

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    claim: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    status: str = Field(sa_column=_text(default=None))
    on: date
    amount: Decimal | None = Field(default=None, sa_column=_money(null=True))
    note: str = Field(sa_column=_text())
    due_on: date | None = None
    source: str = Field(sa_column=_text(default=None))
    message_id: str = Field(sa_column=_text(default=None))
    recorded_at: datetime = Field(sa_column=_time())


class PurchaseRow(SQLModel, table=True):
    """A purchase invoice of a seller, in TRY; ``claim`` is set once a claim was filed with it."""

    __tablename__ = "purchase"
    __table_args__ = (
        Index("purchase_number", "seller", "supplier_tax_number", "invoice_number", unique=True),
        Index("purchase_period", "seller", "period", "id"),
        Index("purchase_shipment", "shipment", postgresql_where=text("shipment IS NOT NULL")),
        Index("purchase_claim", "claim", postgresql_where=text("claim IS NOT NULL")),
    )

    id: UUID = Field(sa_column=Column(PG_UUID, primary_key=True))
    seller: str = Field(sa_column=_text(default=None))
    supplier_tax_number: str = Field(sa_column=_text())
    supplier_name: str = Field(sa_column=_text())
    invoice_number: str = Field(sa_column=_text(default=None))
    issued_on: date
    period: str = Field(sa_column=_text(default=None))
    kind: str = Field(sa_column=_text(default=None))
    description: str = Field(sa_column=_text())
    quantity: str = Field(sa_column=_text())
    net_try: Decimal = Field(sa_column=_money())
    vat_try: Decimal = Field(sa_column=_money())
    share: Decimal | None = Field(default=None, sa_column=Column(Numeric(7, 6), nullable=True))
    shipment: UUID | None = Field(default=None, sa_column=Column(PG_UUID, nullable=True))
    customs_number: str = Field(sa_column=_text())
    incurred_try: Decimal | None = Field(default=None, sa_column=_money(null=True))
    claim: UUID | None = Field(default=None, sa_column=Column(PG_UUID, nullable=True))
    told_at: datetime = Field(sa_column=_time())
    source: str = Field(sa_column=_text(default=None))
    message_id: str = Field(sa_column=_text(default=None))


class VatReturnRow(SQLModel, table=True):
    """What a person told of a seller's VAT return of a period, in TRY."""

    __tablename__ = "vat_return"
    __table_args__ = (PrimaryKeyConstraint("seller", "period"),)

    seller: str = Field(sa_column=_text(default=None))
    period: str = Field(sa_column=_text(default=None))
    carried_try: Decimal | None = Field(default=None, sa_column=_money(null=True))
    turnover_try: Decimal | None = Field(default=None, sa_column=_money(null=True))
    told_at: datetime = Field(sa_column=_time())
    source: str = Field(sa_column=_text(default=None))
    message_id: str = Field(sa_column=_text(default=None))


class OutboxRow(SQLModel, table=True):
    """What waits to be published; ids are drawn while the shipment is locked, so their order is the order per shipment."""

    __tablename__ = "outbox"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(cache=1), primary_key=True))
    message_id: str = Field(sa_column=_text(default=None))
    subject: str = Field(sa_column=_text(default=None))
    payload: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False, server_default=text("now()")))


class AttentionRow(SQLModel, table=True):
    """An attention item: one per cause, open until ``resolved_at``."""

    __tablename__ = "attention"
    __table_args__ = (
        Index("attention_open", "raised_at", postgresql_where=text("resolved_at IS NULL")),
        Index("attention_shipment", "shipment"),
        Index("attention_was_raised", "raised_at", "id", postgresql_where=text("resolved_at IS NOT NULL")),
        Index("attention_settled", "resolved_at", "id", postgresql_where=text("resolved_at IS NOT NULL")),
    )

    id: UUID = Field(sa_column=Column(PG_UUID, primary_key=True))
    reason: str = Field(sa_column=_text(default=None))
    detail: str = Field(sa_column=_text())
    shipment: UUID | None = Field(default=None, sa_column=Column(PG_UUID, nullable=True))
    etgb: str = Field(sa_column=_text())
    """The ETGB that it is about, where that is more than one shipment's."""
    claim: UUID | None = Field(default=None, sa_column=Column(PG_UUID, nullable=True))
    source: str = Field(sa_column=_text())
    message_id: str = Field(sa_column=_text())
    occurrences: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    raised_at: datetime = Field(sa_column=_time())
    resolved_at: datetime | None = Field(default=None, sa_column=_time(null=True))
    resolved_by: str = Field(sa_column=_text())
    resolution: str = Field(sa_column=_text())


class RateRow(SQLModel, table=True):
    """A central bank's forex buying rate, TRY for one unit of the currency."""

    __tablename__ = "rate"
    __table_args__ = (PrimaryKeyConstraint("currency", "published_on"),)

    currency: str = Field(sa_column=_text(default=None))
    published_on: date
    rate: Decimal = Field(sa_column=Column(Numeric(18, 6), nullable=False))
    bulletin: str = Field(sa_column=_text())


class RateDayRow(SQLModel, table=True):
    """What is known of a day at a central bank, so that no bulletin is fetched twice and no holiday asked for again.

    ``published`` tells whether there was a bulletin (``NULL``: not known); ``asked_at`` is when Kervan last asked for it.
    """

    __tablename__ = "rate_day"
    __table_args__ = (PrimaryKeyConstraint("code", "day"),)

    code: str = Field(sa_column=_text(default=None))
    day: date
    published: bool | None = None
    asked_at: datetime | None = Field(default=None, sa_column=_time(null=True))


class LawInForce(SQLModel, table=True):
    """The one row that says which law drafts are judged by: that of the worker that was started last."""

    __tablename__ = "law_in_force"
    __table_args__ = (CheckConstraint("id = 1", name="law_in_force_one"), PrimaryKeyConstraint("id"))

    id: int = Field(default=1, sa_column=Column(SmallInteger, nullable=False))
    version: str = Field(sa_column=_text(default=None))
    since: datetime = Field(sa_column=_time())


class FailedTaskRow(SQLModel, table=True):
    """A task that was tried for the last time: ``body`` as it went out on ``subject``; ``again`` counts a person's tries.

    ``id`` is that of its attention item, ``task`` the task's own.
    """

    __tablename__ = "failed_task"
    __table_args__ = (
        CheckConstraint("state IN ('failed', 'asked_again')", name="failed_task_state"),
        Index("failed_task_state_at", "state", "failed_at"),
    )

    id: UUID = Field(sa_column=Column(PG_UUID, primary_key=True))
    task: str = Field(sa_column=_text(default=None))
    kind: str = Field(sa_column=_text(default=None))
    subject: str = Field(sa_column=_text(default=None))
    shipment: UUID | None = Field(default=None, sa_column=Column(PG_UUID, nullable=True))
    code: str = Field(sa_column=_text(default=None))
    detail: str = Field(sa_column=_text())
    tries: int
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    state: str = Field(sa_column=_text(default=None))
    again: int = Field(sa_column=Column(Integer, nullable=False, server_default=text("0")))
    failed_at: datetime = Field(sa_column=_time())


class ApiKeyRow(SQLModel, table=True):
    """An API key; only its SHA-256 is kept. ``courier`` binds a courier's key to its own messages.

    ``broker`` is the key's bcrypt hash where it opens the broker too, since NATS knows no other; else empty.
    """

    __tablename__ = "api_key"
    __table_args__ = (Index("api_key_hash", "hash", unique=True),)

    id: UUID = Field(sa_column=Column(PG_UUID, primary_key=True, server_default=text("gen_random_uuid()")))
    name: str = Field(sa_column=_text(default=None))
    role: str = Field(sa_column=_text(default=None))
    courier: str = Field(sa_column=_text())
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    broker: str = Field(sa_column=_text())
    created_at: datetime = Field(default_factory=_now, sa_column=_time())
    revoked_at: datetime | None = Field(default=None, sa_column=_time(null=True))


class IdempotencyRow(SQLModel, table=True):
    """The answer given to a POST with an ``Idempotency-Key``, given again to the same request."""

    __tablename__ = "idempotency"
    __table_args__ = (PrimaryKeyConstraint("api_key", "key"), Index("idempotency_age", "created_at"))

    api_key: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    key: str = Field(sa_column=_text(default=None))
    request_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    status: int
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = Field(sa_column=_time())


class ImportRow(SQLModel, table=True):
    """A file that was imported; the same content for the same purpose is one import."""

    __tablename__ = "import"
    __table_args__ = (
        Index("import_content", "kind", "owner", "sha256", unique=True),
        Index("import_newest", "started_at", "id"),
    )

    id: UUID = Field(sa_column=Column(PG_UUID, primary_key=True, server_default=text("gen_random_uuid()")))
    kind: str = Field(sa_column=_text(default=None))
    owner: str = Field(sa_column=_text())
    """Whose import it is: the seller's tax number, the courier's or the user's name."""
    file_name: str = Field(sa_column=_text())
    sha256: str = Field(sa_column=_text(default=None))
    rows: int = 0
    taken: int = 0
    set_aside: int = 0
    started_at: datetime = Field(sa_column=_time())
    finished_at: datetime | None = Field(default=None, sa_column=_time(null=True))
    warnings: list[Any] = Field(sa_column=Column(JSONB, nullable=False, server_default=text("'[]'::jsonb")))


class UploadRow(SQLModel, table=True):
    """A file that somebody uploaded and looks at before it is imported; gone when it is, or after a day.

    ``beside`` is what is said of it (seller, courier, what headings mean); ``problem`` is why it could not be imported.
    """

    __tablename__ = "upload"
    __table_args__ = (Index("upload_age", "at"),)

    id: UUID = Field(sa_column=Column(PG_UUID, primary_key=True, server_default=text("gen_random_uuid()")))
    by: str = Field(sa_column=_text(default=None))
    kind: str = Field(sa_column=_text(default=None))
    name: str = Field(sa_column=_text(default=None))
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    catalogue: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    beside: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    at: datetime = Field(sa_column=_time())
    import_id: UUID | None = Field(default=None, sa_column=Column(PG_UUID, nullable=True))
    problem: str = Field(sa_column=_text())


class ImportLine(SQLModel, table=True):
    """What became of one row of an imported file: taken, with its shipment, or set aside, with the reason."""

    __tablename__ = "import_line"
    __table_args__ = (PrimaryKeyConstraint("import_id", "row_no"),)

    import_id: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    row_no: int
    outcome: str = Field(sa_column=_text(default=None))
    reason: str = Field(sa_column=_text())
    detail: str = Field(sa_column=_text())
    shipment: UUID | None = Field(default=None, sa_column=Column(PG_UUID, nullable=True))
    raw: str = Field(sa_column=_text())
    """The row as it stood in the file, where it was set aside; a row that was taken stands in its shipment."""


class InvoiceSeries(SQLModel, table=True):
    """How far a seller's series has come in a year; its row is locked while a number is drawn."""

    __tablename__ = "invoice_series"
    __table_args__ = (PrimaryKeyConstraint("seller", "series", "year"),)

    seller: str = Field(sa_column=_text(default=None))
    series: str = Field(sa_column=_text(default=None))
    year: int
    last: int = 0


_LIVE = f"state IN ({', '.join(repr(state.value) for state in LIVE)})"


class InvoiceNumber(SQLModel, table=True):
    """A number that was drawn, and what became of it; a shipment has at most one that is live."""

    __tablename__ = "invoice_number"
    __table_args__ = (
        PrimaryKeyConstraint("seller", "number"),
        CheckConstraint(_one_of("state", NumberState), name="invoice_number_state"),
        Index("invoice_number_serial", "seller", "series", "year", "serial", unique=True),
        Index("invoice_number_live", "shipment", unique=True, postgresql_where=text(_LIVE)),
        Index("invoice_number_shipment", "shipment"),
        Index(
            "invoice_number_unused",
            "seller",
            "series",
            "year",
            "serial",
            postgresql_where=text("state IN ('reserved', 'rejected')"),
        ),
    )

    seller: str = Field(sa_column=_text(default=None))
    number: str = Field(sa_column=_text(default=None))
    series: str = Field(sa_column=_text(default=None))
    year: int
    serial: int
    shipment: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    request: str = Field(sa_column=_text(default=None))
    ettn: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    issued_at: datetime = Field(sa_column=_time())
    state: str = Field(sa_column=_text(default=None))
    issuer: str = Field(sa_column=_text())
    document: str = Field(sa_column=_text())
    signed: str = Field(sa_column=_text())
    reason: str = Field(sa_column=_text())
    sent_at: datetime | None = Field(default=None, sa_column=_time(null=True))
    settled_at: datetime | None = Field(default=None, sa_column=_time(null=True))
    busy_until: datetime | None = Field(default=None, sa_column=_time(null=True))


class Document(SQLModel, table=True):
    """A kept document of a shipment, or of an ETGB and so of all its shipments.

    Its content lies in the folder of documents under its SHA-256.
    """

    __tablename__ = "document"
    __table_args__ = (
        CheckConstraint(_one_of("kind", DocumentKind), name="document_kind"),
        CheckConstraint("(shipment IS NULL) = (etgb <> '')", name="document_of_one"),
        Index("document_once_of_etgb", "etgb", "kind", "sha256", unique=True, postgresql_where=text("etgb <> ''")),
        Index("document_once", "shipment", "kind", "sha256", unique=True),
        Index("document_content", "sha256"),
    )

    id: UUID = Field(sa_column=Column(PG_UUID, primary_key=True, server_default=text("gen_random_uuid()")))
    shipment: UUID | None = Field(default=None, sa_column=Column(PG_UUID, nullable=True))
    etgb: str = Field(sa_column=_text())
    kind: str = Field(sa_column=_text(default=None))
    name: str = Field(sa_column=_text(default=None))
    media_type: str = Field(sa_column=_text(default=None))
    sha256: str = Field(sa_column=_text(default=None))
    size: int
    source: str = Field(sa_column=_text())
    """Who made it: ``kervan``, an issuer, a user."""
    created_at: datetime = Field(sa_column=_time())
    keep_until: date


class EtgbMatch(SQLModel, table=True):
    """A line of an ETGB list that may mean one of several shipments, until a person says which, or that it is none."""

    __tablename__ = "etgb_match"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'confirmed', 'rejected')", name="etgb_match_state"),
        Index("etgb_match_listed", "state", "raised_at", "id"),
    )

    id: UUID = Field(sa_column=Column(PG_UUID, primary_key=True))
    """It follows from what the line says, so that an import that runs again, or another list, asks nothing twice."""
    import_id: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    row_no: int
    etgb: str = Field(sa_column=_text(default=None))
    registered_on: date
    courier: str = Field(sa_column=_text())
    seller: str = Field(sa_column=_text(default=None))
    line: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    """What the line says: names, amount, currency, country; what is empty is left out."""
    candidates: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    """Shipments with their points and signs, as they were weighed."""
    state: str = Field(sa_column=_text(default="open"))
    shipment: UUID | None = Field(default=None, sa_column=Column(PG_UUID, nullable=True))
    raised_at: datetime = Field(sa_column=_time())
    settled_at: datetime | None = Field(default=None, sa_column=_time(null=True))
    settled_by: str = Field(sa_column=_text())


class ColumnMapping(SQLModel, table=True):
    """What an operator's own headings were mapped to by hand, for one set of headings."""

    __tablename__ = "column_mapping"
    __table_args__ = (Index("column_mapping_headings", "courier", "fingerprint", unique=True),)

    id: UUID = Field(sa_column=Column(PG_UUID, primary_key=True, server_default=text("gen_random_uuid()")))
    courier: str = Field(sa_column=_text(default=None))
    fingerprint: str = Field(sa_column=_text(default=None))
    """The headings' own; or ``pdf``, whose headings are found only when it is known what they mean; or ``statuses``: the
    operator's own words for where a parcel is."""
    mapping: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    by: str = Field(sa_column=_text())
    said_at: datetime = Field(sa_column=_time())


class ConsoleUser(SQLModel, table=True):
    """A person who signs in to the console; ``password`` is an Argon2id hash, ``failures`` counts wrong ones in a row."""

    __tablename__ = "console_user"
    __table_args__ = (
        CheckConstraint("role IN ('viewer', 'operations', 'finance', 'admin')", name="console_user_role"),
        Index("console_user_name", "name", unique=True, postgresql_where=text("revoked_at IS NULL")),
    )

    id: UUID = Field(sa_column=Column(PG_UUID, primary_key=True, server_default=text("gen_random_uuid()")))
    name: str = Field(sa_column=_text(default=None))
    role: str = Field(sa_column=_text(default=None))
    password: str = Field(sa_column=_text(default=None))
    must_change: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false")))
    failures: int = Field(sa_column=Column(Integer, nullable=False, server_default=text("0")))
    locked_until: datetime | None = Field(default=None, sa_column=_time(null=True))
    created_at: datetime = Field(sa_column=_time())
    signed_in_at: datetime | None = Field(default=None, sa_column=_time(null=True))
    revoked_at: datetime | None = Field(default=None, sa_column=_time(null=True))


class ConsoleSession(SQLModel, table=True):
    """A browser that somebody signed in with; ``token`` is the SHA-256 of what its cookie holds."""

    __tablename__ = "console_session"
    __table_args__ = (Index("console_session_user", "console_user"),)

    token: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    console_user: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    created_at: datetime = Field(sa_column=_time())
    seen_at: datetime = Field(sa_column=_time())
    expires_at: datetime = Field(sa_column=_time())
    ended_at: datetime | None = Field(default=None, sa_column=_time(null=True))


class AuditRow(SQLModel, table=True):
    """What somebody did; only ever added to, which a trigger of the database holds."""

    __tablename__ = "audit"
    __table_args__ = (
        CheckConstraint("door IN ('console', 'api', 'cli')", name="audit_door"),
        Index("audit_actor", "actor", "id"),
        Index("audit_thing", "thing", "id"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    at: datetime = Field(sa_column=_time())
    door: str = Field(sa_column=_text(default=None))
    actor: str = Field(sa_column=_text(default=None))
    role: str = Field(sa_column=_text())
    action: str = Field(sa_column=_text(default=None))
    thing: str = Field(sa_column=_text())
    reason: str = Field(sa_column=_text())
    outcome: str = Field(sa_column=_text())
    request: str = Field(sa_column=_text())
    """The id of the request, as it stands in the logs."""


class CounterpartRow(SQLModel, table=True):
    """How a counterpart fares that Kervan calls, as its processes tell every few seconds, and whether it is paused.

    The breaker is open while ``now`` is before ``open_until``, unless it was answered after ``opened_at``.
    """

    __tablename__ = "counterpart"

    family: str = Field(sa_column=Column(Text, primary_key=True))
    code: str = Field(sa_column=Column(Text, primary_key=True))
    succeeded_at: datetime | None = Field(default=None, sa_column=_time(null=True))
    failed_at: datetime | None = Field(default=None, sa_column=_time(null=True))
    failure: str = Field(sa_column=_text())
    detail: str = Field(sa_column=_text())
    opened_at: datetime | None = Field(default=None, sa_column=_time(null=True))
    open_until: datetime | None = Field(default=None, sa_column=_time(null=True))
    paused_at: datetime | None = Field(default=None, sa_column=_time(null=True))
    paused_by: str = Field(sa_column=_text())
    pause_reason: str = Field(sa_column=_text())


class CounterpartCalls(SQLModel, table=True):
    """How often a counterpart was called in a minute, and how often that failed; kept for a day."""

    __tablename__ = "counterpart_calls"

    family: str = Field(sa_column=Column(Text, primary_key=True))
    code: str = Field(sa_column=Column(Text, primary_key=True))
    minute: datetime = Field(sa_column=Column(DateTime(timezone=True), primary_key=True))
    calls: int
    failures: int


class CounterpartAction(SQLModel, table=True):
    """What somebody did about a counterpart, and why; ``outcome`` is what a trial came to."""

    __tablename__ = "counterpart_action"
    __table_args__ = (
        CheckConstraint("action IN ('test', 'pause', 'resume')", name="counterpart_action_action"),
        Index("counterpart_action_newest", "family", "code", "id"),
    )

    id: int = Field(sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    family: str = Field(sa_column=_text(default=None))
    code: str = Field(sa_column=_text(default=None))
    at: datetime = Field(sa_column=_time())
    action: str = Field(sa_column=_text(default=None))
    actor: str = Field(sa_column=_text(default=None))
    reason: str = Field(sa_column=_text())
    outcome: str = Field(sa_column=_text())


class SubscriptionRow(SQLModel, table=True):
    """Who hears what of our messages, by signed webhooks.

    No secret stands here: it is made from ``salt`` with a key that is not in the database, whose name ``key`` is. The one
    before signs too until ``old_until``. ``replay_*`` say how far a replay has come: times of the past up to ``replay_to``.
    """

    __tablename__ = "subscription"
    __table_args__ = (
        CheckConstraint("state IN ('active', 'paused', 'disabled', 'removed')", name="subscription_state"),
        Index("subscription_name", "name", unique=True, postgresql_where=text("state <> 'removed'")),
    )

    id: UUID = Field(sa_column=Column(PG_UUID, primary_key=True))
    name: str = Field(sa_column=_text(default=None))
    url: str = Field(sa_column=_text(default=None))
    hears: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    hears_since: datetime = Field(sa_column=_time())
    """From when on it listens: since it was made, or since it was resumed after it had been disabled."""
    state: str = Field(sa_column=_text(default=None))
    state_since: datetime = Field(sa_column=_time())
    why: str = Field(sa_column=_text())
    """Why it was disabled, in a word (:class:`events.subscriptions.Why`), or who removed it."""
    salt: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    key: str = Field(sa_column=_text(default=None))
    secret_since: datetime = Field(sa_column=_time())
    old_salt: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    old_key: str = Field(sa_column=_text())
    old_until: datetime | None = Field(default=None, sa_column=_time(null=True))
    made_by: str = Field(sa_column=_text(default=None))
    made_at: datetime = Field(sa_column=_time())
    succeeded_at: datetime | None = Field(default=None, sa_column=_time(null=True))
    failed_at: datetime | None = Field(default=None, sa_column=_time(null=True))
    failing_since: datetime | None = Field(default=None, sa_column=_time(null=True))
    """Since when nothing was delivered and something failed."""
    rest_until: datetime | None = Field(default=None, sa_column=_time(null=True))
    """Until when it is left alone."""
    replay_from: datetime | None = Field(default=None, sa_column=_time(null=True))
    replay_after: str = Field(sa_column=_text())
    replay_to: datetime | None = Field(default=None, sa_column=_time(null=True))
    replay_again: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """Whether what was delivered before is delivered again."""


class DeliveryRow(SQLModel, table=True):
    """One message for one subscription; ``id`` is the order in which they were noted."""

    __tablename__ = "delivery"
    __table_args__ = (
        PrimaryKeyConstraint("subscription", "message_id"),
        CheckConstraint("state IN ('waiting', 'delivered', 'given_up')", name="delivery_state"),
        Index("delivery_due", "subscription", "due_at", "id", postgresql_where=text("state = 'waiting'")),
        Index("delivery_settled", "settled_at", postgresql_where=text("state <> 'waiting'")),
    )

    subscription: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    message_id: str = Field(sa_column=_text(default=None))
    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), nullable=False))
    type: str = Field(sa_column=_text(default=None))
    about: str = Field(sa_column=_text())
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    state: str = Field(sa_column=_text(default="waiting"))
    tries: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    noted_at: datetime = Field(sa_column=_time())
    due_at: datetime = Field(sa_column=_time())
    """When it is tried next; whoever takes it puts this ahead, so that nobody else does meanwhile."""
    settled_at: datetime | None = Field(default=None, sa_column=_time(null=True))


class AttemptRow(SQLModel, table=True):
    """One attempt to deliver a message, with the first bytes of the answer."""

    __tablename__ = "delivery_attempt"
    __table_args__ = (Index("delivery_attempt_newest", "subscription", "at", "id"), Index("delivery_attempt_age", "at"))

    id: UUID = Field(sa_column=Column(PG_UUID, primary_key=True, server_default=text("gen_random_uuid()")))
    subscription: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    message_id: str = Field(sa_column=_text(default=None))
    at: datetime = Field(sa_column=_time())
    outcome: str = Field(sa_column=_text(default=None))
    status: int
    duration_ms: int
    answer: str = Field(sa_column=_text())
    by: str = Field(sa_column=_text())


METADATA = SQLModel.metadata
"""All tables, as Alembic compares them with a database."""
