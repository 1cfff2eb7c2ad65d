"""What a script makes go wrong at the sandbox courier, and what Kervan hears of it."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.couriers.sandbox import (
    Fault,
    Outage,
    SandboxCourier,
    SandboxNotDeliveredError,
    SandboxUnavailableError,
    Script,
    WrongScriptError,
    read_script,
)
from adapters.sandbox import Manners
from events.tasks import Reply
from events.translate import Arrival, Unreadable, read
from tests.unit.sandbox.asked import NOW, heard, task
from workflow import facts
from workflow.values import is_etgb_number

CALM = Manners(delay_s=3600, jitter_s=0)
DEMO = Path(__file__).parents[3] / "deploy" / "demo" / "faults.toml"
PICKUP = task("pickup.requested.v1")


def scripted(*faults: Fault, manners: Manners = CALM, **more: Any) -> SandboxCourier:
    """A courier with these faults for the parcel of ``order-1``."""
    return SandboxCourier(manners, gather_s=0, script=Script(parcels={"order-1": frozenset(faults)}, **more))


def in_order(replies: Any) -> list[Reply]:
    """Answers as they are said."""
    return sorted(replies, key=lambda one: one.delay)


async def told(*faults: Fault, **more: Any) -> list[str]:
    """What is said of a parcel with these faults: the scan's status, or the message's type without its version."""
    words = []
    for one in in_order(await scripted(*faults, **more)(PICKUP)):
        message = read(Arrival(one.subject, one.body, one.message_id), NOW)
        if isinstance(message, Unreadable):
            words.append(message.code)
        else:
            fact = message.fact
            words.append(fact.status.value if isinstance(fact, facts.Checkpoint) else message.type.removesuffix(".v1"))
    return words


WHOLE = [
    "courier.booked",
    "announced",
    "picked_up",
    "in_transit",
    "etgb.issued",
    "out_for_delivery",
    "etgb.closed",
    "delivered",
]
"""What is said of a parcel without faults, in its order."""


async def test_without_faults_all_is_said() -> None:
    """Booking, scans, ETGB and closing; the ETGB has its PDF."""
    assert Counter(await told()) == Counter(WHOLE)
    (etgb,) = issued(await scripted()(PICKUP))
    assert etgb.document_url.startswith("https://sandbox.invalid/")


def issued(replies: Any) -> list[facts.EtgbIssued]:
    """The ETGBs that are told, in their order."""
    return [one.fact for one in heard(in_order(replies)) if isinstance(one.fact, facts.EtgbIssued)]


LACKS: list[tuple[Fault, set[str], set[str]]] = [
    (Fault.LOST_SCAN, {"picked_up"}, set()),
    (Fault.NO_SCAN, {"picked_up", "in_transit", "out_for_delivery", "delivered"}, set()),
    (Fault.MALFORMED_BODY, {"picked_up"}, {"not_json"}),
    (Fault.NO_ETGB_NUMBER, {"etgb.issued", "etgb.closed"}, set()),
    (Fault.MALFORMED_ETGB_NUMBER, {"etgb.closed"}, set()),
    (Fault.NO_CLOSING, {"etgb.closed"}, set()),
    (Fault.RETURN_TO_SENDER, {"out_for_delivery", "delivered"}, {"returned"}),
    (
        Fault.OVER_LIMIT,
        {"in_transit", "out_for_delivery", "delivered", "etgb.issued", "etgb.closed"},
        {"on_hold"},
    ),
]


@pytest.mark.parametrize(("fault", "missing", "instead"), LACKS, ids=[one[0].value for one in LACKS])
async def test_each_fault_takes_away_what_it_says(fault: Fault, missing: set[str], instead: set[str]) -> None:
    """What is not told is what the fault names, and nothing else."""
    assert set(await told(fault)) == (set(WHOLE) - missing) | instead


async def test_a_duplicate_is_the_same_message_twice() -> None:
    """Everything of the parcel comes twice, byte for byte."""
    replies = await scripted(Fault.DUPLICATE)(PICKUP)
    parcels = Counter((one.message_id, one.body) for one in replies if not one.message_id.startswith(("etgb", "closed")))
    assert set(parcels.values()) == {2}


async def test_a_late_pick_up_comes_after_delivery_and_keeps_its_time() -> None:
    """Others overtake it; when it happened stands in it all the same."""
    messages = heard(in_order(await scripted(Fault.LATE)(PICKUP)))
    scans = [one.fact for one in messages if isinstance(one.fact, facts.Checkpoint)]
    assert [one.status.value for one in scans][-2:] == ["delivered", "picked_up"]
    assert scans[-1].occurred_at < scans[-2].occurred_at


async def test_a_number_without_document_has_no_address() -> None:
    """The ETGB is told without its PDF."""
    (etgb,) = issued(await scripted(Fault.NO_DOCUMENT)(PICKUP))
    assert etgb.document_url == ""


async def test_a_malformed_number_is_no_etgb_number() -> None:
    """The line is whole, its number is not."""
    (etgb,) = issued(await scripted(Fault.MALFORMED_ETGB_NUMBER)(PICKUP))
    assert not is_etgb_number(etgb.number)
    assert len(etgb.lines) == 1


async def test_a_reissued_etgb_is_cancelled_and_replaced() -> None:
    """First number, its cancellation that names the second, the second over the same line, and its closing."""
    messages = [one.fact for one in heard(in_order(await scripted(Fault.ETGB_REISSUED)(PICKUP))) if "etgb" in one.type]
    first, gone, second, closed = messages
    assert isinstance(first, facts.EtgbIssued)
    assert isinstance(gone, facts.EtgbCancelled)
    assert isinstance(second, facts.EtgbIssued)
    assert isinstance(closed, facts.EtgbClosed)
    assert (gone.number, gone.replaced_by) == (first.number, second.number)
    assert first.number != second.number == closed.number
    assert first.lines == second.lines


async def test_a_late_closing_is_said_late_and_dated_late() -> None:
    """Sixty steps of six hours are fifteen days."""
    manners = Manners(delay_s=6 * 3600, jitter_s=0)
    ordinary, late = (
        next(one for one in replies if one.message_id.startswith("closed"))
        for replies in (await scripted(manners=manners)(PICKUP), await scripted(Fault.LATE_CLOSING, manners=manners)(PICKUP))
    )
    assert late.delay - ordinary.delay == timedelta(days=15).total_seconds()
    days = [one.fact.closed_on for one in heard([ordinary, late]) if isinstance(one.fact, facts.EtgbClosed)]
    assert days[1] - days[0] == timedelta(days=15)


async def test_a_parcel_with_a_fault_of_its_etgb_is_declared_alone() -> None:
    """The others on the manifest are not concerned."""
    script = Script(parcels={"order-2": frozenset({Fault.NO_CLOSING})})
    courier = SandboxCourier(CALM, gather_s=0, consolidate=3, script=script)
    answers = [await courier(task("pickup.requested.v1", f"t{n}", reference=f"order-{n}")) for n in (2, 1)]
    assert [len(etgb.lines) for answer in answers for etgb in issued(answer)] == [1, 1]
    closed = [one for answer in answers for one in answer if one.message_id.startswith("closed")]
    assert len(closed) == 1


async def test_an_etgb_asked_for_too_early_is_refused_until_it_is_delivered() -> None:
    """Twice "400 not delivered", with the scans so far; then the ETGB, after the delivery."""
    courier = scripted(Fault.NOT_DELIVERED)
    for _ in range(2):
        with pytest.raises(SandboxNotDeliveredError) as refused:
            await courier(PICKUP)
        assert refused.value.seconds > 0
        assert not issued(refused.value.replies)
        assert len(refused.value.replies) == 6
    replies = in_order(await courier(PICKUP))
    ids = [one.message_id.partition(":")[0] for one in replies]
    assert ids.index("OK") < ids.index("etgb")


BEGIN = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
OUTAGE = Outage(begin=BEGIN, end=BEGIN + timedelta(hours=1))


async def test_an_outage_refuses_what_is_asked_in_it() -> None:
    """It is 503 from begin until end, and what was asked is done after."""
    now = [BEGIN - timedelta(seconds=1)]
    courier = SandboxCourier(CALM, gather_s=0, script=Script(outages=(OUTAGE,)), clock=lambda: now[0])
    before = await courier(PICKUP)
    for moment, seconds in ((BEGIN, 300), (BEGIN + timedelta(minutes=59), 60)):
        now[0] = moment
        with pytest.raises(SandboxUnavailableError) as refused:
            await courier(PICKUP)
        assert refused.value.seconds == seconds
    now[0] = BEGIN + timedelta(hours=1)
    assert await courier(PICKUP) == before


async def test_what_falls_into_an_outage_is_said_when_it_is_over() -> None:
    """The task is of six o'clock with a step an hour: the third message falls on nine."""
    plain = in_order(await scripted(manners=CALM)(PICKUP))
    put_off = in_order(await scripted(manners=CALM, outages=(OUTAGE,))(PICKUP))
    assert {one.message_id: one.body for one in put_off} == {one.message_id: one.body for one in plain}
    hours = {one.message_id.partition(":")[0]: one.delay / 3600 for one in put_off}
    assert (hours["booked"], hours["LC"], hours["PU"], hours["DF"]) == (1, 2, 4, 4)


@given(st.integers(), st.dictionaries(st.sampled_from(list(Fault)), st.floats(0, 1 / 14), max_size=14))
def test_the_same_seed_has_the_same_faults(seed: int, shares: dict[Fault, float]) -> None:
    """Each parcel has one of the faults that are named, or none, and the same each time."""
    one, again = Script(seed=seed, shares=shares), Script(seed=seed, shares=shares)
    for n in range(50):
        found = one.faults(f"order-{n}")
        assert found == again.faults(f"order-{n}")
        assert len(found) <= 1
        assert found <= shares.keys()


def test_shares_are_met() -> None:
    """Of twenty thousand parcels about as many as were asked for have a fault."""
    script = Script(seed=3, shares={Fault.LOST_SCAN: 0.01, Fault.NO_CLOSING: 0.2})
    counted = Counter(fault for n in range(20_000) for fault in script.faults(f"order-{n}"))
    assert 140 < counted[Fault.LOST_SCAN] < 260
    assert 3800 < counted[Fault.NO_CLOSING] < 4200


def test_the_demonstration_script_can_be_read() -> None:
    """It names every fault; the order that it names has its own."""
    script = read_script(DEMO)
    assert set(script.shares) == set(Fault)
    assert script.faults("536370") == {Fault.ETGB_REISSUED, Fault.DUPLICATE}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("seed = ", "TOML"),
        ("[shares]\nlost_scan = 0.6\nlate = 0.6", "add up to more than 1"),
        ("[shares]\ncoffee = 0.1", "shares.coffee"),
        ("[parcels]\n1 = ['coffee']", "parcels.1"),
        ("[[outages]]\nbegin = 2026-11-20T10:00:00Z\nend = 2026-11-20T09:00:00Z", "ends after it begins"),
        ("[[outages]]\nbegin = 2026-11-20T10:00:00\nend = 2026-11-20T11:00:00", "outages.0.begin"),
        ("share = 1", "share"),
    ],
)
def test_a_wrong_script_is_refused_with_its_place(tmp_path: Path, text: str, why: str) -> None:
    """What is wrong is said, and where the form can be seen."""
    path = tmp_path / "wrong.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(WrongScriptError, match=r"faults\.toml") as refused:
        read_script(path)
    assert why in str(refused.value)


async def test_everything_but_the_spoiled_is_readable() -> None:
    """With all faults at once that can be together, the spoiled scan alone cannot be read."""
    apart = {Fault.NOT_DELIVERED, Fault.NO_ETGB_NUMBER, Fault.OVER_LIMIT, Fault.LOST_SCAN, Fault.NO_SCAN}
    replies = await scripted(*(set(Fault) - apart))(PICKUP)
    found = {one.message_id: read(Arrival(one.subject, one.body, one.message_id), NOW) for one in replies}
    assert {name for name, one in found.items() if isinstance(one, Unreadable)} == {"PU:t1"}
