"""How counterparts fare."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Identity, Index, Text
from sqlmodel import Field, SQLModel

from adapters.database.tables.columns import moment, words


class CounterpartRow(SQLModel, table=True):
    """How a counterpart fares that Kervan calls, as its processes tell every few seconds, and whether it is paused.

    The breaker is open while ``now`` is before ``open_until``, unless it was answered after ``opened_at``.
    """

    __tablename__ = "counterpart"

    family: str = Field(sa_column=Column(Text, primary_key=True))
    code: str = Field(sa_column=Column(Text, primary_key=True))
    succeeded_at: datetime | None = Field(default=None, sa_column=moment(null=True))
    failed_at: datetime | None = Field(default=None, sa_column=moment(null=True))
    failure: str = Field(sa_column=words())
    detail: str = Field(sa_column=words())
    opened_at: datetime | None = Field(default=None, sa_column=moment(null=True))
    open_until: datetime | None = Field(default=None, sa_column=moment(null=True))
    paused_at: datetime | None = Field(default=None, sa_column=moment(null=True))
    paused_by: str = Field(sa_column=words())
    pause_reason: str = Field(sa_column=words())


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
    family: str = Field(sa_column=words(default=None))
    code: str = Field(sa_column=words(default=None))
    at: datetime = Field(sa_column=moment())
    action: str = Field(sa_column=words(default=None))
    actor: str = Field(sa_column=words(default=None))
    reason: str = Field(sa_column=words())
    outcome: str = Field(sa_column=words())
