"""Indexes of what people search by: numbers of any kind, parts of names, and what moved on a day."""

from alembic import op
revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None

FOLDED = "translate(lower(translate(((consignee_name || ' '::text) || seller_name), 'İIı'::text, 'iii'::text)), '\u0307'::text, ''::text)"


def upgrade() -> None:
    """Go to this schema; none of what is indexed here changes while a shipment moves."""
    op.execute('CREATE EXTENSION IF NOT EXISTS pg_trgm')
    op.execute('CREATE INDEX shipment_reference_search ON shipment (upper(reference COLLATE "C"))')
    op.execute("""CREATE INDEX shipment_key_number ON shipment_key (upper(substr(key, strpos(key, '/') + 1) COLLATE "C"))""")
    op.execute(f'CREATE INDEX shipment_content_names ON shipment_content USING gin (({FOLDED}) gin_trgm_ops)')


def downgrade() -> None:
    """Go back."""
    for name in ('shipment_content_names', 'shipment_key_number', 'shipment_reference_search'):
        op.execute(f'DROP INDEX {name}')
