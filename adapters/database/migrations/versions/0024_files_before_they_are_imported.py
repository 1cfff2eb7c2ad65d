"""Files that somebody uploaded and looks at before they are imported."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.create_table('upload',
    sa.Column('id', sa.UUID(), server_default=sa.text('gen_random_uuid()'), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('catalogue', sa.LargeBinary(), nullable=False),
    sa.Column('beside', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('import_id', sa.UUID(), nullable=True),
    sa.Column('problem', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('upload_age', 'upload', ['at'], unique=False)
    op.create_index('import_newest', 'import', ['started_at', 'id'], unique=False)


def downgrade() -> None:
    """Go back."""
    op.drop_index('import_newest', table_name='import')
    op.drop_table('upload')
