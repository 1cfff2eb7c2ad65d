"""Puts a dossier together: petition, lists, report and enclosures in one archive, with what is missing said in words."""

from collections.abc import Callable, Iterator
from typing import IO, Any

from adapters.dossiers import petition, report
from adapters.dossiers.archive import Archive
from adapters.dossiers.columns import DEDUCTIBLE, ETGBS, EVIDENCE, INCURRED, SALES, STEPS, ListForm
from adapters.dossiers.remarks import remark
from adapters.dossiers.rows import Dossier, Kept, Remark
from adapters.dossiers.workbook import listed
from adapters.press.language import Text

LISTS = "listeler"

Progress = Callable[[int, int], None]
"""Told how many files of how many are in."""


def name(of: Dossier) -> str:
    """The archive's file name: ``kdv-iade-1234567890-2026-11.zip``, with the supplement's number where it is one."""
    claim = of.claim
    more = f"-ek{claim.supplement}" if claim.supplement else ""
    return f"kdv-iade-{claim.claimant.tax_number}-{claim.period}{more}.zip"


def _lists(of: Dossier) -> Iterator[tuple[ListForm[Any], Callable[[], bytes]]]:
    yield ETGBS, lambda: listed(ETGBS, of.etgbs)
    yield SALES, lambda: listed(SALES, of.sales)
    yield INCURRED, lambda: listed(INCURRED, of.incurred)
    yield DEDUCTIBLE, lambda: listed(DEDUCTIBLE, of.deductible)
    yield EVIDENCE, lambda: listed(EVIDENCE, of.evidence)
    yield STEPS, lambda: listed(STEPS, of.steps)


def _enclosed(of: Dossier) -> list[Text]:
    """What the petition names, each kind once."""
    kinds = dict.fromkeys(one.what for one in of.enclosures)
    return [*(form.what for form, _ in _lists(of)), *kinds]


def _about(of: Dossier) -> dict[str, Any]:
    claim = of.claim
    return {
        "dossier": 1,
        "claim": {
            "id": str(claim.id),
            "seller": claim.claimant.tax_number,
            "period": claim.period,
            "supplement": claim.supplement,
            "petition_number": claim.petition_number,
            "deadline": claim.deadline.isoformat() if claim.deadline is not None else None,
            "exported_try": str(claim.exported_try),
            "refundable_try": str(claim.refundable_try),
            "rate_policy": of.policy,
            "tolerance": str(of.tolerance),
            "invoices": len(of.sales),
            "etgbs": len({row.number for row in of.etgbs}),
            **({"version": claim.version, "calculation_sha256": claim.sha256} if claim.version else {}),
        },
    }


def write(of: Dossier, kept: Kept, out: IO[bytes], progress: Progress = lambda _done, _all: None) -> list[Remark]:
    """Write a dossier to ``out`` and give what it lacks.

    An enclosure that cannot be read back as it was kept is left out, and said to be missing: a dossier with a changed document
    would be worse than one without. Enclosures come before the report, which therefore lists them too.

    Args:
        of: what it is made of.
        kept: gives a kept document's content.
        out: where to; only written forward.
        progress: told of each enclosure.

    Raises:
        TemplateRefusedError: the petition cannot be set.
    """
    archive = Archive(out)
    remarks = list(of.remarks)
    archive.put(petition.FILE, petition.WHAT, petition.petition(of, _enclosed(of)))
    for form, made in _lists(of):
        archive.put(f"{LISTS}/{form.file}", form.what, made())
    for done, one in enumerate(of.enclosures, 1):
        content = kept(one.sha256)
        if content is None:
            remarks.append(remark("document_unreadable", one.path))
        else:
            archive.put(one.path, one.what, content, one.sha256)
        progress(done, len(of.enclosures))
    archive.put(report.FILE, report.WHAT, report.report(of, remarks))
    archive.close(_about(of), remarks)
    return remarks
