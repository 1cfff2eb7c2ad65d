"""Which codes a search finds."""

import asyncio
import csv
import time
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.goods.index import Index, Text
from adapters.goods.nomenclature import nomenclature
from adapters.goods.search import TARIFF_URL, hits
from adapters.goods.used import Used, UsedGoods
from adapters.goods.words import words
from workflow.rules import hs2022

TEXTS = nomenclature()


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("t-shirt cotton", "610910"),
        ("cotton T-SHIRTS", "610910"),
        ("pamuklu tişört", "610910"),
        ("TİŞÖRT", "610910"),
        ("gümüş yüzük", "711311"),
        ("silver ring", "711311"),
        ("soaps", "340120"),
        ("candle", "340600"),
        ("knife", "821195"),
        ("hand knotted wool carpet", "570110"),
        ("wooden toys", "950300"),
        ("ahşap oyuncak", "950300"),
        ("seramik fincan", "691200"),
        ("glass beads", "701810"),
        ("framed mirror", "700992"),
        ("christmas decoration", "950510"),
        ("gömleği", "610510"),
        ("live pure-bred horses", "010121"),
        ("kitap", "490199"),
        ("bal", "040900"),
        ("kahve", "090111"),
    ],
)
def test_goods_are_found_by_what_one_calls_them(query: str, code: str) -> None:
    """The code that fits stands first, whatever the order, number and case of the words, in English or Turkish."""
    assert TEXTS.search(query)[0] == code


@pytest.mark.parametrize(
    ("query", "heading"),
    [
        ("zeytinyağı", "1509"),
        ("zeytin yağı", "1509"),
        ("deri çanta", "4202"),
        ("bakır cezve", "7418"),
        ("ışık", "9405"),
        ("IŞIK", "9405"),
        ("lokum", "1704"),
        ("nazar boncuğu", "7018"),
        ("deri ayakkabı", "64"),
        ("çikolata", "1806"),
        ("ceviz", "0802"),
    ],
)
def test_everyday_turkish_leads_to_its_heading(query: str, heading: str) -> None:
    """In words of one or two, and whatever the case of the dotless i."""
    assert TEXTS.search(query)[0].startswith(heading)


def test_a_word_is_not_taken_for_another_that_only_begins_like_it() -> None:
    """``kılıf`` (case) is no ``kilim`` (rug), ``bakır`` (copper) no ``bakım`` (care); only k, p and t soften."""
    assert not TEXTS.search("telefon kılıfı")[0].startswith("57")
    index = Index([Text([(1.0, "kişisel bakım ürünü")])])
    assert index.search("bakır cezve") == []


def test_a_text_that_says_what_it_is_not_does_not_come_first() -> None:
    """``silver``: jewellery of silver before that "of precious metal (excluding silver)"."""
    found = TEXTS.search("silver jewellery")
    assert found.index("711311") < found.index("711319")


@pytest.mark.parametrize("query", ["6109", "6109.", "61 09", " 6109"])
def test_the_beginning_of_a_code_lists_what_is_under_it(query: str) -> None:
    """In the order of the codes, with points and spaces as people write them."""
    assert TEXTS.search(query) == ["610910", "610990"]


def test_a_whole_gtip_finds_its_subheading_and_a_code_with_words_searches_under_it() -> None:
    """6109.10.00.00.12 is under 610910; ``6109 cotton`` is the cotton one of 6109."""
    assert TEXTS.search("6109.10.00.00.12") == ["610910"]
    assert TEXTS.search("6109 cotton")[0] == "610910"
    assert TEXTS.search("6205 cotton")[0] == "620520"
    assert TEXTS.search("0000") == []


def test_every_subheading_that_the_rules_accept_can_be_looked_up_with_its_path() -> None:
    """The texts shipped and the codes of LINE002 are one nomenclature: chapter, heading and subheading of each."""
    codes = TEXTS.under("")
    assert frozenset(codes) == hs2022.subheadings()
    for code in codes:
        assert [step.code for step in TEXTS.path(code)] == [code[:2], code[:4], code]


def test_every_meaning_is_a_word_of_the_nomenclature() -> None:
    """A word of everyday that leads nowhere would hide that nothing was found."""
    known = {one for code in TEXTS.under("") for step in TEXTS.path(code) for stems in words(step.text) for one in stems}
    text = files("adapters.goods").joinpath("meanings.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        assert len(words(row["word"])) == 1, row
        for stems in words(row["means"].replace("+", " ")):
            assert stems[0] in known, (row, stems)


@given(st.text(max_size=200))
def test_any_query_is_answered(query: str) -> None:
    """Whatever is typed, each code found exists and stands there once."""
    found = TEXTS.search(query)
    assert len(found) == len(set(found))


def test_a_search_takes_less_than_twenty_milliseconds() -> None:
    """The quickest of five, for words that thousands of texts have."""
    for query in ("of cotton for women", "articles of base metal other", "machinery parts", "a b c d e f g h", "6"):
        took = []
        for _ in range(5):
            began = time.perf_counter()
            TEXTS.search(query)
            took.append(time.perf_counter() - began)
        assert min(took) < 0.020


class Clock:
    """Goes when told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The time."""
        return self.now


ROWS = [("Nakışlı masa örtüsü", "630251000011", 90), ("masa örtüsü", "630253000000", 10), ("kupa", "691200210000", 500)]


async def test_what_was_used_is_found_by_turkish_words_and_by_code() -> None:
    """Any order and case; of a code alone, the most used first; nothing for what nobody used."""

    async def load() -> list[tuple[str, str, int]]:
        return ROWS

    used = UsedGoods(load, Clock())
    assert [one.gtip for one in await used.search("ÖRTÜSÜ MASA")] == ["630251000011", "630253000000"]
    assert [one.gtip for one in await used.search("masa örtüleri")] == ["630251000011", "630253000000"]
    assert [one.uses for one in await used.search("6302")] == [90, 10]
    assert [one.gtip for one in await used.search("6302.51 örtü")] == ["630251000011"]
    assert await used.search("gitar") == []
    assert await used.search("gitar masa") == []  # one word of two is somebody else's goods
    assert await used.search("   ") == []


async def test_what_was_used_is_read_anew_beside_the_searches() -> None:
    """Within ten minutes once; then searches answer from what there is while the new comes; errors do no harm."""
    clock, reads = Clock(), 0

    async def load() -> list[tuple[str, str, int]]:
        nonlocal reads
        reads += 1
        if reads == 2:
            raise ConnectionError
        return [(f"kupa {reads}", "691200210000", 1)]

    used = UsedGoods(load, clock)
    for minutes, expected in ((0, "kupa 1"), (9, "kupa 1"), (10, "kupa 1"), (11, "kupa 1"), (12, "kupa 3")):
        clock.now = datetime(2026, 11, 24, tzinfo=UTC) + timedelta(minutes=minutes)
        assert [one.description for one in await used.search("kupa")] == [expected]
        if used._reading is not None:
            await asyncio.wait([used._reading])
    assert reads == 3


def test_hits_show_the_path_and_the_way_to_twelve_digits() -> None:
    """Used ones first, labelled, at most half where both have enough; each says in both languages what to do next."""
    own = [Used("pamuklu tişört", "610910000012", 7)] * 30
    found = hits(TEXTS, "cotton", own, 10)
    assert [hit["source"] for hit in found] == ["used"] * 5 + ["hs"] * 5
    first = found[0]
    assert (first["code"], first["hs6"], first["uses"]) == ("610910000012", "610910", 7)
    assert [step["code"] for step in first["path"]] == ["61", "6109", "610910"]
    for hit in found:
        assert len(hit["code"]) == {"used": 12, "hs": 6}[hit["source"]]
        assert hit["tariff_url"] == TARIFF_URL
        assert set(hit["next_step"]) == {"tr", "en"}
        assert all(TARIFF_URL in text for text in hit["next_step"].values())
    assert len(hits(TEXTS, "6109", own, 10)) == 10
    assert [hit["source"] for hit in hits(TEXTS, "6109", [], 10)] == ["hs", "hs"]
    assert [hit["source"] for hit in hits(TEXTS, "zzz", own, 3)] == ["used"] * 3
