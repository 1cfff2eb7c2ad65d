"""What the previous release noted of reversals after the schema was ready for this one: it knows nothing of its new columns."""

from alembic import op
revision = '0063'
down_revision = '0061'
branch_labels = None
depends_on = None
step = 'after'  # once the previous release is gone


def upgrade() -> None:
    """Go to this schema, as 0058 does. It takes back nothing that was noted: a piece of which no reversal is asked is given back."""
    op.execute("""
        UPDATE piece_back b SET given_back = true WHERE b.claim IS NOT NULL AND NOT b.given_back AND NOT EXISTS (
            SELECT FROM attention a WHERE a.shipment = b.shipment AND a.reason = 'claim_reversal_needed'
                AND a.resolved_at IS NULL AND a.raised_at <= b.recorded_at)
    """)
    op.execute("""
        UPDATE attention a SET claim = s.claim FROM shipment s
        WHERE s.id = a.shipment AND s.claim IS NOT NULL AND a.reason = 'claim_reversal_needed' AND a.claim IS NULL
    """)


def downgrade() -> None:
    """Go back: the schema is the same."""
