"""Sealed answers and saved forms."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sealedanswer",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluation.id"], name=op.f("fk_sealedanswer_evaluation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealedanswer")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("sealedanswer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sealedanswer_evaluation_id"), ["evaluation_id"], unique=False)

    op.create_table(
        "formdraft",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("form", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("context", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sealed", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("saved_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_formdraft_person_id")),
        sa.PrimaryKeyConstraint("person_id", "form", "context", name=op.f("pk_formdraft")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("formdraft")
    with op.batch_alter_table("sealedanswer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sealedanswer_evaluation_id"))

    op.drop_table("sealedanswer")
