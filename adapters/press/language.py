"""The two languages of everything printed."""

from enum import StrEnum


class Language(StrEnum):
    """Whose sheet it is.

    ``tr``: Turkish. ``en``: English with Turkish beneath, for the customs and the buyer abroad: a document in another
    language must say it in Turkish too (VUK 215).
    """

    TR = "tr"
    EN = "en"


Text = tuple[str, str]
"""Turkish, English."""
