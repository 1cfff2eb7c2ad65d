"""What a person has to look at."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Index, text
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlmodel import Field, SQLModel

from adapters.database.tables.columns import moment, words

_OPEN = "resolved_at IS NULL AND shipment_at IS NOT NULL"
_OF_SELLER = "resolved_at IS NULL AND seller IS NOT NULL"
_OF_CLAIM = "resolved_at IS NULL AND claim IS NOT NULL"


class AttentionRow(SQLModel, table=True):
    """An attention item: one per cause, open until ``resolved_at``."""

    __tablename__ = "attention"
    __table_args__ = (
        Index("attention_open", "raised_at", "id", postgresql_include=["reason"], postgresql_where=text("resolved_at IS NULL")),
        Index("attention_open_of_seller", "seller", "raised_at", "id", postgresql_where=text(_OF_SELLER)),
        Index("attention_open_of_claim", "claim", "raised_at", "id", postgresql_where=text(_OF_CLAIM)),
        Index("attention_open_on_etgb", "raised_at", "id", postgresql_where=text("resolved_at IS NULL AND etgb <> ''")),
        Index("attention_shipment", "shipment"),
        Index("attention_newest", "shipment_at", "shipment", postgresql_where=text(_OPEN)),
        Index("attention_newest_of", "reason", "shipment_at", "shipment", postgresql_where=text(_OPEN)),
        Index("attention_was_raised", "raised_at", "id", postgresql_where=text("resolved_at IS NOT NULL")),
        Index("attention_settled", "resolved_at", "id", postgresql_where=text("resolved_at IS NOT NULL")),
    )

    id: UUID = Field(sa_column=Column(PG_UUID, primary_key=True))
    reason: str = Field(sa_column=words(default=None))
    detail: str = Field(sa_column=words())
    shipment: UUID | None = Field(default=None, sa_column=Column(PG_UUID, nullable=True))
    shipment_at: datetime | None = Field(default=None, sa_column=moment(null=True))
    """When its shipment was made, which never changes: open items in the order of the lists. A trigger sets it."""
    seller: str | None = Field(default=None, sa_column=words(null=True))
    """Whose its shipment or its claim is, which never changes; none where it is about neither. The same trigger sets it."""
    etgb: str = Field(sa_column=words())
    """The ETGB that it is about, where that is more than one shipment's."""
    claim: UUID | None = Field(default=None, sa_column=Column(PG_UUID, nullable=True))
    source: str = Field(sa_column=words())
    message_id: str = Field(sa_column=words())
    occurrences: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    raised_at: datetime = Field(sa_column=moment())
    resolved_at: datetime | None = Field(default=None, sa_column=moment(null=True))
    resolved_by: str = Field(sa_column=words())
    resolution: str = Field(sa_column=words())
