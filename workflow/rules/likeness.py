"""How like two names are that should be one: as people and software write them, not letter by letter."""

from difflib import SequenceMatcher
from enum import Enum

from workflow.values import plain

_LIKE = 0.8
"""From this share of common letters on two names are taken for one with a slip; our own measure, no rule says one."""
_ENOUGH = 200
"""Letters of a name that are compared: a document's may be of any length."""
_STEM = 4
"""Letters by which two words are one with different endings."""


class Likeness(Enum):
    """What two names are to each other."""

    SAME = "same"
    """But for case, accents, signs and spacing."""
    NEAR = "near"
    """One says more than the other, has a slip, or is in another script, so that nobody can tell."""
    OTHER = "other"


def of_names(told: str, owed: str) -> Likeness:
    """How like the names of two people or firms are."""
    one, other = plain(told[:_ENOUGH]), plain(owed[:_ENOUGH])
    if one == other:
        return Likeness.SAME
    if not (one and other and one.isascii() and other.isascii()):
        return Likeness.NEAR
    words, others = sorted(one.split()), sorted(other.split())
    if set(words) <= set(others) or set(others) <= set(words):
        return Likeness.NEAR
    like = SequenceMatcher(None, " ".join(words), " ".join(others), autojunk=False).ratio() >= _LIKE
    return Likeness.NEAR if like else Likeness.OTHER


def of_texts(told: tuple[str, ...], owed: tuple[str, ...]) -> Likeness:
    """How like goods, or places, are by what is written of them.

    ``SAME`` where one text says all that another does, or nothing is said; ``NEAR`` where a word differs in its ending only.
    """
    ours, theirs = ([words for text in texts if (words := set(plain(text[:_ENOUGH]).split()))] for texts in (told, owed))
    if not ours or not theirs or any(one <= other or other <= one for one in ours for other in theirs):
        return Likeness.SAME
    stems, others = ({word[:_STEM] for words in texts for word in words if len(word) >= _STEM} for texts in (ours, theirs))
    return Likeness.NEAR if stems & others else Likeness.OTHER
