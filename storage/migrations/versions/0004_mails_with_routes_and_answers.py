"""Mails by several routes, taken by one sender at a time; unsubscribed readers, muted stories, readers' verdicts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_IDENTIFIER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring a database of revision 0001 to this revision."""
    _ledger()
    _suppressions()
    _story_mutes()
    _reader_verdicts()


def _ledger() -> None:
    # Columns are added, nothing is rebuilt: the frozen mails of a large ledger stay where they are.
    edition = "Why the mail went out: its schedule…"
    op.add_column(
        "digests", sa.Column("edition", _IDENTIFIER, nullable=False, server_default="digest", comment=edition)
    )
    thread = "Message-IDs of earlier mails that this one answers; null: none"
    op.add_column("digests", sa.Column("thread", sa.JSON(), comment=thread))
    link_base = "Public address of the service at that time; null: no links of one's own"
    op.add_column("digests", sa.Column("link_base", sa.Text(), comment=link_base))
    op.add_column("digests", sa.Column("payload", sa.Text(), comment="The same for programs: a JSON object"))
    route = "mail, channel:NAME or webhook:NAME"
    op.add_column("deliveries", sa.Column("route", _IDENTIFIER, nullable=False, server_default="mail", comment=route))
    holder = "The sender that has taken it; null: nobody"
    op.add_column("deliveries", sa.Column("holder", _IDENTIFIER, comment=holder))
    held_until = "Until when it is that sender's, UTC: then it must have crashed"
    op.add_column("deliveries", sa.Column("held_until", _MOMENT, comment=held_until))
    if op.get_context().dialect.name == "postgresql":  # SQLite keeps no comments
        op.alter_column("deliveries", "recipient", comment="Mail address, or the route where that is all")
        op.alter_column("deliveries", "attempts", comment="How often it was handed over")


def _suppressions() -> None:
    op.create_table(
        "suppressions",
        sa.Column("watch", sa.Text(), nullable=False, comment="Name of the watch"),
        sa.Column("recipient", sa.Text(), nullable=False, comment="Mail address in small letters"),
        sa.Column("at", _MOMENT, nullable=False, comment="When they unsubscribed, UTC"),
        sa.PrimaryKeyConstraint("watch", "recipient", name=op.f("pk_suppressions")),
        comment="Who gets no more mail of which watch, whatever the settings say",
    )


def _story_mutes() -> None:
    op.create_table(
        "story_mutes",
        sa.Column("watch", sa.Text(), nullable=False, comment="Name of the watch"),
        sa.Column("story", _IDENTIFIER, nullable=False, comment="The story"),
        sa.Column("until", _MOMENT, comment="Silent up to this moment, UTC; null: for good"),
        sa.ForeignKeyConstraint(["story"], ["stories.id"], name=op.f("fk_story_mutes_story")),
        sa.PrimaryKeyConstraint("watch", "story", name=op.f("pk_story_mutes")),
        comment="Stories that a watch does not want to hear of",
    )


def _reader_verdicts() -> None:
    op.create_table(
        "reader_verdicts",
        sa.Column("story", _IDENTIFIER, nullable=False, comment="The story"),
        sa.Column("watch", sa.Text(), nullable=False, comment="Name of the watch"),
        sa.Column("recipient", sa.Text(), nullable=False, comment="Mail address in small letters"),
        sa.Column("verdict", _IDENTIFIER, nullable=False, comment="keep: relevant; reject: beside the point"),
        sa.Column("at", _MOMENT, nullable=False, comment="When they said so, UTC"),
        sa.ForeignKeyConstraint(["story"], ["stories.id"], name=op.f("fk_reader_verdicts_story")),
        sa.PrimaryKeyConstraint("story", "watch", "recipient", name=op.f("pk_reader_verdicts")),
        comment="What readers answered to «relevant?» in their mails: the last word of each",
    )
