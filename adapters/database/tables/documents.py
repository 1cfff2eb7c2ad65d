"""Documents, and the numbers of the invoices that Kervan writes."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, PrimaryKeyConstraint, text
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlmodel import Field, SQLModel

from adapters.database.tables.columns import moment, one_of, words
from workflow.documents import DocumentKind
from workflow.numbering import LIVE, NumberState


class InvoiceSeries(SQLModel, table=True):
    """How far a seller's series has come in a year; its row is locked while a number is drawn."""

    __tablename__ = "invoice_series"
    __table_args__ = (PrimaryKeyConstraint("seller", "series", "year"),)

    seller: str = Field(sa_column=words(default=None))
    series: str = Field(sa_column=words(default=None))
    year: int
    last: int = 0


_LIVE = f"state IN ({', '.join(repr(state.value) for state in LIVE)})"


class InvoiceNumber(SQLModel, table=True):
    """A number that was drawn, and what became of it; a shipment has at most one that is live."""

    __tablename__ = "invoice_number"
    __table_args__ = (
        PrimaryKeyConstraint("seller", "number"),
        CheckConstraint(one_of("state", NumberState), name="invoice_number_state"),
        Index("invoice_number_serial", "seller", "series", "year", "serial", unique=True),
        Index("invoice_number_live", "shipment", "seller", unique=True, postgresql_where=text(_LIVE)),
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

    seller: str = Field(sa_column=words(default=None))
    number: str = Field(sa_column=words(default=None))
    series: str = Field(sa_column=words(default=None))
    year: int
    serial: int
    shipment: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    request: str = Field(sa_column=words(default=None))
    ettn: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    issued_at: datetime = Field(sa_column=moment())
    state: str = Field(sa_column=words(default=None))
    issuer: str = Field(sa_column=words())
    document: str = Field(sa_column=words())
    signed: str = Field(sa_column=words())
    reason: str = Field(sa_column=words())
    sent_at: datetime | None = Field(default=None, sa_column=moment(null=True))
    settled_at: datetime | None = Field(default=None, sa_column=moment(null=True))
    busy_until: datetime | None = Field(default=None, sa_column=moment(null=True))


class Document(SQLModel, table=True):
    """A kept document of a shipment, or of an ETGB and so of all its shipments.

    Its content lies in the folder of documents under its SHA-256.
    """

    __tablename__ = "document"
    __table_args__ = (
        PrimaryKeyConstraint("id", "seller"),
        CheckConstraint(one_of("kind", DocumentKind), name="document_kind"),
        CheckConstraint("(shipment IS NULL) = (etgb <> '')", name="document_of_one"),
        Index("document_once_of_etgb", "etgb", "kind", "sha256", "seller", unique=True, postgresql_where=text("etgb <> ''")),
        Index("document_once", "shipment", "kind", "sha256", "seller", unique=True),
        Index("document_content", "sha256"),
    )

    id: UUID = Field(sa_column=Column(PG_UUID, nullable=False, server_default=text("gen_random_uuid()")))
    shipment: UUID | None = Field(default=None, sa_column=Column(PG_UUID, nullable=True))
    etgb: str = Field(sa_column=words())
    kind: str = Field(sa_column=words(default=None))
    name: str = Field(sa_column=words(default=None))
    media_type: str = Field(sa_column=words(default=None))
    sha256: str = Field(sa_column=words(default=None))
    size: int
    source: str = Field(sa_column=words())
    """Who made it: ``kervan``, an issuer, a user."""
    created_at: datetime = Field(sa_column=moment())
    keep_until: date
    seller: str = Field(sa_column=words(default=None))
    """Its shipment's; empty for an ETGB's, whose shipments may be of several."""
