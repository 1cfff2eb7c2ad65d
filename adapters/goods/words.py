"""Words of a text as they are compared: without case, accents and endings, Turkish and English alike."""

import re
import unicodedata
from functools import lru_cache

from workflow.values import fold

_WORD = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_STOP = frozenset(
    "a an and any as by excl excluding etc for from heading headings in including is it its kind n.e.c nec no not of on or "
    "other others subheading such than that the their them these this to whether which with without ve veya ya ile icin bir "
    "gibi olan".split()
)
_TURKISH = ("leri", "lari", "ler", "lar")
_SHORTEST = 4


def plain(text: str) -> str:
    """Fold case (:func:`workflow.values.fold`) and take accents away: ``TİŞÖRT`` and ``tişört`` are ``tisort``.

    Letters in another dress (𝑨, Ⓐ) are undressed before their case is folded, since only then they have one.
    """
    folded = fold(unicodedata.normalize("NFKD", text))
    return "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A plain word without its plural: ``knives`` and ``knife`` are one, ``tisortler`` and ``tisort``."""
    for ending in _TURKISH:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word[: -len(ending)]
    if word.endswith("ies") and len(word) > _SHORTEST:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "shes", "ches", "xes", "zzes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        word = word[:-1]
    if word.endswith(("ve", "fe")) and len(word) > _SHORTEST:
        word = word[:-2] + "f"
    return word


def words(text: str) -> list[tuple[str, ...]]:
    """The words of a text that say something, each as the stems it may be found by, the whole word's first.

    One with hyphens is found as a whole (``t-shirt``: ``tshirt``) and by its parts of more than one letter.
    """
    found = []
    for match in _WORD.findall(plain(text)):
        parts = [part for part in match.split("-") if part not in _STOP]
        whole = "".join(parts)
        if len(whole) > 1:
            found.append(tuple(dict.fromkeys([stem(whole), *(stem(part) for part in parts if len(part) > 1)])))
    return found
