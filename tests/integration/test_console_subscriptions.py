"""The page of subscriptions: what each role sees of it, and what its forms do, without a script."""

import re
from typing import Any

import pytest

from adapters.database import audit
from adapters.settings import Settings
from tests.integration.browser import browser
from tests.integration.http_app import Web
from tests.integration.receiver import BROKEN, OK, Receiver
from tests.integration.test_http_subscriptions import KEY, OUTSIDE

AT = "/subscriptions"


@pytest.fixture
def settings() -> Settings:
    """Settings of an app that may call the loopback."""
    return Settings(database_url="", broker_url="", signing_key=KEY, outside=OUTSIDE)


def form(receiver: Receiver, **more: Any) -> dict[str, Any]:
    """What one fills in."""
    return {"name": "erp", "url": receiver.url} | more


async def test_a_secret_is_shown_once_and_then_never_again(web: Web, receiver: Receiver) -> None:
    """On the answer to the form; the page of the subscription has it no more, and the form has what was asked."""
    async with browser(web, "admin") as person:
        asked = form(receiver, types=["shipment.transitioned.v1"], stages=["etgb_issued"], sellers="1234567890, 17291716060")
        made = await person.submit(AT, AT, asked)
        assert made.status_code == 200, made.text
        secret = re.search(r"whsec_[\w+/=]+", made.text)
        assert secret is not None
        (one,) = await web.pool.fetch("SELECT id, hears FROM subscription")
        page = (await person.get(f"{AT}/{one['id']}")).text
        assert "whsec_" not in page
        assert 'value="etgb_issued" checked' in page
        assert 'value="1234567890 17291716060"' in page
        listed = (await person.get(f"{AT}?lang=en")).text
        assert "Changes of stage" in listed
        assert "ETGB" in listed
    assert [act["action"] for act in await audit.listed(web.pool, 9, subject="subscription")] == ["subscription.add"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"url": "https://10.0.0.1/"}, "iç ağa gidiyor"),
        ({"url": "ftp://127.0.0.1/"}, "https:// ile başlamalı"),
        ({"sellers": "123"}, "Bir alan hatalı"),
        ({"sellers": "١٢٣٤٥٦٧٨٩٠"}, "Bir alan hatalı"),
        ({"types": ["nothing.v1"]}, "Bir alan hatalı"),
    ],
)
async def test_what_was_filled_in_stays_where_something_is_wrong(
    web: Web, receiver: Receiver, change: dict[str, Any], words: str
) -> None:
    """With the reason in words, and nothing made."""
    async with browser(web, "admin") as person:
        answer = await person.submit(AT, AT, form(receiver, name="muhasebe") | change)
        assert answer.status_code == 422
        assert words in answer.text
        assert 'value="muhasebe"' in answer.text
    assert await web.pool.fetchval("SELECT count(*) FROM subscription") == 0


async def test_all_that_can_be_done_is_done_by_forms(web: Web, receiver: Receiver) -> None:
    """Try it, pause it, resume it, change it, replay, give it another secret, end it; each with a word of what came of it."""
    async with browser(web, "admin") as person:
        await person.submit(AT, AT, form(receiver))
        one = f"{AT}/{await web.pool.fetchval('SELECT id FROM subscription')}"

        async def does(action: str, **values: Any) -> str:
            answer = await person.submit(one, f"{one}/{action}", values)
            assert answer.status_code == 303, answer.text
            return (await person.get(answer.headers["location"])).text

        receiver.answer = lambda _: BROKEN
        assert "Alıcıda hata oluştu. HTTP 500" in await does("test")
        receiver.answer = lambda _: OK
        assert "Teslim edildi. HTTP 200" in await does("test")
        assert "duraklatıldı" in await does("pause")
        assert "Bu işlem şu anda yapılamaz" in await does("pause")
        assert "Abonelik sürüyor." in await does("resume")
        assert "Geçmiş yeniden gönderiliyor." in await does("replay", since="2026-11-20T09:00", again="true")
        (row,) = await web.pool.fetch("SELECT replay_from, replay_again FROM subscription")
        assert (row["replay_from"].isoformat(), row["replay_again"]) == ("2026-11-20T06:00:00+00:00", True)
        assert "Bir alan hatalı" in await does("replay", since="2999-01-01T00:00")
        assert "Değişiklik kaydedildi." in await does("change", name="erp 2", url=receiver.url, reasons=["etgb_overdue"])
        rotated = await person.submit(one, f"{one}/rotate")
        assert "whsec_" in rotated.text
        assert "Nedenini yazın." in await does("remove")
        assert "Abonelik kaldırıldı." in await does("remove", reason="sözleşme bitti")
        assert (await person.get(one)).status_code == 404
    done = [act["action"].partition(".")[2] for act in reversed(await audit.listed(web.pool, 50, subject="subscription"))]
    assert (await audit.listed(web.pool, 1, subject="subscription"))[0]["reason"] == "sözleşme bitti"
    assert done == "add test test pause pause resume replay replay change rotate remove".split()


async def test_a_message_is_sent_again_from_its_attempt(web: Web, receiver: Receiver) -> None:
    """The same message under the same id, and the row says who did it."""
    async with browser(web, "admin") as person:
        await person.submit(AT, AT, form(receiver))
        found = await web.pool.fetchval("SELECT id FROM subscription")
        attempt = await web.pool.fetchval(
            """WITH noted AS (INSERT INTO delivery (subscription, message_id, type, about, body, state, noted_at, due_at)
                   VALUES ($1, 'm:1', 'claim.progressed.v1', 'm', '{"id": "m:1"}', 'given_up', now(), now()))
               INSERT INTO delivery_attempt (subscription, message_id, at, outcome, status, duration_ms, answer)
               VALUES ($1, 'm:1', now(), 'failed', 500, 12, '<script>alert(1)</script>') RETURNING id""",
            found,
        )
        page = (await person.get(f"{AT}/{found}")).text
        assert "vazgeçildi" in page
        assert "<script>alert" not in page
        await person.submit(f"{AT}/{found}", f"{AT}/{found}/attempts/{attempt}/resend")
        assert receiver.ids == ["m:1"]
        assert "· admin" in (await person.get(f"{AT}/{found}")).text


async def test_operations_reads_and_does_nothing(web: Web, receiver: Receiver) -> None:
    """No form is offered, and one that is sent all the same is 403; viewers and finance do not see the page."""
    async with browser(web, "admin") as person:
        await person.submit(AT, AT, form(receiver))
    one = f"{AT}/{await web.pool.fetchval('SELECT id FROM subscription')}"
    async with browser(web, "operations") as person:
        page = (await person.get(one)).text
        assert f'action="{one}/' not in page
        assert f'action="{AT}"' not in (await person.get(AT)).text
        for path in (AT, f"{one}/pause", f"{one}/change", f"{one}/attempts/{one.rpartition('/')[2]}/resend"):
            assert (await person.submit("/account", path, form(receiver))).status_code == 403, path
    for role in ("viewer", "finance"):
        async with browser(web, role) as person:
            assert (await person.get(one)).status_code == 403
