"""How counterparts fare that Kervan calls, and which are paused."""

import sqlalchemy as sa
from alembic import op
revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.create_table('counterpart',
    sa.Column('family', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('succeeded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failure', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('detail', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('open_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('paused_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('paused_by', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('pause_reason', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.PrimaryKeyConstraint('family', 'code')
    )
    op.create_table('counterpart_calls',
    sa.Column('family', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('minute', sa.DateTime(timezone=True), nullable=False),
    sa.Column('calls', sa.Integer(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('family', 'code', 'minute')
    )
    op.create_table('counterpart_action',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('family', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('outcome', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.CheckConstraint("action IN ('test', 'pause', 'resume')", name='counterpart_action_action'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('counterpart_action_newest', 'counterpart_action', ['family', 'code', 'id'])


def downgrade() -> None:
    """Go back."""
    op.drop_table('counterpart_action')
    op.drop_table('counterpart_calls')
    op.drop_table('counterpart')
