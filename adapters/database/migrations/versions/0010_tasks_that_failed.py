"""Tasks that nobody could do."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.create_table('failed_task',
    sa.Column('id', postgresql.UUID(), nullable=False),
    sa.Column('task', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('shipment', postgresql.UUID(), nullable=True),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('detail', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('again', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('failed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('failed', 'asked_again')", name='failed_task_state'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('failed_task_state_at', 'failed_task', ['state', 'failed_at'])


def downgrade() -> None:
    """Go back."""
    op.drop_table('failed_task')
