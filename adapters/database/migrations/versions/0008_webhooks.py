"""Couriers' webhooks, kept as they came."""

import sqlalchemy as sa
from alembic import op
revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.create_table('webhook',
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.Column('courier', sa.Text(), nullable=False),
    sa.Column('message_id', sa.Text(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('handled_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('digest')
    )
    op.create_index('webhook_waiting', 'webhook', ['received_at'], unique=False,
                    postgresql_where=sa.text('handled_at IS NULL'))


def downgrade() -> None:
    """Go back."""
    op.drop_index('webhook_waiting', table_name='webhook', postgresql_where=sa.text('handled_at IS NULL'))
    op.drop_table('webhook')
