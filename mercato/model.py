"""The values that pass between rooms: frozen, slotted, typed, without behaviour that needs the outside world.

Every `datetime` here is aware and in UTC. Identifiers are text and permanent: the same article or story has the same
identifier on SQLite and on PostgreSQL, before and after a re-crawl.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mercato.urls import url_key


class Status(StrEnum):
    """How far a move is established; the values are part of the JSON contract."""

    RUMOURED = "rumoured"  # prospective or hedged, sourced or not
    REPORTED = "reported"  # done or announced, on the word of a medium or of its sources
    CONFIRMED = "confirmed"  # asserted by the article or by a party
    DENIED = "denied"  # a party says that it is not so
    FAILED = "failed"  # attempted, but did not happen: refused, blocked, withdrawn


class Kind(StrEnum):
    """What sort of move it is; the values are part of the JSON contract."""

    HIRE = "hire"
    POACH = "poach"
    APPOINT = "appoint"
    DEPARTURE = "departure"
    DISMISSAL = "dismissal"
    PROMOTION = "promotion"
    RETURN = "return"
    FOUNDING = "founding"
    OFFER = "offer"
    RETENTION = "retention"
    BOARD = "board"
    INTERIM = "interim"
    ACQUIHIRE = "acquihire"


class Reason(StrEnum):
    """Why an article was not flagged. "No" is never a bare False: it is counted and shown."""

    EMPTY = "empty"  # no text at all
    NO_TRIGGER = "no-trigger"  # no word of the lexicon's trigger families
    NO_MOVER = "no-mover"  # a trigger, but no person or counted group beside it
    NO_ORGANISATION = "no-organisation"  # a trigger and a person, but no organisation or tech post
    NO_FRAME = "no-frame"  # mentions that no frame of the lexicon could join
    OUT_OF_SCOPE = "out-of-scope"  # sport, politics, media, culture: outside the tech industry
    BACKGROUND_ONLY = "background-only"  # old moves that the article merely recalls
    NOT_THE_NEWS = "not-the-news"  # a move, but outside title, lead and digest items
    TOO_WEAK = "too-weak"  # the evidence stays below the threshold


class Period(StrEnum):
    """What a pay figure covers."""

    TOTAL = "total"
    YEAR = "year"


class Paywall(StrEnum):
    """How much of an outlet's articles can be read without paying."""

    NONE = "none"
    SOFT = "soft"
    HARD = "hard"
    UNKNOWN = "unknown"


class Confidence(StrEnum):
    """How well a feed address of the catalogue is attested."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An outlet that is followed: one feed, one identifier."""

    id: str
    name: str
    feed: str
    homepage: str = ""
    language: str = "fr"
    country: str = ""
    topic: str = ""
    paywall: Paywall = Paywall.UNKNOWN
    confidence: Confidence = Confidence.HIGH
    quirks: tuple[str, ...] = ()


class FeedOutcome(StrEnum):
    """What the last visit of a feed brought."""

    NEVER = "never"  # not visited yet
    FRESH = "fresh"  # entries were read
    NOT_MODIFIED = "not-modified"  # 304, or the same bytes as last time
    EMPTY = "empty"  # readable, no entry
    BROKEN = "broken"  # not a feed, or no entry could be rescued
    BLOCKED = "blocked"  # 401, 403, 451 or robots.txt
    GONE = "gone"  # 404 or 410
    UNREACHABLE = "unreachable"  # no answer, DNS, TLS, time-out, 5xx
    RESTING = "resting"  # 429 or 503 with Retry-After: left alone until then


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What is remembered of a feed between two visits."""

    source: str
    url: str
    outcome: FeedOutcome = FeedOutcome.NEVER
    detail: str = ""  # what a person needs to understand the outcome: status line, parser message
    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = None
    last_attempt: datetime | None = None
    last_success: datetime | None = None
    newest_entry: datetime | None = None
    failures: int = 0  # in a row
    next_due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One item of a feed, as the feed tells it."""

    url: str  # canonical
    link: str  # as given, to be requested
    title: str
    summary: str = ""
    author: str | None = None
    published: datetime | None = None
    guid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """Where the raw page lies: a record of a WARC file in the archive folder."""

    file: str  # name relative to the archive folder
    offset: int  # bytes
    length: int  # bytes, compressed
    sha256: str  # of the response body


class Extraction(StrEnum):
    """How the text of an article came to be."""

    FULL = "full"  # taken from the page
    SUMMARY = "summary"  # the page gave nothing: the feed's own title and summary stand in
    TEASER = "teaser"  # taken from the page, but behind a paywall: a beginning only


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A page of the press as Mercato holds it."""

    id: str
    url: str  # canonical
    source: str  # Source.id
    outlet: str  # the outlet's name for people
    title: str
    body: str = ""
    author: str | None = None
    language: str | None = None
    published: datetime | None = None  # as the outlet says
    first_seen: datetime  # by us
    extraction: Extraction = Extraction.FULL
    note: str = ""  # why the extraction is not full, for people
    retry_page: bool = False  # the page failed for a reason that may pass: worth asking for again
    capture: Capture | None = None

    @property
    def text(self) -> str:
        """Title and body as the matcher reads them; evidence offsets count characters of this string."""
        return article_text(self.title, self.body)

    @property
    def told(self) -> datetime:
        """When the article came out: its own date where it gives a credible one, else when we first saw it."""
        return min(self.published, self.first_seen) if self.published else self.first_seen


def article_text(title: str, body: str) -> str:
    """Join title and body the way every offset of Evidence counts them."""
    return f"{title}\n\n{body}"


def article_id(url: str) -> str:
    """The permanent identifier of the article at `url`: the first 16 hexadecimal digits of the SHA-256 of its key.

    Raises ValueError when `url` is no absolute http or https address.
    """
    return hashlib.sha256(url_key(url).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Words of an article that made the matcher decide, with the reason and its weight."""

    start: int  # characters into Article.text
    end: int
    text: str  # == Article.text[start:end]
    why: str  # stable name of the rule or lexicon entry, e.g. "arrive.rejoindre" or "lead-position"
    points: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """Pay, bonus or package, per head as stated. At least one bound is given."""

    min: int | None
    max: int | None
    currency: str  # ISO 4217
    period: Period = Period.TOTAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Movers without names."""

    label: str
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Somebody joins, leaves, is hired away, appointed, returns, founds, or is the target of an offer.

    Exactly one of `person` and `group` is given.
    """

    person: str | None = None
    group: Group | None = None
    origin: str | None = None
    destination: str | None = None
    role: str | None = None
    status: Status
    amount: Amount | None = None
    kind: Kind
    background: bool = False  # an older move that the article merely recalls
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The article tells a talent move."""

    score: float
    moves: tuple[Move, ...]  # the news first; background moves are marked
    sources_cited: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()  # article-wide evidence: scope, position

    @property
    def news(self) -> tuple[Move, ...]:
        """The moves that are not background."""
        return tuple(move for move in self.moves if not move.background)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoMatch:
    """The article was not flagged, and why; what was seen on the way is kept for people."""

    reason: Reason
    score: float = 0.0
    moves: tuple[Move, ...] = ()
    sources_cited: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


Judgement = Match | NoMatch


class Novelty(StrEnum):
    """What an article added to a story."""

    OPENED = "opened"  # the story itself
    STATUS = "status"  # the status changed
    PERSON = "person"  # a mover named for the first time
    AMOUNT = "amount"  # a first or another figure
    ROLE = "role"
    ORIGIN = "origin"
    DESTINATION = "destination"
    SOURCE = "source"  # an original source cited for the first time
    OUTLET = "outlet"  # one more outlet tells it
    REPEAT = "repeat"  # nothing


ALERTING: frozenset[Novelty] = frozenset({Novelty.OPENED, Novelty.STATUS, Novelty.PERSON, Novelty.AMOUNT})
"""The additions that always matter to a reader who has had the story already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One article's version of a story's event."""

    article: str  # Article.id
    url: str
    outlet: str
    source: str
    title: str
    published: datetime | None
    first_seen: datetime
    moves: tuple[Move, ...]  # the moves of the article that belong to this story
    sources_cited: tuple[str, ...] = ()
    score: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """An amount and who gave it; contradictory figures stand side by side, never averaged."""

    amount: Amount
    outlet: str
    article: str
    source_cited: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryEvent:
    """Something that a telling added to a story; the digest is made of these."""

    id: str
    story: str
    article: str
    at: datetime  # when Mercato learnt it
    novelty: Novelty
    before: str = ""
    after: str = ""

    @property
    def alerting(self) -> bool:
        """Whether a reader who has had the story already should hear of it.

        So is a destination that becomes known after a departure; everything else updates the card in silence.
        """
        return self.novelty in ALERTING or (self.novelty is Novelty.DESTINATION and not self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One event, told by one article or by many."""

    id: str
    opened: datetime
    updated: datetime
    people: tuple[str, ...]
    group: Group | None
    origin: str | None
    destination: str | None
    role: str | None
    status: Status
    kind: Kind
    figures: tuple[Figure, ...] = ()
    origins: tuple[str, ...] = ()  # original sources that the tellings cite
    tellings: tuple[Telling, ...] = ()  # in the order in which they came out
    events: tuple[StoryEvent, ...] = ()  # in the order in which Mercato learnt them


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What somebody wants to hear of, and when."""

    name: str
    organisations: tuple[str, ...] = ()  # either side; empty: every organisation
    people: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    schedule: str = "0 8 * * mon-fri"
    instant: bool = False
    timezone: str = "Europe/Paris"
    language: str = "fr"
    muted: tuple[str, ...] = ()  # words of titles, names and posts that make a story none of this watch's


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWords:
    """Words that a user adds to the matcher's lexicon, or takes out of it, at one place of the settings file."""

    place: str  # for people: "mercato.toml: watch[1]"
    organisations: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # name of stories → its other forms
    verbs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # trigger family → infinitives
    nouns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # trigger family → nouns
    muted: tuple[str, ...] = ()  # names, wordings and frames of the bundled lexicon that do not count


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The span of time that a digest covers: after `start`, up to and including `end`."""

    start: datetime
    end: datetime  # when the digest is composed: what was learnt since the tick is told too
    tick: datetime | None = None  # the scheduled moment that made it due; None: `end`
    missed: int = 0  # earlier ticks that could not be served and are merged into this one
    first: bool = False  # the first window of a watch: silent about the backlog

    @property
    def period(self) -> str:
        """The name of the window in the ledger: watch and period are unique together."""
        return (self.tick or self.end).strftime("%Y-%m-%dT%H:%MZ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A story as a digest shows it, with what is new since the reader's last mail."""

    story: Story
    news: tuple[StoryEvent, ...]
    new: bool  # the reader has not had this story yet


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """Proof of life: what the cycles of a window could and could not see."""

    checked: int
    failed: tuple[str, ...] = ()  # names of outlets


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What one mail says, before it is put into words."""

    watch: Watch
    window: Window
    cards: tuple[Card, ...]
    backlog: int = 0  # stories known before the watch began; counted, not told
    health: SourceHealth | None = None
    next_run: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A digest put into words, frozen in the outbox until it is handed over."""

    message_id: str
    subject: str
    text: str
    html: str
    sender: str
    date: datetime


class Delivery(StrEnum):
    """How far a message has come on its way to one recipient."""

    PENDING = "pending"
    SENDING = "sending"  # handed to the mail server, answer not recorded yet
    SENT = "sent"
    WRITTEN = "written"  # as an .eml file: no mail server is set
    REFUSED = "refused"  # for good: the server will never take it
    FAILED = "failed"  # given up after repeated tries


class Verdict(StrEnum):
    """What a person says of a story."""

    KEEP = "keep"
    REJECT = "reject"


class CycleCode(StrEnum):
    """How a crawl cycle ended; `EXIT_CODES` gives the number."""

    OK = "ok"
    CONFIGURATION = "configuration"
    PARTIAL = "partial"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    DEADLINE = "deadline"
    CRASHED = "crashed"
    LOCKED = "locked"


EXIT_CODES: Mapping[CycleCode, int] = {
    CycleCode.OK: 0,
    CycleCode.CONFIGURATION: 2,
    CycleCode.PARTIAL: 3,
    CycleCode.FAILED: 4,
    CycleCode.INTERRUPTED: 5,
    CycleCode.DEADLINE: 6,
    CycleCode.CRASHED: 7,
    CycleCode.LOCKED: 75,  # EX_TEMPFAIL of sysexits.h
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleReport:
    """What one crawl cycle saw and did."""

    code: CycleCode = CycleCode.OK
    sources: int = 0
    failed: int = 0
    not_modified: int = 0
    pages: int = 0
    articles_new: int = 0
    articles_known: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)  # reason → how often
    seconds: float = 0.0
    detail: str = ""
