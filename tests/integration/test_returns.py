"""Goods that come back, on real PostgreSQL: at each stage, beside others on one ETGB, out of a late claim."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.database import queries
from events.intake import Intake
from events.translate import Arrival
from tests.integration.timers import intake_at, timer
from tests.stories import known_id, ref, said, story
from tests.unit.test_returns import BACK, CLOSED, ETGB, FILED, GONE, NEIGHBOUR, OFF, OUT, SHARED, VEDOP

Pool = Any
STAGES: list[tuple[str, tuple[Arrival, ...], list[str]]] = [
    ("handed_to_courier", OUT, ["invoice_not_cancelled"]),
    ("etgb_issued", (*OUT, ETGB), ["etgb_not_cancelled"]),
    ("etgb_issued", (*OUT, *NEIGHBOUR, SHARED), ["etgb_not_corrected"]),
    ("etgb_issued", (*OUT, ETGB, CLOSED), ["goods_not_brought_in"]),
    ("vedop_transferred", (*OUT, ETGB, CLOSED, VEDOP), ["goods_not_brought_in"]),
    ("refund_filed", (*OUT, ETGB, CLOSED, VEDOP, FILED), ["claim_reversal_needed", "goods_not_brought_in"]),
]


async def told(intake: Intake, *arrivals: Arrival) -> list[str]:
    """Tell messages one batch each; what became of them."""
    return [(await intake.take([arrival]))[0].state for arrival in arrivals]


async def open_items(pool: Pool, shipment: str = known_id(0)) -> list[str]:
    """Reasons of a shipment's open items."""
    found = await pool.fetch(
        "SELECT reason FROM attention WHERE shipment = $1::text::uuid AND resolved_at IS NULL ORDER BY reason", shipment
    )
    return [row["reason"] for row in found]


@pytest.mark.parametrize(("stage", "before", "expected"), STAGES, ids=[f"{row[0]}-{n}" for n, row in enumerate(STAGES)])
async def test_a_return_at_each_stage(
    intake: Intake, connections: Pool, stage: str, before: Sequence[Arrival], expected: list[str]
) -> None:
    """What it asks is open, the shipment is where it ends, and nothing of it falls due."""
    await intake.take(list(before))
    shown = await queries.shipment(connections, (await queries.named(connections, "order-0"))[0])
    assert shown is not None
    assert shown["stage"] == stage
    assert await told(intake, BACK) == ["applied"]
    row = await connections.fetchrow("SELECT stage, due_at, overdue FROM shipment WHERE reference = 'order-0'")
    assert tuple(row) == ("returned", None, False)
    assert await open_items(connections) == expected


async def test_an_etgb_that_is_cancelled_after_the_return_ends_what_was_asked(intake: Intake, connections: Pool) -> None:
    """Its item goes, the invoice's comes; the news stands in the timeline."""
    await told(intake, *OUT, ETGB, BACK, GONE)
    assert await open_items(connections) == ["invoice_not_cancelled"]
    assert await connections.fetchval("SELECT etgb_number FROM shipment") == ""
    entries = await queries.timeline(connections, (await queries.named(connections, "order-0"))[0])
    assert "etgb.cancelled.v1" in {entry.get("type") for entry in entries}


async def test_the_neighbour_on_the_etgb_goes_on(intake: Intake, connections: Pool) -> None:
    """The line is taken off; the ETGB is closed and seen in VEDOP for the other shipment alone."""
    await told(intake, *OUT, *NEIGHBOUR, SHARED, BACK, OFF, CLOSED, VEDOP)
    found = await connections.fetch("SELECT reference, stage, etgb_number FROM shipment ORDER BY reference")
    assert [tuple(row) for row in found] == [
        ("order-0", "returned", ""),
        ("order-1", "vedop_transferred", "26341453EX000000"),
    ]
    assert await open_items(connections) == ["invoice_not_cancelled"]
    assert await open_items(connections, known_id(1)) == []


async def test_a_late_claim_ends_being_asked_for_with_the_last_shipment_that_leaves(connections: Pool) -> None:
    """All its shipments are looked for before it is said to be empty, though the return names one."""
    late = datetime(2027, 6, 1, 9, 0, tzinfo=UTC)
    intake = intake_at(connections, datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
    for n in range(2):
        await intake.take(list(story(n, claim=False)))
    await timer(connections, late).run()
    overdue = "SELECT count(*) FROM attention WHERE reason = 'refund_overdue' AND resolved_at IS NULL"
    then = intake_at(connections, late)
    left = [await connections.fetchval(overdue)]
    for n in range(2):
        back = said("ops/ayse", "shipment.return_goods.v1", f"back-{n}", {"shipment": ref(f"order-{n}"), "reason": "iade"})
        assert await told(then, back) == ["applied"]
        left.append(await connections.fetchval(overdue))
    assert left == [1, 1, 0]
    assert await connections.fetchval("SELECT count(*) FROM shipment WHERE claim IS NOT NULL") == 0
    assert await connections.fetchval("SELECT count(*) FROM shipment_key WHERE key LIKE 'claim:%'") == 0
