"""Signatures as pictures: which are printed, and which are refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.invoicing.sheets import signature
from adapters.invoicing.sheets.press import SheetNotSetError
from adapters.invoicing.sheets.signature import MAX_BYTES, MAX_SIDE, SignatureUnusableError
from tests.unit.invoicing.drafts import SELLER, invoice
from tests.unit.sheets.paper import PROFORMA, images, picture, sheet, text

VKN = SELLER.tax_number


@pytest.mark.parametrize(("form", "ending"), [("PNG", "png"), ("JPEG", "jpg"), ("JPEG", "jpeg")])
def test_a_sellers_picture_stands_in_the_box(tmp_path: Path, form: str, ending: str) -> None:
    """On invoice and proforma, the same bytes each time; the label and the name stay."""
    (tmp_path / f"{VKN}.{ending}").write_bytes(picture(form))
    made = sheet(invoice(), signatures=tmp_path)
    assert images(made) == 1
    assert images(sheet(invoice(), PROFORMA, signatures=tmp_path)) == 1
    assert made == sheet(invoice(), signatures=tmp_path)
    assert "Signature and stamp" in text(made)


def test_a_seller_without_a_picture_has_room_to_sign(tmp_path: Path) -> None:
    """Also where others have one, and where no folder is named."""
    (tmp_path / "1234567890.png").write_bytes(picture())
    for folder in (tmp_path, None, tmp_path / "nowhere"):
        assert images(sheet(invoice(), signatures=folder)) == 0


def png_of(width: int, height: int) -> bytes:
    """A picture whose head tells of other sides than it has."""
    made = bytearray(picture())
    made[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return bytes(made)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: b"", "not a picture"),
        (lambda: b"<svg/>", "not a picture"),
        (lambda: picture("JPEG"), "not a picture"),
        (lambda: picture("GIF"), "not a picture"),
        (lambda: picture()[:20], "not a picture"),
        (lambda: png_of(0, 10), "not a picture"),
        (lambda: picture() + bytes(MAX_BYTES), "too large"),
        (lambda: png_of(MAX_SIDE + 1, 10), f"{MAX_SIDE + 1} by 10 pixels"),
        (lambda: png_of(10, 2**31), "pixels"),
    ],
)
def test_what_is_no_signature_is_refused_with_the_reason(tmp_path: Path, make: Callable[[], bytes], why: str) -> None:
    """No sheet is made, for one without it would look unsigned."""
    (tmp_path / f"{VKN}.png").write_bytes(make())
    with pytest.raises(SignatureUnusableError, match=why):
        sheet(invoice(), signatures=tmp_path)


@pytest.mark.parametrize(
    "cut", [b"", b"\xff\xd8\xff\xe0\x00\x10", b"\xff\xd8\xff\xe0\x00\x00" * 4, b"\xff\xd8\xff" + b"\x00" * 40]
)
def test_a_jpeg_without_a_frame_is_refused(tmp_path: Path, cut: bytes) -> None:
    """However it is damaged, the search for its sides ends."""
    (tmp_path / f"{VKN}.jpg").write_bytes(cut)
    with pytest.raises(SignatureUnusableError):
        signature.of(tmp_path, VKN)


def test_the_largest_picture_is_taken(tmp_path: Path) -> None:
    """At the limit of its sides."""
    (tmp_path / f"{VKN}.png").write_bytes(picture(size=(MAX_SIDE, 10)))
    assert images(sheet(invoice(), signatures=tmp_path)) == 1


def test_a_picture_that_breaks_off_is_an_error(tmp_path: Path) -> None:
    """Its head is right and its body is not there."""
    (tmp_path / f"{VKN}.png").write_bytes(picture()[:60])
    with pytest.raises(SheetNotSetError, match="could not be set"):
        sheet(invoice(), signatures=tmp_path)


@pytest.mark.parametrize("number", ["", "../secret", "4540536920/x", "DE811907980", "٤٥٤٠٥٣٦٩٢٠"])
def test_only_a_number_names_a_file(tmp_path: Path, number: str) -> None:
    """Nothing outside the folder can be named."""
    (tmp_path / "secret.png").write_bytes(picture())
    (tmp_path / ".png").write_bytes(picture())
    assert signature.of(tmp_path / "signatures", number) == b""
    assert signature.of(tmp_path, number) == b""
