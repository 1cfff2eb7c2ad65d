"""The account of an import: what became of each row, and that the sums agree."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from workflow.errors import KervanError


@dataclass(frozen=True, slots=True)
class RowResult:
    """One row of a file: taken, with its shipment, or set aside, with a reason (and then kept as it stood)."""

    row_no: int
    shipment: UUID | None = None
    reason: str = ""
    detail: str = ""
    raw: str = ""

    @property
    def outcome(self) -> str:
        """``taken`` or ``set_aside``."""
        return "set_aside" if self.reason else "taken"


@dataclass(slots=True)
class Summary:
    """What became of the rows of some files."""

    files: list[str] = field(default_factory=list)
    known_files: list[str] = field(default_factory=list)
    rows: int = 0
    taken: int = 0
    set_aside: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    shipments: int = 0
    stages: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    import_ids: list[UUID] = field(default_factory=list)


class Account(Protocol):
    """Keeps the account; :mod:`adapters.database.accounts` does."""

    async def begin(self, kind: str, owner: str, file_name: str, sha256: str) -> tuple[UUID, bool]:
        """Open the account of a file; whether it was finished before. An unfinished one begins again."""
        ...

    async def add(self, import_id: UUID, results: Sequence[RowResult]) -> None:
        """Note rows."""
        ...

    async def finish(self, import_id: UUID) -> dict[str, Any]:
        """Count what is there and close the account: ``rows``, ``taken`` and ``set_aside``."""
        ...

    async def totals(self, import_ids: Sequence[UUID]) -> dict[str, Any]:
        """Add up what the database has."""
        ...


class DoesNotReconcileError(KervanError):
    """The counts of an import do not agree with each other."""

    def __init__(self, file_name: str, rows: int, taken: int, set_aside: int) -> None:
        """Show the figures."""
        super().__init__(
            f"{file_name}: {rows} rows, but {taken} taken and {set_aside} set aside do not add up to that. "
            "The import stays open. This is a fault of the program: keep the file and report it."
        )
