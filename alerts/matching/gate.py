"""The cheap question first: can this article tell a talent move at all? Most cannot, in a fraction of a millisecond."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache

from ahocorasick_rs import AhoCorasick

from alerts.lexicon import Lexicon, Patterns
from alerts.matching.glance import Hit, Top, glance, is_promising
from alerts.matching.reading import MAX_CHARACTERS
from mercato.model import Reason, article_text
from mercato.text import fold

WINDOW = 300
"""Characters around a trigger within which a name and an organisation or a word of the industry must stand."""
BESIDE = 150
"""Characters around a common trigger within which a post or people must stand (« nouveau directeur »)."""
IN_TITLE = 25
"""Characters of a title between a common verb and a name."""
SUBJECT = 40
"""Characters of a title between the beginnings of a person's name and of the verb whose subject it is (its object's
begins within IN_TITLE behind it)."""
TOP = 900
"""Characters of the body in which news begins; the threshold keeps every labelled move of the development half."""

_PERSON = re.compile(
    r"(?<!\w)[A-ZÀ-Ý][\w’'\u00ad-]{1,40}[ \u00a0\u202f]"
    r"(?:(?:de|du|van|von|der|el|al|bin|le|la|di|da|dos) )*[A-ZÀ-Ý][\w’'-]"
)

_NAMED = re.compile(
    r"(?<!\w)(?:([Cc]hez[ \u00a0\u202f]|[Ee]x-|(?:M\.|MM\.|Mmes?)[ \u00a0\u202f])|(?:de[ \u00a0\u202f]|d[’']))"
    r"(?=[A-ZÀ-Ý\d])"
)
"""Where a name follows « chez », « ex- » or a form of address, or « de »."""
_OBJECT = re.compile(r"(\w+)[ \u00a0\u202f](?:(?:chez|pour|de|du|le|la)[ \u00a0\u202f]|[ld][’'])?[A-ZÀ-Ý]")
"""A word with a name behind it: « quitte A », « part chez B », « rejoint l’Institut C »."""
_BEGINNING = re.compile(r"(?<!\w)\w")
_LETTERS_BEFORE = 40
_WORDS_BEFORE = 4
_TIES = ("heads.posts", "heads.former", "employers.had")
"""Lists of the words that make the name behind « de » an employer: « cheffe des ventes de A », « les équipes de A »."""
SHORT = 1200
"""Characters of a body below which a name that is used as employers are will do: short news hardly says more than its
news, has room for no word of the industry, and costs little to read."""
_RARE = frozenset({"rare"})


@lru_cache(maxsize=16)
def _automaton(patterns: Patterns) -> AhoCorasick:
    """The automaton for a list of folded phrases; kept, for building it takes longer than running it."""
    return AhoCorasick(patterns.phrases)


def find_words(patterns: Patterns, folded: str) -> list[tuple[int, int, int]]:
    """Whole-word occurrences of folded phrases: (index of the phrase, start, end)."""
    found = _automaton(patterns).find_matches_as_indexes(folded, overlapping=True)
    return [hit for hit in found if _whole(folded, hit[1], hit[2])]


def _whole(text: str, start: int, end: int) -> bool:
    """Whether `text[start:end]` stands free of letters and digits on both sides."""
    if start and text[start].isalnum() and (text[start - 1].isalnum() or text[start - 1] == "_"):
        return False
    return not (end < len(text) and text[end - 1].isalnum() and text[end].isalnum())


def gate(title: str, body: str, lexicon: Lexicon) -> Reason | None:
    """Why the article cannot be a match, or None when it has to be read.

    News stands at the top, so only the top is looked at, but for digests, which say so in their titles. First the words
    that a move needs must stand there near each other, then the top as a whole must look like news of one (glance.py).
    """
    top, digest = _top(title, body, lexicon)
    missing = _missing(top, len(body), lexicon)
    if missing or digest or is_promising(_glance(top, lexicon), lexicon):
        return missing
    return Reason.TOO_WEAK


def seen_at_a_glance(title: str, body: str, lexicon: Lexicon) -> frozenset[str] | None:
    """What the gate's second question is answered by; None where the first one stops the article."""
    top, _ = _top(title, body, lexicon)
    return None if _missing(top, len(body), lexicon) else _glance(top, lexicon)


def _glance(top: Top, lexicon: Lexicon) -> frozenset[str]:
    return glance(top, list(_employers(top.text, lexicon)), lexicon)


def _top(title: str, body: str, lexicon: Lexicon) -> tuple[Top, bool]:
    """The part of the article that is looked at, and whether it is a digest."""
    digest = bool(find_words(lexicon.gate_digest, fold(title)))
    text = article_text(title, body)[: MAX_CHARACTERS if digest else len(title) + TOP]
    folded = fold(text)
    persons = [match.start() for match in _PERSON.finditer(text)]
    hits = sorted(_hits(folded, lexicon), key=lambda hit: hit.place)
    return Top(title, text, folded, hits, persons), digest


def _hits(folded: str, lexicon: Lexicon) -> Iterator[Hit]:
    """The words of the gate's lists in a text; a fixed tail and the verb before it make one together."""
    for index, start, _ in find_words(lexicon.gate_patterns, folded):
        phrase, kinds = lexicon.gate_phrases[index]
        yield Hit(start, kinds)
        for head in _heads(folded, start, lexicon.gate_heads.get(phrase, ())):
            yield Hit(head, _RARE)


def _missing(top: Top, length: int, lexicon: Lexicon) -> Reason | None:
    """What a move needs and a top lacks, of an article with a body of `length` characters."""
    places: dict[str, list[int]] = {kind: [] for kind in ("rare", "common", "context", "firm", "post", "group")}
    for place, kinds in top.hits:
        for kind in kinds:
            places[kind].append(place)
    if not places["rare"] and not places["common"]:
        return Reason.NO_TRIGGER
    told = _told(top, places, length, lexicon)
    if not told:
        return Reason.NO_ORGANISATION
    people = sorted([*top.persons, *places["group"]])
    return None if any(_near(people, place, WINDOW) for place in told) else Reason.NO_MOVER


def _told(top: Top, places: Mapping[str, Sequence[int]], length: int, lexicon: Lexicon) -> list[int]:
    """The triggers near an organisation, or near what only an organisation has."""
    title = top.title
    # Firms nobody has heard of stand beside posts more often than beside words of the industry.
    contexts = sorted([*places["context"], *places["post"]])
    # In a title a common verb beside a name is enough: « A perd X », « B accueille X ».
    firms = any(place < len(title) for place in places["firm"])
    named = [place for place in top.persons if place < len(title)]
    triggers = [
        *places["rare"],
        *(
            place
            for place in places["common"]
            if _near(places["post"], place, BESIDE) or (place < len(title) and firms and _near(named, place, IN_TITLE))
        ),
    ]
    told = [place for place in triggers if _near(contexts, place, WINDOW)]
    verbs = {*places["rare"], *places["common"]}
    if not told and length < SHORT:
        employers = list(_employers(top.text, lexicon))
        others = verbs.difference(employers)  # « chez » is no news by itself
        told = [place for place in others if _near(employers, place, BESIDE)]
    if not told:
        told = [place for place in verbs if _near(named, place, SUBJECT, IN_TITLE) and _plain(title, place, lexicon)]
    return told


def _heads(folded: str, tail: int, forms: Collection[str]) -> Iterator[int]:
    """Where a verb of `forms` begins whose fixed tail stands at `tail`, right behind it."""
    before = folded[max(0, tail - _LETTERS_BEFORE) : tail]
    if before.endswith(" "):
        word = before[:-1].rpartition(" ")[2]
        for begin in _BEGINNING.finditer(word):
            if word[begin.start() :] in forms:
                yield tail - 1 - len(word) + begin.start()


def _plain(title: str, place: int, lexicon: Lexicon) -> bool:
    """Whether a verb that people change firms with stands at `place`, and a name behind it."""
    found = _OBJECT.match(title, place)
    forms = lexicon.folded_forms.get(fold(found[1]), ()) if found else ()
    return any(fold(form.lemma) in lexicon.words("gate.plain") for form in forms)


def _employers(text: str, lexicon: Lexicon) -> Iterator[int]:
    """Where the words around a name make it an employer nobody need have heard of: « chez A », « directrice de A ».

    A form of address counts too: whom short news calls « Mme B » most often has a post.
    """
    for match in _NAMED.finditer(text):
        before = fold(text[max(0, match.start() - _LETTERS_BEFORE) : match.start()]).replace("'", " ").split()
        if match[1] or any(word in lexicon.words(ties) for word in before[-_WORDS_BEFORE:] for ties in _TIES):
            yield match.start()


def _near(positions: Sequence[int], place: int, before: int, behind: int | None = None) -> bool:
    """Whether one of the sorted positions lies within `before` characters ahead of `place` or `behind` (as many, if
    None) after it."""
    index = bisect_left(positions, place - before)
    return index < len(positions) and positions[index] <= place + (before if behind is None else behind)
