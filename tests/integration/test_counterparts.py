"""How counterparts fare is kept and shown; they are tried, paused and resumed, over several processes."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import asyncpg
import orjson
import pytest
import stamina
from nats.aio.client import Client
from typer.testing import CliRunner

from adapters.calls.fare import Fare, News
from adapters.calls.words import KINDS
from adapters.database import counterparts as kept
from adapters.entrypoints import counterparts, ledger, trying
from adapters.entrypoints.cli import app as cli
from adapters.entrypoints.ledger import Ledger
from adapters.settings import CourierSettings, Settings
from events import topology
from events.intake import Intake
from events.tasks import Reply
from tests.bulletins import recorded
from tests.contract.bank_server import Answer, Server, bank_server
from tests.contract.couriers.suite import recorded as said_by
from tests.integration.http_app import Web, problem

Pool = "asyncpg.Pool[asyncpg.Record]"
NOW = datetime(2026, 11, 24, 9, 0, 30, tzinfo=UTC)
TCMB = ("rates", "tcmb")
NAMES = {TCMB: "TCMB", ("courier", "navlungo"): "Navlungo"}


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    """Attempts follow each other at once."""
    with stamina.set_testing(testing=True, attempts=3):
        yield


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def fare_of(clock: list[datetime]) -> Fare:
    return Fare(lambda: clock[0])


async def shown(pool: Any, now: datetime, name: tuple[str, str] = TCMB) -> dict[str, Any]:
    """How a counterpart is shown."""
    (found,) = [one for one in await kept.listed(pool, NAMES, {TCMB}, now) if (one["family"], one["code"]) == name]
    return found


async def test_two_processes_add_up(connections: Any) -> None:
    """Calls and failures of the last hour together; of each kind the last is shown, whoever saw it and told it later."""
    clock = [NOW]
    one, two = fare_of(clock), fare_of(clock)
    books = [Ledger(connections, [TCMB], {TCMB: fare}, lambda: clock[0]) for fare in (one, two)]
    one.succeeded()
    one.failed("unavailable", "HTTP 503")
    clock[0] = at(60)
    two.failed("too_many", "again in 10 s")
    clock[0] = at(61)
    two.succeeded()
    await books[1].look()
    await books[0].look()
    found = await shown(connections, at(120))
    assert (found["calls_last_hour"], found["failures_last_hour"]) == (4, 2)
    assert (found["succeeded_at"], found["failed_at"]) == (at(61), at(60))
    assert found["failure"]["kind"] == "too_many"
    assert "TCMB" in found["failure"]["text"]["tr"]
    assert (found["used"], found["breaker"], found["paused"], found["last_action"]) == (True, "closed", None, None)
    later = await shown(connections, at(3600 + 20))
    assert (later["calls_last_hour"], later["failures_last_hour"]) == (2, 1)


async def test_nothing_is_written_where_nothing_happened(connections: Any) -> None:
    """A look without news leaves no row; one with much news leaves one a minute."""
    fare = fare_of([NOW])
    book = Ledger(connections, [TCMB], {TCMB: fare}, lambda: NOW)
    await book.look()
    assert await connections.fetchval("SELECT count(*) FROM counterpart") == 0
    for _ in range(500):
        fare.succeeded()
    await book.look()
    assert await connections.fetch("SELECT calls, failures FROM counterpart_calls") == [(500, 0)]


async def test_minutes_of_yesterday_are_forgotten(connections: Any) -> None:
    """The table does not grow; what came last is still known."""
    for day in range(3):
        then = NOW + timedelta(days=day)
        await kept.note(connections, TCMB, News({then: 1}, {}, succeeded_at=then), then)
    assert await connections.fetchval("SELECT count(*) FROM counterpart_calls") == 2


async def test_what_could_not_be_kept_is_kept_next_time(connections: Any, database_url: str) -> None:
    """The database is away for a moment: nothing is lost, and what flowed goes on flowing."""
    fare = fare_of([NOW])
    book = Ledger(connections, [TCMB], {TCMB: fare}, lambda: NOW)
    await book.look()
    fare.succeeded()
    await connections.execute("ALTER TABLE counterpart RENAME TO away")
    with pytest.raises(asyncpg.UndefinedTableError):
        await book.look()
    assert book.going[TCMB].is_set()
    await connections.execute("ALTER TABLE away RENAME TO counterpart")
    await book.look()
    assert (await shown(connections, NOW))["calls_last_hour"] == 1


async def test_the_breaker_is_shown_by_its_times(connections: Any) -> None:
    """Open until its time, then to be tried; whoever is answered after it opened closes it."""
    opened = News({NOW: 5}, {NOW: 5}, failed_at=NOW, failure="unavailable", opened_at=NOW, open_until=at(30))
    await kept.note(connections, TCMB, opened, NOW)
    found = await shown(connections, at(29))
    assert (found["breaker"], found["open_until"]) == ("open", at(30))
    assert (await shown(connections, at(30)))["breaker"] == "half_open"
    await kept.note(connections, TCMB, News({NOW: 1}, {}, succeeded_at=at(31)), at(31))
    found = await shown(connections, at(32))
    assert (found["breaker"], found["open_until"], found["failure"]["kind"]) == ("closed", None, "unavailable")


async def test_every_kind_of_failure_has_its_words() -> None:
    """In both languages, with the name and what happened; no braces are left."""
    from adapters.calls import errors, words

    kinds = {error.kind for error in (errors.UnavailableError, errors.TooManyCallsError, errors.UnusableAnswerError)}
    assert kinds | {"not_authorised"} <= set(KINDS)
    for kind in KINDS:
        text = words.said(kind, "Navlungo", detail="HTTP 503", seconds=1.25)
        assert set(text) == {"tr", "en"}
        assert all("Navlungo" in one and "{" not in one for one in text.values())


class Handler:
    """Notes what it is asked."""

    def __init__(self, seen: list[str]) -> None:
        self.seen = seen
        self.closed = False

    async def __call__(self, task: dict[str, Any]) -> Sequence[Reply]:
        """Done at once."""
        self.seen.append(task["id"])
        return ()

    async def close(self) -> None:
        """Noted too."""
        self.closed = True


class Parts:
    """A worker's parts, as far as they are needed."""

    def __init__(self, pool: Any) -> None:
        self.pool = pool


async def until(condition: Any) -> None:
    """Wait for what other tasks do."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


async def test_a_pause_holds_in_every_process_and_keeps_the_tasks(
    broker: Client, connections: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Paused before the start or in the middle; the tasks stay on the broker, and go on when they may, each once."""
    monkeypatch.setattr(ledger, "EVERY_S", 0.02)
    seen: list[str] = []
    handlers: list[Handler] = []

    def make(settings: Settings, parts: Any) -> Handler:
        handlers.append(Handler(seen))
        return handlers[-1]

    monkeypatch.setitem(counterparts.MAKERS, ("rates", "trial"), make)
    ledgers: list[Ledger] = []

    class Watched(Ledger):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            ledgers.append(self)

    monkeypatch.setattr(counterparts, "Ledger", Watched)
    settings = Settings(tasks={"rates": "trial"})
    name = ("rates", "trial")
    js = broker.jetstream()

    async def ask(task: str) -> None:
        await js.publish(topology.task(*name), orjson.dumps({"id": task}))

    async def waiting() -> int:
        return (await js.stream_info(topology.STREAM_TASK)).state.messages

    def flows(*, going: bool) -> bool:
        return all(one.going[name].is_set() is going for one in ledgers)

    assert await kept.pause(connections, name, "ayse", "their maintenance", NOW)
    async with AsyncExitStack() as processes:
        for _ in range(2):
            await processes.enter_async_context(counterparts.at_work(settings, cast("Any", Parts(connections)), broker))
        await ask("t1")
        await asyncio.gather(*(one.look() for one in ledgers))
        assert (len(ledgers), flows(going=False), seen, await waiting()) == (2, True, [], 1)
        assert await kept.resume(connections, name, "ayse", "", NOW)
        await until(lambda: seen == ["t1"])
        await kept.pause(connections, name, "ayse", "again", NOW)
        await until(lambda: flows(going=False))
        await ask("t2")
        await ask("t3")
        for _ in range(3):  # a fetch that was under way when it was paused gives back what it gets
            await asyncio.gather(*(one.look() for one in ledgers))
            await asyncio.sleep(0.02)
        assert seen == ["t1"]
        await kept.resume(connections, name, "ayse", "", NOW)
        await until(lambda: len(seen) == 3)
    assert sorted(seen) == ["t1", "t2", "t3"]
    assert all(handler.closed for handler in handlers)


@asynccontextmanager
async def everybody(server: Server, tmp_path: Path) -> AsyncIterator[Settings]:
    """Settings whose counterparts are all one server."""
    given = {"client_id": "c", "client_secret": "s", "url": server.url, "identity_url": server.url}
    yield Settings(
        data_dir=tmp_path,
        couriers={"navlungo": CourierSettings.model_validate(given)},
        invoicing=cast("Any", {"nilvera": {"api_key": "key", "url": server.url, "environment": "production"}}),
        rates=cast("Any", {"tcmb": {"base_url": server.url}}),
    )


DOWN = Answer(status="503 Service Unavailable")
TRIED: list[tuple[tuple[str, str], str, Answer, str]] = [
    (("courier", "navlungo"), "/connect/token", Answer(said_by("navlungo/token.json")), "ok"),
    (
        ("courier", "navlungo"),
        "/connect/token",
        Answer(b'{"extensions": {"exceptionDetails": {"error": "invalid_client"}}}', status="500 Internal Server Error"),
        "not_authorised",
    ),
    (("courier", "navlungo"), "/connect/token", DOWN, "unavailable"),
    (("courier", "navlungo"), "/connect/token", Answer(b"<html>"), "unusable"),
    (TCMB, "/today.xml", Answer(recorded("18092026.xml")), "ok"),
    (TCMB, "/today.xml", Answer(b"<html>"), "unusable"),
    (TCMB, "/today.xml", Answer(status="404 Not Found"), "unusable"),
    (TCMB, "/today.xml", Answer(status="429 Too Many Requests"), "too_many"),
    (("invoicing", "nilvera"), "/earchive/Series", Answer(b"{}"), "ok"),
    (("invoicing", "nilvera"), "/earchive/Series", Answer(status="401 Unauthorized"), "not_authorised"),
    (("invoicing", "nilvera"), "/earchive/Series", DOWN, "unavailable"),
]


@pytest.mark.parametrize(
    ("name", "path", "answer", "kind"), TRIED, ids=[f"{one[0][1]}-{one[3]}-{n}" for n, one in enumerate(TRIED)]
)
async def test_a_trial_says_what_came_of_one_harmless_call(
    tmp_path: Path, name: tuple[str, str], path: str, answer: Answer, kind: str
) -> None:
    """A token, the newest bulletin, the list of series: nothing changes there, and the outcome is one of a few."""
    async with bank_server() as server, everybody(server, tmp_path) as settings:
        server.answers[path] = [answer]
        tried = await trying.try_out(name, settings)
        assert (tried.kind, tried.ok) == (kind, kind == "ok"), tried
        assert set(server.asked) == {path}


async def test_what_is_not_called_can_be_tried_too(tmp_path: Path) -> None:
    """The folder is written to; a person cannot be called; a client without its settings says which."""
    settings = Settings(data_dir=tmp_path / "data")
    assert (await trying.try_out(("invoicing", "file"), settings)).kind == "ok"
    (tmp_path / "data2").write_text("in the way")
    broken = await trying.try_out(("invoicing", "file"), Settings(data_dir=tmp_path / "data2"))
    assert broken.kind == "folder"
    assert (await trying.try_out(("tax_office", "manual"), settings)).ok
    missing = await trying.try_out(("courier", "navlungo"), settings)
    assert missing.kind == "not_set"
    assert "KERVAN_COURIERS__NAVLUNGO__CLIENT_ID" in missing.detail


def test_whoever_takes_tasks_can_be_tried() -> None:
    """One more counterpart without a name and a trial fails here."""
    assert set(trying.TRIALS) == set(counterparts.MAKERS)


async def test_the_web_shows_tries_pauses_and_resumes(connections: Any, intake: Intake, tmp_path: Path) -> None:
    """Each is kept with the name of the key and the reason; a pause needs one."""
    async with bank_server() as server, everybody(server, tmp_path) as settings:
        server.answers["/today.xml"] = [Answer(recorded("18092026.xml"))]
        web = Web(connections, intake, settings)
        web.app.state.services.counterparts = trying.for_web(settings)
        async with web.as_("viewer") as client:
            listed = (await client.get("/api/counterparts")).json()
        assert listed["next"] is None
        assert {(one["family"], one["code"]) for one in listed["items"]} == set(trying.NAMES)
        assert all(one["succeeded_at"] is None and one["breaker"] == "closed" for one in listed["items"])
        async with web.as_("operations") as client:
            base = "/api/counterparts/rates/tcmb"
            tried = (await client.post(f"{base}/test", json={"reason": "after the outage"})).json()
            assert tried["tried"]["ok"] is True
            assert tried["tried"]["text"]["tr"].startswith("TCMB yanıt verdi")
            action = tried["last_action"]
            assert (action["action"], action["by"], action["reason"], action["outcome"]) == (
                "test",
                "operations",
                "after the outage",
                "ok",
            )
            problem(await client.post(f"{base}/pause", json={"reason": " "}), 422, "wrong-data")
            paused = (await client.post(f"{base}/pause", json={"reason": "their maintenance"})).json()
            assert (paused["paused"]["by"], paused["paused"]["reason"]) == ("operations", "their maintenance")
            again = (await client.post(f"{base}/pause", json={"reason": "another"})).json()
            assert again["paused"] == paused["paused"], "who paused it first stays"
            resumed = (await client.post(f"{base}/resume", json={})).json()
            assert (resumed["paused"], resumed["last_action"]["action"]) == (None, "resume")
            problem(await client.post("/api/counterparts/rates/ecb/test", json={}), 404, "counterpart-unknown")
    rows = await connections.fetch("SELECT action, actor FROM counterpart_action ORDER BY id")
    assert rows == [("test", "operations"), ("pause", "operations"), ("resume", "operations")]


async def test_the_command_line_lists_tries_pauses_and_resumes(
    connections: Any, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By code or family and code; a trial that does not go well ends with 1 and its words in the set language."""
    monkeypatch.setenv("KERVAN_DATABASE_URL", database_url)
    monkeypatch.setenv("KERVAN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("KERVAN_TASKS__RATES", "tcmb")

    async def run(*words: str) -> Any:
        return await asyncio.to_thread(CliRunner().invoke, cli, ["counterpart", *words])

    async with bank_server() as server:
        monkeypatch.setenv("KERVAN_RATES__TCMB__BASE_URL", server.url)
        server.answers["/today.xml"] = [Answer(recorded("18092026.xml")), Answer(status="403 Forbidden")]
        good = await run("test", "tcmb", "--by", "ayse")
        assert (good.exit_code, good.stdout[:17]) == (0, "TCMB yanıt verdi ")
        bad = await run("test", "rates/tcmb")
        assert bad.exit_code == 1
        assert "403" in bad.stdout
    assert (await run("pause", "tcmb", "--reason", "maintenance", "--by", "ayse")).stdout == "rates/tcmb is paused.\n"
    assert "paused already" in (await run("pause", "tcmb", "--reason", "maintenance")).stdout
    found = {one["code"]: one for one in orjson.loads((await run("list", "--json")).stdout)}
    assert (found["tcmb"]["used"], found["tcmb"]["paused"]["by"]) == (True, "ayse")
    assert found["navlungo"]["used"] is False
    text = (await run("list")).stdout
    assert "rates/tcmb  paused" in text
    assert "ayse: maintenance" in text
    assert (await run("resume", "tcmb")).stdout == "rates/tcmb is asked again.\n"
    assert (await run("pause", "ecb", "--reason", "x")).exit_code == 2
    outcomes = await connections.fetch("SELECT action, actor, outcome FROM counterpart_action ORDER BY id")
    assert outcomes == [("test", "ayse", "ok"), ("test", "cli", "unusable"), ("pause", "ayse", ""), ("resume", "cli", "")]
