"""What a claim counts of each of its shipments, beside it, so that a list of claims reads one narrow table."""

import sqlalchemy as sa
from alembic import op
revision = '0041'
down_revision = '0040'
branch_labels = None
depends_on = None

_COLUMNS = ('claim', 'etgb', 'currency', 'total', 'invoiced_on', 'closed_on', 'apart', 'lacks')
_LINES = r"""
SELECT s.id AS shipment, s.claim, s.etgb_number AS etgb, s.currency, s.invoice_total AS total, s.invoice_issued_on AS invoiced_on,
    e.closed_on, CASE WHEN l.currency = s.currency THEN abs(l.amount - s.invoice_total) END AS apart,
    array_remove(ARRAY[
        CASE WHEN s.etgb_number !~ '^[0-9]{8}EX[0-9]{6}$' OR e.cancel_cause IS NOT NULL THEN 'etgb' END,
        CASE WHEN e.closed_on IS NULL THEN 'closing' END,
        CASE WHEN e.evidence_kind = '' THEN 'vedop' END,
        CASE WHEN s.stage = 'returned' THEN 'returned' END,
        CASE WHEN NOT EXISTS (SELECT FROM document d
            WHERE d.shipment = s.id AND d.kind IN ('invoice_xml', 'invoice_signed_xml')) THEN 'invoice_xml' END,
        CASE WHEN l.currency <> s.currency THEN 'amounts' END,
        CASE WHEN e.day_inferred OR EXISTS (SELECT FROM transition t
            WHERE t.shipment = s.id AND t.trigger = 'hand_over' AND t.source = 'engine/timer') THEN 'inferred' END], NULL) AS lacks
FROM shipment s LEFT JOIN etgb e ON e.number = s.etgb_number LEFT JOIN LATERAL (
    SELECT string_agg(DISTINCT coalesce(nullif(x.currency, ''), s.currency), ', ') AS currency,
        CASE WHEN count(DISTINCT coalesce(nullif(x.currency, ''), s.currency)) = 1 THEN sum(x.amount) END AS amount
    FROM etgb_line x WHERE x.etgb = s.etgb_number AND x.shipment = s.id AND x.amount IS NOT NULL AND NOT x.taken_off) AS l ON true
WHERE s.claim IS NOT NULL
"""
_SET = ', '.join(f'{name} = excluded.{name}' for name in _COLUMNS)
_ADD = f"INSERT INTO claim_line AS k (shipment, {', '.join(_COLUMNS)}) {_LINES}"
_WAS, _IS = (f"({', '.join(f'{row}.{name}' for name in _COLUMNS)})" for row in ('k', 'excluded'))

_PLANNED = 'SET enable_seqscan TO off SET enable_hashjoin TO off SET enable_mergejoin TO off'
_FUNCTIONS = (
    f"""
CREATE FUNCTION write_claim_lines(whose uuid[]) RETURNS void LANGUAGE plpgsql {_PLANNED} AS $$
BEGIN
    IF whose IS NULL THEN
        RETURN;
    END IF;
    DELETE FROM claim_line k WHERE k.shipment = ANY(whose)
        AND NOT EXISTS (SELECT FROM shipment s WHERE s.id = k.shipment AND s.claim IS NOT NULL);
    {_ADD} AND s.id = ANY(whose) ORDER BY s.id
    ON CONFLICT (shipment) DO UPDATE SET {_SET} WHERE {_WAS} IS DISTINCT FROM {_IS};
END $$
""",
    """
CREATE FUNCTION claim_lines_of_shipments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM write_claim_lines(array_agg(id)) FROM were WHERE claim IS NOT NULL;
    ELSIF TG_OP = 'INSERT' THEN
        PERFORM write_claim_lines(array_agg(id)) FROM are WHERE claim IS NOT NULL;
    ELSE
        PERFORM write_claim_lines(array_agg(id)) FROM (
            SELECT id FROM are WHERE claim IS NOT NULL UNION SELECT id FROM were WHERE claim IS NOT NULL) AS g;
    END IF;
    RETURN NULL;
END $$
""",
    f"""
CREATE FUNCTION claim_lines_of_etgbs() RETURNS trigger LANGUAGE plpgsql {_PLANNED} AS $$
BEGIN
    PERFORM write_claim_lines(array_agg(k.shipment)) FROM are JOIN claim_line k ON k.etgb = are.number;
    RETURN NULL;
END $$
""",
    f"""
CREATE FUNCTION claim_lines_of_etgb_lines() RETURNS trigger LANGUAGE plpgsql {_PLANNED} AS $$
BEGIN
    PERFORM write_claim_lines(array_agg(DISTINCT k.shipment)) FROM are JOIN claim_line k ON k.shipment = are.shipment;
    RETURN NULL;
END $$
""",
    f"""
CREATE FUNCTION claim_lines_of_transitions() RETURNS trigger LANGUAGE plpgsql {_PLANNED} AS $$
BEGIN
    PERFORM write_claim_lines(array_agg(DISTINCT k.shipment)) FROM are JOIN claim_line k ON k.shipment = are.shipment
        WHERE are.trigger = 'hand_over' AND are.source = 'engine/timer';
    RETURN NULL;
END $$
""",
    """
CREATE FUNCTION claim_lines_of_documents() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whose uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.shipment ELSE NEW.shipment END;
BEGIN
    -- whoever takes the shipment into a claim at this moment has its lock, and does not see this document yet
    PERFORM FROM shipment WHERE id = whose FOR NO KEY UPDATE;
    PERFORM write_claim_lines(ARRAY[whose]);
    RETURN NULL;
END $$
""",
)
_NEW, _OLD = 'NEW TABLE AS are', 'OLD TABLE AS were'
_STATEMENTS = (
    ('shipment', 'shipments', 'INSERT', _NEW),
    ('shipment', 'shipments', 'UPDATE', f'{_OLD} {_NEW}'),
    ('shipment', 'shipments', 'DELETE', _OLD),
    ('etgb', 'etgbs', 'INSERT', _NEW),
    ('etgb', 'etgbs', 'UPDATE', _NEW),
    ('etgb_line', 'etgb_lines', 'INSERT', _NEW),
    ('etgb_line', 'etgb_lines', 'UPDATE', _NEW),
    ('transition', 'transitions', 'INSERT', _NEW),
)
"""Table, function, event, and what of it the function sees."""
_KINDS = "kind IN ('invoice_xml', 'invoice_signed_xml')"


def upgrade() -> None:
    """Go to this schema; triggers keep it, so that an older release goes on with it. Reads the shipments of all claims once."""
    op.create_table('claim_line',
    sa.Column('shipment', sa.UUID(), nullable=False),
    sa.Column('claim', sa.UUID(), nullable=False),
    sa.Column('etgb', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('total', sa.Numeric(precision=24, scale=2), nullable=True),
    sa.Column('invoiced_on', sa.Date(), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('apart', sa.Numeric(precision=24, scale=2), nullable=True),
    sa.Column('lacks', sa.ARRAY(sa.Text()), nullable=False),
    )
    for function in _FUNCTIONS:
        op.execute(function)
    for table, function, event, seen in _STATEMENTS:
        op.execute(
            f'CREATE TRIGGER claim_lines_{event.lower()} AFTER {event} ON {table} REFERENCING {seen}'
            f' FOR EACH STATEMENT EXECUTE FUNCTION claim_lines_of_{function}()'
        )
    for event, row in (('INSERT', 'NEW'), ('DELETE', 'OLD')):
        op.execute(
            f'CREATE TRIGGER claim_lines_{event.lower()} AFTER {event} ON document FOR EACH ROW'
            f' WHEN ({row}.shipment IS NOT NULL AND {row}.{_KINDS}) EXECUTE FUNCTION claim_lines_of_documents()'
        )
    op.execute(f'{_ADD} ORDER BY s.claim, s.id')
    op.create_primary_key('claim_line_pkey', 'claim_line', ['shipment'])
    op.create_index('claim_line_claim', 'claim_line', ['claim', 'shipment'])
    op.create_index('claim_line_etgb', 'claim_line', ['etgb'])
    op.execute('ANALYZE claim_line')


def downgrade() -> None:
    """Go back."""
    for table, _, event, _ in _STATEMENTS:
        op.execute(f'DROP TRIGGER claim_lines_{event.lower()} ON {table}')
    for event in ('insert', 'delete'):
        op.execute(f'DROP TRIGGER claim_lines_{event} ON document')
    for name in ('shipments', 'etgbs', 'etgb_lines', 'transitions', 'documents'):
        op.execute(f'DROP FUNCTION claim_lines_of_{name}()')
    op.execute('DROP FUNCTION write_claim_lines(uuid[])')
    op.drop_table('claim_line')
