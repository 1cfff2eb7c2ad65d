"""That a move of a claim answers the tax office's question, as it was told."""

import sqlalchemy as sa
from alembic import op
revision = '0043'
down_revision = '0042'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema; the messages that are still kept say which moves were answers.

    Of those whose message is gone the former reading stands: a review without a day, told of a claim under review already.
    """
    op.add_column('claim_move', sa.Column('answered', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.execute("""
        WITH told AS (
            SELECT m.id, b.body IS NOT NULL AS kept,
                CASE WHEN b.body IS NOT NULL THEN convert_from(b.body, 'UTF8')::jsonb #>> '{data,answered}' = 'true' END AS says
            FROM claim_move m LEFT JOIN inbox i ON (i.source, i.id) = (m.source, m.message_id) AND i.type = 'claim.progressed.v1'
            LEFT JOIN inbox_body b ON (b.received_at, b.no) = (i.received_at, i.no)
            WHERE m.status = 'under_review')
        UPDATE claim_move m SET answered = true FROM told t
        WHERE t.id = m.id AND CASE WHEN t.kept THEN coalesce(t.says, false) ELSE m.due_on IS NULL AND EXISTS (
            SELECT FROM claim_move b WHERE b.claim = m.claim AND b.status = 'under_review' AND b.id < m.id) END
    """)


def downgrade() -> None:
    """Go back; it is inferred again."""
    op.drop_column('claim_move', 'answered')
