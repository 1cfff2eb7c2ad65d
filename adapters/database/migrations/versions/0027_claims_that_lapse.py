"""When somebody is to be told that the right to a claim lapses; those that are not filed are looked at at once."""

import sqlalchemy as sa
from alembic import op
revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema; ETGBs that are closed and not in VEDOP are looked at too, since they wait for more now."""
    op.add_column('claim', sa.Column('due_at', sa.DateTime(timezone=True), nullable=True))
    op.create_index('claim_due', 'claim', ['due_at', 'id'], unique=False, postgresql_where=sa.text('due_at IS NOT NULL'))
    op.execute("UPDATE claim SET due_at = now() WHERE status IN ('open', 'rejected')")
    op.execute("""UPDATE etgb SET due_at = now(), look_at = now()
                  WHERE closed_on IS NOT NULL AND vedop_seen_on IS NULL AND cancel_cause IS NULL AND due_at IS NULL""")


def downgrade() -> None:
    """Go back."""
    op.drop_index('claim_due', table_name='claim')
    op.drop_column('claim', 'due_at')
