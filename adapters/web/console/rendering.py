"""Templates become answers: a whole page, or the one block of it that htmx asks for."""

import gzip
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import orjson
from fastapi import Response
from fastapi.responses import RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2_fragments import render_block
from markupsafe import Markup, escape

from adapters.web.console import actors, couriers, csrf, sources, words
from adapters.web.console.assets import address
from adapters.web.console.language import LANGUAGES, Language
from adapters.web.console.navigation import Group, Page
from adapters.web.console.screen import FORM_COOKIE, ROLE_NAMES, Screen, local
from workflow import attention_details
from workflow.values import istanbul_day

TEMPLATES = Path(__file__).parent / "templates"
TOAST_COOKIE: Final = "kervan_toast"
_PARTS: Final = tuple(f"parts/{name}.html" for name in ("findings", "form", "icons", "items", "rows", "subscription"))
"""Templates whose macros all pages use."""
TONES: Final = ("good", "warn", "bad")
_PACK_FROM = 1024

CSP: Final = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


_HEADERS: Final = {
    "Content-Security-Policy": CSP,
    "Referrer-Policy": "same-origin",  # with none at all, browsers would not say either where a form comes from
    "Vary": "Accept-Encoding, Cookie, HX-Request, HX-Target",
}


@cache
def environment(code: str) -> Environment:
    """The templates of a language, with its words and its ways to write dates, numbers and money."""
    language = LANGUAGES[code]
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_translations(language.translations, newstyle=True)  # type: ignore[attr-defined]  # the extension's
    made.filters |= {
        "number": language.number,
        "plain": language.plain,
        "amount": language.amount,
        "kilos": language.kilos,
        "price": language.price,
        "rate": language.rate,
        "percent": language.percent,
        "day": language.day,
        "period": language.period,
        "lira": language.lira,
        "spoken": _spoken,
        "moment": language.moment,
        "soon": language.soon,
        "duration": language.duration,
        "pair": language.pair,
        "in_words": lambda detail: _dated(language, language.pair(attention_details.said(detail))),
        "country": language.country,
        "pretty": pretty,
        "rest": _rest,
        "actor": lambda actor: Markup('<span title="{}">{}</span>').format(actor, actors.named(language, actor)),
        "source": lambda source: sources.named(language, source),
        "unit": lambda code: words.unit(language, code),
        "unfilled": lambda text: _PLACE.sub("…", text),
    }
    made.globals |= {"asset": address, "language": language, "money": language.money, "age": language.age}
    for parts in _PARTS:  # known to each block by itself, which an import at a template's top is not
        made.globals |= {
            name: macro for name, macro in vars(made.get_template(parts).module).items() if not name.startswith("_")
        }
    return made


async def page(
    screen: Screen,
    template: str,
    *,
    here: str = "",
    status: int = 200,
    **context: Any,  # noqa: ANN401 - what templates show
) -> Response:
    """A page, named ``here`` in the menu; for htmx only the block whose name is the id of the element it fills.

    Reading a page takes the word that :func:`done` left for it.
    """
    code = screen.language.code
    wanted = screen.request.headers.get("hx-target", "").partition("#")[2]
    made, today = environment(code), istanbul_day(screen.now)
    context |= {
        "screen": screen,
        "user": screen.session.user if screen.session is not None else None,
        "now": screen.now,
        "theme": screen.theme,
        "sandbox": screen.sandbox,
        "here": here,
        "here_address": screen.address,
        "csrf": lambda: csrf.token(screen.secret),
        "role_names": ROLE_NAMES,
        "menu": menu(screen),
        "couriers": couriers.offered(screen.parts.law, today),
        "courier": couriers.called(screen.parts.law, today),
        "counts": {},
    }
    if screen.session is not None:
        context["counts"] = await screen.request.app.state.figures.waiting()
    headers = _HEADERS | {"Content-Language": code}
    if screen.request.headers.get("hx-request") and wanted in made.get_template(template).blocks:
        text = render_block(made, template, wanted, context | {"toast": None})
        return _packed(screen, text, status, headers)
    toast = screen.request.cookies.get(TOAST_COOKIE)
    answer = _packed(screen, made.get_template(template).render(context | {"toast": _read(toast)}), status, headers)
    if toast is not None:
        answer.delete_cookie(TOAST_COOKIE, httponly=True, samesite="lax")
    if screen.session is None:
        keep(screen, answer, FORM_COOKIE, screen.secret)
    return answer


def done(screen: Screen, to: str, text: str, tone: str = "good") -> Response:
    """The end of a form: on to a page, on top of which stands what happened."""
    answer = RedirectResponse(local(to), 303)
    keep(screen, answer, TOAST_COOKIE, urlsafe_b64encode(orjson.dumps([text[:600], tone])).decode(), max_age=60)
    return answer


def keep(screen: Screen, answer: Response, cookie: str, value: str, max_age: int | None = None) -> None:
    """Have the browser keep something that no script reads and no other site sends."""
    answer.set_cookie(cookie, value, max_age=max_age, httponly=True, samesite="lax", secure=screen.secure)


def menu(screen: Screen) -> list[tuple[Group, list[Page]]]:
    """The pages that the user may see, by their groups."""
    if screen.session is None or screen.user.must_change:
        return []
    pages: tuple[Page, ...] = screen.request.app.state.pages
    seen = [page for page in pages if screen.user.role in page.roles and (page.of_sellers or not screen.sellers)]
    grouped = [(group, [page for page in seen if page.group is group]) for group in Group]
    return [(group, pages) for group, pages in grouped if pages]


_ELSEWHERE: Final = re.compile(r" \((?:`[^`]*`|kervan [^)]*|[a-z]+(?:_[a-z]+)*)\)")
"""What a text says of another door to the same thing: a command of the shell, or a trigger's name."""
_PLACE: Final = re.compile(r"{[a-z_]+}")
"""Where a finding's text names what it is about."""
_DAY: Final = re.compile(r"\b20[0-9]{2}-[01][0-9]-[0-3][0-9]\b")

_MONEY: Final = re.compile(r"(?<![\d.,])(\d{1,15}\.\d{2}) ([A-Z]{3})\b")
"""An amount with its currency, as programs write it."""


def _rest(text: str) -> str:
    """A text after its first sentence, which :func:`adapters.web.console.words.title` shows by itself; here are no commands."""
    return _ELSEWHERE.sub("", text.partition(". ")[2] or text)


def _dated(language: Language, text: str) -> str:
    """A sentence with its days and amounts as people write them."""

    def day(found: re.Match[str]) -> str:
        try:
            return language.plain_day(date.fromisoformat(found[0]))
        except ValueError:
            return found[0]

    return _MONEY.sub(lambda found: f"{language.amount(found[1])} {found[2]}", _DAY.sub(day, text))


def _spoken(text: str) -> Markup:
    """A text in which commands stand between backticks, as people read it."""
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else escape(part) for place, part in enumerate(text.split("`"))
    )


def pretty(body: bytes) -> str:
    """A message's bytes as people read them: JSON laid out, anything else as it stands."""
    try:
        return orjson.dumps(orjson.loads(body), option=orjson.OPT_INDENT_2).decode()
    except orjson.JSONDecodeError:
        return body.decode(errors="replace")


def _read(kept: str | None) -> dict[str, str] | None:
    """What a cookie says on top of a page: text only, whoever wrote it."""
    try:
        text, tone = orjson.loads(urlsafe_b64decode((kept or "").encode()))
    except (NotBase64, ValueError, TypeError):
        return None
    return {"text": str(text), "tone": tone if tone in TONES else "good"}


def _packed(screen: Screen, text: str, status: int, headers: dict[str, str]) -> Response:
    """The answer, packed where the browser can read it so."""
    body = text.encode()
    if len(body) >= _PACK_FROM and "gzip" in screen.request.headers.get("accept-encoding", ""):
        body = gzip.compress(body, 5, mtime=0)
        headers = headers | {"Content-Encoding": "gzip"}
    return Response(body, status, headers=headers, media_type="text/html; charset=utf-8")
