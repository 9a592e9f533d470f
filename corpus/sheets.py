#!/usr/bin/env python3
"""Print an assignment sheet of the corpus: fifty briefs, one line each, dealt from plan.toml.

    python corpus/sheets.py 7            # sheet 7, for the tranche train-07
    python corpus/sheets.py --list       # every sheet: its tranche and what it is for

The same plan always gives the same sheets: every choice is seeded by the plan's seed and by what is being chosen.
"""

from __future__ import annotations

import argparse
import functools
import random
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PLAN_FILE = Path(__file__).with_name("plan.toml")
SUGGESTIONS = 5  # verbs or idioms offered per brief

Choices = dict[str, str]


@dataclass(frozen=True, slots=True)
class Brief:
    """One article to write: its identifier, whether it holds a move, and one value per axis of the plan."""

    id: str
    flag: bool
    published: str
    choices: Mapping[str, str]
    names: str
    words: tuple[str, ...]


@functools.cache
def plan() -> dict[str, Any]:
    """The coverage plan as plan.toml holds it."""
    return tomllib.loads(PLAN_FILE.read_text(encoding="utf-8"))


def tranche(number: int) -> str:
    """The name of a sheet's tranche, which is also the name of its file without `.jsonl`."""
    return f"{'sealed' if number in plan()['plan']['sealed'] else 'train'}-{number:02d}"


def _random(*what: object) -> random.Random:
    """A generator that depends on the plan's seed and on `what` only."""
    return random.Random(":".join(map(str, (plan()["plan"]["seed"], *what))))


@functools.cache
def _deck(axis: str, flag: bool, per_sheet: int) -> tuple[str, ...]:
    """The axis's values for all sheets in a row, each spread evenly, so that every slice keeps the weights."""
    values = plan()[axis]
    total = per_sheet * plan()["plan"]["sheets"]
    whole = sum(value["weight"] for value in values.values())
    placed: list[tuple[float, str]] = []
    for name, value in values.items():
        count = max(1, round(total * value["weight"] / whole))
        shift = _random("deck", axis, flag, name).random()
        placed.extend(((k + shift) / count, name) for k in range(count))
    names = [name for _, name in sorted(placed)]
    return tuple((names + names)[:total])


def _allows(axis: str, name: str, other_axis: str, other: str) -> bool:
    """Whether one value's `with` and `without` tolerate another axis's value."""
    value = plan()[axis][name]
    wanted = value.get("with", {}).get(other_axis)
    return (wanted is None or other in wanted) and other not in value.get("without", {}).get(other_axis, ())


def _fits(axis: str, name: str, chosen: Choices) -> bool:
    """Whether a value goes with everything that the brief holds already, both ways."""
    return all(
        _allows(axis, name, other, value) and _allows(other, value, axis, name) for other, value in chosen.items()
    )


def _fallback(axis: str, chosen: Choices) -> str:
    """The heaviest value of an axis that fits, for briefs that the deck had nothing for."""
    fitting = [name for name in plan()[axis] if _fits(axis, name, chosen)] or list(plan()[axis])
    heaviest: str = max(fitting, key=lambda name: plan()[axis][name]["weight"])
    return heaviest


def _deal(axis: str, number: int, flag: bool, briefs: list[Choices]) -> None:
    """Give each brief one value of the axis; those hardest to please choose first."""
    size = len(briefs)
    hand = list(_deck(axis, flag, size)[number * size : (number + 1) * size])
    _random("hand", axis, flag, number).shuffle(hand)
    for brief in sorted(briefs, key=lambda brief: sum(_fits(axis, name, brief) for name in hand)):
        found = next((name for name in hand if _fits(axis, name, brief)), None)
        if found is not None:
            hand.remove(found)
        brief[axis] = found or _fallback(axis, brief)


def _dealt(number: int, flag: bool, count: int, axes: Iterable[str]) -> list[Choices]:
    briefs: list[Choices] = [{} for _ in range(count)]
    for axis in axes:
        _deal(axis, number, flag, briefs)
    return briefs


def _suggestions(choices: Choices, chance: random.Random) -> tuple[str, ...]:
    """Verbs and idioms of the story, mostly plain or mostly idiomatic as the brief asks; none for a trap."""
    if "story" not in choices:
        return ()
    story = plan()["story"][choices["story"]]
    first, second = ("plain", "idiom") if choices["wording"] == "plain" else ("idiom", "plain")
    main = chance.sample(story[first], min(SUGGESTIONS - 1, len(story[first])))
    return (*main, *chance.sample(story[second], SUGGESTIONS - len(main)))


def _names(choices: Choices, chance: random.Random) -> str:
    """What the invented names should look like: culture, gender, initials; the other persons' culture; firms; place."""
    letters = plan()["seeds"]["initials"]
    initial = [chance.choice(letters) for _ in range(6)]
    other = chance.choice([value["brief"] for value in plan()["culture"].values()])
    place = chance.choice(plan()["seeds"]["places"])
    firm, partner = plan()["firm"][choices["firm"]]["brief"], plan()["partner"][choices["partner"]]["brief"]
    gender, culture = plan()["gender"][choices["gender"]]["brief"], plan()["culture"][choices["culture"]]["brief"]
    return (
        f"person {gender} {initial[0]}.{initial[1]}. {culture}; others {initial[2]}.{initial[3]}. {other}; "
        f"firm «{initial[4]}» {firm}, other firm «{initial[5]}» {partner}; place {place}"
    )


def sheet(number: int) -> list[Brief]:
    """The briefs of a sheet, moves and traps mixed.

    Raises ValueError when the plan has no such sheet.
    """
    head = plan()["plan"]
    if not 0 <= number < head["sheets"]:
        raise ValueError(f"sheet {number}: plan.toml has sheets 0 to {head['sheets'] - 1}")
    moves = _dealt(number, True, head["moves"], head["deal_moves"] + head["deal_both"])
    traps = _dealt(number, False, head["articles"] - head["moves"], head["deal_traps"] + head["deal_both"])
    briefs = moves + traps
    _random("order", number).shuffle(briefs)
    return [_brief(number, place, choices) for place, choices in enumerate(briefs, 1)]


def is_free(number: int) -> bool:
    """Whether a tranche lies beyond the sheets, so that its writer chose the briefs."""
    after_last: int = plan()["plan"]["sheets"]
    return number >= after_last


def blanks(number: int) -> list[Brief]:
    """The briefs of a free tranche, which hold a date and a typography and leave everything else to the draft."""
    return [_brief(number, place, _blank(number, place)) for place in range(1, plan()["plan"]["articles"] + 1)]


def _blank(number: int, place: int) -> Choices:
    """One weighted value for each axis that a draft does not write itself; names and firms are dealt but not used."""
    chance = _random("blank", number, place)
    axes = {axis: plan()[axis] for axis in ("typography", "year", "culture", "gender", "firm", "partner")}
    return {
        axis: chance.choices(list(values), [value["weight"] for value in values.values()])[0]
        for axis, values in axes.items()
    }


def _brief(number: int, place: int, choices: Choices) -> Brief:
    chance = _random("brief", number, place)
    last_year, last_month = plan()["seeds"]["until"]
    months = last_month if int(choices["year"]) == last_year else 12
    published = f"{choices['year']}-{chance.randint(1, months):02d}-{chance.randint(1, 28):02d}"
    names, words = _names(choices, chance), _suggestions(choices, chance)
    return Brief(f"{tranche(number)}-{place:03d}", "story" in choices, published, choices, names, words)


def line(brief: Brief) -> str:
    """A brief as the writer reads it. A sealed one comes without suggested words: its wording must be the writer's."""
    chosen = brief.choices
    told = {axis: plan()[axis][name]["brief"] for axis, name in chosen.items()}
    if brief.flag:
        words = "your own words" if brief.id.startswith("sealed") else " / ".join(brief.words)
        what = f"MOVE {chosen['story']}: {told['story']} [{words}; {told['wording']}]"
        parts = [what, told["status"], told["mover"], told["construction"], told["slots"], told["amount"]]
    else:
        parts = [f"TRAP {chosen['trap']}: {told['trap']}", f"people: {told['people']}"]
    parts += [brief.names, told["sector"], told["register"], told["length"]]
    parts += [f"clutter: {told['clutter']}" if told["clutter"] else "no clutter", f"typography* {told['typography']}"]
    return f"{brief.id} | {brief.published} | " + " | ".join(part for part in parts if part)


def main() -> int:
    parser = argparse.ArgumentParser(description="Print an assignment sheet of the corpus.")
    parser.add_argument("number", type=int, nargs="?", help="the sheet, from 0")
    parser.add_argument("--list", action="store_true", help="list the sheets")
    asked = parser.parse_args()
    if asked.list or asked.number is None:
        for number in range(plan()["plan"]["sheets"]):
            print(number, tranche(number))
        return 0
    try:
        briefs = sheet(asked.number)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"Sheet {asked.number}: write {tranche(asked.number)}.jsonl (* set by draft.py: type plain text)")
    print("\n".join(map(line, briefs)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
