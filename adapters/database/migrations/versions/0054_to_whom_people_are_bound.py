"""To which sellers keys, people, their imports and their jobs are bound; empty: to none, and all are seen."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = '0054'
down_revision = '0053'
branch_labels = None
depends_on = None
step = 'before'

_BOUND = ('api_key', 'console_user', 'import', 'bulk_job')


def upgrade() -> None:
    """Go to this schema. A constant default is kept beside the table: no row is written."""
    for table in _BOUND:
        none = sa.text("'{}'::text[]")
        op.add_column(table, sa.Column('sellers', postgresql.ARRAY(sa.Text()), server_default=none, nullable=False))


def downgrade() -> None:
    """Go back: without policies, which name these columns. Whoever was bound is let in no more: he would see all."""
    op.execute("""
        DO $$ DECLARE one record; BEGIN
            FOR one IN SELECT DISTINCT c.relname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
                WHERE p.polname = 'of_seller' LOOP
                EXECUTE format('DROP POLICY of_seller ON %I', one.relname);
                EXECUTE format('DROP POLICY IF EXISTS everybody ON %I', one.relname);
                EXECUTE format('ALTER TABLE %I DISABLE ROW LEVEL SECURITY', one.relname);
                EXECUTE format('REVOKE SELECT ON %I FROM kervan_seller', one.relname);
            END LOOP;
        END $$
    """)
    op.execute('DROP FUNCTION IF EXISTS kervan_whole_etgb')
    op.execute("UPDATE api_key SET revoked_at = now() WHERE sellers <> '{}' AND revoked_at IS NULL")
    op.execute("UPDATE console_user SET revoked_at = now() WHERE sellers <> '{}' AND revoked_at IS NULL")
    op.execute("""
        UPDATE console_session SET ended_at = now() WHERE ended_at IS NULL
            AND console_user IN (SELECT id FROM console_user WHERE sellers <> '{}')
    """)
    for table in _BOUND:
        op.drop_column(table, 'sellers')
