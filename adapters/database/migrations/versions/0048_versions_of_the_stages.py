"""A shipment keeps the version of the table of stages that it began under."""

from alembic import op
revision = '0048'
down_revision = '0047'
branch_labels = None
depends_on = None
step = 'before'


def upgrade() -> None:
    """Go to this schema; the default writes no row: all that are there began under the first version."""
    op.execute("ALTER TABLE shipment ADD COLUMN lifecycle smallint NOT NULL DEFAULT 1")


def downgrade() -> None:
    """Go back; shipments of a later version would be taken for the first one's, so there must be none."""
    op.execute("""
        DO $$ BEGIN
            IF EXISTS (SELECT FROM shipment WHERE lifecycle <> 1) THEN
                RAISE 'Shipments began under a later version of the stages, which the older release would not know. '
                      'Nothing was changed. Keep this release until they have ended.';
            END IF;
        END $$
    """)
    op.execute("ALTER TABLE shipment DROP COLUMN lifecycle")
