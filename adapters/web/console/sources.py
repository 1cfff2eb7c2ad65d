"""What rules stand on, as it is called in Turkish where the rule's own source is named in English; laws keep their names."""

from typing import Final

from adapters.web.console.language import Language

_TURKISH: Final[dict[str, str]] = {
    "GİB, UBL-TR 1.2 and its code lists": "GİB, UBL-TR 1.2 ve kod listeleri",
    "e-Arşiv guide": "e-Arşiv kılavuzu",
    "operators' rule: freight and insurance stand on the invoice as items of their own": (
        "kargo işleticilerinin kuralı: navlun ve sigorta faturada ayrı kalemdir"
    ),
    "exemption 301 of GİB's code list": "GİB kod listesinde 301 istisnası",
    "No rule on adding up a day's shipments is known": "Bir günün gönderilerini toplayan bir kural bilinmiyor",
    "this is a caution against splitting": "bölmeye karşı bir uyarıdır",
    "Operators' invoice rules for micro-export": "Kargo işleticilerinin mikro ihracat fatura kuralları",
    "Operators' rule: an ETGB goes with an e-Arşiv or a paper invoice only": (
        "Kargo işleticilerinin kuralı: ETGB yalnız e-Arşiv ya da kâğıt faturayla olur"
    ),
    "Operators' rule: proforma and invoice agree in value, currency and content": (
        "Kargo işleticilerinin kuralı: proforma ile fatura değer, para birimi ve içerikte aynıdır"
    ),
    "Operators' rule: what is declared is what is invoiced": "Kargo işleticilerinin kuralı: beyan edilen, faturalanandır",
    "TCMB indicative rates": "TCMB gösterge niteliğindeki kurlar",
    "The courier's own limit": "Kuryenin kendi sınırı",
    "UN/ECE Recommendation 20": "UN/ECE 20 sayılı Tavsiye Kararı",
    "GİB rule CurrencyCodeCheck-6": "GİB kuralı CurrencyCodeCheck-6",
    "GİB rule TimeCheck-1": "GİB kuralı TimeCheck-1",
    "VUK 230: the invoice states the goods and their price": "VUK 230: faturada malın cinsi ve fiyatı yazar",
    "check digits of VKN and TCKN": "VKN ve TCKN kontrol basamakları",
}
"""Each source, or the part of it between semicolons."""


def named(language: Language, source: str) -> str:
    """A source in the reader's language."""
    if language.code != "tr":
        return source
    return "; ".join(_TURKISH.get(part, part) for part in source.split("; "))
