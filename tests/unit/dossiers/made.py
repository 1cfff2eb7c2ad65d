"""Dossiers for tests, built and read back."""

import io
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from python_calamine import CalamineWorkbook

from adapters.dossiers import dossier
from adapters.dossiers.rows import (
    Claimant,
    ClaimHead,
    Dossier,
    Enclosure,
    EtgbEntry,
    EvidenceEntry,
    MatchEntry,
    PurchaseEntry,
    RateEntry,
    SaleEntry,
    StepEntry,
)
from adapters.press.language import Text

DAY = date(2026, 11, 20)
XML: Text = ("Fatura XML", "Invoice XML")
DOCUMENTS = {sha256(content).hexdigest(): content for content in (b"<Invoice>1</Invoice>", b"%PDF-1.7 an invoice")}
CLAIMANT = Claimant("1234567890", "Örnek Tekstil Ltd. Şti.", "Kadıköy", "Örnek Sokak No: 1, 34710 Kadıköy, İstanbul")


def etgb(place: int) -> EtgbEntry:
    """An ETGB."""
    return EtgbEntry(
        number=f"26341453EX{place:06d}",
        registered_on=date(2026, 11, 2),
        closed_on=date(2026, 11, 3) + timedelta(days=place % 20),
        destination="Almanya",
        goods="Pamuklu örme tişört (6109.10.00.00.11)",
        quantity="100 adet",
        currency="EUR",
        amount=Decimal("1234.56"),
        amount_try=Decimal("68886.12"),
        courier="PTS",
    )


def sale(place: int) -> SaleEntry:
    """An invoice."""
    return SaleEntry(
        number=f"ABC2026{place:09d}",
        issued_on=date(2026, 10, 30),
        buyer="Beispiel GmbH",
        buyer_tax_number="2222222222",
        goods="Pamuklu örme tişört (6109.10.00.00.11)",
        quantity="100 adet",
        amount_try=Decimal("68886.12"),
        etgb=f"26341453EX{place:06d}",
    )


def purchase(place: int) -> PurchaseEntry:
    """A purchase."""
    return PurchaseEntry(
        issued_on=date(2026, 9, 15),
        series="A5",
        number=f"{place:06d}",
        supplier="İplik A.Ş.",
        supplier_tax_number="0010000017",
        goods="Pamuk ipliği",
        quantity="500 kg",
        net=Decimal("10000.00"),
        vat=Decimal("2000.00"),
        incurred=Decimal("1500.05"),
        deducted_in="2026-09",
        incurred_in="2026-11",
        burden="Doğrudan",
    )


def match(place: int, **changed: object) -> MatchEntry:
    """An invoice beside its ETGB."""
    fields: dict[str, object] = {
        "reference": f"WEB-{place}",
        "invoice": f"ABC2026{place:09d}",
        "invoiced_on": date(2026, 10, 30),
        "currency": "EUR",
        "amount": Decimal("1234.56"),
        "etgb": f"26341453EX{place:06d}",
        "closed_on": date(2026, 11, 3),
        "etgb_currency": "EUR",
        "etgb_amount": Decimal("1234.56"),
        "rate": Decimal("55.7981"),
        "rate_day": date(2026, 11, 2),
        "amount_try": Decimal("68886.12"),
        **changed,
    }
    return MatchEntry(**fields)  # type: ignore[arg-type]


def made(count: int = 3, **changed: object) -> Dossier:
    """A dossier of so many shipments."""
    value = Decimal("68886.12") * count
    fields: dict[str, object] = {
        "claim": ClaimHead(UUID(int=7), CLAIMANT, "2026-11", 0, value, Decimal("12345.67")),
        "policy": "intac_prev_bulletin",
        "policy_text": ("intaç gününden önceki son bülten", "the last bulletin before the closing day"),
        "tolerance": Decimal("0.05"),
        "etgbs": [etgb(place) for place in range(count)],
        "sales": [sale(place) for place in range(count)],
        "incurred": [purchase(place) for place in range(count)],
        "evidence": [EvidenceEntry(f"26341453EX{place:06d}", DAY, DAY, "kdvira_report", "2026-11") for place in range(count)],
        "deductible": [purchase(place) for place in range(count)],
        "steps": [
            StepEntry(("Genel oran", "General rate"), ("KDVK 28", "VAT Act 28"), None, Decimal(20)),
            StepEntry(("İhracat bedeli", "Export value"), ("satırların toplamı", "sum of the rows"), value),
        ],
        "matches": [match(place) for place in range(count)],
        "rates": [RateEntry("EUR", date(2026, 11, 2), Decimal("55.7981"))],
        "enclosures": [
            Enclosure(f"faturalar/{place}.{ending}", XML, digest)
            for place, (ending, digest) in enumerate(zip(("xml", "pdf"), DOCUMENTS, strict=True))
        ],
        **changed,
    }
    return Dossier(**fields)  # type: ignore[arg-type]


def written(of: Dossier) -> bytes:
    """A dossier as an archive."""
    out = io.BytesIO()
    dossier.write(of, DOCUMENTS.get, out)
    return out.getvalue()


def opened(archive: bytes) -> zipfile.ZipFile:
    """An archive to read."""
    return zipfile.ZipFile(io.BytesIO(archive))


def cells(workbook: bytes, sheet: int = 0) -> list[list[object]]:
    """The cells of a sheet from A1 on, with the types that a reader of XLSX sees."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook))
    return [list(row) for row in book.get_sheet_by_index(sheet).to_python(skip_empty_area=False)]
