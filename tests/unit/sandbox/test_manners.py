"""How a sandbox behaves."""

import orjson
from hypothesis import given
from hypothesis import strategies as st

from adapters.sandbox import Event, Manners
from tests.unit.sandbox.asked import NOW, task

EVENTS = [Event(f"e{n}", "courier.booked.v1", {"n": n}) for n in range(200)]
ASKED = task("pickup.requested.v1")


def ids(manners: Manners) -> list[str]:
    """Message ids in the order in which they are said."""
    return [one.message_id for one in manners.plan("courier/sandbox", ASKED, EVENTS)]


def test_good_manners_say_everything_once_and_in_order() -> None:
    """Without faults the plan is the events, each a step after the one before."""
    replies = Manners(delay_s=1, jitter_s=0.5).plan("courier/sandbox", ASKED, EVENTS[:5])
    assert [one.message_id for one in replies] == ["e0", "e1", "e2", "e3", "e4"]
    steps = [b - a for a, b in zip([0.0, *(one.delay for one in replies)], [one.delay for one in replies], strict=False)]
    assert all(1 <= step <= 1.5 for step in steps)
    assert {one.subject for one in replies} == {"kervan.in.courier.sandbox"}


@given(st.integers(), st.floats(0, 1), st.floats(0, 1))
def test_whatever_the_faults_nothing_is_lost_and_a_repeat_is_the_same(seed: int, twice: float, late: float) -> None:
    """Every event is said at least once and at most twice; the same task makes the same plan, byte for byte."""
    manners = Manners(duplicate_share=twice, disorder_share=late, seed=seed)
    replies = manners.plan("courier/sandbox", ASKED, EVENTS[:20])
    said = [one.message_id for one in replies]
    assert set(said) == {event.id for event in EVENTS[:20]}
    assert max(said.count(one) for one in said) <= 2
    assert len({one.body for one in replies}) == 20
    assert replies == manners.plan("courier/sandbox", ASKED, EVENTS[:20])


@given(st.integers())
def test_an_event_is_never_told_before_it_happens(seed: int) -> None:
    """Disorder is lateness: the time in a message lies before the moment it is said."""
    manners = Manners(duplicate_share=0.5, disorder_share=0.5, seed=seed)
    for one in manners.plan("courier/sandbox", ASKED, EVENTS[:20]):
        happened = orjson.loads(one.body)["time"]
        assert one.delay >= (type(NOW).fromisoformat(happened) - NOW).total_seconds() - 1e-6


def test_shares_are_kept() -> None:
    """Of two hundred messages about a tenth come twice and about a fifth are overtaken."""
    said = ids(Manners(duplicate_share=0.1, disorder_share=0.2))
    assert 8 <= len(said) - len(EVENTS) <= 35
    firsts = list(dict.fromkeys(said))
    order = [int(one[1:]) for one in firsts]
    overtaken = sum(1 for n, one in enumerate(order) if any(later < one for later in order[n + 1 :]))
    assert 0 < overtaken < 150
    assert firsts != [event.id for event in EVENTS]


def test_another_seed_misbehaves_otherwise() -> None:
    """The seed alone decides."""
    assert ids(Manners(duplicate_share=0.1, seed=1)) != ids(Manners(duplicate_share=0.1, seed=2))


def test_a_faster_sandbox_keeps_its_order() -> None:
    """Ten times the pace is a tenth of every delay."""
    slow, fast = Manners(disorder_share=0.3), Manners(disorder_share=0.3).faster(10)
    assert ids(slow) == ids(fast)
    longest = [manners.plan("courier/sandbox", ASKED, EVENTS)[-1].delay for manners in (slow, fast)]
    assert abs(longest[0] - 10 * longest[1]) < 1e-6


def test_a_message_carries_on_what_caused_it() -> None:
    """Correlation and trace go on; the task is the cause."""
    (one,) = Manners().plan("courier/sandbox", ASKED, EVENTS[:1])
    body = orjson.loads(one.body)
    assert (body["correlationid"], body["causationid"]) == ("order-1", "t1")
    assert body["traceparent"] == ASKED["traceparent"]
