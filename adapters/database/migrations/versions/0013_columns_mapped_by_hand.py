"""What operators' headings were mapped to by hand."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.create_table('column_mapping',
    sa.Column('id', sa.UUID(), server_default=sa.text('gen_random_uuid()'), nullable=False),
    sa.Column('courier', sa.Text(), nullable=False),
    sa.Column('fingerprint', sa.Text(), nullable=False),
    sa.Column('mapping', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('by', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('said_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('column_mapping_headings', 'column_mapping', ['courier', 'fingerprint'], unique=True)


def downgrade() -> None:
    """Go back."""
    op.drop_index('column_mapping_headings', table_name='column_mapping')
    op.drop_table('column_mapping')
