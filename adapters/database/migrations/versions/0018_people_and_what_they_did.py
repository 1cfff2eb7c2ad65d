"""People who sign in, their sessions, and the log of what was done, which is only added to."""

import sqlalchemy as sa
from alembic import op
revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.create_table('console_user',
    sa.Column('id', sa.UUID(), server_default=sa.text('gen_random_uuid()'), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('password', sa.Text(), nullable=False),
    sa.Column('must_change', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('failures', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('locked_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('signed_in_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("role IN ('viewer', 'operations', 'finance', 'admin')", name='console_user_role'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('console_user_name', 'console_user', ['name'], unique=True, postgresql_where=sa.text('revoked_at IS NULL'))
    op.create_table('console_session',
    sa.Column('token', sa.LargeBinary(), nullable=False),
    sa.Column('console_user', sa.UUID(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('token')
    )
    op.create_index('console_session_user', 'console_session', ['console_user'], unique=False)
    op.create_table('audit',
    sa.Column('id', sa.BigInteger(), sa.Identity(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('door', sa.Text(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('thing', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('reason', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('outcome', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('request', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.CheckConstraint("door IN ('console', 'api', 'cli')", name='audit_door'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('audit_actor', 'audit', ['actor', 'id'], unique=False)
    op.create_index('audit_thing', 'audit', ['thing', 'id'], unique=False)
    op.execute("""
        CREATE FUNCTION audit_is_added_to_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'the audit log is only added to' USING ERRCODE = 'restrict_violation'; END $$
    """)
    op.execute("""
        CREATE TRIGGER audit_is_added_to_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
        FOR EACH STATEMENT EXECUTE FUNCTION audit_is_added_to_only()
    """)


def downgrade() -> None:
    """Go back."""
    op.drop_table('audit')
    op.execute('DROP FUNCTION audit_is_added_to_only()')
    op.drop_table('console_session')
    op.drop_table('console_user')
