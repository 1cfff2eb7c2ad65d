"""The systems that Kervan calls, on the console over HTTP: how they fare, and what operations does about it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import asyncpg
import pytest

from adapters.calls.fare import News
from adapters.calls.words import Tried
from adapters.database import audit, failed_tasks
from adapters.database import counterparts as kept
from adapters.entrypoints import bootstrap
from adapters.settings import Settings
from events import topology
from events.intake import Intake
from events.translate import Arrival
from tests.integration.browser import browser, token
from tests.integration.http_app import Web
from tests.integration.test_console_refunds import plain
from tests.stories import said

TCMB = ("rates", "tcmb")
AT = "/counterparts/rates/tcmb"


def trial(kind: str, detail: str = "") -> Callable[[], Awaitable[Tried]]:
    """One harmless call that comes to this."""

    async def tried() -> Tried:
        return Tried(kind, detail, 0.25)

    return tried


@pytest.fixture
def web(connections: "asyncpg.Pool[asyncpg.Record]", intake: Intake, settings: Settings) -> Web:
    """The app over the fresh database, with two counterparts; the settings use none of them."""
    made = Web(connections, intake, settings)
    made.app.state.services.counterparts = {
        TCMB: ("TCMB", trial("ok")),
        ("courier", "navlungo"): ("Navlungo", trial("unavailable", "HTTP 503")),
    }
    return made


async def test_how_each_fares_is_seen(web: Web) -> None:
    """Last answer and failure in words, the share of calls that failed, and until when it is left alone."""
    now = bootstrap.now()
    minute = now.replace(second=0, microsecond=0)
    news = News(
        {minute: 8},
        {minute: 2},
        succeeded_at=now - timedelta(minutes=10),
        failed_at=now,
        failure="unavailable",
        detail="HTTP 503",
        opened_at=now,
        open_until=now + timedelta(seconds=90),
    )
    await kept.note(web.pool, TCMB, news, now)
    async with browser(web, "operations") as person:
        page = plain((await person.get("/counterparts")).text)
        english = plain((await person.get("/counterparts?lang=en")).text)
    assert "8 çağrı, 2 aksama (%25)" in page
    assert "TCMB yanıt vermiyor ya da şu an hizmet veremiyor (HTTP 503)" in page
    assert "kendiliğinden yeniden denenecek" in page
    assert "8 calls, 2 failed (25%)" in english
    assert "Navlungo" in page


async def test_a_connection_is_tried_and_its_outcome_told(web: Web) -> None:
    """In the reader's language, kept with who tried, and in the audit log with what came of it."""
    async with browser(web, "operations") as person:
        page = (await person.get("/counterparts")).text
        for path in (AT, "/counterparts/courier/navlungo"):
            assert (await person.client.post(f"{path}/test", data={"csrf": token(page)})).status_code == 303
            told = plain((await person.get("/counterparts")).text)
            assert ("TCMB yanıt verdi (0,2 sn)" in told) == (path == AT)
        assert "Navlungo yanıt vermiyor" in told
        assert "operations denedi" in told
        assert (await person.client.post("/counterparts/rates/ecb/test", data={"csrf": token(page)})).status_code == 404
    found = await audit.listed(web.pool, 5, subject="counterpart")
    assert [(row["action"], row["thing"], row["outcome"]) for row in found] == [
        ("counterpart.test", "counterpart/courier/navlungo", "unavailable"),
        ("counterpart.test", "counterpart/rates/tcmb", "done"),
    ]


async def test_one_is_paused_with_a_reason_and_resumed(web: Web) -> None:
    """The form asks why; who paused it and why stands there until somebody resumes it."""
    async with browser(web, "operations") as person:
        page = (await person.get(f"{AT}/pause")).text
        assert "<textarea" in page
        without = await person.client.post(f"{AT}/pause", data={"csrf": token(page), "reason": " "})
        assert (without.status_code, await kept.paused(web.pool)) == (422, frozenset())
        done = await person.client.post(f"{AT}/pause", data={"csrf": token(page), "reason": "bakımdalar"})
        assert (done.status_code, await kept.paused(web.pool)) == (303, frozenset({TCMB}))
        shown = plain((await person.get("/counterparts")).text)
        assert "operations durdurdu" in shown
        assert "bakımdalar" in shown
        resume = (await person.get(f"{AT}/resume")).text
        assert "bakımdalar" in resume
        await person.client.post(f"{AT}/resume", data={"csrf": token(resume)})
    assert await kept.paused(web.pool) == frozenset()
    assert [row["reason"] for row in await audit.listed(web.pool, 5, subject="counterpart")] == ["", "bakımdalar"]


def failed(subject: str, number: int) -> Arrival:
    """A task that a counterpart could not do."""
    task = {"id": f"t{number}", "type": "rates.requested.v1", "data": {}}
    data = {"subject": subject, "task": task, "code": "failed", "detail": "HTTP 503", "tries": 5}
    return said(topology.TASKS_DESK, "task.failed.v1", f"f{number}", data)


async def test_its_failed_tasks_are_a_click_away(web: Web) -> None:
    """Their number leads to the list of those tasks alone."""
    await web.intake.take([failed("kervan.task.rates.tcmb", 1), failed("kervan.task.courier.navlungo", 2)])
    async with browser(web, "operations") as person:
        assert 'href="/tasks?counterpart=rates.tcmb">1</a>' in (await person.get("/counterparts")).text
        page = plain((await person.get("/tasks?counterpart=rates.tcmb")).text)
        assert (page.count("HTTP 503"), "Yalnızca rates.tcmb görevleri." in page) == (1, True)
        assert plain((await person.get("/tasks")).text).count("HTTP 503") == 2
    assert await failed_tasks.counts(web.pool) == {"rates.tcmb": 1, "courier.navlungo": 1}


async def test_who_may_not_act_is_told_why(web: Web) -> None:
    """A viewer and finance see greyed buttons, and a form sent all the same is 403."""
    for role in ("viewer", "finance"):
        async with browser(web, role) as person:
            page = (await person.get("/counterparts")).text
            assert "bunu operasyon ya da yönetici yapar" in page
            assert f"{AT}/test" not in page
            assert (await person.get(f"{AT}/pause")).status_code == 403
            csrf = token((await person.get("/account")).text)
            for action in ("test", "pause", "resume"):
                answer = await person.client.post(f"{AT}/{action}", data={"csrf": csrf, "reason": "x"})
                assert answer.status_code == 403
    assert await kept.paused(web.pool) == frozenset()
