"""Navlungo's client and tracker against a server that answers as its documents say, and as it should not."""

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
import stamina

from adapters.couriers import following
from adapters.couriers.following import Parcel
from adapters.couriers.navlungo import mapping
from adapters.couriers.navlungo.client import NavlungoClient
from adapters.couriers.navlungo.errors import (
    EtgbNotThereYetError,
    NavlungoError,
    NavlungoUnavailableError,
    NotAuthorisedError,
    NotDeliveredYetError,
    ProtocolChangedError,
    TooManyRequestsError,
    TrackingNotThereYetError,
    UnknownReferenceError,
)
from adapters.couriers.navlungo.tracker import NavlungoTracker
from events.tasks import NotFoundError, NotYetError, RejectedError, Reply, TaskRefusedError
from events.tasks import ProtocolChangedError as TaskProtocolChangedError
from events.translate import Arrival, read
from tests.contract.bank_server import Answer, Server, bank_server
from tests.contract.couriers.suite import recorded
from tests.loopback import LOOPBACK
from workflow import delivery
from workflow.delivery import DeliveryStatus
from workflow.documents import DocumentKind
from workflow.facts import Checkpoint, EtgbIssued
from workflow.message import Message
from workflow.stages import Stage

NOW = datetime(2026, 9, 29, 9, 0, tzinfo=UTC)
REFERENCE = 306889
NUMBER = "NVL000000306889"
SHIPMENT = "6f1c1f0e-3f4e-5a3b-9d53-0a8d0a7f5b11"
TRACKING = f"/api/shipping/v1/shipments/{REFERENCE}/tracking"
ETGB = f"/api/shipping/v1/shipments/{REFERENCE}/etgb/download-url"
TOKEN = "/connect/token"
BAD, GONE, MANY = "400 Bad Request", "404 Not Found", "429 Too Many Requests"
PDF = b"%PDF-1.7 ETGB"


def refusal(code: str, status: str = BAD) -> Answer:
    """A business error, in Navlungo's form."""
    return Answer(orjson.dumps({"code": code, "message": "…", "data": []}), status=status)


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    """Attempts follow each other at once."""
    with stamina.set_testing(testing=True, attempts=3):
        yield


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with bank_server() as found:
        found.answers[TOKEN] = [Answer(recorded("navlungo/token.json"))]
        found.answers[TRACKING] = [Answer(recorded("navlungo/tracking.json"))]
        yield found


@pytest.fixture
async def client(server: Server) -> AsyncIterator[NavlungoClient]:
    async with made(server) as found:
        yield found


def made(server: Server, seconds: Sequence[float] = (0.0,)) -> NavlungoClient:
    """A client whose clock shows these seconds, and then the last for ever."""
    left = list(seconds)

    def now() -> float:
        return left.pop(0) if len(left) > 1 else left[0]

    return NavlungoClient(
        "client", "secret", api_url=server.url, identity_url=server.url, timeout_s=0.5, outside=LOOPBACK, now=now
    )


async def test_a_token_is_asked_for_once(server: Server, client: NavlungoClient) -> None:
    """It lives an hour, and serves both questions."""
    for _ in range(3):
        found = await client.tracking(REFERENCE)
    assert found.tracking_number == NUMBER
    assert server.asked == [TOKEN, TRACKING, TRACKING, TRACKING]


async def test_an_old_token_is_replaced_before_it_ends(server: Server) -> None:
    """A minute before its hour is over."""
    clock = [0.0]
    client = NavlungoClient("c", "s", api_url=server.url, identity_url=server.url, now=lambda: clock[0])
    async with client:
        await client.tracking(REFERENCE)
        clock[0] = 3541.0
        await client.tracking(REFERENCE)
    assert server.asked.count(TOKEN) == 2


async def test_a_token_that_was_withdrawn_is_replaced_once(server: Server, client: NavlungoClient) -> None:
    """401 is asked again with a new one; 401 again is a refusal."""
    denied = Answer(b'{"type": "Authentication/InvalidToken", "status": 401}', status="401 Unauthorized")
    server.answers[TRACKING] = [denied, Answer(recorded("navlungo/tracking.json"))]
    assert (await client.tracking(REFERENCE)).tracking_number == NUMBER
    server.answers[TRACKING] = [denied]
    with pytest.raises(NotAuthorisedError, match="InvalidToken"):
        await client.tracking(REFERENCE)
    assert server.asked.count(TRACKING) == 4


@pytest.mark.parametrize("error", ["invalid_client", "invalid_scope"])
async def test_a_wrong_client_is_told_as_a_500(server: Server, client: NavlungoClient, error: str) -> None:
    """As documented; it is a refusal and not an outage, so it is not tried again."""
    said = {"status": 500, "extensions": {"exceptionDetails": {"error": error}}}
    server.answers[TOKEN] = [Answer(orjson.dumps(said), status="500 Internal Server Error")]
    with pytest.raises(NotAuthorisedError, match=error):
        await client.tracking(REFERENCE)
    assert server.asked == [TOKEN]


@pytest.mark.parametrize(
    ("path", "answer", "kind"),
    [
        (TRACKING, refusal("trackingnotfound.error"), TrackingNotThereYetError),
        (ETGB, refusal("shipmentnotdelivered.error"), NotDeliveredYetError),
        (ETGB, refusal("etgbdocumentnotfound.error"), EtgbNotThereYetError),
        (TRACKING, refusal("record.not.found", GONE), UnknownReferenceError),
        (ETGB, Answer(recorded("navlungo/too_many_requests.json"), status=MANY), TooManyRequestsError),
        (TRACKING, refusal("Common/Unexpected", "500 Internal Server Error"), NavlungoUnavailableError),
        (TRACKING, refusal("something.new.error"), ProtocolChangedError),
        (TRACKING, Answer(b"<html>", status=GONE), ProtocolChangedError),
        (TRACKING, Answer(b"<html>"), ProtocolChangedError),
        (TRACKING, Answer(b'{"trackingNumber": 5}'), ProtocolChangedError),
        (TRACKING, Answer(b"[" * 2_000_000), ProtocolChangedError),
        (ETGB, Answer(b'{"etgbNumber": null}'), ProtocolChangedError),
        (TRACKING, Answer(status="302 Found", headers="Location: http://127.0.0.1:9/\r\n"), ProtocolChangedError),
    ],
)
async def test_each_refusal_has_its_type(
    server: Server, client: NavlungoClient, path: str, answer: Answer, kind: type[NavlungoError]
) -> None:
    """So that what follows can be decided; none of them is tried again at once."""
    server.answers[path] = [answer]
    with pytest.raises(kind) as found:
        await (client.tracking if path == TRACKING else client.etgb)(REFERENCE)
    assert type(found.value) is kind
    assert str(found.value)
    assert server.asked.count(path) == 1


async def test_an_outage_is_tried_three_times(server: Server, client: NavlungoClient) -> None:
    """Busy twice, then there; busy for ever is said to be so."""
    busy = Answer(status="503 Service Unavailable")
    server.answers[TRACKING] = [busy, busy, Answer(recorded("navlungo/tracking.json"))]
    assert (await client.tracking(REFERENCE)).tracking_number == NUMBER
    server.answers[TRACKING] = [busy]
    with pytest.raises(NavlungoUnavailableError, match="503"):
        await client.tracking(REFERENCE)
    assert server.asked.count(TRACKING) == 6


async def test_its_limits_are_kept_without_asking(server: Server) -> None:
    """Five ETGBs in ten seconds; the sixth is told how long to wait, and Navlungo is not bothered."""
    server.answers[ETGB] = [refusal("shipmentnotdelivered.error")]
    async with made(server) as client:
        for _ in range(5):
            with pytest.raises(NotDeliveredYetError):
                await client.etgb(REFERENCE)
        with pytest.raises(TooManyRequestsError):
            await client.etgb(REFERENCE)
    assert server.asked.count(ETGB) == 5


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(b"<html>"), ProtocolChangedError),
        (Answer(b"%PDF-" + b"x" * 11_000_000), ProtocolChangedError),
        (Answer(status="403 Forbidden"), NavlungoUnavailableError),
    ],
)
async def test_what_is_no_pdf_is_not_kept(
    server: Server, client: NavlungoClient, answer: Answer, kind: type[NavlungoError]
) -> None:
    """Its address has run out, or something else is there."""
    server.answers["/x.pdf"] = [answer]
    with pytest.raises(kind):
        await client.pdf(f"{server.url}/x.pdf")
    with pytest.raises(ProtocolChangedError):
        await client.pdf("file:///etc/passwd")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/x.pdf",
        "https://127.0.0.1/x.pdf",
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:10.0.0.1]/x.pdf",
        "https://user:secret@navlungo.example/x.pdf",
    ],
)
async def test_a_pdf_is_not_fetched_from_inside_the_network(server: Server, url: str) -> None:
    """Whoever answers in Navlungo's name says the address: nothing is connected, and a person is told."""
    async with NavlungoClient("c", "s", api_url=server.url, identity_url=server.url) as client:
        with pytest.raises(ProtocolChangedError):
            await client.pdf(url)
        with pytest.raises(ProtocolChangedError, match="must begin with https"):
            await client.pdf(f"{server.url}/x.pdf")
    assert server.asked == []


async def test_a_pdf_that_moved_is_not_followed(server: Server, client: NavlungoClient) -> None:
    """A redirect could lead anywhere: it is an answer without a PDF."""
    server.answers["/x.pdf"] = [Answer(status="302 Found", headers=f"Location: {server.url}/inside.pdf\r\n")]
    server.answers["/inside.pdf"] = [Answer(PDF)]
    with pytest.raises(NavlungoUnavailableError):
        await client.pdf(f"{server.url}/x.pdf")
    assert server.asked == ["/x.pdf"]


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("In Transit", DeliveryStatus.IN_TRANSIT),
        ("InTransit", DeliveryStatus.IN_TRANSIT),
        ("OUT FOR DELIVERY", DeliveryStatus.OUT_FOR_DELIVERY),
        ("Info Received", DeliveryStatus.ANNOUNCED),
        ("Lost in Space", None),
    ],
)
def test_statuses_are_compared_as_navlungo_asks(word: str, found: DeliveryStatus | None) -> None:
    """Without spaces, whatever the case."""
    assert mapping.status(word) is found


@pytest.mark.parametrize(
    ("number", "found"),
    [(NUMBER, REFERENCE), (f" {NUMBER} ", REFERENCE), ("NVL1", None), ("1Z204W4R0308071865", None), ("", None)],
)
def test_the_reference_stands_in_the_tracking_number(number: str, found: int | None) -> None:
    """``NVL`` and twelve digits."""
    assert mapping.reference(number) == found


class Desk:
    """The shipment's side: its parcel, and its documents."""

    def __init__(self, **parcel: Any) -> None:
        self.parcel: Parcel | None = Parcel(
            **({"courier": "navlungo", "tracking_number": NUMBER, "stage": Stage.INVOICED} | parcel)
        )
        self.kept: list[tuple[DocumentKind, str, bytes]] = []

    async def find(self, shipment: UUID) -> Parcel | None:
        """The parcel."""
        assert str(shipment) == SHIPMENT
        return self.parcel

    async def keep(self, shipment: UUID, kind: DocumentKind, name: str, content: bytes, source: str) -> str:
        """Keep a document."""
        assert (str(shipment), source) == (SHIPMENT, "courier/navlungo")
        self.kept.append((kind, name, content))
        return "sha"

    def tracker(self, client: NavlungoClient, now: datetime = NOW) -> NavlungoTracker:
        """The tracker over it."""
        return NavlungoTracker(client, self.find, self, lambda: now)


TASK: dict[str, Any] = {
    "type": "pickup.requested.v1",
    "id": "t-1",
    "time": "2026-09-22T09:00:00+00:00",
    "correlationid": "order-1",
    "data": {"shipment": {"id": SHIPMENT}},
}


def told(replies: Sequence[Reply]) -> list[Message]:
    """What the engine understands."""
    found = []
    for one in replies:
        message = read(Arrival(one.subject, one.body, one.message_id), NOW)
        assert isinstance(message, Message), message
        assert message.id == one.message_id
        assert message.correlation == "order-1"
        found.append(message)
    return found


async def waits(handler: NavlungoTracker) -> NotYetError:
    """A task that comes again."""
    with pytest.raises(NotYetError) as found:
        await handler(TASK)
    return found.value


async def test_a_parcel_on_its_way_is_told_and_asked_about_again(client: NavlungoClient) -> None:
    """The label is no hand-over, the first movement is; the same answer gives the same messages."""
    later = await waits(Desk().tracker(client))
    assert later.seconds == following.POLL_S
    scans = [message.fact for message in told(later.replies)]
    assert all(isinstance(scan, Checkpoint) for scan in scans)
    by_time = sorted((scan for scan in scans if isinstance(scan, Checkpoint)), key=lambda scan: scan.occurred_at)
    assert [scan.status for scan in by_time] == [DeliveryStatus.ANNOUNCED, DeliveryStatus.IN_TRANSIT]
    assert [scan.status in delivery.PHYSICAL for scan in by_time] == [False, True]
    assert by_time[0].occurred_at == datetime(2026, 9, 23, 8, 29, tzinfo=UTC)
    assert (await waits(Desk().tracker(client))).replies == later.replies


async def test_a_delivered_parcels_etgb_and_its_pdf_end_the_task(server: Server, client: NavlungoClient) -> None:
    """The number goes to the engine, the PDF to the shipment's documents while its address lives."""
    server.answers[TRACKING] = [Answer(recorded("navlungo/tracking_delivered.json"))]
    said = orjson.loads(recorded("navlungo/etgb.json")) | {"downloadUrl": f"{server.url}/26341300EX000123.pdf?X=1"}
    server.answers[ETGB] = [Answer(orjson.dumps(said))]
    server.answers["/26341300EX000123.pdf?X=1"] = [Answer(PDF)]
    desk = Desk()
    messages = told(await desk.tracker(client)(TASK))
    (etgb,) = [message for message in messages if isinstance(message.fact, EtgbIssued)]
    assert isinstance(etgb.fact, EtgbIssued)
    assert (etgb.fact.number, len(etgb.fact.lines)) == ("26341300EX000123", 1)
    assert etgb.fact.document_url == f"/api/shipments/{SHIPMENT}/documents"
    assert orjson.loads(etgb.body)["data"]["registered_on_inferred"] is True
    assert desk.kept == [(DocumentKind.ETGB_PDF, "26341300EX000123.pdf", PDF)]


async def test_an_etgb_from_a_list_has_no_pdf(server: Server, client: NavlungoClient) -> None:
    """Then the number is all there will be."""
    server.answers[TRACKING] = [Answer(recorded("navlungo/tracking_delivered.json"))]
    server.answers[ETGB] = [
        Answer(b'{"reference": 1, "etgbNumber": "26341300EX000123", "fileName": null, "downloadUrl": null}')
    ]
    desk = Desk()
    replies = await desk.tracker(client)(TASK)
    fact = told(replies)[-1].fact
    assert isinstance(fact, EtgbIssued)
    assert (fact.document_url, desk.kept) == ("", [])


async def test_a_pdf_that_does_not_come_does_not_hold_the_number_back(server: Server, client: NavlungoClient) -> None:
    """The number is told; a new address is asked for later."""
    server.answers[TRACKING] = [Answer(recorded("navlungo/tracking_delivered.json"))]
    said = orjson.loads(recorded("navlungo/etgb.json")) | {"downloadUrl": f"{server.url}/gone.pdf"}
    server.answers[ETGB] = [Answer(orjson.dumps(said))]
    later = await waits(Desk().tracker(client))
    assert later.seconds == following.UNAVAILABLE_S
    assert isinstance(told(later.replies)[-1].fact, EtgbIssued)


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (refusal("trackingnotfound.error"), following.POLL_S),
        (Answer(status="503 Service Unavailable"), following.UNAVAILABLE_S),
        (Answer(recorded("navlungo/too_many_requests.json"), status=MANY), 10.0),
    ],
)
async def test_what_cannot_be_had_now_comes_again(
    server: Server, client: NavlungoClient, answer: Answer, seconds: float
) -> None:
    """Sooner or later, by its cause."""
    server.answers[TRACKING] = [answer]
    later = await waits(Desk().tracker(client))
    assert (later.seconds, later.replies) == (seconds, [])


@pytest.mark.parametrize(
    ("answer", "kind", "final", "says"),
    [
        (refusal("record.not.found", GONE), NotFoundError, False, "another account"),
        (refusal("something.new.error"), TaskProtocolChangedError, True, "something.new.error"),
        (Answer(b"<html>"), TaskProtocolChangedError, True, "documented form"),
        (refusal("Authentication/NoScope", "403 Forbidden"), RejectedError, True, "KERVAN_COURIERS__NAVLUNGO__CLIENT_ID"),
    ],
)
async def test_what_a_person_has_to_look_at_is_refused_with_what_to_do(
    server: Server, client: NavlungoClient, answer: Answer, kind: type[TaskRefusedError], final: bool, says: str
) -> None:
    """By its own word; a shipment that is not known may still become so and is asked about some more."""
    server.answers[TRACKING] = [answer]
    with pytest.raises(TaskRefusedError, match=says) as found:
        await Desk().tracker(client)(TASK)
    assert (type(found.value), found.value.final, found.value.replies) == (kind, final, [])


async def test_scans_are_told_although_the_etgb_is_refused(server: Server, client: NavlungoClient) -> None:
    """What was learnt is not lost with what was not."""
    server.answers[TRACKING] = [Answer(recorded("navlungo/tracking_delivered.json"))]
    server.answers[ETGB] = [Answer(b"<html>")]
    with pytest.raises(TaskProtocolChangedError) as found:
        await Desk().tracker(client)(TASK)
    assert len(told(found.value.replies)) == 4


async def test_a_client_that_is_refused_does_not_ask_for_every_parcel(server: Server, client: NavlungoClient) -> None:
    """One task tells a person; the others wait, since they would hear the same."""
    server.answers[TOKEN] = [Answer(b'{"extensions": {"exceptionDetails": {"error": "invalid_client"}}}', status="500 Oops")]
    with pytest.raises(RejectedError):
        await Desk().tracker(client)(TASK)
    assert (await waits(Desk().tracker(client))).seconds > following.UNAVAILABLE_S
    assert server.asked == [TOKEN]


async def test_a_navlungo_that_is_down_is_left_alone(server: Server) -> None:
    """After five failures the tasks come again when it is to be tried again, without asking meanwhile; then one finds out."""
    server.answers[TRACKING] = [Answer(status="503 Service Unavailable")]
    clock = [0.0]
    client = NavlungoClient("c", "s", api_url=server.url, identity_url=server.url, timeout_s=0.5, now=lambda: clock[0])
    async with client:
        assert (await waits(Desk().tracker(client))).seconds == following.UNAVAILABLE_S
        assert (await waits(Desk().tracker(client))).seconds == 30.0
        clock[0] = 10.0
        assert (await waits(Desk().tracker(client))).seconds == 20.0
        assert server.asked.count(TRACKING) == 5
        server.answers[TRACKING] = [Answer(recorded("navlungo/tracking.json"))]
        clock[0] = 30.0
        assert len((await waits(Desk().tracker(client))).replies) == 2


async def test_a_delivered_parcel_waits_for_its_etgb(server: Server, client: NavlungoClient) -> None:
    """Its scans are told meanwhile."""
    server.answers[TRACKING] = [Answer(recorded("navlungo/tracking_delivered.json"))]
    server.answers[ETGB] = [refusal("etgbdocumentnotfound.error")]
    later = await waits(Desk().tracker(client))
    assert (later.seconds, len(later.replies)) == (following.POLL_S, 4)


async def test_one_bad_checkpoint_does_not_lose_the_others(server: Server, client: NavlungoClient) -> None:
    """A time of another form, a checkpoint that is none, and two good ones."""
    said = orjson.loads(recorded("navlungo/tracking.json"))
    said["checkpoints"][1:1] = [said["checkpoints"][0] | {"checkpointTime": "2026-09-23"}, "lost"]
    server.answers[TRACKING] = [Answer(orjson.dumps(said))]
    assert len(told((await waits(Desk().tracker(client))).replies)) == 2


async def test_a_parcel_that_is_not_booked_waits(server: Server, client: NavlungoClient) -> None:
    """Nobody is asked until its tracking number is known."""
    assert (await waits(Desk(tracking_number="", courier="").tracker(client))).seconds == following.POLL_S
    assert server.asked == []


@pytest.mark.parametrize(
    "parcel",
    [{"stage": Stage.CANCELLED}, {"stage": Stage.RETURNED}, {"courier": "ups"}, {"tracking_number": "1Z204W4R0308071865"}],
)
async def test_what_is_not_navlungos_to_tell_is_not_asked_for(
    server: Server, client: NavlungoClient, parcel: dict[str, Any]
) -> None:
    """Cancelled, come back, or carried by another."""
    assert await Desk(**parcel).tracker(client)(TASK) == ()
    assert server.asked == []


async def test_no_parcel_is_asked_about_for_ever(server: Server, client: NavlungoClient) -> None:
    """Half a year after the task it ends; so does one whose shipment is not there."""
    late = datetime.fromisoformat(TASK["time"]) + following.GIVE_UP + timedelta(seconds=1)
    assert await Desk().tracker(client, late)(TASK) == ()
    nobody = Desk()
    nobody.parcel = None
    assert await nobody.tracker(client)(TASK) == ()
    assert await Desk().tracker(client)(TASK | {"type": "other.requested.v1"}) == ()
    assert server.asked == []
