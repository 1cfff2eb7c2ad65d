"""Karrio's SDK over a transport that answers as the carriers do: no network, everything above it the real thing."""

import asyncio
import importlib.util
import logging
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.request import Request
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import orjson
import pytest
import stamina

from adapters import metrics
from adapters.calls.caller import Caller
from adapters.calls.fare import Fare
from adapters.couriers import following, karrio
from adapters.couriers.following import Parcel
from adapters.couriers.karrio import line, sdk
from adapters.couriers.karrio import tracker as karrio_tracker
from adapters.couriers.karrio.client import KarrioClient
from adapters.couriers.karrio.errors import KarrioMissingError, WrongKarrioSettingsError
from adapters.couriers.karrio.tracker import Asked, KarrioTracker
from events.tasks import NotFoundError, NotYetError, ProtocolChangedError, RejectedError, Reply
from events.translate import Arrival, read
from tests.contract.couriers.suite import NOW, Journey, recorded
from workflow.delivery import DeliveryStatus
from workflow.message import Message
from workflow.stages import Stage

SHIPMENT = "6f1c1f0e-3f4e-5a3b-9d53-0a8d0a7f5b11"
TASK: dict[str, Any] = {
    "type": "pickup.requested.v1",
    "id": "t-1",
    "time": "2026-11-20T05:00:00+00:00",
    "correlationid": "order-1",
    "data": {"shipment": {"id": SHIPMENT}},
}


@dataclass(frozen=True)
class Carrier:
    """How a carrier is asked, and where it is."""

    name: str
    number: str
    settings: dict[str, Any]
    path: str
    token: str = ""


DHL = Carrier("dhl_universal", "7777777770", {"consumer_key": "key", "consumer_secret": ""}, "/track/shipments")
MYDHL = Carrier("mydhl", "7777777770", {"username": "u", "password": "p"}, "/mydhlapi/tracking")
UPS = Carrier(
    "ups",
    "1Z204W4R0308071865",
    {"client_id": "c", "client_secret": "s"},
    "/api/track/v1/details/1Z204W4R0308071865",
    "/security/v1/oauth/token",
)
FEDEX = Carrier(
    "fedex", "794887075005", {"track_api_key": "k", "track_secret_key": "s"}, "/track/v1/trackingnumbers", "/oauth/token"
)


@dataclass
class Wire:
    """The network's place: answers one request after the other, and then with its last answer for ever."""

    carrier: Carrier
    answers: list[httpx.Response | Exception] = field(default_factory=list)
    asked: list[httpx.Request] = field(default_factory=list)

    def says(self, *bodies: bytes, status: int = 200) -> None:
        """Let the question be answered."""
        self.answers = [httpx.Response(status, stream=httpx.ByteStream(body)) for body in bodies]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        self.asked.append(request)
        if request.url.path == self.carrier.token:
            name = f"karrio/{self.carrier.name}_token.json"
            return httpx.Response(200, stream=httpx.ByteStream(recorded(name)))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def paths(self) -> list[str]:
        """What was asked for."""
        return [request.url.path for request in self.asked]


class Desk:
    """The shipment's side."""

    def __init__(self, carrier: Carrier, **parcel: Any) -> None:
        self.wire = Wire(carrier)
        self.parcel: Parcel | None = Parcel(
            **({"courier": "dhl", "tracking_number": carrier.number, "stage": Stage.INVOICED} | parcel)
        )
        self.seconds = [0.0]
        self.now = NOW

    async def find(self, shipment: UUID) -> Parcel | None:
        """The parcel."""
        assert str(shipment) == SHIPMENT
        return self.parcel

    async def let_pass(self, seconds: float) -> None:
        """Time goes by."""
        self.seconds[0] += seconds

    def tracker(self, *, calls_per_minute: int = 6000, zone: str = "Europe/Istanbul", time_out_s: float = 2.0) -> KarrioTracker:
        """The tracker over it."""
        carrier = self.wire.carrier
        caller = Caller(
            karrio.counterpart("dhl", carrier.name),
            time_out_s=time_out_s,
            now=lambda: self.seconds[0],
            pause=self.let_pass,
            transport=httpx.MockTransport(self.wire),
        )
        client = KarrioClient(
            sdk.load(),
            "dhl",
            carrier.name,
            carrier.settings,
            caller=caller,
            operation=karrio.operation(calls_per_minute),
            time_out_s=time_out_s,
        )
        return KarrioTracker({"dhl": Asked(client, ZoneInfo(zone))}, Fare(), self.find, lambda: self.now)


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    """Attempts follow each other at once."""
    with stamina.set_testing(testing=True, attempts=3):
        yield


@pytest.fixture
async def desk() -> Desk:
    return Desk(DHL)


def told(replies: Sequence[Reply]) -> list[Message]:
    """What the engine understands."""
    found = []
    for one in replies:
        message = read(Arrival(one.subject, one.body, one.message_id), NOW)
        assert isinstance(message, Message), message
        assert (message.id, message.correlation) == (one.message_id, "order-1")
        found.append(message)
    return found


async def waits(handler: KarrioTracker) -> NotYetError:
    """A task that comes again."""
    with pytest.raises(NotYetError) as found:
        await handler(TASK)
    return found.value


def data_of(reply: Reply) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(reply.body)["data"]
    return found


class KarrioJourney(Journey):
    """What all couriers keep to, of one that is asked."""

    courier = "dhl"
    carrier: Carrier

    def messages(self, body: bytes) -> list[Message]:
        """All that follows from an answer."""

        async def asked() -> Sequence[Reply]:
            desk = Desk(self.carrier)
            desk.wire.says(body)
            tracker = desk.tracker()
            try:
                return await tracker(TASK)
            except NotYetError as later:
                return later.replies
            finally:
                await tracker.close()

        return told(asyncio.run(asked()))

    def test_the_same_answer_is_the_same_messages(self) -> None:
        """With the same ids, whenever it is heard; and a longer answer tells the scans of a shorter one again, not anew."""
        so_far: set[str] = set()
        for name in self.journey:
            ids = [message.id for message in self.messages(recorded(name))]
            assert ids == [message.id for message in self.messages(recorded(name))]
            assert len(ids) == len(set(ids)) > 0
            assert so_far <= set(ids)
            so_far = set(ids)


class TestDhl(KarrioJourney):
    """DHL's unified interface: the time of the place, and no word for a pick-up."""

    carrier = DHL
    first_status = DeliveryStatus.IN_TRANSIT
    label, first_scan, unknown = "karrio/dhl_label.json", "karrio/dhl_first_scan.json", "karrio/dhl_unknown.json"
    journey = (label, first_scan, "karrio/dhl_delivered.json")


class TestMyDhl(KarrioJourney):
    """DHL Express's own interface."""

    carrier = MYDHL
    label, first_scan, unknown = "karrio/mydhl_label.json", "karrio/mydhl_first_scan.json", "karrio/mydhl_unknown.json"
    journey = (label, first_scan, "karrio/mydhl_delivered.json")


class TestUps(KarrioJourney):
    """UPS: a token first, offsets beside the times."""

    carrier = UPS
    label, first_scan, unknown = "karrio/ups_label.json", "karrio/ups_first_scan.json", "karrio/ups_unknown.json"
    journey = (label, first_scan, "karrio/ups_delivered.json")

    def test_out_for_delivery_is_not_delivered(self) -> None:
        """Although it has UPS's type D, which Karrio takes for delivered."""
        by_time = sorted(self.scans(recorded("karrio/ups_delivered.json")), key=lambda scan: scan.occurred_at)
        assert [scan.status for scan in by_time[-2:]] == [DeliveryStatus.OUT_FOR_DELIVERY, DeliveryStatus.DELIVERED]


class TestFedex(KarrioJourney):
    """FedEx: a token first, offsets in the times."""

    carrier = FEDEX
    label, first_scan, unknown = "karrio/fedex_label.json", "karrio/fedex_first_scan.json", "karrio/fedex_unknown.json"
    journey = (label, first_scan, "karrio/fedex_delivered.json")

    def test_a_driver_at_the_door_is_no_hand_over(self) -> None:
        """At pickup is not picked up, although Karrio takes it for that."""
        (scan,) = self.scans(recorded("karrio/fedex_at_pickup.json"))
        assert scan.status is DeliveryStatus.ANNOUNCED


@pytest.mark.parametrize(
    ("carrier", "recording", "first", "last"),
    [
        (UPS, "karrio/ups_delivered.json", "2026-11-20T05:05:00+00:00", "2026-11-23T19:02:00+00:00"),
        (FEDEX, "karrio/fedex_delivered.json", "2026-11-20T05:05:00+00:00", "2026-11-22T19:02:00+00:00"),
    ],
)
async def test_an_offset_that_the_sdk_cuts_off_is_taken_from_the_carriers_own_answer(
    carrier: Carrier, recording: str, first: str, last: str
) -> None:
    """So these times are exact, in Istanbul as in Los Angeles, whatever zone is set."""
    desk = Desk(carrier)
    desk.wire.says(recorded(recording))
    replies = await desk.tracker(zone="Asia/Tokyo")(TASK)
    times = sorted(data_of(one)["occurred_at"] for one in replies)
    assert (times[0], times[-1]) == (first, last)
    assert not any("occurred_at_inferred" in data_of(one) for one in replies)


async def test_times_without_an_offset_are_inferred_and_keep_the_carriers_order(desk: Desk) -> None:
    """Istanbul's for the first scans; one that was later and whose clock shows less stands right after the one before it."""
    desk.wire.says(recorded("karrio/dhl_delivered.json"))
    replies = await desk.tracker()(TASK)
    assert all(data_of(one)["occurred_at_inferred"] is True for one in replies)
    by_time = sorted(replies, key=lambda one: datetime.fromisoformat(data_of(one)["occurred_at"]))
    assert by_time == list(reversed(replies)), "the answer begins with the newest"
    picked_up = next(one for one in replies if data_of(one)["description"] == "Shipment picked up")
    assert data_of(picked_up)["occurred_at"] == "2026-11-20T07:10:00+00:00"


async def test_a_parcel_on_its_way_is_asked_about_again_and_a_delivered_one_is_not(desk: Desk) -> None:
    """Each hour, until a scan says that it was delivered."""
    desk.wire.says(recorded("karrio/dhl_first_scan.json"), recorded("karrio/dhl_delivered.json"))
    tracker = desk.tracker()
    later = await waits(tracker)
    assert (later.seconds, len(told(later.replies))) == (following.POLL_S, 2)
    assert len(told(await tracker(TASK))) == 7
    (first, _) = desk.wire.asked
    assert (first.headers["dhl-api-key"], first.url.params["trackingNumber"]) == ("key", "7777777770")


async def test_one_scan_without_a_time_does_not_lose_the_others(desk: Desk) -> None:
    """It is logged; the rest is told."""
    said = orjson.loads(recorded("karrio/dhl_delivered.json"))
    said["shipments"][0]["events"][2]["timestamp"] = None
    desk.wire.says(orjson.dumps(said))
    assert len(told(await desk.tracker()(TASK))) == 6


async def test_a_parcel_that_was_not_scanned_yet_waits(desk: Desk) -> None:
    """DHL knows it and tells no scan."""
    said = orjson.loads(recorded("karrio/dhl_label.json"))
    said["shipments"][0]["events"] = []
    desk.wire.says(orjson.dumps(said))
    assert (await waits(desk.tracker())).seconds == following.POLL_S


@pytest.mark.parametrize(
    ("carrier", "recording", "status"),
    [
        (DHL, "karrio/dhl_not_found.json", 404),
        (MYDHL, "karrio/mydhl_not_found.json", 404),
        (UPS, "karrio/ups_not_found.json", 200),
        (FEDEX, "karrio/fedex_not_found.json", 200),
    ],
)
async def test_a_number_that_is_not_known_is_one_without_a_scan_for_a_week(
    carrier: Carrier, recording: str, status: int
) -> None:
    """Then a person has to look."""
    desk = Desk(carrier)
    desk.wire.says(recorded(recording), status=status)
    tracker = desk.tracker()
    desk.wire.answers = [httpx.Response(status, stream=httpx.ByteStream(recorded(recording))) for _ in range(3)]
    assert (await waits(tracker)).seconds == following.POLL_S
    desk.now = datetime.fromisoformat(TASK["time"]) + karrio_tracker.UNSEEN
    with pytest.raises(NotFoundError, match=carrier.number):
        await tracker(TASK)


async def test_a_key_that_is_refused_is_told_once_and_the_carrier_left_alone(desk: Desk) -> None:
    """The other tasks wait, since they would hear the same."""
    desk.wire.says(recorded("karrio/dhl_unauthorized.json"), status=401)
    tracker = desk.tracker()
    with pytest.raises(RejectedError, match="KERVAN_COURIERS__DHL__KARRIO__SETTINGS"):
        await tracker(TASK)
    assert (await waits(tracker)).seconds > following.UNAVAILABLE_S
    assert len(desk.wire.asked) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"<html>", 200),
        (b"", 200),
        (b"[]", 200),
        (b'{"shipments": []}', 200),
        (b'{"shipments": [{"id": 1, "events": [{"timestamp": "soon"}]}]}', 200),
        (b"[" * 2_000_000, 200),
        (b'{"title": "Bad Request", "status": 400, "detail": "no"}', 400),
        (b"", 302),
    ],
)
async def test_what_the_sdk_can_make_nothing_of_is_said(desk: Desk, body: bytes, status: int) -> None:
    """Nothing is concluded from it, and it is not asked again by itself."""
    desk.wire.says(body, status=status)
    with pytest.raises(ProtocolChangedError) as found:
        await desk.tracker()(TASK)
    assert (type(found.value), found.value.final) == (ProtocolChangedError, True)
    assert len(desk.wire.asked) == 1


async def test_a_carrier_that_is_down_is_left_alone(desk: Desk) -> None:
    """After five failures the tasks come again when it is to be tried again, without asking meanwhile."""
    desk.wire.answers = [httpx.ConnectError("no way there")]
    tracker = desk.tracker()
    assert (await waits(tracker)).seconds == following.UNAVAILABLE_S
    assert (await waits(tracker)).seconds == pytest.approx(30.0)
    desk.seconds[0] += 10.0
    assert (await waits(tracker)).seconds == pytest.approx(20.0)
    assert len(desk.wire.asked) == 5
    shown = {family.name: family.samples for family in metrics.of_callers({("courier", "karrio"): tracker.caller})}
    (shut,) = shown["kervan_breaker_open"]
    assert shut.value == 1
    desk.wire.says(recorded("karrio/dhl_first_scan.json"))
    desk.seconds[0] += 20.0
    assert len((await waits(tracker)).replies) == 2


async def test_a_carrier_whose_limit_is_used_up_is_asked_when_it_says(desk: Desk) -> None:
    """By its 429, or by our own count of calls."""
    desk.wire.answers = [httpx.Response(429, headers={"Retry-After": "90"}, stream=httpx.ByteStream(b""))]
    tracker = desk.tracker()
    assert (await waits(tracker)).seconds == 90.0
    assert (await waits(tracker)).seconds == 90.0
    assert len(desk.wire.asked) == 1
    own = Desk(DHL)
    own.wire.answers = [httpx.Response(200, stream=httpx.ByteStream(recorded("karrio/dhl_label.json"))) for _ in range(2)]
    tracker = own.tracker(calls_per_minute=1)
    await waits(tracker)
    assert (await waits(tracker)).seconds == 60.0
    assert len(own.wire.asked) == 1


async def test_calls_are_evenly_spread(desk: Desk) -> None:
    """Carriers count by the second, so sixty a minute are one a second and not sixty at once."""
    desk.wire.answers = [httpx.Response(200, stream=httpx.ByteStream(recorded("karrio/dhl_label.json"))) for _ in range(3)]
    tracker = desk.tracker(calls_per_minute=60)
    for _ in range(3):
        await waits(tracker)
    assert desk.seconds[0] == pytest.approx(2.0)


async def test_a_carrier_that_says_nothing_does_not_hold_a_thread_for_ever() -> None:
    """The SDK itself has no time-out; ours ends each attempt."""
    desk = Desk(DHL)

    async def silent(_: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    tracker = desk.tracker(time_out_s=0.05)
    (asked,) = tracker._couriers.values()
    asked.client.caller._http = httpx.AsyncClient(transport=httpx.MockTransport(silent))
    assert (await waits(tracker)).seconds == following.UNAVAILABLE_S
    await tracker.close()


async def test_a_token_is_asked_for_once_and_nothing_but_scans_after_it() -> None:
    """The SDK's connector for FedEx would also fetch a picture of the receiver's signature."""
    desk = Desk(FEDEX)
    desk.wire.says(recorded("karrio/fedex_first_scan.json"), recorded("karrio/fedex_delivered.json"))
    tracker = desk.tracker()
    await waits(tracker)
    await tracker(TASK)
    assert desk.wire.paths.count(FEDEX.path) == 2
    assert set(desk.wire.paths) == {FEDEX.token, FEDEX.path}


async def test_a_parcel_that_is_not_booked_waits(desk: Desk) -> None:
    """Nobody is asked until its tracking number is known."""
    desk.parcel = Parcel("", "", Stage.INVOICED)
    assert (await waits(desk.tracker())).seconds == following.POLL_S
    assert desk.wire.asked == []


@pytest.mark.parametrize("parcel", [{"stage": Stage.CANCELLED}, {"stage": Stage.RETURNED}, {"courier": "pts"}])
async def test_what_nobody_is_to_be_asked_about_ends(parcel: dict[str, Any]) -> None:
    """Cancelled, come back, or carried by a courier without a setting; or half a year old."""
    desk = Desk(DHL, **parcel)
    assert await desk.tracker()(TASK) == ()
    late = Desk(DHL)
    late.now = datetime.fromisoformat(TASK["time"]) + following.GIVE_UP + timedelta(seconds=1)
    assert await late.tracker()(TASK) == ()
    assert desk.wire.asked == late.wire.asked == []


def test_the_check_of_certificates_stays_on() -> None:
    """The SDK switches it off for whatever the process asks over urllib or http.client."""
    sdk.load()
    context = ssl._create_default_https_context()
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_a_call_of_the_sdks_that_nobody_asked_for_goes_nowhere() -> None:
    """Such as one of a connector that does not say for whom it asks."""
    with pytest.raises(line.StrayCallError):
        line.urlopen(Request("https://example.com"))


async def test_nothing_is_sent_without_tls(desk: Desk) -> None:
    """The key would stand in it."""
    tracker = desk.tracker()
    (asked,) = tracker._couriers.values()
    question = line.Question(asked.client.caller, karrio.operation(60), longest_s=1.0)
    with pytest.raises(line.WithoutTlsError):
        await asyncio.to_thread(question.ask, Request("http://ws.aramex.net/"))
    assert desk.wire.asked == []


@pytest.mark.parametrize(
    ("carrier", "settings", "kind", "says"),
    [
        ("dhl_universal", {"consumer_key": "k"}, WrongKarrioSettingsError, "consumer_secret missing"),
        (
            "dhl_universal",
            {"consumer_key": "k", "consumer_secret": "", "sercet": "HUSH"},
            WrongKarrioSettingsError,
            "sercet unknown",
        ),
        ("nobody", {}, KarrioMissingError, "karrio-nobody"),
    ],
)
def test_settings_that_do_not_fit_are_said_without_their_values(
    carrier: str, settings: dict[str, Any], kind: type[Exception], says: str, caplog: pytest.LogCaptureFixture
) -> None:
    """No worker starts with them, and no log shows a secret."""
    with pytest.raises(kind, match=says) as found:
        sdk.load().opener("dhl", carrier, settings)
    assert "HUSH" not in str(found.value) + caplog.text


async def test_what_carriers_say_is_not_logged(
    desk: Desk, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """The SDK would log URLs, and fields that it does not know with what they hold: numbers, and who signed."""
    said = orjson.loads(recorded("karrio/dhl_first_scan.json"))
    said["shipments"][0]["details"]["newField"] = "Signed by Jane Roe"
    desk.wire.says(orjson.dumps(said))
    with caplog.at_level(logging.DEBUG):
        await waits(desk.tracker())
    out, err = capfd.readouterr()
    assert "Jane Roe" not in caplog.text + out + err
    assert "trackingNumber" not in out + err


def test_without_the_extra_its_name_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """What to install."""
    there = importlib.util.find_spec

    def gone(name: str) -> Any:
        return None if name == "karrio" else there(name)

    monkeypatch.setattr(importlib.util, "find_spec", gone)
    with pytest.raises(KarrioMissingError, match=r"kervan\[karrio\]"):
        sdk.load()
