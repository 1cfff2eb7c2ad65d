"""All sandboxes and the engine together, in memory and on a driven clock."""

import asyncio
import heapq
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.couriers.sandbox import SandboxCourier
from adapters.invoicing.sandbox import SandboxIntegrator
from adapters.sandbox import Manners
from adapters.tax_office.sandbox import SandboxTaxOffice
from events.outgoing import outgoing
from events.tasks import Handler, Reply
from events.translate import Arrival, read
from tests.law import BOOK
from tests.stories import START, TRIGGERS, draft, said
from tests.unit.memory import MemoryStore
from tests.unit.sandbox.asked import task
from workflow.apply import Engine
from workflow.message import Message
from workflow.stages import Stage
from workflow.world import Policy

SHIPMENTS = 8


@dataclass(slots=True)
class Bus:
    """A broker on a driven clock: messages come in the order of their due time, tasks are done at once."""

    manners: Manners
    store: MemoryStore = field(default_factory=MemoryStore)
    repeated: int = 0

    async def run(self) -> None:
        """Draft, carry until nothing moves, file what is open, carry on."""
        handlers: dict[str, Handler] = {
            "invoicing": SandboxIntegrator(self.manners),
            "courier": SandboxCourier(self.manners, consolidate=3, gather_s=0),
            "tax_office": SandboxTaxOffice(self.manners),
        }
        engine = Engine(self.store, lambda: START, Policy(BOOK, tasks=dict.fromkeys(handlers, "sandbox")))
        drafts = [said("orders/shop", "shipment.drafted.v1", f"d{n}", draft(f"order-{n}")) for n in range(SHIPMENTS)]
        await self._carry(engine, handlers, [Reply(one.subject, one.token, one.body) for one in drafts])
        claims = [task("claim_filing.requested.v1", f"file:{claim}", claim=str(claim)) for claim in self.store.world.claims]
        await self._carry(engine, handlers, [reply for one in claims for reply in await handlers["tax_office"](one)])

    async def _carry(self, engine: Engine, handlers: dict[str, Handler], first: list[Reply]) -> None:
        order = count()
        due = [(one.delay, next(order), one) for one in first]
        heapq.heapify(due)
        while due:
            at, _, one = heapq.heappop(due)
            message = read(Arrival(one.subject, one.body, one.message_id), START + timedelta(days=1))
            assert isinstance(message, Message), message
            (outcome,) = await engine.apply([message])
            assert outcome.state != "refused", outcome
            self.repeated += outcome.state == "repeated"
            for reply in await self._work(handlers):
                heapq.heappush(due, (at + reply.delay, next(order), reply))

    async def _work(self, handlers: dict[str, Handler]) -> list[Reply]:
        """Do the tasks of the last batch, all at once."""
        told = [one for changes in self.store.changes for one in outgoing(changes, START)]
        self.store.changes.clear()
        tasks = [one for one in told if one.subject.startswith("kervan.task.")]
        answers = await asyncio.gather(*(handlers[one.subject.split(".")[2]](orjson.loads(one.payload)) for one in tasks))
        return [reply for answer in answers for reply in answer]


def journey(manners: Manners) -> Bus:
    """What a day with these manners leaves."""
    bus = Bus(manners)
    asyncio.run(bus.run())
    return bus


def test_with_good_manners_every_shipment_gets_its_refund_filed() -> None:
    """Eight drafts pass all stages in their order, and nothing came twice."""
    bus = journey(Manners())
    for shipment in bus.store.world.shipments.values():
        assert shipment.stage is Stage.REFUND_FILED
        assert tuple(one.trigger for one in bus.store.log if one.shipment == shipment.id) == TRIGGERS
    assert len(bus.store.world.shipments) == SHIPMENTS
    assert bus.repeated == 0


@settings(max_examples=30)
@given(st.integers(), st.floats(0, 1), st.floats(0, 1))
def test_with_bad_manners_too(seed: int, twice: float, late: float) -> None:
    """However many messages come twice or late, each shipment makes the same six moves and nothing is left waiting."""
    bus = journey(Manners(seed=seed, duplicate_share=twice, disorder_share=late))
    for shipment in bus.store.world.shipments.values():
        assert tuple(one.trigger for one in bus.store.log if one.shipment == shipment.id) == TRIGGERS
    assert len(bus.store.log) == SHIPMENTS * len(TRIGGERS)
    assert not any(bus.store.world.waiting.values())


def test_bad_manners_are_noticed() -> None:
    """Repeats are absorbed, so there are some: the demo's faults are real."""
    assert journey(Manners(seed=1, duplicate_share=0.5, disorder_share=0.5)).repeated > 0
