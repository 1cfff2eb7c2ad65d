"""Subscriptions over HTTP and from the command line: made, shown, tried, changed, and ended."""

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import orjson
import pytest

from adapters.database import audit
from adapters.entrypoints.embedded import Urls
from adapters.settings import Settings
from events.intake import Intake
from tests.integration.http_app import Web, problem
from tests.integration.receiver import OK, Receiver
from tests.integration.test_advice_commands import kervan
from workflow.attention import Reason

AT = "/api/subscriptions"
OUTSIDE = {"networks": ["127.0.0.0/8"], "http": True}
KEY = "a2V5IG9mIHRoaXJ0eS10d28gYnl0ZXMgZm9yIHRlc3Rz"


@pytest.fixture
def settings() -> Settings:
    """Settings of an app that may call the loopback."""
    return Settings(database_url="", broker_url="", signing_key=KEY, outside=OUTSIDE)


async def test_a_secret_is_shown_once_and_stands_nowhere(web: Web, receiver: Receiver) -> None:
    """In the answer to whoever subscribed, also when the same request comes again; not in lists, and not in the database."""
    hears = {"types": ["shipment.transitioned.v1"], "stages": ["etgb_issued"], "sellers": [], "reasons": []}
    asked = {"name": "erp", "url": receiver.url, "hears": hears}
    async with web.as_("admin") as client:
        made = await client.post(AT, json=asked, headers={"Idempotency-Key": "one"})
        again = await client.post(AT, json=asked, headers={"Idempotency-Key": "one"})
        assert made.status_code == again.status_code == 201, made.text
        secret = made.json()["secret"]
        assert secret.startswith("whsec_")
        assert again.json() == made.json()
        shown = (await client.get(AT)).json()
    async with web.as_("operations") as client:
        (one,) = (await client.get(AT)).json()["items"]
        assert one == (await client.get(f"{AT}/{one['id']}")).json() == shown["items"][0]
    assert secret not in orjson.dumps(shown).decode()
    assert one["hears"] == {"types": ["shipment.transitioned.v1"], "stages": ["etgb_issued"]}
    assert (one["state"], one["made_by"], one["waiting"]) == ("active", "admin", 0)
    kept = await web.pool.fetchval(
        "SELECT (SELECT string_agg(s::text, ' ') FROM subscription s) || ' '"
        " || (SELECT string_agg(convert_from(body, 'utf8'), ' ') FROM idempotency)"
    )
    assert secret not in kept
    assert secret.removeprefix("whsec_") not in kept


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"url": "ftp://receiver.example/"}, 422, "forbidden-url"),
        ({"url": "http://user:word@127.0.0.1/"}, 422, "forbidden-url"),
        ({"url": "https://10.0.0.1/"}, 422, "forbidden-address"),
        ({"url": "https://169.254.169.254/latest/meta-data"}, 422, "forbidden-address"),
        ({"url": "https://[::ffff:10.0.0.1]/"}, 422, "forbidden-address"),
        ({"url": "https://0x0a000001/"}, 422, "forbidden-address"),
        ({"name": ""}, 422, "wrong-data"),
        ({"hears": {"types": ["nothing.v1"]}}, 422, "wrong-data"),
        ({"hears": {"sellers": ["x"]}}, 422, "wrong-data"),
        ({"hears": {"stage": ["validated"]}}, 422, "wrong-data"),
        ({}, 409, "subscription-name-taken"),
    ],
)
async def test_what_cannot_be_is_said_in_words(
    web: Web, receiver: Receiver, change: dict[str, Any], status: int, code: str
) -> None:
    """Addresses inside a network, whatever they look like; unknown words; a name that is taken. Changing is no way around."""
    asked = {"name": "erp", "url": receiver.url}
    async with web.as_("admin") as client:
        made = (await client.post(AT, json=asked)).json()
        problem(await client.post(AT, json=asked | change), status, code)
        if change and status == 422:
            problem(await client.patch(f"{AT}/{made['id']}", json=change), status, code)
        assert len((await client.get(AT)).json()["items"]) == 1
    assert receiver.came == []


async def test_a_receiver_can_be_tried_and_a_message_sent_again(web: Web, receiver: Receiver) -> None:
    """At once, with what it answered; an attempt names who wanted it."""
    receiver.answer = lambda _: OK if len(receiver.came) > 1 else "503 Service Unavailable"
    async with web.as_("admin") as client:
        made = (await client.post(AT, json={"name": "erp", "url": receiver.url})).json()
        here = f"{AT}/{made['id']}"
        first, second = [(await client.post(f"{here}/test")).json() for _ in range(2)]
        assert [(one["outcome"], one["status"], one["by"]) for one in (first, second)] == [
            ("failed", 503, "admin"),
            ("delivered", 200, "admin"),
        ]
        assert second["answer"] == "thank you"
        assert receiver.came[1].event["type"] == "subscription.tested.v1"
        assert receiver.came[1].signed_by(made["secret"], web.app.state.services.clock()) == second["message_id"]
        problem(await client.post(f"{here}/attempts/{first['id']}/resend"), 404, "attempt-unknown")
        await web.pool.execute(
            """WITH tried AS (INSERT INTO delivery_attempt (subscription, message_id, at, outcome, status, duration_ms)
                              VALUES ($1, 'm:1', now(), 'failed', 500, 12))
               INSERT INTO delivery (subscription, message_id, type, about, body, state, noted_at, due_at)
               VALUES ($1, 'm:1', 'shipment.transitioned.v1', 'm', '{"id": "m:1"}', 'given_up', now(), now())""",
            UUID(made["id"]),
        )
        found = (await client.get(f"{here}/attempts")).json()["items"]
        assert [one["message_id"] for one in found] == ["m:1", second["message_id"], first["message_id"]]
        assert found[0]["delivery"] == "given_up"
        again = (await client.post(f"{here}/attempts/{found[0]['id']}/resend")).json()
        assert (again["outcome"], receiver.ids[-1]) == ("delivered", "m:1")
        newest = (await client.get(f"{here}/attempts", params={"limit": 1})).json()
        assert newest["items"][0]["delivery"] == "delivered"
        assert newest["next"]


async def test_it_is_paused_resumed_rotated_replayed_changed_and_removed(web: Web, receiver: Receiver) -> None:
    """Each by its route; what is not possible now is 409, and what was removed is 404 and leaves its name."""
    async with web.as_("admin") as client:
        made = (await client.post(AT, json={"name": "erp", "url": receiver.url})).json()
        here = f"{AT}/{made['id']}"
        problem(await client.post(f"{here}/actions/resume"), 409, "not-now")
        assert (await client.post(f"{here}/actions/pause")).json()["state"] == "paused"
        problem(await client.post(f"{here}/actions/pause"), 409, "not-now")
        assert (await client.post(f"{here}/actions/resume")).json()["state"] == "active"
        rotated = (await client.post(f"{here}/actions/rotate", json={"overlap_hours": 1})).json()
        assert rotated["secret"] != made["secret"]
        assert rotated["old_secret_until"] > rotated["secret_since"]
        problem(await client.post(f"{here}/actions/replay"), 422, "wrong-data")
        problem(await client.post(f"{here}/actions/replay", json={"since": "2999-01-01T00:00:00Z"}), 422, "wrong-data")
        replayed = (await client.post(f"{here}/actions/replay", json={"since": "2026-11-20T09:00:00+03:00"})).json()
        assert replayed["replay"]["from"] == "2026-11-20T06:00:00+00:00"
        changed = (await client.patch(here, json={"hears": {"reasons": [Reason.ETGB_OVERDUE]}})).json()
        assert (changed["name"], changed["hears"]) == ("erp", {"reasons": ["etgb_overdue"]})
        assert (await client.delete(here)).status_code == 204
        problem(await client.get(here), 404, "subscription-unknown")
        problem(await client.delete(here), 404, "subscription-unknown")
        problem(await client.post(f"{here}/test"), 404, "subscription-unknown")
        assert (await client.post(AT, json={"name": "erp", "url": receiver.url})).status_code == 201
    done = [(act["action"], act["outcome"]) for act in reversed(await audit.listed(web.pool, 50, subject="subscription"))]
    said = "add pause resume rotate replay change remove add".split()
    assert [action.partition(".")[2] for action, outcome in done if outcome == "done"] == said


async def test_without_a_key_nobody_can_subscribe(
    connections: "asyncpg.Pool[asyncpg.Record]", intake: Intake, receiver: Receiver, database_url: str, tmp_path: Path
) -> None:
    """Where servers of one's own are used it has to be set, and the answer says so."""
    web = Web(connections, intake, Settings(database_url=database_url, data_dir=tmp_path, outside=OUTSIDE))
    async with web.as_("admin") as client:
        answer = await client.post(AT, json={"name": "erp", "url": receiver.url})
    assert "KERVAN_SIGNING_KEY" in problem(answer, 503, "no-signing-key")["detail"]


async def test_the_command_line_does_the_same(urls: Urls, database_url: str, tmp_path: Path) -> None:
    """Add prints the secret alone; list, pause, resume, replay, rotate and remove take a name; unknown ones are code 1."""
    where = {
        "database_url": database_url,
        "broker_url": urls.broker_url,
        "data_dir": str(tmp_path),
        "signing_key": KEY,
        "outside__networks": '["127.0.0.0/8"]',
    }

    async def run(*words: str) -> tuple[int, str]:
        return await kervan("subscription", *words, **where)

    code, secret = await run(
        "add", "erp", "https://127.0.0.1/hooks", "--type", "shipment.transitioned.v1", "--stage", "etgb_issued"
    )
    assert (code, secret[:6]) == (0, "whsec_"), secret
    assert (await run("add", "erp", "https://127.0.0.1/hooks"))[0] == 1
    assert (await run("add", "other", "https://10.0.0.1/hooks"))[0] == 1
    assert (await run("add", "other", "https://127.0.0.1/", "--stage", "nowhere"))[0] == 2
    (one,) = orjson.loads((await run("list", "--json"))[1])
    assert (one["name"], one["hears"]["stages"], one["made_by"]) == ("erp", ["etgb_issued"], "cli")
    assert (await run("pause", "erp"))[0] == 0
    assert "paused" in (await run("list"))[1]
    assert (await run("resume", "erp"))[0] == 0
    assert (await run("resume", "erp"))[0] == 2
    assert (await run("replay", "erp", "--since", "2026-11-20"))[0] == 0
    code, rotated = await run("rotate", one["id"])
    assert (code, rotated[:6]) == (0, "whsec_")
    assert rotated != secret
    assert (await run("remove", "erp"))[0] == 0
    assert (await run("remove", str(uuid4())))[0] == 1
