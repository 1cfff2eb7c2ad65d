"""Following a parcel by asking its courier again and again: a task a shipment, until there is nothing more to come.

What a courier says of it, and when all is said, is the courier's own folder to tell.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import structlog
from pydantic import ValidationError

from adapters.couriers.reading import UnclearError
from events import topology
from events.tasks import NotYetError, Reply
from events.translate import wrong_fields
from workflow.delivery import DeliveryStatus
from workflow.ports import Clock
from workflow.stages import Stage

_log = structlog.get_logger("kervan.couriers")

POLL_S = 3600.0
UNAVAILABLE_S = 300.0
"""How long until a task comes again: ordinarily, and when the courier was not there and nothing says how long to leave it."""

GIVE_UP = timedelta(days=180)
"""A parcel that is not done half a year after it was invoiced is asked about no more."""

_OVER = frozenset({Stage.CANCELLED, Stage.RETURNED})
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is known of a shipment's parcel."""

    courier: str
    tracking_number: str
    stage: Stage


Parcels = Callable[[UUID], Awaitable[Parcel | None]]
"""Finds a shipment's parcel as it is now: the task shows it as it was."""

Scan = tuple[str, bytes, DeliveryStatus | None]
"""A scan as a message: its id, its bytes, and its status; ``None`` where that is in no table."""


async def parcel_of(task: dict[str, Any], parcels: Parcels, clock: Clock) -> Parcel | None:
    """The parcel of a ``pickup.requested.v1``, once it is booked; ``None`` where nothing is to be followed (any more).

    Raises:
        NotYetError: it is not booked yet.
    """
    if task["type"] != "pickup.requested.v1":
        _log.warning("couriers that are asked for scans are not asked for this", type=task["type"])
        return None
    shipment = task["data"]["shipment"]["id"]
    parcel = await parcels(UUID(shipment))
    if parcel is None or parcel.stage in _OVER:
        return None
    if clock() - datetime.fromisoformat(task["time"]) > GIVE_UP:
        _log.error("a parcel is not done after half a year; its courier is asked no more", shipment=shipment)
        return None
    if not parcel.tracking_number:
        raise NotYetError(POLL_S)
    return parcel


def reply(courier: str, message_id: str, body: bytes) -> Reply:
    """What a courier tells."""
    return Reply(topology.subject_of(f"courier/{courier}"), message_id, body)


def tell(courier: str, said: Iterable[_T], scan: Callable[[_T], Scan], replies: list[Reply], *, shipment: str) -> bool:
    """Add what was said to ``replies``, one bad scan without the others; whether the parcel was delivered."""
    delivered = False
    for place, one in enumerate(said):
        try:
            message_id, body, status = scan(one)
        except UnclearError as error:
            _log.warning("a scan cannot be read", courier=courier, shipment=shipment, place=place, why=error.detail)
        except ValidationError as error:
            _log.warning("a scan cannot be read", courier=courier, shipment=shipment, place=place, why=wrong_fields(error))
        else:
            delivered |= status is DeliveryStatus.DELIVERED
            replies.append(reply(courier, message_id, body))
    return delivered
