"""The kinds of columns that all tables have."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, DateTime, Numeric, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from workflow.documents import DocumentKind
from workflow.numbering import NumberState
from workflow.stages import Stage, Trigger


def one_of(column: str, words: type[Stage | Trigger | NumberState | DocumentKind]) -> str:
    """Whether a column holds one of these words, as SQL for a check."""
    return f"{column} IN ({', '.join(repr(word.value) for word in words)})"


def tax_numbers() -> "Column[list[str]]":
    """Sellers that something is bound to; empty: to none."""
    return Column(ARRAY(Text), nullable=False, server_default=text("'{}'::text[]"))


def words(*, null: bool = False, default: str | None = "") -> Column[Any]:
    """A text; where ``default`` is ``None`` it has to be given."""
    return Column(Text, nullable=null, server_default=None if null or default is None else text(f"'{default}'"))


def moment(*, null: bool = False) -> Column[Any]:
    """A moment, ``timestamptz``."""
    return Column(DateTime(timezone=True), nullable=null)


def money(*, null: bool = False) -> Column[Any]:
    """An amount of money, ``numeric``."""
    return Column(Numeric(24, 2), nullable=null)


def now() -> datetime:
    """The moment."""
    return datetime.now(UTC)
