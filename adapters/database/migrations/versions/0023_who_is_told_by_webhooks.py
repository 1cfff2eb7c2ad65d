"""Subscriptions to what Kervan tells, what is to be delivered to them, and each attempt."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False)


def _time(name: str, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def upgrade() -> None:
    """Go to this schema."""
    op.create_table('subscription',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('hears', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    _time('hears_since'),
    sa.Column('state', sa.Text(), nullable=False),
    _time('state_since'),
    _text('why'),
    sa.Column('salt', sa.LargeBinary(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    _time('secret_since'),
    sa.Column('old_salt', sa.LargeBinary(), nullable=True),
    _text('old_key'),
    _time('old_until', null=True),
    sa.Column('made_by', sa.Text(), nullable=False),
    _time('made_at'),
    _time('succeeded_at', null=True),
    _time('failed_at', null=True),
    _time('failing_since', null=True),
    _time('rest_until', null=True),
    _time('replay_from', null=True),
    _text('replay_after'),
    _time('replay_to', null=True),
    sa.Column('replay_again', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.CheckConstraint("state IN ('active', 'paused', 'disabled', 'removed')", name='subscription_state'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('subscription_name', 'subscription', ['name'], unique=True, postgresql_where=sa.text("state <> 'removed'"))
    op.create_table('delivery',
    sa.Column('subscription', sa.UUID(), nullable=False),
    sa.Column('message_id', sa.Text(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(), nullable=False),
    sa.Column('type', sa.Text(), nullable=False),
    _text('about'),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('state', sa.Text(), server_default=sa.text("'waiting'"), nullable=False),
    sa.Column('tries', sa.Integer(), server_default=sa.text('0'), nullable=False),
    _time('noted_at'),
    _time('due_at'),
    _time('settled_at', null=True),
    sa.CheckConstraint("state IN ('waiting', 'delivered', 'given_up')", name='delivery_state'),
    sa.PrimaryKeyConstraint('subscription', 'message_id')
    )
    op.create_index(
        'delivery_due', 'delivery', ['subscription', 'due_at', 'id'], unique=False, postgresql_where=sa.text("state = 'waiting'")
    )
    op.create_index(
        'delivery_settled', 'delivery', ['settled_at'], unique=False, postgresql_where=sa.text("state <> 'waiting'")
    )
    op.create_table('delivery_attempt',
    sa.Column('id', sa.UUID(), server_default=sa.text('gen_random_uuid()'), nullable=False),
    sa.Column('subscription', sa.UUID(), nullable=False),
    sa.Column('message_id', sa.Text(), nullable=False),
    _time('at'),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('duration_ms', sa.Integer(), nullable=False),
    _text('answer'),
    _text('by'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('delivery_attempt_newest', 'delivery_attempt', ['subscription', 'at', 'id'], unique=False)
    op.create_index('delivery_attempt_age', 'delivery_attempt', ['at'], unique=False)
    op.create_index('transition_recorded', 'transition', ['recorded_at'], unique=False, postgresql_using='brin')


def downgrade() -> None:
    """Go back."""
    op.drop_index('transition_recorded', table_name='transition', postgresql_using='brin')
    op.drop_table('delivery_attempt')
    op.drop_table('delivery')
    op.drop_table('subscription')
