"""SANDBOX integrator as an HTTP server, with the real world's manners; what it issues is valid nowhere.

It is naive on purpose: asked twice for the same document it issues twice. That this never happens is up to its callers.
"""

import asyncio
import html
from collections import deque
from dataclasses import dataclass, field
from random import Random
from time import monotonic
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from adapters.invoicing import essence

_HANG_S = 30.0
_LOOK_S = 0.02


@dataclass(frozen=True, slots=True)
class Habits:
    """How it misbehaves: shares of deliveries, decided by ``seed`` and the document, so the same each time.

    ``report_after_s``: seconds until the state ``unknown`` settles, as at the evening report; ``None``: when it is told to
    (``POST /sandbox/report``). ``lost``: answers 200 and does nothing. ``hung``: does it and never answers. ``failing``: 503.
    ``refused``: 422.
    """

    report_after_s: float | None = 0.0
    lost: float = 0.0
    hung: float = 0.0
    failing: float = 0.0
    refused: float = 0.0
    seed: int = 0


@dataclass(slots=True)
class Record:
    """One invoice it issued; several under one ETTN would be a caller's mistake."""

    number: str
    ettn: str
    xml: bytes
    taken_at: float
    reported: bool = False
    cancelled: bool = False


@dataclass(slots=True)
class SandboxBooks:
    """What it has issued, and what it is told to do next: ``script`` holds names of :class:`Habits`, or ``ok``."""

    habits: Habits = field(default_factory=Habits)
    records: list[Record] = field(default_factory=list)
    script: deque[str] = field(default_factory=deque)
    seen: dict[str, int] = field(default_factory=dict)

    def mood(self, ettn: str) -> str:
        """How the next delivery goes: as the script says, else by chance."""
        if self.script:
            return self.script.popleft()
        turn = self.seen[ettn] = self.seen.get(ettn, 0) + 1
        chance = Random(f"{self.habits.seed} {ettn} {turn}").random()  # noqa: S311 - repeatable on purpose
        for name in ("lost", "hung", "failing", "refused"):
            chance -= getattr(self.habits, name)
            if chance < 0:
                return name
        return "ok"

    def find(self, ettn: str) -> Record | None:
        """The invoice of an ETTN."""
        return next((one for one in self.records if one.ettn == ettn.lower()), None)

    def state(self, record: Record) -> str:
        """``unknown`` until the report, then ``succeed``; or ``cancelled``."""
        after = self.habits.report_after_s
        if record.cancelled:
            return "cancelled"
        settled = record.reported or (after is not None and monotonic() - record.taken_at >= after)
        return "succeed" if settled else "unknown"

    def report(self) -> int:
        """The evening report: everything taken so far settles."""
        for record in self.records:
            record.reported = True
        return len(self.records)


def signed(xml: bytes) -> bytes:
    """The document as it comes back: with a comment where a seal would be, since nothing here can sign."""
    return xml.rstrip() + "\n<!-- SANDBOX: imzasız, hiçbir yerde geçerli değil / not signed, valid nowhere -->\n".encode()


router = APIRouter()


def _books(request: Request) -> SandboxBooks:
    found: SandboxBooks = request.app.state.books
    return found


Books = Annotated[SandboxBooks, Depends(_books)]


def app(books: SandboxBooks) -> FastAPI:
    """The server over its books."""
    made = FastAPI(title="SANDBOX e-Arşiv integrator", docs_url=None, redoc_url=None, openapi_url=None)
    made.state.books = books
    made.include_router(router)
    return made


@router.get("/", response_class=HTMLResponse)
async def page(books: Books) -> str:
    """What it has issued, under a title that says what that is worth."""
    rows = "".join(f"<tr><td>{html.escape(r.number)}</td><td>{books.state(r)}</td></tr>" for r in books.records[-200:])
    return (
        '<!doctype html><html lang="tr"><meta charset="utf-8"><title>SANDBOX</title>'
        "<h1>SANDBOX</h1><p>Deneme entegratörü; hiçbir belge geçerli değildir. A sandbox; no document is valid.</p>"
        f"<table>{rows}</table></html>"
    )


@router.post("/sandbox/invoices")
async def take(books: Books, request: Request, idempotency_key: Annotated[str, Header()] = "") -> Response:
    """Take a document, as its mood is."""
    xml = await request.body()
    try:
        said = essence.read(xml)
    except essence.UnreadableDocumentError as error:
        return _said(422, reason=str(error))
    mood = books.mood(said.ettn)
    if mood == "refused":
        return _said(422, reason="SANDBOX refuses this document")
    if mood == "failing":
        return _said(503, reason="SANDBOX is out of order")
    if mood != "lost":
        books.records.append(Record(said.number, said.ettn, xml, monotonic()))
    if mood == "hung":
        await _hang(request)
    return _said(200, ettn=said.ettn, number=said.number, key=idempotency_key)


@router.get("/sandbox/invoices/{ettn}")
async def look(books: Books, ettn: str) -> Response:
    """How a document stands."""
    record = books.find(ettn)
    if record is None:
        return _said(404, reason="not known")
    return _said(200, ettn=record.ettn, number=record.number, state=books.state(record))


@router.get("/sandbox/invoices/{ettn}/xml")
async def document(books: Books, ettn: str) -> Response:
    """The document as it was issued."""
    record = books.find(ettn)
    if record is None or books.state(record) == "unknown":
        return _said(404, reason="not there")
    return Response(signed(record.xml), media_type="application/xml", headers={"X-Kervan": "SANDBOX"})


@router.post("/sandbox/invoices/{ettn}/cancel")
async def cancel(books: Books, ettn: str) -> Response:
    """Cancel what is issued, as its script says."""
    record = books.find(ettn)
    if record is None or books.state(record) == "unknown":
        return _said(409, reason="SANDBOX can only cancel what is issued")
    mood = books.script.popleft() if books.script else "ok"
    if mood == "refused":
        return _said(409, reason="SANDBOX does not cancel this invoice")
    record.cancelled = mood != "lost"
    return _said(200, ettn=record.ettn)


@router.post("/sandbox/report")
async def report(books: Books) -> Response:
    """Have the evening report now."""
    return _said(200, settled=books.report())


def _said(status: int, **data: Any) -> Response:  # noqa: ANN401 - members of the answer
    return JSONResponse({"sandbox": "SANDBOX", **data}, status)


async def _hang(request: Request) -> None:
    """Say nothing until the caller has gone."""
    waited = 0.0
    while waited < _HANG_S and not await request.is_disconnected():
        await asyncio.sleep(_LOOK_S)
        waited += _LOOK_S
