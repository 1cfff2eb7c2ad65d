"""What is overdue, of shipments and ETGBs, and when the timer looks at each; what waits already is looked at at once."""

import sqlalchemy as sa
from alembic import op
revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.add_column('shipment', sa.Column('overdue', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.add_column('shipment', sa.Column('look_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('etgb', sa.Column('due_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('etgb', sa.Column('look_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('etgb', sa.Column('overdue', sa.Text(), server_default=sa.text("''"), nullable=False))
    op.execute('UPDATE shipment SET look_at = due_at WHERE due_at IS NOT NULL')
    op.execute('UPDATE etgb SET due_at = now(), look_at = now() WHERE cancel_cause IS NULL')
    op.create_index('shipment_look_at', 'shipment', ['look_at', 'id'], unique=False, postgresql_where=sa.text('look_at IS NOT NULL'))
    op.create_index('shipment_overdue', 'shipment', ['id'], unique=False, postgresql_where=sa.text('overdue'))
    op.create_index('etgb_look_at', 'etgb', ['look_at', 'number'], unique=False, postgresql_where=sa.text('look_at IS NOT NULL'))
    op.create_index('etgb_overdue', 'etgb', ['number'], unique=False, postgresql_where=sa.text("overdue <> ''"))


def downgrade() -> None:
    """Go back."""
    op.drop_index('etgb_overdue', table_name='etgb')
    op.drop_index('etgb_look_at', table_name='etgb')
    op.drop_index('shipment_overdue', table_name='shipment')
    op.drop_index('shipment_look_at', table_name='shipment')
    op.drop_column('etgb', 'overdue')
    op.drop_column('etgb', 'look_at')
    op.drop_column('etgb', 'due_at')
    op.drop_column('shipment', 'look_at')
    op.drop_column('shipment', 'overdue')
