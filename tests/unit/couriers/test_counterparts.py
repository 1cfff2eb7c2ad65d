"""Which couriers can be asked, and what they need for it."""

import importlib.util
from typing import Any, cast

import httpx
import pytest
import stamina

from adapters.couriers.karrio.errors import KarrioMissingError
from adapters.couriers.karrio.tracker import KarrioTracker
from adapters.couriers.navlungo.tracker import NavlungoTracker
from adapters.entrypoints import counterparts, trying
from adapters.settings import CourierSettings, Settings, WrongSettingsError


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


def dhl(monkeypatch: pytest.MonkeyPatch, **given: str) -> Settings:
    """A courier that Karrio asks, as the environment says it."""
    settings = {"carrier": "dhl_universal", "settings": '{"consumer_key": "Hush", "consumer_secret": ""}'} | given
    for name, value in settings.items():
        monkeypatch.setenv(f"KERVAN_COURIERS__DHL__KARRIO__{name.upper()}", value)
    return Settings()


def test_karrio_is_not_asked_without_a_courier() -> None:
    """A worker that is to ask it does not start, and says which settings are missing."""
    with pytest.raises(counterparts.CourierNotSetError, match="KERVAN_COURIERS__<CODE>__KARRIO__CARRIER"):
        counterparts.MAKERS["courier", "karrio"](Settings(), cast("Any", Parts()))


async def test_karrio_asks_for_the_couriers_that_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each with its carrier, zone and key; the key is shown nowhere."""
    settings = dhl(monkeypatch, zone="UTC", every_minutes="150")
    assert "Hush" not in repr(settings)
    handler = counterparts.MAKERS["courier", "karrio"](settings, cast("Any", Parts()))
    assert isinstance(handler, KarrioTracker)
    (asked,) = handler._couriers.values()
    assert (asked.client.courier, asked.client.carrier) == ("dhl", "dhl_universal")
    assert (str(asked.zone), asked.every_s) == ("UTC", 9000.0)
    assert asked.client._given == {"consumer_key": "Hush", "consumer_secret": ""}
    await handler.close()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"settings": "Hush"}, "JSON object"),
        ({"settings": '["Hush"]'}, "JSON object"),
        ({"zone": "Hush/Hush"}, "time zone"),
        ({"carrier": "../Hush"}, "CARRIER"),
        ({"calls_per_minute": "0"}, "CALLS_PER_MINUTE"),
    ],
)
def test_settings_for_karrio_have_their_form(monkeypatch: pytest.MonkeyPatch, given: dict[str, str], says: str) -> None:
    """What is wrong is said by the variable's name, without its value."""
    with pytest.raises(WrongSettingsError, match=says) as found:
        dhl(monkeypatch, **given)
    assert "Hush" not in str(found.value)


async def test_without_the_extra_its_name_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker starts, and a trial says the same."""
    settings = dhl(monkeypatch)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(KarrioMissingError, match=r"kervan\[karrio\]"):
        counterparts.MAKERS["courier", "karrio"](settings, cast("Any", Parts()))
    tried = await trying.try_out(("courier", "karrio"), settings)
    assert (tried.kind, "kervan[karrio]" in tried.detail) == ("not_set", True)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (404, b'{"status": 404, "title": "t", "detail": "no such shipment"}', "ok"),
        (401, b'{"status": 401, "title": "t", "detail": "no"}', "not_authorised"),
        (503, b"", "unavailable"),
        (200, b"<html>", "unusable"),
    ],
)
async def test_karrio_is_tried_with_a_parcel_that_there_cannot_be(
    monkeypatch: pytest.MonkeyPatch, status: int, body: bytes, kind: str
) -> None:
    """That it is not known is an answer: carrier, way and key are right; what is wrong is said with the courier's code."""

    async def answer(_: httpx.AsyncHTTPTransport, __: httpx.Request) -> httpx.Response:
        return httpx.Response(status, stream=httpx.ByteStream(body))

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", answer)
    with stamina.set_testing(testing=True, attempts=1):
        tried = await trying.try_out(("courier", "karrio"), dhl(monkeypatch))
    assert (tried.kind, tried.ok or tried.detail.startswith("dhl: ")) == (kind, True)
