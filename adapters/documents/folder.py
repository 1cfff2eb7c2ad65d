"""The content-addressed folder: written once, read back verified."""

import asyncio
import os
import re
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp

from adapters.documents.errors import DocumentDamagedError, DocumentMissingError, DocumentTooLargeError

MAX_BYTES = 50 * 1024 * 1024
"""The largest document that is kept."""

_NAME = re.compile(r"[0-9a-f]{64}", re.ASCII)


class DocumentFolder:
    """Files named by their content, so that the same document is kept once and a changed one is noticed."""

    def __init__(self, folder: Path, *, max_bytes: int = MAX_BYTES) -> None:
        """Keep documents under ``folder``, which is made on first use for its owner alone."""
        self._folder, self._max_bytes = folder, max_bytes

    async def keep(self, content: bytes) -> str:
        """Write a document, safe against a crash at any moment, and give its SHA-256; one that is there stays.

        Raises:
            DocumentTooLargeError: nothing was written.
        """
        return await asyncio.to_thread(self._keep, content)

    def put(self, content: bytes) -> str:
        """The same as :meth:`keep`, blocking: for work that is in a thread already and writes many.

        Raises:
            DocumentTooLargeError: as there.
        """
        return self._keep(content)

    def remove(self, digest: str) -> None:
        """Remove a document that no row names any more; one that is gone already is no error. Blocking."""
        self._path(digest).unlink(missing_ok=True)

    async def read(self, digest: str) -> bytes:
        """The content behind a SHA-256.

        Raises:
            DocumentMissingError: it is not there.
            DocumentDamagedError: it is not what was kept.
        """
        return await asyncio.to_thread(self._read, digest)

    def content(self, digest: str) -> bytes:
        """The same as :meth:`read`, blocking: for work that is in a thread already and reads many.

        Raises:
            DocumentMissingError: as there.
            DocumentDamagedError: as there.
        """
        return self._read(digest)

    def _path(self, digest: str) -> Path:
        if not _NAME.fullmatch(digest):
            raise DocumentMissingError(digest[:64])
        return self._folder / digest[:2] / digest[2:4] / digest

    def _keep(self, content: bytes) -> str:
        if len(content) > self._max_bytes:
            raise DocumentTooLargeError(len(content), self._max_bytes)
        digest = sha256(content).hexdigest()
        path = self._path(digest)
        if path.exists():
            with suppress(DocumentDamagedError):
                self._read(digest)
                return digest
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = mkstemp(dir=path.parent, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)
        return digest

    def _read(self, digest: str) -> bytes:
        try:
            content = self._path(digest).read_bytes()
        except FileNotFoundError:
            raise DocumentMissingError(digest) from None
        if sha256(content).hexdigest() != digest:
            raise DocumentDamagedError(digest)
        return content


def _sync_folder(folder: Path) -> None:
    """Make a rename outlive a power failure: the entry of the file, and of the folders made for it."""
    for one in (folder, folder.parent, folder.parent.parent):
        handle = os.open(one, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
