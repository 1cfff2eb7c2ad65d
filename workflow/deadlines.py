"""Allowances: how long a shipment may stay in a stage before somebody should ask why."""

from datetime import datetime, timedelta

from workflow.stages import Stage

ALLOWANCE: dict[Stage, timedelta | None] = {
    Stage.DRAFT: timedelta(days=2),  # findings are the seller's to mend; the buyer waits
    Stage.VALIDATED: timedelta(days=7),  # VUK 231/5: the invoice is due within seven days
    Stage.INVOICED: timedelta(days=3),  # no first scan: the parcel lies at the seller, or its tracking number is wrong
    Stage.HANDED_TO_COURIER: timedelta(days=7),  # ETGB numbers were seen to come after five days
    Stage.ETGB_ISSUED: timedelta(days=15),  # closing, then VEDOP: alarm 15 days after (domain 2.4)
    Stage.VEDOP_TRANSFERRED: timedelta(days=60),  # the claim of the period after the month of closing
    Stage.REFUND_FILED: None,
    Stage.CANCELLED: None,
    Stage.RETURNED: None,
}
"""The allowance of each stage; ``None`` where nothing more is awaited."""


def due_at(stage: Stage, since: datetime) -> datetime | None:
    """When a shipment that is in ``stage`` since ``since`` becomes overdue."""
    allowance = ALLOWANCE[stage]
    return None if allowance is None else since + allowance
