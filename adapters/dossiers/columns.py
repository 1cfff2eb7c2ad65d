"""The lists' columns as data: what stands where, and how sure that is.

GİB reads the first sheet from cell B5, one document a row (intvd.gib.gov.tr, excelGondermeHakkinda): verified. That the
running number stands in column B and the headings in row 4 is how accountants' programs fill the tax office's own sample. How
well the order of a list is known, :attr:`ListForm.certainty` says. **Before the first upload compare each list with the sample
that the Internet tax office offers for download**; a difference is a line moved in this table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from adapters.dossiers.numbers import split
from adapters.dossiers.rows import EtgbEntry, EvidenceEntry, PurchaseEntry, SaleEntry, StepEntry
from adapters.press.language import Text
from workflow.rules.tables import Certainty

R = TypeVar("R")

Value = str | int | Decimal | date | None
"""What a cell may hold; ``None`` is an empty cell."""


class Form(StrEnum):
    """What kind of cell a column has. Numbers of documents and of taxpayers are texts: their zeros count."""

    TEXT = "text"
    COUNT = "count"
    AMOUNT = "amount"
    RATE = "rate"
    DAY = "day"
    LONG = "long"
    """A text of our own reports, longer than the tax office takes."""


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """A column: its heading in the tax office's words, its kind of cell, what of a row stands in it, and its width."""

    heading: str
    form: Form
    of: Callable[[R], Value]
    width: int = 16


@dataclass(frozen=True, slots=True)
class ListForm(Generic[R]):
    """A list: its file and sheet, its title, its columns after the running number, and where their order comes from."""

    file: str
    sheet: str
    title: str
    what: Text
    columns: tuple[Column[R], ...]
    source: str
    certainty: Certainty


def period(month: str) -> str:
    """A VAT period as the lists write it: ``2026-11`` is ``202611``."""
    return month.replace("-", "")


_SAMPLE_EXCEL = "intvd.gib.gov.tr excelGondermeHakkinda (B5)"

ETGBS: ListForm[EtgbEntry] = ListForm(
    file="gcb-etgb-listesi.xlsx",
    sheet="GÇB-ETGB",
    title="GÜMRÜK ÇIKIŞ BEYANNAMESİ / ETGB LİSTESİ",
    what=("GÇB/ETGB listesi", "List of ETGBs"),
    columns=(
        Column("GÇB/ETGB Tescil No", Form.TEXT, lambda row: row.number, 20),
        Column("Tescil Tarihi", Form.DAY, lambda row: row.registered_on, 14),
        Column("İntaç (Kapanma) Tarihi", Form.DAY, lambda row: row.closed_on, 14),
        Column("Gümrük İdaresi Kodu", Form.TEXT, lambda row: row.number[2:8], 14),
        Column("Varış Ülkesi", Form.TEXT, lambda row: row.destination, 18),
        Column("Malın Cinsi (GTİP)", Form.TEXT, lambda row: row.goods, 40),
        Column("Malın Miktarı", Form.TEXT, lambda row: row.quantity, 18),
        Column("Döviz Cinsi", Form.TEXT, lambda row: row.currency, 8),
        Column("Döviz Tutarı", Form.AMOUNT, lambda row: row.amount, 16),
        Column("TL Tutarı", Form.AMOUNT, lambda row: row.amount_try, 16),
        Column("Beyanda Bulunan Operatör", Form.TEXT, lambda row: row.courier, 20),
        Column("GÇB/ETGB", Form.TEXT, lambda _: "ETGB", 14),
    ),
    source=f"{_SAMPLE_EXCEL}; contents: KDV GUT II/A-1.1.1; last column: announcement of 02.12.2016 (sakaryasmmmo.org.tr)",
    certainty=Certainty.UNVERIFIED,
)
"""The last column is verified; the order of the others is not. The customs office is the number's third to eighth digit."""

SALES: ListForm[SaleEntry] = ListForm(
    file="satis-faturalari-301.xlsx",
    sheet="Satış 301",
    title="SATIŞ FATURALARI LİSTESİ (301 MAL İHRACATI)",
    what=("Satış faturaları listesi (301)", "List of sales invoices (301)"),
    columns=(
        Column("Satış Faturasının Tarihi", Form.DAY, lambda row: row.issued_on, 14),
        Column("Satış Faturasının Serisi", Form.TEXT, lambda row: split(row.number)[0], 14),
        Column("Satış Faturasının Sıra No'su", Form.TEXT, lambda row: split(row.number)[1], 18),
        Column("Alıcının Adı-Soyadı / Ünvanı", Form.TEXT, lambda row: row.buyer, 36),
        Column("Alıcının Vergi Kimlik Numarası / TC Kimlik Numarası", Form.TEXT, lambda row: row.buyer_tax_number, 16),
        Column("Satılan Malın Cinsi (GTİP)", Form.TEXT, lambda row: row.goods, 40),
        Column("Satılan Malın Miktarı", Form.TEXT, lambda row: row.quantity, 18),
        Column("Satılan Malın KDV Hariç Tutarı", Form.AMOUNT, lambda row: row.amount_try, 18),
        Column("GÇB/ETGB Tescil No", Form.TEXT, lambda row: row.etgb, 20),
        Column("GÇB/ETGB", Form.TEXT, lambda _: "ETGB", 14),
    ),
    source=f"{_SAMPLE_EXCEL}; cmryazilim.com and docs.logo.com.tr; last column: announcement of 02.12.2016",
    certainty=Certainty.UNVERIFIED,
)
"""The last column is verified, what stands in the list is likely, the exact order is not known."""

_PURCHASE: tuple[Column[PurchaseEntry], ...] = (
    Column("Alış Faturasının Tarihi", Form.DAY, lambda row: row.issued_on, 14),
    Column("Alış Faturasının Serisi", Form.TEXT, lambda row: row.series, 14),
    Column("Alış Faturasının Sıra No'su", Form.TEXT, lambda row: row.number, 18),
    Column("Satıcının Adı-Soyadı / Ünvanı", Form.TEXT, lambda row: row.supplier, 36),
    Column("Satıcının Vergi Kimlik Numarası / TC Kimlik Numarası", Form.TEXT, lambda row: row.supplier_tax_number, 16),
    Column("Alınan Mal ve/veya Hizmetin Cinsi", Form.TEXT, lambda row: row.goods, 40),
    Column("Alınan Mal ve/veya Hizmetin Miktarı", Form.TEXT, lambda row: row.quantity, 18),
    Column("Alınan Mal ve/veya Hizmetin KDV Hariç Tutarı", Form.AMOUNT, lambda row: row.net, 18),
    Column("KDV'si", Form.AMOUNT, lambda row: row.vat, 16),
)
_IMPORT: Column[PurchaseEntry] = Column(
    "GGB Tescil No'su (Alış İthalat İse)", Form.TEXT, lambda row: row.import_declaration, 20
)

INCURRED: ListForm[PurchaseEntry] = ListForm(
    file="yuklenilen-kdv.xlsx",
    sheet="Yüklenilen KDV",
    title="YÜKLENİLEN KDV LİSTESİ",
    what=("Yüklenilen KDV listesi", "List of incurred VAT"),
    columns=(
        *_PURCHASE,
        Column("Bünyeye Giren Mal ve/veya Hizmetin KDV'si", Form.AMOUNT, lambda row: row.incurred, 16),
        _IMPORT,
        Column("Belgeye İlişkin İade Hakkı Doğuran İşlem Türü", Form.TEXT, lambda _: "301", 14),
        Column("Yüklenim Türü", Form.TEXT, lambda row: row.burden, 20),
        Column("Belgenin İndirime Konu Edildiği KDV Dönemi", Form.TEXT, lambda row: period(row.deducted_in), 14),
        Column("Belgenin Yüklenildiği KDV Dönemi", Form.TEXT, lambda row: period(row.incurred_in), 14),
    ),
    source=f"{_SAMPLE_EXCEL}; GİB's announcement of December 2015: columns 14 and 15 are the two periods, the date being 1",
    certainty=Certainty.LIKELY,
)
"""Up to KDV'si as the list of deductible VAT (GİB's own page); the two periods as columns 14 and 15 by its announcement."""

DEDUCTIBLE: ListForm[PurchaseEntry] = ListForm(
    file="indirilecek-kdv.xlsx",
    sheet="İndirilecek KDV",
    title="İNDİRİLECEK KDV LİSTESİ",
    what=("İndirilecek KDV listesi", "List of deductible VAT"),
    columns=(
        *_PURCHASE,
        _IMPORT,
        Column("Belgenin İndirim Hakkının Kullanıldığı KDV Dönemi", Form.TEXT, lambda row: period(row.deducted_in), 14),
    ),
    source=f"{_SAMPLE_EXCEL}; cmryazilim.com and docs.logo.com.tr",
    certainty=Certainty.LIKELY,
)
"""Without the columns for partial withholding (tevkifat) that newer samples have before the import declaration."""

STEPS: ListForm[StepEntry] = ListForm(
    file="iadesi-talep-edilen-kdv-hesaplama-tablosu.xlsx",
    sheet="Hesaplama",
    title="İADESİ TALEP EDİLEN KDV HESAPLAMA TABLOSU (301 MAL İHRACATI)",
    what=("İadesi talep edilen KDV hesaplama tablosu", "Calculation of the VAT to be refunded"),
    columns=(
        Column("Açıklama", Form.TEXT, lambda row: row.label[0], 56),
        Column("Hesaplama", Form.TEXT, lambda row: row.how[0], 56),
        Column("Oran (%)", Form.AMOUNT, lambda row: row.percent, 14),
        Column("Tutar (TL)", Form.AMOUNT, lambda row: row.amount, 18),
    ),
    source="general practice; GİB has the table filled in on its own screen, so this is what is typed there, with its working",
    certainty=Certainty.UNVERIFIED,
)
"""Each step of the calculation; the form of GİB's own screen is not known."""

EVIDENCE: ListForm[EvidenceEntry] = ListForm(
    file="vedop-kanitlari.xlsx",
    sheet="VEDOP",
    title="ETGB'LERİN VEDOP'TA GÖRÜLDÜĞÜNE DAİR KAYITLAR",
    what=("VEDOP kayıtları", "Notes of the ETGBs in VEDOP"),
    columns=(
        Column("GÇB/ETGB Tescil No", Form.TEXT, lambda row: row.etgb, 20),
        Column("Görüldüğü Tarih", Form.DAY, lambda row: row.seen_on, 14),
        Column("İntaç (Kapanma) Tarihi", Form.DAY, lambda row: row.closed_on, 14),
        Column("Kanıtın Türü", Form.TEXT, lambda row: row.kind, 24),
        Column("Kanıtın Dayanağı", Form.LONG, lambda row: row.reference, 60),
    ),
    source="our own; no tax office asks for this form",
    certainty=Certainty.VERIFIED,
)
"""What was noted when an ETGB was seen in VEDOP; a list of our own, for whoever checks the claim."""
