"""A shipment whose carrier is asked over Karrio's SDK, from its booking to its delivery, over a database."""

from datetime import UTC, datetime
from typing import Any, cast

import asyncpg
import httpx
import pytest

from adapters.couriers.karrio.tracker import KarrioTracker
from adapters.entrypoints import counterparts
from adapters.settings import Settings
from events.intake import Intake
from events.tasks import NotYetError, Reply
from events.translate import Arrival
from tests.contract.couriers.suite import recorded
from tests.stories import known_id, ref, said, story


class Parts:
    """A worker's parts, as far as the maker asks for them."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self.pool = pool


async def test_a_carrier_is_asked_from_booking_to_delivery(
    connections: "asyncpg.Pool[asyncpg.Record]", intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A label hands nothing over, the first scan does; hearing the same scans again changes nothing."""
    answers = ["karrio/dhl_label.json", "karrio/dhl_first_scan.json", "karrio/dhl_first_scan.json", "karrio/dhl_delivered.json"]

    async def answer(_: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        assert request.url.host == "api-eu.dhl.com"
        return httpx.Response(200, stream=httpx.ByteStream(recorded(answers.pop(0))))

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", answer)
    given = {"carrier": "dhl_universal", "settings": {"consumer_key": "k", "consumer_secret": ""}}
    settings = Settings.model_validate({"couriers": {"dhl": {"karrio": given}}})
    handler = counterparts.MAKERS["courier", "karrio"](settings, cast("Any", Parts(connections)))
    assert isinstance(handler, KarrioTracker)

    await intake.take([*story(1)][:2])
    task: dict[str, Any] = {
        "type": "pickup.requested.v1",
        "id": "t-1",
        "time": datetime.now(UTC).isoformat(),
        "data": {"shipment": {"id": known_id(1)}},
    }

    async def told(replies: Any) -> tuple[Any, ...]:
        await intake.take([Arrival(one.subject, one.body, one.message_id) for one in cast("list[Reply]", replies)])
        found = await connections.fetchrow("SELECT stage, delivery_status, delivery_at FROM shipment")
        return tuple(found or ())

    async def again() -> tuple[Any, ...]:
        with pytest.raises(NotYetError) as later:
            await handler(task)
        return await told(later.value.replies)

    assert (await again())[0] == "invoiced", "not booked yet"
    booking = {"shipment": ref("order-1"), "courier": "dhl", "tracking_number": "7777777770"}
    await intake.take([said("courier/dhl", "courier.booked.v1", "b-1", booking)])
    assert (await again())[:2] == ("invoiced", "announced")
    on_its_way = await again()
    assert on_its_way == ("handed_to_courier", "in_transit", datetime(2026, 11, 20, 7, 10, tzinfo=UTC))
    assert await again() == on_its_way
    assert (await told(await handler(task)))[:2] == ("handed_to_courier", "delivered")
    assert await connections.fetchval("SELECT count(*) FROM inbox WHERE source = 'courier/dhl'") == 1 + 7
    await handler.close()
