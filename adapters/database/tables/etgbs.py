"""ETGBs, their lines, and lines that may mean several shipments."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Column, Index, PrimaryKeyConstraint, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlmodel import Field, SQLModel

from adapters.database.tables.columns import moment, money, words


class EtgbRow(SQLModel, table=True):
    """An ETGB, with what customs and VEDOP said of it."""

    __tablename__ = "etgb"
    __table_args__ = (
        Index("etgb_look_at", "look_at", "number", postgresql_where=text("look_at IS NOT NULL")),
        Index("etgb_overdue", "number", postgresql_where=text("overdue <> ''")),
        Index(
            "etgb_waits_for_vedop",
            "closed_on",
            "number",
            postgresql_where=text("closed_on IS NOT NULL AND vedop_seen_on IS NULL AND cancel_cause IS NULL"),
        ),
        {"postgresql_with": {"fillfactor": "70"}},
    )

    number: str = Field(sa_column=Column(Text, primary_key=True))
    registered_on: date
    courier: str = Field(sa_column=words())
    document_url: str = Field(sa_column=words())
    closed_on: date | None = None
    vedop_seen_on: date | None = None
    evidence_kind: str = Field(sa_column=words())
    evidence_reference: str = Field(sa_column=words())
    vedop_cause: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB, nullable=True))
    cancelled_reason: str = Field(sa_column=words())
    replaced_by: str = Field(sa_column=words())
    cancel_cause: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB, nullable=True))
    due_at: datetime | None = Field(default=None, sa_column=moment(null=True))
    """When the next of what it waits for falls due."""
    look_at: datetime | None = Field(default=None, sa_column=moment(null=True))
    """As for a shipment: when the timer looks at it next."""
    overdue: str = Field(sa_column=words())
    """What it waits for too long and somebody was told of, as words with spaces between."""
    day_inferred: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """Whether the day of registration is that on which the number was first told."""


class EtgbLineRow(SQLModel, table=True):
    """A line of an ETGB; ``shipment`` is set when it has moved its shipment, ``taken_off`` when the ETGB stands without it."""

    __tablename__ = "etgb_line"
    __table_args__ = (PrimaryKeyConstraint("etgb", "line_no"),)

    etgb: str = Field(sa_column=words(default=None))
    line_no: int
    key: str = Field(sa_column=words(default=None))
    invoice_number: str = Field(sa_column=words())
    amount: Decimal | None = Field(default=None, sa_column=money(null=True))
    currency: str = Field(sa_column=words())
    shipment: UUID | None = Field(default=None, sa_column=Column(PG_UUID, nullable=True))
    taken_off: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false")))


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
    etgb: str = Field(sa_column=words(default=None))
    registered_on: date
    courier: str = Field(sa_column=words())
    seller: str = Field(sa_column=words(default=None))
    line: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    """What the line says: names, amount, currency, country; what is empty is left out."""
    candidates: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    """Shipments with their points and signs, as they were weighed."""
    state: str = Field(sa_column=words(default="open"))
    shipment: UUID | None = Field(default=None, sa_column=Column(PG_UUID, nullable=True))
    raised_at: datetime = Field(sa_column=moment())
    settled_at: datetime | None = Field(default=None, sa_column=moment(null=True))
    settled_by: str = Field(sa_column=words())
