"""Every key of what is one seller's carries the seller, so that tables can be spread over servers by it."""

from alembic import op
revision = '0061'
down_revision = '0060'
branch_labels = None
depends_on = None
step = 'after'  # the previous release looks for conflicts by keys without the seller, and gives none

_OWN = {'shipment': ['id'], 'claim': ['id'], 'purchase': ['id'], 'seller_stale': ['id']}
_OF_SHIPMENT = {
    'shipment_content': ['shipment'],
    'shipment_line': ['shipment', 'line_no'],
    'finding': ['shipment', 'finding_no'],
    'shipment_key': ['key', 'shipment'],
    'shipment_message': ['shipment', 'source', 'message_id'],
    'piece_back': ['id'],
    'document': ['id'],
}
_OF_CLAIM = {'claim_move': ['id'], 'claim_filing': ['claim', 'version'], 'claim_purchase': ['claim', 'purchase']}
_KEPT_BY_TRIGGERS = {'shipment_trait': ['trait', 'created_at', 'shipment'], 'claim_line': ['shipment']}
_UNIQUE = {
    'document_once': ('document', 'shipment, kind, sha256', ''),
    'document_once_of_etgb': ('document', 'etgb, kind, sha256', "WHERE etgb <> ''"),
    'invoice_number_live': ('invoice_number', 'shipment', "WHERE state IN ('reserved', 'sent', 'rejected', 'issued')"),
}
_WRITERS = {
    'keep_shipment_traits()': (
        ('shipment_trait (trait, created_at, shipment, since)', 'shipment_trait (trait, created_at, shipment, since, seller)'),
        ('s.id AS shipment, v.since FROM', 's.id AS shipment, v.since, s.seller FROM'),
    ),
    'write_claim_lines(uuid[])': (
        ('AS k (shipment, claim,', 'AS k (shipment, seller, claim,'),
        ('s.id AS shipment, s.claim,', 's.id AS shipment, s.seller, s.claim,'),
        ('ON CONFLICT (shipment) DO', 'ON CONFLICT (shipment, seller) DO'),
    ),
}
"""What writes tables that triggers keep, and how it says whose a row is; all else of it stays."""


def _rewrite(function: str, words: tuple[tuple[str, str], ...], *, back: bool) -> None:
    pairs = [(now, was) if back else (was, now) for was, now in words]
    checked = ' AND '.join(f"position('{old}' IN body) > 0" for old, _ in pairs)
    replaced = ' '.join(f"body := replace(body, '{old}', '{new}');" for old, new in pairs)
    op.execute(f"""
        DO $$
        DECLARE
            body text := pg_get_functiondef('{function}'::regprocedure);
        BEGIN
            ASSERT {checked}, '{function} is not as migration 0061 knows it';
            {replaced}
            EXECUTE body;
        END $$
    """)


def _key(table: str, columns: list[str], *changes: str) -> None:
    """Give a table another primary key, with changes of its columns in the same pass over its rows."""
    key = f'ADD CONSTRAINT {table}_pkey PRIMARY KEY ({", ".join(columns)})'
    op.execute(f'ALTER TABLE {table} {", ".join((f"DROP CONSTRAINT {table}_pkey", *changes, key))}')


def _filled(of: str) -> tuple[str, str]:
    return (
        f'ALTER COLUMN seller TYPE text USING coalesce(seller, seller_of_{of}({of}))',
        'ALTER COLUMN seller SET NOT NULL',
    )


def _unique(name: str, more: str) -> None:
    table, columns, where = _UNIQUE[name]
    op.execute(f'DROP INDEX {name}')
    op.execute(f'CREATE UNIQUE INDEX {name} ON {table} ({columns}{more}) {where}')


def upgrade() -> None:
    """Go to this schema. Each of these tables is locked and written anew once, with its indexes; shipments and claims are not."""
    for table, columns in _OWN.items():
        _key(table, [*columns, 'seller'])
    for of, tables in (('shipment', _OF_SHIPMENT), ('claim', _OF_CLAIM)):
        for table, columns in tables.items():
            op.execute(f'DROP TRIGGER {table}_of_seller ON {table}')
            _key(table, [*columns, 'seller'], *_filled(of))
    for table, columns in _KEPT_BY_TRIGGERS.items():
        op.execute(f'ALTER TABLE {table} ADD COLUMN seller text')
        _key(table, [*columns, 'seller'], *_filled('shipment'))
    for function, words in _WRITERS.items():
        _rewrite(function, words, back=False)
    for name in _UNIQUE:
        _unique(name, ', seller')
    for of in ('shipment', 'claim'):
        op.execute(f'DROP FUNCTION seller_of_its_{of}()')
        op.execute(f'DROP FUNCTION seller_of_{of}(uuid)')
    for table in (*_OF_SHIPMENT, *_OF_CLAIM, *_KEPT_BY_TRIGGERS):
        op.execute(f'ANALYZE {table}')


def downgrade() -> None:
    """Go back."""
    for of in ('shipment', 'claim'):
        op.execute(f"""
            CREATE FUNCTION seller_of_{of}(whose uuid) RETURNS text LANGUAGE sql STABLE AS $$
            SELECT coalesce((SELECT seller FROM {of} WHERE id = whose), '') $$
        """)
        op.execute(f"""
            CREATE FUNCTION seller_of_its_{of}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                NEW.seller := seller_of_{of}(NEW.{of});
                RETURN NEW;
            END $$
        """)
    for name in _UNIQUE:
        _unique(name, '')
    for table, columns in _KEPT_BY_TRIGGERS.items():
        _key(table, columns, 'DROP COLUMN seller')
    for function, words in _WRITERS.items():
        _rewrite(function, words, back=True)
    for of, tables in (('shipment', _OF_SHIPMENT), ('claim', _OF_CLAIM)):
        for table, columns in tables.items():
            _key(table, columns)
            op.execute(f'ALTER TABLE {table} ALTER COLUMN seller DROP NOT NULL')
            op.execute(f"""
                CREATE TRIGGER {table}_of_seller BEFORE INSERT ON {table} FOR EACH ROW WHEN (NEW.seller IS NULL)
                EXECUTE FUNCTION seller_of_its_{of}()
            """)
    for table, columns in _OWN.items():
        _key(table, columns)
