"""Seals of both logs, and how far they were looked through."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlmodel import Field, SQLModel

from adapters.database.tables.columns import moment, words


class SealRow(SQLModel, table=True):
    """A seal, as :mod:`workflow.seal` has it; only ever added."""

    __tablename__ = "seal"

    number: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    at: datetime = Field(sa_column=moment())
    previous: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    batches: int = Field(sa_column=Column(BigInteger, nullable=False))
    acts: int = Field(sa_column=Column(BigInteger, nullable=False))
    walked: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    unhashed_until: datetime | None = Field(default=None, sa_column=moment(null=True))
    heads: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    noted: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    digest: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    key: str = Field(sa_column=words())
    mac: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class DetachedMonth(SQLModel, table=True):
    """A month of the transition log that was detached: how many shipments began in it, and their moves until then."""

    __tablename__ = "detached_month"
    __table_args__ = (CheckConstraint("month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'", name="detached_month_month"),)

    month: str = Field(sa_column=Column(Text, primary_key=True))
    """Like ``2024-03``."""
    detached_at: datetime = Field(sa_column=moment())
    shipments: int = Field(sa_column=Column(BigInteger, nullable=False))
    moves: int = Field(sa_column=Column(BigInteger, nullable=False))


class LogProof(SQLModel, table=True):
    """The one row of what is known of the logs as a whole."""

    __tablename__ = "log_proof"
    __table_args__ = (CheckConstraint("one", name="log_proof_one"),)

    one: bool = Field(default=True, sa_column=Column(Boolean, primary_key=True, server_default=text("true")))
    unhashed_until: datetime | None = Field(default=None, sa_column=moment(null=True))
    """Until when an older release might add rows without a hash; none: the first seal says so, and the log was empty."""
    all_hashed: bool
    """Whether the log was empty when chains began."""
    newest: int = Field(sa_column=Column(BigInteger, nullable=False, server_default=text("0")))
    """The last seal that was looked through once."""
    round: int = Field(sa_column=Column(BigInteger, nullable=False, server_default=text("0")))
    """The last seal that was looked through again; after the last comes the first."""
    checked_at: datetime | None = Field(default=None, sa_column=moment(null=True))
