"""The transition log is only added to, held by the database as it holds the audit log."""

from alembic import op
revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema. No row is read or written; each table is locked for a moment.

    A trigger for each statement, since it costs the worker nothing (it only inserts) and is the only kind that TRUNCATE
    fires. ENABLE ALWAYS: ``session_replication_role = replica`` does not go past it, only ALTER TABLE by the owner does.
    """
    op.execute("""
        CREATE FUNCTION transition_is_added_to_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'the transition log is only added to' USING ERRCODE = 'restrict_violation'; END $$
    """)
    op.execute("""
        CREATE TRIGGER transition_is_added_to_only BEFORE UPDATE OR DELETE OR TRUNCATE ON transition
        FOR EACH STATEMENT EXECUTE FUNCTION transition_is_added_to_only()
    """)
    op.execute('ALTER TABLE transition ENABLE ALWAYS TRIGGER transition_is_added_to_only')
    op.execute('ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_is_added_to_only')


def downgrade() -> None:
    """Go back."""
    op.execute('ALTER TABLE audit ENABLE TRIGGER audit_is_added_to_only')
    op.execute('DROP TRIGGER transition_is_added_to_only ON transition')
    op.execute('DROP FUNCTION transition_is_added_to_only()')
