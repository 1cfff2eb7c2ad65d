"""Couriers' webhooks: authenticated, stored, answered, and read afterwards."""

import asyncio
import base64
import hmac
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import asyncpg
import httpx
import orjson
import pytest

from adapters.couriers import fedex, registry
from adapters.couriers.fedex.scheme import signature
from adapters.couriers.ports import Adapter, Piece
from adapters.database.webhooks import Webhooks
from adapters.entrypoints import reading
from adapters.settings import CourierSettings, Settings
from events.intake import Intake
from events.webhooks import Webhook
from tests.contract.couriers.suite import recorded
from tests.integration.http_app import Web, problem
from tests.stories import ref, said, story

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
CREDENTIAL = "agreed with the subscription"
TOKEN = "a token for FedEx of some length"


@pytest.fixture
def web(connections: "asyncpg.Pool[asyncpg.Record]", intake: Intake, settings: Settings) -> Web:
    """The app over the fresh database, with a courier of each scheme."""
    given: dict[str, dict[str, str]] = {
        "pts": {"webhook_secret": SECRET},
        "ups": {"scheme": "ups", "webhook_secret": CREDENTIAL},
        "fedex": {"scheme": "fedex", "webhook_secret": TOKEN},
        "mute": {},
    }
    for code, values in given.items():
        settings.couriers[code] = CourierSettings.model_validate(values)
    return Web(connections, intake, settings)


def headers(body: bytes, message_id: str = "m-1", *, ago: int = 0, secret: str = SECRET) -> dict[str, str]:
    """The headers that a sender of Standard Webhooks adds."""
    timestamp = str(int(datetime.now(UTC).timestamp()) - ago)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    proof = base64.b64encode(hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, sha256).digest()).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,c2hvcnQ= v1a,x v1,{proof}",
    }


SCAN = {"courier": "pts", "tracking_number": "TRK1", "status": "picked_up", "occurred_at": "2026-11-20T09:00:00+00:00"}


def event(source: str, kind: str, message_id: str, data: dict[str, Any]) -> bytes:
    """A CloudEvent."""
    return said(source, kind, message_id, data).body


async def send(client: httpx.AsyncClient, body: bytes, message_id: str = "m-1") -> httpx.Response:
    """A signed webhook of ``pts``."""
    return await client.post("/webhooks/pts", content=body, headers=headers(body, message_id))


async def stage(web: Web, n: int = 1) -> Any:
    """Where a shipment is."""
    return await web.pool.fetchval("SELECT stage FROM shipment WHERE reference = $1", f"order-{n}")


async def refused(web: Web) -> list[dict[str, Any]]:
    """What is listed as refused."""
    async with web.as_("operations") as client:
        found: list[dict[str, Any]] = (await client.get("/api/messages?state=refused")).json()["items"]
    return found


async def test_webhook_moves_a_shipment_once(web: Web) -> None:
    """A signed bare checkpoint is 202 and hands the shipment over; the same webhook again changes nothing."""
    await web.intake.take([*story(1)][:3])
    body = orjson.dumps(SCAN)
    async with web.as_() as client:
        first = await send(client, body)
        again = await send(client, body)
    assert (first.status_code, first.json()) == (202, {"state": "stored"})
    assert (again.status_code, again.json()) == (202, {"state": "repeated"})
    assert await stage(web) == "handed_to_courier"
    row = await web.pool.fetchrow("SELECT id, source, repeats FROM inbox WHERE type = 'courier.checkpoint.v1'")
    assert row is not None
    assert tuple(row) == ("m-1", "courier/pts", 0)
    kept = await web.pool.fetchrow("SELECT courier, message_id, body, handled_at IS NOT NULL AS handled FROM webhook")
    assert kept is not None
    assert tuple(kept) == ("pts", "m-1", body, True)


async def test_webhook_takes_a_whole_event(web: Web) -> None:
    """A CloudEvent in a webhook keeps its own id; one that is early waits."""
    body = event("courier/pts", "courier.checkpoint.v1", "chk-1", SCAN)
    async with web.as_() as client:
        answer = await send(client, body)
    assert (answer.status_code, answer.json()) == (202, {"state": "stored"})
    row = await web.pool.fetchrow("SELECT i.id, state, body FROM inbox i JOIN inbox_body USING (received_at, no)")
    assert row is not None
    assert tuple(row) == ("chk-1", "parked", body)


async def test_webhook_speaks_for_its_courier_only(web: Web) -> None:
    """A courier's signature does not cover another courier's message, whole or bare: it is kept, and goes no further."""
    whole = event("courier/x", "courier.checkpoint.v1", "c", SCAN)
    async with web.as_() as client:
        for number, body in enumerate((whole, orjson.dumps(SCAN | {"courier": "x"}))):
            assert (await send(client, body, f"m-{number}")).status_code == 202
    assert [(one["code"], one["source"]) for one in await refused(web)] == [("source_mismatch", "courier/pts")] * 2
    assert await web.pool.fetchval("SELECT count(*) FROM inbox") == 0


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-signature": ""},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": "v1,ığü".encode().decode("latin-1")},
        {"webhook-id": "another"},
        {"webhook-id": ""},
        {"webhook-timestamp": "0"},
        {"webhook-timestamp": "now"},
        {"webhook-timestamp": "99999999999999999999"},
    ],
)
async def test_wrong_signatures_are_401(web: Web, change: dict[str, str]) -> None:
    """A signature that is missing, wrong, of another message or of another time opens nothing, and nothing is kept."""
    body = orjson.dumps(SCAN)
    given = [(name.encode(), value.encode("latin-1")) for name, value in (headers(body) | change).items()]
    async with web.as_() as client:
        problem(await client.post("/webhooks/pts", content=body, headers=given), 401, "wrong-signature")
    assert await web.pool.fetchval("SELECT (SELECT count(*) FROM inbox) + (SELECT count(*) FROM webhook)") == 0


@pytest.mark.parametrize(("ago", "status"), [(-301, 401), (-300, 202), (300, 202), (301, 401)])
async def test_old_and_early_signatures_are_401(web: Web, ago: int, status: int) -> None:
    """A right signature more than five minutes off may be a replay."""
    body = orjson.dumps(SCAN)
    given = headers(body, ago=ago)
    at = datetime.fromtimestamp(int(given["webhook-timestamp"]) + ago, UTC)
    web.app.state.services.clock = lambda: at
    async with web.as_() as client:
        answer = await client.post("/webhooks/pts", content=body, headers=given)
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize("courier", ["nobody", "mute"])
async def test_unknown_couriers_have_no_webhook(web: Web, courier: str) -> None:
    """A courier without a secret has no door here."""
    async with web.as_() as client:
        problem(await client.post(f"/webhooks/{courier}", json=SCAN), 404, "courier-unknown")


async def test_signed_garbage_is_kept_and_listed(web: Web) -> None:
    """What a courier signs and nobody can read is 202 like the rest, kept for the day when it can be, and raised once."""
    async with web.as_() as client:
        for number in range(2):
            assert (await send(client, b"{not json", f"m-{number}")).status_code == 202
    found = await refused(web)
    assert {(one["code"], one["subject"], one["source"]) for one in found} == {("not_json", "webhooks/pts", "courier/pts")}
    assert {one["message_id"] for one in found} == {"m-0", "m-1"}
    assert await web.pool.fetchval("SELECT body FROM refused LIMIT 1") == b"{not json"
    (reason,) = await web.pool.fetch("SELECT reason, occurrences FROM attention")
    assert tuple(reason) == ("message_unreadable", 2)


async def test_the_same_id_with_another_body_is_stored_and_changes_nothing(web: Web) -> None:
    """The contract knows a message by its id; what else was said under it stays readable."""
    await web.intake.take([*story(1)][:3])
    async with web.as_() as client:
        await send(client, orjson.dumps(SCAN))
        answer = await send(client, orjson.dumps(SCAN | {"status": "delivered"}))
    assert answer.json() == {"state": "stored"}
    assert await web.pool.fetchval("SELECT count(*) FROM webhook") == 2
    assert await web.pool.fetchval("SELECT delivery_status FROM shipment") == "picked_up"


async def test_ups_tells_a_parcels_journey(web: Web) -> None:
    """Its own form and credential: a label is no hand-over, the origin scan is one, and the parcel is delivered."""
    booking = {"shipment": ref("order-1"), "courier": "ups", "tracking_number": "1ZABCXYZ0112346789"}
    await web.intake.take([*[*story(1)][:2], said("courier/ups", "courier.booked.v1", "b-1", booking)])
    async with web.as_() as client:
        problem(await client.post("/webhooks/ups", content=b"{}", headers={"credential": "x"}), 401, "wrong-signature")
        for name, expected in (("1_manifest", "invoiced"), ("2_origin_scan", "handed_to_courier"), ("6_delivered", None)):
            body = recorded(f"ups/{name}.json")
            answer = await client.post("/webhooks/ups", content=body, headers={"credential": CREDENTIAL})
            assert answer.status_code == 202
            assert await stage(web) == (expected or "handed_to_courier")
    assert await web.pool.fetchval("SELECT delivery_status FROM shipment") == "delivered"


async def fedex_says(client: httpx.AsyncClient, name: str) -> httpx.Response:
    """A payload of FedEx's, signed."""
    body = recorded(f"fedex/{name}.json")
    return await client.post("/webhooks/fedex", content=body, headers={"fdx-signature": signature(TOKEN, body)})


async def test_one_bad_scan_does_not_lose_the_others_and_is_replayed_after_a_fix(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two scans apply; the payload is listed with the place of the third, and once the reader can read it, so does that."""
    booking = {"shipment": ref("order-1"), "courier": "fedex", "tracking_number": "794843185271"}
    await web.intake.take([*[*story(1)][:2], said("courier/fedex", "courier.booked.v1", "b-1", booking)])
    async with web.as_() as client:
        assert (await fedex_says(client, "one_bad_scan")).status_code == 202
    assert await web.pool.fetchval("SELECT delivery_status FROM shipment") == "delivered"
    (listed,) = await refused(web)
    assert listed["detail"].startswith("1 of 3 pieces cannot be read. The others were taken.")
    assert "scanEvents[1]" in listed["detail"]

    async with web.as_("operations") as client:
        early = await client.post(f"/api/messages/{listed['id']}/replay")
        assert (early.status_code, early.json()["state"]) == (200, "refused")
        assert len(await refused(web)) == 1

        def mended(webhook: Webhook) -> Sequence[Piece]:
            body = webhook.body.replace(b'"2026-11-20T21:40:00"', b'"2026-11-20T21:40:00+03:00"')
            return fedex.ADAPTER.read(replace(webhook, body=body))

        monkeypatch.setitem(registry.WEBHOOKS, "fedex", Adapter(fedex.ADAPTER.authenticate, mended))
        late = await client.post(f"/api/messages/{listed['id']}/replay")
    assert (late.status_code, late.json()["state"]) == (200, "applied"), late.text
    assert await refused(web) == []
    assert await web.pool.fetchval("SELECT count(*) FROM inbox WHERE source = 'courier/fedex'") == 4


async def test_a_reader_that_fails_holds_nothing_up(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of ours is listed like anything that cannot be read; the webhooks behind it go on."""

    def broken(webhook: Webhook) -> Sequence[Piece]:
        raise RuntimeError(webhook.courier)

    monkeypatch.setitem(registry.WEBHOOKS, "fedex", Adapter(fedex.ADAPTER.authenticate, broken))
    async with web.as_() as client:
        await fedex_says(client, "1_label")
        await send(client, orjson.dumps(SCAN))
    assert [one["code"] for one in await refused(web)] == ["cannot_be_processed"]
    assert await web.pool.fetchval("SELECT count(*) FROM inbox") == 1


async def test_pictures_of_the_delivery_fit(web: Web) -> None:
    """A body of a megabyte is stored whole; one of three is 413."""
    scan = orjson.loads(recorded("ups/6_delivered.json"))
    async with web.as_() as client:
        given = {"credential": CREDENTIAL}
        large = orjson.dumps(scan | {"deliveryPhoto": "A" * 1_000_000})
        assert (await client.post("/webhooks/ups", content=large, headers=given)).status_code == 202
        too_large = orjson.dumps(scan | {"deliveryPhoto": "A" * 3_000_000})
        problem(await client.post("/webhooks/ups", content=too_large, headers=given), 413, "too-large")
    assert await web.pool.fetchval("SELECT max(length(body)) FROM webhook") == len(large)
    assert await web.pool.fetchval("SELECT state FROM inbox") == "parked"


async def test_what_was_stored_and_not_read_is_read_by_a_worker(web: Web) -> None:
    """The process that took it may have been stopped in between: nothing is lost, and nothing is applied twice."""
    await web.intake.take([*story(1)][:3])
    services = web.app.state.services
    webhook = Webhook("pts", "m-1", orjson.dumps(SCAN), datetime.now(UTC))
    assert await services.webhooks.keep(webhook)
    assert await stage(web) == "invoiced"
    worker = asyncio.create_task(reading.keep(services.inbound))
    async with asyncio.timeout(10):
        while await web.pool.fetchval("SELECT count(*) FROM webhook WHERE handled_at IS NULL"):
            await asyncio.sleep(0.01)
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)
    assert await stage(web) == "handed_to_courier"


async def test_several_readers_share_what_waits(web: Web) -> None:
    """Each webhook is read by one of them; what one holds, the others pass over."""
    tray = Webhooks(web.pool, lambda: datetime.now(UTC))
    now = datetime.now(UTC)
    await asyncio.gather(*(tray.keep(Webhook("pts", f"m-{n}", b"{}", now)) for n in range(10)))
    async with tray.oldest(6) as one, tray.oldest(6) as other:
        assert (len(one), len(other)) == (6, 4)
        assert not {w.message_id for w in one} & {w.message_id for w in other}
    async with tray.oldest(6) as left:
        assert left == []


async def test_of_the_same_webhook_at_the_same_moment_one_is_new(web: Web) -> None:
    """Ten at once, in one transaction or in several."""
    tray = Webhooks(web.pool, lambda: datetime.now(UTC))
    now = datetime.now(UTC)
    told = await asyncio.gather(*(tray.keep(Webhook("pts", "m-1", b"{}", now)) for _ in range(10)))
    assert sorted(told) == [False] * 9 + [True]


async def test_a_failed_reading_leaves_them_waiting(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database goes while they are read: answered 202 already, and read the next time."""
    from workflow.errors import StoreUnavailableError

    async def gone(*_: object) -> None:
        raise StoreUnavailableError

    body = orjson.dumps(SCAN)
    with monkeypatch.context() as broken:
        broken.setattr(Intake, "take", gone)
        async with web.as_() as client:
            assert (await send(client, body)).status_code == 202
    assert await web.pool.fetchval("SELECT count(*) FROM webhook WHERE handled_at IS NULL") == 1
    async with web.as_() as client:
        assert (await send(client, body)).json() == {"state": "repeated"}
    assert await web.pool.fetchval("SELECT count(*) FROM webhook WHERE handled_at IS NULL") == 0
    assert await web.pool.fetchval("SELECT id FROM inbox") == "m-1"


async def test_webhooks_are_counted(web: Web) -> None:
    """Operators see how many came, how many came again, and how many wait."""
    async with web.as_() as client:
        for _ in range(2):
            await send(client, orjson.dumps(SCAN))
        text = (await client.get("/metrics")).text
    assert 'kervan_webhooks_received_total{state="stored"} 1.0' in text
    assert 'kervan_webhooks_received_total{state="repeated"} 1.0' in text
    assert "kervan_webhooks 0.0" in text
