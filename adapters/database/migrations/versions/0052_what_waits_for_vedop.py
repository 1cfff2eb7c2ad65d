"""ETGBs that are closed and not in VEDOP are found without looking at all: years of refunds are listed by them too."""

import sqlalchemy as sa
from alembic import op
revision = '0052'
down_revision = '0051'
branch_labels = None
depends_on = None
step = 'before'

_WAITS = 'closed_on IS NOT NULL AND vedop_seen_on IS NULL AND cancel_cause IS NULL'


def upgrade() -> None:
    """Go to this schema."""
    op.create_index('etgb_waits_for_vedop', 'etgb', ['closed_on', 'number'], unique=False, postgresql_where=sa.text(_WAITS))


def downgrade() -> None:
    """Go back."""
    op.drop_index('etgb_waits_for_vedop', table_name='etgb')
