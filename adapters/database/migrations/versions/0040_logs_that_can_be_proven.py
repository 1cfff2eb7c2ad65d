"""The logs can be proven: each transition has its place in a hash chain, and seals say what both logs said."""

import sqlalchemy as sa
from alembic import op
revision = '0040'
down_revision = '0039'
branch_labels = None
depends_on = None

_GRACE = '24 hours'


def upgrade() -> None:
    """Go to this schema. The log is read once for its index; no row of it is written.

    Rows that are there stay without a hash: workers seal them in the background, a thousand shipments at a time. For a day an
    older release's workers may add such rows too; where the log is empty, nobody may.
    """
    op.execute('CREATE SEQUENCE transition_batch')
    op.add_column('transition', sa.Column('batch', sa.BigInteger(), nullable=True))
    op.add_column('transition', sa.Column('hash', sa.LargeBinary(), nullable=True))
    op.execute("ALTER TABLE transition ALTER COLUMN batch SET DEFAULT nextval('transition_batch')")
    op.execute('ALTER SEQUENCE transition_batch OWNED BY transition.batch')
    op.execute(
        'CREATE INDEX transition_of_batch ON transition USING brin (batch) WITH (pages_per_range = 32, autosummarize = on)'
    )
    op.add_column('shipment', sa.Column('chained', sa.Integer(), server_default=sa.text('0'), nullable=False))
    op.add_column('shipment', sa.Column('chain', sa.LargeBinary(), nullable=True))
    op.add_column('audit', sa.Column('salt', sa.UUID(), nullable=True))
    op.alter_column('audit', 'salt', server_default=sa.text('gen_random_uuid()'))
    op.add_column('audit', sa.Column('reason_digest', sa.LargeBinary(), nullable=True))
    op.create_table('seal',
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('previous', sa.LargeBinary(), nullable=False),
    sa.Column('batches', sa.BigInteger(), nullable=False),
    sa.Column('acts', sa.BigInteger(), nullable=False),
    sa.Column('walked', sa.UUID(), nullable=False),
    sa.Column('unhashed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('heads', sa.LargeBinary(), nullable=False),
    sa.Column('noted', sa.LargeBinary(), nullable=False),
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.Column('key', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('mac', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('number')
    )
    op.execute("""
        CREATE FUNCTION seal_is_added_to_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'seals are only added' USING ERRCODE = 'restrict_violation'; END $$
    """)
    op.execute("""
        CREATE TRIGGER seal_is_added_to_only BEFORE UPDATE OR DELETE OR TRUNCATE ON seal
        FOR EACH STATEMENT EXECUTE FUNCTION seal_is_added_to_only()
    """)
    op.execute('ALTER TABLE seal ENABLE ALWAYS TRIGGER seal_is_added_to_only')
    op.create_table('log_proof',
    sa.Column('one', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('unhashed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('all_hashed', sa.Boolean(), nullable=False),
    sa.Column('newest', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('round', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('one', name='log_proof_one'),
    sa.PrimaryKeyConstraint('one')
    )
    op.execute(f"""
        INSERT INTO log_proof (unhashed_until, all_hashed)
        SELECT CASE WHEN there THEN now() + interval '{_GRACE}' END, NOT there FROM (SELECT EXISTS (SELECT FROM transition) AS there)
    """)


def downgrade() -> None:
    """Go back; what is written meanwhile has no hash, and is said to be inserted should this schema come again."""
    op.drop_table('log_proof')
    op.drop_table('seal')
    op.execute('DROP FUNCTION seal_is_added_to_only()')
    op.drop_column('audit', 'reason_digest')
    op.drop_column('audit', 'salt')
    op.drop_column('shipment', 'chain')
    op.drop_column('shipment', 'chained')
    op.drop_index('transition_of_batch', table_name='transition')
    op.drop_column('transition', 'hash')
    op.drop_column('transition', 'batch')
