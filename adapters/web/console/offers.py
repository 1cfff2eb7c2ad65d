"""Codes that a form asks for, offered with what people call them; what is typed is taken by its code or by its name."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Final

from adapters.web.console import couriers
from adapters.web.console.language import LANGUAGES, Language, Pair, order
from workflow.countries import COUNTRIES
from workflow.rules import units
from workflow.rules.law import LawBook
from workflow.values import plain

INCOTERMS: Final[Mapping[str, Pair]] = {
    "EXW": ("iş yerinde teslim", "ex works"),
    "FCA": ("taşıyıcıya teslim", "free carrier"),
    "CPT": ("taşıma ücreti ödenmiş", "carriage paid to"),
    "CIP": ("taşıma ve sigorta ödenmiş", "carriage and insurance paid to"),
    "DAP": ("belirlenen yerde teslim", "delivered at place"),
    "DPU": ("belirlenen yerde boşaltılmış teslim", "delivered at place unloaded"),
    "DDP": ("gümrük vergileri ödenmiş teslim", "delivered duty paid"),
    "FAS": ("gemi doğrultusunda teslim", "free alongside ship"),
    "FOB": ("gemide teslim", "free on board"),
    "CFR": ("mal bedeli ve navlun", "cost and freight"),
    "CIF": ("mal bedeli, sigorta ve navlun", "cost, insurance and freight"),
}
"""Incoterms 2020."""

Offers = Mapping[str, Pair]
"""Codes with their names, in the order in which they are offered."""


def lists(law: LawBook, day: date) -> dict[str, Offers]:
    """What there is to offer, by the name that a field asks for; couriers are those of a day's law."""
    named = {code: (name, name) for code, name in couriers.names(law, day).items()}
    return {"units": units.NAMES, "countries": countries(), "incoterms": INCOTERMS, "couriers": named}


@cache
def countries() -> Offers:
    """Countries, by their Turkish names."""
    tr, en = LANGUAGES["tr"], LANGUAGES["en"]
    named = {code: (tr.country(code), en.country(code)) for code in COUNTRIES}
    return dict(sorted(named.items(), key=lambda one: order(one[1][0])))


def said(language: Language, offers: Offers) -> list[tuple[str, str]]:
    """Codes with their names in the reader's language."""
    return [(code, language.pair(names)) for code, names in offers.items()]


def meant(offers: Offers, text: str) -> str:
    """The code that a text means: by itself in whatever case, or by a name in either language; else the text as it is."""
    if text.upper() in offers or text in offers:
        return text if text in offers else text.upper()
    wanted = plain(text)
    return next((code for code, names in offers.items() if wanted and wanted in map(plain, names)), text)
