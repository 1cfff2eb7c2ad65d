"""The account of an import: what became of each row, and that the sums agree."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from workflow.errors import SaidError


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
    warnings: list[dict[str, str]] = field(default_factory=list)
    """What a person should compare though all rows were read; see :func:`adapters.imports.reasons.warned`."""

    def count(self, totals: Mapping[str, Any]) -> None:
        """Take over what :meth:`Account.totals` added up."""
        self.rows, self.taken, self.set_aside = totals["rows"], totals["taken"], totals["set_aside"]
        self.reasons, self.stages, self.findings = totals["reasons"], totals["stages"], totals["findings"]
        self.warnings = totals["warnings"]
        self.shipments = sum(self.stages.values())


class Account(Protocol):
    """Keeps the account; :mod:`adapters.database.accounts` does."""

    async def begin(self, kind: str, owner: str, file_name: str, sha256: str) -> tuple[UUID, bool]:
        """Open the account of a file; whether it was finished before. An unfinished one goes on."""
        ...

    async def add(self, import_id: UUID, results: Sequence[RowResult]) -> None:
        """Note rows; a row that is noted already is noted anew, so that an import can be run again from its start."""
        ...

    async def warn(self, import_id: UUID, warnings: Sequence[Mapping[str, str]]) -> None:
        """Note what a person should compare; what was noted before is replaced."""
        ...

    async def decided(self, source: str, message_ids: Sequence[str]) -> dict[str, str]:
        """What was decided on some messages of a source when they first came, by message id."""
        ...

    async def carried(self, courier: str, tracking_numbers: Sequence[str]) -> dict[str, UUID]:
        """The shipments that a courier's tracking numbers stand for; unknown ones are left out."""
        ...

    async def unknown(self, seller: str, references: Sequence[str]) -> set[str]:
        """Those of a seller's order numbers under which there is no shipment."""
        ...

    async def sold(self, seller: str, wanted: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
        """Lines of a seller's shipments by consignee's name and stock code, as :class:`adapters.imports.credit_notes.Sold`.

        Of those cancelled or returned there are none.
        """
        ...

    async def finish(self, import_id: UUID, rows: int | None = None) -> dict[str, Any]:
        """Count what is noted: ``rows``, ``taken`` and ``set_aside``; close the account if that agrees.

        ``rows`` is how many the file has, numbered from 1. A row of an order file counts as taken only if its shipment
        is there.
        """
        ...

    async def totals(self, import_ids: Sequence[UUID]) -> dict[str, Any]:
        """Add up what the database has."""
        ...


class DoesNotReconcileError(SaidError):
    """The counts of an import do not agree with each other."""

    TEXTS = (
        (
            "{file}: {read} satır okundu, ama {rows} satır kayıtlı; {taken} satır alındı, {set_aside} satır ayrıldı. İçe "
            "aktarma açık kaldı. Yeniden başlatın; yinelenirse programın hatasıdır: dosyayı saklayıp bildirin."
        ),
        (
            "{file}: {read} rows were read, but {rows} are noted, of them {taken} taken and {set_aside} set aside. The import "
            "stays open. Run it again; if this repeats, it is a fault of the program: keep the file and report it."
        ),
    )

    def __init__(self, file_name: str, rows: int, noted: Mapping[str, Any]) -> None:
        """Show the figures."""
        counts = {name: noted[name] for name in ("rows", "taken", "set_aside")}
        super().__init__(file=file_name, read=rows, **counts)
