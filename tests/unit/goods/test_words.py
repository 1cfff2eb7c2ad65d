"""How words are compared, Turkish and English alike."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.goods.words import plain, stem, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("TİŞÖRT", "tişört"),
        ("IŞIK", "ışık"),
        ("ışık", "isik"),
        ("İPEK", "ipek"),
        ("tişörtler", "tişört"),
        ("kolyeleri", "kolye"),
        ("knives", "knife"),
        ("scarves", "scarf"),
        ("gloves", "glove"),
        ("babies", "baby"),
        ("dresses", "dress"),
        ("brushes", "brush"),
        ("t-shirts", "T-Shirt"),
        ("t-shirt", "tshirt"),
    ],
)
def test_these_are_one_word(one: str, other: str) -> None:
    """Case, accents, plural and hyphens make no difference; the four i's of Turkish are one."""
    assert words(one)[0][0] == words(other)[0][0]


@pytest.mark.parametrize(("one", "other"), [("glass", "glas"), ("dolar", "do"), ("gas", "ga"), ("brass", "bra")])
def test_these_are_two_words(one: str, other: str) -> None:
    """An ending is only taken for a plural where enough of a word is left."""
    assert stem(plain(one)) != stem(plain(other))


def test_words_that_say_nothing_are_left_out() -> None:
    """``of``, ``other``, ``ve`` and single letters are in too many texts."""
    assert words("Other articles of a kind ve W") == [("article",)]


@given(st.text(max_size=60))
@example("0𝑨")
def test_any_text_has_words_and_case_never_matters(text: str) -> None:
    """No text is too strange, and shouting Turkish is still Turkish."""
    found = words(text)
    assert all(stems and all(one.isascii() for one in stems) for stems in found)
    assert words(plain(text)) == found
