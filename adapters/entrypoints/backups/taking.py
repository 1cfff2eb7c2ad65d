"""Take a backup while work goes on.

The order makes it whole. First it is noted how far the streams were taken: all up to there is in any later snapshot. Then
tasks are read (who does one takes it off its stream) and heard until the snapshot stands, so that none is missed that is done
just then. After the snapshot come the dump of it, the documents (written before the row that names them, and never changed)
and what nobody had taken from the other streams, which stays there for a month.
"""

import asyncio
import os
import shutil
import tarfile
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

from adapters.database import moments
from adapters.documents import DocumentDamagedError, DocumentFolder, DocumentMissingError
from adapters.entrypoints import broker as brokers
from adapters.entrypoints.backups import dump, held_file, manifest
from adapters.entrypoints.backups.errors import PlaceNotEmptyError
from adapters.entrypoints.embedded import Urls
from adapters.settings import Settings
from adapters.subscriptions import keyring
from events import positions

TAR = ".tar"


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup that was taken."""

    manifest: manifest.Manifest
    sha256: str
    """Of its manifest, and so of all of it."""
    documents: int
    messages: int
    """Those that only the broker had."""


def _nothing(_: int) -> None:
    return


async def take(settings: Settings, urls: Urls, target: Path, copied: Callable[[int], object] = _nothing) -> Taken:
    """Write a backup to ``target``: a folder, or one file where its name ends in ``.tar``; whole or not at all.

    ``copied`` is told how many more documents were copied.

    Raises:
        PlaceNotEmptyError: something is there already.
        KervanError: a server does not answer, or a program of PostgreSQL's failed; nothing is left at ``target``.
    """
    part = await asyncio.to_thread(_begun, target)
    try:
        taken = await _take(settings, urls, part, copied)
        await asyncio.to_thread(_finish, part, target)
    finally:
        await asyncio.to_thread(shutil.rmtree, part, ignore_errors=True)
    return taken


def _begun(target: Path) -> Path:
    """A folder beside the target, to be finished or removed."""
    if target.exists():
        raise PlaceNotEmptyError(str(target), "something")
    part = target.with_name(f"{target.name}.part-{uuid4().hex[:8]}")
    part.mkdir(mode=0o700, parents=True)
    return part


async def _take(settings: Settings, urls: Urls, part: Path, copied: Callable[[int], object]) -> Taken:
    client = await brokers.connect_once(urls.broker_url, "kervan backup", authority=settings.broker_ca)
    try:
        js = client.jetstream()
        known = await positions.positions(js)
        async with AsyncExitStack() as snapshot:
            async with positions.hearing_tasks(client) as heard:
                waiting = [one async for one in positions.tasks(js)] if known else []
                at = await snapshot.enter_async_context(moments.held(urls.database_url))
            await asyncio.to_thread(dump.dump, urls.database_url, at.snapshot, part / manifest.DATABASE)
        documents, lacking = await asyncio.to_thread(_copy_documents, settings.documents_dir, part, copied)
        untaken = [one async for one in positions.untaken(js, known)]
    finally:
        await brokers.close(client)
    alone = positions.without([*untaken, *waiting, *heard], at.unpublished)
    messages = await asyncio.to_thread(held_file.write, part / manifest.STREAMS, alone)
    _copy_key(settings, part)
    found = manifest.Manifest(
        uuid4().hex,
        at.at,
        version("kervan"),
        at.schema,
        at.server,
        known,
        lacking=lacking,
        files=await asyncio.to_thread(_sums, part),
    )
    return Taken(found, manifest.written(found, part), documents, messages)


def _copy_documents(folder: Path, part: Path, copied: Callable[[int], object]) -> tuple[int, dict[str, str]]:
    """Copy each document, compared with its name; which were not there or not what was kept."""
    source, copy = DocumentFolder(folder), DocumentFolder(part / manifest.DOCUMENTS)
    lacking: dict[str, str] = {}
    number = 0
    for path in folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
        if path.name.startswith("."):  # being written, for a row that is not there yet
            continue
        try:
            copy.put(source.content(path.name))
        except DocumentMissingError:
            lacking[path.name] = "missing"
        except DocumentDamagedError:
            lacking[path.name] = "damaged"
        else:
            number += 1
        copied(1)
    return number, lacking


def _copy_key(settings: Settings, part: Path) -> None:
    """The key of webhooks' secrets, where it lies in the data folder and not in the settings."""
    key = settings.data_dir.expanduser().absolute() / keyring.FILE
    if key.exists():
        shutil.copyfile(key, part / manifest.SIGNING_KEY)
        (part / manifest.SIGNING_KEY).chmod(0o600)


def _sums(part: Path) -> dict[str, manifest.FileSum]:
    return {str(path.relative_to(part)): manifest.sum_of(path) for path in sorted(part.rglob("*")) if path.is_file()}


def _finish(part: Path, target: Path) -> None:
    """Give the backup its name, once all of it is on disk."""
    if target.suffix == TAR:
        one = part.with_name(f"{part.name}{TAR}")
        try:
            with one.open("xb") as file:
                one.chmod(0o600)
                with tarfile.open(fileobj=file, mode="w") as tar:
                    for path in sorted(part.iterdir()):
                        tar.add(path, path.name)
                file.flush()
                os.fsync(file.fileno())
            one.rename(target)
        finally:
            one.unlink(missing_ok=True)
    else:
        for path in part.rglob("*"):
            _sync(path)
        part.rename(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
