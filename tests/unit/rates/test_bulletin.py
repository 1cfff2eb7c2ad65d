"""How a central bank bulletin is read."""

from datetime import date
from decimal import Decimal

import pytest

from adapters.rates.tcmb.bulletin import MAX_BYTES, WrongBulletinError, WrongDayError, absent, published, read
from events import topology
from events.translate import Arrival
from events.translate import read as read_message
from tests.bulletins import bulletin, recorded
from tests.stories import START
from workflow import facts
from workflow.message import Message

DAY = date(2026, 9, 18)

LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;">
<!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;"><!ENTITY g "&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;">]>
<Tarih_Date Tarih="18.09.2026" Bulten_No="2026/176"><Currency CurrencyCode="USD"><Unit>1</Unit>
<ForexBuying>&g;</ForexBuying></Currency></Tarih_Date>"""

OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>
<Tarih_Date Tarih="18.09.2026" Bulten_No="2026/176"><Currency CurrencyCode="USD"><Unit>1</Unit>
<ForexBuying>&f;</ForexBuying></Currency></Tarih_Date>"""


def fact_of(body: bytes) -> facts.Fact:
    """What Kervan understands of a message."""
    found = read_message(Arrival(topology.subject_of("rates/tcmb"), body, ""), START)
    assert isinstance(found, Message), found
    return found.fact


def test_a_real_bulletin_gives_its_day_its_number_and_rates_by_unit() -> None:
    """8 October 2020: the yen stands for a hundred of them, and what has no forex buying rate is left out."""
    found = read(recorded("08102020.xml"), "08102020.xml", date(2020, 10, 8))
    assert (found.published_on, found.number) == (date(2020, 10, 8), "2020/192")
    assert found.rates["USD"] == (1, Decimal("7.8931"))
    assert found.rates["JPY"] == (100, Decimal("7.4287"))
    fact = fact_of(published(found)[1])
    assert isinstance(fact, facts.RatesPublished)
    assert fact.rates["JPY"] == Decimal("0.074287")
    assert fact.bulletin == "2020/192"


def test_the_values_of_18_september_2026_are_those_that_were_published() -> None:
    """USD 48.6116, EUR 55.7981, a hundred JPY 30.7666; empty banknote rates do no harm."""
    found = read(recorded("18092026.xml"), "18092026.xml", DAY)
    assert {code: str(rate) for code, (_, rate) in found.rates.items()} == {
        "USD": "48.6116",
        "EUR": "55.7981",
        "JPY": "30.7666",
    }


def test_the_same_bulletin_is_the_same_message() -> None:
    """Id and bytes follow from the day and its rates alone, so that one bulletin is one message."""
    assert published(read(bulletin(DAY), "a")) == published(read(bulletin(DAY), "b"))
    assert published(read(bulletin(DAY), "a"))[0] == "bulletin:2026-09-18"
    assert absent(DAY) == absent(DAY)
    assert fact_of(absent(DAY)[1]) == facts.RatesAbsent((DAY,))


def test_a_currency_with_an_empty_rate_is_left_out() -> None:
    """Empty elements occur; nothing is put in their place."""
    assert set(read(bulletin(DAY, USD="48.1", BGN=""), "x").rates) == {"USD"}


def test_a_bulletin_of_another_day_is_not_taken() -> None:
    """What was asked for as the 17th but says the 18th is refused, with both days in the message."""
    with pytest.raises(WrongDayError, match=r"2026-09-17.*2026-09-18"):
        read(bulletin(DAY), "x", date(2026, 9, 17))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<Tarih_Date", "not well-formed"),
        (b"", "not well-formed"),
        (b"\xff\xfe\x00", "not well-formed"),
        (b"<html><body>Sayfa yok</body></html>", "root is not"),
        (LAUGHS, "DOCTYPE|not well-formed"),
        (OUTSIDE, "DOCTYPE"),
        (bulletin(DAY).replace(b'encoding="UTF-8"', b'encoding="KLINGON"'), "not well-formed"),
        (bulletin(DAY).replace(b"18.09.2026", b"2026-09-18"), "no day like"),
        (bulletin(DAY).replace(b"18.09.2026", b"31.09.2026").replace(b"09/18", b"09/31"), "not a day of the calendar"),
        (bulletin(DAY).replace(b"09/18/2026", b"09/17/2026"), "different days"),
        (bulletin(DAY).replace(b"2026/100", b""), "no number"),
        (bulletin(DAY, USD=""), "no currency"),
        (bulletin(DAY, USD="0"), "above zero"),
        (bulletin(DAY, USD="-1"), "above zero"),
        (bulletin(DAY, USD="48,61"), "above zero"),
        (bulletin(DAY, USD="NaN"), "above zero"),
        (bulletin(DAY).replace(b"<Unit>1<", b"<Unit>0<"), "above zero"),
        (bulletin(DAY).replace(b'"EUR"', b'"USD"'), "twice"),
        (bulletin(DAY).replace(b'"EUR"', b'"EURO"'), "three letters"),
        (b" " * (MAX_BYTES + 1), "larger"),
    ],
)
def test_what_cannot_be_relied_on_is_refused_whole(content: bytes, why: str) -> None:
    """One doubt, and no rate is taken from it; the message says what to do."""
    with pytest.raises(WrongBulletinError, match=why) as error:
        read(content, "x")
    assert "kervan import rates" in str(error.value)
