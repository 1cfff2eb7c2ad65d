"""Errors as pages, for those who asked for a page; programs get problems."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from adapters.web import problems
from adapters.web.console import rendering
from adapters.web.console.language import marked
from adapters.web.console.screen import MustChooseError, NotSignedInError, Screen, blind, screen
from adapters.web.problems import BROKEN, TITLES, ProblemError

Handler: TypeAlias = Callable[[Request, Exception], Awaitable[Response]]

_PROGRAMS = ("/api/", "/webhooks/", "/openapi.json", "/asyncapi", "/healthz", "/readyz", "/metrics")


def wants_page(request: Request) -> bool:
    """Whether a person looks at the answer."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(_PROGRAMS)


async def answer(request: Request, error: ProblemError) -> Response:
    """A problem, as a page where a person looks at it."""
    if not wants_page(request):
        return problems.problem(request, error)
    seen: Screen = await screen(request, request.app.state.services)
    title = TITLES.get(error.status, TITLES[500])
    told = seen.language.gettext(_SAID[error.code]) if error.code in _SAID else seen.language.pair(error.said)
    return await rendering.page(seen, "error.html", status=error.status, title=title, detail=told, code=error.code, again="")


async def broken(request: Request, plain: Response) -> Response:
    """A failure of ours as a page that asks nothing of the database, which may be what failed."""
    seen = blind(request, request.app.state.services)
    status, code = plain.status_code, "unavailable" if plain.status_code == 503 else "unexpected"
    detail, again = seen.language.gettext(_SAID[code]), seen.address if request.method == "GET" else ""
    shown = await rendering.page(seen, "error.html", status=status, title=TITLES[status], detail=detail, code=code, again=again)
    kept = {"retry-after", "x-content-type-options", "cache-control"}
    shown.headers.update({name: value for name, value in plain.headers.items() if name in kept})
    return shown


_SAID = {
    "not-found": marked("Bu adreste bir sayfa yok. Bağlantı eski olabilir."),
    "form-expired": marked("Bu form oturumunuza ait değil. Sayfayı yeniden yükleyip tekrarlayın."),
    "not-allowed": marked("Rolünüz buna izin vermiyor. Gerekirse bir yöneticiden isteyin."),
    "concerns-all-sellers": marked(
        "Bu sayfa bütün satıcılarla ilgili; bazı satıcılara bağlı kullanıcılara kapalı. Gerekirse bir yöneticiden isteyin."
    ),
    "not-your-seller": marked("Başka satıcılara bağlısınız. Bu satıcı için gerekirse bir yöneticiden isteyin."),
    "etgb-shared": marked(
        "Bu ETGB'de başka satıcıların gönderileri de var ya da bir satırı henüz bilinmiyor. Belgelerini ve değişikliğini "
        "bir yöneticiden isteyin."
    ),
    "shipment-unknown": marked("Bu kimlikle bir gönderi yok."),
    "unavailable": marked("Veritabanı şu an yanıt vermiyor; bir şey yapılmadı. Biraz sonra yeniden deneyin."),
    "unexpected": marked(
        "Olmaması gereken bir hata oldu ve kaydedildi. Bir işlem yapıyorduysanız sonucuna ilgili sayfada bakın."
    ),
    "wrong-cursor": marked("Bu sayfa bağlantısı geçerli değil. Listeye baştan başlayın."),
}
"""What people read where the problem's own sentence is a program's."""


def install(app: FastAPI) -> None:
    """Let pages answer errors, after :func:`adapters.web.problems.install`."""

    async def known(request: Request, error: Exception) -> Response:
        assert isinstance(error, ProblemError)  # noqa: S101 - registered for it alone
        return await answer(request, error)

    plain_http = app.exception_handlers[HTTPException]
    plain_invalid = app.exception_handlers[RequestValidationError]

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for it alone
        if not wants_page(request):
            return await plain_http(request, error)  # type: ignore[no-any-return, misc]  # ours, and async
        code = "not-found" if error.status_code == 404 else "http"
        return await answer(request, ProblemError(error.status_code, code, problems.by_framework(error)))

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it alone
        if not wants_page(request):
            return await plain_invalid(request, error)  # type: ignore[no-any-return, misc]  # ours, and async
        fields = "; ".join(f"{item['loc'][-1]}: {item['msg']}" for item in error.errors())
        said = (f"Bazı alanlar eksik ya da yanlış ({fields}).", f"Some fields are missing or wrong ({fields}).")
        return await answer(request, ProblemError(422, "wrong-data", said))

    async def outside(request: Request, _: Exception) -> Response:
        return _to(request, f"/sign-in?next={quote(_back(request), safe='')}")

    async def must_choose(request: Request, _: Exception) -> Response:
        return _to(request, "/account")

    for kind in BROKEN:
        app.add_exception_handler(kind, _as_page(app.exception_handlers[kind]))  # type: ignore[arg-type]  # ours, and async
    app.add_exception_handler(ProblemError, known)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(NotSignedInError, outside)
    app.add_exception_handler(MustChooseError, must_choose)


def _as_page(plain: Handler) -> Handler:
    """What answers a failure of ours: as before, and where a person looks at it, by a page of the same status."""

    async def shown(request: Request, error: Exception) -> Response:
        told = await plain(request, error)
        return await broken(request, told) if wants_page(request) else told

    return shown


def _back(request: Request) -> str:
    """Where to go on after the sign-in: back to a page that was read, and to the first one after a form that was not sent."""
    query = f"?{request.url.query}" if request.url.query else ""
    return request.url.path + query if request.method == "GET" and "hx-request" not in request.headers else "/"


def _to(request: Request, address: str) -> Response:
    """Lead elsewhere, also where htmx asked for a part of a page only."""
    if "hx-request" in request.headers:
        return Response(status_code=204, headers={"HX-Redirect": address})
    return RedirectResponse(address, 303)
