"""What a dossier prints for what the calculation knows as codes; the tax office's lists in Turkish, else in both languages."""

from adapters.press.language import Text
from workflow.refund import PurchaseKind, RatePolicy, StepCode

POLICIES: dict[RatePolicy, Text] = {
    RatePolicy.INTAC_PREV_BULLETIN: (
        "intaç gününden önce yayımlanan son TCMB bülteni, döviz alış",
        "the central bank's last bulletin before the closing day, forex buying",
    ),
    RatePolicy.INTAC_SAME_DAY: (
        "intaç gününün TCMB bülteni (yoksa ondan önceki), döviz alış",
        "the central bank's bulletin of the closing day (or the last before), forex buying",
    ),
    RatePolicy.INVOICE_DATE: (
        "fatura gününde geçerli TCMB bülteni, döviz alış",
        "the central bank's bulletin in force on the invoice's day, forex buying",
    ),
}
"""What the report prints of the policy over rates."""

STEPS: dict[StepCode, tuple[Text, Text]] = {
    StepCode.EXPORTED: (
        ("İhracat bedeli (TL)", "Export value (TRY)"),
        ("satış faturalarının TL karşılıkları toplamı", "sum of the invoices' values in TRY"),
    ),
    StepCode.BACK: (
        ("Kısmen geri gelen mal (TL), düşülür", "Goods that came back in part (TRY), taken off"),
        ("geri gelen miktarların fatura tutarı × kur", "invoice value of the quantities that came back × rate"),
    ),
    StepCode.DIRECT: (
        ("Doğrudan yüklenilen KDV", "VAT incurred directly"),
        ("ihraç edilen mala giren alışların KDV'si", "VAT of purchases that went into the goods"),
    ),
    StepCode.GENERAL: (
        ("Genel giderlerden pay", "Share of general expenses"),
        ("genel gider KDV'si × ihracatın payı", "VAT of general expenses × share of the exports"),
    ),
    StepCode.DEPRECIATION: (
        ("ATİK'ten pay", "Share of fixed assets"),
        ("amortismana tabi kıymetlerin KDV'si × pay", "VAT of fixed assets × share"),
    ),
    StepCode.INCURRED: (
        ("Yüklenilen KDV toplamı", "Incurred VAT"),
        ("doğrudan + genel gider payı + ATİK payı", "direct + general expenses + fixed assets"),
    ),
    StepCode.CEILING: (("Azami iade", "Ceiling"), ("ihracat bedeli × genel oran", "export value × general rate")),
    StepCode.CEILING_BEFORE: (
        ("Dönemin diğer başvurularının azami iadesi", "Ceiling of the period's other claims"),
        ("azami iade dönemin tamamı içindir", "the ceiling is that of the whole period"),
    ),
    StepCode.CARRIED: (
        ("Devreden KDV", "VAT carried forward"),
        ("dönemden talebe kadarki beyannamelerin en düşüğü", "the least of the returns from the period to the claim"),
    ),
    StepCode.CLAIMED_BEFORE: (
        ("Dönemin önceki talepleri", "Claimed before for the period"),
        ("azami iadeden ve devreden KDV'den düşülür", "taken off the ceiling and what is carried forward"),
    ),
    StepCode.REFUNDABLE: (
        ("İadesi talep edilen KDV", "VAT claimed"),
        ("yüklenilen, azami ve devreden KDV'nin en düşüğü", "the least of incurred, ceiling and carried forward"),
    ),
}
"""What the calculation table says of a step, and how it comes about."""

REGISTRATION_INFERRED: Text = ("tescil tarihi", "day of registration")
HAND_OVER_INFERRED: Text = ("kuryeye teslim", "hand-over")

BURDENS: dict[PurchaseKind, Text] = {
    PurchaseKind.DIRECT: ("Doğrudan yüklenim", "incurred directly"),
    PurchaseKind.GENERAL: ("Genel gider", "general expense"),
    PurchaseKind.DEPRECIATION: ("ATİK", "fixed asset"),
}
"""The kind of burden in words; the tax office's own list of values was not found."""
