"""Findings: what a rule found, and what people read of it, in Turkish and English, with what to do and the source."""

from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """Whether a finding holds the shipment."""

    BLOCK = "block"
    WARN = "warn"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Text:
    """What people read for one variant of a finding; ``{names}`` are filled from the finding's ``params``."""

    tr: str
    en: str
    source: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: ``path`` names the field as in the contract's payload (lines count from 0)."""

    code: str
    severity: Severity
    path: str
    variant: str = ""
    params: dict[str, str] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """What people read, in ``tr`` or ``en``."""
        return render(self.code, self.variant, self.params, language)

    @property
    def source(self) -> str:
        """The law or standard the rule comes from."""
        return TEXTS[self.code, self.variant].source


def render(code: str, variant: str, params: dict[str, str], language: str) -> str:
    """Fill a finding's text; one that is not known any more (a rule was withdrawn) shows its code."""
    text = TEXTS.get((code, variant))
    if text is None:
        return code
    return (text.tr if language == "tr" else text.en).format_map(params)


_LIMIT = "Posta ve Hızlı Kargo Tebliği; RG 03.01.2026, RG 29.06.2019/30816, RG 10.03.2013/28583"
_SCOPE = "Posta ve Hızlı Kargo Tebliği (Seri No: 1), RG 06.11.2025/33069 (Seri No: 4)"
_INVOICE = "Operators' invoice rules for micro-export; VUK 230"
_UNECE = "UN/ECE Recommendation 20; UBL-TR 1.2"
_TAX = "VUK; check digits of VKN and TCKN"

TEXTS: dict[tuple[str, str], Text] = {
    ("LIM001", ""): Text(
        "Brüt ağırlık {weight} kg; {day} günü sınır {limit} kg. Gönderiyi bölün ya da detaylı beyanname ile gönderin.",
        "Gross weight is {weight} kg; on {day} the limit is {limit} kg. Split the shipment or use a detailed declaration.",
        _LIMIT,
    ),
    ("LIM001", "courier"): Text(
        "Brüt ağırlık {weight} kg; {courier} en çok {limit} kg taşır. Gönderiyi bölün ya da başka kurye seçin.",
        "Gross weight is {weight} kg; {courier} carries {limit} kg at most. Split the shipment or choose another courier.",
        "The courier's own limit (setting)",
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
        "The courier's own limit (setting)",
    ),
    ("FX001", ""): Text(
        "{currency} için {day} gününe ait TCMB kuru yok; değer sınırı denetlenemedi. Kur gelince yeniden denetlenir.",
        "There is no central bank rate of {currency} for {day}; the value limit could not be checked. "
        "It is checked again when the rate arrives.",
        "TCMB indicative rates",
    ),
    ("FX001", "far_below"): Text(
        "{currency} için {day} gününe ait TCMB kuru yok. {bulletin} bülteniyle yaklaşık {value} EUR: {limit} EUR sınırının "
        "dörtte birinden az. Kur gelince yeniden denetlenir.",
        "There is no central bank rate of {currency} for {day}. By the bulletin of {bulletin} it is about {value} EUR, less "
        "than a quarter of the limit of {limit} EUR. It is checked again when the rate arrives.",
        "TCMB indicative rates",
    ),
    ("SCP001", ""): Text(
        "Satış türü “{sale_type}” mikro ihracata girmez. Bedelsiz, tamir, sergi ve iade gönderileri için kuryenize danışın.",
        "Sale type “{sale_type}” is out of scope of micro-export. Ask your courier how free, repair, exhibition and return "
        "goods are sent.",
        _SCOPE,
    ),
    ("SCP001", "consignment"): Text(
        "Konsinye ihracat ETGB ile 06.11.2025'ten beri yapılabilir; gönderi {day} için planlanmış.",
        "Consignment by ETGB is possible since 2025-11-06; the shipment is planned for {day}.",
        _SCOPE,
    ),
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
        "Türk Gümrük Tarife Cetveli; HS 2022",
    ),
    ("LINE002", ""): Text(
        "GTİP “{gtip}” 12 haneli değil. Tam kodu girin, örneğin 610910000012.",
        "GTİP “{gtip}” does not have 12 digits. Enter the whole code, for example 610910000012.",
        "Türk Gümrük Tarife Cetveli; HS 2022",
    ),
    ("LINE002", "unknown"): Text(
        "GTİP “{gtip}”: ilk altı hane armonize sistemde yok. Kodu tarife cetvelinden denetleyin.",
        "GTİP “{gtip}”: its first six digits are not in the Harmonized System. Check the code in the tariff.",
        "Türk Gümrük Tarife Cetveli; HS 2022",
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
"""Every text, by code and variant."""
