"""SANDBOX e-Arşiv integrator: issues invoices that are valid nowhere. May import :mod:`adapters.sandbox` and what it may."""

from collections.abc import Sequence
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import structlog

from adapters.sandbox import Event, Manners, Register, asked_at
from events.tasks import Reply
from workflow.values import istanbul_day

FAMILY, CODE = "invoicing", "sandbox"
SOURCE = f"{FAMILY}/{CODE}"

_log = structlog.get_logger("kervan.sandbox")


def invoice(task: dict[str, Any], serial: int) -> Event:
    """The invoice that a task asks for: what the shipment says, under a number whose first letters tell that it is none."""
    day, data = istanbul_day(asked_at(task)), task["data"]
    return Event(
        f"invoice:{task['id']}",
        "invoice.issued.v1",
        {
            "shipment": data["shipment"],
            "number": f"SBX{day.year}{serial:09d}",
            "ettn": str(uuid5(NAMESPACE_OID, f"SANDBOX {task['id']}")),
            "issued_on": day.isoformat(),
            "profile": "EARSIVFATURA",
            "type": "ISTISNA",
            "exemption_code": "301",
            "currency": data["currency"],
            "total": data["total"],
        },
    )


def cancellation(task: dict[str, Any]) -> Event:
    """The invoice that a task names, cancelled; a sandbox has nothing against it."""
    data = task["data"]
    told = {"shipment": data["shipment"], "number": data["invoice_number"], "reason": "SANDBOX: asked for"}
    return Event(f"cancelled:{data['invoice_number']}", "invoice.cancelled.v1", told)


class SandboxIntegrator:
    """Answers requests with ``invoice.issued.v1`` and ``invoice.cancelled.v1``; a task repeated keeps its number."""

    def __init__(self, manners: Manners, numbers: Register | None = None) -> None:
        """Number from one, or go on where ``numbers`` stands."""
        self._manners = manners
        self._numbers = numbers or Register()

    async def __call__(self, task: dict[str, Any]) -> Sequence[Reply]:
        """Issue an invoice for a shipment, or cancel it."""
        if task["type"] == "invoice_cancellation.requested.v1":
            return self._manners.plan(SOURCE, task, [cancellation(task)])
        if task["type"] != "invoice.requested.v1":
            _log.warning("the sandbox integrator does not do this", type=task["type"])
            return ()
        return self._manners.plan(SOURCE, task, [invoice(task, self._numbers.number(task["id"]))])
