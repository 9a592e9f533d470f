"""Who works or worked where, as the text around a name tells: posts, « ex- », « venu de », « après six ans chez »."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from alerts.lexicon import NameType
from alerts.matching.article import Article
from alerts.matching.events import Mover
from alerts.matching.names import Entity
from alerts.matching.phrases import Chunk, Hold, Item, Phrase, Role


@dataclass(frozen=True, slots=True)
class Affiliation:
    """A person and an employer, present, former or coming."""

    person: Entity
    organisation: Entity | None
    hold: Hold
    role: Role | None
    sentence: int
    why: str
    weight: float


_YEARS = re.compile(
    r"\b(?:apres|pendant|durant|depuis|au bout de|au terme de|passe|passes|passees)\b[^.;]{0,40}?"
    r"\b(?:ans?|annees?|mois|decennies?)\b[^.;,]{0,40}?\b(?:chez|a|au sein de|dans|au service de|d'|de|du)\s"
)
_REACH = 8  # chunks between the words that tie and the name they tie to


def find_affiliations(article: Article) -> list[Affiliation]:
    """Every tie between a person and an employer that the article states, in order."""
    found: list[Affiliation] = []
    for phrase in article.phrases:
        found.extend(_by_post(phrase))
        found.extend(_by_phrase(article, phrase))
        found.extend(_by_job(article, phrase))
    return found


def _by_post(phrase: Phrase) -> Iterator[Affiliation]:
    """« le patron de A, X », « X, directrice de A, », « X (ancien de A) »."""
    for place, item in enumerate(phrase.items):
        if item.role is None:
            continue
        person = _beside(phrase, place)
        if person:
            weight = 2.5 if item.role.hold in {Hold.NOW, Hold.PLAIN} else 2.0
            yield Affiliation(
                person, item.role.organisation, item.role.hold, item.role, phrase.sentence.index, "post", weight
            )


def _beside(phrase: Phrase, place: int) -> Entity | None:
    """The person beside the post at `place`: right behind it, behind a comma, or before it."""
    items = phrase.items
    for step in (1, -1):
        signs = 0
        for k in range(1, 5):
            index = place + step * k
            if not 0 <= index < len(items):
                break
            item = items[index]
            if item.kind is Chunk.NAME and item.entity:
                if item.entity.type is NameType.PERSON:
                    return item.entity
                break
            if item.kind is Chunk.SIGN and item.value in {",", "(", "—", "–", ")"}:
                signs += 1
                continue
            if item.kind is Chunk.SIGN and item.value == ":" and step == 1:
                continue
            if (
                item.kind is Chunk.DETERMINER
                or item.value
                in {
                    "jusqu'ici",
                    "jusqu'alors",
                    "actuel",
                    "actuelle",
                    "auparavant",
                    "precedemment",
                    "alors",
                    "ans",
                    "age",
                    "agee",
                }
                or item.value.isdigit()
            ):
                continue
            break
    return None


@lru_cache(maxsize=2)
def _from_pattern(phrases: frozenset[str]) -> re.Pattern[str]:
    """« venu de », « passé par », « ex- » … over folded text."""
    wordings = "|".join(
        sorted((re.sub(r" (?:de|d'|par|chez|a)$", "", p) + _link(p) for p in phrases), key=len, reverse=True)
    )
    return re.compile(rf"(?<![\w-])(?:{wordings})")


def _link(phrase: str) -> str:
    """The preposition at the end of a wording, with its contractions."""
    if phrase.endswith((" de", " d'")):
        return r" (?:de |d'|du |des )"
    if phrase.endswith(" a"):
        return r" (?:a |au |aux )"
    return " chez " if phrase.endswith(" chez") else " par " if phrase.endswith(" par") else r"[ ]?"


def _by_phrase(article: Article, phrase: Phrase) -> Iterator[Affiliation]:
    """« X, venu de A », « Ex-A, X », « après six ans chez A, X »."""
    index = phrase.sentence.index
    folded = article.folded[index]
    places = [
        (match.end(), match.start(), "origin phrase")
        for match in _from_pattern(article.lexicon.words("jobs.from")).finditer(folded)
    ]
    places += [(match.end(), match.start(), "years spent") for match in _YEARS.finditer(folded)]
    for end, start, why in places:
        organisation = _organisation_at(phrase, end)
        person = _person_near(article, phrase, start) if organisation else None
        if organisation and person:
            passing = folded[start:end].startswith("pass")
            yield Affiliation(person, organisation, Hold.FORMER, None, index, why, 1.0 if passing else 2.2)


def _organisation_at(phrase: Phrase, offset: int) -> Entity | None:
    """The organisation that begins at most three words behind the folded offset."""
    words = phrase.sentence.tokens
    base = phrase.sentence.start
    seen = 0
    for place, token in enumerate(words):
        if token.start - base < offset - 2:
            continue
        item = phrase.items[phrase.by_token[place]]
        inner = item.role.organisation if item.role else item.entity if item.kind is Chunk.NAME else None
        if inner and inner.type in {NameType.ORGANISATION, NameType.UNKNOWN}:
            return inner
        if item.kind is Chunk.SIGN or seen >= 4:
            return None
        seen += 1
    return None


def _person_near(article: Article, phrase: Phrase, offset: int) -> Entity | None:
    """The person whom a phrase at the folded offset describes: before it in its clause, else behind, else salient."""
    base = phrase.sentence.start
    before: list[tuple[int, Item]] = []
    after: list[tuple[int, Item]] = []
    words = phrase.sentence.tokens
    for place, item in enumerate(phrase.items):
        start = words[item.start].start - base
        if item.kind is Chunk.SIGN and item.value == ";":
            if start < offset:
                before.clear()
            else:
                break
        if (item.entity and item.kind is Chunk.NAME and item.entity.type is NameType.PERSON) or (
            item.kind is Chunk.PRONOUN and item.value in {"il", "elle"}
        ):
            (before if start < offset else after).append((place, item))
    chosen = before[-1] if before else after[0] if after else None
    if chosen is None:
        people = article.resolve(Mover(pronoun="il", place=0), phrase.sentence.index)
        return people[0] if people else None
    if chosen[1].entity:
        return chosen[1].entity
    people = article.resolve(Mover(pronoun="il", place=chosen[0]), phrase.sentence.index)
    return people[0] if people else None


@lru_cache(maxsize=2)
def _job_pattern(verbs: frozenset[str]) -> re.Pattern[str]:
    """« travaillait … chez », « occupait le poste de … de » over folded text."""
    wordings = "|".join(sorted(verbs, key=len, reverse=True))
    return re.compile(rf"\b(?:{wordings})\b[^.;:]{{0,90}}?\b(?:chez|au sein de|au sein d'|pour|de|d'|du|des|a|au)\b ?")


def _by_job(article: Article, phrase: Phrase) -> Iterator[Affiliation]:
    """« Elle travaillait jusqu'ici pour A », « il dirigeait la recherche de A »."""
    index = phrase.sentence.index
    folded = article.folded[index]
    for match in _job_pattern(article.lexicon.words("jobs.verbs")).finditer(folded):
        verb_start = match.start()
        organisation = _first_organisation(phrase, verb_start, verb_start + 120)
        if organisation is None:
            continue
        person = _person_near(article, phrase, verb_start)
        if person:
            strong = any(
                word in folded
                for word in ("jusqu'ici", "jusqu'alors", "auparavant", "jusqu'a present", "precedemment", "jusque-la")
            )
            yield Affiliation(person, organisation, Hold.FORMER, None, index, "past job", 2.0 if strong else 1.0)


def _first_organisation(phrase: Phrase, low: int, high: int) -> Entity | None:
    """The first organisation between two folded offsets, in the same clause."""
    base, words = phrase.sentence.start, phrase.sentence.tokens
    for item in phrase.items:
        start = words[item.start].start - base
        if start < low:
            continue
        if start > high or (item.kind is Chunk.SIGN and item.value in {";", "."}) or item.kind is Chunk.RELATIVE:
            return None
        inner = item.role.organisation if item.role else item.entity if item.kind is Chunk.NAME else None
        if inner and inner.type is NameType.ORGANISATION:
            return inner
    return None
