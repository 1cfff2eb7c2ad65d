"""What of each purchase a claim was filed with: claims of a period share what is general, each a part."""

import sqlalchemy as sa
from alembic import op
revision = '0037'
down_revision = '0036'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema; how much earlier claims bear of their purchases was not kept, so it is left open."""
    op.create_table('claim_purchase',
    sa.Column('claim', sa.UUID(), nullable=False),
    sa.Column('purchase', sa.UUID(), nullable=False),
    sa.Column('borne_try', sa.Numeric(precision=24, scale=2), nullable=True),
    sa.PrimaryKeyConstraint('claim', 'purchase')
    )
    op.create_index('claim_purchase_purchase', 'claim_purchase', ['purchase'], unique=False)
    op.execute("INSERT INTO claim_purchase (claim, purchase) SELECT claim, id FROM purchase WHERE claim IS NOT NULL")


def downgrade() -> None:
    """Go back; each purchase still names the first claim that was filed with it."""
    op.drop_table('claim_purchase')
