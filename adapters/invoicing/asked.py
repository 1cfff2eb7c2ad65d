"""What the desk of invoices is asked."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Asked:
    """One task: which shipment, and as of which of its moves."""

    task: dict[str, Any]
    shipment: UUID
    request: str
    sequence: int
    at: datetime

    @classmethod
    def of(cls, task: dict[str, Any]) -> "Asked":
        """Read a task; its id ends with the sequence of the move that asked (:meth:`workflow.batch.Batch.move`)."""
        request = str(task["id"])
        sequence = int(request.rpartition(":")[2])
        at = datetime.fromisoformat(task["time"]).astimezone(UTC)
        return cls(task, UUID(task["data"]["shipment"]["id"]), request, sequence, at)
