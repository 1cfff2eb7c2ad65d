"""Search by words in memory: which texts have the words of a query, the best first."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log

from adapters.goods.words import words

_BEGINS, _ENDS_OTHERWISE, _MEANS, _PART = 0.6, 0.4, 0.8, 0.5
_LAST = 1.8
_SOFTENED = {"k": "g", "p": "b", "t": "d"}
"""What Turkish makes of a word's last letter before a vowel (``gömlek``, ``gömleği``); ç and c are one letter here."""
_SHORTEST_BEGINNING, _SHORTEST_STEM, _LONGEST_ENDING = 3, 4, 3


Meanings = tuple[tuple[str, ...], ...]
"""What a word may mean: the stems of each meaning, all of which a text must have."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text to be found, in parts that weigh differently; ``bonus`` multiplies its score."""

    parts: Sequence[tuple[float, str]]
    bonus: float = 1.0


class Index:
    """Texts by the stems of their words.

    A word of the query matches the same stem, else stems that begin with it, else such that only end otherwise (Turkish
    softens and adds: ``gömleği``, ``gömlek``). What a word ``means`` in the texts' language counts a little less than the
    word itself (of words that belong together, ``olive+oil``, a text must have all), a part of a word with hyphens half.
    Rare words count more, and so does the last one, which in Turkish and English says what the thing is (``ahşap oyuncak``,
    wooden toy).
    """

    def __init__(self, texts: Iterable[Text], means: Mapping[str, Meanings] | None = None) -> None:
        """Index texts; they are known by their position."""
        self._means = means or {}
        self._bonus: list[float] = []
        postings: defaultdict[str, dict[int, float]] = defaultdict(dict)
        for number, text in enumerate(texts):
            for weight, part in text.parts:
                for stems in words(part):
                    for one in stems:
                        counts = weight if one == stems[0] else weight * _PART
                        postings[one][number] = max(counts, postings[one].get(number, 0.0))
            self._bonus.append(text.bonus)
        self._postings = dict(postings)
        self._stems = sorted(self._postings)
        self._meaningful = sorted(self._means)

    def search(self, query: str, *, whole: bool = False) -> list[int]:
        """The texts that a query finds, the best first; where some have all its words, none of the others.

        With ``whole`` a text has to have all its words.
        """
        asked = words(query)
        scores: defaultdict[int, float] = defaultdict(float)
        matched: defaultdict[int, int] = defaultdict(int)
        for place, stems in enumerate(asked, start=1):
            counts = _LAST if place == len(asked) else 1.0
            for number, score in self._word(stems).items():
                scores[number] += score * counts
                matched[number] += 1
        if not scores:
            return []
        most = len(asked) if whole else max(matched.values())
        best = {number: score * self._bonus[number] for number, score in scores.items() if matched[number] == most}
        return sorted(best, key=lambda number: (-best[number], number))

    def _word(self, stems: tuple[str, ...]) -> dict[int, float]:
        """The score of each text that has one word of the query, in one of its forms."""
        found: dict[int, float] = {}
        for one in stems:
            part = 1.0 if one == stems[0] else _PART
            meant = [meaning for word in self._known(one) for meaning in self._means[word]]
            self._add(found, ((stem, part * share) for stem, share in self._like(one, guess=not meant)))
            for meaning in meant:
                for number, score in self._all_of(meaning).items():
                    found[number] = max(found.get(number, 0.0), part * _MEANS * score)
        return found

    def _all_of(self, meaning: tuple[str, ...]) -> dict[int, float]:
        """The texts that have all stems of a meaning, and their scores together."""
        each: list[dict[int, float]] = []
        for stem in meaning:
            having: dict[int, float] = {}
            self._add(having, self._like(stem, guess=False))
            each.append(having)
        return {number: sum(one[number] for one in each) for number in set(each[0]).intersection(*each[1:])}

    def _known(self, stem: str) -> list[str]:
        """The words with a meaning that a stem is, or is with another ending."""
        if stem in self._means:
            return [stem]
        if stem in self._postings or len(stem) <= _SHORTEST_STEM:
            return []
        begin = stem[:_SHORTEST_BEGINNING]
        return [word for word in _beginning_with(self._meaningful, begin) if _ends_otherwise(stem, word)]

    def _add(self, found: dict[int, float], like: Iterable[tuple[str, float]]) -> None:
        for stem, share in like:
            having = self._postings[stem]
            rarity = share * log(1 + len(self._bonus) / len(having))
            for number, weight in having.items():
                found[number] = max(found.get(number, 0.0), rarity * weight)

    def _like(self, stem: str, *, guess: bool) -> Iterator[tuple[str, float]]:
        """The stems there are that a word may be, each with its share of a full match; other endings where we may guess."""
        if stem in self._postings:
            yield stem, 1.0
        if len(stem) < _SHORTEST_BEGINNING:
            return
        longer = [one for one in _beginning_with(self._stems, stem) if one != stem]
        for one in longer:
            yield one, _BEGINS * len(stem) / len(one)
        if guess and not longer and stem not in self._postings:
            for one in _beginning_with(self._stems, stem[:_SHORTEST_BEGINNING]):
                if _ends_otherwise(stem, one):
                    yield one, _ENDS_OTHERWISE


def _ends_otherwise(stem: str, word: str) -> bool:
    """Whether a stem is a word with an ending of up to three letters, before which its last letter may have softened."""
    if len(word) < _SHORTEST_STEM or not 0 < len(stem) - len(word) <= _LONGEST_ENDING:
        return False
    return stem.startswith((word, word[:-1] + _SOFTENED.get(word[-1], word[-1])))


def _beginning_with(ordered: Sequence[str], begin: str) -> Iterator[str]:
    for position in range(bisect_left(ordered, begin), len(ordered)):
        if not ordered[position].startswith(begin):
            return
        yield ordered[position]
