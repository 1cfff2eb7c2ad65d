"""Texts of PTY001 and PTY002."""

from workflow.rules.texts.text import Table, Text

_INVOICE = "Operators' invoice rules for micro-export; VUK 230"
_TAX = "VUK; check digits of VKN and TCKN"

TEXTS: Table = {
    ("PTY001", "seller"): Text(
        "Satıcının VKN/TCKN'si “{number}” geçerli değil. Vergi levhasındaki numarayı girin.",
        "The seller's VKN/TCKN “{number}” is not valid. Enter the number on the tax certificate.",
        _TAX,
    ),
    ("PTY001", "buyer_is_turkish"): Text(
        "Alıcının vergi numarası geçerli bir Türk VKN/TCKN'si. Yabancı alıcı için 2222222222 ya da 11111111111 kullanılır.",
        "The consignee's tax number is a valid Turkish VKN/TCKN. Foreign buyers get 2222222222 or 11111111111.",
        _TAX,
    ),
    ("PTY002", "country"): Text(
        "Alıcının ülkesi verilmemiş ya da geçersiz (“{country}”). İki harfli ülke kodunu girin.",
        "The consignee's country is missing or not valid (“{country}”). Enter its two-letter code.",
        _INVOICE,
    ),
    ("PTY002", "domestic"): Text(
        "Alıcının ülkesi Türkiye. Yurt içi satış mikro ihracat değildir.",
        "The consignee's country is Türkiye. A domestic sale is not an export.",
        _INVOICE,
    ),
    ("PTY002", "name"): Text("Alıcının adı yok. Adını girin.", "The consignee has no name. Enter it.", _INVOICE),
    ("PTY002", "city"): Text("Alıcının şehri yok. Şehri girin.", "The consignee has no city. Enter it.", _INVOICE),
}
