"""SANDBOX e-Arşiv integrator: issues invoices that are valid nowhere."""

from collections.abc import Sequence
from itertools import count
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from adapters.sandbox import Manners, reply
from events.tasks import Reply
from workflow.ports import Clock
from workflow.values import istanbul_day

FAMILY, CODE = "invoicing", "sandbox"
SOURCE = f"{FAMILY}/{CODE}"


class SandboxIntegrator:
    """Answers ``invoice.requested.v1`` with ``invoice.issued.v1``; a task repeated keeps its number."""

    def __init__(self, manners: Manners, clock: Clock) -> None:
        """Number from one."""
        self._manners, self._clock = manners, clock
        self._serial = count(1)
        self._numbers: dict[str, str] = {}

    async def __call__(self, task: dict[str, Any]) -> Sequence[Reply]:
        """Issue an invoice for a shipment."""
        now = self._clock()
        day = istanbul_day(now)
        data = task["data"]
        number = self._numbers.get(task["id"])
        if number is None:
            number = self._numbers[task["id"]] = f"SBX{day.year}{next(self._serial):09d}"
        invoice = {
            "shipment": data["shipment"],
            "number": number,
            "ettn": str(uuid5(NAMESPACE_OID, f"SANDBOX {task['id']}")),
            "issued_on": day.isoformat(),
            "profile": "EARSIVFATURA",
            "type": "ISTISNA",
            "exemption_code": "301",
            "currency": data["currency"],
            "total": data["total"],
        }
        answer = reply(SOURCE, f"invoice:{task['id']}", "invoice.issued.v1", now, invoice, task=task)
        return self._manners.apply(task["id"], [answer])
