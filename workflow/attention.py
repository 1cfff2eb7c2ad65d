"""Attention items: what a person has to look at, one per cause, with who has to act and what to do."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID, uuid5

from workflow.message import Message
from workflow.waits import Wait

_NAMESPACE = UUID("6d3f9a64-35a5-5d0f-9e43-7b4b0b7a1e01")


class Reason(StrEnum):
    """Why an item was raised."""

    MESSAGE_REFUSED = "message_refused"
    MESSAGE_UNREADABLE = "message_unreadable"
    ETGB_BEFORE_INVOICE = "etgb_before_invoice"
    ETGB_AMOUNT_OFF = "etgb_amount_off"
    ETGB_CANCELLED_LATE = "etgb_cancelled_late"
    ETGB_LINE_UNMATCHED = "etgb_line_unmatched"
    ETGB_REGISTRATION_DIFFERS = "etgb_registration_differs"
    ETGB_CLOSING_DIFFERS = "etgb_closing_differs"
    ETGB_CLOSING_UNLIKELY = "etgb_closing_unlikely"
    GOODS_COMING_BACK = "goods_coming_back"
    ETGB_NOT_CANCELLED = "etgb_not_cancelled"
    ETGB_NOT_CORRECTED = "etgb_not_corrected"
    GOODS_NOT_BROUGHT_IN = "goods_not_brought_in"
    CLAIM_REVERSAL_NEEDED = "claim_reversal_needed"
    CLAIM_TO_FILE = "claim_to_file"
    CLAIM_QUESTION = "claim_question"
    CLAIM_PAID_ABOVE = "claim_paid_above"
    ORDER_CREDITED = "order_credited"
    ORDER_ROWS_APART = "order_rows_apart"
    INVOICE_REJECTED = "invoice_rejected"
    INVOICE_WITHHELD = "invoice_withheld"
    INVOICE_UNANSWERED = "invoice_unanswered"
    INVOICE_NOT_CANCELLED = "invoice_not_cancelled"
    INVOICE_WARNED = "invoice_warned"
    VALIDATED_NOW_BLOCKED = "validated_now_blocked"
    COURIER_CANNOT_CARRY = "courier_cannot_carry"
    TASK_FAILED = "task_failed"
    SUBSCRIPTION_DISABLED = "subscription_disabled"
    LOG_BROKEN = "log_broken"
    FINDINGS_OVERDUE = "findings_overdue"
    INVOICE_OVERDUE = "invoice_overdue"
    FIRST_SCAN_OVERDUE = "first_scan_overdue"
    ETGB_OVERDUE = "etgb_overdue"
    ETGB_DOCUMENT_OVERDUE = "etgb_document_overdue"
    CLOSING_OVERDUE = "closing_overdue"
    VEDOP_OVERDUE = "vedop_overdue"
    REFUND_OVERDUE = "refund_overdue"
    VEDOP_LAPSING = "vedop_lapsing"
    CLAIM_LAPSING = "claim_lapsing"
    CLAIM_LAPSED = "claim_lapsed"
    PARKED_OVERDUE = "parked_overdue"


OVERDUE: dict[Wait, Reason] = {
    Wait.FINDINGS: Reason.FINDINGS_OVERDUE,
    Wait.INVOICE: Reason.INVOICE_OVERDUE,
    Wait.FIRST_SCAN: Reason.FIRST_SCAN_OVERDUE,
    Wait.EVIDENCE: Reason.FIRST_SCAN_OVERDUE,
    Wait.ETGB: Reason.ETGB_OVERDUE,
    Wait.ETGB_DOCUMENT: Reason.ETGB_DOCUMENT_OVERDUE,
    Wait.CLOSING: Reason.CLOSING_OVERDUE,
    Wait.VEDOP: Reason.VEDOP_OVERDUE,
    Wait.VEDOP_LAPSE: Reason.VEDOP_LAPSING,
    Wait.REFUND: Reason.REFUND_OVERDUE,
    Wait.LAPSE: Reason.CLAIM_LAPSING,
    Wait.PARKED: Reason.PARKED_OVERDUE,
}
"""What is raised where a wait lasts longer than its allowance: one item a shipment, an ETGB or a claim,
and one for each thing that parked messages wait for."""


@dataclass(frozen=True, slots=True)
class AttentionItem:
    """One cause that needs a person; ``id`` follows from the cause, so that the same cause is one item.

    ``message`` is the identity of the message that raised it; its correlation and trace go out with the news of the item.
    """

    id: UUID
    reason: Reason
    detail: str
    shipment: UUID | None = None
    message: tuple[str, str] | None = None
    correlation: str = ""
    traceparent: str = ""
    etgb: str = ""
    """The ETGB that it is about, where it is about all that stand on it."""
    claim: UUID | None = None
    """The same of a claim; with a shipment, the claim in which that one is."""
    times: int = 1
    """How many messages of one batch it stands for."""


def item(
    reason: Reason,
    cause: str,
    detail: str,
    *,
    shipment: UUID | None = None,
    message: Message | None = None,
    etgb: str = "",
    claim: UUID | None = None,
) -> AttentionItem:
    """Make the item for a cause; ``cause`` names what must happen twice to be the same item.

    It carries on what the message that raised it says of its own cause.
    """
    item_id = uuid5(_NAMESPACE, f"{reason} {cause}")
    if message is None:
        return AttentionItem(item_id, reason, detail, shipment, etgb=etgb, claim=claim)
    from_message = (message.identity, message.correlation, message.traceparent)
    return AttentionItem(item_id, reason, detail, shipment, *from_message, etgb, claim)
