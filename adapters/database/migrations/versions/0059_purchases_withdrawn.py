"""Purchase invoices that count nowhere any more: withdrawn, or corrected to another invoice; with who did it, and why."""

import sqlalchemy as sa
from alembic import op
revision = '0059'
down_revision = '0058'
branch_labels = None
depends_on = None
step = 'before'

MONEY = sa.Numeric(precision=24, scale=2)
_EVENTS = ('INSERT', 'UPDATE', 'DELETE')


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False)


def upgrade() -> None:
    """Go to this schema; the previous release goes on as it is, and counts none of what is withdrawn meanwhile."""
    op.create_table('purchase_withdrawn',
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
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('replaced_by', sa.UUID(), nullable=True),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('message_id', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', 'seller')
    )
    op.create_index('purchase_withdrawn_period', 'purchase_withdrawn', ['seller', 'period', 'id'], unique=False)
    for event in _EVENTS:
        op.execute(f"""
            CREATE TRIGGER purchase_withdrawn_makes_seller_stale_on_{event.lower()} AFTER {event} ON purchase_withdrawn
            REFERENCING {"OLD" if event == "DELETE" else "NEW"} TABLE AS changed
            FOR EACH STATEMENT EXECUTE FUNCTION seller_is_stale()
        """)


def downgrade() -> None:
    """Go back; what was withdrawn stays withdrawn, but a list that has it books it again."""
    op.drop_table('purchase_withdrawn')
