"""The archive: files put in one after the other, each with its SHA-256 in the manifest, and the same files the same bytes."""

import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import IO, Any

from adapters.dossiers.rows import Remark
from adapters.press.language import Text

MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest moment that a ZIP can name: when a file was made says nothing that its hash does not."""
_UNIX, _READABLE = 3, 0o100644 << 16
_LEVEL = 6
_DENSE = (".pdf", ".xlsx", ".zip", ".png", ".jpg", ".jpeg")
"""What is compressed already."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in the archive."""

    path: str
    what: Text
    size: int
    sha256: str


def _by_code(remarks: Iterable[Remark]) -> dict[str, list[Remark]]:
    found: dict[str, list[Remark]] = {}
    for one in remarks:
        found.setdefault(one.code, []).append(one)
    return found


class Archive:
    """Writes an archive to a file; what is given is written at once, so memory holds one file at a time."""

    def __init__(self, out: IO[bytes]) -> None:
        """Begin with nothing in it."""
        self._zip = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
        self.entries: list[Entry] = []

    def put(self, path: str, what: Text, content: bytes, digest: str = "") -> None:
        """Write a file; ``digest`` is its SHA-256 where that was reckoned just now, as of a kept document read back."""
        self._write(path, content)
        self.entries.append(Entry(path, what, len(content), digest or sha256(content).hexdigest()))

    def close(self, about: dict[str, Any], remarks: Iterable[Remark]) -> None:
        """Write the manifest, a list of sums that ``sha256sum -c`` reads, and end the archive."""
        manifest = {
            **about,
            "files": [
                {
                    "path": one.path,
                    "what": {"tr": one.what[0], "en": one.what[1]},
                    "bytes": one.size,
                    "sha256": one.sha256,
                }
                for one in self.entries
            ],
            "missing": [
                {"code": code, "tr": alike[0].text[0], "en": alike[0].text[1], "subjects": [one.subject for one in alike]}
                for code, alike in _by_code(remarks).items()
            ],
        }
        said = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=False).encode()
        self._write(MANIFEST, said)
        sums = [(one.sha256, one.path) for one in self.entries] + [(sha256(said).hexdigest(), MANIFEST)]
        self._write(SUMS, "".join(f"{digest}  {path}\n" for digest, path in sums).encode())
        self._zip.close()

    def _write(self, path: str, content: bytes) -> None:
        info = zipfile.ZipInfo(path, _EPOCH)
        info.create_system, info.external_attr = _UNIX, _READABLE
        dense = path.endswith(_DENSE)
        self._zip.writestr(info, content, zipfile.ZIP_STORED if dense else zipfile.ZIP_DEFLATED, _LEVEL)
