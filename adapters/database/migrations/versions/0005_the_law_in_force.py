"""Which law drafts are judged by."""

import sqlalchemy as sa
from alembic import op
revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.create_table('law_in_force',
    sa.Column('id', sa.SmallInteger(), nullable=False),
    sa.Column('version', sa.Text(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('id = 1', name='law_in_force_one'),
    sa.PrimaryKeyConstraint('id')
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table('law_in_force')
