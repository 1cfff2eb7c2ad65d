"""*Entegrasyonlar*: how the systems fare that Kervan calls; they are tried, paused and resumed here."""

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Form, Path, Response

from adapters.database import failed_tasks
from adapters.web.api import counterparts
from adapters.web.console import rendering
from adapters.web.console.actors import FAMILIES
from adapters.web.console.language import marked
from adapters.web.console.navigation import Group, Page
from adapters.web.console.screen import Acting, Inside, Screen
from adapters.web.problems import ProblemError
from adapters.web.services import ACT, OPERATE

router = APIRouter(include_in_schema=False)

PAGE = Page("counterparts", "/counterparts", marked("Entegrasyonlar"), "links", Group.LINKS, router)

NAMES: Final = {
    ("invoicing", "file"): marked("Fatura yazılımı (dosya)"),
    ("tax_office", "manual"): marked("Vergi dairesi (elle)"),
    ("tax_office", "file"): marked("Vergi dairesi (klasör)"),
}
"""Those whose name is no proper one."""
BREAKERS: Final = {
    "closed": (marked("akıyor"), "good"),
    "half_open": (marked("yeniden denenecek"), "warn"),
    "open": (marked("bir süre aranmıyor"), "bad"),
}
"""Whether a counterpart is called just now, and how that looks."""
DONE: Final = {"test": marked("denedi"), "pause": marked("durdurdu"), "resume": marked("sürdürdü")}
"""What somebody did last."""

Family = Annotated[str, Path(max_length=40)]
Code = Annotated[str, Path(max_length=64)]


@router.api_route("/counterparts", methods=["GET", "HEAD"])
async def listed(screen: Inside) -> Response:
    """All of them, those in use first."""
    found = await counterparts.shown(screen.parts)
    return await rendering.page(
        screen,
        "pages/counterparts.html",
        here="counterparts",
        counterparts=sorted(found, key=lambda one: not one["used"]),
        failed=await failed_tasks.counts(screen.parts.pool),
        families=FAMILIES,
        names=NAMES,
        breakers=BREAKERS,
        done_words=DONE,
        sandboxes=[family for family, code in sorted(screen.parts.settings.tasks.items()) if code == "sandbox"],
        barred=screen.barred(OPERATE),
        may_read=screen.may(ACT),
    )


async def _one(screen: Screen, family: str, code: str) -> dict[str, Any]:
    for one in await counterparts.shown(screen.parts):
        if (one["family"], one["code"]) == (family, code):
            return one
    said = (f"Kervan {family}/{code} adlı birine bir şey sormuyor.", f"Kervan asks nobody called {family}/{code}.")
    raise ProblemError(404, "counterpart-unknown", said)


@router.api_route("/counterparts/{family}/{code}/{action}", methods=["GET", "HEAD"])
async def asked(screen: Inside, family: Family, code: Code, action: Literal["pause", "resume"]) -> Response:
    """The form to pause or resume one: in a dialog, or as a page of its own."""
    screen.only(OPERATE)
    return await _form(screen, await _one(screen, family, code), action, "")


async def _form(screen: Screen, found: dict[str, Any], action: str, wrong: str, status: int = 200) -> Response:
    return await rendering.page(
        screen,
        "pages/counterpart_action.html",
        here="counterparts",
        status=status,
        one=found,
        names=NAMES,
        action=action,
        wrong=wrong,
    )


@router.post("/counterparts/{family}/{code}/{action}")
async def act(
    screen: Acting,
    family: Family,
    code: Code,
    action: counterparts.Action,
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Try, pause or resume one, by the API's own function."""
    screen.only(OPERATE)
    why = reason.replace("\x00", "").strip()
    say = screen.language.gettext
    if action == "pause" and not why:
        return await _form(screen, await _one(screen, family, code), action, say("Neden durdurulduğunu yazın."), 422)
    tried = await counterparts.done(screen.parts, screen.key, (family, code), action, why)
    await screen.note(f"counterpart.{action}", f"counterpart/{family}/{code}", why, _outcome(tried))
    if tried is not None:
        return rendering.done(screen, "/counterparts", tried["text"][screen.language.code], "good" if tried["ok"] else "bad")
    text = say("Durduruldu; istenecekler sırada bekler.") if action == "pause" else say("Sürdürüldü; bekleyenler istenir.")
    return rendering.done(screen, "/counterparts", text)


def _outcome(tried: dict[str, Any] | None) -> str:
    return "done" if tried is None or tried["ok"] else str(tried["kind"])
