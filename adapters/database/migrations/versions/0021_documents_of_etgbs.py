"""Documents of an ETGB: what shows that it was seen in VEDOP is no shipment's alone, and may come before any is known."""

import sqlalchemy as sa
from alembic import op
revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None
step = 'after'  # a document of one ETGB twice is refused from here on


def upgrade() -> None:
    """Go to this schema."""
    op.add_column('document', sa.Column('etgb', sa.Text(), server_default=sa.text("''"), nullable=False))
    op.alter_column('document', 'shipment', nullable=True)
    op.create_check_constraint('document_of_one', 'document', "(shipment IS NULL) = (etgb <> '')")
    op.create_index('document_once_of_etgb', 'document', ['etgb', 'kind', 'sha256'], unique=True, postgresql_where=sa.text("etgb <> ''"))


def downgrade() -> None:
    """Go back; documents of ETGBs are not listed any more, and stay in the folder."""
    op.execute("DELETE FROM document WHERE shipment IS NULL")
    op.drop_index('document_once_of_etgb', table_name='document')
    op.drop_constraint('document_of_one', 'document', type_='check')
    op.alter_column('document', 'shipment', nullable=False)
    op.drop_column('document', 'etgb')
