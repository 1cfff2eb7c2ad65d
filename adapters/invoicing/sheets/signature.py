"""A seller's signature and stamp as a picture: ``<VKN>.png`` or ``<VKN>.jpg`` in a folder that the operator names."""

import struct
from collections.abc import Callable
from pathlib import Path

from workflow.errors import KervanError

MAX_BYTES = 512 * 1024
MAX_SIDE = 3000
"""Pixels: 25 cm at 300 a inch; what is larger is no scanned signature, and may be made to fill the memory."""

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_SIZES_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG's SOF markers, which tell height and width."""


class SignatureUnusableError(KervanError):
    """A signature's picture is there and cannot be printed."""

    def __init__(self, path: Path, why: str) -> None:
        """Name the file."""
        super().__init__(
            f"The signature {path} cannot be printed: {why}. No sheet was made, since one without it would look unsigned. "
            f"Give a PNG or JPEG of at most {MAX_BYTES // 1024} KiB and {MAX_SIDE} pixels a side, or remove the file: "
            "then the sheet has a box to sign by hand."
        )


def of(folder: Path | None, tax_number: str) -> bytes:
    """The picture of a seller; empty where none is kept.

    Raises:
        SignatureUnusableError: it is too large, or not the picture that its name says.
    """
    if folder is None or not (tax_number.isascii() and tax_number.isdigit()):
        return b""
    for ending, size in _KINDS.items():
        path = folder / f"{tax_number}{ending}"
        if path.is_file():
            return _checked(path, size)
    return b""


def _checked(path: Path, size: Callable[[bytes], tuple[int, int] | None]) -> bytes:
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise SignatureUnusableError(path, "it is too large")
    sides = size(content)
    if sides is None or 0 in sides:
        raise SignatureUnusableError(path, "it is not a picture of the kind that its name says")
    if max(sides) > MAX_SIDE:
        raise SignatureUnusableError(path, f"it is {sides[0]} by {sides[1]} pixels")
    return content


def _png(content: bytes) -> tuple[int, int] | None:
    if not content.startswith(_PNG) or len(content) < 24:
        return None
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _jpeg(content: bytes) -> tuple[int, int] | None:
    """Walk the markers to the frame's header."""
    at = 2
    while content.startswith(_JPEG) and at + 9 <= len(content) and content[at] == 0xFF:
        if content[at + 1] in _SIZES_OF_FRAME:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None


_KINDS: dict[str, Callable[[bytes], tuple[int, int] | None]] = {".png": _png, ".jpg": _jpeg, ".jpeg": _jpeg}
