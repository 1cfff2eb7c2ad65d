"""Texts of LINE001 to LINE006."""

from workflow.rules.texts.text import Table, Text

_INVOICE = "Operators' invoice rules for micro-export; VUK 230"
_UNECE = "UN/ECE Recommendation 20; UBL-TR 1.2"
_TARIFF = "Türk Gümrük Tarife Cetveli; HS 2022"
_INCOTERMS = "ICC Incoterms 2020; operators' rule: freight and insurance stand on the invoice as items of their own"

TEXTS: Table = {
    ("LINE001", ""): Text(
        "“{keyword}” faturada yer alamaz. Yalnız mal, navlun, sigorta, banka komisyonu ve paketleme yazılabilir; satırı "
        "çıkarın.",
        "“{keyword}” may not stand on the invoice. Only goods, freight, insurance, bank fee and packaging may; remove the "
        "line.",
        _INVOICE,
    ),
    ("LINE001", "no_goods"): Text(
        "Gönderide mal satırı yok. En az bir mal satırı ekleyin.",
        "The shipment has no line of goods. Add at least one.",
        _INVOICE,
    ),
    ("LINE002", "missing"): Text(
        "GTİP verilmemiş. 12 haneli GTİP'i girin.",
        "The GTİP is missing. Enter its 12 digits.",
        _TARIFF,
    ),
    ("LINE002", ""): Text(
        "GTİP “{gtip}” 12 haneli değil. Tam kodu girin, örneğin 610910000012.",
        "GTİP “{gtip}” does not have 12 digits. Enter the whole code, for example 610910000012.",
        _TARIFF,
    ),
    ("LINE002", "unknown"): Text(
        "GTİP “{gtip}”: ilk altı hane armonize sistemde yok. Kodu tarife cetvelinden denetleyin.",
        "GTİP “{gtip}”: its first six digits are not in the Harmonized System. Check the code in the tariff.",
        _TARIFF,
    ),
    ("LINE003", ""): Text(
        "Menşe ülkesi verilmemiş ya da geçersiz (“{origin}”). İki harfli ülke kodunu girin, örneğin TR.",
        "The country of origin is missing or not valid (“{origin}”). Enter its two-letter code, for example TR.",
        _INVOICE,
    ),
    ("LINE004", ""): Text(
        "Malın Türkçe tanımı yok. Türkçe tanımını girin; gümrük yabancı dilde tanımı kabul etmez.",
        "The goods have no Turkish description. Enter one; customs do not accept a foreign one alone.",
        _INVOICE,
    ),
    ("LINE004", "same"): Text(
        "Türkçe tanım (“{description}”) öbür tanımla aynı. Marka adıysa öyle kalabilir; yabancı dildeyse Türkçesini girin.",
        "The Turkish description (“{description}”) is the other one again. A brand's name may stay; if it is in a foreign "
        "language, enter it in Turkish.",
        _INVOICE,
    ),
    ("LINE005", "unit"): Text(
        "“{unit}” bir UN/ECE ölçü birimi değil. Adet için C62, kilogram için KGM yazın.",
        "“{unit}” is not a UN/ECE unit. Use C62 for pieces, KGM for kilograms.",
        _UNECE,
    ),
    ("LINE005", "quantity"): Text(
        "Miktar {quantity}; sıfırdan büyük olmalı.", "The quantity is {quantity}; it must be above zero.", _UNECE
    ),
    ("LINE005", "price"): Text(
        "Birim fiyat {price}; sıfırdan büyük olmalı. Bedelsiz mal mikro ihracata girmez.",
        "The unit price is {price}; it must be above zero. Free goods are out of scope.",
        _INVOICE,
    ),
    ("LINE005", "discount"): Text(
        "İskonto {discount}, satır tutarı {amount}; iskonto sıfır ile tutar arasında olmalı.",
        "The discount is {discount}, the line's amount {amount}; it must lie between zero and the amount.",
        _INVOICE,
    ),
    ("LINE006", "freight"): Text(
        "{incoterm} teslimde navlunu satıcı öder, ama navlun satırı yok. Navlun fiyata dahilse ayırıp kendi satırına yazın; "
        "alıcı ödüyorsa teslim şeklini (örneğin FCA) düzeltin.",
        "By {incoterm} the seller pays the freight, but there is no line of freight. If it is in the prices, put it on a line "
        "of its own; if the buyer pays it, correct the delivery term (for example FCA).",
        _INCOTERMS,
    ),
    ("LINE006", "insurance"): Text(
        "{incoterm} teslimde sigortayı satıcı öder, ama sigorta satırı yok. Sigorta fiyata dahilse ayırıp kendi satırına "
        "yazın; sigorta yoksa teslim şeklini düzeltin.",
        "By {incoterm} the seller pays the insurance, but there is no line of insurance. If it is in the prices, put it on a "
        "line of its own; if there is none, correct the delivery term.",
        _INCOTERMS,
    ),
    ("LINE006", "both"): Text(
        "{incoterm} teslimde navlun ve sigortayı satıcı öder, ama ikisinin de satırı yok. Fiyata dahilseler ayırıp kendi "
        "satırlarına yazın; alıcı ödüyorsa teslim şeklini düzeltin.",
        "By {incoterm} the seller pays freight and insurance, but neither has a line. If they are in the prices, put them on "
        "lines of their own; if the buyer pays them, correct the delivery term.",
        _INCOTERMS,
    ),
}
