"""What couriers call where a parcel is, in Turkish and English, and the contract's word for it.

No operator's list of its words was had: these are the words that tracking pages and exports commonly use. A word is here only
where it means one thing whoever says it; what is not here (``Şubede``: of departure, or ready to be fetched?) is told as
``unknown``, with the word kept, until somebody says once what this operator means by it.
"""

from collections.abc import Mapping, Sequence

from workflow.delivery import DeliveryStatus as S
from workflow.errors import SaidError
from workflow.values import plain

WORDS: dict[S, tuple[str, ...]] = {
    S.ANNOUNCED: (
        "announced",
        "label created",
        "info received",
        "information received",
        "shipment information received",
        "pre-transit",
        "etiket oluşturuldu",
        "kayıt oluşturuldu",
        "gönderi kaydı oluşturuldu",
        "gönderi oluşturuldu",
        "bilgi alındı",
        "gönderi bilgisi alındı",
        "bildirildi",
    ),
    S.PICKED_UP: (
        "picked up",
        "shipment picked up",
        "collected",
        "accepted",
        "teslim alındı",
        "gönderi teslim alındı",
        "kargo teslim alındı",
        "göndericiden teslim alındı",
        "kabul",
        "kabul edildi",
        "gönderi kabul edildi",
    ),
    S.IN_TRANSIT: (
        "in transit",
        "on the way",
        "departed facility",
        "arrived at facility",
        "yolda",
        "taşınıyor",
        "sevk edildi",
        "yola çıktı",
        "transfer",
        "transferde",
        "transfer merkezinde",
        "transfer aşamasında",
        "aktarmada",
        "aktarma merkezinde",
        "yurt dışına çıktı",
        "varış ülkesinde",
    ),
    S.OUT_FOR_DELIVERY: (
        "out for delivery",
        "with delivery courier",
        "dağıtımda",
        "dağıtıma çıktı",
        "dağıtıma çıkarıldı",
        "kurye dağıtımda",
        "teslimata çıktı",
    ),
    S.READY_FOR_PICKUP: (
        "ready for pickup",
        "ready for pick-up",
        "available for pickup",
        "şubede bekliyor",
        "teslim noktasında",
        "teslim noktasında bekliyor",
        "teslim almaya hazır",
    ),
    S.ATTEMPT_FAILED: (
        "attempt failed",
        "delivery attempt failed",
        "delivery failed",
        "teslim edilemedi",
        "teslimat denemesi başarısız",
        "adreste bulunamadı",
        "alıcı adreste bulunamadı",
        "alıcı adreste yok",
    ),
    S.ON_HOLD: (
        "on hold",
        "held",
        "exception",
        "held at customs",
        "bekletiliyor",
        "beklemede",
        "gümrükte bekliyor",
        "gümrükte bekletiliyor",
    ),
    S.DELIVERED: (
        "delivered",
        "teslim edildi",
        "alıcıya teslim edildi",
        "gönderi teslim edildi",
        "kargo teslim edildi",
        "teslimat tamamlandı",
    ),
    S.RETURNED: (
        "returned",
        "returned to sender",
        "return to sender",
        "iade edildi",
        "göndericiye iade edildi",
        "geri döndü",
    ),
    S.CANCELLED: ("cancelled", "canceled", "voided", "iptal", "iptal edildi"),
    S.UNKNOWN: ("unknown", "bilinmiyor"),
}
"""For each status its words; compared without case, accents and signs."""

_BY_WORD = {plain(word): status for status, words in WORDS.items() for word in words}

Said = Mapping[str, str]
"""Words of an operator's own, as :func:`folded`, and the status that each means."""


class WrongStatusError(SaidError):
    """A word is mapped to no delivery status, or there is no word."""

    TEXTS = (
        (
            "{given!r} hiçbir sözcüğü bir teslimat durumuna bağlamıyor. SÖZCÜK=DURUM yazın; durum şunlardan biri olmalı: "
            "{statuses}. Hiçbir şey içe aktarılmadı."
        ),
        "{given!r} maps no word to a delivery status. Write WORD=STATUS, the status one of: {statuses}. Nothing was imported.",
    )

    def __init__(self, given: str) -> None:
        """List the statuses."""
        super().__init__(given=given, statuses=", ".join(S))


def folded(word: str) -> str:
    """A word so that it can be compared: ``Teslim Edildi.`` and ``TESLİM EDİLDİ`` are one."""
    return plain(word)


def status(words: Sequence[str], said: Said) -> S | None:
    """The status of the first of some words that is known, an operator's own before the common ones; ``None``: none is."""
    for word in map(folded, words):
        found = said.get(word) or _BY_WORD.get(word)
        if found:
            return S(found)
    return None


def read(pairs: Sequence[str]) -> dict[str, str]:
    """Words as people map them, ``Şubede=ready_for_pickup``.

    Raises:
        WrongStatusError: one is not of this form.
    """
    return checked(dict(_pair(one) for one in pairs))


def _pair(text: str) -> tuple[str, str]:
    word, equals, name = text.rpartition("=")
    if not equals:
        raise WrongStatusError(text)
    return word, name.strip()


def checked(said: Mapping[str, str]) -> dict[str, str]:
    """Words with what they mean, folded.

    Raises:
        WrongStatusError: a word is empty, or a status is none of the contract's.
    """
    for word, name in said.items():
        if name not in set(S) or not folded(word):
            pair = f"{word}={name}"
            raise WrongStatusError(pair)
    return {folded(word): name for word, name in said.items()}
