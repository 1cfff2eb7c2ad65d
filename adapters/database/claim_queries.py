"""What is read of claims: set-based, whatever the number of claims, shipments and purchases."""

from events import topology
from workflow.refund.unclaimed import Why
from workflow.stages import Stage, Trigger

CLAIMS = """
SELECT c.* FROM claim c
WHERE ($1 = '' OR c.seller = $1) AND ($2 = '' OR c.period = $2) AND ($3 = '' OR c.status = $3)
  AND ($4::text IS NULL OR (c.period, c.id) < ($4, $5::uuid)) AND ($7::text[] = '{}' OR c.seller = ANY($7))
ORDER BY c.period DESC, c.id DESC LIMIT $6
"""

ONE = "SELECT * FROM claim WHERE id = $1 AND ($2::text[] = '{}' OR seller = ANY($2))"

WAITS_FOR_VEDOP = """
FROM etgb e CROSS JOIN LATERAL (SELECT k.shipment FROM shipment_key k WHERE k.key = 'etgb:' || e.number OFFSET 0) AS k
CROSS JOIN LATERAL (SELECT o.* FROM shipment o WHERE o.id = k.shipment AND o.etgb_number = e.number OFFSET 0) AS s
"""
"""Shipments by the ETGBs that wait for VEDOP, which are few, and by no other way (``OFFSET``): there may be millions."""

SELLERS = f"""
WITH outside AS (
    SELECT s.seller, extract(year FROM e.closed_on)::int AS year, s.id AS shipment {WAITS_FOR_VEDOP}
    WHERE e.closed_on IS NOT NULL AND e.vedop_seen_on IS NULL AND e.cancel_cause IS NULL
        AND s.stage = '{Stage.ETGB_ISSUED}' AND s.claim IS NULL AND ($1 = '' OR s.seller = $1)
        AND ($3::text[] = '{{}}' OR s.seller = ANY($3))),
years AS (
    SELECT c.seller, left(c.period, 4)::int AS year FROM claim c
    WHERE ($1 = '' OR c.seller = $1) AND ($3::text[] = '{{}}' OR c.seller = ANY($3))
    UNION SELECT seller, year FROM outside)
SELECT y.seller, y.years, coalesce(
    (SELECT t.seller_name FROM shipment_key k JOIN shipment_content t ON t.shipment = k.shipment WHERE k.key = 'claim:' || (
        SELECT c.id FROM claim c WHERE c.seller = y.seller ORDER BY c.period DESC, c.supplement LIMIT 1) LIMIT 1),
    (SELECT t.seller_name FROM outside o JOIN shipment_content t ON t.shipment = o.shipment WHERE o.seller = y.seller LIMIT 1),
    '') AS name
FROM (SELECT seller, array_agg(year ORDER BY year DESC) AS years FROM years GROUP BY seller ORDER BY seller LIMIT $2) AS y
ORDER BY y.seller
"""  # noqa: S608 - constants
"""Who has claims or exports that wait for VEDOP (or one of them), of which years; the name is that on a shipment of the newest
period's claim, else on one that waits."""

OF_YEAR = "SELECT c.* FROM claim c WHERE c.seller = $1 AND c.period BETWEEN $2 AND $3 ORDER BY c.period, c.supplement"

UNSETTLED = """
SELECT c.* FROM claim c WHERE c.seller = ANY($1::text[])
    AND NOT coalesce(c.status = 'paid' AND c.paid_try >= coalesce(c.approved_try, c.refundable_try), false)
ORDER BY c.seller, c.period, c.supplement
"""
"""Claims of sellers of which anything may still come or lapse."""

EARLIER = """
SELECT c.* FROM claim c WHERE c.seller = $1 AND c.period < $2 AND c.status = ANY($3::text[]) ORDER BY c.period, c.supplement
"""

BESIDE = """
SELECT DISTINCT b.* FROM claim c JOIN claim b ON (b.seller, b.period) = (c.seller, c.period) WHERE c.id = ANY($1::uuid[])
ORDER BY b.seller, b.period, b.supplement
"""
"""All claims of the same sellers and periods: an earlier one takes of what is carried forward."""

_HAND_OVER_INFERRED = f"""EXISTS (SELECT FROM transition t
    WHERE t.shipment = s.id AND (t.begun_at = s.created_at OR t.begun_at IS NULL)
        AND t.trigger = '{Trigger.HAND_OVER}' AND t.source = '{topology.TIMER}')"""
"""The timer hands over what no scan shows, by the ETGB."""

DAYS = """
SELECT claim, currency, closed_on, CASE WHEN $2 THEN invoiced_on END AS invoiced_on, count(*) AS shipments,
    closed_on IS NOT NULL AND bool_or(total IS NOT NULL) AS valued
FROM claim_line WHERE claim = ANY($1::uuid[]) GROUP BY 1, 2, 3, 4
"""
"""How many shipments claims have by currency and day, and whether they need a rate of it; days of invoices only where the
policy asks for them."""

SUMS = """
SELECT k.claim, k.currency, k.closed_on, sum(k.total - k.back) AS amount,
    sum(round((k.total - k.back) * r.rate, 2)) AS value_try,
    sum(round(k.total * r.rate, 2) - round((k.total - k.back) * r.rate, 2)) FILTER (WHERE k.back <> 0) AS back_try,
    bool_or(r.rate IS NULL) AS unvalued
FROM claim_line k JOIN unnest($3::text[], $4::date[], $5::date[], $6::numeric[]) AS r(currency, closed_on, invoiced_on, rate)
    ON r.currency = k.currency AND r.closed_on = k.closed_on
    AND coalesce(r.invoiced_on, '-infinity') = coalesce(CASE WHEN $2 THEN k.invoiced_on END, '-infinity')
WHERE k.claim = ANY($1::uuid[]) AND k.total IS NOT NULL
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
"""Export values in TRY, each rounded half up (none is negative) before it is added; nothing without a rate, which is said.

What came back before its refund was asked for is no export: it stands beside, as what the invoices have more.
"""

_CAME_BACK = """LEAST(coalesce((SELECT sum(b.amount) FROM piece_back b WHERE b.shipment = s.id AND b.claim IS NULL), 0),
    s.invoice_total)"""
"""What of an invoice came back while no refund was asked for it; ``claim_line.back`` keeps it for the shipments of claims."""

OUTSIDE = f"""
SELECT s.seller, s.currency, e.closed_on, CASE WHEN $4 THEN s.invoice_issued_on END AS invoiced_on,
    sum(s.invoice_total - {_CAME_BACK}) AS amount,
    count(*) AS shipments, array_agg(DISTINCT e.number) AS etgbs
{WAITS_FOR_VEDOP}
WHERE e.closed_on BETWEEN $2 AND $3 AND e.vedop_seen_on IS NULL AND e.cancel_cause IS NULL
    AND s.stage = '{Stage.ETGB_ISSUED}' AND s.seller = ANY($1::text[]) AND s.claim IS NULL AND s.invoice_total IS NOT NULL
GROUP BY 1, 2, 3, 4 ORDER BY 1, 3, 2, 4
"""
"""What was exported and is in no claim yet, by seller, currency and day."""

ON_ETGB = """
SELECT x.etgb, x.shipment, string_agg(DISTINCT coalesce(nullif(x.currency, ''), s.currency), ', ') AS currency,
    CASE WHEN count(DISTINCT coalesce(nullif(x.currency, ''), s.currency)) = 1 THEN sum(x.amount) END AS amount
FROM etgb_line x JOIN shipment s ON s.id = x.shipment AND s.etgb_number = x.etgb
WHERE x.amount IS NOT NULL AND NOT x.taken_off AND x.shipment IN (SELECT shipment FROM mine) GROUP BY x.etgb, x.shipment
"""
"""What its ETGB says of each invoice of ``mine``: the sum of its lines, and their currency (the invoice's where none is told).

The checklist and the dossier both compare by it. Lines in several currencies have no sum, and all of the currencies' names.
"""

_CHECKS = "CASE WHEN k.apart > k.total * $2 THEN array_append(k.lacks, 'amounts') ELSE k.lacks END"
LACKING = f"""
WITH alike AS MATERIALIZED (
    SELECT k.claim, {_CHECKS} AS checks, count(*) AS shipments FROM claim_line k WHERE k.claim = ANY($1::uuid[]) GROUP BY 1, 2),
lacking AS (
    SELECT a.claim, u."check", sum(a.shipments)::int AS count FROM alike a, unnest(a.checks) AS u("check") GROUP BY 1, 2)
SELECT l.claim, l."check", l.count, ARRAY(
    SELECT k.shipment FROM claim_line k WHERE k.claim = l.claim AND l."check" = ANY({_CHECKS}) ORDER BY k.shipment LIMIT 20
    ) AS shipments
FROM lacking l
"""  # noqa: S608 - constants
"""Which shipments of claims lack what, counted, with the first twenty; few combinations however many shipments."""

LINES = f"""
SELECT s.id, s.reference, s.invoice_number, s.invoice_issued_on, s.etgb_number, e.registered_on, e.closed_on, s.currency,
    s.invoice_total, e.day_inferred,
    CASE WHEN 'inferred' = ANY(k.lacks) THEN {_HAND_OVER_INFERRED} ELSE false END,
    k.back, s.stage
FROM claim_line k JOIN shipment s ON s.id = k.shipment JOIN etgb e ON e.number = s.etgb_number
WHERE k.claim = $1::uuid AND e.closed_on IS NOT NULL AND s.invoice_total IS NOT NULL
ORDER BY e.closed_on, s.etgb_number, s.invoice_number, s.id
"""  # noqa: S608 - constants

BACK = """
SELECT s.id, s.stage = 'returned' AS whole, s.total - coalesce((
        SELECT sum(n.amount) FROM piece_back n WHERE n.shipment = s.id AND n.claim IS NULL), 0) AS total, s.currency,
    b.line_no, b.quantity, b.amount, b.given_back
FROM shipment_key k JOIN shipment s ON s.id = k.shipment
JOIN attention a ON a.shipment = s.id AND a.reason = 'claim_reversal_needed' AND a.resolved_at IS NULL
LEFT JOIN piece_back b ON b.shipment = s.id AND b.claim = $1
WHERE k.key = 'claim:' || $1::uuid ORDER BY s.id, b.id
"""
"""What is to be reversed of a claim: its shipments with the pieces that came back, and which of those are settled.

What came back before the claim asked for its refund is not in what it asked for, and so not in the total that is divided.
"""

COMES_BACK = """
SELECT EXISTS (SELECT FROM attention a JOIN shipment_key k ON (k.key, k.shipment) = ('claim:' || $1::uuid, a.shipment)
WHERE a.reason = 'claim_reversal_needed' AND a.resolved_at IS NULL
    AND a.seller = (SELECT c.seller FROM claim c WHERE c.id = $1))
"""
"""Whether anything of a claim is to be reversed (:data:`BACK`): by its seller's open items, which are few."""

RETURNED = """
SELECT s.id FROM shipment_key k JOIN shipment s ON s.id = k.shipment
WHERE k.key = 'claim:' || $1::uuid AND s.stage = 'returned'
"""
"""The shipments of a claim whose goods came back."""

_BY_VALUE = "p.kind <> 'direct' AND p.share IS NULL AND p.incurred_try IS NULL"
"""As :func:`workflow.refund.purchases.shared_by_value`."""

_EVER_BACK = f"""CASE WHEN s.stage = '{Stage.RETURNED}' THEN k.total
    ELSE least(k.total, coalesce((SELECT sum(b.amount) FROM piece_back b WHERE b.shipment = k.shipment), 0)) END"""  # noqa: S608 - constants
"""What of an invoice came back at any time; of a purchase for it that was told late, nothing was asked for before."""

PURCHASES = f"""
WITH wanted AS (SELECT c.* FROM claim c WHERE c.id = ANY($1::uuid[])),
     fileable AS (
    SELECT DISTINCT ON (w.seller, w.period) w.seller, w.period, b.id FROM wanted w
    JOIN claim b ON (b.seller, b.period) = (w.seller, w.period) AND b.status IN ('open', 'rejected')
    ORDER BY w.seller, w.period, b.supplement)
SELECT u.*, k.total, CASE WHEN u.late THEN {_EVER_BACK} ELSE k.back END AS back FROM (
SELECT l.claim AS "of", true AS stands, l.borne_try, p.shipment IS NOT NULL AND NOT EXISTS (
    SELECT FROM shipment_key k WHERE (k.key, k.shipment) = ('claim:' || l.claim, p.shipment)) AS late, p.*
FROM claim_purchase l JOIN purchase p ON p.id = l.purchase WHERE l.claim = ANY($1::uuid[])
UNION ALL
SELECT w.id, false, NULL, false, p.*
FROM wanted w JOIN shipment_key k ON k.key = 'claim:' || w.id JOIN purchase p ON (p.shipment, p.seller) = (k.shipment, w.seller)
WHERE p.claim IS NULL AND w.status IN ('open', 'rejected')
UNION ALL
SELECT f.id, false, NULL, false, p.* FROM fileable f JOIN purchase p ON (p.seller, p.period) = (f.seller, f.period)
WHERE f.id = ANY($1::uuid[]) AND p.claim IS NULL AND p.shipment IS NULL AND NOT ({_BY_VALUE})
UNION ALL
SELECT w.id, false, NULL, false, p.* FROM wanted w JOIN purchase p ON (p.seller, p.period) = (w.seller, w.period)
WHERE p.shipment IS NULL AND w.status IN ('open', 'rejected') AND {_BY_VALUE}
UNION ALL
SELECT f.id, false, NULL, true, p.* FROM fileable f JOIN claim b ON (b.seller, b.period) = (f.seller, f.period)
JOIN shipment_key k ON k.key = 'claim:' || b.id JOIN purchase p ON (p.shipment, p.seller) = (k.shipment, f.seller)
WHERE f.id = ANY($1::uuid[]) AND p.claim IS NULL AND b.status NOT IN ('open', 'rejected')
) AS u LEFT JOIN claim_line k ON k.shipment = u.shipment LEFT JOIN shipment s ON s.id = u.shipment
ORDER BY u.issued_on, u.supplier_tax_number, u.invoice_number
"""  # noqa: S608 - constants
"""The purchases of claims: those that were filed with them, and those that would be if they were filed now.

What exports share by their value is of each claim that may be filed, though others were filed with a part of it; any other
purchase is of one claim alone. ``late`` are those for one shipment that is not in the claim but in an earlier one of the
period, filed before they were told. A purchase for another seller's shipment, which a message may name by its id, is of no
claim. ``back`` of ``total`` is what came back of a purchase's shipment before its refund was asked for; of a late one whatever
came back at any time, since nothing was asked for it yet.
"""

_INSTEAD = """purchase AS NOT MATERIALIZED (
    SELECT p.* FROM purchase p WHERE p.id <> ALL($2::uuid[])
    UNION ALL SELECT * FROM jsonb_populate_recordset(NULL::purchase, $3::jsonb))"""
PURCHASES_INSTEAD = PURCHASES.replace("WITH wanted", f"WITH {_INSTEAD},\nwanted", 1)
"""The same as if some purchases (by id) were not there, and others (as rows) were in their place."""

OF_PURCHASES = """
SELECT c.* FROM claim c WHERE c.seller = $1 AND (c.period = ANY($2::text[]) OR c.period IN (
    SELECT b.period FROM claim_line l JOIN claim b ON b.id = l.claim WHERE l.shipment = ANY($3::uuid[])))
ORDER BY c.period, c.supplement
"""
"""The claims that may bear purchases of these periods, or for these shipments."""

LEFT_OVER = f"""
SELECT count(*) AS count, coalesce(sum(coalesce(round(t.vat_try * (t.total - t.back) / t.total, 2), t.vat_try)), 0) AS vat_try
FROM (
SELECT p.vat_try, nullif(k.total, 0) AS total, {_EVER_BACK} AS back FROM claim c JOIN purchase p ON p.seller = c.seller
LEFT JOIN claim_line k ON k.shipment = p.shipment LEFT JOIN shipment s ON s.id = p.shipment
WHERE c.id = $1 AND p.claim IS NULL AND c.status NOT IN ('open', 'rejected')
    AND (p.shipment IS NULL AND p.period = c.period
        OR EXISTS (SELECT FROM shipment_key k WHERE (k.key, k.shipment) = ('claim:' || c.id, p.shipment)))
    AND NOT EXISTS (SELECT FROM claim b WHERE (b.seller, b.period) = (c.seller, c.period) AND b.status IN ('open', 'rejected'))
) AS t WHERE t.total IS NULL OR t.back < t.total
"""  # noqa: S608 - constants
"""What was bought for a claim and told after it was filed, while no claim of the period can take it; without the part, by
value, that is for goods that came back, whose VAT is asked for by nobody."""

IN_NO_CLAIM = f"""p.claim IS NULL AND p.shipment IS NOT NULL AND NOT EXISTS (
    SELECT FROM shipment o WHERE (o.id, o.seller) = (p.shipment, p.seller)
        AND (o.claim IS NOT NULL OR o.stage = '{Stage.RETURNED}'))"""
"""Of a purchase: its order, by a number that nobody knows or that is not exported yet, is in no claim of its seller.

What came back is passed over: its VAT is asked for by nobody, and nothing is to be done about it.
"""

_BORNE = "coalesce(p.incurred_try, round(p.vat_try * p.share, 2), p.vat_try)"
"""The VAT of a purchase that exports are to bear, as far as somebody has said so."""

UNPLACED = f"""
SELECT c.id AS claim, count(*) AS count, (array_agg(p.invoice_number ORDER BY p.issued_on, p.invoice_number))[1:3] AS first,
    sum({_BORNE}) AS vat_try
FROM claim c JOIN purchase p ON (p.seller, p.period) = (c.seller, c.period)
WHERE c.id = ANY($1::uuid[]) AND {IN_NO_CLAIM} GROUP BY c.id
"""  # noqa: S608 - constants
"""Purchases of the periods of claims that count nowhere, because the orders that they are for are in no claim."""

_APART = f"""
SELECT p.*, coalesce(o.reference, '') AS "order", CASE
    WHEN p.shipment IS NULL THEN CASE WHEN EXISTS (SELECT FROM claim c WHERE (c.seller, c.period) = (p.seller, p.period))
        THEN '{Why.FILED_BEFORE}' ELSE '{Why.NO_CLAIM}' END
    WHEN o.id IS NULL THEN '{Why.ORDER_UNKNOWN}'
    WHEN o.stage IN ('{Stage.RETURNED}', '{Stage.CANCELLED}') THEN '{Why.ORDER_OVER}'
    WHEN o.claim IS NULL THEN '{Why.ORDER_WAITS}'
    ELSE '{Why.FILED_BEFORE}' END AS why
FROM purchase p LEFT JOIN shipment o ON (o.id, o.seller) = (p.shipment, p.seller) LEFT JOIN claim b ON b.id = o.claim
WHERE p.seller = $1 AND p.period BETWEEN $2 AND $3 AND p.claim IS NULL AND NOT EXISTS (
    SELECT FROM claim f WHERE f.seller = p.seller AND f.status IN ('open', 'rejected')
        AND f.period = CASE WHEN p.shipment IS NULL THEN p.period ELSE b.period END)
"""  # noqa: S608 - constants
UNCLAIMED = f"""
SELECT u.* FROM ({_APART}) AS u WHERE ($4::text IS NULL OR (u.period, u.id) > ($4, $5::uuid))
ORDER BY u.period, u.id LIMIT $6
"""  # noqa: S608 - constants
"""A seller's purchases of some periods that count in no claim, and why: filed with none, nor of one that may be filed."""
UNCLAIMED_SUMS = f"""
SELECT p.period, p.why, count(*)::int AS count, sum({_BORNE}) AS vat_try FROM ({_APART}) AS p GROUP BY 1, 2 ORDER BY 1, 2
"""  # noqa: S608 - constants
"""The same in figures."""
UNCLAIMED_YEARS = """
SELECT DISTINCT left(p.period, 4)::int AS year FROM purchase p WHERE p.seller = $1 AND p.claim IS NULL ORDER BY 1 DESC
"""
"""The years in which a seller bought what was filed with no claim."""

VAT_RETURNS = """
SELECT v.* FROM vat_return v
JOIN (SELECT g.seller, min(g.period) AS since FROM unnest($1::text[], $2::text[]) AS g(seller, period) GROUP BY 1) AS w
    ON v.seller = w.seller AND v.period >= w.since
ORDER BY v.seller, v.period
"""

MOVES = """
SELECT status, "on", amount, note, due_on, answered, source, message_id, recorded_at FROM claim_move
WHERE claim = $1 ORDER BY id
"""
