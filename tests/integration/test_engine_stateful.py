"""Two workers on one database take the same messages in any order, any grouping, any number of times: a state machine."""

import asyncio
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from adapters.database import pool as database
from adapters.entrypoints.embedded import Urls
from events.translate import Arrival
from tests.integration.conftest import renamed
from tests.integration.test_engine import new_intake
from tests.stories import SELLERS, START, draft, etgb_number, invoice, ref, said, story
from workflow.refund import claim_id

A, B, C, D = SELLERS[:4]


def at(hours: float) -> datetime:
    """So many hours into the story."""
    return START + timedelta(hours=hours)


def scan(name: str, hours: float, number: str, status: str) -> Arrival:
    """A scan of the parcel."""
    data = {"courier": "pts", "tracking_number": number, "status": status, "occurred_at": at(hours).isoformat()}
    return said("courier/pts", "courier.checkpoint.v1", name, data, at=at(hours))


def told() -> list[Arrival]:
    """Five journeys in their true order: each way to name a shipment, a shared ETGB, a new booking, a new ETGB.

    What a person's command meets depends on when it comes, so none of these is a command that another order would turn down.
    """
    plain = list(story(0, A))
    # one declaration for two shipments of one seller, named by tracking number and by invoice number; one claim for both
    shared = [arrival for n in (1, 2) for arrival in list(story(n, B))[:4]]
    lines = [
        {"shipment": {"courier": "pts", "tracking_number": "TRK1"}},
        {"shipment": {"seller": B, "invoice_number": "ABC2026000000002"}, "amount": "42.00", "currency": "EUR"},
    ]
    both = {"number": etgb_number(1), "registered_on": "2026-11-21", "courier": "pts", "lines": lines}
    seen = {"etgb_number": etgb_number(1), "seen_on": "2026-11-23", "closed_on": "2026-11-22", "evidence": {"kind": "list"}}
    shared += [
        said("courier/pts", "etgb.issued.v1", "both", both, at=at(4)),
        said("tax_office/vedop", "vedop.transferred.v1", "both-seen", seen, at=at(6)),
        scan("out-1", 7, "TRK1", "out_for_delivery"),
        scan("there-1", 8, "TRK1", "delivered"),
    ]
    # booked twice: the second number counts; its invoice and ETGB name the shipment by it
    named = {"courier": "pts", "tracking_number": "TRK30"}
    again = [
        said("orders/shop", "shipment.drafted.v1", "draft-3", draft("order-3", C), at=at(0)),
        said("courier/pts", "courier.booked.v1", "booked-3", {"shipment": ref("order-3", C), "courier": "pts",
             "tracking_number": "TRK3"}, at=at(0.2)),
        said("courier/pts", "courier.booked.v1", "booked-30", {"shipment": ref("order-3", C), "courier": "pts",
             "tracking_number": "TRK30"}, at=at(0.4)),
        said("invoicing/file", "invoice.issued.v1", "invoice-3", invoice("order-3", 3, C) | {"shipment": named}, at=at(1)),
        scan("scan-3", 3, "TRK30", "picked_up"),
        said("courier/pts", "etgb.issued.v1", "etgb-3", {"number": etgb_number(3), "registered_on": "2026-11-21",
             "courier": "pts", "lines": [{"shipment": named}]}, at=at(4)),
        said("customs/feed", "etgb.closed.v1", "closed-3", {"number": etgb_number(3), "closed_on": "2026-11-22"}, at=at(5)),
        said("tax_office/vedop", "vedop.transferred.v1", "vedop-3", {"etgb_number": etgb_number(3), "seen_on": "2026-11-23",
             "evidence": {"kind": "list"}}, at=at(6)),
        said("tax_office/vedop", "claim.filed.v1", "filed-3", {"claim": str(claim_id(C, "2026-11", 0)),
             "petition_number": "P-3", "filed_on": "2026-11-24"}, at=at(7)),
        said("ops/ayse", "shipment.file_refund.v1", "file-3", {"shipment": ref("order-3", C)}, at=at(8)),
    ]  # fmt: skip
    # declared, the declaration cancelled, declared again
    reissued = [*list(story(4, D))[:5]]
    gone = {"number": etgb_number(4), "reason": "wrong weight", "replaced_by": etgb_number(40)}
    anew = {
        "number": etgb_number(40),
        "registered_on": "2026-11-22",
        "courier": "pts",
        "lines": [{"shipment": ref("order-4", D)}],
    }
    reissued += [
        said("courier/pts", "etgb.cancelled.v1", "gone-4", gone, at=at(5)),
        said("courier/pts", "etgb.issued.v1", "anew-4", anew, at=at(6)),
    ]
    return [*plain, *shared, *again, *reissued]


TOLD = told()


@dataclass(frozen=True)
class Books:
    """What is left when all is told: shipments, logs, and whatever is not settled."""

    shipments: list[tuple[Any, ...]]
    logs: list[tuple[Any, ...]]
    open: list[tuple[Any, ...]]


async def books(pool: Any) -> Books:
    """Read them.

    Logs are compared but for two things that must depend on what came first: which of several scans showed that the parcel
    was handed over, and whether a declaration that was cancelled in the end had been on its shipment before (order 4).
    """
    shipments = await pool.fetch(
        """SELECT s.reference, s.stage, s.courier, s.tracking_number, s.delivery_status, s.invoice_number, s.etgb_number,
                  k.period, k.supplement, k.status FROM shipment s LEFT JOIN claim k ON k.id = s.claim ORDER BY 1"""
    )
    logs = await pool.fetch(
        """SELECT s.reference, t.sequence, t.origin, t.target, t.trigger,
                  CASE WHEN t.trigger <> 'hand_over' THEN t.message_id END FROM transition t
           JOIN shipment s ON s.id = t.shipment WHERE s.reference <> 'order-4' ORDER BY 1, 2"""
    )
    left = await pool.fetch(
        """SELECT 'parked', message_id, waits_on FROM parked
           UNION ALL SELECT 'refused', message_id, code FROM refused
           UNION ALL SELECT 'attention', reason, detail FROM attention
           UNION ALL SELECT 'gap', shipment::text, '' FROM transition GROUP BY shipment HAVING count(*) <> max(sequence)
           UNION ALL SELECT 'inbox', id, state FROM inbox WHERE state NOT IN ('applied', 'repeated')"""
    )
    return Books(*([tuple(row) for row in rows] for rows in (shipments, logs, left)))


class Server:
    """Where the databases are made."""

    def __init__(self, urls: Urls, template: str) -> None:
        self.urls, self.template = urls, template
        self.truth: Books | None = None


class TwoWorkers(RuleBasedStateMachine):
    """Whatever is done, the books are those of the true order in the end."""

    server: Server

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.name = f"stateful_{uuid4().hex[:12]}"
        self.waiting: list[Arrival] = []
        self.given: list[Arrival] = []
        self.runner.run(self._open())

    async def _open(self) -> None:
        admin = await asyncpg.connect(self.server.urls.database_url)
        await admin.execute(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.server.template}"')
        await admin.close()
        url = renamed(self.server.urls.database_url, self.name)
        self.pools = [await database.connect(url, size=3) for _ in range(2)]
        self.workers = [new_intake(pool) for pool in self.pools]

    def _next(self, count: int) -> list[Arrival]:
        batch, self.waiting = self.waiting[:count], self.waiting[count:]
        self.given += batch
        return batch

    @initialize(seed=st.integers(0, 2**32))
    def shuffle(self, seed: int) -> None:
        """The order in which the messages come."""
        self.waiting = random.Random(seed).sample(TOLD, len(TOLD))

    @rule(worker=st.integers(0, 1), count=st.integers(1, 9))
    def one_takes(self, worker: int, count: int) -> None:
        """A worker takes some of what has come."""
        self.runner.run(self._take([(worker, self._next(count))]))

    @rule(first=st.integers(1, 9), second=st.integers(1, 9))
    def both_take(self, first: int, second: int) -> None:
        """Both take their own at once."""
        self.runner.run(self._take([(0, self._next(first)), (1, self._next(second))]))

    @rule(count=st.integers(1, 9), back=st.randoms(use_true_random=False))
    def both_take_the_same(self, count: int, back: random.Random) -> None:
        """The broker gives the same messages to both, in different orders."""
        batch = self._next(count)
        self.runner.run(self._take([(0, batch), (1, back.sample(batch, len(batch)))]))

    @rule(count=st.integers(1, 6), back=st.randoms(use_true_random=False))
    def come_again(self, count: int, back: random.Random) -> None:
        """Messages that were taken before come again, to either."""
        again = back.choices(self.given, k=count) if self.given else []
        self.runner.run(self._take([(back.randrange(2), again)]))

    async def _take(self, hands: list[tuple[int, list[Arrival]]]) -> None:
        await asyncio.gather(*(self.workers[worker].take(batch) for worker, batch in hands if batch))

    def teardown(self) -> None:
        """Tell the rest, and compare."""
        try:
            self.runner.run(self._finish())
        finally:
            self.runner.close()

    async def _finish(self) -> None:
        try:
            while self.waiting:
                await self._take([(len(self.waiting) % 2, self._next(5))])
            found = await books(self.pools[0])
        finally:
            for pool in self.pools:
                await pool.close()
            admin = await asyncpg.connect(self.server.urls.database_url)
            await admin.execute(f'DROP DATABASE "{self.name}" WITH (FORCE)')
            await admin.close()
        truth = self.server.truth
        assert truth is None or found == truth


@pytest.fixture
async def truth(connections: Any) -> Books:
    """The books of the true order, one message at a time."""
    intake = new_intake(connections)
    for arrival in TOLD:
        await intake.take([arrival])
    return await books(connections)


def test_the_true_order_settles_everything(truth: Books) -> None:
    """Told in order, nothing is left open, and each journey ends where its story does."""
    assert truth.open == []
    assert {row[0]: row[1] for row in truth.shipments} == {
        "order-0": "refund_filed",
        "order-1": "vedop_transferred",
        "order-2": "vedop_transferred",
        "order-3": "refund_filed",
        "order-4": "etgb_issued",
    }
    assert next(row for row in truth.shipments if row[0] == "order-4")[6] == etgb_number(40)
    assert len({row[7:9] for row in truth.shipments if row[0] in {"order-1", "order-2"}}) == 1


def test_any_order_repetition_and_interleaving_of_two_workers_ends_alike(urls: Urls, template: str, truth: Books) -> None:
    """Whatever the two do, stages, numbers and logs are those of the true order, and nothing is left open."""
    TwoWorkers.server = Server(urls, template)
    TwoWorkers.server.truth = truth
    run_state_machine_as_test(
        TwoWorkers,
        settings=settings(
            max_examples=25, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck), database=None
        ),
    )
