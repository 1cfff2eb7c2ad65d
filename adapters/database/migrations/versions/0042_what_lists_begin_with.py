"""What needs a person and what is late, in the order of the lists, however many shipments there are."""

import sqlalchemy as sa
from alembic import op
revision = '0042'
down_revision = '0041'
branch_labels = None
depends_on = None

# the traits compare in the index's collation: in another one (until here "C", by the ETTN's) its first column finds nothing, and
# each move of a shipment reads the whole index
_TRAITS = """
SELECT v.trait, s.created_at, s.id AS shipment, v.since FROM {rows} s CROSS JOIN LATERAL (VALUES
    ('stage:' || s.stage, s.stage_since),
    ('delivery:' || s.delivery_status, NULL),
    ('courier:' || nullif(s.courier, ''), NULL),
    (('ettn:' || upper(nullif(s.invoice_ettn, '') COLLATE "C")) COLLATE "default", NULL),{late}
    ('day:' || s.seller || ':' || to_char(coalesce(s.invoice_issued_on, s.planned_on), 'YYYY-MM-DD'), NULL)) AS v(trait, since)
WHERE v.trait IS NOT NULL
"""
_LATE = "\n    (CASE WHEN s.overdue THEN 'late' END, NULL),"
_FUNCTION = """
CREATE OR REPLACE FUNCTION keep_shipment_traits() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan TO off SET enable_hashjoin TO off SET enable_mergejoin TO off AS $$
DECLARE
    stages text[];
    counts bigint[];{declared}
    here int := pg_backend_pid() % 64;
    tries int := 0;
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO shipment_trait (trait, created_at, shipment, since) {are};
        {counted_in};
    ELSIF TG_OP = 'DELETE' THEN
        DELETE FROM shipment_trait t USING ({were}) AS g
        WHERE (t.trait, t.created_at, t.shipment) = (g.trait, g.created_at, g.shipment);
        {counted_out};
    ELSE
        DELETE FROM shipment_trait t USING ({were} EXCEPT {are}) AS g
        WHERE (t.trait, t.created_at, t.shipment) = (g.trait, g.created_at, g.shipment);
        INSERT INTO shipment_trait (trait, created_at, shipment, since) {are} EXCEPT {were};
        {counted};
    END IF;
    IF stages IS NULL THEN
        RETURN NULL;
    END IF;
    -- each transaction that counts at the moment has parts of the counters for itself, so that nobody waits for anybody
    WHILE tries < 64 AND NOT pg_try_advisory_xact_lock(1937010789, here) LOOP
        here := (here + 1) % 64;
        tries := tries + 1;
    END LOOP;
    {kept}
    RETURN NULL;
END $$
"""
_COUNTED = (
    'SELECT array_agg(x.stage), array_agg(x.n){more} INTO stages, counts{into} FROM (SELECT y.stage, sum(y.n) AS n{late} FROM'
    ' ({rows}) AS y GROUP BY 1 HAVING sum(y.n) <> 0{or_late} ORDER BY 1) AS x'
)


def _function(*, late: bool) -> str:
    """The function that keeps traits and counters, with what is late or as it was before."""
    words = {
        'more': ', array_agg(x.late)' if late else '',
        'into': ', lates' if late else '',
        'late': ', sum(y.late) AS late' if late else '',
        'or_late': ' OR sum(y.late) <> 0' if late else '',
    }
    one, less = (', overdue::int AS late', ', -overdue::int AS late') if late else ('', '')
    rows = {
        'counted_in': f'SELECT stage, 1 AS n{one} FROM are',
        'counted_out': f'SELECT stage, -1 AS n{less} FROM were',
        'counted': f'SELECT stage, 1 AS n{one} FROM are UNION ALL SELECT stage, -1{less} FROM were',
    }
    kept = (
        """INSERT INTO stage_count AS c (stage, part, shipments, overdue)
    SELECT x.stage, here, x.n, x.late FROM unnest(stages, counts, lates) AS x(stage, n, late)
    ON CONFLICT (stage, part) DO UPDATE SET shipments = c.shipments + excluded.shipments, overdue = c.overdue + excluded.overdue;"""
        if late
        else """INSERT INTO stage_count AS c (stage, part, shipments) SELECT x.stage, here, x.n FROM unnest(stages, counts) AS x(stage, n)
    ON CONFLICT (stage, part) DO UPDATE SET shipments = c.shipments + excluded.shipments;"""
    )
    return _FUNCTION.format(
        declared='\n    lates bigint[];' if late else '',
        are=_TRAITS.format(rows='are', late=_LATE if late else ''),
        were=_TRAITS.format(rows='were', late=_LATE if late else ''),
        kept=kept,
        **{name: _COUNTED.format(rows=query, **words) for name, query in rows.items()},
    )


_MADE_AT = """
CREATE FUNCTION attention_of_shipment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.shipment_at := (SELECT s.created_at FROM shipment s WHERE s.id = NEW.shipment);
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    """Go to this schema; triggers keep it, so that an older release goes on with it."""
    op.add_column('stage_count', sa.Column('overdue', sa.BigInteger(), server_default=sa.text('0'), nullable=False))
    op.execute(_function(late=True))
    op.execute("INSERT INTO shipment_trait (trait, created_at, shipment) SELECT 'late', created_at, id FROM shipment WHERE overdue")
    op.execute("""
        INSERT INTO stage_count AS c (stage, part, shipments, overdue)
        SELECT stage, 0, 0, count(*) FROM shipment WHERE overdue GROUP BY stage
        ON CONFLICT (stage, part) DO UPDATE SET overdue = excluded.overdue
    """)
    op.add_column('attention', sa.Column('shipment_at', sa.DateTime(timezone=True), nullable=True))
    op.execute(_MADE_AT)
    op.execute(
        'CREATE TRIGGER attention_of_shipment BEFORE INSERT ON attention FOR EACH ROW WHEN (NEW.shipment IS NOT NULL)'
        ' EXECUTE FUNCTION attention_of_shipment()'
    )
    op.execute('UPDATE attention a SET shipment_at = s.created_at FROM shipment s WHERE s.id = a.shipment')
    for name, columns in (('attention_newest', ['shipment_at', 'shipment']), ('attention_newest_of', ['reason', 'shipment_at', 'shipment'])):
        op.create_index(name, 'attention', columns, postgresql_where=sa.text('resolved_at IS NULL AND shipment_at IS NOT NULL'))


def downgrade() -> None:
    """Go back."""
    for name in ('attention_newest_of', 'attention_newest'):
        op.drop_index(name, table_name='attention')
    op.execute('DROP TRIGGER attention_of_shipment ON attention')
    op.execute('DROP FUNCTION attention_of_shipment()')
    op.drop_column('attention', 'shipment_at')
    op.execute(_function(late=False))
    op.execute("DELETE FROM shipment_trait WHERE trait = 'late'")
    op.drop_column('stage_count', 'overdue')
