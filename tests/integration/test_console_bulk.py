"""One action on many shipments: proposed, confirmed, worked on by whoever has its turn, paused, stopped, done once."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from adapters.database import audit, users
from adapters.database.bulk import KEPT, BulkJobs
from adapters.entrypoints import bootstrap
from events import bulk
from events.bulk import Bulk
from tests.integration.browser import PASSWORD, Browser, browser, token
from tests.integration.http_app import Web
from tests.integration.test_console_pages import heard
from tests.stories import draft, known_id, said
from tests.stories import story as told
from workflow.errors import StoreUnavailableError
from workflow.stages import Trigger


async def proposed(person: Browser, **more: Any) -> tuple[str, str]:
    """Propose a cancellation of all, and give its address and its page."""
    page = (await person.get("/shipments")).text
    form = {"csrf": token(page), "trigger": "cancel", "scope": "all", "filter": ""} | more
    sent = await person.client.post("/shipments/bulk", data=form)
    assert sent.status_code == 303, sent.text
    here = sent.headers["location"]
    return here, (await person.get(here)).text


async def drafts(web: Web, count: int) -> None:
    """So many orders."""
    await heard(web, [said("orders/shop", "shipment.drafted.v1", f"d{n}", draft(f"order-{n}")) for n in range(count)])


async def cancelled(web: Web) -> int:
    """How many shipments are cancelled."""
    return int(await web.pool.fetchval("SELECT count(*) FROM shipment WHERE stage = 'cancelled'"))


def worker(web: Web, at_once: int = 200) -> Bulk:
    """A worker's part in it."""
    return Bulk(BulkJobs(web.pool), web.intake, bootstrap.now, at_once)


async def begun(web: Web, job: UUID, now_able: int) -> None:
    """Propose and confirm without a browser, leaving all of it to workers."""
    jobs = BulkJobs(web.pool)
    await users.add(web.pool, "operations", "operations", bootstrap.now(), password=PASSWORD)
    await jobs.propose(job, Trigger.CANCEL, {}, shown="", by="operations", role="operations", names=True, now=bootstrap.now())
    found = await jobs.find(job)
    assert found is not None
    assert found["able"] == now_able
    assert await jobs.start(job, "stok yok", bootstrap.now())


async def test_many_at_once_begin_with_what_would_happen(web: Web) -> None:
    """Of all that match, those that allow it are counted first; then each goes through the engine, once, with an account."""
    await heard(web, *[list(told(n))[: 1 if n < 4 else 4] for n in range(1, 6)])
    async with browser(web, "operations") as person:
        here, preview = await proposed(person)
        assert "<strong>3</strong> / 5 gönderi" in preview
        assert "order-5" in (await person.get(f"{here}?outcome=unable")).text
        assert await cancelled(web) == 0
        run = {"csrf": token(preview), "reason": "stok yok"}
        without = await person.client.post(f"{here}/start", data=run | {"reason": " "})
        assert (without.status_code, await cancelled(web)) == (422, 0)
        for _ in range(2):
            assert (await person.client.post(f"{here}/start", data=run)).status_code == 303
        page = (await person.get(here)).text
        assert "3 / 3 gönderiye uygulandı." in page
        assert "stok yok" in page
        assert here in (await person.get("/shipments/bulk")).text
        _, chosen = await proposed(person, scope="chosen", id=[known_id(4)])
        assert "<strong>0</strong> / 1" in chosen
        other = {"csrf": token(page), "trigger": "issue_etgb", "scope": "all", "filter": ""}
        assert (await person.client.post("/shipments/bulk", data=other)).status_code == 422
    assert await cancelled(web) == 3
    assert await web.pool.fetchval("SELECT count(*) FROM inbox WHERE source = 'ops/operations'") == 3
    acts = await audit.listed(web.pool, 10, subject="shipment")
    told_of = [(act["actor"], act["action"], act["reason"], act["outcome"]) for act in acts]
    assert told_of == [
        ("ops/operations", "shipment.cancel", "stok yok", "3/3"),
        ("ops/operations", "shipment.bulk_start", "stok yok", "cancel 3"),
    ]


async def test_what_came_after_the_count_is_not_touched(web: Web) -> None:
    """A job is of the shipments that were counted, however many match by the time that it is confirmed."""
    await drafts(web, 2)
    async with browser(web, "operations") as person:
        here, preview = await proposed(person)
        await heard(web, list(told(77))[:1])
        await person.client.post(f"{here}/start", data={"csrf": token(preview), "reason": "x"})
    assert await cancelled(web) == 2


async def test_one_that_moved_on_meanwhile_is_named_with_the_reason(web: Web) -> None:
    """What the engine refuses is an outcome of the shipment; the others are done."""
    await heard(web, list(told(1))[:1], list(told(2))[:1])
    async with browser(web, "operations") as person:
        here, preview = await proposed(person)
        await heard(web, list(told(2))[1:4])
        await person.client.post(f"{here}/start", data={"csrf": token(preview), "reason": "x"})
        page = (await person.get(f"{here}?outcome=failed")).text
        assert "1 / 2 gönderiye uygulandı." in page
        assert "order-2" in page
        assert "order-1" not in page


async def test_others_may_look_and_not_act(web: Web) -> None:
    """Finance reads a job and neither proposes, starts, pauses nor stops one; a proposal is confirmed by who made it."""
    await drafts(web, 1)
    async with browser(web, "operations") as person:
        here, _ = await proposed(person)
    async with browser(web, "finance") as other:
        page = (await other.get(here)).text
        assert "/start" not in page
        csrf = token((await other.get("/account")).text)
        form = {"csrf": csrf, "trigger": "cancel", "scope": "all", "reason": "x"}
        paths = ["/shipments/bulk", *(f"{here}/{action}" for action in ("start", "pause", "resume", "stop"))]
        assert [(await other.client.post(path, data=form)).status_code for path in paths] == [403] * 5
    async with browser(web, "admin") as admin:
        form = {"csrf": token((await admin.get("/account")).text), "reason": "x"}
        assert (await admin.client.post(f"{here}/start", data=form)).status_code == 403
        assert (await admin.client.post(f"{here}/burn", data=form)).status_code == 404
        assert (await admin.client.post(f"{here}/pause", data={"reason": "x"})).status_code == 403
    assert await cancelled(web) == 0


async def test_a_large_job_is_left_to_the_workers_and_may_be_paused_and_stopped(web: Web) -> None:
    """The request does a batch; a paused job waits, a resumed one goes on, and what a stopped one did stays done."""
    await drafts(web, 450)
    async with browser(web, "operations") as person:
        here, preview = await proposed(person)
        assert "<strong>450</strong> / 450" in preview
        form = {"csrf": token(preview), "reason": "x"}
        await person.client.post(f"{here}/start", data=form)
        page = (await person.get(here)).text
        assert "200 / 450 gönderiye uygulandı." in page
        assert 'hx-trigger="every 2s"' in page
        await person.client.post(f"{here}/pause", data=form)
        assert await worker(web).run() == 0
        await person.client.post(f"{here}/resume", data=form)
        assert await worker(web).step(UUID(here.rpartition("/")[2]))
        await person.client.post(f"{here}/stop", data=form)
        assert await worker(web).run() == 0
        page = (await person.get(here)).text
        assert "400 / 450 gönderiye uygulandı." in page
        assert "50 gönderiye dokunulmadı." in page
        again = await person.client.post(f"{here}/resume", data=form)
        assert again.status_code == 303
        assert await worker(web).run() == 0
    assert await cancelled(web) == 400
    acts = {act["action"] for act in await audit.listed(web.pool, 20, thing=f"bulk/{here.rpartition('/')[2]}")}
    assert acts == {f"shipment.bulk_{action}" for action in ("start", "pause", "resume", "stop")}


async def test_nothing_is_done_twice_where_a_process_died_before_it_noted(web: Web) -> None:
    """The engine did a batch, and nobody noted it: it is told again, does nothing, and its first outcome is noted."""
    await drafts(web, 5)
    job = UUID(known_id(900))
    await begun(web, job, 5)

    class Dies(BulkJobs):
        async def note(self, *_: Any) -> None:
            message = "died"
            raise StoreUnavailableError(message)

    with pytest.raises(StoreUnavailableError):
        await Bulk(Dies(web.pool), web.intake, bootstrap.now).step(job)
    assert await cancelled(web) == 5
    assert await worker(web, 2).run() == 3
    found = await BulkJobs(web.pool).find(job)
    assert found is not None
    assert (found["state"], found["done"], found["failed"]) == ("finished", 5, 0)
    assert await web.pool.fetchval("SELECT count(*) FROM inbox WHERE source = 'ops/operations'") == 5


async def test_several_workers_share_jobs_without_doing_anything_twice(web: Web) -> None:
    """Whoever has a job's turn works on it; all of them together note each shipment once."""
    await drafts(web, 60)
    await begun(web, UUID(known_id(901)), 60)
    await asyncio.gather(*(worker(web, 7).run() for _ in range(3)))
    await worker(web, 7).run()
    found = await BulkJobs(web.pool).find(UUID(known_id(901)))
    assert found is not None
    assert (found["state"], found["done"], found["left"]) == ("finished", 60, 0)
    assert await web.pool.fetchval("SELECT count(*) FROM inbox WHERE source = 'ops/operations'") == 60


async def test_a_job_ends_where_its_starters_account_does(web: Web) -> None:
    """What is done stays done, nothing more is done in that name, page and log say why; a namesake changes nothing."""
    await drafts(web, 5)
    job = UUID(known_id(904))
    await begun(web, job, 5)
    await users.add(web.pool, "chief", "admin", bootstrap.now(), password=PASSWORD)
    assert await worker(web, 2).step(job)
    await users.revoke(web.pool, "operations", bootstrap.now())
    await users.add(web.pool, "operations", "operations", bootstrap.now(), password=PASSWORD)
    assert await worker(web, 2).run() == 0
    assert await cancelled(web) == 2
    found = await BulkJobs(web.pool).find(job)
    assert found is not None
    assert (found["state"], found["why"], found["done"], found["left"]) == ("stopped", "starter_revoked", 2, 3)
    (act,) = await audit.listed(web.pool, 10, thing=f"bulk/{job}")
    assert (act["door"], act["actor"]) == ("console", "kervan")
    assert (act["action"], act["outcome"]) == ("shipment.bulk_stop", "starter_revoked")
    async with browser(web, "finance") as person:
        page = (await person.get(f"/shipments/bulk/{job}")).text
        assert "Başlatanın hesabı kapatıldığı için durduruldu." in page
        assert "3 gönderiye dokunulmadı." in page


async def test_a_job_ends_where_its_starters_role_may_not_do_it_any_more(web: Web) -> None:
    """Operations may cancel and finance may not: what is done stays done, and page and log say why; an admin's job goes on."""
    await drafts(web, 5)
    job = UUID(known_id(906))
    await begun(web, job, 5)
    assert await worker(web, 2).step(job)
    await users.assign(web.pool, "operations", "admin")
    assert await worker(web, 1).step(job)
    await users.add(web.pool, "chief", "admin", bootstrap.now(), password=PASSWORD)
    await users.assign(web.pool, "operations", "finance")
    assert await worker(web, 2).run() == 0
    assert await cancelled(web) == 3
    found = await BulkJobs(web.pool).find(job)
    assert found is not None
    assert (found["state"], found["why"], found["done"], found["left"]) == ("stopped", "starter_role", 3, 2)
    (act,) = await audit.listed(web.pool, 10, thing=f"bulk/{job}")
    assert (act["actor"], act["action"], act["outcome"]) == ("kervan", "shipment.bulk_stop", "starter_role")
    async with browser(web, "finance") as person:
        assert (
            "Başlatanın rolü ya da satıcıları artık buna izin vermiyor; bu yüzden durduruldu."
            in (await person.get(f"/shipments/bulk/{job}")).text
        )


async def test_a_paused_job_of_a_closed_account_is_not_gone_on_with(web: Web) -> None:
    """Whoever resumes it does not act in a name that may act no more: it is stopped before its next shipment."""
    await drafts(web, 3)
    job = UUID(known_id(905))
    await begun(web, job, 3)
    await users.add(web.pool, "chief", "admin", bootstrap.now(), password=PASSWORD)
    jobs = BulkJobs(web.pool)
    assert await jobs.move(job, "pause", bootstrap.now())
    await users.revoke(web.pool, "operations", bootstrap.now())
    assert await jobs.move(job, "resume", bootstrap.now())
    assert await worker(web).run() == 0
    found = await jobs.find(job)
    assert found is not None
    assert (found["state"], found["done"], await cancelled(web)) == ("stopped", 0, 0)


async def test_a_proposal_that_nobody_confirmed_is_gone_after_a_day(web: Web) -> None:
    """With its lines, as soon as somebody proposes something else."""
    await drafts(web, 1)
    jobs = BulkJobs(web.pool)
    for n, at in ((902, bootstrap.now() - KEPT * 2), (903, bootstrap.now())):
        await jobs.propose(UUID(known_id(n)), Trigger.CANCEL, {}, shown="", by="x", role="admin", names=True, now=at)
    assert await jobs.find(UUID(known_id(902))) is None
    assert await web.pool.fetchval("SELECT count(*) FROM bulk_line") == 1


async def test_the_loop_goes_on_over_faults(web: Web) -> None:
    """A store that is away, and a fault of ours, are tried again after the pause."""
    faults = [StoreUnavailableError("away"), ValueError("ours")]
    pauses: list[float] = []

    class Faulty(BulkJobs):
        async def running(self) -> list[UUID]:
            if faults:
                raise faults.pop()
            return []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            raise asyncio.CancelledError

    task = asyncio.create_task(bulk.keep(Bulk(Faulty(web.pool), web.intake, bootstrap.now), pause))
    await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()
    assert len(pauses) == 3
