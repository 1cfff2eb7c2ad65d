"""All that is held of one consignee, found, shown and erased: the requests of KVKK 11.

A consignee is a seller's buyer of one name (and country): names are compared as searches compare them. Two people of one name
are told apart by naming the shipments.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias
from uuid import UUID

import asyncpg
import orjson

from adapters.database import audit
from adapters.database.search import FOLDED
from workflow.personal import ERASED, Held, Kept, may_go, why_kept, without_consignee
from workflow.refund import ClaimStatus
from workflow.stages import Stage
from workflow.values import fold, istanbul_day

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connection: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"

_SHORTEST = 4
_JSON = frozenset({"terms", "params", "line", "candidates"})
"""Columns that are JSON."""

_FIND = f"""
SELECT c.shipment FROM shipment_content c JOIN shipment s ON s.id = c.shipment
WHERE {FOLDED} LIKE $1 || ' %' AND c.consignee_name <> '{ERASED}' AND ($2 = '' OR s.seller = $2) AND ($3 = '' OR s.country = $3)
ORDER BY c.shipment
"""  # noqa: S608 - constants
_HELD = """
SELECT s.id, s.seller, s.reference, s.stage, s.tracking_number, s.invoice_number, c.consignee_name,
    coalesce(k.rest, k.status) AS claim
FROM shipment s JOIN shipment_content c ON c.shipment = s.id LEFT JOIN claim k ON k.id = s.claim
WHERE s.id = ANY($1::uuid[]) ORDER BY s.id
"""
_MESSAGES: Final = """
SELECT source, message_id FROM transition WHERE shipment = ANY($1::uuid[])
UNION SELECT source, message_id FROM shipment_message WHERE shipment = ANY($1::uuid[])
"""
_WEBHOOKS: Final = """FROM webhook w WHERE EXISTS (
    SELECT FROM unnest($1::text[]) AS t(number) WHERE position(convert_to(t.number, 'UTF8') IN w.body) > 0)"""
_REFUSED: Final = """FROM refused r WHERE r.body <> '' AND (EXISTS (
    SELECT FROM unnest($1::text[]) AS t(number) WHERE position(convert_to(t.number, 'UTF8') IN r.body) > 0) OR EXISTS (
    SELECT FROM unnest($2::text[], $3::text[]) AS t(name, seller) WHERE position(convert_to(t.name, 'UTF8') IN r.body) > 0
        AND position(convert_to(t.seller, 'UTF8') IN r.body) > 0))"""
_LINES: Final = """FROM import_line l WHERE l.raw <> '' AND (l.shipment = ANY($1::uuid[]) OR EXISTS (
    SELECT FROM unnest($2::text[], $3::text[]) AS t(name, seller) JOIN import i ON i.owner = t.seller
    WHERE i.id = l.import_id AND position(t.name IN l.raw) > 0))"""
"""What names nobody's shipment is a consignee's where it has the name and is the same seller's."""

_EVERYTHING: Final[dict[str, str]] = {
    "shipments": """SELECT s.id, s.seller, s.reference, s.stage, s.country, s.currency, s.total, s.tracking_number,
        s.invoice_number, s.etgb_number, s.created_at, c.consignee_name, c.terms FROM shipment s
        JOIN shipment_content c ON c.shipment = s.id WHERE s.id = ANY($1::uuid[]) ORDER BY s.created_at""",
    "lines": "SELECT * FROM shipment_line WHERE shipment = ANY($1::uuid[]) ORDER BY shipment, line_no",
    "findings": "SELECT shipment, code, params FROM finding WHERE shipment = ANY($1::uuid[]) ORDER BY shipment, finding_no",
    "found_by": "SELECT shipment, trait FROM shipment_trait WHERE shipment = ANY($1::uuid[]) ORDER BY shipment, trait",
    "keys": "SELECT shipment, key FROM shipment_key WHERE shipment = ANY($1::uuid[]) ORDER BY shipment, key",
    "transitions": """SELECT shipment, sequence, origin, target, trigger, occurred_at, source, message_id FROM transition
        WHERE shipment = ANY($1::uuid[]) ORDER BY shipment, sequence""",
    "messages": f"""SELECT i.source, i.id, i.type, i.received_at, b.body FROM inbox i
        LEFT JOIN inbox_body b ON (b.received_at, b.no) = (i.received_at, i.no)
        JOIN ({_MESSAGES}) m ON (i.source, i.id) = (m.source, m.message_id) ORDER BY i.received_at""",  # noqa: S608 - constants
    "attention": "SELECT reason, detail, resolution, raised_at FROM attention WHERE shipment = ANY($1::uuid[])",
    "doubtful_lines": "SELECT etgb, line, candidates, raised_at FROM etgb_match WHERE shipment = ANY($1::uuid[])",
    "documents": """SELECT id, shipment, kind, name, media_type, sha256, size, created_at, keep_until FROM document
        WHERE shipment = ANY($1::uuid[]) ORDER BY created_at""",
    "actions": """SELECT at, door, action, thing, reason, outcome FROM audit
        WHERE thing = ANY(SELECT 'shipment/' || x FROM unnest($1::uuid[]) AS x) ORDER BY id""",
}
"""What hangs on shipments, by its name in the export."""

_GONE = f"convert_to('{ERASED}', 'UTF8')"
_ERASE_WEBHOOKS: Final = (
    f"UPDATE webhook SET body = {_GONE} WHERE handled_at IS NOT NULL AND digest IN (SELECT w.digest {_WEBHOOKS})"  # noqa: S608 - constants
)
_ERASE_REFUSED: Final = f"""UPDATE refused SET body = {_GONE}, state = CASE WHEN state = 'refused' THEN 'closed' ELSE state END
WHERE id IN (SELECT r.id {_REFUSED})"""  # noqa: S608 - constants
_ERASE_LINES: Final = f"""UPDATE import_line SET raw = '{ERASED}'
WHERE (import_id, row_no) IN (SELECT l.import_id, l.row_no {_LINES})"""  # noqa: S608 - constants
_ERASE_DOUBTS: Final = "UPDATE etgb_match SET line = line - 'names' WHERE shipment = ANY($1::uuid[])"
_ERASE_ATTENTION: Final = f"""UPDATE attention SET detail = replace(detail, n.name, '{ERASED}'),
    resolution = replace(resolution, n.name, '{ERASED}')
FROM unnest($2::text[]) AS n(name) WHERE shipment = ANY($1::uuid[]) AND position(n.name IN detail || resolution) > 0"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Selection:
    """Whose data: by name, or by shipments; ``seller`` and ``country`` narrow a name, and may be empty."""

    name: str = ""
    seller: str = ""
    country: str = ""
    shipments: tuple[UUID, ...] = ()


@dataclass(slots=True)
class Erasure:
    """What an erasure did, or would do."""

    erased: list[UUID] = field(default_factory=list)
    """Shipments whose consignee is not known any more."""
    kept: list[tuple[str, Kept]] = field(default_factory=list)
    """What stays, by shipment or document, and why."""
    counts: dict[str, int] = field(default_factory=dict)
    """How many rows of each kind were changed or removed."""
    files: list[str] = field(default_factory=list)
    """SHA-256 of documents that no row names any more: their files go too."""


async def found(connection: "Connection | Pool", selection: Selection) -> list[UUID]:
    """The shipments of a selection, in id order."""
    if selection.shipments:
        rows = await connection.fetch(_HELD, list(selection.shipments))
        return [row["id"] for row in rows]
    like = fold(selection.name).replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    rows = await connection.fetch(_FIND, like, selection.seller, selection.country.upper())
    names = await connection.fetch(_HELD, [row["shipment"] for row in rows])
    return [row["id"] for row in names if fold(row["consignee_name"]) == fold(selection.name)]


async def export(pool: Pool, selection: Selection) -> dict[str, Any]:
    """All that is held of a consignee, as JSON can say it; documents by what is known of them, under ``documents``."""
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        shipments = await found(connection, selection)
        held = await connection.fetch(_HELD, shipments)
        told: dict[str, Any] = {
            name: [_shown(row) for row in await connection.fetch(query, shipments)] for name, query in _EVERYTHING.items()
        }
        told["webhooks"] = [
            _shown(row) for row in await connection.fetch(f"SELECT courier, received_at, body {_WEBHOOKS}", _numbers(held))
        ]
        told["refused_messages"] = [
            _shown(row)
            for row in await connection.fetch(f"SELECT id, code, refused_at, body {_REFUSED}", _numbers(held), *_people(held))
        ]
        told["imported_rows"] = [
            _shown(row) for row in await connection.fetch(f"SELECT import_id, row_no, raw {_LINES}", shipments, *_people(held))
        ]
        return told


async def erase(pool: Pool, selection: Selection, now: datetime, act: audit.Act | None) -> Erasure:
    """Replace what is personal of a consignee wherever nothing needs it any more, in one transaction.

    ``act`` is how it stands in the audit log, once for each shipment; without one it is only said what would be done. The
    files named in ``files`` are the caller's to remove, after this.
    """
    done = Erasure()
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        try:
            await _erase(connection, await found(connection, selection), now, done)
            if act is not None:  # with the erasure or not at all: an erasure that nobody can prove must not be
                await audit.note(connection, now, *(replace(act, thing=f"shipment/{one}") for one in done.erased))
        except BaseException:
            await transaction.rollback()
            raise
        if act is None:
            await transaction.rollback()
        else:
            await transaction.commit()
    return done


async def _erase(connection: Connection, shipments: Sequence[UUID], now: datetime, done: Erasure) -> None:
    # the lock that every move takes: nobody goes on with a shipment that is erased just now
    await connection.fetch("SELECT id FROM shipment WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE", list(shipments))
    held = []
    for row in await connection.fetch(_HELD, list(shipments)):
        status = None if row["claim"] is None else ClaimStatus(row["claim"])
        why = why_kept(Held(Stage(row["stage"]), status))
        if why is not None:
            done.kept.append((str(row["id"]), why))
            continue
        held.append(row)
        if row["claim"] is not None:
            done.kept.append((str(row["id"]), Kept.FILED))
    done.erased = [row["id"] for row in held]
    if not held:
        return
    await _erase_contents(connection, done)
    await _erase_arrivals(connection, held, done)
    await _erase_documents(connection, now, done)


async def _erase_contents(connection: Connection, done: Erasure) -> None:
    """The declared content, and the messages that declared it."""
    rows = await connection.fetch("SELECT shipment, terms FROM shipment_content WHERE shipment = ANY($1::uuid[])", done.erased)
    terms = [(row["shipment"], ERASED, orjson.dumps(without_consignee(orjson.loads(row["terms"]))).decode()) for row in rows]
    await connection.executemany(
        "UPDATE shipment_content SET consignee_name = $2, terms = CAST($3 AS jsonb) WHERE shipment = $1",
        terms,
    )
    done.counts["shipments"] = len(terms)
    bodies = await connection.fetch(
        f"""SELECT b.received_at, b.no, b.body FROM inbox i JOIN inbox_body b ON (b.received_at, b.no) = (i.received_at, i.no)
            JOIN ({_MESSAGES}) m ON (i.source, i.id) = (m.source, m.message_id)""",  # noqa: S608 - constants
        done.erased,
    )
    changed = []
    for row in bodies:
        body = orjson.loads(row["body"])
        if (without := without_consignee(body)) != body:
            changed.append((row["received_at"], row["no"], orjson.dumps(without)))
    await connection.executemany("UPDATE inbox_body SET body = $3 WHERE (received_at, no) = ($1, $2)", changed)
    done.counts["messages"] = len(changed)


async def _erase_arrivals(connection: Connection, held: Sequence[asyncpg.Record], done: Erasure) -> None:
    """What came in and was kept as it was: webhooks, refused messages, rows of files, lines that were in doubt."""
    for name, statement, arguments in (
        ("webhooks", _ERASE_WEBHOOKS, [_numbers(held)]),
        ("refused_messages", _ERASE_REFUSED, [_numbers(held), *_people(held)]),
        ("imported_rows", _ERASE_LINES, [done.erased, *_people(held)]),
        ("doubtful_lines", _ERASE_DOUBTS, [done.erased]),
        ("attention", _ERASE_ATTENTION, [done.erased, _people(held)[0]]),
    ):
        done.counts[name] = int((await connection.execute(statement, *arguments)).rpartition(" ")[2])
    if await connection.fetchval(
        "SELECT EXISTS (SELECT FROM audit WHERE thing = ANY(SELECT 'shipment/' || x FROM unnest($1::uuid[]) AS x))", done.erased
    ):
        done.kept.append(("audit", Kept.LOGGED))


async def _erase_documents(connection: Connection, now: datetime, done: Erasure) -> None:
    """Documents whose legal time is over; the others are named."""
    rows = await connection.fetch("SELECT id, sha256, keep_until FROM document WHERE shipment = ANY($1::uuid[])", done.erased)
    today = istanbul_day(now)
    gone = [row for row in rows if may_go(row["keep_until"], today)]
    done.kept += [(f"document/{row['id']}", Kept.TAX_DOCUMENT) for row in rows if not may_go(row["keep_until"], today)]
    done.files += await forget_documents(connection, [row["id"] for row in gone])
    done.counts["documents"] = len(gone)


async def forget_documents(connection: Connection, ids: Sequence[UUID]) -> list[str]:
    """Remove rows of documents; which contents no row names any more."""
    gone = {
        row[0] for row in await connection.fetch("DELETE FROM document WHERE id = ANY($1::uuid[]) RETURNING sha256", list(ids))
    }
    left = {row[0] for row in await connection.fetch("SELECT sha256 FROM document WHERE sha256 = ANY($1::text[])", list(gone))}
    return sorted(gone - left)


def _people(held: Sequence[asyncpg.Record]) -> tuple[list[str], list[str]]:
    """Names and their sellers, side by side; a name of a few letters would be found in anything."""
    found = sorted({(row["consignee_name"], row["seller"]) for row in held})
    told = [one for one in found if len(one[0]) >= _SHORTEST and one[0] != ERASED]
    return [name for name, _ in told], [seller for _, seller in told]


def _numbers(held: Sequence[asyncpg.Record]) -> list[str]:
    return sorted({row["tracking_number"] for row in held if len(row["tracking_number"]) >= _SHORTEST})


def _shown(row: asyncpg.Record) -> dict[str, Any]:
    """A row as JSON can say it: bytes as the JSON or the text that they are."""
    return {name: _plain(orjson.loads(value) if name in _JSON and value else value) for name, value in row.items()}


def _plain(value: Any) -> Any:  # noqa: ANN401 - a column of any type
    if isinstance(value, bytes):
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return value.decode(errors="replace")
    return str(value) if isinstance(value, (Decimal, UUID)) else value  # asyncpg's UUID is a kind of its own
