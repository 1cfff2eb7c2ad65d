"""Texts of DOC001 where the proforma is compared with the draft."""

from workflow.rules.texts.text import Table, Text

_PROFORMA = "Operators' rule: proforma and invoice agree in value, currency and content"

TEXTS: Table = {
    ("DOC001", "currency"): Text(
        "Proforma {number} {proforma_currency}, sipariş {currency} cinsinden. İkisini aynı para birimine getirin.",
        "Proforma {number} is in {proforma_currency}, the order in {currency}. Bring both to the same currency.",
        _PROFORMA,
    ),
    ("DOC001", "total"): Text(
        "Proforma {number} toplamı {proforma_total}, siparişin toplamı {total} {currency}. Hangisi doğruysa öbürünü ona göre "
        "düzeltin.",
        "Proforma {number} totals {proforma_total}, the order {total} {currency}. Correct the one that is wrong.",
        _PROFORMA,
    ),
}
