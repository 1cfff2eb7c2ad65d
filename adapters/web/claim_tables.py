"""Claims, their shipments and purchases, and a year's summary as tables for people's spreadsheets: in words, not codes.

Programs read the API's JSON, which has the codes.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias, TypeVar

from adapters.dossiers.labels import BURDENS, POLICIES
from adapters.spreadsheets import Cell, Column, as_csv, as_xlsx
from workflow.errors import Pair
from workflow.refund import Charged
from workflow.refund.sheet import Lines, Sheet
from workflow.refund.valuation import Valued
from workflow.sentences import PARTLY_REVERSED, STATUSES
from workflow.values import ISTANBUL

R = TypeVar("R")
Row: TypeAlias = dict[str, Any]

MEDIA = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
"""The forms there are, and their media types."""


def written(form: str, name: str, columns: Sequence[Column[R]], rows: Sequence[R], language: str) -> bytes:
    """A table in one of the forms of :data:`MEDIA`."""
    return as_csv(columns, rows, language) if form == "csv" else as_xlsx(name, columns, rows, language)


def _money(row: Row, name: str) -> Decimal | None:
    return None if row[name] is None else Decimal(row[name])


def _of(name: str, tr: str, en: str) -> Column[Row]:
    def cell(row: Row) -> Cell:
        found: Cell = row[name]
        return found

    return Column(tr, en, cell)


def _word(name: str, tr: str, en: str, words: Mapping[Any, Pair]) -> Column[Row]:
    """What stands as a code in the API's JSON, in the reader's words."""
    return Column(tr, en, lambda row: words[row[name]])


def _exported(row: Row) -> Pair:
    """Each currency's sum, with its language's decimal sign."""
    english = "; ".join(f"{one['amount']} {one['currency']}" for one in row["exported"])
    return english.replace(".", ","), english


def _lacking(row: Row) -> Pair:
    """Why shipments cannot be claimed yet, in sentences."""
    tr, en = (" ".join(one["message"][language] for one in row["lacking"]) for language in ("tr", "en"))
    return tr, en


def _unclaimed(row: Row) -> Pair:
    """Why purchases count in no claim, in sentences with their amounts."""
    told = [(one["message"], one["vat_try"]) for one in row["unclaimed"]["because"]]
    turkish = " ".join(f"{message['tr']} ({vat.replace('.', ',')} TL)" for message, vat in told)
    return turkish, " ".join(f"{message['en']} ({vat} TRY)" for message, vat in told)


def _amount(name: str, tr: str, en: str) -> Column[Row]:
    return Column(tr, en, lambda row: _money(row, name))


def _clock(moment: str) -> str:
    """A moment on Istanbul's clock."""
    return datetime.fromisoformat(moment).astimezone(ISTANBUL).strftime("%d.%m.%Y %H:%M")


def _outside(name: str, tr: str, en: str) -> Column[Row]:
    return Column(tr, en, lambda row: _money(row["waiting"], name))


def _on(name: str, tr: str, en: str) -> Column[Row]:
    return Column(tr, en, lambda row: None if row[name] is None else date.fromisoformat(row[name]))


CLAIMS: tuple[Column[Row], ...] = (
    _of("seller", "Satıcı VKN", "Seller"),
    _of("period", "Dönem", "Period"),
    _of("supplement", "Ek", "Supplement"),
    Column("Durum", "Status", lambda row: PARTLY_REVERSED if row["partly_reversed"] else STATUSES[row["status"]]),
    _of("petition_number", "Dilekçe no", "Petition number"),
    _on("filed_on", "Başvuru tarihi", "Filed on"),
    _of("shipments", "Gönderi sayısı", "Shipments"),
    _amount("exported_try", "İhracat tutarı (TL)", "Exported (TRY)"),
    _amount("back_try", "Kısmen geri gelen (TL)", "Came back in part (TRY)"),
    Column("İade tutarı (TL)", "Refundable (TRY)", lambda row: _money(row, "refundable_try") if row["asked_known"] else None),
    _amount("approved_try", "Onaylanan (TL)", "Approved (TRY)"),
    _amount("paid_try", "Ödenen (TL)", "Paid (TRY)"),
    _on("paid_on", "Ödeme tarihi", "Paid on"),
    _amount("reversed_try", "Geri verilen (TL)", "Reversed (TRY)"),
    _amount("outstanding_try", "Beklenen (TL)", "Outstanding (TRY)"),
    _of("days_outstanding", "Geçen gün", "Days outstanding"),
    _on("deadline", "Son gün", "Deadline"),
    _of("days_left", "Kalan gün", "Days left"),
    _word("rate_policy", "Kur politikası", "Rate policy", POLICIES),
    _of("id", "Başvuru", "Claim"),
)
"""Of claims as :func:`workflow.refund.listing.claim` tells them."""

PERIODS: tuple[Column[Row], ...] = (
    _of("period", "Dönem", "Period"),
    _of("claims", "Başvuru sayısı", "Claims"),
    _of("shipments", "Gönderi sayısı", "Shipments"),
    Column("İhracat (döviz)", "Exported (currency)", _exported),
    _amount("exported_try", "İhracat tutarı (TL)", "Exported (TRY)"),
    _amount("back_try", "Kısmen geri gelen (TL)", "Came back in part (TRY)"),
    _amount("refundable_try", "İade tutarı (TL)", "Refundable (TRY)"),
    _amount("filed_try", "Başvurulan (TL)", "Filed (TRY)"),
    _amount("approved_try", "Onaylanan (TL)", "Approved (TRY)"),
    _amount("paid_try", "Ödenen (TL)", "Paid (TRY)"),
    _amount("reversed_try", "Geri verilen (TL)", "Reversed (TRY)"),
    _amount("outstanding_try", "Beklenen (TL)", "Outstanding (TRY)"),
    _amount("lapsing_try", "90 gün içinde düşecek (TL)", "Lapsing within 90 days (TRY)"),
    _amount("lapsed_try", "Süresi geçen (TL)", "Lapsed (TRY)"),
    _amount("rolled_in_try", "Alt sınır altından devreden (TL)", "Rolled in below the minimum (TRY)"),
    Column("VEDOP bekleyen ETGB", "ETGBs not in VEDOP", lambda row: row["waiting"]["etgbs"]),
    Column("VEDOP bekleyen gönderi", "Shipments not in VEDOP", lambda row: row["waiting"]["shipments"]),
    _outside("exported_try", "VEDOP bekleyen ihracat (TL)", "Exported, not in VEDOP (TRY)"),
    _outside("at_most_try", "VEDOP bekleyenin azami iadesi (TL)", "Refundable at most, not in VEDOP (TRY)"),
    _outside("lapsing_try", "Onun 90 gün içinde düşecek olanı (TL)", "Of that lapsing within 90 days (TRY)"),
    Column("Hiçbir başvuruda olmayan alış", "Purchases in no claim", lambda row: row["unclaimed"]["count"]),
    Column("Hiçbir başvuruda olmayan KDV (TL)", "VAT in no claim (TRY)", lambda row: _money(row["unclaimed"], "vat_try")),
    Column("Neden hiçbir başvuruda değil", "Why in no claim", _unclaimed),
    Column("Eksikler", "Lacking", _lacking),
)
"""Of periods as :func:`workflow.refund.summary.summary` tells them."""

SELLERS: tuple[Column[Row], ...] = (
    _of("seller", "Satıcı VKN/TCKN", "Seller"),
    _of("name", "Satıcı", "Name"),
    _of("claimable", "Verilebilir başvuru", "Claims to file"),
    _amount("claimable_try", "Verilebilir (TL)", "Claimable (TRY)"),
    _of("blocked", "Eksiği olan başvuru", "Claims held back"),
    _amount("blocked_try", "Eksiği olan (TL)", "Held back (TRY)"),
    _of("outstanding", "Beklenen başvuru", "Claims out"),
    _amount("outstanding_try", "Beklenen (TL)", "Outstanding (TRY)"),
    _on("out_since", "En eski başvuru tarihi", "Out since"),
    _of("lapsing", "90 gün içinde düşecek başvuru", "Claims lapsing within 90 days"),
    _amount("lapsing_try", "90 gün içinde düşecek (TL)", "Lapsing within 90 days (TRY)"),
    _of("lapsed", "Süresi geçen başvuru", "Claims lapsed"),
    _amount("lapsed_try", "Süresi geçen (TL)", "Lapsed (TRY)"),
    _of("waiting", "VEDOP bekleyen ETGB", "ETGBs not in VEDOP"),
    _of("waiting_shipments", "VEDOP bekleyen gönderi", "Shipments not in VEDOP"),
    _amount("waiting_try", "VEDOP bekleyenin azami iadesi (TL)", "Refundable at most, not in VEDOP (TRY)"),
    _on("lapses_on", "İlk son gün", "Next deadline"),
    _of("days_left", "Kalan gün", "Days left"),
    Column("Kuru eksik", "Rates missing", lambda row: "!" if row["unvalued"] else ""),
    Column("Hesaplandı", "Calculated at", lambda row: _clock(row["as_of"])),
)
"""Of sellers as :func:`adapters.web.all_sellers.told` tells them."""

_BOUGHT: tuple[Column[Row], ...] = (
    _of("period", "İndirim dönemi", "VAT period"),
    _on("issued_on", "Fatura tarihi", "Issued on"),
    _of("invoice_number", "Fatura no", "Invoice"),
    Column("Satıcı", "Supplier", lambda row: str(row["supplier"]["name"])),
    Column("Satıcı VKN/TCKN", "Supplier's tax number", lambda row: str(row["supplier"]["tax_number"])),
    _word("kind", "Tür", "Kind", BURDENS),
    _of("description", "Cinsi", "Description"),
    _of("quantity", "Miktar", "Quantity"),
    _amount("net_try", "KDV hariç (TL)", "Net (TRY)"),
    _amount("vat_try", "KDV (TL)", "VAT (TRY)"),
    _amount("incurred_try", "Bünyeye giren (TL)", "Incurred as told (TRY)"),
    _of("share", "Pay", "Share"),
    _of("customs_number", "GGB tescil no", "Import declaration"),
)

BOOKED: tuple[Column[Row], ...] = (
    *_BOUGHT,
    _of("claim", "Başvuru", "Claim"),
    Column("Geri çekilme nedeni", "Why withdrawn", lambda row: (row["withdrawn"] or {"reason": ""})["reason"]),
)
"""Of purchases as :func:`workflow.refund.listing.booked` tells them."""


UNCLAIMED: tuple[Column[Row], ...] = (
    *_BOUGHT,
    _of("order", "Sipariş", "Order"),
    Column("Neden hiçbir başvuruda değil", "Why in no claim", lambda row: _pair(row["unclaimed"]["message"])),
)
"""Of purchases as :func:`workflow.refund.listing_lines.in_no_claim` tells them."""


def _pair(message: Mapping[str, str]) -> Pair:
    return message["tr"], message["en"]


def shipments(lines: Lines) -> tuple[Column[Valued], ...]:
    """Of a claim's shipments, with what of the refund is asked for each."""
    return (
        Column("Sipariş", "Reference", lambda one: one.export.reference),
        Column("Fatura no", "Invoice", lambda one: one.export.invoice_number),
        Column("Fatura tarihi", "Invoiced on", lambda one: one.export.invoiced_on),
        Column("ETGB no", "ETGB", lambda one: one.export.etgb_number),
        Column("Tescil tarihi", "Registered on", lambda one: one.export.registered_on),
        Column("Tescil tarihi çıkarım mı?", "Registration inferred", lambda one: int(one.export.registered_on_inferred)),
        Column("Teslim çıkarım mı?", "Hand-over inferred", lambda one: int(one.export.hand_over_inferred)),
        Column("İntaç tarihi", "Closed on", lambda one: one.export.closed_on),
        Column("Tutar", "Amount", lambda one: one.export.amount),
        Column("Geri gelen", "Came back", lambda one: one.export.back),
        Column("Döviz", "Currency", lambda one: one.export.currency),
        Column("Kur", "Rate", lambda one: one.rate.rate),
        Column("Kur tarihi", "Rate of", lambda one: one.rate.published_on),
        Column("Bülten", "Bulletin", lambda one: one.rate.source),
        Column("Tutar (TL)", "Value (TRY)", lambda one: one.value_try),
        Column("İade payı (TL)", "Refundable (TRY)", lambda one: lines.cut.by_shipment[one.export.shipment]),
        Column("Gönderi", "Shipment", lambda one: str(one.export.shipment)),
    )


def purchases(lines: Lines) -> tuple[Column[Charged], ...]:
    """Of a claim's purchases, with what of their VAT it bears and asks for."""
    return (
        Column("Fatura tarihi", "Issued on", lambda one: one.purchase.issued_on),
        Column("Fatura no", "Invoice", lambda one: one.purchase.invoice_number),
        Column("Satıcı", "Supplier", lambda one: one.purchase.supplier_name),
        Column("Satıcı VKN/TCKN", "Supplier's tax number", lambda one: one.purchase.supplier_tax_number),
        Column("Tür", "Kind", lambda one: BURDENS[one.purchase.kind]),
        Column("Cinsi", "Description", lambda one: one.purchase.description),
        Column("Miktar", "Quantity", lambda one: one.purchase.quantity),
        Column("KDV hariç (TL)", "Net (TRY)", lambda one: one.purchase.net_try),
        Column("KDV (TL)", "VAT (TRY)", lambda one: one.purchase.vat_try),
        Column("Yüklenilen (TL)", "Incurred (TRY)", lambda one: one.vat_try),
        Column("İadesi istenen (TL)", "Claimed (TRY)", lambda one: lines.cut.by_purchase[one.purchase.id]),
        Column("İndirim dönemi", "Deducted in", lambda one: one.purchase.period),
        Column("GGB tescil no", "Import declaration", lambda one: one.purchase.customs_number),
    )


def file_name(what: str, sheet: Sheet, form: str) -> str:
    """What a claim's table is called: ``claim-1234567890-2026-11-shipments.csv``."""
    more = f"-{sheet.claim.supplement}" if sheet.claim.supplement else ""
    return f"claim-{sheet.claim.seller}-{sheet.claim.period}{more}-{what}.{form}"
