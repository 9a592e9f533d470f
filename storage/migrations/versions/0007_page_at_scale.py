"""The review page at scale and in full: what waits for a verdict, former texts, pauses, and what people add there."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_IDENTIFIER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring a database of the revision before to this one."""
    _names()
    _queue()
    _versions()
    _pauses()
    _own_sources()
    _own_watches()
    _saved_searches()


def _names() -> None:
    """Give each name the moment of its story; SQLite adds no column that must be filled to a table with rows."""
    with op.batch_alter_table("story_names") as names:
        names.add_column(sa.Column("updated", _MOMENT, comment="When the story last changed, UTC"))
    op.execute(
        "UPDATE story_names SET updated = (SELECT stories.updated FROM stories WHERE stories.id = story_names.story)"
    )
    with op.batch_alter_table("story_names") as names:
        names.alter_column("updated", existing_type=_MOMENT, nullable=False)
    op.drop_index(op.f("ix_story_names_key_story"), "story_names")
    # Misled planners: one side of a story is half of all names.
    op.drop_index(op.f("ix_story_names_side_key"), "story_names")
    op.create_index(
        op.f("ix_story_names_key_story_side_updated"), "story_names", ["key", "story", "side", "updated"], unique=False
    )


# What `storage.review_queue` says when a story changes, as it was when this was written.
_WAITS = """
UPDATE story_changes SET waits = (
    SELECT stories.updated FROM stories LEFT OUTER JOIN standings ON standings.story = stories.id
    WHERE stories.id = story_changes.story
    AND EXISTS (SELECT 1 FROM tellings WHERE tellings.story = stories.id)
    AND (standings.settled IS NULL OR (
        NOT standings.muted AND standings.verdict = 'keep' AND standings.merged_into IS NULL
        AND EXISTS (
            SELECT 1 FROM story_events WHERE story_events.story = stories.id AND story_events.at > standings.settled
            AND story_events.novelty IN ('amount', 'opened', 'person', 'status')
        )
    ))
)
"""


def _queue() -> None:
    comment = "When the story last changed, UTC, while it waits for a verdict; else null"
    op.add_column("story_changes", sa.Column("waits", _MOMENT, comment=comment))
    op.execute(_WAITS)
    op.create_index(op.f("ix_story_changes_waits_story"), "story_changes", ["waits", "story"], unique=False)
    if op.get_context().dialect.name == "postgresql":  # SQLite keeps no comments
        op.create_table_comment(
            "story_changes",
            "In which order stories changed last, and which of them wait for a verdict; follows from other tables",
            existing_comment="In which order stories changed last: what programs that follow the archive ask for",
        )


def _versions() -> None:
    op.create_table(
        "article_versions",
        sa.Column("article", _IDENTIFIER, nullable=False, comment="The article"),
        sa.Column("number", sa.Integer(), nullable=False, comment="Counts up from 1"),
        sa.Column("until", _MOMENT, nullable=False, comment="When another text took its place, UTC"),
        sa.Column("title", sa.Text(), nullable=False, comment="The title until then"),
        sa.Column("body", sa.Text(), nullable=False, comment="The body until then"),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_article_versions_article")),
        sa.PrimaryKeyConstraint("article", "number", name=op.f("pk_article_versions")),
        comment="Former texts of articles that their outlets edited",
    )


def _pauses() -> None:
    op.create_table(
        "pauses",
        sa.Column("source", _IDENTIFIER, nullable=False, comment="Identifier of the source"),
        sa.Column("since", _MOMENT, nullable=False, comment="When it was paused, UTC"),
        sa.Column("by", sa.Text(), nullable=False, comment="Who paused it"),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_pauses")),
        comment="Sources that no cycle visits until somebody resumes them",
    )


def _own_sources() -> None:
    op.create_table(
        "own_sources",
        sa.Column("id", _IDENTIFIER, nullable=False, comment="Identifier of the source"),
        sa.Column("name", sa.Text(), nullable=False, comment="The outlet's name"),
        sa.Column("feed", sa.Text(), nullable=False, comment="Address of its feed"),
        sa.Column("added", _MOMENT, nullable=False, comment="When, UTC"),
        sa.Column("by", sa.Text(), nullable=False, comment="Who added it"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_sources")),
        comment="Sources that were added on the page, beside those of the settings file",
    )


def _own_watches() -> None:
    op.create_table(
        "own_watches",
        sa.Column("name", sa.Text(), nullable=False, comment="Name of the watch"),
        sa.Column("fields", sa.JSON(), nullable=False, comment="What it wants, and when and whom to tell"),
        sa.Column("changed", _MOMENT, nullable=False, comment="When it was last saved, UTC"),
        sa.Column("by", sa.Text(), nullable=False, comment="Who saved it"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_own_watches")),
        comment="Watches that were made on the page, beside those of the settings file",
    )


def _saved_searches() -> None:
    op.create_table(
        "saved_searches",
        sa.Column("name", sa.Text(), nullable=False, comment="What people call it"),
        sa.Column("asked", sa.JSON(), nullable=False, comment="The filters, as the archive's address has them"),
        sa.Column("saved", _MOMENT, nullable=False, comment="When, UTC"),
        sa.Column("by", sa.Text(), nullable=False, comment="Who saved it"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_saved_searches")),
        comment="Searches of the archive that people come back to",
    )
