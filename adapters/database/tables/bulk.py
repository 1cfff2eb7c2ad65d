"""Actions on many shipments, kept as jobs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Index, PrimaryKeyConstraint, text
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlmodel import Field, SQLModel

from adapters.database.tables.columns import moment, tax_numbers, words


class BulkJob(SQLModel, table=True):
    """One action on many shipments: proposed, then running, paused, stopped or finished. A proposal is gone after a day.

    ``able`` shipments were allowed the action when it was proposed and are its lines that wait; ``unable`` ones were not.
    """

    __tablename__ = "bulk_job"
    __table_args__ = (
        Index("bulk_job_newest", "made_at", "id"),
        Index("bulk_job_running", "started_at", postgresql_where=text("state = 'running'")),
    )

    id: UUID = Field(sa_column=Column(PG_UUID, primary_key=True, server_default=text("gen_random_uuid()")))
    trigger: str = Field(sa_column=words(default=None))
    filter: str = Field(sa_column=words())
    """The list that it was chosen from, as its address has it."""
    by: str = Field(sa_column=words(default=None))
    role: str = Field(sa_column=words(default=None))
    sellers: list[str] = Field(sa_column=tax_numbers())
    """To whom whoever began it was bound; empty: to none."""
    reason: str = Field(sa_column=words())
    state: str = Field(sa_column=words(default="proposed"))
    why: str = Field(sa_column=words())
    """Why it was stopped where no person stopped it (:data:`adapters.database.bulk.STARTER_REVOKED` and the like), or empty."""
    able: int = 0
    unable: int = 0
    done: int = 0
    failed: int = 0
    made_at: datetime = Field(sa_column=moment())
    started_at: datetime | None = Field(default=None, sa_column=moment(null=True))
    finished_at: datetime | None = Field(default=None, sa_column=moment(null=True))


class BulkLine(SQLModel, table=True):
    """One shipment of a job: it waits, was unable from the beginning, is done, or failed, with the engine's reason."""

    __tablename__ = "bulk_line"
    __table_args__ = (
        PrimaryKeyConstraint("job", "shipment"),
        Index("bulk_line_order", "job", "no"),
        Index("bulk_line_outcome", "job", "outcome", "no"),
    )

    job: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    no: int
    shipment: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    outcome: str = Field(sa_column=words(default=None))
    code: str = Field(sa_column=words())
    detail: str = Field(sa_column=words())
