"""Facts of a story put into words: headlines, people, status, pay, dates.

Everything here is text without markup, with the typography of its language, made of messages of the gettext
catalogues. Names from outside are made safe for one line and shortened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from string import Formatter
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from alerts.french import French
from alerts.grammar import English, Grammar, Term
from alerts.typography import one_line
from mercato.i18n import catalogue, mark, mark_plural
from mercato.model import Kind, Novelty, Status, Story
from mercato.text import fold

NAME_LIMIT = 80
ROLE_LIMIT = 110

GRAMMARS: Mapping[str, Grammar] = {"fr": French(), "en": English()}

Forms = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb with its object in the moods of a headline, each for one mover and for several."""

    fact: Forms
    rumour: Forms
    denial: Forms
    failure: Forms
    by_mover: bool = True  # the movers are its subject; else one organisation is

    def forms(self, status: Status) -> Forms:
        """The mood that says no more than `status` does."""
        match status:
            case Status.RUMOURED:
                return self.rumour
            case Status.DENIED:
                return self.denial
            case Status.FAILED | Status.REVERSED:
                return self.failure
            case _:
                return self.fact


_VERBS: Mapping[str, Verb] = {
    "leave": Verb(
        mark_plural("leaves", "leave"),
        mark_plural("may leave", "may leave"),
        mark_plural("is not leaving", "are not leaving"),
        mark_plural("did not leave", "did not leave"),
    ),
    "step_down": Verb(
        mark_plural("steps down", "step down"),
        mark_plural("may step down", "may step down"),
        mark_plural("is not stepping down", "are not stepping down"),
        mark_plural("did not step down", "did not step down"),
    ),
    "lose_post": Verb(
        mark_plural("loses the job", "lose their jobs"),
        mark_plural("may lose the job", "may lose their jobs"),
        mark_plural("is not losing the job", "are not losing their jobs"),
        mark_plural("did not lose the job", "did not lose their jobs"),
    ),
    "change_job": Verb(
        mark_plural("changes jobs", "change jobs"),
        mark_plural("may change jobs", "may change jobs"),
        mark_plural("is not changing jobs", "are not changing jobs"),
        mark_plural("did not change jobs", "did not change jobs"),
    ),
    "take_post": Verb(
        mark_plural("takes a new post", "take a new post"),
        mark_plural("may take a new post", "may take a new post"),
        mark_plural("is not taking a new post", "are not taking a new post"),
        mark_plural("did not take a new post", "did not take a new post"),
    ),
    "join": Verb(
        mark_plural("joins", "join"),
        mark_plural("may join", "may join"),
        mark_plural("is not joining", "are not joining"),
        mark_plural("did not join", "did not join"),
    ),
    "become": Verb(
        mark_plural("becomes", "become"),
        mark_plural("may become", "may become"),
        mark_plural("is not becoming", "are not becoming"),
        mark_plural("did not become", "did not become"),
    ),
    "take_over": Verb(
        mark_plural("takes over", "take over"),
        mark_plural("may take over", "may take over"),
        mark_plural("is not taking over", "are not taking over"),
        mark_plural("did not take over", "did not take over"),
    ),
    "return": Verb(
        mark_plural("returns", "return"),
        mark_plural("may return", "may return"),
        mark_plural("is not returning", "are not returning"),
        mark_plural("did not return", "did not return"),
    ),
    "found": Verb(
        mark_plural("founds", "found"),
        mark_plural("may found", "may found"),
        mark_plural("is not founding", "are not founding"),
        mark_plural("did not found", "did not found"),
    ),
    "start_firm": Verb(
        mark_plural("starts a company", "start a company"),
        mark_plural("may start a company", "may start a company"),
        mark_plural("is not starting a company", "are not starting a company"),
        mark_plural("did not start a company", "did not start a company"),
    ),
    "get_offer": Verb(
        mark_plural("receives an offer", "receive an offer"),
        mark_plural("may receive an offer", "may receive an offer"),
        mark_plural("received no offer", "received no offer"),
        mark_plural("did not take up an offer", "did not take up an offer"),
    ),
    "stay": Verb(
        mark_plural("is being courted to stay", "are being courted to stay"),
        mark_plural("may be courted to stay", "may be courted to stay"),
        mark_plural("is not being courted to stay", "are not being courted to stay"),
        mark_plural("did not stay", "did not stay"),
    ),
    "enter_board": Verb(
        mark_plural("joins the board", "join the board"),
        mark_plural("may join the board", "may join the board"),
        mark_plural("is not joining the board", "are not joining the board"),
        mark_plural("did not join the board", "did not join the board"),
    ),
    "leave_board": Verb(
        mark_plural("leaves the board", "leave the board"),
        mark_plural("may leave the board", "may leave the board"),
        mark_plural("is not leaving the board", "are not leaving the board"),
        mark_plural("did not leave the board", "did not leave the board"),
    ),
    "stand_in": Verb(
        mark_plural("takes interim charge", "take interim charge"),
        mark_plural("may take interim charge", "may take interim charge"),
        mark_plural("is not taking interim charge", "are not taking interim charge"),
        mark_plural("did not take interim charge", "did not take interim charge"),
    ),
    "move": Verb(
        mark_plural("moves", "move"),
        mark_plural("may move", "may move"),
        mark_plural("is not moving", "are not moving"),
        mark_plural("did not move", "did not move"),
    ),
    "rise": Verb(
        mark_plural("is promoted", "are promoted"),
        mark_plural("may be promoted", "may be promoted"),
        mark_plural("is not being promoted", "are not being promoted"),
        mark_plural("was not promoted", "were not promoted"),
    ),
    "promote": Verb(
        mark_plural("promotes", "promote"),
        mark_plural("may promote", "may promote"),
        mark_plural("is not promoting", "are not promoting"),
        mark_plural("did not promote", "did not promote"),
        by_mover=False,
    ),
    "poach": Verb(
        mark_plural("poaches", "poach"),
        mark_plural("may poach", "may poach"),
        mark_plural("is not poaching", "are not poaching"),
        mark_plural("failed to poach", "failed to poach"),
        by_mover=False,
    ),
    "hire": Verb(
        mark_plural("hires", "hire"),
        mark_plural("may hire", "may hire"),
        mark_plural("is not hiring", "are not hiring"),
        mark_plural("did not hire", "did not hire"),
        by_mover=False,
    ),
    "dismiss": Verb(
        mark_plural("parts ways with", "part ways with"),
        mark_plural("may part ways with", "may part ways with"),
        mark_plural("is not parting ways with", "are not parting ways with"),
        mark_plural("did not part ways with", "did not part ways with"),
        by_mover=False,
    ),
    "court": Verb(
        mark_plural("tries to hire", "try to hire"),
        mark_plural("may be trying to hire", "may be trying to hire"),
        mark_plural("is not trying to hire", "are not trying to hire"),
        mark_plural("failed to hire", "failed to hire"),
        by_mover=False,
    ),
    "keep": Verb(
        mark_plural("fights to keep", "fight to keep"),
        mark_plural("may be fighting to keep", "may be fighting to keep"),
        mark_plural("is not fighting to keep", "are not fighting to keep"),
        mark_plural("failed to keep", "failed to keep"),
        by_mover=False,
    ),
}

_LEAVING = (
    mark("{who:cap} {leave} {origin} for {destination}"),
    mark("{who:cap} {leave} {origin}"),
)
_APPOINTED = (
    mark("{who:cap}, ex-{former}, {become} {post} at {destination}"),
    mark("{who:cap}, ex-{former}, {become} {title}"),
    mark("{who:cap} ({origin}) {become} {post} at {destination}"),
    mark("{who:cap} {become} {post} at {destination}"),
    mark("{who:cap} {become} {title}"),
    mark("{who:cap}, ex-{former}, {take_over} {function} at {destination}"),
    mark("{who:cap} {take_over} {function} at {destination}"),
    mark("{who:cap} {take_over} {function}"),
)

# Per kind, from the fullest sentence to the barest; the first whose facts are all known is taken. The last of each
# needs nothing but who.
_SENTENCES: Mapping[Kind, tuple[str, ...]] = {
    Kind.HIRE: (
        *_LEAVING[:1],
        mark("{who:cap} {join} {destination} as {post}"),
        mark("{who:cap} {take_over} {function} at {destination}"),
        mark("{who:cap} {join} {destination}"),
        *_LEAVING[1:],
        mark("{who:cap} {become} {title}"),
        mark("{who:cap} {change_job}"),
    ),
    Kind.POACH: (
        mark("{destination} {poach} {who} from {origin}"),
        mark("{destination} {hire} {who}"),  # nobody is known to lose them
        *_LEAVING[1:],
        mark("{who:cap} {change_job}"),
    ),
    Kind.APPOINT: (
        *_APPOINTED,
        *_LEAVING[:1],
        mark("{who:cap} {take_post} at {destination}"),
        mark("{who:cap} {take_post}"),
    ),
    Kind.PROMOTION: (
        *_APPOINTED[3:5],
        *_APPOINTED[6:],
        mark("{destination} {promote} {who}"),
        mark("{who:cap} {rise}"),
    ),
    Kind.DEPARTURE: (
        *_LEAVING,
        mark("{who:cap} {join} {destination}"),
        mark("{who:cap} {step_down} as {title}"),
        mark("{who:cap} {step_down}"),
    ),
    Kind.DISMISSAL: (
        mark("{origin} {dismiss} {who}"),
        mark("{who:cap} {lose_post} as {title}"),
        mark("{who:cap} {lose_post}"),
    ),
    Kind.RETURN: (
        mark("{who:cap} {leave} {origin} to return to {destination}"),
        mark("{who:cap} {return} to {destination} as {post}"),
        mark("{who:cap} {return} to {destination}"),
        mark("{who:cap} {return}"),
    ),
    Kind.FOUNDING: (
        mark("{who:cap} {leave} {origin} to found {destination}"),
        mark("{who:cap} {found} {destination}"),
        mark("{who:cap} {leave} {origin} to start a company"),
        mark("{who:cap} {start_firm}"),
    ),
    Kind.OFFER: (
        mark("{destination} {court} {who} from {origin}"),
        mark("{destination} {court} {who}"),
        mark("{who:cap} ({origin}) {get_offer}"),
        mark("{who:cap} {get_offer}"),
    ),
    Kind.RETENTION: (
        mark("{destination} {keep} {who}"),
        mark("{origin} {keep} {who}"),
        mark("{who:cap} {stay}"),
    ),
    Kind.BOARD: (
        mark("{who:cap} {enter_board} of {destination}"),
        mark("{who:cap} {leave_board} of {origin}"),
        mark("{who:cap} {enter_board}"),
    ),
    Kind.INTERIM: (
        mark("{who:cap} {become} interim {acting_post} at {destination}"),
        mark("{who:cap} {become} interim {acting}"),
        mark("{who:cap} {become} {post} at {destination}"),
        mark("{who:cap} {become} {title}"),
        mark("{who:cap} {stand_in} at {destination}"),
        mark("{who:cap} {stand_in}"),
    ),
    Kind.ACQUIHIRE: (
        mark("{who:cap} {move} from {origin} to {destination}"),
        mark("{who:cap} {join} {destination}"),
        *_LEAVING[1:],
        mark("{who:cap} {change_job}"),
    ),
}

_PREFIXES: Mapping[Status, str] = {
    Status.RUMOURED: mark("Rumour: {sentence}"),
    Status.DENIED: mark("Denial: {sentence}"),
    Status.FAILED: mark("Fell through: {sentence}"),
    Status.REVERSED: mark("Reversed: {sentence}"),
}
_STATUSES: Mapping[Status, str] = {
    Status.RUMOURED: mark("Rumour"),
    Status.REPORTED: mark("Reported by the press"),
    Status.CONFIRMED: mark("Confirmed"),
    Status.DENIED: mark("Denied"),
    Status.FAILED: mark("Fell through"),
    Status.REVERSED: mark("Reversed"),
}
_KINDS: Mapping[Kind, str] = {
    Kind.HIRE: mark("hire"),
    Kind.POACH: mark("poaching"),
    Kind.APPOINT: mark("appointment"),
    Kind.DEPARTURE: mark("departure"),
    Kind.DISMISSAL: mark("dismissal"),
    Kind.PROMOTION: mark("promotion"),
    Kind.RETURN: mark("return"),
    Kind.FOUNDING: mark("company founding"),
    Kind.OFFER: mark("offer"),
    Kind.RETENTION: mark("retention effort"),
    Kind.BOARD: mark("board seat"),
    Kind.INTERIM: mark("interim post"),
    Kind.ACQUIHIRE: mark("acqui-hire"),
}
_NOVELTIES: Mapping[Novelty, str] = {
    Novelty.OPENED: mark("New story"),
    Novelty.STATUS: mark("Status"),
    Novelty.PERSON: mark("Person"),
    Novelty.AMOUNT: mark("Pay"),
    Novelty.ROLE: mark("Role"),
    Novelty.ORIGIN: mark("Leaves"),
    Novelty.DESTINATION: mark("Joins"),
    Novelty.SOURCE: mark("Original source"),
    Novelty.OUTLET: mark("Also told by"),
    Novelty.REPEAT: mark("Told again"),
    Novelty.MERGED: mark("Merged by hand with"),
    Novelty.SPLIT: mark("Parted from another story"),
    Novelty.CORRECTED: mark("Corrected by the outlet"),
    Novelty.RETRACTED: mark("Taken back"),
}


def headline(story: Story, language: str) -> str:
    """The story in one line with its status: «Rumeur : Ruoming Pang quitterait Apple pour Meta»."""
    text = sentence(story, language)
    prefix = _PREFIXES.get(story.status)
    return catalogue(language).gettext(prefix).format(sentence=text) if prefix else text


def sentence(story: Story, language: str) -> str:
    """The story in one sentence, in the mood of its status but without its name, for use beside a status label."""
    facts = _facts(story, language)
    pattern = next(pattern for pattern in _SENTENCES[story.kind] if _fields(pattern) <= facts.keys() | _VERBS.keys())
    verbs = {name: _conjugated(name, story.status, facts["who"], language) for name in _fields(pattern) & _VERBS.keys()}
    return catalogue(language).gettext(pattern).format(**facts, **verbs)


@cache
def _fields(pattern: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(pattern) if name)


def _conjugated(name: str, status: Status, who: Term, language: str) -> str:
    verb = _VERBS[name]
    singular, plural = verb.forms(status)
    return catalogue(language).ngettext(singular, plural, 2 if verb.by_mover and who.plural else 1)


def _facts(story: Story, language: str) -> dict[str, Term]:
    """What is known of a story, by the name of the field that says it."""
    grammar = GRAMMARS[language]
    facts = {"who": people(story, language)}
    for name, value in (("origin", story.origin), ("destination", story.destination)):
        shown = one_line(value or "", NAME_LIMIT)
        if shown:
            facts[name] = Term(shown, grammar)
    inside_one_firm = story.origin and fold(story.origin) == fold(story.destination or "")
    if "origin" in facts and (inside_one_firm or fold(facts["origin"].text) in fold(_unnamed(facts["who"]))):
        del facts["origin"]
    # Who has not left, or has not yet, is no «ex-» of anything.
    if "origin" in facts and story.status in (Status.CONFIRMED, Status.REPORTED):
        facts["former"] = facts["origin"]
    # One role cannot be said of several people: a plural would have to agree with it.
    if not facts["who"].plural:
        facts |= _role_facts(story, grammar)
    return facts


def _unnamed(who: Term) -> str:
    """The words for movers without names, which may name their employer: «trois anciens de Google DeepMind»."""
    return "" if who.proper else who.text


def _role_facts(story: Story, grammar: Grammar) -> dict[str, Term]:
    """A role as `function` («direction technique»), else as `title` and, where they fit, in three other ways.

    `post` leaves room for «de Meta» behind it, which «directeur général de Meta France» does not; `acting` leaves
    room for «par intérim», `acting_post` for both.
    """
    role = role_label(story.role)
    if not role:
        return {}
    # Behind «tête» or «commandes» stands the firm, which the sentence names by itself.
    term = Term(_HEADSHIP if is_headship(role) else role, grammar, proper=False)
    if not grammar.names_post(term.text):
        return {"function": term}
    if is_headship(role):
        return {}
    names_firm = story.destination is not None and fold(story.destination) in fold(role)
    fits = {"title": True, "post": not names_firm, "acting": "interim" not in fold(role)}
    fits["acting_post"] = fits["post"] and fits["acting"]
    return {name: term for name, fitting in fits.items() if fitting}


def role_label(role: str | None) -> str:
    """A role in mid-sentence: «Directrice technique» as «directrice technique», «PDG» as it is; "" for none."""
    text = one_line(role or "", ROLE_LIMIT)
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


_HEADSHIP = "tête"
_HEADSHIPS = frozenset(
    ["tete", "commandes", "renes", "barre", "manettes", "gouvernail", "guidon", "volant", "cles", "cockpit", "trone"]
)
"""Words for being in charge that name no post: who « prend la tête » may be director or chair."""


def is_headship(role: str) -> bool:
    """Whether the role only says that somebody is in charge: «tête», «commandes de la filiale»."""
    return fold(role).split(" ", 1)[0] in _HEADSHIPS


def people(story: Story, language: str) -> Term:
    """Who moves: «A», «A et B», «A, B et 2 autres», «onze chercheurs»."""
    grammar = GRAMMARS[language]
    names = [name for name in (one_line(person, NAME_LIMIT) for person in story.people) if name]
    if names:
        counted = story.group.count or 0 if story.group else 0
        total = max(len(names), counted)
        several = len(names) > 1 or _has_others(names, total)
        return Term(_list_of_people(names, total, language), grammar, plural=several)
    messages = catalogue(language)
    label = one_line(story.group.label, NAME_LIMIT) if story.group else ""
    if not story.group or not label:
        return Term(messages.gettext("an unnamed person"), grammar, proper=False)
    return grammar.group(type(story.group)(label=label, count=story.group.count), story.origin)


def _has_others(names: list[str], total: int) -> bool:
    """Whether some of the movers are only counted: «A et 3 autres»."""
    return total > max(3, len(names)) or len(names) > 3


def _list_of_people(names: list[str], total: int, language: str) -> str:
    messages = catalogue(language)
    if _has_others(names, total):
        shown = names[:2]
        others = total - len(shown)
        text = messages.ngettext("{names} and {count} other", "{names} and {count} others", others)
        return text.format(names=", ".join(shown), count=others)
    return listed(names, language)


def listed(items: Iterable[str], language: str) -> str:
    """«A», «A et B», «A, B et C»."""
    *head, last = items
    return catalogue(language).gettext("{first} and {last}").format(first=", ".join(head), last=last) if head else last


def status_label(status: Status, language: str) -> str:
    """A status for people: «Rumeur», «Rapporté par la presse», «Confirmé», «Démenti», «Sans suite»."""
    return catalogue(language).gettext(_STATUSES[status])


def kind_label(kind: Kind, language: str) -> str:
    """A kind of move for people: «débauchage», «nomination»…"""
    return catalogue(language).gettext(_KINDS[kind])


def novelty_label(novelty: Novelty, language: str) -> str:
    """What sort of thing an article added, for people: «Statut», «Rémunération»…"""
    return catalogue(language).gettext(_NOVELTIES[novelty])


def date_label(moment: datetime, zone: str, language: str) -> str:
    """«mercredi 18 mars 2026 à 10 h 30», «dimanche 1er mars 2026 à 8 h», in `zone` (IANA)."""
    local = moment.astimezone(ZoneInfo(zone))
    messages = catalogue(language)
    # The patterns are CLDR's, so that a language can say «er» on the first of the month and «8 h» on the hour.
    hour = messages.pgettext("on the hour", "H:mm") if local.minute == 0 else messages.pgettext("time", "H:mm")
    text = messages.gettext("{date} at {time}")
    return text.format(date=day_label(moment, zone, language), time=format_datetime(local, hour, locale=language))


def day_label(moment: datetime, zone: str, language: str) -> str:
    """«mercredi 18 mars 2026», in `zone` (IANA)."""
    local = moment.astimezone(ZoneInfo(zone))
    messages = catalogue(language)
    pattern = (
        messages.pgettext("first of the month", "EEEE d MMMM y")
        if local.day == 1
        else messages.pgettext("date", "EEEE d MMMM y")
    )
    return format_datetime(local, pattern, locale=language)


def local_day(moment: datetime, zone: str) -> date:
    """The day of the calendar on which `moment` falls in `zone` (IANA)."""
    return moment.astimezone(ZoneInfo(zone)).date()


def short_day_label(moment: datetime, zone: str, language: str) -> str:
    """«18 mars 2026», in `zone` (IANA): beside an article."""
    return _short_day(local_day(moment, zone), language)


@lru_cache
def _short_day(day: date, language: str) -> str:
    """`day` beside an article; the articles of one mail share a few days."""
    messages = catalogue(language)
    pattern = (
        messages.pgettext("first of the month, short", "d MMMM y")
        if day.day == 1
        else messages.pgettext("date, short", "d MMMM y")
    )
    return format_date(day, pattern, locale=language)
