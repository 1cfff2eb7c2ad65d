"""Shipments: the moving part, what stands beside it, what is found in them, and the log of their moves."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    LargeBinary,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlmodel import Field, SQLModel

from adapters.database import search
from adapters.database.tables.columns import moment, money, one_of, words
from workflow.stages import Stage, Trigger


class ShipmentRow(SQLModel, table=True):
    """The moving part of a shipment, kept narrow: it is written at every transition.

    No column that a transition changes is indexed, so that PostgreSQL updates the row in place (HOT); what a shipment can
    be found by stands in :class:`ShipmentKey`. That is why the timer goes by ``look_at`` and not by ``due_at``: it is never
    later, and stays where it is while a shipment moves on in time.
    """

    __tablename__ = "shipment"
    __table_args__ = (
        CheckConstraint(one_of("stage", Stage), name="shipment_stage"),
        PrimaryKeyConstraint("id", "seller"),
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

    id: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    """Follows from seller and reference (:func:`workflow.shipment.shipment_id`), so it is one shipment's by itself."""
    seller: str = Field(sa_column=words(default=None))
    reference: str = Field(sa_column=words(default=None))
    stage: str = Field(sa_column=words(default=None))
    stage_since: datetime = Field(sa_column=moment())
    due_at: datetime | None = Field(default=None, sa_column=moment(null=True))
    overdue: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """Whether what it waits for fell due and somebody was told."""
    look_at: datetime | None = Field(default=None, sa_column=moment(null=True))
    """When the timer looks at it next; never later than ``due_at``, unless it is overdue already."""
    sequence: int
    version: int
    currency: str = Field(sa_column=words(default=None))
    total: Decimal = Field(sa_column=money())
    gross_weight_kg: Decimal = Field(sa_column=Column(Numeric(18, 6), nullable=False))
    country: str = Field(sa_column=words())
    planned_on: date
    together: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    """The group of shipments that go to one consignee on one day (:mod:`workflow.together`)."""
    courier: str = Field(sa_column=words())
    tracking_number: str = Field(sa_column=words())
    booked_at: datetime | None = Field(default=None, sa_column=moment(null=True))
    """The time of the booking that gave the tracking number; of two bookings the later one stands."""
    delivery_status: str | None = Field(default=None, sa_column=words(null=True))
    delivery_at: datetime | None = Field(default=None, sa_column=moment(null=True))
    invoice_number: str = Field(sa_column=words())
    invoice_ettn: str = Field(sa_column=words())
    invoice_issued_on: date | None = None
    invoice_total: Decimal | None = Field(default=None, sa_column=money(null=True))
    etgb_number: str = Field(sa_column=words())
    vedop_seen_on: date | None = None
    claim: UUID | None = Field(default=None, sa_column=Column(PG_UUID, nullable=True))
    held: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false")))
    """Whether a finding of the latest validation blocks."""
    chained: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    chain: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    """The link of its move ``chained``, the last one in its log's hash chain (:mod:`workflow.chain`)."""
    lifecycle: int = Field(default=1, sa_column=Column(SmallInteger, nullable=False, server_default=text("1")))
    """The version of the table of stages that it began under (:mod:`workflow.lifecycle`); written once."""
    created_at: datetime = Field(sa_column=moment())


class ShipmentTrait(SQLModel, table=True):
    """What lists of shipments are narrowed by and transitions change, in the lists' order; a trigger on ``shipment`` keeps it.

    A trait is ``late`` where the shipment is overdue, ``stage:``, ``delivery:`` or ``courier:`` with what the shipment has
    there, ``ettn:`` with its invoice's ETTN in capitals, or ``day:<seller>:`` with the day of its invoice, before there is one
    the planned day. ``since`` stands with a stage.
    """

    __tablename__ = "shipment_trait"
    __table_args__ = (
        PrimaryKeyConstraint("trait", "created_at", "shipment", "seller"),
        Index("shipment_trait_since", "trait", "since", postgresql_where=text("since IS NOT NULL")),
    )

    trait: str = Field(sa_column=words(default=None))
    created_at: datetime = Field(sa_column=moment())
    shipment: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    since: datetime | None = Field(default=None, sa_column=moment(null=True))
    seller: str = Field(sa_column=words(default=None))


class StageCount(SQLModel, table=True):
    """How many shipments stand in each stage, and how many of them too long.

    It is the sum of parts, so that no two workers count on the same row at once.
    """

    __tablename__ = "stage_count"
    __table_args__ = (PrimaryKeyConstraint("stage", "part"),)

    stage: str = Field(sa_column=words(default=None))
    part: int
    shipments: int = Field(sa_column=Column(BigInteger, nullable=False))
    overdue: int = Field(sa_column=Column(BigInteger, nullable=False, server_default=text("0")))


class ShipmentContent(SQLModel, table=True):
    """The declared part of a shipment: parties and terms, written when it is drafted or amended."""

    __tablename__ = "shipment_content"
    __table_args__ = (
        PrimaryKeyConstraint("shipment", "seller"),
        Index(
            "shipment_content_names",
            literal_column(search.FOLDED).label("names"),
            postgresql_using="gin",
            postgresql_ops={"names": "gin_trgm_ops"},
        ),
    )

    shipment: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    seller_name: str = Field(sa_column=words())
    consignee_name: str = Field(sa_column=words())
    terms: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    """Everything of the draft but its lines, as in the contract's payload."""
    rule_version: str = Field(sa_column=words())
    seller: str = Field(sa_column=words(default=None))


class ShipmentLine(SQLModel, table=True):
    """One line of the order."""

    __tablename__ = "shipment_line"
    __table_args__ = (PrimaryKeyConstraint("shipment", "line_no", "seller"),)

    shipment: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    line_no: int
    kind: str = Field(sa_column=words(default=None))
    sku: str = Field(sa_column=words())
    description: str = Field(sa_column=words())
    description_tr: str = Field(sa_column=words())
    gtip: str = Field(sa_column=words())
    origin: str = Field(sa_column=words())
    quantity: Decimal = Field(sa_column=Column(Numeric(18, 6), nullable=False))
    unit: str = Field(sa_column=words())
    unit_price: Decimal = Field(sa_column=Column(Numeric(18, 6), nullable=False))
    discount: Decimal = Field(sa_column=Column(Numeric(18, 6), nullable=False))
    net_weight_kg: Decimal | None = Field(default=None, sa_column=Column(Numeric(18, 6), nullable=True))
    seller: str = Field(sa_column=words(default=None))


class FindingRow(SQLModel, table=True):
    """One finding of a shipment's latest validation; its text is made from ``code``, ``variant`` and ``params``.

    ``source``, ``valid_from`` and ``valid_to`` are those of the row of the law that it stands on, as it was when it judged.
    """

    __tablename__ = "finding"
    __table_args__ = (PrimaryKeyConstraint("shipment", "finding_no", "seller"), Index("finding_code", "code", "shipment"))

    shipment: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    finding_no: int
    code: str = Field(sa_column=words(default=None))
    variant: str = Field(sa_column=words())
    severity: str = Field(sa_column=words(default=None))
    path: str = Field(sa_column=words())
    params: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    source: str = Field(sa_column=words())
    valid_from: date | None = None
    valid_to: date | None = None
    seller: str = Field(sa_column=words(default=None))


class ShipmentKey(SQLModel, table=True):
    """What messages may call a shipment by: ``trk:``, ``inv:``, ``etgb:`` and ``claim:`` keys of :mod:`workflow.facts`."""

    __tablename__ = "shipment_key"
    __table_args__ = (PrimaryKeyConstraint("key", "shipment", "seller"), Index("shipment_key_number", text(search.NUMBERED)))

    key: str = Field(sa_column=words(default=None))
    shipment: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    seller: str = Field(sa_column=words(default=None))


class TransitionRow(SQLModel, table=True):
    """The transition log: only ever added to; ``sequence`` has no gap within a shipment.

    It is kept by the month (UTC) in which its shipment began, so that a shipment's log lies in one part, whole, and goes and
    comes with it (:mod:`adapters.database.months`). That time and the seller never change, so with them in the key shipment
    and sequence are as unique as by themselves.
    """

    __tablename__ = "transition"
    __table_args__ = (
        PrimaryKeyConstraint("shipment", "sequence", "begun_at", "seller"),
        CheckConstraint(one_of("origin", Stage), name="transition_origin"),
        CheckConstraint(one_of("target", Stage), name="transition_target"),
        CheckConstraint(one_of("trigger", Trigger), name="transition_trigger"),
        Index("transition_recorded", "recorded_at", postgresql_using="brin"),  # for replays; rows come in this order
        Index(
            "transition_of_batch",
            "batch",
            postgresql_using="brin",
            postgresql_with={"pages_per_range": "32", "autosummarize": "on"},
        ),
        {"postgresql_partition_by": "RANGE (begun_at)"},
    )

    shipment: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    sequence: int
    origin: str = Field(sa_column=words(default=None))
    target: str = Field(sa_column=words(default=None))
    trigger: str = Field(sa_column=words(default=None))
    occurred_at: datetime = Field(sa_column=moment())
    recorded_at: datetime = Field(sa_column=moment())
    source: str = Field(sa_column=words(default=None))
    message_id: str = Field(sa_column=words(default=None))
    batch: int | None = Field(
        default=None,
        sa_column=Column(BigInteger, nullable=True, server_default=text("nextval('transition_batch')")),
    )
    """In which batch it was written, in the order of batches; none: before there were chains."""
    hash: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    """Its link of the shipment's chain (:mod:`workflow.chain`); none: an older release wrote it."""
    begun_at: datetime = Field(sa_column=moment())
    """When its shipment was made."""
    seller: str = Field(sa_column=words(default=None))
    """Its shipment's."""
