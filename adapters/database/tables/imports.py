"""Files that people import, row by row, and what their headings mean."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, LargeBinary, PrimaryKeyConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlmodel import Field, SQLModel

from adapters.database.tables.columns import moment, tax_numbers, words


class ImportRow(SQLModel, table=True):
    """A file that was imported; the same content for the same purpose is one import."""

    __tablename__ = "import"
    __table_args__ = (
        Index("import_content", "kind", "owner", "sha256", unique=True),
        Index("import_newest", "started_at", "id"),
    )

    id: UUID = Field(sa_column=Column(PG_UUID, primary_key=True, server_default=text("gen_random_uuid()")))
    kind: str = Field(sa_column=words(default=None))
    owner: str = Field(sa_column=words())
    """Whose import it is: the seller's tax number, the courier's or the user's name."""
    file_name: str = Field(sa_column=words())
    sha256: str = Field(sa_column=words(default=None))
    rows: int = 0
    taken: int = 0
    set_aside: int = 0
    started_at: datetime = Field(sa_column=moment())
    finished_at: datetime | None = Field(default=None, sa_column=moment(null=True))
    sellers: list[str] = Field(sa_column=tax_numbers())
    """To whom whoever began it was bound; empty: to none."""
    warnings: list[Any] = Field(sa_column=Column(JSONB, nullable=False, server_default=text("'[]'::jsonb")))


class UploadRow(SQLModel, table=True):
    """A file that somebody uploaded and looks at before it is imported; gone when it is, or after a day.

    ``beside`` is what is said of it (seller, courier, what headings mean); ``problem`` is why it could not be imported.
    """

    __tablename__ = "upload"
    __table_args__ = (Index("upload_age", "at"),)

    id: UUID = Field(sa_column=Column(PG_UUID, primary_key=True, server_default=text("gen_random_uuid()")))
    by: str = Field(sa_column=words(default=None))
    kind: str = Field(sa_column=words(default=None))
    name: str = Field(sa_column=words(default=None))
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    catalogue: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    beside: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    at: datetime = Field(sa_column=moment())
    import_id: UUID | None = Field(default=None, sa_column=Column(PG_UUID, nullable=True))
    problem: str = Field(sa_column=words())


class ImportLine(SQLModel, table=True):
    """What became of one row of an imported file: taken, with its shipment, or set aside, with the reason."""

    __tablename__ = "import_line"
    __table_args__ = (PrimaryKeyConstraint("import_id", "row_no"),)

    import_id: UUID = Field(sa_column=Column(PG_UUID, nullable=False))
    row_no: int
    outcome: str = Field(sa_column=words(default=None))
    reason: str = Field(sa_column=words())
    detail: str = Field(sa_column=words())
    shipment: UUID | None = Field(default=None, sa_column=Column(PG_UUID, nullable=True))
    raw: str = Field(sa_column=words())
    """The row as it stood in the file, where it was set aside; a row that was taken stands in its shipment."""


class ColumnMapping(SQLModel, table=True):
    """What an operator's own headings were mapped to by hand, for one set of headings."""

    __tablename__ = "column_mapping"
    __table_args__ = (Index("column_mapping_headings", "courier", "fingerprint", unique=True),)

    id: UUID = Field(sa_column=Column(PG_UUID, primary_key=True, server_default=text("gen_random_uuid()")))
    courier: str = Field(sa_column=words(default=None))
    fingerprint: str = Field(sa_column=words(default=None))
    """The headings' own; or ``pdf``, whose headings are found only when it is known what they mean; or ``statuses``: the
    operator's own words for where a parcel is."""
    mapping: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    by: str = Field(sa_column=words())
    said_at: datetime = Field(sa_column=moment())
