"""Tasks as Kervan asks them, and answers as it reads them."""

from datetime import UTC, datetime
from typing import Any

from events.tasks import Reply
from events.translate import Arrival, read
from workflow.message import Message

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)


def task(kind: str, task_id: str = "t1", **data: Any) -> dict[str, Any]:
    """A task on a shipment that is invoiced and stands on an ETGB."""
    shipment = {
        "shipment": {"id": "6f1c7d0e-6f0e-5d7c-9b0a-0f0e4c2b9a11"},
        "seller": "1234567890",
        "reference": "order-1",
        "currency": "GBP",
        "total": "139.12",
        "invoice_number": "SBX2026000000007",
        "invoice_total": "139.12",
        "etgb_number": "26341453EX000001",
    }
    return {
        "specversion": "1.0",
        "id": task_id,
        "source": "kervan",
        "type": kind,
        "time": NOW.isoformat(),
        "correlationid": "order-1",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "data": shipment | data,
    }


def heard(replies: list[Reply] | tuple[Reply, ...]) -> list[Message]:
    """What Kervan makes of answers; none of them may be unreadable."""
    found = [read(Arrival(one.subject, one.body, one.message_id), NOW) for one in replies]
    assert all(isinstance(one, Message) for one in found), found
    return [one for one in found if isinstance(one, Message)]
