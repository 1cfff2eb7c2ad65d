"""Allowances as an installation sets them."""

import pytest

from adapters.entrypoints import bootstrap
from adapters.settings import Settings, WrongSettingsError
from workflow.deadlines import TERMS
from workflow.waits import Allowance, Wait


def test_general_courier_and_seller_allowances_reach_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each from its own variable; what none names stays as it comes; Turkish holidays count."""
    monkeypatch.setenv("KERVAN_ALLOWANCES__FIRST_SCAN", "4wd")
    monkeypatch.setenv("KERVAN_COURIERS__PTS__ALLOWANCES__ETGB", "10d")
    monkeypatch.setenv("KERVAN_SELLERS__1234567890__ALLOWANCES__INVOICE", "off")
    found = bootstrap.policy(Settings()).allowances
    assert found.of(Wait.FIRST_SCAN, "1234567890", "pts") == Allowance(4, working=True)
    assert found.of(Wait.ETGB, "1234567890", "pts") == Allowance(10)
    assert found.of(Wait.INVOICE, "1234567890", "pts") is None
    assert found.of(Wait.INVOICE, "4540536920", "pts") == TERMS[Wait.INVOICE].allowance
    assert any(day.month == 10 and day.day == 29 for day in found.holidays)


@pytest.mark.parametrize(("variable", "value"), [("ALLOWANCES__ETGB", "soon"), ("ALLOWANCES__LUNCH", "1d")])
def test_a_wrong_allowance_is_named(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    """A wait that is none, and a length that is none, are refused at the start."""
    monkeypatch.setenv(f"KERVAN_{variable}", value)
    with pytest.raises(WrongSettingsError, match=f"KERVAN_{variable}"):
        Settings()
