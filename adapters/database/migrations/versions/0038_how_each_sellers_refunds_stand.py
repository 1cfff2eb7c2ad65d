"""How each seller's refunds stand, kept, and whose figures have changed since."""

import sqlalchemy as sa
from alembic import op
revision = '0038'
down_revision = '0037'
branch_labels = None
depends_on = None

_HEARD = (('claim', 'INSERT'), ('claim', 'UPDATE'), ('purchase', 'INSERT'), ('purchase', 'UPDATE'),
          ('vat_return', 'INSERT'), ('vat_return', 'UPDATE'))


def upgrade() -> None:
    """Go to this schema; whoever has claims is calculated as soon as a worker is there."""
    op.create_table('seller_refund',
    sa.Column('seller', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('name_folded', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('claimable', sa.Integer(), nullable=False),
    sa.Column('claimable_try', sa.Numeric(precision=24, scale=2), nullable=False),
    sa.Column('blocked', sa.Integer(), nullable=False),
    sa.Column('blocked_try', sa.Numeric(precision=24, scale=2), nullable=False),
    sa.Column('outstanding', sa.Integer(), nullable=False),
    sa.Column('outstanding_try', sa.Numeric(precision=24, scale=2), nullable=False),
    sa.Column('out_since', sa.Date(), nullable=True),
    sa.Column('lapsing', sa.Integer(), nullable=False),
    sa.Column('lapsing_try', sa.Numeric(precision=24, scale=2), nullable=False),
    sa.Column('lapsed', sa.Integer(), nullable=False),
    sa.Column('lapsed_try', sa.Numeric(precision=24, scale=2), nullable=False),
    sa.Column('lapses_on', sa.Date(), nullable=True),
    sa.Column('unvalued', sa.Boolean(), nullable=False),
    sa.Column('figured_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('seller')
    )
    op.create_index('seller_refund_figured', 'seller_refund', ['figured_at'])
    op.create_table('seller_stale',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('seller', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.execute("""
        CREATE FUNCTION seller_is_stale() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO seller_stale (seller) SELECT DISTINCT seller FROM changed; RETURN NULL; END $$
    """)
    for table, event in _HEARD:
        op.execute(f"""
            CREATE TRIGGER {table}_makes_seller_stale_on_{event.lower()} AFTER {event} ON {table}
            REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION seller_is_stale()
        """)
    op.execute('INSERT INTO seller_stale (seller) SELECT DISTINCT seller FROM claim')


def downgrade() -> None:
    """Go back; the figures can be calculated at any time."""
    for table, event in _HEARD:
        op.execute(f'DROP TRIGGER {table}_makes_seller_stale_on_{event.lower()} ON {table}')
    op.execute('DROP FUNCTION seller_is_stale()')
    op.drop_table('seller_stale')
    op.drop_table('seller_refund')
