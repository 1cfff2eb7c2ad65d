"""What form a file has, by its content: what it is called and what a browser said of it count for nothing."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from workflow.errors import SaidError

EVIDENCE_BYTES = 10 * 1024 * 1024
"""The largest file that is taken as evidence."""

_SPREADSHEET = frozenset({"[Content_Types].xml", "xl/workbook.xml"})
_SEPARATORS = (",", ";", "\t")
_CONTROLS = frozenset(chr(n) for n in range(32)) - {"\t", "\r", "\n"}


class UnknownFormError(SaidError):
    """A file is none of the forms that are taken; nothing was kept."""

    TEXTS = (
        (
            "Dosya içeriğine göre PDF, PNG, JPEG, XLSX ya da CSV değil. Hiçbir şey saklanmadı. Ekran çıktısını ya da listeyi "
            "dışa aktarıldığı gibi gönderin."
        ),
        (
            "The file is neither PDF, PNG, JPEG, XLSX nor CSV, by its content. Nothing was kept. Send a print or picture of "
            "the screen, or the list as it was exported."
        ),
    )


class EmptyFileError(SaidError):
    """A file has no content; nothing was kept."""

    TEXTS = (
        "Dosya boş. Hiçbir şey saklanmadı. Görüleni gösteren dosyayı gönderin.",
        "The file is empty. Nothing was kept. Send the file that shows what was seen.",
    )


@dataclass(frozen=True, slots=True)
class Form:
    """A form of files: its media type, the ending of its names, and how it is told by the content."""

    media_type: str
    ending: str
    told: Callable[[bytes], bool]


def _begins(*heads: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(heads)


def _is_xlsx(content: bytes) -> bool:
    if not content.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:  # its list of names alone is read, nothing is unpacked
            return _SPREADSHEET.issubset(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return False


def _is_csv(content: bytes) -> bool:
    """Text in UTF-8 or Windows-1254 (a Turkish Excel's) with separators; no markup, which a browser might run."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1254")
        except UnicodeDecodeError:
            return False
    if _CONTROLS.intersection(text) or text.lstrip().startswith("<"):
        return False
    return any(separator in text.lstrip().partition("\n")[0] for separator in _SEPARATORS)


FORMS: tuple[Form, ...] = (
    Form("application/pdf", "pdf", _begins(b"%PDF-")),
    Form("image/png", "png", _begins(b"\x89PNG\r\n\x1a\n")),
    Form("image/jpeg", "jpg", _begins(b"\xff\xd8\xff")),
    Form("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", _is_xlsx),
    Form("text/csv", "csv", _is_csv),
)
"""What is taken, tried in this order."""


_ONE_COLUMN = FORMS[-1]


def form_of(content: bytes, *, read: bool = False) -> Form:
    """The form of a file; where it was ``read`` as a list already, text without separators is a CSV of one column.

    Raises:
        EmptyFileError: it has no content.
        UnknownFormError: it is none of :data:`FORMS`.
    """
    if not content:
        raise EmptyFileError
    found = next((form for form in FORMS if form.told(content)), None)
    if found is None and read:
        return _ONE_COLUMN
    if found is None:
        raise UnknownFormError
    return found


def named(name: str, form: Form) -> str:
    """A file's name with the ending that its content has; without folders, at most 100 characters."""
    last = name.replace("\\", "/").rpartition("/")[2].strip(". ")
    stem = last.removesuffix(f".{form.ending}") if last.endswith(f".{form.ending}") else last
    kept = "".join(c for c in stem if c.isprintable())[:90].strip(". ")
    return f"{kept or 'evidence'}.{form.ending}"
