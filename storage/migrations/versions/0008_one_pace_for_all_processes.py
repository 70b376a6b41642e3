"""one pace for all processes."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pace",
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("full_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("line_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("not_before", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_pace")),
    )
    with op.batch_alter_table("pace", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pace_full_at"), ["full_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("pace", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pace_full_at"))

    op.drop_table("pace")
