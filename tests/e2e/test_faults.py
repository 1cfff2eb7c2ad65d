"""Servers die, do not answer, or are set wrongly: Kervan goes on, ends when asked, and says what to do."""

import asyncio
import base64
import json
import os
import pty
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import nats
import pytest

from adapters.entrypoints.embedded import EmbeddedServers, processes, running
from adapters.entrypoints.embedded.nats import Nats
from tests.e2e.installation import KERVAN, begun, ended, environment, kervan, ready, said_on_stderr, well
from tests.stories import story
from tests.unit.orders.sheets import DEMO

DEAD_BROKER = "nats://127.0.0.1:1"
DEAD_DATABASE = "postgresql://kervan:geheim@127.0.0.1:1/kervan"


def kill(pid_file: Path) -> int:
    """Kill the process of a pid file without warning."""
    pid = processes.pid_in(pid_file)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    return pid


@contextmanager
def database(folder: Path) -> Iterator[str]:
    """A PostgreSQL of the test's own, without a broker."""
    with EmbeddedServers(folder, broker=False) as servers:
        yield servers.urls.database_url


@pytest.mark.parametrize("pid_file", ["nats/nats.pid", "postgres/postmaster.pid"])
def test_a_killed_server_comes_back_on_its_place_and_everything_goes_on(up: Any, tmp_path: Path, pid_file: str) -> None:
    """After `kill -9` of an embedded server the web is well again, a worker takes messages, and the end is clean."""
    process = up()
    ready(process)
    state = running(tmp_path)
    assert state is not None
    key = json.loads(kervan(tmp_path, "key", "add", "--role", "admin", "--name", "a", "--json").stdout)["key"]
    killed = kill(tmp_path / pid_file)
    said_on_stderr(process, "runs again")
    assert processes.pid_in(tmp_path / pid_file) != killed
    well(state.http_url, 20)
    assert running(tmp_path) == state
    answer = httpx.get(f"{state.http_url}/api/stages", headers={"Authorization": f"Bearer {key}"}, timeout=10)
    assert answer.status_code == 200
    told = json.loads(kervan(tmp_path, "doctor", "--json").stdout)
    assert (told["ok"], told["nats"].count("."), told["nats"][0].isdigit()) == (True, 2, True)
    code, took, err = ended(process)
    assert (code, "Traceback" in err) == (0, False), err
    assert took < 8


def test_a_server_killed_at_the_last_moment_does_not_spoil_the_end(up: Any, tmp_path: Path) -> None:
    """NATS dies and SIGTERM comes before it is back: the end is clean and takes seconds."""
    process = up()
    ready(process)
    kill(tmp_path / "nats" / "nats.pid")
    code, took, err = ended(process)
    assert (code, "Traceback" in err) == (0, False), err
    assert took < 8


def test_a_worker_whose_broker_is_gone_ends_when_asked(tmp_path: Path) -> None:
    """The broker is killed under it; SIGTERM ends it within seconds and without a traceback."""
    broker = Nats(tmp_path / "broker", processes.any_port(), fixed=True)
    broker.start()
    try:
        with database(tmp_path) as url:
            urls = {"KERVAN_DATABASE_URL": url, "KERVAN_BROKER_URL": broker.url}
            assert kervan(tmp_path, "migrate", **urls).returncode == 0
            worker = begun(tmp_path, "worker", **urls, KERVAN_LOG_LEVEL="info")
            said_on_stderr(worker, "worker ready")
            kill(tmp_path / "broker" / "nats" / "nats.pid")
            said_on_stderr(worker, "broker connection")
            code, took, err = ended(worker)
    finally:
        broker.stop()
    assert (code, "Traceback" in err, "never retrieved" in err) == (0, False, False), err
    assert took < 5


@pytest.mark.parametrize("command", ["up", "worker", "web"])
def test_what_waits_for_its_broker_ends_when_asked(tmp_path: Path, command: str) -> None:
    """SIGTERM while NATS cannot be reached is heard at once."""
    with database(tmp_path / "servers") as url:
        more = {"KERVAN_DATABASE_URL": url, "KERVAN_BROKER_URL": DEAD_BROKER, "KERVAN_HTTP_PORT": str(processes.any_port())}
        process = begun(tmp_path / "data", command, **more)
        said_on_stderr(process, "broker connection")
        code, took, err = ended(process)
    assert (code, "Traceback" in err) == (0, False), err
    assert took < 5


def test_doctor_ends_where_a_server_is_down_and_prints_nothing_but_json(up: Any, tmp_path: Path) -> None:
    """It tries once, names what does not answer, and leaves the rest of its answer whole."""
    ready(up())
    for server in ("BROKER", "DATABASE"):
        dead = {"KERVAN_BROKER_URL": DEAD_BROKER} if server == "BROKER" else {"KERVAN_DATABASE_URL": DEAD_DATABASE}
        done = kervan(tmp_path, "doctor", "--json", **dead)
        told = json.loads(done.stdout)
        assert (done.returncode, told["ok"]) == (1, False)
        assert f"KERVAN_{server}_URL" in told[f"{server.lower()}_error"]
        assert ("postgresql" in told, "nats" in told) == (server == "BROKER", server == "DATABASE")
        words = kervan(tmp_path, "doctor", **dead)
        assert (words.returncode, words.stderr) == (1, "")
        assert f"KERVAN_{server}_URL" in words.stdout
        assert "geheim" not in words.stdout.partition(f"{server.lower()}_error")[2]


def test_doctor_where_nothing_runs_says_what_to_start(tmp_path: Path) -> None:
    """It starts nothing by itself, and leaves the folder as it was."""
    done = kervan(tmp_path, "doctor")
    assert (done.returncode, done.stderr) == (1, "")
    assert "kervan up" in done.stdout
    assert list(tmp_path.iterdir()) == []


def on_a_terminal(data: Path, *arguments: str) -> str:
    """What a command shows on a terminal."""
    shown, (ours, its) = b"", pty.openpty()
    seen = environment(data, TERM="xterm", COLUMNS="100")
    with subprocess.Popen([*KERVAN, *arguments], env=seen, stdin=its, stdout=its, stderr=its):
        os.close(its)
        with suppress(OSError):  # how Linux says that the other side of a terminal is gone
            while piece := os.read(ours, 65536):
                shown += piece
    os.close(ours)
    return shown.decode()


def test_an_import_shows_its_progress_on_a_terminal_and_on_nothing_else(tmp_path: Path) -> None:
    """A bar that counts the rows to their end; where nobody watches, no bar and no control characters."""
    rows = DEMO.joinpath("orders", "2010-12-22.csv").read_bytes().count(b"\n") - 1
    companions = ("--catalogue", str(DEMO / "catalogue.csv"), "--seller", str(DEMO / "seller.toml"))
    command = ("import", "orders", str(DEMO / "orders" / "2010-12-22.csv"), *companions)
    shown = on_a_terminal(tmp_path, *command)
    assert f"0/{rows}" in shown
    assert f"{rows}/{rows}" in shown
    piped = kervan(tmp_path, *command)
    assert (piped.returncode, piped.stderr) == (0, "")
    assert "\x1b" not in piped.stdout


def test_one_url_in_the_environment_is_enough_while_kervan_runs(up: Any, tmp_path: Path) -> None:
    """Each URL is taken from its setting, or else from the Kervan that runs on the folder."""
    ready(up())
    state = running(tmp_path)
    assert state is not None
    for name, url in (("KERVAN_DATABASE_URL", state.database_url), ("KERVAN_BROKER_URL", state.broker_url)):
        one = {name: url}
        assert kervan(tmp_path, "key", "list", **one).returncode == 0
        assert json.loads(kervan(tmp_path, "doctor", "--json", **one).stdout)["ok"]
        worker = begun(tmp_path, "worker", **one, KERVAN_LOG_LEVEL="info")
        said_on_stderr(worker, "worker ready")
        assert ended(worker)[0] == 0


def test_every_line_that_a_worker_logs_of_a_batch_carries_its_id(up: Any, tmp_path: Path) -> None:
    """Batch, worker and the messages' own ids stand in JSON lines, and no payload does."""
    process = up(KERVAN_LOG_FORMAT="json", KERVAN_LOG_LEVEL="debug")
    ready(process)
    state = running(tmp_path)
    assert state is not None
    arrival = next(iter(story(1)))

    async def tell() -> None:
        client = await nats.connect(state.broker_url)
        await client.jetstream().publish(arrival.subject, arrival.body)
        await client.close()

    asyncio.run(tell())
    assert process.stderr is not None
    lines = []
    for line in process.stderr:
        lines.append(json.loads(line))
        if lines[-1]["event"] == "batch taken":
            break
    (message,) = (line for line in lines if line["event"] == "message")
    assert (message["id"], message["source"], message["type"]) == ("draft-1", "orders/shop", "shipment.drafted.v1")
    assert message["batch"] == lines[-1]["batch"]
    assert message["correlation"] == lines[-1]["correlation"] == "draft-1"
    assert message["worker"] == lines[-1]["worker"]
    assert "Mustermann" not in json.dumps(lines)


def test_commands_that_need_no_broker_start_none(tmp_path: Path) -> None:
    """`migrate` and `key` work on a folder where nothing runs, with PostgreSQL alone."""
    assert kervan(tmp_path, "migrate").returncode == 0
    assert kervan(tmp_path, "key", "add", "--role", "viewer", "--name", "n").stdout.startswith("kv_")
    assert not (tmp_path / "nats").exists()


def test_a_couriers_key_may_open_the_broker_too(tmp_path: Path) -> None:
    """Told with its user and inbox; it stands in the servers' configuration until it is revoked, and never in the clear."""
    told = json.loads(kervan(tmp_path, "key", "add", "--role", "courier", "--name", "pts", "--broker", "--json").stdout)
    assert (told["broker_user"], told["inbox_prefix"]) == ("pts", "_INBOX_pts")
    embedded = (tmp_path / "nats" / "users.conf").read_text(encoding="utf-8")
    printed = kervan(tmp_path, "key", "broker").stdout
    for text in (embedded, printed):
        assert '"kervan.in.courier.pts"' in text
        assert told["key"] not in text
    refused = kervan(tmp_path, "key", "add", "--role", "viewer", "--name", "v", "--broker")
    assert (refused.returncode, "for couriers only" in refused.stderr) == (2, True)
    assert kervan(tmp_path, "key", "revoke", "pts").returncode == 0
    assert "courier.pts" not in (tmp_path / "nats" / "users.conf").read_text(encoding="utf-8")
    assert "courier.pts" not in kervan(tmp_path, "key", "broker").stdout


@pytest.mark.parametrize(
    "command",
    [
        ("up",),
        ("migrate",),
        ("worker",),
        ("web",),
        ("key", "list"),
        ("import", "vedop", __file__),
    ],
    ids=" ".join,
)
def test_a_database_that_does_not_answer_is_said_in_words(tmp_path: Path, command: tuple[str, ...]) -> None:
    """Which setting, what it means, what to do; no traceback, no password."""
    more = {"KERVAN_DATABASE_URL": DEAD_DATABASE, "KERVAN_HTTP_PORT": str(processes.any_port())}
    done = kervan(tmp_path, *command, **more)
    assert done.returncode == 1
    assert "PostgreSQL cannot be reached (ConnectionRefusedError: nothing listens there)" in done.stderr
    assert "KERVAN_DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr
    assert "geheim" not in done.stderr


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("KERVAN_HTTP_PORT", "abc", "KERVAN_HTTP_PORT"),
        ("KERVAN_LOCALE", "de", "KERVAN_LOCALE"),
        ("KERVAN_COURIERS__X__WEBHOOK_SECRET", base64.b64encode(b"short").decode(), "WEBHOOK_SECRET: must have at least 24"),
        ("KERVAN_HTTP_HOST", "192.0.2.1", "no address of this machine"),
        ("KERVAN_HTTP_HOST", "nowhere.invalid", "no address of this machine"),
    ],
)
def test_a_wrong_setting_is_said_in_words(tmp_path: Path, setting: str, value: str, told: str) -> None:
    """Before anything is started."""
    done = kervan(tmp_path, "up", **{setting: value})
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_it_listens_where_it_says_at_the_moment_it_says_so(up: Any) -> None:
    """The first request after the line finds an answer, on IPv6 too."""
    host = "::1" if socket.has_dualstack_ipv6() else "127.0.0.1"
    port = processes.any_port()
    ready(up(KERVAN_HTTP_HOST=host, KERVAN_HTTP_PORT=str(port)))
    with socket.create_connection((host, port), timeout=5) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: kervan\r\nConnection: close\r\n\r\n")
        assert connection.recv(12) == b"HTTP/1.1 200"


def test_up_takes_no_negative_number_of_workers(tmp_path: Path) -> None:
    """It would be up, and do nothing."""
    done = kervan(tmp_path, "up", "--workers", "-1")
    assert (done.returncode, list(tmp_path.iterdir())) == (2, [])


def test_folders_that_are_not_kervans_keep_their_rights(tmp_path: Path) -> None:
    """PostgreSQL's user gets along without passing through the folders above; nothing is opened to others."""
    above = tmp_path / "closed"
    above.mkdir(mode=0o700)
    before = {folder: folder.stat().st_mode for folder in above.parents}
    with EmbeddedServers(above / "data", broker=False) as servers:
        assert servers.urls.database_url
        assert above.stat().st_mode & 0o777 == 0o700
        assert {folder: folder.stat().st_mode for folder in above.parents} == before
