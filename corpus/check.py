#!/usr/bin/env python3
"""Check the corpus: form, labels against text, near-duplicates, leaks; print statistics per tranche and of the plan.

    python corpus/check.py                         # everything; sealed tranches are counted, never quoted
    python corpus/check.py corpus/train-07.jsonl   # one tranche, every complaint in full

Leaves with 1 when there is an error; a warning never changes the outcome.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import leaks
import sheets

FOLDER = Path(__file__).parent
STATUSES = ("confirmed", "reported", "rumoured", "denied", "failed")
# fmt: off
KINDS = ("hire", "poach", "appoint", "departure", "dismissal", "promotion", "return", "founding", "offer", "retention",
         "board", "interim", "acquihire")
# fmt: on
PERIODS = ("total", "year")
TEXT_FIELDS = ("id", "title", "body", "published", "register", "tranche", "tests")
LIST_FIELDS = ("sources_cited", "clutter", "clutter_persons", "others")
ARTICLE_FIELDS = {*TEXT_FIELDS, *LIST_FIELDS, "flag", "moves", "trap", "aliases"}
MOVE_FIELDS = {"person", "group", "origin", "destination", "role", "status", "amount", "kind", "background"}
LONGEST_TITLE, LONGEST_BODY = 220, 6000  # characters; the longest brief asks for 350 words plus clutter
GRAM, SHARED_GRAMS = 8, 0.25  # words in a row, and the share of the shorter text's rows that makes two texts one
NAME_REUSE = 2  # articles in which one invented person may move
LENGTHS = {"one": (1, 1), "short": (2, 3), "medium": (4, 5), "long": (6, 99)}  # paragraphs, clutter apart
LETTERS = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "’": "'"})

Article = dict[str, Any]
Move = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something wrong (`error`) or worth a look, with the identifier of the article."""

    id: str
    what: str
    error: bool = True


def fold(text: str) -> str:
    """`text` without case, accents, ligatures, apostrophe variants, soft hyphens and no-break spaces."""
    plain = unicodedata.normalize("NFKD", text.translate(LETTERS).replace("\u00ad", "").replace("‑", "-"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).casefold().split())


def mentions(folded: str, name: str) -> bool:
    """Whether the folded text holds the name as whole words; a plural s or a possessive may follow."""
    return bool(re.search(rf"(?<![0-9a-z]){re.escape(fold(name))}s?(?![0-9a-z])", folded))


def read(path: Path) -> list[Article]:
    """The articles of a JSON Lines file.

    Raises ValueError naming file and line when a line is no JSON object.
    """
    articles = []
    for number, text in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if text.strip():
            try:
                article = json.loads(text)
            except ValueError as error:
                raise ValueError(f"{path.name}, line {number}: not JSON: {error}") from None
            if not isinstance(article, dict):
                raise ValueError(f"{path.name}, line {number}: expected an object with the fields of an article")
            articles.append(article)
    return articles


def text_of(article: Article) -> str:
    """What a reader sees: title, blank line, body."""
    return f"{article['title']}\n\n{article['body']}"


def news(article: Article) -> list[Move]:
    """The moves that are the article's news."""
    return [move for move in article["moves"] if not move["background"]]


# ----------------------------------------------------------------------------------------------------------------- form


def form(article: Article) -> Iterator[str]:
    """Complaints about fields and types; the other checks rely on their absence."""
    missing, unknown = ARTICLE_FIELDS - article.keys(), article.keys() - ARTICLE_FIELDS
    if missing or unknown:
        yield f"fields missing {sorted(missing)}, unknown {sorted(unknown)}"
        return
    yield from (f"{name} must be text" for name in TEXT_FIELDS if not isinstance(article[name], str))
    yield from (f"{name} must be a list of texts" for name in LIST_FIELDS if not _texts(article[name]))
    if not isinstance(article["flag"], bool) or not isinstance(article["moves"], list):
        yield "flag must be true or false, moves a list"
    if not isinstance(article["aliases"], dict) or not all(map(_texts, article["aliases"].values())):
        yield "aliases must map a label's name to a list of the forms in the text"
    for move in article["moves"]:
        yield from _move_form(move)


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value)


def _move_form(move: Any) -> Iterator[str]:
    if not isinstance(move, dict) or MOVE_FIELDS - move.keys() or move.keys() - MOVE_FIELDS - {"aliases"}:
        yield f"a move has the fields {sorted(MOVE_FIELDS)} and perhaps aliases"
        return
    for name in ("person", "origin", "destination", "role"):
        if move[name] is not None and not (isinstance(move[name], str) and move[name].strip()):
            yield f"{name} of a move must be text or null"
    if (move["person"] is None) == (move["group"] is None):
        yield "a move has either a person or a group"
    if move["status"] not in STATUSES or move["kind"] not in KINDS or not isinstance(move["background"], bool):
        yield f"status {move['status']!r}, kind {move['kind']!r} or background {move['background']!r} is not allowed"
    if move["group"] is not None and not _is_group(move["group"]):
        yield "a group is {count: number or null, label: text} with perhaps approx, members_named"
    if move["amount"] is not None and not _is_amount(move["amount"]):
        yield "an amount is {min, max: number or null, currency: three letters, period: total or year}"


def _is_group(group: Any) -> bool:
    known = {"count", "label", "approx", "members_named"}
    return (
        isinstance(group, dict)
        and {"count", "label"} <= group.keys() <= known
        and (group["count"] is None or (isinstance(group["count"], int) and group["count"] > 1))
        and isinstance(group["label"], str)
    )


def _is_amount(amount: Any) -> bool:
    if not isinstance(amount, dict) or amount.keys() != {"min", "max", "currency", "period"}:
        return False
    low, high = amount["min"], amount["max"]
    bounds = [bound for bound in (low, high) if bound is not None]
    return (
        bool(bounds)
        and all(isinstance(bound, int | float) and bound > 0 for bound in bounds)
        and (None in (low, high) or low <= high)
        and bool(re.fullmatch("[A-Z]{3}", str(amount["currency"])))
        and amount["period"] in PERIODS
    )


# -------------------------------------------------------------------------------------------------- labels against text


def labels(article: Article) -> Iterator[Complaint]:
    """Complaints about an article of good form: enumerations, flag against moves, names against text."""
    for what in itertools.chain(_enumerations(article), _shape(article), _flag(article), _names(article)):
        yield Complaint(article["id"], what)
    for what in _doubts(article):
        yield Complaint(article["id"], what, error=False)


def _enumerations(article: Article) -> Iterator[str]:
    plan = sheets.plan()
    if article["register"] not in plan["register"]:
        yield f"register {article['register']!r} is not one of the plan's"
    if article["trap"] is not None and article["trap"] not in plan["trap"]:
        yield f"trap {article['trap']!r} is not one of the plan's families"
    unknown = set(article["clutter"]) - (plan["clutter"].keys() - {"none"})
    if unknown:
        yield f"clutter {sorted(unknown)} is not one of the plan's"


def _shape(article: Article) -> Iterator[str]:
    if not re.fullmatch(rf"{re.escape(article['tranche'])}-\d{{3}}", article["id"]):
        yield f"id must be {article['tranche']}-nnn"
    try:
        date.fromisoformat(article["published"])
    except ValueError:
        yield f"published {article['published']!r} is no date like 2025-03-31"
    if not (article["title"].strip() or article["body"].strip()):
        yield "neither title nor body"
    if len(article["title"]) > LONGEST_TITLE or len(article["body"]) > LONGEST_BODY:
        yield f"title over {LONGEST_TITLE} or body over {LONGEST_BODY} characters"


def _flag(article: Article) -> Iterator[str]:
    if article["flag"] != bool(news(article)):
        yield "flag must be true exactly when a move is not background"
    if article["flag"] != (article["trap"] is None):
        yield "trap must name a family exactly when flag is false"
    for move in article["moves"]:
        if not (move["origin"] or move["destination"]) and move["kind"] != "founding":
            yield f"{_who(move)}: neither origin nor destination"
        if move["origin"] and move["origin"] == move["destination"]:
            yield f"{_who(move)}: origin and destination are the same (an internal promotion has no origin)"
    movers = {move["person"] for move in news(article)}
    both = movers & {*article["others"], *article["clutter_persons"]}
    if both:
        yield f"{sorted(both)} both move and are listed as others or clutter_persons"


def _who(move: Move) -> str:
    return str(move["person"] or move["group"]["label"])


def _names(article: Article) -> Iterator[str]:
    """Every labelled name, or one of its aliases, stands in the text; so does every alias."""
    folded, aliases = fold(text_of(article)), article["aliases"]
    people = [(move["person"], move.get("aliases", [])) for move in article["moves"] if move["person"]]
    firms = {move[end] for move in article["moves"] for end in ("origin", "destination") if move[end]}
    named = [*people, *((firm, aliases.get(firm, [])) for firm in sorted(firms))]
    named += [(name, aliases.get(name, [])) for name in article["sources_cited"]]
    named += [(name, []) for name in (*article["others"], *article["clutter_persons"])]
    for name, forms in named:
        if not any(mentions(folded, form) for form in (name, *forms)):
            yield f"{name!r} is labelled but neither it nor an alias stands in the text"
    for form in itertools.chain.from_iterable(aliases.values()):
        if not mentions(folded, form):
            yield f"the alias {form!r} does not stand in the text"


def _doubts(article: Article) -> Iterator[str]:
    """What a role or a group says should be found in the text, at least its first word."""
    folded = fold(text_of(article))
    for move in article["moves"]:
        for label in (move["role"], (move["group"] or {}).get("label")):
            if label and fold(label).split()[0][:5] not in folded:
                yield f"{label!r} has no trace in the text"
        if move["kind"] == "promotion" and move["origin"]:
            yield f"{_who(move)}: a promotion usually has no origin"


# ----------------------------------------------------------------------------------------------------- between articles


def duplicates(articles: Sequence[Article]) -> Iterator[Complaint]:
    """Identifiers and titles used twice, and texts that share too many rows of eight words."""
    for field in ("id", "title"):
        seen: dict[str, str] = {}
        for article in articles:
            key = fold(article[field])
            if key and key in seen:
                yield Complaint(article["id"], f"same {field} as {seen[key]}")
            seen.setdefault(key, article["id"])
    grams = {article["id"]: _grams(article["body"]) for article in articles}
    holders: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for identifier, rows in grams.items():
        for row in rows:
            holders[row].append(identifier)
    shared = Counter(pair for ids in holders.values() for pair in itertools.combinations(ids, 2))
    for (first, second), count in shared.items():
        share = count / min(len(grams[first]), len(grams[second]))
        if share > SHARED_GRAMS:
            yield Complaint(second, f"shares {share:.0%} of its rows of {GRAM} words with {first}")


def _grams(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", fold(text))
    return {tuple(words[i : i + GRAM]) for i in range(len(words) - GRAM + 1)}


def reused(articles: Iterable[Article]) -> Iterator[Complaint]:
    """Invented people who move in too many articles: the names would give the label away."""
    uses: dict[str, set[str]] = defaultdict(set)
    for article in articles:
        for move in article["moves"]:
            if move["person"]:
                uses[fold(move["person"])].add(article["id"])
    for ids in uses.values():
        if len(ids) > NAME_REUSE:
            yield Complaint(min(ids), f"a person of that name moves also in {', '.join(sorted(ids)[1:])}", error=False)


# ----------------------------------------------------------------------------------------------------------- statistics


def statistics(articles: Sequence[Article]) -> str:
    """One tranche in a few lines."""
    moves = [move for article in articles for move in article["moves"]]
    fresh = [move for move in moves if not move["background"]]
    flagged = sum(article["flag"] for article in articles)
    words = sorted(len(text_of(article).split()) for article in articles)
    lines = [
        f"{len(articles)} articles, {flagged} with moves, {len(articles) - flagged} traps",
        f"{len(fresh)} moves, {len(moves) - len(fresh)} background; median {words[len(words) // 2]} words",
        "status    " + _counts(move["status"] for move in fresh),
        "kind      " + _counts(move["kind"] for move in fresh),
        "slots     "
        + ", ".join(f"{name} {_share(fresh, name)}" for name in ("origin", "destination", "role", "amount")),
        "movers    " + _counts("person" if move["person"] else "group" for move in fresh),
        "register  " + _counts(article["register"] for article in articles),
        "clutter   " + _counts(kind for article in articles for kind in article["clutter"] or ["none"]),
        "sources   " + f"{sum(bool(article['sources_cited']) for article in articles)} articles cite one",
    ]
    return "\n".join("  " + line for line in lines)


def _counts(values: Iterable[str]) -> str:
    return ", ".join(f"{value} {count}" for value, count in Counter(values).most_common())


def _share(moves: Sequence[Move], name: str) -> str:
    return f"{sum(move[name] is not None for move in moves) / max(1, len(moves)):.0%}"


def followed(articles: Sequence[Article]) -> str:
    """How far a tranche keeps to its sheet, axis by axis."""
    number = int(articles[0]["tranche"].rsplit("-", 1)[1])
    if sheets.is_free(number):
        return "  plan      none, the briefs were the writer's"
    briefs = {brief.id: brief for brief in sheets.sheet(number)}
    pairs = [(article, briefs[article["id"]]) for article in articles if article["id"] in briefs]
    kept = Counter(axis for article, brief in pairs for axis, same in _kept(article, brief).items() if same)
    asked = Counter(axis for article, brief in pairs for axis in _kept(article, brief))
    return "  plan      " + ", ".join(f"{axis} {kept[axis]}/{count}" for axis, count in asked.items())


def _kept(article: Article, brief: sheets.Brief) -> Mapping[str, bool]:
    chosen = brief.choices
    kept = {
        "flag": article["flag"] == brief.flag,
        "register": article["register"] == chosen["register"],
        "length": _length_kept(article, chosen["length"]),
        "clutter": (chosen["clutter"] in article["clutter"])
        or (chosen["clutter"] == "none" and not article["clutter"]),
    }
    if brief.flag:
        kept["status"] = any(move["status"] == chosen["status"] for move in news(article))
        kept["group"] = chosen["mover"].startswith("group") == any(move["group"] for move in news(article))
    else:
        kept["trap"] = article["trap"] == chosen["trap"]
    return kept


def _length_kept(article: Article, length: str) -> bool:
    if length == "title-only":
        return not article["body"]
    if length == "no-title":
        return not article["title"]
    low, high = LENGTHS[length]
    paragraphs = len([part for part in article["body"].split("\n") if part.strip()])
    spare = 4 * len(article["clutter"]) + ("digest" in article["tests"]) * 6  # a block of clutter, a digest's bullets
    return low <= paragraphs <= high + spare


# ----------------------------------------------------------------------------------------------------------------- main


def complaints(path: Path, articles: Sequence[Article]) -> list[Complaint]:
    """Everything wrong inside one tranche."""
    found = []
    for article in articles:
        broken = [Complaint(str(article.get("id")), what) for what in form(article)]
        found += broken or list(labels(article))
        if article.get("tranche") != path.stem:
            found.append(Complaint(str(article.get("id")), f"tranche must be {path.stem}, the name of the file"))
    return found


def report(found: Sequence[Complaint], name: str, show: bool) -> int:
    """Print complaints (or only their number) and say how many are errors."""
    errors = sum(complaint.error for complaint in found)
    for complaint in found if show else ():
        print(f"  {'ERROR' if complaint.error else 'look '} {complaint.id}: {complaint.what}")
    if found and not show:
        print(f"  {name}: {errors} errors, {len(found) - errors} doubts (check the file by itself to see them)")
    return errors


def check(paths: Sequence[Path], show_sealed: bool) -> int:
    """Check files one by one and together; print everything; return the number of errors."""
    errors, everything = 0, []
    for path in paths:
        articles = read(path)
        found = complaints(path, articles)
        print(f"{path.stem}")
        errors += report(found, path.stem, show_sealed or not path.stem.startswith("sealed"))
        if articles and not any(complaint.error for complaint in found):
            print(statistics(articles))
            print(followed(articles))
            everything += articles
    print(f"together: {len(everything)} articles")
    errors += report([*duplicates(everything), *reused(everything)], "together", show=True)
    print(leaks.report([leaks.Sample(a["id"], a["title"], a["body"], a["published"], a["flag"]) for a in everything]))
    return errors


def main() -> int:
    parser = argparse.ArgumentParser(description="Check the corpus of labelled articles.")
    parser.add_argument("files", type=Path, nargs="*", help="tranches; without any, the whole folder")
    asked = parser.parse_args()
    try:
        errors = check(asked.files or sorted(FOLDER.glob("*.jsonl")), show_sealed=bool(asked.files))
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{errors} errors")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
