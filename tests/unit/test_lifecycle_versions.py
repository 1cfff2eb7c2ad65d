"""Versions of the table of stages: what is under way goes on by the one that it began under."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.translate import Arrival, read
from tests.law import BOOK
from tests.lifecycles import DAY, SHORT, SUCCESSION, full, known, triggers_of, with_edge, without_edge, without_trigger
from tests.stories import SELLERS, START, known_id, ref, said, story
from tests.unit.memory import MemoryStore
from tests.unit.watched import Watched
from workflow import asking, diagram, refusal_details
from workflow.apply import Engine
from workflow.errors import LifecycleUnknownError
from workflow.lifecycle import FIRST, KNOWN, Lifecycle, Lifecycles
from workflow.message import Message
from workflow.stages import Stage, Trigger
from workflow.world import Policy

CANCEL = said("ops/ayse", "shipment.cancel.v1", "cancel", {"shipment": ref("order-0"), "reason": "the buyer changed his mind"})
AMEND = said("ops/ayse", "shipment.amend.v1", "amend", {"shipment": ref("order-0"), "gross_weight_kg": "1.3"})


@pytest.mark.parametrize("one", [*KNOWN.versions, *SUCCESSION.versions], ids=repr)
def test_each_version_leads_from_every_stage_of_its_journey_to_the_refund(one: Lifecycle) -> None:
    """No table strands a shipment: whatever it has passed, it can still come to its end, and waits for nothing after that."""
    assert one.journey[0] is Stage.DRAFT
    assert all(Stage.REFUND_FILED in one.reach[stage] for stage in one.journey)
    assert all(not one.triggers(stage) and one.waits[stage] is None for stage in (Stage.CANCELLED, Stage.RETURNED))


def test_versions_follow_each_other_by_number_and_by_day() -> None:
    """A shipment begins under the newest that has begun; one of before all of them under the first."""
    moments = [START - DAY, START + DAY, START + 1.5 * DAY, START + 3 * DAY, START + 400 * DAY]
    assert [SUCCESSION.at(moment).version for moment in moments] == [1, 2, 2, 5, 6]
    assert Lifecycles(full(7, START)).at(START - DAY).version == 7
    assert [SUCCESSION.of(version).version for version in (1, 5)] == [1, 5]
    with pytest.raises(LifecycleUnknownError, match=r"version 4 .* newer one"):
        SUCCESSION.of(4)
    for other in (full(1, START + DAY), full(2, FIRST.begins)):
        with pytest.raises(ValueError, match="does not come after"):
            Lifecycles(FIRST, other)


def test_a_table_that_is_not_whole_is_no_version() -> None:
    """Two rows of one trigger, or a stage that does not say what is awaited in it."""
    for steps, waits in (((*FIRST.steps, FIRST.steps[0]), FIRST.waits), (FIRST.steps, {Stage.DRAFT: None})):
        with pytest.raises(ValueError, match=r"table 2 .* one row for each trigger"):
            Lifecycle(2, START, steps, waits)


@dataclass
class Clock:
    """Tells the time that it is set to."""

    now: datetime = START


def tell(engine: Engine, clock: Clock, arrivals: list[Arrival]) -> None:
    """One batch, received when the clock says."""
    found = [read(arrival, clock.now + 9 * DAY) for arrival in arrivals]
    asyncio.run(engine.apply([message for message in found if isinstance(message, Message)]))


STORIES = [list(story(n, SELLERS[n])) for n in range(4)]


@settings(max_examples=150)
@given(st.data())
def test_every_shipment_of_every_version_reaches_the_end_by_its_own_table(data: st.DataObject) -> None:
    """Four shipments told in any order, twice, cut anyhow, while five versions follow each other at any moments between."""
    arrivals = [arrival for one in STORIES for arrival in one]
    repeated = arrivals + data.draw(st.lists(st.sampled_from(arrivals), max_size=8))
    shuffled = data.draw(st.permutations(repeated))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(shuffled) - 1), max_size=8)))
    batches = [shuffled[a:b] for a, b in zip([0, *cuts], [*cuts, len(shuffled)], strict=True)]
    days = sorted(data.draw(st.lists(st.integers(0, 5), min_size=len(batches), max_size=len(batches))))
    store, clock = MemoryStore(), Clock()
    engine = Engine(store, lambda: clock.now, Policy(BOOK))
    began: dict[str, int] = {}
    with known(*SUCCESSION.versions):
        for day, batch in zip(days, batches, strict=True):
            clock.now = START + day * DAY
            tell(engine, clock, batch)
            for n in range(4):
                if STORIES[n][0] in batch:
                    began.setdefault(known_id(n, SELLERS[n]), SUCCESSION.at(clock.now).version)
    for shipment in store.world.shipments.values():
        mine = [move for move in store.log if move.shipment == shipment.id]
        assert shipment.lifecycle.version == began[str(shipment.id)]
        assert tuple(move.trigger for move in mine) == triggers_of(shipment.lifecycle.version)
        assert [move.sequence for move in mine] == list(range(1, len(mine) + 1))
        assert shipment.stage is Stage.REFUND_FILED
    assert not any(store.world.waiting.values())
    assert not any(changes.refused or changes.raised for changes in store.changes)


@pytest.mark.parametrize("passed", range(1, 8))
def test_what_is_under_way_when_a_stage_is_put_in_between_does_not_pass_it(passed: int) -> None:
    """At whichever stage the new table finds it; a shipment that begins after that passes the new stage."""
    old, new = list(story(0)), list(story(1, SELLERS[1]))
    with known(SHORT, full(2, START + DAY)):
        watched = Watched()
        watched.tell(*old[:passed])
        watched.now += 2 * DAY
        watched.tell(*new, *old[passed:])
    log = {n: tuple(move.trigger for move in watched.store.log if move.reference == f"order-{n}") for n in (0, 1)}
    assert log == {0: triggers_of(1), 1: triggers_of(2)}
    assert (watched.named("order-0").stage, watched.named("order-1").stage) == (Stage.REFUND_FILED, Stage.REFUND_FILED)
    assert watched.reasons == set()


def test_a_step_that_a_new_table_adds_is_there_for_those_that_begin_under_it() -> None:
    """Goods on their way are cancelled under the new table, and refused under the old one, with the reason in words."""
    told = list(story(0))[:4]
    for begins, state in ((START - DAY, "applied"), (START + DAY, "refused")):
        with known(FIRST, with_edge(2, begins)):
            watched = Watched()
            watched.tell(*told)
            watched.now += 2 * DAY
            (outcome,) = watched.tell(CANCEL)
            assert outcome.state == state
            assert watched.named("order-0").stage is (Stage.CANCELLED if state == "applied" else Stage.HANDED_TO_COURIER)


def test_a_step_that_a_new_table_takes_away_stays_for_those_that_began_before() -> None:
    """A validated order of before is amended as ever; of a new one the amendment is too late."""
    for begins, state in ((START - DAY, "refused"), (START + DAY, "applied")):
        with known(FIRST, without_edge(2, begins)):
            watched = Watched()
            watched.tell(*list(story(0))[:1])
            watched.now += 2 * DAY
            (outcome,) = watched.tell(AMEND)
            assert (outcome.state, watched.named("order-0").stage) == (state, Stage.VALIDATED)


def test_a_trigger_that_a_table_does_not_have_is_said_so_in_both_languages() -> None:
    """Its sources cannot be named: there are none."""
    table = without_trigger(6, START)
    assert not table.possible_later(Stage.INVOICED, Trigger.CANCEL_INVOICE)
    why = table.why_not(Stage.INVOICED, Trigger.CANCEL_INVOICE)
    turkish, english = refusal_details.said(why)
    assert "6. sürümüyle başladı" in turkish
    assert english.startswith("This is no step of shipments that began under table 6")


def test_how_long_something_is_awaited_is_its_tables_where_the_installation_says_nothing() -> None:
    """Two days for the invoice instead of seven; an allowance that somebody set stands above both."""
    for begins, days in ((START - DAY, 2), (START + DAY, 7)):
        with known(FIRST, with_edge(2, begins)):
            watched = Watched()
            watched.tell(*list(story(0))[:1])
            shipment = watched.named("order-0")
            assert shipment.due_at == shipment.stage_since + timedelta(days=days)


def test_what_is_asked_of_counterparts_follows_the_table() -> None:
    """Where nothing is transferred to VEDOP, nobody is asked to look there."""
    assert asking.after(FIRST, Stage.ETGB_ISSUED) == asking.VEDOP_CHECK
    assert asking.after(SHORT, Stage.ETGB_ISSUED) is None
    assert not asking.needed(asking.VEDOP_CHECK[1], SHORT, Stage.ETGB_ISSUED)


def test_a_version_is_drawn_from_its_own_table() -> None:
    """A stage that it does not have is not in its picture."""
    for drawn in (diagram.svg(SHORT.steps), diagram.mermaid(SHORT.steps)):
        assert "vedop" not in drawn
        assert "refund_filed" in drawn
    assert Stage.VEDOP_TRANSFERRED not in SHORT.journey
