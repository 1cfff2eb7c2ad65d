"""In which language whoever asks over HTTP reads."""

import pytest
from fastapi import Request

from adapters.web.reader import LANGUAGE_COOKIE, language, preferred


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "en"),
        ("tr", "tr"),
        ("TR", "tr"),
        ("tr-TR,tr;q=0.9,en-US;q=0.8", "tr"),
        ("en-US,en;q=0.9,tr;q=0.8", "en"),
        ("en;q=0.1, tr;q=0.2", "tr"),
        ("de-DE,de;q=0.9,tr;q=0.1", "tr"),
        ("de, *;q=0.5", "en"),
        ("tr;q=0", "en"),
        ("tr;q=x", "en"),
        ("tr;level=1", "tr"),
        ("trk", "en"),
        (",;q=,", "en"),
    ],
)
def test_the_language_that_is_wanted_most_is_told(header: str, code: str) -> None:
    """By its weight; English where neither is named, and whatever the header is."""
    assert preferred(header) == code


@pytest.mark.parametrize(
    ("query", "kept", "header", "code"),
    [
        ("lang=en", "tr", "tr", "en"),
        ("lang=tr", "en", "en", "tr"),
        ("lang=xx", "tr", "en", "tr"),
        ("", "tr", "en", "tr"),
        ("", "xx", "tr", "tr"),
        ("", "", "", "en"),
    ],
)
def test_the_address_stands_above_what_the_browser_keeps_and_that_above_what_it_prefers(
    query: str, kept: str, header: str, code: str
) -> None:
    """A word that is neither language says nothing."""
    headers = [(b"cookie", f"{LANGUAGE_COOKIE}={kept}".encode()), (b"accept-language", header.encode())]
    asked = Request({"type": "http", "query_string": query.encode(), "headers": headers})
    assert language(asked) == code
