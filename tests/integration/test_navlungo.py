"""A shipment that Navlungo carries, from its booking to its ETGB, over a database and a server that answers as documented."""

from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import asyncpg
import orjson
import pytest

from adapters.couriers.navlungo.tracker import NavlungoTracker
from adapters.database import documents
from adapters.entrypoints import counterparts
from adapters.settings import CourierSettings, OutsideSettings, Settings
from events.intake import Intake
from events.tasks import NotYetError
from events.translate import Arrival
from tests.contract.bank_server import Answer, bank_server
from tests.contract.couriers.suite import recorded
from tests.stories import known_id, ref, said, story

NUMBER, REFERENCE = "NVL000000306889", 306889


class Parts:
    """A worker's parts, as far as the maker asks for them."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self.pool = pool


async def test_navlungo_carries_a_shipment_to_its_etgb(
    connections: "asyncpg.Pool[asyncpg.Record]", intake: Intake, tmp_path: Path
) -> None:
    """Unbooked it waits; on its way it is handed over; delivered it has its number, and the PDF among its documents."""
    await intake.take([*story(1)][:2])
    shipment = known_id(1)
    task: dict[str, Any] = {
        "type": "pickup.requested.v1",
        "id": "t-1",
        "time": datetime.now(UTC).isoformat(),
        "data": {"shipment": {"id": shipment}},
    }

    async def stage() -> Any:
        return await connections.fetchval("SELECT stage FROM shipment")

    async with bank_server() as server:
        base = f"/api/shipping/v1/shipments/{REFERENCE}"
        server.answers = {
            "/connect/token": [Answer(recorded("navlungo/token.json"))],
            f"{base}/tracking": [
                Answer(recorded("navlungo/tracking.json")),
                Answer(recorded("navlungo/tracking_delivered.json")),
            ],
            f"{base}/etgb/download-url": [
                Answer(orjson.dumps(orjson.loads(recorded("navlungo/etgb.json")) | {"downloadUrl": f"{server.url}/e.pdf"}))
            ],
            "/e.pdf": [Answer(b"%PDF-1.7")],
        }
        given = {"client_id": "c", "client_secret": "s", "url": server.url, "identity_url": server.url}
        own = OutsideSettings(networks=(ip_network("127.0.0.0/8"),), http=True)
        settings = Settings(data_dir=tmp_path, couriers={"navlungo": CourierSettings.model_validate(given)}, outside=own)
        handler = counterparts.MAKERS["courier", "navlungo"](settings, cast("Any", Parts(connections)))

        with pytest.raises(NotYetError):
            await handler(task)
        assert server.asked == []

        booking = {"shipment": ref("order-1"), "courier": "navlungo", "tracking_number": NUMBER}
        await intake.take([said("courier/navlungo", "courier.booked.v1", "b-1", booking)])
        with pytest.raises(NotYetError) as later:
            await handler(task)
        await intake.take([Arrival(one.subject, one.body, one.message_id) for one in later.value.replies])
        assert await stage() == "handed_to_courier"

        replies = await handler(task)
        await intake.take([Arrival(one.subject, one.body, one.message_id) for one in replies])
        assert isinstance(handler, NavlungoTracker)
        await handler.close()
    assert await stage() == "etgb_issued"
    assert await connections.fetchval("SELECT etgb_number FROM shipment") == "26341300EX000123"
    (document,) = await documents.of_shipment(connections, UUID(shipment))
    assert (document["kind"], document["name"], document["source"]) == (
        "etgb_pdf",
        "26341300EX000123.pdf",
        "courier/navlungo",
    )
    assert await connections.fetchval("SELECT document_url FROM etgb") == f"/api/shipments/{shipment}/documents"
