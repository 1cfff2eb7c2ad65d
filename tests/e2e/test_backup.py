"""A backup taken while work goes on is put into an empty place, and the work goes on from there."""

import asyncio
import json
import shutil
import tarfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import nats
import pytest
from nats.js.api import ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from adapters.entrypoints.embedded import EmbeddedServers, Urls, processes
from events import topology
from events.translate import Arrival
from tests.chaos import books
from tests.e2e.installation import begun, ended, kervan, said_on_stderr
from tests.stories import sellers, story

STORIES = 12
TASK = f"{topology.TASK}.courier.pts"
WITHIN_S = 40.0


def journeys() -> list[list[Arrival]]:
    """The stories of a few shipments, each in its order."""
    return [list(story(n, seller)) for n, seller in enumerate(sellers(STORIES), start=1)]


def told(urls: Urls, arrivals: Sequence[Arrival]) -> None:
    """Publish messages, as counterparts do."""

    async def publish() -> None:
        client = await nats.connect(urls.broker_url)
        for arrival in arrivals:
            await client.jetstream().publish(arrival.subject, arrival.body)
        await client.close()

    asyncio.run(publish())


@contextmanager
def installation(data: Path) -> Iterator[tuple[Urls, dict[str, str]]]:
    """Servers of a data folder, and the settings that name them."""
    with EmbeddedServers(data, broker_port=processes.any_port()) as servers:
        yield servers.urls, {"KERVAN_DATABASE_URL": servers.urls.database_url, "KERVAN_BROKER_URL": servers.urls.broker_url}


@contextmanager
def worker(data: Path, named: dict[str, str]) -> Iterator[None]:
    """A worker process at work."""
    process = begun(data, "worker", **named, KERVAN_LOG_LEVEL="info")
    try:
        said_on_stderr(process, "worker ready")
        yield
    finally:
        code, _, err = ended(process)
        assert code == 0, err


def log(urls: Urls, transitions: int) -> list[tuple[Any, ...]]:
    """The transition log once it has so many rows and all is published."""

    async def read() -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(urls.database_url)
        rows: list[Any] = []
        try:
            async with asyncio.timeout(WITHIN_S):
                while len(rows) < transitions or await connection.fetchval("SELECT count(*) FROM outbox"):
                    await asyncio.sleep(0.1)
                    rows = await connection.fetch(books.LOG)
        except TimeoutError:
            pytest.fail(f"{len(rows)} of {transitions} transitions after {WITHIN_S:.0f} s")
        else:
            assert await books.broken(connection) == []
            return sorted(tuple(row) for row in rows)
        finally:
            await connection.close()

    return asyncio.run(read())


def stream(urls: Urls) -> "dict[str, list[bytes]]":
    """What is on the stream of transitions, by id."""

    async def read() -> "dict[str, list[bytes]]":
        client = await nats.connect(urls.broker_url)
        js = client.jetstream()
        last = (await js.stream_info(topology.STREAM_OUT)).state.last_seq
        found: defaultdict[str, list[bytes]] = defaultdict(list)
        for at in range(1, last + 1):
            message = await js.get_msg(topology.STREAM_OUT, at)
            found[(message.headers or {})["Nats-Msg-Id"]].append(message.data or b"")
        await client.close()
        return found

    return asyncio.run(read())


def tasks_waiting(urls: Urls) -> list[bytes]:
    """The tasks on their stream."""

    async def read() -> list[bytes]:
        client = await nats.connect(urls.broker_url)
        js, found, at = client.jetstream(), [], 0
        while True:
            try:
                message = await js.get_msg(topology.STREAM_TASK, seq=at + 1, subject=topology.SUBJECT_TASK, next=True)
            except NotFoundError:
                break
            at = message.seq or 0
            found.append(message.data or b"")
        await client.close()
        return found

    return asyncio.run(read())


def json_of(data: Path, *arguments: str, **named: str) -> dict[str, Any]:
    """What a command says as JSON."""
    done = kervan(data, *arguments, "--json", **named)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def expected() -> list[tuple[Any, ...]]:
    """The log as the pure model has it, undisturbed."""
    return asyncio.run(books.of_the_model(journeys()))


def test_beside_the_old_broker_all_that_came_after_the_backup_is_taken_again(
    tmp_path: Path, expected: list[tuple[Any, ...]]
) -> None:
    """The disk of PostgreSQL is lost hours after the backup: the end is that of the undisturbed run, nothing twice.

    What goes out a second time goes out under its old id, with its old content.
    """
    old, new, backup = tmp_path / "old", tmp_path / "new", tmp_path / "backup"
    early = [arrival for one in journeys() for arrival in one[:4]]
    late = [arrival for one in journeys() for arrival in one[4:]]
    with installation(old) as (urls, named):
        assert kervan(old, "migrate", **named).returncode == 0
        with worker(old, named):
            told(urls, early)
            log(urls, STORIES)  # some are taken, others are not
            taken = json_of(old, "backup", str(backup), **named)
            told(urls, late)
            assert log(urls, len(expected)) == expected
        before = stream(urls)
    shutil.copytree(old / "nats", new / "nats", ignore=shutil.ignore_patterns("*.pid"))

    restored = json_of(new, "restore", str(backup))
    assert (restored["id"], restored["same_broker"]) == (taken["id"], True)
    with installation(new) as (urls, named), worker(new, named):
        assert log(urls, len(expected)) == expected
        after = stream(urls)
    assert after.keys() == before.keys()
    assert all(len(set(bodies)) == 1 for bodies in after.values())


def test_into_an_empty_folder_with_what_the_broker_alone_had(tmp_path: Path, expected: list[tuple[Any, ...]]) -> None:
    """The whole machine is lost: what no worker had taken is in the backup, and what is told again is counted once."""
    old, new, backup = tmp_path / "old", tmp_path / "new", tmp_path / "backup.tar"
    document = b"%PDF-1.7 an invoice"
    with installation(old) as (urls, named):
        assert kervan(old, "migrate", **named).returncode == 0
        with worker(old, named):
            told(urls, [arrival for one in journeys() for arrival in one[:3]])
            taken_by_then = len(log(urls, STORIES))
        told(urls, [arrival for one in journeys() for arrival in one[3:5]])  # nobody takes these before the machine is lost
        told(urls, [Arrival(TASK, b'{"id": "a task"}', "")])
        asyncio.run(kept(old, document))
        (old / "signing.key").write_text("a2V5" * 11)
        taken = json_of(old, "backup", str(backup), **named)
    assert taken["documents"] == 1
    assert taken["messages"] >= 2 * STORIES + 1
    assert backup.stat().st_mode & 0o077 == 0

    restored = json_of(new, "restore", str(backup))
    assert (restored["same_broker"], restored["messages_put_again"]) == (False, taken["messages"])
    assert (new / "signing.key").read_text() == "a2V5" * 11
    assert [path.read_bytes() for path in (new / "documents").rglob("*") if path.is_file()] == [document]
    with installation(new) as (urls, named), worker(new, named):
        assert len(log(urls, taken_by_then + STORIES)) > taken_by_then  # of the backup alone
        assert tasks_waiting(urls) == [b'{"id": "a task"}']
        told(urls, [arrival for one in journeys() for arrival in one])  # everybody tells everything once more
        assert log(urls, len(expected)) == expected
        assert all(len(bodies) == 1 for bodies in stream(urls).values())


def test_what_two_logins_had_between_them_goes_into_a_cluster_that_knows_neither(
    tmp_path: Path, expected: list[tuple[Any, ...]]
) -> None:
    """As the containers run it: an owner who migrates, and a login for all that runs, to whom the dump gives rights.

    In the new cluster that login is made by `kervan migrate`, as at the first start; till then nobody has its name.
    """
    old, new, backup = tmp_path / "old", tmp_path / "new", tmp_path / "backup.tar"
    documents = tmp_path / "documents"  # the servers are elsewhere, as those of containers are
    with installation(old) as (urls, named):
        apart = two_logins(urls, named, "kervan_app")
        assert "privileges of kervan_app given" in kervan(old, "migrate", **apart).stdout
        with worker(old, apart):
            told(urls, [arrival for one in journeys() for arrival in one[:4]])
            log(urls, STORIES)
        json_of(old, "backup", str(backup), **apart)
    with installation(new) as (urls, named):
        apart = two_logins(urls, named, "another_login")
        json_of(documents, "restore", str(backup), **apart)
        assert not logins(urls) & {"kervan_app", "another_login"}
        assert "privileges of another_login given" in kervan(documents, "migrate", **apart).stdout
        with worker(documents, apart):
            told(urls, [arrival for one in journeys() for arrival in one])
            assert log(urls, len(expected)) == expected


def two_logins(urls: Urls, named: dict[str, str], login: str) -> dict[str, str]:
    """Settings by which all that runs signs in as ``login``, and who migrates as the owner."""
    assert "//kervan@" in urls.database_url
    return named | {
        "KERVAN_OWNER_URL": urls.database_url,
        "KERVAN_DATABASE_URL": urls.database_url.replace("kervan@", f"{login}@", 1),
    }


def logins(urls: Urls) -> set[str]:
    """The roles of a cluster."""

    async def read() -> set[str]:
        connection = await asyncpg.connect(urls.database_url)
        try:
            return {row[0] for row in await connection.fetch("SELECT rolname FROM pg_roles")}
        finally:
            await connection.close()

    return asyncio.run(read())


async def kept(data: Path, content: bytes) -> None:
    """Keep a document in an installation's folder."""
    from adapters.documents import DocumentFolder

    await DocumentFolder(data / "documents").keep(content)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of an installation with nothing in it but its schema and a document."""
    data = tmp_path_factory.mktemp("small")
    assert kervan(data, "migrate").returncode == 0
    asyncio.run(kept(data, b"a document"))
    backup = data / "backup"
    assert kervan(data, "backup", str(backup)).returncode == 0
    return backup


def test_nothing_is_written_over(small: Path, tmp_path: Path) -> None:
    """Neither a backup nor an installation: each is refused by name, and stays as it was."""
    again = kervan(small.parent, "backup", str(small))
    assert (again.returncode, "Choose another place" in again.stderr) == (1, True)
    documents = kervan(small.parent, "restore", str(small))
    assert (documents.returncode, "holds documents already" in documents.stderr) == (1, True)
    assert kervan(tmp_path, "migrate").returncode == 0
    tables = kervan(tmp_path, "restore", str(small))
    assert (tables.returncode, "The database holds" in tables.stderr) == (1, True)
    assert not (tmp_path / "documents").exists()


@pytest.mark.parametrize("harm", ["changed", "missing", "added", "link", "manifest", "newer"])
def test_a_backup_that_is_not_what_was_written_restores_nothing(small: Path, tmp_path: Path, harm: str) -> None:
    """It is said what is wrong with it, before any server is started."""
    backup, new = tmp_path / "backup", tmp_path / "new"
    shutil.copytree(small, backup)
    document = next(path for path in (backup / "documents").rglob("*") if path.is_file())
    said = "damaged"
    match harm:
        case "changed":
            document.write_bytes(b"another docum")
        case "missing":
            document.unlink()
        case "added":
            (backup / "documents" / "more").write_bytes(b"")
        case "link":
            (backup / "outside").symlink_to("/etc")
        case "manifest":
            (backup / "manifest.json").write_bytes(b"{}")
        case _:
            manifest = json.loads((backup / "manifest.json").read_bytes())
            (backup / "manifest.json").write_text(json.dumps(manifest | {"schema": "9999"}))
            said = "newer release"
    done = kervan(new, "restore", str(backup))
    assert (done.returncode, said in done.stderr, "Traceback" in done.stderr) == (1, True, False), done.stderr
    assert not (new / "postgres").exists()


def test_a_file_in_a_tar_cannot_leave_its_place(small: Path, tmp_path: Path) -> None:
    """A path out of the folder is refused as damage, and nothing is left."""
    backup, new = tmp_path / "evil.tar", tmp_path / "new"
    with tarfile.open(backup, "w") as tar:
        tar.add(small / "manifest.json", "../../evil.json")
    done = kervan(new, "restore", str(backup))
    assert (done.returncode, "damaged" in done.stderr) == (1, True), done.stderr
    assert not (tmp_path / "evil.json").exists()
    assert not (new / "restoring").exists()


def test_a_backup_lets_nobody_in_with_an_old_cookie_and_nobody_else_read_it(small: Path) -> None:
    """Sessions are left out; the folder is its owner's alone, and says what it holds of people."""
    assert small.stat().st_mode & 0o077 == 0
    assert "personal data" in json.loads((small / "manifest.json").read_bytes())["personal_data"]


async def test_the_consumer_that_was_put_back_is_left_where_it_was_put(broker: Any) -> None:
    """A worker's start declares streams and consumer; NATS refuses to change where a consumer began, so it stays."""
    js = broker.jetstream()
    await js.delete_consumer(topology.STREAM_IN, topology.ENGINE)
    began = ConsumerConfig(
        durable_name=topology.ENGINE,
        filter_subject=topology.SUBJECT_IN,
        deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
        opt_start_seq=7,
    )
    await js.add_consumer(topology.STREAM_IN, began)
    await topology.declare(js)
    found = (await js.consumer_info(topology.STREAM_IN, topology.ENGINE)).config
    assert (found.opt_start_seq, found.max_ack_pending) == (7, 20_000)
