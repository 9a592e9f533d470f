"""The values that pass between rooms: frozen, slotted, typed, without behaviour that needs the outside world.

Every `datetime` here is aware and in UTC. Identifiers are text and permanent: the same article or story has the same
identifier on SQLite and on PostgreSQL, before and after a re-crawl.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from mercato.urls import url_key


class Status(StrEnum):
    """How far a move is established; the values are part of the JSON contract."""

    RUMOURED = "rumoured"  # prospective or hedged, sourced or not
    REPORTED = "reported"  # done or announced, on the word of a medium or of its sources
    CONFIRMED = "confirmed"  # asserted by the article or by a party
    DENIED = "denied"  # a party says that it is not so
    FAILED = "failed"  # attempted, but did not happen: refused, blocked, withdrawn
    REVERSED = "reversed"  # of stories only: established, then undone


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


class Voice(StrEnum):
    """Whose words an article uses."""

    OWN = "own"  # nothing shows that they are another's
    ECHO = "echo"  # an aggregator, or a page that names another page as its source
    TRANSLATED = "translated"  # machine translation of somebody else's article


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
    WITHHELD = "withheld"  # the only mover is somebody who asked not to be named
    FAILED = "failed"  # the matcher broke off on it, which is a defect of ours


class Period(StrEnum):
    """What a pay figure covers."""

    TOTAL = "total"
    YEAR = "year"


class PayPart(StrEnum):
    """What a pay figure consists of; the values are part of the JSON contract."""

    PACKAGE = "package"  # all of it taken together
    SALARY = "salary"  # fixed pay
    BONUS = "bonus"
    SIGNING_BONUS = "signing-bonus"
    SHARES = "shares"
    OPTIONS = "options"  # to buy shares
    SEVERANCE = "severance"  # for leaving


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
    weight: float | None = None  # what earlier news of it is worth, 1 being ordinary; None: by its topic
    voice: Voice = Voice.OWN  # whose words its articles use, whatever their pages show


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
    reason: str = ""  # name of the refusal behind a failure, as the cycle's report counts it
    arrivals: float = 0.0  # new entries seen, older ones counting less: with `observed` the source's rhythm
    observed: float = 0.0  # days in which they were seen, older ones counting less
    hours: tuple[float, ...] = ()  # `arrivals` by hour, UTC: 24 of weekdays, then 24 of weekends
    last_new: datetime | None = None  # when an entry was last seen that was not known
    window: float | None = None  # seconds from the feed's oldest entry to its newest
    ttl: float | None = None  # seconds that the feed itself asks to leave between two visits
    hub: str | None = None  # WebSub hub that the feed names
    gaps: int = 0  # visits that found none of the entries of the visit before
    last_gap: datetime | None = None
    full_text: int = 0  # pages in a row that held no more text than their entry did
    offers: tuple[str, ...] = ()  # feeds named by the web page that stands at this address instead of one


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """What one visit of a source asked for and got: its line in the record of a cycle."""

    source: str
    at: datetime
    outcome: FeedOutcome
    reason: str = ""  # name of the refusal, when the feed could not be had or read
    entries: int = 0  # in the feed
    known: int = 0  # of them, in the archive already
    asked: int = 0  # pages
    kept: int = 0  # articles with the text of their page or of a feed that carries it whole
    skipped: Mapping[str, int] = field(default_factory=dict)  # reason → articles kept by title and summary or link


@dataclass(frozen=True, slots=True, kw_only=True)
class HostDocument:
    """What a host said of its rules at one of the addresses for that, kept as evidence."""

    origin: str  # scheme, host and port
    name: str  # path, such as /robots.txt, or the kind of notice that a page carried
    status: int  # of the answer; 0: there was none
    text: str
    first_seen: datetime  # when it first said exactly this
    last_seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """The operator's own word that an outlet allows more than its machine-readable notices say."""

    host: str  # with everything below it
    agreement: str  # which contract or permission, for whoever asks


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
    whole: bool = False  # the summary looks like the whole article


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """Where the raw page lies: a record of a WARC file in the archive folder."""

    file: str  # name relative to the archive folder
    offset: int  # bytes
    length: int  # bytes, compressed
    sha256: str  # of the response body


class Recheck(StrEnum):
    """What another look at a flagged page showed."""

    WAITING = "waiting"  # not looked at yet
    SAME = "same"
    CHANGED = "changed"  # another text: its moves are to be compared with those before
    COMPARED = "compared"  # changed, and compared
    GONE = "gone"  # 404 or 410
    UNREADABLE = "unreadable"  # no answer, or none that could be read


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


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSubscription:
    """That a WebSub hub was asked to tell of a feed's news as it comes."""

    source: str
    topic: str  # address of the feed as the feed itself gives it
    hub: str
    token: str  # end of the address that the hub calls: known to the hub and to us
    secret: str  # key of the hub's signatures
    asked: datetime
    until: datetime | None = None  # end of the lease; None: not confirmed
    pushed: datetime | None = None  # when the hub last told of news
    refused: str = ""  # why the hub declined, for people


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
class Composition:
    """What a pay figure consists of and over how long it is paid, as far as that is told."""

    parts: tuple[PayPart, ...] = ()  # in the order of `PayPart`, each once
    multi_year: bool = False  # paid over several years
    years: int | None = None  # over how many, where a number is told


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay:
    """A sum that an article plainly calls the pay of somebody who moves."""

    amount: Amount
    composition: Composition = Composition()
    denied: bool = False  # the article says that it is not so


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
    denied_amount: Amount | None = None  # pay of which the article says that it is not true
    aside: bool = False  # background of which the article tells the pay alone: of use to a story that is known already
    pay: tuple[Pay, ...] = ()  # every sum told of the mover, in reading order: the two above and what is told besides


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


WITHHELD_NAME = "[nom retiré]"
"""What stands in a text in place of a name that must not be kept: no capital letter, so that it is taken for nobody."""


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
    MERGED = "merged"  # by hand: another story turned out to tell the same event
    SPLIT = "split"  # parted from another story, which readers have had
    RETRACTED = "retracted"  # an article took back what it said: a figure, a status, a destination
    CORRECTED = "corrected"  # an outlet's correction, found on its page; before and after are «slot=value»


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
    voice: Voice = Voice.OWN
    recalled: tuple[Move, ...] = ()  # all older moves that the article recalls, of whichever story


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """An amount and who gave it; contradictory figures stand side by side, never averaged."""

    amount: Amount
    outlet: str
    article: str
    source_cited: str | None = None
    denied: bool = False  # whoever is named here says that it is not so
    composition: Composition = Composition()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One article's word on one mover: what a person's ruling on stories speaks of."""

    article: str  # Article.id
    person: str | None  # None: a group


class Relation(StrEnum):
    """What a person rules of two sets of claims."""

    ONE = "one"  # they tell one event
    TWO = "two"  # they tell two events


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A person's decision that claims tell one event, or two; it outlives every new reading of the articles."""

    id: str
    at: datetime
    relation: Relation
    some: tuple[Claim, ...]
    others: tuple[Claim, ...]


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
class Route:
    """The way of one story, or of several alike, from one firm to another, for counting."""

    month: str  # «2026-03», UTC
    origin: str | None
    destination: str | None
    people: int  # at least: a group without a count is counted as one
    stories: int = 1
    status: Status
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What somebody wants to hear of, and when.

    `organisations`, `people` and `sectors` say who is watched: one of them is enough, and none of them means everybody.
    What follows them up to `muted_outlets` narrows that down: each must fit, and an empty one lets everything through.
    """

    name: str
    organisations: tuple[str, ...] = ()  # either side
    people: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()  # of the organisations on either side; see alerts.sectors
    roles: tuple[str, ...] = ()  # beginnings of the words of a post
    statuses: tuple[Status, ...] = ()
    countries: tuple[str, ...] = ()  # of the outlets that tell the story
    languages: tuple[str, ...] = ()  # of the outlets that tell the story
    minimum_score: float = 0.0  # of the best telling; 0: none, since scores of what is flagged may lie below it
    muted_outlets: tuple[str, ...] = ()  # Source.id or name; they neither open a story nor are they linked
    recipients: tuple[str, ...] = ()  # mail addresses
    channels: tuple[str, ...] = ()  # names of [[channel]] tables
    webhooks: tuple[str, ...] = ()  # names of [[webhook]] tables
    schedule: str = "0 8 * * mon-fri"
    weekly: str = ""  # cron schedule of the summary in numbers; "": none
    instant: bool = False
    instant_status: Status = Status.CONFIRMED  # the lowest rung of the ladder that cannot wait
    instant_importance: float = 0.0  # as alerts.importance weighs it
    instant_per_hour: int = 4
    quiet: str = ""  # "22:00-07:00", in the watch's zone: nothing leaves then
    excerpts: bool = True  # whether the decisive words of articles are quoted
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


class Edition(StrEnum):
    """Why a mail of a watch goes out; the values are kept in the ledger."""

    DIGEST = "digest"  # its schedule says so
    INSTANT = "instant"  # what cannot wait for the schedule
    CORRECTION = "correction"  # something told before turned out to be denied
    WEEKLY = "weekly"  # the week in numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The span of time that a digest covers: after `start`, up to and including `end`."""

    start: datetime
    end: datetime  # when the digest is composed: what was learnt since the tick is told too
    tick: datetime | None = None  # the scheduled moment that made it due; None: `end`
    missed: int = 0  # earlier ticks that could not be served and are merged into this one
    first: bool = False  # the first window of a watch: silent about the backlog
    edition: Edition = Edition.DIGEST

    @property
    def period(self) -> str:
        """The name of the window in the ledger: watch and period are unique together."""
        moment = (self.tick or self.end).strftime("%Y-%m-%dT%H:%MZ")
        return moment if self.edition is Edition.DIGEST else f"{moment}/{self.edition.value}"


def digest_id(watch: str, period: str) -> str:
    """The permanent identifier of the digest of `watch` for `period`: 16 hexadecimal digits."""
    return hashlib.sha256(f"{watch}\n{period}".encode()).hexdigest()[:16]


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
class Burst:
    """An outlet that alone brought more new stories in one window than news ever does."""

    outlet: str
    stories: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What one mail says, before it is put into words."""

    watch: Watch
    window: Window
    cards: tuple[Card, ...]
    backlog: int = 0  # stories known before the watch began; counted, not told
    health: SourceHealth | None = None
    next_run: datetime | None = None
    bursts: tuple[Burst, ...] = ()  # their stories come last
    thread: tuple[str, ...] = ()  # Message-IDs of earlier mails that this one answers, the oldest first


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekSummary:
    """A watch's week in numbers, before it is put into words."""

    watch: Watch
    window: Window
    days: tuple[tuple[date, int], ...]  # new stories per day of the watch's zone, the oldest first
    statuses: tuple[tuple[Status, int], ...]  # only those that occurred
    joined: tuple[tuple[str, int], ...]  # organisations by new stories, the most first
    left: tuple[tuple[str, int], ...]
    stories: tuple[Story, ...]  # the weightiest first
    health: SourceHealth | None = None
    next_run: datetime | None = None

    @property
    def total(self) -> int:
        """New stories of the week."""
        return sum(count for _, count in self.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A digest put into words, frozen in the outbox until it is handed over."""

    message_id: str
    subject: str
    text: str
    html: str
    sender: str
    date: datetime
    references: tuple[str, ...] = ()  # Message-IDs of the thread that it belongs to, the oldest first
    link_base: str = ""  # public address of the service when it was composed; "": no links of one's own
    payload: str = ""  # the same for programs: a JSON object
    unsubscribe: str = ""  # address that stops these mails: a recipient's own, filled in when it is handed over


class Delivery(StrEnum):
    """How far a message has come on its way to one recipient."""

    PENDING = "pending"
    SENDING = "sending"  # handed to the mail server, answer not recorded yet
    SENT = "sent"
    WRITTEN = "written"  # as an .eml file: no mail server is set
    REFUSED = "refused"  # for good: the server will never take it
    FAILED = "failed"  # given up after repeated tries
    UNCERTAIN = "uncertain"  # cut off while it was sent; a person decides (mail.on_crash = "ask")
    WITHDRAWN = "withdrawn"  # the recipient left the watch or unsubscribed before it was sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """A story that a watch does not want to hear of."""

    watch: str
    story: str
    until: datetime | None  # None: for good


class Verdict(StrEnum):
    """What a person says of a story."""

    KEEP = "keep"
    REJECT = "reject"


class Act(StrEnum):
    """What a person does to a story on the review page; each is kept as an event for good."""

    KEEP = "keep"
    REJECT = "reject"
    CORRECT = "correct"  # a slot
    ASSIGN = "assign"  # to a watch
    MUTE = "mute"  # later news of it is not asked about again
    MERGE = "merge"  # into another story that tells the same event
    SPLIT = "split"  # an article off: it tells another event
    UNDO = "undo"  # an earlier act


class Cause(StrEnum):
    """Why a person rejects a story."""

    NOT_A_MOVE = "not-a-move"
    OUT_OF_SCOPE = "out-of-scope"
    OLD_NEWS = "old-news"
    WRONG_FACTS = "wrong-facts"
    DUPLICATE = "duplicate"
    UNRELIABLE = "unreliable"


class Slot(StrEnum):
    """A field of a story that a person may correct."""

    WHO = "who"  # names, separated by semicolons
    ORIGIN = "origin"
    DESTINATION = "destination"
    ROLE = "role"
    AMOUNT = "amount"  # "10000000-40000000 USD total": bounds, ISO 4217 code, Period
    STATUS = "status"  # a value of Status


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewAct:
    """One act of a person, as it is remembered."""

    number: int  # counts up over all stories
    story: str  # the story that was judged
    at: datetime
    by: str
    act: Act
    cause: Cause | None = None  # of a rejection
    slot: Slot | None = None  # of a correction
    value: str = ""  # the corrected slot, the watch, the other story or the article, as the act asks
    undoes: int | None = None  # the number of the act that is taken back
    undone: bool = False  # it was taken back


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What all the rulings on a story come to."""

    verdict: Verdict | None = None
    cause: Cause | None = None
    muted: bool = False
    settled: datetime | None = None  # the last time that somebody decided on it
    corrections: Mapping[Slot, str] = field(default_factory=dict)
    watches: tuple[str, ...] = ()
    merged_into: str | None = None
    split: tuple[str, ...] = ()  # identifiers of articles that were taken out


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
