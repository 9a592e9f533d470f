"""What may change in an article without changing what the matcher says of it, and what must; counted, with floors.

    python -m tests.properties.metamorphoses            # measure on a sixth of the training corpus, compare
    python -m tests.properties.metamorphoses --update   # pin what was measured, which must not be lower
    python -m tests.properties.metamorphoses --show rename 20   # the failures of one property, for people

A metamorphosis makes of a labelled article a variant whose right answer follows from the article's. It holds when the
matcher does as well or as badly on the variant as on the article: same flag, and the same movers found with the same
ends and statuses right. Articles about which it is silent both times are not counted: silence is easily kept. The rates
are of the training tranches; sealed ones are only ever counted by the quality gate.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import importlib.util
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

from alerts.lexicon import load_lexicon
from alerts.matching import judge, to_json
from mercato.model import Match, Status
from mercato.text import fold

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
FLOORS = HERE / "metamorphoses.json"
LEXICON = load_lexicon()
FAST = 60
BROAD = 6
"""One article in so many, chosen by the hash of its identifier, is what the fast tests take."""
SEED = 7

Row = Mapping[str, Any]


def _module(name: str, path: Path) -> ModuleType:
    """A program of the repository as a module; it is in no package."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _corpus_program(name: str) -> ModuleType:
    if str(ROOT / "corpus") not in sys.path:
        sys.path.insert(0, str(ROOT / "corpus"))
    return importlib.import_module(name)


vary = _corpus_program("vary")
gate = _module("metamorphoses_gate", ROOT / "tests" / "quality" / "gate.py")


@lru_cache(maxsize=1)
def articles() -> tuple[Row, ...]:
    """A sixth of the articles of the training tranches: enough for rates to a hundredth, in a minute or two."""
    paths = sorted((ROOT / "corpus").glob("train-*.jsonl"))
    rows = (json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines())
    return tuple(row for row in rows if _number(row["id"]) % BROAD == 0)


def sample() -> list[Row]:
    """The articles of the fast tests; which ones depends on nothing but their identifiers."""
    return [row for row in articles() if _number(row["id"]) % FAST == 0]


def _number(text: str) -> int:
    """A number that depends on nothing but the text; for choosing."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


# ------------------------------------------------------------------------------------------------------------ outcomes


@dataclass(frozen=True, slots=True)
class Outcome:
    """How well the matcher did: the flag, and for each labelled mover what was right."""

    flag: bool
    movers: tuple[tuple[bool, ...], ...]  # found, origin, destination, status


def outcome(row: Row) -> Outcome:
    """What the matcher says of an article, held against its labels."""
    day = (row.get("published") or "")[:10]
    published = date.fromisoformat(day) if len(day) == 10 else None
    said = to_json(row["id"], judge(row["title"], row["body"], LEXICON, published=published))
    told = [move for move in said["moves"] if not move["background"]] if said["flag"] else []  # type: ignore[attr-defined]
    return Outcome(bool(said["flag"]), tuple(_right(move, told) for move in row["moves"] if not move["background"]))


def _right(label: Row, told: Sequence[Row]) -> tuple[bool, ...]:
    slots = ("origin", "destination", "status")
    found = [tuple(gate.SLOTS[slot](label, move) for slot in slots) for move in told if gate.paired(label, move)]
    return (True, *max(found)) if found else (False, False, False, False)


# -------------------------------------------------------------------------------------------------------- what may vary

Variant = Callable[[Any], Row | None]
"""Makes a variant of an article; None when it has nothing to vary."""

_ASIDES = (
    "Le temps était couvert ce matin-là sur toute la région.",
    "La salle de réunion donne sur une cour plantée de tilleuls.",
    "Les travaux du tramway voisin se poursuivent jusqu'au printemps.",
    "Une machine à café neuve ronronne à l'entrée de l'étage.",
    "Le parking, lui, reste gratuit pendant les vacances scolaires.",
)


def _unaccented(row: Row) -> Row:
    """The article as typed on a keyboard without accents."""
    table = str.maketrans("àâäçéèêëîïôöùûüÿÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸ", "aaaceeeeiioouuuyAAACEEEEIIOOUUUY")

    def bare(value: object) -> Any:
        if isinstance(value, str):
            return value.translate(table).replace("œ", "oe").replace("Œ", "OE")
        if isinstance(value, list):
            return [bare(item) for item in value]
        return {key: bare(item) for key, item in value.items()} if isinstance(value, dict) else value

    return {**row, "title": bare(row["title"]), "body": bare(row["body"]), "moves": bare(row["moves"])}


def _aside(row: Row) -> Row | None:
    """An irrelevant sentence as a paragraph of its own behind the first one."""
    first, gap, rest = row["body"].partition("\n\n")
    if not first:
        return None
    said = _ASIDES[_number(row["id"]) % len(_ASIDES)]
    return {**row, "body": f"{first}\n\n{said}{gap}{rest}"}


_SAME = (
    ("rejoindre", "rallier"),
    ("recruter", "débaucher"),
    ("nommer", "désigner"),
    ("licencier", "congédier"),
    ("quitter", "délaisser"),
)
"""Verbs of one family that take the same arguments and begin with a consonant, so that elision stays right."""
_PARTNER = {one: other for pair in _SAME for one, other in (pair, pair[::-1])}


@lru_cache(maxsize=1)
def _swaps() -> dict[str, str]:
    """Each form of such a verb with the same form of its partner, where only one verb is meant.

    Of the participles only the masculine singular: their readings do not tell the four forms apart.
    """
    by_reading: dict[tuple[str, Any], str] = {}
    for form, readings in LEXICON.verb_forms.items():
        for reading in readings:
            if reading.lemma in _PARTNER:
                key = tuple(getattr(reading, name) for name in reading.__slots__ if name != "lemma")
                by_reading.setdefault((reading.lemma, key), form)
    swaps: dict[str, str] = {}
    for (lemma, key), form in by_reading.items():
        other = by_reading.get((_PARTNER[lemma], key))
        if other and all(reading.lemma in _PARTNER for reading in LEXICON.verb_forms[form]):
            swaps.setdefault(form, other)
    return swaps


def _verbs(row: Row) -> Row | None:
    """Every verb of the list replaced by its partner."""
    swaps = _swaps()

    def swapped(text: str) -> str:
        return re.sub(r"(?<![\w'’-])[a-zéèêû]+(?![\w'’])", lambda match: swaps.get(match[0], match[0]), text)

    changed = {**row, "title": swapped(row["title"]), "body": swapped(row["body"])}
    return changed if (changed["title"], changed["body"]) != (row["title"], row["body"]) else None


def _typeset(style: str) -> Variant:
    return lambda row: vary.typeset(row, style)


def _cluttered(kind: str) -> Variant:
    return lambda row: vary.clutter(row, kind, SEED) if row["body"] else None


PLAIN: Mapping[str, Variant] = {
    "rename": lambda row: vary.rename(row, SEED),
    "aside": _aside,
    "verb of the family": _verbs,
    "accents lost": _unaccented,
}
STYLES: Mapping[str, Variant] = {f"typography {style}": _typeset(style) for style in vary.STYLES}
NOISE: Mapping[str, Variant] = {f"clutter {kind}": _cluttered(kind) for kind in vary.PLACES}


def variants(row: Row) -> Iterator[tuple[str, Row]]:
    """The article's variants: the plain ones, and one typography and one block of noise by its identifier."""
    number = _number(row["id"]) // FAST
    chosen = [*PLAIN.items(), *(list(several.items())[number % len(several)] for several in (STYLES, NOISE))]
    for name, make in chosen:
        variant = make(row)
        if variant is not None:
            yield name, variant


# ------------------------------------------------------------------------------------------- what changes as it should


@dataclass(frozen=True, slots=True)
class Change:
    """Two sentences made from a labelled move, and what the second must be, given that the first is read right."""

    plain: str
    changed: str
    right: Callable[[str, Row], bool]  # the changed sentence and the label → whether it is judged as it must be


def _news(sentence: str) -> list[Row]:
    judgement = judge("", sentence, LEXICON, published=date(2026, 3, 2))
    moves = to_json("x", judgement)["moves"] if isinstance(judgement, Match) else []
    return [move for move in moves if not move["background"]]  # type: ignore[attr-defined]


def _found(sentence: str, label: Row) -> Row | None:
    """The labelled move in what is said of the sentence, with the ends that the sentence tells."""
    said = _news(sentence)
    for move in said:
        right = gate.paired(label, move) and all(
            gate.SLOTS[slot](label, move) for slot in ("origin", "destination") if label[slot] in sentence
        )
        if right:
            return move
    return None


def _told_as(*statuses: Status) -> Callable[[str, Row], bool]:
    def right(sentence: str, label: Row) -> bool:
        move = _found(sentence, label)
        return move is not None and move["status"] in statuses

    return right


def _not_as_done(sentence: str, label: Row) -> bool:
    return all(move["status"] in {Status.DENIED, Status.FAILED} for move in _news(sentence))


def _not_told(sentence: str, label: Row) -> bool:
    return not _news(sentence)


_SURE = (Status.CONFIRMED, Status.REPORTED)
CHANGES: Mapping[str, Change] = {
    "voice of débaucher": Change(
        "{d} débauche {p} chez {o}.", "{p} est débauché par {d} chez {o}.", _told_as(*_SURE)
    ),
    "voice of recruter": Change("{d} a recruté {p}.", "{p} a été recruté par {d}.", _told_as(*_SURE)),
    "voice of nommer": Change(
        "{d} nomme {p} directeur technique.", "{p} est nommé directeur technique de {d}.", _told_as(*_SURE)
    ),
    "negation of quitter": Change("{p} quitte {o} pour {d}.", "{p} ne quitte pas {o} pour {d}.", _not_as_done),
    "negation of rejoindre": Change(
        "{p} a rejoint {d} comme directeur technique.", "{p} n'a pas rejoint {d} comme directeur technique.",
        _not_as_done,
    ),
    "denial": Change("{p} quitte {o} pour {d}.", "{o} dément le départ de {p} pour {d}.", _not_as_done),
    "conditional": Change(
        "{p} quitte {o} pour {d}.", "{p} quitterait {o} pour {d}.", _told_as(Status.RUMOURED)
    ),
    "conditional with a source": Change(
        "{p} a quitté {o} pour {d}.", "Selon Bloomberg, {p} aurait quitté {o} pour {d}.", _told_as(Status.REPORTED)
    ),
    "attribution": Change(
        "{p} a quitté {o} pour {d}.", "{p} a quitté {o} pour {d}, rapporte Reuters.", _told_as(Status.REPORTED)
    ),
    "ten years ago": Change("{p} a quitté {o} pour {d}.", "Il y a dix ans, {p} avait quitté {o} pour {d}.", _not_told),
    "in a year long past": Change("{p} a rejoint {d}.", "{p} a rejoint {d} en 2012.", _not_told),
}  # fmt: skip


def _labels(rows: Iterable[Row]) -> Iterator[Row]:
    """The labelled moves that have a mover of two names and both ends, each once."""
    for row in rows:
        for move in row["moves"]:
            ends = [move["origin"], move["destination"]]
            if move["person"] and " " in move["person"] and all(ends) and fold(ends[0]) != fold(ends[1]):
                yield move


# ------------------------------------------------------------------------------------------------------------ counting


@dataclass(slots=True)
class Count:
    """How often a property holds."""

    holds: int = 0
    of: int = 0

    @property
    def rate(self) -> float:
        """The share, rounded down to three digits: what was reached must pass for reached."""
        return int(1000 * self.holds / self.of) / 1000 if self.of else 1.0


Failure = tuple[str, str, str]
"""Property, identifier or sentence, what went wrong."""


def measure(rows: Sequence[Row]) -> tuple[dict[str, Count], list[Failure]]:
    """How often each property holds on these articles, and where it does not."""
    counts: dict[str, Count] = {}
    failed: list[Failure] = []
    for row in rows:
        before = outcome(row)
        for name, variant in variants(row):
            after = outcome(variant)
            if before.flag or after.flag:
                _note(counts, failed, name, row["id"], after == before, f"{before} → {after}")
            if name == "accents lost" and row["flag"] and before.flag:
                _note(counts, failed, "recall without accents", row["id"], after.flag, "not flagged")
    for label in _labels(rows):
        names = {"p": label["person"], "o": label["origin"], "d": label["destination"]}
        for name, change in CHANGES.items():
            if _found(change.plain.format(**names), label):
                changed = change.changed.format(**names)
                said = [(move["person"], move["status"]) for move in _news(changed)]
                _note(counts, failed, name, changed, change.right(changed, label), str(said))
    return counts, failed


def grouped(counts: Mapping[str, Count]) -> dict[str, Count]:
    """The counts by the first word of the properties' names: a sample is too small for each alone."""
    groups: dict[str, Count] = {}
    for name, count in counts.items():
        group = groups.setdefault(name.split(" ", maxsplit=1)[0], Count())
        group.holds += count.holds
        group.of += count.of
    return groups


def _note(counts: dict[str, Count], failed: list[Failure], name: str, where: str, holds: bool, what: str) -> None:
    count = counts.setdefault(name, Count())
    count.of += 1
    count.holds += holds
    if not holds:
        failed.append((name, where, what))


def below(floors: Mapping[str, float], counts: Mapping[str, Count]) -> list[str]:
    """The properties that hold less often than they did, and those that nobody counted."""
    missing = [f"{name} was not counted" for name in floors if name not in counts]
    unpinned = [f"{name} has no floor; pin it with --update" for name in counts if name not in floors]
    fallen = [
        f"{name} holds for {count.rate} ({count.holds} of {count.of}); the floor is {floors[name]}"
        for name, count in counts.items()
        if count.rate < floors.get(name, 0.0)
    ]
    return [*missing, *unpinned, *fallen]


def main(arguments: Sequence[str]) -> int:
    """Measure, compare or pin; the exit code is 1 when a rate fell."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--update", action="store_true", help="pin what was measured")
    parser.add_argument("--allow-regression", action="store_true", help="with --update: lower rates too")
    parser.add_argument("--show", nargs=2, metavar=("PROPERTY", "COUNT"), help="failures of one property")
    options = parser.parse_args(arguments)
    if options.show:
        chosen = [failure for failure in measure(articles())[1] if failure[0].startswith(options.show[0])]
        sys.stdout.writelines(f"{name}: {where}\n    {what}\n" for name, where, what in chosen[: int(options.show[1])])
        return 0
    today = {"sample": grouped(measure(sample())[0]), "broad": measure(articles())[0]}
    floors = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {"sample": {}, "broad": {}}
    for name, count in today["broad"].items():
        sys.stdout.write(f"{name:28} {count.rate:.3f}  {count.holds} of {count.of}\n")
    fallen = [sentence for name, counts in today.items() for sentence in below(floors[name], counts)]
    worse = [sentence for sentence in fallen if "the floor is" in sentence]
    if options.update and (not worse or options.allow_regression):
        rates = {name: {key: count.rate for key, count in sorted(counts.items())} for name, counts in today.items()}
        FLOORS.write_text(json.dumps(rates, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        return 0
    sys.stderr.writelines(f"{sentence}\n" for sentence in fallen)
    return 1 if fallen else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
