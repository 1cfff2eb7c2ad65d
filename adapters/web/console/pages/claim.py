"""One claim: whether it can be filed, what it is worth and why, what was told of it, and what finance tells of it."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Path, Query, Response

from adapters.database import listing, purchases
from adapters.dossiers.rows import RefundWay
from adapters.web.api import claim_dossier, claim_filings, claims
from adapters.web.console import claim_words, rendering, words
from adapters.web.console.claim_actions import ACTIONS, Action, Claim, blocking, data, fields, why_not
from adapters.web.console.forms import Field, by_reason
from adapters.web.console.language import Language, marked
from adapters.web.console.screen import Acting, Inside, Screen
from adapters.web.problems import ProblemError
from adapters.web.services import ACT, FINANCE
from workflow.attention import Reason
from workflow.refund import MAY_BE_FILED, listing_lines
from workflow.refund.readiness import Check
from workflow.refund.readiness_texts import TEXTS
from workflow.refund.sheet import Lines
from workflow.stages import STAGE_LABELS, Stage
from workflow.values import istanbul_day

router = APIRouter(include_in_schema=False)

Id = Annotated[UUID, Path()]

ROWS: Final = 50
TABS: Final = {
    "summary": marked("Durum ve hesap"),
    "shipments": marked("Gönderileri"),
    "purchases": marked("Alış faturaları"),
}
_MONEY = frozenset({"amount", "least", "most"})
_DAYS = frozenset({"last", "since", "until"})


@router.api_route("/refunds/{claim_id}", methods=["GET", "HEAD"])
async def shown(
    screen: Inside,
    claim_id: Id,
    tab: Annotated[str, Query(max_length=10)] = "summary",
    cursor: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """The page: where the claim stands, or its shipments, or its purchases."""
    tab, may_act = tab if tab in TABS else "summary", screen.may(FINANCE)
    lines = None if tab == "summary" else await claims.lines_of(screen.parts, claim_id)
    outline = await claims.outline_of(screen.parts, claim_id) if lines is None else lines.outline()
    claim = await claims.details(screen.parts, outline)
    told = await screen.parts.claims.vat_returns(claim["seller"]) if may_act and tab == "summary" else []
    actions = [(action, why_not(screen, claim, action)) for action in ACTIONS.values()]
    return await rendering.page(
        screen,
        "pages/claim.html",
        here="refunds",
        claim=claim,
        name=await screen.parts.claims.name(claim["seller"]),
        tab=tab,
        tabs=TABS,
        rows=_page(lines, tab, cursor)
        if lines is not None and (tab == "shipments" or may_act)
        else {"items": [], "next": None},
        cursor=cursor,
        fileable=claim["status"] in MAY_BE_FILED,
        withdrawn=await _withdrawn(screen, claim) if may_act and tab == "purchases" else [],
        unplaced=await _unplaced(screen, claim) if may_act and tab == "purchases" else [],
        rail=_rail(claim),
        items=[_item(screen.language, item) for item in claim["checklist"]],
        filings=[{**one, "recorded_at": datetime.fromisoformat(one["recorded_at"])} for one in claim["filings"]],
        references=await _references(screen, claim),
        story=[_told(claim, place) for place in reversed(range(len(claim["history"])))],
        actions=actions,
        barred_actions=by_reason(actions),
        returns=[row for row in told if row["period"] >= claim["period"]],
        reasons={one.value: words.title(one) for one in Reason},
        who_words=words.WHO,
        barred=screen.barred(ACT),
        reversing=sum((Decimal(one["vat_try"]) for one in claim["to_reverse"]), Decimal()),
        may_act=may_act,
        policy=outline.sheet.policy.value,
        words=claim_words,
    )


def _page(lines: Lines, tab: str, cursor: str) -> dict[str, Any]:
    paged = claims.page_of_shipments if tab == "shipments" else claims.page_of_purchases
    return paged(lines, ROWS, cursor)


async def _unplaced(screen: Screen, claim: Claim) -> list[dict[str, Any]]:
    """The first purchases of the claim's period whose orders are in no claim."""
    found = await purchases.unplaced(screen.parts.pool, claim["seller"], claim["period"], ROWS)
    return [listing_lines.booked(one) for one in found]


async def _withdrawn(screen: Screen, claim: Claim) -> list[dict[str, Any]]:
    """The first purchases of the claim's period that count no more."""
    found = await purchases.withdrawn(screen.parts.pool, claim["seller"], claim["period"], ROWS)
    return [{**listing_lines.gone(one), "at": one.told.at} for one in found]


def _rail(claim: Claim) -> list[dict[str, Any]]:
    """The way of a claim with the day on which each status was told first; where it ended otherwise, that at its end.

    What stands after a part was reversed goes on its way.
    """
    days = {move["status"]: move["on"] for move in reversed(claim["history"])}
    stands = claim_words.stands_as(claim)
    way = [*claim_words.WAY] if stands in claim_words.WAY else [*(s for s in claim_words.WAY if s in days), stands]
    here = way.index(stands)
    return [
        {"status": status, "on": days.get(status), "look": "past" if n < here else "here" if n == here else "ahead"}
        for n, status in enumerate(way)
    ]


def _item(language: Language, item: dict[str, Any]) -> dict[str, Any]:
    """A line of the checklist in the reader's language, with amounts and days as they are written in it."""
    text = TEXTS[Check(item["code"])]
    params = {name: _written(language, name, value) for name, value in item["params"].items()}
    return {**item, "text": language.pair(text.met if item["met"] else text.unmet).format(**params)}


def _written(language: Language, name: str, value: str) -> str:
    if name in _MONEY:
        return language.amount(value)
    return language.plain_day(value) if name in _DAYS else value


async def _references(screen: Screen, claim: Claim) -> dict[str, str]:
    """The order numbers of the shipments that the checklist names."""
    wanted = {UUID(one) for item in claim["checklist"] if not item["met"] for one in item["shipments"]}
    if not wanted:
        return {}
    found = await listing.by_stage(screen.parts.pool, {"ids": sorted(wanted)}, names=True, most=len(wanted))
    return {str(one[0]): one[2] for one in found}


def _told(claim: Claim, place: int) -> dict[str, Any]:
    """A line of the timeline: a question and its answer by these names, not as the review that they are part of."""
    move = claim["history"][place]
    what = move["status"]
    if what == "under_review":
        what = "answered" if move["answers"] else "asked" if move["due_on"] else what
    return {**move, "what": what}


@router.get("/refunds/{claim_id}/dossier.zip")
async def dossier(screen: Inside, claim_id: Id, way: RefundWay = RefundWay.UNDECIDED) -> Response:
    """Everything that the claim is filed with, in one archive."""
    screen.only(FINANCE)
    answer = await claim_dossier.written(screen.parts, claim_id, way)
    await screen.note("claim.export", f"claim/{claim_id}", f"dossier, {way.value}")
    return answer


@router.get("/refunds/{claim_id}/filings/{version}/dossier.zip")
async def filed_dossier(
    screen: Inside, claim_id: Id, version: claim_filings.Version, way: RefundWay = RefundWay.UNDECIDED
) -> Response:
    """The dossier as it was filed that time."""
    screen.only(FINANCE)
    answer = await claim_dossier.written(screen.parts, claim_id, way, version)
    await screen.note("claim.export", f"claim/{claim_id}", f"dossier of filing {version}, {way.value}")
    return answer


@router.get("/refunds/{claim_id}/{what}.{form}")
async def export(
    screen: Inside, claim_id: Id, what: Literal["shipments", "purchases"], form: Literal["csv", "xlsx"]
) -> Response:
    """A claim's shipments or purchases as a file."""
    if what == "purchases":
        screen.only(FINANCE)
    listed = claims.shipments if what == "shipments" else claims.purchases
    answer: Response = await listed(
        screen.parts, screen.key, claim_id, form=form, lang="tr" if screen.language.code == "tr" else "en"
    )
    await screen.note("claim.export", f"claim/{claim_id}", f"{what}.{form}")
    return answer


@router.api_route("/refunds/{claim_id}/actions/{name}", methods=["GET", "HEAD"])
async def asked(screen: Inside, claim_id: Id, name: str) -> Response:
    """The form of an action: in a dialog, or as a page of its own."""
    action = _known(name)
    return await _form(screen, await claims.shown(screen.parts, claim_id), action, {}, "")


def _known(name: str) -> Action:
    if name not in ACTIONS:
        said = (f"Başvuruya {name} diye bir işlem yapılmaz.", f"Nothing called {name} is done to a claim.")
        raise ProblemError(404, "not-found", said)
    return ACTIONS[name]


async def _form(
    screen: Screen, claim: Claim, action: Action, filled: dict[str, str], wrong: str, status: int = 200
) -> Response:
    wanted = fields(action, claim, screen.language)
    return await rendering.page(
        screen,
        "pages/claim_action.html",
        here="refunds",
        status=status,
        claim=claim,
        action=action,
        fields=_hinted(screen.language, wanted),
        values=_begun(screen, claim, wanted, filled),
        blocking=[_item(screen.language, one) for one in blocking(claim)],
        why=wrong or why_not(screen, claim, action),
        wrong=bool(wrong),
        work=filled.get("work") or uuid4(),
        after=STAGE_LABELS[Stage.REFUND_FILED],
    )


def _hinted(language: Language, wanted: tuple[Field, ...]) -> list[dict[str, Any]]:
    """Fields with their hints in the reader's language."""
    return [
        {name: getattr(field, name) for name in ("name", "label", "kind", "needed", "choices", "longest", "offers", "is_said")}
        | {"hint": language.gettext(field.hint) if field.hint else ""}
        for field in wanted
    ]


def _begun(screen: Screen, claim: Claim, wanted: tuple[Field, ...], filled: dict[str, str]) -> dict[str, str]:
    """What stands in the fields: what was typed, or what they begin with."""
    today, values = istanbul_day(screen.now).isoformat(), {}
    for field in wanted:
        text = field.begin(claim, today)
        values[field.name] = filled.get(field.name, screen.language.amount(text) if field.kind == "money" and text else text)
    return values


@router.post("/refunds/{claim_id}/actions/{name}")
async def act(screen: Acting, claim_id: Id, name: str, work: Annotated[UUID, Form()]) -> Response:
    """Tell what was filled in, by the API's own function; the same form sent twice tells it once."""
    screen.only(FINANCE)
    action = _known(name)
    claim = await claims.shown(screen.parts, claim_id)
    form = {key: value for key, value in (await screen.request.form()).items() if isinstance(value, str)}
    told, wrong = data(screen.language, fields(action, claim, screen.language), form)
    if wrong:
        return await _form(screen, claim, action, form, wrong, 422)
    told |= dict(action.more) | ({"status": action.status} if action.status else {})
    if "shipment" in told:
        told["shipment"] = {"id": told["shipment"]}
    reason = str(told.get("override") or told.get("note") or "")
    try:
        await claims.said(screen.parts, screen.request, screen.key, claim_id, action.says, told, str(work))
    except ProblemError as error:
        if error.status == 409:
            await screen.note(f"claim.{action.says}", f"claim/{claim_id}", reason, error.code)
        return await _form(screen, claim, action, form, _why(screen, error), error.status)
    await screen.note(f"claim.{action.says}", f"claim/{claim_id}", reason)
    return rendering.done(screen, f"/refunds/{claim_id}", screen.language.gettext(_DONE[name]))


_DONE: Final = {
    "request": marked("Başvurunun verilmesi istendi."),
    "file": marked("Başvuru verildi olarak kaydedildi; gönderileri ilerledi."),
    "review": marked("İnceleme kaydedildi."),
    "ask": marked("Soru kaydedildi; son gününe kadar dikkat gerekenlerde durur."),
    "answer": marked("Yanıt kaydedildi."),
    "approve": marked("Onay kaydedildi."),
    "pay": marked("Ödeme kaydedildi."),
    "reject": marked("Ret kaydedildi; başvuru düzeltilip yeniden verilebilir."),
    "reverse": marked("Geri alma kaydedildi."),
}


def _why(screen: Screen, error: ProblemError) -> str:
    """Why it was refused, in the reader's language."""
    if error.code == "claim-not-ready":
        return screen.language.gettext("Denetim listesinde engel var. Giderin ya da neden verildiğini yazın.")
    return screen.language.pair(error.said)
