"""The words of a PDF and their places, read in a process that is ended when it takes too long.

A PDF without a text layer (a scan) has none, and is refused with what to do instead: nothing is guessed from pictures.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from adapters.imports import file_words, pdf_process
from workflow.errors import SaidError

WITHIN_S = 20.0
MAGIC = b"%PDF-"
_LOOKED_AT = 1024
"""How far into a file its mark may stand: readers allow so much before it."""


class UnreadablePdfError(SaidError):
    """A PDF cannot be read."""

    TEXTS = (
        (
            "PDF okunamadı: {why}. Hiçbir şey içe aktarılmadı. Kuryeden PDF'yi ilk hâliyle, ya da listeyi CSV veya XLSX olarak "
            "isteyin."
        ),
        (
            "The PDF cannot be read: {why}. Nothing was imported. Ask the courier for the PDF as it was made, or for the list "
            "as CSV or XLSX."
        ),
    )

    def __init__(self, code: str, **values: object) -> None:
        """Say why, by one of :data:`adapters.imports.file_words.WHYS`."""
        super().__init__(why=file_words.why(code, **values))


@dataclass(frozen=True, slots=True)
class Word:
    """A word and where it stands, in points from the lower left corner of its page."""

    text: str
    left: float
    bottom: float
    right: float
    top: float


def is_pdf(content: bytes) -> bool:
    """Whether a file says that it is a PDF."""
    return MAGIC in content[:_LOOKED_AT]


def pages(content: bytes, *, within_s: float = WITHIN_S, command: Sequence[str] = ()) -> list[list[Word]]:
    """The words of each page.

    Raises:
        UnreadablePdfError: it is broken, locked, a scan, too large, or took too long.
    """
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and nothing of the file is in the command
            tuple(command) or (sys.executable, "-m", pdf_process.__name__),
            input=content,
            capture_output=True,
            timeout=within_s,
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise UnreadablePdfError("pdf_too_slow", seconds=f"{within_s:g}") from None
    except subprocess.CalledProcessError as error:
        raise UnreadablePdfError("pdf_broken", status=error.returncode) from None
    except OSError as error:
        raise UnreadablePdfError("pdf_no_process", error=type(error).__name__) from error
    found = json.loads(done.stdout)
    if "error" in found:
        raise UnreadablePdfError(found["error"], **found.get("values", {}))
    read = [[Word(*word) for word in page] for page in found["pages"]]
    if not any(read):
        raise UnreadablePdfError("pdf_no_text")
    return read
