"""Lines of ETGB lists that a person has to match, in the table ``etgb_match``, and the shipments that lines may mean."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from adapters.database import items, rows, search
from adapters.database.save import Saver
from events import translate
from workflow import attention, facts
from workflow.likeness import FAR_AHEAD, TEXTS, Candidate, ListLine, Sign, Weighed
from workflow.values import capitals
from workflow.world import Changes

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

_DECLARABLE = "o.stage NOT IN ('draft', 'cancelled', 'returned')"
_CANDIDATES = f"""
SELECT s.id, s.seller, s.reference, s.currency, coalesce(s.invoice_total, s.total) AS total, s.country,
    coalesce((SELECT sum(round(l.quantity * l.unit_price - l.discount, 2)) FROM shipment_line l
              WHERE l.shipment = s.id AND l.kind IN ('freight', 'insurance')), 0) AS apart,
    coalesce(s.invoice_issued_on, s.planned_on) AS day, s.invoice_number, s.tracking_number,
    CASE WHEN s.etgb_number <> '' THEN s.etgb_number
         WHEN EXISTS (SELECT FROM parked p JOIN inbox i ON (i.source, i.id) = (p.source, p.message_id)
                      WHERE p.waits_on = 'id:' || s.id AND i.type = 'etgb.issued.v1') THEN 'waits' ELSE '' END AS etgb
FROM shipment s
WHERE s.id IN (
    SELECT o.id FROM shipment_trait t JOIN shipment o ON o.id = t.shipment WHERE t.trait = ANY($1::text[]) AND {_DECLARABLE}
    UNION SELECT o.id FROM shipment_key JOIN shipment o ON o.id = shipment_key.shipment
        WHERE {search.NUMBERED} = ANY($2::text[]) AND o.seller = ANY($3::text[]) AND o.tracking_number = ANY($4::text[])
            AND {_DECLARABLE} AND coalesce(o.invoice_issued_on, o.planned_on) BETWEEN $5 AND $6
    UNION SELECT o.id FROM unnest($7::text[], $8::text[]) AS g(seller, reference)
        JOIN shipment o ON (o.seller, o.reference) = (g.seller, g.reference)
    UNION SELECT shipment FROM shipment_key WHERE key = ANY($9::text[]))
"""  # noqa: S608 - constants
"""Each way to a shipment by an index of its own, so that it costs what a list has lines, not what there are shipments."""

_KEEP = """
INSERT INTO etgb_match (id, import_id, row_no, etgb, registered_on, courier, seller, line, candidates, state, raised_at)
SELECT u.id, $1, u.row_no, u.etgb, u.registered_on, u.courier, u.seller, u.line, u.candidates, 'open', $2
FROM unnest($3::uuid[], $4::int[], $5::text[], $6::date[], $7::text[], $8::text[], $9::jsonb[], $10::jsonb[])
    AS u(id, row_no, etgb, registered_on, courier, seller, line, candidates)
ON CONFLICT DO NOTHING RETURNING id
"""

_SAID = """
SELECT i.state, b.body FROM inbox i JOIN inbox_body b ON (b.received_at, b.no) = (i.received_at, i.no)
WHERE (i.source, i.id) = ($1, $2)
"""
_CLAIM = """
UPDATE etgb_match SET shipment = $2, settled_at = $3, settled_by = $4
WHERE id = $1 AND state = 'open' AND (shipment IS NULL OR settled_at < $5) RETURNING id
"""
"""Of an open line the shipment stands for a confirmation on its way, and ``settled_at`` for when that began."""
_RELEASE = """
UPDATE etgb_match SET shipment = NULL, settled_at = NULL, settled_by = ''
WHERE id = $1 AND state = 'open' AND (shipment, settled_at, settled_by) = ($2, $3, $4)
"""
_CONFIRM = "UPDATE etgb_match SET state = 'confirmed', settled_at = $2 WHERE id = $1 AND state = 'open' RETURNING id"
_REJECT = """
UPDATE etgb_match SET state = 'rejected', shipment = NULL, settled_at = $2, settled_by = $3
WHERE id = $1 AND state = 'open' AND (shipment IS NULL OR settled_at < $4)
    AND NOT EXISTS (SELECT FROM inbox WHERE source = $5 AND inbox.id = ANY($6::text[]) AND inbox.state <> 'refused')
RETURNING id
"""
"""A line of which the engine has heard a confirmation is not rejected, even where that was cut off before it was noted."""

_CUT_OFF = timedelta(minutes=2)
"""After which a confirmation that is not noted was cut off: far longer than a message takes in the engine."""

_NOW = """
SELECT id, reference, stage, total, invoice_total, currency, country, courier, invoice_number, tracking_number, etgb_number,
    planned_on, invoice_issued_on FROM shipment WHERE id = ANY($1::uuid[])
"""

_INFERRED = "registered_on_inferred"
"""Stands with a line whose list does not tell the day of registration."""


def item_id(match_id: UUID) -> UUID:
    """The attention item of a line."""
    return attention.item(attention.Reason.ETGB_LINE_UNMATCHED, str(match_id), "").id


class EtgbMatches:
    """Keeps doubtful lines over a pool; see :class:`adapters.imports.doubts.Matches`."""

    def __init__(self, pool: Pool) -> None:
        """Work on a pool."""
        self._pool = pool

    async def candidates(self, lines: Sequence[ListLine], whole: Collection[str]) -> list[Candidate]:
        """The shipments that lines may mean: those they name, and of the sellers in ``whole`` all of about that time."""
        days = [line.registered_on for line in lines]
        first, last = min(days) - FAR_AHEAD, max(days) + timedelta(days=1)
        keys = [facts.by_invoice(line.seller, line.invoice_number) for line in lines if line.invoice_number]
        named = [(line.seller, line.reference) for line in lines if line.reference]
        tracked = [line for line in lines if line.tracking_number]
        found = await self._pool.fetch(
            _CANDIDATES,
            [f"day:{seller}:{first + timedelta(days=n)}" for seller in sorted(whole) for n in range((last - first).days + 1)],
            sorted({capitals(line.tracking_number) for line in tracked}),
            sorted({line.seller for line in tracked}),
            sorted({line.tracking_number for line in tracked}),
            first,
            last,
            [seller for seller, _ in named],
            [reference for _, reference in named],
            keys,
        )
        return [_candidate(row) for row in found]

    async def keep(self, import_id: UUID, doubts: Sequence[Any], now: datetime) -> None:
        """Keep lines (of :class:`adapters.imports.doubts.Doubt`'s shape), and raise an item for each that is new."""
        if not doubts:
            return
        kept = {doubt.id: doubt for doubt in doubts}
        async with self._pool.acquire() as connection, connection.transaction():
            made = await connection.fetch(
                _KEEP,
                import_id,
                now,
                list(kept),
                [doubt.entry.row for doubt in kept.values()],
                [doubt.entry.line.etgb for doubt in kept.values()],
                [doubt.entry.line.registered_on for doubt in kept.values()],
                [doubt.entry.courier for doubt in kept.values()],
                [doubt.entry.line.seller for doubt in kept.values()],
                [rows.json_text({**_line(doubt.entry.line), **_inferred(doubt.entry)}) for doubt in kept.values()],
                [rows.json_text([_weighed(one) for one in doubt.verdict.doubtful]) for doubt in kept.values()],
            )
            changes = Changes()
            for row in made:
                line = kept[row["id"]].entry.line
                said = " ".join(f"{name}={value}" for name, value in _line(line).items())
                detail = f"ETGB {line.etgb}: {said}"
                raised = attention.item(attention.Reason.ETGB_LINE_UNMATCHED, str(row["id"]), detail)
                changes.raised[raised.id] = raised
            await Saver(connection, translate.outgoing, translate.terms, "").save([], changes, now)

    async def waiting(self, match_id: UUID) -> dict[str, Any] | None:
        """A line that is still open: ``etgb``, ``registered_on`` (or an inferred day), ``courier``, ``seller``, ``line``."""
        row = await self._pool.fetchrow("SELECT * FROM etgb_match WHERE id = $1 AND state = 'open'", match_id)
        if row is None:
            return None
        line = rows.json_object(row["line"])
        return {
            "etgb": row["etgb"],
            "registered_on": row["registered_on"].isoformat(),
            "registered_on_inferred": line.pop(_INFERRED, False),
            "courier": row["courier"],
            "seller": row["seller"],
            "line": line,
        }

    async def stands_on(self, shipment: UUID) -> tuple[str, str] | None:
        """A shipment's seller and the ETGB it stands on, or empty; ``None`` where there is no such shipment."""
        row = await self._pool.fetchrow("SELECT seller, etgb_number FROM shipment WHERE id = $1", shipment)
        return None if row is None else (row["seller"], row["etgb_number"])

    async def said(self, source: str, message_id: str) -> tuple[str, str]:
        """What became of a message that said what a line means, and the id of the shipment that it named."""
        row = await self._pool.fetchrow(_SAID, source, message_id)
        if row is None:
            missing = "a message that came twice stands in the inbox"
            raise AssertionError(missing)
        return row["state"], rows.json_object(row["body"])["data"]["lines"][0]["shipment"]["id"]

    async def claim(self, match_id: UUID, shipment: UUID, by: str, now: datetime) -> bool:
        """Keep an open line for one confirmation, so that nobody settles it otherwise meanwhile; whether it was free."""
        return await self._pool.fetchval(_CLAIM, match_id, shipment, now, by, now - _CUT_OFF) is not None

    async def release(self, match_id: UUID, shipment: UUID, by: str, claimed_at: datetime) -> None:
        """Free a line whose confirmation came to nothing."""
        await self._pool.execute(_RELEASE, match_id, shipment, claimed_at, by)

    async def confirm(self, match_id: UUID, by: str, now: datetime) -> bool:
        """Close a line that was claimed, and resolve its attention item; whether this call did."""
        return await self._close("confirmed", by, now, _CONFIRM, match_id, now)

    async def reject(self, match_id: UUID, by: str, now: datetime, source: str, said: Sequence[str]) -> bool:
        """Close a line as nobody's, and resolve its attention item; whether this call did.

        ``source`` and ``said`` identify the messages with which it may have been confirmed.
        """
        return await self._close("rejected", by, now, _REJECT, match_id, now, by, now - _CUT_OFF, source, list(said))

    async def _close(self, state: str, by: str, now: datetime, statement: str, match_id: UUID, *values: object) -> bool:
        """The line and its item end in one transaction, or neither does."""
        async with self._pool.acquire() as connection, connection.transaction():
            if await connection.fetchval(statement, match_id, *values) is None:
                return False
            await items.end(connection, item_id(match_id), by, state, now)
        return True


def _candidate(row: asyncpg.Record) -> Candidate:
    return Candidate(
        UUID(int=row["id"].int),
        row["seller"],
        row["reference"],
        row["currency"],
        row["total"],
        row["total"] - row["apart"],
        row["country"],
        row["day"],
        row["invoice_number"],
        row["tracking_number"],
        row["etgb"],
    )


def _line(line: ListLine) -> dict[str, str]:
    given = {
        "reference": line.reference,
        "invoice_number": line.invoice_number,
        "tracking_number": line.tracking_number,
        "amount": "" if line.amount is None else str(line.amount),
        "currency": line.currency,
        "country": line.country,
    }
    return {name: value for name, value in given.items() if value}


def _inferred(entry: Any) -> dict[str, bool]:  # noqa: ANN401 - of adapters.imports.declarations.Entry's shape
    return {_INFERRED: True} if entry.day_inferred else {}


def _weighed(one: Weighed) -> dict[str, Any]:
    return {"shipment": str(one.candidate.shipment), "points": one.points, "signs": [sign.value for sign in one.signs]}


async def listed(pool: Pool, state: str, limit: int, after: tuple[datetime, UUID] | None) -> list[dict[str, Any]]:
    """A page of lines, oldest first, each with its candidates as they stand now, side by side."""
    found = await pool.fetch(
        f"""SELECT * FROM etgb_match WHERE state = $1 {"AND (raised_at, id) > ($3, $4)" if after else ""}
            ORDER BY raised_at, id LIMIT $2""",  # noqa: S608 - constants
        state,
        limit,
        *(after or ()),
    )
    weighed = {row["id"]: rows.json_list(row["candidates"]) for row in found}
    wanted = sorted({UUID(one["shipment"]) for ones in weighed.values() for one in ones})
    known = {str(row["id"]): row for row in await pool.fetch(_NOW, wanted)}
    return [_shown(row, weighed[row["id"]], known) for row in found]


def _shown(row: asyncpg.Record, weighed: Sequence[dict[str, Any]], known: dict[str, asyncpg.Record]) -> dict[str, Any]:
    line = rows.json_object(row["line"])
    etgb = {"number": row["etgb"], "registered_on": row["registered_on"], "courier": row["courier"]}
    return {
        "id": str(row["id"]),
        "state": row["state"],
        "import_id": str(row["import_id"]),
        "row_no": row["row_no"],
        "etgb": {**etgb, "registered_on_inferred": line.pop(_INFERRED, False)},
        "seller": row["seller"],
        "line": line,
        "candidates": [_side(one, known[one["shipment"]]) for one in weighed if one["shipment"] in known],
        "shipment": str(row["shipment"]) if row["shipment"] is not None else None,
        "raised_at": row["raised_at"],
        "settled_at": row["settled_at"],
        "settled_by": row["settled_by"] or None,
    }


def _side(one: dict[str, Any], now: asyncpg.Record) -> dict[str, Any]:
    total: Decimal = now["invoice_total"] if now["invoice_total"] is not None else now["total"]
    return {
        "shipment": one["shipment"],
        "reference": now["reference"],
        "stage": now["stage"],
        "total": str(total),
        "currency": now["currency"],
        "country": now["country"],
        "courier": now["courier"] or None,
        "invoice_number": now["invoice_number"] or None,
        "invoice_date": now["invoice_issued_on"],
        "tracking_number": now["tracking_number"] or None,
        "etgb": now["etgb_number"] or None,
        "points": one["points"],
        "signs": [{"sign": sign, **dict(zip(("tr", "en"), TEXTS[Sign(sign)], strict=True))} for sign in one["signs"]],
    }
