"""Actions on many shipments, kept as jobs with a line for each shipment."""

import sqlalchemy as sa
from alembic import op
revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.create_table('bulk_job',
    sa.Column('id', sa.UUID(), server_default=sa.text('gen_random_uuid()'), nullable=False),
    sa.Column('trigger', sa.Text(), nullable=False),
    sa.Column('filter', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('state', sa.Text(), server_default=sa.text("'proposed'"), nullable=False),
    sa.Column('able', sa.Integer(), nullable=False),
    sa.Column('unable', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('failed', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('bulk_job_newest', 'bulk_job', ['made_at', 'id'], unique=False)
    op.create_index('bulk_job_running', 'bulk_job', ['started_at'], unique=False,
    postgresql_where=sa.text("state = 'running'"))
    op.create_table('bulk_line',
    sa.Column('job', sa.UUID(), nullable=False),
    sa.Column('no', sa.Integer(), nullable=False),
    sa.Column('shipment', sa.UUID(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('detail', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.PrimaryKeyConstraint('job', 'shipment')
    )
    op.create_index('bulk_line_order', 'bulk_line', ['job', 'no'], unique=False)
    op.create_index('bulk_line_outcome', 'bulk_line', ['job', 'outcome', 'no'], unique=False)


def downgrade() -> None:
    """Go back; jobs that were not finished stay undone."""
    op.drop_table('bulk_line')
    op.drop_table('bulk_job')
