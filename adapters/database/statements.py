"""The engine's SQL, in one place: a fixed number of set-based statements a batch, however many messages it has.

Arrays go in through ``unnest``; every statement takes its rows in key order, so that two batches never wait for each
other in a circle. Keys are locked first (advisory), then shipments, then ETGBs, then claims.
"""

from workflow.message import Message
from workflow.shipment import Shipment

ADMIT = """
WITH given AS MATERIALIZED (
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::bytea[])
        AS g(source, id, type, subject, event_at, received_at, body)
), admitted AS (
    INSERT INTO inbox (source, id, type, subject, event_at, received_at)
    SELECT source, id, type, subject, event_at, received_at FROM given ON CONFLICT DO NOTHING
    RETURNING source, id, received_at, no
), kept AS (
    INSERT INTO inbox_body (received_at, no, body)
    SELECT a.received_at, a.no, g.body FROM admitted a JOIN given g USING (source, id)
), counted AS (
    INSERT INTO flow_batch (at, messages) SELECT max(received_at), count(*) FROM admitted HAVING count(*) > 0
)
SELECT source, id, (SELECT nextval('transition_batch')) FROM admitted
"""
"""Once for ever by the inbox, which is whole; what was said byte for byte goes to the month it came in, how many there are to
the chart (:mod:`.flow`).

With the messages that are new comes the batch's number, one for all rows: it is drawn once, and after the first was added."""

BATCH = "SELECT nextval('transition_batch')"

COUNT_REPEATS = """
UPDATE inbox i SET repeats = repeats + g.times FROM unnest($1::text[], $2::text[], $3::int[]) AS g(source, id, times)
WHERE (i.source, i.id) = (g.source, g.id)
"""

ADMIT_AGAIN = """
UPDATE inbox i SET state = 'applied'
FROM (SELECT * FROM unnest($1::text[], $2::text[]) AS g(source, id) ORDER BY 1, 2) AS g
WHERE (i.source, i.id) = (g.source, g.id) AND (i.state IN ('refused', 'parked')
    OR EXISTS (SELECT FROM refused r WHERE r.arrival = g.source || ' ' || g.id AND r.state = 'refused'))
RETURNING i.source, i.id
"""

UNPARK = """
DELETE FROM parked p USING unnest($1::text[], $2::text[]) AS g(source, id)
WHERE (p.source, p.message_id) = (g.source, g.id)
RETURNING p.waits_on, p.due_at IS NOT NULL AND p.look_at IS NULL AS told
"""

CLOSE_REFUSED = """
UPDATE refused r SET state = 'replayed' FROM unnest($1::text[], $2::text[]) AS g(source, id)
WHERE (r.source, r.message_id) = (g.source, g.id) AND r.state = 'refused'
"""

LOCK_NAMES = "SELECT count(*) FROM unnest($1::bigint[]) AS name WHERE pg_advisory_xact_lock(name) IS NOT NULL"

RATES_NAME = 0x7261746573  # "rates"
LOCK_EACH = """
SELECT count(*) FROM unnest($1::bigint[], $2::bool[]) AS n(name, alone)
WHERE CASE WHEN alone THEN pg_advisory_xact_lock(name)::text ELSE pg_advisory_xact_lock_shared(name)::text END IS NOT NULL
"""
"""Each alone or shared, in the order given."""

RESOLVE = "SELECT key, shipment FROM shipment_key WHERE key = ANY($1::text[])"

WAIT_FOR_RATES = """
SELECT DISTINCT f.shipment FROM finding f JOIN shipment s ON s.id = f.shipment
WHERE f.code = 'FX001' AND s.stage IN ('draft', 'validated') AND f.shipment > $1 ORDER BY f.shipment LIMIT $2
"""

_COLUMNS: tuple[tuple[str, str], ...] = (
    ("stage", "text"),
    ("stage_since", "timestamptz"),
    ("due_at", "timestamptz"),
    ("sequence", "int"),
    ("version", "int"),
    ("courier", "text"),
    ("tracking_number", "text"),
    ("booked_at", "timestamptz"),
    ("delivery_status", "text"),
    ("delivery_at", "timestamptz"),
    ("invoice_number", "text"),
    ("invoice_ettn", "text"),
    ("invoice_issued_on", "date"),
    ("invoice_total", "numeric"),
    ("etgb_number", "text"),
    ("vedop_seen_on", "date"),
    ("claim", "uuid"),
    ("held", "bool"),
    ("overdue", "bool"),
    ("chained", "int"),
    ("chain", "bytea"),
)
DECLARED_COLUMNS: tuple[str, ...] = ("currency", "total", "gross_weight_kg", "country", "planned_on", "together")
"""What only a draft or its amendment says."""

SHIPMENT_COLUMNS: tuple[str, ...] = tuple(name for name, _ in _COLUMNS)
"""The columns that messages change, in the order in which the statements take them; named as in the aggregate."""

_SELECTED = ", ".join(("id", "seller", "reference", *SHIPMENT_COLUMNS, *DECLARED_COLUMNS, "created_at", "lifecycle"))
SHIPMENT_SELECT = f"SELECT {_SELECTED} FROM shipment"  # noqa: S608 - constants

LOCK_SHIPMENTS = f"{SHIPMENT_SELECT} WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE"

UPDATE_SHIPMENTS = (
    "UPDATE shipment s SET "  # noqa: S608 - constants
    + ", ".join(f"{name} = u.{name}" for name in SHIPMENT_COLUMNS)
    + ", look_at = CASE WHEN NOT u.overdue THEN least(s.look_at, u.due_at) END"
    + " FROM unnest($1::uuid[], "
    + ", ".join(f"${n}::{kind}[]" for n, (_, kind) in enumerate(_COLUMNS, start=2))
    + ") AS u(id, "
    + ", ".join(SHIPMENT_COLUMNS)
    + ") WHERE s.id = u.id"
)

UPDATE_DECLARED = """
UPDATE shipment s SET currency = u.currency, total = u.total, gross_weight_kg = u.gross_weight_kg, country = u.country,
    planned_on = u.planned_on, together = u.together
FROM unnest($1::uuid[], $2::text[], $3::numeric[], $4::numeric[], $5::text[], $6::date[], $7::bigint[])
    AS u(id, currency, total, gross_weight_kg, country, planned_on, together) WHERE s.id = u.id
"""
TOGETHER = """
SELECT s.together, s.currency, CASE WHEN s.id = ANY($2::uuid[]) THEN s.id END AS member, count(*), sum(s.gross_weight_kg),
    sum(s.total), (array_agg(s.reference ORDER BY s.reference COLLATE "C"))[1:$3]
FROM shipment s
WHERE s.together = ANY($1::bigint[]) AND s.stage <> 'cancelled' AND NOT (s.stage = 'draft' AND EXISTS (
    SELECT FROM finding f WHERE f.shipment = s.id AND f.code IN ('LIM001', 'LIM002') AND f.variant = ''))
GROUP BY 1, 2, 3
"""
"""What counts of groups (:mod:`workflow.together`): the batch's own shipments one by one, the others as sums."""

LOCK_ETGBS = "SELECT * FROM etgb WHERE number = ANY($1::text[]) ORDER BY number FOR UPDATE"
ETGB_LINES = """
SELECT etgb, line_no, key, invoice_number, amount, currency, shipment, taken_off FROM etgb_line WHERE etgb = ANY($1::text[])
ORDER BY etgb, line_no
"""
SAVE_ETGBS = """
INSERT INTO etgb (number, registered_on, courier, document_url, closed_on, vedop_seen_on, evidence_kind,
                  evidence_reference, vedop_cause, cancelled_reason, replaced_by, cancel_cause, due_at, look_at, overdue,
                  day_inferred)
SELECT * FROM unnest($1::text[], $2::date[], $3::text[], $4::text[], $5::date[], $6::date[], $7::text[], $8::text[],
                     $9::jsonb[], $10::text[], $11::text[], $12::jsonb[], $13::timestamptz[], $13::timestamptz[], $14::text[],
                     $15::boolean[])
ON CONFLICT (number) DO UPDATE SET registered_on = excluded.registered_on, day_inferred = excluded.day_inferred,
    document_url = excluded.document_url, closed_on = excluded.closed_on,
    vedop_seen_on = excluded.vedop_seen_on, evidence_kind = excluded.evidence_kind,
    evidence_reference = excluded.evidence_reference, vedop_cause = excluded.vedop_cause,
    cancelled_reason = excluded.cancelled_reason, replaced_by = excluded.replaced_by, cancel_cause = excluded.cancel_cause,
    due_at = excluded.due_at, look_at = least(etgb.look_at, excluded.due_at), overdue = excluded.overdue
"""
EVIDENCE = """
SELECT etgb, sha256 FROM document
WHERE etgb = ANY($1::text[]) AND etgb <> '' AND kind = 'vedop_evidence' AND sha256 = ANY($2::text[])
"""
APPLY_ETGB_LINES = """
UPDATE etgb_line l SET shipment = u.shipment FROM unnest($1::text[], $2::int[], $3::uuid[]) AS u(etgb, line_no, shipment)
WHERE (l.etgb, l.line_no) = (u.etgb, u.line_no)
"""
CORRECT_LINES = """
UPDATE etgb_line l SET amount = u.amount, currency = u.currency
FROM unnest($1::text[], $2::int[], $3::numeric[], $4::text[]) AS u(etgb, line_no, amount, currency)
WHERE (l.etgb, l.line_no) = (u.etgb, u.line_no)
"""
TAKE_OFF_LINES = """
UPDATE etgb_line l SET taken_off = u.off FROM unnest($1::text[], $2::uuid[], $3::bool[]) AS u(etgb, shipment, off)
WHERE (l.etgb, l.shipment) = (u.etgb, u.shipment)
"""

CLAIMS_OF_PERIODS = """
SELECT c.* FROM claim c JOIN unnest($1::text[], $2::text[]) AS g(seller, period)
ON (c.seller, c.period) = (g.seller, g.period)
"""
CLAIMS = "SELECT * FROM claim WHERE id = ANY($1::uuid[])"
WAITING = """
SELECT p.source, p.message_id, p.part, p.waits_on, p.due_at,
    p.due_at IS NOT NULL AND p.look_at IS NULL AS told, i.type, i.subject, i.event_at, i.received_at, b.body
FROM parked p JOIN inbox i ON (i.source, i.id) = (p.source, p.message_id)
JOIN inbox_body b ON (b.received_at, b.no) = (i.received_at, i.no)
WHERE p.waits_on = ANY($1::text[])
"""
PARK = """
INSERT INTO parked (source, message_id, part, waits_on, why, event_at, parked_at, due_at, look_at)
SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[],
                     $8::timestamptz[], $9::timestamptz[])
ON CONFLICT (source, message_id, part) DO UPDATE SET waits_on = excluded.waits_on, why = excluded.why,
    due_at = excluded.due_at, look_at = excluded.look_at
"""
LOOK_AT_PARKED = """
UPDATE parked p SET look_at = g.look_at FROM unnest($1::text[], $2::timestamptz[]) AS g(waits_on, look_at)
WHERE p.waits_on = g.waits_on AND p.due_at IS NOT NULL AND (g.look_at IS NULL OR coalesce(p.look_at < g.look_at, true))
"""
"""Whoever does this holds the lock on the keys."""
RELEASE = """
DELETE FROM parked p USING unnest($1::text[], $2::text[], $3::int[]) AS g(source, message_id, part)
WHERE (p.source, p.message_id, p.part) = (g.source, g.message_id, g.part)
"""
INBOX_RELEASED = """
UPDATE inbox i SET state = CASE
    WHEN EXISTS (SELECT FROM refused r WHERE r.arrival = g.source || ' ' || g.id AND r.state = 'refused') THEN 'refused'
    ELSE 'applied' END
FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::text[]) AS g(source, id)) AS g
WHERE (i.source, i.id) = (g.source, g.id) AND i.state = 'parked'
  AND NOT EXISTS (SELECT FROM parked p WHERE (p.source, p.message_id) = (g.source, g.id))
"""
LOCK_INBOX = """
SELECT count(*) FROM (
    SELECT 1 FROM inbox i JOIN unnest($1::text[], $2::text[]) AS g(source, id) ON (i.source, i.id) = (g.source, g.id)
    ORDER BY i.source, i.id FOR NO KEY UPDATE OF i) AS locked
"""
"""Rows of the inbox that others may write too are locked in order, and last of all."""
INBOX_STATES = """
UPDATE inbox i SET state = g.state, parked_at = CASE WHEN g.state = 'parked' THEN i.received_at END
FROM unnest($1::text[], $2::text[], $3::text[]) AS g(source, id, state)
WHERE (i.source, i.id) = (g.source, g.id)
"""

REFUSE = """
INSERT INTO refused (arrival, part, subject, source, message_id, type, code, detail, body, body_size, refused_at, state)
SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                     $9::bytea[], $10::int[], $11::timestamptz[], $12::text[])
ON CONFLICT (arrival, part) DO UPDATE SET state = excluded.state, code = excluded.code, detail = excluded.detail,
    refused_at = excluded.refused_at
"""
RAISE = """
INSERT INTO attention AS a (id, reason, detail, shipment, etgb, claim, source, message_id, occurrences, raised_at)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::uuid[], $7::text[], $8::text[], $9::int[],
                     $10::timestamptz[])
ON CONFLICT (id) DO UPDATE SET occurrences = a.occurrences + excluded.occurrences, detail = excluded.detail,
    claim = coalesce(excluded.claim, a.claim),
    raised_at = CASE WHEN a.resolved_at IS NULL THEN a.raised_at ELSE excluded.raised_at END,
    resolved_at = NULL, resolved_by = '', resolution = ''
RETURNING id, raised_at
"""
FAIL_TASKS = """
INSERT INTO failed_task (id, task, kind, subject, shipment, code, detail, tries, body, state, failed_at)
SELECT *, 'failed', $10::timestamptz FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::text[],
                                                 $7::text[], $8::int[], $9::bytea[])
ON CONFLICT (id) DO UPDATE SET code = excluded.code, detail = excluded.detail, tries = excluded.tries, state = 'failed',
    body = excluded.body, failed_at = excluded.failed_at
"""
RESOLVE_ITEMS = """
UPDATE attention SET resolved_at = $2, resolved_by = 'kervan', resolution = 'the cause is gone'
WHERE id = ANY($1::uuid[]) AND resolved_at IS NULL RETURNING id, reason, detail, shipment
"""

SETTLE_ITEMS = """
UPDATE attention SET resolved_at = $3, resolved_by = 'kervan', resolution = 'the cause is gone'
WHERE shipment = ANY($1::uuid[]) AND reason = ANY($2::text[]) AND resolved_at IS NULL
RETURNING id, reason, detail, shipment
"""

DROP_KEYS = """
DELETE FROM shipment_key k USING unnest($1::text[], $2::uuid[]) AS g(key, shipment)
WHERE (k.key, k.shipment) = (g.key, g.shipment)
"""
ADD_KEYS = """
INSERT INTO shipment_key (key, shipment, seller) SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[]) ON CONFLICT DO NOTHING
"""
LINK = """
INSERT INTO shipment_message (shipment, source, message_id, seller)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) ON CONFLICT DO NOTHING
"""
CLEAR_CONTENT = """
WITH gone AS (DELETE FROM shipment_line WHERE shipment = ANY($1::uuid[])),
     away AS (DELETE FROM shipment_content WHERE shipment = ANY($1::uuid[]))
SELECT 1
"""
JUDGED_BY = "UPDATE shipment_content SET rule_version = $2 WHERE shipment = ANY($1::uuid[]) AND rule_version <> $2"
CLEAR_FINDINGS = "DELETE FROM finding WHERE shipment = ANY($1::uuid[])"

BACK = """
SELECT shipment, line_no, sum(quantity) AS quantity FROM piece_back WHERE shipment = ANY($1::uuid[]) GROUP BY 1, 2
"""
CONTENT = "SELECT shipment, terms FROM shipment_content WHERE shipment = ANY($1::uuid[])"
LINES = """
SELECT shipment, kind, sku, description, description_tr, gtip, origin, quantity, unit, unit_price, discount, net_weight_kg
FROM shipment_line WHERE shipment = ANY($1::uuid[]) ORDER BY shipment, line_no
"""

RATES = """
SELECT currency, published_on, rate FROM rate
WHERE currency = ANY($1::text[]) AND published_on BETWEEN $2::date - 12 AND $3::date
"""
SAVE_RATES = """
INSERT INTO rate (currency, published_on, rate, bulletin)
SELECT * FROM unnest($1::text[], $2::date[], $3::numeric[], $4::text[]) ON CONFLICT DO NOTHING
"""

SAVE_RATE_DAYS = """
INSERT INTO rate_day AS d (code, day, published)
SELECT * FROM unnest($1::text[], $2::date[], $3::bool[])
ON CONFLICT (code, day) DO UPDATE SET published = excluded.published WHERE d.published IS NOT TRUE
"""
ASK_FOR_RATES = """
INSERT INTO rate_day AS d (code, day, asked_at)
SELECT g.code, g.day, $3::timestamptz FROM unnest($1::text[], $2::date[]) AS g(code, day)
WHERE NOT EXISTS (
    SELECT FROM rate_day k WHERE (k.code, k.day) = (g.code, g.day) AND k.asked_at > $3::timestamptz - interval '1 hour')
ON CONFLICT (code, day) DO UPDATE SET asked_at = excluded.asked_at
WHERE d.asked_at IS NULL OR d.asked_at <= excluded.asked_at - interval '1 hour'
RETURNING code, day
"""
"""The days that this transaction is the one to ask for; the hour is longer than the broker remembers a task's id."""

WAKE_RELAY = "SELECT pg_notify('kervan_outbox', '')"


def shipment_values(shipment: Shipment) -> tuple[object, ...]:
    """A shipment's changing columns, in the order of :data:`SHIPMENT_COLUMNS`."""
    return (
        shipment.stage,
        shipment.stage_since,
        shipment.due_at,
        shipment.sequence,
        shipment.version,
        shipment.courier,
        shipment.tracking_number,
        shipment.booked_at,
        shipment.delivery_status,
        shipment.delivery_at,
        shipment.invoice_number,
        shipment.invoice_ettn,
        shipment.invoice_issued_on,
        shipment.invoice_total,
        shipment.etgb_number,
        shipment.vedop_seen_on,
        shipment.claim,
        shipment.held,
        shipment.overdue,
        shipment.chained,
        shipment.chain,
    )


def declared_values(shipment: Shipment) -> tuple[object, ...]:
    """What the draft says, in the order of :data:`DECLARED_COLUMNS`."""
    return (
        shipment.currency,
        shipment.total,
        shipment.gross_weight_kg,
        shipment.country,
        shipment.planned_on,
        shipment.together,
    )


def inbox_values(message: Message) -> tuple[object, ...]:
    """A message as :data:`ADMIT` takes it."""
    return (
        message.source,
        message.id,
        message.type,
        message.subject,
        message.at,
        message.received_at,
        message.body,
    )
