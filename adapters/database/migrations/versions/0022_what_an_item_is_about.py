"""The ETGB or the claim that an attention item is about, where it is about more than one shipment."""

import sqlalchemy as sa
from alembic import op
revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None

_ETGB = "(etgb_closing_differs|etgb_document_overdue|closing_overdue|vedop_overdue)"
_CLAIM = "(refund_overdue|claim_to_file)"


def upgrade() -> None:
    """Go to this schema; of items that are open already the number stands in their detail."""
    op.add_column('attention', sa.Column('etgb', sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column('attention', sa.Column('claim', sa.UUID(), nullable=True))
    op.execute(f"UPDATE attention SET etgb = coalesce(substring(detail FROM '[0-9]{{8}}EX[0-9]{{6}}'), '') WHERE reason ~ '^{_ETGB}$'")
    op.execute(f"UPDATE attention SET claim = substring(detail FROM 'claim ([0-9a-f-]{{36}})')::uuid WHERE reason ~ '^{_CLAIM}$'")


def downgrade() -> None:
    """Go back."""
    op.drop_column('attention', 'claim')
    op.drop_column('attention', 'etgb')
