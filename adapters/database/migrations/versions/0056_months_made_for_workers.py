"""Months are made by functions, for workers who sign in as somebody who does not own the tables."""

from alembic import op
revision = '0056'
down_revision = '0055'
branch_labels = None
depends_on = None
step = 'before'

_FIXED = "SET search_path = public, pg_temp SET timezone = 'UTC'"

# That what lay aside is not moved is so because rows of the log cannot be removed: it is copied, and what it lay in is dropped.
_JOIN = f"""
CREATE FUNCTION join_month(parted regclass, begins timestamptz) RETURNS void LANGUAGE plpgsql {_FIXED} AS $$
DECLARE
    ends timestamptz := begins + interval '1 month';
    name text := (SELECT relname FROM pg_class WHERE oid = parted);
    part text := name || to_char(begins, '"_"YYYY"_"MM');
    aside text := name || '_other';
    late text := name || '_late';
    timed text := (SELECT a.attname FROM pg_partitioned_table p
        JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0] WHERE p.partrelid = parted);
    waiting boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE %I >= $1 AND %I < $2)', aside, timed, timed) INTO waiting USING begins, ends;
    PERFORM hold_part(name, part);
    IF waiting THEN
        EXECUTE format('ALTER TABLE %s DETACH PARTITION %I', parted, aside);
        EXECUTE format('ALTER TABLE %I RENAME TO %I', aside, late);
        EXECUTE format('CREATE TABLE %I (LIKE %s INCLUDING ALL)', aside, parted);
        PERFORM hold_part(name, aside);
        EXECUTE format('ALTER TABLE %s ATTACH PARTITION %I DEFAULT', parted, aside);
    END IF;
    EXECUTE format('ALTER TABLE %s ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parted, part, begins, ends);
    IF waiting THEN
        EXECUTE format('INSERT INTO %s SELECT * FROM %I', parted, late);
        EXECUTE format('DROP TABLE %I', late);
    END IF;
END $$
"""

# Rights, and triggers for each statement, are each table's own. Whoever may read the whole may read a part: it may be detached.
_HOLD = f"""
CREATE FUNCTION hold_part(parted text, part text) RETURNS void LANGUAGE plpgsql {_FIXED} AS $$
DECLARE
    reader regrole;
BEGIN
    IF parted = 'transition' THEN
        PERFORM hold_part_of_log(format('%I', part)::regclass);
    END IF;
    FOR reader IN SELECT DISTINCT a.grantee FROM pg_class c, aclexplode(c.relacl) a
        WHERE c.oid = parted::regclass AND a.privilege_type = 'SELECT' AND a.grantee NOT IN (0, c.relowner)
    LOOP
        EXECUTE format('GRANT SELECT ON %I TO %s', part, reader);
    END LOOP;
END $$
"""

_MAKE = f"""
CREATE FUNCTION make_month(parted regclass, begins timestamptz) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER {_FIXED} AS $$
DECLARE
    part text := (SELECT relname FROM pg_class WHERE oid = parted) || to_char(begins, '"_"YYYY"_"MM');
BEGIN
    IF NOT EXISTS (SELECT FROM pg_partitioned_table WHERE partrelid = parted) OR parted::text NOT IN ('inbox_body', 'transition')
        OR begins <> date_trunc('month', begins)
    THEN
        RAISE EXCEPTION '% has no months, or % is not the beginning of one', parted, begins USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF to_regclass(part) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE %s INCLUDING ALL)', part, parted);
    PERFORM join_month(parted, begins);
    RETURN true;
END $$
"""


def upgrade() -> None:
    """Go to this schema. Who may make months is said where privileges are given (``kervan migrate``); until then the owner."""
    for function in (_HOLD, _JOIN, _MAKE):
        op.execute(function)
    for function in ('hold_part(text, text)', 'join_month(regclass, timestamptz)', 'make_month(regclass, timestamptz)'):
        op.execute(f'REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC')


def downgrade() -> None:
    """Go back."""
    op.execute('DROP FUNCTION make_month(regclass, timestamptz)')
    op.execute('DROP FUNCTION join_month(regclass, timestamptz)')
    op.execute('DROP FUNCTION hold_part(text, text)')
