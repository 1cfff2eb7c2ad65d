"""Evidence that an ETGB is in VEDOP: what is shown for it, in one word each.

VEDOP has no interface, so the transition is never assumed (domain section 2.4): somebody saw it, and says by what. Of a person
the reference is asked for, whatever the kind; one that is not here is some paper's or screen's name. A feed is evidence by
itself: its message is kept byte for byte, under the name of who sent it.
"""

from collections.abc import Mapping
from typing import Final

from workflow.errors import Pair

FILE = "file"
"""Names a document that is kept with the ETGB, by its SHA-256."""
LIST = "list"
"""A list of declarations that was imported; its file is kept, and its SHA-256 begins the reference."""
NOTE = "note"
"""A person's own words: what was seen, where, by whom."""
SCREEN = "screen"
"""A screen of VEDOP or the tax office's: which one, and when."""

KINDS: Final[Mapping[str, Pair]] = {
    FILE: ("dosya", "file"),
    LIST: ("içe aktarılan liste", "imported list"),
    NOTE: ("not", "note"),
    SCREEN: ("ekran", "screen"),
}
"""What people call each kind."""


def kind(named: str) -> Pair:
    """What a kind is called; one that is not here is a feed's own, and is called as the feed calls it."""
    return KINDS.get(named, (named, named))
