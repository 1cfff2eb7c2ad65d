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
from adapters.web import reader
from workflow import refusal_details
from workflow.errors import BatchConflictError, Pair, StoreUnavailableError, texts_of
from workflow.refund import saying

_log = structlog.get_logger("kervan.web")

MEDIA_TYPE = "application/problem+json"

TITLES: dict[int, tuple[str, str]] = {
    400: ("İstek anlaşılamadı", "The request could not be understood"),
    401: ("Kimlik doğrulanamadı", "Not authenticated"),
    403: ("Yetkiniz yok", "Not allowed"),
    404: ("Bulunamadı", "Not found"),
    405: ("Bu yöntem kullanılamaz", "Method not allowed"),
    408: ("İstek zamanında gelmedi", "The request did not come in time"),
    409: ("Şu anda yapılamaz", "Not possible now"),
    413: ("İstek çok büyük", "Request too large"),
    415: ("Biçim desteklenmiyor", "Unsupported media type"),
    422: ("Veri hatalı", "The data is wrong"),
    429: ("Çok fazla istek", "Too many requests"),
    500: ("Beklenmeyen hata", "Unexpected error"),
    503: ("Şu anda hizmet verilemiyor", "Not available now"),
}


_PLAIN: dict[int, Pair] = {
    404: ("Bu adreste bir şey yok.", "There is nothing at this address."),
    405: (
        "Bu adres bu yöntemle çağrılamaz; hangileriyle çağrılacağı `Allow` başlığında.",
        "See `Allow` for the methods that do.",
    ),
    408: (
        "İsteğin gövdesi çok yavaş geldi; bir şey yapılmadı. Bağlantıyı denetleyip yeniden gönderin.",
        "The body of the request came too slowly; nothing was done. Look at the connection and send it again.",
    ),
    413: ("İstek, burada alınandan büyük.", "The request is larger than what is taken here."),
}
"""What is said where the framework refuses by itself, and often has but the name of the status for it."""
_TO_OPERATORS: dict[str, str] = {
    "forbidden-address": "Bu adres bir iç ağa gidiyor; alıcı sizinse ağını KERVAN_OUTSIDE__NETWORKS ile açın.",
    "forbidden-url": "Adres kullanılamaz: https:// ile başlamalı; kullanıcı adı, parola ya da # içermemelidir.",
    "gib-check-failed": "GİB'in denetimi çalışmadı; bir şey saklanmadı. Biraz sonra yeniden gönderin.",
    "gib-not-installed": "GİB'in denetimi gerekli, ama kurulu değil; bir şey saklanmadı. İşletmeciye söyleyin.",
    "message-unknown": "Bu kuryenin webhook'u kurulu değil; mesajı okunamıyor.",
    "no-signing-key": "İmzalamak için anahtar yok: KERVAN_SIGNING_KEY bütün süreçlerde aynı olmalı.",
    "signature-unusable": "Satıcının imza dosyası kullanılamıyor; fatura basılmadı. İşletmeciye söyleyin.",
    "subscription-name-taken": "Bu adla bir abonelik zaten var.",
    "wrong-signature": "İmza tutmuyor; webhook alınmadı. Sırrı denetleyin.",
}
"""In Turkish, what errors say that speak to operators, in English alone (test_errors_said), by the code of their problem."""
_FIELDS: Pair = (
    "Bazı alanlar eksik ya da yanlış; hangileri olduğu `errors` içinde.",
    "Some fields are missing or wrong; see errors.",
)
_LOST: Pair = (
    "Veritabanı yanıt vermiyor; bir şey yapılmadı. Biraz sonra yeniden isteyin.",
    "PostgreSQL does not answer; nothing was done. Ask again in a moment.",
)

BROKEN: tuple[type[Exception], ...] = (StoreUnavailableError, BatchConflictError, *LOST, Exception)
"""What is no fault of the caller's: the database does not answer, or the program is wrong."""


class ProblemError(Exception):
    """Ends a request with a problem; ``extra`` adds members such as ``why`` or ``errors``.

    As a string it is its English text, which logs read.
    """

    def __init__(
        self,
        status: int,
        code: str,
        said: Pair,
        headers: Mapping[str, str] | None = None,
        **extra: Any,  # noqa: ANN401 - members of a problem are free
    ) -> None:
        """Say what happened, in both languages; ``code`` becomes part of the problem's type.

        A pair among ``extra`` is told in the caller's language, as the detail is.
        """
        super().__init__(said[1])
        self.status, self.code, self.said = status, code, said
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
        """An error of ours as a problem, in its own texts; one that operators read has what it comes to for whoever asked."""
        tr, en = texts_of(error)
        return cls(status, code, (_TO_OPERATORS.get(code, tr) if tr == en else tr, en), headers, **extra)

    @classmethod
    def refused(
        cls,
        code: str,
        detail: str,
        **extra: Any,  # noqa: ANN401 - members of a problem are free
    ) -> "ProblemError":
        """409: what the engine refuses, with what its code means; ``why`` is its sentence, as programs read it in English."""
        why = (refusal_details.said(detail)[0], detail)
        return cls(409, code.replace("_", "-"), saying.refused(code, detail), why=why, **extra)

    @classmethod
    def wrong(cls, code: str, detail: str) -> "ProblemError":
        """422: what the wire says of data that has not the contract's form."""
        return cls(422, code.replace("_", "-"), (refusal_details.said(detail)[0], detail))


def problem(request: Request, error: ProblemError) -> Response:
    """The answer for a problem, in the caller's language."""
    place = reader.CODES.index(reader.language(request))
    fallback = HTTPStatus(error.status).phrase
    body = {
        "type": f"urn:kervan:problem:{error.code}",
        "title": TITLES.get(error.status, (fallback, fallback))[place],
        "status": error.status,
        "detail": error.said[place],
        "instance": request.url.path,
        "message": dict(zip(reader.CODES, error.said, strict=True)),
        **{name: value[place] if isinstance(value, tuple) else value for name, value in error.extra.items()},
    }
    return Response(
        b"" if request.method == "HEAD" else orjson.dumps(body),
        error.status,
        headers=dict(error.headers or {}),
        media_type=MEDIA_TYPE,
    )


def by_framework(error: HTTPException) -> Pair:
    """What the framework refuses by itself, in words: of its own it often has but the name of the status."""
    detail = str(error.detail)
    tr, en = _PLAIN.get(error.status_code, (detail, detail))
    return tr, en if detail == HTTPStatus(error.status_code).phrase else detail


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
        return problem(request, ProblemError(error.status_code, code, by_framework(error), error.headers))

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it alone
        errors = [{"field": ".".join(str(part) for part in item["loc"]), "message": item["msg"]} for item in error.errors()]
        return problem(request, ProblemError(422, "wrong-data", _FIELDS, errors=errors))

    async def lost(request: Request, error: Exception) -> Response:
        _log.warning("database does not answer", path=request.url.path, error=type(error).__name__)
        return problem(request, ProblemError(503, "unavailable", _LOST, {"Retry-After": "5"}))

    async def unavailable(request: Request, error: Exception) -> Response:
        return problem(request, ProblemError(503, "unavailable", (_LOST[0], str(error)), {"Retry-After": "5"}))

    async def left(request: Request, _: Exception) -> Response:
        _log.info("the caller left before all was said", path=request.url.path)
        said = (
            "Bağlantı istekten önce bitti; bir şey yapılmadı.",
            "The connection ended before the request did; nothing was done.",
        )
        return problem(request, ProblemError(400, "cut-short", said))  # written for nobody: it is gone

    async def unexpected(request: Request, error: Exception) -> Response:
        _log.error("request failed", path=request.url.path, error=type(error).__name__, exc_info=error)
        strict = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}  # this answer does not pass the guard
        said = ("Olmaması gereken bir hata oldu; kaydedildi.", "An error that should not happen; it has been logged.")
        return problem(request, ProblemError(500, "unexpected", said, strict))

    app.add_exception_handler(ProblemError, known)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(StoreUnavailableError, unavailable)
    app.add_exception_handler(BatchConflictError, unavailable)
    for kind in LOST:
        app.add_exception_handler(kind, lost)
    app.add_exception_handler(ClientDisconnect, left)
    app.add_exception_handler(Exception, unexpected)
