"""The installation under faults comes to what an undisturbed run comes to."""

import json
import queue
import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from events.translate import Arrival
from tests.containers import undisturbed
from tests.containers.installation import DEMO, Installation
from tests.stories import sellers, story

SHIPMENTS = 120
PACE_S = 0.05
"""Between two messages at a door, so that the faults meet them under way."""
SEED = 20261126
SCRIPT = Path(__file__).parent / "broker_client.py"


class Poster:
    """Sends messages over HTTP, each until it is answered, whatever becomes of database and broker meanwhile."""

    def __init__(self, installation: Installation, key: str) -> None:
        self._url, self._headers = installation.url, {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self.waiting: queue.Queue[Arrival | None] = queue.Queue()

    def run(self, stop: threading.Event) -> None:
        """Until it is told that there is no more."""
        with httpx.Client(base_url=self._url, headers=self._headers, timeout=20) as client:
            while (arrival := self.waiting.get()) is not None and not stop.is_set():
                while not self._sent(client, arrival) and not stop.wait(0.2):
                    continue
                stop.wait(PACE_S)

    def _sent(self, client: httpx.Client, arrival: Arrival) -> bool:
        try:
            answer = client.post("/api/messages", content=arrival.body)
        except httpx.HTTPError:
            return False
        assert answer.status_code in {200, 201, 202} or answer.status_code >= 500, answer.text
        return answer.status_code < 500


def import_orders(installation: Installation, stop: threading.Event) -> None:
    """Import a day of real orders, again and again until it went through."""
    while not stop.is_set():
        try:
            installation.kervan(*undisturbed.import_command(DEMO))
        except AssertionError:
            stop.wait(1)
        else:
            return


class Threads:
    """What goes on beside the faults; what fails there fails the test."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.failed: list[BaseException] = []
        self._threads: list[threading.Thread] = []

    def start(self, work: Callable[..., None], *arguments: Any) -> None:
        """Begin something."""

        def run() -> None:
            try:
                work(*arguments, self.stop)
            except BaseException as error:  # noqa: BLE001 - told by the test
                self.failed.append(error)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        self._threads.append(thread)

    def done(self, within: float) -> None:
        """All of it must end."""
        until = time.monotonic() + within
        for thread in self._threads:
            thread.join(max(0.1, until - time.monotonic()))
            assert not thread.is_alive(), "a sender did not come to its end"
        assert self.failed == []


FAULTS: dict[str, Callable[[Installation], None]] = {
    "a worker crashes": lambda it: it.crash("worker-1"),
    "a NATS node is lost": lambda it: it.lose("nats-2"),
    "PostgreSQL is restarted": lambda it: it.restart("postgres"),
    "the other worker crashes, the node is still away": lambda it: it.crash("worker-2"),
    "the node comes back": lambda it: it.back("nats-2"),
    "PostgreSQL crashes": lambda it: it.crash("postgres"),
    "another NATS node crashes": lambda it: it.crash("nats-1"),
}


@pytest.fixture(scope="session")
def arrivals() -> list[Arrival]:
    """Whole journeys, each of a seller of its own, so that each has a claim of its own."""
    return [arrival for n, owner in enumerate(sellers(SHIPMENTS)) for arrival in story(n, owner)]


@pytest.fixture(scope="session")
def expected(arrivals: list[Arrival], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What they come to where nothing goes wrong."""
    return undisturbed.books(tmp_path_factory.mktemp("undisturbed"), arrivals)


@pytest.fixture(scope="session")
def disturbed(expected: dict[str, Any], running: Installation, arrivals: list[Arrival]) -> Installation:
    """The installation after the same messages, out of order, over two doors, under seven faults."""
    shuffled = random.Random(SEED).sample(arrivals, len(arrivals))
    size = len(shuffled) // (len(FAULTS) + 1)
    key = json.loads(running.kervan("key", "add", "--role", "admin", "--name", "test", "--json"))["key"]
    poster, publisher, threads = Poster(running, key), running.in_network(SCRIPT, "publish"), Threads()
    assert publisher.stdin is not None

    def give(messages: list[Arrival]) -> None:
        """Half of them to one door, half to the other."""
        assert publisher.stdin is not None
        for one in messages[::2]:
            poster.waiting.put(one)
        for one in messages[1::2]:
            publisher.stdin.write(json.dumps([one.subject, one.token, one.body.decode()]) + "\n")
        publisher.stdin.flush()

    threads.start(poster.run)
    threads.start(import_orders, running)
    try:
        for number, (name, fault) in enumerate(FAULTS.items()):
            give(shuffled[number * size : (number + 1) * size])
            running.until(lambda: poster.waiting.qsize() < size // 4, 120)
            print(f"{(number + 1) * size - poster.waiting.qsize()} messages: {name}")
            fault(running)
        give(shuffled[len(FAULTS) * size :])
        poster.waiting.put(None)
        publisher.stdin.close()
        publisher.stdin = None
        threads.done(240)
        said = publisher.communicate(timeout=240)
        assert publisher.returncode == 0, said
    finally:
        threads.stop.set()
        poster.waiting.put(None)
        publisher.kill()
        publisher.communicate()

    def settled() -> bool:
        found = running.asked(
            """SELECT (SELECT count(*) FROM inbox) AS inbox, (SELECT count(*) FROM outbox) AS outbox,
                      (SELECT count(*) FROM transition) AS moved"""
        )
        wanted = {"inbox": len(expected["inbox"]), "outbox": 0, "moved": len(expected["log"])}
        return bool(found) and found[0] == wanted

    began = time.monotonic()
    running.until(settled, 120)
    print(f"settled {time.monotonic() - began:.0f} s after the last message")
    return running


@pytest.mark.parametrize("book", undisturbed.BOOKS)
def test_the_books_are_those_of_an_undisturbed_run(disturbed: Installation, expected: dict[str, Any], book: str) -> None:
    """Stages, log, claims, inbox, attention, parked and refused: row for row the same, so nothing is lost and nothing twice."""
    assert expected["log"]
    assert disturbed.asked(undisturbed.BOOKS[book]) == expected[book]


@pytest.fixture(scope="session")
def told(disturbed: Installation) -> dict[str, Any]:
    """What a counterpart in the network reads on the broker."""
    reader = disturbed.in_network(SCRIPT, "read")
    out, err = reader.communicate(timeout=60)
    assert reader.returncode == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


def test_every_transition_is_on_the_stream_in_its_shipments_order(told: dict[str, Any], expected: dict[str, Any]) -> None:
    """The node that was lost took none with it, and none overtook the one before it."""
    last: defaultdict[str, int] = defaultdict(int)
    for event in told["events"]:
        data = event["data"]
        assert data["sequence"] <= last[data["shipment_id"]] + 1, "a transition overtook the one before it"
        last[data["shipment_id"]] = max(last[data["shipment_id"]], data["sequence"])
    on_stream = {(e["data"]["seller"], e["data"]["reference"], e["data"]["sequence"], e["data"]["to"]) for e in told["events"]}
    assert on_stream == {(row["seller"], row["reference"], row["sequence"], row["target"]) for row in expected["log"]}


def test_each_stream_is_kept_three_times_and_the_node_that_came_back_has_caught_up(told: dict[str, Any]) -> None:
    """Wanted and current copies of each stream."""
    assert told["replicas"] == {"KERVAN_IN": [3, 3], "KERVAN_OUT": [3, 3], "KERVAN_TASK": [3, 3]}


def test_the_image_runs_without_rights_on_a_read_only_root(running: Installation) -> None:
    """Not as root, and nothing can be written but documents and temporary files."""
    found = running.compose(
        "exec",
        "-T",
        "web",
        "sh",
        "-c",
        "id -u; touch /opt/kervan/x 2>&1; touch /var/lib/kervan/x && echo kept; kervan --version",
    )
    user, refused, kept, version = found.splitlines()
    assert user == "10001"
    assert "Read-only" in refused
    assert kept == "kept"
    assert version.startswith("kervan ")


def test_counterparts_are_trusted_by_public_authorities(running: Installation) -> None:
    """The broker's certificate is of an authority of one's own; whoever is asked outside shows one of a public authority."""
    count = "import httpx; print(len(httpx.create_ssl_context().get_ca_certs()))"
    for service in ("web", "worker-1"):
        assert int(running.compose("exec", "-T", service, "python3", "-c", count)) > 50


def test_a_proxy_on_this_machine_is_believed_that_people_came_by_tls(running: Installation) -> None:
    """Cookies are marked for TLS then, though the engine, and not the proxy, is who asks inside."""
    cookies = {
        scheme: httpx.get(f"{running.url}/sign-in", headers={"X-Forwarded-Proto": scheme}).headers.get_list("set-cookie")
        for scheme in ("http", "https")
    }
    assert cookies["http"]
    assert not [cookie for cookie in cookies["http"] if "Secure" in cookie]
    assert all("Secure" in cookie for cookie in cookies["https"])


def test_a_backup_of_it_is_restored_elsewhere_with_the_same_books(
    disturbed: Installation, expected: dict[str, Any], tmp_path: Path
) -> None:
    """By the command of the runbook, with what the image has; into servers that know none of its logins."""
    folder = tmp_path / "backup"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    disturbed.compose("run", "--rm", "--volume", f"{folder}:/backup", "migrate", "backup", "/backup/kervan.tar")
    assert undisturbed.restored(tmp_path / "elsewhere", folder / "kervan.tar") == expected


@pytest.mark.parametrize("service", ["web", "worker-1", "worker-2", "postgres"])
def test_whatever_was_broken_says_that_it_is_well_again(disturbed: Installation, service: str) -> None:
    """By the health check that stands in the image or in the compose file."""
    disturbed.until(lambda: disturbed.health(service) == "healthy", 60)


def test_no_secret_stands_in_the_logs(disturbed: Installation) -> None:
    """Whatever broke, no password and no name of a consignee was written."""
    logs = disturbed.compose("logs", "--no-color", "worker-1", "worker-2", "web", "migrate")
    assert "Mustermann" not in logs
    assert not [secret for secret in disturbed.secrets if secret in logs]
