"""Central banks' rates, and the law by which shipments are judged."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Column, Numeric, PrimaryKeyConstraint, SmallInteger
from sqlmodel import Field, SQLModel

from adapters.database.tables.columns import moment, words


class RateRow(SQLModel, table=True):
    """A central bank's forex buying rate, TRY for one unit of the currency."""

    __tablename__ = "rate"
    __table_args__ = (PrimaryKeyConstraint("currency", "published_on"),)

    currency: str = Field(sa_column=words(default=None))
    published_on: date
    rate: Decimal = Field(sa_column=Column(Numeric(18, 6), nullable=False))
    bulletin: str = Field(sa_column=words())


class RateDayRow(SQLModel, table=True):
    """What is known of a day at a central bank, so that no bulletin is fetched twice and no holiday asked for again.

    ``published`` tells whether there was a bulletin (``NULL``: not known); ``asked_at`` is when Kervan last asked for it.
    """

    __tablename__ = "rate_day"
    __table_args__ = (PrimaryKeyConstraint("code", "day"),)

    code: str = Field(sa_column=words(default=None))
    day: date
    published: bool | None = None
    asked_at: datetime | None = Field(default=None, sa_column=moment(null=True))


class LawInForce(SQLModel, table=True):
    """The one row that says which law drafts are judged by: that of the worker that was started last."""

    __tablename__ = "law_in_force"
    __table_args__ = (CheckConstraint("id = 1", name="law_in_force_one"), PrimaryKeyConstraint("id"))

    id: int = Field(default=1, sa_column=Column(SmallInteger, nullable=False))
    version: str = Field(sa_column=words(default=None))
    since: datetime = Field(sa_column=moment())
