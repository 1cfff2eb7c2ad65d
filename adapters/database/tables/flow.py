"""How much comes in, minute by minute."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Identity, PrimaryKeyConstraint, text
from sqlmodel import Field, SQLModel

from adapters.database.tables.columns import moment


class FlowBatch(SQLModel, table=True):
    """What one batch admitted, for a minute or so: only ever added, so that no two batches wait for each other's row."""

    __tablename__ = "flow_batch"

    id: int = Field(sa_column=Column(BigInteger, Identity(), primary_key=True))
    at: datetime = Field(sa_column=moment())
    messages: int


class FlowRow(SQLModel, table=True):
    """What came within ``seconds`` from ``begins`` on: minutes, and hours once they are old. One worker at a time writes."""

    __tablename__ = "flow"
    __table_args__ = (PrimaryKeyConstraint("seconds", "begins"),)

    seconds: int
    begins: datetime = Field(sa_column=moment())
    messages: int = Field(sa_column=Column(BigInteger, nullable=False, server_default=text("0")))
    waiting: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    """The most that were seen waiting on the broker; empty where nobody looked."""
