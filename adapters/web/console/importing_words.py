"""Words of the page of imports: kinds of files, what columns are, and what is said beside a file."""

from typing import Any, Final

import orjson

from adapters.web.console.language import marked

KINDS: Final = {
    "orders": marked("Siparişler"),
    "etgb": marked("ETGB listesi"),
    "vedop": marked("VEDOP listesi"),
    "checkpoints": marked("Kurye hareketleri"),
    "purchases": marked("Alış faturaları"),
}
"""The kinds of files, as the API names them."""

BOUGHT: Final = {
    "direct": marked("doğrudan yüklenilen"),
    "general": marked("genel gider"),
    "depreciation": marked("amortismana tabi"),
}
"""What purchases are, where rows do not say so."""

ASIDE: Final = (marked("Satır"), marked("Neden"), marked("Satır, dosyadaki gibi"))
"""The columns of the file of rows that were set aside."""

SELLER: Final = {
    "tax_number": marked("VKN ya da TCKN"),
    "name": marked("Unvan"),
    "tax_office": marked("Vergi dairesi"),
    "line": marked("Adres"),
    "district": marked("İlçe"),
    "city": marked("Şehir"),
    "postcode": marked("Posta kodu"),
}
"""What is asked of the seller of orders."""
_ADDRESS = ("line", "district", "city", "postcode")

COLUMNS: Final = {
    "number": marked("Numara"),
    "registered_on": marked("Tescil tarihi"),
    "courier": marked("Kurye"),
    "reference": marked("Sipariş no"),
    "tracking_number": marked("Takip no"),
    "invoice_number": marked("Fatura no"),
    "invoice_date": marked("Fatura tarihi"),
    "seller": marked("Satıcı VKN/TCKN"),
    "amount": marked("Tutar"),
    "currency": marked("Para birimi"),
    "country": marked("Ülke"),
    "seen_on": marked("VEDOP'ta görüldü"),
    "closed_on": marked("İntaç tarihi"),
    "evidence": marked("Dayanak"),
    "status": marked("Durum"),
    "code": marked("Durum kodu"),
    "description": marked("Açıklama"),
    "occurred_at": marked("Tarih ve saat"),
    "time_of_day": marked("Saat"),
    "location": marked("Yer"),
    "reason": marked("Neden"),
    "issued_on": marked("Fatura tarihi"),
    "series": marked("Seri"),
    "sequence": marked("Sıra no"),
    "supplier_name": marked("Satıcı unvanı"),
    "supplier_tax_number": marked("Satıcı VKN/TCKN"),
    "quantity": marked("Miktar"),
    "net": marked("Matrah (TL)"),
    "vat": marked("KDV (TL)"),
    "incurred": marked("Bünyeye giren KDV (TL)"),
    "kind": marked("Tür"),
    "period": marked("KDV dönemi"),
    "share": marked("Pay"),
    "customs_number": marked("GÇB/ETGB no"),
}
"""What people read of a column; one that is not here is shown by its own name."""


def seller_of(kind: str, beside: dict[str, Any]) -> dict[str, str]:
    """The seller as the importer of a kind wants it: orders have it whole, as JSON, lists the tax number alone."""
    if kind != "orders":
        return {}
    said = {part: str(beside.get(f"seller_{part}") or "") for part in SELLER}
    address = {part: said.pop(part) for part in _ADDRESS} | {"country": "TR"}
    return {"seller": orjson.dumps({**said, "address": {name: text for name, text in address.items() if text}}).decode()}
