"""Lines that were taken off their ETGB, which stands for others."""

import sqlalchemy as sa
from alembic import op
revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema; whoever moved by a line and does not stand on its ETGB was taken off."""
    op.add_column('etgb_line', sa.Column('taken_off', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.execute(
        "UPDATE etgb_line l SET taken_off = true FROM shipment s, etgb e WHERE s.id = l.shipment AND e.number = l.etgb "
        "AND s.etgb_number <> l.etgb AND e.cancel_cause IS NULL"
    )


def downgrade() -> None:
    """Go back."""
    op.drop_column('etgb_line', 'taken_off')
