"""The engine over real PostgreSQL where messages name shipments anyhow, wait, fail, come back and meet each other."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from adapters.database import aside, etgbs, queries
from adapters.database.load import Loader
from adapters.database.store import PostgresUnit
from events.intake import Intake
from events.translate import Arrival, Unreadable
from tests.integration.test_claim_books import FRIDAY
from tests.integration.test_claims import bought
from tests.integration.test_engine import log, new_intake, one, states
from tests.stories import SELLER, SELLERS, START, draft, etgb_number, invoice, ref, said, story
from workflow import decide, facts
from workflow.refund import claim_id
from workflow.world import World

Pool = Any
DRAFT, INVOICE, BOOKED, SCAN, ETGB, CLOSED, VEDOP, FILED = story(0)


def at(hours: float) -> datetime:
    """So many hours into the story."""
    return START + timedelta(hours=hours)


async def nothing_waits(pool: Pool) -> bool:
    """Whether no part is parked."""
    return bool(await pool.fetchval("SELECT count(*) = 0 FROM parked"))


async def test_a_message_refused_after_it_waited_can_be_replayed(intake: Intake, connections: Pool) -> None:
    """It was parked, released, and refused then: after the draft is mended it applies, and nothing is left open."""
    wrong = said("invoicing/file", "invoice.issued.v1", "i", invoice("order-0", 7, total="21.00"), at=at(1))
    assert await states(intake, [wrong, DRAFT]) == ["parked", "applied"]
    assert await connections.fetchval("SELECT state FROM inbox WHERE id = 'i'") == "refused"
    mended = {"shipment": ref("order-0"), "lines": draft("x")["lines"][:1]}
    await one(intake, said("ops/ayse", "shipment.amend.v1", "a", mended, at=at(2)))
    again = await one(intake, Arrival(wrong.subject, wrong.body, "replay", replay=True))
    assert again.state == "applied"
    assert await connections.fetchval("SELECT stage FROM shipment") == "invoiced"
    assert await aside.listed(connections, "refused", 10, None) == []
    assert await connections.fetchval("SELECT count(*) FROM attention WHERE resolved_at IS NULL") == 0


async def test_an_etgb_refused_in_part_can_be_replayed(intake: Intake, connections: Pool) -> None:
    """One line moved its shipment, the other was refused; a replay tries the refused one and does not repeat the first."""
    await intake.take([*story(1)][:4])
    await intake.take([DRAFT])
    await one(intake, said("ops/ayse", "shipment.cancel.v1", "c", {"shipment": ref("order-0"), "reason": "x"}))
    lines = [{"shipment": ref(f"order-{n}")} for n in (0, 1)]
    both = {"number": etgb_number(9), "registered_on": "2026-11-21", "courier": "pts", "lines": lines}
    told = said("courier/pts", "etgb.issued.v1", "both", both, at=at(4))
    assert (await one(intake, told)).state == "applied"
    again = await one(intake, Arrival(told.subject, told.body, "replay", replay=True))
    assert again.code != "duplicate"
    assert len(await aside.listed(connections, "refused", 10, None)) == 1
    assert [row[4] for row in await log(connections)].count("issue_etgb") == 1


async def test_a_filed_claim_stays_filed_whoever_comes_late(intake: Intake, connections: Pool) -> None:
    """A person's word on VEDOP waits for its ETGB and then joins a supplementary claim; the filed one keeps its petition."""
    seller = SELLERS[0]
    await intake.take(list(story(0, seller)))
    late = list(story(9, seller))
    await intake.take(late[:4])
    word = {
        "shipment": ref("order-9", seller),
        "seen_on": "2026-11-23",
        "closed_on": "2026-11-22",
        "evidence": {"kind": "note", "reference": "KDVİRA"},
    }
    assert await states(
        intake, [said("ops/ayse", "shipment.transfer_to_vedop.v1", "w", word, at=at(6)), late[4]]
    ) == ["parked", "applied"]  # fmt: skip
    claims = await connections.fetch("SELECT period, supplement, status, petition_number FROM claim ORDER BY supplement")
    assert [tuple(row) for row in claims] == [("2026-11", 0, "filed", "P-0"), ("2026-11", 1, "open", "")]


async def test_lines_that_name_an_invoice_find_it_however_late_it_is_known(intake: Intake, connections: Pool) -> None:
    """The ETGB's line names seller and invoice number; everything waits for the draft, and nothing waits after it."""
    line = {"shipment": {"seller": SELLER, "invoice_number": "ABC2026000000000"}}
    etgb = {"number": etgb_number(0), "registered_on": "2026-11-21", "courier": "pts", "lines": [line]}
    told = said("courier/pts", "etgb.issued.v1", "etgb-0", etgb, at=at(4))
    await states(intake, [told, INVOICE, BOOKED, SCAN, DRAFT])
    assert await connections.fetchval("SELECT stage FROM shipment") == "etgb_issued"
    assert await nothing_waits(connections)


@pytest.mark.parametrize("by", ["reference", "tracking number"])
async def test_any_number_of_invoices_that_waited_apply_at_once(intake: Intake, connections: Pool, by: str) -> None:
    """What wakes them is one batch; each invoice's number is guarded, and guarding many takes no more turns than one."""
    stories = [list(story(n, SELLERS[n % len(SELLERS)])) for n in range(60)]
    invoices = [told[1] for told in stories]
    if by == "tracking number":
        named = [{"shipment": {"courier": "pts", "tracking_number": f"TRK{n}"}} for n in range(60)]
        invoices = [
            said("invoicing/file", "invoice.issued.v1", f"invoice-{n}", invoice("", n) | key, at=at(1))
            for n, key in enumerate(named)
        ]
    assert set(await states(intake, [*invoices])) == {"parked"}
    turns = 0
    load = Loader.load

    async def counted(self: Loader, *given: Any) -> World:
        nonlocal turns
        turns += 1
        return await load(self, *given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Loader, "load", counted)
        await intake.take([one for told in stories for one in (told[0], told[2])])
    assert await connections.fetch("SELECT DISTINCT stage FROM shipment") == [("invoiced",)]
    assert await nothing_waits(connections)
    assert turns <= 4


async def test_an_invoice_number_is_guarded_where_the_invoice_waits_for_its_tracking_number(
    intake: Intake, connections: Pool
) -> None:
    """Released by the booking, an invoice with a number that stands on another shipment is refused all the same."""
    await intake.take(list(story(1))[:2])
    named = invoice("order-0", 1) | {"shipment": {"courier": "pts", "tracking_number": "TRK0"}}
    assert await states(intake, [DRAFT, said("invoicing/file", "invoice.issued.v1", "taken", named), BOOKED]) == [
        "applied",
        "parked",
        "applied",
    ]
    assert await connections.fetchval("SELECT code FROM refused") == "invoice_number_taken"


async def test_a_hand_over_with_a_number_alone_locks_the_right_one(intake: Intake, connections: Pool) -> None:
    """The courier is the draft's: the scan of that number is released, and no second shipment gets it."""
    told = [said("orders/shop", "shipment.drafted.v1", f"d{n}", draft(f"order-{n}", courier="pts"), at=at(0)) for n in (0, 1)]
    late = {"courier": "pts", "tracking_number": "TRK0", "status": "in_transit", "occurred_at": at(5).isoformat()}
    by_hand = [
        said("ops/ayse", "shipment.hand_over.v1", f"h{n}", {"shipment": ref(f"order-{n}"), "tracking_number": "TRK0"}, at=at(4))
        for n in (0, 1)
    ]
    scan = said("courier/pts", "courier.checkpoint.v1", "scan", late, at=at(5))
    assert await states(intake, [told[0], INVOICE, scan, by_hand[0]]) == ["applied", "applied", "parked", "applied"]
    assert await nothing_waits(connections)
    assert await connections.fetchval("SELECT delivery_status FROM shipment") == "in_transit"
    other = said("invoicing/file", "invoice.issued.v1", "i1", invoice("order-1", 1), at=at(1))
    assert await states(intake, [told[1], other, by_hand[1]]) == ["applied", "applied", "refused"]
    assert await connections.fetchval("SELECT count(*) FROM shipment_key WHERE key = 'trk:pts/TRK0'") == 1


async def test_an_amendment_that_names_the_tracking_number_waits_for_it(intake: Intake, connections: Pool) -> None:
    """The booking releases it and both apply."""
    change = {"shipment": {"courier": "pts", "tracking_number": "TRK0"}, "incoterm": "DDP"}
    amend = said("ops/ayse", "shipment.amend.v1", "a", change, at=at(2))
    assert await states(intake, [DRAFT, amend, BOOKED]) == ["applied", "parked", "applied"]
    assert orjson.loads(await connections.fetchval("SELECT terms FROM shipment_content"))["incoterm"] == "DDP"


async def test_poison_that_waited_does_not_spoil_what_wakes_it(
    intake: Intake, connections: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The draft that releases it is applied; the waiting message alone is refused, kept and raised."""

    def explode(*_: Any) -> Any:
        raise ZeroDivisionError

    await one(intake, INVOICE)
    monkeypatch.setitem(decide.HANDLERS, facts.InvoiceIssued, explode)
    assert (await one(intake, DRAFT)).state == "applied"
    assert await connections.fetchval("SELECT stage FROM shipment") == "validated"
    (held,) = await aside.listed(connections, "refused", 10, None)
    assert (held["message_id"], held["code"]) == ("invoice-0", "cannot_be_processed")
    (item,) = await queries.attention(connections, resolved=False, limit=10, after=None)
    assert (item["reason"], item["message_id"]) == ("message_refused", "invoice-0")
    monkeypatch.undo()
    again = await one(intake, Arrival(INVOICE.subject, INVOICE.body, "replay", replay=True))
    assert again.state == "applied"
    assert await connections.fetchval("SELECT count(*) FROM attention WHERE resolved_at IS NULL") == 0


async def test_what_waited_and_can_be_read_no_more_is_refused_when_its_time_comes(intake: Intake, connections: Pool) -> None:
    """A release that reads less than the one before it does not stop what wakes the old message."""
    await one(intake, INVOICE)
    await connections.execute("UPDATE inbox_body b SET body = '{}' FROM inbox i WHERE b.no = i.no AND i.id = 'invoice-0'")
    assert (await one(intake, DRAFT)).state == "applied"
    (held,) = await aside.listed(connections, "refused", 10, None)
    assert (held["message_id"], held["code"]) == ("invoice-0", "wrong_envelope")


async def test_poison_raises_attention(intake: Intake, connections: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message that cannot be worked on at all is shown to a person."""

    def explode(*_: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setitem(decide.HANDLERS, facts.Drafted, explode)
    assert (await one(intake, DRAFT)).code == "cannot_be_processed"
    (item,) = await queries.attention(connections, resolved=False, limit=10, after=None)
    assert item["message_id"] == "draft-0"


async def test_a_bulletin_and_a_draft_do_not_miss_each_other(
    intake: Intake, connections: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a bulletin is being saved a draft in its currency comes: it is judged with the rate."""
    saving, go_on = asyncio.Event(), asyncio.Event()
    real = PostgresUnit.save

    async def slow(self: PostgresUnit, messages: Any, changes: Any, now: datetime) -> None:
        if changes.rates:
            saving.set()
            await go_on.wait()
        await real(self, messages, changes, now)

    monkeypatch.setattr(PostgresUnit, "save", slow)
    rates = [{"currency": "USD", "forex_buying": "49.0"}, {"currency": "EUR", "forex_buying": "56.0"}]
    bulletin = {"published_on": "2026-11-19", "bulletin": "2026/219", "rates": rates}
    publishing = asyncio.create_task(intake.take([said("rates/tcmb", "rates.published.v1", "r", bulletin)]))
    await saving.wait()
    dollars = said("orders/shop", "shipment.drafted.v1", "d", draft("usd", currency="USD"))
    drafting = asyncio.create_task(new_intake(connections).take([dollars]))
    waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    while not await connections.fetchval(waits):
        await asyncio.sleep(0.01)
    go_on.set()
    await asyncio.gather(publishing, drafting)
    assert await connections.fetchval("SELECT stage FROM shipment") == "validated"


async def test_claims_are_locked_in_one_order(intake: Intake, connections: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two workers file one seller's claim each and add to the other's, at once: neither waits for the other in a circle."""
    for n in (0, 1):
        await intake.take([*story(n, SELLERS[n], claim=False), *list(story(10 + n, SELLERS[n]))[:6]])
    both_loading = asyncio.Barrier(2)
    real = PostgresUnit.load

    async def together(self: PostgresUnit, messages: Any, more: frozenset[str], now: datetime) -> Any:
        async with asyncio.timeout(5):
            if not more:
                await both_loading.wait()
        return await real(self, messages, more, now)

    monkeypatch.setattr(PostgresUnit, "load", together)

    def batch(mine: int, other: int) -> list[Arrival]:
        filed = {"claim": str(claim_id(SELLERS[mine], "2026-11", 0)), "petition_number": "P", "filed_on": "2026-11-24"}
        return [
            said("tax_office/vedop", "claim.filed.v1", f"f{mine}", filed),
            list(story(10 + other, SELLERS[other]))[6],
        ]

    other = new_intake(connections)
    await asyncio.gather(intake.take(batch(0, 1)), other.take(batch(1, 0)))
    assert await connections.fetchval("SELECT count(*) FROM claim WHERE supplement = 0 AND status = 'filed'") == 2
    assert await nothing_waits(connections)
    await connections.execute("SELECT pg_stat_force_next_flush()")
    assert await connections.fetchval("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()") == 0


async def test_an_etgb_that_was_answered_with_no_leaves_nothing_behind(intake: Intake, connections: Pool) -> None:
    """A person enters an ETGB for a shipment that is not handed over: refused, and the ETGB stays unknown."""
    await intake.take([DRAFT, INVOICE])
    data = {"shipment": ref("order-0"), "number": etgb_number(5), "registered_on": "2026-11-21"}
    outcome = await one(intake, said("ops/ayse", "shipment.issue_etgb.v1", "x", data, attended=True))
    assert (outcome.state, outcome.code) == ("refused", "not_now")
    assert await etgbs.shown(connections, etgb_number(5)) is None


async def test_each_step_of_a_claim_is_told(intake: Intake, connections: Pool) -> None:
    """Filed and approved in one batch are two messages, each with its own status."""
    await intake.take([FRIDAY, *story(0, claim=False), bought("A")])
    claim = str(claim_id(SELLER, "2026-11", 0))
    approved = {"claim": claim, "status": "approved", "on": "2026-11-25", "amount": "8.00"}
    await intake.take([FILED, said("tax_office/vedop", "claim.progressed.v1", "p", approved, at=at(8))])
    told = await connections.fetch("SELECT payload FROM outbox WHERE subject = 'kervan.out.claim' ORDER BY id")
    assert [orjson.loads(row["payload"])["data"]["status"] for row in told] == ["open", "filed", "approved"]


async def test_attention_carries_on_what_caused_it(intake: Intake, connections: Pool) -> None:
    """The news of an item has the correlation, cause and trace of the message that raised it."""
    wrong = orjson.loads(said("invoicing/file", "invoice.issued.v1", "i", invoice("order-0", 7, total="1.00")).body)
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    body = orjson.dumps(wrong | {"correlationid": "corr-7", "traceparent": trace})
    await intake.take([DRAFT, Arrival("kervan.in.invoicing.file", body, "t")])
    told = orjson.loads(await connections.fetchval("SELECT payload FROM outbox WHERE subject = 'kervan.out.attention'"))
    assert (told["correlationid"], told["causationid"], told["traceparent"]) == ("corr-7", "i", trace)
    assert told["data"]["shipment_id"] == str(await connections.fetchval("SELECT id FROM shipment"))


async def test_a_repeat_in_the_same_batch_is_counted(intake: Intake, connections: Pool) -> None:
    """Three times the same message at once is one message and two repeats."""
    await intake.take([DRAFT, DRAFT, DRAFT])
    assert await connections.fetchval("SELECT repeats FROM inbox") == 2


async def test_what_cannot_be_read_is_kept_whatever_it_says_of_itself(connections: Pool, intake: Intake) -> None:
    """A NUL or half a character in a name does not lose the message, nor those read with it."""
    odd = Arrival("kervan.in.courier.a\x00b", b"hi", "t1")
    outcomes = await intake.take([odd, Arrival("kervan.in.courier.\udcff", b"hi", "t2"), DRAFT])
    assert [outcome.state for outcome in outcomes] == ["refused", "refused", "applied"]
    assert await connections.fetchval("SELECT count(*) FROM refused") == 2


async def test_what_cannot_even_be_kept_as_it_is_holds_up_nobody(
    connections: Pool, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the database takes a message's own words no way, it is kept without them, and the others whole."""
    real = PostgresUnit.keep_unreadable

    async def picky(self: PostgresUnit, found: list[Unreadable], now: datetime) -> None:
        if any("odd" in unreadable.subject for unreadable in found):
            raise ValueError
        await real(self, found, now)

    monkeypatch.setattr(PostgresUnit, "keep_unreadable", picky)
    subjects = ["kervan.in.courier.a", "kervan.in.courier.odd", "kervan.in.courier.b"]
    await intake.take([Arrival(subject, b"hi", subject) for subject in subjects])
    kept = await connections.fetch("SELECT subject FROM refused ORDER BY subject")
    assert [row["subject"] for row in kept] == ["", "kervan.in.courier.a", "kervan.in.courier.b"]
