"""The Harmonized System's texts by code, and search in them."""

import csv
import gzip
import io
import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from adapters.goods.index import Index, Meanings, Text
from adapters.goods.words import words
from workflow.values import normalise_gtip

_HEAD, _REST, _HEADING, _CHAPTER, _NEGATED = 3.0, 2.0, 1.2, 0.6, 0.15
_LENGTH_COUNTS = 0.02
_EXCEPT = re.compile(r"\b(?:other than|excluding|except|not|n\.e\.c)\b[^;,)]*", re.IGNORECASE)
_CODE = re.compile(r"[0-9]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Step:
    """A chapter, heading or subheading: its code and text."""

    code: str
    text: str


class Nomenclature:
    """All of it, in memory (about 7,000 texts)."""

    def __init__(self, texts: dict[str, str], means: dict[str, Meanings]) -> None:
        """Index the subheadings, each with the texts above it."""
        self._texts = texts
        self._six = sorted(code for code in texts if len(code) == 6)
        self._index = Index((self._text(code) for code in self._six), means)

    def path(self, code: str) -> tuple[Step, ...]:
        """Chapter, heading and subheading of a code of six or more digits, as far as they exist."""
        return tuple(Step(code[:n], self._texts[code[:n]]) for n in (2, 4, 6) if code[:n] in self._texts)

    def under(self, beginning: str) -> list[str]:
        """The subheadings whose code begins so, in order."""
        first = bisect_left(self._six, beginning)
        last = bisect_left(self._six, beginning + ":")
        return self._six[first:last]

    def search(self, query: str) -> list[str]:
        """The subheadings that a query finds, the best first: words, the beginning of a code, or both."""
        code, text = split(query)
        if not code:
            return [self._six[number] for number in self._index.search(text)]
        under = self.under(code[:6])
        if not words(text):
            return under
        inside = set(under)
        return [self._six[number] for number in self._index.search(text) if self._six[number] in inside]

    def _text(self, code: str) -> Text:
        """A subheading's text in parts: what it is, its kind, what it is not, and what stands above it; short ones first."""
        own = self._texts[code]
        negated = " ".join(_EXCEPT.findall(own))
        head, _, rest = _EXCEPT.sub(" ", own).partition(";")
        above = _EXCEPT.sub(" ", self._texts.get(code[:4], "")), _EXCEPT.sub(" ", self._texts.get(code[:2], ""))
        parts = [(_HEAD, head), (_REST, rest), (_NEGATED, negated), (_HEADING, above[0]), (_CHAPTER, above[1])]
        return Text(parts, bonus=1 / (1 + _LENGTH_COUNTS * len(words(own))))


def split(query: str) -> tuple[str, str]:
    """A query's code and its words: ``6109.10 cotton`` asks for cotton under 610910.

    A number of two or three digits is a code only where nothing else is asked, since goods have numbers too.
    """
    whole = normalise_gtip(query)
    if _CODE.fullmatch(whole):
        return whole, ""
    codes: list[str] = []
    rest: list[str] = []
    for word in query.split():
        digits = normalise_gtip(word)
        (codes if len(digits) >= 4 and _CODE.fullmatch(digits) else rest).append(word)
    return normalise_gtip("".join(codes)), " ".join(rest)


@lru_cache(maxsize=1)
def nomenclature() -> Nomenclature:
    """The nomenclature, read once a process."""
    folder = files("adapters.goods")
    packed = folder.joinpath("hs2022.csv.gz").read_bytes()
    rows = csv.DictReader(io.StringIO(gzip.decompress(packed).decode()))
    return Nomenclature({row["code"]: row["description"] for row in rows}, _meanings())


def _meanings() -> dict[str, Meanings]:
    """For the stem of each word of everyday, what it is called in the nomenclature: meanings apart by blanks, ``+`` joins."""
    text = files("adapters.goods").joinpath("meanings.csv").read_text(encoding="utf-8")
    found: dict[str, Meanings] = {}
    for row in csv.DictReader(io.StringIO(text)):
        (word,) = words(row["word"])
        meant = (tuple(stems[0] for stems in words(one.replace("+", " "))) for one in row["means"].split())
        found[word[0]] = tuple(dict.fromkeys((*found.get(word[0], ()), *meant)))
    return found
