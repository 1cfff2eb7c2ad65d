"""The row of the law that a finding stands on."""

import sqlalchemy as sa
from alembic import op
revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.add_column('finding', sa.Column('source', sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column('finding', sa.Column('valid_from', sa.Date(), nullable=True))
    op.add_column('finding', sa.Column('valid_to', sa.Date(), nullable=True))


def downgrade() -> None:
    """Go back."""
    op.drop_column('finding', 'valid_to')
    op.drop_column('finding', 'valid_from')
    op.drop_column('finding', 'source')
