"""The web application, put together."""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi_offline import FastAPIOffline
from starlette.exceptions import HTTPException

from adapters.web import correlation, health, openapi, pace, problems, reach, strangers, time_limits, webhooks
from adapters.web.api import (
    advice,
    claim_dossier,
    claim_filings,
    claims,
    consignees,
    counterparts,
    documents,
    etgb_documents,
    evidence,
    finance,
    goods,
    imports,
    matches,
    purchases,
    rules,
    sheets,
    shipments,
    subscriptions,
    tasks,
    work,
)
from adapters.web.console import pages
from adapters.web.console.background import Background
from adapters.web.console.figures import Figures
from adapters.web.problems import ProblemError
from adapters.web.services import Services
from events import asyncapi

MAX_BODY = 256 * 1024
MAX_UPLOAD = 10 * 1024 * 1024
MAX_WEBHOOK = 2 * 1024 * 1024
"""Couriers put pictures of the delivery into their webhooks."""
_LIMITS = {
    re.compile(r"/api/imports/"): MAX_UPLOAD,
    re.compile(r"/imports$"): MAX_UPLOAD,
    re.compile(r"/api/etgbs/[^/]+/document$"): MAX_UPLOAD,
    re.compile(r"/api/etgbs/[^/]+/documents$"): MAX_UPLOAD,
    re.compile(r"/api/shipments/[^/]+/documents$"): MAX_UPLOAD,  # the reader's own limit is lower, and says so in words
    re.compile(r"/shipments/[^/]+/documents$"): MAX_UPLOAD,  # the console's form for the same
    re.compile(r"/webhooks/"): MAX_WEBHOOK,
}
"""For paths that begin so, how large a request may be."""

_CSP = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; style-src 'self' 'unsafe-inline'"
_DOCS_CSP = _CSP + "; script-src 'self' 'unsafe-inline'"
_HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"DENY",
    b"cache-control": b"no-store",
}

_BY_TLS = {b"strict-transport-security": b"max-age=31536000"}
"""Where people came by TLS (RFC 6797): a browser comes by nothing else then, whatever a link or somebody on the way says."""

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Guard:
    """Around every request: a limit on its size, read or not, and headers that keep browsers strict.

    An answer that says one of them itself, as the console's stricter pages and its files do, is left to say it.
    """

    def __init__(self, app: Any) -> None:  # noqa: ANN401 - any ASGI app
        """Guard an app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = next((most for path, most in _LIMITS.items() if path.match(scope["path"])), MAX_BODY)
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        too_large = declared.isdigit() and int(declared) > limit
        seen = 0

        async def limited() -> MutableMapping[str, Any]:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                # FastAPI makes a 400 of any other error that comes up while it reads a form
                raise HTTPException(413, f"The request is larger than {limit} bytes.")
            return message

        csp = _DOCS_CSP if scope["path"] in {"/docs", "/redoc"} else _CSP

        async def strict(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                said = list(message.get("headers", ()))
                names = {name.lower() for name, _ in said}
                strict_ones = {**_HEADERS, b"content-security-policy": csp.encode()}
                if scope.get("scheme") == "https":
                    strict_ones |= _BY_TLS
                message["headers"] = said + [(name, value) for name, value in strict_ones.items() if name not in names]
            await send(message)

        if too_large:
            said = (f"İstek {limit} bayttan büyük.", f"The request is larger than {limit} bytes.")
            error = ProblemError(413, "too-large", said)
            await problems.problem(Request(scope), error)(scope, receive, strict)
            return
        await self._app(scope, limited, strict)


def create(services: Services, *, sandbox: bool = False) -> FastAPI:
    """The app over its services; it says loudly that nothing in it is real where ``sandbox``, or where a sandbox was heard."""
    app: FastAPI = FastAPIOffline(
        title="Kervan",
        version="1",
        summary="Micro-exports from order to VAT refund",
        description="Errors are RFC 9457 problems. Authenticate with `Authorization: Bearer kv_…`.",
        responses=openapi.RESPONSES,
        # a span for each request, where traces are wanted; what goes on inside is told by ours
        telemetry={"operation_spans": False, "metrics": False, "logs": False},
    )
    openapi.complete(app)
    app.state.services = services
    app.state.sandbox = sandbox
    app.state.figures = Figures(services)
    app.state.background = Background()
    problems.install(app)
    strangers.install(app)
    time_limits.install(app)
    pace.install(app, services.settings.pace)
    app.add_middleware(Guard)
    reach.install(app)
    correlation.install(app)
    for router in (
        shipments.router,
        documents.router,
        etgb_documents.router,
        evidence.router,
        sheets.router,
        work.router,
        tasks.router,
        consignees.router,
        counterparts.router,
        subscriptions.router,
        imports.router,
        matches.router,
        goods.router,
        advice.router,
        claims.router,
        claim_dossier.router,
        claim_filings.router,
        finance.router,
        purchases.router,
        rules.router,
        webhooks.router,
        health.router,
    ):
        app.include_router(router)
    pages.install(app)

    @app.get("/asyncapi", include_in_schema=False)
    async def broker_documentation() -> dict[str, Any]:
        return asyncapi.document()

    @app.api_route("/favicon.ico", methods=["GET", "HEAD"], include_in_schema=False)
    async def icon() -> Response:
        return Response(status_code=204)

    return app
