"""Errors as RFC 9457 ``application/problem+json``, everywhere."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match

from adapters.database.store import LOST
from workflow.errors import BatchConflictError, Pair, SaidError, StoreUnavailableError

_log = structlog.get_logger("kervan.web")

MEDIA_TYPE = "application/problem+json"

TITLES: dict[int, tuple[str, str]] = {
    400: ("İstek anlaşılamadı", "The request could not be understood"),
    401: ("Kimlik doğrulanamadı", "Not authenticated"),
    403: ("Yetkiniz yok", "Not allowed"),
    404: ("Bulunamadı", "Not found"),
    405: ("Bu yöntem kullanılamaz", "Method not allowed"),
    409: ("Şu anda yapılamaz", "Not possible now"),
    413: ("İstek çok büyük", "Request too large"),
    415: ("Biçim desteklenmiyor", "Unsupported media type"),
    422: ("Veri hatalı", "The data is wrong"),
    429: ("Çok fazla istek", "Too many requests"),
    500: ("Beklenmeyen hata", "Unexpected error"),
    503: ("Şu anda hizmet verilemiyor", "Not available now"),
}


BROKEN: tuple[type[Exception], ...] = (StoreUnavailableError, BatchConflictError, *LOST, Exception)
"""What is no fault of the caller's: the database does not answer, or the program is wrong."""


class ProblemError(Exception):
    """Ends a request with a problem; ``extra`` adds members such as ``why`` or ``errors``."""

    said: Pair | None = None
    """What people read of it, where it has texts of its own."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        headers: Mapping[str, str] | None = None,
        **extra: Any,  # noqa: ANN401 - members of a problem are free
    ) -> None:
        """Say what happened; ``code`` becomes part of the problem's type."""
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.headers, self.extra = headers, extra

    @classmethod
    def of(
        cls,
        status: int,
        code: str,
        error: Exception,
        headers: Mapping[str, str] | None = None,
        **extra: Any,  # noqa: ANN401 - members of a problem are free
    ) -> "ProblemError":
        """An error of ours as a problem: its English text is the detail, and ``message`` has it in both languages."""
        made = cls(status, code, str(error), headers, **extra)
        if isinstance(error, SaidError):
            made.said = error.texts
        return made


def problem(request: Request, error: ProblemError) -> Response:
    """The answer for a problem, its title in the caller's language."""
    turkish = request.headers.get("accept-language", "").lower().startswith("tr")
    fallback = HTTPStatus(error.status).phrase
    title = TITLES.get(error.status, (fallback, fallback))[0 if turkish else 1]
    body = {
        "type": f"urn:kervan:problem:{error.code}",
        "title": title,
        "status": error.status,
        "detail": error.detail,
        "instance": request.url.path,
        **({} if error.said is None else {"message": dict(zip(("tr", "en"), error.said, strict=True))}),
        **error.extra,
    }
    return Response(
        b"" if request.method == "HEAD" else orjson.dumps(body),
        error.status,
        headers=dict(error.headers or {}),
        media_type=MEDIA_TYPE,
    )


def _methods(app: FastAPI, request: Request) -> list[str]:
    """What may be asked of a path, by all its routes (RFC 9110, 10.2.1); the router names those of the first that fits."""
    fit = [one for one in app.routes if one.matches(request.scope)[0] is not Match.NONE]
    return sorted({method for one in fit for method in getattr(one, "methods", None) or ()})


def install(app: FastAPI) -> None:
    """Make every error of an app a problem."""

    async def known(request: Request, error: Exception) -> Response:
        assert isinstance(error, ProblemError)  # noqa: S101 - registered for it alone
        return problem(request, error)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for it alone
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            error.headers = {"Allow": ", ".join(_methods(app, request))}
        phrase = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
        code = "too-large" if error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else phrase
        return problem(request, ProblemError(error.status_code, code, str(error.detail), error.headers))

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it alone
        errors = [{"field": ".".join(str(part) for part in item["loc"]), "message": item["msg"]} for item in error.errors()]
        return problem(request, ProblemError(422, "wrong-data", "Some fields are missing or wrong; see errors.", errors=errors))

    async def lost(request: Request, error: Exception) -> Response:
        _log.warning("database does not answer", path=request.url.path, error=type(error).__name__)
        detail = "PostgreSQL does not answer; nothing was done. Ask again in a moment."
        return problem(request, ProblemError(503, "unavailable", detail, {"Retry-After": "5"}))

    async def unavailable(request: Request, error: Exception) -> Response:
        return problem(request, ProblemError(503, "unavailable", str(error), {"Retry-After": "5"}))

    async def left(request: Request, _: Exception) -> Response:
        _log.info("the caller left before all was said", path=request.url.path)
        detail = "The connection ended before the request did; nothing was done."  # written for nobody: it is gone
        return problem(request, ProblemError(400, "cut-short", detail))

    async def unexpected(request: Request, error: Exception) -> Response:
        _log.error("request failed", path=request.url.path, error=type(error).__name__, exc_info=error)
        strict = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}  # this answer does not pass the guard
        detail = "An error that should not happen; it has been logged."
        return problem(request, ProblemError(500, "unexpected", detail, strict))

    app.add_exception_handler(ProblemError, known)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(StoreUnavailableError, unavailable)
    app.add_exception_handler(BatchConflictError, unavailable)
    for kind in LOST:
        app.add_exception_handler(kind, lost)
    app.add_exception_handler(ClientDisconnect, left)
    app.add_exception_handler(Exception, unexpected)
