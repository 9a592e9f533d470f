"""Proper names and what they name, decided by votes over the whole article rather than per occurrence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from alerts.lexicon import KnownName, Lexicon, NameType
from alerts.matching.reading import Sentence
from mercato.text import Token

Votes = dict[tuple[str, ...], dict[tuple[NameType, str], float]]
"""Name → (type, reason) → weight."""
MAX_NAMES = 400
"""Names of an article that are looked at; a page with more is a list of something else."""


@dataclass(slots=True)
class Entity:
    """Somebody or something that the article names, under all its forms."""

    name: str
    type: NameType
    known: KnownName | None = None
    votes: dict[str, float] = field(default_factory=dict)  # "person: followed by an age" → weight
    first: int = 0  # place of the first occurrence

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


@dataclass(frozen=True, slots=True)
class Mention:
    """One occurrence: words `start:end` of a sentence."""

    sentence: int
    start: int
    end: int
    entity: Entity
    channel: bool = False  # « sur X »: where it was said


@dataclass(slots=True)
class _Span:
    """A candidate name before it is typed."""

    sentence: int
    start: int
    end: int
    key: tuple[str, ...]
    text: str
    known: KnownName | None


def find_names(sentences: Sequence[Sentence], text: str, lexicon: Lexicon) -> list[Mention]:
    """Every proper name of the article with its type."""
    lower = {token.folded for sentence in sentences for token in sentence.tokens if token.text[:1].islower()}
    spans = [span for sentence in sentences for span in _spans(sentence, text, lower, lexicon)][:MAX_NAMES]
    inside = {span.key for span in spans if not _begins(sentences[span.sentence].tokens, span.start)}
    spans = [span for span in spans if span.key in inside or not _mere_beginning(span, sentences, lexicon)]
    votes = _count_votes(spans, sentences, lexicon)
    entities = _entities(spans, votes)
    return [_mention(span, entities, sentences, lexicon) for span in spans if span.key in entities]


def _mere_beginning(span: _Span, sentences: Sequence[Sentence], lexicon: Lexicon) -> bool:
    """Whether one unknown capital opens a sentence and is no subject of a verb: « Faute d'accord, … »."""
    words = sentences[span.sentence].tokens
    if span.known or span.end - span.start > 1 or not _begins(words, span.start):
        return False
    following = words[span.end].folded if span.end < len(words) else ""
    return following not in lexicon.folded_forms and following not in {"a", "est", "ont", "vient", ":", "va"}


def _mention(
    span: _Span, entities: dict[tuple[str, ...], Entity], sentences: Sequence[Sentence], lexicon: Lexicon
) -> Mention:
    """The span as an occurrence of its entity; a network after « sur » is a channel."""
    words = sentences[span.sentence].tokens
    before = words[span.start - 1].folded if span.start else ""
    channel = bool(span.known and span.known.channel and before in lexicon.words("networks.before"))
    return Mention(span.sentence, span.start, span.end, entities[span.key], channel)


# --- candidates -------------------------------------------------------------------------------------------------


def _spans(sentence: Sentence, text: str, lower: set[str], lexicon: Lexicon) -> Iterator[_Span]:
    """The gazetteer's names and the runs of capitals of one sentence, from left to right."""
    words = sentence.tokens
    shouting = _title_case(words)
    index = 0
    while index < len(words):
        end, known = _gazetteer(words, index, lexicon)
        if known and not _part_of_person(words, index, end, known, lexicon):
            end = _with_suffix(words, end, known, lexicon)
            while (
                known.type is NameType.PRODUCT
                and end < len(words)
                and (words[end].text[0].isupper() or words[end].text[0].isdigit())
                and len(words[end].text) < 9
                and not _gazetteer(words, end, lexicon)[1]
            ):
                end += 1
            yield _span(sentence, text, index, end, known)
            index = end
            continue
        end = _run_end(words, index, lower, shouting, lexicon)
        if end - index > 1 and _demonym_before(words, index, lexicon):
            index += 1  # « la Vaudoise | Fabienne Rochat »
        if end > index:
            yield _span(sentence, text, index, end, None)
        index = max(end, index + 1)


_DEMONYM_ENDINGS = (
    "ais",
    "aise",
    "ois",
    "oise",
    "ain",
    "aine",
    "ien",
    "ienne",
    "and",
    "ande",
    "ard",
    "arde",
    "ol",
    "ole",
)


def _demonym_before(words: Sequence[Token], index: int, lexicon: Lexicon) -> bool:
    """Whether the run begins with somebody's country or town behind an article."""
    article = index > 0 and words[index - 1].folded in {"le", "la", "l'", "du", "un", "une", "au"}
    word = words[index].folded
    return article and word.endswith(_DEMONYM_ENDINGS) and word not in lexicon.words("first_names.names")


def _span(sentence: Sentence, text: str, start: int, end: int, known: KnownName | None) -> _Span:
    """A candidate over words `start:end`."""
    words = sentence.tokens
    key = tuple(token.folded for token in words[start:end])
    if known:
        key = ("=", known.name)
    return _Span(sentence.index, start, end, key, text[words[start].start : words[end - 1].end], known)


def _gazetteer(words: Sequence[Token], index: int, lexicon: Lexicon) -> tuple[int, KnownName | None]:
    """The longest known name that begins at `index`, and its end."""
    for phrase, known in lexicon.names.get(words[index].folded, ()):
        end = index + len(phrase)
        cased = known.lower or words[index].capital or words[index].text[0].isdigit()
        if cased and end <= len(words) and all(words[index + k].folded == part for k, part in enumerate(phrase)):
            return end, known
    return index, None


def _part_of_person(words: Sequence[Token], start: int, end: int, known: KnownName, lexicon: Lexicon) -> bool:
    """Whether a known one-word name is here a first name or a surname (« Alan Turing », « Jean Mistral »)."""
    if end - start > 1 or known.lower:
        return False
    following = words[end] if end < len(words) else None
    before = words[start - 1] if start else None
    first = words[start].folded in lexicon.words("first_names.names")
    if first and following and following.text[:1].isupper() and _plain_name(following, lexicon):
        return before is None or before.folded != "chez"
    return bool(
        known.ambiguous and before and before.folded in lexicon.words("first_names.names") and before.text[:1].isupper()
    )


def _plain_name(token: Token, lexicon: Lexicon) -> bool:
    """Whether the word may continue a person's name."""
    return (
        token.text[0].isalpha()
        and token.folded not in lexicon.words("function.stops")
        and token.folded not in lexicon.words("organisation_heads.suffixes")
        and not token.text.isupper()
    )


def _with_suffix(words: Sequence[Token], end: int, known: KnownName, lexicon: Lexicon) -> int:
    """The end of « Google France » or « Mistral Labs »: a known organisation followed by a word that firms add."""
    suffixes = lexicon.words("organisation_heads.suffixes")
    while (
        known.type is NameType.ORGANISATION
        and end < len(words)
        and words[end].text[:1].isupper()
        and words[end].folded in suffixes
    ):
        end += 1
    return end


def _title_case(words: Sequence[Token]) -> bool:
    """Whether a line capitalises most of its words, so that capitals say nothing."""
    letters = [word for word in words if word.text[0].isalpha() and len(word.text) > 3]
    return len(letters) >= 5 and sum(word.text[0].isupper() for word in letters) > 0.7 * len(letters)


def _run_end(words: Sequence[Token], index: int, lower: set[str], shouting: bool, lexicon: Lexicon) -> int:
    """The end of the run of capitals that begins at `index`; `index` itself when none does."""
    if not _starts_name(words, index, lower, shouting, lexicon):
        return index
    end = index + 1
    while end < len(words) and end - index < 6:
        token = words[end]
        if _continues_name(words, end, shouting, lower, lexicon) or (
            token.folded in lexicon.words("first_names.particles") and _particle_goes_on(words, end, lexicon)
        ):
            end += 1
        else:
            break
    return end


def _starts_name(words: Sequence[Token], index: int, lower: set[str], shouting: bool, lexicon: Lexicon) -> bool:
    """Whether the word may begin a name: a capital that is not just the beginning of a sentence."""
    token = words[index]
    if not _name_like(token):
        return False
    if index and words[index - 1].folded in lexicon.words("first_names.titles"):
        return True
    ordinary = _ordinary(token, lexicon)
    followed = _capital_at(words, index + 1)
    if not shouting and followed and token.folded in lexicon.words("first_names.names"):
        return True
    if shouting or _begins(words, index):
        return not ordinary and token.folded not in lower
    article = token.folded in {"le", "la", "les"} and followed and not ordinary
    return article or token.folded not in lexicon.words("function.stops")


def _name_like(token: Token) -> bool:
    """Whether the word is spelled as names are."""
    if not token.capital or len(token.text) == 1 or not any(map(str.isalpha, token.text)):
        return False
    return not token.text[0].islower() or token.text[1:2].isupper() or len(token.text) <= 12


def _ordinary(token: Token, lexicon: Lexicon) -> bool:
    """Whether the word is one of the language: a function word, a post, a form of a trigger verb."""
    word = token.folded
    return (
        word in lexicon.words("function.stops")
        or word in lexicon.words("heads.posts")
        or word in lexicon.words("heads.callings")
        or word in lexicon.words("groups.nouns")
        or word in lexicon.words("organisation_heads.nouns")
        or word in lexicon.folded_forms
        or word in lexicon.numbers
    )


def _begins(words: Sequence[Token], index: int) -> bool:
    """Whether the word opens a sentence, a quotation or what follows a colon."""
    return index == 0 or words[index - 1].text in {"«", ":", "“", '"', "(", "—", "–", "-", "•", "…", "|", "▪", "🔹"}


def _continues_name(words: Sequence[Token], index: int, shouting: bool, lower: set[str], lexicon: Lexicon) -> bool:
    """Whether the capital at `index` belongs to the name before it."""
    token = words[index]
    if not token.text[0].isalpha() or not (token.text[0].isupper() or token.capital):
        return False
    if shouting and (token.folded in lower or _ordinary(token, lexicon)):
        return False
    if token.folded in lexicon.words("function.stops") and len(token.text) > 1:
        if words[index - 1].folded in lexicon.words("first_names.names"):
            return token.folded not in lexicon.words("function.prepositions") | lexicon.words("function.determiners")
        short = token.text in {"Du", "Ma", "Li", "An", "Son", "Sa", "On"} and not shouting and not _begins(words, index)
        return short or (
            token.text in {"Le", "La", "De", "Du", "Des", "El", "Al", "Ben"} and _capital_at(words, index + 1)
        )
    end, known = _gazetteer(words, index, lexicon)
    if known and not known.ambiguous and known.type is not NameType.PLACE and end - index >= 1:
        return words[index - 1].folded in lexicon.words("first_names.names") and not known.tech
    return True


def _capital_at(words: Sequence[Token], index: int) -> bool:
    return index < len(words) and words[index].text[:1].isupper()


def _subject_ahead(words: Sequence[Token], index: int) -> bool:
    """Whether « de NAME » is followed by what follows a subject, which makes « Corine de Bilbao vient » one name."""
    alone = index < 2 or not words[index - 2].text[:1].isupper()
    after = words[index + 2].folded if index + 2 < len(words) else ""
    return alone and after in {"vient", "a", "est", "quitte", "rejoint", "prend", "part", "devient", "sera", "dirigera"}


def _particle_goes_on(words: Sequence[Token], index: int, lexicon: Lexicon) -> bool:
    """Whether a small particle is followed by the capital that makes it part of a name (« Tom van der Meulen »)."""
    particles = lexicon.words("first_names.particles")
    if words[index].folded in {"de", "du", "des", "d'", "la", "le", "of", "y"}:
        previous = words[index - 1].folded
        lone = words[index].folded == "d'" and not (index > 1 and words[index - 2].text[:1].isupper())
        lone = lone or (words[index].folded in {"de", "du"} and _subject_ahead(words, index))
        if not lone and previous not in lexicon.words("first_names.names") and "-" not in previous:
            return False
        if _gazetteer(words, index + 1, lexicon)[1] if index + 1 < len(words) else True:
            return False
    for token in words[index + 1 : index + 3]:
        if token.text[:1].isupper():
            return True
        if token.folded not in particles:
            return False
    return False


# --- votes ------------------------------------------------------------------------------------------------------

_SPEECH = frozenset(
    [
        "explique",
        "expliquait",
        "declare",
        "ajoute",
        "assure",
        "precise",
        "affirme",
        "raconte",
        "confie",
        "estime",
        "indique",
        "ecrit",
        "resume",
        "souligne",
        "rappelle",
        "dit",
        "deplore",
        "reconnait",
        "insiste",
        "previent",
        "justifie",
        "salue",
        "lance",
    ]
)
_COPULAS = frozenset(["est", "sera", "etait", "devient", "deviendra", "ne", "reste", "fut"])
_ADDRESS = 4.0


def _count_votes(spans: Sequence[_Span], sentences: Sequence[Sentence], lexicon: Lexicon) -> Votes:
    """For each name, the votes of its shape and of all its contexts."""
    votes: Votes = defaultdict(dict)
    for span in spans:
        if span.known:
            votes[span.key][(span.known.type, "gazetteer")] = 2.0 if span.known.ambiguous else 6.0
        words = sentences[span.sentence].tokens
        for type_, why, weight in (*_shape_votes(span, words, lexicon), *_context_votes(span, words, lexicon)):
            votes[span.key][(type_, why)] = max(votes[span.key].get((type_, why), 0.0), weight)
    singles = {span.key for span in spans if len(span.key) == 1}
    for key in {span.key for span in spans if len(span.key) > 1 and not span.known}:
        if key[-1:] in singles:
            votes[key][(NameType.PERSON, "last word alone elsewhere")] = 1.0
    return votes


def _shape_votes(span: _Span, words: Sequence[Token], lexicon: Lexicon) -> Iterator[tuple[NameType, str, float]]:
    """What the name's own form says."""
    if span.known:
        return
    parts = words[span.start : span.end]
    if len(parts) >= 2 and all(_plain_name(part, lexicon) or len(part.text) <= 3 for part in parts):
        acronym = parts[-1].text.isupper() and len(parts[-1].text) > 1
        yield NameType.PERSON, "two words or more", 1.0 if acronym else 1.5
    if len(parts) >= 2 and parts[0].folded.split("-")[0] in lexicon.words("first_names.names"):
        yield NameType.PERSON, "first name", 3.0
    if len(parts) >= 2 and parts[-1].folded in lexicon.words("organisation_heads.suffixes"):
        yield NameType.ORGANISATION, "suffix of firms", 4.0
    head = parts[0].text
    if len(parts) == 1 and (any(map(str.isdigit, head)) or head[1:] != head[1:].lower() or "." in head):
        yield NameType.ORGANISATION, "spelling of brands", 1.0
    if (
        head.endswith(".") is False
        and len(parts) > 1
        and head.isupper()
        and len(head) > 2
        and not parts[1].text.isupper()
    ):
        yield NameType.ORGANISATION, "acronym first", 1.0


def _context_votes(span: _Span, words: Sequence[Token], lexicon: Lexicon) -> Iterator[tuple[NameType, str, float]]:
    """What stands before and after says."""
    before = [token.folded for token in words[max(0, span.start - 4) : span.start]]
    after = [token.folded for token in words[span.end : span.end + 5]]
    last = before[-1] if before else ""
    if last in lexicon.words("first_names.titles"):
        yield NameType.PERSON, "form of address", _ADDRESS
    if last == "chez":
        yield NameType.ORGANISATION, "after « chez »", 4.0
    if last == "ex-" and span.end - span.start == 1:
        yield NameType.ORGANISATION, "after « ex- »", 2.0
    if _announced(before, lexicon):
        yield NameType.ORGANISATION, "announced by its kind", 4.0
    if last in {"de", "d'", "du", "des"} and _post_before(words, span.start, lexicon):
        yield NameType.ORGANISATION, "behind a post", 2.5
    if last in lexicon.words("heads.posts") or last in lexicon.words("heads.callings"):
        yield NameType.PERSON, "behind a calling", 2.0
    if after[:1] == [","] and _post_after(after, lexicon):
        yield NameType.PERSON, "followed by a post", 2.5
    if (
        last not in {"de", "d'", "du", "chez"}
        and len(after) > 1
        and after[0] in {",", "("}
        and after[1].isdigit()
        and "ans" in after[2:]
    ):
        yield NameType.PERSON, "followed by an age", 4.0
    if (
        len(after) > 2
        and after[0] in _COPULAS
        and any(word in lexicon.words("heads.posts") or word in lexicon.words("heads.callings") for word in after[1:])
    ):
        yield NameType.PERSON, "is somebody", 1.5
    if last in _SPEECH or (after and after[0] in _SPEECH):
        yield NameType.PERSON, "speaks", 1.0
    if after[:1] == ["."] and last == "selon":
        yield NameType.MEDIUM, "after « selon »", 0.5


def _announced(before: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether a noun such as « start-up » stands right before the name, perhaps with one adjective between."""
    heads = lexicon.words("organisation_heads.nouns")
    return bool(before) and (
        before[-1] in heads
        or (
            len(before) > 1
            and before[-2] in heads
            and before[-1].endswith(
                (
                    "ais",
                    "aise",
                    "ois",
                    "oise",
                    "ain",
                    "aine",
                    "ien",
                    "ienne",
                    "ique",
                    "and",
                    "ande",
                    "iste",
                    "er",
                    "ere",
                    "ard",
                    "arde",
                )
            )
        )
    )


def _post_before(words: Sequence[Token], start: int, lexicon: Lexicon) -> bool:
    """Whether a post stands before « de NAME » in the same phrase."""
    for token in reversed(words[max(0, start - 7) : start]):
        if token.folded in {",", ";", ":", "(", "«", "."}:
            return False
        if token.folded in lexicon.words("heads.posts"):
            return True
    return False


def _post_after(after: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether « , the post » follows."""
    posts = lexicon.words("heads.posts") | lexicon.words("heads.callings") | lexicon.words("heads.former")
    return any(word in posts for word in after[1:3])


def _entities(spans: Sequence[_Span], votes: Votes) -> dict[tuple[str, ...], Entity]:
    """One entity per name; a surname alone is the person whose full name the article gives."""
    entities: dict[tuple[str, ...], Entity] = {}
    for span in spans:
        if span.key not in entities:
            name = span.known.name if span.known else span.text
            entity = Entity(name, _type(votes[span.key]), span.known, first=len(entities))
            entity.votes = {f"{type_}: {why}": float(weight) for (type_, why), weight in votes[span.key].items()}
            entities[span.key] = entity
    people = [
        key for key, entity in entities.items() if entity.type is NameType.PERSON and len(key) > 1 and key[0] != "="
    ]
    for key in list(entities):
        for full in people:
            if key != full and len(key) < len(full) and _surname_of(key, full, entities[key]):
                entities[key] = entities[full]
                break
    return entities


def _surname_of(key: tuple[str, ...], full: tuple[str, ...], entity: Entity) -> bool:
    """Whether `key` is the end of the full name (or its first name), and is not better known as something else."""
    if entity.type in {NameType.ORGANISATION, NameType.MEDIUM} and (entity.known is None or not entity.known.ambiguous):
        return (
            key[0] != "="
            and full[-len(key) :] == key
            and sum(weight for why, weight in entity.votes.items() if why.startswith("organisation")) < 3
        )
    return full[-len(key) :] == key


def _type(votes: Mapping[tuple[NameType, str], float]) -> NameType:
    """The type with the most votes; UNKNOWN below one and a half."""
    totals: dict[NameType, float] = defaultdict(float)
    for (type_, _), weight in votes.items():
        totals[type_] += weight
    if not totals:
        return NameType.UNKNOWN
    best = max(totals, key=lambda type_: (totals[type_], type_.value))
    return best if totals[best] >= 1.5 else NameType.UNKNOWN
