"""Which couriers can be asked, and what they need for it."""

from typing import Any, cast

import pytest

from adapters.couriers.navlungo.tracker import NavlungoTracker
from adapters.entrypoints import counterparts
from adapters.settings import CourierSettings, Settings


class Parts:
    """Nothing is asked of them yet."""

    pool = None


@pytest.mark.parametrize("given", [{}, {"client_id": "c"}, {"client_secret": "s"}])
def test_navlungo_is_not_asked_without_a_client(given: dict[str, str]) -> None:
    """A worker that is to ask it does not start, and says which settings are missing."""
    settings = Settings(couriers={"navlungo": CourierSettings.model_validate(given)})
    with pytest.raises(counterparts.CourierNotSetError, match="KERVAN_COURIERS__NAVLUNGO__CLIENT_ID"):
        counterparts.MAKERS["courier", "navlungo"](settings, cast("Any", Parts()))


async def test_navlungo_is_asked_where_the_client_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the environment that is set, or the test one."""
    monkeypatch.setenv("KERVAN_COURIERS__NAVLUNGO__CLIENT_ID", "client")
    monkeypatch.setenv("KERVAN_COURIERS__NAVLUNGO__CLIENT_SECRET", "secret")
    handler = counterparts.MAKERS["courier", "navlungo"](Settings(), cast("Any", Parts()))
    assert isinstance(handler, NavlungoTracker)
    await handler.close()
