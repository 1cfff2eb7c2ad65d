"""Texts of LIM001 to LIM003 and FX001."""

from workflow.rules.texts.text import Table, Text

_LIMIT = "Posta ve Hızlı Kargo Tebliği; RG 03.01.2026, RG 29.06.2019/30816, RG 10.03.2013/28583"
_OWN = "The courier's own limit"
_RATES = "TCMB indicative rates"
_SPLIT = "No rule on adding up a day's shipments is known; this is a caution against splitting"

TEXTS: Table = {
    ("LIM001", ""): Text(
        "Brüt ağırlık {weight} kg; {day} günü sınır {limit} kg. Gönderiyi bölün ya da detaylı beyanname ile gönderin.",
        "Gross weight is {weight} kg; on {day} the limit is {limit} kg. Split the shipment or use a detailed declaration.",
        _LIMIT,
    ),
    ("LIM001", "courier"): Text(
        "Brüt ağırlık {weight} kg; {courier} en çok {limit} kg taşır. Gönderiyi bölün ya da başka kurye seçin.",
        "Gross weight is {weight} kg; {courier} carries {limit} kg at most. Split the shipment or choose another courier.",
        _OWN,
    ),
    ("LIM001", "courier_unsure"): Text(
        "Brüt ağırlık {weight} kg; doğrulanmamış bir kaynağa göre {courier} en çok {limit} kg taşır. Göndermeden önce "
        "kuryenize sorun.",
        "Gross weight is {weight} kg; by a source that could not be confirmed {courier} carries {limit} kg at most. Ask the "
        "courier before you send.",
        _OWN,
    ),
    ("LIM001", "missing"): Text(
        "Brüt ağırlık verilmemiş ({weight} kg). Paketli ağırlığı kilogram olarak girin.",
        "The gross weight is missing ({weight} kg). Enter the weight with packaging, in kilograms.",
        _LIMIT,
    ),
    ("LIM002", ""): Text(
        "Değer {value} EUR; {day} günü sınır {limit} EUR. Gönderiyi bölün ya da detaylı beyanname ile gönderin.",
        "The value is {value} EUR; on {day} the limit is {limit} EUR. Split the shipment or use a detailed declaration.",
        _LIMIT,
    ),
    ("LIM002", "near"): Text(
        "Değer {value} EUR; {limit} EUR sınırına çok yakın. Tescil günü kuru sınırı aştırabilir.",
        "The value is {value} EUR, very near the limit of {limit} EUR. The rate on registration may carry it over.",
        _LIMIT,
    ),
    ("LIM002", "courier"): Text(
        "Değer {value} EUR; {courier} en çok {limit} EUR kabul eder. Gönderiyi bölün ya da başka kurye seçin.",
        "The value is {value} EUR; {courier} accepts {limit} EUR at most. Split the shipment or choose another courier.",
        _OWN,
    ),
    ("LIM002", "courier_unsure"): Text(
        "Değer {value} EUR; doğrulanmamış bir kaynağa göre {courier} en çok {limit} EUR kabul eder. Göndermeden "
        "önce kuryenize sorun.",
        "The value is {value} EUR; by a source that could not be confirmed {courier} accepts {limit} EUR at most. Ask the "
        "courier before you send.",
        _OWN,
    ),
    ("LIM003", "weight"): Text(
        "Aynı alıcıya {day} günü {count} gönderi daha var ({others}); birlikte {weight} kg, sınır {limit} kg. "
        "Gümrük bunu gönderiyi bölmek sayabilir: ayrı siparişlerse belgelerini hazır tutun, tek siparişse detaylı beyanname "
        "ile gönderin.",
        "To the same consignee on {day} as well: {count} more ({others}); together {weight} kg, the limit is {limit} kg. "
        "Customs may take it for splitting: keep the orders' papers at hand, or use a detailed declaration if it is one order.",
        _SPLIT,
    ),
    ("LIM003", "value"): Text(
        "Aynı alıcıya {day} günü {count} gönderi daha var ({others}); birlikte {value} EUR, sınır {limit} EUR. "
        "Gümrük bunu gönderiyi bölmek sayabilir: ayrı siparişlerse belgelerini hazır tutun, tek siparişse detaylı beyanname "
        "ile gönderin.",
        "To the same consignee on {day} as well: {count} more ({others}); together {value} EUR, the limit is {limit} EUR. "
        "Customs may take it for splitting: keep the orders' papers at hand, or use a detailed declaration if it is one order.",
        _SPLIT,
    ),
    ("FX001", ""): Text(
        "{currency} için {day} gününe ait TCMB kuru yok; değer sınırı denetlenemedi. Kur gelince yeniden denetlenir.",
        "There is no central bank rate of {currency} for {day}; the value limit could not be checked. "
        "It is checked again when the rate arrives.",
        _RATES,
    ),
    ("FX001", "together"): Text(
        "Aynı alıcıya aynı gün giden öbür gönderilerin para birimi {currency} için {day} gününe ait TCMB kuru yok; birlikte "
        "sınırı aşıp aşmadıkları denetlenemedi. Kur gelince yeniden denetlenir.",
        "Other shipments to the same consignee on the same day are in {currency}, for which there is no central bank rate "
        "on {day}; whether all are above the limit together could not be checked. It is checked again when the rate arrives.",
        _RATES,
    ),
}
