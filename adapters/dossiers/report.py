"""The reconciliation report: each invoice beside its ETGB, the policy and every rate that was used, and what is missing.

A workbook in Turkish and English, for the accountant; nothing of it is uploaded. Amounts differ where the ETGB's lines of
an invoice say another sum, or another currency; within the tolerance that is only said, beyond it the row says so.
"""

import io
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TypeVar

from adapters.dossiers.columns import Column, Form, Value
from adapters.dossiers.rows import Dossier, MatchEntry, RateEntry, Remark
from adapters.dossiers.workbook import Book, book, table
from adapters.press.language import Text

FILE = "mutabakat-raporu.xlsx"
WHAT: Text = ("Mutabakat raporu", "Reconciliation report")

R = TypeVar("R")

_HUNDRED = Decimal(100)
_LONG = 400

AGREES: Text = ("uyuşuyor", "agrees")
WITHIN: Text = ("tolerans içinde", "within tolerance")
BEYOND: Text = ("TOLERANS DIŞI", "BEYOND TOLERANCE")
OTHER_CURRENCY: Text = ("PARA BİRİMİ FARKLI", "OTHER CURRENCY")
NOT_SAID: Text = ("ETGB satırında tutar yok", "no amount on the ETGB's line")


def difference(row: MatchEntry) -> Decimal | None:
    """What the ETGB says less what the invoice says, in its currency; nothing where that cannot be said."""
    if row.etgb_amount is None or row.etgb_currency != row.currency:
        return None
    return row.etgb_amount - row.amount


def share(row: MatchEntry) -> Decimal | None:
    """The difference as a share of the invoice's amount."""
    differs = difference(row)
    return abs(differs) / row.amount if differs is not None and row.amount else None


def verdict(row: MatchEntry, tolerance: Decimal) -> Text:
    """How the two stand to each other."""
    if row.etgb_amount is None and not row.etgb_currency:
        return NOT_SAID
    differs = difference(row)
    if differs is None:
        return OTHER_CURRENCY
    if not differs:
        return AGREES
    part = share(row)
    return WITHIN if part is not None and part <= tolerance else BEYOND


def _both(text: Text) -> str:
    return f"{text[0]} / {text[1]}"


def _percent(row: MatchEntry) -> Decimal | None:
    part = share(row)
    return None if part is None else (part * _HUNDRED).quantize(Decimal("0.01"))


def _back(row: MatchEntry) -> Decimal | None:
    return row.back or None


def _matches(tolerance: Decimal, *, partly: bool) -> tuple[Column[MatchEntry], ...]:
    """The columns; ``partly``: parts of some shipments came back."""
    return (
        Column("Sipariş no / Reference", Form.TEXT, lambda row: row.reference, 18),
        Column("Fatura no / Invoice", Form.TEXT, lambda row: row.invoice, 18),
        Column("Fatura tarihi / Invoice date", Form.DAY, lambda row: row.invoiced_on, 12),
        Column("Para birimi / Currency", Form.TEXT, lambda row: row.currency, 8),
        Column("Fatura tutarı / Invoice amount", Form.AMOUNT, lambda row: row.amount, 14),
        *([Column("Geri gelen / Came back", Form.AMOUNT, _back, 14)] if partly else []),
        Column("ETGB no / ETGB", Form.TEXT, lambda row: row.etgb, 20),
        Column("İntaç tarihi / Closed on", Form.DAY, lambda row: row.closed_on, 12),
        Column("ETGB para birimi / Currency", Form.TEXT, lambda row: row.etgb_currency, 8),
        Column("ETGB tutarı / Amount on ETGB", Form.AMOUNT, lambda row: row.etgb_amount, 14),
        Column("Fark / Difference", Form.AMOUNT, difference, 12),
        Column("Fark % / Difference %", Form.AMOUNT, _percent, 10),
        Column("Sonuç / Result", Form.TEXT, lambda row: _both(verdict(row, tolerance)), 36),
        Column("Kur / Rate", Form.RATE, lambda row: row.rate, 12),
        Column("Kur tarihi / Rate of", Form.DAY, lambda row: row.rate_day, 12),
        Column("TL karşılığı / In TRY", Form.AMOUNT, lambda row: row.amount_try, 16),
        Column("Çıkarım / Inferred", Form.LONG, lambda row: "; ".join(map(_both, row.inferred)), 40),
    )


_RATES: tuple[Column[RateEntry], ...] = (
    Column("Para birimi / Currency", Form.TEXT, lambda row: row.currency, 10),
    Column("Bülten tarihi / Bulletin of", Form.DAY, lambda row: row.day, 14),
    Column("Birim / Unit", Form.COUNT, lambda row: row.unit, 8),
    Column("Döviz alış (birim başına TL) / Forex buying (TRY per unit)", Form.RATE, lambda row: row.rate * row.unit, 24),
    Column("1 birim = TL / TRY for one", Form.RATE, lambda row: row.rate, 16),
    Column("Kaynak / Source", Form.TEXT, lambda row: row.source, 16),
)

_REMARKS: tuple[Column[Remark], ...] = (
    Column("Konu / Subject", Form.TEXT, lambda row: row.subject, 30),
    Column("Eksik ya da bilinmesi gereken", Form.LONG, lambda row: row.text[0], 80),
    Column("Missing, or to be known", Form.LONG, lambda row: row.text[1], 80),
)


def _summary(of: Dossier, lacking: int) -> Iterator[tuple[Text, Value, str]]:
    """What the first sheet says: label, value, kind of cell."""
    verdicts = [verdict(row, of.tolerance) for row in of.matches]
    yield ("Mükellef", "Seller"), of.claim.claimant.name, Form.TEXT
    yield ("VKN/TCKN", "Tax number"), of.claim.claimant.tax_number, Form.TEXT
    yield ("Dönem", "VAT period"), of.claim.period, Form.TEXT
    yield ("Ek başvuru no", "Supplement"), of.claim.supplement, Form.COUNT
    if of.claim.deadline is not None:
        yield ("Son başvuru günü", "Last day to claim"), of.claim.deadline, Form.DAY
    yield ("İhracat bedeli (TL)", "Exported (TRY)"), of.claim.exported_try, Form.AMOUNT
    together = sum((row.amount_try for row in of.matches), Decimal(0))
    yield ("Satırların toplamı (TL)", "Sum of the rows (TRY)"), together, Form.AMOUNT
    yield ("İadesi istenen KDV (TL)", "VAT claimed (TRY)"), of.claim.refundable_try, Form.AMOUNT
    yield ("Kur politikası", "Rate policy"), f"{of.policy}: {_both(of.policy_text)}", Form.LONG
    yield ("Tolerans (%)", "Tolerance (%)"), of.tolerance * _HUNDRED, Form.AMOUNT
    yield ("Fatura sayısı", "Invoices"), len(of.matches), Form.COUNT
    yield ("ETGB sayısı", "ETGBs"), len({row.etgb for row in of.matches}), Form.COUNT
    for outcome in (AGREES, WITHIN, BEYOND, OTHER_CURRENCY, NOT_SAID):
        yield outcome, verdicts.count(outcome), Form.COUNT
    yield ("Çıkarım içeren satır", "Rows with something inferred"), sum(bool(row.inferred) for row in of.matches), Form.COUNT
    yield ("Eksik ve notlar", "Missing and remarks"), lacking, Form.COUNT


def _head(made: Book, of: Dossier, lacking: int) -> None:
    sheet = made.sheet("Özet – Summary")
    sheet.set_column(0, 0, 2)
    sheet.set_column(1, 1, 56)
    sheet.set_column(2, 2, 60)
    made.put(sheet, 1, 1, _both(WHAT), "title")
    for row, (label, value, form) in enumerate(_summary(of, lacking), 3):
        made.put(sheet, row, 1, _both(label), "strong")
        made.put(sheet, row, 2, value, form, _LONG)


def report(of: Dossier, remarks: Sequence[Remark]) -> bytes:
    """The report as an XLSX file: summary, rows, rates, and what is missing."""
    out = io.BytesIO()
    with book(out) as made:
        _head(made, of, len(remarks))
        _further(made, "Mutabakat – Matching", _matches(of.tolerance, partly=any(row.back for row in of.matches)), of.matches)
        _further(made, "Kurlar – Rates", _RATES, of.rates)
        _further(made, "Eksikler – Missing", _REMARKS, remarks)
    return out.getvalue()


def _further(made: Book, name: str, columns: tuple[Column[R], ...], rows: Sequence[R]) -> None:
    sheet = made.sheet(name)
    made.put(sheet, 1, 1, name, "title")
    table(made, sheet, columns, rows)
