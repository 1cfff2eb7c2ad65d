"""Goods that come back, on real PostgreSQL: at each stage, beside others on one ETGB, out of a late claim."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.database import etgbs, queries, timelines
from events.intake import Intake
from events.translate import Arrival
from tests.integration.timers import intake_at, timer
from tests.stories import SELLER, etgb_number, known_id, ref, said, story
from tests.unit.test_returns import BACK, CLOSED, ETGB, FILED, GONE, NEIGHBOUR, OFF, OUT, SHARED, TOLD_AGAIN, VEDOP
from workflow.refund import claim_id

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
    entries = await timelines.of_shipment(connections, (await queries.named(connections, "order-0"))[0])
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


@pytest.mark.parametrize("before", [(), (BACK,)], ids=["corrected", "returned"])
async def test_a_line_that_was_taken_off_stays_off(intake: Intake, connections: Pool, before: tuple[Arrival, ...]) -> None:
    """The same ETGB told again changes nothing; the line shows it, and a person puts it back where the goods go on."""
    await told(intake, *OUT, *NEIGHBOUR, SHARED, *before, OFF)
    stood = await connections.fetchrow("SELECT stage, etgb_number, version FROM shipment WHERE reference = 'order-0'")
    assert await told(intake, TOLD_AGAIN) == ["repeated"]
    assert await connections.fetchrow("SELECT stage, etgb_number, version FROM shipment WHERE reference = 'order-0'") == stood
    assert stood["etgb_number"] == ""
    shown = await etgbs.shown(connections, etgb_number(0))
    assert shown is not None
    assert [line["taken_off"] for line in shown["lines"]] == [True, False]
    if not before:
        back_on = {"shipment": ref("order-0"), "number": etgb_number(0), "registered_on": "2026-11-21"}
        await told(intake, said("ops/ayse", "shipment.issue_etgb.v1", "back on", back_on))
        assert await connections.fetchval("SELECT stage FROM shipment WHERE reference = 'order-0'") == "etgb_issued"
        assert await connections.fetchval("SELECT count(*) FROM etgb_line WHERE taken_off") == 0


async def test_a_claim_is_to_be_filed_no_more_when_its_last_shipment_leaves(intake: Intake, connections: Pool) -> None:
    """The item, which is the claim's, ends with the return."""
    await told(intake, *OUT, ETGB, CLOSED, VEDOP)
    awaited = {"claim": str(claim_id(SELLER, "2026-11", 0))}
    await told(intake, said("tax_office/manual", "claim.filing_awaited.v1", "awaited", awaited))
    open_ = "SELECT count(*) FROM attention WHERE reason = 'claim_to_file' AND resolved_at IS NULL"
    assert await connections.fetchval(open_) == 1
    await told(intake, BACK)
    assert await connections.fetchval(open_) == 0
