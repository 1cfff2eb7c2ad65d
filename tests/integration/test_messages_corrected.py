"""A refused message is corrected by a person and sent again: a new message that names the old one, which stays as it came."""

import html
import re
from typing import Any
from uuid import uuid4

import orjson
import pytest

from adapters.database import audit
from adapters.settings import Settings
from adapters.web.console.pages import messages
from tests.integration.browser import browser, token
from tests.integration.http_app import Web, problem
from tests.stories import draft, invoice, known_id, ref, said, story

WRONG = said("invoicing/file", "invoice.issued.v1", "wrong", invoice("order-1", 1, total="1.00"))


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With messages that may be corrected."""
    settings.correct_messages = True
    return settings


async def held(web: Web) -> list[dict[str, Any]]:
    """What is refused."""
    async with web.as_("viewer") as client:
        found: list[dict[str, Any]] = (await client.get("/api/messages?state=refused")).json()["items"]
    return found


async def refused(web: Web) -> str:
    """An invoice whose total is wrong; where it is kept."""
    await web.intake.take([*list(story(1))[:1], WRONG])
    (one,) = await held(web)
    return str(one["id"])


def corrected(**data: str) -> dict[str, Any]:
    """The invoice with what is right."""
    message: dict[str, Any] = orjson.loads(WRONG.body)
    return message | {"data": message["data"] | {"total": "42.00"} | data}


async def test_what_is_corrected_is_a_new_message_of_the_same_source(web: Web) -> None:
    """It moves the shipment in the source's name, names the one that it corrects, and ends what was open about that."""
    kept = await refused(web)
    async with web.as_("operations") as client:
        body = {"message": corrected(), "reason": "yazım hatası"}
        answer = await client.post(f"/api/messages/{kept}/correct", json=body)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert (told["source"], told["state"], told["shipments"], told["corrects"]) == (
            "invoicing/file",
            "applied",
            [known_id(1)],
            kept,
        )
        assert told["id"] != "wrong"
        assert (await client.get("/api/attention")).json()["items"] == []
        assert (await client.get(f"/api/shipments/{known_id(1)}")).json()["stage"] == "invoiced"
    assert await held(web) == []
    (row,) = await web.pool.fetch("SELECT * FROM refused WHERE message_id = 'wrong'")
    assert (row["body"], row["state"], row["corrected_as"], row["corrected_by"]) == (
        WRONG.body,
        "closed",
        told["id"],
        "operations",
    )
    sent = await web.pool.fetchval(
        "SELECT b.body FROM inbox i JOIN inbox_body b USING (received_at, no) WHERE i.id = $1", told["id"]
    )
    assert {name: orjson.loads(sent)[name] for name in ("causationid", "correlationid")} == {
        "causationid": "wrong",
        "correlationid": "wrong",
    }
    (act,) = await audit.listed(web.pool, 1)
    assert (act["actor"], act["action"], act["thing"], act["reason"], act["outcome"]) == (
        "ops/operations",
        "message.correct",
        f"message/{kept}",
        "yazım hatası",
        "done",
    )


async def test_the_original_is_not_applied_besides(web: Web) -> None:
    """Neither a replay nor the counterpart's own repetition does what it said; a second correction is refused."""
    kept = await refused(web)
    async with web.as_("admin") as client:
        await client.post(f"/api/messages/{kept}/correct", json={"message": corrected(), "reason": "x"})
        problem(await client.post(f"/api/messages/{kept}/replay"), 409, "message-corrected")
        again = {"message": corrected(number="ABC2026000000009"), "reason": "x"}
        problem(await client.post(f"/api/messages/{kept}/correct", json=again), 409, "not-correctable")
        (outcome,) = await web.intake.take([WRONG])
        assert (outcome.state, outcome.code) == ("repeated", "duplicate")
    assert await held(web) == []


async def test_sent_twice_it_is_one_message(web: Web) -> None:
    """A client that lost the answer gets it again."""
    kept = await refused(web)
    async with web.as_("operations") as client:
        at, body, once = f"/api/messages/{kept}/correct", {"message": corrected(), "reason": "x"}, {"Idempotency-Key": "once"}
        first, second = [await client.post(at, json=body, headers=once) for _ in range(2)]
    assert (first.status_code, first.json()) == (200, second.json())
    assert await web.pool.fetchval("SELECT count(*) FROM inbox WHERE type = 'invoice.issued.v1'") == 2


async def test_one_that_is_refused_again_stands_in_the_place_of_the_first(web: Web) -> None:
    """The list has one message, the newest of them, which can be corrected in its turn."""
    kept = await refused(web)
    async with web.as_("operations") as client:
        body = {"message": corrected(total="2.00"), "reason": "x"}
        problem(await client.post(f"/api/messages/{kept}/correct", json=body), 409, "invoice-disagrees")
        (left,) = await held(web)
        assert left["id"] != kept
        (item,) = (await client.get("/api/attention")).json()["items"]
        assert item["message_id"] == left["message_id"]
        last = await client.post(f"/api/messages/{left['id']}/correct", json={"message": corrected(), "reason": "x"})
        assert last.json()["state"] == "applied"
    assert await held(web) == []


async def test_one_that_comes_early_waits_as_the_counterparts_own_would(web: Web) -> None:
    """It is parked, and the original is not listed any more."""
    kept = await refused(web)
    async with web.as_("operations") as client:
        message = corrected() | {"data": invoice("order-7", 7)}
        answer = await client.post(f"/api/messages/{kept}/correct", json={"message": message, "reason": "x"})
        assert answer.json()["state"] == "parked"
    assert await held(web) == []


async def test_one_that_could_not_be_read_is_corrected_too(web: Web) -> None:
    """What was not even JSON becomes a message; what is still none is told, and nothing is sent or kept."""
    broken = said("courier/pts", "courier.booked.v1", "b-1", {"courier": "pts"})
    await web.intake.take([*list(story(1))[:1], broken])
    (one,) = await held(web)
    at = f"/api/messages/{one['id']}/correct"
    message = orjson.loads(broken.body)
    async with web.as_("operations") as client:
        problem(await client.post(at, json={"message": message, "reason": "x"}), 422, "not-changed")
        wrong = message | {"data": {"courier": "pts", "tracking_number": "T"}}
        problem(await client.post(at, json={"message": wrong, "reason": "x"}), 422, "wrong-data")
        of_another = message | {"source": "courier/navlungo", "data": {}}
        assert (await client.post(at, json={"message": of_another, "reason": "x"})).status_code == 422
        assert await held(web) == [one]
        right = message | {"data": {"shipment": ref("order-1"), "courier": "pts", "tracking_number": "T"}}
        assert (await client.post(at, json={"message": right, "reason": "x"})).json()["state"] == "applied"
        assert (await client.get("/api/attention")).json()["items"] == []


@pytest.mark.parametrize(("role", "status"), [("finance", 403), ("viewer", 403), ("operations", 200)])
async def test_only_who_may_speak_for_a_source_corrects_it(web: Web, role: str, status: int) -> None:
    """An invoice is operations' matter, as a message that is posted is."""
    kept = await refused(web)
    async with web.as_(role) as client:
        answer = await client.post(f"/api/messages/{kept}/correct", json={"message": corrected(), "reason": "x"})
    assert answer.status_code == status


async def test_what_a_person_said_or_a_courier_signed_is_not_corrected(web: Web) -> None:
    """A user's own message is said again where it was said; nothing is sent in somebody else's name."""
    await web.intake.take([*story(1)])
    cancel = said("ops/ayse", "shipment.cancel.v1", "late", {"shipment": ref("order-1"), "reason": "x"})
    await web.intake.take([cancel])
    (one,) = await held(web)
    async with web.as_("admin") as client:
        body = {"message": orjson.loads(cancel.body) | {"data": {"shipment": ref("order-2"), "reason": "x"}}, "reason": "x"}
        problem(await client.post(f"/api/messages/{one['id']}/correct", json=body), 409, "not-correctable")
        problem(await client.post(f"/api/messages/{uuid4()}/correct", json=body), 404, "message-unknown")


async def test_it_is_off_where_an_installation_does_not_turn_it_on(web: Web, settings: Settings) -> None:
    """Which is how Kervan comes."""
    assert Settings(database_url="", broker_url="").correct_messages is False
    settings.correct_messages = False
    kept = await refused(web)
    async with web.as_("admin") as client:
        body = {"message": corrected(), "reason": "x"}
        found = problem(await client.post(f"/api/messages/{kept}/correct", json=body), 409, "not-correctable")
    assert "KERVAN_CORRECT_MESSAGES" in found["why"]
    async with browser(web, "operations") as person:
        assert "KERVAN_CORRECT_MESSAGES" in (await person.get(f"/messages/{kept}")).text


async def test_the_console_corrects_with_a_reason_and_shows_the_line_of_them(web: Web) -> None:
    """The form has what came; what is not JSON, or without a reason, is shown again; each message leads to the other."""
    kept = await refused(web)
    at = f"/messages/{kept}/correct"
    async with browser(web, "operations") as person:
        assert f'href="{at}"' in (await person.get(f"/messages/{kept}")).text
        page = (await person.get(at)).text
        came = html.unescape(re.search(r"<textarea[^>]*name=\"body\"[^>]*>\n?(.*?)</textarea>", page, re.DOTALL)[1])  # type: ignore[index]
        assert orjson.loads(came) == orjson.loads(WRONG.body)
        work = re.search(r'name="work" value="([^"]+)"', page)[1]  # type: ignore[index]
        form = {"csrf": token(page), "work": work, "body": came.replace('"1.00"', '"42.00"'), "reason": "yazım hatası"}
        silent = await person.client.post(at, data=form | {"reason": " "})
        assert (silent.status_code, "Nedenini yazın." in silent.text) == (422, True)
        broken = await person.client.post(at, data=form | {"body": '{\n"id": '})
        assert (broken.status_code, "Bu JSON değil" in broken.text, "yazım hatası" in broken.text) == (422, True, True)
        same = await person.client.post(at, data=form | {"body": came})
        assert (same.status_code, "Hiçbir şey değişmedi" in same.text) == (422, True)
        for _ in range(2):  # as somebody who clicks twice
            assert (await person.client.post(at, data=form)).status_code == 303
        assert "Düzeltilen mesaj uygulandı." in (await person.get("/messages")).text
        first = (await person.get(f"/messages/{kept}")).text
        assert ("düzeltip yeniden gönderdi" in first, work in first) == (True, True)
        story_ = (await person.get(f"/shipments/{known_id(1)}/message?source=invoicing/file&message={work}")).text
        assert ("Düzelttiği mesaj" in story_, f'href="/messages/{kept}"' in story_) == (True, True)
    acts = [(act["action"], act["reason"]) for act in await audit.listed(web.pool, 10) if act["action"] == "message.correct"]
    assert set(acts) == {("message.correct", "yazım hatası")}
    async with browser(web, "finance") as other:
        assert (await other.client.post(at, data=form | {"csrf": token((await other.get(at)).text)})).status_code == 403


async def test_a_cause_is_replayed_from_its_oldest_on(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is refused again comes last, so that the next click goes on with others, however many there are."""
    monkeypatch.setattr(messages, "AT_ONCE", 1)
    await web.intake.take([said("orders/shop", "shipment.drafted.v1", f"d-{n}", draft(f"order-{n}")) for n in (1, 2)])
    wrong = [said("invoicing/file", "invoice.issued.v1", f"w-{n}", invoice(f"order-{n}", n, total="1.00")) for n in (1, 2)]
    for one in wrong:
        await web.intake.take([one])
    async with browser(web, "operations") as person:
        tried = []
        for _ in range(2):
            form = {"state": "refused", "cause": "invoice_disagrees", "whole": "true"}
            await person.submit("/messages?cause=invoice_disagrees", "/messages/replay", form)
            tried.append((await audit.listed(web.pool, 1))[0]["thing"])
    assert len(set(tried)) == 2
