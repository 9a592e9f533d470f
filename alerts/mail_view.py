"""A digest as lines and labels, ready to be set as HTML or as plain text: no markup here, no decision there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from gettext import NullTranslations
from itertools import islice
from urllib.parse import urlsplit

from alerts.amounts import pay_label
from alerts.digest import lead
from alerts.frame import Frame, proof, why_me
from alerts.links import mark as mark_link
from alerts.phrases import (
    NAME_LIMIT,
    day_label,
    headline,
    kind_label,
    listed,
    novelty_label,
    sentence,
    short_day_label,
    status_label,
)
from alerts.posts import post_label
from alerts.reasons import Grounds, grounds
from alerts.stories.provenance import provenance
from alerts.stories.recalls import news
from alerts.tokens import Action
from alerts.turns import changed, turn_label
from alerts.typography import capitalised, french_spaces, one_line
from mercato.i18n import catalogue, mark
from mercato.model import (
    Card,
    Digest,
    Edition,
    Figure,
    Novelty,
    Status,
    Story,
    StoryEvent,
    Telling,
    Watch,
)
from mercato.urls import canonical_url, host_of, web_url

SUBJECT_LIMIT = 150
_TITLE_LIMIT = 180
_URL_LIMIT = 2000  # longer addresses are cut by mail programs; none of the catalogue's outlets has one
_TELLINGS = 6
_FIGURES = 4
_NEWS = 6
_ADDRESS = re.compile(r"https?:|www\.|\b[\w-]+\.[a-z]{2,}(?=[/\s]|$)", re.IGNORECASE)
_TITLES: Mapping[Edition, str] = {
    Edition.DIGEST: mark("Talent moves in tech"),
    Edition.INSTANT: mark("Just in: talent moves in tech"),
    Edition.CORRECTION: mark("Correction: talent moves in tech"),
    Edition.WEEKLY: mark("The week in numbers"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A fact with its name: «Source d’origine», «Bloomberg»."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Link:
    """An article that tells the story; `url` is "" when its address cannot be linked safely."""

    title: str
    url: str
    outlet: str
    date: str
    host: str = ""  # where the link leads, when the title or the look of the address could make believe otherwise


@dataclass(frozen=True, slots=True)
class CardView:
    """One story as it stands in the mail."""

    status: str
    status_label: str
    kind: str
    headline: str
    route: tuple[str, ...]  # from and to; empty when one is unknown or the move did not take place
    facts: tuple[Line, ...]
    news: tuple[Line, ...]
    links: tuple[Link, ...]
    more_links: int
    grounds: Grounds | None
    keep: str = ""  # placeholders of the reader's own links; "" where the service has no public address
    reject: str = ""
    mute: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Cards under one title."""

    title: str
    cards: tuple[CardView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailView(Frame):
    """Everything that a mail says."""

    sections: tuple[Section, ...]
    others: tuple[Link, ...]  # stories beyond the full cards: one line each
    more_others: int  # stories beyond those


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A digest's stories in words: each is worded once, in however many places and sizes a mail shows it."""

    digest: Digest
    briefs: tuple[Link, ...]  # every card as one line; its title is the headline
    cards: tuple[CardView, ...]  # the first ones, in full
    subject: str
    preheader: str
    links: bool  # whether readers have links of their own


def worded(digest: Digest, *, full: int, links: bool = False) -> Wording:
    """`digest` in words, its first `full` cards in full.

    With `links` each card asks whether it is relevant, and the foot says how to stop the mails.
    """
    briefs = tuple(brief(card.story, digest.watch.language) for card in digest.cards)
    first = lead(digest)
    place = digest.cards.index(first) if first else None
    return Wording(
        digest=digest,
        briefs=briefs,
        cards=tuple(card_view(card, digest.watch, links=links) for card in digest.cards[:full]),
        subject=_subject(digest, place, briefs),
        preheader=_preheader(digest, place, briefs),
        links=links,
    )


def mail_view(words: Wording, now: datetime, *, full: int, lines: int) -> MailView:
    """The first `full` cards of `words` in full, the next `lines` as one line each, the rest as a number.

    `words` must have as many in full.
    """
    digest, watch = words.digest, words.digest.watch
    end = min(full + lines, len(digest.cards))
    return MailView(
        language=watch.language,
        watch=one_line(watch.name, NAME_LIMIT),
        subject=words.subject,
        preheader=words.preheader,
        date=capitalised(day_label(now, watch.timezone, watch.language)),
        summary=_summary(digest),
        notices=_notices(digest),
        sections=_sections(digest, words.cards[:full]),
        others=words.briefs[full:end],
        more_others=len(digest.cards) - end,
        proof=proof(watch, digest.window, digest.health, digest.next_run),
        why_me=why_me(watch, digest.window.edition),
        title=catalogue(watch.language).gettext(_TITLES[digest.window.edition]),
        unsubscribe=mark_link(Action.UNSUBSCRIBE) if words.links else "",
    )


def _subject(digest: Digest, place: int | None, briefs: Sequence[Link]) -> str:
    """The most important fact with its status, and how many more there are; at most `SUBJECT_LIMIT` characters."""
    messages = catalogue(digest.watch.language)
    if place is None:
        text = messages.gettext("Nothing to report: the watch “{watch}”")
        return one_line(text.format(watch=one_line(digest.watch.name, NAME_LIMIT)), SUBJECT_LIMIT)
    announcement = _announcement(digest.cards[place], briefs[place].title, digest.watch.language)
    others = len(digest.cards) - 1
    if not others:
        return one_line(announcement, SUBJECT_LIMIT)
    tail = messages.ngettext("{headline} — and {count} other", "{headline} — and {count} others", others)
    room = SUBJECT_LIMIT - len(tail.format(headline="", count=others))
    return tail.format(headline=one_line(announcement, room), count=others)


def _announcement(card: Card, text: str, language: str) -> str:
    """The headline `text`, and how it is known where it does not say so itself."""
    messages, story = catalogue(language), card.story
    if story.status is Status.REPORTED and story.origins:
        source = one_line(story.origins[0], NAME_LIMIT)
        return messages.gettext("{headline}, {source} reports").format(headline=text, source=source)
    if not card.new and any(event.novelty is Novelty.CORRECTED for event in card.news):
        corrected = mark("Corrected: {headline}") if story.tellings else mark("Taken back by its outlet: {headline}")
        return messages.gettext(corrected).format(headline=text)
    confirmed = any(event.novelty is Novelty.STATUS for event in card.news) and story.status is Status.CONFIRMED
    return messages.gettext("Confirmed: {headline}").format(headline=text) if confirmed and not card.new else text


def _preheader(digest: Digest, place: int | None, briefs: Sequence[Link]) -> str:
    """What the list of mails shows behind the subject: the next headlines, else the summary."""
    others = islice((story.title for number, story in enumerate(briefs) if number != place), 3)
    return one_line(" · ".join(others) or _summary(digest), 200)


def _summary(digest: Digest) -> str:
    """«3 nouvelles affaires, 2 mises à jour, dont 1 démenti.»"""
    messages = catalogue(digest.watch.language)
    new = sum(card.new for card in digest.cards)
    updates = len(digest.cards) - new
    denied = sum(card.story.status is Status.DENIED for card in digest.cards)
    if denied and denied == len(digest.cards):
        return messages.ngettext("{count} denial", "{count} denials", denied).format(count=denied)
    parts = [
        messages.ngettext("{count} new story", "{count} new stories", new).format(count=new) if new else "",
        messages.ngettext("{count} update", "{count} updates", updates).format(count=updates) if updates else "",
        messages.ngettext("{count} denial among them", "{count} denials among them", denied).format(count=denied)
        if denied
        else "",
    ]
    return ", ".join(part for part in parts if part) or messages.gettext("Nothing new in this period")


def _notices(digest: Digest) -> tuple[str, ...]:
    messages, window = catalogue(digest.watch.language), digest.window
    notices = []
    if window.missed:
        text = messages.ngettext(
            "{count} earlier mail could not be sent in time; this one covers its period too.",
            "{count} earlier mails could not be sent in time; this one covers their periods too.",
            window.missed,
        )
        notices.append(text.format(count=window.missed))
    if window.edition is Edition.CORRECTION:
        notices.extend(_why_corrected(digest, messages))
    for burst in digest.bursts:
        text = messages.gettext(
            "{outlet} alone brought {count} stories in this period: they stand at the end, unchecked."
        )
        notices.append(text.format(outlet=one_line(burst.outlet, NAME_LIMIT), count=burst.stories))
    if window.first:
        notices.append(messages.gettext("First mail of this watch."))
    if window.first and digest.backlog:
        text = messages.ngettext(
            "{count} story known before this watch began is not told again.",
            "{count} stories known before this watch began are not told again.",
            digest.backlog,
        )
        notices[-1] += " " + text.format(count=digest.backlog)
    return tuple(notices)


def _sections(digest: Digest, cards: Sequence[CardView]) -> tuple[Section, ...]:
    messages = catalogue(digest.watch.language)
    told = list(zip(digest.cards, cards, strict=False))
    new = tuple(view for card, view in told if card.new)
    known = tuple(view for card, view in told if not card.new)
    parted = (
        (messages.ngettext("New story", "New stories", len(new)), new),
        (messages.ngettext("Update", "Updates", len(known)), known),
    )
    return tuple(Section(title, part) for title, part in parted if part)


def card_view(card: Card, watch: Watch, *, links: bool = False) -> CardView:
    """One story for the readers of `watch`; with `links` they can say what they think of it."""
    story, language = card.story, watch.language
    keep, reject, mute = (
        mark_link(action, story.id) if links else "" for action in (Action.KEEP, Action.REJECT, Action.MUTE)
    )
    # A mute silences a story for the whole watch: nobody may do that for others.
    alone = len(watch.recipients) == 1
    return CardView(
        status=story.status.value,
        status_label=status_label(story.status, language),
        kind=capitalised(kind_label(story.kind, language)),
        headline=sentence(story, language),
        route=_route(story),
        facts=tuple(_facts(story, language)),
        news=() if card.new else tuple(_news_lines(card, language)),
        links=tuple(_link(telling, watch) for telling in news(story.tellings)[:_TELLINGS]),
        more_links=max(len(news(story.tellings)) - _TELLINGS, 0),
        grounds=grounds(story, language, quoting=watch.excerpts),
        keep=keep,
        reject=reject,
        mute=mute if alone else "",
    )


def _route(story: Story) -> tuple[str, ...]:
    sides = tuple(one_line(side or "", NAME_LIMIT) for side in (story.origin, story.destination))
    return sides if all(sides) and story.status not in (Status.DENIED, Status.FAILED, Status.REVERSED) else ()


def _facts(story: Story, language: str) -> Iterable[Line]:
    messages = catalogue(language)
    movers = [one_line(name, NAME_LIMIT) for name in story.people]
    if len(movers) > 3:
        yield Line(messages.gettext("Who"), one_line(listed(movers, language), 400))
    if post := post_label(story, language):
        yield Line(messages.gettext("Role"), post)
    figures = _figure_lines(story.figures, language)
    if figures:
        label = messages.gettext("Pay, figures differ") if len(figures) > 1 else messages.gettext("Pay")
        yield Line(label, _parted(figures[:_FIGURES], language))
    if story.origins:
        sources = [one_line(name, NAME_LIMIT) for name in story.origins[:_FIGURES]]
        label = messages.ngettext("Original source", "Original sources", len(sources))
        yield Line(label, listed(sources, language))
    if told := told_by(story, language):
        yield Line(messages.gettext("Told by"), told)


def told_by(story: Story, language: str) -> str:
    """How many origins stand behind several outlets: twelve that quote one scoop are one. Empty for one outlet."""
    outlets = len({telling.outlet for telling in news(story.tellings)})
    if outlets < 2:
        return ""
    messages, origins = catalogue(language), len(provenance(story).independent)
    told = messages.ngettext("{count} outlet", "{count} outlets", outlets).format(count=outlets)
    text = messages.ngettext("{outlets}, {count} origin", "{outlets}, {count} independent origins", origins)
    return text.format(outlets=told, count=origins)


def _figure_lines(figures: Sequence[Figure], language: str) -> list[str]:
    """Each amount once, with everybody who gives it: «200 millions de dollars, selon Bloomberg (dans Le Fil)»."""
    messages = catalogue(language)
    givers: dict[tuple[str, bool], list[str]] = {}
    for figure in figures:
        outlet = one_line(figure.outlet, NAME_LIMIT)
        giver = outlet
        if figure.source_cited:
            text = messages.gettext("{source} (in {outlet})")
            giver = text.format(source=one_line(figure.source_cited, NAME_LIMIT), outlet=outlet)
        text = pay_label(figure.amount, figure.composition, language)
        known = givers.setdefault((text, figure.denied), [])
        if giver not in known:
            known.append(giver)
    given, denied = messages.gettext("{amount}, according to {source}"), messages.gettext("{amount}, denied: {source}")
    return [
        (denied if is_denied else given).format(amount=amount, source=listed(names[:3], language))
        for (amount, is_denied), names in givers.items()
    ]


def _parted(statements: Iterable[str], language: str) -> str:
    """Statements that hold commas, on one line."""
    return catalogue(language).gettext("; ").join(statements)


def _why_corrected(digest: Digest, messages: NullTranslations) -> Iterable[str]:
    """What the mail takes back: what was denied, and what outlets corrected in their own articles."""
    corrected = [card for card in digest.cards if any(e.novelty is Novelty.CORRECTED for e in card.news)]
    if len(corrected) < len(digest.cards):
        yield messages.gettext("An earlier mail told this as a rumour or a report; it is denied.")
    if corrected:
        yield messages.gettext("An earlier mail told something that its outlet has corrected since.")


def _news_lines(card: Card, language: str) -> Iterable[Line]:
    """What happened since the reader's last mail: one line per sort of news, the first and last state of each."""
    outlets = {telling.article: one_line(telling.outlet, NAME_LIMIT) for telling in card.story.tellings}
    by_novelty: dict[Novelty, list[StoryEvent]] = {}
    for event in card.news:
        by_novelty.setdefault(event.novelty, []).append(event)
    shown = sorted(by_novelty.items(), key=lambda item: (item[0] is not Novelty.CORRECTED, not item[1][0].alerting))
    for novelty, events in shown[:_NEWS]:
        value = _news_value(novelty, events, card, outlets, language)
        if value:
            yield Line(novelty_label(novelty, language), value)


def _news_value(
    novelty: Novelty, events: Sequence[StoryEvent], card: Card, outlets: dict[str, str], language: str
) -> str:
    teller = outlets.get(events[-1].article, "")
    match novelty:
        case Novelty.OUTLET:
            names = dict.fromkeys(outlets.get(event.article, "") or one_line(event.after, 80) for event in events)
            return listed([name for name in names if name][:_TELLINGS] or [""], language)
        case Novelty.STATUS:
            value = changed(_status_word(events[0].before, language), _status_word(events[-1].after, language))
        case Novelty.AMOUNT:
            # The event's own wording is for logs; the story's figures have their givers.
            given = [figure for figure in card.story.figures if figure.article in {event.article for event in events}]
            return _parted(_figure_lines(given, language), language)
        case Novelty.OPENED:
            return ""
        case Novelty.CORRECTED:
            value = _parted(
                dict.fromkeys(one_line(turn_label(event, language), 2 * NAME_LIMIT) for event in events), language
            )
        case _:
            named = dict.fromkeys(one_line(event.after, NAME_LIMIT) for event in events)
            value = listed([name for name in named if name][:_TELLINGS] or [""], language)
    if not value or not teller:
        return value
    return catalogue(language).gettext("{news} ({outlet})").format(news=value, outlet=teller)


def _status_word(value: str, language: str) -> str:
    known = value in {status.value for status in Status}
    return status_label(Status(value), language) if known else one_line(value, NAME_LIMIT)


def _link(telling: Telling, watch: Watch) -> Link:
    moment, url = telling.published or telling.first_seen, safe_url(telling.url)
    return Link(
        title=french_spaces(one_line(telling.title, _TITLE_LIMIT)),
        url=url,
        host=told_host(telling.title, url),
        outlet=one_line(telling.outlet, NAME_LIMIT),
        date=short_day_label(moment, watch.timezone, watch.language),
    )


def brief(story: Story, language: str) -> Link:
    """A story as one line: its headline, linked to the article that told it first."""
    first = story.tellings[0] if story.tellings else None
    url = safe_url(first.url) if first else ""
    return Link(
        title=headline(story, language),
        url=url,
        host=told_host("", url),
        outlet=one_line(first.outlet, NAME_LIMIT) if first else "",
        date="",
    )


def told_host(title: str, url: str) -> str:
    """The host of `url` as DNS writes it, when it must be shown beside `title`; else "".

    A title that reads like another address would make believe that it leads there, and so would a name in look-alike
    letters, which DNS writes «xn--…».
    """
    misleading = bool(_ADDRESS.search(title))
    if not url or (url.isascii() and "xn--" not in url.lower() and not misleading):
        return ""
    host = host_of(canonical_url(url))
    return host if "xn--" in host or misleading else ""


@lru_cache(maxsize=4096)  # the parts of a mail, its payload and its feed ask about the same addresses
def safe_url(url: str) -> str:
    """`url` when it is an http or https address that can stand in a mail as it is, else ""."""
    # Of all white space the plain space alone counts as printable.
    usable = len(url) <= _URL_LIMIT and url.isprintable() and " " not in url
    address = (web_url(url) or "") if usable else ""
    # «https://known.example@other.example» leads to the second and shows the first.
    return "" if "@" in urlsplit(address).netloc else address
