"""The rhythm of feeds, what hosts say of their rules, and the record of each visit."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_IDENTIFIER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring a database of revision 0001 to this one."""
    _feeds()
    _host_documents()
    _visits()


def _feeds() -> None:
    for column in (
        sa.Column(
            "reason", _IDENTIFIER, nullable=False, server_default="", comment="Name of the refusal behind a failure"
        ),
        sa.Column(
            "arrivals",
            sa.Float(),
            nullable=False,
            server_default="0",
            comment="New entries seen, older ones weighing less",
        ),
        sa.Column(
            "observed",
            sa.Float(),
            nullable=False,
            server_default="0",
            comment="Days of watching, older ones weighing less",
        ),
        sa.Column("hours", sa.JSON(), comment="The same by hour, UTC: 24 numbers for weekdays, 24 for weekends"),
        sa.Column("last_new", _MOMENT, comment="When an unknown entry was last seen, UTC"),
        sa.Column("window", sa.Float(), comment="Seconds from the oldest entry of the feed to its newest"),
        sa.Column("ttl", sa.Float(), comment="Seconds that the feed asks to leave between two visits"),
        sa.Column("hub", sa.Text(), comment="WebSub hub that the feed names"),
        sa.Column(
            "gaps",
            sa.Integer(),
            nullable=False,
            server_default="0",
            comment="Visits that found no entry of the one before",
        ),
        sa.Column("last_gap", _MOMENT, comment="When the last such visit was, UTC"),
        sa.Column(
            "full_text", sa.Integer(), nullable=False, server_default="0", comment="Pages in a row that add no text"
        ),
        sa.Column("offers", sa.JSON(), comment="Feeds named by the web page at this address"),
    ):
        op.add_column("feeds", column)


def _host_documents() -> None:
    op.create_table(
        "host_documents",
        sa.Column("origin", sa.Text(), nullable=False, comment="Scheme, host and port"),
        sa.Column("name", sa.Text(), nullable=False, comment="Path of the document, or kind of a page's notice"),
        sa.Column("first_seen", _MOMENT, nullable=False, comment="When it first said exactly this, UTC"),
        sa.Column("last_seen", _MOMENT, nullable=False, comment="When it last said so, UTC"),
        sa.Column("status", sa.Integer(), nullable=False, comment="HTTP status; 0: no answer"),
        sa.Column("text", sa.Text(), nullable=False, comment="What it said"),
        sa.PrimaryKeyConstraint("origin", "name", "first_seen", name=op.f("pk_host_documents")),
        comment="robots.txt, reservations of rights and the like, each version kept as evidence",
    )


def _visits() -> None:
    op.create_table(
        "visits",
        sa.Column("run", _NUMBER, nullable=False, autoincrement=False, comment="Number of the cycle"),
        sa.Column("source", _IDENTIFIER, nullable=False, comment="Identifier of the source"),
        sa.Column("at", _MOMENT, nullable=False, comment="When the feed was asked, UTC"),
        sa.Column("outcome", _IDENTIFIER, nullable=False, comment="What the visit brought"),
        sa.Column("reason", _IDENTIFIER, nullable=False, comment="Name of the refusal, when it failed"),
        sa.Column("entries", sa.Integer(), nullable=False, comment="Entries of the feed"),
        sa.Column("known", sa.Integer(), nullable=False, comment="Of them, known already"),
        sa.Column("asked", sa.Integer(), nullable=False, comment="Pages that were asked for"),
        sa.Column("kept", sa.Integer(), nullable=False, comment="Articles kept with their text"),
        sa.Column(
            "skipped", sa.JSON(), nullable=False, comment="Reason and number of articles kept without their page"
        ),
        sa.PrimaryKeyConstraint("run", "source", name=op.f("pk_visits")),
        comment="What each cycle asked each source for, and what it got",
    )
    op.create_index(op.f("ix_visits_source_at"), "visits", ["source", "at"], unique=False)
