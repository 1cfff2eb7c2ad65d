"""Texts of ORD001."""

from workflow.draft import SetAsideReason
from workflow.rules.texts.text import Table, Text

_INVOICE = "VUK 230: the invoice states the goods and their price"

_WHY: dict[SetAsideReason, tuple[str, str]] = {
    SetAsideReason.CHARGE_NOT_ALLOWED: (
        "mikro ihracat faturasında yer alamayacak bir masraf",
        "a charge that may not stand on a micro-export invoice",
    ),
    SetAsideReason.SAMPLE: ("numune; mikro ihracata girmez", "a sample, which is out of scope of micro-export"),
    SetAsideReason.MANUAL: (
        "elle yapılmış düzeltme; malın ne olduğu belli değil",
        "a manual correction, which does not say what the goods are",
    ),
    SetAsideReason.GIFT_VOUCHER: ("hediye çeki; mal değildir", "a gift voucher, which is not goods"),
    SetAsideReason.NO_DESCRIPTION: ("tanımı boş; malın ne olduğu belli değil", "no description, so nobody knows what it is"),
    SetAsideReason.NEGATIVE_QUANTITY: (
        "miktarı sıfır ya da eksi; iade ya da stok düzeltmesi",
        "a quantity of zero or below: a return or a stock correction",
    ),
    SetAsideReason.OTHER: ("siparişin geldiği kanal bu satırı gönderiye almadı", "the order's channel left it out"),
}

TEXTS: Table = {
    ("ORD001", reason.value): Text(
        f"Siparişin {{count}} satırı gönderiye alınmadı ({{rows}}; toplam {{amount}} {{currency}}). Neden: {tr}. Gönderinin "
        "tutarı müşterinin ödediğinden farklı; doğru değilse gönderiyi düzeltin.",
        f"Rows of the order that were set aside: {{count}} ({{rows}}; {{amount}} {{currency}} in all). Why: {en}. The "
        "shipment's value differs from what the customer paid; amend the shipment if that is not right.",
        _INVOICE,
    )
    for reason, (tr, en) in _WHY.items()
} | {
    ("ORD001", SetAsideReason.MALFORMED.value): Text(
        "Siparişin {count} satırı okunamadı ve gönderiye alınmadı ({rows}). Gönderi eksik olabilir: satırı dosyada "
        "bulup gönderiyi düzeltin.",
        "Rows of the order that could not be read and were set aside: {count} ({rows}). The shipment may be incomplete: find "
        "the row in the file and amend the shipment.",
        _INVOICE,
    )
}
