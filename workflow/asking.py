"""What Kervan asks of its counterparts, and of which family of them; the settings name the code that does it."""

from workflow.stages import Stage, Trigger

_ON_ARRIVAL: dict[Stage, tuple[str, str]] = {
    Stage.VALIDATED: ("invoicing", "invoice.requested.v1"),
    Stage.INVOICED: ("courier", "pickup.requested.v1"),
    Stage.ETGB_ISSUED: ("tax_office", "vedop_check.requested.v1"),
}
"""When a shipment comes into a stage."""

_CANCELLATION = ("invoicing", "invoice_cancellation.requested.v1")
"""When a shipment is cancelled that has its invoice already."""

RATES = ("rates", "rates.requested.v1")
"""When a draft cannot be judged for want of a rate (``FX001``)."""

FILING = ("tax_office", "claim_filing.requested.v1")
"""When a person wants a claim filed."""


def after(origin: Stage, trigger: Trigger, stage: Stage) -> tuple[str, str] | None:
    """The family and the request that follow when ``trigger`` has led from ``origin`` to ``stage``."""
    return _CANCELLATION if origin is Stage.INVOICED and trigger is Trigger.CANCEL else _ON_ARRIVAL.get(stage)
