"""Messages come late, twice and in the wrong order; the end is the same."""

import asyncio
from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from events.translate import Arrival, read
from tests.law import BOOK
from tests.stories import SELLERS, START, TRIGGERS, story
from tests.unit.memory import MemoryStore
from workflow.apply import Engine
from workflow.message import Message
from workflow.world import Policy

Log = list[tuple[str, int, str, str, str, str]]


def messages(arrivals: list[Arrival]) -> list[Message]:
    """Arrivals as the engine takes them."""
    found = [read(arrival, START + timedelta(days=4)) for arrival in arrivals]
    assert all(isinstance(message, Message) for message in found), found
    return [message for message in found if isinstance(message, Message)]


def outcome(batches: list[list[Arrival]]) -> tuple[Log, MemoryStore]:
    """The log that some batches leave, sorted by shipment."""
    store = MemoryStore()
    engine = Engine(store, lambda: START, Policy(BOOK))

    async def run() -> None:
        for batch in batches:
            await engine.apply(messages(batch))

    asyncio.run(run())
    log = [(str(t.shipment), t.sequence, t.origin, t.target, t.trigger, t.message_id) for t in store.log]
    return sorted(log), store


STORIES = [list(story(n, SELLERS[n])) for n in range(3)]
TRUE_ORDER, _ = outcome([[arrival] for one in STORIES for arrival in one])


def test_the_true_order_carries_each_shipment_through_all_seven_stages() -> None:
    """Six triggers a shipment, numbered without a gap, each beginning where the last one ended."""
    for n in range(3):
        mine = [entry for entry in TRUE_ORDER if entry[0] == TRUE_ORDER[n * 6][0]]
        assert [entry[1] for entry in mine] == [1, 2, 3, 4, 5, 6]
        assert tuple(entry[4] for entry in mine) == TRIGGERS
        assert all(before[3] == after[2] for before, after in pairwise(mine))


@settings(max_examples=200)
@given(st.data())
def test_any_order_and_any_repetition_end_in_the_same_log(data: st.DataObject) -> None:
    """Shuffled, repeated and cut into batches anyhow, the same messages leave the same log and nothing waiting."""
    arrivals = [arrival for one in STORIES for arrival in one]
    repeated = arrivals + data.draw(st.lists(st.sampled_from(arrivals), max_size=12))
    shuffled = data.draw(st.permutations(repeated))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(shuffled) - 1), max_size=8)))
    batches = [shuffled[a:b] for a, b in zip([0, *cuts], [*cuts, len(shuffled)], strict=True)]
    log, store = outcome(batches)
    assert log == TRUE_ORDER
    assert not any(store.world.waiting.values())
    assert not any(changes.refused for changes in store.changes)
    assert not any(changes.raised for changes in store.changes)
