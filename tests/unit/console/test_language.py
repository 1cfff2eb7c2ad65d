"""Words, dates, numbers and order as Turkish and English readers expect them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from babel.messages.catalog import Message

from adapters.web.console import catalogues
from adapters.web.console.language import LANGUAGES, order

TR, EN = LANGUAGES["tr"], LANGUAGES["en"]
NIGHT = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)


def texts(message: Message) -> list[str]:
    """The translation of a text, or of its forms."""
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def test_every_text_is_translated_and_none_is_left_over() -> None:
    """The English catalogue has each text that the console says, whole, and no other; run `make catalogues` after a change."""
    said = {(message.id, message.context) for message in catalogues.extracted() if message.id}
    kept = {(message.id, message.context): message for message in catalogues.english() if message.id}
    assert said == set(kept)
    assert len(said) > 20
    assert [id_ for id_, message in kept.items() if message.fuzzy or not all(texts(message))] == []


def test_a_translation_fills_the_same_places() -> None:
    """What is put into a text stands in both languages."""
    for message in catalogues.english():
        if message.id:
            assert message.check() == []
            forms = [message.id] if isinstance(message.id, str) else list(message.id)
            assert [text.count("%(") for text in texts(message)] == [text.count("%(") for text in forms], message.id


def test_days_and_moments_are_istanbuls() -> None:
    """Half past ten in the evening in UTC is half past one of the next day in Istanbul."""
    assert TR.moment(NIGHT) == '<time datetime="2026-11-20T22:30:00+00:00">21.11.2026 01:30</time>'
    assert ">21 Nov 2026, 01:30<" in EN.moment(NIGHT)
    assert ">05.01.2026<" in TR.day(date(2026, 1, 5))
    assert TR.day("2026-01-05") == TR.day(date(2026, 1, 5))
    assert TR.day(None) == TR.moment(None) == ""


def test_amounts_have_the_separators_of_the_language_and_their_code() -> None:
    """A Turkish thousand has a point, an English one a comma; cents always show."""
    assert TR.money(Decimal("1234567.8"), "TRY").startswith("1.234.567,80\N{NO-BREAK SPACE}")
    assert EN.money("1234567.80", "EUR") == "1,234,567.80\N{NO-BREAK SPACE}<span class=unit>EUR</span>"
    assert (TR.number("1234.5"), EN.number(1234)) == ("1.234,5", "1,234")
    assert TR.kilos("0.75") == "0,75\N{NO-BREAK SPACE}kg"
    assert (TR.percent(0.053), EN.percent(0.053)) == ("%5,3", "5.3%")


@pytest.mark.parametrize(
    ("ago", "turkish", "english"),
    [
        (timedelta(minutes=5), "5 dakika", "5 minutes"),
        (timedelta(hours=3), "3 saat", "3 hours"),
        (timedelta(days=12), "12 gün", "12 days"),
        (timedelta(seconds=-4), "0 dakika", "0 minutes"),
    ],
)
def test_ages_are_said_in_words(ago: timedelta, turkish: str, english: str) -> None:
    """An age is told in its largest unit; a clock that runs behind makes none below zero."""
    assert f">{turkish}<" in TR.age(NIGHT - ago, NIGHT)
    assert f">{english}<" in EN.age(NIGHT - ago, NIGHT)


def test_turkish_order() -> None:
    """ç stands after c, ı before i, ö after o, ş after s, ü after u, whatever the case."""
    names = ["Şule", "zeynep", "İpek", "Irmak", "Çağla", "Cem", "ömer", "Orhan", "Sibel", "Uğur", "Ümit"]
    assert sorted(names, key=order) == [
        "Cem", "Çağla", "Irmak", "İpek", "Orhan", "ömer", "Sibel", "Şule", "Uğur", "Ümit", "zeynep",
    ]  # fmt: skip


def test_numbers_of_things_are_said_with_the_number() -> None:
    """A count is formatted like any other number."""
    assert TR.ngettext("%(num)s şey", "%(num)s şey", 1234) == "1.234 şey"


def test_rates_keep_all_their_decimals() -> None:
    """A rate of the central bank is shown as it was published, without noughts at its end."""
    assert (TR.rate("55.005500"), EN.rate("51"), TR.rate("0.123456")) == ("55,0055", "51.0000", "0,123456")
    assert (TR.number("55.005500"), EN.number("0.00045"), TR.number("1000")) == ("55,0055", "0.00045", "1.000")


def test_periods_and_lira_are_written_as_people_read_them() -> None:
    """A VAT period is a month with its name; an amount that is not there is a dash."""
    assert (TR.period("2026-11"), EN.period("2026-02")) == ("Kasım 2026", "February 2026")
    assert "1.234,50" in TR.lira("1234.5")
    assert "TRY" in EN.lira("1")
    assert "\N{EN DASH}" in TR.lira(None)
