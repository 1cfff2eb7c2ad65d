"""Shipments that go to one consignee on one day; those drafted before count when they are amended."""

import sqlalchemy as sa
from alembic import op
revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.add_column('shipment', sa.Column('together', sa.BigInteger(), nullable=True))
    op.create_index('shipment_together', 'shipment', ['together'], unique=False, postgresql_where=sa.text('together IS NOT NULL'))


def downgrade() -> None:
    """Go back."""
    op.drop_index('shipment_together', table_name='shipment')
    op.drop_column('shipment', 'together')
