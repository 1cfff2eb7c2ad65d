"""What columns of lists may be called, in Turkish, English and marketplaces' exports, or are mapped to by hand.

Trendyol's ``getShipmentPackages`` has ``etgbNo``, ``etgbDate`` (epoch milliseconds) and ``orderNumber``; N11 has the same names
since June 2026; Hepsiburada ``EtgbNo``. (Their developers' documents.)
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from workflow.errors import SaidError
from workflow.values import fold

_DECLARATIONS: dict[str, tuple[str, ...]] = {
    "number": (
        "number",
        "etgb_number",
        "etgb no",
        "etgb number",
        "etgb numarası",
        "etgbno",
        "beyanname no",
        "bgb no",
        "declaration no",
    ),
    "registered_on": (
        "registered_on",
        "etgb tarih",
        "etgb tarihi",
        "etgb date",
        "tescil tarihi",
        "registration date",
        "etgbdate",
    ),
    "courier": ("courier", "kurye", "operatör"),
    "reference": (
        "reference",
        "sipariş no",
        "sipariş numarası",
        "order no",
        "order number",
        "ordernumber",
    ),
    "tracking_number": (
        "tracking_number",
        "takip no",
        "takip numarası",
        "tracking no",
        "tracking number",
        "cargotrackingnumber",
    ),
    "invoice_number": ("invoice_number", "fatura no", "fatura numarası", "invoice no", "invoice number", "invoicenumber"),
    "invoice_date": ("invoice_date", "fatura tarihi", "invoice date"),
    "seller": ("seller", "vkn", "vkn/tckn", "satıcı vkn"),
    "amount": ("amount", "tutar", "fatura toplamı", "fatura tutarı", "invoice total", "invoice amount"),
    "currency": ("currency", "döviz", "para birimi", "döviz cinsi", "currencycode"),
    "country": ("country", "ülke", "varış ülkesi", "alıcı ülkesi", "destination", "countrycode"),
    "seen_on": ("seen_on", "vedop tarihi", "görülme tarihi"),
    "closed_on": ("closed_on", "intaç tarihi", "kapanma tarihi", "intaç"),
    "evidence": ("evidence", "kanıt", "dayanak"),
}
"""What each column of an ETGB or VEDOP list may be called."""

_CHECKPOINTS: dict[str, tuple[str, ...]] = {
    "tracking_number": (
        *_DECLARATIONS["tracking_number"],
        "gönderi takip no",
        "gönderi takip numarası",
        "kargo takip no",
        "kargo takip numarası",
        "gönderi no",
        "barkod",
        "barkod no",
        "taşıma senedi no",
        "konşimento no",
        "awb",
        "awb no",
        "waybill",
    ),
    "status": ("status", "durum", "durumu", "son durum", "gönderi durumu", "kargo durumu", "hareket", "event"),
    "code": ("code", "kod", "kodu", "durum kodu", "hareket kodu", "status code", "event code"),
    "description": (
        "description",
        "açıklama",
        "durum açıklaması",
        "hareket açıklaması",
        "status description",
        "event description",
        "detay",
        "details",
    ),
    "occurred_at": (
        "occurred_at",
        "tarih-saat",
        "tarih saat",
        "tarih/saat",
        "tarih ve saat",
        "tarih",
        "işlem tarihi",
        "hareket tarihi",
        "durum tarihi",
        "date",
        "date time",
        "date/time",
        "datetime",
        "timestamp",
        "event date",
        "event time",
        "scan time",
    ),
    "time_of_day": ("time_of_day", "saat", "işlem saati", "hareket saati", "time"),
    "location": ("location", "yer", "işlem yeri", "konum", "lokasyon", "şube", "birim", "şehir", "city", "place"),
    "reason": ("reason", "neden", "sebep"),
    "reference": (
        *_DECLARATIONS["reference"],
        "gönderi referansı",
        "referans",
        "referans no",
        "müşteri referansı",
        "shipment reference",
        "customer reference",
    ),
    "seller": _DECLARATIONS["seller"],
}
"""What each column of a list of scans may be called; ``time_of_day`` is for lists with day and time in two columns."""

Mapped = Mapping[str, str]
"""Headings as folded, and the column that each was mapped to by hand."""


@dataclass(frozen=True, slots=True)
class Needed:
    """A column, or one of several, without which a list says nothing: how it is headed, and a mapping as an example."""

    names: frozenset[str]
    example: str
    mapped: str


class Vocabulary:
    """The columns of one kind of list, what they may be called, and those that no such list can be without."""

    def __init__(self, names: Mapping[str, Sequence[str]], *needed: Needed) -> None:
        """Know the columns by their folded headings."""
        self.columns = tuple(names)
        self.needed = needed
        self.by_heading = {fold(name): column for column, headings in names.items() for name in headings}


DECLARATIONS = Vocabulary(_DECLARATIONS, Needed(frozenset({"number"}), "'ETGB NO' or 'number'", "Beyan No=number"))
CHECKPOINTS = Vocabulary(
    _CHECKPOINTS,
    Needed(frozenset({"tracking_number"}), "'Takip No' or 'tracking number'", "Gönderi Kodu=tracking_number"),
    Needed(frozenset({"occurred_at"}), "'Tarih-Saat' or 'occurred_at'", "Zaman=occurred_at"),
    Needed(frozenset({"status", "code"}), "'Durum', 'Kod' or 'status'", "Olay=status"),
)

_CURRENCY = re.compile(r"\(\s*([A-Z]{3})\s*\)\s*$", re.ASCII)


class WrongMappingError(SaidError):
    """A mapping names a column that there is not, or none at all."""

    TEXTS = (
        (
            "{given!r} hiçbir başlığı bir sütuna bağlamıyor. BAŞLIK=SÜTUN yazın; sütun şunlardan biri olmalı: {columns}. "
            "Hiçbir şey içe aktarılmadı."
        ),
        "{given!r} maps no heading to a column. Write HEADING=COLUMN, the column one of: {columns}. Nothing was imported.",
    )

    def __init__(self, given: str, vocabulary: Vocabulary) -> None:
        """List the columns."""
        super().__init__(given=given, columns=", ".join(vocabulary.columns))


@dataclass(frozen=True, slots=True)
class Column:
    """What stands under a heading: the column's name (empty: unknown), and the currency that the heading names."""

    name: str = ""
    currency: str = ""


def heading(text: str) -> str:
    """A heading so that it can be compared: without case, doubled spaces, or a colon at its end."""
    return fold(" ".join(text.split()).rstrip(" :"))


def column(text: str, mapped: Mapped | None = None, vocabulary: Vocabulary = DECLARATIONS) -> Column:
    """What a heading stands for; one mapped by hand is what it was mapped to, whatever it is called."""
    currency = _CURRENCY.search(text)
    whole, plain = heading(text), heading(_CURRENCY.sub("", text))
    name = (mapped or {}).get(whole) or vocabulary.by_heading.get(whole) or vocabulary.by_heading.get(plain) or ""
    return Column(name, currency[1] if currency else "")


def read_mapping(pairs: Sequence[str], vocabulary: Vocabulary = DECLARATIONS) -> dict[str, str]:
    """Mappings as people write them, ``Beyan No=number``.

    Raises:
        WrongMappingError: one is not of this form.
    """
    return checked(dict(_pair(one, vocabulary) for one in pairs), vocabulary)


def _pair(text: str, vocabulary: Vocabulary) -> tuple[str, str]:
    said, equals, name = text.rpartition("=")
    if not equals:
        raise WrongMappingError(text, vocabulary)
    return said, name.strip()


def checked(mapping: Mapping[str, str], vocabulary: Vocabulary = DECLARATIONS) -> dict[str, str]:
    """A mapping with its headings folded.

    Raises:
        WrongMappingError: a heading is empty, or a column is none of ours.
    """
    for said, name in mapping.items():
        if name not in vocabulary.columns or not heading(said):
            pair = f"{said}={name}"
            raise WrongMappingError(pair, vocabulary)
    return {heading(said): name for said, name in mapping.items()}


class Mappings(Protocol):
    """Remembers what was mapped; :mod:`adapters.database.mappings` does."""

    async def known(self, courier: str, fingerprint: str) -> dict[str, str]:
        """What an operator's headings were mapped to; empty where nothing was."""
        ...

    async def remember(self, courier: str, fingerprint: str, mapping: Mapped, by: str, now: datetime) -> None:
        """Remember a mapping for an operator and a set of headings."""
        ...


OF_PDF = "pdf"
"""Stands for the headings of an operator's PDFs, which are found only when it is known what they mean."""
OF_STATUSES = "statuses"
"""Stands for no headings but for the words of an operator's scans, and the delivery status that each means."""


def fingerprint(row: Sequence[str]) -> str:
    """What a list's headings are known by: the same headings in the same order."""
    return sha256("\n".join(heading(cell) for cell in row).encode()).hexdigest()


def fingerprints(rows: Iterable[Sequence[str]]) -> list[str]:
    """The same of each row that may have the headings; empty rows have none."""
    return [fingerprint(row) for row in rows if any(cell.strip() for cell in row)]


async def recalled(mappings: Mappings, whose: str, prints: Iterable[str]) -> dict[str, str]:
    """What headings were mapped to, where it is not certain which row has them: by the first row that is remembered."""
    for one in prints:
        if found := await mappings.known(whose, one):
            return found
    return {}
