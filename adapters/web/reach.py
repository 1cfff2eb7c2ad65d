"""What somebody reaches who is bound to sellers: the first lock, before anything is read or done.

:data:`REACHED` is the whole of it: a route that is not in the table concerns the operator and all sellers, and answers 403. A
thing that a path names is looked for among those of the caller's sellers; one of others is as one that is not there, in every
word of the answer. What a route then reads is read of those sellers alone (:func:`adapters.database.seller_lock.sellers`), by
queries that ask for them and by a database that shows no others.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias
from uuid import UUID

import asyncpg
from fastapi import FastAPI, Request

from adapters.database import seller_lock, whole_etgbs, whose
from adapters.database.keys import Key
from adapters.database.whose import Thing
from adapters.web.absent import absent
from adapters.web.problems import ProblemError
from workflow.stages import Trigger
from workflow.values import normalise_etgb_number

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"


@dataclass(frozen=True, slots=True)
class Named:
    """A kind of thing that paths name, as somebody who is bound to sellers may."""

    thing: Thing
    code: str
    """Of the problem where there is none, as :mod:`adapters.web.absent` says it."""
    is_whole: bool = False
    """Whether others may have no part in it: the route acts on all of it, or reads papers that tell of all."""


SHIPMENT: Final = Named(Thing.SHIPMENT, "shipment-unknown")
PURCHASE: Final = Named(Thing.PURCHASE, "purchase-unknown")
CLAIM: Final = Named(Thing.CLAIM, "claim-unknown")
ITEM: Final = Named(Thing.ITEM, "attention-unknown")
ETGB: Final = Named(Thing.ETGB, "etgb-unknown")
WHOLE_ETGB: Final = replace(ETGB, is_whole=True)
IMPORT: Final = Named(Thing.IMPORT, "import-unknown")
JOB: Final = Named(Thing.JOB, "bulk-unknown")

_SHIPMENT, _ETGB, _CLAIM = "/api/shipments/{id}", "/api/etgbs/{number}", "/api/claims/{id}"
_PAGE_OF_ETGB: Final = "/etgbs/{number}"
_OF_SHIPMENT, _OF_CLAIM, _OF_JOB = "/shipments/{shipment_id}", "/refunds/{claim_id}", "/shipments/bulk/{job_id}"

REACHED: Final[Mapping[tuple[str, str], tuple[str, Named] | None]] = {
    # the API
    ("GET", "/api/stages"): None,
    ("GET", "/api/shipments"): None,
    ("POST", "/api/shipments"): None,
    ("GET", _SHIPMENT): ("id", SHIPMENT),
    ("GET", f"{_SHIPMENT}/timeline"): ("id", SHIPMENT),
    ("GET", f"{_SHIPMENT}/documents"): ("id", SHIPMENT),
    ("POST", f"{_SHIPMENT}/documents"): ("id", SHIPMENT),
    ("GET", f"{_SHIPMENT}/documents/{{document}}"): ("id", SHIPMENT),
    ("GET", f"{_SHIPMENT}/invoice.pdf"): ("id", SHIPMENT),
    ("GET", f"{_SHIPMENT}/proforma.pdf"): ("id", SHIPMENT),
    ("POST", f"{_SHIPMENT}/actions/{{trigger}}"): ("id", SHIPMENT),
    ("GET", _ETGB): ("number", ETGB),
    ("POST", f"{_ETGB}/actions/correct_closing"): ("number", WHOLE_ETGB),
    ("GET", f"{_ETGB}/document"): ("number", WHOLE_ETGB),
    ("POST", f"{_ETGB}/document"): ("number", WHOLE_ETGB),
    ("GET", f"{_ETGB}/documents"): ("number", WHOLE_ETGB),
    ("POST", f"{_ETGB}/documents"): ("number", WHOLE_ETGB),
    ("GET", f"{_ETGB}/documents/{{document}}"): ("number", WHOLE_ETGB),
    ("GET", "/api/attention"): None,
    ("POST", "/api/attention/{id}/resolve"): ("id", ITEM),
    ("POST", "/api/imports/orders"): None,
    ("POST", "/api/imports/purchases"): None,
    ("GET", "/api/imports/{import_id:uuid}"): ("import_id", IMPORT),
    ("GET", "/api/claims"): None,
    ("POST", "/api/claims"): None,
    ("GET", _CLAIM): ("id", CLAIM),
    ("GET", f"{_CLAIM}/dossier.zip"): ("id", CLAIM),
    ("GET", f"{_CLAIM}/filings"): ("id", CLAIM),
    ("GET", f"{_CLAIM}/filings/{{version}}"): ("id", CLAIM),
    ("GET", f"{_CLAIM}/filings/{{version}}/dossier.zip"): ("id", CLAIM),
    ("GET", f"{_CLAIM}/shipments"): ("id", CLAIM),
    ("GET", f"{_CLAIM}/purchases"): ("id", CLAIM),
    ("POST", f"{_CLAIM}/actions/{{action}}"): ("id", CLAIM),
    ("GET", "/api/finance/summary"): None,
    ("GET", "/api/finance/sellers"): None,
    ("GET", "/api/finance/purchases"): None,
    ("GET", "/api/finance/purchases/{id}"): ("id", PURCHASE),
    ("POST", "/api/finance/purchases/{id}/actions/withdraw"): ("id", PURCHASE),
    ("POST", "/api/finance/purchases/{id}/actions/correct"): ("id", PURCHASE),
    ("GET", "/api/finance/vat-returns"): None,
    ("POST", "/api/finance/vat-returns"): None,
    ("GET", "/api/gtip"): None,
    ("GET", "/api/rules"): None,
    ("GET", "/api/advice/income-tax"): None,
    # the console
    ("GET", "/menu"): None,
    ("GET", "/live"): None,
    ("GET", "/rules"): None,
    ("GET", "/attention"): None,
    ("GET", "/attention/{item}/resolve"): ("item", ITEM),
    ("POST", "/attention/resolve"): None,
    ("GET", "/shipments"): None,
    ("GET", "/shipments/export.csv"): None,
    ("GET", "/shipments/export.xlsx"): None,
    ("GET", "/shipments/bulk"): None,
    ("POST", "/shipments/bulk"): None,
    ("GET", _OF_JOB): ("job_id", JOB),
    ("POST", f"{_OF_JOB}/start"): ("job_id", JOB),
    ("POST", f"{_OF_JOB}/{{action}}"): ("job_id", JOB),
    ("GET", f"{_OF_SHIPMENT}/amend"): ("shipment_id", SHIPMENT),
    ("POST", f"{_OF_SHIPMENT}/amend"): ("shipment_id", SHIPMENT),
    ("GET", _OF_SHIPMENT): ("shipment_id", SHIPMENT),
    ("GET", f"{_OF_SHIPMENT}/actions/{{trigger}}"): ("shipment_id", SHIPMENT),
    ("POST", f"{_OF_SHIPMENT}/actions/{{trigger}}"): ("shipment_id", SHIPMENT),
    ("POST", f"{_OF_SHIPMENT}/documents"): ("shipment_id", SHIPMENT),
    ("GET", f"{_OF_SHIPMENT}/documents/{{document}}"): ("shipment_id", SHIPMENT),
    ("GET", f"{_OF_SHIPMENT}/sheets/{{kind}}.pdf"): ("shipment_id", SHIPMENT),
    ("GET", f"{_OF_SHIPMENT}/message"): ("shipment_id", SHIPMENT),
    ("GET", _PAGE_OF_ETGB): ("number", ETGB),
    ("POST", f"{_PAGE_OF_ETGB}/document"): ("number", WHOLE_ETGB),
    ("GET", f"{_PAGE_OF_ETGB}/correct-closing"): ("number", WHOLE_ETGB),
    ("POST", f"{_PAGE_OF_ETGB}/correct-closing"): ("number", WHOLE_ETGB),
    ("GET", "/imports"): None,
    ("POST", "/imports"): None,
    ("GET", "/imports/uploads/{upload_id}"): None,  # for who uploaded it alone
    ("POST", "/imports/uploads/{upload_id}"): None,
    ("POST", "/imports/uploads/{upload_id}/forget"): None,
    ("GET", "/imports/{import_id}"): ("import_id", IMPORT),
    ("GET", "/imports/{import_id}/aside.csv"): ("import_id", IMPORT),
    ("GET", "/refunds"): None,
    ("GET", "/refunds/export.{form}"): None,
    ("GET", "/refunds/sellers"): None,
    ("GET", "/refunds/sellers.{form}"): None,
    ("GET", "/refunds/purchases"): None,
    ("GET", "/refunds/purchases.{form}"): None,
    ("GET", "/refunds/purchases/{purchase_id}/{deed}"): ("purchase_id", PURCHASE),
    ("POST", "/refunds/purchases/{purchase_id}/{deed}"): ("purchase_id", PURCHASE),
    ("GET", _OF_CLAIM): ("claim_id", CLAIM),
    ("GET", f"{_OF_CLAIM}/dossier.zip"): ("claim_id", CLAIM),
    ("GET", f"{_OF_CLAIM}/filings/{{version}}/dossier.zip"): ("claim_id", CLAIM),
    ("GET", f"{_OF_CLAIM}/{{what}}.{{form}}"): ("claim_id", CLAIM),
    ("GET", f"{_OF_CLAIM}/actions/{{name}}"): ("claim_id", CLAIM),
    ("POST", f"{_OF_CLAIM}/actions/{{name}}"): ("claim_id", CLAIM),
    ("GET", f"{_OF_CLAIM}/vat-return"): ("claim_id", CLAIM),
    ("POST", f"{_OF_CLAIM}/vat-return"): ("claim_id", CLAIM),
    ("GET", f"{_OF_CLAIM}/purchases/{{purchase_id}}/{{deed}}"): ("claim_id", CLAIM),
    ("POST", f"{_OF_CLAIM}/purchases/{{purchase_id}}/{{deed}}"): ("claim_id", CLAIM),
}
"""Each route that is reached, with the parameter of its path that names a thing; of the others each query asks for itself."""

IMPORTED: Final = frozenset({"orders", "purchases"})
"""What may be imported: lists of one seller. Couriers' and the tax office's lists tell of ETGBs and parcels of many."""

_OF_ALL: Final = (
    "Bu, bütün satıcılarla ilgili; bazı satıcılara bağlı olanlar göremez, yapamaz. İşletmeciden isteyin.",
    "This concerns all sellers; whoever is bound to some of them may not see or do it. Ask the operator.",
)
_NOT_YOURS: Final = (
    (
        "Başka satıcılara bağlısınız; bu satıcı için bir şey sorulamaz, yapılamaz. Gerekiyorsa "
        "işletmeciden sizi ona bağlamasını isteyin."
    ),
    "You are bound to other sellers, so nothing can be asked or done for this one. Ask the operator to bind you to it.",
)
_SHARED: Final = (
    (
        "Bu ETGB'de başka satıcıların gönderileri de var ya da bir satırı henüz bilinmiyor; belgeleri ve bütününü değiştiren "
        "işlemler işletmecinindir. İşletmeciden isteyin."
    ),
    (
        "Shipments of other sellers stand on this ETGB too, or a line of it is not known yet, so that its papers and what "
        "changes it as a whole are the operator's. Ask the operator."
    ),
)

ON_WHOLE_ETGB: Final = frozenset({Trigger.ISSUE_ETGB, Trigger.CANCEL_ETGB, Trigger.TRANSFER_TO_VEDOP})
"""What changes an ETGB and so all that stands on it."""


async def enter(pool: Pool, request: Request, bound: tuple[str, ...]) -> None:
    """Let somebody in who was authenticated, for whom from here on is read what they are bound to.

    Raises:
        ProblemError: 403, the route concerns all sellers, or a seller is named that they are not bound to, or others have
            lines on the ETGB; 404, there is no such thing, or it is another seller's.
    """
    seller_lock.bind(bound)
    if not bound:
        return
    method = "GET" if request.method == "HEAD" else request.method
    route = (method, request.scope["route"].path)
    if route not in REACHED:
        raise ProblemError(403, "concerns-all-sellers", _OF_ALL)
    for seller in request.query_params.getlist("seller"):
        names(bound, seller)
    wanted = REACHED[route]
    if wanted is not None:
        await _own(pool, bound, wanted[1], request.path_params[wanted[0]])


def names(bound: tuple[str, ...], seller: object) -> None:
    """Let a seller be named, if whoever does is bound to it or to none; whether it is known here is not looked at.

    Raises:
        ProblemError: 403, they are bound to others.
    """
    number = str(seller or "").strip()
    if bound and number and number not in bound:
        raise ProblemError(403, "not-your-seller", _NOT_YOURS)


async def fires(pool: Pool, key: Key, shipment: Mapping[str, Any], trigger: Trigger, data: Mapping[str, Any]) -> None:
    """Let a trigger be fired on a shipment of theirs.

    Raises:
        ProblemError: 403, it changes an ETGB on which others have lines.
    """
    if key.sellers and trigger in ON_WHOLE_ETGB:
        named = normalise_etgb_number(str(data.get("number") or "")) if trigger is Trigger.ISSUE_ETGB else ""
        stands_on = (shipment["etgb"] or {}).get("number", "")
        for number in {named, stands_on} - {""}:
            if await whose.etgb_is_known(pool, number):
                await all_of_etgb(pool, number)


async def refers(pool: Pool, key: Key, shipment: object) -> None:
    """Let what is told of a claim name a shipment, if it is theirs.

    Raises:
        ProblemError: 403, its seller is another; 404, there is none of theirs by that name.
    """
    if not key.sellers or not isinstance(shipment, Mapping):
        return
    names(key.sellers, shipment.get("seller"))
    if not shipment.get("seller"):
        await _own(pool, key.sellers, SHIPMENT, shipment.get("id") or UUID(int=0))


async def _own(pool: Pool, bound: tuple[str, ...], of: Named, named: object) -> None:
    said: UUID | str | None = named if isinstance(named, UUID) else str(named)
    if of.thing is Thing.ETGB:
        said = normalise_etgb_number(str(named)) if "\x00" not in str(named) else ""
    elif isinstance(said, str):
        try:
            said = UUID(said)
        except ValueError:
            said = None  # the route says what is wrong with it
    if said is None:
        return
    if not await whose.is_own(pool, of.thing, said, bound):
        raise absent(of.code, said)
    if of.is_whole:
        await all_of_etgb(pool, str(said))


async def all_of_etgb(pool: Pool, number: str) -> None:
    """Let somebody act on an ETGB as a whole, or read its papers, if no others have lines on it.

    Raises:
        ProblemError: 403, they have.
    """
    if number not in await whole_etgbs.among(pool, [number]):
        raise ProblemError(403, "etgb-shared", _SHARED)


class Apart:
    """Around the application: whom a request is read for ends with the request."""

    def __init__(self, app: Any) -> None:  # noqa: ANN401 - any ASGI app
        """Stand around an ASGI app."""
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
        """Pass a request on, for nobody yet."""
        token = seller_lock.bind(())
        try:
            await self._app(scope, receive, send)
        finally:
            seller_lock.unbind(token)


def install(app: FastAPI) -> None:
    """Put it around an app."""
    app.add_middleware(Apart)
