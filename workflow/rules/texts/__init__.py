"""What people read of findings, one module a subject; ``TEXTS`` is all of them.

A new subject is a module with a ``TEXTS`` table and one line in ``_SUBJECTS``. Imports the standard library only.
"""

from workflow.rules.texts import documents, invoice, limits, lines, order, parties, scope
from workflow.rules.texts.text import Table, Text

_SUBJECTS: tuple[Table, ...] = (
    limits.TEXTS,
    scope.TEXTS,
    lines.TEXTS,
    parties.TEXTS,
    order.TEXTS,
    documents.TEXTS,
    invoice.TEXTS,
)


class TextTwiceError(Exception):
    """Two subjects have a text for the same code and variant: one would hide the other. Name one of them otherwise."""

    def __init__(self, key: tuple[str, str]) -> None:
        """Name the code and variant."""
        super().__init__(f"{key[0]} {key[1]!r} has two texts; give one of them another variant")


def merged(subjects: tuple[Table, ...]) -> Table:
    """All texts in one table.

    Raises:
        TextTwiceError: two subjects claim the same code and variant.
    """
    found: Table = {}
    for table in subjects:
        for key, text in table.items():
            if key in found:
                raise TextTwiceError(key)
            found[key] = text
    return found


TEXTS = merged(_SUBJECTS)
"""Every text, by code and variant."""

__all__ = ["TEXTS", "Table", "Text", "TextTwiceError", "merged"]
