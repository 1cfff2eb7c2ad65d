"""Open items are found by whose they are; they, refused messages and lines of claims are counted from indexes alone."""

import sqlalchemy as sa
from alembic import op
revision = '0062'
down_revision = '0059'
branch_labels = None
depends_on = None
step = 'before'  # so 0060 and 0061 come after it, whose numbers are lower: none below them was left

_FUNCTION = """
CREATE OR REPLACE FUNCTION attention_of_shipment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {set}
    RETURN NEW;
END $$
"""
_MADE_AT = 'NEW.shipment_at := (SELECT s.created_at FROM shipment s WHERE s.id = NEW.shipment);'
_WHOSE = """SELECT s.created_at, s.seller INTO NEW.shipment_at, NEW.seller FROM shipment s WHERE s.id = NEW.shipment;
    IF NEW.seller IS NULL THEN
        NEW.seller := (SELECT c.seller FROM claim c WHERE c.id = NEW.claim);
    END IF;"""
_OF_LINE = ['currency', 'closed_on', 'invoiced_on', 'total', 'back', 'apart', 'lacks']
"""All that sums and checklists of claims read of a line."""


def _keep(set_: str, when: str) -> None:
    op.execute('DROP TRIGGER attention_of_shipment ON attention')
    op.execute(_FUNCTION.format(set=set_))
    op.execute(
        f'CREATE TRIGGER attention_of_shipment BEFORE INSERT ON attention FOR EACH ROW WHEN ({when})'
        ' EXECUTE FUNCTION attention_of_shipment()'
    )


def upgrade() -> None:
    """Go to this schema; the trigger keeps it, so that an older release goes on with it. Writes each item once."""
    op.add_column('attention', sa.Column('seller', sa.Text(), nullable=True))
    _keep(_WHOSE, 'NEW.shipment IS NOT NULL OR NEW.claim IS NOT NULL')
    op.execute('UPDATE attention a SET seller = s.seller FROM shipment s WHERE s.id = a.shipment')
    op.execute('UPDATE attention a SET seller = c.seller FROM claim c WHERE c.id = a.claim AND a.seller IS NULL')
    op.drop_index('attention_open', table_name='attention')
    op.create_index(
        'attention_open', 'attention', ['raised_at', 'id'], postgresql_include=['reason'], postgresql_where=sa.text('resolved_at IS NULL')
    )
    op.create_index(
        'attention_open_of_seller', 'attention', ['seller', 'raised_at', 'id'],
        postgresql_where=sa.text('resolved_at IS NULL AND seller IS NOT NULL'),
    )
    op.create_index(
        'attention_open_on_etgb', 'attention', ['raised_at', 'id'], postgresql_where=sa.text("resolved_at IS NULL AND etgb <> ''")
    )
    op.create_index(
        'attention_open_of_claim', 'attention', ['claim', 'raised_at', 'id'],
        postgresql_where=sa.text('resolved_at IS NULL AND claim IS NOT NULL'),
    )
    op.drop_index('refused_state', table_name='refused')
    op.create_index(
        'refused_open', 'refused', ['refused_at', 'id'], postgresql_include=['code'], postgresql_where=sa.text("state = 'refused'")
    )
    op.drop_index('claim_line_claim', table_name='claim_line')
    op.create_index('claim_line_claim', 'claim_line', ['claim', 'shipment'], postgresql_include=_OF_LINE)
    op.execute('ANALYZE attention')


def downgrade() -> None:
    """Go back."""
    op.drop_index('claim_line_claim', table_name='claim_line')
    op.create_index('claim_line_claim', 'claim_line', ['claim', 'shipment'])
    op.drop_index('refused_open', table_name='refused')
    op.create_index('refused_state', 'refused', ['state', 'refused_at'])
    for name in ('attention_open_of_claim', 'attention_open_on_etgb', 'attention_open_of_seller', 'attention_open'):
        op.drop_index(name, table_name='attention')
    op.create_index('attention_open', 'attention', ['raised_at'], postgresql_where=sa.text('resolved_at IS NULL'))
    _keep(_MADE_AT, 'NEW.shipment IS NOT NULL')
    op.drop_column('attention', 'seller')
