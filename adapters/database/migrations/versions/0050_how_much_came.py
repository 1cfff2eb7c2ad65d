"""How much came in each minute, as the database knows it: charts outlive the process that draws them."""

import sqlalchemy as sa
from alembic import op
revision = '0050'
down_revision = '0049'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema; what came before this release is in no chart."""
    op.create_table(
        'flow_batch',
        sa.Column('id', sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('messages', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_table(
        'flow',
        sa.Column('seconds', sa.Integer(), nullable=False),
        sa.Column('begins', sa.DateTime(timezone=True), nullable=False),
        sa.Column('messages', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
        sa.Column('waiting', sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint('seconds', 'begins'),
    )


def downgrade() -> None:
    """Go back; nothing but charts is lost."""
    op.drop_table('flow')
    op.drop_table('flow_batch')
