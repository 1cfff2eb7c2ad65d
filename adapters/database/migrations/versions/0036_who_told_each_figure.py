"""Each figure of a VAT return with its own last word."""

import sqlalchemy as sa
from alembic import op
revision = '0036'
down_revision = '0035'
branch_labels = None
depends_on = None

_FIGURES = ('carried', 'turnover')


def upgrade() -> None:
    """Go to this schema; of figures told before, the return's last word is all that is known."""
    for figure in _FIGURES:
        op.add_column('vat_return', sa.Column(f'{figure}_told_at', sa.DateTime(timezone=True), nullable=True))
        op.add_column('vat_return', sa.Column(f'{figure}_source', sa.Text(), nullable=True))
        op.add_column('vat_return', sa.Column(f'{figure}_message_id', sa.Text(), nullable=True))
        op.execute(f"""
            UPDATE vat_return SET {figure}_told_at = told_at, {figure}_source = source, {figure}_message_id = message_id
            WHERE {figure}_try IS NOT NULL
        """)


def downgrade() -> None:
    """Go back."""
    for figure in _FIGURES:
        for column in ('told_at', 'source', 'message_id'):
            op.drop_column('vat_return', f'{figure}_{column}')
