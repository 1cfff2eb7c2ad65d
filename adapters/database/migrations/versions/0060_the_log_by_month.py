"""The transition log is kept by the month in which its shipments began, so that old ones can be detached whole."""

from alembic import op
revision = '0060'
down_revision = '0066'
branch_labels = None
depends_on = None
step = 'after'  # the previous release does not say where a move belongs, and would write into no month

# Its number leaves room: within a release what is for before comes first, else `migrate --before` could not run it without this.

_CHECKS = ('origin', 'target', 'trigger')
_INDEXES = (
    'CREATE INDEX transition_recorded ON transition USING brin (recorded_at)',
    'CREATE INDEX transition_of_batch ON transition USING brin (batch) WITH (pages_per_range = 32, autosummarize = on)',
)
_ADDED_TO_ONLY = """
CREATE TRIGGER transition_is_added_to_only BEFORE UPDATE OR DELETE OR TRUNCATE ON transition
FOR EACH STATEMENT EXECUTE FUNCTION transition_is_added_to_only()
"""
_NO_RIGHTS = 'REVOKE UPDATE, DELETE, TRUNCATE ON transition FROM CURRENT_USER, PUBLIC'

# A trigger for each statement does not hold for statements on a part itself, and rights are each table's own.
_HOLD = """
CREATE FUNCTION hold_part_of_log(part regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE OR REPLACE TRIGGER transition_is_added_to_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %s
        FOR EACH STATEMENT EXECUTE FUNCTION transition_is_added_to_only()', part);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER transition_is_added_to_only', part);
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM CURRENT_USER, PUBLIC', part);
END $$
"""
_PARTS = """
DO $$
DECLARE
    first date := (SELECT date_trunc('month', coalesce(min(created_at), now()) AT TIME ZONE 'UTC') FROM shipment);
    month date;
    part text;
BEGIN
    FOR month IN SELECT generate_series(first, now() AT TIME ZONE 'UTC' + interval '3 months', interval '1 month') LOOP
        part := to_char(month, '"transition_"YYYY_MM');
        EXECUTE format('CREATE TABLE %I PARTITION OF transition FOR VALUES FROM (%L) TO (%L)',
            part, month || ' 00:00+00', (month + interval '1 month')::date || ' 00:00+00');
        PERFORM hold_part_of_log(part::regclass);
    END LOOP;
    CREATE TABLE transition_other PARTITION OF transition DEFAULT;
    PERFORM hold_part_of_log('transition_other'::regclass);
END $$
"""
_COLUMNS = """shipment, sequence, origin, target, "trigger", occurred_at, recorded_at, source, message_id, batch, hash"""

# The row of a statement's table is not at hand where rows are copied into parts many at a time, only that of a row's trigger.
_BY_ROW = """
CREATE FUNCTION claim_line_of_transition() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan TO off SET enable_hashjoin TO off SET enable_mergejoin TO off AS $$
BEGIN
    PERFORM write_claim_lines(array_agg(DISTINCT k.shipment)) FROM claim_line k WHERE k.shipment = ANY(ARRAY[NEW.shipment]);
    RETURN NULL;
END $$
"""
_TOLD_BY_ROW = """
CREATE TRIGGER claim_lines_insert AFTER INSERT ON transition FOR EACH ROW
WHEN (NEW.trigger = 'hand_over' AND NEW.source = 'engine/timer') EXECUTE FUNCTION claim_line_of_transition()
"""
_TOLD_BY_STATEMENT = """
CREATE TRIGGER claim_lines_insert AFTER INSERT ON transition REFERENCING NEW TABLE AS are
FOR EACH STATEMENT EXECUTE FUNCTION claim_lines_of_transitions()
"""
_BY_STATEMENT = """
CREATE FUNCTION claim_lines_of_transitions() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan TO off SET enable_hashjoin TO off SET enable_mergejoin TO off AS $$
BEGIN
    PERFORM write_claim_lines(array_agg(DISTINCT k.shipment)) FROM claim_line k
        WHERE k.shipment = ANY(ARRAY(SELECT shipment FROM are WHERE trigger = 'hand_over' AND source = 'engine/timer'));
    RETURN NULL;
END $$
"""
_ANYWHERE, _IN_ITS_MONTH = 't.shipment = s.id AND', 't.shipment = s.id AND t.begun_at = s.created_at AND'


def _look(before: str, now: str) -> None:
    """Have what writes lines of claims look for moves elsewhere, and do all else as it does."""
    op.execute(f"""
        DO $$
        DECLARE
            was text := pg_get_functiondef('write_claim_lines(uuid[])'::regprocedure);
        BEGIN
            ASSERT position('{before}' IN was) > 0, 'write_claim_lines is not as migration 0060 knows it';
            EXECUTE replace(was, '{before}', '{now}');
        END $$
    """)


def _aside() -> None:
    """Let the table that is there make room for another of its name."""
    op.execute('ALTER TABLE transition RENAME TO transition_before')
    op.execute('ALTER INDEX transition_pkey RENAME TO transition_before_pkey')
    for name in _CHECKS:
        op.execute(f'ALTER TABLE transition_before RENAME CONSTRAINT transition_{name} TO transition_before_{name}')
    for name in ('recorded', 'of_batch'):
        op.execute(f'ALTER INDEX transition_{name} RENAME TO transition_before_{name}')


def _named() -> None:
    """Give checks that were copied the names that they have here."""
    for name in _CHECKS:
        op.execute(f'ALTER TABLE transition RENAME CONSTRAINT transition_before_{name} TO transition_{name}')


def upgrade() -> None:
    """Go to this schema. Every row of the log is copied, once, into its month; the log is locked meanwhile.

    A row whose shipment is not there, which no release wrote, goes by the time at which it was recorded. Months from the first
    shipment to three from now are made; later ones are made by the workers.
    """
    _aside()
    op.execute("""
        CREATE TABLE transition (LIKE transition_before INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY RANGE (begun_at)
    """)
    _named()
    op.execute('ALTER TABLE transition ALTER COLUMN begun_at SET NOT NULL, ALTER COLUMN seller SET NOT NULL')
    op.execute(_HOLD)
    op.execute(_PARTS)
    op.execute(f"""
        INSERT INTO transition ({_COLUMNS}, begun_at, seller)
        SELECT {_COLUMNS}, coalesce(t.begun_at, s.created_at, t.recorded_at), coalesce(t.seller, s.seller, '')
        FROM transition_before t LEFT JOIN (SELECT id, created_at, seller FROM shipment) s ON s.id = t.shipment
        ORDER BY t.recorded_at, t.batch
    """)
    op.create_primary_key('transition_pkey', 'transition', ['shipment', 'sequence', 'begun_at', 'seller'])
    for index in _INDEXES:
        op.execute(index)
    op.execute('ALTER SEQUENCE transition_batch OWNED BY transition.batch')
    op.execute('DROP TABLE transition_before')
    op.execute(_ADDED_TO_ONLY)
    op.execute('ALTER TABLE transition ENABLE ALWAYS TRIGGER transition_is_added_to_only')
    op.execute(_NO_RIGHTS)
    op.execute(_BY_ROW)
    op.execute(_TOLD_BY_ROW)
    op.execute('DROP FUNCTION claim_lines_of_transitions()')
    op.execute('DROP FUNCTION transition_of_its_shipment()')
    _look(_ANYWHERE, _IN_ITS_MONTH)
    op.execute('ANALYZE transition')


def downgrade() -> None:
    """Go back; months that were detached must be attached first: their tables are left as they are."""
    _look(_IN_ITS_MONTH, _ANYWHERE)
    _aside()
    op.execute('CREATE TABLE transition (LIKE transition_before INCLUDING DEFAULTS INCLUDING CONSTRAINTS)')
    _named()
    op.execute('ALTER TABLE transition ALTER COLUMN begun_at DROP NOT NULL, ALTER COLUMN seller DROP NOT NULL')
    op.execute('INSERT INTO transition SELECT * FROM transition_before ORDER BY recorded_at, batch')
    op.create_primary_key('transition_pkey', 'transition', ['shipment', 'sequence'])
    for index in _INDEXES:
        op.execute(index)
    op.execute('ALTER SEQUENCE transition_batch OWNED BY transition.batch')
    op.execute('DROP TABLE transition_before')
    op.execute('DROP FUNCTION claim_line_of_transition()')
    op.execute('DROP FUNCTION hold_part_of_log(regclass)')
    op.execute(_ADDED_TO_ONLY)
    op.execute('ALTER TABLE transition ENABLE ALWAYS TRIGGER transition_is_added_to_only')
    op.execute(_NO_RIGHTS)
    op.execute(_BY_STATEMENT)
    op.execute(_TOLD_BY_STATEMENT)
    op.execute("""
        CREATE FUNCTION transition_of_its_shipment() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            SELECT created_at, seller INTO NEW.begun_at, NEW.seller FROM shipment WHERE id = NEW.shipment;
            RETURN NEW;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER transition_of_its_shipment BEFORE INSERT ON transition FOR EACH ROW WHEN (NEW.begun_at IS NULL)
        EXECUTE FUNCTION transition_of_its_shipment()
    """)
