"""Two years of a busy installation, made by the database itself: what lists and searches are measured over.

Shares are those of a house that has worked for two years: nine tenths have their refund filed, what is newer stands where its
age says, some were cancelled or came back; some need a person, and a few wait for what did not come. The messages' bodies are
shorter than real ones, which nothing but a shipment's own page reads.
"""

import sys
import time
from datetime import date
from decimal import Decimal
from typing import Final

import asyncpg

from adapters.database import filings
from adapters.database import pool as database
from adapters.database.claims import ClaimBooks
from tests.law import BOOK
from workflow.refund import ClaimStatus, RatePolicy

_DAYS: Final = 730
_BLOCK: Final = 50_000

_GIVEN = (
    "Ayşe,Mehmet,Fatma,Mustafa,Emine,Ahmet,Hatice,Ali,Zeynep,Hüseyin,Elif,İbrahim,Işıl,Ömer,Çiğdem,Şükrü,Gülşah,Uğur,Irmak,"
    "İlker,"
    "Erika,Hans,Anna,Lukas,Marie,Jean,Camille,Sophie,Emma,Oliver,James,Olivia,Giulia,Marco,Lucía,Javier,Noor,Daan,Ingrid,"
    "Søren"
)
_FAMILY = (
    "Yılmaz,Kaya,Demir,Şahin,Çelik,Yıldız,Öztürk,Aydın,Özdemir,Arslan,Doğan,Kılıç,Aslan,Çetin,Kara,Koç,Kurt,Özkan,Şimşek,"
    "Işık,"
    "Müller,Schmidt,Schneider,Weber,Wagner,Martin,Bernard,Dubois,Smith,Jones,Taylor,Brown,Rossi,Bianchi,García,López,de Jong,"
    "Bakker,"
    "Hansen,Lindqvist,Novák,Kowalski,Papadopoulos,O''Neill,Horváth,Popescu,Silva,Santos,Nakamura,Andersson"
)


def name(number: int) -> str:
    """Somebody's name, spread as those of the past."""
    given, family = _GIVEN.split(","), _FAMILY.replace("''", "'").split(",")
    return f"{given[number % len(given)]} {family[number // len(given) % len(family)]}"


_TRADES = "Tekstil,Deri,Takı,Seramik,Halı,Kozmetik,Ahşap,Bakır,Ev Tekstili,Gümüş"


def seller_name(number: int) -> str:
    """What a seller is called, as those of the past."""
    return f"{_FAMILY.split(',')[number % 20]} {_TRADES.split(',')[number % 10]} Ltd. Şti."


_COUNTRIES = "DE,DE,DE,US,US,GB,FR,FR,NL,IT,ES,BE,AT,CH,SE,DK,PL,IE,NO,CA,AU,JP,PT,FI,CZ,GR,RO,HU,LU,IS"
_COURIERS = "ups,ups,ups,fedex,fedex,navlungo,pts"

_MADE = f"""
CREATE UNLOGGED TABLE made AS
SELECT n, md5('s' || n)::uuid AS id, seller, 'SP-' || 536364 + n AS reference, at, stage, place, u.courier,
    CASE WHEN place >= 3 THEN 'TRK' || upper(substr(md5('t' || n), 1, 12)) ELSE '' END AS tracking,
    CASE WHEN place >= 2 THEN 'KRV' || to_char(at, 'YYYY') || lpad(n::text, 9, '0') ELSE '' END AS invoice,
    CASE WHEN place >= 4 THEN to_char(at, 'YY') || '341453EX' || lpad((n % 1000000)::text, 6, '0') ELSE '' END AS etgb,
    u.country, u.amount, u.given, u.family, u.seller_name, r4, r5,
    CASE WHEN place = 6 OR stage = 'vedop_transferred' THEN md5('c' || seller || to_char(at, 'YYYY-MM'))::uuid END AS claim
FROM (
    SELECT *, CASE WHEN stage = 'cancelled' THEN 1 WHEN stage = 'returned' THEN 5
        ELSE array_position(ARRAY['draft', 'validated', 'invoiced', 'handed_to_courier', 'etgb_issued', 'vedop_transferred',
            'refund_filed'], stage) - 1 END AS place
    FROM (
        SELECT n, at, r4, r5, lpad((1000000000 + 7919 * seller_no)::text, 10, '0') AS seller,
            (string_to_array('{_FAMILY}', ','))[1 + seller_no % 20] || ' ' || (string_to_array('{_TRADES}',
            ','))[1 + seller_no % 10]
                || ' Ltd. Şti.' AS seller_name,
            (string_to_array('{_GIVEN}', ','))[1 + (r1 * 39.99)::int % 40] AS given,
            (string_to_array('{_FAMILY}', ','))[1 + (r2 * r3 * 49.99)::int % 50] AS family,
            (string_to_array('{_COUNTRIES}', ','))[1 + (r2 * 29.99)::int % 30] AS country,
            (string_to_array('{_COURIERS}', ','))[1 + (r3 * 6.99)::int % 7] AS courier,
            round((5 + 60 * exp(2 * r1 - 1))::numeric, 2) AS amount,
            CASE WHEN r4 < 0.015 THEN 'cancelled' WHEN r5 < 0.007 AND age > 0.03 THEN 'returned'
                WHEN age + 0.01 * r2 < 0.004 THEN 'draft' WHEN age + 0.01 * r2 < 0.006 THEN 'validated'
                WHEN age + 0.01 * r2 < 0.012 THEN 'invoiced' WHEN age + 0.01 * r2 < 0.02 THEN 'handed_to_courier'
                WHEN age + 0.01 * r2 < 0.04 THEN 'etgb_issued' WHEN age + 0.01 * r2 < 0.1 THEN 'vedop_transferred'
                ELSE 'refund_filed' END AS stage
        FROM (
            SELECT n, age, now() - age * interval '{_DAYS} days' AS at, r1, r2, r3, r4, r5,
            (200 * r6 * r6 * r6)::int AS seller_no
            FROM (
                SELECT n, ($1::int - n)::float / $1 AS age, r[1] AS r1, r[2] AS r2, r[3] AS r3, r[4] AS r4, r[5] AS r5,
                r[6] AS r6
                FROM generate_series(1, $1::int) AS n, LATERAL (
                    SELECT array_agg((hashint8extended(n, k) & 16777215) / 16777216.0::float ORDER BY k) AS r
                    FROM generate_series(1, 6) AS k) AS dice) AS a) AS b) AS c) AS u
"""

_BLOCKS: Final = (
    """INSERT INTO shipment (id, seller, reference, stage, stage_since, due_at, look_at, overdue, sequence, version,
        currency, total,
        gross_weight_kg, country, planned_on, courier, tracking_number, delivery_status, delivery_at, invoice_number,
        invoice_ettn,
        invoice_issued_on, invoice_total, etgb_number, vedop_seen_on, claim, created_at)
    SELECT id, seller, reference, stage, at + place * interval '9 hours',
        CASE WHEN place BETWEEN 2 AND 5 THEN at + interval '20 days' END,
        CASE WHEN place BETWEEN 2 AND 5 AND r4 < 0.98 THEN at + interval '20 days' END, place BETWEEN 2 AND 5 AND r4 >= 0.98,
        place,
        place + 2, 'EUR', amount, round((0.2 + r4)::numeric, 3), country, at::date,
        CASE WHEN place >= 3 THEN courier ELSE '' END, tracking,
        CASE WHEN place < 3 THEN NULL WHEN r5 > 0.998 THEN 'exception' WHEN place = 3 THEN 'in_transit' ELSE 'delivered' END,
        CASE WHEN place >= 3 THEN at + interval '3 days' END, invoice,
        CASE WHEN place >= 2 THEN md5('e' || n)::uuid::text ELSE '' END,
        CASE WHEN place >= 2 THEN at::date END, CASE WHEN place >= 2 THEN amount END, etgb,
        CASE WHEN place >= 5 THEN (at + interval '4 days')::date END, claim, at
    FROM made WHERE n BETWEEN $1 AND $2 ORDER BY n""",
    """INSERT INTO shipment_content (shipment, seller_name, consignee_name, terms, rule_version, seller)
    SELECT id, seller_name, given || ' ' || family, jsonb_build_object('consignee', jsonb_build_object('name',
        given || ' ' || family,
        'address', jsonb_build_object('line', 'Hauptstr. ' || n % 200, 'city', 'Berlin', 'postcode', 10000 + n % 9999,
        'country', country)),
        'seller', jsonb_build_object('name', seller_name, 'tax_number', seller), 'incoterm', 'FCA', 'currency', 'EUR'), 'b1',
        seller
    FROM made WHERE n BETWEEN $1 AND $2 ORDER BY n""",
    """INSERT INTO shipment_line (shipment, line_no, kind, sku, description, description_tr, gtip, origin, quantity, unit,
        unit_price, discount, seller)
    SELECT id, k, 'goods', 'SKU-' || (n + k) % 5000, 'T-SHIRT', 'tişört', '610910000012', 'TR', 1, 'C62', round(amount / 2,
        2), 0, seller
    FROM made, generate_series(1, 2) AS k WHERE n BETWEEN $1 AND $2 ORDER BY n, k""",
    """INSERT INTO shipment_key (key, shipment, seller)
    SELECT key, id, seller FROM made, LATERAL (VALUES ('trk:' || courier || '/' || nullif(tracking, '')),
        ('inv:' || seller || '/' || nullif(invoice, '')), ('etgb:' || nullif(etgb, '')), ('claim:' || claim)) AS v(key)
    WHERE key IS NOT NULL AND n BETWEEN $1 AND $2""",
    """INSERT INTO etgb (number, registered_on, courier, closed_on, vedop_seen_on, evidence_kind, evidence_reference,
        overdue, due_at)
    SELECT etgb, (at + interval '2 days')::date, courier, CASE WHEN place >= 5 THEN (at + interval '4 days')::date END,
        CASE WHEN place >= 5 THEN (at + interval '5 days')::date END, CASE WHEN place >= 5 THEN 'list' ELSE '' END, '',
        CASE WHEN place = 4 AND r5 > 0.97 THEN 'closing' ELSE '' END, NULL
    FROM made WHERE etgb <> '' AND n BETWEEN $1 AND $2 ORDER BY n""",
    """INSERT INTO etgb_line (etgb, line_no, key, invoice_number, amount, currency, shipment)
    SELECT etgb, 1, 'inv:' || seller || '/' || invoice, invoice, amount, 'EUR', id FROM made
        WHERE etgb <> '' AND n BETWEEN $1 AND $2""",
    """INSERT INTO finding (shipment, finding_no, code, variant, severity, path, params, source, seller)
    SELECT id, 1, CASE WHEN r4 > 0.97 THEN 'LINE003' ELSE 'LINE004' END, '', CASE WHEN r4 > 0.97 THEN 'warn' ELSE 'block' END,
        'lines[0]',
        '{"origin": ""}', '', seller FROM made WHERE (r4 > 0.97 OR place = 0) AND n BETWEEN $1 AND $2""",
    """INSERT INTO attention (id, reason, detail, shipment, occurrences, raised_at, resolved_at, resolved_by, resolution)
    SELECT md5('a' || n)::uuid,
        CASE WHEN n % 3 = 0 THEN 'first_scan_overdue' WHEN n % 3 = 1 THEN 'invoice_overdue' ELSE 'goods_coming_back' END,
        '', id, 1, at + interval '1 day', CASE WHEN place = 6 OR r5 < 0.47 THEN at + interval '3 days' END,
        CASE WHEN place = 6 OR r5 < 0.47 THEN 'ops' ELSE '' END, ''
    FROM made WHERE r5 BETWEEN 0.4 AND 0.5 AND n BETWEEN $1 AND $2 ORDER BY n""",
    """INSERT INTO attention (id, reason, detail, etgb, occurrences, raised_at)
    SELECT md5('b' || n)::uuid, 'closing_overdue', 'ETGB ' || etgb, etgb, 1, at + interval '9 days'
    FROM made WHERE place = 4 AND r5 > 0.97 AND n BETWEEN $1 AND $2""",
    """INSERT INTO parked (source, message_id, part, waits_on, why, event_at, parked_at)
    SELECT 'courier/' || courier, 'm-' || n || '-1', 1, 'trk:' || courier || '/L' || n, 'no shipment has it yet', at, at
    FROM made WHERE r4 BETWEEN 0.5 AND 0.502 AND place >= 3 AND n BETWEEN $1 AND $2""",
    """INSERT INTO refused (arrival, part, subject, source, message_id, type, code, detail, body, body_size, refused_at,
        state)
    SELECT 'x' || n, 0, 'kervan.in.courier.ups', 'courier/ups', 'x' || n, 'courier.checkpoint.v1', 'wrong_data', '', 'x', 1,
        at,
        CASE WHEN n % 4 = 0 THEN 'refused' ELSE 'replayed' END
    FROM made WHERE r4 BETWEEN 0.6 AND 0.604 AND n BETWEEN $1 AND $2""",
    """INSERT INTO webhook (digest, courier, message_id, body, received_at, handled_at)
    SELECT decode(md5('w' || n), 'hex'), courier, 'w' || n, 'x', at, at FROM made
        WHERE place >= 3 AND n % 4 = 0 AND n BETWEEN $1 AND $2""",
    """INSERT INTO transition (shipment, sequence, origin, target, trigger, occurred_at, recorded_at, source, message_id,
        begun_at, seller)
    SELECT id, k, (ARRAY['draft', 'validated', 'invoiced', 'handed_to_courier', 'etgb_issued', 'vedop_transferred'])[k],
        (ARRAY['validated', 'invoiced', 'handed_to_courier', 'etgb_issued', 'vedop_transferred', 'refund_filed'])[k],
        (ARRAY['validate', 'invoice', 'hand_over', 'issue_etgb', 'transfer_to_vedop', 'file_refund'])[k],
        at + k * interval '9 hours', at + k * interval '9 hours', 'courier/' || courier, 'm-' || n || '-' || k,
        at, seller
    FROM made, LATERAL generate_series(1, place) AS k WHERE n BETWEEN $1 AND $2 ORDER BY at + k * interval '9 hours'""",
    """WITH told AS (
        SELECT 'courier/' || courier AS source, 'm-' || n || '-' || k AS id,
            (ARRAY['shipment.drafted.v1', 'invoice.issued.v1', 'courier.booked.v1', 'courier.checkpoint.v1', 'etgb.closed.v1',
            'vedop.seen.v1'])[k] AS type, at + k * interval '9 hours' AS at,
            CASE WHEN r4 > 0.96 AND k = 3 THEN 1 ELSE 0 END AS repeats,
            convert_to('{"data": {"status": "in_transit", "description": "' || repeat(md5(n::text), 4) || '"}}', 'UTF8') AS body
        FROM made, LATERAL generate_series(1, greatest(place, 1)) AS k WHERE n BETWEEN $1 AND $2
    ), kept AS (
        INSERT INTO inbox (source, id, type, subject, event_at, received_at, repeats)
        SELECT source, id, type, 'kervan.in.courier', at, at, repeats FROM told RETURNING id, no, received_at
    )
    INSERT INTO inbox_body (received_at, no, body) SELECT k.received_at, k.no, t.body FROM kept k JOIN told t USING (id)""",
)
_ONCE: Final = (
    """INSERT INTO claim (id, seller, period, supplement, status)
    SELECT claim, min(seller), to_char(min(at), 'YYYY-MM'), 0, CASE WHEN bool_and(place = 6) THEN 'paid' ELSE 'open' END
    FROM made WHERE claim IS NOT NULL GROUP BY claim""",
    "SELECT write_claim_lines(array_agg(id)) FROM made WHERE claim IS NOT NULL GROUP BY n / 10000",
    """INSERT INTO rate (currency, published_on, rate, bulletin)
    SELECT 'EUR', d::date, 50, '' FROM generate_series(now() - interval '800 days', now(),
        interval '1 day') AS d ON CONFLICT DO NOTHING""",
    "DROP TABLE made",
)
_LAID_DOWN = """
SELECT c.conrelid::regclass::text AS "table", c.conname AS name, pg_get_constraintdef(c.oid) AS definition,
        true AS "constraint"
FROM pg_constraint c WHERE c.contype = 'p' AND c.conrelid::regclass::text = ANY($1) AND c.conrelid <> 'shipment'::regclass
UNION ALL SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text,
        replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON '),
        false
FROM pg_index i WHERE NOT i.indisprimary AND i.indrelid::regclass::text = ANY($1)
"""
"""Keys and indexes of tables; not the shipments' own key, by which what hangs on them finds the day they were made."""
_FILLED = ["shipment", "shipment_content", "shipment_line", "shipment_key", "shipment_trait", "etgb", "etgb_line", "finding"]
_FILLED += ["transition", "inbox", "attention"]
_LINED: Final = [(table, "insert") for table in ("shipment", "etgb", "etgb_line", "transition")]
"""Triggers by which claims follow; here what they count is written at once at the end."""
_FILED = """
WITH filed AS (
    INSERT INTO claim_filing (claim, version, petition_number, filed_on, exported_try, refundable_try, figures, calculation,
        sha256, papers, papers_sha256, source, message_id, recorded_at, seller)
    SELECT u.claim, 1, 'D-' || u.claim, now()::date - 60, u.exported, 0, u.figures, '', '', '', '', 'bench', u.claim::text,
        now(), c.seller
    FROM unnest($1::uuid[], $2::numeric[], $3::bytea[]) AS u(claim, exported, figures)
    JOIN claim c ON c.id = u.claim RETURNING claim, exported_try)
UPDATE claim c SET exported_try = f.exported_try, refundable_try = 0, filed_on = now()::date - 60, rate_policy = $4
FROM filed f WHERE c.id = f.claim
"""


async def _file(url: str, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Keep of the claims that are paid what lists read of filings; their papers are left out."""
    pool = await database.connect(url, size=1)
    books = ClaimBooks(pool, BOOK, RatePolicy.INTAC_PREV_BULLETIN, Decimal("0.05"))
    today, after = date.today(), None  # noqa: DTZ011 - any day will do
    while page := await books.listed(today, status=ClaimStatus.PAID, limit=200, after=after):
        kept = [(one.claim.id, one.calculation.exported_try, filings.figures_document(one.figures())) for one in page]
        await connection.execute(_FILED, *(list(column) for column in zip(*kept, strict=True)), RatePolicy.INTAC_PREV_BULLETIN)
        after = (page[-1].claim.period, page[-1].claim.id)
    await pool.close()


async def fill(url: str, shipments: int) -> None:
    """Fill an empty database; indexes are laid down for it and built again at the end."""
    connection = await asyncpg.connect(url, command_timeout=3600, server_settings={"jit": "off"})
    began = time.perf_counter()

    def told(what: str) -> None:
        sys.stderr.write(f"  {time.perf_counter() - began:6.0f} s  {what}\n")

    await connection.execute("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'; SET work_mem = '256MB'")
    await connection.execute(_MADE.replace("$1::int", str(shipments)).replace("$1", str(shipments)))
    await connection.execute("ALTER TABLE made ADD PRIMARY KEY (n); ANALYZE made")
    told("drawn")
    laid = await connection.fetch(_LAID_DOWN, _FILLED)
    for one in laid:
        kind = "ALTER TABLE {table} DROP CONSTRAINT {name}" if one["constraint"] else "DROP INDEX {name}"
        await connection.execute(kind.format_map(dict(one)))
    for table, event in _LINED:
        await connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER claim_lines_{event}")
    for first in range(1, shipments + 1, _BLOCK):
        for statement in _BLOCKS:
            await connection.execute(statement, first, min(first + _BLOCK - 1, shipments))
    told("filled")
    for one in laid:
        again = f"ALTER TABLE {one['table']} ADD CONSTRAINT {one['name']} {one['definition']}"
        await connection.execute(again if one["constraint"] else one["definition"])
    told("indexed")
    for table, event in _LINED:
        await connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER claim_lines_{event}")
    for statement in _ONCE:
        await connection.execute(statement)
    await _file(url, connection)
    told("filed")
    await connection.execute("VACUUM ANALYZE")
    await connection.execute("CHECKPOINT")
    told("vacuumed")
    await connection.close()
