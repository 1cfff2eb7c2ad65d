"""What every interface to the tax office keeps to, whoever sits behind it; each one's tests inherit this."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from events import topology
from events.tasks import Handler, RejectedError
from events.translate import Arrival, read
from workflow import facts
from workflow.message import Message
from workflow.refund import claim_id

AT = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
DAY = date(2026, 12, 1)
CLAIM = claim_id("1234567890", "2026-11", 0)
OTHER = claim_id("1234567890", "2026-10", 0)


def filing(claim: UUID = CLAIM, **data: Any) -> dict[str, Any]:
    """The task to have a claim filed."""
    told = {"claim": str(claim), "seller": "1234567890", "period": "2026-11", **data}
    return {"id": f"file:{claim}", "type": "claim_filing.requested.v1", "time": AT.isoformat(), "data": told}


def vedop_check(number: str = "26341453EX000001") -> dict[str, Any]:
    """The task to tell when an ETGB is seen in VEDOP."""
    data = {"etgb_number": number, "shipment": {"id": str(UUID(int=1))}}
    return {"id": f"vedop:{number}", "type": "vedop_check.requested.v1", "time": AT.isoformat(), "data": data}


class World(ABC):
    """An interface, and whoever is behind it, as a test may arrange it."""

    handler: Handler
    code: str

    @abstractmethod
    async def heard(self) -> list[Arrival]:
        """What has come in from the other side apart from the answers to tasks; each only once."""

    async def told(self, task: dict[str, Any]) -> list[Message]:
        """Everything that the office has to say once it was given a task, as the engine reads it."""
        replies = await self.handler(task)
        arrivals = [Arrival(one.subject, one.body, one.message_id) for one in replies]
        return [self._read(one) for one in [*arrivals, *await self.heard()]]

    def _read(self, arrival: Arrival) -> Message:
        message = read(arrival, AT)
        assert isinstance(message, Message), message
        assert message.source == f"tax_office/{self.code}"
        assert arrival.subject == topology.subject_of(message.source)
        return message


class Suite(ABC):
    """The contract; a subclass gives the fixture ``world``."""

    @pytest.fixture
    @abstractmethod
    def world(self) -> AsyncIterator[World]:
        """The interface."""
        raise NotImplementedError

    async def test_the_same_task_again_is_answered_with_the_same_messages(self, world: World) -> None:
        """So that nothing is filed twice, and Kervan knows what it has heard."""
        first = await world.handler(filing())
        assert await world.handler(filing()) == first
        assert await world.handler(vedop_check()) == await world.handler(vedop_check())

    async def test_everything_is_said_in_the_offices_own_name_and_form(self, world: World) -> None:
        """Each message is the contract's, on its own subject."""
        await world.told(filing())
        await world.told(vedop_check())

    async def test_claims_do_not_answer_for_each_other(self, world: World) -> None:
        """What is said after a task is about its claim."""
        about = {getattr(one.fact, "claim", None) for one in await world.told(filing(OTHER))}
        assert about <= {OTHER}

    async def test_a_task_without_a_claim_is_refused_for_good(self, world: World) -> None:
        """A person is told instead of trying it again."""
        for data in ({}, {"claim": "no id"}, {"claim": None}):
            with pytest.raises(RejectedError, match="names no claim"):
                await world.handler({**filing(), "data": data})

    async def test_a_task_that_is_not_its_own_is_not_answered(self, world: World) -> None:
        """Nothing is done by guess."""
        assert not await world.handler({**filing(), "type": "coffee.requested.v1"})


class TellingWorld(World):
    """An interface by which the office itself answers."""

    @abstractmethod
    async def files(self, claim: UUID, petition: str) -> str:
        """Have the claim filed when it is asked for next; gives the petition number, which may not be the one wished for."""

    @abstractmethod
    async def pays(self, claim: UUID, amount: Decimal) -> None:
        """Have it reviewed, approved and paid."""

    @abstractmethod
    async def rejects(self, claim: UUID) -> None:
        """Have it rejected."""

    @abstractmethod
    async def shows(self, number: str) -> None:
        """Have an ETGB seen in VEDOP."""


class TellingSuite(Suite):
    """The contract of an office that answers by itself; a subclass gives the fixture ``office``."""

    @pytest.fixture
    @abstractmethod
    def office(self) -> AsyncIterator[TellingWorld]:
        """The interface."""
        raise NotImplementedError

    @pytest.fixture
    def world(self, office: TellingWorld) -> World:
        """The same."""
        return office

    async def test_a_claim_is_filed_under_a_petition_number(self, office: TellingWorld) -> None:
        """Which is the first that is said of it."""
        petition = await office.files(CLAIM, "2026/4711")
        told = [one.fact for one in await office.told(filing())]
        assert told[0] == facts.ClaimFiled(CLAIM, petition, DAY)

    async def test_a_payment_comes_with_its_amount(self, office: TellingWorld) -> None:
        """After review and approval."""
        await office.files(CLAIM, "2026/4711")
        await office.pays(CLAIM, Decimal("48123.45"))
        told = [one.fact for one in await office.told(filing(amount="48123.45"))]
        progress = [one for one in told if isinstance(one, facts.ClaimProgressed)]
        assert [one.status for one in progress] == ["under_review", "approved", "paid"]
        assert [one.amount for one in progress] == [None, Decimal("48123.45"), Decimal("48123.45")]

    async def test_a_rejection_says_why_and_another_petition_may_follow(self, office: TellingWorld) -> None:
        """Under another number, with messages of its own."""
        petition = await office.files(CLAIM, "2026/4711")
        await office.rejects(CLAIM)
        first = await office.told(filing())
        last = first[-1].fact
        assert isinstance(last, facts.ClaimProgressed)
        assert (last.status, bool(last.note)) == ("rejected", True)
        again = await office.files(CLAIM, "2026/4712")
        second = await office.told(filing(petition_number=petition))
        filed = next(one.fact for one in second if isinstance(one.fact, facts.ClaimFiled))
        assert filed.petition_number != petition
        assert again == "2026/4712" or filed.petition_number == f"{petition}-2"
        assert not {one.identity for one in first} & {one.identity for one in second}

    async def test_an_etgb_in_vedop_is_told_with_evidence(self, office: TellingWorld) -> None:
        """Its number, the day, and how it is known."""
        await office.shows("26341453EX000001")
        (fact,) = (one.fact for one in await office.told(vedop_check()))
        assert isinstance(fact, facts.VedopTransferred)
        assert (fact.number, fact.seen_on, bool(fact.evidence_kind)) == ("26341453EX000001", DAY, True)
