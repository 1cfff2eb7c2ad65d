"""What Kervan has told, from the log: the very messages again, for whoever subscribes late or missed them.

The stream keeps a month and can be lost; the tables keep all. A message's id and content follow from what it tells, so that
one made again is the same: transitions and the moves of claims from their logs, attention items from their table (each raised
and resolved for the last time), with correlation and trace of the message that caused them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from events.outgoing import Outgoing, outgoing
from events.subscriptions import PROGRESSED, TRANSITIONED, Told
from events.subscriptions import told as read
from workflow.attention import AttentionItem, Reason
from workflow.facts import Unreadable
from workflow.message import Message
from workflow.refund import Claim, ClaimStatus
from workflow.shipment import Transition
from workflow.stages import Stage, Trigger
from workflow.world import Changes

_WINDOW = timedelta(days=1)
"""How far one look goes: the log has no more than a coarse index on time, so a look reads all of it."""

_PAST = """
WITH past AS (
    SELECT 'transition' AS kind, recorded_at AS at, '0' || shipment || lpad(sequence::text, 9, '0') AS key, shipment,
           sequence, origin, target, trigger, occurred_at, source, message_id, NULL::uuid AS item, '' AS reason, '' AS detail,
           '' AS etgb, NULL::uuid AS claim, NULL::date AS "on", NULL::numeric AS amount, NULL::date AS due_on
    FROM transition WHERE recorded_at >= $1 AND recorded_at < $2
    UNION ALL
    SELECT 'raised', raised_at, '1' || id, shipment, 0, '', '', '', raised_at, source, message_id, id, reason, detail, etgb,
           claim, NULL, NULL, NULL
    FROM attention WHERE raised_at >= $1 AND raised_at < $2
    UNION ALL
    SELECT 'resolved', resolved_at, '2' || id, shipment, 0, '', '', '', resolved_at, '', '', id, reason, '', etgb, claim,
           NULL, NULL, NULL
    FROM attention WHERE resolved_at >= $1 AND resolved_at < $2
    UNION ALL
    SELECT 'claim', recorded_at, '3' || lpad(id::text, 20, '0'), NULL, 0, '', status, '', recorded_at, source, message_id, NULL,
           '', note, '', claim, "on", amount, due_on
    FROM claim_move WHERE recorded_at >= $1 AND recorded_at < $2
), page AS (
    SELECT * FROM past WHERE (at, key COLLATE "C") > ($1, $3) ORDER BY at, key COLLATE "C" LIMIT $4
)
SELECT p.*, coalesce(s.seller, c.seller, '') AS seller, coalesce(s.reference, '') AS reference, c.period, c.supplement,
       b.body AS cause, i.event_at FROM page p
LEFT JOIN shipment s ON s.id = p.shipment LEFT JOIN claim c ON c.id = p.claim
LEFT JOIN inbox i ON (i.source, i.id) = (p.source, p.message_id)
LEFT JOIN inbox_body b ON (b.received_at, b.no) = (i.received_at, i.no)
ORDER BY p.at, p.key COLLATE "C"
"""


@dataclass(frozen=True, slots=True)
class Page:
    """Messages of the past in their order, and where the next page begins; ``None`` where there is none."""

    told: list[Told]
    next_from: datetime | None
    next_after: str


async def told(
    connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]", since: datetime, after: str, until: datetime, limit: int
) -> Page:
    """The next messages told from ``since`` on (of that very moment those behind ``after``), and before ``until``."""
    end = min(since + _WINDOW, until)
    found = await connection.fetch(_PAST, since, end, after, limit)
    messages = [_again(row) for row in found]
    if len(found) == limit:
        return Page(messages, found[-1]["at"], found[-1]["key"])
    return Page(messages, None, "") if end >= until else Page(messages, end, "")


def _again(row: asyncpg.Record) -> Told:
    correlation, traceparent = _carried(row["cause"])
    changes = Changes()
    if row["kind"] == "transition":
        changes.transitions.append(_transition(row, correlation, traceparent))
    elif row["kind"] == "raised":
        item = _item(row, correlation, traceparent)
        changes.raised[item.id] = item
    elif row["kind"] == "claim":
        changes.claim_moves.append(_move(row, correlation, traceparent))
    else:
        item = _item(row, "", "")
        changes.resolved[item.id] = item
    made: Outgoing
    (made,) = outgoing(changes, row["at"])
    one = read(made.payload)
    if one.type in {TRANSITIONED, PROGRESSED}:
        return one
    return Told(one.id, one.type, one.about, one.body, row["seller"], "", row["reason"])


def _transition(row: asyncpg.Record, correlation: str, traceparent: str) -> Transition:
    return Transition(
        UUID(int=row["shipment"].int),
        row["seller"],
        row["reference"],
        row["sequence"],
        Stage(row["origin"]),
        Stage(row["target"]),
        Trigger(row["trigger"]),
        row["occurred_at"],
        row["source"],
        row["message_id"],
        correlation,
        traceparent,
    )


def _item(row: asyncpg.Record, correlation: str, traceparent: str) -> AttentionItem:
    message = (row["source"], row["message_id"]) if row["message_id"] else None
    shipment = UUID(int=row["shipment"].int) if row["shipment"] is not None else None
    return AttentionItem(
        UUID(int=row["item"].int),
        Reason(row["reason"]),
        row["detail"],
        shipment,
        message,
        correlation,
        traceparent,
        row["etgb"],
        UUID(int=row["claim"].int) if row["claim"] is not None else None,
    )


def _move(row: asyncpg.Record, correlation: str, traceparent: str) -> tuple[Claim, Message, dict[str, Any]]:
    claim = Claim(UUID(int=row["claim"].int), row["seller"], row["period"], row["supplement"])
    at, body = row["event_at"] or row["at"], row["cause"] or b""
    fact = Unreadable("", "")  # what it said stands in the move
    message = Message(row["source"], row["message_id"], PROGRESSED, at, fact, "", body, at, correlation, traceparent)
    said = {"on": row["on"], "amount": row["amount"], "note": row["detail"], "due_on": row["due_on"]}
    return claim, message, {"status": ClaimStatus(row["target"]), **said}


def _carried(cause: bytes | None) -> tuple[str, str]:
    """Correlation and trace that a message carries on to what it causes (as :mod:`events.translate` reads them)."""
    event: dict[str, Any] = orjson.loads(cause) if cause else {}
    return str(event.get("correlationid") or event.get("id") or ""), str(event.get("traceparent") or "")
