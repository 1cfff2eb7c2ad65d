"""Who may do what: keys, users, their sessions, and what they did."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlmodel import Field, SQLModel

from adapters.database.tables.columns import moment, now, tax_numbers, words


class ApiKeyRow(SQLModel, table=True):
    """An API key; only its SHA-256 is kept. ``courier`` binds a courier's key to its own messages.

    ``broker`` is the key's bcrypt hash where it opens the broker too, since NATS knows no other; else empty.
    """

    __tablename__ = "api_key"
    __table_args__ = (Index("api_key_hash", "hash", unique=True),)

    id: UUID = Field(sa_column=Column(PG_UUID, primary_key=True, server_default=text("gen_random_uuid()")))
    name: str = Field(sa_column=words(default=None))
    role: str = Field(sa_column=words(default=None))
    courier: str = Field(sa_column=words())
    sellers: list[str] = Field(sa_column=tax_numbers())
    """Whose rows alone it reaches; empty: those of all."""
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    broker: str = Field(sa_column=words())
    created_at: datetime = Field(default_factory=now, sa_column=moment())
    revoked_at: datetime | None = Field(default=None, sa_column=moment(null=True))


class IdempotencyRow(SQLModel, table=True):
    """The answer given to a POST with an ``Idempotency-Key``, given again to the same request."""

    __tablename__ = "idempotency"
    __table_args__ = (PrimaryKeyConstraint("api_key", "key"), Index("idempotency_age", "created_at"))

    api_key: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    key: str = Field(sa_column=words(default=None))
    request_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    status: int
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = Field(sa_column=moment())


class ConsoleUser(SQLModel, table=True):
    """A person who signs in to the console; ``password`` is an Argon2id hash, ``failures`` counts wrong ones in a row."""

    __tablename__ = "console_user"
    __table_args__ = (
        CheckConstraint("role IN ('viewer', 'operations', 'finance', 'admin')", name="console_user_role"),
        Index("console_user_name", "name", unique=True, postgresql_where=text("revoked_at IS NULL")),
    )

    id: UUID = Field(sa_column=Column(PG_UUID, primary_key=True, server_default=text("gen_random_uuid()")))
    name: str = Field(sa_column=words(default=None))
    role: str = Field(sa_column=words(default=None))
    sellers: list[str] = Field(sa_column=tax_numbers())
    """Whose rows alone the person reaches; empty: those of all."""
    password: str = Field(sa_column=words(default=None))
    must_change: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false")))
    failures: int = Field(sa_column=Column(Integer, nullable=False, server_default=text("0")))
    locked_until: datetime | None = Field(default=None, sa_column=moment(null=True))
    created_at: datetime = Field(sa_column=moment())
    signed_in_at: datetime | None = Field(default=None, sa_column=moment(null=True))
    revoked_at: datetime | None = Field(default=None, sa_column=moment(null=True))


class ConsoleSession(SQLModel, table=True):
    """A browser that somebody signed in with; ``token`` is the SHA-256 of what its cookie holds."""

    __tablename__ = "console_session"
    __table_args__ = (Index("console_session_user", "console_user"),)

    token: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    console_user: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    created_at: datetime = Field(sa_column=moment())
    seen_at: datetime = Field(sa_column=moment())
    expires_at: datetime = Field(sa_column=moment())
    ended_at: datetime | None = Field(default=None, sa_column=moment(null=True))


class AuditRow(SQLModel, table=True):
    """What somebody did; only ever added to, which a trigger of the database holds."""

    __tablename__ = "audit"
    __table_args__ = (
        CheckConstraint("door IN ('console', 'api', 'cli', 'worker')", name="audit_door"),
        Index("audit_actor", "actor", "id"),
        Index("audit_thing", "thing", "id"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    at: datetime = Field(sa_column=moment())
    door: str = Field(sa_column=words(default=None))
    actor: str = Field(sa_column=words(default=None))
    role: str = Field(sa_column=words())
    action: str = Field(sa_column=words(default=None))
    thing: str = Field(sa_column=words())
    reason: str = Field(sa_column=words())
    outcome: str = Field(sa_column=words())
    request: str = Field(sa_column=words())
    """The id of the request, as it stands in the logs."""
    salt: UUID | None = Field(default=None, sa_column=Column(PG_UUID, nullable=True, server_default=text("gen_random_uuid()")))
    """Goes into the digest of the reason, which is what a seal knows of it (:mod:`workflow.seal`)."""
    reason_digest: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    """The digest of a reason that was erased; then there is neither reason nor salt."""
