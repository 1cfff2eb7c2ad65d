"""A scan dated far ahead of its reception would hide all later ones: it is refused, kept, and told of."""

from datetime import timedelta

from events.translate import Arrival
from tests.stories import START, said, story
from tests.unit.watched import Watched
from workflow.attention import Reason
from workflow.delivery import DeliveryStatus

DRAFT, INVOICE, BOOKED, SCAN = tuple(story(0))[:4]


def scan(name: str, status: str, hours: float) -> Arrival:
    """A scan dated some hours after the moment at which it is received."""
    when = (START + timedelta(hours=hours)).isoformat()
    data = {"courier": "pts", "tracking_number": "TRK0", "status": status, "occurred_at": when}
    return said("courier/pts", "courier.checkpoint.v1", name, data)


def test_a_scan_far_ahead_is_refused_and_later_ones_count() -> None:
    """It neither sets the delivery status nor hands the shipment over; one item says so."""
    watched = Watched()
    watched.tell(DRAFT, INVOICE, BOOKED)
    (outcome,) = watched.tell(scan("far", "delivered", 24.1))
    assert (outcome.state, outcome.code) == ("refused", "scan_in_future")
    assert (watched.shipment.delivery_status, watched.shipment.stage) == (None, "invoiced")
    assert watched.reasons == {Reason.MESSAGE_REFUSED}
    watched.tell(scan("true", "picked_up", 0))
    assert (watched.shipment.delivery_status, watched.shipment.stage) == (DeliveryStatus.PICKED_UP, "handed_to_courier")


def test_a_clock_that_is_a_little_ahead_is_believed() -> None:
    """A day: some couriers tell local times as if they were UTC. The installation may set it."""
    watched = Watched()
    watched.tell(DRAFT, INVOICE, BOOKED, scan("near", "picked_up", 24))
    assert watched.shipment.delivery_status is DeliveryStatus.PICKED_UP


def test_a_time_ahead_that_an_earlier_release_took_gives_way() -> None:
    """It is as untrue as it was; the next scan replaces it."""
    watched = Watched()
    watched.tell(DRAFT, INVOICE, BOOKED, SCAN)
    stored = watched.store.world.shipments[watched.shipment.id]
    stored.delivery_status, stored.delivery_at = DeliveryStatus.DELIVERED, START + timedelta(days=400)
    watched.tell(scan("true", "in_transit", 5))
    assert watched.shipment.delivery_status is DeliveryStatus.IN_TRANSIT
