"""Bulk jobs say why they were stopped where no person stopped them."""

import sqlalchemy as sa
from alembic import op
revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema; jobs that are there were stopped by people, or not at all."""
    op.add_column('bulk_job', sa.Column('why', sa.Text(), server_default=sa.text("''"), nullable=False))


def downgrade() -> None:
    """Go back; the audit log still says why."""
    op.drop_column('bulk_job', 'why')
