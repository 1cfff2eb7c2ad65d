"""Tries whether a counterpart can be reached, with one call that changes nothing there, for a person who wants to know.

The call is made by whoever asks (web or command line), with limits and breaker of its own: it is made also while the workers
leave the counterpart alone, and it does not count for them.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from adapters.calls.caller import Caller
from adapters.calls.fare import Fare
from adapters.calls.words import Tried
from adapters.couriers import karrio, navlungo
from adapters.couriers.karrio import sdk
from adapters.couriers.karrio.client import KarrioClient
from adapters.couriers.karrio.errors import UnknownNumberError
from adapters.database.counterparts import Name
from adapters.entrypoints import counterparts, filing, issuing
from adapters.rates import tcmb
from adapters.rates.tcmb import bulletin
from adapters.rates.tcmb.client import TcmbClient
from adapters.settings import Settings
from workflow.errors import KervanError

Trial = Callable[[Settings], Awaitable[Tried]]


async def _navlungo(settings: Settings) -> Tried:
    """A token is fetched."""
    async with counterparts.navlungo_client(settings) as client:
        return await _called(client.caller, client.token)


async def _karrio(settings: Settings) -> Tried:
    """Each carrier is asked about a parcel that there cannot be: not to know it is an answer."""
    await asyncio.to_thread(sdk.load)  # a first import takes seconds
    couriers = counterparts.karrio_couriers(settings, Fare())
    try:
        tried = [await _called(one.client.caller, partial(_nobodys, one.client)) for one in couriers.values()]
    finally:
        for one in couriers.values():
            await one.client.close()
    wrong = [(code, one) for code, one in zip(couriers, tried, strict=True) if not one.ok]
    if not wrong:
        return Tried("ok", "", sum(one.seconds for one in tried))
    code, first = wrong[0]
    return Tried(first.kind, f"{code}: {first.detail}", first.seconds)


async def _nobodys(client: KarrioClient) -> None:
    with suppress(UnknownNumberError):
        await client.tracking("0000000000")


async def _tcmb(settings: Settings) -> Tried:
    """The newest bulletin is fetched and read."""
    async with counterparts.tcmb_client(settings) as client:
        return await _called(client.caller, partial(_newest, client))


async def _newest(client: TcmbClient) -> None:
    content = await client.newest()
    bulletin.read(content or b"", "today.xml")


async def _nilvera(settings: Settings) -> Tried:
    """The list of series is fetched."""
    integrator = issuing.nilvera_integrator(settings)
    try:
        return await _called(integrator.caller, integrator.series)
    finally:
        await integrator.close()


async def _software(settings: Settings) -> Tried:
    """The folder of the seller's own software."""
    return await _folder(issuing.folder(settings) / "out")


async def _dossiers(settings: Settings) -> Tried:
    """The folder out of which somebody takes dossiers."""
    return await _folder(filing.folder(settings) / "out")


async def _folder(folder: Path) -> Tried:
    """It is made where it is missing, and written to."""

    def write() -> None:
        folder.mkdir(parents=True, exist_ok=True)
        trial = folder / ".kervan-trial"
        trial.write_bytes(b"")
        trial.unlink()

    begun = time.monotonic()
    try:
        await asyncio.to_thread(write)
    except OSError as error:
        return Tried("folder", error.strerror or type(error).__name__, time.monotonic() - begun)
    return Tried("ok", "", time.monotonic() - begun)


async def _person(_: Settings) -> Tried:
    """Nobody is called."""
    return Tried("nothing_to_call")


async def _called(caller: Caller, call: Callable[[], Awaitable[Any]]) -> Tried:
    """Make a call, and say what came of it."""
    begun = time.monotonic()
    try:
        await call()
    except KervanError as error:
        took = time.monotonic() - begun
        news = caller.fare.take()
        if news is not None and news.failed_at is not None and news.failed_at >= (news.succeeded_at or news.failed_at):
            return Tried(news.failure, news.detail, took)
        return Tried("unusable", str(error), took)  # it answered, and its own client could make nothing of it
    return Tried("ok", "", time.monotonic() - begun)


TRIALS: Mapping[Name, tuple[str, Trial]] = {
    ("invoicing", "nilvera"): ("Nilvera", _nilvera),
    ("invoicing", "file"): ("Invoice software (file)", _software),
    ("tax_office", "manual"): ("Tax office (by hand)", _person),
    ("tax_office", "file"): ("Tax office (file)", _dossiers),
    (tcmb.FAMILY, tcmb.CODE): ("TCMB", _tcmb),
    (navlungo.FAMILY, navlungo.CODE): ("Navlungo", _navlungo),
    (karrio.FAMILY, karrio.CODE): ("Karrio", _karrio),
}
"""For each counterpart that Kervan can ask its name as people see it, and how it is tried."""

NAMES: Mapping[Name, str] = {name: title for name, (title, _) in TRIALS.items()}


async def try_out(name: Name, settings: Settings) -> Tried:
    """Try a counterpart that is in :data:`TRIALS`; a setting that is missing is an outcome too."""
    try:
        return await TRIALS[name][1](settings)
    except KervanError as error:
        return Tried("not_set", str(error))


def for_web(settings: Settings) -> dict[Name, tuple[str, Callable[[], Awaitable[Tried]]]]:
    """All counterparts, as the web's routes want them."""
    return {name: (title, partial(try_out, name, settings)) for name, title in NAMES.items()}
