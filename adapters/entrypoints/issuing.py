"""Puts the desk of invoices together: issuers by their settings, numbers and documents over the database and the folder."""

import importlib.util
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from adapters.database import documents, rates
from adapters.database.awaiting import PostgresAwaiting
from adapters.database.numbers import Pool, PostgresNumbers
from adapters.documents import DocumentFolder
from adapters.invoicing import gib
from adapters.invoicing.careful import CarefulIssuer
from adapters.invoicing.desk import FAMILY, Desk
from adapters.invoicing.file import FileIntegrator
from adapters.invoicing.paper import Papers
from adapters.invoicing.ports import Check, Integrator, RateForInvoice, Write
from adapters.invoicing.ubl.writing import write
from adapters.settings import IssuerSettings, Settings
from events.tasks import Handler
from workflow import asking
from workflow.bulletins import RateMissingError
from workflow.documents import MEDIA_TYPES, DocumentKind
from workflow.errors import KervanError
from workflow.invoice import Rate
from workflow.ports import Clock

if TYPE_CHECKING:
    from adapters.entrypoints.bootstrap import Parts
    from adapters.invoicing.nilvera import NilveraIntegrator


_ANY_FORM = "application/octet-stream"


class IssuerNotSetError(KervanError):
    """An issuer is named for invoices and lacks what it needs; no worker starts with it."""


class Archive:
    """Documents: content in the folder, entry in the database."""

    def __init__(self, folder: DocumentFolder, pool: Pool, clock: Clock) -> None:
        """Keep with the day's retention."""
        self._folder, self._pool, self._clock = folder, pool, clock

    async def keep(self, shipment: UUID, kind: DocumentKind, name: str, content: bytes, source: str) -> str:
        """Keep a document: first its content, so that no entry is without one."""
        sha256 = await self._folder.keep(content)
        await documents.enter(
            self._pool,
            shipment,
            kind,
            name=name,
            media_type=MEDIA_TYPES.get(kind, _ANY_FORM),
            sha256=sha256,
            size=len(content),
            source=source,
            now=self._clock(),
        )
        return sha256

    async def read(self, sha256: str) -> bytes:
        """Its content, verified."""
        return await self._folder.read(sha256)


def desk(settings: Settings, pool: Pool, clock: Clock, integrator: Integrator, write: Write, check: Check) -> Desk:
    """A desk with one issuer."""
    shipments = PostgresAwaiting(pool)
    return Desk(
        issuer=CarefulIssuer(integrator),
        shipments=shipments,
        numbers=PostgresNumbers(pool),
        archive=Archive(DocumentFolder(settings.documents_dir), pool, clock),
        papers=Papers(write, check, rate_of(settings, pool, clock)),
        series_of=settings.invoice_series,
        clock=clock,
    )


def rate_of(settings: Settings, pool: Pool, clock: Clock) -> RateForInvoice:
    """The rate of a day; one that is not known here is asked for, where a bank is named, and is there at a later try."""

    async def rate(currency: str, day: date) -> Rate | None:
        try:
            return await rates.rate_for_invoice(pool, currency, day)
        except RateMissingError:
            if (code := settings.tasks.get(asking.RATES[0])) is not None:
                await rates.ask_for(pool, code, [day], clock())
            return None

    return rate


async def unchecked(_: bytes) -> Sequence[str]:
    """No check by GİB's rules: where the installation says so, or the demo's does not have them."""
    return ()


def nilvera_integrator(settings: Settings) -> "NilveraIntegrator":
    """Nilvera, as the settings say.

    Raises:
        IssuerNotSetError: the extra is not installed, or there is no key.
    """
    if importlib.util.find_spec("nilvera_client") is None:
        message = "Invoices are to go to Nilvera, but its client is not installed. Install kervan[nilvera]."
        raise IssuerNotSetError(message)
    from nilvera_client import NilveraClient

    from adapters.invoicing.nilvera import CODE, NilveraIntegrator

    own = settings.invoicing.get(CODE, IssuerSettings())
    if own.api_key is None:
        message = "Invoices are to go to Nilvera, but there is no key. Set KERVAN_INVOICING__NILVERA__API_KEY."
        raise IssuerNotSetError(message)
    key, address = own.api_key.get_secret_value(), own.url

    def make() -> NilveraClient:
        return NilveraClient(key, own.environment, test_url=address, production_url=address)

    return NilveraIntegrator(make, time_out_s=own.time_out_s, callers=settings.workers)


def nilvera(settings: Settings, parts: "Parts") -> Handler:
    """The desk with Nilvera; errors as :func:`nilvera_integrator`."""
    integrator = nilvera_integrator(settings)
    made = _real(settings, parts, integrator)
    made.caller, made.closing = integrator.caller, (*made.closing, integrator.close)
    return made


def file(settings: Settings, parts: "Parts") -> Handler:
    """The desk with the seller's own software, over folders."""
    return _real(settings, parts, FileIntegrator(folder(settings)))


def folder(settings: Settings) -> Path:
    """Where the seller's own software finds documents and leaves answers."""
    own = settings.invoicing.get("file", IssuerSettings())
    return own.folder or settings.data_dir.expanduser().absolute() / FAMILY


def _real(settings: Settings, parts: "Parts", integrator: Integrator) -> Desk:
    from adapters.entrypoints.bootstrap import now

    check = gib.checker(settings.gib_check)
    made = desk(settings, parts.pool, now, integrator, write, check.blocking if check is not None else unchecked)
    made.closing = (check.close,) if check is not None else ()
    return made
