"""Attention items: what a person has to look at, one per cause, with who has to act and what to do."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID, uuid5

_NAMESPACE = UUID("6d3f9a64-35a5-5d0f-9e43-7b4b0b7a1e01")


class Reason(StrEnum):
    """Why an item was raised."""

    MESSAGE_REFUSED = "message_refused"
    MESSAGE_UNREADABLE = "message_unreadable"
    ETGB_BEFORE_INVOICE = "etgb_before_invoice"
    ETGB_AMOUNT_OFF = "etgb_amount_off"
    ETGB_CANCELLED_LATE = "etgb_cancelled_late"
    ETGB_LINE_UNMATCHED = "etgb_line_unmatched"
    ETGB_CLOSING_DIFFERS = "etgb_closing_differs"
    GOODS_COMING_BACK = "goods_coming_back"
    CLAIM_REVERSAL_NEEDED = "claim_reversal_needed"
    ORDER_CREDITED = "order_credited"
    ORDER_ROWS_APART = "order_rows_apart"
    INVOICE_REJECTED = "invoice_rejected"
    INVOICE_WITHHELD = "invoice_withheld"
    INVOICE_UNANSWERED = "invoice_unanswered"
    INVOICE_NOT_CANCELLED = "invoice_not_cancelled"
    VALIDATED_NOW_BLOCKED = "validated_now_blocked"
    TASK_FAILED = "task_failed"


@dataclass(frozen=True, slots=True)
class ReasonText:
    """What people read about a reason: who acts, and what to do in Turkish and English."""

    who: str
    tr: str
    en: str


TEXTS: dict[Reason, ReasonText] = {
    Reason.MESSAGE_REFUSED: ReasonText(
        "us",
        "Bir mesaj uygulanamadı. Nedenini okuyun; veriyi düzeltip mesajı yeniden işletin ya da yok sayın.",
        "A message could not be applied. Read the reason; correct the data and replay the message, or ignore it.",
    ),
    Reason.MESSAGE_UNREADABLE: ReasonText(
        "us",
        "Okunamayan mesajlar geliyor. Gönderenin biçimini düzeltmesini isteyin, sonra mesajları yeniden işletin.",
        "Messages arrive that cannot be read. Ask the sender to correct the format, then replay them.",
    ),
    Reason.ETGB_BEFORE_INVOICE: ReasonText(
        "courier",
        "ETGB tescil tarihi faturadan önce. Kuryeye ETGB'yi düzelttirin; KDV iadesinde sorulur.",
        "The ETGB was registered before the invoice date. Have the courier correct it; the tax office will ask.",
    ),
    Reason.ETGB_AMOUNT_OFF: ReasonText(
        "courier",
        "ETGB tutarı faturadan farklı. Navlun ve kur farkını denetleyin, gerekirse ETGB'yi düzelttirin.",
        "The ETGB's amount differs from the invoice. Check freight and currency; have the ETGB corrected if needed.",
    ),
    Reason.ETGB_CANCELLED_LATE: ReasonText(
        "finance",
        "VEDOP'a aktarılmış bir ETGB iptal edildi. Gönderinin iadesini ve başvurusunu gözden geçirin.",
        "An ETGB was cancelled after its transfer to VEDOP. Review the shipment and its refund claim.",
    ),
    Reason.ETGB_LINE_UNMATCHED: ReasonText(
        "us",
        "Bir ETGB listesinin satırı hangi gönderinin, kesin değil. Adaylara bakın; doğrusunu onaylayın ya da satırı reddedin "
        "(`kervan import matches`).",
        "It is not certain which shipment a line of an ETGB list means. Look at the candidates; confirm the right one, or "
        "reject the line (`kervan import matches`).",
    ),
    Reason.ETGB_CLOSING_DIFFERS: ReasonText(
        "customs",
        "Aynı ETGB için iki ayrı intaç tarihi bildirildi. İlki geçerli sayıldı; doğrusunu gümrükten sorun.",
        "Two different closing days were reported for one ETGB. The first one stands; ask customs which is right.",
    ),
    Reason.GOODS_COMING_BACK: ReasonText(
        "us",
        "Kurye malın geri geldiğini bildirdi. Gönderiyi iade olarak işaretleyin ya da yeniden yola çıkarın.",
        "The courier reports that the goods come back. Mark the shipment as returned or send it again.",
    ),
    Reason.CLAIM_REVERSAL_NEEDED: ReasonText(
        "finance",
        "İadesi istenmiş bir mal geri geldi. KDV iade başvurusunu düzeltin.",
        "Goods whose VAT refund was claimed came back. Correct the refund claim.",
    ),
    Reason.ORDER_CREDITED: ReasonText(
        "us",
        "Bir iptal/iade belgesi bu siparişin mallarını sayıyor. Mal yola çıkmadıysa gönderiyi iptal edin ya da düzeltin; "
        "çıktıysa döndüğünde iade olarak işaretleyin. Belge başka bir siparişinse kaydı kapatın.",
        "A credit note names goods of this order. If they have not left, cancel or amend the shipment; if they have, mark it "
        "as returned when they are back. If the note is about another order, resolve this item.",
    ),
    Reason.ORDER_ROWS_APART: ReasonText(
        "us",
        "Dosyada bu siparişin ayrı yerde duran başka satırları da var; gönderi eksik olabilir. Satırlara bakıp gönderiyi "
        "düzeltin.",
        "The file has more rows of this order in another place, so the shipment may be incomplete. Look at the rows and amend "
        "the shipment.",
    ),
    Reason.INVOICE_REJECTED: ReasonText(
        "us",
        "Entegratör faturayı kabul etmedi. Nedenini okuyun, gönderiyi düzeltin (amend); fatura yeniden gönderilir.",
        "The integrator did not accept the invoice. Read the reason and amend the shipment; the invoice is then sent again.",
    ),
    Reason.INVOICE_WITHHELD: ReasonText(
        "us",
        "Fatura kendi denetimimizden geçmedi ve gönderilmedi; numara harcanmadı. Gönderiyi düzeltin (amend).",
        "The invoice failed our own check and was not sent; no number was spent. Amend the shipment.",
    ),
    Reason.INVOICE_UNANSWERED: ReasonText(
        "us",
        "Entegratör faturanın durumunu hâlâ bildirmedi. Sorulmaya devam ediliyor; gecikme sürerse entegratörü arayın. "
        "Faturayı başka yerde yeniden kesmeyin.",
        "The integrator still does not say what became of the invoice. We go on asking; if it lasts, call the integrator. "
        "Do not issue the invoice again elsewhere.",
    ),
    Reason.INVOICE_NOT_CANCELLED: ReasonText(
        "us",
        "Kesilmiş bir fatura iptal edilmeliydi ama edilemedi. Entegratörün portalından iptal edin.",
        "An invoice that was issued had to be cancelled and was not. Cancel it in the integrator's portal.",
    ),
    Reason.TASK_FAILED: ReasonText(
        "us",
        "Bir karşı taraftan istenen iş yapılamadı ve artık denenmiyor. Nedenini okuyup giderin, sonra işi yeniden isteyin "
        "(kervan task retry).",
        "What was asked of a counterpart could not be done and is not tried any more. Read and mend the cause, then have it "
        "tried again (kervan task retry).",
    ),
    Reason.VALIDATED_NOW_BLOCKED: ReasonText(
        "us",
        "Denetime esas olan bir şey (kurallar, kur ya da kurye) değişti: doğrulanmış, henüz faturalanmamış bu gönderiyi artık "
        "bulguları durduruyor; faturası kesilmez. Bulguları okuyun; gönderiyi düzeltin (amend) ya da iptal edin. Bulgular "
        "kalkınca kayıt kendiliğinden kapanır.",
        "What this shipment is judged by (the rules, a rate or its courier) has changed: validated and not yet invoiced, it is "
        "held by its findings now and gets no invoice. Read them; amend the shipment or cancel it. The item closes by itself "
        "once nothing holds it.",
    ),
}


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


def item(
    reason: Reason,
    cause: str,
    detail: str,
    *,
    shipment: UUID | None = None,
    message: tuple[str, str] | None = None,
    correlation: str = "",
    traceparent: str = "",
) -> AttentionItem:
    """Make the item for a cause; ``cause`` names what must happen twice to be the same item."""
    return AttentionItem(uuid5(_NAMESPACE, f"{reason} {cause}"), reason, detail, shipment, message, correlation, traceparent)
