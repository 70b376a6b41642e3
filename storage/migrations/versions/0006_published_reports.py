"""What reports published and the workforce benchmark."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy.dialects import postgresql

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reportcut",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("cut", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("made_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_reportcut_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reportcut")),
        sa.UniqueConstraint(
            "community_id", "cut", "revision", name=op.f("uq_reportcut_community_id_cut_revision")
        ),
    )
    with op.batch_alter_table("reportcut", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reportcut_community_id"), ["community_id"], unique=False)

    op.create_table(
        "workforcegroup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("role", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_workforcegroup_community_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workforcegroup")),
        sa.UniqueConstraint(
            "community_id", "state", "role", name=op.f("uq_workforcegroup_community_id_state_role")
        ),
    )
    with op.batch_alter_table("workforcegroup", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_workforcegroup_community_id"), ["community_id"], unique=False)

    op.create_table(
        "publishedtable",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("cut_id", sa.Integer(), nullable=False),
        sa.Column("scope", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("hidden_inside", JSON, nullable=True),
        sa.Column("hidden_outside", JSON, nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_publishedtable_community_id")
        ),
        sa.ForeignKeyConstraint(["cut_id"], ["reportcut.id"], name=op.f("fk_publishedtable_cut_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publishedtable")),
        sa.UniqueConstraint("cut_id", "scope", "name", name=op.f("uq_publishedtable_cut_id_scope_name")),
    )
    with op.batch_alter_table("publishedtable", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_publishedtable_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_publishedtable_cut_id"), ["cut_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("publishedtable", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_publishedtable_cut_id"))
        batch_op.drop_index(batch_op.f("ix_publishedtable_community_id"))

    op.drop_table("publishedtable")
    with op.batch_alter_table("workforcegroup", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workforcegroup_community_id"))

    op.drop_table("workforcegroup")
    with op.batch_alter_table("reportcut", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reportcut_community_id"))

    op.drop_table("reportcut")
