"""What was given back, how far the rest of a claim is, of which claim an item is, and what sellers have outside of claims."""

import sqlalchemy as sa
from alembic import op
revision = '0058'
down_revision = '0057'
branch_labels = None
depends_on = None
step = 'before'

_WAITING = (('waiting', sa.Integer()), ('waiting_shipments', sa.Integer()), ('waiting_try', sa.Numeric(precision=24, scale=2)))


def upgrade() -> None:
    """Go to this schema. What came back is given back where the reversal that it asked for is not asked for any more; how far
    the rest of a claim is follows from what was told of it since it was filed last.
    """
    op.add_column('piece_back', sa.Column('given_back', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.execute("""
        UPDATE piece_back b SET given_back = true WHERE b.claim IS NOT NULL AND NOT EXISTS (
            SELECT FROM attention a WHERE a.shipment = b.shipment AND a.reason = 'claim_reversal_needed'
                AND a.resolved_at IS NULL AND a.raised_at <= b.recorded_at)
    """)
    op.add_column('claim', sa.Column('rest', sa.Text(), nullable=True))
    op.execute("""
        UPDATE claim c SET rest = coalesce((
            SELECT m.status FROM claim_move m WHERE m.claim = c.id AND m.status IN ('filed', 'under_review', 'approved', 'paid')
                AND m.id >= (SELECT max(f.id) FROM claim_move f WHERE f.claim = c.id AND f.status = 'filed')
            ORDER BY array_position(ARRAY['paid', 'approved', 'under_review', 'filed'], m.status) LIMIT 1), 'filed')
        WHERE c.status = 'reversed' AND c.reversed_try < c.refundable_try
    """)
    op.execute("""
        UPDATE attention a SET claim = s.claim FROM shipment s
        WHERE s.id = a.shipment AND s.claim IS NOT NULL AND a.reason = 'claim_reversal_needed' AND a.claim IS NULL
    """)
    for name, kind in _WAITING:
        op.add_column('seller_refund', sa.Column(name, kind, server_default=sa.text('0'), nullable=False))
    op.execute('INSERT INTO seller_stale (seller) SELECT seller FROM seller_refund')  # that what waits is calculated soon


def downgrade() -> None:
    """Go back."""
    for name, _ in _WAITING:
        op.drop_column('seller_refund', name)
    op.execute("UPDATE attention SET claim = NULL WHERE reason = 'claim_reversal_needed'")
    op.drop_column('claim', 'rest')
    op.drop_column('piece_back', 'given_back')
