"""Put a backup into an empty place, so that work goes on from it.

What is guaranteed:

* The database is the backup's moment, whole or not at all; the documents are compared with their sums.
* Where the broker is still the one that the backup was taken beside, the workers take again all that it told after the moment
  (it keeps a month): the inbox knows what the backup has, and the rest is decided anew. What Kervan had told meanwhile is told
  again under the same ids, since a shipment's id follows from its seller and reference and a transition's from its place in
  the log. What the backup has unpublished and the stream has already is not published again.
* Where the broker is a new one, what the old one alone held at the backup's moment is published into it.
* Tasks that were waiting at the moment are asked again where they wait no more: whoever does one knows it by its id.
* What came over HTTP or by a command after the moment, and is in no backup, is lost: PostgreSQL's own archiving of its log is
  there against that (the runbook says how).
"""

import asyncio
import shutil
import tarfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from nats.js import JetStreamContext

from adapters.database import migrate, moments
from adapters.documents import DocumentFolder
from adapters.entrypoints import broker as brokers
from adapters.entrypoints import verifying
from adapters.entrypoints.backups import dump, held_file, manifest
from adapters.entrypoints.backups.errors import BackupDamagedError, BackupNewerError, PlaceNotEmptyError, RoleMissingError
from adapters.entrypoints.embedded import Urls
from adapters.settings import Settings
from adapters.subscriptions import keyring
from events import positions, topology


@dataclass(frozen=True, slots=True)
class Restored:
    """A backup that was put in its place."""

    manifest: manifest.Manifest
    documents: int
    same_broker: bool
    """Whether the broker was the one that the backup was taken beside, so that all it told since is taken again."""
    put_again: int
    """Messages of the backup that were published into the broker."""
    known_published: int
    """What the backup had unpublished and the broker had already."""


@contextmanager
def opened(backup: Path, scratch: Path) -> Iterator[Path]:
    """The folder of a backup; one that is a file is laid out under ``scratch`` meanwhile.

    Raises:
        BackupDamagedError: it is neither.
    """
    if backup.is_dir():
        yield backup
        return
    scratch.mkdir(mode=0o700, parents=True, exist_ok=False)
    try:
        try:
            with tarfile.open(backup, "r:") as tar:
                tar.extractall(scratch, filter="data")
        except (OSError, tarfile.TarError) as error:
            raise BackupDamagedError(backup, f"it is no folder and cannot be read as .tar: {type(error).__name__}") from None
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def examined(folder: Path, backup: Path, checked: Callable[[int], object]) -> manifest.Manifest:
    """A backup's manifest, after every file was compared with it.

    Raises:
        BackupDamagedError, BackupNewerError: it cannot be restored by this release.
    """
    found = manifest.read(folder, backup)
    manifest.verify(found, folder, backup, checked)
    if found.schema not in migrate.revisions():
        raise BackupNewerError(backup, f"schema revision {found.schema!r}")
    return found


def refuse_unless_empty(settings: Settings) -> None:
    """Look whether the folder that documents go to is free.

    Raises:
        PlaceNotEmptyError: it is not.
    """
    if settings.documents_dir.is_dir() and any(settings.documents_dir.iterdir()):
        raise PlaceNotEmptyError(str(settings.documents_dir), "documents")


async def restore(
    settings: Settings, urls: Urls, found: manifest.Manifest, folder: Path, copied: Callable[[int], object]
) -> Restored:
    """Restore an examined backup; nobody may work on the place meanwhile. ``copied`` is told how many more documents were.

    What can be done twice comes first (the streams), so a restore that was broken off is begun again in the emptied place.

    Raises:
        PlaceNotEmptyError: the database or the folder of documents is not empty; nothing was changed.
        RoleMissingError, RoleNotMadeError: a role is missing that it gives rights to; the database is as it was.
        KervanError: a server does not answer, or PostgreSQL would not take the dump, and is as it was.
    """
    refuse_unless_empty(settings)
    if tables := await moments.holds(urls.database_url):
        raise PlaceNotEmptyError("The database", f"{tables} tables")
    if not await moments.has_role(urls.database_url):
        raise RoleMissingError
    client = await brokers.connect_once(urls.broker_url, "kervan restore", authority=settings.broker_ca)
    try:
        await brokers.declare(client, settings.broker_replicas)
        js = client.jetstream(timeout=30)
        same, number, told = await _streams(js, found, held_file.read(folder / manifest.STREAMS))
    finally:
        await brokers.close(client)
    documents = await asyncio.to_thread(_copy_documents, folder, settings.documents_dir, copied)
    try:
        roles = await asyncio.to_thread(dump.grantees, folder / manifest.DATABASE)
        async with moments.lent(urls.database_url, roles):
            await asyncio.to_thread(dump.load, urls.database_url, folder / manifest.DATABASE)
    except BaseException:
        await asyncio.to_thread(shutil.rmtree, settings.documents_dir, ignore_errors=True)
        raise
    _copy_key(settings, folder)
    if same:
        await verifying.tell_restored(settings, urls.database_url, urls.broker_url, datetime.now(UTC))
    return Restored(found, documents, same, number, await moments.published(urls.database_url, told))


async def _streams(js: JetStreamContext, found: manifest.Manifest, held: list[positions.Held]) -> tuple[bool, int, set[str]]:
    """Bring the streams to where work goes on: whether they are the same, how many were published, which ids they had."""
    by_stream: defaultdict[str, list[positions.Held]] = defaultdict(list)
    for one in held:
        by_stream[one.stream].append(one)
    same_broker, number, told = True, 0, set[str]()
    for position in found.positions:
        same = await positions.go_back(js, position)
        same_broker = same_broker and same
        again = by_stream[position.stream]
        if position.stream == topology.STREAM_TASK:
            waiting = {one.id async for one in positions.tasks(js)}
            again = positions.without(again, waiting)
            await positions.put_again(js, again, mark=f"@{found.id}")
        else:
            if same:  # all but what the broker itself lost
                newest = await positions.newest(js, position.stream)
                again = [one for one in again if one.sequence > newest]
            await positions.put_again(js, again)
        if same:
            told |= await positions.ids_since(js, position)
        number += len(again)
    return same_broker, number, told - {""}


def _copy_documents(folder: Path, target: Path, copied: Callable[[int], object]) -> int:
    source, copy = DocumentFolder(folder / manifest.DOCUMENTS), DocumentFolder(target)
    number = 0
    for path in sorted((folder / manifest.DOCUMENTS).glob("*/*/*")):
        copy.put(source.content(path.name))
        number += 1
        copied(1)
    return number


def _copy_key(settings: Settings, folder: Path) -> None:
    """The key of webhooks' secrets, unless there is one."""
    key, kept = settings.data_dir.expanduser().absolute() / keyring.FILE, folder / manifest.SIGNING_KEY
    if kept.exists() and not key.exists():
        key.touch(mode=0o600)
        shutil.copyfile(kept, key)
