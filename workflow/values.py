"""Small values of the trade: how their text is read, normalised and checked."""

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from unicodedata import normalize
from zoneinfo import ZoneInfo

ISTANBUL = ZoneInfo("Europe/Istanbul")
"""The zone of planned days, VAT periods and screens; inside, all times are UTC."""

PLACEHOLDERS = frozenset({"2222222222", "1111111111", "11111111111"})
"""Tax numbers that stand for "a foreign buyer has none"; all fail the check digits (domain 3.1)."""

_CENT = Decimal("0.01")
_INVOICE = re.compile(r"[A-Z0-9]{3}20[0-9]{2}[0-9]{9}", re.ASCII)
_ETGB = re.compile(r"[0-9]{8}EX[0-9]{6}", re.ASCII)
_DETAILED = re.compile(r"[0-9]{8}(EX|IM)[0-9]{8}", re.ASCII)
_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_ASCII_UPPER = {ord(low): ord(low) - 32 for low in "abcdefghijklmnopqrstuvwxyz"}
_FOLD = str.maketrans({"İ": "i", "I": "i", "ı": "i", "\u0307": None})
_UNSEEN = re.compile("[\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff]")
"""Accents of Latin, Greek and Cyrillic letters, and characters that no reader sees; other scripts' signs are letters."""
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Make text comparable without regard to case, for Turkish and English alike.

    The four i's of Turkish (İ i I ı) become one: plain ``lower()`` turns İ into two characters and I into the wrong one.
    """
    return text.translate(_FOLD).casefold().translate(_FOLD)


def plain(text: str) -> str:
    """The words of a text as they compare, however they are spelled: without case, accents, signs and spacing.

    ``GÜMRÜKLEME``, ``Gu\u0308mrükleme`` and ``gumrukleme`` are one word; two words are parted by one space.
    """
    if not text.isascii():
        text = normalize("NFKC", _UNSEEN.sub("", normalize("NFKD", text.translate(_FOLD))))
    return " ".join(_WORD.findall(fold(text)))


def to_cents(amount: Decimal) -> Decimal:
    """Round half up to two places, as invoices and the tax office do."""
    return amount.quantize(_CENT, ROUND_HALF_UP)


def shown(number: Decimal) -> str:
    """A number as people write it, without needless zeros and never with an exponent: ``800`` for ``800.000000``."""
    return format(number.normalize(), "f")


def is_valid_tckn(text: str) -> bool:
    """Whether a text is a TCKN: 11 digits, the first not 0, whose last two check the others."""
    if len(text) != 11 or not _DIGITS.fullmatch(text) or text[0] == "0":
        return False
    d = [int(c) for c in text]
    tenth = (7 * sum(d[0:9:2]) - sum(d[1:8:2])) % 10
    return d[9] == tenth and d[10] == sum(d[:10]) % 10


def is_valid_vkn(text: str) -> bool:
    """Whether a text is a VKN: 10 digits, the last of which checks the others."""
    if len(text) != 10 or not _DIGITS.fullmatch(text):
        return False
    total = 0
    for place, digit in enumerate(reversed(text[:9]), start=1):
        moved = (int(digit) + place) % 10
        if moved:
            total += (moved * 2**place) % 9 or 9
    return (10 - total) % 10 == int(text[9])


def is_valid_tax_number(text: str) -> bool:
    """Whether a text is a Turkish tax number: a VKN of a company or a TCKN of a person."""
    return is_valid_vkn(text) or is_valid_tckn(text)


def is_invoice_number(text: str) -> bool:
    """Whether a text is an e-Arşiv number: three characters, the year, nine digits."""
    return _INVOICE.fullmatch(text) is not None


def capitals(text: str) -> str:
    """A number as numbers are compared: ASCII letters large (no dotted İ), all others as they are."""
    return text.translate(_ASCII_UPPER)


def normalise_etgb_number(text: str) -> str:
    """Take spaces, hyphens and points out, and write letters in capitals (by ASCII: no dotted İ)."""
    return capitals("".join(c for c in text if c not in " -.\t\u00a0"))


def normalise_purchase_number(text: str) -> str:
    """A supplier's invoice number without spacing, its letters in capitals by ASCII: two spellings are one invoice."""
    return capitals("".join(text.split()))


def is_etgb_number(text: str) -> bool:
    """Whether a text is an ETGB number: year (2), customs office (6), ``EX``, serial (6)."""
    return _ETGB.fullmatch(text) is not None


def is_detailed_declaration(text: str) -> bool:
    """Whether a text is the 18-character number of a detailed declaration (GÇB), which is no ETGB."""
    return _DETAILED.fullmatch(text) is not None


def normalise_gtip(text: str) -> str:
    """Take points and spaces out of a GTİP: ``6109.10.00.00.12`` is ``610910000012``."""
    return "".join(c for c in text if c not in " .\t\u00a0")


def is_gtip(text: str) -> bool:
    """Whether a normalised GTİP has its twelve digits."""
    return len(text) == 12 and _DIGITS.fullmatch(text) is not None


def vat_period(day: date) -> str:
    """The VAT period of a day, as ``YYYY-MM``."""
    return f"{day.year:04d}-{day.month:02d}"


def istanbul_day(moment: datetime) -> date:
    """The day it is in Istanbul at a moment."""
    return moment.astimezone(ISTANBUL).date()
