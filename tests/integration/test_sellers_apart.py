"""Whoever is bound to sellers reaches what is theirs and nothing of others: by the application, and by PostgreSQL behind it."""

import asyncio
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import orjson
import pytest
from fastapi import FastAPI

from adapters.database import policies, queries, seller_lock
from adapters.database.policies import HIDDEN, PUBLIC, SHOWN, LockState
from adapters.database.seller_lock import ROLE, UNLOCKED
from adapters.web import live, reach
from adapters.web.live import Live
from adapters.web.reach import REACHED
from tests.integration.browser import token
from tests.integration.http_app import Web, problem
from tests.integration.test_http_access import MAY
from tests.integration.two_sellers import BOUND_ROLES, MARK, A, B, Sellers, Two, two
from tests.stories import draft, etgb_number, known_id, said

ALL_SELLERS = {
    ("GET", "/api/consignees/export"),
    ("GET", "/api/counterparts"),
    ("GET", "/api/matches"),
    ("GET", "/api/messages"),
    ("GET", "/api/subscriptions"),
    ("GET", "/api/subscriptions/{id}"),
    ("GET", "/api/subscriptions/{id}/attempts"),
    ("GET", "/api/tasks"),
    ("PATCH", "/api/subscriptions/{id}"),
    ("DELETE", "/api/subscriptions/{id}"),
    ("POST", "/api/consignees/erase"),
    ("POST", "/api/consignees/export"),
    ("POST", "/api/counterparts/{family}/{code}/{action}"),
    ("POST", "/api/imports/checkpoints"),
    ("POST", "/api/imports/etgb"),
    ("POST", "/api/imports/vedop"),
    ("POST", "/api/matches/{id}/actions/{action}"),
    ("POST", "/api/messages"),
    ("POST", "/api/messages/{id}/correct"),
    ("POST", "/api/messages/{id}/replay"),
    ("POST", "/api/subscriptions"),
    ("POST", "/api/subscriptions/{id}/actions/{action}"),
    ("POST", "/api/subscriptions/{id}/attempts/{attempt}/resend"),
    ("POST", "/api/subscriptions/{id}/test"),
    ("POST", "/api/tasks/{id}/retry"),
    ("GET", "/access"),
    ("POST", "/access/keys"),
    ("GET", "/access/keys/{name}/revoke"),
    ("POST", "/access/keys/{name}/revoke"),
    ("POST", "/access/users"),
    ("GET", "/access/users/{name}/{action}"),
    ("POST", "/access/users/{name}/{action}"),
    ("GET", "/counterparts"),
    ("GET", "/counterparts/{family}/{code}/{action}"),
    ("POST", "/counterparts/{family}/{code}/{action}"),
    ("GET", "/matches"),
    ("GET", "/matches/{match}/reject"),
    ("POST", "/matches/{match}/{action}"),
    ("GET", "/messages"),
    ("GET", "/messages/{held}"),
    ("GET", "/messages/{held}/correct"),
    ("POST", "/messages/{held}/correct"),
    ("POST", "/messages/ignore"),
    ("POST", "/messages/replay"),
    ("GET", "/subscriptions"),
    ("GET", "/subscriptions/{one}"),
    ("POST", "/subscriptions"),
    ("POST", "/subscriptions/{one}/attempts/{attempt}/resend"),
    ("POST", "/subscriptions/{one}/change"),
    ("POST", "/subscriptions/{one}/{action}"),
    ("GET", "/tasks"),
    ("POST", "/tasks/retry"),
} - {("GET", "/api/consignees/export")}
"""Routes that concern the operator and all sellers: nobody who is bound reaches them."""
BEFORE_ANYBODY = {
    ("GET", path)
    for path in (
        "/",
        "/account",
        "/asyncapi",
        "/docs",
        "/docs/oauth2-redirect",
        "/favicon.ico",
        "/healthz",
        "/metrics",
        "/openapi.json",
    )
} | {
    ("GET", "/readyz"),
    ("GET", "/redoc"),
    ("GET", "/sign-in"),
    ("GET", "/assets/{name:path}"),
    ("GET", "/stages.svg"),
    ("POST", "/account/password"),
    ("POST", "/account/sessions/end"),
    ("POST", "/preferences"),
    ("POST", "/sign-in"),
    ("POST", "/sign-out"),
    ("POST", "/webhooks/{courier}"),
}
"""Routes that show nothing of a seller, or only one's own account; and the first page, which is looked at by itself."""


@pytest.fixture
async def there(web: Web) -> Two:
    """Two sellers with something of everything."""
    return await two(web)


LOCKS = ("both", "the application's alone", "the database's alone")


@contextmanager
def standing(locks: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let both locks stand, or only one of them: each holds by itself."""
    if locks == LOCKS[1]:
        with seller_lock.lifted("to see what the other lock does"):
            yield
        return
    if locks == LOCKS[2]:

        async def only_bound(_: object, __: object, bound: tuple[str, ...]) -> None:
            seller_lock.bind(bound)

        monkeypatch.setattr(reach, "enter", only_bound)
        monkeypatch.setattr(reach, "names", lambda *_: None)
        for name, module in list(sys.modules.items()):
            if (
                name.startswith("adapters.")
                and getattr(module, "sellers", None) is seller_lock.sellers
                and module is not seller_lock
            ):
                monkeypatch.setattr(module, "sellers", lambda: ())
    yield


def routes(app: FastAPI) -> set[tuple[str, str]]:
    """Every route of an app; one for GET is also for HEAD."""
    some: list[Any] = []
    for route in app.router.routes:
        some += route.effective_route_contexts() if hasattr(route, "effective_route_contexts") else [route]
    found = {(method, one.path) for one in some for method in getattr(one, "methods", None) or ()}
    return {(method, path) for method, path in found if method != "HEAD"}


async def test_every_route_says_whether_somebody_bound_reaches_it(web: Web) -> None:
    """A new route fails here until it stands in the table of what is reached, or among those that concern all sellers."""
    api = {(method, "/api/imports/{import_id:uuid}" if path == "/api/imports/{import_id}" else path) for method, path in MAY}
    assert api == {one for one in set(REACHED) | ALL_SELLERS if one[1].startswith("/api")}
    known = routes(web.app)
    assert known - set(REACHED) - ALL_SELLERS - BEFORE_ANYBODY == set()
    assert set(REACHED) & ALL_SELLERS == set()
    assert (set(REACHED) | ALL_SELLERS) - known == set(), "and no line is left over"


def named(path: str, one: Sellers) -> str:
    """A path with a seller's own things in it."""
    values = {
        "shipment_id": one.shipment,
        "claim_id": one.claim,
        "number": one.etgb,
        "item": one.item,
        "import_id:uuid": one.imported,
        "import_id": one.imported,
        "job_id": one.job,
        "document": one.document,
        "trigger": "cancel",
        "action": "pause" if "bulk" in path else "progress",
        "name": "file",
        "version": "1",
        "kind": "proforma",
        "what": "shipments",
        "form": "csv",
        "purchase_id": one.purchase,
        "deed": "correct",
    }
    things = {"/claims/": one.claim, "/attention/": one.item, "/finance/purchases/": one.purchase}
    values["id"] = next((thing for part, thing in things.items() if part in path), one.shipment)
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def nobody(one: Sellers) -> Sellers:
    """Things that are nowhere."""
    made = [str(uuid4()) for _ in range(7)]
    return Sellers(one.seller, made[0], made[1], etgb_number(777), *made[2:])


def body(path: str) -> dict[str, Any]:
    """What a POST sends so that only the lock can stop it."""
    if path.endswith(("/documents", "/document")):
        return {"files": {"file": ("a.pdf", b"%PDF-1.7")}}
    if "resolve" in path:
        return {"json": {"reason": "x"}}
    if "correct_closing" in path:
        return {"json": {"closed_on": "2026-11-22", "reason": "x"}}
    return {"json": {"reason": "x"}}


async def asked(client: httpx.AsyncClient, method: str, path: str) -> httpx.Response:
    """The answer of a route of the API."""
    return await client.request(method, path, **(body(path) if method == "POST" else {}))


THINGS = sorted(one for one, thing in REACHED.items() if thing is not None)


def impersonal(answer: httpx.Response) -> tuple[int, str]:
    """An answer without the name of what was asked for."""
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|26341453EX[0-9]{6}", "?", answer.text)
    return answer.status_code, re.sub(r"[A-Za-z0-9_-]{80,}={0,2}", "?", text)  # forms have a token of their own


@pytest.mark.parametrize("role", BOUND_ROLES)
async def test_a_thing_of_others_is_as_one_that_is_not_there(there: Two, role: str) -> None:
    """Every route of the API that names a thing opens one's own, and answers alike for another's and for none at all."""
    none = nobody(there.b)
    async with there.key(role, A) as client:
        for method, path in THINGS:
            if not path.startswith("/api/") or role not in MAY[method, path.replace(":uuid", "")]:
                continue
            theirs = await asked(client, method, named(path, there.b))
            assert theirs.status_code == 404, (method, path, theirs.text)
            nowhere = await asked(client, method, named(path, none))
            assert impersonal(theirs) == impersonal(nowhere), (method, path)
            own = await asked(client, method, named(path, there.a))
            assert own.status_code not in {403, 500} or "document-lost" in own.text, (method, path, own.text)
            assert own.status_code != 404 or own.json()["type"] != nowhere.json()["type"], (method, path, own.text)


@pytest.mark.parametrize("role", BOUND_ROLES)
async def test_a_page_of_others_is_as_one_that_is_not_there(there: Two, role: str) -> None:
    """So does every page and form of the console."""
    none = nobody(there.b)
    async with there.person(role, A) as browser:
        secret = token((await browser.get("/account")).text)
        for method, path in THINGS:
            if path.startswith("/api/"):
                continue
            form: dict[str, Any] = (
                {"data": {"csrf": secret, "work": str(uuid4()), "period": "2026-11", "reason": "x"}} if method == "POST" else {}
            )
            if path.endswith("/documents"):
                form["files"] = {"file": ("a.xml", b"<Invoice/>")}
            own = await browser.client.request(method, named(path, there.a), params={"source": "x", "message": "x"}, **form)
            if own.status_code == 403:  # the role may not
                continue
            if "kervan_toast" in browser.client.cookies:  # what was done is told on the next page, whichever that is
                browser.client.cookies.delete("kervan_toast")
            assert own.status_code < 500 or "/documents" in path, (
                method,
                path,
            )  # no content is kept here, and GİB asked by nobody
            theirs = await browser.client.request(method, named(path, there.b), params={"source": "x", "message": "x"}, **form)
            nowhere = await browser.client.request(method, named(path, none), params={"source": "x", "message": "x"}, **form)
            assert theirs.status_code == 404, (method, path, theirs.status_code)
            assert impersonal(theirs) == impersonal(nowhere), (method, path)
            assert MARK not in theirs.text


@pytest.mark.parametrize("locks", LOCKS[1:])
async def test_each_lock_hides_things_by_itself(there: Two, locks: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the database's lock the application hides what is of others, and without what it asks the database does."""
    with standing(locks, monkeypatch):
        for role in ("operations", "finance"):
            async with there.key(role, A) as client:
                for method, path in THINGS:
                    if not path.startswith("/api/") or role not in MAY[method, path.replace(":uuid", "")]:
                        continue
                    theirs = await asked(client, method, named(path, there.b))
                    seen = theirs.status_code not in {404, 409, 422} and theirs.text != '{"items":[],"next":null}'
                    assert not seen, (method, path, theirs.text)
                    for trace in (MARK, "order-2"):
                        assert trace not in theirs.text, (method, path)


@pytest.mark.parametrize("role", BOUND_ROLES)
async def test_what_concerns_all_sellers_is_closed(there: Two, role: str) -> None:
    """Routes that cannot be narrowed honestly answer 403, whatever the role may do otherwise."""
    async with there.key(role, A) as client:
        for method, path in sorted(ALL_SELLERS):
            if path.startswith("/api/"):
                problem(await asked(client, method, named(path, there.a)), 403, "concerns-all-sellers")
    async with there.person(role, A) as browser:
        for method, path in sorted(ALL_SELLERS):
            if not path.startswith("/api/") and method == "GET":
                answer = await browser.get(named(path, there.a).replace("{", "").replace("}", ""))
                assert answer.status_code == 403, (path, answer.status_code)


LISTS = (
    "/api/stages",
    "/api/shipments",
    "/api/shipments?attention=true",
    "/api/shipments?overdue=false",
    "/api/shipments?stage=vedop_transferred",
    "/api/shipments?courier=pts",
    "/api/shipments?country=DE",
    f"/api/shipments?q={MARK}",
    "/api/shipments?q=order-2",
    "/api/shipments?q=TRK2",
    f"/api/shipments?q={etgb_number(2)}",
    "/api/attention",
    "/api/attention?resolved=true",
    "/api/claims",
    "/api/claims?format=csv",
    f"/api/finance/summary?seller={A}&year=2026",
    "/api/finance/sellers",
    "/api/finance/sellers?format=csv",
    f"/api/finance/purchases?seller={A}",
    f"/api/finance/vat-returns?seller={A}",
    f"/api/gtip?q={MARK}",
    "/api/gtip?q=tişört",
    "/api/rules",
    f"/api/advice/income-tax?seller={A}&year=2026",
    f"/api/etgbs/{etgb_number(3)}",
)
"""What is asked for without naming a thing of somebody's."""


def traces(there: Two) -> list[str]:
    """What would show in any answer in which there is anything of B."""
    return [MARK, MARK.lower(), B, "order-2", "order-32", "order-42", "TRK2", "TRK32", "ABC2026000000002", there.b.shipment,
            there.b.claim, there.b.item, known_id(32, B), known_id(42, B)]  # fmt: skip


async def test_a_purchase_of_one_seller_counts_in_no_claim_of_anothers_shipment(there: Two) -> None:
    """Though it names that by its id, as somebody bound to none may: who is bound and who is not see the same figures."""
    data = {
        "seller": A,
        "supplier": {"tax_number": "4540536920", "name": "Tedarik"},
        "invoice_number": "F1",
        "issued_on": "2026-11-03",
        "period": "2026-11",
        "net": "100.00",
        "vat": "20.00",
        "shipment": {"id": there.b.shipment},
    }
    path = f"/api/claims/{there.b.claim}"
    async with there.web.as_("finance") as client:
        before = (await client.get(path)).json()["steps"]
        (outcome,) = await there.web.intake.take([said("accounting/ayse", "purchase.booked.v1", "f1", data)])
        after = (await client.get(path)).json()["steps"]
    assert (outcome.state, after) == ("applied", before)
    async with there.key("finance", B) as client:
        assert (await client.get(path)).json()["steps"] == before


@pytest.mark.parametrize("locks", LOCKS)
@pytest.mark.parametrize("role", BOUND_ROLES)
async def test_no_list_tells_of_others(there: Two, role: str, locks: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In no list, search, count or file is anything of another seller; unbound, the same questions find both."""
    with standing(locks, monkeypatch):
        await _lists_are_ones_own(there, role, with_counts=locks != LOCKS[2])


async def _lists_are_ones_own(there: Two, role: str, *, with_counts: bool) -> None:
    async with there.key(role, A) as client, there.key(role) as operator:
        for path in LISTS:
            answer = await client.get(path)
            if path == "/api/stages" and not with_counts:  # counters of all sellers are not shown to the role at all
                assert answer.status_code == 500
                continue
            if (
                path.startswith("/api/etgbs/") and not with_counts
            ):  # a row that both may see: which columns is not the database's
                continue
            assert (
                answer.status_code == 200 or role not in MAY["GET", path.partition("?")[0].replace(etgb_number(3), "{number}")]
            )
            for trace in traces(there):
                assert trace not in answer.text.replace(f"q={MARK}", ""), (path, trace)
        mine = (await client.get("/api/shipments")).json()["items"]
        assert {one["reference"] for one in mine} == {"order-1", "order-31", "order-41"}
        if not with_counts:
            return
        counted = {row["stage"]: row["count"] for row in (await client.get("/api/stages")).json()["items"] if row["count"]}
        assert sum(counted.values()) == 3
        everything = (await operator.get("/api/shipments")).json()["items"]
        assert {one["seller"] for one in everything} == {A, B}


async def test_a_seller_is_only_named_by_who_is_bound_to_it(there: Two) -> None:
    """To ask or do anything in the name of another seller is refused, whether that one is known here or not."""
    unknown = "9240481875"
    async with there.key("operations", A) as operations, there.key("finance", A) as finance:
        for seller in (B, unknown):
            for path in ("/api/shipments", "/api/attention"):
                problem(await operations.get(path, params={"seller": seller}), 403, "not-your-seller")
            problem(await operations.post("/api/shipments", json=draft("x", seller)), 403, "not-your-seller")
            files = {"file": ("o.csv", b"Order\n1\n")}
            form = {"seller": f'{{"tax_number": "{seller}", "name": "x", "address": {{"country": "TR"}}}}'}
            problem(await operations.post("/api/imports/orders", files=files, data=form), 403, "not-your-seller")
            for path in ("/api/finance/summary?year=2026", "/api/finance/purchases", "/api/finance/vat-returns", "/api/claims"):
                problem(await finance.get(path, params={"seller": seller, "year": 2026}), 403, "not-your-seller")
            told = {"seller": seller, "period": "2026-11", "carried": "1.00"}
            problem(await finance.post("/api/finance/vat-returns", json=told), 403, "not-your-seller")
            problem(await finance.post("/api/claims", json={"seller": seller, "period": "2026-11"}), 403, "not-your-seller")
            files = {"file": ("p.csv", b"Fatura No;Tarih;KDV\nA1;10.11.2026;1,00\n")}
            problem(await finance.post("/api/imports/purchases", files=files, data={"seller": seller}), 403, "not-your-seller")
        for _ in range(2):
            made = await operations.post("/api/shipments", json=draft("new", A), headers={"Idempotency-Key": "once"})
            assert made.status_code == 201, made.text
        wrong = await operations.post("/api/shipments", json=draft("new", B), headers={"Idempotency-Key": "other"})
        problem(wrong, 403, "not-your-seller")
        told = {"seller": A, "period": "2026-11", "carried": "1.00"}
        assert (await finance.post("/api/finance/vat-returns", json=told)).status_code == 200


async def test_an_etgb_of_several_sellers_shows_ones_own_lines_and_takes_no_act(there: Two) -> None:
    """Of an ETGB on which others stand too, one sees one's lines and its days; papers and changes are the operator's."""
    number, mine = etgb_number(3), known_id(31, A)
    async with there.key("operations", A) as client, there.key("finance", A) as finance:
        found = (await client.get(f"/api/etgbs/{number}")).json()
        assert [line["shipment"]["id"] for line in found["lines"]] == [mine]
        assert (found["document_url"], found["evidence"], found["registered_on"]) == (None, None, "2026-11-21")
        for method, path in sorted(REACHED):
            if REACHED[method, path] == ("number", reach.WHOLE_ETGB) and path.startswith("/api/"):
                answer = await asked(client, method, path.replace("{number}", number).replace("{document}", str(uuid4())))
                assert answer.status_code == 403, (path, answer.text)
        issued = {"number": number, "registered_on": "2026-11-21", "courier": "pts"}
        seen = {"seen_on": "2026-11-23", "evidence": {"kind": "list"}}
        acts = {"cancel_etgb": {"reason": "x"}, "issue_etgb": issued, "transfer_to_vedop": seen}
        for trigger, data in acts.items():
            problem(await client.post(f"/api/shipments/{mine}/actions/{trigger}", json=data), 403, "etgb-shared")
        problem(await finance.post(f"/api/shipments/{mine}/actions/transfer_to_vedop", json=seen), 403, "etgb-shared")
        problem(
            await client.post(
                f"/api/shipments/{mine}/documents", files={"file": ("a.pdf", b"%PDF-1.7")}, data={"kind": "vedop_evidence"}
            ),
            403,
            "etgb-shared",
        )
        whole = (await client.get(f"/api/etgbs/{etgb_number(1)}")).json()
        assert whole["evidence"] is not None


PAGES = (
    "/",
    "/menu",
    "/shipments",
    "/shipments?attention=true",
    f"/shipments?q={etgb_number(2)}",
    "/shipments/export.csv",
    "/shipments/bulk",
    "/attention",
    "/attention?state=resolved",
    "/imports",
    "/refunds",
    "/refunds/sellers",
    "/refunds/sellers.csv",
    "/refunds/export.csv",
    "/rules",
    "/account",
)


@pytest.mark.parametrize("role", BOUND_ROLES)
async def test_no_page_tells_of_others(there: Two, role: str) -> None:
    """The console's pages show, count and export one's own; the menu has no page that concerns all sellers."""
    async with there.person(role, A) as browser:
        for path in PAGES:
            answer = await browser.get(path)
            assert answer.status_code == 200 or (path, role) in {("/imports", "viewer"), ("/refunds/sellers", "operations"),
                ("/refunds/sellers.csv", "operations")}, (path, answer.status_code)  # fmt: skip
            for trace in traces(there):
                assert trace not in answer.text.replace(f'value="{etgb_number(2)}"', ""), (path, trace)
        home = (await browser.get("/")).text
        for path in ("/matches", "/messages", "/tasks", "/counterparts", "/subscriptions", "/access"):
            assert f'href="{path}' not in home
        assert "order-1" in (await browser.get("/shipments")).text


_OPEN = "SELECT shipment FROM attention WHERE reason = 'findings_overdue' AND resolved_at IS NULL"


async def test_what_is_done_by_somebody_bound_is_theirs_alone(there: Two) -> None:
    """A job on all shipments takes one's own, an item of others is not settled, and a message of others is not shown."""
    async with there.person("operations", A) as browser:
        form = {"trigger": "cancel", "scope": "all", "filter": ""}
        to = (await browser.submit("/account", "/shipments/bulk", form)).headers["location"]
        job = to.rpartition("/")[2]
        lines = await there.web.pool.fetch("SELECT shipment FROM bulk_line WHERE job = $1::text::uuid", job)
        assert {str(one["shipment"]) for one in lines} == {there.a.shipment, known_id(31, A), known_id(41, A)}
        kept = await there.web.pool.fetchrow("SELECT sellers, by FROM bulk_job WHERE id = $1::text::uuid", job)
        assert kept is not None
        assert (kept["sellers"], kept["by"]) == ([A], f"operations-{A}")
        chosen = {"trigger": "cancel", "scope": "chosen", "id": [there.b.shipment, known_id(42, B)]}
        to = (await browser.submit("/account", "/shipments/bulk", chosen)).headers["location"]
        assert await there.web.pool.fetchval("SELECT count(*) FROM bulk_line WHERE job = $1::text::uuid", to[-36:]) == 0
        settled = {"id": [there.a.item, there.b.item], "reason": "seen"}
        await browser.submit("/account", "/attention/resolve", settled)
        open_ones = await there.web.pool.fetch(_OPEN)
        assert [str(one["shipment"]) for one in open_ones] == [known_id(42, B)]
        page = f"/shipments/{there.a.shipment}/message"
        assert (await browser.get(page, params={"source": "orders/shop", "message": "draft-1"})).status_code == 200
        assert (await browser.get(page, params={"source": "orders/shop", "message": "draft-2"})).status_code == 404
        shared = f"/shipments/{known_id(31, A)}/message"
        assert (await browser.get(shared, params={"source": "courier/pts", "message": "etgb-both"})).status_code == 404
        assert (await browser.get(f"/shipments/{known_id(31, A)}")).status_code == 200


async def test_an_import_of_somebody_bound_is_theirs_and_remembers_for_themselves(there: Two) -> None:
    """They import orders and purchases of their sellers and see what became of each row; nobody bound to others does."""
    seller = f'{{"tax_number": "{A}", "name": "A", "address": {{"country": "TR"}}}}'
    async with there.key("finance", A) as mine, there.key("finance", B) as others:
        files = {"file": ("p.csv", b"Belge;Tarih;Matrah;Vergi\nA1;10.11.2026;5,00;1,00\n")}
        mapping = '{"Belge": "number", "Tarih": "issued_on", "Matrah": "net", "Vergi": "vat"}'
        answer = await mine.post("/api/imports/purchases", files=files, data={"seller": A, "mapping": mapping})
        assert answer.status_code == 202, answer.text
        path = f"/api/imports/{answer.json()['id']}"
        assert (await mine.get(path)).status_code == 200
        problem(await others.get(path), 404, "import-unknown")
        remembered = await there.web.pool.fetch("SELECT courier FROM column_mapping")
        assert {one["courier"].partition("/")[0] for one in remembered} <= {A}
    del seller


async def test_a_live_line_tells_of_ones_own(there: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that is open hears when one's own shipments move and items are raised, and nothing of when others' do."""
    monkeypatch.setattr(live, "GATHER_S", 0.01)
    monkeypatch.setattr(live, "BEAT_S", 0.05)
    hub, pool = Live(), there.web.pool

    async def own(shipments: Sequence[UUID], claims: Sequence[UUID]) -> set[UUID]:
        bound = seller_lock.bind((A,))
        try:
            return await queries.own(pool, shipments, claims)
        finally:
            seller_lock.unbind(bound)

    line = hub.follow(frozenset({"shipments", "attention", "claims", f"shipment-{there.b.shipment}"}), (A,), own)
    first = asyncio.ensure_future(anext(line))
    await asyncio.sleep(0)
    for one in (there.b, there.a):
        moved = {"data": {"shipment_id": one.shipment, "seller": one.seller}}
        if one is there.b:
            hub.heard("kervan.out.shipment.invoiced", orjson.dumps(moved))
            hub.heard("kervan.out.attention", orjson.dumps({"data": {"shipment_id": one.shipment}}))
            hub.heard("kervan.out.claim", orjson.dumps({"data": {"claim": one.claim}}))
            hub.heard("kervan.out.attention", orjson.dumps({"data": {"reason": "log_broken"}}))
            assert await first == set(), "nothing but that the line is open"
        else:
            hub.heard("kervan.out.claim", orjson.dumps({"data": {"claim": one.claim}}))
            hub.heard("kervan.out.attention", orjson.dumps({"data": {"shipment_id": one.shipment}}))
            assert await anext(line) == {"attention", "claims"}
            hub.heard("kervan.out.shipment.invoiced", orjson.dumps(moved))
            assert await anext(line) == {"shipments"}
    await line.aclose()


# the second lock by itself, in SQL


async def test_every_table_has_a_policy_or_a_reason(there: Two) -> None:
    """A new table fails here until it is said what of it a seller's people see; what is said is what the database does."""
    pool = there.web.pool
    tables = {
        row["relname"]
        for row in await pool.fetch(
            """SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND NOT c.relispartition"""
        )
    }
    said = [*SHOWN, *PUBLIC, *HIDDEN]
    assert sorted(tables) == sorted(said), "each table once"
    assert all(reason for reason in (PUBLIC | HIDDEN).values())
    rights = await pool.fetch(
        "SELECT table_name::text, privilege_type::text FROM information_schema.role_table_grants WHERE grantee = $1", ROLE
    )
    assert {row["table_name"] for row in rights} == SHOWN.keys() | PUBLIC.keys()
    assert {row["privilege_type"] for row in rights} == {"SELECT"}
    async with pool.acquire() as connection:
        assert await policies.state(connection) == (LockState.FAST, "")


async def _as_role(pool: Any, sellers: str) -> Any:
    connection = await pool.acquire()
    await connection.execute(f"SET ROLE {ROLE}; SET kervan.sellers = '{sellers}'")
    return connection


async def test_the_role_sees_its_sellers_rows_in_every_table(there: Two) -> None:
    """In raw SQL over every table: of A's rows some, of B's none, and none at all for who is bound to nobody."""
    pool = there.web.pool
    await pool.execute(
        """INSERT INTO seller_refund
           SELECT s, '', '', 0, 0, 0, 0, 0, 0, NULL, 0, 0, 0, 0, NULL, false, now() FROM unnest($1::text[]) s""",
        [A, B],
    )
    for seller, found, forbidden in ((A, True, (MARK, B)), (B, True, ("Abcde", A)), ("", False, (MARK, "Abcde"))):
        connection = await _as_role(pool, seller)
        try:
            for table in sorted(SHOWN):
                rows = [str(tuple(row)) for row in await connection.fetch(f'SELECT * FROM "{table}"')]
                if table in _FILLED:
                    assert bool(rows) == found, (table, seller)
                for one in forbidden:
                    assert not [row for row in rows if one in row and table != "etgb"], (table, seller)
            for table in sorted(HIDDEN):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.fetch(f'SELECT * FROM "{table}" LIMIT 1')
            for write in (
                "DELETE FROM shipment",
                "UPDATE shipment SET seller = 'x'",
                "INSERT INTO rate_day VALUES ('x', now())",
            ):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(write)
        finally:
            await connection.execute("RESET ROLE; RESET kervan.sellers")
            await pool.release(connection)


_FILLED = SHOWN.keys() - set(
    "piece_back invoice_number claim_filing claim_purchase vat_return upload shipment_message bulk_line claim_move "
    "finding".split()
)
"""What the two sellers have something of."""


async def test_what_does_not_see_a_seller_never_reads_unbound(there: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the lock cannot be closed the answer is that it is not available, and a connection that was bound is free again."""
    pool = there.web.pool
    async with there.key("viewer", A) as client:
        monkeypatch.setattr(seller_lock, "ROLE", "kervan_nobody")
        problem(await client.get("/api/shipments"), 503, "unavailable")
        monkeypatch.undo()
        assert (await client.get("/api/shipments")).status_code == 200
    assert await pool.fetchval("SELECT current_user::text <> $1", ROLE)
    assert await pool.fetchval("SELECT count(DISTINCT seller) FROM shipment") == 2
    bound = seller_lock.bind((A,))
    try:
        assert await pool.fetchval("SELECT count(DISTINCT seller) FROM shipment") == 1
        assert await pool.fetchval("SELECT current_user::text") == ROLE
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await pool.execute("INSERT INTO rate_day (code, day) VALUES ('x', now())")
        seller_lock.bind(("'; DROP",))
        with pytest.raises(ValueError, match="'; DROP"):
            await pool.fetchval("SELECT 1")
    finally:
        seller_lock.unbind(bound)
    assert await pool.fetchval("SELECT count(DISTINCT seller) FROM shipment") == 2


def test_what_goes_past_the_lock_is_known() -> None:
    """Each function that reads or writes past the second lock is listed here with its module: a new one is looked at."""
    assert {name.partition(".")[0] for name in UNLOCKED} == set(
        "accounts aside audit bulk documents idempotency items keys mappings overview sessions story tallies timelines "
        "uploads users whole_etgbs whose".split()
    )
    assert all(UNLOCKED.values())
