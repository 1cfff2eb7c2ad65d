"""A purchase invoice that was booked wrongly: the forms that correct it, withdraw it, and have it count again.

They are come to by a claim's purchases, or by those that are in none. Before anything is said they show which claims come to
other figures by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Path, Response

from adapters.database import purchases as kept
from adapters.imports.purchases import a_period, a_share
from adapters.web import rebooking
from adapters.web.absent import absent
from adapters.web.api import claims, purchases
from adapters.web.console import claim_words, rendering
from adapters.web.console.claim_actions import data
from adapters.web.console.filters import Filters
from adapters.web.console.forms import Field
from adapters.web.console.language import Language, marked
from adapters.web.console.pages.claim import Id
from adapters.web.console.screen import Acting, Inside, Screen
from adapters.web.problems import ProblemError
from adapters.web.services import FINANCE
from workflow import refusals
from workflow.refund import Booked, Purchase, Withdrawn, listing_lines, seen
from workflow.refund.purchases import number_is_wrong
from workflow.values import istanbul_day

router = APIRouter(include_in_schema=False)

Deed = Annotated[Literal["correct", "withdraw"], Path()]
PurchaseId = Annotated[UUID, Path()]

REASON: Final = Field("reason", marked("Neden"), "area", longest=200)
FIELDS: Final = (
    Field("supplier_tax_number", marked("Tedarikçinin VKN ya da TCKN'si"), needed=False, longest=20),
    Field("supplier_name", marked("Tedarikçinin adı ya da unvanı"), needed=False),
    Field("invoice_number", marked("Fatura no"), longest=60),
    Field("issued_on", marked("Fatura tarihi"), "day"),
    Field("period", marked("İndirildiği KDV dönemi"), longest=7, hint="2026-11"),
    Field("kind", marked("Türü"), "choice", choices=tuple(claim_words.KINDS.items())),
    Field("net", marked("KDV hariç tutar (TL)"), "money", longest=20),
    Field("vat", marked("KDV (TL)"), "money", longest=20),
    Field("incurred", marked("KDV'nin ihracata düşeni (TL)"), "money", needed=False, longest=20),
    Field("share", marked("İhracata düşen pay"), needed=False, longest=20, hint="%35"),
    Field("order", marked("Hangi sipariş için"), needed=False),
    Field("customs_number", marked("Gümrük beyannamesi tescil no (ithalatsa)"), needed=False, longest=40),
    REASON,
)
"""What of a purchase may be corrected; the rest of it stays as it was booked."""


@dataclass(frozen=True, slots=True)
class _Form:
    """What somebody sees: the purchase, what they do to it, and what stands in the fields."""

    of: Booked | Withdrawn
    deed: str
    at: str
    """The form's own address."""
    back: str
    """The list by which they came."""
    standing: Mapping[str, str]
    """What stands in the fields as the purchase is now."""
    values: Mapping[str, str]
    order: str = ""
    """The order that the purchase is for, as it stands in its field."""
    seen: str = ""
    """Sum of the purchase as it stood when the fields were filled (:mod:`workflow.refund.seen`)."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """What is asked."""
        return FIELDS if self.deed == "correct" else (REASON,)

    @property
    def outdated(self) -> bool:
        """Whether the purchase is otherwise by now than it stood then: filled in by that, the form would undo what was done."""
        return self.seen != seen.of(self.of)

    def filled(self, given: Mapping[str, str]) -> "_Form":
        """The form with what somebody filled in, beside what they had seen when they began."""
        values = {one.name: given.get(one.name, "")[: one.longest] for one in self.fields}
        return replace(self, values=values, seen=given.get("seen", ""))

    def anew(self) -> "_Form":
        """The form by what stands now; the reason that was written stays."""
        return replace(self, values={**self.standing, "reason": self.values["reason"]}, seen=seen.of(self.of))


@router.api_route("/refunds/{claim_id}/purchases/{purchase_id}/{deed}", methods=["GET", "HEAD"])
async def asked(screen: Inside, claim_id: Id, purchase_id: PurchaseId, deed: Deed) -> Response:
    """The form for a purchase of a claim; filled in, it shows which claims come to other figures, to be confirmed."""
    screen.only(FINANCE)
    return await _asked(screen, await _begun(screen, claim_id, purchase_id, deed))


@router.api_route("/refunds/purchases/{purchase_id}/{deed}", methods=["GET", "HEAD"])
async def asked_alone(screen: Inside, purchase_id: PurchaseId, deed: Deed) -> Response:
    """The same for a purchase that is in no claim."""
    screen.only(FINANCE)
    return await _asked(screen, await _begun(screen, None, purchase_id, deed))


async def _asked(screen: Screen, form: _Form) -> Response:
    given = dict(screen.request.query_params)
    if barred := _barred(screen.language, form.of):
        return await _page(screen, form, barred, barred=True)
    if "reason" not in given:
        return await _page(screen, form)
    form = form.filled(given)
    if form.outdated:
        return await _outdated(screen, form)
    told, wrong = _read(screen.language, form)
    if wrong:
        return await _page(screen, form, wrong, 422)
    return await _preview(screen, form, told)


async def _begun(screen: Screen, claim_id: UUID | None, purchase_id: UUID, deed: str) -> _Form:
    """The form as it begins: a purchase as it was booked, of the seller of the claim by which somebody came.

    Raises:
        ProblemError: 404, there is none.
    """
    claim = None if claim_id is None else (await claims.outline_of(screen.parts, claim_id)).sheet.claim
    of = await purchases.found(screen.parts, purchase_id)
    if claim is not None and of.purchase.seller != claim.seller:
        raise absent("purchase-unknown", purchase_id)
    above = "/refunds" if claim is None else f"/refunds/{claim.id}"
    year = Filters({"seller": of.purchase.seller, "year": of.purchase.period[:4]}).query()
    back = f"/refunds/purchases?{year}" if claim is None else f"{above}?tab=purchases"
    order = await kept.order(screen.parts.pool, of.purchase)
    standing = _standing(screen.language, of.purchase, order)
    return _Form(of, deed, f"{above}/purchases/{purchase_id}/{deed}", back, standing, standing, order, seen.of(of))


def _standing(language: Language, of: Purchase, order: str) -> dict[str, str]:
    """What stands in the fields at first."""
    return {
        "supplier_tax_number": of.supplier_tax_number,
        "supplier_name": of.supplier_name,
        "invoice_number": of.invoice_number,
        "issued_on": of.issued_on.isoformat(),
        "period": of.period,
        "kind": of.kind.value,
        "net": language.amount(of.net_try),
        "vat": language.amount(of.vat_try),
        "incurred": "" if of.incurred_try is None else language.amount(of.incurred_try),
        "share": "" if of.share is None else format(of.share.normalize(), "f"),
        "order": order,
        "customs_number": of.customs_number,
        "reason": "",
    }


def _read(language: Language, form: _Form) -> tuple[dict[str, Any], str]:
    """The message that a filled-in form becomes, and what is wrong with it in words."""
    told, wrong = data(language, form.fields, form.values)
    reason = str(told.pop("reason", ""))
    if wrong or form.deed == "withdraw":
        return rebooking.withdrawal(form.of.purchase, reason, form.seen), wrong
    share, order = a_share(told.get("share", "")), told.pop("order", "")
    told |= {"period": a_period(told["period"]), "share": share or None, "incurred": told.get("incurred")}
    told |= {name: told.get(name, "") for name in ("supplier_tax_number", "supplier_name", "customs_number")}
    if order != form.order:
        told["shipment"] = {"seller": form.of.purchase.seller, "reference": order} if order else None
    made = rebooking.correction(form.of.purchase, told, reason, form.seen)
    nameless = not told["supplier_tax_number"] and not told["customs_number"]
    checks = (
        (nameless, language.gettext("Tedarikçinin VKN ya da TCKN'sini, ithalatsa beyannamenin tescil no'sunu yazın.")),
        (not told["period"], language.gettext("KDV dönemi 2026-11 gibi bir ay olmalı.")),
        (share is None, language.gettext("Pay 0,35 ya da %35 gibi, sıfırdan büyük ve en çok bir olmalı.")),
        (number_is_wrong(told["supplier_tax_number"]), language.pair(refusals.TEXTS["supplier_number_wrong"])),
    )
    wrong = next((text for holds, text in checks if holds), "")
    if not wrong:
        try:
            purchases.right_one(made)
        except ProblemError as error:
            wrong = language.pair(error.said)
    return made, wrong


def _barred(language: Language, of: Booked | Withdrawn) -> str:
    """Why nothing can be done to a purchase, as the engine would say; empty where something can."""
    if isinstance(of, Booked):
        return "" if of.claim is None else language.pair(refusals.TEXTS["purchase_claimed"])
    return "" if of.replaced_by is None else language.pair(refusals.TEXTS["purchase_withdrawn"])


async def _outdated(screen: Screen, form: _Form) -> Response:
    """What somebody else did meanwhile, in the fields, with the words that say so."""
    barred = _barred(screen.language, form.of)
    wrong = barred or screen.language.pair(refusals.TEXTS["purchase_changed"])
    return await _page(screen, form.anew(), wrong, 409, barred=bool(barred))


async def _preview(screen: Screen, form: _Form, told: dict[str, Any]) -> Response:
    """The form with what it would do."""
    old, today = form.of.purchase, istanbul_day(screen.now)
    right = purchases.right_one(told) if form.deed == "correct" else None
    moved = await kept.moved(screen.parts.claims, old, right, today)
    other = await kept.one(screen.parts.pool, right.id) if right is not None and right.id != old.id else None
    return await _page(screen, form, moved=moved, other=other, ready=True)


async def _page(screen: Screen, form: _Form, wrong: str = "", status: int = 200, **more: Any) -> Response:  # noqa: ANN401 - what a template shows
    shown = {"moved": (), "other": None, "ready": False, "barred": False} | more
    of = form.of
    return await rendering.page(
        screen,
        "pages/purchase.html",
        here="refunds",
        status=status,
        purchase=listing_lines.kept(of),
        at=form.at,
        back=form.back,
        deed=form.deed,
        fields=form.fields,
        values=form.values,
        seen=form.seen,
        wrong=wrong,
        joins=isinstance(shown["other"], Booked),
        work=uuid4(),
        words=claim_words,
        **shown,
    )


@router.post("/refunds/{claim_id}/purchases/{purchase_id}/{deed}")
async def told(screen: Acting, claim_id: Id, purchase_id: PurchaseId, deed: Deed, work: Annotated[UUID, Form()]) -> Response:
    """Say it, as it was shown; the same form sent twice says it once."""
    screen.only(FINANCE)
    return await _told(screen, await _begun(screen, claim_id, purchase_id, deed), work)


@router.post("/refunds/purchases/{purchase_id}/{deed}")
async def told_alone(screen: Acting, purchase_id: PurchaseId, deed: Deed, work: Annotated[UUID, Form()]) -> Response:
    """The same of a purchase that is in no claim."""
    screen.only(FINANCE)
    return await _told(screen, await _begun(screen, None, purchase_id, deed), work)


async def _told(screen: Screen, begun: _Form, work: UUID) -> Response:
    sent = {key: value for key, value in (await screen.request.form()).items() if isinstance(value, str)}
    form, deed, purchase_id = begun.filled(sent), begun.deed, begun.of.purchase.id
    if not form.seen:  # a page from before that said nothing of it: what has changed since nobody can tell
        return await _outdated(screen, form)
    made, wrong = _read(screen.language, form)
    if wrong:
        return await _page(screen, form, wrong, 422)
    thing, reason = f"purchase/{purchase_id}", str(made["reason"])
    kind = rebooking.CORRECT if deed == "correct" else rebooking.WITHDRAW
    try:
        await purchases.said(screen.parts, screen.request, screen.key, kind, made, str(work))
    except ProblemError as error:
        if error.status != 409:
            raise
        await screen.note(f"purchase.{deed}", thing, reason, error.code)
        if error.code == "purchase-changed":
            return await _outdated(screen, (await _anew(screen, begun)).filled(sent))
        return await _page(screen, form, screen.language.pair(error.said), 409)
    await screen.note(f"purchase.{deed}", thing, reason)
    done = marked("Alış faturası düzeltildi.") if deed == "correct" else marked("Alış faturası geri çekildi.")
    return rendering.done(screen, form.back, screen.language.gettext(done))


async def _anew(screen: Screen, form: _Form) -> _Form:
    """The same form by what stands by now."""
    of = await purchases.found(screen.parts, form.of.purchase.id)
    order = await kept.order(screen.parts.pool, of.purchase)
    standing = _standing(screen.language, of.purchase, order)
    return replace(form, of=of, standing=standing, values=standing, order=order, seen=seen.of(of))
