"""What Kervan asks of its counterparts, and of which family of them; the settings name the code that does it."""

from datetime import date
from uuid import UUID

from workflow.lifecycle import Lifecycle
from workflow.stages import Stage, Trigger

INVOICE = ("invoicing", "invoice.requested.v1")
PICKUP = ("courier", "pickup.requested.v1")
"""The courier follows the parcel from then on, up to its ETGB with the document."""
VEDOP_CHECK = ("tax_office", "vedop_check.requested.v1")
CANCELLATION = ("invoicing", "invoice_cancellation.requested.v1")
"""When an invoice must not stand any more: its shipment is cancelled, or its goods came back undeclared."""

_FOR: dict[Trigger, tuple[str, str]] = {
    Trigger.INVOICE: INVOICE,
    Trigger.HAND_OVER: PICKUP,
    Trigger.TRANSFER_TO_VEDOP: VEDOP_CHECK,
}
"""When a shipment comes into a stage that allows the trigger: so this is what it waits for there."""

_OVER = frozenset({Stage.CANCELLED, Stage.RETURNED})
_DECLARED = frozenset({Stage.VEDOP_TRANSFERRED, Stage.REFUND_FILED})

RATES = ("rates", "rates.requested.v1")
"""When a draft cannot be judged for want of a rate (``FX001``)."""

FILING = ("tax_office", "claim_filing.requested.v1")
"""When a person wants a claim filed."""


def after(lifecycle: Lifecycle, stage: Stage) -> tuple[str, str] | None:
    """The family and the request that follow when a shipment of a version comes into ``stage``."""
    return next((_FOR[trigger] for trigger in lifecycle.triggers(stage) if trigger in _FOR), None)


def needed(kind: str, lifecycle: Lifecycle, stage: Stage) -> bool:
    """Whether a shipment in ``stage`` still needs what was asked about it; so it does whatever is not asked for its stage."""
    if kind == PICKUP[1]:
        return stage not in _OVER | _DECLARED
    if kind == CANCELLATION[1]:
        return stage in _OVER
    return all(lifecycle.allowed(stage, trigger) for trigger, (_, wanted) in _FOR.items() if wanted == kind)


def task_id(kind: str, about: UUID, sequence: int) -> str:
    """The id of the task that a shipment's move with this sequence asked for."""
    return f"{kind}:{about}:{sequence}"


def rates_task(code: str, day: date) -> str:
    """The id of the task for a day's rates."""
    return f"{RATES[1]}:{code}:{day}"
