"""LIM003 in the engine: whatever the order, the shipment judged last says that all of a day's are above the limit together."""

import asyncio
import random
from itertools import permutations
from typing import Any

import orjson
import pytest

from adapters.database import queries
from adapters.database.store import PostgresStore
from adapters.entrypoints import bootstrap
from adapters.settings import Settings
from events.intake import Intake
from events.translate import Arrival
from tests.integration.test_engine import new_intake
from tests.integration.test_judging import bulletin, left
from tests.law import BOOK
from tests.stories import SELLER, SELLERS, draft, invoice, ref, said
from workflow.apply import Engine
from workflow.shipment import shipment_id

Pool = Any
Found = dict[str, list[str]]


def sent(reference: str, kg: str = "250", **changes: Any) -> Arrival:
    """A draft of 250 kg: two go together, a third brings them above 600."""
    data = draft(reference, gross_weight_kg=kg) | changes
    return said("orders/shop", "shipment.drafted.v1", f"d-{reference}", data)


def told(kind: str, reference: str, **data: Any) -> Arrival:
    """What a person says of a shipment."""
    return said("ops/ayse", f"shipment.{kind}.v1", f"{kind}-{reference}", {"shipment": ref(reference)} | data)


async def found(pool: Pool, code: str = "LIM003") -> Found:
    """Which shipments have the finding, and whom it names."""
    rows = await pool.fetch(
        "SELECT s.reference, f.params FROM finding f JOIN shipment s ON s.id = f.shipment WHERE code = $1 ORDER BY 1", code
    )
    return {row["reference"]: str(orjson.loads(row["params"]).get("others", "")).split(", ") for row in rows}


@pytest.mark.parametrize("order", list(permutations("abc")), ids="".join)
@pytest.mark.parametrize("sizes", [(3,), (1, 1, 1), (2, 1), (1, 2)], ids=str)
async def test_the_last_of_three_names_the_other_two(
    intake: Intake, connections: Pool, order: tuple[str, ...], sizes: tuple[int, ...]
) -> None:
    """In any order and any batches; it warns, so all three are validated."""
    arrivals = [sent(one) for one in order]
    for size in sizes:
        await intake.take(arrivals[:size])
        del arrivals[:size]
    assert await found(connections) == {order[-1]: sorted(order[:-1])}
    assert await connections.fetchval("SELECT count(*) FROM shipment WHERE stage = 'validated'") == 3


async def test_the_finding_is_shown_in_both_languages(intake: Intake, connections: Pool) -> None:
    """With the day, the sum, the limit and the other's reference."""
    await intake.take([sent("a", "400"), sent("b", "400")])
    shown = await queries.shipment(connections, await connections.fetchval("SELECT id FROM shipment WHERE reference = 'b'"))
    assert shown is not None
    (finding,) = shown["findings"]
    assert (finding["code"], finding["severity"], finding["path"]) == ("LIM003", "warn", "gross_weight_kg")
    assert finding["message"]["en"].startswith(
        "To the same consignee on 2026-11-20 as well: 1 more (a); together 800 kg, the limit is 600 kg."
    )
    assert finding["message"]["tr"].startswith("Aynı alıcıya 2026-11-20 günü 1 gönderi daha var (a); birlikte 800 kg")
    assert "caution" in finding["source"]


async def test_value_counts_as_weight_does_and_is_converted(intake: Intake, connections: Pool) -> None:
    """20,000 EUR and 12,000 USD at 48.6 to 55.1 lira: 30,582.42 EUR."""
    line = draft("x")["lines"][0] | {"quantity": "1"}
    await intake.take([bulletin("b")])
    await intake.take([sent("a", "1", lines=[line | {"unit_price": "20000"}])])
    await intake.take([sent("b", "1", currency="USD", lines=[line | {"unit_price": "12000"}])])
    assert await found(connections) == {"b": ["a"]}
    assert await connections.fetchval("SELECT params->>'value' FROM finding") == "30582.42"


OTHERWISE: dict[str, dict[str, Any]] = {
    "another seller": {"seller": {"tax_number": SELLERS[1], "name": "Başka Ltd.", "address": {"country": "TR"}}},
    "another day": {"planned_on": "2026-11-21"},
    "another consignee": {"consignee": {"name": "Max Mustermann", "address": {"city": "Berlin", "country": "DE"}}},
    "another country": {"consignee": {"name": "Erika Mustermann", "address": {"city": "Wien", "country": "AT"}}},
}


@pytest.mark.parametrize("changes", OTHERWISE.values(), ids=OTHERWISE)
async def test_only_one_sellers_to_one_consignee_on_one_day_go_together(
    intake: Intake, connections: Pool, changes: dict[str, Any]
) -> None:
    """Any of the three otherwise, and they have nothing to do with each other."""
    await intake.take([sent("a", "400"), sent("b", "400", **changes)])
    await intake.take([sent("c", "150", **changes)])
    assert await found(connections) == {}


@pytest.mark.parametrize("at_once", [True, False])
async def test_what_was_cancelled_does_not_count(intake: Intake, connections: Pool, at_once: bool) -> None:
    """Neither in the same batch nor later; nor does what cannot leave, being too heavy by itself."""
    first = [sent("a", "400"), told("cancel", "a", reason="x"), sent("heavy", "700")]
    if at_once:
        await intake.take([*first, sent("b", "400")])
    else:
        await intake.take(first)
        await intake.take([sent("b", "400")])
    assert await found(connections) == {}


@pytest.mark.parametrize("at_once", [True, False])
async def test_an_amendment_leaves_one_group_and_joins_another(intake: Intake, connections: Pool, at_once: bool) -> None:
    """Planned for the first one's day it goes with it; made lighter, the first counts as it is now."""
    first = [sent("a", "400"), sent("b", "400", planned_on="2026-11-23")]
    moved = [told("amend", "b", planned_on="2026-11-20"), told("amend", "a", gross_weight_kg="200"), sent("c", "10")]
    if at_once:
        await intake.take([*first, *moved])
    else:
        await intake.take(first)
        await intake.take(moved)
    assert await found(connections) == {"b": ["a"], "c": ["a", "b"]}


async def test_those_that_are_judged_again_see_their_company_too(intake: Intake, connections: Pool) -> None:
    """The first of two learns of the second when it is judged again, and of nobody once the second is cancelled."""
    await intake.take([sent("a", "400"), sent("b", "400")])
    again = {"shipments": [{"id": str(shipment_id(SELLER, one))} for one in "ab"]}
    await intake.take([said("engine/judge", "shipment.judge.v1", "j1", again)])
    assert await found(connections) == {"a": ["b"], "b": ["a"]}
    await intake.take([told("cancel", "b", reason="x")])
    await intake.take([said("engine/judge", "shipment.judge.v1", "j2", again)])
    assert await found(connections) == {"b": ["a"]}


async def test_one_that_has_left_still_counts(intake: Intake, connections: Pool) -> None:
    """Its invoice came, so it goes that day: the next one says so."""
    await intake.take([said("orders/shop", "shipment.drafted.v1", "d", draft("order-1", gross_weight_kg="400"))])
    await intake.take([said("invoicing/file", "invoice.issued.v1", "i", invoice("order-1", 1))])
    assert await connections.fetchval("SELECT stage FROM shipment") == "invoiced"
    await intake.take([sent("b", "400")])
    assert await found(connections) == {"b": ["order-1"]}


async def test_of_two_that_come_at_once_one_sees_the_other(connections: Pool) -> None:
    """Two workers take one each at the same time, many pairs in all: in every pair exactly one has the finding."""
    workers = [new_intake(connections) for _ in range(2)]
    seed = random.Random(7)
    days = [f"2026-11-{day:02}" for day in range(1, 26)]

    def batch(side: str) -> list[Arrival]:
        return [sent(f"{side}{day}", "400", planned_on=day) for day in seed.sample(days, len(days))]

    await asyncio.gather(workers[0].take(batch("x")), workers[1].take(batch("y")))
    pairs = await found(connections)
    assert len(pairs) == len(days)
    assert {next(iter(named))[1:] for named in pairs.values()} == set(days)
    assert all(reference[1:] == named[0][1:] for reference, named in pairs.items())


async def test_what_could_not_be_converted_is_looked_at_again_when_the_rate_comes(
    connections: Pool, settings: Settings
) -> None:
    """The second is validated with a warning, the day's rate is asked for, and the bulletin settles it."""
    settings.tasks = {"rates": "tcmb"}
    store = PostgresStore(connections, BOOK.version)
    intake = Intake(Engine(store, bootstrap.now, bootstrap.policy(settings)), store, bootstrap.now)
    line = draft("x")["lines"][0] | {"quantity": "1", "unit_price": "20000"}
    await intake.take([sent("a", "1", currency="USD", lines=[line])])
    await intake.take([sent("b", "1", lines=[line])])
    assert await found(connections, "FX001") == {"a": [""], "b": [""]}
    assert await connections.fetchval("SELECT stage FROM shipment WHERE reference = 'b'") == "validated"
    await intake.take([bulletin("b")])
    assert await found(connections, "FX001") == {}
    assert set(await found(connections)) == {"a", "b"}
    assert await left(connections) == []
    assert await connections.fetchval("SELECT count(*) FROM shipment WHERE stage = 'validated'") == 2
