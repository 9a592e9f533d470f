"""The first tables: articles, judgements, feeds, stories, the ledger of digests, cycles, full-text search."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_IDENTIFIER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring a fresh database to this revision."""
    _articles()
    _judgements()
    _feeds()
    _stories()
    _tellings()
    _digests()
    _deliveries()
    _search()


def _articles() -> None:
    op.create_table(
        "articles",
        sa.Column(
            "number",
            _NUMBER,
            sa.Identity(always=False),
            nullable=False,
            comment="Row of the full-text index; never leaves storage",
        ),
        sa.Column("id", _IDENTIFIER, nullable=False, comment="Permanent identifier, made from the address"),
        sa.Column("url", sa.Text(), nullable=False, comment="Canonical address"),
        sa.Column("source", _IDENTIFIER, nullable=False, comment="Identifier of the source whose feed named it first"),
        sa.Column("outlet", sa.Text(), nullable=False, comment="Name of the outlet, for people"),
        sa.Column("title", sa.Text(), nullable=False, comment="Title, plain text"),
        sa.Column(
            "body", sa.Text(), nullable=False, comment="Body, plain text; evidence offsets count title, two ends, body"
        ),
        sa.Column("author", sa.Text(), nullable=True, comment="Author as the outlet names them"),
        sa.Column("language", sa.Text(), nullable=True, comment="Language code as the feed or page gives it"),
        sa.Column(
            "published",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Publication time as the outlet gives it, UTC",
        ),
        sa.Column(
            "first_seen",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When Mercato saw it first, UTC; never changes",
        ),
        sa.Column(
            "told",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="The earlier of published and first_seen, UTC: the order of lists",
        ),
        sa.Column(
            "extraction", _IDENTIFIER, nullable=False, comment="How the text came to be: full, teaser or summary"
        ),
        sa.Column("note", sa.Text(), nullable=False, comment="Why the extraction is not full, for people"),
        sa.Column(
            "retry_page", sa.Boolean(), nullable=False, comment="Whether the page failed for a reason that may pass"
        ),
        sa.Column("page_attempts", sa.Integer(), nullable=False, comment="How often the page was asked for in vain"),
        sa.Column(
            "capture_file",
            sa.Text(),
            nullable=True,
            comment="WARC file of the raw page, relative to the archive folder",
        ),
        sa.Column(
            "capture_offset", sa.BigInteger(), nullable=True, comment="Where its record starts in the file, bytes"
        ),
        sa.Column("capture_length", sa.BigInteger(), nullable=True, comment="Compressed length of its record, bytes"),
        sa.Column("capture_sha256", _IDENTIFIER, nullable=True, comment="SHA-256 of the raw page"),
        sa.Column(
            "judged_by",
            _IDENTIFIER,
            nullable=True,
            comment="Fingerprint of the lexicon that judged this text; null: not judged yet",
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_articles")),
        sa.UniqueConstraint("id", name=op.f("uq_articles_id")),
        comment="Pages of the press, each once",
    )
    op.create_index(op.f("ix_articles_judged_by_told_id"), "articles", ["judged_by", "told", "id"], unique=False)
    op.create_index(op.f("ix_articles_told_id"), "articles", ["told", "id"], unique=False)


def _judgements() -> None:
    op.create_table(
        "judgements",
        sa.Column("article", _IDENTIFIER, nullable=False, comment="The judged article"),
        sa.Column("fingerprint", _IDENTIFIER, nullable=False, comment="Lexicon and matcher that judged"),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False, comment="When, UTC"),
        sa.Column("reason", _IDENTIFIER, nullable=True, comment="Why the article was not flagged; null: it was"),
        sa.Column("score", sa.Float(), nullable=False, comment="Weight of the evidence"),
        sa.Column("moves", sa.JSON(), nullable=False, comment="Moves that were seen, the news first"),
        sa.Column("sources_cited", sa.JSON(), nullable=False, comment="Original sources that the article names"),
        sa.Column("evidence", sa.JSON(), nullable=False, comment="Evidence that concerns the whole article"),
        sa.Column("joined", sa.Boolean(), nullable=False, comment="Whether the stories have taken this judgement in"),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_judgements_article")),
        sa.PrimaryKeyConstraint("article", name=op.f("pk_judgements")),
        comment="What the matcher made of each article: its newest judgement",
    )
    op.create_index(
        op.f("ix_judgements_fingerprint_joined_reason"), "judgements", ["fingerprint", "joined", "reason"], unique=False
    )
    op.create_table(
        "aliases",
        sa.Column("link", _IDENTIFIER, nullable=False, comment="Identifier made from the address of the link"),
        sa.Column("article", _IDENTIFIER, nullable=False, comment="The article that it leads to"),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_aliases_article")),
        sa.PrimaryKeyConstraint("link", name=op.f("pk_aliases")),
        comment="Links of feeds that redirect to articles",
    )


def _feeds() -> None:
    op.create_table(
        "feeds",
        sa.Column("source", _IDENTIFIER, nullable=False, comment="Identifier of the source"),
        sa.Column("url", sa.Text(), nullable=False, comment="Address of the feed at its last visit"),
        sa.Column("outcome", _IDENTIFIER, nullable=False, comment="What the last visit brought"),
        sa.Column("detail", sa.Text(), nullable=False, comment="Status line or parser message, for people"),
        sa.Column("etag", sa.Text(), nullable=True, comment="Validator for the next conditional request"),
        sa.Column("last_modified", sa.Text(), nullable=True, comment="Validator for the next conditional request"),
        sa.Column(
            "body_sha256",
            _IDENTIFIER,
            nullable=True,
            comment="SHA-256 of the feed's bytes, to notice servers that ignore validators",
        ),
        sa.Column("last_attempt", sa.DateTime(timezone=True), nullable=True, comment="Last visit, UTC"),
        sa.Column(
            "last_success", sa.DateTime(timezone=True), nullable=True, comment="Last visit that could be read, UTC"
        ),
        sa.Column(
            "newest_entry", sa.DateTime(timezone=True), nullable=True, comment="Date of the newest entry seen, UTC"
        ),
        sa.Column("failures", sa.Integer(), nullable=False, comment="Visits in a row that failed"),
        sa.Column(
            "next_due", sa.DateTime(timezone=True), nullable=True, comment="When to visit again, UTC; null: at once"
        ),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_feeds")),
        comment="What is remembered of each feed between two visits",
    )
    op.create_table(
        "host_rests",
        sa.Column("host", sa.Text(), nullable=False, comment="Host name, lower case"),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False, comment="Leave the host alone until then, UTC"),
        sa.Column("why", sa.Text(), nullable=False, comment="What the host answered"),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_host_rests")),
        comment="Hosts that asked to be left alone (Retry-After)",
    )
    op.create_table(
        "runs",
        sa.Column("id", _NUMBER, sa.Identity(always=False), nullable=False, comment="Number of the cycle"),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False, comment="When it began, UTC"),
        sa.Column(
            "finished",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it ended, UTC; null: running, or killed",
        ),
        sa.Column("report", sa.JSON(), nullable=True, comment="What the cycle saw and did"),
        sa.Column("succeeded", sa.JSON(), nullable=True, comment="Names of the outlets that could be read"),
        sa.Column("failed", sa.JSON(), nullable=True, comment="Names of the outlets that could not be read"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
        comment="Crawl cycles",
    )
    op.create_index(op.f("ix_runs_finished"), "runs", ["finished"], unique=False)
    op.create_table(
        "facts",
        sa.Column("name", _IDENTIFIER, nullable=False, comment="Name of the fact"),
        sa.Column("value", sa.Text(), nullable=False, comment="Its value"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_facts")),
        comment="Facts about the database itself, such as the version of its search keys",
    )


def _stories() -> None:
    op.create_table(
        "stories",
        sa.Column("id", _IDENTIFIER, nullable=False, comment="Permanent identifier"),
        sa.Column(
            "opened", sa.DateTime(timezone=True), nullable=False, comment="When the first telling was learnt, UTC"
        ),
        sa.Column(
            "updated", sa.DateTime(timezone=True), nullable=False, comment="When a telling last added something, UTC"
        ),
        sa.Column("people", sa.JSON(), nullable=False, comment="Names of the movers"),
        sa.Column("group", sa.JSON(), nullable=True, comment="Movers without names: label and count"),
        sa.Column("origin", sa.Text(), nullable=True, comment="Organisation that is left"),
        sa.Column("destination", sa.Text(), nullable=True, comment="Organisation that is joined"),
        sa.Column("role", sa.Text(), nullable=True, comment="New position, or the one that is left"),
        sa.Column("status", _IDENTIFIER, nullable=False, comment="How far the move is established"),
        sa.Column("kind", _IDENTIFIER, nullable=False, comment="Sort of move"),
        sa.Column("figures", sa.JSON(), nullable=False, comment="Amounts, each with who gave it"),
        sa.Column("origins", sa.JSON(), nullable=False, comment="Original sources that the tellings cite"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stories")),
        comment="Events of the market, each told by one article or by many",
    )
    op.create_index(op.f("ix_stories_opened"), "stories", ["opened"], unique=False)
    op.create_index(op.f("ix_stories_updated_id"), "stories", ["updated", "id"], unique=False)


def _tellings() -> None:
    op.create_table(
        "tellings",
        sa.Column("story", _IDENTIFIER, nullable=False, comment="The story that is told"),
        sa.Column("article", _IDENTIFIER, nullable=False, comment="The article that tells it"),
        sa.Column(
            "position", sa.Integer(), nullable=False, comment="Place among the tellings, in the order they came out"
        ),
        sa.Column("url", sa.Text(), nullable=False, comment="Address of the article when it was joined"),
        sa.Column("outlet", sa.Text(), nullable=False, comment="Name of the outlet"),
        sa.Column("source", _IDENTIFIER, nullable=False, comment="Identifier of the source"),
        sa.Column("title", sa.Text(), nullable=False, comment="Title when it was joined"),
        sa.Column(
            "published",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Publication time as the outlet gives it, UTC",
        ),
        sa.Column(
            "first_seen", sa.DateTime(timezone=True), nullable=False, comment="When Mercato saw the article, UTC"
        ),
        sa.Column("moves", sa.JSON(), nullable=False, comment="The article's moves that belong to this story"),
        sa.Column("sources_cited", sa.JSON(), nullable=False, comment="Original sources that the article names"),
        sa.Column("score", sa.Float(), nullable=False, comment="Weight of the article's evidence"),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_tellings_article")),
        sa.ForeignKeyConstraint(["story"], ["stories.id"], name=op.f("fk_tellings_story")),
        sa.PrimaryKeyConstraint("story", "article", name=op.f("pk_tellings")),
        comment="Which article tells which story, and its version of it",
    )
    op.create_index(op.f("ix_tellings_article"), "tellings", ["article"], unique=False)
    op.create_table(
        "story_events",
        sa.Column("id", _IDENTIFIER, nullable=False, comment="Permanent identifier"),
        sa.Column("story", _IDENTIFIER, nullable=False, comment="The story that grew"),
        sa.Column("article", _IDENTIFIER, nullable=False, comment="The article that added it"),
        sa.Column(
            "position",
            sa.Integer(),
            nullable=False,
            comment="Place among the story's events, in the order they were learnt",
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When Mercato learnt it, UTC"),
        sa.Column("novelty", _IDENTIFIER, nullable=False, comment="What sort of addition it is"),
        sa.Column("before", sa.Text(), nullable=False, comment="What was known before"),
        sa.Column("after", sa.Text(), nullable=False, comment="What is known since"),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_story_events_article")),
        sa.ForeignKeyConstraint(["story"], ["stories.id"], name=op.f("fk_story_events_story")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story_events")),
        comment="What each telling added to its story; digests are made of these",
    )
    op.create_index(op.f("ix_story_events_at_id"), "story_events", ["at", "id"], unique=False)
    op.create_index(op.f("ix_story_events_story"), "story_events", ["story"], unique=False)


def _digests() -> None:
    op.create_table(
        "watches",
        sa.Column("watch", sa.Text(), nullable=False, comment="Name of the watch"),
        sa.Column("began", sa.DateTime(timezone=True), nullable=False, comment="When the watch was first seen, UTC"),
        sa.PrimaryKeyConstraint("watch", name=op.f("pk_watches")),
        comment="When each watch began: what was known before is its backlog",
    )
    op.create_table(
        "digests",
        sa.Column("id", _IDENTIFIER, nullable=False, comment="Identifier, made from watch and period"),
        sa.Column("watch", sa.Text(), nullable=False, comment="Name of the watch"),
        sa.Column("period", _IDENTIFIER, nullable=False, comment="Name of the window: the scheduled moment, UTC"),
        sa.Column(
            "window_start",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="The window begins after this moment, UTC",
        ),
        sa.Column(
            "window_end", sa.DateTime(timezone=True), nullable=False, comment="The window ends with this moment, UTC"
        ),
        sa.Column("missed", sa.Integer(), nullable=False, comment="Earlier windows that are merged into this one"),
        sa.Column("first", sa.Boolean(), nullable=False, comment="Whether it is the first window of the watch"),
        sa.Column("composed_at", sa.DateTime(timezone=True), nullable=False, comment="When it was composed, UTC"),
        sa.Column("stories", sa.Integer(), nullable=False, comment="New stories in it"),
        sa.Column("updates", sa.Integer(), nullable=False, comment="Known stories with news in it"),
        sa.Column(
            "message_id",
            sa.Text(),
            nullable=True,
            comment="Message-ID of the mail; null: nothing to say in this window",
        ),
        sa.Column("subject", sa.Text(), nullable=True, comment="Subject of the mail"),
        sa.Column("text", sa.Text(), nullable=True, comment="Plain text part, complete"),
        sa.Column("html", sa.Text(), nullable=True, comment="HTML part"),
        sa.Column("sender", sa.Text(), nullable=True, comment="From address"),
        sa.Column("date", sa.DateTime(timezone=True), nullable=True, comment="Date header, UTC"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
        sa.UniqueConstraint("watch", "period", name=op.f("uq_digests_watch_period")),
        comment="The ledger: one row per watch and period, with the mail frozen as it was composed",
    )
    op.create_index(op.f("ix_digests_composed_at_id"), "digests", ["composed_at", "id"], unique=False)
    op.create_index(op.f("ix_digests_watch_window_end"), "digests", ["watch", "window_end"], unique=False)


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("digest", _IDENTIFIER, nullable=False, comment="The digest"),
        sa.Column("recipient", sa.Text(), nullable=False, comment="Mail address"),
        sa.Column("state", _IDENTIFIER, nullable=False, comment="How far it has come"),
        sa.Column("attempts", sa.Integer(), nullable=False, comment="How often it was handed to the mail server"),
        sa.Column(
            "next_try", sa.DateTime(timezone=True), nullable=True, comment="Not before this moment, UTC; null: at once"
        ),
        sa.Column("detail", sa.Text(), nullable=False, comment="Last answer of the mail server, or the file written"),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False, comment="When the state was recorded, UTC"),
        sa.ForeignKeyConstraint(["digest"], ["digests.id"], name=op.f("fk_deliveries_digest")),
        sa.PrimaryKeyConstraint("digest", "recipient", name=op.f("pk_deliveries")),
        comment="The way of each digest to each recipient",
    )
    op.create_index(op.f("ix_deliveries_state_next_try"), "deliveries", ["state", "next_try"], unique=False)
    op.create_table(
        "digest_events",
        sa.Column("digest", _IDENTIFIER, nullable=False, comment="The digest"),
        sa.Column("event", _IDENTIFIER, nullable=False, comment="The event that it tells"),
        sa.ForeignKeyConstraint(["digest"], ["digests.id"], name=op.f("fk_digest_events_digest")),
        sa.ForeignKeyConstraint(["event"], ["story_events.id"], name=op.f("fk_digest_events_event")),
        sa.PrimaryKeyConstraint("digest", "event", name=op.f("pk_digest_events")),
        comment="Which digest told which event, so that none is told twice",
    )
    op.create_index(op.f("ix_digest_events_event"), "digest_events", ["event"], unique=False)


def _search() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # No positions (detail=none): queries join keys with AND and OR only. The ascii tokenizer leaves keys alone.
        op.execute("CREATE VIRTUAL TABLE article_search USING fts5(keys, content='', detail=none, tokenize=ascii)")
        return
    op.create_table(
        "article_search",
        sa.Column("article", sa.BigInteger(), nullable=False, comment="Number of the article"),
        sa.Column("keys", postgresql.TSVECTOR(), nullable=False, comment="Folded and stemmed words of its text"),
        sa.ForeignKeyConstraint(["article"], ["articles.number"], name="fk_article_search_article", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article", name="pk_article_search"),
        comment="Full-text index of the articles",
    )
    # Without fastupdate=off new rows wait in a list that every search reads from end to end.
    op.execute("CREATE INDEX ix_article_search_keys ON article_search USING gin (keys) WITH (fastupdate = off)")
