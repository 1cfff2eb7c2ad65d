"""What is known of the schema itself, beside Alembic's own table."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, DateTime, Text, text
from sqlmodel import Field, SQLModel


class MigrationRun(SQLModel, table=True):
    """A migration that ran, with when it may run in an upgrade: by this an older release sees whether it works on the schema.

    Those of before the table came are not in it; every release that knows the table knows them.
    """

    __tablename__ = "migration_run"
    __table_args__ = (CheckConstraint("step IN ('before', 'after')", name="migration_run_step"),)

    revision: str = Field(sa_column=Column(Text, primary_key=True))
    step: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False, server_default=text("now()")))
