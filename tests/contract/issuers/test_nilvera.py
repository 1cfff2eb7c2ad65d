"""Nilvera, as its documentation describes it: a local server that answers in the documented form."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from unittest.mock import ANY

import pytest
from fastapi import FastAPI, Request, Response, UploadFile
from nilvera_client import NilveraClient
from starlette.responses import JSONResponse

from adapters.entrypoints.sandbox_issuing import listening
from adapters.invoicing import essence
from adapters.invoicing.careful import CarefulIssuer
from adapters.invoicing.nilvera import NilveraIntegrator
from adapters.invoicing.ports import Handover, Issued, Pending, Rejected
from tests.contract.issuers.suite import AT_ONCE, Suite, World
from tests.invoices import document

KEY = "test-key"


class Nilvera(World):
    """What Nilvera holds, by ETTN: its status answer and its document."""

    def __init__(self) -> None:
        self.down = False
        self.asked = 0
        self.status: dict[str, dict[str, Any]] = {}
        self.xml: dict[str, bytes] = {}
        self.sent: list[str] = []
        self.refusals: dict[str, tuple[int, Any]] = {}
        self.as_text = False

    async def settle(self, handed: Handover) -> None:
        """It succeeded."""
        self.status[str(handed.ettn)] |= {"StatusCode": "succeed"}

    async def refuse(self, handed: Handover) -> None:
        """The series is not registered."""
        error = {"Code": 3009, "Description": "Seri bulunamadı", "Detail": "KRV"}
        self.refusals[str(handed.ettn)] = (422, {"Message": "Hata", "Errors": [error]})

    async def cancel(self, handed: Handover) -> None:
        """Cancelled in the portal."""
        self.status[str(handed.ettn)]["IsCancel"] = True

    async def forge(self, handed: Handover, xml: bytes) -> None:
        """Another document under the same ETTN."""
        self.xml[str(handed.ettn)] = xml
        await self.settle(handed)

    async def times(self, handed: Handover) -> int:
        """How often it was sent."""
        return self.sent.count(str(handed.ettn))


def server(nilvera: Nilvera) -> FastAPI:
    """The documented addresses."""
    app = FastAPI()

    @app.middleware("http")
    async def key(request: Request, call_next: Any) -> Response:
        nilvera.asked += 1
        if nilvera.down:
            return Response(status_code=503)
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return JSONResponse({"Message": "Yetkisiz"}, 401)
        found: Response = await call_next(request)
        return found

    @app.post("/earchive/Send/Xml")
    async def send(file: UploadFile) -> Response:
        said = essence.read(xml := await file.read())
        if said.ettn in nilvera.refusals:
            status, body = nilvera.refusals[said.ettn]
            return JSONResponse(body, status)
        if said.ettn in nilvera.status:
            return JSONResponse({"Errors": [{"Code": 409, "Description": "Mükerrer"}]}, 409)
        nilvera.sent.append(said.ettn)
        nilvera.status[said.ettn] = {"StatusCode": "waiting", "StatusDetail": "Rapor bekleniyor"}
        nilvera.xml[said.ettn] = xml + b"<!-- mali muhur -->"
        return JSONResponse({"UUID": said.ettn, "InvoiceNumber": said.number})

    @app.get("/earchive/Invoices/{uuid}/Status")
    async def status(uuid: str) -> Response:
        return JSONResponse(nilvera.status[uuid]) if uuid in nilvera.status else Response(status_code=404)

    @app.get("/earchive/Invoices/{uuid}/xml")
    async def xml(uuid: str) -> Response:
        content = nilvera.xml[uuid]
        if nilvera.as_text:
            return Response(json.dumps(content.decode()), media_type="application/json")
        return Response(content, media_type="application/xml")

    return app


@asynccontextmanager
async def running(key: str = KEY) -> AsyncIterator[Nilvera]:
    """Nilvera on a free port, and the integrator with the real client."""
    nilvera = Nilvera()
    async with listening(server(nilvera)) as address:
        integrator = NilveraIntegrator(lambda: NilveraClient(key, "test", test_url=address), time_out_s=5)
        nilvera.integrator = integrator
        yield nilvera
        await integrator.close()


class TestNilvera(Suite):
    """The contract, over HTTP and threads."""

    @pytest.fixture
    async def world(self) -> AsyncIterator[World]:
        """A fresh server."""
        async with running() as found:
            yield found


async def test_a_reason_names_nilveras_code() -> None:
    """So that it can be looked up; the detail, which may quote the document, is left out."""
    async with running() as nilvera:
        handed = document(1)
        await nilvera.refuse(handed)
        found = await CarefulIssuer(nilvera.integrator, AT_ONCE).issue(handed)
        assert found == Rejected("3009 Seri bulunamadı")


@pytest.mark.parametrize(
    "status",
    [
        {"InvoiceStatus": {"Code": "error", "Description": "Şema hatası", "DetailDescription": "1163"}},
        {"StatusCode": "error", "StatusDetail": "Şema hatası · 1163"},
    ],
    ids=["nested", "flat"],
)
async def test_an_error_that_shows_later_is_a_rejection_in_either_form(status: dict[str, Any]) -> None:
    """The status tells, not the 200 of the delivery."""
    async with running() as nilvera:
        issuer, handed = CarefulIssuer(nilvera.integrator, AT_ONCE), document(1)
        await issuer.issue(handed)
        nilvera.status[str(handed.ettn)] = status
        assert await issuer.issue(handed) == Rejected("Şema hatası · 1163")


async def test_a_document_that_comes_as_json_text_is_read_too() -> None:
    """As nilvera-client expects of the e-invoice side."""
    async with running() as nilvera:
        nilvera.as_text = True
        issuer, handed = CarefulIssuer(nilvera.integrator, AT_ONCE), document(1)
        await issuer.issue(handed)
        await nilvera.settle(handed)
        assert isinstance(await issuer.issue(handed), Issued)


@pytest.mark.parametrize("status", [500, 502, 429, 302])
async def test_an_answer_that_tells_nothing_is_pending(status: int) -> None:
    """And the document is sent once more only after it was looked for."""
    async with running() as nilvera:
        issuer, handed = CarefulIssuer(nilvera.integrator, AT_ONCE), document(1)
        nilvera.refusals[str(handed.ettn)] = (status, {})
        assert isinstance(await issuer.issue(handed), Pending)
        nilvera.refusals.clear()
        await issuer.issue(handed)
        assert await nilvera.times(handed) == 1


async def test_a_nilvera_that_is_down_is_left_alone_and_the_desk_hears_for_how_long() -> None:
    """After five failures nothing is sent, and a document that waits is not looked for before it is worth it."""
    async with running() as nilvera:
        issuer, handed = CarefulIssuer(nilvera.integrator, AT_ONCE), document(1)
        nilvera.down = True
        assert await issuer.issue(handed) == Pending(ANY, 0.0)
        second = await issuer.issue(handed)
        assert isinstance(second, Pending)
        assert 0 < second.seconds <= 30
        assert nilvera.asked == 5
        nilvera.down = False
        third = await issuer.look_up(handed)
        assert isinstance(third, Pending)
        assert 0 < third.seconds <= second.seconds
        assert nilvera.asked == 5


async def test_a_wrong_key_is_no_rejection_of_the_invoice() -> None:
    """It is the installation's fault; the message says which setting."""
    async with running("other") as nilvera:
        found = await CarefulIssuer(nilvera.integrator, AT_ONCE).issue(document(1))
        assert isinstance(found, Pending)
        assert "KERVAN_INVOICING__NILVERA__API_KEY" in found.why
        assert found.seconds > 30, "every other invoice would hear the same: no need to ask with each"
        assert nilvera.asked == 1


async def test_cancelling_is_left_to_a_person() -> None:
    """The documentation has no such call that could be verified."""
    async with running() as nilvera:
        issuer, handed = CarefulIssuer(nilvera.integrator, AT_ONCE), document(1)
        await issuer.issue(handed)
        await nilvera.settle(handed)
        found = await issuer.cancel(handed, "x")
        assert isinstance(found, Rejected)
        assert "portal" in found.reason
