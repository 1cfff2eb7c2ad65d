"""Whether the day of registration of an ETGB was told, or is that on which its number was."""

import sqlalchemy as sa
from alembic import op
revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.add_column('etgb', sa.Column('day_inferred', sa.Boolean(), server_default=sa.text('false'), nullable=False))


def downgrade() -> None:
    """Go back."""
    op.drop_column('etgb', 'day_inferred')
