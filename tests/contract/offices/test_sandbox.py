"""The sandbox keeps to the contract, and says everywhere that it is one."""

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from adapters.sandbox import Manners
from adapters.tax_office.sandbox import Conduct, SandboxTaxOffice
from events.translate import Arrival
from tests.contract.offices.suite import TellingSuite, TellingWorld, filing, vedop_check
from workflow import facts

CALM = Manners(delay_s=0, jitter_s=0)


class Play(TellingWorld):
    """The sandbox: what it does is settled by its conduct."""

    code = "sandbox"

    def __init__(self) -> None:
        self.handler = SandboxTaxOffice(CALM)

    async def heard(self) -> list[Arrival]:
        """Everything is an answer."""
        return []

    async def files(self, claim: UUID, petition: str) -> str:
        """Under a number of its own."""
        return f"SANDBOX-{str(claim)[:8]}"

    async def pays(self, claim: UUID, amount: Decimal) -> None:
        """Whatever was asked for."""
        self.handler = SandboxTaxOffice(CALM, Conduct.PAYS)

    async def rejects(self, claim: UUID) -> None:
        """With an example of a reason."""
        self.handler = SandboxTaxOffice(CALM, Conduct.REJECTS)

    async def shows(self, number: str) -> None:
        """It does by itself."""


class TestSandbox(TellingSuite):
    """The contract, played."""

    @pytest.fixture
    async def office(self) -> AsyncIterator[TellingWorld]:
        """A fresh one."""
        yield Play()  # noqa: PT022 - the suite's form


@pytest.mark.parametrize("conduct", Conduct)
async def test_everything_that_the_sandbox_says_is_labelled(conduct: Conduct) -> None:
    """Petition, progress and evidence: nobody can take one for real."""
    play = Play()
    play.handler = SandboxTaxOffice(CALM, conduct)
    for message in [*await play.told(filing()), *await play.told(vedop_check())]:
        fact = message.fact
        if isinstance(fact, facts.ClaimFiled):
            label = fact.petition_number
        elif isinstance(fact, facts.ClaimProgressed):
            label = fact.note
        else:
            assert isinstance(fact, facts.VedopTransferred)
            label = fact.evidence_reference
        assert label.startswith("SANDBOX")


async def test_where_it_asks_back_the_note_says_so() -> None:
    """In both languages, with a day to answer until, while the claim is under review."""
    play = Play()
    play.handler = SandboxTaxOffice(CALM, Conduct.ASKS)
    asked = next(one.fact for one in await play.told(filing()) if isinstance(one.fact, facts.ClaimProgressed))
    assert (asked.status, "soruluyor" in asked.note, "asks" in asked.note) == ("under_review", True, True)
    assert asked.due_on == date(2026, 12, 16)
