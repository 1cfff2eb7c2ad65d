"""Drops dossiers: whole or not at all, and once for each request."""

import asyncio
import os
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import mkstemp

from adapters.tax_office.ports import Export, Filing, News
from events.tasks import RejectedError
from workflow.errors import KervanError

CODE = "file"
_PART = ".part-"
_LEFT_S = 3600.0
"""After this long nobody writes to a file any more: the largest dossier takes minutes."""


class FolderUnusableError(KervanError):
    """The folder cannot be written or read."""

    def __init__(self, error: OSError) -> None:
        """Say why."""
        super().__init__(
            f"The tax office's folder cannot be used ({error.strerror}): {error.filename}. Nothing is lost and it is tried "
            "again; see to its rights and its disk (KERVAN_TAX_OFFICE__FILE__FOLDER)."
        )


class FileTaxOffice:
    """Hands dossiers over in a folder; all file work is done in threads."""

    code = CODE

    def __init__(self, folder: Path, export: Export) -> None:
        """Drop into ``out`` under ``folder``, which is made on first use; ``export`` writes the dossiers."""
        self._out = folder / "out"
        self._export = export
        self._swept = False

    async def file(self, filing: Filing) -> Sequence[News]:
        """Drop a claim's dossier. Asked again, it is written again in place of the first: the same claim, the same bytes.

        Raises:
            RejectedError: there is no dossier to be had, with the reason.
            FolderUnusableError: it cannot be written; tried again later.
        """
        try:
            handle, temporary = await asyncio.to_thread(self._begin)
        except OSError as error:
            raise FolderUnusableError(error) from error
        path = Path(temporary)
        try:
            with os.fdopen(handle, "w+b") as file:
                name = await self._export(filing.claim, file)
                await asyncio.to_thread(_to_disk, file.fileno())
            await asyncio.to_thread(self._end, path, f"{Path(name).stem}_{filing.claim}.zip")
        except OSError as error:
            raise FolderUnusableError(error) from error
        except KervanError as error:
            raise RejectedError(str(error)) from error
        finally:
            await asyncio.to_thread(path.unlink, missing_ok=True)
        return ()

    async def look_up(self, etgb_number: str) -> Sequence[News]:
        """Nothing is known before an answer comes into the folder."""
        del etgb_number
        return ()

    def _begin(self) -> tuple[int, str]:
        self._out.mkdir(parents=True, exist_ok=True)
        if not self._swept:
            self._sweep()
            self._swept = True
        return mkstemp(dir=self._out, prefix=_PART)

    def _sweep(self) -> None:
        """Remove what a process that died left half written; what is younger may be another worker's."""
        for left in self._out.glob(f"{_PART}*"):
            try:
                if time.time() - left.stat().st_mtime > _LEFT_S:
                    left.unlink()
            except FileNotFoundError:  # another worker swept it, or has just finished it
                continue

    def _end(self, path: Path, name: str) -> None:
        path.chmod(0o640)
        path.rename(self._out / name)


def _to_disk(handle: int) -> None:
    os.fsync(handle)
