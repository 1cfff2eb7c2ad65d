"""What finance may tell of a claim: when each action is possible, what is filled in, and the data that it becomes."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from adapters.web.api.claims import Action as Saying
from adapters.web.console import claim_words
from adapters.web.console.forms import Field, amount
from adapters.web.console.language import Language, marked
from adapters.web.console.screen import Screen
from adapters.web.services import FINANCE
from workflow.refund import ClaimStatus

Claim = Mapping[str, Any]
"""A claim as :func:`workflow.refund.listing.details` gives it."""


def _outstanding(claim: Claim, _: str) -> str:
    return str(claim["outstanding_try"])


def _to_reverse(claim: Claim, _: str) -> str:
    """What is proposed for the first shipment of which something came back."""
    return str(claim["to_reverse"][0]["vat_try"]) if claim["to_reverse"] else ""


def _back(claim: Claim, _: str) -> str:
    return str(claim["to_reverse"][0]["shipment"]) if claim["to_reverse"] else ""


def _today(_: Claim, today: str) -> str:
    return today


_ON = Field("on", marked("Gün"), "day", begin=_today)
_NOTE = Field("note", marked("Not"), "area", needed=False, longest=500)
_PART = marked("boş bırakılırsa kalanın hepsi")


@dataclass(frozen=True, slots=True)
class Action:
    """One action: its button, what it says through the API's functions, in which statuses it is possible, its fields."""

    name: str
    label: str
    says: Saying
    when: frozenset[ClaimStatus]
    fields: tuple[Field, ...] = ()
    status: str = ""
    danger: bool = False
    more: tuple[tuple[str, Any], ...] = ()
    """What its data has besides."""


S = ClaimStatus
_OUT = frozenset({S.FILED, S.UNDER_REVIEW, S.APPROVED})

ACTIONS: Final = {
    action.name: action
    for action in (
        Action("request", marked("Verilmesini iste"), "request_filing", frozenset({S.OPEN, S.REJECTED})),
        Action(
            "file",
            marked("Verildiğini kaydet"),
            "file",
            frozenset({S.OPEN, S.REJECTED}),
            (
                Field("petition_number", marked("Dilekçe no"), longest=100),
                Field("filed_on", marked("Verildiği gün"), "day", begin=_today),
            ),
        ),
        Action("review", marked("İncelemeyi kaydet"), "progress", frozenset({S.FILED}), (_ON, _NOTE), S.UNDER_REVIEW),
        Action(
            "ask",
            marked("Soruyu kaydet"),
            "progress",
            frozenset({S.FILED, S.UNDER_REVIEW}),
            (
                Field("note", marked("Vergi dairesi ne sordu?"), "area", longest=500),
                Field("due_on", marked("En geç hangi güne kadar?"), "day"),
                Field("on", marked("Sorulduğu gün"), "day", begin=_today),
            ),
            S.UNDER_REVIEW,
        ),
        Action(
            "answer",
            marked("Yanıtı kaydet"),
            "progress",
            frozenset({S.FILED, S.UNDER_REVIEW}),
            (
                Field("note", marked("Ne yanıtlandı?"), "area", longest=500),
                Field("on", marked("Yanıtlandığı gün"), "day", begin=_today),
            ),
            S.UNDER_REVIEW,
            more=(("answered", True),),
        ),
        Action(
            "approve",
            marked("Onayı kaydet"),
            "progress",
            _OUT,
            (Field("amount", marked("Onaylanan tutar (TL)"), "money", needed=False, longest=20, hint=_PART), _ON, _NOTE),
            S.APPROVED,
        ),
        Action(
            "pay",
            marked("Ödemeyi kaydet"),
            "progress",
            _OUT | {S.PAID},
            (
                Field("amount", marked("Bankaya giren tutar (TL)"), "money", longest=20, begin=_outstanding),
                Field("on", marked("Bankaya girdiği gün"), "day", begin=_today),
                _NOTE,
            ),
            S.PAID,
        ),
        Action(
            "reject",
            marked("Reddi kaydet"),
            "progress",
            _OUT,
            (Field("note", marked("Vergi dairesinin gerekçesi"), "area", longest=500), _ON),
            S.REJECTED,
            danger=True,
        ),
        Action(
            "reverse",
            marked("Geri almayı kaydet"),
            "progress",
            _OUT | {S.PAID, S.REJECTED},
            (
                Field("amount", marked("Geri alınan tutar (TL)"), "money", longest=20, begin=_to_reverse),
                Field("note", marked("Neden"), "area", longest=500),
                _ON,
            ),
            S.REVERSED,
            danger=True,
        ),
    )
}
"""The actions, in the order in which a claim meets them."""

ASKED: Final = Field(
    "refundable",
    marked("Dilekçede istenen iade (TL)"),
    "money",
    needed=False,
    longest=20,
    hint=marked("hesaplanan bir tutar yok"),
)
"""Asked besides where the calculation comes to nothing: nobody files for nothing."""

OVERRIDE: Final = Field("override", marked("Listede engel varken neden veriliyor?"), "area", longest=500)
"""Asked besides where the checklist blocks the filing."""

RETURN: Final = (
    Field("carried", marked("Sonraki döneme devreden KDV (TL)"), "money", needed=False, longest=20),
    Field("turnover", marked("Dönemin KDV hariç toplam teslimleri (TL)"), "money", needed=False, longest=20),
)
"""What is told of a period's VAT return."""


def fields(action: Action, claim: Claim, language: Language) -> tuple[Field, ...]:
    """What an action asks for on a claim; of a reversal also for which of the shipments that came back it is."""
    if action.name == "reverse" and claim["to_reverse"]:
        unit = "TL" if language.code == "tr" else "TRY"
        named = (
            (one["shipment"], f"{one['reference']}: {language.amount(one['vat_try'])} {unit}") for one in claim["to_reverse"]
        )
        choices = (*named, ("", language.gettext("gönderi belirtmeden")))
        label = marked("Hangi gönderi için")
        whose = Field("shipment", label, "choice", needed=False, begin=_back, choices=choices, is_said=True)
        return (whose, *action.fields)
    if action.name != "file":
        return action.fields
    asked = () if Decimal(claim["refundable_try"]) else (ASKED,)
    return (*action.fields, *asked, *((OVERRIDE,) if blocking(claim) else ()))


def blocking(claim: Claim) -> list[dict[str, Any]]:
    """What of a claim's checklist forbids to file it; one that was filed has no checklist any more."""
    return [item for item in claim["checklist"] if not item["met"] and item["severity"] == "block"]


def why_not(screen: Screen, claim: Claim, action: Action) -> str:
    """Why an action is not possible for this person on this claim, in their language; empty where it is."""
    say = screen.language.gettext
    if barred := screen.barred(FINANCE):
        return barred
    if claim_words.stands_as(claim) not in action.when:
        words = ", ".join(say(claim_words.STATUSES[status]) for status in ClaimStatus if status in action.when)
        return say("Bu, başvuru şu durumdayken yapılır: %(statuses)s.") % {"statuses": words}
    if action.name == "pay" and claim["partly_reversed"] and Decimal(claim["outstanding_try"]) <= 0:
        return say("Ödenecek bir şey kalmadı.")
    if action.name == "answer" and (claim["question"] is None or claim["question"]["answered_on"] is not None):
        return say("Yanıt bekleyen bir soru yok.")
    if action.name == "request" and "tax_office" not in screen.parts.settings.tasks:
        return say("Başvuruları kimin vereceği ayarlanmamış (KERVAN_TASKS__TAX_OFFICE).")
    if action.name == "request" and not claim["ready"]:
        return say("Denetim listesinde engel var.")
    return ""


def data(language: Language, wanted: tuple[Field, ...], form: Mapping[str, str]) -> tuple[dict[str, Any], str]:
    """The data of a filled-in form, and what is wrong with it in words; what was left empty is left out."""
    found: dict[str, Any] = {}
    for field in wanted:
        text = form.get(field.name, "").replace("\x00", "").strip()[: field.longest]
        label = {"field": language.gettext(field.label)}
        if not text:
            if field.needed:
                return {}, language.gettext("“%(field)s” boş bırakılamaz.") % label
            continue
        if field.kind == "money":
            value = amount(text)
            if value is None:
                return {}, language.gettext("“%(field)s” bir tutar değil; örneğin 8.000,00 yazın.") % label
            text = f"{value:.2f}"
        found[field.name] = text
    return found, ""
