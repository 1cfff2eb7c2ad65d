"""The lines of claims that an ETGB, its lines or the log touch are found by their keys, however the tables have grown."""

from alembic import op
revision = '0046'
down_revision = '0045'
branch_labels = None
depends_on = None

# Joined with the changed rows, the plan of a young database went through all lines for each change, and connections keep plans.
# An array has one way only: the index.
_TOLD = "trigger = 'hand_over' AND source = 'engine/timer'"
_BY_KEY = {
    'etgbs': 'claim_line k WHERE k.etgb = ANY(ARRAY(SELECT number FROM are))',
    'etgb_lines': 'claim_line k WHERE k.shipment = ANY(ARRAY(SELECT shipment FROM are))',
    'transitions': f'claim_line k WHERE k.shipment = ANY(ARRAY(SELECT shipment FROM are WHERE {_TOLD}))',
}
_JOINED = {
    'etgbs': 'are JOIN claim_line k ON k.etgb = are.number',
    'etgb_lines': 'are JOIN claim_line k ON k.shipment = are.shipment',
    'transitions': f'are JOIN claim_line k ON k.shipment = are.shipment WHERE {_TOLD}',
}
"""How each function found them before."""


def _find(lines: dict[str, str]) -> None:
    for name, found in lines.items():
        op.execute(f"""
            CREATE OR REPLACE FUNCTION claim_lines_of_{name}() RETURNS trigger LANGUAGE plpgsql
            SET enable_seqscan TO off SET enable_hashjoin TO off SET enable_mergejoin TO off AS $$
            BEGIN
                PERFORM write_claim_lines(array_agg(DISTINCT k.shipment)) FROM {found};
                RETURN NULL;
            END $$
        """)


def upgrade() -> None:
    """Go to this schema; no row is read or written."""
    _find(_BY_KEY)


def downgrade() -> None:
    """Go back."""
    _find(_JOINED)
