"""Words, dates, numbers, money and order in the two languages of the console.

Turkish is the language of the source; ``locale/en.po`` has the English. The catalogue is read when the process starts, so
there is no compiled file that could be older than its source.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final, Literal

from babel import Locale, dates, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from markupsafe import Markup, escape

from workflow.values import ISTANBUL

LOCALE = Path(__file__).parent / "locale"

Pair = tuple[str, str]
"""What people read in Turkish and in English, where a table of the business has both."""

_ALPHABET: Final = "abcçdefgğhıijklmnoöpqrsştuüvwxyz"
_PLACE = {letter: place for place, letter in enumerate(_ALPHABET, start=ord("a"))}
_SMALL = str.maketrans("Iİ", "ıi")

_DECIMAL: Final = re.compile(r"-?\d+\.\d+", re.ASCII)
_HOUR_S, _DAY_S = 3600, 86400

_DAY = {"tr": "dd.MM.y", "en": "d MMM y"}
_MOMENT = {"tr": "dd.MM.y HH:mm", "en": "d MMM y, HH:mm"}
_SOON = {"tr": "d MMM HH:mm", "en": "d MMM, HH:mm"}


def marked(text: str) -> str:
    """Mark a text for the catalogue where it stands in a table and is translated when it is shown."""
    return text


def _translations(code: str) -> NullTranslations:
    path = LOCALE / f"{code}.po"
    if code == "tr" or not path.exists():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=code))
    compiled.seek(0)
    return GNUTranslations(compiled)


def order(text: str) -> list[int]:
    """The key by which texts stand in the Turkish alphabet's order, where ``ı`` comes before ``i`` and ``ş`` after ``s``."""
    return [_PLACE.get(letter, ord(letter)) for letter in text.translate(_SMALL).lower()]


@dataclass(frozen=True, slots=True)
class Language:
    """One of the two languages: translates, and writes dates, numbers and money as its readers do."""

    code: str
    locale: Locale
    translations: NullTranslations

    def gettext(self, text: str) -> str:
        """A text in this language."""
        return self.translations.gettext(text)

    def ngettext(self, one: str, many: str, number: int) -> str:
        """A text for a number of things, in this language; ``%(num)s`` is the number."""
        return self.translations.ngettext(one, many, number) % {"num": self.number(number)}

    def pair(self, texts: Pair | Sequence[str]) -> str:
        """One of the business's own pairs of texts."""
        return texts[0 if self.code == "tr" else 1]

    def number(self, value: Decimal | float | str) -> str:
        """A number with the separators of the language."""
        found = Decimal(str(value))
        return numbers.format_decimal(found.normalize() if found % 1 else found, locale=self.locale, decimal_quantization=False)

    def plain(self, text: str) -> str:
        """A number as it stands in a field: with the language's decimal mark, nothing between thousands; other texts as is."""
        return text.replace(".", ",") if self.code == "tr" and _DECIMAL.fullmatch(text) else text

    def amount(self, value: Decimal | str) -> str:
        """Money without its currency, to the cent."""
        return numbers.format_decimal(Decimal(value), format="#,##0.00", locale=self.locale)

    def money(self, value: Decimal | str, currency: str) -> Markup:
        """Money with its code, which is what stands on invoices and declarations; the two are not torn apart."""
        return Markup("{}\N{NO-BREAK SPACE}<span class=unit>{}</span>").format(self.amount(value), currency)

    def price(self, value: Decimal | str) -> str:
        """What one unit of goods costs, without its currency: to the cent, and more where there is more."""
        return numbers.format_decimal(Decimal(value), format="#,##0.00######", locale=self.locale)

    def rate(self, value: Decimal | str) -> str:
        """What one unit of a currency is worth: four decimals, as the central bank publishes it, and more where there are."""
        return numbers.format_decimal(Decimal(value), format="#,##0.0000####", locale=self.locale)

    def kilos(self, value: Decimal | str) -> str:
        """A weight in kg."""
        return f"{self.number(value)}\N{NO-BREAK SPACE}kg"

    def percent(self, share: float) -> str:
        """A share of one."""
        return numbers.format_percent(share, format="#,##0.#%" if self.code == "en" else "%#,##0.#", locale=self.locale)

    def country(self, code: str) -> str:
        """A country's name by its code; the code itself where nobody knows it."""
        return str(self.locale.territories.get(code, code))

    def plain_day(self, value: date | str) -> str:
        """A day within a sentence that is not a page's own."""
        found = date.fromisoformat(value) if isinstance(value, str) else value
        return dates.format_date(found, _DAY[self.code], locale=self.locale)

    def day(self, value: date | str | None) -> Markup:
        """A day; empty where there is none."""
        if value is None:
            return Markup()
        found = date.fromisoformat(value) if isinstance(value, str) else value
        return Markup('<time datetime="{}">{}</time>').format(found.isoformat(), self.plain_day(found))

    def period(self, value: str) -> str:
        """A VAT period (``2026-11``) as the month that it is."""
        return dates.format_date(date.fromisoformat(f"{value}-01"), "LLLL y", locale=self.locale)

    def lira(self, value: Decimal | str | None) -> Markup:
        """An amount in Turkish lira; a dash where there is none."""
        if value is None:
            return Markup("<span class=muted>\N{EN DASH}</span>")
        return self.money(value, "TL" if self.code == "tr" else "TRY")

    def moment(self, value: datetime | None) -> Markup:
        """A moment on Istanbul's clock; empty where there is none."""
        return Markup() if value is None else self._time(value, _MOMENT[self.code])

    def soon(self, value: datetime | None) -> Markup:
        """A moment without its year, for tables of what is near."""
        return Markup() if value is None else self._time(value, _SOON[self.code])

    def age(self, value: datetime | None, now: datetime) -> Markup:
        """How long ago a moment was, in its largest unit, with the moment itself to be read on demand."""
        if value is None:
            return Markup()
        told = self.duration(int((now - value).total_seconds()))
        title = dates.format_datetime(value, _MOMENT[self.code], tzinfo=ISTANBUL, locale=self.locale)
        return Markup('<time datetime="{}" title="{}">{}</time>').format(value.astimezone(UTC).isoformat(), title, told)

    def duration(self, seconds: int) -> str:
        """A length of time in minutes, hours or days; what is promised here is promised in days, so nothing is longer."""
        seconds = max(0, seconds)
        unit: Literal["day", "hour", "minute"] = (
            "day" if seconds >= 2 * _DAY_S else "hour" if seconds >= 2 * _HOUR_S else "minute"
        )
        return dates.format_timedelta(seconds, granularity=unit, threshold=float("inf"), locale=self.locale, format="long")

    def _time(self, value: datetime, form: str) -> Markup:
        text = dates.format_datetime(value, form, tzinfo=ISTANBUL, locale=self.locale)
        return Markup('<time datetime="{}">{}</time>').format(value.astimezone(UTC).isoformat(), escape(text))


LANGUAGES: Final = {code: Language(code, Locale.parse(code), _translations(code)) for code in ("tr", "en")}
"""The languages by their codes; Turkish first."""
