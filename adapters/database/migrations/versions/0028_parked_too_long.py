"""When parked messages have waited too long; what waits already is given five working days, which are seven."""

import sqlalchemy as sa
from alembic import op
revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.add_column('parked', sa.Column('due_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('parked', sa.Column('look_at', sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE parked SET due_at = parked_at + interval '7 days', look_at = parked_at + interval '7 days'")
    op.create_index('parked_look_at', 'parked', ['look_at', 'waits_on'], unique=False, postgresql_where=sa.text('look_at IS NOT NULL'))


def downgrade() -> None:
    """Go back."""
    op.drop_index('parked_look_at', table_name='parked')
    op.drop_column('parked', 'look_at')
    op.drop_column('parked', 'due_at')
