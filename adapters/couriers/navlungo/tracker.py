"""Follows the parcels of shipments that Navlungo carries: a task a shipment, asked again until parcel and ETGB are done."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Protocol
from uuid import UUID

import structlog

from adapters.calls.caller import Caller
from adapters.couriers import following
from adapters.couriers.following import POLL_S, UNAVAILABLE_S, Parcels
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
from events.tasks import NotFoundError, NotYetError, RejectedError, Reply, TaskRefusedError, carried_on
from events.tasks import ProtocolChangedError as TaskProtocolChangedError
from workflow.documents import DocumentKind
from workflow.ports import Clock

_log = structlog.get_logger("kervan.couriers.navlungo")

_REFUSALS: dict[type[NavlungoError], type[TaskRefusedError]] = {
    UnknownReferenceError: NotFoundError,
    NotAuthorisedError: RejectedError,
    ProtocolChangedError: TaskProtocolChangedError,
}
"""What a person has to look at, as tasks are refused; every other error has its time to come again."""


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
        parcel = await following.parcel_of(task, self._parcels, self._clock)
        if parcel is None:
            return ()
        shipment = task["data"]["shipment"]["id"]
        reference = mapping.reference(parcel.tracking_number)
        if parcel.courier != CODE or reference is None:
            _log.info("not a parcel of Navlungo's", shipment=shipment, courier=parcel.courier)
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

    async def _follow(self, task: dict[str, Any], shipment: str, reference: int, replies: list[Reply]) -> bool:
        """Add what is known to ``replies``; whether nothing more is to come."""
        carried = carried_on(task)
        tracking = await self._client.tracking(reference)
        scan = partial(mapping.scan, tracking.tracking_number, **carried)
        if not following.tell(CODE, tracking.checkpoints, scan, replies, shipment=shipment):
            return False
        found = await self._client.etgb(reference)
        replies.append(following.reply(CODE, *mapping.etgb(found.etgb_number, shipment, self._clock(), "", **carried)))
        if not found.download_url:
            return True
        content = await self._client.pdf(found.download_url)
        name = f"{found.etgb_number}.pdf"
        await self._archive.keep(UUID(shipment), DocumentKind.ETGB_PDF, name, content, SOURCE)
        url = f"/api/shipments/{shipment}/documents"
        replies[-1] = following.reply(CODE, *mapping.etgb(found.etgb_number, shipment, self._clock(), url, **carried))
        return True
