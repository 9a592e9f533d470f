"""The TOML files of this folder, checked as a whole and made into a frozen `Lexicon`."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from importlib import resources
from itertools import product
from pathlib import PurePosixPath
from typing import Any

from alerts.lexicon.conjugation import Tense, VerbForm, conjugate
from alerts.lexicon.entries import Frame, KnownName, Lexicon, MoverPlace, NameType, Patterns, Slot, VerbPattern
from mercato.errors import LexiconError
from mercato.i18n import phrase
from mercato.model import Kind, Status
from mercato.text import fold

MATCHER_VERSION = "2"
"""Raised by hand when the matcher's code decides otherwise than before: articles are then judged again."""

_FRAME_KEYS = frozenset(
    {"id", "verb", "noun", "tail", "tail_optional", "subject", "object", "complements", "mover", "needs", "strength"}
    | {
        "status",
        "kind",
        "why",
        "example",
        "counter",
        "future_only",
        "role_required",
        "role_subject",
        "title_only",
        "follows",
    }
)
_WORD = re.compile(r"[dljnstmc]'|qu'|\w[\w&.+·-]*'?\w*|[^\w\s]")
_MIN_GATE = 4  # shorter triggers are too common to open the gate

Tables = Mapping[str, dict[str, Any]]
Extension = Callable[[Tables, list[str]], Tables]
"""Puts further entries over the tables of the files; appends a sentence for each that cannot be used."""


def split_folded(phrase: str) -> tuple[str, ...]:
    """The words of a lexicon phrase, folded the way the words of an article are."""
    return tuple(_WORD.findall(fold(phrase)))


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """The bundled lexicon. Raises LexiconError, naming file and entry of every mistake at once."""
    return build_lexicon(bundled_files())


def bundled_files() -> dict[str, bytes]:
    """The bundled files by name: words and frames (TOML), and tables of points (TSV)."""
    folder = resources.files("alerts.lexicon")
    entries = sorted([*folder.iterdir(), *(folder / "points").iterdir()], key=lambda entry: entry.name)
    return {entry.name: entry.read_bytes() for entry in entries if entry.name.endswith((".toml", ".tsv"))}


_TENS = {
    "vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "septante": 70, "huitante": 80,
    "octante": 80, "quatre-vingt": 80, "nonante": 90,
}  # fmt: skip
_OVER_TEENS = frozenset({"soixante", "quatre-vingt"})
_SMALL = (
    ("un", "une"), ("deux",), ("trois",), ("quatre",), ("cinq",), ("six",), ("sept",), ("huit",), ("neuf",), ("dix",),
    ("onze",), ("douze",), ("treize",), ("quatorze",), ("quinze",), ("seize",), ("dix-sept",), ("dix-huit",),
    ("dix-neuf",),
)  # fmt: skip


def _compounds() -> dict[str, int]:
    """The number words that are made of others, up to ninety-nine: « vingt-six », « soixante-et-onze »."""
    made: dict[str, int] = {}
    for ten, tens in _TENS.items():
        for value, words in enumerate(_SMALL if ten in _OVER_TEENS else _SMALL[:9], start=1):
            made |= {f"{ten}{link}{word}": tens + value for word in words for link in ("-", "-et-")}
    return made


def build_lexicon(
    files: Mapping[str, bytes], extend: Extension | None = None, own: Mapping[str, bytes] | None = None
) -> Lexicon:
    """A lexicon from the contents of its files by name; raises LexiconError with every mistake found.

    `extend` puts a user's own entries over those of the files; `own` holds what they were made from, for the
    fingerprint: the same words give the same one.
    """
    mistakes: list[str] = []
    read = {name: parse(name, data, mistakes) for name, data in files.items() if name.endswith(".toml")}
    tables: Tables = extend(read, mistakes) if extend else read
    points = {name[:-4]: _points(name, data, mistakes) for name, data in files.items() if name.endswith(".tsv")}
    frames = tuple(_frames(tables, mistakes))
    verbs = _verb_lemmas(frames)
    forms, folded = _forms(verbs, tables.get("verbs.toml", {}), mistakes)
    stances = dict(_stances(tables, mistakes))
    if mistakes:
        raise LexiconError("lexicon" if extend else "alerts/lexicon", mistakes)
    lists = _word_lists(tables) | stances
    trades = lists["organisation_heads.trades"] | lists["organisation_heads.premises"]
    words = tables["words.toml"]
    triggers, heads = _gate_triggers(frames, folded, lists["gate.common"])
    people = {_glue(words) for words, known in names_of(tables) if known.type is NameType.PERSON}
    gate_phrases = _gate_phrases(triggers, _gate_context(tables, lists), lists, people)
    lists["organisation_heads.nouns"] |= trades  # the gate does without them: they are too common elsewhere
    cues = _cues(lists)
    return Lexicon(
        fingerprint=_fingerprint({**files, **(own or {})}),
        frames=frames,
        verb_forms=forms,
        folded_forms=folded,
        verb_patterns=_verb_patterns(frames),
        etre_verbs=frozenset(lemma for lemma, row in tables["verbs.toml"].items() if row.get("aux") == "etre"),
        noun_patterns=_by_first_word((split_folded(noun), frame) for frame in frames for noun in frame.nouns),
        names=_by_first_word(names_of(tables)),
        lists=lists,
        numbers=_compounds() | tables["roles.toml"]["numbers"],
        contractions=dict(words["function"]["contractions"]),
        possessives=_POSSESSIVES,
        compound_prepositions=_by_first_word(
            (split_folded(phrase), fold(phrase)) for phrase in words["function"]["compound_prepositions"]
        ),
        points=dict(tables["evidence.toml"]["points"]),
        tables=points,
        thresholds=dict(tables["evidence.toml"]["thresholds"]),
        cues=cues,
        gate_phrases=gate_phrases,
        gate_heads=heads,
        cue_patterns=Patterns(tuple(phrase for phrase, _ in cues)),
        gate_patterns=Patterns(tuple(phrase for phrase, _ in gate_phrases)),
        gate_digest=Patterns(tuple(sorted(lists["gate.digest"]))),
    )


def _fingerprint(files: Mapping[str, bytes]) -> str:
    """A short name of everything that can change a judgement."""
    digest = hashlib.sha256(MATCHER_VERSION.encode())
    for name, data in sorted(files.items()):
        digest.update(name.encode() + b"\0" + data + b"\0")
    return digest.hexdigest()[:16]


def parse(name: str, data: bytes, mistakes: list[str]) -> dict[str, Any]:
    """One file's tables; a syntax error becomes a mistake."""
    try:
        return tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        mistakes.append(phrase("{name}: not readable as TOML ({why}); correct the line named", name=name, why=error))
        return {}


def _points(name: str, data: bytes, mistakes: list[str]) -> dict[str, float]:
    """A table of points: a feature, a tab and a number on each line; a line of another form becomes a mistake."""
    points: dict[str, float] = {}
    for number, line in enumerate(data.decode().splitlines(), 1):
        feature, tab, value = line.rpartition("\t")
        try:
            points[feature] = float(value)
        except ValueError:
            tab = ""
        if not tab:
            mistakes.append(
                phrase(
                    "{name}, line {number}: “{line}” is no feature, tab and number; run script/train again",
                    name=name,
                    number=number,
                    line=line,
                )
            )
    return points


def _frames(tables: Tables, mistakes: list[str]) -> Iterator[Frame]:
    """Every frame of every frames_*.toml with its family's defaults: of one wording a user's own frame comes first."""
    seen: set[str] = set()
    bundled: list[Frame] = []
    for file, table in tables.items():
        for row in table.get("frame", ()) if PurePosixPath(file).name.startswith("frames_") else ():
            place = phrase("{file}: frame {id!r}", file=PurePosixPath(file).name, id=row.get("id", "?"))
            problems = [*_frame_problems(row, tables.get("families.toml", {}), seen), *_value_problems(row)]
            mistakes.extend(phrase("{place}: {wanted}", place=place, wanted=problem) for problem in problems)
            seen.add(str(row.get("id")))
            if problems:
                continue
            frame = _frame(row, tables["families.toml"][row["id"].split(".")[0]])
            if PurePosixPath(file).parent.name:
                yield frame
            else:
                bundled.append(frame)
    yield from bundled


def _frame_problems(row: Mapping[str, Any], families: Tables, seen: set[str]) -> Iterator[str]:
    """What is wrong with a frame's row, each a sentence with its remedy."""
    name = str(row.get("id", ""))
    if name in seen:
        yield phrase("this id is used twice; give it a name of its own")
    if name.split(".", maxsplit=1)[0] not in families:
        family = name.split(".", maxsplit=1)[0]
        known = ", ".join(sorted(families))
        yield phrase("no family is called {family!r}; use one of {known}", family=family, known=known)
    if not (row.get("verb") or row.get("noun")):
        yield phrase("it has neither verb nor noun; give one")
    for key in ("why", "example", "counter"):
        if not row.get(key):
            yield phrase(
                "{key} is missing; every entry says why it is there and shows what it catches and what not", key=key
            )
    for key in sorted(set(row) - _FRAME_KEYS):
        yield phrase("the key {key!r} is unknown; known are {known}", key=key, known=", ".join(sorted(_FRAME_KEYS)))
    for key in ("subject", "object"):
        if row.get(key, "none") not in tuple(Slot):
            yield phrase(
                "{key} = {value!r} is no slot; use one of {known}", key=key, value=row[key], known=", ".join(Slot)
            )


def _value_problems(row: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the values of a frame or family beside its names."""
    for key in ("verb", "noun", "tail", "needs"):
        if not is_words(row.get(key, [])):
            yield phrase(
                '{key} = {value!r}: expected a list of words such as ["claquer la porte"]', key=key, value=row[key]
            )
    complements = row.get("complements", {})
    if not isinstance(complements, dict):
        yield phrase('complements = {value!r}: expected a table such as {{ chez = "destination" }}', value=complements)
        complements = {}
    for preposition, slot in complements.items():
        if slot not in tuple(Slot):
            yield phrase(
                "complement {preposition!r} = {value!r} is no slot; use one of {known}",
                preposition=preposition,
                value=slot,
                known=", ".join(Slot),
            )
    for key, accepted in (("kind", Kind), ("status", Status), ("mover", MoverPlace)):
        if key in row and row[key] not in tuple(accepted):
            yield phrase(
                "{key} = {value!r}: expected one of {accepted}", key=key, value=row[key], accepted=", ".join(accepted)
            )
    if row.get("strength", 2) not in (1, 2, 3):
        yield phrase("strength = {value!r}: expected 1, 2 or 3", value=row["strength"])
    needs = row.get("needs", []) if is_words(row.get("needs", [])) else []
    for need in {part for group in needs for part in group.split("|")} - {*Slot, "role"}:
        yield phrase("needs {need!r} is no slot; use role or one of {known}", need=need, known=", ".join(Slot))


def is_words(value: object) -> bool:
    """Whether a value of a file is a list of texts, none of them blank."""
    return isinstance(value, list) and all(isinstance(word, str) and word.strip() for word in value)


def _frame(row: Mapping[str, Any], family: Mapping[str, Any]) -> Frame:
    """A frame from a row that has been checked."""
    merged = {**family, **row}
    status = merged.get("status")
    return Frame(
        id=merged["id"],
        family=merged["id"].split(".")[0],
        kind=Kind(merged["kind"]),
        verbs=tuple(merged.get("verb", ())),
        nouns=tuple(merged.get("noun", ())),
        tails=tuple(split_folded(tail) for tail in merged.get("tail", ())),
        tail_optional=bool(merged.get("tail_optional", False)),
        subject=Slot(merged.get("subject", "mover")),
        object=Slot(merged.get("object", "none")),
        complements={key: Slot(value) for key, value in merged.get("complements", {}).items()},
        mover=MoverPlace(merged.get("mover", "complement")),
        needs=tuple(tuple(need.split("|")) for need in merged.get("needs", ())),
        strength=int(merged.get("strength", 2)),
        status=Status(status) if status else None,
        future_only=bool(merged.get("future_only", False)),
        role_required=bool(merged.get("role_required", False)),
        role_subject=bool(merged.get("role_subject", False)),
        title_only=bool(merged.get("title_only", False)),
        follows=bool(merged.get("follows", False)),
        why=merged["why"],
        example=merged["example"],
        counter=merged["counter"],
    )


def verb_parts(verb: str) -> tuple[str, bool, tuple[str, ...]]:
    """The lemma of an entry such as « se mettre en retrait », whether it is reflexive, and its fixed rest."""
    reflexive = verb.startswith(("se ", "s'"))
    words = verb.removeprefix("se ").removeprefix("s'").removeprefix("en ").split()
    lemma = "etre" if words[0] == "être" else words[0]
    return lemma, reflexive, split_folded(" ".join(words[1:])) if words[1:] else ()


def _verb_lemmas(frames: Iterable[Frame]) -> set[str]:
    """The lemmas that the frames conjugate."""
    return {verb_parts(verb)[0] for frame in frames for verb in frame.verbs}


def _forms(
    lemmas: Iterable[str], irregular: Tables, mistakes: list[str]
) -> tuple[dict[str, tuple[VerbForm, ...]], dict[str, tuple[VerbForm, ...]]]:
    """Readings by written form and by folded form."""
    exact: dict[str, list[VerbForm]] = defaultdict(list)
    folded: dict[str, list[VerbForm]] = defaultdict(list)
    for lemma in sorted(lemmas):
        try:
            for form, reading in conjugate(lemma, irregular.get(lemma)):
                exact[form].append(reading)
                folded[fold(form)].append(reading)
        except (ValueError, KeyError) as error:
            mistakes.append(phrase("verbs.toml: {lemma!r} cannot be conjugated ({why})", lemma=lemma, why=error))
    return {k: tuple(v) for k, v in exact.items()}, {k: tuple(v) for k, v in folded.items()}


def _verb_patterns(frames: Iterable[Frame]) -> dict[str, tuple[VerbPattern, ...]]:
    """The wordings by lemma, the longest first."""
    patterns: dict[str, list[VerbPattern]] = defaultdict(list)
    for frame in frames:
        for verb in frame.verbs:
            lemma, reflexive, rest = verb_parts(verb)
            tails = list(frame.tails) or [()]
            if frame.tail_optional:
                tails.append(())
            patterns[lemma].extend(VerbPattern(frame, reflexive, rest + tail) for tail in tails)
    return {lemma: tuple(sorted(rows, key=lambda row: -len(row.tail))) for lemma, rows in patterns.items()}


def _by_first_word(rows: Iterable[tuple[tuple[str, ...], Any]]) -> dict[str, tuple[tuple[tuple[str, ...], Any], ...]]:
    """Phrases by their first word, the longest first."""
    index: dict[str, list[tuple[tuple[str, ...], Any]]] = defaultdict(list)
    for words, value in rows:
        index[words[0]].append((words, value))
    return {first: tuple(sorted(found, key=lambda row: -len(row[0]))) for first, found in index.items()}


_NAME_FILES = (
    ("organisations.toml", NameType.ORGANISATION),
    ("media.toml", NameType.MEDIUM),
    ("people.toml", NameType.PERSON),  # of users only; of people the bundled lexicon knows some bosses
)


def names_of(tables: Tables) -> Iterator[tuple[tuple[str, ...], KnownName]]:
    """Every written form of every known name."""
    words = tables["words.toml"]
    channels = {fold(name) for name in words["networks"]["names"]}
    for file, type_ in _NAME_FILES:
        for table in tables.get(file, {}).values():
            if "plain" not in table:
                continue
            ambiguous = {fold(name) for name in table.get("ambiguous", ())}
            spelled = {**{name: [] for name in table["plain"]}, **table.get("names", {})}
            for name, others in spelled.items():
                for form in (name, *others):
                    yield (
                        split_folded(form),
                        KnownName(
                            name=name,
                            type=type_,
                            tech=bool(table.get("tech", False)),
                            ambiguous=fold(form) in ambiguous,
                            lower=form[0].islower() and form.startswith(("l", "L")) and " " in form.replace("'", " "),
                            channel=fold(form) in channels,
                        ),
                    )
    yield from _houses(tables)
    for name in words["places"]["names"]:
        yield split_folded(name), KnownName(name=name, type=NameType.PLACE)
    for name in words["products"]["names"]:
        yield split_folded(name), KnownName(name=name, type=NameType.PRODUCT)


def _houses(tables: Tables) -> Iterator[tuple[tuple[str, ...], KnownName]]:
    """« le groupe de Mark Zuckerberg »: a firm by its boss, for those who run one firm only."""
    bosses = tables["organisations.toml"]["bosses"]
    runs = Counter(boss for own in bosses["firms"].values() for boss in own)
    for firm, own in bosses["firms"].items():
        known = KnownName(name=firm, type=NameType.ORGANISATION, tech=True, lower=True)
        for boss, premises in product((boss for boss in own if runs[boss] == 1), bosses["premises"]):
            yield split_folded(f"{premises} {'d' + chr(39) if fold(boss[0]) in _ELIDED else 'de '}{boss}"), known


_ELIDED = frozenset("aeiouy")
"""Before which « de » becomes « d' »."""


def _bosses(tables: Tables) -> Iterator[tuple[str, frozenset[str]]]:
    """Who runs a known firm: whole names, and what they are called by alone."""
    names = [fold(boss) for own in tables["organisations.toml"]["bosses"]["firms"].values() for boss in own]
    yield "bosses.names", frozenset(names)
    yield "bosses.surnames", frozenset(name.split(" ", 1)[-1] for name in names)


def _word_lists(tables: Tables) -> dict[str, frozenset[str]]:
    """Every list of words.toml, roles.toml, media.toml and pay.toml as a set of folded words; and the bosses."""
    lists = dict(_bosses(tables))
    for file in ("words.toml", "roles.toml", "media.toml", "pay.toml"):
        for table, rows in tables[file].items():
            for key, value in rows.items():
                if isinstance(value, list):
                    lists[f"{table}.{key}"] = frozenset(fold(word) for word in value)
                elif isinstance(value, dict) and key in {"have", "be"}:
                    for tense, forms in value.items():
                        lists[f"{table}.{key}.{tense}"] = frozenset(fold(word) for word in forms)
    return lists


def _stances(tables: Tables, mistakes: list[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """The lists of stance.toml: their words, and every form of their verbs with what stands behind it."""
    for name, row in tables["stance.toml"]["stance"].items():
        found = {fold(word) for word in row.get("words", ())}
        for verb in row.get("verbs", ()):
            head, _, rest = verb_parts(verb)
            _, forms = _forms([head], tables["verbs.toml"], mistakes)
            found.update(_glue((form, *rest)) for form in forms)
        yield f"stance.{name}", frozenset(found)


_CUE_LISTS = (
    "status.rumour", "status.attempt", "status.denial", "status.failure", "status.not_denial", "status.confirmation",
    "status.background", "scope.tech", "scope.outside", "scope.sport", "journalism.before", "journalism.anonymous",
    "stance.announce", "stance.tell", "stance.sources", "stance.press", "stance.before", "stance.rumour",
    "stance.runner", "stance.plan", "stance.deny", "stance.stay", "stance.refuse", "stance.silence",
)  # fmt: skip


def _cues(lists: Mapping[str, frozenset[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Every phrase that is looked for in the whole article, with the lists that it stands in."""
    found: dict[str, list[str]] = defaultdict(list)
    for key in _CUE_LISTS:
        for wording in lists[key]:
            found[wording].append(key)
    return tuple((wording, tuple(keys)) for wording, keys in sorted(found.items()))


_GATE_TENSES = frozenset(
    {Tense.PRESENT, Tense.FUTURE, Tense.CONDITIONAL, Tense.INFINITIVE, Tense.PAST_PARTICIPLE, Tense.PRESENT_PARTICIPLE}
)


def _gate_triggers(
    frames: Iterable[Frame], folded: Mapping[str, tuple[VerbForm, ...]], common: frozenset[str]
) -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    """Folded words and phrases of which an article must hold one to be read at all, each "rare" or "common".

    A verb that has one common form has only common ones. A verb with a fixed tail is rare together with its tail and
    common by the tail alone, which an adverb may part from the verb. So that not every form stands with every tail,
    the second answer gives the forms that make each tail rare.
    """
    forms_of: dict[str, set[str]] = defaultdict(set)
    third: dict[str, set[str]] = defaultdict(set)
    for form, readings in folded.items():
        for reading in readings:
            forms_of[reading.lemma].add(form)
            if reading.person == 3 and reading.tense in _GATE_TENSES:
                third[reading.lemma].add(form)
    found: dict[str, str] = {}
    lemmas: dict[str, set[str]] = defaultdict(set)
    for frame in frames:
        for noun in map(fold, frame.nouns):
            found[noun] = "common" if noun in common else "rare"
        for verb in frame.verbs:
            lemma, _, rest = verb_parts(verb)
            tails = [rest + tail for tail in frame.tails] or [rest]
            for tail in dict.fromkeys(own for each in tails if each for own in (each, _held_by_several(each))):
                lemmas[_glue(tail)].add(lemma)
            if verb.startswith("s'en ") and not rest:  # « s'en va »: rare, however common « va » is
                found.update({f"{held}{form}": "rare" for form in third[lemma] for held in _AWAY})
            if not all(tails):
                found.update(dict.fromkeys(forms_of[lemma], "common" if forms_of[lemma] & common else "rare"))
    heads: dict[str, frozenset[str]] = {}
    shared: dict[frozenset[str], frozenset[str]] = {}
    for wording, before in lemmas.items():
        key = frozenset(before)
        heads[wording] = shared.setdefault(key, frozenset().union(*(third[lemma] for lemma in key)))
        found.setdefault(wording, "common")
        if len(wording) < _MIN_GATE:
            found.update({f"{form} {wording}": "rare" for form in heads[wording]})
    # « président » is far more often the man than a form of « présider ».
    found.pop("president", None)
    return {wording: kind for wording, kind in found.items() if len(wording) >= _MIN_GATE}, heads


_AWAY = ("s'en ", "s'en est ", "s'en sont ", "s'en serait ")
_POSSESSIVES = {
    **dict.fromkeys(("leurs", "mes", "tes", "nos", "vos"), "ses"),
    **dict.fromkeys(("leur", "mon", "ton", "notre", "votre", "sa", "ma", "ta"), "son"),
}


def _held_by_several(tail: tuple[str, ...]) -> tuple[str, ...]:
    """The tail as it is said of several holders: « leurs valises » for « ses valises »."""
    plural = {"ses": "leurs", "son": "leur", "sa": "leur"}
    return tuple(plural.get(word, word) for word in tail)


def _glue(words: Iterable[str]) -> str:
    """Folded words as running text: no space after an elision."""
    return " ".join(words).replace("' ", "'")


def _gate_context(tables: Tables, lists: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """Folded words and names that place an article in the tech industry or name an employer."""
    names = {
        _glue(words)
        for words, known in names_of(tables)
        if known.type is NameType.ORGANISATION and (not known.ambiguous)
    }
    heads = lists["organisation_heads.nouns"] - {"direction", "reseau", "centre", "site", "acteur", "media"}
    return tuple(sorted(names | lists["scope.tech"] | lists["heads.technical"] | heads))


def _gate_phrases(
    triggers: Mapping[str, str], context: Collection[str], lists: Mapping[str, frozenset[str]], people: Iterable[str]
) -> tuple[tuple[str, frozenset[str]], ...]:
    """Every phrase that the gate looks for, with what it is: trigger, word of the industry, post, people."""
    found: dict[str, set[str]] = defaultdict(set)
    firms = set(context) - lists["scope.tech"] - lists["heads.technical"] - lists["organisation_heads.nouns"]
    for wording, kind in triggers.items():
        found[wording].add(kind)
    for wording in context:
        found[wording].add("context")
        if wording in firms:
            found[wording].add("firm")
    for wording in (lists["heads.posts"] | lists["heads.callings"] | lists["groups.nouns"]) - lists["gate.not_posts"]:
        found[wording].add("post")
    for wording in (lists["groups.nouns"] | lists["groups.teams"]).union(people):
        found[wording].add("group")
    return tuple((wording, frozenset(kinds)) for wording, kinds in sorted(found.items()))
