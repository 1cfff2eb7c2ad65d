"""People: signing in, sessions, forms that only our pages can send, and the log of what was done."""

import asyncio
import re
from datetime import timedelta
from itertools import chain
from typing import Any

import asyncpg
import orjson
import pytest
from fastapi.routing import APIRoute
from typer.testing import CliRunner

from adapters.database import audit, sessions, users
from adapters.entrypoints import bootstrap
from adapters.entrypoints.cli import app
from adapters.settings import Settings
from adapters.web.console import preferences, signing_in
from adapters.web.console.pages import MORE, PAGES, account, gate
from events.intake import Intake
from tests.integration.browser import PASSWORD, browser, token
from tests.integration.http_app import Web
from tests.stories import draft, known_id


@pytest.fixture
def web(
    connections: "asyncpg.Pool[asyncpg.Record]", intake: Intake, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Web:
    """The app over the fresh database; each test has an address that nobody tried a password from."""
    monkeypatch.setattr(gate, "_PATIENCE", signing_in.Patience())
    return Web(connections, intake, settings)


async def made(web: Web, name: str = "ayse", role: str = "operations") -> None:
    """Somebody with a password of their own."""
    await users.add(web.pool, name, role, bootstrap.now(), password=PASSWORD)


async def logged(web: Web) -> list[tuple[str, str, str]]:
    """Actor, action and outcome of what was done, oldest first."""
    found = await audit.listed(web.pool, 100)
    return [(row["actor"], row["action"], row["outcome"]) for row in reversed(found)]


async def test_an_empty_installation_says_how_the_first_admin_is_made(web: Web) -> None:
    """Without users there is no form, but the command to type."""
    async with browser(web) as nobody:
        page = (await nobody.get("/")).text
    assert "kervan user add --role admin" in page
    assert 'name="password"' not in page


async def test_who_signs_in_comes_to_where_they_wanted_to_go(web: Web) -> None:
    """A page without a session leads to the form, and the form on to the page; the cookie is for the browser alone."""
    await made(web)
    async with browser(web) as ayse:
        sent = await ayse.get("/account?x=1")
        assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in?next=%2Faccount%3Fx%3D1")
        answer = await ayse.sign_in("ayse", to="/account?x=1")
        assert (answer.status_code, answer.headers["location"]) == (303, "/account?x=1")
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "samesite=lax" in cookie.lower()
        assert "ayse" in (await ayse.get("/account")).text
    kept = await web.pool.fetchval("SELECT token FROM console_session")
    assert cookie.split("=")[1].split(";")[0].encode() != kept


async def test_cookies_travel_encrypted_where_the_page_did(web: Web) -> None:
    """Over https each cookie is marked for https only."""
    await made(web)
    async with browser(web) as ayse:
        opened = await ayse.get("https://kervan.test/sign-in")
        form = {"csrf": token(opened.text), "name": "ayse", "password": PASSWORD}
        answer = await ayse.client.post("https://kervan.test/sign-in", data=form)
    assert answer.status_code == 303
    assert all("Secure" in cookie for cookie in answer.headers.get_list("set-cookie"))


@pytest.mark.parametrize(
    "to", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)", ""]
)
async def test_a_sign_in_leads_nowhere_else(web: Web, to: str) -> None:
    """Where one wanted to go may come from a foreign link; another host is never gone to."""
    await made(web)
    async with browser(web) as ayse:
        assert (await ayse.sign_in("ayse", to=to)).headers["location"] == "/"


async def test_a_wrong_password_says_nothing_of_who_exists(web: Web) -> None:
    """A wrong name and a wrong password get the same answer; only a name that exists is logged."""
    await made(web)
    async with browser(web) as somebody:
        answers = [await somebody.sign_in(name, "wrong password") for name in ("ayse", "nobody", "a\x00b")]
    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert len({answer.text.count("Ad ya da parola yanlış.") for answer in answers}) == 1
    assert await logged(web) == [("ops/ayse", "session.begin", "wrong_password")]


async def test_after_wrong_passwords_a_name_is_locked_for_a_while(web: Web) -> None:
    """The sixth attempt is not tried even with the right password; a minute later it is, and longer locks follow."""
    await made(web)
    async with browser(web) as somebody:
        for _ in range(users.FREE_TRIES):
            await somebody.sign_in("ayse", "wrong password")
        locked = await somebody.sign_in("ayse")
        assert (locked.status_code, "kilitli" in locked.text) == (401, True)
        await web.pool.execute("UPDATE console_user SET locked_until = locked_until - interval '61 s'")
        await somebody.sign_in("ayse", "wrong password")
        left = await web.pool.fetchval("SELECT locked_until - $1 FROM console_user", bootstrap.now())
        assert timedelta(seconds=90) < left < timedelta(seconds=121)
        await web.pool.execute("UPDATE console_user SET locked_until = NULL")
        assert (await somebody.sign_in("ayse")).status_code == 303
    assert await web.pool.fetchval("SELECT failures FROM console_user") == 0


async def test_an_address_that_tries_many_names_has_to_wait(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """After many wrong passwords from one address nothing is tried any more, whatever the name."""
    monkeypatch.setattr(gate, "_PATIENCE", signing_in.Patience(most=3))
    await made(web)
    async with browser(web) as somebody:
        for name in ("a", "b", "c"):
            await somebody.sign_in(name, "wrong password")
        answer = await somebody.sign_in("ayse")
    assert answer.status_code == 429


def test_patience_forgets() -> None:
    """Old attempts and old addresses do not count for ever."""
    patience = signing_in.Patience(most=1, within_s=-1, addresses=1)
    patience.wrong("a")
    patience.wrong("b")
    assert not patience.spent("a")
    assert not patience.spent("b")


@pytest.mark.parametrize("field", [None, "", "x", "é", "A" * 88])
async def test_a_form_from_elsewhere_does_nothing(web: Web, field: str | None) -> None:
    """Without the token of the browser's own page a form is refused, whoever is signed in."""
    async with browser(web, "admin") as admin:
        data = {} if field is None else {"csrf": field}
        answer = await admin.client.post("/sign-out", data=data)
        assert answer.status_code == 403
        assert "form-expired" in answer.text
        assert (await admin.get("/account")).status_code == 200


async def test_no_form_of_any_page_is_taken_without_its_token(web: Web) -> None:
    """Each address of the console that a form can be sent to refuses one that is not ours: none was forgotten."""
    of_pages = (page.router for page in PAGES)
    routers = (gate.router, account.router, preferences.router, *of_pages, *chain.from_iterable(MORE.values()))
    routes = [
        route
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute) and "POST" in (route.methods or ())
    ]
    words = {"action": "pause", "trigger": "cancel", "family": "rates", "code": "tcmb"}
    taken = []
    async with browser(web, "admin") as admin:
        for route in routes:
            path = re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: words.get(found[1], known_id(1)), route.path)
            answer = await admin.client.post(path, data={"csrf": "x"})
            if answer.status_code != 403 or "form-expired" not in answer.text:
                taken.append((path, answer.status_code))
        assert (await admin.get("/account")).status_code == 200
    assert len(routes) >= 30
    assert taken == []


async def test_a_form_that_another_site_sends_does_nothing(web: Web) -> None:
    """Even with a token: what the browser says of the sender counts too; and a token of another session is none."""
    async with browser(web, "admin") as admin, browser(web, "viewer") as viewer:
        for headers in ({"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
            assert (await admin.submit("/account", "/sign-out", headers=headers)).status_code == 403
        other = token((await viewer.get("/account")).text)
        assert (await admin.client.post("/sign-out", data={"csrf": other})).status_code == 403
        own = {"Origin": "http://kervan.test", "Sec-Fetch-Site": "same-origin"}
        assert (await admin.submit("/account", "/sign-out", headers=own)).status_code == 303


async def test_tokens_differ_from_page_to_page(web: Web) -> None:
    """The same browser's token is masked anew each time, and each of them is good."""
    async with browser(web, "admin") as admin:
        first, second = [token((await admin.get("/account")).text) for _ in range(2)]
        assert first != second
        assert (await admin.client.post("/sign-out", data={"csrf": first})).status_code == 303


async def test_sessions_end(web: Web) -> None:
    """By signing out, by a week or half a day without use, and at once where the person is revoked or gets a new password."""
    await made(web)
    for how in (
        "UPDATE console_session SET expires_at = now()",
        "UPDATE console_session SET seen_at = now() - interval '13 hours'",
        "UPDATE console_user SET revoked_at = now()",
    ):
        async with browser(web) as ayse:
            assert (await ayse.sign_in("ayse")).status_code == 303
            assert (await ayse.get("/account")).status_code == 200
            await web.pool.execute(how)
            assert (await ayse.get("/account")).status_code == 303
            await web.pool.execute("UPDATE console_user SET revoked_at = NULL")
    async with browser(web) as ayse:
        await ayse.sign_in("ayse")
        assert (await ayse.submit("/account", "/sign-out")).status_code == 303
        assert (await ayse.get("/account")).status_code == 303


async def test_a_session_that_nobody_used_for_long_is_present_no_more(web: Web) -> None:
    """It is not counted among a person's sessions, nor among those that signing out elsewhere ends, and is ended with them."""
    await made(web)
    async with browser(web) as old, browser(web) as here:
        for one in (old, here):
            await one.sign_in("ayse")
        await web.pool.execute(
            """UPDATE console_session SET seen_at = now() - interval '13 hours'
               WHERE token = (SELECT token FROM console_session ORDER BY created_at LIMIT 1)"""
        )
        [ayse] = [user for user in await users.listed(web.pool, bootstrap.now()) if user["name"] == "ayse"]
        assert ayse["sessions"] == 1
        user = users.User(ayse["id"], "ayse", ayse["role"], must_change=False)
        used = await sessions.begin(web.pool, user, bootstrap.now())
        assert await sessions.end_others(web.pool, used, bootstrap.now()) == 1
        assert await web.pool.fetchval("SELECT count(*) FROM console_session WHERE ended_at IS NULL") == 1


async def test_a_given_password_opens_only_the_page_to_choose_another(web: Web) -> None:
    """Whoever got a password from an admin sees no other page until they chose their own; then the given one is void."""
    given = await users.add(web.pool, "mehmet", "viewer", bootstrap.now())
    async with browser(web) as mehmet:
        await mehmet.sign_in("mehmet", given)
        assert (await mehmet.get("/")).headers["location"] == "/account"
        values = {"old": given, "new": PASSWORD, "again": PASSWORD}
        assert (await mehmet.submit("/account", "/account/password", values)).headers["location"] == "/"
        assert (await mehmet.get("/")).status_code == 200
    async with browser(web) as again:
        assert (await again.sign_in("mehmet", given)).status_code == 401
        assert (await again.sign_in("mehmet")).status_code == 303


@pytest.mark.parametrize(
    "values",
    [
        {"new": "short", "again": "short"},
        {"again": "another one altogether"},
        {"new": PASSWORD, "again": PASSWORD},
        {"new": "operations for ever", "again": "operations for ever"},
        {"old": "wrong"},
    ],
)
async def test_bad_choices_of_a_password_are_told(web: Web, values: dict[str, str]) -> None:
    """Too short, mistyped, the old one, with the own name in it, or without the present one: nothing changes."""
    good = {"old": PASSWORD, "new": "the moon over Kapadokya", "again": "the moon over Kapadokya"}
    async with browser(web, "operations") as somebody:
        answer = await somebody.submit("/account", "/account/password", good | values)
        assert (answer.status_code, 'role="alert"' in answer.text) == (422, True)
        assert (await somebody.submit("/account", "/account/password", good)).status_code == 303


async def test_other_sessions_can_be_ended(web: Web) -> None:
    """A person sees how many sessions go on, and ends all but this one."""
    async with browser(web, "finance") as here, browser(web, "finance") as there:
        assert (await here.get("/account")).text.count("<time") == 4
        await here.submit("/account", "/account/sessions/end")
        assert (await there.get("/account")).status_code == 303
        assert (await here.get("/account")).status_code == 200


async def test_passwords_are_kept_as_slow_hashes(web: Web) -> None:
    """What is kept is Argon2id of that password, and no two are alike."""
    await made(web, "a")
    await made(web, "b")
    kept = [row["password"] for row in await web.pool.fetch("SELECT password FROM console_user")]
    assert [text[:10] for text in kept] == ["$argon2id$"] * 2
    assert kept[0] != kept[1]


async def test_names_are_one_persons_at_a_time_and_the_last_admin_stays(web: Web) -> None:
    """A name is free again after its owner was revoked; the last admin can be neither revoked nor demoted."""
    now = bootstrap.now()
    await users.add(web.pool, "ayse", "admin", now)
    with pytest.raises(users.UserNameTakenError):
        await users.add(web.pool, "ayse", "viewer", now)
    with pytest.raises(users.LastAdminError):
        await users.revoke(web.pool, "ayse", now)
    with pytest.raises(users.LastAdminError):
        await users.assign(web.pool, "ayse", "viewer")
    await users.add(web.pool, "veli", "admin", now)
    await users.revoke(web.pool, "ayse", now)
    await users.add(web.pool, "ayse", "viewer", now)
    with pytest.raises(users.UserUnknownError):
        await users.reset(web.pool, "nobody", now)


async def test_commands_let_people_in_and_are_logged(web: Web, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`kervan user` adds, lists, resets, gives roles and revokes; each is logged, no password is."""
    monkeypatch.setenv("KERVAN_DATABASE_URL", database_url)
    monkeypatch.setattr("adapters.database.migrate.upgrade", lambda *_: "")

    async def typed(*words: str, given: str | None = None) -> str:
        result = await asyncio.to_thread(CliRunner().invoke, app, ["user", *words], given)
        assert result.exit_code == 0, result.output
        return result.stdout

    first = (await typed("add", "--role", "admin", "--name", "ayse")).strip()
    await typed("add", "--role", "viewer", "--name", "veli", "--password-stdin", given=f"{PASSWORD}\n")
    await typed("role", "veli", "operations")
    again = (await typed("reset", "ayse")).strip()
    await typed("revoke", "veli")
    listed = orjson.loads(await typed("list", "--json"))
    assert [(row["name"], row["role"], row["revoked_at"] is None) for row in listed] == [
        ("ayse", "admin", True),
        ("veli", "operations", False),
    ]
    async with browser(web) as ayse:
        assert [(await ayse.sign_in("ayse", word)).status_code for word in (first, again)] == [401, 303]
    actions = [action for actor, action, _ in await logged(web) if actor.startswith("cli/")]
    assert actions == ["user.add", "user.add", "user.role", "user.reset", "user.revoke"]
    kept = await web.pool.fetchval("SELECT string_agg(a::text, ' ') FROM audit a")
    assert not [word for word in (first, again, PASSWORD) if word in kept]
    assert CliRunner().invoke(app, ["user", "add", "--role", "admin", "--name", "Ayşe"]).exit_code == 2


async def test_the_log_is_only_added_to(web: Web) -> None:
    """The database itself refuses to change or remove what was logged."""
    await audit.note(web.pool, bootstrap.now(), audit.Act("cli", "cli/root", "", "user.add", "user/ayse"))
    for statement in ("UPDATE audit SET actor = 'x'", "DELETE FROM audit", "TRUNCATE audit"):
        with pytest.raises(asyncpg.RestrictViolationError):
            await web.pool.execute(statement)
    assert len(await audit.listed(web.pool, 10)) == 1


async def test_what_the_api_does_is_logged_with_actor_and_reason(web: Web) -> None:
    """A key's actions stand in the log in the console's words, refusals with their status, repeats and reading not."""
    async with web.as_("operations") as client:
        answer = await client.post("/api/shipments", json=draft("A-1"), headers={"X-Request-ID": "r-1"})
        shipment: dict[str, Any] = answer.json()
        at = f"/api/shipments/{shipment['id']}/actions/cancel"
        key = {"Idempotency-Key": "k"}
        assert (await client.post(at, json={"reason": "müşteri vazgeçti"}, headers=key)).status_code == 200
        assert (await client.post(at, json={"reason": "müşteri vazgeçti"}, headers=key)).status_code == 200
        await client.get("/api/shipments")
    found = await audit.listed(web.pool, 10)
    assert [(row["action"], row["thing"], row["reason"], row["outcome"]) for row in found] == [
        ("shipment.cancel", f"shipment/{shipment['id']}", "müşteri vazgeçti", "done"),
        ("shipment.draft", "", "", "done"),
    ]
    assert {(row["door"], row["actor"], row["role"]) for row in found} == {("api", "ops/operations", "operations")}
    assert found[1]["request"] == "r-1"
    assert await audit.listed(web.pool, 10, thing="shipment/x") == []
    assert len(await audit.listed(web.pool, 10, before=found[0]["id"], actor="ops/operations", subject="shipment")) == 1


async def test_errors_are_pages_for_people_and_problems_for_programs(web: Web) -> None:
    """The same address answers a browser with a page in its language, and anything else with a problem."""
    async with browser(web) as person, web.as_() as program:
        page = await person.get("/nowhere?lang=en")
        assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
        assert "There is no page at this address" in page.text
        assert (await program.get("/nowhere")).headers["content-type"] == "application/problem+json"
        assert (await person.get("/api/nothing")).headers["content-type"] == "application/problem+json"


async def test_preferences_are_kept_by_the_browser(web: Web) -> None:
    """A choice of language and colours stands on all pages that follow, and leads back to where it was made."""
    async with browser(web) as person:
        answer = await person.submit("/sign-in", "/preferences", {"language": "en", "next": "/sign-in"})
        assert answer.headers["location"] == "/sign-in"
        await person.submit("/sign-in", "/preferences", {"theme": "dark"})
        page = (await person.get("/sign-in")).text
    assert '<html lang="en" data-theme="dark">' in page
