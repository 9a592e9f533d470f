"""French verb forms from a small table of our own.

The rules are those of any school grammar (three groups, nine simple tenses); the only verbs with an entry are the
irregular ones that a trigger frame needs. Forms carry what the matcher asks of a verb: tense, person, number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Tense(StrEnum):
    """The simple forms; compound tenses are read from the auxiliary beside a past participle."""

    PRESENT = "present"
    IMPERFECT = "imperfect"
    FUTURE = "future"
    CONDITIONAL = "conditional"
    SIMPLE_PAST = "simple past"
    SUBJUNCTIVE = "subjunctive"
    INFINITIVE = "infinitive"
    PRESENT_PARTICIPLE = "present participle"
    PAST_PARTICIPLE = "past participle"


@dataclass(frozen=True, slots=True)
class VerbForm:
    """One reading of a written form."""

    lemma: str
    tense: Tense
    person: int = 3
    plural: bool = False


_PERSONS = ((1, False), (2, False), (3, False), (1, True), (2, True), (3, True))
_FUTURE = ("ai", "as", "a", "ons", "ez", "ont")
_IMPERFECT = ("ais", "ais", "ait", "ions", "iez", "aient")
_SUBJUNCTIVE = ("e", "es", "e", "ions", "iez", "ent")
_VOWEL = {"a": ("ai", "as", "a", "âmes", "âtes", "èrent"), "i": ("is", "is", "it", "îmes", "îtes", "irent")}
_VOWEL |= {"u": ("us", "us", "ut", "ûmes", "ûtes", "urent"), "n": ("ns", "ns", "nt", "nmes", "ntes", "nrent")}
# Verbs in -ir that never follow « choisir » are refused without an entry, rather than read in forms that nobody writes.
_NOT_LIKE_CHOISIR = ("oir", "tenir", "venir", "quérir", "ourir", "vrir", "frir", "cueillir")


def conjugate(lemma: str, entry: Mapping[str, str] | None = None) -> Iterator[tuple[str, VerbForm]]:
    """Every simple form of the verb `lemma` with its reading; `entry` is its row in verbs.toml, if it has one.

    Raises ValueError for an infinitive that no rule covers.
    """
    entry = entry or {}
    if "present" in entry:
        stems = _irregular(entry)
    elif lemma.endswith("er"):
        stems = _first_group(lemma)
    elif lemma.endswith("ir") and not lemma.endswith(_NOT_LIKE_CHOISIR):
        stems = _second_group(lemma)
    else:
        raise ValueError(f"no rule conjugates “{lemma}”: give it an entry in verbs.toml")
    yield lemma, VerbForm(lemma, Tense.INFINITIVE)
    yield stems["participle"], VerbForm(lemma, Tense.PRESENT_PARTICIPLE)
    yield from _participles(lemma, stems["past"])
    yield from _finite(lemma, stems)


def _finite(lemma: str, stems: Mapping[str, str]) -> Iterator[tuple[str, VerbForm]]:
    """The forms that have a person."""
    rows = {
        Tense.PRESENT: stems["present"].split(),
        Tense.FUTURE: [stems["future"] + ending for ending in _FUTURE],
        Tense.CONDITIONAL: [stems["future"] + ending for ending in _IMPERFECT],
        Tense.IMPERFECT: [_soft(stems["imperfect"], ending) for ending in _IMPERFECT],
        Tense.SUBJUNCTIVE: [stems["subjunctive"] + ending for ending in _SUBJUNCTIVE],
        Tense.SIMPLE_PAST: [_soft(stems["simple"][:-1], ending) for ending in _VOWEL[stems["simple"][-1]]],
    }
    for tense, forms in rows.items():
        for form, (person, plural) in zip(forms, _PERSONS, strict=True):
            yield form, VerbForm(lemma, tense, person, plural)


def _participles(lemma: str, past: str) -> Iterator[tuple[str, VerbForm]]:
    """The past participle in both genders and numbers, and with the middle dot of inclusive writing."""
    plural = past if past.endswith("s") else past + "s"
    for form, many in ((past, False), (past + "e", False), (plural, True), (past + "es", True)):
        yield form, VerbForm(lemma, Tense.PAST_PARTICIPLE, 3, many)
    yield past + "·e", VerbForm(lemma, Tense.PAST_PARTICIPLE)
    yield past + "·es", VerbForm(lemma, Tense.PAST_PARTICIPLE, 3, True)


def _soft(stem: str, ending: str) -> str:
    """`stem` before a or o: the c and g of « remplaçait », « engageait » keep their sound."""
    if ending[0] in "aoâ":
        if stem.endswith("c"):
            return stem[:-1] + "ç" + ending
        if stem.endswith("g"):
            return stem + "e" + ending
    return stem + ending


def _first_group(lemma: str) -> dict[str, str]:
    """The stems of a verb in -er, with the open è of « succède », « lève » before a mute e."""
    stem = lemma[:-2]
    open_stem = _open(stem)
    future = (stem if re.search(r"é[^aeiouyé]{1,2}$", stem) else open_stem) + "er"
    present = [open_stem + "e", open_stem + "es", open_stem + "e", _soft(stem, "ons"), stem + "ez", open_stem + "ent"]
    return {
        "present": " ".join(present),
        "future": future,
        "past": stem + "é",
        "simple": stem + "a",
        "imperfect": stem,
        "subjunctive": open_stem,
        "participle": _soft(stem, "ant"),
    }


def _open(stem: str) -> str:
    """The stem before a mute ending: é and e open to è, y turns to i, « appel » and « jet » double a letter."""
    if stem.endswith(("oy", "uy")):
        return stem[:-1] + "i"
    if stem.endswith(("appel", "jet")):
        return stem + stem[-1]
    if re.search(r"é[^aeiouyéè]{1,2}$", stem):
        return re.sub(r"é([^aeiouyéè]{1,2})$", r"è\1", stem)
    return re.sub(r"(?<=[^aeiouyé])e([dgmnpvz])$", r"è\1", stem)


def _second_group(lemma: str) -> dict[str, str]:
    """The stems of a verb like « choisir »."""
    stem = lemma[:-1]
    return {
        "present": f"{stem}s {stem}s {stem}t {stem}ssons {stem}ssez {stem}ssent",
        "future": lemma,
        "past": stem,
        "simple": stem,
        "imperfect": stem + "ss",
        "subjunctive": stem + "ss",
        "participle": stem + "ssant",
    }


def _irregular(entry: Mapping[str, str]) -> dict[str, str]:
    """The stems of a verb of verbs.toml; what the entry leaves out follows from its present."""
    present = entry["present"].split()
    imperfect = entry.get("imperfect", present[3].removesuffix("ons"))
    return {
        "present": entry["present"],
        "future": entry["future"],
        "past": entry["past"],
        "simple": entry["simple"],
        "imperfect": imperfect,
        "subjunctive": entry.get("subjunctive", present[5].removesuffix("ent").removesuffix("nt")),
        "participle": entry.get("participle", imperfect + "ant"),
    }
