"""What a message says, in the business's own words: one frozen record per kind of news.

A fact names its shipment by a *key*, a short string that stands for one way to know a shipment (see
:mod:`workflow.facts.keys`). The same keys name what a message that came too early waits for.
"""

from workflow.facts.journey import (
    Booked,
    Checkpoint,
    ClosingCorrected,
    EtgbCancelled,
    EtgbClosed,
    EtgbIssued,
    EtgbLine,
    EtgbLineCancelled,
    EtgbLineIssued,
    GoodsReturned,
    HandedOver,
    VedopConfirmed,
    VedopTransferred,
)
from workflow.facts.keys import (
    books_of,
    by_claim,
    by_etgb,
    by_id,
    by_invoice,
    by_purchase,
    by_tracking,
    by_vat_return,
    claims_of,
    draft_of,
    group,
)
from workflow.facts.orders import (
    Amended,
    Cancelled,
    Drafted,
    InvoiceCancelled,
    InvoiceIssued,
    InvoiceRejected,
    JudgingAsked,
    JudgingContinued,
    OrderRemarked,
    RatesAbsent,
    RatesPublished,
    Remark,
    ValidationAsked,
)
from workflow.facts.own import (
    ClaimDue,
    EtgbDue,
    LogBroken,
    ParkedDue,
    ShipmentDue,
    SubscriptionDisabled,
    TaskFailed,
    Unreadable,
)
from workflow.facts.refunds import (
    ClaimFiled,
    ClaimProgressed,
    FilingAsked,
    FilingAwaited,
    PurchaseBooked,
    PurchaseCorrected,
    PurchaseWithdrawn,
    RefundFiled,
    VatReturnTold,
)

Fact = (
    Drafted
    | Amended
    | ValidationAsked
    | JudgingAsked
    | JudgingContinued
    | TaskFailed
    | SubscriptionDisabled
    | LogBroken
    | Cancelled
    | OrderRemarked
    | InvoiceIssued
    | InvoiceRejected
    | InvoiceCancelled
    | Booked
    | Checkpoint
    | HandedOver
    | EtgbIssued
    | EtgbLineIssued
    | EtgbClosed
    | ClosingCorrected
    | EtgbCancelled
    | EtgbLineCancelled
    | VedopTransferred
    | VedopConfirmed
    | FilingAsked
    | FilingAwaited
    | ClaimFiled
    | ClaimProgressed
    | PurchaseBooked
    | PurchaseWithdrawn
    | PurchaseCorrected
    | VatReturnTold
    | RefundFiled
    | GoodsReturned
    | RatesPublished
    | ShipmentDue
    | EtgbDue
    | ClaimDue
    | ParkedDue
    | Unreadable
    | RatesAbsent
)

__all__ = [
    "Amended",
    "Booked",
    "Cancelled",
    "Checkpoint",
    "ClaimDue",
    "ClaimFiled",
    "ClaimProgressed",
    "ClosingCorrected",
    "Drafted",
    "EtgbCancelled",
    "EtgbClosed",
    "EtgbDue",
    "EtgbIssued",
    "EtgbLine",
    "EtgbLineCancelled",
    "EtgbLineIssued",
    "Fact",
    "FilingAsked",
    "FilingAwaited",
    "GoodsReturned",
    "HandedOver",
    "InvoiceCancelled",
    "InvoiceIssued",
    "InvoiceRejected",
    "JudgingAsked",
    "JudgingContinued",
    "LogBroken",
    "OrderRemarked",
    "ParkedDue",
    "PurchaseBooked",
    "PurchaseCorrected",
    "PurchaseWithdrawn",
    "RatesAbsent",
    "RatesPublished",
    "RefundFiled",
    "Remark",
    "ShipmentDue",
    "SubscriptionDisabled",
    "TaskFailed",
    "Unreadable",
    "ValidationAsked",
    "VatReturnTold",
    "VedopConfirmed",
    "VedopTransferred",
    "books_of",
    "by_claim",
    "by_etgb",
    "by_id",
    "by_invoice",
    "by_purchase",
    "by_tracking",
    "by_vat_return",
    "claims_of",
    "draft_of",
    "group",
]
