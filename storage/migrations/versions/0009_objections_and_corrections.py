"""People who must not be kept, and flagged pages that are looked at again."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_IDENTIFIER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring a database of the revision before to this one."""
    _objections()
    _rechecks()
    _amendments()


def _objections() -> None:
    op.create_table(
        "objections",
        sa.Column("id", _IDENTIFIER, nullable=False, comment="Permanent identifier, by chance"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When the request was granted, UTC"),
        sa.Column("reference", sa.Text(), nullable=False, comment="The operator's number of the request; never a name"),
        sa.Column("report", sa.JSON(), nullable=False, comment="What was found and done, in numbers"),
        sa.Column("lifted", sa.DateTime(timezone=True), nullable=True, comment="When the person took it back, UTC"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objections")),
        comment="Register of the people who must not be kept, without their names",
    )
    op.create_table(
        "tombstones",
        sa.Column("key", _IDENTIFIER, nullable=False, comment="Keyed digest of a spelling"),
        sa.Column("objection", _IDENTIFIER, nullable=False, comment="The request that it belongs to"),
        sa.Column("length", sa.Integer(), nullable=False, comment="Letters of the spelling"),
        sa.Column("form", _IDENTIFIER, nullable=False, comment="full, or short: a part of the name"),
        sa.ForeignKeyConstraint(["objection"], ["objections.id"], name=op.f("fk_tombstones_objection")),
        sa.PrimaryKeyConstraint("key", "objection", name=op.f("pk_tombstones")),
        comment="Spellings of names that must not be kept, each as a keyed digest",
    )
    op.create_table(
        "veiled_articles",
        sa.Column("article", _IDENTIFIER, nullable=False, comment="The article"),
        sa.Column("objection", _IDENTIFIER, nullable=False, comment="The request"),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_veiled_articles_article")),
        sa.ForeignKeyConstraint(["objection"], ["objections.id"], name=op.f("fk_veiled_articles_objection")),
        sa.PrimaryKeyConstraint("article", "objection", name=op.f("pk_veiled_articles")),
        comment="Articles known to be about somebody who must not be kept: there parts of the name count too",
    )


def _rechecks() -> None:
    op.create_table(
        "rechecks",
        sa.Column("article", _IDENTIFIER, nullable=False, comment="A flagged article"),
        sa.Column("stage", sa.Integer(), nullable=False, comment="How often it was looked at again"),
        sa.Column(
            "due", sa.DateTime(timezone=True), nullable=True, comment="When to look again, UTC; null: not any more"
        ),
        sa.Column("checked", sa.DateTime(timezone=True), nullable=True, comment="When it was last looked at, UTC"),
        sa.Column("outcome", _IDENTIFIER, nullable=False, comment="What the last look showed"),
        sa.Column(
            "gone_since",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When its page was first found gone, UTC; null: it is there",
        ),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_rechecks_article")),
        sa.PrimaryKeyConstraint("article", name=op.f("pk_rechecks")),
        comment="Pages of flagged articles that are asked for again, for what their outlets correct",
    )
    op.create_index(op.f("ix_rechecks_due"), "rechecks", ["due"], unique=False)


def _amendments() -> None:
    op.create_table(
        "amendments",
        sa.Column("number", _NUMBER, sa.Identity(always=False), nullable=False, comment="Counts up"),
        sa.Column("article", _IDENTIFIER, nullable=False, comment="The article that its outlet changed"),
        sa.Column("story", _IDENTIFIER, nullable=False, comment="The story that it tells"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When it was noticed, UTC"),
        sa.Column("slot", _IDENTIFIER, nullable=False, comment="Which field of the move"),
        sa.Column("before", sa.Text(), nullable=False, comment="What the article said"),
        sa.Column("after", sa.Text(), nullable=False, comment="What it says since"),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_amendments_article")),
        sa.ForeignKeyConstraint(["story"], ["stories.id"], name=op.f("fk_amendments_story")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_amendments")),
        comment="What outlets changed in moves that they had told",
    )
    op.create_index(op.f("ix_amendments_article"), "amendments", ["article"], unique=False)
    op.create_index(op.f("ix_amendments_story"), "amendments", ["story"], unique=False)
