"""The trace of the request that brought a webhook: it is read later, and by another process."""

from alembic import op
import sqlalchemy as sa
revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.add_column('webhook', sa.Column('traceparent', sa.Text(), server_default='', nullable=False))


def downgrade() -> None:
    """Go back."""
    op.drop_column('webhook', 'traceparent')
