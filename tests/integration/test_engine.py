"""The engine over real PostgreSQL."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.database import aside, etgbs, queries
from adapters.database import pool as database
from adapters.database.store import PostgresStore
from adapters.entrypoints import bootstrap
from adapters.settings import Settings
from events.intake import Intake
from events.translate import Arrival
from tests.law import BOOK
from tests.stories import SELLER, SELLERS, TRIGGERS, draft, etgb_number, invoice, known_id, ref, said, story
from workflow.apply import Engine
from workflow.refund import claim_id
from workflow.world import Outcome

Pool = Any
STORIES = [list(story(n, SELLERS[n])) for n in range(4)]


async def log(pool: Pool) -> list[tuple[Any, ...]]:
    """The transition log, by shipment."""
    found = await pool.fetch(
        """SELECT shipment::text, sequence, origin, target, "trigger", occurred_at, source, message_id
           FROM transition ORDER BY 1, 2"""
    )
    return [tuple(row) for row in found]


async def states(intake: Intake, arrivals: list[Arrival]) -> list[str]:
    """What became of each arrival, given one by one."""
    return [(await intake.take([arrival]))[0].state for arrival in arrivals]


async def one(intake: Intake, arrival: Arrival) -> Outcome:
    """What became of one arrival."""
    (outcome,) = await intake.take([arrival])
    return outcome


def new_intake(pool: Pool) -> Intake:
    """Another worker's intake on the same database."""
    store = PostgresStore(pool, BOOK.version)
    return Intake(Engine(store, bootstrap.now, bootstrap.policy(Settings())), store, bootstrap.now)


async def test_a_message_that_meets_a_migration_is_not_refused(intake: Intake, connections: Pool) -> None:
    """A column more in the tables that were read before: what was prepared for them is prepared anew."""
    assert await states(intake, STORIES[0]) == ["applied"] * 8
    for table in ("shipment", "etgb", "claim", "attention", "shipment_line", "purchase"):
        await connections.execute(f"ALTER TABLE {table} ADD COLUMN later text")
    assert await states(intake, STORIES[1]) == ["applied"] * 8


async def test_an_undisturbed_story_passes_all_seven_stages(intake: Intake, connections: Pool) -> None:
    """Eight messages, six transitions, in the database as in the outbox, with one id each."""
    assert await states(intake, STORIES[0]) == ["applied"] * 8
    found = await log(connections)
    assert tuple(row[4] for row in found) == TRIGGERS
    shipment = await queries.shipment(connections, (await connections.fetchval("SELECT id FROM shipment")))
    assert shipment is not None
    assert shipment["stage"] == "refund_filed"
    assert shipment["etgb"]["number"] == etgb_number(0)
    assert shipment["claim"]["status"] == "filed"
    assert shipment["findings"] == []
    outbox = await connections.fetch(
        "SELECT message_id, subject FROM outbox WHERE subject LIKE 'kervan.out.shipment.%' ORDER BY id"
    )
    assert [row["message_id"] for row in outbox] == [f"{known_id(0)}:{n}" for n in range(1, 7)]


async def test_a_repeated_message_changes_nothing_and_is_counted(intake: Intake, connections: Pool) -> None:
    """The same story twice leaves one log; each repeat is counted in the inbox."""
    await states(intake, STORIES[0])
    before = await log(connections)
    assert await states(intake, STORIES[0]) == ["repeated"] * 8
    assert await log(connections) == before
    assert await connections.fetchval("SELECT sum(repeats) FROM inbox") == 8


async def test_what_comes_too_early_waits_and_is_released_in_the_same_transaction(intake: Intake, connections: Pool) -> None:
    """The whole story backwards: everything waits for the draft, which then carries all of it through."""
    backwards = list(reversed(STORIES[0]))
    assert await states(intake, backwards) == ["parked"] * 7 + ["applied"]
    assert tuple(row[4] for row in await log(connections)) == TRIGGERS
    assert await connections.fetchval("SELECT count(*) FROM parked") == 0
    assert await connections.fetchval("SELECT count(*) FROM inbox WHERE state <> 'applied'") == 0


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9))
def test_two_workers_and_any_interleaving_end_in_the_true_order(urls: Any, template: str, seed: int) -> None:
    """Two workers take shuffled, repeated, randomly cut batches side by side: same log, nothing left waiting."""
    asyncio.run(_interleave(urls.database_url, template, seed))


async def _interleave(url: str, template: str, seed: int) -> None:
    from tests.integration.conftest import renamed

    chance = random.Random(seed)
    name = f"order_{seed}"
    admin = await asyncpg.connect(url)
    await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    pools = [await database.connect(renamed(url, name), size=3) for _ in range(2)]
    try:
        arrivals = [arrival for one in STORIES for arrival in one]
        arrivals += chance.choices(arrivals, k=10)
        chance.shuffle(arrivals)
        hands: list[list[Arrival]] = [[], []]
        for arrival in arrivals:
            hands[chance.randrange(2)].append(arrival)

        async def work(pool: Pool, mine: list[Arrival]) -> None:
            intake = new_intake(pool)
            while mine:
                size = chance.randint(1, 7)
                batch, mine[:] = mine[:size], mine[size:]
                await intake.take(batch)

        await asyncio.gather(*(work(pool, hand) for pool, hand in zip(pools, hands, strict=True)))
        found = await log(pools[0])
        for n in range(4):
            mine = [row for row in found if row[0] == known_id(n, SELLERS[n])]
            assert tuple(row[4] for row in mine) == TRIGGERS, (seed, n, mine)
            assert [row[1] for row in mine] == [1, 2, 3, 4, 5, 6]
            assert [row[7] for row in mine] == [f"{w}-{n}" for w in ("draft", "invoice", "scan", "etgb", "vedop", "filed")]
        left = await pools[0].fetch("SELECT source, message_id, part, waits_on, why FROM parked")
        assert not left, (seed, [tuple(row) for row in left], await pools[0].fetch("SELECT id, status FROM claim"))
        assert await pools[0].fetchval("SELECT count(*) FROM refused") == 0
    finally:
        for pool in pools:
            await pool.close()
        await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        await admin.close()


async def test_what_can_never_apply_is_refused_with_a_reason_and_raises_attention(intake: Intake, connections: Pool) -> None:
    """An invoice over another total is refused, listed, and shown to a person; the shipment stays."""
    await states(intake, STORIES[0][:1])
    wrong = said("invoicing/file", "invoice.issued.v1", "wrong", invoice("order-0", 7, total="41.00"))
    outcome = await one(intake, wrong)
    assert (outcome.state, outcome.code) == ("refused", "invoice_disagrees")
    assert "41.00" in outcome.detail
    (held,) = await aside.listed(connections, "refused", 10, None)
    assert held["code"] == "invoice_disagrees"
    (item,) = await queries.attention(connections, resolved=False, limit=10, after=None)
    assert item["reason"] == "message_refused"


async def test_a_refused_message_can_be_replayed_after_its_cause_is_mended(intake: Intake, connections: Pool) -> None:
    """After the draft is amended the same invoice applies, and the attention item goes by itself."""
    await states(intake, STORIES[0][:1])
    early = said("invoicing/file", "invoice.issued.v1", "i", invoice("order-0", 7, total="10.50"))
    assert (await one(intake, early)).state == "refused"
    line = draft("x")["lines"][0] | {"quantity": "1"}
    amend = said("ops/ayse", "shipment.amend.v1", "a", {"shipment": ref("order-0"), "lines": [line]})
    assert (await one(intake, amend)).state == "applied"
    again = Arrival(early.subject, early.body, "replay", replay=True)
    assert (await one(intake, again)).state == "applied"
    assert await connections.fetchval("SELECT count(*) FROM attention WHERE resolved_at IS NULL") == 0
    assert await connections.fetchval("SELECT stage FROM shipment") == "invoiced"


async def test_an_invoice_number_stands_on_one_shipment_only(intake: Intake, connections: Pool) -> None:
    """A second shipment of the seller with the same number is refused, also where its invoice came before its draft."""
    await intake.take(STORIES[0][:2])
    stolen = said("invoicing/file", "invoice.issued.v1", "stolen", invoice("late", 0))
    assert (await one(intake, stolen)).state == "parked"
    await one(intake, said("orders/shop", "shipment.drafted.v1", "late", draft("late")))
    assert await connections.fetchval("SELECT code FROM refused") == "invoice_number_taken"
    assert await connections.fetchval("SELECT stage FROM shipment WHERE reference = 'late'") == "validated"


async def test_a_draft_with_a_blocking_finding_stays_and_says_what_to_do(intake: Intake, connections: Pool) -> None:
    """601 kg on a day with a limit of 600: LIM001 holds it, in both languages."""
    await one(intake, said("orders/shop", "shipment.drafted.v1", "d", draft("heavy", gross_weight_kg="601")))
    shipment = await queries.shipment(connections, await connections.fetchval("SELECT id FROM shipment"))
    assert shipment is not None
    assert shipment["stage"] == "draft"
    (finding,) = shipment["findings"]
    assert (finding["code"], finding["severity"]) == ("LIM001", "block")
    assert "600" in finding["message"]["tr"]
    assert "600" in finding["message"]["en"]


async def test_a_missing_rate_holds_a_draft_until_the_bulletin_comes(intake: Intake, connections: Pool) -> None:
    """No rate is no guess: FX001 holds the draft, and the bulletin releases it by itself."""
    await one(intake, said("orders/shop", "shipment.drafted.v1", "d", draft("usd", currency="USD")))
    assert await connections.fetchval("SELECT code FROM finding") == "FX001"
    rates = [{"currency": "USD", "forex_buying": "49.0"}, {"currency": "EUR", "forex_buying": "56.0"}]
    bulletin = {"published_on": "2026-11-19", "bulletin": "2026/219", "rates": rates}
    assert (await one(intake, said("rates/tcmb", "rates.published.v1", "r", bulletin))).state == "applied"
    assert await connections.fetchval("SELECT stage FROM shipment") == "validated"
    assert await connections.fetchval("SELECT count(*) FROM finding") == 0


async def test_one_etgb_covers_many_shipments_and_only_the_line_that_is_early_waits(intake: Intake, connections: Pool) -> None:
    """Two shipments handed over, one not yet: two move at once, the third follows its own scan, then VEDOP takes all."""
    stories = [list(story(n)) for n in range(3)]
    for n, told in enumerate(stories):
        await intake.take(told[:4] if n < 2 else told[:3])
    number = etgb_number(99)
    lines = [{"shipment": ref(f"order-{n}")} for n in range(3)]
    etgb = {"number": number, "registered_on": "2026-11-21", "courier": "pts", "lines": lines}
    assert (await one(intake, said("courier/pts", "etgb.issued.v1", "consolidated", etgb))).state == "parked"
    seen = {"etgb_number": number, "seen_on": "2026-11-23", "closed_on": "2026-11-22", "evidence": {"kind": "list"}}
    await one(intake, said("tax_office/vedop", "vedop.transferred.v1", "seen", seen))
    stages = "SELECT stage, count(*) FROM shipment GROUP BY 1 ORDER BY 1"
    assert [tuple(row) for row in await connections.fetch(stages)] == [("invoiced", 1), ("vedop_transferred", 2)]
    await one(intake, stories[2][3])
    assert [tuple(row) for row in await connections.fetch(stages)] == [("vedop_transferred", 3)]
    found = await etgbs.shown(connections, number)
    assert found is not None
    assert [line["shipment"]["reference"] for line in found["lines"]] == ["order-0", "order-1", "order-2"]
    assert await connections.fetchval("SELECT count(DISTINCT claim) FROM shipment") == 1


async def test_a_cancelled_etgb_sends_its_shipments_back_and_a_new_one_takes_them(intake: Intake, connections: Pool) -> None:
    """Cancel and re-issue, with the re-issue arriving first."""
    await intake.take(STORIES[0][:5])
    again = {
        "number": etgb_number(77),
        "registered_on": "2026-11-22",
        "courier": "pts",
        "lines": [{"shipment": ref("order-0")}],
    }
    assert (await one(intake, said("courier/pts", "etgb.issued.v1", "again", again))).state == "parked"
    gone = {"number": etgb_number(0), "reason": "wrong weight", "replaced_by": etgb_number(77)}
    await one(intake, said("courier/pts", "etgb.cancelled.v1", "gone", gone))
    row = await connections.fetchrow("SELECT stage, etgb_number FROM shipment")
    assert row is not None
    assert tuple(row) == ("etgb_issued", etgb_number(77))
    assert [r[4] for r in await log(connections)][-2:] == ["cancel_etgb", "issue_etgb"]


async def test_an_etgb_that_does_not_fit_moves_the_shipment_and_raises_attention(intake: Intake, connections: Pool) -> None:
    """Registered before the invoice and off by more than the tolerance: moved, with two items."""
    await intake.take(STORIES[0][:4])
    line = {"shipment": ref("order-0"), "amount": "50.00", "currency": "EUR"}
    etgb = {"number": etgb_number(5), "registered_on": "2026-11-19", "courier": "pts", "lines": [line]}
    assert (await one(intake, said("courier/pts", "etgb.issued.v1", "odd", etgb))).state == "applied"
    assert await connections.fetchval("SELECT stage FROM shipment") == "etgb_issued"
    reasons = await connections.fetch("SELECT reason FROM attention ORDER BY 1")
    assert [row["reason"] for row in reasons] == ["etgb_amount_off", "etgb_before_invoice"]


async def test_a_claim_is_filed_for_all_its_shipments_in_one_step(intake: Intake, connections: Pool) -> None:
    """Three shipments of one seller and period move together; one that comes later opens a supplementary claim."""
    for n in range(3):
        await intake.take(list(story(n, claim=False)))
    filed = {"claim": str(claim_id(SELLER, "2026-11", 0)), "petition_number": "P", "filed_on": "2026-11-24"}
    await one(intake, said("tax_office/vedop", "claim.filed.v1", "f", filed))
    assert await connections.fetchval("SELECT count(*) FROM shipment WHERE stage = 'refund_filed'") == 3
    await intake.take(list(story(3, claim=False)))
    assert await connections.fetchval("SELECT stage FROM shipment WHERE reference = 'order-3'") == "vedop_transferred"
    assert await connections.fetchval("SELECT max(supplement) FROM claim") == 1


async def test_goods_that_come_back_after_filing_ask_for_the_claims_reversal(intake: Intake, connections: Pool) -> None:
    """A return at the very end ends the shipment and raises an item for finance."""
    await intake.take(STORIES[0])
    back = said("ops/ayse", "shipment.return_goods.v1", "b", {"shipment": ref("order-0"), "reason": "refused at the door"})
    assert (await one(intake, back)).state == "applied"
    assert await connections.fetchval("SELECT stage FROM shipment") == "returned"
    reasons = [row["reason"] for row in await connections.fetch("SELECT reason FROM attention ORDER BY reason")]
    assert reasons == ["claim_reversal_needed", "goods_not_brought_in"]


async def test_a_poisonous_message_is_isolated_and_the_others_go_through(
    intake: Intake, connections: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message that makes the database fail is found by halving, refused and kept; 30 good ones are applied."""
    from workflow import decide, facts

    real = decide.HANDLERS[facts.Drafted]

    def explode(batch: Any, part: Any, fact: Any) -> Any:
        if fact.draft.reference == "poison":
            raise ZeroDivisionError
        return real(batch, part, fact)

    monkeypatch.setitem(decide.HANDLERS, facts.Drafted, explode)
    names = [f"n{n}" for n in range(30)]
    names.insert(11, "poison")
    outcomes = await intake.take([said("orders/shop", "shipment.drafted.v1", name, draft(name)) for name in names])
    assert [o.id for o in outcomes if o.state == "refused"] == ["poison"]
    assert await connections.fetchval("SELECT count(*) FROM shipment WHERE stage = 'validated'") == 30
    (held,) = await aside.listed(connections, "refused", 10, None)
    assert (held["message_id"], held["code"]) == ("poison", "cannot_be_processed")


@asynccontextmanager
async def counted(database_url: str) -> AsyncIterator[Callable[[list[Arrival]], Awaitable[list[str]]]]:
    """Takes a batch, and gives the statements that it cost."""
    pool = await database.connect(database_url, size=1)
    intake = new_intake(pool)

    async def take(arrivals: list[Arrival]) -> list[str]:
        seen: list[str] = []
        async with pool.acquire() as connection:
            connection.add_query_logger(note := (lambda record: seen.append(record.query)))
        await intake.take(arrivals)
        async with pool.acquire() as connection:
            connection.remove_query_logger(note)
        return seen

    yield take
    await pool.close()


def drafts(prefix: str, number: int, currency: str) -> list[Arrival]:
    """So many drafts, of which nothing is held."""
    names = [f"{prefix}{n}" for n in range(number)]
    return [said("orders/shop", "shipment.drafted.v1", name, draft(name, currency=currency)) for name in names]


@pytest.mark.parametrize(("currency", "most"), [("EUR", 8), ("GBP", 9)])
async def test_the_number_of_statements_does_not_grow_with_the_batch(database_url: str, currency: str, most: int) -> None:
    """Ten drafts and two hundred cost the same number of statements: the heart is set-based."""
    async with counted(database_url) as take:
        await take(drafts("warm", 1, currency))
        await take(drafts("warmer", 1, currency))
        few, many = await take(drafts("a", 10, currency)), await take(drafts("b", 200, currency))
    assert "RESET" not in "".join(many)
    assert len(few) == len(many) <= most, many
