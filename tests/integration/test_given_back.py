"""What of a claim was given back is a fact of each piece: noted by the step that settles it, whatever a batch brings together.

By hand: 100.00 TL are asked for one shipment of four pieces, so 25.00 for each. Between pieces and reversals no clock is asked.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from alembic import command
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from adapters.database import items, migrate
from adapters.database.pool import alchemy_url
from events.intake import Intake
from events.translate import Arrival
from tests.integration.http_app import Web
from tests.integration.test_claim_books import CLAIM, FRIDAY, gathered, told
from tests.integration.test_claims import bought
from tests.integration.test_part_back import MINE, PAPERS, back, filed, lines_of, told_of
from tests.stories import known_id, ref, said

Pool = Any
NOW = datetime(2026, 12, 5, 9, tzinfo=UTC)


def given(name: str, amount: str = "25.00", **more: Any) -> Arrival:
    """So much was given back for the shipment."""
    whose = MINE | {"status": "reversed", "on": "2026-11-26", "amount": amount, "note": "iade", **more}
    return told_of("claim.progressed.v1", name, **whose)


async def asked(pool: Pool) -> list[tuple[str, str, str, list[bool]]]:
    """What is proposed to be given back, of what came back and was given back before, and which pieces are settled."""
    found = (await lines_of(pool)).reversals.values()
    return [
        (str(one.vat_try), str(one.before_try), str(one.value), [piece.given_back for piece in one.pieces]) for one in found
    ]


SECOND = [("25.00", "25.00", "21.00", [True, False])]
"""Of two pieces the first is settled, and the second is asked for."""


@pytest.mark.parametrize("cut", range(4), ids=["together", "1+2", "2+1", "one by one"])
async def test_in_whatever_batches_a_piece_is_settled_by_the_reversal_after_it(
    intake: Intake, connections: Pool, cut: int
) -> None:
    """A piece, its reversal and another piece: told in one batch, in two, or one by one."""
    await intake.take([FRIDAY, *gathered(1), *PAPERS, filed("P-1")])
    news = [back("one"), given("given"), back("two")]
    for batch in {0: [news], 1: [news[:1], news[1:]], 2: [news[:2], news[2:]], 3: [[one] for one in news]}[cut]:
        await intake.take(batch)
    assert await asked(connections) == SECOND


async def test_a_reversal_in_the_batch_of_its_filing_settles_the_shipment_that_it_names(
    intake: Intake, connections: Pool
) -> None:
    """What the filing comes to is not known until the batch is saved; the other shipment's piece stays asked for."""
    papers = [bought("A", vat="200.00"), told(carried="50000.00")]
    await intake.take([FRIDAY, *gathered(2), *papers])
    other = said("ops/ayse", "shipment.return_goods.v1", "other", {
        "shipment": ref("order-1"), "reason": "kırık", "lines": [{"line": 1, "quantity": "1"}]})  # fmt: skip
    await intake.take([filed("P-1"), back("one"), other, given("given")])
    assert await asked(connections) == [("25.00", "0.00", "10.50", [False])]
    assert [str(one) for one in (await lines_of(connections)).reversals] == [known_id(1)]


async def test_what_a_batch_settles_of_before_it_and_of_its_own_is_settled(intake: Intake, connections: Pool) -> None:
    """The first piece is known long since; its reversal, a second piece, that one's reversal and a third piece come at once."""
    await intake.take([FRIDAY, *gathered(1), *PAPERS, filed("P-1"), back("one")])
    third = said("ops/ayse", "shipment.return_goods.v1", "three", MINE | {
        "reason": "kırık", "lines": [{"line": 2, "quantity": "1"}]})  # fmt: skip
    await intake.take([given("first"), back("two"), given("second"), third])
    assert await asked(connections) == [("25.00", "50.00", "31.50", [True, True, False])]
    await intake.take([given("third")])
    assert await asked(connections) == []


async def test_a_person_who_settles_the_item_settles_its_pieces(intake: Intake, connections: Pool) -> None:
    """The claim was corrected in another way: with the next piece only that one's part is asked for."""
    await intake.take([FRIDAY, *gathered(1), *PAPERS, filed("P-1"), back("one")])
    (item,) = await connections.fetch("SELECT id FROM attention WHERE reason = 'claim_reversal_needed'")
    await items.resolve(connections, UUID(int=item["id"].int), "ayse", "corrected on paper", NOW)
    assert await asked(connections) == []
    await intake.take([back("two")])
    assert await asked(connections) == SECOND


async def test_the_api_names_the_claim_of_an_item_and_the_items_of_a_claim(web: Web) -> None:
    """Of goods that came back in part and as a whole; found by their shipments, and by no other of the claim."""
    await web.intake.take([FRIDAY, *gathered(3), bought("A", vat="300.00"), told(carried="50000.00"), filed("P-1")])
    whole = said("ops/ayse", "shipment.return_goods.v1", "all", {"shipment": ref("order-1"), "reason": "istenmedi"})
    await web.intake.take([back("one"), whole])
    asks = {"reason": "claim_reversal_needed"}
    async with web.as_("viewer") as client:
        found = (await client.get("/api/attention", params=asks)).json()["items"]
        claim = (await client.get(f"/api/claims/{CLAIM}")).json()
        of_stage = [
            (await client.get("/api/attention", params={**asks, "stage": stage})).json()["items"]
            for stage in ("refund_filed", "returned")
        ]
    assert {(one["claim"], one["shipment_id"]) for one in found} == {(str(CLAIM), known_id(0)), (str(CLAIM), known_id(1))}
    assert {one["id"] for one in claim["attention"]} == {one["id"] for one in found}
    assert [[one["shipment_id"] for one in items_] for items_ in of_stage] == [[known_id(0)], [known_id(1)]]


async def test_what_the_previous_release_settled_on_the_new_schema_is_settled_in_the_end(
    database_url: str, intake: Intake, connections: Pool
) -> None:
    """It ends the item and notes nothing at the piece; what comes back later is asked for by itself once all is migrated."""
    await intake.take([FRIDAY, *gathered(1), *PAPERS, filed("P-1"), back("one"), given("given")])
    await intake.take([back("two")])
    await connections.execute("UPDATE piece_back SET given_back = false")
    await connections.execute("UPDATE attention SET claim = NULL")
    await went(database_url, "0061")
    await connections.expire_connections()
    await migrate.upgrade_async(database_url)
    await connections.expire_connections()
    assert await asked(connections) == SECOND
    assert await connections.fetchval("SELECT claim FROM attention WHERE reason = 'claim_reversal_needed'") == CLAIM


async def went(database_url: str, revision: str) -> None:
    """Go back to the schema of a revision."""

    def down(sync: Connection) -> None:
        config = migrate._config()
        config.attributes["connection"] = sync
        command.downgrade(config, revision)
        sync.commit()

    engine = create_async_engine(alchemy_url(database_url))
    async with engine.connect() as connection:
        await connection.run_sync(down)
    await engine.dispose()


async def test_a_schema_of_before_learns_what_was_given_back_and_what_stands(
    database_url: str, intake: Intake, connections: Pool
) -> None:
    """Two pieces, the first given back before the second came; the claim was approved before, and its item had no claim."""
    await intake.take([FRIDAY, *gathered(1), *PAPERS, filed("P-1")])
    approved = told_of("claim.progressed.v1", "ok", status="approved", on="2026-11-25", amount="100.00")
    await intake.take([approved])
    await intake.take([back("one")])
    await intake.take([given("given")])
    await intake.take([back("two")])
    stood = await connections.fetchrow("SELECT status, rest FROM claim")
    assert tuple(stood) == ("reversed", "approved")
    await connections.expire_connections()
    await went(database_url, "0057")
    await connections.expire_connections()
    assert await connections.fetchval("SELECT claim FROM attention WHERE reason = 'claim_reversal_needed'") is None
    await migrate.upgrade_async(database_url)
    await connections.expire_connections()
    assert await asked(connections) == SECOND
    assert tuple(await connections.fetchrow("SELECT status, rest FROM claim")) == tuple(stood)
    assert await connections.fetchval("SELECT claim FROM attention WHERE reason = 'claim_reversal_needed'") == CLAIM
