"""The issuer that drops files, and the seller's software beside it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.invoicing import essence
from adapters.invoicing.careful import CarefulIssuer
from adapters.invoicing.file import FileIntegrator
from adapters.invoicing.ports import Absent, Handover, Pending, Rejected, Withdrawn
from tests.contract.issuers.suite import AT_ONCE, Suite, World
from tests.invoices import document


def named(handed: Handover) -> str:
    """The documented name of a document's files."""
    return f"{handed.number}_{handed.ettn}"


class Software(World):
    """The seller's software: answers in the folder, by the documented names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.integrator = FileIntegrator(folder)

    def answer(self, handed: Handover, ending: str, content: bytes) -> None:
        """Write an answer."""
        (self.folder / "in").mkdir(parents=True, exist_ok=True)
        (self.folder / "in" / f"{named(handed)}.{ending}").write_bytes(content)

    async def settle(self, handed: Handover) -> None:
        """Sign what lies in ``out``."""
        dropped = self.folder / "out" / f"{named(handed)}.xml"
        self.answer(handed, "signed.xml", dropped.read_bytes() + b"<!-- signed -->")

    async def refuse(self, handed: Handover) -> None:
        """Leave a note."""
        self.answer(handed, "rejected.txt", "Seri tanımlı değil".encode())

    async def cancel(self, handed: Handover) -> None:
        """Say that it is cancelled."""
        self.answer(handed, "cancelled.txt", b"")

    async def forge(self, handed: Handover, xml: bytes) -> None:
        """Answer with another document."""
        self.answer(handed, "signed.xml", xml)

    async def times(self, handed: Handover) -> int:
        """Files dropped for this number."""
        return len(list((self.folder / "out").glob(f"{handed.number}_*")))


class TestFile(Suite):
    """The contract, over folders."""

    @pytest.fixture
    async def world(self, tmp_path: Path) -> AsyncIterator[World]:
        """A fresh folder."""
        yield Software(tmp_path / "invoicing")  # noqa: PT022 - the suite's form


async def test_a_document_that_was_taken_away_is_not_dropped_again(tmp_path: Path) -> None:
    """The software may move a file out of the folder before it answers."""
    software, handed = Software(tmp_path), document(1)
    issuer = CarefulIssuer(software.integrator, AT_ONCE)
    await issuer.issue(handed)
    (tmp_path / "out" / f"{named(handed)}.xml").unlink()
    assert isinstance(await issuer.issue(handed), Pending)
    assert await software.times(handed) == 0


async def test_half_an_answer_waits_for_its_other_half(tmp_path: Path) -> None:
    """Software that does not rename is seen in the middle of writing."""
    software, handed = Software(tmp_path), document(1)
    issuer = CarefulIssuer(software.integrator, AT_ONCE)
    await issuer.issue(handed)
    software.answer(handed, "signed.xml", handed.xml[:100])
    assert isinstance(await issuer.issue(handed), Pending)
    software.answer(handed, "signed.xml", b" " * (essence.MAX_BYTES + 1))
    assert isinstance(await issuer.issue(handed), Pending)


async def test_a_cancellation_is_asked_for_by_a_file_and_believed_when_it_is_answered(tmp_path: Path) -> None:
    """Or refused with a reason."""
    software, handed = Software(tmp_path), document(1)
    issuer = CarefulIssuer(software.integrator, AT_ONCE)
    await issuer.issue(handed)
    await software.settle(handed)
    assert isinstance(await issuer.cancel(handed, "vazgeçildi"), Pending)
    note = tmp_path / "out" / f"{named(handed)}.cancel.txt"
    assert note.read_text(encoding="utf-8") == "vazgeçildi"
    software.answer(handed, "not-cancelled.txt", b"\xff rapor gitti \x00")
    assert await issuer.cancel(handed, "vazgeçildi") == Rejected("\ufffd rapor gitti")
    await software.cancel(handed)
    assert await issuer.cancel(handed, "vazgeçildi") == Withdrawn()


async def test_a_folder_that_cannot_be_used_is_pending_not_lost(tmp_path: Path) -> None:
    """The desk asks again later."""
    blocked = tmp_path / "invoicing"
    blocked.write_text("a file in the way", encoding="utf-8")
    issuer = CarefulIssuer(FileIntegrator(blocked), AT_ONCE)
    found = await issuer.issue(document(1))
    assert isinstance(found, Pending)
    assert "KERVAN_INVOICING__FILE__FOLDER" in found.why
    assert await issuer.look_up(document(1)) == Absent()
