"""Follows the parcels of the couriers whose carriers Karrio asks: a task a shipment, asked again until it is delivered."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

import structlog

from adapters.calls.breaker import Breaker
from adapters.calls.caller import Caller
from adapters.calls.fare import Fare
from adapters.couriers import following
from adapters.couriers.following import POLL_S, UNAVAILABLE_S, Parcels
from adapters.couriers.karrio import mapping, times
from adapters.couriers.karrio.client import KarrioClient, Tracked
from adapters.couriers.karrio.errors import (
    AnswerChangedError,
    CarrierUnavailableError,
    KarrioError,
    NotAuthorisedError,
    TooManyQuestionsError,
    UnknownNumberError,
)
from events.tasks import NotFoundError, NotYetError, ProtocolChangedError, RejectedError, Reply, TaskRefusedError, carried_on
from workflow.ports import Clock

_log = structlog.get_logger("kervan.couriers.karrio")

UNSEEN = timedelta(days=7)
"""So long after the invoice a number that the carrier does not know is one that it has not scanned yet."""

_REFUSALS: dict[type[KarrioError], type[TaskRefusedError]] = {
    UnknownNumberError: NotFoundError,
    NotAuthorisedError: RejectedError,
    AnswerChangedError: ProtocolChangedError,
}
"""What a person has to look at, as tasks are refused; every other error has its time to come again."""


@dataclass(frozen=True, slots=True)
class Together:
    """All the carriers, as the one counterpart that Karrio is."""

    fare: Fare
    callers: tuple[Caller, ...]

    @property
    def breaker(self) -> Breaker:
        """The one that is open for the longest."""
        return max((caller.breaker for caller in self.callers), key=lambda breaker: breaker.left_s)


@dataclass(frozen=True, slots=True)
class Asked:
    """A courier that is asked, the zone in which its times are read where nothing else says it, and how often it is asked."""

    client: KarrioClient
    zone: tzinfo
    every_s: float = POLL_S


class KarrioTracker:
    """The handler of ``pickup.requested.v1``: nothing is booked, but the parcel is followed as soon as it is."""

    def __init__(self, couriers: Mapping[str, Asked], fare: Fare, parcels: Parcels, clock: Clock) -> None:
        """Ask about the parcels of ``couriers``, by their codes, that ``parcels`` finds."""
        self._couriers, self._parcels, self._clock = dict(couriers), parcels, clock
        self.caller = Together(fare, tuple(one.client.caller for one in couriers.values()))

    async def close(self) -> None:
        """Close the connections."""
        await asyncio.gather(*(one.client.close() for one in self._couriers.values()))

    async def __call__(self, task: dict[str, Any]) -> Sequence[Reply]:
        """Tell all that a carrier knows of a parcel.

        Raises:
            NotYetError: there is more to come, or it could not be asked now; what is known is told meanwhile.
            TaskRefusedError: the carrier refuses for good (a number that it does not know may still become known).
        """
        parcel = await following.parcel_of(task, self._parcels, self._clock)
        if parcel is None:
            return ()
        shipment = task["data"]["shipment"]["id"]
        courier = self._couriers.get(parcel.courier)
        if courier is None:
            _log.info("not a parcel that Karrio is asked about", shipment=shipment, courier=parcel.courier)
            return ()
        try:
            tracked = await courier.client.tracking(parcel.tracking_number)
        except TooManyQuestionsError as error:
            raise NotYetError(error.seconds) from error
        except CarrierUnavailableError as error:
            _log.warning("a carrier is not there", courier=parcel.courier, error=str(error))
            raise NotYetError(error.seconds or UNAVAILABLE_S) from error
        except tuple(_REFUSALS) as error:
            if isinstance(error, UnknownNumberError) and self._clock() - datetime.fromisoformat(task["time"]) < UNSEEN:
                raise NotYetError(courier.every_s) from error
            raise _REFUSALS[type(error)](str(error)) from error
        replies: list[Reply] = []
        if not self._tell(courier, parcel.tracking_number, tracked, task, replies):
            raise NotYetError(courier.every_s, replies)
        return replies

    def _tell(self, asked: Asked, number: str, tracked: Tracked, task: dict[str, Any], replies: list[Reply]) -> bool:
        """Add the scans to ``replies``; whether the parcel was delivered."""
        walls = [times.wall(event.date, event.time) for event in tracked.events]
        when = times.moments(walls, times.offsets(tracked.answers), asked.zone, self._clock())
        courier, carrier, carried = asked.client.courier, asked.client.carrier, carried_on(task)

        def scan(one: tuple[Any, times.When | None]) -> following.Scan:
            event, moment = one
            return mapping.scan(courier, carrier, number, event, when=moment, **carried)

        said = zip(tracked.events, when, strict=True)
        return following.tell(courier, said, scan, replies, shipment=task["data"]["shipment"]["id"])
