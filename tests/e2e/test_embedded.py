"""Real PostgreSQL and NATS under one folder: started, stopped, crashed, and told apart from strangers."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from adapters.entrypoints.embedded import EmbeddedServers, processes, running
from adapters.entrypoints.embedded.errors import AlreadyRunningError, FolderNotWritableError, PortTakenError, ServerFailedError
from tests.e2e.installation import KERVAN, environment, kervan, ready


def test_everything_is_ready_within_seconds_from_an_empty_folder(up: Any, tmp_path: Path) -> None:
    """From nothing to answering, the cluster's making included; `doctor` and `key add` find it by its folder."""
    process = up()
    took = ready(process)
    print(f"\nready after {took:.1f} s")
    done = subprocess.run([*KERVAN, "doctor", "--json"], env=environment(tmp_path), capture_output=True, check=True)
    told = json.loads(done.stdout)
    assert told["ok"]
    assert told["database_url"].startswith("postgresql://")
    assert told["broker_url"].startswith("nats://")
    assert told["http_url"].startswith("http://")
    assert (told["lag"], told["parked"], told["refused"]) == (0, 0, 0)
    made = subprocess.run(
        [*KERVAN, "key", "add", "--role", "viewer", "--name", "n", "--json"],
        env=environment(tmp_path),
        capture_output=True,
        check=True,
    )
    assert json.loads(made.stdout)["key"].startswith("kv_")


def test_a_killed_kervan_leaves_nothing_in_the_way_of_the_next(up: Any, tmp_path: Path) -> None:
    """SIGKILL leaves servers, pid files and sockets behind; the next start deals with all of them."""
    first = up()
    ready(first)
    state = running(tmp_path)
    assert state is not None
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert running(tmp_path) is None
    second = up()
    ready(second)
    assert running(tmp_path) is not None


def test_two_on_one_folder_are_one_too_many(up: Any, tmp_path: Path) -> None:
    """The second says who holds the folder, and starts nothing."""
    first = up()
    ready(first)
    second = up()
    _, err = second.communicate(timeout=20)
    assert second.returncode == 1
    assert "works on" in err
    assert str(first.pid) in err
    assert "Traceback" not in err


def test_a_taken_http_port_is_said_in_words(up: Any) -> None:
    """Nothing is started, and the message names the setting."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = up()
        process.terminate()
        process.wait()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [*KERVAN, "up"],
            env=environment(Path("/nonexistent"), KERVAN_HTTP_PORT=port),
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert f"Port {port} is in use" in done.stderr
    assert "KERVAN_HTTP_PORT" in done.stderr


def test_a_fixed_broker_port_that_is_taken_is_an_error_and_a_default_one_moves(tmp_path: Path) -> None:
    """Asked for by name: an error. By default: another free port is taken."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortTakenError, match="KERVAN_BROKER_PORT"):
            EmbeddedServers(tmp_path, broker_port=port, fixed_port=True).start()
        with EmbeddedServers(tmp_path, broker_port=port) as servers:
            assert not servers.urls.broker_url.endswith(f":{port}")


def test_a_folder_that_cannot_be_written_is_said_in_words(tmp_path: Path) -> None:
    """A file where the folder should be."""
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderNotWritableError, match="KERVAN_DATA_DIR"):
        EmbeddedServers(tmp_path / "file" / "data").start()
    done = kervan(tmp_path / "file" / "data", "up", KERVAN_HTTP_PORT=str(processes.any_port()))
    assert done.returncode == 1
    assert "KERVAN_DATA_DIR" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_of_another_user_is_said_in_words(tmp_path: Path) -> None:
    """Who may not look into the folder cannot tell what runs there, and says so."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.seteuid(65534)  # root may look everywhere
    else:
        closed.chmod(0)
    try:
        with pytest.raises(FolderNotWritableError, match="KERVAN_DATA_DIR"):
            running(closed / "data")
    finally:
        if os.getuid() == 0:
            os.seteuid(0)
        else:
            closed.chmod(0o700)


def test_a_foreign_process_with_an_old_pid_is_left_alone(tmp_path: Path) -> None:
    """A pid file that names a stranger (pids are given again) costs the stranger nothing."""
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    (tmp_path / "nats").mkdir()
    (tmp_path / "nats" / "nats.pid").write_text(str(stranger.pid))
    try:
        with EmbeddedServers(tmp_path, broker_port=processes.any_port()):
            assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_only_the_owner_may_look_into_the_database(tmp_path: Path) -> None:
    """The folder's rights protect the socket, since nobody is asked for a password; the data folder is closed too."""
    data = tmp_path / "data"
    with EmbeddedServers(data, broker_port=processes.any_port()):
        assert [stat.S_IMODE(folder.stat().st_mode) for folder in (data, data / "postgres")] == [0o700, 0o700]


def test_a_database_of_a_newer_release_is_left_as_it_is(tmp_path: Path) -> None:
    """Its revision is not known here, so nothing is changed and the message says what to do."""
    import asyncio

    import asyncpg

    from adapters.database.migrate import DatabaseNewerError, upgrade

    with EmbeddedServers(tmp_path, broker_port=processes.any_port()) as servers:
        url = servers.urls.database_url
        assert upgrade(url) == upgrade(url)

        async def age() -> None:
            connection = await asyncpg.connect(url)
            await connection.execute("UPDATE alembic_version SET version_num = '9999'")
            await connection.close()

        asyncio.run(age())
        with pytest.raises(DatabaseNewerError, match="newer release"):
            upgrade(url)
        done = kervan(tmp_path, "migrate", KERVAN_DATABASE_URL=url)
    assert done.returncode == 1
    assert "newer release" in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_is_left_running_where_a_start_fails_half_way(tmp_path: Path) -> None:
    """PostgreSQL came up, and has not what it is asked for: it is stopped, and its folder can be looked into."""
    import asyncio

    import asyncpg

    async def spoil(url: str) -> None:
        connection = await asyncpg.connect(url)
        await connection.execute("ALTER DATABASE postgres RENAME TO elsewhere")
        await connection.close()

    with EmbeddedServers(tmp_path, broker_port=processes.any_port()) as servers:
        asyncio.run(spoil(servers.urls.database_url))
    with pytest.raises(ServerFailedError, match="could not create the database"):
        EmbeddedServers(tmp_path, broker_port=processes.any_port()).start()
    assert processes.working_in(tmp_path / "postgres") == []


def test_two_folders_run_side_by_side(tmp_path: Path) -> None:
    """Each has its own servers."""
    one, two = tmp_path / "one", tmp_path / "two"
    with (
        EmbeddedServers(one, broker_port=processes.any_port()) as first,
        EmbeddedServers(two, broker_port=processes.any_port()) as second,
    ):
        assert first.urls != second.urls
        with pytest.raises(AlreadyRunningError):
            EmbeddedServers(one).start()


def test_help_answers_at_once() -> None:
    """Commands import what they need when they run."""
    began = time.monotonic()
    done = subprocess.run([*KERVAN, "--help"], capture_output=True, text=True, check=True)
    took = time.monotonic() - began
    print(f"\nhelp after {took:.2f} s")
    assert "import" in done.stdout
    modules = subprocess.run(
        [sys.executable, "-c", "import sys, adapters.entrypoints.cli; print('\\n'.join(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert not {"asyncpg", "fastapi", "faststream", "sqlalchemy", "nats"} & set(modules)


def test_lists_of_etgbs_and_of_vedop_come_in_by_the_command_line(tmp_path: Path) -> None:
    """Every row has one counted outcome; the same file again changes nothing; CSV and its Turkish headings will do."""
    etgbs, seen = tmp_path / "etgb.csv", tmp_path / "vedop.csv"
    etgbs.write_text(
        "ETGB No;Tescil Tarihi;Takip No\n26341453EX000001;21.11.2026;TRK1\n26341453EX000001;21.11.2026;TRK2\nX;;\n",
        encoding="utf-8",
    )
    seen.write_text("ETGB No;VEDOP Tarihi\n26341453EX000001;23.11.2026\n", encoding="utf-8")
    with EmbeddedServers(tmp_path / "servers", broker=False) as servers:
        url = {"KERVAN_DATABASE_URL": servers.urls.database_url}
        first = kervan(tmp_path, "import", "etgb", str(etgbs), "--courier", "pts", "--json", **url)
        again = kervan(tmp_path, "import", "etgb", str(etgbs), "--courier", "pts", "--json", **url)
        vedop = kervan(tmp_path, "import", "vedop", str(seen), **url)
        wrong = kervan(tmp_path, "import", "etgb", str(etgbs), "--courier", "pts", "--seller", "1234567891", **url)
    assert first.returncode == 0, first.stderr
    counted = json.loads(first.stdout)
    assert (counted["rows"], counted["taken"], counted["set_aside"]) == (3, 2, 1)
    assert counted["reasons"] == {"etgb_number_malformed": 1}
    assert json.loads(again.stdout)["known_files"] == ["etgb.csv"]
    assert json.loads(again.stdout)["files"] == []
    assert "1  Taken" in vedop.stdout
    assert (wrong.returncode, "--seller" in wrong.stderr) == (2, True)
