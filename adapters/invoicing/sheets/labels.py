"""The words printed on a sheet, each in Turkish and English, and the names of what invoices give as codes."""

from adapters.press.language import Text
from workflow.draft import LineKind

TITLES: dict[str, Text] = {"invoice": ("Fatura", "Invoice"), "proforma": ("Proforma fatura", "Proforma invoice")}

LABELS: dict[str, Text] = {
    "number": ("Fatura no", "Invoice no."),
    "reference": ("Proforma no", "Proforma no."),
    "issued": ("Fatura tarihi", "Invoice date"),
    "dated": ("Tarih", "Date"),
    "type": ("Fatura tipi", "Invoice type"),
    "profile": ("Senaryo", "Profile"),
    "order": ("Sipariş no", "Order no."),
    "seller": ("Satıcı", "Seller"),
    "buyer": ("Alıcı", "Buyer"),
    "tax_office": ("Vergi dairesi", "Tax office"),
    "foreign_tax_number": ("Yabancı vergi no", "Tax no. abroad"),
    "incoterm": ("Teslim şekli", "Incoterm"),
    "mode": ("Taşıma şekli", "Transport"),
    "courier": ("Taşıyıcı", "Carrier"),
    "destination": ("Varış ülkesi", "Destination"),
    "packages": ("Kap adedi", "Packages"),
    "gross": ("Brüt ağırlık", "Gross weight"),
    "net": ("Net ağırlık", "Net weight"),
    "line": ("No", "No."),
    "goods": ("Mal / hizmet", "Description"),
    "quantity": ("Miktar", "Quantity"),
    "price": ("Birim fiyat", "Unit price"),
    "discount": ("İskonto", "Discount"),
    "vat": ("KDV", "VAT"),
    "amount": ("Tutar", "Amount"),
    "gtip": ("GTİP", "HS code (GTİP)"),
    "origin": ("Menşe", "Origin"),
    "sku": ("Stok kodu", "Item no."),
    "line_gross": ("Brüt", "Gross"),
    "line_net": ("Net", "Net"),
    "goods_total": ("Mal bedeli", "Goods"),
    "discounts": ("İskonto toplamı", "Discounts"),
    "base": ("KDV matrahı", "Total before VAT"),
    "vat_total": ("Hesaplanan KDV (%0)", "VAT (0%)"),
    "payable": ("Ödenecek tutar", "Total payable"),
    "in_lira": ("TL karşılığı", "In Turkish lira"),
    "rate": ("Kur", "Exchange rate"),
    "exemption": ("KDV istisnası", "VAT exemption"),
    "origin_note": ("Menşe", "Origin"),
    "remark": ("Not", "Note"),
    "signature": ("Kaşe ve imza", "Signature and stamp"),
    "page": ("Sayfa", "Page"),
    "continued": ("devam", "continued"),
}

CHARGES: dict[LineKind, Text] = {
    LineKind.FREIGHT: ("Navlun", "Freight"),
    LineKind.INSURANCE: ("Sigorta", "Insurance"),
    LineKind.BANK_FEE: ("Banka komisyonu", "Bank fee"),
    LineKind.PACKAGING: ("Paketleme", "Packaging"),
}
"""Items that are no goods, in the order in which they stand beneath them."""

EXEMPTION: Text = ("{code} – {reason}", "{code} – Export of goods, Turkish VAT Act (No. 3065) art. 11/1-a")
ORIGIN: Text = ("Türk menşelidir.", "The goods are of Turkish origin.")
RATE: Text = (
    "1 {currency} = {rate} TRY (TCMB, {day} tarihli bülten)",
    "1 {currency} = {rate} TRY (central bank of Türkiye, bulletin of {day})",
)
ORIGINAL: Text = (
    "Bu sayfa e-Arşiv faturanın çıktısıdır; aslı, mali mühürlü XML belgesidir.",
    "A print of the e-Arşiv invoice; the original is the sealed XML document.",
)
NOT_AN_INVOICE: Text = ("Proformadır, fatura yerine geçmez.", "A proforma; it does not stand in for the invoice.")
SANDBOX: Text = ("SANDBOX – gerçek fatura değildir", "SANDBOX – not a real invoice")
"""Stands on every page of what the sandbox issued."""

MODES: dict[str, Text] = {
    "1": ("Deniz yolu", "Sea"),
    "2": ("Demir yolu", "Rail"),
    "3": ("Kara yolu", "Road"),
    "4": ("Hava yolu", "Air"),
    "5": ("Posta", "Mail"),
    "6": ("Çok türlü taşıma", "Multimodal"),
    "7": ("Sabit tesis", "Fixed installation"),
    "8": ("İç su yolu", "Inland waterway"),
}
"""UN/ECE Recommendation 19."""

UNITS: dict[str, Text] = {
    "C62": ("adet", "pcs"),
    "NIU": ("adet", "pcs"),
    "EA": ("adet", "pcs"),
    "PR": ("çift", "pairs"),
    "SET": ("takım", "sets"),
    "DZN": ("düzine", "dozen"),
    "PK": ("paket", "packs"),
    "PA": ("paket", "packs"),
    "BX": ("kutu", "boxes"),
    "CT": ("koli", "cartons"),
    "RO": ("rulo", "rolls"),
    "ST": ("tabaka", "sheets"),
    "MGM": ("mg", "mg"),
    "GRM": ("g", "g"),
    "KGM": ("kg", "kg"),
    "TNE": ("t", "t"),
    "MMT": ("mm", "mm"),
    "CMT": ("cm", "cm"),
    "MTR": ("m", "m"),
    "CMK": ("cm²", "cm²"),
    "MTK": ("m²", "m²"),
    "MTQ": ("m³", "m³"),
    "MLT": ("ml", "ml"),
    "LTR": ("l", "l"),
}
"""UN/ECE Recommendation 20, as far as people know them by another name than their code."""
