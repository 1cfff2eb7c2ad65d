"""Shipments that a finding of their latest validation holds."""

import sqlalchemy as sa
from alembic import op
revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema; an older release goes on with it, and what it judges meanwhile is judged again by this one."""
    op.add_column('shipment', sa.Column('held', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.execute(
        "UPDATE shipment s SET held = true WHERE s.stage IN ('draft', 'validated')"
        " AND EXISTS (SELECT FROM finding f WHERE f.shipment = s.id AND f.severity = 'block')"
    )


def downgrade() -> None:
    """Go back."""
    op.drop_column('shipment', 'held')
