"""What a person fills in to fire a trigger by hand, and the contract's data that it becomes."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, TypeVar

from adapters.web.console.language import marked
from adapters.web.console.offers import Offers, meant
from workflow.stages import Trigger

Named = TypeVar("Named")
Shipment = Mapping[str, Any]
"""A shipment as :func:`adapters.database.queries.shipment` gives it."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name in the data (``evidence.kind`` lies deeper), what stands beside it and what stands in it."""

    name: str
    label: str
    kind: str = "text"
    """``text``, ``day``, ``money``, ``number``, ``area`` or ``choice``."""
    needed: bool = True
    begin: Callable[[Shipment, str], str] = lambda _shipment, _today: ""
    """What stands in it at first, from the shipment and today's day."""
    choices: tuple[tuple[str, str], ...] = ()
    longest: int = 200
    hint: str = ""
    offers: str = ""
    """Which codes are offered for it (:func:`adapters.web.console.offers.lists`)."""
    is_said: bool = False
    """Whether its choices are said in the reader's language already, since they name what people typed."""


def _of(name: str) -> Callable[[Shipment, str], str]:
    return lambda shipment, _: str(shipment.get(name) or "")


def _today(_: Shipment, today: str) -> str:
    return today


_REASON = Field("reason", marked("Neden"), "area", longest=500)

FIELDS: Final[dict[Trigger, tuple[Field, ...]]] = {
    Trigger.VALIDATE: (),
    Trigger.INVOICE: (
        Field("number", marked("Fatura no"), longest=40, hint="ABC2026000000001"),
        Field("ettn", marked("ETTN"), needed=False, longest=60, hint="0b0f3a52-5f0e-4c5c-8a56-3f0f6a2d9c10"),
        Field("issued_on", marked("Fatura tarihi"), "day", begin=_today),
        Field(
            "profile",
            marked("Türü"),
            "choice",
            choices=(("EARSIVFATURA", marked("e-Arşiv fatura")), ("PAPER", marked("Kâğıt fatura"))),
        ),
        Field("total", marked("Tutar"), "money", begin=_of("total"), longest=30),
        Field("exchange_rate", marked("Kur (TRY)"), "number", needed=False, longest=30),
    ),
    Trigger.CANCEL_INVOICE: (_REASON,),
    Trigger.HAND_OVER: (
        Field("courier", marked("Kurye"), begin=_of("courier"), offers="couriers"),
        Field("tracking_number", marked("Takip no"), begin=_of("tracking_number")),
    ),
    Trigger.ISSUE_ETGB: (
        Field("number", marked("ETGB no"), longest=40, hint="26341453EX000001"),
        Field("registered_on", marked("Tescil tarihi"), "day", begin=_today),
        Field("courier", marked("Kurye"), needed=False, begin=_of("courier"), offers="couriers"),
        Field("amount", marked("Beyan edilen tutar"), "money", needed=False, begin=_of("total"), longest=30),
        Field("document_url", marked("Belgenin adresi"), needed=False, longest=2000),
    ),
    Trigger.CANCEL_ETGB: (_REASON,),
    Trigger.TRANSFER_TO_VEDOP: (
        Field("seen_on", marked("VEDOP'ta görüldüğü gün"), "day", begin=_today),
        Field("closed_on", marked("İntaç tarihi"), "day", needed=False),
        Field(
            "evidence.kind",
            marked("Kanıt"),
            "choice",
            choices=(
                ("note", marked("not: ne gördüğünüz, nerede")),
                ("screen", marked("ekran: hangisi, ne zaman")),
                ("file", marked("yüklenmiş dosya: SHA-256'sı")),
            ),
        ),
        Field("evidence.reference", marked("Kanıtın kendisi")),
    ),
    Trigger.FILE_REFUND: (),
    Trigger.CANCEL: (_REASON,),
    Trigger.RETURN_GOODS: (_REASON,),
}
"""What is asked for each trigger; amending has a page of its own."""

DANGEROUS: Final = frozenset({Trigger.CANCEL, Trigger.RETURN_GOODS, Trigger.CANCEL_ETGB, Trigger.CANCEL_INVOICE})
"""What takes something back."""

_DECIMALS: Final = {"money": 2, "number": 6}
"""How many the contract takes at most, by the kind of a field."""


def data(trigger: Trigger, form: Mapping[str, str], shipment: Shipment, offered: Mapping[str, Offers]) -> dict[str, Any]:
    """The contract's data of a filled-in form.

    What was left empty is left out, amounts are read as either language writes them, and codes also by what they are called.
    """
    found: dict[str, Any] = {}
    for field in FIELDS[trigger]:
        text = form.get(field.name, "").replace("\x00", "").strip()[: field.longest]
        if not text and not field.needed:
            continue
        inner = found
        *outer, last = field.name.split(".")
        for name in outer:
            inner = inner.setdefault(name, {})
        if field.kind in _DECIMALS:
            inner[last] = number(text, field.kind)
        else:
            inner[last] = meant(offered[field.offers], text) if field.offers else text
    if trigger is Trigger.INVOICE:
        found |= {"type": "ISTISNA", "exemption_code": "301", "currency": shipment["currency"]}
        found.setdefault("ettn", "")
    if trigger is Trigger.ISSUE_ETGB and "amount" in found:
        found["currency"] = shipment["currency"]
    if trigger is Trigger.RETURN_GOODS:
        found |= _came_back(form, len(shipment["lines"]))
    if trigger is Trigger.CANCEL_INVOICE and shipment["invoice"] is not None:
        found["number"] = shipment["invoice"]["number"]
    return found


def by_reason(named: Iterable[tuple[Named, str]]) -> list[tuple[str, list[Named]]]:
    """What cannot be done, by why not, each reason once; what can be is left out."""
    found: dict[str, list[Named]] = {}
    for one, why in named:
        if why:
            found.setdefault(why, []).append(one)
    return list(found.items())


def back_field(line: int) -> str:
    """The field for what came back of a line of the order (1, 2, …)."""
    return f"back.{line}"


def _came_back(form: Mapping[str, str], lines: int) -> dict[str, Any]:
    """What came back of which lines, where not all of the goods did; a nought says as much as an empty field."""
    told = ((n, number(form.get(back_field(n), "").replace("\x00", "").strip()[:30])) for n in range(1, lines + 1))
    back = [{"line": n, "quantity": quantity} for n, quantity in told if quantity.strip("0.")]
    return {"lines": back} if back else {}


def amount(text: str) -> Decimal | None:
    """An amount of money as either language writes it, thousands apart or not; ``None`` where it is none."""
    found = _plain(text, _DECIMALS["money"])
    return None if found is None else Decimal(found)


def number(text: str, kind: str = "number") -> str:
    """A number as the contract writes it, from either language; what is none stays as typed, for the contract to refuse."""
    sign = "-" if text.startswith("-") else ""
    found = _plain(text.removeprefix(sign), _DECIMALS[kind])
    return text if found is None else sign + found


def _plain(text: str, decimals: int) -> str | None:
    """Digits and a decimal point, from a text with at most so many decimals; ``None`` where it is no number.

    A lone point or comma stands before decimals if they can be as many, else between thousands: ``8.000`` is eight thousand as
    money, and as kilograms eight.
    """
    bare = "".join(text.split())
    if re.fullmatch(rf"\d{{1,15}}(?:[.,]\d{{1,{decimals}}})?", bare, re.ASCII):
        return bare.replace(",", ".")
    for thousands, point in ((".", ","), (",", ".")):
        if re.fullmatch(rf"[1-9]\d{{0,2}}(?:[{thousands}]\d{{3}})+(?:[{point}]\d{{1,{decimals}}})?", bare, re.ASCII):
            return bare.replace(thousands, "").replace(point, ".")
    return None
