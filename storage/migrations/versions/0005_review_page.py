"""The review page: what people rule on stories, the names that stories are found by, and the order of changes."""

import sqlalchemy as sa
from alembic import op

from mercato.text import fold

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_IDENTIFIER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring a database of the revision before to this one."""
    _lists_of_articles()
    _names()
    _changes()
    _review_acts()
    _standings()
    _fill()


def _lists_of_articles() -> None:
    op.create_index(op.f("ix_articles_source_told_id"), "articles", ["source", "told", "id"], unique=False)
    op.create_index(
        op.f("ix_articles_number_told_id_source"), "articles", ["number", "told", "id", "source"], unique=False
    )


def _names() -> None:
    op.create_table(
        "story_names",
        sa.Column("story", _IDENTIFIER, nullable=False, comment="The story that names it"),
        sa.Column("side", _IDENTIFIER, nullable=False, comment="person, origin or destination"),
        sa.Column("key", _IDENTIFIER, nullable=False, comment="The name, folded: what filters compare"),
        sa.Column("name", sa.Text(), nullable=False, comment="The name as the story gives it"),
        sa.ForeignKeyConstraint(["story"], ["stories.id"], name=op.f("fk_story_names_story")),
        sa.PrimaryKeyConstraint("story", "side", "key", name=op.f("pk_story_names")),
        comment="Who and what each story names, for filters, facets and flows; written with the story",
    )
    op.create_index(op.f("ix_story_names_key_story"), "story_names", ["key", "story"], unique=False)
    op.create_index(op.f("ix_story_names_side_key"), "story_names", ["side", "key"], unique=False)


def _changes() -> None:
    op.create_table(
        "story_changes",
        sa.Column("story", _IDENTIFIER, nullable=False, comment="The story"),
        sa.Column(
            "serial",
            sa.BigInteger(),
            nullable=False,
            comment="Counts up with every change of any story or its standing",
        ),
        sa.ForeignKeyConstraint(["story"], ["stories.id"], name=op.f("fk_story_changes_story")),
        sa.PrimaryKeyConstraint("story", name=op.f("pk_story_changes")),
        comment="In which order stories changed last: what programs that follow the archive ask for",
    )
    op.create_index(op.f("ix_story_changes_serial"), "story_changes", ["serial"], unique=False)


def _review_acts() -> None:
    op.create_table(
        "review_acts",
        sa.Column(
            "number",
            _NUMBER,
            sa.Identity(always=False),
            nullable=False,
            comment="Counts up: the order of the acts",
        ),
        sa.Column("story", _IDENTIFIER, nullable=False, comment="The story that was judged"),
        sa.Column("home", _IDENTIFIER, nullable=False, comment="The story that tells its event now"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When, UTC"),
        sa.Column("by", sa.Text(), nullable=False, comment="Who"),
        sa.Column("act", _IDENTIFIER, nullable=False, comment="What was done"),
        sa.Column("cause", _IDENTIFIER, nullable=True, comment="Why a story was rejected"),
        sa.Column("slot", _IDENTIFIER, nullable=True, comment="Which field was corrected"),
        sa.Column(
            "value", sa.Text(), nullable=False, comment="The new value, the watch, the other story or the article"
        ),
        sa.Column("undoes", sa.BigInteger(), nullable=True, comment="Number of the act that is taken back"),
        sa.Column("articles", sa.JSON(), nullable=False, comment="Articles that told the story then"),
        sa.Column("people", sa.JSON(), nullable=False, comment="Folded names of its movers then"),
        sa.Column("sources", sa.JSON(), nullable=False, comment="Sources that told it then"),
        sa.Column("families", sa.JSON(), nullable=False, comment="Families of the evidence that flagged it then"),
        sa.ForeignKeyConstraint(["home"], ["stories.id"], name=op.f("fk_review_acts_home")),
        sa.ForeignKeyConstraint(["story"], ["stories.id"], name=op.f("fk_review_acts_story")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_review_acts")),
        comment="What people did to stories, never changed or taken away; re-matching only moves `home`",
    )
    op.create_index(op.f("ix_review_acts_home"), "review_acts", ["home"], unique=False)
    op.create_index(op.f("ix_review_acts_story"), "review_acts", ["story"], unique=False)


def _standings() -> None:
    op.create_table(
        "standings",
        sa.Column("story", _IDENTIFIER, nullable=False, comment="The story"),
        sa.Column("verdict", _IDENTIFIER, nullable=True, comment="keep, reject or null: nobody decided"),
        sa.Column("cause", _IDENTIFIER, nullable=True, comment="Why it was rejected"),
        sa.Column("muted", sa.Boolean(), nullable=False, comment="Whether later news of it is passed over"),
        sa.Column(
            "settled", sa.DateTime(timezone=True), nullable=True, comment="When somebody last decided on it, UTC"
        ),
        sa.Column("corrections", sa.JSON(), nullable=False, comment="Corrected fields"),
        sa.Column("watches", sa.JSON(), nullable=False, comment="Watches it was assigned to"),
        sa.Column("merged_into", _IDENTIFIER, nullable=True, comment="The story that it was merged into by hand"),
        sa.Column("split", sa.JSON(), nullable=False, comment="Articles that were taken out by hand"),
        sa.Column("sources", sa.JSON(), nullable=False, comment="Sources when the verdict was given"),
        sa.Column("families", sa.JSON(), nullable=False, comment="Families of evidence when the verdict was given"),
        sa.ForeignKeyConstraint(["merged_into"], ["stories.id"], name=op.f("fk_standings_merged_into")),
        sa.ForeignKeyConstraint(["story"], ["stories.id"], name=op.f("fk_standings_story")),
        sa.PrimaryKeyConstraint("story", name=op.f("pk_standings")),
        comment="What the review_acts on each story come to; follows from `review_acts`",
    )
    op.create_index(op.f("ix_standings_merged_into"), "standings", ["merged_into"], unique=False)
    op.create_index(op.f("ix_standings_verdict"), "standings", ["verdict"], unique=False)


def _fill() -> None:
    """Index the stories that there are, as `storage.story_index` does for those to come."""
    tx = op.get_bind()
    kept = sa.table(
        "stories",
        sa.column("id"),
        sa.column("updated"),
        sa.column("people", sa.JSON),
        sa.column("origin"),
        sa.column("destination"),
    )
    told = sa.table("tellings", sa.column("story"))
    names = sa.table("story_names", *(sa.column(name) for name in ("story", "side", "key", "name")))
    changes = sa.table("story_changes", sa.column("story"), sa.column("serial"))
    is_told = sa.exists().where(told.c.story == kept.c.id).label("is_told")
    for serial, row in enumerate(tx.execute(sa.select(kept, is_told).order_by(kept.c.updated, kept.c.id)).all(), 1):
        tx.execute(changes.insert().values(story=row.id, serial=serial))
        sides = [*(("person", name) for name in row.people), ("origin", row.origin), ("destination", row.destination)]
        keyed = {(side, fold(name)): name for side, name in sides if name and row.is_told}
        for (side, key), name in keyed.items():
            tx.execute(names.insert().values(story=row.id, side=side, key=key, name=name))
