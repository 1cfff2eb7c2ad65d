"""What came back in part before its refund was asked for is no export: claims count what stays abroad."""

import sqlalchemy as sa
from alembic import op
revision = '0049'
down_revision = '0048'
branch_labels = None
depends_on = None
step = 'before'

_PLANNED = 'SET enable_seqscan TO off SET enable_hashjoin TO off SET enable_mergejoin TO off'


def _write_claim_lines(*, back: bool) -> str:
    """The function that keeps what claims count of shipments, with what came back of them or without."""
    names = ['claim', 'etgb', 'currency', 'total', 'invoiced_on', 'closed_on', 'apart', 'lacks', *(['back'] if back else [])]
    setting = ', '.join(f'{name} = excluded.{name}' for name in names)
    was, are = (f"({', '.join(f'{row}.{name}' for name in names)})" for row in ('k', 'excluded'))
    parts = "CASE WHEN b.amount > 0 THEN 'part_back' END," if back else ''
    return rf"""
CREATE OR REPLACE FUNCTION write_claim_lines(whose uuid[]) RETURNS void LANGUAGE plpgsql {_PLANNED} AS $$
BEGIN
    IF whose IS NULL THEN
        RETURN;
    END IF;
    DELETE FROM claim_line k WHERE k.shipment = ANY(whose)
        AND NOT EXISTS (SELECT FROM shipment s WHERE s.id = k.shipment AND s.claim IS NOT NULL);
    INSERT INTO claim_line AS k (shipment, {', '.join(names)})
SELECT s.id AS shipment, s.claim, s.etgb_number AS etgb, s.currency, s.invoice_total AS total, s.invoice_issued_on AS invoiced_on,
    e.closed_on, CASE WHEN l.currency = s.currency THEN abs(l.amount - s.invoice_total) END AS apart,
    array_remove(ARRAY[
        CASE WHEN s.etgb_number !~ '^[0-9]{{8}}EX[0-9]{{6}}$' OR e.cancel_cause IS NOT NULL THEN 'etgb' END,
        CASE WHEN e.closed_on IS NULL THEN 'closing' END,
        CASE WHEN e.evidence_kind = '' THEN 'vedop' END,
        CASE WHEN s.stage = 'returned' THEN 'returned' END,
        {parts}
        CASE WHEN NOT EXISTS (SELECT FROM document d
            WHERE d.shipment = s.id AND d.kind IN ('invoice_xml', 'invoice_signed_xml')) THEN 'invoice_xml' END,
        CASE WHEN l.currency <> s.currency THEN 'amounts' END,
        CASE WHEN e.day_inferred OR EXISTS (SELECT FROM transition t
            WHERE t.shipment = s.id AND t.trigger = 'hand_over' AND t.source = 'engine/timer') THEN 'inferred' END], NULL) AS lacks
    {', b.amount AS back' if back else ''}
FROM shipment s LEFT JOIN etgb e ON e.number = s.etgb_number LEFT JOIN LATERAL (
    SELECT string_agg(DISTINCT coalesce(nullif(x.currency, ''), s.currency), ', ') AS currency,
        CASE WHEN count(DISTINCT coalesce(nullif(x.currency, ''), s.currency)) = 1 THEN sum(x.amount) END AS amount
    FROM etgb_line x WHERE x.etgb = s.etgb_number AND x.shipment = s.id AND x.amount IS NOT NULL AND NOT x.taken_off) AS l ON true
{_BACK if back else ''}
WHERE s.claim IS NOT NULL AND s.id = ANY(whose) ORDER BY s.id
    ON CONFLICT (shipment) DO UPDATE SET {setting} WHERE {was} IS DISTINCT FROM {are};
END $$
"""


_BACK = """LEFT JOIN LATERAL (
    SELECT LEAST(coalesce(sum(p.amount), 0), coalesce(s.invoice_total, 0)) AS amount FROM piece_back p
    WHERE p.shipment = s.id AND p.claim IS NULL) AS b ON true"""
_STANDS = "c.status NOT IN ('open', 'rejected') AND (c.status <> 'reversed' OR c.reversed_try < c.refundable_try)"


def upgrade() -> None:
    """Go to this schema: what is kept came back while its claim stood, unless that was rejected since. Few rows are read."""
    op.add_column('piece_back', sa.Column('claim', sa.UUID(), nullable=True))
    op.execute(
        'UPDATE piece_back b SET claim = c.id FROM shipment s JOIN claim c ON c.id = s.claim'  # noqa: S608 - a constant
        f' WHERE s.id = b.shipment AND {_STANDS}'
    )
    op.create_index('piece_back_claim', 'piece_back', ['claim'], unique=False, postgresql_where=sa.text('claim IS NOT NULL'))
    op.add_column('claim_line', sa.Column('back', sa.Numeric(precision=24, scale=2), server_default=sa.text('0'), nullable=False))
    op.execute(_write_claim_lines(back=True))
    op.execute(f"""
        CREATE FUNCTION claim_lines_of_pieces() RETURNS trigger LANGUAGE plpgsql {_PLANNED} AS $$
        BEGIN
            PERFORM write_claim_lines(array_agg(DISTINCT k.shipment))
                FROM claim_line k WHERE k.shipment = ANY(ARRAY(SELECT shipment FROM are));
            RETURN NULL;
        END $$
    """)
    for event in ('INSERT', 'UPDATE'):
        op.execute(
            f'CREATE TRIGGER claim_lines_{event.lower()} AFTER {event} ON piece_back REFERENCING NEW TABLE AS are'
            ' FOR EACH STATEMENT EXECUTE FUNCTION claim_lines_of_pieces()'
        )
    op.execute('SELECT write_claim_lines(array_agg(DISTINCT shipment)) FROM piece_back')


def downgrade() -> None:
    """Go back; a claim counts again what came back of its shipments."""
    for event in ('insert', 'update'):
        op.execute(f'DROP TRIGGER claim_lines_{event} ON piece_back')
    op.execute('DROP FUNCTION claim_lines_of_pieces()')
    op.execute(_write_claim_lines(back=False))
    op.drop_column('claim_line', 'back')
    op.drop_index('piece_back_claim', table_name='piece_back')
    op.drop_column('piece_back', 'claim')
    op.execute('SELECT write_claim_lines(array_agg(DISTINCT shipment)) FROM piece_back')
