"""Having a claim filed: who is asked, what is refused, and what a person sees."""

import json
from dataclasses import replace

import pytest

from events.outgoing import outgoing
from events.translate import Arrival
from tests.stories import SELLER, START, said, story
from tests.unit.test_disturbed import progress
from tests.unit.watched import Watched
from workflow.attention import Reason
from workflow.refund import claim_id

CLAIM = str(claim_id(SELLER, "2026-11", 0))
*_, VEDOP, FILED = tuple(story(0))
BEFORE = tuple(story(0))[:-1]


def asked(message_id: str = "ask", claim: str = CLAIM, *, attended: bool = False) -> Arrival:
    """A person wants the claim filed."""
    return replace(said("ops/ayse", "claim.request_filing.v1", message_id, {"claim": claim}), attended=attended)


def awaited(message_id: str = "awaited") -> Arrival:
    """The counterpart says that a person has to do it."""
    return said("tax_office/manual", "claim.filing_awaited.v1", message_id, {"claim": CLAIM})


@pytest.fixture
def watched() -> Watched:
    """Somebody does the tax office's tasks, and the claim is open."""
    found = Watched()
    found.policy = replace(found.policy, tasks={"tax_office": "manual"})
    found.tell(*BEFORE)
    found.store.changes.clear()
    return found


def tasks(watched: Watched) -> list[tuple[str, dict[str, object]]]:
    """The filings that were asked for: subject and data."""
    told = [one for changes in watched.store.changes for one in outgoing(changes, START)]
    return [
        (one.subject, json.loads(one.payload)["data"]) for one in told if one.subject.startswith("kervan.task.tax_office")
        and json.loads(one.payload)["type"] == "claim_filing.requested.v1"
    ]  # fmt: skip


def test_the_counterpart_that_the_settings_name_is_asked(watched: Watched) -> None:
    """With the claim, whose it is, and its period; nothing of the claim changes."""
    (outcome,) = watched.tell(asked())
    assert outcome.state == "applied"
    data = {"claim": CLAIM, "seller": SELLER, "period": "2026-11", "supplement": 0, "petition_number": ""}
    assert tasks(watched) == [("kervan.task.tax_office.manual", data)]
    assert watched.tell(FILED)[0].state == "applied"


def test_the_same_request_again_asks_nobody_twice(watched: Watched) -> None:
    """It is known by its id."""
    watched.tell(asked())
    assert watched.tell(asked())[0].state == "repeated"
    assert len(tasks(watched)) == 1


def test_where_nobody_does_it_the_request_is_refused_with_what_to_set() -> None:
    """Nothing is asked of nobody."""
    watched = Watched()
    watched.tell(*BEFORE)
    (outcome,) = watched.tell(asked(attended=True))
    assert (outcome.state, outcome.code) == ("refused", "nobody_files")
    assert "KERVAN_TASKS__TAX_OFFICE" in outcome.detail


def test_a_claim_that_is_filed_is_not_filed_again(watched: Watched) -> None:
    """And a word too late that it waits raises nothing."""
    watched.tell(FILED)
    assert watched.tell(asked())[0].code == "claim_not_open"
    assert watched.tell(awaited())[0].state == "repeated"
    assert Reason.CLAIM_TO_FILE not in watched.reasons


def test_a_rejected_claim_is_filed_again_with_its_old_petition_named(watched: Watched) -> None:
    """So that the next petition gets another number."""
    watched.tell(FILED, progress("rejected", 40))
    assert watched.tell(asked())[0].state == "applied"
    assert [data["petition_number"] for _, data in tasks(watched)] != [""]


def test_a_claim_that_is_not_known_yet_waits(watched: Watched) -> None:
    """The request comes before its claim: it is kept, and asked when there is one."""
    other = str(claim_id(SELLER, "2026-12", 0))
    assert watched.tell(asked(claim=other))[0].state == "parked"


def test_a_person_is_told_once_whose_claim_waits(watched: Watched) -> None:
    """However often it is said."""
    watched.tell(awaited(), awaited("again"))
    (item,) = [one for one in watched.open.values() if one.reason is Reason.CLAIM_TO_FILE]
    assert item.detail == f"claim {CLAIM} of {SELLER} for 2026-11"
