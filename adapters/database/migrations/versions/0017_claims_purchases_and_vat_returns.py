"""What claims are calculated from, what was told of them, and what became of their money."""

import sqlalchemy as sa
from alembic import op
revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

MONEY = sa.Numeric(precision=24, scale=2)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False)


def upgrade() -> None:
    """Go to this schema."""
    for name in ('exported_try', 'refundable_try', 'approved_try', 'paid_try', 'reversed_try'):
        op.add_column('claim', sa.Column(name, MONEY, nullable=True))
    for name in ('rate_policy', 'override', 'reason', 'question'):
        op.add_column('claim', _text(name))
    for name in ('paid_on', 'question_due', 'answered_on'):
        op.add_column('claim', sa.Column(name, sa.Date(), nullable=True))
    op.create_table('claim_move',
    sa.Column('id', sa.BigInteger(), sa.Identity(), nullable=False),
    sa.Column('claim', sa.UUID(), nullable=False),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('amount', MONEY, nullable=True),
    _text('note'),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('message_id', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('claim_move_claim', 'claim_move', ['claim', 'id'], unique=False)
    op.create_table('purchase',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('seller', sa.Text(), nullable=False),
    _text('supplier_tax_number'),
    _text('supplier_name'),
    sa.Column('invoice_number', sa.Text(), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('period', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    _text('description'),
    _text('quantity'),
    sa.Column('net_try', MONEY, nullable=False),
    sa.Column('vat_try', MONEY, nullable=False),
    sa.Column('share', sa.Numeric(precision=7, scale=6), nullable=True),
    sa.Column('shipment', sa.UUID(), nullable=True),
    _text('customs_number'),
    sa.Column('incurred_try', MONEY, nullable=True),
    sa.Column('claim', sa.UUID(), nullable=True),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('message_id', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('purchase_number', 'purchase', ['seller', 'supplier_tax_number', 'invoice_number'], unique=True)
    op.create_index('purchase_period', 'purchase', ['seller', 'period', 'id'], unique=False)
    op.create_index('purchase_shipment', 'purchase', ['shipment'], unique=False, postgresql_where=sa.text('shipment IS NOT NULL'))
    op.create_index('purchase_claim', 'purchase', ['claim'], unique=False, postgresql_where=sa.text('claim IS NOT NULL'))
    op.create_table('vat_return',
    sa.Column('seller', sa.Text(), nullable=False),
    sa.Column('period', sa.Text(), nullable=False),
    sa.Column('carried_try', MONEY, nullable=True),
    sa.Column('turnover_try', MONEY, nullable=True),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('message_id', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('seller', 'period')
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table('vat_return')
    op.drop_table('purchase')
    op.drop_table('claim_move')
    for name in ('answered_on', 'question_due', 'paid_on', 'question', 'reason', 'override', 'rate_policy', 'reversed_try',
                 'paid_try', 'approved_try', 'refundable_try', 'exported_try'):
        op.drop_column('claim', name)
