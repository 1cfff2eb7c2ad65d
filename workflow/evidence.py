"""Evidence that an ETGB is in VEDOP: who has to show what.

VEDOP has no interface, so the transition is never assumed (domain section 2.4): somebody saw it, and says by what.
"""

from enum import StrEnum


class Needs(StrEnum):
    """What the reference of a piece of evidence has to be."""

    NOTHING = "nothing"
    TEXT = "text"
    DOCUMENT = "document"


FILE = "file"
"""Names a document that is kept with the ETGB, by its SHA-256."""
LIST = "list"
"""A list of declarations that was imported; its file is kept, and its SHA-256 begins the reference."""
NOTE = "note"
"""A person's own words: what was seen, where, by whom."""

OF_A_PERSON: dict[str, Needs] = {NOTE: Needs.TEXT, FILE: Needs.DOCUMENT}
"""A kind that is not here is some paper's or screen's name, and needs to say which one."""
OF_A_PERSON_ELSE = Needs.TEXT
OF_A_FEED = Needs.NOTHING
"""A feed is evidence by itself: its message is kept byte for byte, under the name of who sent it."""


def of_a_person(kind: str) -> Needs:
    """What the reference has to be where a person confirms."""
    return OF_A_PERSON.get(kind, OF_A_PERSON_ELSE)
