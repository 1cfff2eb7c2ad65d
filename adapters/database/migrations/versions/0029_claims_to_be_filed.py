"""Which claims a person was asked to file."""

import sqlalchemy as sa
from alembic import op
revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema; open items say which are."""
    op.add_column('claim', sa.Column('awaited', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.execute("UPDATE claim SET awaited = true WHERE id IN (SELECT claim FROM attention WHERE reason = 'claim_to_file' AND resolved_at IS NULL)")


def downgrade() -> None:
    """Go back."""
    op.drop_column('claim', 'awaited')
