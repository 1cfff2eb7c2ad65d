"""What is awaited, in one word each: of a shipment, of an ETGB, of a refund claim, by a message."""

from enum import StrEnum


class Wait(StrEnum):
    """What somebody waits for.

    The first five are a shipment's, the next four an ETGB's (one stands for many shipments), then two a claim's, and the
    last one that of a message which came too early.
    """

    FINDINGS = "findings"
    INVOICE = "invoice"
    FIRST_SCAN = "first_scan"
    EVIDENCE = "evidence"
    ETGB = "etgb"
    ETGB_DOCUMENT = "etgb_document"
    CLOSING = "closing"
    VEDOP = "vedop"
    VEDOP_LAPSE = "vedop_lapse"
    """The same, when the right to the refund is about to lapse: no claim has its shipments yet."""
    REFUND = "refund"
    LAPSE = "lapse"
    """The filing of a claim, before its right lapses."""
    PARKED = "parked"
