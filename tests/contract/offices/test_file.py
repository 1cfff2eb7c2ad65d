"""The drop folder: dossiers go out whole, answers come in, are kept and listed."""

import asyncio
import errno
import os
import time
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import orjson
import pytest

from adapters.tax_office.desk import TaxOfficeDesk
from adapters.tax_office.file import AnswerFolder, FileTaxOffice
from events.tasks import RejectedError
from events.translate import Arrival, Unreadable, read
from tests.contract.offices.suite import AT, CLAIM, TellingSuite, TellingWorld, filing
from workflow import facts
from workflow.errors import KervanError
from workflow.message import Message
from workflow.world import Outcome

DOSSIER = b"PK a dossier"
APPLIED = Outcome("tax_office/file", "x", "applied")


async def export(claim: UUID, out: BinaryIO) -> str:
    """A dossier."""
    out.write(DOSSIER)
    return "kdv-iade-1234567890-2026-11.zip"


class Accountant(TellingWorld):
    """The accountant's software beside the folder."""

    code = "file"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.handler = TaxOfficeDesk(FileTaxOffice(folder, export))
        self.answers = AnswerFolder(folder)
        self.number = 0

    def answer(self, **said: Any) -> Path:
        """Put an answer into the folder, under a name that sorts after the others'."""
        self.number += 1
        return self.put(f"{self.number:03d}.json", orjson.dumps(said))

    def put(self, name: str, content: bytes) -> Path:
        """Put a file into the folder."""
        (self.folder / "in").mkdir(parents=True, exist_ok=True)
        path = self.folder / "in" / name
        path.write_bytes(content)
        return path

    async def heard(self) -> list[Arrival]:
        """The answers in the folder."""
        found = await asyncio.to_thread(self.answers.waiting, datetime.now(UTC))
        for one in found:
            self.answers.settle(one, APPLIED, AT)
        return [one.arrival for one in found]

    async def files(self, claim: UUID, petition: str) -> str:
        """By the claim's id."""
        self.answer(claim=str(claim), status="filed", petition_number=petition, on="2026-12-01")
        return petition

    async def pays(self, claim: UUID, amount: Decimal) -> None:
        """Step by step."""
        self.answer(claim=str(claim), status="under_review", on="2026-12-02")
        self.answer(claim=str(claim), status="approved", on="2026-12-20", amount=str(amount))
        self.answer(claim=str(claim), status="paid", on="2026-12-28", amount=str(amount))

    async def rejects(self, claim: UUID) -> None:
        """With a reason."""
        self.answer(claim=str(claim), status="rejected", on="2026-12-20", note="belge eksik")

    async def shows(self, number: str) -> None:
        """As a report said."""
        self.answer(etgb_number=number, seen_on="2026-12-01", evidence={"kind": "kdvira_report"}, seen_by="Ayşe")


class TestFile(TellingSuite):
    """The contract, over folders."""

    @pytest.fixture
    async def office(self, tmp_path: Path) -> AsyncIterator[TellingWorld]:
        """A fresh folder."""
        yield Accountant(tmp_path / "tax_office")  # noqa: PT022 - the suite's form


@pytest.fixture
def accountant(tmp_path: Path) -> Accountant:
    """A fresh folder."""
    return Accountant(tmp_path / "tax_office")


def fact_of(accountant: Accountant, **said: Any) -> facts.Fact | str:
    """What the engine is told by an answer, or the code of what is wrong with it."""
    accountant.answer(**said)
    (one,) = accountant.answers.waiting(datetime.now(UTC))
    found = read(one.arrival, AT)
    return found.fact if isinstance(found, Message) else found.code


async def test_what_a_crash_left_half_written_is_swept_away(accountant: Accountant) -> None:
    """Once it is old; a young one may be another worker's."""
    out = accountant.folder / "out"
    out.mkdir(parents=True)
    old, young = out / ".part-old", out / ".part-young"
    for one in (old, young):
        one.write_bytes(b"half")
    yesterday = time.time() - 86400
    os.utime(old, (yesterday, yesterday))
    await accountant.handler(filing())
    assert (old.exists(), young.exists()) == (False, True)


async def test_a_dossier_is_dropped_whole_under_its_name(accountant: Accountant) -> None:
    """With the claim's id in it, and nothing half written beside it."""
    await accountant.handler(filing())
    assert [one.name for one in (accountant.folder / "out").iterdir()] == [f"kdv-iade-1234567890-2026-11_{CLAIM}.zip"]
    (path,) = (accountant.folder / "out").iterdir()
    assert path.read_bytes() == DOSSIER


async def test_a_dossier_that_cannot_be_made_is_refused_with_the_reason_and_leaves_nothing(tmp_path: Path) -> None:
    """A person reads why, and asks again."""

    async def none(claim: UUID, out: BinaryIO) -> str:
        out.write(b"half")
        raise KervanError("There is no such claim.")

    with pytest.raises(RejectedError, match="There is no such claim"):
        await TaxOfficeDesk(FileTaxOffice(tmp_path, none))(filing())
    assert list((tmp_path / "out").iterdir()) == []


def test_a_claim_may_be_named_by_seller_and_period(accountant: Accountant) -> None:
    """The people at the other side do not know Kervan's ids."""
    fact = fact_of(accountant, seller="1234567890", period="2026-11", status="approved", on="2027-01-02", amount="12.50")
    assert fact == facts.ClaimProgressed(CLAIM, "approved", date(2027, 1, 2), Decimal("12.50"))


def test_a_question_comes_with_the_day_until_which_to_answer(accountant: Accountant) -> None:
    """As the contract has it: under review, with a note and a day."""
    fact = fact_of(accountant, claim=str(CLAIM), status="under_review", on="2026-12-05", note="faturalar", due_on="2026-12-20")
    assert isinstance(fact, facts.ClaimProgressed)
    assert (fact.note, fact.due_on) == ("faturalar", date(2026, 12, 20))


def test_any_message_of_the_family_may_be_given_whole(accountant: Accountant) -> None:
    """For whoever knows the contract."""
    data = {"claim": str(CLAIM), "petition_number": "7", "filed_on": "2026-12-01"}
    assert fact_of(accountant, type="claim.filed.v1", data=data) == facts.ClaimFiled(CLAIM, "7", AT.date())


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"status": "filed", "on": "2026-12-01", "petition_number": "1"}, "wrong_data"),
        ({"claim": str(CLAIM), "status": "filed", "on": "2026-12-01"}, "wrong_data"),
        ({"claim": str(CLAIM), "status": "lost", "on": "2026-12-01"}, "wrong_data"),
        ({"seller": "1234567890", "period": "2026-11", "supplement": "x", "status": "paid", "on": "2026-12-01"}, "wrong_data"),
        ({"type": "shipment.cancel.v1", "data": {}}, "wrong_subject"),
    ],
)
def test_an_answer_that_is_none_is_refused_by_the_one_way_in(accountant: Accountant, said: dict[str, Any], code: str) -> None:
    """With the code that every other door gives; another family's message is nobody's to give here."""
    found = fact_of(accountant, **said)
    assert found == code


def test_a_half_written_answer_waits_and_is_refused_when_it_stays_so(accountant: Accountant) -> None:
    """Software that does not rename is seen in the middle of writing."""
    path = accountant.put("a.json", b'{"claim": "')
    assert accountant.answers.waiting(datetime.now(UTC)) == []
    (one,) = accountant.answers.waiting(datetime.now(UTC) + timedelta(minutes=2))
    assert one.path == path
    assert isinstance(read(one.arrival, AT), Unreadable)


def test_what_is_no_answer_yet_is_left_alone(accountant: Accountant, tmp_path: Path) -> None:
    """Names of files that are being written, folders, and links to elsewhere."""
    accountant.put(".x.json", b"{}")
    accountant.put("x.json.part", b"{}")
    (accountant.folder / "in" / "folder").mkdir()
    (tmp_path / "secret").write_text("{}")
    (accountant.folder / "in" / "link.json").symlink_to(tmp_path / "secret")
    assert accountant.answers.waiting(datetime.now(UTC)) == []


def test_an_answer_that_may_not_be_read_holds_up_no_other(accountant: Accountant, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stays where it is until Kervan's user has the right."""
    shut = accountant.put("000.json", b"{}")
    accountant.answer(claim=str(CLAIM), status="under_review", on="2026-12-02")
    ordinary = Path.open

    def guarded(path: Path, *how: Any, **more: Any) -> Any:
        if path == shut:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return ordinary(path, *how, **more)

    monkeypatch.setattr(Path, "open", guarded)  # whoever runs the tests may be allowed everything
    assert [one.path.name for one in accountant.answers.waiting(datetime.now(UTC))] == ["001.json"]
    monkeypatch.undo()
    assert len(accountant.answers.waiting(datetime.now(UTC))) == 2


def test_an_answer_that_is_too_large_is_read_no_further(accountant: Accountant) -> None:
    """It is refused as too large a message is at every door."""
    accountant.put("big.json", b'{"note": "' + b"x" * 300_000 + b'"}')
    later = datetime.now(UTC) + timedelta(minutes=2)
    (one,) = accountant.answers.waiting(later)
    found = read(one.arrival, AT)
    assert isinstance(found, Unreadable)
    assert found.code == "too_large"


def test_the_same_answer_twice_is_one_message(accountant: Accountant) -> None:
    """Whatever the files are called."""
    for _ in range(2):
        accountant.answer(claim=str(CLAIM), status="under_review", on="2026-12-02")
    one, other = accountant.answers.waiting(datetime.now(UTC))
    assert one.arrival.token == other.arrival.token


def test_answers_are_kept_and_listed(accountant: Accountant) -> None:
    """By month where they were taken; refused ones with the reason, and never one over another."""
    for number in range(3):
        accountant.answer(claim=str(CLAIM), status="paid", on=f"2026-12-0{number + 1}")
    first, second, third = accountant.answers.waiting(datetime.now(UTC))
    accountant.answers.settle(first, APPLIED, AT)
    accountant.answers.settle(second, Outcome("s", "x", "refused", "claim_cannot", "the claim is open"), AT)
    again = accountant.put("001.json", b'{"etgb_number": "26341453EX000001"}')
    (same,) = [one for one in accountant.answers.waiting(datetime.now(UTC)) if one.path == again]
    accountant.answers.settle(same, APPLIED, AT)
    listed = {(one.name, one.state): one.reason for one in accountant.answers.listed()}
    assert listed == {
        ("001.json", "kept"): "",
        ("001-2.json", "kept"): "",
        ("002.json", "refused"): "claim_cannot: the claim is open",
        ("003.json", "in"): "",
    }
    assert third.path.exists()
    assert (accountant.folder / "kept" / "2026-12" / "001.json").exists()


def test_answers_are_taken_in_the_order_of_their_names_so_many_at_a_time(accountant: Accountant) -> None:
    """A full folder does not become one batch without an end."""
    for _ in range(203):
        accountant.answer(claim=str(CLAIM), status="paid", on="2026-12-01", note=str(time.perf_counter_ns()))
    found = accountant.answers.waiting(datetime.now(UTC))
    assert [one.path.name for one in found] == [f"{number:03d}.json" for number in range(1, 201)]
