"""Hubs that call when a feed has news."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_IDENTIFIER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring a database of the revision before to this one."""
    op.create_table(
        "hub_subscriptions",
        sa.Column("source", _IDENTIFIER, nullable=False, comment="Identifier of the source"),
        sa.Column("topic", sa.Text(), nullable=False, comment="Address of the feed as the feed itself gives it"),
        sa.Column("hub", sa.Text(), nullable=False, comment="WebSub hub that was asked to tell of its news"),
        sa.Column("token", _IDENTIFIER, nullable=False, comment="End of the address that the hub calls"),
        sa.Column("secret", sa.Text(), nullable=False, comment="Key of the hub's signatures"),
        sa.Column("asked", _MOMENT, nullable=False, comment="When the hub was last asked, UTC"),
        sa.Column("until", _MOMENT, comment="End of the lease, UTC; null: not confirmed"),
        sa.Column("pushed", _MOMENT, comment="When the hub last told of news, UTC"),
        sa.Column("refused", sa.Text(), nullable=False, comment="Why the hub declined, for people"),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_hub_subscriptions")),
        sa.UniqueConstraint("token", name=op.f("uq_hub_subscriptions_token")),
        comment="Hubs that call when a feed has news, so that it is asked at once",
    )
