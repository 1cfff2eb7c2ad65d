"""What hangs on a shipment or a claim says whose it is, as they do themselves."""

import sqlalchemy as sa
from alembic import op
revision = '0053'
down_revision = '0052'
branch_labels = None
depends_on = None

_OF_SHIPMENT = ('shipment_content', 'shipment_line', 'finding', 'shipment_key', 'shipment_message', 'piece_back', 'document')
_OF_CLAIM = ('claim_move', 'claim_filing', 'claim_purchase')


def upgrade() -> None:
    """Go to this schema. No row is read or written; rows that are there get their seller with their keys (0061).

    A trigger fills it in for workers of the previous release, which know nothing of it.
    """
    for table in (*_OF_SHIPMENT, *_OF_CLAIM):
        op.add_column(table, sa.Column('seller', sa.Text(), nullable=True))
    for of in ('shipment', 'claim'):
        op.execute(f"""
            CREATE FUNCTION seller_of_{of}(whose uuid) RETURNS text LANGUAGE sql STABLE AS $$
            SELECT coalesce((SELECT seller FROM {of} WHERE id = whose), '') $$
        """)
        op.execute(f"""
            CREATE FUNCTION seller_of_its_{of}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                NEW.seller := seller_of_{of}(NEW.{of});
                RETURN NEW;
            END $$
        """)
    for of, tables in (('shipment', _OF_SHIPMENT), ('claim', _OF_CLAIM)):
        for table in tables:
            op.execute(f"""
                CREATE TRIGGER {table}_of_seller BEFORE INSERT ON {table} FOR EACH ROW WHEN (NEW.seller IS NULL)
                EXECUTE FUNCTION seller_of_its_{of}()
            """)


def downgrade() -> None:
    """Go back."""
    for table in (*_OF_SHIPMENT, *_OF_CLAIM):
        op.execute(f'DROP TRIGGER {table}_of_seller ON {table}')
        op.drop_column(table, 'seller')
    for of in ('shipment', 'claim'):
        op.execute(f'DROP FUNCTION seller_of_its_{of}()')
        op.execute(f'DROP FUNCTION seller_of_{of}(uuid)')
