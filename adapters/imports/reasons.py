"""Why a row is set aside, in Turkish and English: every reason and every detail that people can meet.

A reason is a word, and its detail has no language: a code of :data:`FAULTS` with its argument, order numbers, or nothing.
The engine's refusals have their texts in :mod:`workflow.refusals`.
"""

from collections.abc import Mapping, Sequence

from adapters.imports.totals import Differs
from workflow import refusals

_CREDIT_TR = "İptal/iade belgesi (C…): gönderilecek mal yok; "
_CREDIT_EN = "A credit note (C…): nothing to ship; "
_FIND_TR = (
    "Siparişi bulun: mal yola çıkmadıysa gönderiyi iptal edin ya da düzeltin, çıktıysa döndüğünde iade olarak işaretleyin."
)
_FIND_EN = (
    "Find the order: if the goods have not left, cancel or amend its shipment; if they have, mark it as returned when they are "
    "back."
)

ORDERS: dict[str, tuple[str, str]] = {
    "malformed": ("Satır okunamadı: {detail}", "The row cannot be read: {detail}"),
    "cancellation": (
        _CREDIT_TR + "belge hangi siparişe ait olduğunu söylemiyor. " + _FIND_TR,
        _CREDIT_EN + "it does not say which order it belongs to. " + _FIND_EN,
    ),
    "credited_order": (
        _CREDIT_TR + "aynı müşteri aynı malları aynı fiyata şu siparişlerde aldı: {detail}. İlkinin gönderisine dikkat kaydı "
        "açıldı. " + _FIND_TR,
        _CREDIT_EN + "the same customer bought the same goods at the same price in these orders: {detail}. The first one's "
        "shipment got an attention item. " + _FIND_EN,
    ),
    "not_an_order": ("Sipariş numarası değil (muhasebe düzeltmesi).", "Not an order number (an accounting entry)."),
    "charge_not_allowed": (
        "Faturada yer alamayacak bir masraf (LINE001); alıcıya ayrıca yansıtılamaz.",
        "A charge that may not stand on the invoice (LINE001).",
    ),
    "sample": (
        "Numune: bedelsiz gönderi mikro ihracata girmez (SCP001).",
        "A sample: free goods are out of scope of micro-export (SCP001).",
    ),
    "manual": (
        "Elle yapılmış düzeltme: malın ne olduğu belli değil, gümrüğe beyan edilemez.",
        "A manual correction: it does not say what the goods are, so customs cannot be told.",
    ),
    "gift_voucher": ("Hediye çeki mal değildir; gönderilmez.", "A gift voucher is not goods; it is not shipped."),
    "no_description": ("Tanımı boş: stok hareketi, satış değil.", "No description: a stock movement, not a sale."),
    "zero_price": (
        "Fiyatı sıfır ya da eksi: bedelsiz mal ya da stok düzeltmesi, satış değil.",
        "Price zero or below: free goods or a stock correction, not a sale.",
    ),
    "negative_quantity": (
        "Miktar sıfır ya da eksi: stok düzeltmesi, satış değil.",
        "Quantity zero or below: a stock correction, not a sale.",
    ),
    "charges_only": (
        "Siparişte yalnız masraf var, mal yok; gönderilecek bir şey yok.",
        "The order has charges only and no goods; there is nothing to ship.",
    ),
    "rows_apart": (
        "Bu siparişin satırları dosyada bir arada değil; satırları bir araya getirip yeniden yükleyin.",
        "The rows of this order do not stand together in the file; put them together and import again.",
    ),
    "too_large": (
        "Sipariş bir mesaja sığmıyor (2.000 satır, 256 KiB); siparişi bölün.",
        "The order does not fit into one message (2,000 lines, 256 KiB); split it.",
    ),
    "reference_known": (
        "Bu numaralı gönderi zaten var, içeriği ya da kanalı başka; değiştirmek için gönderiyi düzeltin.",
        "A shipment with this number exists already, with other content or from another channel; to change it, amend it.",
    ),
    "refused": ("Kervan kabul etmedi: {detail}", "Kervan did not take it: {detail}"),
}
"""Of a row of an order file; the detail of ``refused`` begins with the engine's code."""

LISTS: dict[str, tuple[str, str]] = {
    "etgb_number_malformed": refusals.TEXTS["etgb_number_malformed"],
    "not_an_etgb": refusals.TEXTS["not_an_etgb"],
    "no_number": (
        "ETGB numarası yok: ETGB henüz düzenlenmemiş. Numara gelince listeyi yeniden yükleyin.",
        "There is no ETGB number: the ETGB is not made yet. Import the list again when it is.",
    ),
    "no_shipment": (
        "Hangi gönderi olduğu belli değil: satıcısıyla sipariş ya da fatura numarası, veya kurye takip numarası gerekir.",
        "It does not say which shipment: an order or invoice number with its seller, or a tracking number, is needed.",
    ),
    "doubtful": (
        "Birden çok gönderi olabilir, ya da numarası tutmuyor; bir kişi bakacak: `kervan import matches`.",
        "It may mean several shipments, or its number does not agree; a person decides: `kervan import matches`.",
    ),
    "no_date": ("Tescil tarihi yok ya da tarih değil.", "The day of registration is missing, or is no day."),
    "amount_malformed": (
        "Tutar 1.234,56 gibi bir sayı değil; düzeltin ya da boş bırakın.",
        "The amount is no number like 1,234.56; correct it or leave it empty.",
    ),
    "currency_malformed": (
        "Para birimi EUR gibi üç harfli bir kod değil; düzeltin ya da boş bırakın.",
        "The currency is no three-letter code like EUR; correct it or leave it empty.",
    ),
    "name_too_long": (
        "Bir numara çok uzun (fatura 40, diğerleri 200 karakter); hücrede birden çok numara varsa her birine bir satır ayırın.",
        "A number is too long (invoice 40 characters, others 200); where a cell has several, give each a row of its own.",
    ),
    "seen_on_malformed": (
        "VEDOP'ta görülme tarihi bir tarih değil; düzeltin, ya da bugünse boş bırakın.",
        "The day on which it was seen in VEDOP is no day; correct it, or leave it empty for today.",
    ),
    "closed_on_malformed": (
        "İntaç tarihi bir tarih değil; düzeltin, ya da kapanmadıysa boş bırakın.",
        "The closing day (intaç) is no day; correct it, or leave it empty if the ETGB is not closed.",
    ),
    "no_purchase_number": (
        "Alış faturasının numarası yok; numarasız belge iki kez sayılabilir.",
        "The purchase invoice has no number; without one a document might count twice.",
    ),
    "supplier_number_wrong": (
        (
            "Satıcının vergi numarası VKN (10 hane) ya da TCKN (11 hane) değil: denetim haneleri tutmuyor. Bu numarayla KDV "
            "istenemeyeceği için fatura girilmedi. Numarayı faturadan düzeltip listeyi yeniden yükleyin; yurt dışı satıcı için "
            "1111111111 yazın."
        ),
        (
            "The supplier's number is neither a VKN (10 digits) nor a TCKN (11 digits) by its check digits. No VAT can be "
            "claimed by it, so the invoice was not booked. Correct the number by the invoice (1111111111 for a seller abroad), "
            "and load the list again."
        ),
    ),
    "purchase_withdrawn": refusals.TEXTS["purchase_withdrawn"],
    "purchase_date_malformed": ("Fatura tarihi yok ya da tarih değil.", "The invoice's date is missing, or is no day."),
    "purchase_amount_malformed": (
        "KDV hariç tutar, KDV ya da bünyeye giren KDV sıfır veya artı bir sayı değil (1.234,56 gibi).",
        "Net amount, VAT or incurred VAT is no number of nought or above (like 1,234.56).",
    ),
    "purchase_kind_unknown": (
        "Tür doğrudan, genel ya da ATİK değil; düzeltin ya da sütunu boş bırakın.",
        "The kind is neither direct, general nor depreciation; correct it, or leave the column empty.",
    ),
    "purchase_period_malformed": (
        "KDV dönemi 202611 ya da 2026-11 gibi bir ay değil.",
        "The VAT period is no month like 202611 or 2026-11.",
    ),
    "purchase_share_malformed": (
        "Pay 0,35 ya da %35 gibi sıfırdan büyük, bire kadar bir sayı değil.",
        "The share is no number above nought and up to one, like 0.35 or 35 %.",
    ),
    "purchase_incurred_above": (
        "Bünyeye giren KDV faturanın KDV'sinden büyük; düzeltin.",
        "The incurred VAT exceeds the invoice's own VAT; correct it.",
    ),
    "purchase_row_repeated": (
        "Dosyada bu satırın aynısı daha önce var; iki kez sayılmadı.",
        "The same row stands earlier in the file; it was not counted twice.",
    ),
    "purchase_rows_differ": (
        "Aynı faturanın satırları tür, dönem, pay, tarih ya da siparişte ayrı; bu satır sayılmadı, düzeltip yeniden yükleyin.",
        "Rows of one invoice differ in kind, period, share, date or order; this row was not counted, correct and load again.",
    ),
}
"""Of a row of an ETGB or VEDOP list."""

SCANS: dict[str, tuple[str, str]] = {
    "no_tracking_number": ("Takip numarası yok; satırı doldurun.", "There is no tracking number; fill it in."),
    "tracking_number_malformed": (
        "Takip numarası değil: tablo programı kısaltmış (1,23E+15) ya da metin çok uzun. Listeyi metin sütunuyla yeniden alın.",
        "Not a tracking number: a spreadsheet shortened it (1.23E+15), or it is too long. Get the list with a column of text.",
    ),
    "time_malformed": (
        "Tarih ve saat 20.11.2026 09:10 gibi değil; saati olmayan bir tarih yetmez.",
        "The time is not like 20.11.2026 09:10 or 2026-11-20T09:10:00+03:00; a day without its time is not enough.",
    ),
    "no_status": ("Ne durum ne de kod var; en az birini doldurun.", "There is neither a status nor a code; fill one in."),
}
"""Of a row of a list of scans."""

FAULTS: dict[str, tuple[str, str]] = {
    "columns": ("{} sütunu var, 8 olmalı.", "it has {} columns, and should have 8."),
    "too_long": ("{} alanı fazla uzun.", "{} is too long."),
    "empty": ("{} boş.", "{} is empty."),
    "not_a_number": ("{} 12 ya da 3.75 gibi bir sayı değil.", "{} is not a number like 12 or 3.75."),
    "not_a_time": (
        "{} 2010-12-01 08:26:00 gibi bir tarih ve saat değil.",
        "{} is not a time like 2010-12-01 08:26:00.",
    ),
    "line_too_long": ("satır 64 KiB'den uzun.", "the line is longer than 64 KiB."),
    "not_utf8": ("satır UTF-8 değil.", "the line is not UTF-8."),
    "nul_character": ("satırda NUL karakteri var.", "the line has a NUL character."),
    "open_quotation": ("açılan tırnak kapanmıyor.", "a quotation mark is not closed."),
    "not_csv": (
        "CSV kurallarına uymuyor; örneğin kapanan tırnaktan sonra virgül yerine başka bir karakter var.",
        "it breaks the rules of CSV; for example something other than a comma follows a closing quotation mark.",
    ),
}
"""What spoils a row of an order file; ``{}`` is the argument, a column's name or a number."""

TAKEN: dict[str, tuple[str, str]] = {
    "applied": ("Alındı.", "Taken."),
    "repeated": ("Alındı; zaten biliniyordu, bir şey değişmedi.", "Taken; it was known already, and changed nothing."),
    "parked": (
        "Alındı; gönderi henüz bilinmiyor ya da o aşamada değil, gelince kendiliğinden işlenir.",
        "Taken; its shipment is not known yet or not yet in the stage for it, and it applies by itself once that is so.",
    ),
    "unknown_status": (
        'Alındı; bilinmeyen durum: {}. Anlamını söyleyip yeniden yükleyin, örneğin --status "{}=ready_for_pickup".',
        'Taken; a status that nobody knows: {}. Say what it means and import again, as in --status "{}=ready_for_pickup".',
    ),
}
"""What became of a row that was taken; ``{}`` is the argument of its detail."""

WARNINGS: dict[str, tuple[str, str]] = {
    "etgbs_unknown": (
        "Burada bilinmeyen {count} ETGB var: {first}. Kimseye sorulmaz; sonradan gelen kendiliğinden işlenir.",
        "ETGBs not known here ({count}): {first}. Nobody is asked for them; one that comes later applies by itself.",
    ),
    "orders_unknown": (
        (
            "{count} satırdaki sipariş numarası burada bilinmiyor (satır: sipariş no): {first}. Alındılar; KDV'leri ancak "
            "sipariş bir başvuruya girince sayılır. Numara yanlışsa alış faturasını düzeltin."
        ),
        (
            "Rows with order numbers that are not known here ({count}; row: order number): {first}. They were taken; their VAT "
            "counts only once the order is in a claim. Where the number is wrong, correct the purchase invoice."
        ),
    ),
    "total_differs": (
        "ETGB {etgb}: listedeki toplam {told}, okunan satırlarınki {lines} {currency}. Satırlar alındı; PDF ile karşılaştırın.",
        "ETGB {etgb}: its total is {told}, its lines add up to {lines} {currency}. They were taken; compare them with the PDF.",
    ),
}
"""What an import warns of though its rows were taken; what stands in braces is the warning's own."""

_LANGUAGES = ("tr", "en")
_NAMED = 10
"""How many are named where there may be thousands; the import's rows have all."""


def fault(code: str, argument: object = "") -> str:
    """The detail of a spoiled row, as it is stored."""
    return f"{code} {argument}".rstrip()


def total_differs(one: Differs) -> dict[str, str]:
    """The warning of a total that is the sum of nothing, as it is stored."""
    told, lines = (format(amount, "f") for amount in (one.told, one.lines))
    return {"code": "total_differs", "etgb": one.etgb, "told": told, "lines": lines, "currency": one.currency}


def etgbs_unknown(numbers: Sequence[str]) -> dict[str, str]:
    """The warning of a VEDOP list with ETGBs that are not known here, as it is stored; it names the first of them."""
    more = ", …" if len(numbers) > _NAMED else ""
    return {"code": "etgbs_unknown", "count": str(len(numbers)), "first": ", ".join(numbers[:_NAMED]) + more}


def orders_unknown(named: Sequence[tuple[int, str]]) -> dict[str, str]:
    """The warning of a purchase list with orders that are not known here, as it is stored: its first rows with their orders."""
    more = ", …" if len(named) > _NAMED else ""
    first = ", ".join(f"{row}: {order}" for row, order in named[:_NAMED])
    return {"code": "orders_unknown", "count": str(len(named)), "first": first + more}


def warned(warning: Mapping[str, str]) -> dict[str, str]:
    """What people read of a warning, by language."""
    texts = WARNINGS[warning["code"]]
    return {language: text.format_map(warning).replace(" .", ".") for language, text in zip(_LANGUAGES, texts, strict=True)}


def title(reason: str, language: str) -> str:
    """A reason's first sentence without its detail, for many rows at once."""
    text = _texts(reason)[_LANGUAGES.index(language)]
    return text.partition(": {detail}")[0].partition(". ")[0].rstrip(".")


def said(reason: str, detail: str) -> dict[str, str]:
    """What people read of one row, by language; what no release knows any more is shown as it is."""
    code, _, argument = detail.partition(" ")
    if not reason:
        texts = TAKEN.get(code, TAKEN["applied"])
        return {language: text.replace("{}", argument) for language, text in zip(_LANGUAGES, texts, strict=True)}
    filled = {"malformed": FAULTS, "refused": refusals.TEXTS}.get(reason, {}).get(code, (detail, detail))
    return {
        language: text.replace("{detail}", inner.replace("{}", argument))
        for language, text, inner in zip(_LANGUAGES, _texts(reason), filled, strict=True)
    }


def _texts(reason: str) -> tuple[str, str]:
    return ORDERS.get(reason) or LISTS.get(reason) or SCANS.get(reason) or (reason, reason)
