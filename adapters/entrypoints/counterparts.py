"""The adapters that do what Kervan asks for: in every worker one task worker for each family given to a real counterpart.

Sandboxes are not here: the demo starts its own.
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable
from uuid import UUID
from zoneinfo import ZoneInfo

from nats.aio.client import Client

from adapters.calls.addresses import Outside
from adapters.calls.caller import Called, Caller
from adapters.calls.fare import Fare
from adapters.couriers import karrio, navlungo
from adapters.couriers.following import Parcel, Parcels
from adapters.couriers.karrio import sdk
from adapters.couriers.karrio.client import KarrioClient
from adapters.couriers.karrio.tracker import Asked, KarrioTracker
from adapters.couriers.navlungo.client import NavlungoClient
from adapters.couriers.navlungo.tracker import NavlungoTracker
from adapters.database import parcels, rates
from adapters.database.counterparts import Name
from adapters.database.store import LOST
from adapters.documents import DocumentFolder
from adapters.entrypoints import filing, issuing
from adapters.entrypoints.ledger import Ledger
from adapters.rates import tcmb
from adapters.rates.tcmb.bank import TcmbBank
from adapters.rates.tcmb.client import TcmbClient
from adapters.settings import CourierSettings, Settings
from events.tasks import Handler, NotYetError, Reply, TaskWorker
from workflow.errors import KervanError

if TYPE_CHECKING:
    from adapters.entrypoints.bootstrap import Parts

Maker = Callable[[Settings, "Parts"], Handler]
"""Makes the handler of one counterpart's tasks."""
Watcher = Callable[[Settings, "Parts"], Coroutine[Any, Any, None]]
"""Listens to one counterpart until cancelled."""


def tcmb_client(settings: Settings) -> TcmbClient:
    """The central bank's web server, or the mirror that the settings name."""
    return TcmbClient(settings.rates.tcmb.base_url, timeout_s=settings.rates.tcmb.timeout_s, callers=settings.workers)


def tcmb_bank(settings: Settings, parts: "Parts") -> TcmbBank:
    """The central bank, over what the database knows of its days."""
    return TcmbBank(tcmb_client(settings), partial(rates.known, parts.pool, tcmb.CODE), lambda: datetime.now(UTC))


class CourierNotSetError(KervanError):
    """A courier is named for parcels and lacks what it needs to be asked; no worker starts with it."""


def navlungo_client(settings: Settings) -> NavlungoClient:
    """Navlungo, as the settings say.

    Raises:
        CourierNotSetError: client id or secret is missing.
    """
    given = settings.couriers.get(navlungo.CODE, CourierSettings())
    if not given.client_id or given.client_secret is None:
        message = (
            "KERVAN_TASKS__COURIER names navlungo, but KERVAN_COURIERS__NAVLUNGO__CLIENT_ID or __CLIENT_SECRET is missing. "
            "Set both; Navlungo gives them out."
        )
        raise CourierNotSetError(message)
    api, identity = navlungo.HOSTS[given.environment]
    return NavlungoClient(
        given.client_id,
        given.client_secret.get_secret_value(),
        api_url=given.url or api,
        identity_url=given.identity_url or identity,
        timeout_s=given.time_out_s,
        callers=settings.workers,
        outside=Outside.of(settings.outside),
    )


def navlungo_tracker(settings: Settings, parts: "Parts") -> NavlungoTracker:
    """Navlungo, over what the database knows of parcels; errors as :func:`navlungo_client`."""
    client = navlungo_client(settings)
    archive = issuing.Archive(DocumentFolder(settings.documents_dir), parts.pool, _now)
    return NavlungoTracker(client, _parcels(parts), archive, _now)


def karrio_couriers(settings: Settings, fare: Fare) -> dict[str, Asked]:
    """The couriers whose carriers Karrio's SDK asks, by their codes; together they fare as ``fare``.

    Raises:
        CourierNotSetError: there is none.
        KarrioError: the extra is not installed, or a courier's settings do not fit.
    """
    given = {code: one for code, one in settings.couriers.items() if one.karrio is not None}
    if not given:
        message = (
            "KERVAN_TASKS__COURIER names karrio, but no courier says which carrier it is. Set "
            "KERVAN_COURIERS__<CODE>__KARRIO__CARRIER and __KARRIO__SETTINGS, for example with the code dhl."
        )
        raise CourierNotSetError(message)
    loaded = sdk.load()
    return {code: _karrio_courier(settings, loaded, fare, code, one) for code, one in given.items()}


def _karrio_courier(settings: Settings, loaded: sdk.Sdk, fare: Fare, code: str, own: CourierSettings) -> Asked:
    how = own.karrio
    assert how is not None, "chosen because it is there"  # noqa: S101 - for the type checker
    caller = Caller(karrio.counterpart(code, how.carrier), time_out_s=own.time_out_s, callers=settings.workers)
    caller.fare = fare
    client = KarrioClient(
        loaded,
        code,
        how.carrier,
        json.loads(how.settings.get_secret_value()),
        caller=caller,
        operation=karrio.operation(how.calls_per_minute),
        time_out_s=own.time_out_s,
    )
    return Asked(client, ZoneInfo(how.zone), how.every_minutes * 60.0)


def karrio_tracker(settings: Settings, parts: "Parts") -> KarrioTracker:
    """Karrio, over what the database knows of parcels; errors as :func:`karrio_couriers`."""
    fare = Fare(_now)
    return KarrioTracker(karrio_couriers(settings, fare), fare, _parcels(parts), _now)


def _parcels(parts: "Parts") -> Parcels:
    async def found(shipment: UUID) -> Parcel | None:
        known = await parcels.parcel(parts.pool, shipment)
        return None if known is None else Parcel(*known)

    return found


def _now() -> datetime:
    return datetime.now(UTC)


MAKERS: dict[Name, Maker] = {
    ("invoicing", "nilvera"): issuing.nilvera,
    ("invoicing", "file"): issuing.file,
    ("tax_office", "manual"): filing.manual,
    ("tax_office", "file"): filing.file,
    (tcmb.FAMILY, tcmb.CODE): tcmb_bank,
    (navlungo.FAMILY, navlungo.CODE): navlungo_tracker,
    (karrio.FAMILY, karrio.CODE): karrio_tracker,
}
"""For each family and code that a setting ``KERVAN_TASKS__<family>=<code>`` may name, who does its tasks."""

WATCHERS: dict[tuple[str, str], Watcher] = {("tax_office", "file"): filing.answers}
"""For each of them that also speaks without being asked, who listens; each worker does."""


@runtime_checkable
class _Closes(Protocol):
    """A handler that holds connections."""

    async def close(self) -> None:
        """Let them go."""
        ...


_STORE_AGAIN_S = 30.0
"""How long until a task comes again that could not be done for want of our own database."""


def without_blame(handler: Handler) -> Handler:
    """A handler whose tasks wait while our own database is not there: no counterpart has failed then, however long it lasts."""

    async def do(task: dict[str, Any]) -> Sequence[Reply]:
        try:
            return await handler(task)
        except LOST as error:
            if isinstance(error, OSError) and not isinstance(error, ConnectionError):  # a folder's or a counterpart's
                raise
            raise NotYetError(_STORE_AGAIN_S * random.uniform(0.7, 1)) from error  # noqa: S311 - no secret

    return do


@asynccontextmanager
async def at_work(settings: Settings, parts: "Parts", client: Client) -> AsyncIterator[Mapping[Name, Called]]:
    """Let the counterparts that the settings name take their tasks until the block ends; each only while it is not paused.

    Gives those that are called over HTTP.
    """
    named = [(family, code) for family, code in settings.tasks.items() if (family, code) in MAKERS]
    handlers: dict[Name, Any] = {name: MAKERS[name](settings, parts) for name in named}
    callers: dict[Name, Called] = {
        name: caller for name in named if (caller := getattr(handlers[name], "caller", None)) is not None
    }
    ledger = Ledger(parts.pool, named, {name: caller.fare for name, caller in callers.items()}, lambda: datetime.now(UTC))
    workers = [TaskWorker(client, *name, without_blame(handler), ledger.going[name]) for name, handler in handlers.items()]
    tasks = [asyncio.create_task(worker.run()) for worker in workers]
    tasks += [asyncio.create_task(WATCHERS[name](settings, parts)) for name in settings.tasks.items() if name in WATCHERS]
    if named:
        tasks.append(asyncio.create_task(ledger.run()))
    try:
        yield callers
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for handler in handlers.values():
            if isinstance(handler, _Closes):
                await handler.close()
        await ledger.close()
