"""Room in the pages of ETGBs, so that what is told of one later is written in place and no index with it."""

from alembic import op
revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema; pages that are full stay so."""
    op.execute('ALTER TABLE etgb SET (fillfactor = 70)')


def downgrade() -> None:
    """Go back."""
    op.execute('ALTER TABLE etgb RESET (fillfactor)')
