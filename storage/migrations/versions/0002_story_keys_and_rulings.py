"""Keys under which stories are found, rulings by hand, and whose words an article uses."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_IDENTIFIER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Bring a database of revision 0001 to this one; the stories are shelved anew by the next joining."""
    _tellings()
    op.create_table(
        "story_keys",
        sa.Column(
            "key", _IDENTIFIER, nullable=False, comment="Who, where and when, as the joining of articles asks for it"
        ),
        sa.Column("story", _IDENTIFIER, nullable=False, comment="A story with tellings that is found under it"),
        sa.ForeignKeyConstraint(["story"], ["stories.id"], name=op.f("fk_story_keys_story")),
        sa.PrimaryKeyConstraint("key", "story", name=op.f("pk_story_keys")),
        comment="Under which keys each story is found; made from its tellings, can be made anew",
    )
    op.create_index(op.f("ix_story_keys_story"), "story_keys", ["story"], unique=False)
    op.create_table(
        "rulings",
        sa.Column("id", _IDENTIFIER, nullable=False, comment="Permanent identifier"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When it was made, UTC"),
        sa.Column("relation", _IDENTIFIER, nullable=False, comment="Whether the two sides tell one event or two"),
        sa.Column("some", sa.JSON(), nullable=False, comment="One side: articles with the mover of whom they tell"),
        sa.Column("others", sa.JSON(), nullable=False, comment="The other side"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rulings")),
        comment="What people decided by hand of stories; never changed, applied whenever stories are worked out",
    )
    op.create_index(op.f("ix_rulings_at_id"), "rulings", ["at", "id"], unique=False)


def _tellings() -> None:
    op.add_column(
        "tellings",
        sa.Column("voice", _IDENTIFIER, nullable=False, server_default="own", comment="Whose words the article uses"),
    )
    op.add_column(
        "tellings",
        sa.Column(
            "recalled", sa.JSON(), nullable=False, server_default="[]", comment="Older moves that the article recalls"
        ),
    )
