"""An installation with two sellers who have something of everything each, and people who are bound to the first."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from adapters.database import keys, users
from adapters.entrypoints import bootstrap
from tests.integration.browser import PASSWORD, Browser
from tests.integration.http_app import Web
from tests.stories import SELLERS, draft, etgb_number, known_id, ref, said, story
from workflow.refund import claim_id, purchase_id

A, B = SELLERS[0], SELLERS[1]
MARK = "Zyxwv"
"""Stands in everything that is B's and can have words in it."""
BOUND_ROLES = ("viewer", "operations", "finance")
OF_A, OF_B, SHARED = 1, 2, 3
"""Numbers of stories: ETGB 1 is A's alone, 2 is B's, and on ETGB 3 both have a shipment."""


@dataclass(slots=True)
class Sellers:
    """What there is of a seller."""

    seller: str
    shipment: str
    claim: str
    etgb: str
    item: str = ""
    document: str = ""
    imported: str = ""
    job: str = ""
    purchase: str = ""


@dataclass(slots=True)
class Two:
    """The web and what is in it."""

    web: Web
    a: Sellers
    b: Sellers
    secrets: dict[str, str] = field(default_factory=dict)

    @asynccontextmanager
    async def key(self, role: str, *sellers: str) -> AsyncIterator[httpx.AsyncClient]:
        """A client with a key of a role, bound to sellers, or to none."""
        name = f"{role}-{'-'.join(sellers) or 'all'}"
        if name not in self.secrets:
            self.secrets[name] = await keys.add(self.web.pool, name, role, sellers=sellers)
        transport = httpx.ASGITransport(self.web.app, raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {self.secrets[name]}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://kervan.test", headers=headers) as client:
            yield client

    @asynccontextmanager
    async def person(self, role: str, *sellers: str) -> AsyncIterator[Browser]:
        """Somebody's browser, bound likewise."""
        name = f"{role}-{'-'.join(sellers) or 'all'}"
        if not await self.web.pool.fetchval("SELECT 1 FROM console_user WHERE name = $1", name):
            await users.add(self.web.pool, name, role, bootstrap.now(), password=PASSWORD, sellers=sellers)
        transport = httpx.ASGITransport(self.web.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://kervan.test", headers={"Accept": "text/html"}
        ) as client:
            made = Browser(client)
            assert (await made.sign_in(name)).status_code == 303
            yield made


def _marked(n: int, seller: str, word: str) -> list[Any]:
    """A story of a seller whose consignee, goods and order number have a word in them."""
    told = [*story(n, seller, claim=False)]
    to = {"name": f"Erika {word}", "address": {"city": "Berlin", "country": "DE"}}
    own = draft(f"order-{n}", seller, consignee=to)
    own["seller"]["name"] = f"{word} Ltd."
    own["lines"] = [{**line, "description_tr": f"tişört {word}", "sku": f"S{word}"} for line in own["lines"]]
    return [said("orders/shop", "shipment.drafted.v1", f"draft-{n}", own), *told[1:]]


async def _told(web: Web, arrivals: list[Any]) -> None:
    for outcome in await web.intake.take(arrivals):
        assert outcome.state in {"applied", "parked"}, outcome


def _purchase(seller: str, number: str, word: str) -> dict[str, Any]:
    return {
        "seller": seller,
        "supplier": {"tax_number": SELLERS[4], "name": f"{word} Tekstil"},
        "invoice_number": number,
        "issued_on": "2026-11-10",
        "period": "2026-11",
        "kind": "direct",
        "description": f"kumaş {word}",
        "net": "1000.00",
        "vat": "200.00",
    }


async def two(web: Web) -> Two:
    """Fill an installation: each seller has a shipment on its way to a refund, one on an ETGB of both, and what hangs on it."""
    found = {}
    for seller, n, word in ((A, OF_A, "Abcde"), (B, OF_B, MARK)):
        await _told(web, _marked(n, seller, word))
        claim = claim_id(seller, "2026-11", 0)
        found[seller] = Sellers(seller, known_id(n, seller), str(claim), etgb_number(n))
    # one ETGB of both, and a draft of each that is held
    lines = []
    for seller, n, word in ((A, 31, "Abcde"), (B, 32, MARK)):
        told = _marked(n, seller, word)
        await _told(web, told[:4])
        lines.append(
            {"shipment": ref(f"order-{n}", seller), "amount": "42.00", "currency": "EUR", "invoice_number": f"ABC2026{n:09d}"}
        )
    both = {
        "number": etgb_number(SHARED),
        "registered_on": "2026-11-21",
        "courier": "pts",
        "lines": lines,
        "document_url": f"https://pts.example/{MARK}.pdf",
    }
    await _told(web, [said("courier/pts", "etgb.issued.v1", "etgb-both", both)])
    for seller, n, word in ((A, 41, "Abcde"), (B, 42, MARK)):
        held = draft(
            f"order-{n}",
            seller,
            gross_weight_kg="900",
            consignee={"name": f"Erika {word}", "address": {"city": "Berlin", "country": "DE"}},
        )
        await _told(web, [said("orders/shop", "shipment.drafted.v1", f"held-{n}", held)])
        await web.pool.execute(
            """INSERT INTO attention (id, reason, detail, shipment, raised_at)
               VALUES (gen_random_uuid(), 'findings_overdue', $2, $1, now())""",
            UUID(known_id(n, seller)),
            f"{word}: waits",
        )
        found[seller].item = str(
            await web.pool.fetchval("SELECT id FROM attention WHERE shipment = $1", UUID(known_id(n, seller)))
        )
    for seller, n, word in ((A, OF_A, "Abcde"), (B, OF_B, MARK)):
        one = found[seller]
        purchase = _purchase(seller, f"ALI{n}", word)
        await _told(web, [said("accounting/books", "purchase.booked.v1", f"bought-{n}", purchase)])
        mistaken = _purchase(seller, f"GER{n}", word)
        named = {"seller": seller, "supplier_tax_number": SELLERS[4], "invoice_number": f"GER{n}"}
        away = said("accounting/books", "purchase.withdrawn.v1", f"withdrawn-{n}", named | {"reason": f"iptal {word}"})
        await _told(web, [said("accounting/books", "purchase.booked.v1", f"mistaken-{n}", mistaken), away])
        one.purchase = str(purchase_id(seller, SELLERS[4], f"ALI{n}"))
        one.document = str(
            await web.pool.fetchval(
                """INSERT INTO document (shipment, kind, name, media_type, sha256, size, source, created_at, keep_until, seller)
                   VALUES ($1, 'invoice_xml', $2, 'application/xml', $3, 1, 'kervan', now(), '2040-01-01', $4) RETURNING id""",
                UUID(one.shipment),
                f"{word}.xml",
                f"{n:064d}",
                seller,
            )
        )
        one.imported = str(
            await web.pool.fetchval(
                """WITH i AS (INSERT INTO import (kind, owner, file_name, sha256, started_at, rows, taken, set_aside)
                       VALUES ('orders', $1, $2, $2, now(), 1, 0, 1)
                       RETURNING id)
                   INSERT INTO import_line (import_id, row_no, outcome, reason, detail, raw)
                   SELECT id, 1, 'set_aside', 'no_orders', $2, $2 FROM i RETURNING import_id""",
                seller,
                word,
            )
        )
        one.job = str(
            await web.pool.fetchval(
                """WITH j AS (INSERT INTO bulk_job (trigger, filter, by, role, reason, state, made_at, sellers, able,
                           unable, done, failed)
                       VALUES ('cancel', '', $2, 'operations', $2, 'finished', now(), ARRAY[$1], 1, 0, 1, 0) RETURNING id)
                   INSERT INTO bulk_line (job, no, shipment, outcome) SELECT id, 1, $3::uuid, 'done' FROM j RETURNING job""",
                seller,
                word,
                UUID(one.shipment),
            )
        )
    return Two(web, found[A], found[B])


_COPIED = {
    "shipment": "id = $1",
    "shipment_content": "shipment = $1",
    "shipment_line": "shipment = $1",
    "finding": "shipment = $1",
    "shipment_key": "shipment = $1",
}
"""For each table, which rows of one shipment are copied for others."""


async def many(pool: Any, of: str, per_seller: dict[str, int]) -> None:
    """Copy a shipment for sellers, so many times each, a minute apart; statistics are those of all of them afterwards."""
    await pool.execute("CREATE TABLE copied AS SELECT $1::text AS seller, 0 AS n, gen_random_uuid() AS id WHERE false", "")
    for seller, count in per_seller.items():
        await pool.execute("INSERT INTO copied SELECT $1, n, gen_random_uuid() FROM generate_series(1, $2) n", seller, count)
    for table, which in _COPIED.items():
        own = "shipment" if table != "shipment" else "id"
        named = {
            "shipment": "'reference', 'm-' || c.n, 'created_at', now() - c.n * interval '1 minute'",
            "shipment_key": "'key', split_part(x.key, '/', 1) || '/' || c.n || left(c.id::text, 8)",
        }.get(table, f"'{own}', c.id")
        await pool.execute(
            f"""INSERT INTO {table} SELECT (jsonb_populate_record(x,
                    jsonb_build_object('{own}', c.id, 'seller', c.seller, {named}))).*
                FROM {table} x CROSS JOIN copied c WHERE x.{which}""",
            UUID(of),
        )
    await pool.execute("DROP TABLE copied")
    await pool.execute("ANALYZE")
