"""Of a refused message it is kept as which one it was sent again, once a person has corrected it, and by whom."""

import sqlalchemy as sa
from alembic import op
revision = '0066'
down_revision = '0064'
branch_labels = None
depends_on = None
step = 'before'  # as 0064, before 0060; the previous release writes the columns' defaults

_CORRECTED = "corrected_as <> ''"


def upgrade() -> None:
    """Go to this schema."""
    for column in ('corrected_as', 'corrected_by'):
        op.add_column('refused', sa.Column(column, sa.Text(), server_default='', nullable=False))
    op.create_index('refused_corrected', 'refused', ['subject', 'corrected_as'], postgresql_where=sa.text(_CORRECTED))


def downgrade() -> None:
    """Go back; the messages themselves name what they correct."""
    op.drop_index('refused_corrected', table_name='refused')
    for column in ('corrected_by', 'corrected_as'):
        op.drop_column('refused', column)
