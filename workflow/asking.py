"""What Kervan asks of its counterparts, and of which family of them; the settings name the code that does it."""

from datetime import date
from uuid import UUID

from workflow.stages import Stage

INVOICE = ("invoicing", "invoice.requested.v1")
PICKUP = ("courier", "pickup.requested.v1")
"""The courier follows the parcel from then on, up to its ETGB with the document."""
VEDOP_CHECK = ("tax_office", "vedop_check.requested.v1")
CANCELLATION = ("invoicing", "invoice_cancellation.requested.v1")
"""When an invoice must not stand any more: its shipment is cancelled, or its goods came back undeclared."""

_ON_ARRIVAL: dict[Stage, tuple[str, str]] = {
    Stage.VALIDATED: INVOICE,
    Stage.INVOICED: PICKUP,
    Stage.ETGB_ISSUED: VEDOP_CHECK,
}
"""When a shipment comes into a stage."""

NEEDED_IN: dict[str, frozenset[Stage]] = {
    INVOICE[1]: frozenset({Stage.VALIDATED}),
    PICKUP[1]: frozenset(Stage) - {Stage.CANCELLED, Stage.RETURNED, Stage.VEDOP_TRANSFERRED, Stage.REFUND_FILED},
    VEDOP_CHECK[1]: frozenset({Stage.ETGB_ISSUED}),
    CANCELLATION[1]: frozenset({Stage.CANCELLED, Stage.RETURNED}),
}
"""The stages of a shipment in which what was asked about it is still needed."""

RATES = ("rates", "rates.requested.v1")
"""When a draft cannot be judged for want of a rate (``FX001``)."""

FILING = ("tax_office", "claim_filing.requested.v1")
"""When a person wants a claim filed."""


def after(stage: Stage) -> tuple[str, str] | None:
    """The family and the request that follow when a shipment comes into ``stage``."""
    return _ON_ARRIVAL.get(stage)


def task_id(kind: str, about: UUID, sequence: int) -> str:
    """The id of the task that a shipment's move with this sequence asked for."""
    return f"{kind}:{about}:{sequence}"


def rates_task(code: str, day: date) -> str:
    """The id of the task for a day's rates."""
    return f"{RATES[1]}:{code}:{day}"
