"""What each claim was filed with, as it was: kept for ever, and only added to."""

import sqlalchemy as sa
from alembic import op
revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema; claims that were filed before have no such record, and say so."""
    op.create_table('claim_filing',
    sa.Column('claim', sa.UUID(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('petition_number', sa.Text(), nullable=False),
    sa.Column('filed_on', sa.Date(), nullable=False),
    sa.Column('exported_try', sa.Numeric(precision=24, scale=2), nullable=False),
    sa.Column('refundable_try', sa.Numeric(precision=24, scale=2), nullable=False),
    sa.Column('override', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('figures', sa.LargeBinary(), nullable=False),
    sa.Column('calculation', sa.LargeBinary(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('papers', sa.LargeBinary(), nullable=False),
    sa.Column('papers_sha256', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('message_id', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('claim', 'version')
    )
    op.execute("""
        CREATE FUNCTION claim_filing_is_added_to_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'what was filed is only added to' USING ERRCODE = 'restrict_violation'; END $$
    """)
    op.execute("""
        CREATE TRIGGER claim_filing_is_added_to_only BEFORE UPDATE OR DELETE OR TRUNCATE ON claim_filing
        FOR EACH STATEMENT EXECUTE FUNCTION claim_filing_is_added_to_only()
    """)


def downgrade() -> None:
    """Go back; what was filed is forgotten, as the release before kept none of it."""
    op.drop_table('claim_filing')
    op.execute('DROP FUNCTION claim_filing_is_added_to_only()')
