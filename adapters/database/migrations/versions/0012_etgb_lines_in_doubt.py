"""Lines of ETGB lists that a person has to match with a shipment."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.create_table('etgb_match',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('import_id', sa.UUID(), nullable=False),
    sa.Column('row_no', sa.Integer(), nullable=False),
    sa.Column('etgb', sa.Text(), nullable=False),
    sa.Column('registered_on', sa.Date(), nullable=False),
    sa.Column('courier', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('seller', sa.Text(), nullable=False),
    sa.Column('line', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('candidates', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('state', sa.Text(), server_default=sa.text("'open'"), nullable=False),
    sa.Column('shipment', sa.UUID(), nullable=True),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_by', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.CheckConstraint("state IN ('open', 'confirmed', 'rejected')", name='etgb_match_state'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('etgb_match_listed', 'etgb_match', ['state', 'raised_at', 'id'], unique=False)


def downgrade() -> None:
    """Go back."""
    op.drop_index('etgb_match_listed', table_name='etgb_match')
    op.drop_table('etgb_match')
