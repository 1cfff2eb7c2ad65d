"""What screens and clients read: past the model, straight from the tables, a page at a time."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from adapters.database import found as found_of
from adapters.database import rows, search
from adapters.database.seller_lock import sellers
from workflow import lifecycle
from workflow.attention import Reason
from workflow.attention_texts import TEXTS
from workflow.rules.findings import render
from workflow.rules.texts import TEXTS as FINDING_TEXTS
from workflow.stages import Stage
from workflow.values import capitals, normalise_etgb_number

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

_SHIPMENT = """
SELECT s.*, c.terms, c.rule_version, e.registered_on, e.day_inferred, e.closed_on, e.overdue AS etgb_overdue,
    k.status AS claim_status,
    coalesce(k.status = 'reversed' AND k.reversed_try < k.refundable_try, false) AS claim_partly_reversed
FROM shipment s JOIN shipment_content c ON c.shipment = s.id
LEFT JOIN etgb e ON e.number = s.etgb_number AND s.etgb_number <> ''
LEFT JOIN claim k ON k.id = s.claim
"""


async def shipments(
    pool: Pool, filters: dict[str, Any], limit: int, after: tuple[datetime, UUID] | None, *, names: bool = True
) -> list[dict[str, Any]]:
    """A page of shipments, newest first; ``after`` is where the page before ended, ``names`` whether ``q`` finds people."""
    found, values = await found_of.ids(pool, filters, names=names, limit=limit, after=after)
    query = f"{_SHIPMENT} WHERE s.id IN (SELECT id FROM ({found}) AS found) {search.NEWEST} LIMIT {limit:d}"  # noqa: S608
    return await _whole(pool, await pool.fetch(query, *values))


async def shipment(pool: Pool, shipment_id: UUID) -> dict[str, Any] | None:
    """One shipment as the contract shows it; ``None`` where there is none, or none of whom whoever asks is bound to."""
    query = f"{_SHIPMENT} WHERE s.id = $1 AND ($2::text[] = '{{}}' OR s.seller = ANY($2))"
    found = await _whole(pool, await pool.fetch(query, shipment_id, list(sellers())))
    return found[0] if found else None


async def _whole(pool: Pool, records: Sequence[asyncpg.Record]) -> list[dict[str, Any]]:
    """Add lines, findings and open attention items to rows of shipments."""
    ids = [row["id"] for row in records]
    lines: dict[UUID, list[dict[str, Any]]] = {i: [] for i in ids}
    findings: dict[UUID, list[dict[str, Any]]] = {i: [] for i in ids}
    items: dict[UUID, list[dict[str, Any]]] = {i: [] for i in ids}
    versions = {row["id"]: row["rule_version"] for row in records}
    if ids:
        for row in await pool.fetch(
            """SELECT l.*, (SELECT sum(b.quantity) FROM piece_back b WHERE (b.shipment, b.line_no) = (l.shipment, l.line_no))
                AS came_back FROM shipment_line l WHERE l.shipment = ANY($1::uuid[]) ORDER BY l.shipment, l.line_no""",
            ids,
        ):
            lines[row["shipment"]].append(_line(row))
        for row in await pool.fetch(
            "SELECT * FROM finding WHERE shipment = ANY($1::uuid[]) ORDER BY shipment, finding_no", ids
        ):
            findings[row["shipment"]].append(_finding(row, versions[row["shipment"]]))
        for row in await pool.fetch(
            "SELECT * FROM attention WHERE shipment = ANY($1::uuid[]) AND resolved_at IS NULL ORDER BY raised_at", ids
        ):
            items[row["shipment"]].append(item(row, datetime.now(UTC)))
    return [_shipment(row, lines[row["id"]], findings[row["id"]], items[row["id"]]) for row in records]


async def named(pool: Pool, name: str, *, seller: str = "", limit: int = 5) -> list[UUID]:
    """Shipments with this reference, tracking, invoice, ETTN or ETGB number, as the list's search finds them."""
    having = " UNION ".join(f"SELECT s.id, s.seller FROM shipment s WHERE {one}" for one in search.by_number("$1", "$2"))  # noqa: S608
    found = await pool.fetch(
        f"SELECT id FROM ({having}) AS named WHERE ($3 = '' OR seller = $3) ORDER BY id LIMIT $4",  # noqa: S608
        capitals(name),
        normalise_etgb_number(name),
        seller,
        limit,
    )
    return [row["id"] for row in found]


def _plain(value: Decimal) -> str:
    """A number as people write it: no exponent, no zeros at the end."""
    text = format(value.normalize(), "f")
    return text if text != "-0" else "0"


def _shipment(
    row: asyncpg.Record,
    lines: list[dict[str, Any]],
    findings: list[dict[str, Any]],
    items: list[dict[str, Any]],
) -> dict[str, Any]:
    terms = rows.json_object(row["terms"])
    invoice = etgb = claim = None
    if row["invoice_number"]:
        invoice = {
            "number": row["invoice_number"],
            "ettn": row["invoice_ettn"],
            "issued_on": row["invoice_issued_on"],
            "total": str(row["invoice_total"]),
        }
    if row["etgb_number"]:
        etgb = {
            "number": row["etgb_number"],
            "registered_on": row["registered_on"],
            "registered_on_inferred": bool(row["day_inferred"]),
            "closed_on": row["closed_on"],
        }
    if row["claim"] is not None:
        claim = {
            "id": str(row["claim"]),
            "status": row["claim_status"],
            "partly_reversed": row["claim_partly_reversed"],
        }
    return {
        "id": str(row["id"]),
        "seller": row["seller"],
        "reference": row["reference"],
        "stage": row["stage"],
        "stage_since": row["stage_since"],
        "lifecycle": row["lifecycle"],
        "due_at": row["due_at"],
        **_awaited(row),
        "version": row["version"],
        "consignee": terms["consignee"],
        "currency": row["currency"],
        "total": str(row["total"]),
        "gross_weight_kg": _plain(row["gross_weight_kg"]),
        "courier": row["courier"] or None,
        "tracking_number": row["tracking_number"] or None,
        "delivery_status": row["delivery_status"],
        "planned_on": row["planned_on"],
        "created_at": row["created_at"],
        "invoice": invoice,
        "etgb": etgb,
        "vedop_seen_on": row["vedop_seen_on"],
        "claim": claim,
        "findings": findings,
        "lines": lines,
        "attention": items,
    }


def _awaited(row: asyncpg.Record) -> dict[str, Any]:
    """What a shipment waits for, and what is overdue; on an ETGB both are the ETGB's."""
    wait = lifecycle.KNOWN.of(row["lifecycle"]).waits[Stage(row["stage"])]
    late = [wait.value] if wait is not None and row["overdue"] else []
    if row["stage"] in {Stage.ETGB_ISSUED, Stage.VEDOP_TRANSFERRED}:
        late += (row["etgb_overdue"] or "").split()
    return {"waits_for": wait.value if wait is not None and row["due_at"] is not None else None, "overdue": late}


def _line(row: asyncpg.Record) -> dict[str, Any]:
    found = {
        "kind": row["kind"],
        "sku": row["sku"],
        "description": row["description"],
        "description_tr": row["description_tr"],
        "gtip": row["gtip"],
        "origin": row["origin"],
        "quantity": _plain(row["quantity"]),
        "unit": row["unit"],
        "unit_price": _plain(row["unit_price"]),
        "discount": _plain(row["discount"]),
    }
    if row["net_weight_kg"] is not None:
        found["net_weight_kg"] = _plain(row["net_weight_kg"])
    if row["came_back"] is not None:
        found["came_back"] = _plain(row["came_back"])
    return found


def _finding(row: asyncpg.Record, version: str) -> dict[str, Any]:
    params = rows.json_object(row["params"])
    text = FINDING_TEXTS.get((row["code"], row["variant"]))
    return {
        "code": row["code"],
        "severity": row["severity"],
        "path": row["path"],
        "message": {lang: render(row["code"], row["variant"], params, lang) for lang in ("tr", "en")},
        "source": row["source"] or (text.source if text is not None else ""),
        "valid_from": row["valid_from"],
        "valid_to": row["valid_to"],
        "rule_version": version,
    }


def item(row: asyncpg.Record, now: datetime) -> dict[str, Any]:
    """A row of ``attention`` as it is shown; its age ends when it is resolved."""
    text = TEXTS[Reason(row["reason"])]
    return {
        "id": str(row["id"]),
        "reason": row["reason"],
        "detail": row["detail"],
        "what_to_do": {"tr": text.tr, "en": text.en},
        "who": text.who,
        "age_s": max(0, int(((row["resolved_at"] or now) - row["raised_at"]).total_seconds())),
        "occurrences": row["occurrences"],
        "shipment_id": str(row["shipment"]) if row["shipment"] is not None else None,
        "etgb": row["etgb"] or None,
        "claim": str(row["claim"]) if row["claim"] is not None else None,
        "message_id": row["message_id"] or None,
        "raised_at": row["raised_at"],
        "resolved_at": row["resolved_at"],
        "resolved_by": row["resolved_by"] or None,
        "resolution": row["resolution"] or None,
    }


_COUNTS = f"""
WITH late AS MATERIALIZED (
    SELECT s.stage, count(*) AS overdue FROM shipment s WHERE NOT s.overdue AND {search.LATE_BY_ETGB} GROUP BY s.stage),
kept AS MATERIALIZED (
    SELECT c.stage, sum(c.shipments) AS shipments, sum(c.overdue) AS overdue FROM stage_count c GROUP BY c.stage)
SELECT g.stage, coalesce(kept.shipments, 0)::bigint AS count,
    (coalesce(kept.overdue, 0) + coalesce(late.overdue, 0))::bigint AS overdue,
    (SELECT min(t.since) FROM shipment_trait t WHERE t.trait = 'stage:' || g.stage AND t.since IS NOT NULL) AS oldest
FROM unnest($1::text[]) AS g(stage) LEFT JOIN kept ON kept.stage = g.stage LEFT JOIN late ON late.stage = g.stage
"""  # noqa: S608 - constants
"""Counters and an index's first entries, and of the shipments only those few that stand on an ETGB that is late."""
_COUNTS_OF = f"""
SELECT s.stage, count(*) AS count, count(*) FILTER (WHERE {search.LATE}) AS overdue, min(s.stage_since) AS oldest
FROM shipment s WHERE s.seller = ANY($1::text[]) GROUP BY s.stage
"""  # noqa: S608 - constants
"""Of some sellers: counted from their shipments, which an index has together, since counters know no sellers."""
_COUNTED = ("count", "overdue", "oldest")


async def stages(pool: Pool) -> list[dict[str, Any]]:
    """How many shipments stand in each stage, how many of them too long, and since when the one that is longest there."""
    bound = list(sellers())
    asked = (_COUNTS_OF, bound) if bound else (_COUNTS, [stage.value for stage in Stage])
    by_stage = {row["stage"]: row for row in await pool.fetch(*asked)}
    nothing = {"count": 0, "overdue": 0, "oldest": None}
    return [{"stage": stage.value, **{name: by_stage.get(stage, nothing)[name] for name in _COUNTED}} for stage in Stage]


_OWN = """
SELECT id FROM shipment WHERE id = ANY($1::uuid[]) AND seller = ANY($3::text[])
UNION ALL SELECT id FROM claim WHERE id = ANY($2::uuid[]) AND seller = ANY($3::text[])
"""


async def own(pool: Pool, shipments: Sequence[UUID], claims: Sequence[UUID]) -> set[UUID]:
    """Which of some shipments and claims are of the sellers that whoever asks is bound to."""
    return {UUID(int=row["id"].int) for row in await pool.fetch(_OWN, shipments, claims, list(sellers()))}


_HAS = """EXISTS (SELECT FROM shipment_trait t
    WHERE (t.trait, t.created_at, t.shipment) = ('{}:' || {{0}}, a.shipment_at, a.shipment))"""
_AMONG = """a.shipment IS NULL AND (a.etgb <> '' OR a.claim IS NOT NULL) AND EXISTS (
    SELECT FROM shipment_key k JOIN shipment o ON o.id = k.shipment
    WHERE k.key = ANY(ARRAY['etgb:' || nullif(a.etgb, ''), 'claim:' || a.claim])
        AND (o.etgb_number = nullif(a.etgb, '') OR o.claim = a.claim)"""
_OF_ITEMS: dict[str, str] = {
    "reason": "a.reason = {}",
    "reasons": "a.reason = ANY({}::text[])",
    "stage": f"({_HAS.format('stage')} OR {_AMONG} AND o.stage = {{0}}))",
    "courier": f"({_HAS.format('courier')} OR a.etgb <> '' AND EXISTS ("
    "SELECT FROM etgb e WHERE e.number = a.etgb AND e.courier = {0}))",
    "claim": "a.claim = {}",
}
"""Filters of items: by their own shipment's traits, or by those that stand on their ETGB or belong to their claim."""
_OF_SELLER = (
    "a.seller = {0}",
    """a.shipment IS NULL AND a.etgb <> '' AND EXISTS (SELECT FROM shipment_key k JOIN shipment o ON o.id = k.shipment
    WHERE k.key = 'etgb:' || a.etgb AND o.seller = {0} AND o.etgb_number = a.etgb)""",
)
"""The reasons for which an item is a seller's: its shipment or its claim is, or one of those that stand on its ETGB.

Each is a query of its own with the page's limit, as in :mod:`adapters.database.search`: for the first an index has a seller's
items in their order, the second looks at the open items about ETGBs alone, which are few.
"""

_WHOLE_ETGB = """a.etgb <> '' AND a.etgb IN (SELECT l.etgb FROM etgb_line l LEFT JOIN shipment o ON o.id = l.shipment
    WHERE l.etgb = a.etgb AND NOT l.taken_off GROUP BY l.etgb HAVING bool_and(coalesce(o.seller = ANY({0}), false)))"""
OF_SELLERS = f"({{0}}::text[] = '{{{{}}}}' OR a.seller = ANY({{0}}) OR {_WHOLE_ETGB})"
"""Items of some sellers' shipments and claims, and of ETGBs that have their lines alone; of none: of all."""


async def attention(
    pool: Pool,
    *,
    resolved: bool,
    limit: int,
    after: tuple[datetime, UUID] | None,
    filters: Mapping[str, Any] = MappingProxyType({}),
) -> list[dict[str, Any]]:
    """A page of attention items, oldest first; a filter that is empty filters nothing."""
    query, values = _items(resolved=resolved, limit=limit, after=after, filters=filters)
    return [item(row, datetime.now(UTC)) for row in await pool.fetch(query, *values)]


def _items(
    *, resolved: bool, limit: int, after: tuple[datetime, UUID] | None, filters: Mapping[str, Any]
) -> tuple[str, list[Any]]:
    """The query of a page of items, and its parameters."""
    values: list[Any] = [list(sellers())]
    where = [OF_SELLERS.format("$1"), f"a.resolved_at IS {'NOT ' if resolved else ''}NULL"]
    reasons: tuple[str, ...] = ("true",)
    for name, value in filters.items():
        if value and name == "seller":
            values.append(value)
            reasons = tuple(one.format(f"${len(values)}") for one in _OF_SELLER)
        elif value:
            values.append(value)
            where.append(_OF_ITEMS[name].format(f"${len(values)}"))
    if after is not None:
        values.extend(after)
        where.append(f"(a.raised_at, a.id) > (${len(values) - 1}, ${len(values)})")
    end = f"ORDER BY a.raised_at, a.id LIMIT {limit:d}"
    found = " UNION ".join(
        f"(SELECT a.* FROM attention a WHERE {' AND '.join([reason, *where])} {end})"  # noqa: S608 - constants and places
        for reason in reasons
    )
    return f"SELECT a.* FROM ({found}) AS a {end}", values  # noqa: S608 - ours
