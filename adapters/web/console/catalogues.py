"""The catalogue of English texts: what the console says in its source, and what of it is translated.

``python -m adapters.web.console.catalogues`` (``make catalogues``) brings ``locale/en.po`` up to the source: new texts come in
empty, texts that nobody says any more go. Nothing is guessed: a text that was changed is to be translated again.
"""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from adapters.web.console.language import LOCALE

_ROOM = Path(__file__).parent
ENGLISH = LOCALE / "en.po"

_METHODS = [("templates/**.html", "jinja2"), ("**.py", "python")]
_OPTIONS = {"templates/**.html": {"trimmed": "true", "newstyle_gettext": "true"}}
_KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | tuple[int, ...] | None] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "marked": None,
    "say": None,
}


def extracted() -> Catalog:
    """All texts of the console's templates and modules."""
    found = Catalog(locale="en", fuzzy=False)
    for file, line, message, comments, context in _messages():
        found.add(message, None, [(file, line)], auto_comments=comments, context=context)
    return found


def _messages() -> Iterator[tuple[str, int, str | tuple[str, ...], list[str], str | None]]:
    yield from extract_from_dir(_ROOM, _METHODS, _OPTIONS, keywords=_KEYWORDS, comment_tags=("NOTE:",), strip_comment_tags=True)


def english() -> Catalog:
    """The catalogue as it is kept."""
    with ENGLISH.open("rb") as source:
        return read_po(source, locale="en")


def main() -> None:
    """Bring the kept catalogue up to the source."""
    kept = english() if ENGLISH.exists() else Catalog(locale="en", fuzzy=False)
    kept.update(extracted(), no_fuzzy_matching=True)
    kept.obsolete.clear()
    kept.fuzzy = False
    ENGLISH.parent.mkdir(exist_ok=True)
    with ENGLISH.open("wb") as target:
        write_po(target, kept, width=128, no_location=True, omit_header=True, sort_output=True)


if __name__ == "__main__":
    main()
