"""Which migrations ran, and when each may: an older release sees by it whether it works on a schema that a newer one made."""

import sqlalchemy as sa
from alembic import op
revision = '0055'
down_revision = '0054'
branch_labels = None
depends_on = None
step = 'before'


def upgrade() -> None:
    """Go to this schema. Those of before are not written down: who knows the table knows them."""
    op.create_table('migration_run',
    sa.Column('revision', sa.Text(), nullable=False),
    sa.Column('step', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("step IN ('before', 'after')", name='migration_run_step'),
    sa.PrimaryKeyConstraint('revision')
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table('migration_run')
