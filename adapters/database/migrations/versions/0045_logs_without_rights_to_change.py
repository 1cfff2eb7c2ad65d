"""Whoever owns the logs has no right to change or remove their rows either, short of giving it to himself."""

from alembic import op
revision = '0045'
down_revision = '0044'
branch_labels = None
depends_on = None

_LOGS = 'transition, audit, seal'


def upgrade() -> None:
    """Go to this schema. An owner can take rights from himself; a superuser, to whom rights say nothing, has the triggers."""
    op.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON {_LOGS} FROM CURRENT_USER, PUBLIC')


def downgrade() -> None:
    """Go back."""
    op.execute(f'GRANT UPDATE, DELETE, TRUNCATE ON {_LOGS} TO CURRENT_USER')
