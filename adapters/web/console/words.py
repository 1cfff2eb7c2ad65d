"""Words of the business that only screens say; what has its own pair of texts in ``workflow`` is taken from there."""

from typing import Final

from adapters.web.console.language import Language, Pair, marked
from workflow.attention import Reason
from workflow.attention_texts import TEXTS
from workflow.rules.units import NAMES
from workflow.stages import Stage, Trigger
from workflow.waits import Wait

TRIGGERS: Final[dict[Trigger, str]] = {
    Trigger.VALIDATE: marked("Denetle"),
    Trigger.AMEND: marked("Düzelt"),
    Trigger.INVOICE: marked("Faturasını gir"),
    Trigger.CANCEL_INVOICE: marked("Faturayı iptal et"),
    Trigger.HAND_OVER: marked("Kuryeye verildiğini bildir"),
    Trigger.ISSUE_ETGB: marked("ETGB'sini gir"),
    Trigger.CANCEL_ETGB: marked("ETGB'yi iptal et"),
    Trigger.TRANSFER_TO_VEDOP: marked("VEDOP'ta görüldüğünü bildir"),
    Trigger.FILE_REFUND: marked("İade başvurusuna kat"),
    Trigger.CANCEL: marked("Gönderiyi iptal et"),
    Trigger.RETURN_GOODS: marked("İade olarak işaretle"),
}
"""What a person does, as a button says it."""

WAITS: Final[dict[Wait, str]] = {
    Wait.FINDINGS: marked("bulguların giderilmesi"),
    Wait.INVOICE: marked("fatura"),
    Wait.FIRST_SCAN: marked("ilk kurye hareketi"),
    Wait.EVIDENCE: marked("teslim kanıtı"),
    Wait.ETGB: marked("ETGB"),
    Wait.ETGB_DOCUMENT: marked("ETGB belgesi"),
    Wait.CLOSING: marked("intaç"),
    Wait.VEDOP: marked("VEDOP aktarımı"),
    Wait.VEDOP_LAPSE: marked("iade hakkı düşmeden VEDOP aktarımı"),
    Wait.REFUND: marked("iade başvurusu"),
    Wait.LAPSE: marked("hakkı düşmeden iade başvurusu"),
    Wait.PARKED: marked("önceki mesaj"),
}

WHO: Final[dict[str, str]] = {
    "us": marked("biz"),
    "courier": marked("kurye"),
    "seller": marked("satıcı"),
    "customs": marked("gümrük"),
    "finance": marked("finans"),
}
"""Who has to act."""

_PIECE = marked("adet")
UNITS: Final[dict[str, str]] = {
    "C62": _PIECE,
    "NIU": _PIECE,
    "EA": _PIECE,
    "H87": _PIECE,
    "PCE": _PIECE,
    "PR": marked("çift"),
    "SET": marked("takım"),
    "DZN": marked("düzine"),
    "PK": marked("paket"),
    "BX": marked("kutu"),
    "CT": marked("koli"),
    "KGM": "kg",
    "GRM": "g",
    "MTR": "m",
    "MTK": "m²",
    "LTR": "l",
}
"""What is counted, as it stands behind a quantity, by UN/ECE Recommendation 20; others by their whole names."""

TONES: Final[dict[Stage, str]] = {
    Stage.DRAFT: "void",
    Stage.VALIDATED: "",
    Stage.INVOICED: "",
    Stage.HANDED_TO_COURIER: "accent",
    Stage.ETGB_ISSUED: "accent",
    Stage.VEDOP_TRANSFERRED: "good",
    Stage.REFUND_FILED: "good",
    Stage.CANCELLED: "void",
    Stage.RETURNED: "bad",
}
"""How a stage looks."""

MESSAGES: Final[dict[str, str]] = {
    "shipment.drafted.v1": marked("Sipariş geldi"),
    "shipment.cancelled.v1": marked("Sipariş iptal edildi"),
    "order.remarked.v1": marked("Siparişe not düşüldü"),
    "invoice.issued.v1": marked("Fatura kesildi"),
    "invoice.rejected.v1": marked("Fatura kesilemedi"),
    "invoice.cancelled.v1": marked("Fatura iptal edildi"),
    "courier.booked.v1": marked("Kurye takip numarası verdi"),
    "courier.checkpoint.v1": marked("Kurye hareketi"),
    "etgb.issued.v1": marked("ETGB düzenlendi"),
    "etgb.closed.v1": marked("ETGB kapandı (intaç)"),
    "etgb.correct_closing.v1": marked("İntaç tarihi elle düzeltildi"),
    "etgb.cancelled.v1": marked("ETGB iptal edildi"),
    "vedop.transferred.v1": marked("VEDOP'ta görüldü"),
    "claim.filed.v1": marked("İade başvurusu verildi"),
    "claim.progressed.v1": marked("İade başvurusu ilerledi"),
    "rates.published.v1": marked("Kurlar yayımlandı"),
    "shipment.judge.v1": marked("Yeniden denetlendi"),
    "shipment.overdue.v1": marked("Süresi doldu"),
    "etgb.overdue.v1": marked("ETGB'nin süresi doldu"),
    "claim.lapsing.v1": marked("İade hakkı düşüyor"),
    "message.overdue.v1": marked("Bekleyen mesajların süresi doldu"),
    "task.failed.v1": marked("Görev yapılamadı"),
    "shipment.validate.v1": marked("Denetim istendi"),
    "shipment.amend.v1": marked("Gönderi düzeltildi"),
    "shipment.invoice.v1": marked("Fatura elle girildi"),
    "shipment.cancel_invoice.v1": marked("Fatura elle iptal edildi"),
    "shipment.hand_over.v1": marked("Teslim elle bildirildi"),
    "shipment.issue_etgb.v1": marked("ETGB elle girildi"),
    "shipment.cancel_etgb.v1": marked("ETGB elle iptal edildi"),
    "shipment.transfer_to_vedop.v1": marked("VEDOP aktarımı elle bildirildi"),
    "shipment.file_refund.v1": marked("İade başvurusu elle bildirildi"),
    "shipment.cancel.v1": marked("Gönderi iptal edildi"),
    "shipment.return_goods.v1": marked("Mal geri geldi"),
}
"""What a message says, in a line; a type that is not here is shown by its own name."""

STATES: Final[dict[str, tuple[str, str]]] = {
    "applied": (marked("uygulandı"), "good"),
    "parked": (marked("bekliyor"), "warn"),
    "refused": (marked("reddedildi"), "bad"),
    "repeated": (marked("yinelendi"), "void"),
}
"""What became of a message, and how it looks."""


ENDINGS: Final[dict[str, str]] = {
    "the cause is gone": marked("nedeni ortadan kalktı"),
    "corrected and sent again": marked("düzeltilip yeniden gönderildi"),
    "the task is tried again": marked("görev yeniden istendi"),
    "confirmed": marked("onaylandı"),
    "rejected": marked("reddedildi"),
}
"""How Kervan itself says that an item ended; people's own reasons are shown as they wrote them."""


def unit(language: Language, code: str) -> str:
    """A unit as it stands behind a quantity; by its code where nobody has a word for it."""
    if code in UNITS:
        return language.gettext(UNITS[code])
    return language.pair(NAMES[code]) if code in NAMES else code


def title(reason: Reason) -> Pair:
    """The first sentence of what people read about a reason: what happened, without what to do."""
    text = TEXTS[reason]
    return text.tr.partition(". ")[0].rstrip("."), text.en.partition(". ")[0].rstrip(".")
