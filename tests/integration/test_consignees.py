"""All that is held of one consignee can be shown, and is erased wherever nothing needs it any more (KVKK)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import pytest

from adapters import retention
from adapters.database import audit, consignees, documents
from adapters.database import retention as retained
from adapters.database.consignees import Selection
from adapters.documents import DocumentFolder, DocumentMissingError
from adapters.entrypoints import bootstrap, forgetting
from adapters.retention import Matter, Row
from adapters.settings import Settings
from events.intake import Intake
from tests.integration.http_app import Web
from tests.integration.plans import plans_of
from tests.stories import SELLER, draft, known_id, ref, said, story
from workflow.documents import DocumentKind
from workflow.personal import ERASED, Kept

Pool = Any
NAME = "Erika Mustermann 7"
ACT = audit.Act("cli", "cli/ayse", "", "consignee.erase", reason="KVKK 11/1-e, request 17")
ERIKA = Selection(NAME)


@pytest.fixture
def folder(tmp_path: Path) -> DocumentFolder:
    """Where documents lie."""
    return DocumentFolder(tmp_path / "documents")


async def everything(pool: Pool) -> str:
    """The whole database as text, bytes as text too: whatever column holds a name, it is found here."""
    tables = await pool.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    told = []
    for (table,) in tables:
        rows: Sequence[asyncpg.Record] = await pool.fetch(f'SELECT * FROM "{table}"')
        told += [" ".join(v.decode(errors="replace") if isinstance(v, bytes) else str(v) for v in row.values()) for row in rows]
    return "\n".join(told)


async def cancelled(intake: Intake) -> None:
    """A draft of hers that was called off, which a courier's webhook and a spoilt message tell of too."""
    to = {"name": NAME, "tax_number": "12345678901", "address": {"line": "Hauptstr. 5", "city": "Berlin", "country": "DE"}}
    await intake.take([said("orders/shop", "shipment.drafted.v1", "d7", draft("order-7", consignee=to))])
    await intake.take([said("ops/x", "shipment.cancel.v1", "c7", {"shipment": ref("order-7"), "reason": "called off"})])
    spoilt = {"seller": SELLER, "consignee": {"name": NAME}}
    await intake.take([said("orders/shop", "shipment.drafted.v1", "bad", spoilt)])


async def test_all_that_is_held_is_shown(connections: Pool, intake: Intake) -> None:
    """Shipment, messages word for word, refused messages, what is searched by, the log and the actions."""
    await cancelled(intake)
    await audit.note(connections, bootstrap.now(), audit.Act("api", "ops/x", "", "shipment.cancel", f"shipment/{known_id(7)}"))
    told = await consignees.export(connections, Selection("ERİKA MUSTERMANN 7", country="de"))
    assert [one["consignee_name"] for one in told["shipments"]] == [NAME]
    assert told["shipments"][0]["terms"]["consignee"]["address"]["line"] == "Hauptstr. 5"
    assert [one["body"]["data"]["consignee"]["name"] for one in told["messages"] if one["id"] == "d7"] == [NAME]
    assert len(told["refused_messages"]) == 1
    assert [one["action"] for one in told["actions"]] == ["shipment.cancel"]
    assert told["transitions"]
    assert any(one["trait"] == "stage:cancelled" for one in told["found_by"])
    orjson.dumps(told)  # a program can read all of it


async def test_what_is_erased_is_nowhere_any_more(connections: Pool, intake: Intake, folder: DocumentFolder) -> None:
    """Name, address and number stand in no table; who erased it and on what it stands does; the country stays."""
    await cancelled(intake)
    assert NAME in await everything(connections)
    done = await forgetting.erase(connections, folder, ERIKA, bootstrap.now, ACT)
    assert done.erased == [UUID(known_id(7))]
    after = await everything(connections)
    assert [word for word in (NAME, "Hauptstr", "12345678901", "mustermann") if word in after] == []
    (row,) = await audit.listed(connections, 9)
    assert (row["action"], row["thing"], row["reason"]) == ("consignee.erase", f"shipment/{known_id(7)}", ACT.reason)
    assert await connections.fetchval("SELECT country FROM shipment") == "DE"
    assert (await forgetting.erase(connections, folder, ERIKA, bootstrap.now, ACT)).erased == []


async def test_an_erasure_that_cannot_be_noted_is_none(
    connections: Pool, intake: Intake, folder: DocumentFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever dies between the two leaves both undone: nothing is erased without saying who did."""
    await cancelled(intake)
    before = await everything(connections)

    async def dies(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(audit, "note", dies)
        with pytest.raises(ConnectionError):
            await forgetting.erase(connections, folder, ERIKA, bootstrap.now, ACT)
    assert await everything(connections) == before


async def test_a_dry_run_changes_nothing_and_says_the_same(connections: Pool, intake: Intake, folder: DocumentFolder) -> None:
    """Neither the data nor the audit log."""
    await cancelled(intake)
    before = await everything(connections)
    said_before = await forgetting.erase(connections, folder, ERIKA, bootstrap.now, None)
    assert await everything(connections) == before
    assert await forgetting.erase(connections, folder, ERIKA, bootstrap.now, ACT) == said_before


@pytest.mark.parametrize(("messages", "why"), [(1, Kept.IN_FLIGHT), (5, Kept.IN_FLIGHT), (8, Kept.REFUND_OPEN)])
async def test_what_is_needed_stays_and_says_why(
    connections: Pool, intake: Intake, folder: DocumentFolder, messages: int, why: Kept
) -> None:
    """A shipment under way, and one whose refund is not settled."""
    await intake.take(list(story(7))[:messages])
    done = await forgetting.erase(connections, folder, ERIKA, bootstrap.now, ACT)
    assert (done.erased, done.kept) == ([], [(known_id(7), why)])
    assert NAME in await everything(connections)
    assert await audit.listed(connections, 9) == []


async def test_others_are_left_alone(connections: Pool, intake: Intake, folder: DocumentFolder) -> None:
    """A longer name that begins alike, and another seller's buyer where a seller is named."""
    await cancelled(intake)
    await intake.take(
        [
            said(
                "orders/shop",
                "shipment.drafted.v1",
                "d8",
                draft("order-8", consignee={"name": f"{NAME}0", "address": {"city": "Berlin", "country": "DE"}}),
            )
        ]
    )
    assert (await forgetting.erase(connections, folder, Selection(NAME, seller="4540536920"), bootstrap.now, ACT)).erased == []
    assert (await forgetting.erase(connections, folder, ERIKA, bootstrap.now, ACT)).erased == [UUID(known_id(7))]
    assert f"{NAME}0" in await everything(connections)


async def test_papers_stay_for_their_legal_time_and_go_after_it(
    connections: Pool, intake: Intake, folder: DocumentFolder
) -> None:
    """An invoice of this year stays when its buyer is erased; once its last day is over, row and file go."""
    await cancelled(intake)
    sha = await folder.keep(b"<Invoice/>")
    shipment, now = UUID(known_id(7)), bootstrap.now()
    await documents.enter(
        connections, shipment, DocumentKind.INVOICE_XML, name="i.xml", media_type="application/xml", sha256=sha, size=10,
        source="kervan", now=now,
    )  # fmt: skip
    done = await forgetting.erase(connections, folder, ERIKA, bootstrap.now, ACT)
    assert [why for _, why in done.kept] == [Kept.TAX_DOCUMENT]
    assert await folder.read(sha) == b"<Invoice/>"
    policy = retention.load()
    assert (await forgetting.Forgetting(connections, folder, policy, bootstrap.now).run())[Matter.DOCUMENTS] == 0
    later = await connections.fetchval("SELECT keep_until FROM document") + timedelta(days=2)

    def then() -> datetime:
        return datetime.combine(later, now.timetz())

    assert (await forgetting.Forgetting(connections, folder, policy, then).run())[Matter.DOCUMENTS] == 1
    with pytest.raises(DocumentMissingError):
        await folder.read(sha)


async def test_the_policy_lets_go_in_bounded_batches(connections: Pool, intake: Intake, folder: DocumentFolder) -> None:
    """As many as a turn does; the rest the next time. A dry run counts all and changes nothing; what is young stays."""
    for n in range(5):
        await connections.execute(
            "INSERT INTO webhook (digest, courier, message_id, body, received_at, handled_at) VALUES ($1, 'x', '', '', $2, $2)",
            bytes([n]), bootstrap.now() - timedelta(days=400 if n else 1),
        )  # fmt: skip
    await cancelled(intake)
    rows = (Row(Matter.WEBHOOKS, 180, date(2026, 1, 1), "x"), Row(Matter.CONSIGNEES, 0, date(2026, 1, 1), "x"))
    one = forgetting.Forgetting(connections, folder, rows, bootstrap.now, batch=1, most=3)
    assert (await one.run(dry=True))[Matter.WEBHOOKS] == 4
    assert await connections.fetchval("SELECT count(*) FROM webhook") == 5
    assert [(await one.run())[Matter.WEBHOOKS] for _ in range(3)] == [3, 1, 0]
    assert await connections.fetchval("SELECT count(*) FROM webhook") == 1
    assert await connections.fetchval("SELECT consignee_name FROM shipment_content") == ERASED
    (act, *_) = await audit.listed(connections, 1)
    assert "retention policy" in act["reason"]
    assert (act["door"], act["actor"]) == ("worker", "retention"), "nobody at the command line did it"


async def test_webhooks_to_be_removed_are_found_without_reading_all(connections: Pool, database_url: str) -> None:
    """Among many that are young, the few old ones by when they were done."""
    await connections.execute(
        """INSERT INTO webhook (digest, courier, message_id, body, received_at, handled_at)
           SELECT sha256(n::text::bytea), 'x', '', '', now() - n * interval '1 minute', now() - n * interval '1 minute'
           FROM generate_series(1, 5000) AS n"""
    )
    await connections.execute("ANALYZE webhook")
    before = bootstrap.now() - timedelta(minutes=4990)
    assert await retained.rows(connections, "webhooks", before, 200, dry=False) in {10, 11}
    statement = retained.ROWS["webhooks"][0].replace("$1", f"'{before}'").replace("$2", "200")
    plan = "\n".join(await plans_of(database_url, f"DELETE FROM {statement}"))
    assert "webhook_handled" in plan
    assert "Seq Scan on webhook" not in plan


async def test_over_http_it_is_an_administrators(web: Web, intake: Intake, connections: Pool, settings: Settings) -> None:
    """Shown and erased by an administrator alone; a name stands in no address."""
    await cancelled(intake)
    async with web.as_("operations") as client:
        assert (await client.post("/api/consignees/export", json={"name": NAME})).status_code == 403
    async with web.as_("admin") as client:
        told = (await client.post("/api/consignees/export", json={"name": NAME})).json()
        assert told["shipments"][0]["consignee_name"] == NAME
        dry = (await client.post("/api/consignees/erase", json={"name": NAME, "basis": "b", "dry_run": True})).json()
        assert (dry["done"], dry["erased"]) == (False, [known_id(7)])
        assert (await client.post("/api/consignees/erase", json={"name": NAME})).status_code == 422
        done = (await client.post("/api/consignees/erase", json={"name": NAME, "basis": "b"})).json()
        assert (done["done"], done["erased"]) == (True, [known_id(7)])
    assert NAME not in await everything(connections)
    assert settings.documents_dir.name == "documents"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("row = 1", "nothing else"),
        ('[[row]]\nmatter = "webhooks"', "must say"),
        ('[[row]]\nmatter = "x"\ndays = 1\nvalid_from = 2026-01-01\nsource = ""', "one of"),
        ('[[row]]\nmatter = "webhooks"\ndays = "1"\nvalid_from = 2026-01-01\nsource = ""', "must be a int"),
        ("[", "cannot be used"),
    ],
)
def test_a_policy_that_cannot_be_used_says_where(tmp_path: Path, text: str, why: str) -> None:
    """And nothing is removed by half of it."""
    file = tmp_path / "policy.toml"
    file.write_text(text)
    with pytest.raises(retention.RetentionPolicyError, match=why):
        retention.load(file)


def test_of_two_rows_the_later_one_holds_from_its_day_on() -> None:
    """Dated like the law: what was in force yesterday is what was done yesterday."""
    rows = (Row(Matter.WEBHOOKS, 30, date(2026, 6, 1), ""), Row(Matter.WEBHOOKS, 180, date(2026, 1, 1), ""))
    assert retention.in_force(rows, date(2026, 5, 31))[Matter.WEBHOOKS].days == 180
    assert retention.in_force(rows, date(2026, 6, 1))[Matter.WEBHOOKS].days == 30
    assert retention.in_force(rows, date(2025, 12, 31)) == {}
