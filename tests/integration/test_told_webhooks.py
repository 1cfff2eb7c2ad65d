"""What OpenAPI says of the webhooks that subscribers get is what they get."""

from typing import Any

import orjson
from jsonschema_rs import validator_for

from adapters.web import told_webhooks
from events.intake import Intake
from events.subscriptions import TYPES
from tests.integration.http_app import Web
from tests.stories import said, story

Pool = Any


async def test_each_type_that_can_be_heard_is_documented_with_its_headers(web: Web) -> None:
    """A receiver is written from the document alone: data, headers, and what each answer means."""
    async with web.as_() as anyone:
        document = (await anyone.get("/openapi.json")).json()
    assert set(document["webhooks"]) == set(TYPES)
    for kind, one in document["webhooks"].items():
        headers = {parameter["name"] for parameter in one["post"]["parameters"] if parameter["in"] == "header"}
        assert headers == {"webhook-id", "webhook-timestamp", "webhook-signature"}, kind
        assert set(one["post"]["responses"]) == {"2XX", "410", "429", "default"}


async def test_what_goes_out_has_the_documented_form(connections: Pool, intake: Intake) -> None:
    """Of a whole journey, and of what needed a person and needs it no more."""
    for message in story(1):
        await intake.take([message])
    await intake.take([said("ops/x", "shipment.cancel.v1", "late", {"shipment": {"id": "x"}, "reason": "x"})])
    rows = await connections.fetch("SELECT payload FROM outbox WHERE subject LIKE 'kervan.out.%' ORDER BY id")
    seen = set()
    for row in rows:
        event = orjson.loads(row["payload"])
        validator_for(told_webhooks.data_schema(event["type"])).validate(event["data"])
        seen.add(event["type"])
    assert seen >= {"shipment.transitioned.v1", "claim.progressed.v1"}
