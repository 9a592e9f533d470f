"""The tables, each with what it is for; `migrations` makes exactly these, and a test compares them.

The full-text index `article_search` is not among them: it is an FTS5 table on SQLite and a tsvector on PostgreSQL,
and `search` alone knows it.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
    false,
)
from sqlalchemy import Identity as Numbered

from storage.column_types import STORED_JSON, CleanText, Identifier, UtcDateTime

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

# SQLite numbers rows by itself only when the key's type is exactly INTEGER.
_NUMBER = BigInteger().with_variant(Integer(), "sqlite")

articles = Table(
    "articles",
    metadata,
    Column("number", _NUMBER, Numbered(), primary_key=True, comment="Row of the full-text index; never leaves storage"),
    Column("id", Identifier, nullable=False, unique=True, comment="Permanent identifier, made from the address"),
    Column("url", CleanText, nullable=False, comment="Canonical address"),
    Column("source", Identifier, nullable=False, comment="Identifier of the source whose feed named it first"),
    Column("outlet", CleanText, nullable=False, comment="Name of the outlet, for people"),
    Column("title", CleanText, nullable=False, comment="Title, plain text"),
    Column("body", CleanText, nullable=False, comment="Body, plain text; evidence offsets count title, two ends, body"),
    Column("author", CleanText, comment="Author as the outlet names them"),
    Column("language", CleanText, comment="Language code as the feed or page gives it"),
    Column("published", UtcDateTime, comment="Publication time as the outlet gives it, UTC"),
    Column("first_seen", UtcDateTime, nullable=False, comment="When Mercato saw it first, UTC; never changes"),
    Column(
        "told", UtcDateTime, nullable=False, comment="The earlier of published and first_seen, UTC: the order of lists"
    ),
    Column("extraction", Identifier, nullable=False, comment="How the text came to be: full, teaser or summary"),
    Column("note", CleanText, nullable=False, comment="Why the extraction is not full, for people"),
    Column("retry_page", Boolean, nullable=False, comment="Whether the page failed for a reason that may pass"),
    Column("page_attempts", Integer, nullable=False, comment="How often the page was asked for in vain"),
    Column("capture_file", CleanText, comment="WARC file of the raw page, relative to the archive folder"),
    Column("capture_offset", BigInteger, comment="Where its record starts in the file, bytes"),
    Column("capture_length", BigInteger, comment="Compressed length of its record, bytes"),
    Column("capture_sha256", Identifier, comment="SHA-256 of the raw page"),
    Column("judged_by", Identifier, comment="Fingerprint of the lexicon that judged this text; null: not judged yet"),
    Index(None, "told", "id"),
    Index(None, "judged_by", "told", "id"),
    Index(None, "source", "told", "id"),
    # All that lists and facets of hits need, so that the long rows themselves are read for one page only.
    Index(None, "number", "told", "id", "source"),
    comment="Pages of the press, each once",
)

judgements = Table(
    "judgements",
    metadata,
    Column("article", ForeignKey(articles.c.id), primary_key=True, comment="The judged article"),
    Column("fingerprint", Identifier, nullable=False, comment="Lexicon and matcher that judged"),
    Column("judged_at", UtcDateTime, nullable=False, comment="When, UTC"),
    Column("reason", Identifier, comment="Why the article was not flagged; null: it was"),
    Column("score", Float, nullable=False, comment="Weight of the evidence"),
    Column("moves", STORED_JSON, nullable=False, comment="Moves that were seen, the news first"),
    Column("sources_cited", STORED_JSON, nullable=False, comment="Original sources that the article names"),
    Column("evidence", STORED_JSON, nullable=False, comment="Evidence that concerns the whole article"),
    Column("joined", Boolean, nullable=False, comment="Whether the stories have taken this judgement in"),
    Column(
        "again",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="Made by reprocessing: what it adds is no news",
    ),
    Index(None, "fingerprint", "joined", "reason"),
    comment="What the matcher made of each article: its newest judgement",
)

aliases = Table(
    "aliases",
    metadata,
    Column("link", Identifier, primary_key=True, comment="Identifier made from the address of the link"),
    Column("article", ForeignKey(articles.c.id), nullable=False, comment="The article that it leads to"),
    comment="Links of feeds that redirect to articles",
)

article_versions = Table(
    "article_versions",
    metadata,
    Column("article", ForeignKey(articles.c.id), primary_key=True, comment="The article"),
    Column("number", Integer, primary_key=True, comment="Counts up from 1"),
    Column("until", UtcDateTime, nullable=False, comment="When another text took its place, UTC"),
    Column("title", CleanText, nullable=False, comment="The title until then"),
    Column("body", CleanText, nullable=False, comment="The body until then"),
    comment="Former texts of articles that their outlets edited",
)

pauses = Table(
    "pauses",
    metadata,
    Column("source", Identifier, primary_key=True, comment="Identifier of the source"),
    Column("since", UtcDateTime, nullable=False, comment="When it was paused, UTC"),
    Column("by", CleanText, nullable=False, comment="Who paused it"),
    comment="Sources that no cycle visits until somebody resumes them",
)

own_sources = Table(
    "own_sources",
    metadata,
    Column("id", Identifier, primary_key=True, comment="Identifier of the source"),
    Column("name", CleanText, nullable=False, comment="The outlet's name"),
    Column("feed", CleanText, nullable=False, comment="Address of its feed"),
    Column("added", UtcDateTime, nullable=False, comment="When, UTC"),
    Column("by", CleanText, nullable=False, comment="Who added it"),
    comment="Sources that were added on the page, beside those of the settings file",
)

own_watches = Table(
    "own_watches",
    metadata,
    Column("name", CleanText, primary_key=True, comment="Name of the watch"),
    Column("fields", STORED_JSON, nullable=False, comment="What it wants, and when and whom to tell"),
    Column("changed", UtcDateTime, nullable=False, comment="When it was last saved, UTC"),
    Column("by", CleanText, nullable=False, comment="Who saved it"),
    comment="Watches that were made on the page, beside those of the settings file",
)

saved_searches = Table(
    "saved_searches",
    metadata,
    Column("name", CleanText, primary_key=True, comment="What people call it"),
    Column("asked", STORED_JSON, nullable=False, comment="The filters, as the archive's address has them"),
    Column("saved", UtcDateTime, nullable=False, comment="When, UTC"),
    Column("by", CleanText, nullable=False, comment="Who saved it"),
    comment="Searches of the archive that people come back to",
)

feeds = Table(
    "feeds",
    metadata,
    Column("source", Identifier, primary_key=True, comment="Identifier of the source"),
    Column("url", CleanText, nullable=False, comment="Address of the feed at its last visit"),
    Column("outcome", Identifier, nullable=False, comment="What the last visit brought"),
    Column("detail", CleanText, nullable=False, comment="Status line or parser message, for people"),
    Column("etag", CleanText, comment="Validator for the next conditional request"),
    Column("last_modified", CleanText, comment="Validator for the next conditional request"),
    Column("body_sha256", Identifier, comment="SHA-256 of the feed's bytes, to notice servers that ignore validators"),
    Column("last_attempt", UtcDateTime, comment="Last visit, UTC"),
    Column("last_success", UtcDateTime, comment="Last visit that could be read, UTC"),
    Column("newest_entry", UtcDateTime, comment="Date of the newest entry seen, UTC"),
    Column("failures", Integer, nullable=False, comment="Visits in a row that failed"),
    Column("next_due", UtcDateTime, comment="When to visit again, UTC; null: at once"),
    Column("reason", Identifier, nullable=False, server_default="", comment="Name of the refusal behind a failure"),
    Column("arrivals", Float, nullable=False, server_default="0", comment="New entries seen, older ones weighing less"),
    Column("observed", Float, nullable=False, server_default="0", comment="Days of watching, older ones weighing less"),
    Column("hours", STORED_JSON, comment="The same by hour, UTC: 24 numbers for weekdays, 24 for weekends"),
    Column("last_new", UtcDateTime, comment="When an unknown entry was last seen, UTC"),
    Column("window", Float, comment="Seconds from the oldest entry of the feed to its newest"),
    Column("ttl", Float, comment="Seconds that the feed asks to leave between two visits"),
    Column("hub", CleanText, comment="WebSub hub that the feed names"),
    Column("gaps", Integer, nullable=False, server_default="0", comment="Visits that found no entry of the one before"),
    Column("last_gap", UtcDateTime, comment="When the last such visit was, UTC"),
    Column("full_text", Integer, nullable=False, server_default="0", comment="Pages in a row that add no text"),
    Column("offers", STORED_JSON, comment="Feeds named by the web page at this address"),
    comment="What is remembered of each feed between two visits",
)

hub_subscriptions = Table(
    "hub_subscriptions",
    metadata,
    Column("source", Identifier, primary_key=True, comment="Identifier of the source"),
    Column("topic", CleanText, nullable=False, comment="Address of the feed as the feed itself gives it"),
    Column("hub", CleanText, nullable=False, comment="WebSub hub that was asked to tell of its news"),
    Column("token", Identifier, nullable=False, comment="End of the address that the hub calls"),
    Column("secret", CleanText, nullable=False, comment="Key of the hub's signatures"),
    Column("asked", UtcDateTime, nullable=False, comment="When the hub was last asked, UTC"),
    Column("until", UtcDateTime, comment="End of the lease, UTC; null: not confirmed"),
    Column("pushed", UtcDateTime, comment="When the hub last told of news, UTC"),
    Column("refused", CleanText, nullable=False, comment="Why the hub declined, for people"),
    UniqueConstraint("token"),
    comment="Hubs that call when a feed has news, so that it is asked at once",
)

host_documents = Table(
    "host_documents",
    metadata,
    Column("origin", CleanText, primary_key=True, comment="Scheme, host and port"),
    Column("name", CleanText, primary_key=True, comment="Path of the document, or kind of a page's notice"),
    Column("first_seen", UtcDateTime, primary_key=True, comment="When it first said exactly this, UTC"),
    Column("last_seen", UtcDateTime, nullable=False, comment="When it last said so, UTC"),
    Column("status", Integer, nullable=False, comment="HTTP status; 0: no answer"),
    Column("text", CleanText, nullable=False, comment="What it said"),
    comment="robots.txt, reservations of rights and the like, each version kept as evidence",
)

host_rests = Table(
    "host_rests",
    metadata,
    Column("host", CleanText, primary_key=True, comment="Host name, lower case"),
    Column("until", UtcDateTime, nullable=False, comment="Leave the host alone until then, UTC"),
    Column("why", CleanText, nullable=False, comment="What the host answered"),
    comment="Hosts that asked to be left alone (Retry-After)",
)

stories = Table(
    "stories",
    metadata,
    Column("id", Identifier, primary_key=True, comment="Permanent identifier"),
    Column("opened", UtcDateTime, nullable=False, comment="When the first telling was learnt, UTC"),
    Column("updated", UtcDateTime, nullable=False, comment="When a telling last added something, UTC"),
    Column("people", STORED_JSON, nullable=False, comment="Names of the movers"),
    Column("group", STORED_JSON, comment="Movers without names: label and count"),
    Column("origin", CleanText, comment="Organisation that is left"),
    Column("destination", CleanText, comment="Organisation that is joined"),
    Column("role", CleanText, comment="New position, or the one that is left"),
    Column("status", Identifier, nullable=False, comment="How far the move is established"),
    Column("kind", Identifier, nullable=False, comment="Sort of move"),
    Column("figures", STORED_JSON, nullable=False, comment="Amounts, each with who gave it"),
    Column("origins", STORED_JSON, nullable=False, comment="Original sources that the tellings cite"),
    Index(None, "updated", "id"),
    Index(None, "opened"),
    comment="Events of the market, each told by one article or by many",
)

tellings = Table(
    "tellings",
    metadata,
    Column("story", ForeignKey(stories.c.id), primary_key=True, comment="The story that is told"),
    Column("article", ForeignKey(articles.c.id), primary_key=True, comment="The article that tells it"),
    Column("position", Integer, nullable=False, comment="Place among the tellings, in the order they came out"),
    Column("url", CleanText, nullable=False, comment="Address of the article when it was joined"),
    Column("outlet", CleanText, nullable=False, comment="Name of the outlet"),
    Column("source", Identifier, nullable=False, comment="Identifier of the source"),
    Column("title", CleanText, nullable=False, comment="Title when it was joined"),
    Column("published", UtcDateTime, comment="Publication time as the outlet gives it, UTC"),
    Column("first_seen", UtcDateTime, nullable=False, comment="When Mercato saw the article, UTC"),
    Column("moves", STORED_JSON, nullable=False, comment="The article's moves that belong to this story"),
    Column("sources_cited", STORED_JSON, nullable=False, comment="Original sources that the article names"),
    Column("score", Float, nullable=False, comment="Weight of the article's evidence"),
    Column("voice", Identifier, nullable=False, server_default="own", comment="Whose words the article uses"),
    Column(
        "recalled", STORED_JSON, nullable=False, server_default="[]", comment="Older moves that the article recalls"
    ),
    Index(None, "article"),
    comment="Which article tells which story, and its version of it",
)

story_keys = Table(
    "story_keys",
    metadata,
    Column("key", Identifier, primary_key=True, comment="Who, where and when, as the joining of articles asks for it"),
    Column("story", ForeignKey(stories.c.id), primary_key=True, comment="A story with tellings that is found under it"),
    Index(None, "story"),
    comment="Under which keys each story is found; made from its tellings, can be made anew",
)

rulings = Table(
    "rulings",
    metadata,
    Column("id", Identifier, primary_key=True, comment="Permanent identifier"),
    Column("at", UtcDateTime, nullable=False, comment="When it was made, UTC"),
    Column("relation", Identifier, nullable=False, comment="Whether the two sides tell one event or two"),
    Column("some", STORED_JSON, nullable=False, comment="One side: articles with the mover of whom they tell"),
    Column("others", STORED_JSON, nullable=False, comment="The other side"),
    Index(None, "at", "id"),
    comment="What people decided by hand of stories; never changed, applied whenever stories are worked out",
)

story_events = Table(
    "story_events",
    metadata,
    Column("id", Identifier, primary_key=True, comment="Permanent identifier"),
    Column("story", ForeignKey(stories.c.id), nullable=False, comment="The story that grew"),
    Column("article", ForeignKey(articles.c.id), nullable=False, comment="The article that added it"),
    Column(
        "position", Integer, nullable=False, comment="Place among the story's events, in the order they were learnt"
    ),
    Column("at", UtcDateTime, nullable=False, comment="When Mercato learnt it, UTC"),
    Column("novelty", Identifier, nullable=False, comment="What sort of addition it is"),
    Column("before", CleanText, nullable=False, comment="What was known before"),
    Column("after", CleanText, nullable=False, comment="What is known since"),
    Index(None, "at", "id"),
    Index(None, "story"),
    comment="What each telling added to its story; digests are made of these",
)

story_names = Table(
    "story_names",
    metadata,
    Column("story", ForeignKey(stories.c.id), primary_key=True, comment="The story that names it"),
    Column("side", Identifier, primary_key=True, comment="person, origin or destination"),
    Column("key", Identifier, primary_key=True, comment="The name, folded: what filters compare"),
    Column("name", CleanText, nullable=False, comment="The name as the story gives it"),
    Column("updated", UtcDateTime, nullable=False, comment="When the story last changed, UTC"),
    # Holds all that filters and neighbours ask of a name, so that they read no story.
    Index(None, "key", "story", "side", "updated"),
    comment="Who and what each story names, for filters, facets and flows; written with the story",
)

story_changes = Table(
    "story_changes",
    metadata,
    Column("story", ForeignKey(stories.c.id), primary_key=True, comment="The story"),
    Column("serial", BigInteger, nullable=False, comment="Counts up with every change of any story or its standing"),
    Column("waits", UtcDateTime, comment="When the story last changed, UTC, while it waits for a verdict; else null"),
    Index(None, "serial"),
    Index(None, "waits", "story"),
    comment="In which order stories changed last, and which of them wait for a verdict; follows from other tables",
)

review_acts = Table(
    "review_acts",
    metadata,
    Column("number", _NUMBER, Numbered(), primary_key=True, comment="Counts up: the order of the acts"),
    Column("story", ForeignKey(stories.c.id), nullable=False, comment="The story that was judged"),
    Column("home", ForeignKey(stories.c.id), nullable=False, comment="The story that tells its event now"),
    Column("at", UtcDateTime, nullable=False, comment="When, UTC"),
    Column("by", CleanText, nullable=False, comment="Who"),
    Column("act", Identifier, nullable=False, comment="What was done"),
    Column("cause", Identifier, comment="Why a story was rejected"),
    Column("slot", Identifier, comment="Which field was corrected"),
    Column("value", CleanText, nullable=False, comment="The new value, the watch, the other story or the article"),
    Column("undoes", BigInteger, comment="Number of the act that is taken back"),
    Column("articles", STORED_JSON, nullable=False, comment="Articles that told the story then"),
    Column("people", STORED_JSON, nullable=False, comment="Folded names of its movers then"),
    Column("sources", STORED_JSON, nullable=False, comment="Sources that told it then"),
    Column("families", STORED_JSON, nullable=False, comment="Families of the evidence that flagged it then"),
    Index(None, "home"),
    Index(None, "story"),
    comment="What people did to stories, never changed or taken away; re-matching only moves `home`",
)

standings = Table(
    "standings",
    metadata,
    Column("story", ForeignKey(stories.c.id), primary_key=True, comment="The story"),
    Column("verdict", Identifier, comment="keep, reject or null: nobody decided"),
    Column("cause", Identifier, comment="Why it was rejected"),
    Column("muted", Boolean, nullable=False, comment="Whether later news of it is passed over"),
    Column("settled", UtcDateTime, comment="When somebody last decided on it, UTC"),
    Column("corrections", STORED_JSON, nullable=False, comment="Corrected fields"),
    Column("watches", STORED_JSON, nullable=False, comment="Watches it was assigned to"),
    Column("merged_into", ForeignKey(stories.c.id), comment="The story that it was merged into by hand"),
    Column("split", STORED_JSON, nullable=False, comment="Articles that were taken out by hand"),
    Column("sources", STORED_JSON, nullable=False, comment="Sources when the verdict was given"),
    Column("families", STORED_JSON, nullable=False, comment="Families of evidence when the verdict was given"),
    Index(None, "merged_into"),
    Index(None, "verdict"),
    comment="What the review_acts on each story come to; follows from `review_acts`",
)

watches = Table(
    "watches",
    metadata,
    Column("watch", CleanText, primary_key=True, comment="Name of the watch"),
    Column("began", UtcDateTime, nullable=False, comment="When the watch was first seen, UTC"),
    comment="When each watch began: what was known before is its backlog",
)

digests = Table(
    "digests",
    metadata,
    Column("id", Identifier, primary_key=True, comment="Identifier, made from watch and period"),
    Column("watch", CleanText, nullable=False, comment="Name of the watch"),
    Column("period", Identifier, nullable=False, comment="Name of the window: the scheduled moment, UTC"),
    Column("window_start", UtcDateTime, nullable=False, comment="The window begins after this moment, UTC"),
    Column("window_end", UtcDateTime, nullable=False, comment="The window ends with this moment, UTC"),
    Column(
        "edition", Identifier, nullable=False, server_default="digest", comment="Why the mail went out: its schedule…"
    ),
    Column("missed", Integer, nullable=False, comment="Earlier windows that are merged into this one"),
    Column("first", Boolean, nullable=False, comment="Whether it is the first window of the watch"),
    Column("composed_at", UtcDateTime, nullable=False, comment="When it was composed, UTC"),
    Column("stories", Integer, nullable=False, comment="New stories in it"),
    Column("updates", Integer, nullable=False, comment="Known stories with news in it"),
    Column("message_id", CleanText, comment="Message-ID of the mail; null: nothing to say in this window"),
    Column("subject", CleanText, comment="Subject of the mail"),
    Column("text", CleanText, comment="Plain text part, complete"),
    Column("html", CleanText, comment="HTML part"),
    Column("sender", CleanText, comment="From address"),
    Column("date", UtcDateTime, comment="Date header, UTC"),
    Column("thread", STORED_JSON, comment="Message-IDs of earlier mails that this one answers; null: none"),
    Column("link_base", CleanText, comment="Public address of the service at that time; null: no links of one's own"),
    Column("payload", CleanText, comment="The same for programs: a JSON object"),
    UniqueConstraint("watch", "period"),
    Index(None, "composed_at", "id"),
    Index(None, "watch", "window_end"),
    comment="The ledger: one row per watch and period, with the mail frozen as it was composed",
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("digest", ForeignKey(digests.c.id), primary_key=True, comment="The digest"),
    Column("recipient", CleanText, primary_key=True, comment="Mail address, or the route where that is all"),
    Column("route", Identifier, nullable=False, server_default="mail", comment="mail, channel:NAME or webhook:NAME"),
    Column("state", Identifier, nullable=False, comment="How far it has come"),
    Column("attempts", Integer, nullable=False, comment="How often it was handed over"),
    Column("holder", Identifier, comment="The sender that has taken it; null: nobody"),
    Column("held_until", UtcDateTime, comment="Until when it is that sender's, UTC: then it must have crashed"),
    Column("next_try", UtcDateTime, comment="Not before this moment, UTC; null: at once"),
    Column("detail", CleanText, nullable=False, comment="Last answer of the mail server, or the file written"),
    Column("changed_at", UtcDateTime, nullable=False, comment="When the state was recorded, UTC"),
    Index(None, "state", "next_try"),
    comment="The way of each digest to each recipient",
)

digest_events = Table(
    "digest_events",
    metadata,
    Column("digest", ForeignKey(digests.c.id), primary_key=True, comment="The digest"),
    Column("event", ForeignKey(story_events.c.id), primary_key=True, comment="The event that it tells"),
    Index(None, "event"),
    comment="Which digest told which event, so that none is told twice",
)

suppressions = Table(
    "suppressions",
    metadata,
    Column("watch", CleanText, primary_key=True, comment="Name of the watch"),
    Column("recipient", CleanText, primary_key=True, comment="Mail address in small letters"),
    Column("at", UtcDateTime, nullable=False, comment="When they unsubscribed, UTC"),
    comment="Who gets no more mail of which watch, whatever the settings say",
)

story_mutes = Table(
    "story_mutes",
    metadata,
    Column("watch", CleanText, primary_key=True, comment="Name of the watch"),
    Column("story", ForeignKey(stories.c.id), primary_key=True, comment="The story"),
    Column("until", UtcDateTime, comment="Silent up to this moment, UTC; null: for good"),
    comment="Stories that a watch does not want to hear of",
)

reader_verdicts = Table(
    "reader_verdicts",
    metadata,
    Column("story", ForeignKey(stories.c.id), primary_key=True, comment="The story"),
    Column("watch", CleanText, primary_key=True, comment="Name of the watch"),
    Column("recipient", CleanText, primary_key=True, comment="Mail address in small letters"),
    Column("verdict", Identifier, nullable=False, comment="keep: relevant; reject: beside the point"),
    Column("at", UtcDateTime, nullable=False, comment="When they said so, UTC"),
    comment="What readers answered to «relevant?» in their mails: the last word of each",
)

runs = Table(
    "runs",
    metadata,
    Column("id", _NUMBER, Numbered(), primary_key=True, comment="Number of the cycle"),
    Column("started", UtcDateTime, nullable=False, comment="When it began, UTC"),
    Column("finished", UtcDateTime, comment="When it ended, UTC; null: running, or killed"),
    Column("report", STORED_JSON, comment="What the cycle saw and did"),
    Column("succeeded", STORED_JSON, comment="Names of the outlets that could be read"),
    Column("failed", STORED_JSON, comment="Names of the outlets that could not be read"),
    Index(None, "finished"),
    comment="Crawl cycles",
)

visits = Table(
    "visits",
    metadata,
    Column("run", _NUMBER, primary_key=True, autoincrement=False, comment="Number of the cycle"),
    Column("source", Identifier, primary_key=True, comment="Identifier of the source"),
    Column("at", UtcDateTime, nullable=False, comment="When the feed was asked, UTC"),
    Column("outcome", Identifier, nullable=False, comment="What the visit brought"),
    Column("reason", Identifier, nullable=False, comment="Name of the refusal, when it failed"),
    Column("entries", Integer, nullable=False, comment="Entries of the feed"),
    Column("known", Integer, nullable=False, comment="Of them, known already"),
    Column("asked", Integer, nullable=False, comment="Pages that were asked for"),
    Column("kept", Integer, nullable=False, comment="Articles kept with their text"),
    Column("skipped", STORED_JSON, nullable=False, comment="Reason and number of articles kept without their page"),
    Index(None, "source", "at"),
    comment="What each cycle asked each source for, and what it got",
)

quiet_events = Table(
    "quiet_events",
    metadata,
    Column("event", ForeignKey(story_events.c.id), primary_key=True, comment="The event"),
    comment="Events that came of reprocessing old articles: kept and shown, never mailed",
)

workers = Table(
    "workers",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False, comment="Number by which jobs name it"),
    Column("host", CleanText, nullable=False, comment="Name of its machine"),
    Column("pid", Integer, nullable=False, comment="Process there"),
    Column("queue", Identifier, nullable=False, comment="Which jobs it takes"),
    Column("began", UtcDateTime, nullable=False, comment="When it began, UTC"),
    Column("seen", UtcDateTime, nullable=False, comment="When it last said that it lives, UTC"),
    comment="Who works on the jobs of this archive, on which machine",
)

facts = Table(
    "facts",
    metadata,
    Column("name", Identifier, primary_key=True, comment="Name of the fact"),
    Column("value", CleanText, nullable=False, comment="Its value"),
    comment="Facts about the database itself, such as the version of its search keys",
)

objections = Table(
    "objections",
    metadata,
    Column("id", Identifier, primary_key=True, comment="Permanent identifier, by chance"),
    Column("at", UtcDateTime, nullable=False, comment="When the request was granted, UTC"),
    Column("reference", CleanText, nullable=False, comment="The operator's number of the request; never a name"),
    Column("report", STORED_JSON, nullable=False, comment="What was found and done, in numbers"),
    Column("lifted", UtcDateTime, comment="When the person took it back, UTC"),
    comment="Register of the people who must not be kept, without their names",
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("key", Identifier, primary_key=True, comment="Keyed digest of a spelling"),
    Column("objection", ForeignKey(objections.c.id), primary_key=True, comment="The request that it belongs to"),
    Column("length", Integer, nullable=False, comment="Letters of the spelling"),
    Column("form", Identifier, nullable=False, comment="full, or short: a part of the name"),
    comment="Spellings of names that must not be kept, each as a keyed digest",
)

veiled_articles = Table(
    "veiled_articles",
    metadata,
    Column("article", ForeignKey(articles.c.id), primary_key=True, comment="The article"),
    Column("objection", ForeignKey(objections.c.id), primary_key=True, comment="The request"),
    comment="Articles known to be about somebody who must not be kept: there parts of the name count too",
)

rechecks = Table(
    "rechecks",
    metadata,
    Column("article", ForeignKey(articles.c.id), primary_key=True, comment="A flagged article"),
    Column("stage", Integer, nullable=False, comment="How often it was looked at again"),
    Column("due", UtcDateTime, comment="When to look again, UTC; null: not any more"),
    Column("checked", UtcDateTime, comment="When it was last looked at, UTC"),
    Column("outcome", Identifier, nullable=False, comment="What the last look showed"),
    Column("gone_since", UtcDateTime, comment="When its page was first found gone, UTC; null: it is there"),
    Index(None, "due"),
    comment="Pages of flagged articles that are asked for again, for what their outlets correct",
)

amendments = Table(
    "amendments",
    metadata,
    Column("number", _NUMBER, Numbered(), primary_key=True, comment="Counts up"),
    Column("article", ForeignKey(articles.c.id), nullable=False, comment="The article that its outlet changed"),
    Column("story", ForeignKey(stories.c.id), nullable=False, comment="The story that it tells"),
    Column("at", UtcDateTime, nullable=False, comment="When it was noticed, UTC"),
    Column("slot", Identifier, nullable=False, comment="Which field of the move"),
    Column("before", CleanText, nullable=False, comment="What the article said"),
    Column("after", CleanText, nullable=False, comment="What it says since"),
    Index(None, "story"),
    Index(None, "article"),
    comment="What outlets changed in moves that they had told",
)
