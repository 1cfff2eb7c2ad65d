"""Who is told by webhooks, and each attempt to tell."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, Index, LargeBinary, PrimaryKeyConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlmodel import Field, SQLModel

from adapters.database.tables.columns import moment, words


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
    name: str = Field(sa_column=words(default=None))
    url: str = Field(sa_column=words(default=None))
    hears: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    hears_since: datetime = Field(sa_column=moment())
    """From when on it listens: since it was made, or since it was resumed after it had been disabled."""
    state: str = Field(sa_column=words(default=None))
    state_since: datetime = Field(sa_column=moment())
    why: str = Field(sa_column=words())
    """Why it was disabled, in a word (:class:`events.subscriptions.Why`), or who removed it."""
    salt: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    key: str = Field(sa_column=words(default=None))
    secret_since: datetime = Field(sa_column=moment())
    old_salt: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    old_key: str = Field(sa_column=words())
    old_until: datetime | None = Field(default=None, sa_column=moment(null=True))
    made_by: str = Field(sa_column=words(default=None))
    made_at: datetime = Field(sa_column=moment())
    succeeded_at: datetime | None = Field(default=None, sa_column=moment(null=True))
    failed_at: datetime | None = Field(default=None, sa_column=moment(null=True))
    failing_since: datetime | None = Field(default=None, sa_column=moment(null=True))
    """Since when nothing was delivered and something failed."""
    rest_until: datetime | None = Field(default=None, sa_column=moment(null=True))
    """Until when it is left alone."""
    replay_from: datetime | None = Field(default=None, sa_column=moment(null=True))
    replay_after: str = Field(sa_column=words())
    replay_to: datetime | None = Field(default=None, sa_column=moment(null=True))
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
    message_id: str = Field(sa_column=words(default=None))
    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), nullable=False))
    type: str = Field(sa_column=words(default=None))
    about: str = Field(sa_column=words())
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    state: str = Field(sa_column=words(default="waiting"))
    tries: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    noted_at: datetime = Field(sa_column=moment())
    due_at: datetime = Field(sa_column=moment())
    """When it is tried next; whoever takes it puts this ahead, so that nobody else does meanwhile."""
    settled_at: datetime | None = Field(default=None, sa_column=moment(null=True))


class AttemptRow(SQLModel, table=True):
    """One attempt to deliver a message, with the first bytes of the answer."""

    __tablename__ = "delivery_attempt"
    __table_args__ = (Index("delivery_attempt_newest", "subscription", "at", "id"), Index("delivery_attempt_age", "at"))

    id: UUID = Field(sa_column=Column(PG_UUID, primary_key=True, server_default=text("gen_random_uuid()")))
    subscription: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    message_id: str = Field(sa_column=words(default=None))
    at: datetime = Field(sa_column=moment())
    outcome: str = Field(sa_column=words(default=None))
    status: int
    duration_ms: int
    answer: str = Field(sa_column=words())
    by: str = Field(sa_column=words())
