"""Workers on several machines, judgements made again, and events that are no news."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_IDENTIFIER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring a database of the revision before to this revision."""
    again = "Made by reprocessing: what it adds is no news"
    op.add_column(
        "judgements", sa.Column("again", sa.Boolean(), nullable=False, server_default=sa.false(), comment=again)
    )
    op.create_table(
        "quiet_events",
        sa.Column("event", _IDENTIFIER, nullable=False, comment="The event"),
        sa.ForeignKeyConstraint(["event"], ["story_events.id"], name=op.f("fk_quiet_events_event")),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_quiet_events")),
        comment="Events that came of reprocessing old articles: kept and shown, never mailed",
    )
    op.create_table(
        "workers",
        sa.Column(
            "number", sa.BigInteger(), nullable=False, autoincrement=False, comment="Number by which jobs name it"
        ),
        sa.Column("host", sa.Text(), nullable=False, comment="Name of its machine"),
        sa.Column("pid", sa.Integer(), nullable=False, comment="Process there"),
        sa.Column("queue", _IDENTIFIER, nullable=False, comment="Which jobs it takes"),
        sa.Column("began", _MOMENT, nullable=False, comment="When it began, UTC"),
        sa.Column("seen", _MOMENT, nullable=False, comment="When it last said that it lives, UTC"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_workers")),
        comment="Who works on the jobs of this archive, on which machine",
    )
