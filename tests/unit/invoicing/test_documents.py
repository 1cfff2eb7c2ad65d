"""Documents in their folder, and how long they are kept."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.documents import DocumentDamagedError, DocumentFolder, DocumentMissingError, DocumentTooLargeError
from adapters.web.files import disposition
from workflow.documents import INVOICES, LABELS, RETENTION, DocumentKind, keep_until


def files(folder: Path) -> list[Path]:
    """All files in a folder."""
    return [one for one in folder.rglob("*") if one.is_file()]


async def test_what_was_kept_is_read_back_and_stands_under_its_sum(tmp_path: Path) -> None:
    """The same content twice is one file."""
    folder = DocumentFolder(tmp_path)
    name = await folder.keep(b"<Invoice/>")
    assert await folder.keep(b"<Invoice/>") == name
    assert await folder.read(name) == b"<Invoice/>"
    (file,) = files(tmp_path)
    assert (file.name, len(name)) == (name, 64)


async def test_a_document_that_was_changed_on_disk_is_not_handed_out_and_mended_when_it_is_kept_again(tmp_path: Path) -> None:
    """The sum tells."""
    folder = DocumentFolder(tmp_path)
    name = await folder.keep(b"true")
    (tmp_path / name[:2] / name[2:4] / name).write_bytes(b"false")
    with pytest.raises(DocumentDamagedError, match="changed on disk"):
        await folder.read(name)
    assert await folder.keep(b"true") == name
    assert await folder.read(name) == b"true"


@pytest.mark.parametrize("name", ["0" * 64, "", "../../etc/passwd", "A" * 64, "0" * 63 + "/"])
async def test_a_name_that_is_no_sum_or_unknown_opens_no_file(tmp_path: Path, name: str) -> None:
    """Nothing outside the folder can be named."""
    with pytest.raises(DocumentMissingError):
        await DocumentFolder(tmp_path).read(name)


async def test_the_size_is_limited(tmp_path: Path) -> None:
    """As many bytes as allowed are kept, one more is not, and leaves nothing behind."""
    folder = DocumentFolder(tmp_path, max_bytes=10)
    await folder.keep(b"0123456789")
    with pytest.raises(DocumentTooLargeError, match="11 bytes"):
        await folder.keep(b"0123456789a")
    assert len(files(tmp_path)) == 1


async def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is an error, not half a document."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("adapters.documents.folder.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        await DocumentFolder(tmp_path).keep(b"x")
    assert not files(tmp_path)


@pytest.mark.parametrize(
    ("kind", "made", "until"),
    [
        (DocumentKind.INVOICE_SIGNED_XML, date(2026, 1, 1), date(2036, 12, 31)),
        (DocumentKind.INVOICE_XML, date(2026, 12, 31), date(2036, 12, 31)),
        (DocumentKind.ETGB_PDF, date(2026, 12, 31), date(2031, 12, 31)),
        (DocumentKind.ETGB_PDF, date(2027, 1, 1), date(2032, 12, 31)),
    ],
)
def test_a_document_is_kept_as_long_as_the_longest_rule_says(kind: DocumentKind, made: date, until: date) -> None:
    """Invoices ten years, for marketplaces; everything five, by VUK 253, counted from the next year."""
    assert keep_until(kind, made) == until


def test_every_kind_has_a_rule_a_source_and_a_name_in_both_languages() -> None:
    """Also the kinds that are added later."""
    for kind in DocumentKind:
        assert keep_until(kind, date(2026, 5, 5)) > date(2031, 1, 1)
        assert all(LABELS[kind])
    assert all(row.source for row in RETENTION)
    assert all(kind.startswith("invoice") for kind in INVOICES)


@given(st.text())
def test_no_file_name_breaks_out_of_its_header(name: str) -> None:
    """Whatever a document is called, the header is ASCII, one line, and its quotes are two."""
    header = disposition(name)
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
    assert header.startswith('attachment; filename="')
