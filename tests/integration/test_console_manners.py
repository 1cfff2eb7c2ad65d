"""Manners of the console: what one may not do is told, what ends something is asked first, numbers lead to what they count."""

import html
import re
from uuid import UUID

import pytest

from adapters.database import audit
from tests.integration.browser import browser, token
from tests.integration.http_app import Web
from tests.integration.test_list_matching import handed_over, imported
from tests.stories import draft, known_id, ref, said
from tests.stories import story as told

OPERATE = "bunu operasyon ya da yönetici yapar."
_FIELD = re.compile(r'<input(?! type="checkbox")[^>]* name="([^"]+)" value="([^"]*)"')
BARRED = {
    "viewer": {"/shipments": OPERATE, "/attention": "bunu operasyon, finans ya da yönetici yapar.", "/messages": OPERATE},
    "finance": {"/shipments": OPERATE, "/messages": OPERATE, "/matches": OPERATE},
}
"""What some roles read in the place of buttons, on which page."""


async def doubtful(web: Web) -> str:
    """A line of an ETGB list that may mean several shipments; its id."""
    await handed_over(web, "3001234567", 1, "45.37")
    await handed_over(web, "3001234568", 2, "99.00")
    await imported(web, "3001234569;99,00;DE")
    found: UUID = await web.pool.fetchval("SELECT id FROM etgb_match")
    return str(found)


@pytest.mark.parametrize("role", BARRED)
async def test_what_a_role_may_not_do_stands_greyed_with_who_does(web: Web, role: str) -> None:
    """Lists name what could be done with them and who does it, where others have buttons; operations reads nothing of it."""
    await doubtful(web)
    await web.intake.take([*told(1)])
    await web.intake.take([said("ops/x", "shipment.cancel.v1", "late", {"shipment": ref("order-1"), "reason": "x"})])
    for path, who in BARRED[role].items():
        async with browser(web, role) as person:
            page = html.unescape((await person.get(path)).text)
            assert re.search(rf'aria-disabled="true">[^<]+</span> <span class="muted">[^<]*{who}', page), path
        async with browser(web, "operations") as person:
            assert who not in html.unescape((await person.get(path)).text), path


async def test_a_reason_that_holds_many_actions_is_said_once(web: Web) -> None:
    """On a shipment and on a claim the actions stand together under why not, instead of the same sentence beside each."""
    await web.intake.take([*told(1)])
    claim = await web.pool.fetchval("SELECT id FROM claim")
    async with browser(web, "viewer") as person:
        for path, who in ((f"/refunds/{claim}", "bunu finans ya da yönetici yapar."), (f"/shipments/{known_id(1)}", OPERATE)):
            page = html.unescape((await person.get(path)).text)
            card = re.search(r'aria-labelledby="actions-title">(.*?)</section>', page, re.DOTALL)
            assert card is not None
            assert card[1].count(who) == 1, path
            assert card[1].count('aria-disabled="true"') > card[1].count('class="under"') > 0


@pytest.mark.parametrize(("language", "kilos"), [("tr", "1,2"), ("en", "1.2")])
async def test_a_draft_is_amended_in_the_readers_own_numbers(web: Web, language: str, kilos: str) -> None:
    """Fields show decimals as the reader writes them, and sent back as they stand they change nothing."""
    await web.intake.take([said("orders/shop", "shipment.drafted.v1", "d", draft("order-1"))])
    at = f"/shipments/{known_id(1)}/amend?lang={language}"
    async with browser(web, "operations") as person:
        page = (await person.get(at)).text
        given = {html.unescape(name): html.unescape(value) for name, value in _FIELD.findall(page)}
        assert given["gross_weight_kg"] == kilos
        assert given["line-0-unit_price"] == ("10,5" if language == "tr" else "10.5")
        chosen = {f"line-{n}-kind": "goods" for n in range(2)}
        answer = await person.client.post(at, data=given | chosen)
        assert answer.status_code == 303
        after = (await person.get(answer.headers["location"] + f"?lang={language}")).text
        assert ("Hiçbir şey değişmedi." if language == "tr" else "Nothing was changed.") in after


async def test_access_ends_and_passwords_change_only_with_a_reason(web: Web) -> None:
    """The question says what comes of it and is asked again without a reason; the reason stands in the audit log."""
    async with browser(web, "admin") as admin:
        page = (await admin.get("/access")).text
        await admin.client.post("/access/users", data={"csrf": token(page), "name": "veli", "role": "viewer"})
        await admin.client.post("/access/keys", data={"csrf": token(page), "name": "shop", "role": "operations"})
        for at, says in (
            ("/access/users/veli/reset", "Bir kez gösterilecek parolayla girer"),
            ("/access/users/veli/revoke", "Bu geri alınamaz."),
            ("/access/keys/shop/revoke", "Bu geri alınamaz"),
        ):
            asked = await admin.get(at)
            assert (asked.status_code, says in asked.text, f'action="{at}"' in asked.text) == (200, True, True)
            silent = await admin.submit(at, at, {"reason": "  "})
            assert (silent.status_code, "Nedenini yazın." in silent.text) == (422, True), at
            assert (await admin.submit(at, at, {"reason": f"neden {at}"})).status_code in {200, 303}
        for gone in ("/access/users/veli/revoke", "/access/keys/shop/revoke", "/access/users/kimse/reset"):
            assert (await admin.get(gone)).status_code == 404, gone
    reasons = {act["action"]: act["reason"] for act in await audit.listed(web.pool, 50)}
    assert reasons["user.reset"] == "neden /access/users/veli/reset"
    assert reasons["user.revoke"] == "neden /access/users/veli/revoke"
    assert reasons["key.revoke"] == "neden /access/keys/shop/revoke"


async def test_a_line_is_rejected_only_with_a_reason(web: Web) -> None:
    """It is asked first, in a dialog or on a page of its own; once decided, the question leads back to the list."""
    at = f"/matches/{await doubtful(web)}/reject"
    async with browser(web, "finance") as person:
        assert (await person.get(at)).status_code == 403
    async with browser(web, "operations") as person:
        assert f'href="{at}"' in (await person.get("/matches")).text
        assert "bir daha sorulmaz" in (await person.get(at)).text
        silent = await person.submit(at, at)
        assert (silent.status_code, "Nedenini yazın." in silent.text) == (422, True)
        assert await web.pool.fetchval("SELECT state FROM etgb_match") == "open"
        assert (await person.submit(at, at, {"reason": "bizim değil"})).status_code == 303
        assert (await person.get(at)).headers["location"] == "/matches"
    (act,) = await audit.listed(web.pool, 1)
    assert (act["action"], act["reason"]) == ("match.reject", "bizim değil")


async def test_what_came_in_today_leads_to_the_list_that_it_counts(web: Web) -> None:
    """Each figure is a link, and the list behind it has as many shipments, wherever they stand by now."""
    await web.intake.take([*told(1), *list(told(2))[:4], said("orders/shop", "shipment.drafted.v1", "d", draft("order-3"))])
    async with browser(web, "operations") as person:
        today = html.unescape((await person.get("/")).text)
        card = re.search(r'<section class="card" aria-labelledby="arrived-title">(.*?)</section>', today, re.DOTALL)
        assert card is not None
        figures = re.findall(r'<a href="(/shipments[^"]+)">[^<]+</a></dt><dd>(\d+)</dd>', card[1])
        assert [count for _, count in figures] == ["3", "2", "1", "1"]
        for address, count in figures:
            listed = await person.get(address)
            assert f"<strong>{count} gönderi</strong>" in listed.text, address
        assert 'name="reached" value="etgb_issued:' in (await person.get(figures[2][0])).text


async def test_dialogs_of_messages_are_headed_by_words(web: Web) -> None:
    """The kind of a message is said in words, with the wire's own name beside it for whoever asks its sender."""
    await web.intake.take([*told(1)])
    await web.intake.take([said("ops/x", "shipment.cancel.v1", "late", {"shipment": ref("order-1"), "reason": "x"})])
    held = await web.pool.fetchval("SELECT id FROM refused")
    async with browser(web, "operations") as person:
        for path, head, kind in (
            (f"/messages/{held}", "Gönderi iptal edildi", "shipment.cancel.v1"),
            (f"/shipments/{known_id(1)}/message?source=orders/shop&message=draft-1", "Sipariş geldi", "shipment.drafted.v1"),
        ):
            page = (await person.get(path)).text
            assert f"<h1>{head}</h1>" in page
            assert f'<dd class="code">{kind}</dd>' in page
