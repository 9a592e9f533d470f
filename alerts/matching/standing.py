"""How an event stands: done, reported, rumoured, denied, failed; news or background; on whose word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from alerts.lexicon import NameType
from alerts.matching.article import Article, Cue
from alerts.matching.events import Event
from alerts.matching.phrases import Chunk
from alerts.matching.reading import Zone
from alerts.matching.speech import inversions
from alerts.matching.triggers import When
from mercato.model import Status
from mercato.text import Token

_YEAR = re.compile(r"\b(19[6-9]\d|20[0-4]\d)\b")
_MONTH_YEAR = re.compile(
    r"\b(janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre) (20\d\d)\b"
)
_NEAR = 70
"""Folded characters within which a mark before or behind a trigger is about that trigger."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is to be believed of an event."""

    status: Status
    background: str  # why it is background, "" for news
    attributed: bool
    confirmed: bool
    attempted: bool


def standing(event: Event, article: Article, published: date | None) -> Standing:
    """How an event stands, from the marks in its clause."""
    index = event.phrase.sentence.index
    base = event.phrase.sentence.start
    words = event.phrase.sentence.tokens
    place = words[event.trigger.start].start - base
    end = words[event.trigger.end - 1].end - base
    cues = [cue for cue in article.cues[index] if not _barred(article.folded[index], cue, place)]
    near = {cue.list for cue in cues if cue.end >= place - _NEAR and cue.start <= end + _NEAR}
    here = {cue.list for cue in cues}
    attributed = _attributed(event, article, cues)
    attempted = any(cue.list == "status.attempt" and place - 25 <= cue.end <= place + 2 for cue in cues)
    status = _status(event, near, here, attributed)
    return Standing(
        status,
        _background(event, article, cues, place, end, published),
        attributed,
        "status.confirmation" in here,
        attempted,
    )


def _barred(folded: str, cue: Cue, place: int) -> bool:
    """Whether a semicolon stands between the mark and the trigger, or « décline tout commentaire » covers it."""
    low, high = min(cue.end, place), max(cue.start, place)
    return ";" in folded[low:high]


def _status(event: Event, near: set[str], here: set[str], attributed: bool) -> Status:
    """The status, the strongest mark first."""
    frame, muted = event.frame, "status.not_denial" in here
    leaving = frame.family in {"leave", "fire"}
    # « Qui est X, le nouveau patron de B ? » asks about the person, not whether he comes.
    question = event.phrase.sentence.question and event.phrase.sentence.tokens[0].folded not in {"qui", "pourquoi"}
    if not muted and "status.denial" in here:
        status = Status.DENIED
    elif event.trigger.negated:
        status = Status.DENIED if leaving else Status.FAILED
    elif frame.status is Status.FAILED or (not muted and "status.failure" in near and frame.family != "refuse"):
        status = Status.FAILED
    elif frame.status is Status.DENIED:
        status = Status.DENIED
    elif "status.rumour" in near or frame.status is Status.RUMOURED or question:
        status = Status.RUMOURED
    elif event.trigger.when is When.HEDGED:
        status = Status.REPORTED if attributed else Status.RUMOURED
    else:
        status = Status.REPORTED if attributed else Status.CONFIRMED
    return status


def _background(event: Event, article: Article, cues: list[Cue], place: int, end: int, published: date | None) -> str:
    """Why the event is an older one that is merely recalled; "" when it is news."""
    folded = article.folded[event.phrase.sentence.index]
    past = _PASTS.get(event.trigger.when)
    if past and event.phrase.sentence.zone is not Zone.TITLE and not (past == "imperfect" and _RECENT.search(folded)):
        return past
    if folded[:place].endswith(_AFTER) and _leads_to_news(event, article):
        return ""
    if event.recalled and event.frame.family == "found":
        return "said of the firm"  # « B, qu'il a cofondée »
    marked = _marked(event, folded, cues, place, end)
    if marked:
        return marked
    old = _old_date(folded[max(0, place - 60) : end + 70], published) if published else ""
    return f"dated {old}" if old else ""


def _marked(event: Event, folded: str, cues: list[Cue], place: int, end: int) -> str:
    """The words of its sentence that make the event an older one; "" for none."""
    for cue in cues:
        mark = folded[cue.start : cue.end]
        before = cue.start <= place + 2 and (place - cue.end < 60 or place < cue.end)
        behind = end <= cue.start < end + 60 and not mark.startswith(_FORWARD)
        if cue.list == "status.background" and (before or behind):
            return f"« {mark} »"
    trigger = event.trigger
    long_ago = _LONG_AGO.search(folded)
    if long_ago and place - 60 < long_ago.end() and long_ago.start() < end + 60:
        return f"« {long_ago[0]} »"
    if trigger.bare and _EARLIER.search(folded[max(0, place - 16) : place]):
        return "told as earlier"
    if trigger.bare and trigger.start == 0 and event.frame.family in {"leave", "arrive"} and event.destination:
        return "opening participle"  # « Parti chez A en 2023, X revient chez B »
    return ""


_AFTER = "apres avoir "


def _leads_to_news(event: Event, article: Article) -> bool:
    """Whether the sentence tells in its main clause what a departure led to: « rejoint B après avoir quitté A »."""
    others = [other for other in article.events if other.phrase is event.phrase and other is not event]
    news = any(not other.trigger.bare and other.trigger.when not in _PASTS for other in others)
    return event.frame.family == "leave" and news


_FORWARD = ("apres ", "depuis ", "lors ")
"""What marks begin with that speak of what follows them alone: « rejoint B | après avoir quitté A »."""
_PASTS = {When.EARLIER: "pluperfect", When.HABIT: "imperfect"}
_RECENT = re.compile(
    r"\bil y a (?:\w+ ){1,3}(?:heures?|jours?|semaines?)\b|\bhier\b(?! encore)|\bavant-hier\b"
    r"|\b(?:ce|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) (?:matin|soir|midi|dernier)\b"
    r"|\bce (?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b"
    r"|\bcette semaine\b|\bla semaine (?:derniere|passee)\b"
)
"""Days with which an imperfect tells news, as reports like to: « Hier, X rejoignait B »."""
_LONG_AGO = re.compile(
    r"\bil y a (?:(?:pres|plus|moins) de |environ |deja )?(?:\w+[ -]){1,4}?(?:ans|annees|decennies)\b"
)
_EARLIER = re.compile(r"\b(?:avant d'|avant de |apres avoir |apres etre |apres s'etre )(?:\w+ )?$")


def _old_date(window: str, published: date) -> str:
    """A date in the window that lies well before the day of publication."""
    for match in _MONTH_YEAR.finditer(window):
        return match[0] if int(match[2]) < published.year - 1 else ""
    for match in _YEAR.finditer(window):
        before = window[max(0, match.start() - 12) : match.start()]
        if int(match[1]) < published.year - (published.month < 4) and re.search(
            r"\b(?:en|de|depuis|des|fin|debut|ete|annee|annees)\s$", before
        ):
            return match[0]
    return ""


# --- sources ----------------------------------------------------------------------------------------------------


def _attributed(event: Event, article: Article, cues: list[Cue]) -> bool:
    """Whether the event is told on the word of a medium or of its sources."""
    index = event.phrase.sentence.index
    if any(cue.list == "journalism.anonymous" for cue in cues):
        return True
    named = list(_sources_of(article, index))
    if not named:
        return False
    semicolon = article.folded[index].find(";")
    if semicolon < 0:
        return True
    place = event.phrase.sentence.tokens[event.trigger.start].start - event.phrase.sentence.start
    return any((offset > semicolon) == (place > semicolon) for _, offset in named)


def sources_cited(article: Article) -> tuple[str, ...]:
    """The media that the article cites, in order of appearance."""
    found: dict[str, None] = {}
    for index in range(len(article.sentences)):
        for name, _ in _sources_of(article, index):
            found.setdefault(name, None)
    return tuple(found)


def _sources_of(article: Article, index: int) -> Iterator[tuple[str, int]]:
    """The media cited in a sentence, with their places in it."""
    phrase = article.phrases[index]
    words = phrase.sentence.tokens
    verbs = _telling_forms(article)
    inverted = {words[k].folded for start, end in inversions(phrase) for k in range(start, end)}
    for place, item in enumerate(phrase.items):
        if item.kind is not Chunk.NAME or item.entity is None:
            continue
        if item.entity.type is not NameType.MEDIUM and not (
            item.entity.type is NameType.UNKNOWN and place and phrase.items[place - 1].value == "selon"
        ):
            continue
        offset = words[item.start].start - phrase.sentence.start
        before = article.folded[index][max(0, offset - 40) : offset]
        around = {words[k].folded for k in range(max(0, item.start - 5), min(len(words), item.end + 6))}
        if around & (verbs | inverted) or _introduced(before, article) or _bracketed(words, item.start, item.end):
            yield item.entity.name, words[item.start].start - phrase.sentence.start


def _telling_forms(article: Article) -> frozenset[str]:
    """Folded third-person forms of the verbs of telling."""
    stems = article.lexicon.words("journalism.verbs")
    return _tellings(stems)


_CACHE_ENDINGS = ("e", "ent", "ait", "aient", "es", "ee", "era")


@lru_cache(maxsize=4)
def _tellings(verbs: frozenset[str]) -> frozenset[str]:
    """Forms of verbs in -er by rule; the few others in full."""
    forms = {
        "apprend",
        "appris",
        "apprenait",
        "ecrit",
        "ecrivait",
        "croit",
        "savoir",
        "sait",
        "revele",
        "relaie",
        "publie",
    }
    for verb in verbs:
        if verb.endswith("er"):
            forms.update(verb[:-2] + ending for ending in _CACHE_ENDINGS)
    return frozenset(forms)


_DETAIL = re.compile(
    r"(?: (?:le|la|les|l'|du|des|de|au|aux|nos confreres de|site|quotidien|journal|magazine|agence|l'agence"
    r"|media|hebdomadaire|newsletter))* ?(?:l'|d')?$"
)


def _introduced(before: str, article: Article) -> bool:
    """Whether « selon », « d'après », « interrogé par » stands right before the medium."""
    tail = _DETAIL.sub("", " " + before.rstrip())
    return any(tail.endswith((" " + word, "'" + word)) for word in article.lexicon.words("journalism.before"))


def _bracketed(words: Sequence[Token], start: int, end: int) -> bool:
    """Whether the name stands alone in brackets: « (AFP) »."""
    return bool(start and end < len(words) and words[start - 1].text == "(" and words[end].text == ")")
