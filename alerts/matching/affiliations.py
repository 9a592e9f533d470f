"""Who works or worked where, as the text around a name tells: posts, « ex- », « venu de », « après six ans chez »."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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
_UNTIL_NOW_AT = re.compile(
    r"\b(?:actuellement|jusqu'ici|jusqu'alors|jusque-la|jusqu'a present|auparavant|precedemment|hier encore) chez "
)
_REACH = 8  # chunks between the words that tie and the name they tie to


def find_affiliations(article: Article) -> list[Affiliation]:
    """Every tie between a person and an employer that the article states, in order."""
    found: list[Affiliation] = []
    for phrase in article.phrases:
        own = list(_stated(article, phrase))
        found.extend(own)
        found.extend(_of_the_others(article, phrase, own))
    return found


def _stated(article: Article, phrase: Phrase) -> Iterator[Affiliation]:
    """The ties that one sentence states; each wording is looked for only where it can hold."""
    kinds = {item.kind for item in phrase.items}
    types = {item.entity.type for item in phrase.items if item.kind is Chunk.NAME and item.entity}
    if Chunk.ROLE in kinds:
        yield from _by_post(phrase)
    if Chunk.GROUP in kinds:
        yield from _by_group(phrase)
    if NameType.PERSON in types:
        yield from _by_bracket(phrase)
        yield from _by_description(phrase)
    if Chunk.ROLE in kinds or types & _FIRM:
        yield from _by_phrase(article, phrase)
        yield from _by_job(article, phrase)


_ALL = re.compile(
    r"\b(?:tous|toutes) (?:les )?(?:deux|trois|quatre|cinq|six|sept|huit)\b"
    r"|\b(?:viennent|arrivent|travaillaient|travaillent|officiaient|venus|venues|issus|issues|anciens|anciennes"
    r"|transfuges)\b"
)


def _of_the_others(article: Article, phrase: Phrase, own: Sequence[Affiliation]) -> Iterator[Affiliation]:
    """« X, Y et Z, tous trois issus de A »: what is said of one in the plural holds for everybody in the row."""
    index = phrase.sentence.index
    if not own or not _ALL.search(article.folded[index]):
        return
    row = article.people_in(index)
    if len(row) < 2:
        earlier = (article.people_in(near) for near in range(index - 1, max(-1, index - 4), -1))
        row = next((people for people in earlier if len(people) > 1), [])
    plural = [a for a in own if a.organisation and a.why not in {"post", "bracket"}]
    for model in plural[:1]:
        for person in dict.fromkeys(row):
            if person is not model.person and not any(a.person is person and a.organisation for a in own):
                yield replace(model, person=person, weight=model.weight - 0.2)


def _by_group(phrase: Phrase) -> Iterator[Affiliation]:
    """« deux piliers de A, X et Y » and « X et Y, deux ingénieurs de A »."""
    items = phrase.items
    for place, item in enumerate(items):
        if item.people is None or item.people.organisation is None:
            continue
        behind = [k for k in (place + 1, place + 2) if k < len(items)]
        before = [k for k in (place - 1, place - 2) if k >= 0]
        for near, step in ((behind, 1), (before, -1)):
            apposed = items[near[0]].value in {",", ":", "(", "—", "–"} if near else False
            first = near[1] if apposed and len(near) > 1 else None
            if first is None or not _names_person(items[first]):
                continue
            for person in _row(items, first, step):
                index = phrase.sentence.index
                yield Affiliation(person, item.people.organisation, Hold.PLAIN, None, index, "group", 2.0)
            break


def _row(items: Sequence[Item], place: int, step: int) -> Iterator[Entity]:
    """The persons in a row « X, Y et Z » from one end on."""
    while 0 <= place < len(items):
        item = items[place]
        if _names_person(item) and item.entity:
            yield item.entity
        elif item.kind is not Chunk.COORDINATOR and item.value not in {",", "de", "m.", "mme"}:
            return
        place += step


def _names_person(item: Item) -> bool:
    return item.kind is Chunk.NAME and item.entity is not None and item.entity.type is NameType.PERSON


_FIRM = frozenset({NameType.ORGANISATION, NameType.UNKNOWN})


def _by_bracket(phrase: Phrase) -> Iterator[Affiliation]:
    """« X (A) » and « X, de chez A, », « X, jusqu'ici chez A »: the employer right behind the name."""
    items = phrase.items
    for place, item in enumerate(items[:-2]):
        if not _names_person(item) or item.entity is None or items[place + 1].value not in {"(", ","}:
            continue
        bracket = items[place + 1].value == "("
        at = place + 2
        while at < len(items) - 1 and not bracket and items[at].value in _UNTIL_NOW:
            at += 1
        if not bracket:
            if items[at].value != "chez":
                continue
            at += 1
        while at < len(items) - 1 and items[at].kind in {Chunk.DETERMINER, Chunk.WORD} and at < place + 8:
            at += 1
        firm = items[at].entity if at < len(items) else None
        closed = at == place + 2 and at + 1 < len(items) and items[at + 1].value == ")"
        if firm and firm.type in _FIRM and (closed or not bracket):
            index = phrase.sentence.index
            yield Affiliation(item.entity, firm, Hold.PLAIN, None, index, "bracket", 1.2 if bracket else 2.3)


_DESCRIPTION = 7  # chunks from the name to the firm in « X, le monsieur IA de A, »


def _by_description(phrase: Phrase) -> Iterator[Affiliation]:
    """« X, le monsieur IA de A, »: words that no list knows as a post, set off by commas."""
    items = phrase.items
    for place, item in enumerate(items[:-4]):
        opened = items[place + 1].value == "," and items[place + 2].value in {"le", "la", "l'"}
        if not (_names_person(item) and item.entity and opened):
            continue
        for at in range(place + 3, min(len(items) - 1, place + _DESCRIPTION)):
            firm = items[at].entity
            if firm and firm.type is NameType.ORGANISATION:
                if items[at - 1].value == "de" and items[at + 1].value == ",":
                    yield Affiliation(item.entity, firm, Hold.PLAIN, None, phrase.sentence.index, "description", 1.5)
                break
            if items[at].kind not in {Chunk.WORD, Chunk.PREPOSITION, Chunk.NAME}:
                break


_UNTIL_NOW = frozenset(
    [
        "jusqu'ici",
        "jusqu'alors",
        "jusque-la",
        "jusqu'a",
        "present",
        "presentement",
        "auparavant",
        "encore",
        "hier",
        "a",
        "precedemment",
        "aujourd'hui",
        "actuellement",
        "deja",
        "avant",
        "cela",
        "de",
        "jusque",
        "la",
        "alors",
        "naguere",
    ]
)


def _by_post(phrase: Phrase) -> Iterator[Affiliation]:
    """« le patron de A, X », « X, directrice de A, », « X (ancien de A) »."""
    for place, item in enumerate(phrase.items):
        if item.role is None:
            continue
        person = _beside(phrase, place)
        if person:
            weight = 2.5 if item.role.hold in {Hold.NOW, Hold.PLAIN} else 2.0
            firm = item.role.organisation or _whose(phrase, place)
            yield Affiliation(person, firm, item.role.hold, item.role, phrase.sentence.index, "post", weight)


def _whose(phrase: Phrase, post: int) -> Entity | None:
    """The firm of the post in « A, dont l'ancien PDG, X, … » and « A et son PDG, X »."""
    items = phrase.items
    if post > 1 and items[post - 1].value == "dont":
        named = items[post - 2 - (items[post - 2].value == ",")]
        return named.entity if named.entity and named.entity.type in _FIRM else None
    if phrase.sentence.tokens[items[post].start].folded not in _OWN:
        return None
    owner = next((item.entity for item in reversed(items[:post]) if item.kind is Chunk.NAME), None)
    return owner if owner and owner.type in _FIRM else None


_OWN = frozenset({"son", "sa", "leur"})


def _beside(phrase: Phrase, place: int) -> Entity | None:
    """The person beside the post at `place`: right behind it, behind a comma, or before it."""
    items = phrase.items
    for step in (1, -1):
        signs = 0
        for k in range(1, 5 if step > 0 else 8):
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
            passing = item.value in _BETWEEN or item.value.isdigit() or (step < 0 and item.value in _WHO_WAS)
            if item.kind is Chunk.DETERMINER or passing:
                continue
            break
    return None


_BETWEEN = frozenset(
    [
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
        "encore",
        "hier",
        "aussi",
        "lui-meme",
        "elle-meme",
    ]
)
_WHO_WAS = frozenset(["actuellement", "qui", "etait", "est", "jusque-la", "a", "present", "depuis"])


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
    places += [(match.end(), match.start(), "until now") for match in _UNTIL_NOW_AT.finditer(folded)]
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
    plural = {verb[:-3] + "aient" for verb in verbs if verb.endswith("ait")} | {"viennent", "travaillent", "arrivent"}
    wordings = "|".join(sorted(verbs | plural, key=len, reverse=True))
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
    for place, item in enumerate(phrase.items):
        start = words[item.start].start - base
        if start < low:
            continue
        if start > high or (item.kind is Chunk.SIGN and item.value in {";", "."}) or item.kind is Chunk.RELATIVE:
            return None
        inner = item.role.organisation if item.role else item.entity if item.kind is Chunk.NAME else None
        if inner and inner.type is NameType.ORGANISATION:
            return inner
        if inner and inner.type is NameType.UNKNOWN and place and phrase.items[place - 1].value in _TIES:
            return inner
    return None


_TIES = frozenset({"chez", "de", "pour", "au sein de"})
