#!/usr/bin/env python3
"""Make variants of labelled articles: other names, other typography, other clutter; the labels stay right.

    python corpus/vary.py --seed 1 corpus/train-00.jsonl > varied.jsonl     # one variant of each article
    python corpus/vary.py --seed 1 --only rename corpus/*.jsonl             # or typeset, or clutter

Everything is drawn from the seed and the article's identifier, so the same call gives the same variants.
"""

from __future__ import annotations

import argparse
import copy
import functools
import json
import random
import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from check import Article, fold, read, text_of

NAMES = tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))
UNNAMED = {"id", "tranche", "register", "trap", "tests", "kind", "status", "role", "label", "currency", "period"}
NO_BREAK, NARROW, SOFT_HYPHEN = "\u00a0", "\u202f", "\u00ad"
ARTICLE_BEFORE = (
    r"(?i)\b(?:le|la|les|l['’]|du|des|au|aux)\s*"  # a firm with an article keeps its name: gender and elision
)


def _random(seed: int, article: Article, what: str) -> random.Random:
    return random.Random(f"{seed}:{article['id']}:{what}")


# ------------------------------------------------------------------------------------------------------------- renaming


def rename(article: Article, seed: int) -> Article:
    """The article with invented people and firms in place of its own, in the text and in every label alike.

    A name keeps its own when replacing it could break the text: shared words between two names, firms that take an
    article or that the text also calls by an alias.
    """
    chance = _random(seed, article, "rename")
    article = article | {field: article[field].replace(SOFT_HYPHEN, "") for field in ("title", "body")}
    table: dict[str, str] = {}
    taken: set[str] = set()
    for person in _people(article):
        if _is_clear(person, article):
            table |= _person_table(person, text_of(article), chance, taken)
    for firm in _firms(article):
        if firm not in article["aliases"] and not re.search(ARTICLE_BEFORE + re.escape(firm), text_of(article)):
            table[firm] = _fresh(functools.partial(_firm, _elides(firm, text_of(article)), chance), taken)
    return _replaced(article, table)


def _people(article: Article) -> list[str]:
    movers = [move["person"] for move in article["moves"] if move["person"]]
    return list(dict.fromkeys([*movers, *article["others"], *article["clutter_persons"]]))


def _firms(article: Article) -> list[str]:
    ends = [move[end] for move in article["moves"] for end in ("origin", "destination") if move[end]]
    return list(dict.fromkeys(ends))


def _is_clear(person: str, article: Article) -> bool:
    """Whether no word of the name is shared with another name or firm, and the person goes by one spelling."""
    words = set(fold(person).split())
    rest = [name for name in (*_people(article), *_firms(article), *article["sources_cited"]) if name != person]
    spelled = any(move.get("aliases") for move in article["moves"] if move["person"] == person)
    return len(words) > 1 and not spelled and not words & {word for name in rest for word in fold(name).split()}


def _elides(name: str, text: str) -> bool:
    """Whether French elides before the name; for h and y the text itself says so."""
    first = fold(name)[0]
    if first in "hy":
        return bool(re.search(r"\b(?:[dl]|qu)['’]" + re.escape(name.split(maxsplit=1)[0]), text))
    return first in "aeiou"


def _person_table(person: str, text: str, chance: random.Random, taken: set[str]) -> dict[str, str]:
    """Replacements for the full name, for each of its endings and for its first word."""
    words = person.split()
    culture = chance.choice(sorted(NAMES["given"]))
    given = _fresh(lambda: _pick(NAMES["given"], culture, _elides(person, text), chance), taken)
    family = _fresh(lambda: _pick(NAMES["surnames"], culture, _elides(words[1], text), chance), taken)
    table = {person: f"{given} {family}", words[0]: given}
    return table | {" ".join(words[k:]): family for k in range(1, len(words))}


def _pick(names: Mapping[str, list[str]], culture: str, elides: bool, chance: random.Random) -> str:
    fitting = [name for name in names[culture] if (fold(name)[0] in "aeiou") == elides]
    every = [name for group in names.values() for name in group if (fold(name)[0] in "aeiou") == elides]
    return chance.choice(fitting if fitting and chance.random() < 0.9 else every)


def _firm(elides: bool, chance: random.Random) -> str:
    """An invented firm: two or three syllables and an ending, beginning with a vowel or a consonant as asked."""
    parts = NAMES["firm"]
    syllables = [chance.choice(parts["onsets"]) + chance.choice(parts["vowels"]) for _ in range(chance.randint(1, 2))]
    start = chance.choice(parts["vowels"]) if elides else ""
    return (start + "".join(syllables)).capitalize() + str(chance.choice(parts["endings"]))


def _fresh(make: Callable[[], str], taken: set[str]) -> str:
    """A name that this article does not use yet; after many attempts the last one serves."""
    name = make()
    for _ in range(50):
        if name not in taken:
            break
        name = make()
    taken.add(name)
    return name


def _replaced(article: Article, table: Mapping[str, str]) -> Article:
    """Text and labels with every name of the table exchanged at once, longest first."""
    if not table:
        return copy.deepcopy(article)
    capitals = {_without_accents(name.upper()): _without_accents(new.upper()) for name, new in table.items()}
    spaced = {
        re.sub(r"['’]", "['’]", re.escape(name)).replace(r"\ ", r"\s"): new
        for name, new in {**capitals, **table}.items()
    }
    ranked = sorted(spaced, key=len, reverse=True)
    pattern = re.compile(r"(?<![\w@])(?:" + "|".join(f"({name})" for name in ranked) + r")(?!\w)")

    def swap(match: re.Match[str]) -> str:
        return spaced[ranked[(match.lastindex or 1) - 1]]

    def walk(value: object, key: str = "") -> object:
        if isinstance(value, str):
            return value if key in UNNAMED else pattern.sub(swap, value)
        if isinstance(value, list):
            return [walk(item, key) for item in value]
        if isinstance(value, dict):
            return {name: walk(item, name) for name, item in value.items()}
        return value

    renamed = walk(article)
    assert isinstance(renamed, dict)  # walk keeps the type of what it is given
    return renamed


# ----------------------------------------------------------------------------------------------------------- typography


def plain(text: str) -> str:
    """Text as typed on a keyboard: straight apostrophes, ordinary spaces, « » with spaces, no soft hyphens."""
    for mark, typed in {"’": "'", NO_BREAK: " ", NARROW: " ", SOFT_HYPHEN: "", "“": "« ", "”": " »"}.items():
        text = text.replace(mark, typed)
    text = re.sub(r"«[ \t]*", "« ", re.sub(r"[ \t]*»", " »", text))
    return re.sub(r"(\w)[ \t]*([;!?])(?=[\s»]|$)", r"\1 \2", text)


def typeset(article: Article, style: str) -> Article:
    """The article in one of the plan's typographies.

    Raises KeyError for a style that the plan does not know.
    """
    dressed = copy.deepcopy(article)
    for field in ("title", "body"):
        dressed[field] = STYLES[style](plain(article[field]))
    if style == "capital-title":
        dressed["title"] = _without_accents(dressed["title"].upper())
    return dressed


def _curly(text: str) -> str:
    return text.replace("'", "’")


def _spaced(text: str, before_marks: str, inside: str) -> str:
    text = re.sub(r" ([;!?])", before_marks + r"\1", _curly(text))
    return text.replace(" :", NO_BREAK + ":").replace("« ", "«" + inside).replace(" »", inside + "»")


def _hyphenated(text: str) -> str:
    """A soft hyphen inside every long word, as some content systems leave them."""
    return re.sub(r"(\w{4})(\w{5,})", rf"\1{SOFT_HYPHEN}\2", _curly(text))


def _no_ligature(text: str) -> str:
    text = text.replace("œ", "oe").replace("Œ", "Oe")
    return re.sub(r"\b[ÀÂÇÉÈÊËÎÔÖÙÛ]", lambda match: _without_accents(match.group()), text)


def _without_accents(text: str) -> str:
    return text.translate(str.maketrans("ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŒ", "AAACEEEEIIOOUUUO"))


STYLES: Mapping[str, Callable[[str], str]] = {
    "curly": _curly,
    "straight": str,
    "nbsp": lambda text: _spaced(text, NO_BREAK, NO_BREAK),
    "nnbsp": lambda text: _spaced(text, NARROW, NARROW),
    "ascii-quotes": lambda text: text.replace("« ", '"').replace(" »", '"'),
    "english-quotes": lambda text: _curly(text).replace("« ", "“").replace(" »", "”"),
    "no-ligature": _no_ligature,
    "capital-title": _curly,
    "soft-hyphens": _hyphenated,
    "glued": lambda text: re.sub(r"([.!?»])\s*\n+(?=\w)", r"\1", text),
}


# -------------------------------------------------------------------------------------------------------------- clutter

PLACES = ("teaser", "related", "author-bio", "comments", "caption", "cookies", "newsletter", "faq")


def clutter(article: Article, kind: str, seed: int) -> Article:
    """The article with one more block of page noise, which may tell of moves that are none of its news."""
    noisy = copy.deepcopy(article)
    if not article["body"]:
        return noisy
    chance = _random(seed, article, "clutter")
    taken = set(_people(article)) | set(_firms(article))
    person, firm, other = _stranger(chance, taken), _firm(False, chance), _firm(False, chance)
    block = chance.choice(BLOCKS[kind]).format(person=person, firm=firm, other=other)
    pieces = (block, article["body"]) if kind in {"cookies", "caption"} else (article["body"], block)
    noisy["body"] = "\n\n".join(pieces)
    noisy["clutter"] = [*article["clutter"], *({kind} - {*article["clutter"]})]
    noisy["clutter_persons"] = [*article["clutter_persons"], *([person] if person in block else [])]
    return noisy


def _stranger(chance: random.Random, taken: set[str]) -> str:
    """A full name that begins with a consonant, so that it fits after « de » and « que »."""
    culture = chance.choice(sorted(NAMES["given"]))

    def make() -> str:
        return " ".join(_pick(NAMES[part], culture, False, chance) for part in ("given", "surnames"))

    return _fresh(make, taken)


BLOCKS: Mapping[str, tuple[str, ...]] = {
    "teaser": (
        "À lire aussi : {person} quitte {firm} pour prendre la direction technique de {other}",
        "Lire aussi – {firm} débauche {person}, ex-{other}",
        ">> À relire : pourquoi {person} a claqué la porte de {firm}",
    ),
    "related": (
        "Sur le même thème\n{firm} lève des fonds en Europe\n{person} nommée à la tête de {other}\nNotre comparatif",
        "Les plus lus\n1. {person}, l'ancien de {firm} qui rejoint {other}\n2. Panne géante : ce que l'on sait",
    ),
    "author-bio": (
        "{person} suit les entreprises technologiques. Passé par {firm}, ce spécialiste a rejoint la rédaction.",
        "L'auteur : {person}, qui a quitté {firm} pour le journalisme, tient aussi une chronique hebdomadaire.",
    ),
    "comments": (
        "2 commentaires\nlecteur37 : on m'a dit que {person} partait chez {other}, à suivre…\ntotof : encore un !",
        "Réagir\nPosté par bob_56 : après {person} chez {firm}, plus rien ne m'étonne.",
    ),
    "caption": ("{person}, directeur général de {firm}, en 2018. DR", "Photo : {person} / {firm}"),
    "cookies": (
        "Nous utilisons des traceurs pour mesurer l'audience. Accepter, refuser ou quitter le site.",
        "Gérer mes choix : nos partenaires déposent des cookies sur votre terminal.",
    ),
    "newsletter": (
        "Rejoignez nos abonnés : chaque matin, les nominations et les départs de la tech dans votre boîte.",
        "Inscrivez-vous à notre lettre du mercato. Vous pourrez la quitter à tout moment.",
    ),
    "faq": (
        "Questions fréquentes\nQui dirige {firm} ? {person} occupe ce poste depuis des années.",
        "FAQ\nComment {firm} recrute-t-elle ? Sur dossier, puis au cours de deux entretiens.",
    ),
}


# ----------------------------------------------------------------------------------------------------------------- main


def variants(article: Article, seed: int, only: str | None) -> Article:
    """One variant: renamed, with a block of clutter, in another typography; or one of the three alone."""
    chance = _random(seed, article, "variant")
    kind, style = chance.choice(PLACES), chance.choice(sorted(STYLES))
    varied = article
    if only in (None, "rename"):
        varied = rename(varied, seed)
    if only in (None, "clutter"):
        varied = clutter(varied, kind, seed)
    if only in (None, "typeset"):
        varied = typeset(varied, style)
    return varied | {"id": f"{article['id']}~{seed}"}


def all_variants(paths: list[Path], seed: int, only: str | None) -> Iterator[Article]:
    """One variant of every article of the files."""
    for path in paths:
        for article in read(path):
            yield variants(article, seed, only)


def main() -> int:
    parser = argparse.ArgumentParser(description="Make variants of labelled articles.")
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=("rename", "clutter", "typeset"))
    asked = parser.parse_args()
    for article in all_variants(asked.files, asked.seed, asked.only):
        print(json.dumps(article, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
