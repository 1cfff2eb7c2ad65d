"""What is told of a VAT return at one of its seller's claims: what it carries forward, and its turnover."""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Response

from adapters.web.api import claims, finance
from adapters.web.console import rendering
from adapters.web.console.claim_actions import RETURN, Claim, data
from adapters.web.console.pages.claim import Id
from adapters.web.console.screen import Acting, Inside, Screen
from adapters.web.problems import ProblemError
from adapters.web.services import FINANCE
from workflow.values import istanbul_day

router = APIRouter(include_in_schema=False)


@router.api_route("/refunds/{claim_id}/vat-return", methods=["GET", "HEAD"])
async def asked(screen: Inside, claim_id: Id) -> Response:
    """The form for the VAT return of the claim's period, or of a later one."""
    screen.only(FINANCE)
    return await _form(screen, await claims.shown(screen.parts, claim_id), {}, "")


async def _form(screen: Screen, claim: Claim, filled: dict[str, str], wrong: str, status: int = 200) -> Response:
    known = {row["period"]: row for row in await screen.parts.claims.vat_returns(claim["seller"])}
    now = known.get(claim["period"], {"carried_try": None, "turnover_try": None})
    kept = {"carried": now["carried_try"], "turnover": now["turnover_try"]}
    values = {name: "" if value is None else screen.language.amount(value) for name, value in kept.items()}
    return await rendering.page(
        screen,
        "pages/vat_return.html",
        here="refunds",
        status=status,
        claim=claim,
        fields=RETURN,
        values={name: filled.get(name, value) for name, value in values.items()},
        period=filled.get("period", claim["period"]),
        latest=istanbul_day(screen.now).isoformat()[:7],
        wrong=wrong,
        work=filled.get("work") or uuid4(),
    )


@router.post("/refunds/{claim_id}/vat-return")
async def told(
    screen: Acting,
    claim_id: Id,
    work: Annotated[UUID, Form()],
    period: Annotated[str, Form(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")],
) -> Response:
    """Tell what a VAT return carries forward, or its turnover; the last word stands."""
    screen.only(FINANCE)
    claim = await claims.shown(screen.parts, claim_id)
    form = {key: value for key, value in (await screen.request.form()).items() if isinstance(value, str)}
    given, wrong = data(screen.language, RETURN, form)
    if not given and not wrong:
        wrong = screen.language.gettext("Devreden KDV'yi ya da teslimleri yazın.")
    if not wrong:
        try:
            whole = {"seller": claim["seller"], "period": period} | given
            await finance.said(screen.parts, screen.request, screen.key, whole, str(work))
        except ProblemError as error:
            wrong = screen.language.pair(error.said)
    if wrong:
        return await _form(screen, claim, form, wrong, 422)
    await screen.note("vat_return.tell", f"seller/{claim['seller']}", " ".join((period, *given)))
    return rendering.done(screen, f"/refunds/{claim_id}", screen.language.gettext("Beyanname bilgileri kaydedildi."))
