"""``kervan demo`` as a person runs it: real servers, real processes, real orders."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from adapters.entrypoints.embedded import processes
from tests.e2e.installation import kervan, ready
from tests.unit.orders.sheets import line, sheet

DAY = Path(__file__).parents[2] / "deploy" / "demo" / "orders" / "2010-12-22.csv"
DEMO = [sys.executable, "-m", "adapters.entrypoints.cli", "demo", "--day", str(DAY), "--speed", "2"]
COMMAND = [*DEMO, "--no-month"]
LONGEST_S = 120
WITH_ITS_PAST_S = 300
PAGES = {
    "/": 'id="flow"',
    "/shipments": "Örnek Hediyelik",
    "/attention": "overdue",
    "/matches": "Confirm",
    "/refunds": "Under review",
    "/refunds/sellers": "Örnek Ege Tekstil",
    "/messages?state=refused": "etgb_number_malformed",
    "/messages?state=parked": "tracking number",
    "/tasks": "SANDBOX",
    "/counterparts": "SANDBOX",
    "/imports": "siparisler-",
    "/subscriptions": "Depo programı",
    "/shipments/bulk": "finished",
    "/access?tab=users": "ayse",
    "/access?tab=keys": "muhasebe",
    "/access?tab=audit": "ops/ayse",
    "/rules": "courier_limits",
}
"""What each page of the console shows of the past that the demo tells."""


def lives_in(place: Path, pid: int) -> bool:
    """Whether a process was started with a folder in its command line or as its place for temporary files."""
    try:
        environment = Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:  # gone meanwhile, or somebody else's
        return False
    return str(place).encode() in environment or str(place) in processes.command_line(pid)


@pytest.fixture
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for all temporary files of the demo; it must be empty afterwards, and no process may live in it."""
    found = tmp_path_factory.mktemp("demo")
    yield found
    assert list(found.iterdir()) == []
    assert [one.name for one in Path("/proc").iterdir() if one.name.isdigit() and lives_in(found, int(one.name))] == []


def surroundings(place: Path) -> dict[str, str]:
    """The environment: temporary files here, English words, nothing of an installation that may be set."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("KERVAN_")}
    return ours | {"TMPDIR": str(place), "KERVAN_LOCALE": "en"}


def ended(one: "subprocess.Popen[str]") -> None:
    """End a demo whatever became of the test: asked first, since a killed one leaves its servers to the tests after it."""
    if one.poll() is None:
        one.send_signal(signal.SIGINT)
        try:
            one.wait(LONGEST_S)
        except subprocess.TimeoutExpired:
            one.kill()


def demo(place: Path, *more: str) -> dict[str, Any]:
    """Run the demo to its end and give its summary."""
    command = [*COMMAND, "--exit", "--json", *more]
    done = subprocess.run(command, env=surroundings(place), capture_output=True, timeout=WITH_ITS_PAST_S, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert "SANDBOX" in done.stderr.decode()
    found: dict[str, Any] = orjson.loads(done.stdout)
    return found


def test_every_row_and_every_shipment_ends_somewhere(place: Path) -> None:
    """Rows reconcile with the file; each shipment has its refund filed, or is a draft that its findings hold.

    What is counted is the day's, whatever the month before it left behind.
    """
    found = demo(place, "--duplicates", "0.3", "--disorder", "0.3", "--workers", "2", "--month")
    assert found["before"] > 100
    account = found["import"]
    with DAY.open(encoding="utf-8") as file:
        assert account["rows"] == sum(1 for _ in file) - 1
    assert account["taken"] + account["set_aside"] == account["rows"]
    assert sum(account["reasons"].values()) == account["set_aside"]
    assert found["settled"]
    assert found["stuck"] == []
    assert sum(found["stages"].values()) == account["shipments"]
    assert found["stages"]["draft"] == found["held"]
    assert found["stages"]["refund_filed"] == account["shipments"] - found["held"] > 0
    assert found["transitions"] == 6 * found["stages"]["refund_filed"]
    assert (found["refused"], found["parked"], found["outbox"]) == (0, 0, 0)
    assert found["attention"] == 1 == found["import"]["reasons"]["credited_order"], "one credit note may be of this day's order"
    assert found["repeats"] > 0
    assert found["claims"] == 1


def test_a_kept_folder_goes_on_where_it_stood(place: Path, tmp_path: Path) -> None:
    """The same day again, on the folder of the first run, changes nothing."""
    first = demo(place, "--keep", str(tmp_path))
    again = demo(place, "--keep", str(tmp_path))
    assert again["import"]["known_files"] == [DAY.name]
    assert {name: again[name] for name in ("stages", "findings", "transitions", "claims", "refused")} == {
        name: first[name] for name in ("stages", "findings", "transitions", "claims", "refused")
    }


def test_a_kept_folder_says_for_ever_that_its_data_is_a_sandbox_s(up: Any, place: Path, tmp_path: Path) -> None:
    """Also where `kervan up` starts on it later, which knows of no sandbox: at its start, on the page, and in `doctor`."""
    demo(place, "--keep", str(tmp_path))
    process = up()
    ready(process)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("SANDBOX")
    told = orjson.loads(kervan(tmp_path, "doctor", "--json").stdout)
    assert told["sandbox"] is True
    assert "SANDBOX" in httpx.get(told["http_url"], params={"lang": "en"}, timeout=10).text
    assert "SANDBOX" in kervan(tmp_path, "doctor").stdout


def test_it_stays_up_with_something_on_every_page_until_it_is_interrupted(place: Path) -> None:
    """Without ``--exit`` the web answers when all is done, and lets in whoever has its words.

    Each page has something of the sellers' month to show. Ctrl-C ends it cleanly, and nothing is left behind.
    """
    with subprocess.Popen(DEMO, env=surroundings(place), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as one:
        try:
            assert one.stderr is not None
            staying = next(told for told in one.stderr if "Ctrl-C" in told)
            words = staying.split()
            with httpx.Client(base_url=words[-1], timeout=10) as client:
                assert client.get("/healthz").status_code == 200
                form = re.search(r'name="csrf" value="([^"]+)"', client.get("/sign-in").text)
                assert form is not None
                said = {"name": words[-4], "password": words[-2], "csrf": form[1]}
                assert client.post("/sign-in", data=said).status_code == 303
                for page, what in PAGES.items():
                    shown = client.get(page, headers={"Accept": "text/html"})
                    assert shown.status_code == 200, page
                    assert what in shown.text, page
            one.send_signal(signal.SIGINT)
            assert one.wait(LONGEST_S) == 0
        finally:
            ended(one)


def test_a_day_without_anything_to_ship_is_done_at_once(place: Path, tmp_path: Path) -> None:
    """Only cancellation notes: no shipment is waited for, and the summary says that there is nothing to ship."""
    day = sheet(tmp_path, [line("C1", quantity="-1"), line("C2", quantity="-3")])
    command = [*COMMAND[:4], "--day", str(day), "--exit", "--no-month"]
    done = subprocess.run(command, env=surroundings(place), capture_output=True, timeout=LONGEST_S, check=False, text=True)
    assert done.returncode == 0, done.stderr
    assert "There is nothing to ship." in done.stdout


@pytest.mark.parametrize(
    ("command", "after"),
    [(DEMO, "is being told"), (COMMAND, "http://"), (COMMAND, "coming in")],
    ids=["while its past is told", "before the rates", "in the middle"],
)
def test_an_interruption_is_no_success_and_leaves_nothing_behind(place: Path, command: list[str], after: str) -> None:
    """Ctrl-C at any time, also while the past is told, ends it within seconds, with a code that says so."""
    with subprocess.Popen(
        [*command, "--exit"], env=surroundings(place), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as one:
        try:
            assert one.stderr is not None
            assert one.stdout is not None
            assert next(told for told in one.stderr if after in told)
            one.send_signal(signal.SIGINT)
            assert one.wait(LONGEST_S) == 130
            assert "Stopped before its end" in one.stderr.read()
            assert one.stdout.read() == ""
        finally:
            ended(one)
