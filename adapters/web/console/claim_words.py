"""Words of VAT refunds that only screens say: how far a claim is, what a line of its calculation is, what was told of it."""

from collections.abc import Mapping
from typing import Any, Final

from adapters.web.console.language import marked
from workflow.refund import ClaimStatus, PurchaseKind, RatePolicy, StepCode
from workflow.refund.unclaimed import Why

STATUSES: Final[dict[str, str]] = {
    ClaimStatus.OPEN.value: marked("Hazırlanıyor"),
    ClaimStatus.FILED.value: marked("Verildi"),
    ClaimStatus.UNDER_REVIEW.value: marked("İncelemede"),
    ClaimStatus.APPROVED.value: marked("Onaylandı"),
    ClaimStatus.PAID.value: marked("Ödendi"),
    ClaimStatus.REJECTED.value: marked("Reddedildi"),
    ClaimStatus.REVERSED.value: marked("Geri alındı"),
}
"""How far the tax office is with a claim."""

_PARTLY: Final = marked("Kısmen geri alındı")


def status(claim: Mapping[str, Any]) -> str:
    """What a claim's status is called, to be translated: of a reversal also whether it was the whole or a part."""
    return _PARTLY if claim["partly_reversed"] else STATUSES[claim["status"]]


def tone(claim: Mapping[str, Any]) -> str:
    """How its status looks: one that stands in part as what is to be watched."""
    return "warn" if claim["partly_reversed"] else TONES[claim["status"]]


def stands_as(claim: Mapping[str, Any]) -> str:
    """How far the tax office is with what of it stands."""
    found: str = claim["rest_status"] or claim["status"]
    return found


TONES: Final[dict[str, str]] = {
    "open": "void",
    "filed": "accent",
    "under_review": "warn",
    "approved": "good",
    "paid": "good",
    "rejected": "bad",
    "reversed": "bad",
}
"""How a status looks."""

WAY: Final = ("open", "filed", "under_review", "approved", "paid")
"""The way of a claim that nothing stops."""

STEPS: Final[dict[str, str]] = {
    StepCode.EXPORTED.value: marked("İhracat tutarı"),
    StepCode.BACK.value: marked("Kısmen geri gelen malın tutarı (düşülür)"),
    StepCode.DIRECT.value: marked("Doğrudan yüklenilen KDV"),
    StepCode.GENERAL.value: marked("Genel giderlerin KDV'sinden pay"),
    StepCode.DEPRECIATION.value: marked("Amortismana tabi varlıkların KDV'sinden pay"),
    StepCode.INCURRED.value: marked("Yüklenilen KDV"),
    StepCode.CEILING.value: marked("Azami iade: ihracat tutarı × genel oran"),
    StepCode.CEILING_BEFORE.value: marked("Dönemin diğer başvurularının azami iadesi"),
    StepCode.CARRIED.value: marked("Devreden KDV"),
    StepCode.CLAIMED_BEFORE.value: marked("Dönemin önceki başvurularında istenen"),
    StepCode.REFUNDABLE.value: marked("İade edilecek KDV"),
}
"""The lines of the calculation."""

TOTALS: Final = frozenset({"incurred", "ceiling", "carried", "refundable"})
"""The lines that bound the refund, and the refund itself."""

KINDS: Final[dict[str, str]] = {
    PurchaseKind.DIRECT.value: marked("doğrudan"),
    PurchaseKind.GENERAL.value: marked("genel gider"),
    PurchaseKind.DEPRECIATION.value: marked("amortisman"),
}
"""What a purchase is to the exports."""

UNCLAIMED: Final[dict[str, str]] = {
    Why.ORDER_UNKNOWN.value: marked("Siparişi bilinmiyor"),
    Why.ORDER_OVER.value: marked("Siparişi iptal ya da geri geldi"),
    Why.ORDER_WAITS.value: marked("Siparişi henüz başvuruda değil"),
    Why.FILED_BEFORE.value: marked("Başvurudan sonra girildi"),
    Why.NO_CLAIM.value: marked("Döneminin başvurusu yok"),
}
"""Why purchases count in no claim, in short."""

POLICIES: Final[dict[str, str]] = {
    RatePolicy.INTAC_PREV_BULLETIN.value: marked("intaç gününden önceki son bülten"),
    RatePolicy.INTAC_SAME_DAY.value: marked("intaç gününün bülteni"),
    RatePolicy.INVOICE_DATE.value: marked("fatura gününden önceki son bülten"),
}
"""By which of the central bank's bulletins exports are valued."""

WAYS: Final[dict[str, str]] = {
    "undecided": marked("İkisinin kutusu da boş kalsın"),
    "cash": marked("Nakden"),
    "offset": marked("Mahsuben"),
}
"""How the petition asks for the refund."""

TOLD: Final[dict[str, str]] = {
    "open": marked("İlk gönderi katıldı"),
    "filed": marked("Vergi dairesine verildi"),
    "under_review": marked("İncelemeye alındı"),
    "asked": marked("Vergi dairesi sordu"),
    "answered": marked("Sorusu yanıtlandı"),
    "approved": marked("Onaylandı"),
    "paid": marked("Ödendi"),
    "rejected": marked("Reddedildi"),
    "reversed": marked("Geri alındı"),
}
"""What was told of a claim, as its timeline says it."""
