"""How a language writes figures, days, countries and codes; and how an order's text is made fit for paper."""

import re
import unicodedata
from datetime import date
from decimal import Decimal, localcontext
from functools import lru_cache
from importlib.resources import files

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from adapters.press.language import Language, Text

_LOCALES = {Language.TR: Locale("tr"), Language.EN: Locale("en", "GB")}
_FEWEST_PLACES = 2
_MOST_DIGITS = 64
"""So many digits a number may have: more than the product of the largest price and quantity that the contract lets in."""
_LONG_RUN = re.compile(r"\S{18,}")
_STEP = 12
_MAY_BREAK = "\u200b"
LETTERLESS = "□"
"""Stands where the fonts have no sign for a character: seen by whoever looks, instead of nothing."""
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories that print nothing, or turn what stands around them (U+202E): on paper they can only deceive."""


def said(text: Text, language: Language) -> str:
    """A text in a language."""
    return text[0] if language is Language.TR else text[1]


def both(text: Text, language: Language) -> dict[str, str]:
    """A label: ``main`` in the sheet's language, and on an English sheet ``also`` the Turkish."""
    also = text[0] if language is Language.EN and text[0] != text[1] else ""
    return {"main": said(text, language), "also": also}


def figure(value: Decimal, language: Language, *, fewest: int = 0) -> str:
    """A number with as many places as it has, at least ``fewest``, grouped by thousands."""
    pattern = f"#,##0.{'0' * fewest}{'#' * 12}"
    with localcontext(prec=_MOST_DIGITS):  # babel pads to all places of the pattern, for which the usual 28 digits are too few
        return format_decimal(value, pattern, _LOCALES[language], decimal_quantization=False)


def amount(value: Decimal, language: Language) -> str:
    """An amount or a price: two places or more; the minus is a minus sign, not a hyphen."""
    return figure(value, language, fewest=_FEWEST_PLACES).replace("-", "\u2212")


def money(value: Decimal, currency: str, language: Language) -> str:
    """An amount with its currency, on the side where the language has it."""
    shown = amount(value, language)
    return f"{shown}\u00a0{currency}" if language is Language.TR else f"{currency}\u00a0{shown}"


def percent(value: Decimal, language: Language) -> str:
    """A rate in percent: ``%4,76`` in Turkish."""
    shown = figure(value, language)
    return f"%{shown}" if language is Language.TR else f"{shown}%"


def kilograms(value: Decimal, language: Language) -> str:
    """A weight."""
    return f"{figure(value, language)}\u00a0kg"


@lru_cache(maxsize=512)
def day(value: date, language: Language) -> str:
    """A day with its month's name, so that nobody takes one for the other."""
    return format_date(value, "d MMMM y", _LOCALES[language]).replace(" ", "\u00a0")


@lru_cache(maxsize=1024)
def country(code: str, language: Language) -> str:
    """A country's name by CLDR; on an English sheet with the Turkish beside it; the code where it has none."""
    names = tuple(str(_LOCALES[one].territories.get(code, code)) for one in Language)
    return names[0] if language is Language.TR or names[0] == names[1] else f"{names[1]} / {names[0]}"


def gtip(code: str) -> str:
    """Twelve digits as the tariff groups them: 6109.10.00.00.11."""
    return ".".join((code[:4], *(code[n : n + 2] for n in range(4, len(code), 2)))) if len(code) > 4 else code


@lru_cache(maxsize=1)
def _covered() -> frozenset[str]:
    """The characters of the package's fonts."""
    spans = files(__package__).joinpath("fonts", "coverage.txt").read_text(encoding="ascii").split()
    ends = ([int(end, 16) for end in span.split("-")] for span in spans)
    return frozenset(chr(code) for low, high in ends for code in range(low, high + 1))


def _printed(one: str) -> str:
    if unicodedata.category(one) in INVISIBLE:
        return " "
    return one if one in _covered() or one.isspace() else LETTERLESS


def plain(text: str) -> str:
    """A text as it may stand on paper: on one line, nothing invisible in it, and a mark for each sign the fonts lack."""
    return " ".join("".join(map(_printed, unicodedata.normalize("NFC", text))).split())


def shortened(text: str, most: int) -> str:
    """At most so many characters, and a sign where some are left out."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def breakable(text: str) -> str:
    """A plain text whose long words may break anywhere, so that none leaves its column."""

    def cut(found: re.Match[str]) -> str:
        word = found.group()
        return _MAY_BREAK.join(word[n : n + _STEP] for n in range(0, len(word), _STEP))

    return _LONG_RUN.sub(cut, plain(text))
