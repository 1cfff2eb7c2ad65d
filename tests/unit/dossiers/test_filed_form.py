"""What was filed in the first form that was ever stored stays readable: the bytes in ``tests/data`` are never made anew.

Two sums stand apart. :data:`FACTS` is of what the dossier's cells have of the filing (amounts, rates, days, numbers, names) and
knows nothing of headings, labels and remarks: no release changes it, whatever it words otherwise; where it fails, a filed claim
says something else than was filed. :data:`DOSSIER` is of all its bytes, and it is right that another wording fails it too: a
dossier that was handed in is compared by its SHA-256, so whoever changes a word changes what the same filing yields, has to
know it, renews this one sum, and says so in the changelog.

A release that cannot read these documents any more has broken what claims were filed with: it reads form 1 as well as its own.
"""

import io
import json
import zipfile
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from python_calamine import CalamineWorkbook

from adapters.database import filings
from adapters.dossiers import dossier, report
from adapters.dossiers.labels import STEPS
from adapters.entrypoints.composing import composed
from tests.unit.dossiers.made import cells, opened
from workflow import evidence
from workflow.refund import Claim, ClaimStatus, StepCode, as_filed
from workflow.refund.sheet import Filing, Lines

KEPT = Path(__file__).parents[2] / "data" / "filing_form_1.json"
DOSSIER = "4f89553bdd1abad454f7aab8531ddfddc09295bd36ed95d96564685410b99c06"
"""SHA-256 of the dossier that this release makes of it."""
FACTS = "c1f8ee7bd5fb6b64014b2807ed433c4f2c27c2f5c58c45bd2c0509a0d5eed0de"
"""SHA-256 of what its cells have of the filing, in any release."""


@pytest.fixture(scope="module")
def kept() -> dict[str, Any]:
    """A filing as version 1 of the stored form has it, with the document that its papers name."""
    found: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def lines(kept: dict[str, Any]) -> Lines:
    """The claim line by line, read from it."""
    reading = filings.read(kept["calculation"].encode())
    filed_on, exported = date.fromisoformat(kept["filed_on"]), Decimal(kept["exported_try"])
    claim = Claim(reading.claim, kept["seller"], kept["period"], kept["supplement"], ClaimStatus.FILED)
    claim.petition_number, claim.filed_on = kept["petition_number"], filed_on
    filing = Filing(
        version=kept["version"],
        petition_number=kept["petition_number"],
        filed_on=filed_on,
        exported_try=exported,
        refundable_try=Decimal(kept["refundable_try"]),
        sha256=kept["sha256"],
        papers_sha256=kept["papers_sha256"],
        override=kept["override"],
        figures=filings.read_figures(kept["figures"].encode()),
        source=kept["source"],
        message_id=kept["message_id"],
        recorded_at=datetime.fromisoformat(kept["recorded_at"]),
    )
    return as_filed.lines_of(reading, filing, claim)


def test_the_documents_are_what_their_sums_say(kept: dict[str, Any]) -> None:
    """As the store checks them whenever they are read."""
    assert filings.summed(kept["calculation"].encode()) == kept["sha256"]
    assert filings.summed(kept["papers"].encode()) == kept["papers_sha256"]


def test_figures_and_lines_are_read_as_they_were_filed(lines: Lines) -> None:
    """Three exports of 42.00 EUR at 55.7981, and 300.00 TRY of VAT of one purchase, shared out to the kuruş."""
    sheet = lines.sheet
    assert (sheet.exported_try, sheet.refundable_try, sheet.turnover_try) == (
        Decimal("7030.56"), Decimal("300.00"), Decimal("9000.00"))  # fmt: skip
    assert [(one.export.amount, one.rate.rate, one.value_try) for one in lines.valued] == [
        (Decimal("42.00"), Decimal("55.7981"), Decimal("2343.52"))] * 3  # fmt: skip
    assert sum(lines.cut.by_shipment.values()) == sum(lines.cut.by_purchase.values()) == Decimal("300.00")
    assert lines.filing is not None
    assert lines.filing.figures.calculation == sheet.calculation


def test_its_dossier_is_made_of_it_byte_for_byte(kept: dict[str, Any], lines: Lines) -> None:
    """Lists, petition, report, the invoice that was kept, and a manifest that names the filing."""
    papers = filings.read_papers(kept["papers"].encode())
    lines.sheet.checklist = list(papers.checklist)
    made = composed(lines, papers.papers, tolerance=papers.tolerance, deadline=papers.deadline)
    documents = {sha256(one.encode()).hexdigest(): one.encode() for one in kept["documents"]}
    out = io.BytesIO()
    dossier.write(made, documents.get, out)
    archive = opened(out.getvalue())
    named = json.loads(archive.read("manifest.json"))["claim"]
    assert (UUID(named["id"]), named["version"], named["calculation_sha256"]) == (lines.sheet.claim.id, 1, kept["sha256"])
    (sales,) = [name for name in archive.namelist() if "301" in name and name.endswith(".xlsx")]
    assert cells(archive.read(sales))
    assert facts(archive, kept) == FACTS, "a filed claim's dossier says something else than was filed"
    assert sha256(out.getvalue()).hexdigest() == DOSSIER, (
        "the same filing yields other bytes: renew the sum, tell the changelog"
    )


def facts(archive: zipfile.ZipFile, kept: dict[str, Any]) -> str:
    """The sum of what the lists have of the filing: their numbers and days, and the texts that its documents hold.

    What counts and remarks (the report's first and last sheet) is the release's own, and so is the word for a kind of evidence:
    the filing has the kind's code, which is read back from it.
    """
    codes = {words[0]: code for code, words in evidence.KINDS.items()}
    held = kept["calculation"] + kept["papers"] + kept["figures"]
    found: list[list[str]] = []
    for name in sorted(name for name in archive.namelist() if name.endswith(".xlsx")):
        book = CalamineWorkbook.from_filelike(io.BytesIO(archive.read(name)))
        for sheet in book.sheet_names[1:-1] if report.FILE in name else book.sheet_names:
            rows = [[codes.get(str(one), one) for one in row] for row in book.get_sheet_by_name(sheet).to_python()]
            told = [[str(one) for one in row if not isinstance(one, str) or f'"{one}"' in held] for row in rows]
            found += sorted(row for row in told if row)
    return sha256(json.dumps(found, ensure_ascii=False).encode()).hexdigest()


def test_another_wording_changes_the_bytes_and_none_of_the_facts(
    kept: dict[str, Any], lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step of the calculation called otherwise, as a later release may: the sum of the facts is the same."""
    monkeypatch.setitem(STEPS, StepCode.CEILING, (("Üst sınır", "Limit"), ("bedel × oran", "value × rate")))
    papers = filings.read_papers(kept["papers"].encode())
    made = composed(lines, papers.papers, tolerance=papers.tolerance, deadline=papers.deadline)
    out = io.BytesIO()
    dossier.write(made, {sha256(one.encode()).hexdigest(): one.encode() for one in kept["documents"]}.get, out)
    assert sha256(out.getvalue()).hexdigest() != DOSSIER
    assert facts(opened(out.getvalue()), kept) == FACTS
