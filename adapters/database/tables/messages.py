"""Messages: what came in, what waits, what was refused, what goes out, and tasks that nobody could do."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlmodel import Field, SQLModel

from adapters.database.tables.columns import moment, words


class InboxRow(SQLModel, table=True):
    """Every readable message that came; ``(source, id)`` admits it once, for ever, ``repeats`` counts the rest."""

    __tablename__ = "inbox"
    __table_args__ = (
        PrimaryKeyConstraint("source", "id"),
        Index("inbox_repeated", "repeats", postgresql_where=text("repeats > 0")),
    )

    source: str = Field(sa_column=words(default=None))
    id: str = Field(sa_column=words(default=None))
    type: str = Field(sa_column=words(default=None))
    subject: str = Field(sa_column=words(default=None))
    event_at: datetime = Field(sa_column=moment())
    received_at: datetime = Field(sa_column=moment())
    state: str = Field(sa_column=words(default="applied"))
    repeats: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    parked_at: datetime | None = Field(default=None, sa_column=moment(null=True))
    """When it was first parked, if it was; it may have been released since."""
    no: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), nullable=False))
    """With the time it was received, the key of its body."""


class InboxBody(SQLModel, table=True):
    """What a message said, byte for byte, by the month (UTC) in which it was received.

    The inbox itself is whole, since only a whole one admits a message once; it is slim. The bodies are what grows, and a month
    of them can be detached, kept elsewhere and attached again (:mod:`adapters.database.months`).
    """

    __tablename__ = "inbox_body"
    __table_args__ = (PrimaryKeyConstraint("received_at", "no"), {"postgresql_partition_by": "RANGE (received_at)"})

    received_at: datetime = Field(sa_column=moment())
    no: int = Field(sa_column=Column(BigInteger, nullable=False))
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class WebhookRow(SQLModel, table=True):
    """What couriers sent to ``/webhooks``, byte for byte, as it was authenticated; its messages are made of it afterwards.

    ``digest`` is the SHA-256 of courier, message id and body, so that the same webhook is kept once. ``handled_at`` is set when
    all that it says has been given to the engine, or is listed as refused.
    """

    __tablename__ = "webhook"
    __table_args__ = (
        Index("webhook_waiting", "received_at", postgresql_where=text("handled_at IS NULL")),
        Index("webhook_handled", "handled_at", postgresql_where=text("handled_at IS NOT NULL")),
    )

    digest: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    courier: str = Field(sa_column=words(default=None))
    message_id: str = Field(sa_column=words(default=None))
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    received_at: datetime = Field(sa_column=moment())
    handled_at: datetime | None = Field(default=None, sa_column=moment(null=True))
    traceparent: str = Field(sa_column=words())


class ShipmentMessage(SQLModel, table=True):
    """Messages that concern a shipment without having moved it (those that did stand in the log)."""

    __tablename__ = "shipment_message"
    __table_args__ = (PrimaryKeyConstraint("shipment", "source", "message_id", "seller"),)

    shipment: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    source: str = Field(sa_column=words(default=None))
    message_id: str = Field(sa_column=words(default=None))
    seller: str = Field(sa_column=words(default=None))


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
    source: str = Field(sa_column=words(default=None))
    message_id: str = Field(sa_column=words(default=None))
    part: int
    waits_on: str = Field(sa_column=words(default=None))
    why: str = Field(sa_column=words())
    event_at: datetime = Field(sa_column=moment())
    parked_at: datetime = Field(sa_column=moment())
    due_at: datetime | None = Field(default=None, sa_column=moment(null=True))
    """When it has waited too long."""
    look_at: datetime | None = Field(default=None, sa_column=moment(null=True))
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
        Index("refused_open", "refused_at", "id", postgresql_include=["code"], postgresql_where=text("state = 'refused'")),
        Index("refused_corrected", "subject", "corrected_as", postgresql_where=text("corrected_as <> ''")),
    )

    id: UUID = Field(sa_column=Column(PG_UUID, primary_key=True, server_default=text("gen_random_uuid()")))
    arrival: str = Field(sa_column=words(default=None))
    part: int = 0
    subject: str = Field(sa_column=words())
    source: str = Field(sa_column=words())
    message_id: str = Field(sa_column=words())
    type: str = Field(sa_column=words())
    code: str = Field(sa_column=words(default=None))
    detail: str = Field(sa_column=words())
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    body_size: int
    refused_at: datetime = Field(sa_column=moment())
    state: str = Field(sa_column=words(default="refused"))
    corrected_as: str = Field(sa_column=words())
    """The id of the message that a person sent in its place, on the same subject; empty where nobody did."""
    corrected_by: str = Field(sa_column=words())


class OutboxRow(SQLModel, table=True):
    """What waits to be published; ids are drawn while the shipment is locked, so their order is the order per shipment."""

    __tablename__ = "outbox"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(cache=1), primary_key=True))
    message_id: str = Field(sa_column=words(default=None))
    subject: str = Field(sa_column=words(default=None))
    payload: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False, server_default=text("now()")))


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
    task: str = Field(sa_column=words(default=None))
    kind: str = Field(sa_column=words(default=None))
    subject: str = Field(sa_column=words(default=None))
    shipment: UUID | None = Field(default=None, sa_column=Column(PG_UUID, nullable=True))
    code: str = Field(sa_column=words(default=None))
    detail: str = Field(sa_column=words())
    tries: int
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    state: str = Field(sa_column=words(default=None))
    again: int = Field(sa_column=Column(Integer, nullable=False, server_default=text("0")))
    failed_at: datetime = Field(sa_column=moment())
