"""What the demo asks of the database: what its people look at before they act, and the account at the end."""

from typing import Final

STAGES: Final = "SELECT stage, count(*) AS n FROM shipment WHERE created_at > $1 GROUP BY stage"
"""Since when: how many shipments stand in each stage."""
FINDINGS: Final = """
SELECT f.code, count(DISTINCT f.shipment) AS n FROM finding f JOIN shipment s ON s.id = f.shipment
WHERE f.severity = 'block' AND s.created_at > $1 GROUP BY f.code ORDER BY f.code
"""
"""Which findings block how many shipments."""
FIGURES: Final = """
SELECT (SELECT count(*) FROM shipment WHERE created_at <= $1) AS before,
    (SELECT count(*) FROM inbox WHERE received_at > $1) AS messages,
    (SELECT count(*) FROM transition t JOIN shipment s ON s.id = t.shipment WHERE s.created_at > $1) AS transitions,
    (SELECT coalesce(sum(repeats), 0)::int FROM inbox WHERE received_at > $1) AS repeats,
    (SELECT count(*) FROM parked WHERE parked_at > $1) AS parked,
    (SELECT count(*) FROM refused WHERE state = 'refused' AND refused_at > $1) AS refused,
    (SELECT count(*) FROM attention a WHERE a.resolved_at IS NULL AND a.raised_at > $1 AND NOT EXISTS (
        SELECT FROM shipment s WHERE s.id = a.shipment AND s.created_at <= $1)) AS attention,
    (SELECT count(*) FROM outbox) AS outbox,
    (SELECT count(DISTINCT claim) FROM shipment WHERE claim IS NOT NULL AND created_at > $1) AS claims,
    (SELECT count(*) FROM inbox WHERE parked_at IS NOT NULL AND state = 'applied' AND received_at > $1) AS released,
    (SELECT count(*) FROM shipment s WHERE s.stage = 'draft' AND s.created_at > $1 AND EXISTS (
        SELECT FROM finding f WHERE f.shipment = s.id AND f.severity = 'block')) AS held
"""
"""All that is counted of the day."""
STUCK: Final = """
SELECT s.reference, s.stage, coalesce((
    SELECT string_agg(DISTINCT a.detail, '; ') FROM attention a WHERE a.shipment = s.id AND a.resolved_at IS NULL), '') AS why
FROM shipment s
WHERE s.created_at > $2 AND s.stage NOT IN ('refund_filed', 'cancelled', 'returned') AND NOT (s.stage = 'draft' AND EXISTS (
    SELECT FROM finding f WHERE f.shipment = s.id AND f.severity = 'block'))
ORDER BY s.reference LIMIT $1
"""
"""Shipments that are at no end, and why as far as somebody was told."""
UNLISTED: Final = """
SELECT s.reference, s.seller, s.invoice_number, s.total, s.currency FROM shipment s
WHERE s.stage = 'handed_to_courier' AND s.seller = $1 ORDER BY s.created_at, s.reference
"""
"""A seller's shipments on their way that no ETGB is told of."""
OPEN: Final = "SELECT id FROM attention WHERE resolved_at IS NULL AND reason = $1 ORDER BY raised_at, id LIMIT $2"
"""The oldest open items of a reason."""
REFUSED: Final = "SELECT id FROM refused WHERE state = 'refused' ORDER BY refused_at, id LIMIT $1"
"""The oldest messages that were refused."""
HELD: Final = """
SELECT id FROM shipment WHERE stage = 'draft' AND seller = $1 AND created_at < $2 ORDER BY created_at, reference LIMIT $3
"""
"""A seller's old drafts."""
WAITING_FOR_VEDOP: Final = """
SELECT number FROM etgb WHERE closed_on < $1 AND vedop_seen_on IS NULL AND cancel_cause IS NULL
ORDER BY closed_on, number LIMIT $2
"""
"""ETGBs that closed and are in no list of VEDOP."""
LEFT: Final = "SELECT EXISTS (SELECT FROM outbox)"
"""Whether anything waits to be published."""
OF_THE_DAY: Final = """
SELECT id FROM claim c WHERE status = 'open' AND EXISTS (SELECT FROM shipment s WHERE s.claim = c.id AND s.created_at > $1)
ORDER BY id
"""
"""Open claims with a shipment of the day."""
CLOSED: Final = "SELECT closed_on IS NOT NULL FROM etgb WHERE number = $1"
"""Whether an ETGB is closed."""
OPEN_IN: Final = "SELECT id FROM claim WHERE status = 'open' AND period = $1 ORDER BY id"
"""Open claims of a period."""
KNOWS_RATES: Final = "SELECT EXISTS (SELECT FROM rate)"
"""Whether any bulletin is known."""
WAS_USED: Final = "SELECT EXISTS (SELECT FROM inbox)"
"""Whether any message ever came."""
