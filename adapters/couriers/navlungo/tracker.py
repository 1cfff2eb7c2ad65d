"""Follows the parcels of shipments that Navlungo carries: a task a shipment, asked again until parcel and ETGB are done."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

import structlog
from pydantic import ValidationError

from adapters.calls.caller import Caller
from adapters.couriers.navlungo import CODE, SOURCE, mapping
from adapters.couriers.navlungo.client import NavlungoClient
from adapters.couriers.navlungo.errors import (
    NavlungoError,
    NavlungoUnavailableError,
    NotAuthorisedError,
    NothingYetError,
    ProtocolChangedError,
    TooManyRequestsError,
    UnknownReferenceError,
)
from adapters.couriers.reading import UnclearError
from events import topology
from events.tasks import NotFoundError, NotYetError, RejectedError, Reply, TaskRefusedError
from events.tasks import ProtocolChangedError as TaskProtocolChangedError
from events.translate import wrong_fields
from workflow.delivery import DeliveryStatus
from workflow.documents import DocumentKind
from workflow.ports import Clock
from workflow.stages import Stage

_log = structlog.get_logger("kervan.couriers.navlungo")

POLL_S = 3600.0
UNAVAILABLE_S = 300.0
"""How long until a task comes again: ordinarily, and when Navlungo was not there and nothing says how long to leave it."""

_REFUSALS: dict[type[NavlungoError], type[TaskRefusedError]] = {
    UnknownReferenceError: NotFoundError,
    NotAuthorisedError: RejectedError,
    ProtocolChangedError: TaskProtocolChangedError,
}
"""What a person has to look at, as tasks are refused; every other error has its time to come again."""

GIVE_UP = timedelta(days=180)
"""A parcel that is not done half a year after it was invoiced is asked about no more."""

_OVER = frozenset({Stage.CANCELLED, Stage.RETURNED})


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is known of a shipment's parcel."""

    courier: str
    tracking_number: str
    stage: Stage


Parcels = Callable[[UUID], Awaitable[Parcel | None]]
"""Finds a shipment's parcel as it is now: the task shows it as it was."""


class Archive(Protocol):
    """Keeps documents."""

    async def keep(self, shipment: UUID, kind: DocumentKind, name: str, content: bytes, source: str) -> str:
        """Keep a document; the same one again changes nothing."""
        ...


class NavlungoTracker:
    """The handler of ``pickup.requested.v1``: nothing is booked, but the parcel is followed as soon as it is."""

    def __init__(self, client: NavlungoClient, parcels: Parcels, archive: Archive, clock: Clock) -> None:
        """Ask ``client`` about the parcels that ``parcels`` finds."""
        self._client, self._parcels, self._archive, self._clock = client, parcels, archive, clock

    @property
    def caller(self) -> Caller:
        """What calls Navlungo."""
        return self._client.caller

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def __call__(self, task: dict[str, Any]) -> Sequence[Reply]:
        """Tell all that Navlungo knows of a parcel.

        Raises:
            NotYetError: there is more to come, or it could not be asked now; what is known is told meanwhile.
            TaskRefusedError: Navlungo refuses for good (a shipment that it does not know may still become known); what
                was learnt before is told all the same.
        """
        if task["type"] != "pickup.requested.v1":
            _log.warning("Navlungo is not asked for this", type=task["type"])
            return ()
        shipment = task["data"]["shipment"]["id"]
        reference = await self._reference(shipment, asked_at=datetime.fromisoformat(task["time"]))
        if reference is None:
            return ()
        replies: list[Reply] = []
        try:
            done = await self._follow(task, shipment, reference, replies)
        except NothingYetError as error:
            raise NotYetError(POLL_S, replies) from error
        except TooManyRequestsError as error:
            raise NotYetError(error.seconds, replies) from error
        except NavlungoUnavailableError as error:
            _log.warning("Navlungo is not there", error=str(error))
            raise NotYetError(error.seconds or UNAVAILABLE_S, replies) from error
        except tuple(_REFUSALS) as error:
            raise _REFUSALS[type(error)](str(error), replies) from error
        if not done:
            raise NotYetError(POLL_S, replies)
        return replies

    async def _reference(self, shipment: str, *, asked_at: datetime) -> int | None:
        """Navlungo's reference of a parcel that is to be followed; ``None`` where there is nothing (more) to follow.

        Raises:
            NotYetError: it is not booked yet.
        """
        parcel = await self._parcels(UUID(shipment))
        if parcel is None or parcel.stage in _OVER:
            return None
        if self._clock() - asked_at > GIVE_UP:
            _log.error("a parcel is not done after half a year; Navlungo is asked no more", shipment=shipment)
            return None
        if not parcel.tracking_number:
            raise NotYetError(POLL_S)
        reference = mapping.reference(parcel.tracking_number)
        if parcel.courier != CODE or reference is None:
            _log.info("not a parcel of Navlungo's", shipment=shipment, courier=parcel.courier)
            return None
        return reference

    async def _follow(self, task: dict[str, Any], shipment: str, reference: int, replies: list[Reply]) -> bool:
        """Add what is known to ``replies``; whether nothing more is to come."""
        carried = {
            "correlationid": str(task.get("correlationid", "")),
            "causationid": str(task["id"]),
            "traceparent": str(task.get("traceparent", "")),
        }
        tracking = await self._client.tracking(reference)
        delivered = False
        for place, said in enumerate(tracking.checkpoints):
            try:
                message_id, body, status = mapping.scan(tracking.tracking_number, said, **carried)
            except UnclearError as error:
                _log.warning("a checkpoint cannot be read", shipment=shipment, place=place, why=error.detail)
            except ValidationError as error:
                _log.warning("a checkpoint cannot be read", shipment=shipment, place=place, why=wrong_fields(error))
            else:
                delivered |= status is DeliveryStatus.DELIVERED
                replies.append(_reply(message_id, body))
        if not delivered:
            return False
        found = await self._client.etgb(reference)
        replies.append(_reply(*mapping.etgb(found.etgb_number, shipment, self._clock(), "", **carried)))
        if not found.download_url:
            return True
        content = await self._client.pdf(found.download_url)
        name = f"{found.etgb_number}.pdf"
        await self._archive.keep(UUID(shipment), DocumentKind.ETGB_PDF, name, content, SOURCE)
        url = f"/api/shipments/{shipment}/documents"
        replies[-1] = _reply(*mapping.etgb(found.etgb_number, shipment, self._clock(), url, **carried))
        return True


def _reply(message_id: str, body: bytes) -> Reply:
    return Reply(topology.subject_of(SOURCE), message_id, body)
