"""Triggers in a sentence: verbs in all their forms and voices, nouns, fixed wordings."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from alerts.lexicon import Frame, Lexicon, MoverPlace, NameType, VerbPattern
from alerts.lexicon.conjugation import Tense, VerbForm
from alerts.matching.insertions import insertion_end
from alerts.matching.phrases import Phrase
from alerts.matching.reading import Zone
from mercato.text import Token


class Voice(StrEnum):
    """How the arguments stand around a verb."""

    ACTIVE = "active"
    PASSIVE = "passive"
    NOMINAL = "nominal"


class When(StrEnum):
    """What tense and mood say about the event."""

    DONE = "done"  # present, perfect, simple past
    AHEAD = "ahead"  # future, « va », « doit »
    HEDGED = "hedged"  # conditional
    EARLIER = "earlier"  # pluperfect: before the time that is told
    HABIT = "habit"  # imperfect
    OPEN = "open"  # infinitive or participle: what governs it decides


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger at words `start:end` of its sentence, with the frames that it may fill."""

    start: int
    end: int
    frames: tuple[tuple[Frame, int], ...]  # with the number of words of the fixed tail
    voice: Voice
    when: When
    plural: bool = False
    person: int = 3
    clitic: str = ""  # « le, la, les, l' », « lui », « y », « en » before the verb
    bare: bool = False  # an infinitive or participle without auxiliary
    negated: bool = False
    given: bool = False  # « se voit confier »: who is given something is the subject


_SKIPPED = frozenset(
    [
        "ne",
        "n'",
        "pas",
        "plus",
        "jamais",
        "y",
        "en",
        "lui",
        "leur",
        "se",
        "s'",
        "me",
        "m'",
        "nous",
        "vous",
        "le",
        "la",
        "les",
        "l'",
        "deja",
        "bien",
        "donc",
        "aussi",
        "egalement",
        "finalement",
        "officiellement",
        "desormais",
        "recemment",
        "enfin",
        "tout",
        "juste",
        "ainsi",
        "encore",
        "depuis",
        "toujours",
        "brutalement",
        "discretement",
        "ensuite",
        "bel",
        "et",
        "definitivement",
        "rapidement",
        "immediatement",
        "soudainement",
        "vite",
        "bientot",
        "longtemps",
        "meme",
        "alors",
        "notamment",
        "probablement",
        "effectivement",
        "formellement",
        "publiquement",
        "lui-meme",
        "elle-meme",
        "sans",
        "rien",
    ]
)
_CLITICS = frozenset({"le", "la", "les", "l'", "lui", "leur", "y", "en"})
_HOMOGRAPHS = frozenset(
    [
        "offre",
        "offres",
        "debauche",
        "chasse",
        "place",
        "charge",
        "passe",
        "marche",
        "monte",
        "part",
        "parti",
        "partie",
        "retrait",
        "prise",
        "reprise",
        "engage",
        "recrute",
        "nomme",
    ]
)
_ARTICLES = frozenset(
    [
        "un",
        "une",
        "des",
        "cette",
        "ce",
        "ces",
        "sa",
        "son",
        "ses",
        "leur",
        "leurs",
        "de",
        "d'",
        "du",
        "aucune",
        "chaque",
        "cet",
    ]
)


_DETERMINERS = _ARTICLES | {"le", "la", "les", "l'"}
_SPANS = frozenset({"an", "ans", "annee", "annees", "mois", "semaines", "jours"})


def find_triggers(phrase: Phrase, lexicon: Lexicon) -> list[Trigger]:
    """The triggers of a sentence, from left to right."""
    words = phrase.sentence.tokens
    beginnings = lexicon.trigger_words
    found: list[Trigger] = []
    index = 0
    while index < len(words):
        if words[index].folded not in beginnings:
            index += 1
            continue
        trigger = _verb(phrase, index, lexicon)
        if trigger is None or _after_determiner(words, index) or _of_somebody(phrase, index):
            trigger = _noun(phrase, index, lexicon) or trigger
        if trigger:
            found.append(trigger)
            # The tail of a verb may hold a noun trigger of its own (« annonce son départ »): it is part of the verb.
            index = max(trigger.end, index + 1)
        else:
            index += 1
    return found


def _after_determiner(words: Sequence[Token], index: int) -> bool:
    """Whether a determiner makes a noun of the word (« l'arrivée », « son départ »)."""
    return index > 0 and words[index - 1].folded in _DETERMINERS


def _of_somebody(phrase: Phrase, index: int) -> bool:
    """Whether « de » and a person make a noun of the word: « Arrivée de X chez B »."""
    items, place = phrase.items, phrase.by_token[index] + 1
    if place + 1 >= len(items) or items[place].value != "de":
        return False
    entity = items[place + 1].entity
    return entity is not None and entity.type is NameType.PERSON


def _verb(phrase: Phrase, index: int, lexicon: Lexicon) -> Trigger | None:
    """The verbal trigger whose head is word `index`."""
    words = phrase.sentence.tokens
    token = words[index]
    readings = lexicon.verb_forms.get(token.text.lower().replace("’", "'")) or (
        lexicon.folded_forms.get(token.folded) if _unaccented(token) else None
    )
    if not readings:
        return None
    if index and words[index - 1].folded in _SPANS:
        return None  # « six ans passés chez A »
    if token.folded.startswith("pass") and _SPANS & {word.folded for word in words[index + 1 : index + 4]}:
        return None  # « a passé six ans à expliquer », « a passé trois ans chez A »
    if _inside_a_name(words, index):
        return None
    lefts = _lefts(words, index)
    starts = _tail_starts(words, index + 1)
    firsts = _tail_firsts(words, starts, lexicon)
    for form in _fitting(readings, lefts, token):
        reflexive = _reflexive(form, lefts) and not _sees_oneself(form, lefts)
        matched = [
            (pattern.frame, end)
            for pattern in _patterns(form.lemma, firsts, lexicon)
            if pattern.reflexive == reflexive and (end := _tail_end(words, index + 1, starts, pattern, lexicon)) > 0
        ]
        if matched:
            return _verb_trigger(words, index, form, matched, lefts, lexicon)
    return None


_PARTING = frozenset({"-", "–", "—", ")", "(", ";", ":", "»", "«"})


def _lefts(words: Sequence[Token], index: int) -> list[str]:
    """The words before a verb among which its auxiliary and its pronouns may stand."""
    end = _auxiliary_end(words, index) if index and words[index - 1].text == "," else index
    lefts = [words[k].folded for k in range(max(0, end - 5), end)]
    if _PARTING.isdisjoint(lefts):
        return lefts
    return lefts[max(k + 1 for k, word in enumerate(lefts) if word in _PARTING) :]


def _auxiliary_end(words: Sequence[Token], index: int) -> int:
    """Where the auxiliary ends that an aside parts from its participle: « a, selon Z, | rejoint »; 0 for none."""
    for place in range(index - 2, max(0, index - _MAX_INSERTED), -1):
        if words[place].text == ",":
            return place if words[place - 1].folded in _HAVE | _BE else 0
    return 0


_OBJECTS = frozenset({"se", "s'", "me", "m'", "nous", "vous"})


def _reflexive(form: VerbForm, lefts: Sequence[str]) -> bool:
    """Whether a reflexive pronoun stands before the verb; « nous avons nommé », « B m'a nommée » hold none."""
    if _OBJECTS.isdisjoint(lefts[-3:]):
        return False
    if {"se", "s'"} & {*lefts[-2:]}:
        return True
    if {"me", "m'"} & {*lefts[-2:]}:
        return form.tense is Tense.INFINITIVE or bool({"je", "j'"} & {*lefts})
    ours = [word for word in lefts[-3:] if word in {"nous", "vous"}]
    return len(ours) > 1 or (form.tense is Tense.INFINITIVE and lefts[-1:] == ours[-1:] != [])


def _inside_a_name(words: Sequence[Token], index: int) -> bool:
    """Whether a capital in mid-sentence makes a name of the word: « Limoges », « M. Partant »."""
    text = words[index].text
    return index > 0 and text[0].isupper() and text[1:].islower() and words[index - 1].text[0].isalpha()


def _unaccented(token: Token) -> bool:
    """Whether the word may have lost its accents: it has none, or is in capitals; « À la tête » is no « avoir »."""
    return token.text.isascii() or (token.text.isupper() and len(token.text) > 1)


def _fitting(readings: Sequence[VerbForm], lefts: Sequence[str], token: Token) -> Iterator[VerbForm]:
    """The readings that what stands before allows, best first."""
    last = lefts[-1] if lefts else ""
    noun_like = last in _ARTICLES or (last in {"le", "la", "les", "l'", "l"} and token.folded in _HOMOGRAPHS)
    compound = any(word in _HAVE or word in _BE for word in lefts[-4:] if word not in _ARTICLES)
    seen: set[tuple[str, Tense]] = set()
    order = sorted(readings, key=lambda form: (form.tense is Tense.PAST_PARTICIPLE) != compound)
    for form in order:
        if (form.lemma, form.tense) in seen or (form.tense is Tense.SUBJUNCTIVE and len(readings) > 1 and not compound):
            continue
        seen.add((form.lemma, form.tense))
        if noun_like and form.tense not in {Tense.INFINITIVE, Tense.PAST_PARTICIPLE}:
            continue
        yield form


_HAVE = frozenset(
    [
        "a",
        "ont",
        "avait",
        "avaient",
        "aura",
        "auront",
        "aurait",
        "auraient",
        "ait",
        "aient",
        "avoir",
        "ayant",
        "ai",
        "avons",
        "avez",
    ]
)
_BE = frozenset(
    [
        "est",
        "sont",
        "etait",
        "etaient",
        "sera",
        "seront",
        "serait",
        "seraient",
        "soit",
        "soient",
        "ete",
        "etre",
        "fut",
        "furent",
        "suis",
        "etant",
    ]
)


_PASSED = _SKIPPED | {"officiellement", "avec"}
_MAX_INSERTED = 12
"""Words between a verb and the words that belong to it."""


def _tail_starts(words: Sequence[Token], index: int) -> list[int]:
    """Where fixed words may stand that belong to a verb before `index`: there, or behind adverbs, times and asides."""
    starts: list[int] = []
    place = index
    while place < len(words) and place - index < _MAX_INSERTED:
        starts.append(place)
        behind = place + 1 if words[place].folded in _PASSED else insertion_end(words, place)
        if behind == place:
            break
        place = behind
    return starts


def _tail_firsts(words: Sequence[Token], starts: Sequence[int], lexicon: Lexicon) -> set[str]:
    """The words that stand at `starts`, as the tails of patterns are looked up by them."""
    found = {words[place].folded for place in starts}
    return {table.get(word, word) for word in found for table in (lexicon.possessives, lexicon.contractions)}


def _patterns(lemma: str, firsts: Collection[str], lexicon: Lexicon) -> Sequence[VerbPattern]:
    """The wordings of a verb that its surroundings may hold."""
    wordings = lexicon.wordings.get(lemma)
    return wordings.with_tail_in(firsts) if wordings else ()


def _tail_end(words: Sequence[Token], index: int, starts: Sequence[int], pattern: VerbPattern, lexicon: Lexicon) -> int:
    """Where the pattern's fixed words end when they stand at one of `starts`; 0 when they do not."""
    if not pattern.tail:
        return index
    for place in starts:
        word = words[place].folded
        alike = word == pattern.tail[0] or word in lexicon.possessives or word in lexicon.contractions
        if alike and _same(words, place, pattern.tail, lexicon):
            return place + len(pattern.tail)
        end = _parted(words, place, pattern.tail, lexicon) if alike and len(pattern.tail) > 2 else 0
        if end:
            return end
    return 0


def _parted(words: Sequence[Token], index: int, phrase: Sequence[str], lexicon: Lexicon) -> int:
    """Where a phrase ends that an insertion parts behind its first word: « mettre | fin, mardi, à ses fonctions »."""
    held = lexicon.possessives
    if index + 2 >= len(words) or held.get(words[index].folded, words[index].folded) != held.get(phrase[0], phrase[0]):
        return 0
    behind = insertion_end(words, index + 1)
    rest = phrase[1:]
    return behind + len(rest) if behind > index + 1 and _same(words, behind, rest, lexicon) else 0


def _alike(word: str, part: str, lexicon: Lexicon) -> bool:
    """Whether the word may stand for a part of a phrase: what `_same` would find out at more cost."""
    held = lexicon.possessives
    return word == part or word in lexicon.contractions or held.get(word, word) == held.get(part, part)


def _same(words: Sequence[Token], index: int, phrase: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether the folded phrase stands at `index`; « de » and « à » stand for their contractions at its end.

    Every possessive stands for every other: « ses valises », « leurs valises », « mes valises ».
    """
    if index + len(phrase) > len(words):
        return False
    for offset, part in enumerate(phrase):
        word = words[index + offset].folded
        if lexicon.possessives.get(word, word) != lexicon.possessives.get(part, part) and not (
            offset == len(phrase) - 1 and part in {"de", "a"} and lexicon.contractions.get(word) == part
        ):
            return False
    return True


def _verb_trigger(
    words: Sequence[Token],
    index: int,
    form: VerbForm,
    matched: Sequence[tuple[Frame, int]],
    lefts: Sequence[str],
    lexicon: Lexicon,
) -> Trigger | None:
    """The trigger with voice and tense as the auxiliaries before it tell."""
    longest = max(end for _, end in matched)
    frames = tuple((frame, end - index - 1) for frame, end in matched if end == longest or end > index + 1)
    given = _sees_oneself(form, lefts)
    voice, when, bare = _given(lefts) if given else _voice_and_time(form, lefts, form.lemma in lexicon.etre_verbs)
    if [word.folded for word in words[index : index + 2]] == ["quitte", "a"] and _infinitive_at(words, index + 2):
        return None  # « quitte à décevoir »: the conjunction
    frames = tuple(
        row
        for row in frames
        if not row[0].future_only
        or when in {When.AHEAD, When.HEDGED}
        or form.tense is Tense.INFINITIVE
        or (form.tense is Tense.PRESENT and _since_lately(words, index))
    )
    if not frames:
        return None
    near = list(lefts[-4:])
    clitic = next((word for word in reversed(near[-3:]) if word in _CLITICS), "") if near[-1:] != ["de"] else ""
    if (
        clitic in {"le", "la", "les", "l'"}
        and near[-1] != clitic
        and not (near[-1] in _HAVE and near[-2:-1] == [clitic])
    ):
        clitic = ""
    parted = longest > index + 1 and words[index + 1].folded == "plus"  # « n'est | plus le patron » tells a departure
    denied = bool({"ne", "n'"} & set(lefts[-5:]))
    if parted and not denied:
        return None
    negated = denied and not parted and _negative_near(words, index, longest)
    return Trigger(index, longest, frames, voice, when, form.plural, form.person, clitic, bare, negated, given)


_FROM_NOW = frozenset({"desormais", "dorenavant"})
_LATELY = frozenset({"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "hier", "matin", "1er"})
_OPENING_REACH = 16


def _since_lately(words: Sequence[Token], index: int) -> bool:
    """Whether what holds in the present began just now: « dirige désormais B », « depuis lundi, X dirige B »."""
    if words[index - 1].folded == "qui":
        return False  # who somebody is that was named for something else
    if any(word.folded in _FROM_NOW for word in words[index + 1 : index + 3]):
        return True
    places = [*range(index + 1, index + 3), *range(max(0, index - _OPENING_REACH), index)]
    return any(_lately_at(words, place) for place in places)


def _lately_at(words: Sequence[Token], place: int) -> bool:
    """Whether « depuis lundi », « à compter du 1er mars » stands at a word."""
    row = [word.folded for word in words[place : place + 4]]
    if row[:2] in (["a", "compter"], ["a", "partir"]):
        return True
    return row[:1] == ["depuis"] and (row[1:2] == ["le"] or not _LATELY.isdisjoint(row[1:3]))


def _infinitive_at(words: Sequence[Token], index: int) -> bool:
    """Whether an infinitive stands at `index`, perhaps behind a pronoun."""
    return any(word.folded.endswith(("er", "ir", "re")) for word in words[index : index + 2])


def _negative_near(words: Sequence[Token], index: int, end: int) -> bool:
    """Whether « pas, plus, jamais » stands around the verb."""
    around = words[max(0, index - 4) : index] + words[index + 1 : end + 3]  # type: ignore[operator]
    return any(token.folded in {"pas", "plus", "jamais", "aucunement", "guere", "nullement"} for token in around)


_SEEING = {
    **dict.fromkeys(("voit", "voient", "vit", "virent", "vu", "vue", "vus", "vues", "voir"), When.DONE),
    **dict.fromkeys(("verra", "verront"), When.AHEAD),
    **dict.fromkeys(("verrait", "verraient"), When.HEDGED),
}


def _sees_oneself(form: VerbForm, lefts: Sequence[str]) -> bool:
    """Whether « se voir » governs the infinitive: « s'est vu confier », « se verrait offrir »."""
    if form.tense is not Tense.INFINITIVE or not lefts or lefts[-1] not in _SEEING:
        return False
    return bool({"se", "s'"} & {*lefts[-4:-1]})


def _given(lefts: Sequence[str]) -> tuple[Voice, When, bool]:
    """Voice, time and whether the form stands alone, behind « se voir »."""
    auxiliary = next((word for word in lefts[-3:-1] if word in _BE), "")
    return Voice.PASSIVE, _COMPOUND.get(auxiliary, _SEEING[lefts[-1]]), False


def _voice_and_time(form: VerbForm, lefts: Sequence[str], with_etre: bool) -> tuple[Voice, When, bool]:
    """Voice, time and whether the form stands alone."""
    if form.tense is not Tense.PAST_PARTICIPLE:
        return Voice.ACTIVE, _SIMPLE[form.tense], form.tense in {Tense.INFINITIVE, Tense.PRESENT_PARTICIPLE}
    been = False
    for word in reversed(lefts):
        if word == "ete":
            been = True
        elif word in _HAVE:
            return (Voice.PASSIVE if been else Voice.ACTIVE), _COMPOUND.get(word, When.DONE), word in {"avoir", "ayant"}
        elif word in _BE:
            voice = Voice.ACTIVE if with_etre or {"s'", "se"} & set(lefts) else Voice.PASSIVE
            return voice, _COMPOUND.get(word, When.DONE), word in {"etre", "etant"}
        elif word not in _SKIPPED:
            break
    return (Voice.ACTIVE if with_etre else Voice.PASSIVE), When.OPEN, True


_SIMPLE = {
    Tense.PRESENT: When.DONE,
    Tense.SIMPLE_PAST: When.DONE,
    Tense.SUBJUNCTIVE: When.DONE,
    Tense.FUTURE: When.AHEAD,
    Tense.CONDITIONAL: When.HEDGED,
    Tense.IMPERFECT: When.HABIT,
    Tense.INFINITIVE: When.OPEN,
    Tense.PRESENT_PARTICIPLE: When.OPEN,
}
_COMPOUND = {
    **dict.fromkeys(("avait", "avaient", "etait", "etaient"), When.EARLIER),
    **dict.fromkeys(("aurait", "auraient", "serait", "seraient"), When.HEDGED),
    **dict.fromkeys(("aura", "auront", "sera", "seront"), When.AHEAD),
}


def _noun(phrase: Phrase, index: int, lexicon: Lexicon) -> Trigger | None:
    """The nominal trigger that begins at word `index`."""
    words = phrase.sentence.tokens
    patterns = lexicon.noun_patterns.get(words[index].folded)
    if not patterns:
        return None
    best: list[tuple[Frame, int]] = []
    following = words[index + 1].folded if index + 1 < len(words) else ""
    for nouns, frame in patterns:
        if len(nouns) > 1 and not _alike(following, nouns[1], lexicon):
            continue  # « je », « à » and « en » begin many phrases
        if best and len(nouns) < best[0][1]:
            break
        if _same(words, index, nouns, lexicon) and _noun_allowed(phrase, index, frame):
            best.append((frame, len(nouns)))
    if not best:
        return None
    plural = words[index].folded.endswith("s")
    return Trigger(index, index + best[0][1], tuple(best), Voice.NOMINAL, When.DONE, plural)


def _noun_allowed(phrase: Phrase, index: int, frame: Frame) -> bool:
    """Whether a noun's frame is allowed where it stands."""
    if frame.title_only and phrase.sentence.zone not in {Zone.TITLE, Zone.ITEM}:
        return False
    if frame.mover is MoverPlace.ROLE_AFTER:
        return phrase.sentence.zone in {Zone.TITLE, Zone.ITEM, Zone.BODY, Zone.LEAD} and index <= 8
    return True
