"""Who may do what over HTTP, how errors and headers look, and what is there for operators."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from adapters.database import keys
from adapters.settings import Settings
from adapters.web.services import Check
from events.intake import Intake
from tests.integration.http_app import Web, problem
from tests.stories import START, invoice, known_id, ref, said, story

ROLES = ("viewer", "operations", "finance", "admin", "courier")
NOBODY = uuid4()
READ = {"viewer", "operations", "finance", "admin"}
OPERATE = {"operations", "admin"}
ACT = {"operations", "finance", "admin"}
FINANCE = {"finance", "admin"}

MAY: dict[tuple[str, str], set[str]] = {
    ("GET", "/api/stages"): READ,
    ("GET", "/api/shipments"): READ,
    ("POST", "/api/shipments"): OPERATE,
    ("GET", "/api/shipments/{id}"): READ,
    ("GET", "/api/shipments/{id}/timeline"): READ,
    ("GET", "/api/shipments/{id}/documents"): READ,
    ("POST", "/api/shipments/{id}/documents"): OPERATE,
    ("GET", "/api/shipments/{id}/documents/{document}"): ACT,
    ("GET", "/api/shipments/{id}/invoice.pdf"): ACT,
    ("GET", "/api/shipments/{id}/proforma.pdf"): ACT,
    ("POST", "/api/shipments/{id}/actions/{trigger}"): OPERATE,
    ("GET", "/api/etgbs/{number}"): READ,
    ("POST", "/api/etgbs/{number}/actions/correct_closing"): ACT,
    ("GET", "/api/etgbs/{number}/document"): ACT,
    ("POST", "/api/etgbs/{number}/document"): OPERATE,
    ("GET", "/api/etgbs/{number}/documents"): READ,
    ("POST", "/api/etgbs/{number}/documents"): ACT,
    ("GET", "/api/etgbs/{number}/documents/{document}"): ACT,
    ("GET", "/api/attention"): READ,
    ("POST", "/api/attention/{id}/resolve"): ACT,
    ("POST", "/api/consignees/export"): {"admin"},
    ("POST", "/api/consignees/erase"): {"admin"},
    ("GET", "/api/tasks"): READ,
    ("POST", "/api/tasks/{id}/retry"): OPERATE,
    ("GET", "/api/counterparts"): READ,
    ("POST", "/api/counterparts/{family}/{code}/{action}"): OPERATE,
    ("GET", "/api/subscriptions"): OPERATE,
    ("POST", "/api/subscriptions"): {"admin"},
    ("GET", "/api/subscriptions/{id}"): OPERATE,
    ("PATCH", "/api/subscriptions/{id}"): {"admin"},
    ("DELETE", "/api/subscriptions/{id}"): {"admin"},
    ("GET", "/api/subscriptions/{id}/attempts"): OPERATE,
    ("POST", "/api/subscriptions/{id}/attempts/{attempt}/resend"): {"admin"},
    ("POST", "/api/subscriptions/{id}/test"): {"admin"},
    ("POST", "/api/subscriptions/{id}/actions/{action}"): {"admin"},
    ("POST", "/api/messages"): ACT | {"courier"},
    ("GET", "/api/messages"): READ,
    ("POST", "/api/messages/{id}/replay"): OPERATE,
    ("POST", "/api/messages/{id}/correct"): ACT,
    ("POST", "/api/imports/orders"): OPERATE,
    ("POST", "/api/imports/etgb"): OPERATE,
    ("POST", "/api/imports/vedop"): FINANCE,
    ("POST", "/api/imports/checkpoints"): OPERATE,
    ("POST", "/api/imports/purchases"): FINANCE,
    ("GET", "/api/imports/{import_id}"): READ,
    ("GET", "/api/matches"): READ,
    ("POST", "/api/matches/{id}/actions/{action}"): OPERATE,
    ("GET", "/api/claims"): READ,
    ("POST", "/api/claims"): FINANCE,
    ("GET", "/api/claims/{id}"): READ,
    ("GET", "/api/claims/{id}/dossier.zip"): FINANCE,
    ("GET", "/api/claims/{id}/filings"): READ,
    ("GET", "/api/claims/{id}/filings/{version}"): READ,
    ("GET", "/api/claims/{id}/filings/{version}/dossier.zip"): FINANCE,
    ("GET", "/api/claims/{id}/shipments"): READ,
    ("GET", "/api/claims/{id}/purchases"): FINANCE,
    ("POST", "/api/claims/{id}/actions/{action}"): FINANCE,
    ("GET", "/api/finance/summary"): {"viewer", "finance", "admin"},
    ("GET", "/api/finance/sellers"): {"viewer", "finance", "admin"},
    ("GET", "/api/finance/purchases"): FINANCE,
    ("GET", "/api/finance/purchases/{id}"): FINANCE,
    ("POST", "/api/finance/purchases/{id}/actions/withdraw"): FINANCE,
    ("POST", "/api/finance/purchases/{id}/actions/correct"): FINANCE,
    ("GET", "/api/finance/vat-returns"): FINANCE,
    ("POST", "/api/finance/vat-returns"): FINANCE,
    ("GET", "/api/gtip"): READ,
    ("GET", "/api/rules"): READ,
    ("GET", "/api/advice/income-tax"): {"viewer", "finance", "admin"},
}
"""Every route under /api and the roles that it lets in (a trigger or a kind of import may ask for more)."""

OPEN = {"/", "/docs", "/redoc", "/openapi.json", "/asyncapi", "/healthz", "/readyz", "/metrics", "/favicon.ico"}


def url(path: str) -> str:
    """A path with its parameters filled in."""
    for name, value in {"trigger": "cancel", "kind": "etgb", "action": "reject", "number": "26341453EX999999"}.items():
        path = path.replace(f"{{{name}}}", value)
    return re.sub(r"\{\w+\}", str(NOBODY), path)


def asked(method: str, path: str) -> dict[str, Any]:
    """A request that only a role's rights can stop from being read."""
    bodies: dict[str, dict[str, Any]] = {
        "/api/attention/{id}/resolve": {"json": {"reason": "x"}},
        "/api/messages": {"json": {"source": "nobody/x"}},
        "/api/messages/{id}/correct": {"json": {"message": {}, "reason": "x"}},
        "/api/etgbs/{number}/actions/correct_closing": {"json": {"closed_on": "2026-11-22", "reason": "x"}},
        "/api/finance/purchases/{id}/actions/withdraw": {"json": {"reason": "x"}},
        "/api/finance/purchases/{id}/actions/correct": {"json": {"reason": "x"}},
        "/api/etgbs/{number}/document": {"files": {"file": ("a.pdf", b"%PDF-1.7")}},
        "/api/shipments/{id}/documents": {"files": {"file": ("a.xml", b"<Invoice/>")}},
        "/api/etgbs/{number}/documents": {"files": {"file": ("a.png", b"x")}},
    }
    params = {"/api/tasks": {}, "/api/matches": {"state": "open"}}.get(path, {"state": "parked"})
    if path.startswith("/api/imports/") and method == "POST":
        return {"files": {"file": ("list.csv", b"ETGB NO\n")}}
    return bodies.get(path, {"json": {}}) if method == "POST" else {"params": params}


async def test_every_route_is_in_the_table(web: Web) -> None:
    """No route is without a line in the table of rights, and none of the open ones says more than counts."""
    async with web.as_() as client:
        document = (await client.get("/openapi.json")).json()
    routes = {(m.upper(), p) for p, methods in document["paths"].items() for m in methods if p.startswith("/api")}
    assert routes == set(MAY)
    others = {p for p in document["paths"] if not p.startswith("/api")}
    assert others <= OPEN | {"/webhooks/{courier}"}


@pytest.mark.parametrize(("method", "path"), sorted(MAY))
async def test_rights_of_each_role(web: Web, method: str, path: str) -> None:
    """A route lets in the roles of the table: others get 403, and nobody without a key gets further than 401."""
    for role in ROLES:
        async with web.as_(role) as client:
            answer = await client.request(method, url(path), **asked(method, path))
        assert answer.status_code not in {401, 500}, (role, answer.text)
        assert (answer.status_code != 403) == (role in MAY[method, path]), (role, answer.text)
        if answer.status_code == 403:
            problem(answer, 403, "not-allowed")
        elif answer.status_code >= 400:
            problem(answer, answer.status_code, answer.json()["type"].rpartition(":")[2])
    async with web.as_() as client:
        answer = await client.request(method, url(path), **asked(method, path))
    problem(answer, 401, "not-authenticated")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("role", "trigger", "status"),
    [
        ("finance", "transfer_to_vedop", 404),
        ("finance", "file_refund", 404),
        ("finance", "cancel", 403),
        ("operations", "file_refund", 404),
        ("viewer", "validate", 403),
        ("operations", "explode", 422),
    ],
)
async def test_triggers_ask_for_their_role(web: Web, role: str, trigger: str, status: int) -> None:
    """Finance fires what concerns the tax office, operations everything; an unknown trigger is 422."""
    async with web.as_(role) as client:
        answer = await client.post(f"/api/shipments/{NOBODY}/actions/{trigger}", json={"reason": "x"})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("role", "source", "status"),
    [
        ("courier", "courier/pts", 422),
        ("courier", "courier/navlungo", 403),
        ("courier", "customs/pts", 403),
        ("courier", "ops/pts-key", 403),
        ("operations", "courier/navlungo", 422),
        ("operations", "ops/operations", 422),
        ("operations", "ops/somebody", 403),
        ("operations", "tax_office/vedop", 403),
        ("finance", "tax_office/vedop", 422),
        ("finance", "courier/pts", 403),
        ("admin", "rates/tcmb", 422),
        ("admin", "nobody/x", 422),
        ("admin", "courier/x.y", 422),
        ("admin", "courier/", 422),
        ("admin", "courier/*", 422),
    ],
)
async def test_messages_only_in_an_own_name(web: Web, role: str, source: str, status: int) -> None:
    """A key posts messages for the families of its role, a courier's for itself alone, and people under their own name."""
    event = {
        "specversion": "1.0",
        "id": "1",
        "source": source,
        "type": "nothing.v1",
        "time": "2026-11-20T09:00:00Z",
        "data": {},
    }
    async with web.as_(role) as client:
        answer = await client.post("/api/messages", json=event)
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer kv_wrong", "Basic a3Y6eA==", "Bearer " + "x" * 5000])
async def test_wrong_keys_are_401(web: Web, header: str) -> None:
    """Anything but a valid key is 401."""
    async with web.as_() as client:
        answer = await client.get("/api/stages", headers={"Authorization": header})
    problem(answer, 401, "not-authenticated")


async def test_revoked_key_is_401_at_once(web: Web) -> None:
    """A revoked key opens nothing, its name is free again, and no key is stored in clear."""
    async with web.as_("viewer") as client:
        assert (await client.get("/api/stages")).status_code == 200
        with pytest.raises(keys.KeyNameTakenError):
            await keys.add(web.pool, "viewer", "viewer")
        await keys.revoke(web.pool, "viewer")
        problem(await client.get("/api/stages"), 401, "not-authenticated")
    with pytest.raises(keys.KeyUnknownError):
        await keys.revoke(web.pool, "viewer")
    secret = await keys.add(web.pool, "viewer", "viewer")
    assert re.fullmatch(r"kv_[A-Za-z0-9_-]{43}", secret)
    stored = await web.pool.fetchval("SELECT string_agg(k::text, ' ') FROM api_key k")
    assert secret not in stored
    assert web.secrets["viewer"] not in stored


async def test_problems_speak_the_callers_language(web: Web) -> None:
    """Title and detail are Turkish for those who ask for it, by the address too, and English for all others."""
    async with web.as_() as client:
        turkish = (await client.get("/api/stages", headers={"Accept-Language": "tr-TR,tr;q=0.9"})).json()
        english = (await client.get("/api/stages")).json()
    assert (turkish["title"], turkish["detail"][:24]) == ("Kimlik doğrulanamadı", "Geçerli bir API anahtarı")
    assert (english["title"], english["detail"][:20]) == ("Not authenticated", "Send a valid API key")
    async with web.as_("finance") as client:
        by_address = problem(await client.get("/api/counterparts/x", params={"lang": "tr"}), 404, "not-found")
        forbidden = await client.post("/api/shipments", json={}, headers={"Accept-Language": "en;q=0.2, tr;q=0.8"})
        refused = await client.post("/api/shipments", params={"lang": "en"}, json={}, headers={"Accept-Language": "tr"})
    assert by_address["detail"] == "Bu adreste bir şey yok."
    assert problem(forbidden, 403, "not-allowed")["detail"] == (
        "Rolünüz (finans) buna izin vermiyor; şu rollerden biri gerekir: yönetici, operasyon."
    )
    assert problem(refused, 403, "not-allowed")["detail"] == (
        "Role finance may not do this; it takes one of: admin, operations."
    )


@pytest.mark.parametrize("path", ["/", "/docs", "/api/stages", "/api/nothing", "/healthz"])
async def test_headers_are_strict(web: Web, path: str) -> None:
    """Every answer forbids sniffing, framing, caching and foreign sources, and allows no other origin."""
    async with web.as_() as client:
        headers = (await client.get(path, headers={"Origin": "https://elsewhere.example"})).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in headers
    assert "strict-transport-security" not in headers, "of a browser that came in the clear it would be ignored"


@pytest.mark.parametrize("path", ["/sign-in", "/api/stages", "/healthz"])
async def test_who_came_by_tls_comes_by_nothing_else_again(web: Web, path: str) -> None:
    """Whatever a link says, and whoever is on the way: browsers are told for a year."""
    async with web.as_() as client:
        headers = (await client.get(f"https://kervan.test{path}")).headers
    assert headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize(
    ("query", "language", "words"), [("", "tr", "Kuryeye verildi"), ("?lang=en", "en", "Handed to courier")]
)
async def test_home_lists_the_stages(web: Web, query: str, language: str, words: str) -> None:
    """Before the sign-in there are labels, picture and links, in Turkish by default, without a script."""
    async with web.as_() as client:
        answer = await client.get(f"/{query}")
    assert answer.headers["content-language"] == language
    assert words in answer.text
    assert "<svg" in answer.text
    assert "<script" not in answer.text
    for link in ("/docs", "/asyncapi", "/openapi.json"):
        assert f'href="{link}"' in answer.text


@pytest.mark.parametrize("source", ["courier/sandbox", "rates/sandbox", "invoicing/sandbox"])
async def test_home_says_that_a_sandbox_was_heard_whoever_started_it(web: Web, source: str) -> None:
    """A web of its own, over a database on which a demo ran, carries the label; one that heard real counterparts does not."""
    rates = {"published_on": "2026-11-20", "bulletin": "x", "rates": [{"currency": "EUR", "unit": 1, "forex_buying": "50"}]}
    async with web.as_() as client:
        await web.intake.take([said("rates/tcmb", "rates.published.v1", "1", rates)])
        before = await client.get("/?lang=en")
        told: dict[str, tuple[str, dict[str, Any]]] = {
            "courier": ("courier.booked.v1", {"shipment": ref("1"), "courier": "sandbox", "tracking_number": "SBX1"}),
            "rates": ("rates.published.v1", rates),
            "invoicing": ("invoice.issued.v1", invoice("1", 1)),
        }
        kind, data = told[source.partition("/")[0]]
        await web.intake.take([said(source, kind, "2", data)])
        after = await client.get("/?lang=en")
    assert ["SANDBOX" in answer.text for answer in (before, after)] == [False, True]


async def test_docs_need_no_other_host(web: Web) -> None:
    """The API's documentation loads everything from this host, and what it loads is there."""
    async with web.as_() as client:
        page = (await client.get("/docs")).text
        assets = re.findall(r'(?:src|href)="([^"]+)"', page)
        assert assets
        for asset in assets:
            assert asset.startswith("/"), asset
            assert (await client.get(asset)).status_code in {200, 204}, asset


async def test_openapi_is_whole(web: Web) -> None:
    """The document names the security scheme and problems, and every reference in it leads somewhere."""
    async with web.as_() as client:
        answer = await client.get("/openapi.json")
    document = answer.json()
    assert document["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"
    refused = document["paths"]["/api/shipments"]["post"]["responses"]["422"]["content"]
    assert refused["application/problem+json"]["schema"]["$ref"] == "#/components/schemas/Problem"
    for reference in re.findall(r'"\$ref":\s*"#/([^"]+)"', answer.text):
        found: Any = document
        for part in reference.split("/"):
            found = found[part]


async def test_asyncapi_is_served(web: Web) -> None:
    """The broker's documentation is there for everybody."""
    async with web.as_() as client:
        document = (await client.get("/asyncapi")).json()
    assert document["asyncapi"].startswith("3.")


async def test_readiness_tells_what_fails(
    connections: "asyncpg.Pool[asyncpg.Record]", intake: Intake, settings: Settings
) -> None:
    """The process lives while it is not ready; a check that fails or raises makes it not ready, by name."""

    async def well() -> dict[str, object]:
        return {"ok": True, "pending": 7}

    async def broken() -> dict[str, object]:
        raise ConnectionRefusedError

    checks: dict[str, Check] = {"database": well, "broker": well}
    ready, unready = (
        Web(connections, intake, settings, checks),
        Web(connections, intake, settings, checks | {"database": broken}),
    )
    async with ready.as_() as client:
        assert (await client.get("/readyz")).json()["status"] == "ready"
        assert "kervan_lag 7.0\n" in (await client.get("/metrics")).text
    async with unready.as_() as client:
        answer = await client.get("/readyz")
        assert (await client.get("/healthz")).status_code == 200
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == {"ok": False, "error": "ConnectionRefusedError"}


async def test_messages_fire_no_trigger_that_the_role_may_not(web: Web) -> None:
    """What finance may not do by a route it may not do by a message either; what it may, it may."""
    data = {"shipment": {"id": str(known_id(1))}, "reason": "x"}
    event = {
        "specversion": "1.0",
        "id": "1",
        "source": "ops/finance",
        "type": "shipment.cancel.v1",
        "time": "2026-11-20T09:00:00Z",
        "data": data,
    }
    filing = event | {"id": "2", "type": "shipment.file_refund.v1"}
    async with web.as_("finance") as client:
        problem(await client.post("/api/messages", json=event), 403, "not-allowed")
        assert (await client.post("/api/messages", json=filing)).status_code == 202


async def test_metrics_count(web: Web) -> None:
    """Metrics count shipments by stage with their age, what is open and why, and decisions by outcome."""
    await web.intake.take([*story(1)][:2])
    await web.intake.take([said("orders/shop", "shipment.drafted.v1", "1", {})])
    async with web.as_() as client:
        text = (await client.get("/metrics")).text
    lines = set(text.splitlines())
    assert {'kervan_shipments{stage="invoiced"} 1.0', "kervan_parked 0.0", "kervan_refused 1.0", "kervan_outbox 3.0"} <= lines
    assert {'kervan_messages_total{state="applied"} 2.0', 'kervan_messages_total{state="refused"} 1.0'} <= lines
    assert {'kervan_attention{reason="message_unreadable"} 1.0', "kervan_batches_total 2.0"} <= lines
    (age,) = (line.split()[1] for line in lines if line.startswith('kervan_stage_oldest_seconds{stage="invoiced"}'))
    invoiced_at = START + timedelta(hours=1)
    assert float(age) == pytest.approx((datetime.now(UTC) - invoiced_at).total_seconds(), abs=60)
    named = [line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")]
    metrics = [line.split("{")[0].split()[0] for line in text.splitlines() if not line.startswith("#")]
    assert list(dict.fromkeys(metrics)) == named, "each metric has its type, and its lines stand together"


async def test_lost_database_is_503(web: Web) -> None:
    """While the database does not answer, requests are told to come again; nothing is leaked of the reason."""
    async with web.as_("viewer") as client:
        await web.pool.close()
        answer = await client.get("/api/stages")
    problem(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "5"


async def test_unexpected_error_is_a_problem(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the program is a 500 problem that tells nothing of the inside."""

    async def fails(*_: object) -> list[dict[str, Any]]:
        secret = "password=hunter2"
        raise ZeroDivisionError(secret)

    monkeypatch.setattr("adapters.database.queries.stages", fails)
    async with web.as_("viewer") as client:
        answer = await client.get("/api/stages")
    problem(answer, 500, "unexpected")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "hunter2" not in answer.text
