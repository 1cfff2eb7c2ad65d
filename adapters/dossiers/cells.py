"""What a text has to be to stand in a cell: on one line, nothing invisible in it, and no longer than the tax office takes."""

import unicodedata

from adapters.press.wording import INVISIBLE, shortened

LONGEST = 72
"""Characters that the tax office takes in a text cell (public exporters' programs; no official word was found)."""


def clean(text: str) -> str:
    """On one line and without what cannot be seen; letters in their composed form."""
    composed = unicodedata.normalize("NFC", text)
    if not composed.isprintable():
        composed = "".join(" " if unicodedata.category(one) in INVISIBLE else one for one in composed)
    return " ".join(composed.split())


def fitting(text: str, most: int = LONGEST) -> str:
    """A clean text of at most so many characters, with a sign where some are left out."""
    return shortened(clean(text), most)
