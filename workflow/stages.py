"""The words of the state machine: the stages of a shipment's paper journey and the triggers that move it."""

from enum import StrEnum


class Stage(StrEnum):
    """Where a shipment's papers stand; the parcel itself has its own axis, :class:`workflow.delivery.DeliveryStatus`."""

    DRAFT = "draft"
    VALIDATED = "validated"
    INVOICED = "invoiced"
    HANDED_TO_COURIER = "handed_to_courier"
    ETGB_ISSUED = "etgb_issued"
    VEDOP_TRANSFERRED = "vedop_transferred"
    REFUND_FILED = "refund_filed"
    CANCELLED = "cancelled"
    RETURNED = "returned"


class Trigger(StrEnum):
    """What may happen to a shipment, in the imperative; which stages allow it stands in :mod:`workflow.lifecycle`."""

    VALIDATE = "validate"
    AMEND = "amend"
    INVOICE = "invoice"
    CANCEL_INVOICE = "cancel_invoice"
    HAND_OVER = "hand_over"
    ISSUE_ETGB = "issue_etgb"
    CANCEL_ETGB = "cancel_etgb"
    TRANSFER_TO_VEDOP = "transfer_to_vedop"
    FILE_REFUND = "file_refund"
    CANCEL = "cancel"
    RETURN_GOODS = "return_goods"


STAGE_LABELS: dict[Stage, tuple[str, str]] = {
    Stage.DRAFT: ("Taslak", "Draft"),
    Stage.VALIDATED: ("Doğrulandı", "Validated"),
    Stage.INVOICED: ("Faturalandı", "Invoiced"),
    Stage.HANDED_TO_COURIER: ("Kuryeye verildi", "Handed to courier"),
    Stage.ETGB_ISSUED: ("ETGB düzenlendi", "ETGB issued"),
    Stage.VEDOP_TRANSFERRED: ("VEDOP'a aktarıldı", "Transferred to VEDOP"),
    Stage.REFUND_FILED: ("İade başvurusu yapıldı", "Refund filed"),
    Stage.CANCELLED: ("İptal edildi", "Cancelled"),
    Stage.RETURNED: ("Mal geri geldi", "Returned"),
}
"""What people read for a stage: Turkish, English."""

ENDED: frozenset[Stage] = frozenset({Stage.CANCELLED, Stage.RETURNED, Stage.REFUND_FILED})
"""The stages in which a shipment waits for nothing more; goods may still come back after the last of the journey."""

JOURNEY: tuple[Stage, ...] = (
    Stage.DRAFT,
    Stage.VALIDATED,
    Stage.INVOICED,
    Stage.HANDED_TO_COURIER,
    Stage.ETGB_ISSUED,
    Stage.VEDOP_TRANSFERRED,
    Stage.REFUND_FILED,
)
"""The seven stages in the order in which an undisturbed shipment passes them."""
