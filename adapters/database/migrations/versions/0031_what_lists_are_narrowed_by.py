"""What long lists are narrowed by, kept beside the shipments, so that a transition still updates its row in place."""

import sqlalchemy as sa
from alembic import op
revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None

_TRAITS = """
SELECT v.trait, s.created_at, s.id AS shipment, v.since FROM {rows} s CROSS JOIN LATERAL (VALUES
    ('stage:' || s.stage, s.stage_since),
    ('delivery:' || s.delivery_status, NULL),
    ('courier:' || nullif(s.courier, ''), NULL),
    ('ettn:' || upper(nullif(s.invoice_ettn, '') COLLATE "C"), NULL),
    ('day:' || s.seller || ':' || to_char(coalesce(s.invoice_issued_on, s.planned_on), 'YYYY-MM-DD'), NULL)) AS v(trait, since)
WHERE v.trait IS NOT NULL
"""
_WERE, _ARE = _TRAITS.format(rows='were'), _TRAITS.format(rows='are')
_COUNTED = 'SELECT array_agg(x.stage), array_agg(x.n) INTO stages, counts FROM (SELECT y.stage, sum(y.n) AS n FROM ({}) AS y GROUP BY 1 HAVING sum(y.n) <> 0 ORDER BY 1) AS x'

_FUNCTION = f"""
CREATE FUNCTION keep_shipment_traits() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan TO off SET enable_hashjoin TO off SET enable_mergejoin TO off AS $$
DECLARE
    stages text[];
    counts bigint[];
    here int := pg_backend_pid() % 64;
    tries int := 0;
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO shipment_trait (trait, created_at, shipment, since) {_ARE};
        {_COUNTED.format('SELECT stage, 1 AS n FROM are')};
    ELSIF TG_OP = 'DELETE' THEN
        DELETE FROM shipment_trait t USING ({_WERE}) AS g
        WHERE (t.trait, t.created_at, t.shipment) = (g.trait, g.created_at, g.shipment);
        {_COUNTED.format('SELECT stage, -1 AS n FROM were')};
    ELSE
        DELETE FROM shipment_trait t USING ({_WERE} EXCEPT {_ARE}) AS g
        WHERE (t.trait, t.created_at, t.shipment) = (g.trait, g.created_at, g.shipment);
        INSERT INTO shipment_trait (trait, created_at, shipment, since) {_ARE} EXCEPT {_WERE};
        {_COUNTED.format('SELECT stage, 1 AS n FROM are UNION ALL SELECT stage, -1 FROM were')};
    END IF;
    IF stages IS NULL THEN
        RETURN NULL;
    END IF;
    -- each transaction that counts at the moment has parts of the counters for itself, so that nobody waits for anybody
    WHILE tries < 64 AND NOT pg_try_advisory_xact_lock(1937010789, here) LOOP
        here := (here + 1) % 64;
        tries := tries + 1;
    END LOOP;
    INSERT INTO stage_count AS c (stage, part, shipments) SELECT x.stage, here, x.n FROM unnest(stages, counts) AS x(stage, n)
    ON CONFLICT (stage, part) DO UPDATE SET shipments = c.shipments + excluded.shipments;
    RETURN NULL;
END $$
"""
_TRIGGERS = (
    ('added', 'INSERT', 'NEW TABLE AS are'),
    ('moved', 'UPDATE', 'OLD TABLE AS were NEW TABLE AS are'),
    ('gone', 'DELETE', 'OLD TABLE AS were'),
)


def upgrade() -> None:
    """Go to this schema; triggers keep it, so that an older release goes on with it. Reads all shipments once."""
    op.create_table('shipment_trait',
    sa.Column('trait', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('shipment', sa.UUID(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=True),
    )
    op.create_table('stage_count',
    sa.Column('stage', sa.Text(), nullable=False),
    sa.Column('part', sa.Integer(), nullable=False),
    sa.Column('shipments', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('stage', 'part')
    )
    op.execute(_FUNCTION)
    for name, event, tables in _TRIGGERS:
        op.execute(
            f'CREATE TRIGGER shipment_traits_{name} AFTER {event} ON shipment REFERENCING {tables}'
            ' FOR EACH STATEMENT EXECUTE FUNCTION keep_shipment_traits()'
        )
    op.execute(f"INSERT INTO shipment_trait (trait, created_at, shipment, since) {_TRAITS.format(rows='shipment')}")
    op.execute('INSERT INTO stage_count (stage, part, shipments) SELECT stage, 0, count(*) FROM shipment GROUP BY stage')
    op.create_primary_key('shipment_trait_pkey', 'shipment_trait', ['trait', 'created_at', 'shipment'])
    op.create_index('shipment_trait_since', 'shipment_trait', ['trait', 'since'], postgresql_where=sa.text('since IS NOT NULL'))
    op.create_index('shipment_of_seller', 'shipment', ['seller', 'created_at', 'id'])
    op.create_index('shipment_to_country', 'shipment', ['country', 'created_at', 'id'])
    op.create_index('attention_settled', 'attention', ['resolved_at', 'id'], postgresql_where=sa.text('resolved_at IS NOT NULL'))
    op.create_index('attention_was_raised', 'attention', ['raised_at', 'id'], postgresql_where=sa.text('resolved_at IS NOT NULL'))
    op.create_index('parked_newest', 'parked', ['parked_at', 'id'])
    op.create_index('inbox_repeated', 'inbox', ['repeats'], postgresql_where=sa.text('repeats > 0'))
    op.execute('ANALYZE shipment_trait')


def downgrade() -> None:
    """Go back."""
    op.drop_index('inbox_repeated', table_name='inbox')
    op.drop_index('parked_newest', table_name='parked')
    op.drop_index('attention_was_raised', table_name='attention')
    op.drop_index('attention_settled', table_name='attention')
    for name in ('shipment_to_country', 'shipment_of_seller'):
        op.drop_index(name, table_name='shipment')
    for name, _, _ in _TRIGGERS:
        op.execute(f'DROP TRIGGER shipment_traits_{name} ON shipment')
    op.execute('DROP FUNCTION keep_shipment_traits()')
    op.drop_table('stage_count')
    op.drop_table('shipment_trait')
