"""An engine in memory on a clock that the test drives, with the attention items that are open."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from events import topology
from events.translate import Arrival, read
from tests.law import BOOK
from tests.stories import START, said
from tests.unit.memory import MemoryStore
from workflow import facts
from workflow.apply import Engine
from workflow.attention import AttentionItem, Reason
from workflow.deadlines import Allowances
from workflow.etgb import Etgb
from workflow.message import Message
from workflow.shipment import Shipment
from workflow.world import Changes, Outcome, Policy


@dataclass
class Watched:
    """Messages go in, time passes, items open and end."""

    allowances: Allowances = field(default_factory=Allowances)
    tasks: dict[str, str] = field(default_factory=dict)
    policy: Policy = field(init=False)
    now: datetime = START
    store: MemoryStore = field(default_factory=MemoryStore)
    open: dict[UUID, AttentionItem] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.policy = Policy(BOOK, allowances=self.allowances, tasks=self.tasks)

    def tell(self, *arrivals: Arrival) -> list[Outcome]:
        """Tell messages, one batch each."""
        return [self.together(arrival)[0] for arrival in arrivals]

    def together(self, *arrivals: Arrival) -> list[Outcome]:
        """Tell messages in one batch."""
        found = [read(arrival, self.now) for arrival in arrivals]
        assert all(isinstance(message, Message) for message in found), found
        messages = [message for message in found if isinstance(message, Message)]
        engine = Engine(self.store, lambda: self.now, self.policy)
        before = len(self.store.changes)
        outcomes = asyncio.run(engine.apply(messages))
        for changes in self.store.changes[before:]:
            self._note(changes)
        return outcomes

    def _note(self, changes: Changes) -> None:
        for item in list(self.open.values()):
            ended = item.shipment is not None and item.reason in changes.settled.get(item.shipment, ())
            if ended or item.id in changes.resolved:
                del self.open[item.id]
        self.open.update(changes.raised)

    def wait(self, **passed: float) -> int:
        """Let time pass, and have the timer tell what fell due; says how much that was."""
        self.now += timedelta(**passed)
        due = [s for s in self.store.world.shipments.values() if s.due_at and s.due_at <= self.now and not s.overdue]
        told = [
            self.timer("shipment.overdue.v1", f"{s.id}:{s.sequence}:{s.due_at}", shipment={"id": str(s.id)}, due_at=s.due_at)
            for s in due
        ]
        late = [e for e in self.store.world.etgbs.values() if e.due_at and e.due_at <= self.now]
        told += [self.timer("etgb.overdue.v1", f"{e.number}:{e.due_at}", number=e.number) for e in late]
        lapsing = [c for c in self.store.world.claims.values() if c.due_at and c.due_at <= self.now]
        lapsing = [c for c in lapsing if self.store.world.of(facts.by_claim(c.id))]
        told += [self.timer("claim.lapsing.v1", f"{c.id}:{c.due_at}", claim=str(c.id)) for c in lapsing]
        kept = {key: [part for part in parts if not part.told] for key, parts in self.store.world.waiting.items()}
        early = [key for key, parts in kept.items() if any(part.due_at and part.due_at <= self.now for part in parts)]
        booked = {
            facts.by_tracking(part.fact.courier, part.fact.tracking_number)
            for parts in self.store.world.waiting.values()
            for part in parts
            if isinstance(part.fact, facts.Booked)
        }
        told += [
            self.timer(
                "message.overdue.v1", f"{key}:{self.now}", waits_on=key, **({"about": "its order"} if key in booked else {})
            )
            for key in sorted(early)
        ]
        self.tell(*told)
        return len(told)

    def timer(self, kind: str, name: str, **data: object) -> Arrival:
        """What the timer says."""
        return said(topology.TIMER, kind, name, data, at=self.now)

    @property
    def reasons(self) -> set[Reason]:
        """Of the open items."""
        return {item.reason for item in self.open.values()}

    @property
    def shipment(self) -> Shipment:
        """The one shipment."""
        (found,) = self.store.world.shipments.values()
        return found

    def named(self, reference: str) -> Shipment:
        """The one with this order number."""
        (found,) = (one for one in self.store.world.shipments.values() if one.reference == reference)
        return found

    @property
    def etgb(self) -> Etgb:
        """The one ETGB."""
        (found,) = self.store.world.etgbs.values()
        return found
