"""reports are found by their scope, and no smallest cell is below two: every report would fail."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("publishedtable", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_publishedtable_community_id"))
        batch_op.create_index("ix_publishedtable_scope", ["community_id", "scope", "name"], unique=False)
    community = sa.table("community", sa.column("k_inside", sa.Integer), sa.column("k_outside", sa.Integer))
    for k in (community.c.k_inside, community.c.k_outside):
        op.execute(community.update().where(k < 2).values({k.name: 2}))


def downgrade() -> None:
    with op.batch_alter_table("publishedtable", schema=None) as batch_op:
        batch_op.drop_index("ix_publishedtable_scope")
        batch_op.create_index(batch_op.f("ix_publishedtable_community_id"), ["community_id"], unique=False)
