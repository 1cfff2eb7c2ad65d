"""VAT refund claims, and what they are calculated from."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Identity, Index, LargeBinary, Numeric, PrimaryKeyConstraint, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlmodel import Field, SQLModel

from adapters.database.tables.columns import moment, money, words

_COUNTED_OF_LINE = ["currency", "closed_on", "invoiced_on", "total", "back", "apart", "lacks"]
"""All that sums and checklists of claims read of a line: its index has it, so that no page of the table is read for them."""


class ClaimRow(SQLModel, table=True):
    """A VAT refund claim."""

    __tablename__ = "claim"
    __table_args__ = (
        PrimaryKeyConstraint("id", "seller"),
        Index("claim_period", "seller", "period", "supplement", unique=True),
        Index("claim_due", "due_at", "id", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    """Follows from seller, period and supplement (:func:`workflow.refund.claim_id`)."""
    seller: str = Field(sa_column=words(default=None))
    period: str = Field(sa_column=words(default=None))
    supplement: int
    status: str = Field(sa_column=words(default=None))
    petition_number: str = Field(sa_column=words())
    filed_on: date | None = None
    exported_try: Decimal | None = Field(default=None, sa_column=money(null=True))
    refundable_try: Decimal | None = Field(default=None, sa_column=money(null=True))
    rate_policy: str = Field(sa_column=words())
    override: str = Field(sa_column=words())
    approved_try: Decimal | None = Field(default=None, sa_column=money(null=True))
    paid_try: Decimal | None = Field(default=None, sa_column=money(null=True))
    paid_on: date | None = None
    reversed_try: Decimal | None = Field(default=None, sa_column=money(null=True))
    reason: str = Field(sa_column=words())
    question: str = Field(sa_column=words())
    question_due: date | None = None
    answered_on: date | None = None
    due_at: datetime | None = Field(default=None, sa_column=moment(null=True))
    awaited: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false")))
    rest: str | None = Field(default=None, sa_column=words(null=True))
    """How far the tax office is with what stands of one of which a part was reversed."""


class ClaimMove(SQLModel, table=True):
    """What was told of a claim and by whom, oldest first; only ever added to."""

    __tablename__ = "claim_move"
    __table_args__ = (PrimaryKeyConstraint("id", "seller"), Index("claim_move_claim", "claim", "id"))

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), nullable=False))
    claim: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    status: str = Field(sa_column=words(default=None))
    on: date
    amount: Decimal | None = Field(default=None, sa_column=money(null=True))
    note: str = Field(sa_column=words())
    due_on: date | None = None
    answered: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false")))
    source: str = Field(sa_column=words(default=None))
    message_id: str = Field(sa_column=words(default=None))
    recorded_at: datetime = Field(sa_column=moment())
    seller: str = Field(sa_column=words(default=None))


class ClaimFilingRow(SQLModel, table=True):
    """What a claim was filed with: one row a filing, only ever added to; the documents are JSON, compressed with zlib."""

    __tablename__ = "claim_filing"
    __table_args__ = (PrimaryKeyConstraint("claim", "version", "seller"),)

    claim: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    version: int
    petition_number: str = Field(sa_column=words(default=None))
    filed_on: date
    exported_try: Decimal = Field(sa_column=money())
    refundable_try: Decimal = Field(sa_column=money())
    override: str = Field(sa_column=words())
    figures: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    calculation: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    sha256: str = Field(sa_column=words(default=None))
    papers: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    papers_sha256: str = Field(sa_column=words(default=None))
    source: str = Field(sa_column=words(default=None))
    message_id: str = Field(sa_column=words(default=None))
    recorded_at: datetime = Field(sa_column=moment())
    seller: str = Field(sa_column=words(default=None))


class ClaimLine(SQLModel, table=True):
    """What a claim counts of one of its shipments, as it is now; triggers on what it is made of keep it.

    Lists of claims read it in place of shipments, ETGBs, documents and the log. ``apart`` is by how much the ETGB's lines
    differ from the invoice, where both are in one currency; ``lacks`` names what the shipment does not meet
    (:class:`workflow.refund.readiness.Check`), but for amounts that are apart.
    """

    __tablename__ = "claim_line"
    __table_args__ = (
        PrimaryKeyConstraint("shipment", "seller"),
        Index("claim_line_claim", "claim", "shipment", postgresql_include=_COUNTED_OF_LINE),
        Index("claim_line_etgb", "etgb"),
    )

    shipment: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    claim: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    etgb: str = Field(sa_column=words())
    currency: str = Field(sa_column=words(default=None))
    total: Decimal | None = Field(default=None, sa_column=money(null=True))
    back: Decimal = Field(sa_column=Column(Numeric(24, 2), nullable=False, server_default=text("0")))
    """What of the total came back before its refund was asked for; at most all of it."""
    invoiced_on: date | None = None
    closed_on: date | None = None
    apart: Decimal | None = Field(default=None, sa_column=money(null=True))
    lacks: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    seller: str = Field(sa_column=words(default=None))


class PurchaseRow(SQLModel, table=True):
    """A purchase invoice of a seller, in TRY; ``claim`` is the first that was filed with it."""

    __tablename__ = "purchase"
    __table_args__ = (
        PrimaryKeyConstraint("id", "seller"),
        Index("purchase_number", "seller", "supplier_tax_number", "invoice_number", unique=True),
        Index("purchase_period", "seller", "period", "id"),
        Index("purchase_shipment", "shipment", postgresql_where=text("shipment IS NOT NULL")),
        Index("purchase_claim", "claim", postgresql_where=text("claim IS NOT NULL")),
    )

    id: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    """Follows from seller, supplier and invoice number (:func:`workflow.refund.purchase_id`)."""
    seller: str = Field(sa_column=words(default=None))
    supplier_tax_number: str = Field(sa_column=words())
    supplier_name: str = Field(sa_column=words())
    invoice_number: str = Field(sa_column=words(default=None))
    issued_on: date
    period: str = Field(sa_column=words(default=None))
    kind: str = Field(sa_column=words(default=None))
    description: str = Field(sa_column=words())
    quantity: str = Field(sa_column=words())
    net_try: Decimal = Field(sa_column=money())
    vat_try: Decimal = Field(sa_column=money())
    share: Decimal | None = Field(default=None, sa_column=Column(Numeric(7, 6), nullable=True))
    shipment: UUID | None = Field(default=None, sa_column=Column(PG_UUID, nullable=True))
    customs_number: str = Field(sa_column=words())
    incurred_try: Decimal | None = Field(default=None, sa_column=money(null=True))
    claim: UUID | None = Field(default=None, sa_column=Column(PG_UUID, nullable=True))
    told_at: datetime = Field(sa_column=moment())
    source: str = Field(sa_column=words(default=None))
    message_id: str = Field(sa_column=words(default=None))


class PurchaseWithdrawnRow(SQLModel, table=True):
    """A purchase invoice that counts nowhere any more, as it was booked last, with who withdrew it, and why.

    It stands apart from those that count, so that no sum has to leave it out.
    """

    __tablename__ = "purchase_withdrawn"
    __table_args__ = (PrimaryKeyConstraint("id", "seller"), Index("purchase_withdrawn_period", "seller", "period", "id"))

    id: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    """That of the purchase."""
    seller: str = Field(sa_column=words(default=None))
    supplier_tax_number: str = Field(sa_column=words())
    supplier_name: str = Field(sa_column=words())
    invoice_number: str = Field(sa_column=words(default=None))
    issued_on: date
    period: str = Field(sa_column=words(default=None))
    kind: str = Field(sa_column=words(default=None))
    description: str = Field(sa_column=words())
    quantity: str = Field(sa_column=words())
    net_try: Decimal = Field(sa_column=money())
    vat_try: Decimal = Field(sa_column=money())
    share: Decimal | None = Field(default=None, sa_column=Column(Numeric(7, 6), nullable=True))
    shipment: UUID | None = Field(default=None, sa_column=Column(PG_UUID, nullable=True))
    customs_number: str = Field(sa_column=words())
    incurred_try: Decimal | None = Field(default=None, sa_column=money(null=True))
    reason: str = Field(sa_column=words(default=None))
    replaced_by: UUID | None = Field(default=None, sa_column=Column(PG_UUID, nullable=True))
    """The invoice that it was corrected to."""
    told_at: datetime = Field(sa_column=moment())
    source: str = Field(sa_column=words(default=None))
    message_id: str = Field(sa_column=words(default=None))


class ClaimPurchaseRow(SQLModel, table=True):
    """A claim that was filed with a purchase, or with a part of it; ``borne_try`` is null where an earlier release filed it."""

    __tablename__ = "claim_purchase"
    __table_args__ = (PrimaryKeyConstraint("claim", "purchase", "seller"), Index("claim_purchase_purchase", "purchase"))

    claim: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    purchase: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    borne_try: Decimal | None = Field(default=None, sa_column=money(null=True))
    seller: str = Field(sa_column=words(default=None))


class PieceBackRow(SQLModel, table=True):
    """What came back of a shipment while the rest stayed with the buyer; ``amount`` in the currency of its order.

    ``claim`` is the one that asked for its refund by then; what came back while none did is not asked for at all.
    ``given_back``: its part of the refund was given back.
    """

    __tablename__ = "piece_back"
    __table_args__ = (
        PrimaryKeyConstraint("id", "seller"),
        Index("piece_back_shipment", "shipment"),
        Index("piece_back_claim", "claim", postgresql_where=text("claim IS NOT NULL")),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), nullable=False))
    shipment: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    line_no: int
    quantity: Decimal = Field(sa_column=Column(Numeric(18, 6), nullable=False))
    amount: Decimal = Field(sa_column=money())
    claim: UUID | None = Field(default=None, sa_column=Column(PG_UUID, nullable=True))
    source: str = Field(sa_column=words(default=None))
    message_id: str = Field(sa_column=words(default=None))
    recorded_at: datetime = Field(sa_column=moment())
    seller: str = Field(sa_column=words(default=None))
    given_back: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false")))


class VatReturnRow(SQLModel, table=True):
    """What a person told of a seller's VAT return of a period, in TRY: each figure with its last word, and the last of all."""

    __tablename__ = "vat_return"
    __table_args__ = (PrimaryKeyConstraint("seller", "period"),)

    seller: str = Field(sa_column=words(default=None))
    period: str = Field(sa_column=words(default=None))
    carried_try: Decimal | None = Field(default=None, sa_column=money(null=True))
    carried_told_at: datetime | None = Field(default=None, sa_column=moment(null=True))
    carried_source: str | None = Field(default=None, sa_column=words(null=True))
    carried_message_id: str | None = Field(default=None, sa_column=words(null=True))
    turnover_try: Decimal | None = Field(default=None, sa_column=money(null=True))
    turnover_told_at: datetime | None = Field(default=None, sa_column=moment(null=True))
    turnover_source: str | None = Field(default=None, sa_column=words(null=True))
    turnover_message_id: str | None = Field(default=None, sa_column=words(null=True))
    told_at: datetime = Field(sa_column=moment())
    source: str = Field(sa_column=words(default=None))
    message_id: str = Field(sa_column=words(default=None))


class SellerRefund(SQLModel, table=True):
    """How a seller's refunds stand: figures of :class:`workflow.refund.standing.Standing`, calculated at ``figured_at``."""

    __tablename__ = "seller_refund"
    __table_args__ = (Index("seller_refund_figured", "figured_at"),)

    seller: str = Field(sa_column=Column(Text, primary_key=True))
    name: str = Field(sa_column=words())
    name_folded: str = Field(sa_column=words())
    claimable: int
    claimable_try: Decimal = Field(sa_column=money())
    blocked: int
    blocked_try: Decimal = Field(sa_column=money())
    outstanding: int
    outstanding_try: Decimal = Field(sa_column=money())
    out_since: date | None = None
    lapsing: int
    lapsing_try: Decimal = Field(sa_column=money())
    lapsed: int
    lapsed_try: Decimal = Field(sa_column=money())
    lapses_on: date | None = None
    waiting: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    waiting_shipments: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    waiting_try: Decimal = Field(default=Decimal(0), sa_column=Column(Numeric(24, 2), nullable=False, server_default=text("0")))
    unvalued: bool
    figured_at: datetime = Field(sa_column=moment())


class SellerStale(SQLModel, table=True):
    """Sellers of whom something changed that their standing is calculated from; triggers add them, nobody waits for it."""

    __tablename__ = "seller_stale"
    __table_args__ = (PrimaryKeyConstraint("id", "seller"),)

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), nullable=False))
    seller: str = Field(sa_column=words(default=None))
