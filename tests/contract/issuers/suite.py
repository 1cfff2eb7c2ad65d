"""What every issuer keeps to, whatever it speaks underneath; each issuer's tests inherit this."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator

import pytest

from adapters.invoicing import essence
from adapters.invoicing.careful import CarefulIssuer, Retries
from adapters.invoicing.ports import Absent, Handover, Integrator, Issued, Pending, Rejected, Withdrawn
from tests.invoices import document

AT_ONCE = Retries(attempts=3, within_s=20, first_s=0.0, longest_s=0.0)


class World(ABC):
    """The counterpart's side of an issuer, as a test may arrange it."""

    integrator: Integrator

    @abstractmethod
    async def settle(self, handed: Handover) -> None:
        """Have what was taken issued."""

    @abstractmethod
    async def refuse(self, handed: Handover) -> None:
        """Have the document refused, at once or when it is looked at."""

    @abstractmethod
    async def cancel(self, handed: Handover) -> None:
        """Have an issued invoice cancelled on the counterpart's side."""

    @abstractmethod
    async def forge(self, handed: Handover, xml: bytes) -> None:
        """Let another document come back as the signed one."""

    @abstractmethod
    async def times(self, handed: Handover) -> int:
        """How often the document was issued or waits to be."""


class Suite(ABC):
    """The contract; a subclass gives the fixture ``world``."""

    @pytest.fixture
    @abstractmethod
    def world(self) -> AsyncIterator[World]:
        """The issuer and its counterpart."""
        raise NotImplementedError

    @pytest.fixture
    def issuer(self, world: World) -> CarefulIssuer:
        """The issuer, as the desk uses it."""
        return CarefulIssuer(world.integrator, AT_ONCE)

    async def test_an_unknown_document_is_absent(self, issuer: CarefulIssuer) -> None:
        """Asked about what it never got, it says so."""
        assert await issuer.look_up(document(1)) == Absent()

    async def test_a_document_is_pending_until_it_settles_and_comes_back_signed(
        self, world: World, issuer: CarefulIssuer
    ) -> None:
        """Taken is not issued; what comes back says the same and is not the same bytes."""
        handed = document(1)
        assert isinstance(await issuer.issue(handed), Pending)
        assert isinstance(await issuer.look_up(handed), Pending)
        await world.settle(handed)
        found = await issuer.issue(handed)
        assert isinstance(found, Issued)
        assert essence.read(found.signed) == essence.read(handed.xml)
        assert await issuer.look_up(handed) == found

    async def test_asked_again_it_issues_nothing_more(self, world: World, issuer: CarefulIssuer) -> None:
        """Before it settles and after."""
        handed = document(1)
        for _ in range(3):
            await issuer.issue(handed)
        await world.settle(handed)
        for _ in range(3):
            assert isinstance(await issuer.issue(handed), Issued)
        assert await world.times(handed) == 1

    async def test_documents_do_not_answer_for_each_other(self, world: World, issuer: CarefulIssuer) -> None:
        """One settles, the other still waits."""
        one, other = document(1), document(2)
        await asyncio.gather(issuer.issue(one), issuer.issue(other))
        await world.settle(one)
        assert isinstance(await issuer.issue(one), Issued)
        assert isinstance(await issuer.issue(other), Pending)

    async def test_a_refusal_is_told_with_its_reason(self, world: World, issuer: CarefulIssuer) -> None:
        """And stays one."""
        handed = document(1)
        await world.refuse(handed)
        await issuer.issue(handed)
        found = await issuer.issue(handed)
        assert isinstance(found, Rejected)
        assert found.reason

    async def test_a_signed_document_that_says_something_else_does_not_count(self, world: World, issuer: CarefulIssuer) -> None:
        """Another amount under our number is not our invoice."""
        handed = document(1)
        await issuer.issue(handed)
        await world.forge(handed, document(1, unit_price="20.00").xml)
        assert isinstance(await issuer.issue(handed), Pending)

    async def test_a_cancellation_on_the_other_side_is_seen(self, world: World, issuer: CarefulIssuer) -> None:
        """Then the invoice counts no more."""
        handed = document(1)
        await issuer.issue(handed)
        await world.settle(handed)
        await world.cancel(handed)
        assert await issuer.look_up(handed) == Withdrawn()
        assert await issuer.cancel(handed, "tekrar") == Withdrawn()

    async def test_what_was_never_issued_cannot_be_cancelled(self, issuer: CarefulIssuer) -> None:
        """It says so and does nothing."""
        assert isinstance(await issuer.cancel(document(1), "iptal"), Rejected)
