"""A person as the interface: nothing is filed by itself, and somebody is told that it is time to."""

from collections.abc import AsyncIterator

import pytest

from adapters.tax_office.desk import TaxOfficeDesk
from adapters.tax_office.manual import ManualTaxOffice
from events.translate import Arrival
from tests.contract.offices.suite import CLAIM, Suite, World, filing, vedop_check
from workflow import facts


class Person(World):
    """Says nothing here: what they file they record with the command or the API."""

    code = "manual"

    def __init__(self) -> None:
        self.handler = TaxOfficeDesk(ManualTaxOffice())

    async def heard(self) -> list[Arrival]:
        """Nothing comes by this way."""
        return []


class TestManual(Suite):
    """The contract, with a person."""

    @pytest.fixture
    async def world(self) -> AsyncIterator[World]:
        """A fresh one."""
        yield Person()  # noqa: PT022 - the suite's form


async def test_a_person_is_asked_to_file_and_nothing_is_said_to_be_filed() -> None:
    """The one message is that the claim awaits its filing."""
    (message,) = await Person().told(filing())
    assert message.fact == facts.FilingAwaited(CLAIM)


async def test_nothing_is_made_up_about_vedop() -> None:
    """Only a person with evidence says what was seen."""
    assert await Person().told(vedop_check()) == []
