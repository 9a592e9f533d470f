"""What a name is taken for: votes of its shape and of everything that stands around it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from alerts.lexicon import Lexicon, NameType
from alerts.lexicon.vocabulary import is_word
from alerts.matching.candidates import Span, begins, plain_name
from alerts.matching.reading import Sentence
from mercato.text import Token

Votes = dict[tuple[str, ...], dict[tuple[NameType, str], float]]
"""Name → (type, reason) → weight."""

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
_DEFAULT = 1.5
_ARTICLES = frozenset(
    ["le", "la", "les", "l'", "un", "une", "du", "des", "au", "aux", "ce", "cet", "cette", "ces", "son", "sa", "ses"]
)
_PLACE_PREPOSITIONS = frozenset(["en", "dans", "a", "sur", "depuis", "vers", "pres", "selon"])


def count_votes(spans: Sequence[Span], sentences: Sequence[Sentence], lexicon: Lexicon) -> Votes:
    """For each name, the votes of its shape and of all its contexts."""
    votes: Votes = defaultdict(dict)
    for span in spans:
        if span.known:
            votes[span.key][(span.known.type, "gazetteer")] = 2.0 if span.known.ambiguous else 6.0
        words = sentences[span.sentence].tokens
        for type_, why, weight in (*_shape_votes(span, words, lexicon), *_context_votes(span, words, lexicon)):
            votes[span.key][(type_, why)] = max(votes[span.key].get((type_, why), 0.0), weight)
    _vote_by_default(spans, sentences, votes, lexicon)
    singles = {span.key for span in spans if len(span.key) == 1}
    for key in {span.key for span in spans if len(span.key) > 1 and not span.known}:
        if key[-1:] in singles:
            votes[key][(NameType.PERSON, "last word alone elsewhere")] = 1.0
    return votes


def _vote_by_default(spans: Sequence[Span], sentences: Sequence[Sentence], votes: Votes, lexicon: Lexicon) -> None:
    """One unknown word that is no part of a person's name is most often a firm's; invented names have no other mark."""
    parts = {part for span in spans if len(span.key) > 1 and not span.known and not span.unusual for part in span.key}
    first_names = lexicon.words("first_names.names")
    for span in spans:
        if (
            span.known
            or span.unusual
            or len(span.key) > 1
            or span.key[0] in parts
            or span.key[0] in lexicon.words("function.openers")
        ):
            continue
        if span.key[0].split("-")[0] in first_names or span.key[0] in lexicon.words("first_names.surnames"):
            votes[span.key][(NameType.PERSON, "known first name or surname")] = 1.5
            continue
        words = sentences[span.sentence].tokens
        before = words[span.start - 1].folded if span.start else ""
        if _seat_of_a_firm(words, span.start, lexicon):
            continue
        label = begins(words, span.start) and words[span.end : span.end + 1] and words[span.end].text == ":"
        if not label and before not in _ARTICLES and before not in _PLACE_PREPOSITIONS:
            votes[span.key][(NameType.ORGANISATION, "one word, nobody's name")] = _DEFAULT


def _seat_of_a_firm(words: Sequence[Token], start: int, lexicon: Lexicon) -> bool:
    """Whether the name may say where a firm sits: « la start-up d'Évry », « l'éditeur de Grenade »."""
    return (
        start > 1
        and words[start - 1].folded in {"de", "d'"}
        and words[start - 2].folded
        in lexicon.words("organisation_heads.nouns") - lexicon.words("organisation_heads.premises")
    )


def _shape_votes(span: Span, words: Sequence[Token], lexicon: Lexicon) -> Iterator[tuple[NameType, str, float]]:
    """What the name's own form says."""
    if span.known:
        return
    parts = words[span.start : span.end]
    if span.unusual:
        title = len(parts) > 1 and parts[0].text in {"Le", "La", "Les", "L'", "L’"}
        press = title and parts[1].folded in lexicon.words("press.nouns")
        kind = NameType.MEDIUM if title else NameType.ORGANISATION
        yield (
            kind,
            "written as titles are" if title else "announced, or an institution",
            4.0 if press or not title else 1.5,
        )
        return
    if len(parts) > 1 and parts[-1].folded in lexicon.words("press.last"):
        yield NameType.MEDIUM, "last word of newspapers", 3.5
    if len(parts) >= 2 and all(plain_name(part, lexicon) or len(part.text) <= 3 for part in parts):
        acronym = parts[-1].text.isupper() and len(parts[-1].text) > 1
        yield NameType.PERSON, "two words or more", 1.0 if acronym else 1.5
    if len(parts) >= 2 and parts[0].folded.split("-")[0] in lexicon.words("first_names.names"):
        yield NameType.PERSON, "first name", 3.0
    elif len(parts) >= 2 and is_word(parts[-1].text) and parts[-1].text[0].isupper():
        # « Atelier Ardoise », « Viva Santé »: hardly a surname, and no first name before it.
        yield NameType.ORGANISATION, "ends with a common word", 2.0 if is_word(parts[0].text) else 1.0
    bodies = lexicon.words("institutions.capital") | lexicon.words("organisation_heads.nouns")
    if len(parts) >= 2 and parts[0].folded in bodies:
        yield NameType.ORGANISATION, "begins as institutions do", 2.5
    if any(part.text == "&" or part.text.isdigit() or part.text == "Cie" for part in parts[1:]):
        yield NameType.ORGANISATION, "a sign or number in it", 4.0
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


def _context_votes(span: Span, words: Sequence[Token], lexicon: Lexicon) -> Iterator[tuple[NameType, str, float]]:
    """What stands before and after says."""
    before = [token.folded for token in words[max(0, span.start - 4) : span.start]]
    after = [token.folded for token in words[span.end : span.end + 5]]
    last = before[-1] if before else ""
    if last in lexicon.words("first_names.titles") or _addressed_together(words, span.start):
        yield NameType.PERSON, "form of address", _ADDRESS
    yield from _led_votes(last, span.end - span.start)
    if last in lexicon.words("press.before") or before[-2:] == ["d'", "apres"] or last == "d'apres":
        yield NameType.MEDIUM, "on whose word", 2.0
    if _announced(before, lexicon):
        yield NameType.ORGANISATION, "announced by its kind", 4.0
    if last in {"de", "d'", "du", "des"} and _post_before(words, span.start, lexicon):
        yield NameType.ORGANISATION, "behind a post", 2.5
    if (
        span.end - span.start > 1
        and last in {"de", "d'"}
        and before[-2:-1]
        and before[-2] in lexicon.words("first_names.had")
    ):
        yield NameType.PERSON, "behind what somebody has or is done to", 2.0
    if last in lexicon.words("heads.posts") or last in lexicon.words("heads.callings"):
        yield NameType.PERSON, "behind a calling", 2.0
    if _behind_kin(before, lexicon):
        yield NameType.PERSON, "kinship", 3.0
    yield from _employer_votes(before, after, 1.0 if span.end - span.start > 1 else 2.0, lexicon)
    if after[:1] == [","] and _post_after(after, lexicon):
        # « chez Alto, le directeur … » and « Alto, ancien éditeur » look alike: one word alone says little.
        yield NameType.PERSON, "followed by a post", 2.5 if span.end - span.start > 1 else 1.0
    yield from _described_votes(before, after, lexicon)
    if last in _SPEECH or (after and after[0] in _SPEECH):
        yield NameType.PERSON, "speaks", 1.0
    if after[:1] == ["."] and last == "selon":
        yield NameType.MEDIUM, "after « selon »", 0.5


def _behind_kin(before: Sequence[str], lexicon: Lexicon) -> bool:
    """« sa sœur, X » and « son frère X », but not « sa maison mère, X »."""
    nearest = [word for word in before if word != ","][-2:]
    return len(nearest) == 2 and nearest[0] in _WHOSE and nearest[1] in lexicon.words("kin.nouns")


_WHOSE = frozenset({"mon", "ma", "son", "sa", "leur", "notre", "un", "une", "le", "la", "l'"})


def _led_votes(last: str, length: int) -> Iterator[tuple[NameType, str, float]]:
    """What the word right before a name of so many words says."""
    if last == "chez":
        yield NameType.ORGANISATION, "after « chez »", 4.0
    if last in _WHOLE_ARTICLES and length > 1:
        yield NameType.ORGANISATION, "behind an article", 2.0  # « la Deutsche Bahn »
    if last == "ex-" and length == 1:
        yield NameType.ORGANISATION, "after « ex- »", 2.0


_WHOLE_ARTICLES = frozenset({"la", "le", "l'", "au"})
_TOGETHER = frozenset({"mm", "mm.", "mmes", "messieurs", "mesdames"})
_LONGEST_ADDRESS = 12  # words


def _addressed_together(words: Sequence[Token], start: int) -> bool:
    """Whether the name stands in a list that « MM. » or « Mmes » opens: « MM. Carle et Ostrov »."""
    for token in reversed(words[max(0, start - _LONGEST_ADDRESS) : start]):
        if token.folded in _TOGETHER:
            return True
        if not token.text[0].isupper() and token.folded not in {".", ",", "et", "de", "d'", "van", "von", "le", "la"}:
            return False
    return False


def _described_votes(
    before: Sequence[str], after: Sequence[str], lexicon: Lexicon
) -> Iterator[tuple[NameType, str, float]]:
    """An age or a calling behind the name."""
    last = before[-1] if before else ""
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


def _employer_votes(
    before: Sequence[str], after: Sequence[str], weight: float, lexicon: Lexicon
) -> Iterator[tuple[NameType, str, float]]:
    """What employers do, have, or have done to them; two words may be a person's name all the same."""
    last = before[-1] if before else ""
    if last in lexicon.words("employers.joined"):
        yield NameType.ORGANISATION, "joined or left", weight
    if len(before) > 1 and last in {"de", "d'"} and before[-2] in lexicon.words("employers.had"):
        yield NameType.ORGANISATION, "has people or premises", 2.0
    verb = after[1:2] if after[:1] in (["a"], ["n'"], ["ne"], ["vient"]) else after[:1]
    own = any(one in {"son", "sa"} and two in lexicon.words("first_names.had") for one, two in pairwise(after))
    if verb and verb[0] in lexicon.words("employers.acts") and not own:  # « X a annoncé sa démission »
        yield NameType.ORGANISATION, "acts as employers do", 1.0
    if after[:1] == ["s'"] and after[1:2] and after[1] in lexicon.words("employers.reflexive"):
        yield NameType.ORGANISATION, "acts as employers do", 1.0
    kinds = lexicon.words("employers.kinds") | lexicon.words("organisation_heads.nouns")
    if after[:1] == [","] and any(word in kinds for word in after[1:3]):
        yield NameType.ORGANISATION, "followed by its kind", weight


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
    posts = (lexicon.words("heads.posts"), lexicon.words("heads.callings"), lexicon.words("heads.former"))
    return any(word in words for word in after[1:3] for words in posts)
