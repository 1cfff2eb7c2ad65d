"""However much is logged, no secret and nobody's data is in it: what comes in, what is refused, what fails, what goes out."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from adapters import observability
from adapters.database import pool
from adapters.database.pool import DatabaseUnreachableError
from adapters.entrypoints import broker
from adapters.entrypoints.broker import BrokerUnreachableError
from adapters.settings import CourierSettings, Settings
from events import topology
from events.translate import Arrival
from tests.integration.browser import PASSWORD, browser
from tests.integration.http_app import Web
from tests.integration.receiver import Receiver
from tests.integration.test_http_subscriptions import KEY, OUTSIDE
from tests.stories import draft

SECRET = "whsec_" + "QUJD" * 10
WRONG_KEY = "kv_" + "x" * 43
"""Of the form of a key, and nobody's."""


@pytest.fixture
def settings() -> Settings:
    """Settings of an app that may call the loopback."""
    return Settings(database_url="", broker_url="", signing_key=KEY, outside=OUTSIDE)


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """All that was logged, at the level at which most is."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    monkeypatch.setattr("sys.stderr", stream)
    observability.configure("json", "debug")

    def text() -> str:
        buffer: Any = stream.buffer
        return str(buffer.getvalue().decode())

    yield text
    monkeypatch.undo()
    structlog.contextvars.clear_contextvars()
    observability.configure("console", "error")


async def test_no_secret_and_nobodys_data_is_logged(web: Web, receiver: Receiver, logged: Callable[[], str]) -> None:
    """Keys and passwords right and wrong, webhooks and their secrets, servers that are away, orders taken and refused."""
    web.app.state.services.settings.couriers["pts"] = CourierSettings.model_validate({"webhook_secret": SECRET})
    told = {WRONG_KEY, SECRET, PASSWORD, "a wrong password", "geheim"}
    async with web.as_("admin") as client:
        hears = {"types": ["shipment.transitioned.v1"]}
        made = await client.post("/api/subscriptions", json={"name": "erp", "url": receiver.url, "hears": hears})
        assert made.status_code == 201, made.text
        told |= {made.json()["secret"], web.secrets["admin"]}
        await client.post(f"/api/subscriptions/{made.json()['id']}/test")
        await client.get("/api/stages", headers={"Authorization": f"Bearer {WRONG_KEY}"})
        await client.post("/webhooks/pts", content=b"{}", headers={"webhook-id": "m", "webhook-signature": SECRET})
        data = draft("A-1") | {
            "consignee": {"name": "Erika Mustermann", "address": {"line": "Heidestrasse 17", "country": "DE"}}
        }
        for body in (data, data | {"lines": "none"}):
            await client.post("/api/shipments", json=body)
    async with browser(web, "operations"), browser(web) as somebody:
        await somebody.sign_in("operations", "a wrong password")
    for refused, connect in (
        (DatabaseUnreachableError, pool.connect("postgresql://kervan:geheim@127.0.0.1:1/kervan")),
        (BrokerUnreachableError, broker.connect_once("nats://kervan:geheim@127.0.0.1:1", "test")),
    ):
        with pytest.raises(refused):
            await connect
        structlog.get_logger("kervan").warning("not connected", server="nats://kervan:geheim@127.0.0.1:1", exc_info=True)
    await web.intake.take([_unreadable()])
    text = logged()
    assert text.count("\n") > 2, "something was logged, else this shows nothing"
    assert not [secret for secret in told if secret in text]
    assert not [personal for personal in ("Mustermann", "Heidestrasse") if personal in text]


def _unreadable() -> Arrival:
    return Arrival(f"{topology.IN}.orders.shop", b"{'name': 'Erika Mustermann'", "x:1")
