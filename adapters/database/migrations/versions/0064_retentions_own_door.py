"""What the retention policy removes is noted under a door of its own, and webhooks to be removed are found by when they were done.

A row says no more that somebody at the command line did what a worker does by itself.
"""

import sqlalchemy as sa
from alembic import op
revision = '0064'
down_revision = '0062'
branch_labels = None
depends_on = None
step = 'before'  # as 0062, before 0060

_HANDLED = 'handled_at IS NOT NULL'


def upgrade() -> None:
    """Go to this schema; the doors there are with the new one are held again by what is for after (0065)."""
    op.execute('ALTER TABLE audit DROP CONSTRAINT audit_door')
    op.create_index('webhook_handled', 'webhook', ['handled_at'], unique=False, postgresql_where=sa.text(_HANDLED))


def downgrade() -> None:
    """Go back; the log is only added to, so what workers noted stays, and only new rows are held to the doors of before."""
    op.drop_index('webhook_handled', table_name='webhook')
    op.execute("ALTER TABLE audit ADD CONSTRAINT audit_door CHECK (door IN ('console', 'api', 'cli')) NOT VALID")
