#!/usr/bin/env python3
"""Turn a tranche written as plain text into JSON Lines, with date, register and typography from its sheet.

    python corpus/draft.py 7 draft-07.txt > corpus/train-07.jsonl

README.md shows the form of a draft. A complaint names the article and the line.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import sheets
from check import Article, Move
from vary import typeset

GROUP = re.compile(r"group (?P<approx>~?)(?P<count>\d+|\?) (?P<label>.+?)(?P<named> \(named\))?")
DIGITS = r"\d+(?:\.\d+)?"
PAY = re.compile(
    rf"(?P<min>{DIGITS})?(?P<range>\.\.)?(?P<max>{DIGITS})? (?P<currency>[A-Z]{{3}}) (?P<period>total|year)"
)
LISTS = ("sources", "others", "clutter", "clutter_persons")


def articles(text: str, number: int) -> list[Article]:
    """The articles of a draft for one sheet or one free tranche.

    Raises ValueError, naming the article, for whatever does not follow the form.
    """
    dealt = sheets.blanks if sheets.is_free(number) else sheets.sheet
    briefs = {brief.id: brief for brief in dealt(number)}
    found = []
    for block in re.split(r"^== *", text, flags=re.MULTILINE)[1:]:
        place, _, rest = block.partition("\n")
        identifier = f"{sheets.tranche(number)}-{int(place):03d}"
        try:
            found.append(_article(briefs[identifier], rest))
        except (ValueError, KeyError, IndexError) as error:
            raise ValueError(f"{identifier}: {error}") from error
    return found


def _article(brief: sheets.Brief, text: str) -> Article:
    parts = re.split(r"^--[ \t]*$\n?", text, flags=re.MULTILINE)
    if len(parts) != 3:
        raise ValueError(f"expected title, body and labels parted by lines of --, found {len(parts)} parts")
    title, body, labels = (part.strip() for part in parts)
    article: Article = {"id": brief.id, "title": title, "body": body, "published": brief.published}
    article |= {"flag": False, "moves": [], "sources_cited": [], "trap": None, "tests": ""}
    article |= {"register": brief.choices.get("register", ""), "tranche": brief.id.rsplit("-", 1)[0]}
    article |= {"clutter": [], "clutter_persons": [], "others": [], "aliases": {}}
    for line in filter(str.strip, labels.split("\n")):
        name, colon, value = line.partition(":")
        if not colon:
            raise ValueError(f"no colon in the label {line!r}")
        _label(article, name.strip(), value.strip())
    article["flag"] = any(not move["background"] for move in article["moves"])
    article["trap"] = None if article["flag"] else article["trap"] or brief.choices.get("trap")
    return typeset(article, brief.choices["typography"])


def _label(article: Article, name: str, value: str) -> None:
    """Write one label line into the article."""
    if name in ("move", "background"):
        article["moves"].append(_move(value, name == "background"))
    elif name == "pay":
        article["moves"][-1]["amount"] = _amount(value)
    elif name in LISTS:
        article["sources_cited" if name == "sources" else name] = _items(value, ",")
    elif name == "alias":
        _alias(article, value)
    elif name in ("tests", "register", "trap", "published"):
        article[name] = value
    else:
        raise ValueError(f"unknown label {name!r}")


def _items(value: str, mark: str) -> list[str]:
    return [item.strip() for item in value.split(mark) if item.strip()]


def _alias(article: Article, value: str) -> None:
    """`alias: Label = form; form`: forms of a person go with the person's moves, all others with the article."""
    label, equals, forms = value.partition("=")
    if not equals:
        raise ValueError(f"an alias is written « Label = form; form », not {value!r}")
    movers = [move for move in article["moves"] if move["person"] == label.strip()]
    for move in movers:
        move["aliases"] = _items(forms, ";")
    if not movers:
        article["aliases"][label.strip()] = _items(forms, ";")


def _move(value: str, background: bool) -> Move:
    """`who | origin > destination | role | status | kind`, empty where unknown."""
    cells = [cell.strip() or None for cell in value.split("|")]
    if len(cells) != 5 or not cells[0] or not cells[1] or ">" not in cells[1]:
        raise ValueError(f"a move is written « who | origin > destination | role | status | kind », not {value!r}")
    who, (origin, destination) = cells[0], [end.strip() or None for end in cells[1].split(">")]
    group = _group(who) if who.startswith("group ") else None
    return {
        "person": None if group else who,
        "group": group,
        "origin": origin,
        "destination": destination,
        "role": cells[2],
        "status": cells[3],
        "amount": None,
        "kind": cells[4],
        "background": background,
    }


def _group(who: str) -> dict[str, object]:
    """`group 12 ingénieurs`, `group ~30 ingénieurs`, `group ? cadres`, `group 3 cadres (named)`."""
    match = GROUP.fullmatch(who)
    if not match:
        raise ValueError(f"a group is written « group ~30 ingénieurs », not {who!r}")
    count = None if match["count"] == "?" else int(match["count"])
    group: dict[str, object] = {"count": count, "label": match["label"]}
    return group | ({"approx": True} if match["approx"] else {}) | ({"members_named": True} if match["named"] else {})


def _amount(value: str) -> dict[str, object]:
    """`3000000 USD total` for both bounds, `3000000.. USD year`, `..3000000 EUR total`, `1..2 EUR total`."""
    match = PAY.fullmatch(value)
    if not match or not (match["min"] or match["max"]):
        raise ValueError(f"pay is written « 1000..2000 EUR year », not {value!r}")
    low, high = (_number(match[end]) for end in ("min", "max"))
    if not match["range"]:
        high = low
    return {"min": low, "max": high, "currency": match["currency"], "period": match["period"]}


def _number(digits: str | None) -> int | float | None:
    return None if digits is None else float(digits) if "." in digits else int(digits)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Turn a draft into a tranche.")
    parser.add_argument("number", type=int, help="the sheet")
    parser.add_argument("draft", type=Path)
    asked = parser.parse_args(arguments)
    try:
        found = articles(asked.draft.read_text(encoding="utf-8"), asked.number)
    except (OSError, ValueError) as error:
        print(f"{asked.draft}: {error}", file=sys.stderr)
        return 2
    for article in found:
        print(json.dumps(article, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
