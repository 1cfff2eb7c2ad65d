"""Each move of the log says when its shipment began and whose it is: by these the log is kept in parts."""

import sqlalchemy as sa
from alembic import op
revision = '0047'
down_revision = '0046'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema. No row is read or written; what is there gets its time and seller with the parts (0060).

    A trigger fills them in for workers of the previous release, which know nothing of them.
    """
    op.add_column('transition', sa.Column('begun_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('transition', sa.Column('seller', sa.Text(), nullable=True))
    op.execute("""
        CREATE FUNCTION transition_of_its_shipment() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            SELECT created_at, seller INTO NEW.begun_at, NEW.seller FROM shipment WHERE id = NEW.shipment;
            RETURN NEW;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER transition_of_its_shipment BEFORE INSERT ON transition FOR EACH ROW WHEN (NEW.begun_at IS NULL)
        EXECUTE FUNCTION transition_of_its_shipment()
    """)
    op.create_table('detached_month',
    sa.Column('month', sa.Text(), nullable=False),
    sa.Column('detached_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('shipments', sa.BigInteger(), nullable=False),
    sa.Column('moves', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'", name='detached_month_month'),
    sa.PrimaryKeyConstraint('month')
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table('detached_month')
    op.execute('DROP TRIGGER transition_of_its_shipment ON transition')
    op.execute('DROP FUNCTION transition_of_its_shipment()')
    op.drop_column('transition', 'seller')
    op.drop_column('transition', 'begun_at')
