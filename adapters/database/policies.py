"""What the database shows to somebody who is bound to sellers: for each table its rows of those sellers, all rows, or none.

The policies are not a migration's but put in order by each ``kervan migrate`` (:func:`fasten`), because the role that they are
for belongs to the whole cluster: a database may be restored into one that does not have it, and a login may not be allowed to
make it, which a DBA then does (``deploy/runbook.md``) before the next ``kervan migrate``.

What hangs on a shipment or a claim is shown where that is, which the database asks through the policy of its table. Tables'
owner, as whom Kervan's processes work, is not bound by policies, and its plans are as they were.
"""

from enum import StrEnum
from hashlib import sha256
from typing import Final, TypeAlias

import asyncpg

from adapters.database.seller_lock import ROLE, SETTING

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"

POLICY: Final = "of_seller"
"""Narrows what the role sees; beside it :data:`EVERYBODY` lets all others see what their rights say, as before."""
EVERYBODY: Final = "everybody"

_OWN: Final = f"ANY ((SELECT string_to_array(current_setting('{SETTING}', true), ','))::text[])"
"""The transaction's sellers, read once a statement; where none are set it is null, and nothing is shown."""


def _by(column: str = "seller") -> str:
    return f"{column} = {_OWN}"


def _with(table: str, key: str, through: str = "id") -> str:
    """Shown where the row is that it hangs on; what it hangs on has a policy of its own."""
    return f"EXISTS (SELECT FROM {table} AS whole WHERE whole.{through} = {key})"


_BOUND: Final = f"sellers <> '{{}}' AND sellers <@ (SELECT string_to_array(current_setting('{SETTING}', true), ','))"
"""What somebody began who was bound to sellers, all of whom are the reader's too."""

SHOWN: Final[dict[str, str]] = {
    "shipment": _by(),
    "shipment_content": _with("shipment", "shipment"),
    "shipment_line": _with("shipment", "shipment"),
    "shipment_key": _with("shipment", "shipment"),
    "shipment_trait": _with("shipment", "shipment"),
    "shipment_message": _with("shipment", "shipment"),
    "finding": _with("shipment", "shipment"),
    "transition": _with("shipment", "shipment"),
    "piece_back": _with("shipment", "shipment"),
    "attention": " OR ".join(
        (
            f"(shipment IS NOT NULL AND {_with('shipment', 'shipment')})",
            f"(claim IS NOT NULL AND {_with('claim', 'claim')})",
            "(etgb <> '' AND kervan_whole_etgb(etgb))",
        )
    ),
    "etgb": f"EXISTS (SELECT FROM etgb_line AS part WHERE part.etgb = etgb.number AND {_with('shipment', 'part.shipment')})",
    "etgb_line": _with("shipment", "shipment"),
    "document": f"(shipment IS NOT NULL AND {_with('shipment', 'shipment')} AND (kind <> 'etgb_pdf' OR "
    "kervan_whole_etgb(left(name, -4)))) OR (etgb <> '' AND kervan_whole_etgb(etgb))",
    "invoice_number": _by(),
    "claim": _by(),
    "claim_move": _with("claim", "claim"),
    "claim_filing": _with("claim", "claim"),
    "claim_line": _with("claim", "claim"),
    "claim_purchase": _with("claim", "claim"),
    "purchase": _by(),
    "purchase_withdrawn": _by(),
    "vat_return": _by(),
    "seller_refund": _by(),
    "import": f"({_BOUND}) OR (kind = 'orders' AND {_by('owner')})",
    "import_line": _with("import", "import_id"),
    "upload": f"import_id IS NOT NULL AND {_with('import', 'import_id')}",
    "bulk_job": _BOUND,
    "bulk_line": _with("bulk_job", "job"),
}
"""Of which rows a table shows some: those that are the transaction's sellers'."""

PUBLIC: Final[dict[str, str]] = {
    "rate": "central banks' rates, the same for all",
    "rate_day": "which days had a bulletin, the same for all",
    "law_in_force": "the law's version, the same for all",
}
"""Which tables show all rows, and why that tells nothing of a seller."""

HIDDEN: Final[dict[str, str]] = {
    "alembic_version": "the schema's version concerns whoever runs the servers",
    "api_key": "who may do what concerns the operator",
    "audit": "what the operator's people did",
    "column_mapping": "what headings of the operator's lists mean",
    "console_session": "sessions are looked up by a token, for whoever signs in, before anybody is bound",
    "console_user": "who may do what concerns the operator",
    "counterpart": "how the operator's counterparts fare",
    "counterpart_action": "what was done about counterparts",
    "counterpart_calls": "how often counterparts were called",
    "delivery": "what subscribers were told, of all sellers",
    "delivery_attempt": "how subscribers were told",
    "etgb_match": "lines of couriers' lists that the operator has to place",
    "detached_month": "where months of the log lie that were detached",
    "failed_task": "tasks of the operator's counterparts",
    "flow": "how much came in, of all sellers",
    "flow_batch": "how much came in, of all sellers",
    "idempotency": "answers, looked up by the key of whoever asks",
    "inbox": "messages know no seller; a shipment's own are read once the shipment was seen",
    "inbox_body": "as the inbox",
    "invoice_series": "numbers are drawn by the engine's desk",
    "migration_run": "the schema's history concerns whoever runs the servers",
    "log_proof": "what is known of the logs as a whole",
    "outbox": "what is on its way to the broker, of all sellers",
    "parked": "messages know no seller",
    "refused": "messages know no seller",
    "seal": "seals of the logs as a whole",
    "seller_stale": "what is to be calculated, of all sellers",
    "stage_count": "counts over all sellers; those of some are counted from their shipments",
    "subscription": "whom the operator tells",
    "webhook": "what couriers sent, of all sellers",
}
"""Which tables are not shown at all, and why nobody misses them."""

_WHOLE_ETGB: Final = f"""
CREATE OR REPLACE FUNCTION kervan_whole_etgb(wanted text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path FROM CURRENT AS $$
SELECT coalesce(bool_and(coalesce(s.seller = ANY (string_to_array(current_setting('{SETTING}', true), ',')), false)), false)
FROM etgb_line l LEFT JOIN shipment s ON s.id = l.shipment WHERE l.etgb = wanted AND NOT l.taken_off
$$
"""  # noqa: S608 - constants
"""Whether all lines of an ETGB are of the transaction's sellers: as the owner, since the role sees its own lines alone."""

_ROLE: Final = f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') THEN CREATE ROLE {ROLE} NOLOGIN; END IF;
EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN NULL;
END $$
"""
_MEMBER: Final = f"""
DO $$ BEGIN
    IF NOT pg_has_role('{ROLE}', '{{privilege}}') THEN GRANT {ROLE} TO CURRENT_USER{{terms}}; END IF;
EXCEPTION WHEN insufficient_privilege THEN NULL;
END $$
"""
_READY: Final = """
SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('bulk_job') AND attname = 'sellers' AND NOT attisdropped)
"""
_TRIES: Final = 5
"""Two databases of one cluster that are migrated at once may meet in its list of roles."""


class LockState(StrEnum):
    """How the second lock stands."""

    FAST = "fast"
    NO_ROLE = "no_role"
    NOT_A_MEMBER = "not_a_member"
    NOT_FASTENED = "not_fastened"


REMEDIES: Final[dict[LockState, str]] = {
    LockState.NO_ROLE: f"a role that may create roles runs: CREATE ROLE {ROLE} NOLOGIN; GRANT {ROLE} TO {{login}}; "
    "then run `kervan migrate`",
    LockState.NOT_A_MEMBER: f"a role that administers {ROLE} runs: GRANT {ROLE} TO {{login}}; then run `kervan migrate`",
    LockState.NOT_FASTENED: "run `kervan migrate` as the owner of the tables",
}
"""What closes the lock; ``{login}`` is the login that Kervan connects as."""


async def state(connection: Connection) -> tuple[LockState, str]:
    """How the second lock stands here, and what closes it; empty where it is closed."""
    login = await connection.fetchval("SELECT quote_ident(current_user)")
    if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", ROLE):
        found = LockState.NO_ROLE
    elif not await connection.fetchval("SELECT pg_has_role($1, $2)", ROLE, await _privilege(connection)):
        found = LockState.NOT_A_MEMBER
    else:
        fast = await _fastened(connection) == _wanted()
        found = LockState.FAST if fast else LockState.NOT_FASTENED
    return found, REMEDIES.get(found, "").format(login=login)


async def make_role(connection: Connection) -> bool:
    """Make the role, where it is not there and the login may; whether it is there then."""
    await connection.execute(_ROLE)
    return bool(await connection.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", ROLE))


async def fasten(connection: Connection) -> LockState:
    """Put role, rights and policies in order; what is so already is not touched. How the lock stands then.

    A login that may not make the role leaves all as it is: nothing is read for those who are bound to sellers then, and
    nothing else lacks. On a schema from before there was anything to fasten, nothing is done. Run again, it goes on with what
    is not done yet.

    Raises:
        asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError: others hold a table for longer than ``lock_timeout``.
    """
    if not await connection.fetchval(_READY):
        return LockState.NOT_FASTENED
    if not await make_role(connection):
        return LockState.NO_ROLE
    privilege = await _privilege(connection)
    # the login is to take the role on, and not to be narrowed by its policies meanwhile
    member = _MEMBER.format(privilege=privilege, terms=" WITH INHERIT FALSE, SET TRUE" if privilege == "SET" else "")
    for left in range(_TRIES, 0, -1):
        try:
            await connection.execute(member)
            break
        except asyncpg.InternalServerError:  # "tuple concurrently updated"
            if left == 1:
                raise
    wanted = _wanted()
    fastened = await _fastened(connection)
    if fastened != wanted:
        await connection.execute(f"{_WHOLE_ETGB}; REVOKE ALL ON FUNCTION kervan_whole_etgb FROM PUBLIC")
        await connection.execute(f"GRANT EXECUTE ON FUNCTION kervan_whole_etgb TO {ROLE}")
        for table in sorted(fastened.keys() - wanted.keys()):
            await connection.execute(f'REVOKE SELECT ON "{table}" FROM {ROLE}; DROP POLICY {POLICY} ON "{table}"')  # noqa: S608 - names of tables
        for table, digest in wanted.items():
            if fastened.get(table) != digest:  # a table at a time, each a transaction: nobody waits for two of them
                await connection.execute(_statements(table, digest))
    return (await state(connection))[0]


def _statements(table: str, digest: str) -> str:
    shows = SHOWN.get(table, "true")
    return f"""
        GRANT SELECT ON "{table}" TO {ROLE};
        ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY;
        DROP POLICY IF EXISTS {EVERYBODY} ON "{table}";
        CREATE POLICY {EVERYBODY} ON "{table}" TO PUBLIC USING (true) WITH CHECK (true);
        DROP POLICY IF EXISTS {POLICY} ON "{table}";
        CREATE POLICY {POLICY} ON "{table}" AS RESTRICTIVE TO {ROLE} USING ({shows});
        COMMENT ON POLICY {POLICY} ON "{table}" IS '{digest}';
    """


def _wanted() -> dict[str, str]:
    """The tables that have a policy, each with a digest of all that makes it; changed, it is made anew."""
    return {
        table: sha256(f"{_WHOLE_ETGB}{_statements(table, '')}".encode()).hexdigest()
        for table in sorted(SHOWN.keys() | PUBLIC.keys())
    }


async def _fastened(connection: Connection) -> dict[str, str]:
    """The tables of this database that have our policy, are guarded by it and readable, each with its digest."""
    rows = await connection.fetch(
        """SELECT c.relname::text AS name, coalesce(obj_description(p.oid, 'pg_policy'), '') AS digest
           FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
           WHERE p.polname = $1 AND c.relrowsecurity AND has_table_privilege($2::name, c.oid, 'SELECT')""",
        POLICY,
        ROLE,
    )
    return {row["name"]: row["digest"] for row in rows}


async def _privilege(connection: Connection) -> str:
    """What membership has to give: PostgreSQL tells taking on a role apart from having its rights since release 16."""
    return "SET" if await connection.fetchval("SELECT current_setting('server_version_num')::int") >= 160000 else "MEMBER"
