"""Invoice numbers, and documents."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.create_table('invoice_series',
    sa.Column('seller', sa.Text(), nullable=False),
    sa.Column('series', sa.Text(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('seller', 'series', 'year')
    )
    op.create_table('invoice_number',
    sa.Column('seller', sa.Text(), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('series', sa.Text(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('serial', sa.Integer(), nullable=False),
    sa.Column('shipment', sa.UUID(), nullable=False),
    sa.Column('request', sa.Text(), nullable=False),
    sa.Column('ettn', sa.UUID(), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('issuer', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('document', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('signed', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('reason', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('busy_until', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('reserved', 'sent', 'rejected', 'issued', 'cancelled')", name='invoice_number_state'),
    sa.PrimaryKeyConstraint('seller', 'number')
    )
    op.create_index('invoice_number_serial', 'invoice_number', ['seller', 'series', 'year', 'serial'], unique=True)
    op.create_index('invoice_number_live', 'invoice_number', ['shipment'], unique=True, postgresql_where=sa.text("state IN ('reserved', 'sent', 'rejected', 'issued')"))
    op.create_index('invoice_number_shipment', 'invoice_number', ['shipment'], unique=False)
    op.create_index('invoice_number_unused', 'invoice_number', ['seller', 'series', 'year', 'serial'], unique=False, postgresql_where=sa.text("state IN ('reserved', 'rejected')"))
    op.create_table('document',
    sa.Column('id', sa.UUID(), server_default=sa.text('gen_random_uuid()'), nullable=False),
    sa.Column('shipment', sa.UUID(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('media_type', sa.Text(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('source', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('keep_until', sa.Date(), nullable=False),
    sa.CheckConstraint("kind IN ('invoice_xml', 'invoice_signed_xml', 'invoice_pdf', 'proforma_pdf', 'etgb_pdf', 'vedop_evidence')", name='document_kind'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('document_once', 'document', ['shipment', 'kind', 'sha256'], unique=True)
    op.create_index('document_content', 'document', ['sha256'], unique=False)


def downgrade() -> None:
    """Go back."""
    op.drop_table('document')
    op.drop_table('invoice_number')
    op.drop_table('invoice_series')
