"""The matcher's quality as pinned numbers: floors that may only rise.

    python -m tests.quality.gate                     compare with floors.json; exit 1 below a floor
    python -m tests.quality.gate --update            pin today's figures; refuses to lower one
    python -m tests.quality.gate --update --allow-regression

Counting follows MUC-6: a slot is right, wrong (counted on both sides), missing or spurious. A move is paired with the
labelled one of the same person, or of a group of the same size and side; a labelled background move is neither owed
nor punished. The hashes of the label files are pinned too, so a changed file has to be pinned anew on purpose.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from alerts.lexicon import Lexicon, load_lexicon
from alerts.matching import judge, to_json
from training.labels import same_amount, same_organisation, same_person, same_role

HERE = Path(__file__).parent
FLOORS = HERE / "floors.json"
ROOT = HERE.parent.parent
README = ROOT / "README.md"
MARKS = ("<!-- quality -->", "<!-- /quality -->")
SETS: Mapping[str, Sequence[Path]] = {
    "articles": (HERE / "articles.jsonl",),
    "restated": (HERE / "restated.jsonl",),
    "sealed": tuple(sorted((ROOT / "corpus").glob("sealed-*.jsonl"))),
}
"""The sealed tranches are counted, never read: only they tell how the matcher does on articles nobody fitted it to."""
Row = Mapping[str, Any]


class Count:
    """Right, surplus and missing answers of one measure."""

    def __init__(self) -> None:
        self.right = self.surplus = self.missing = 0

    def add(self, owed: bool, said: bool, right: bool) -> None:
        """Count one answer: what the label holds, what was said, and whether they agree."""
        self.right += owed and right
        self.missing += owed and not right
        self.surplus += said and not right

    def figures(self) -> dict[str, float]:
        """Precision, recall and their harmonic mean, rounded to three digits."""
        precision = self.right / (self.right + self.surplus) if self.right + self.surplus else 0.0
        recall = self.right / (self.right + self.missing) if self.right + self.missing else 0.0
        mean = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        return {"precision": round(precision, 3), "recall": round(recall, 3), "f1": round(mean, 3)}


SLOTS: Mapping[str, Callable[[Row, Row], bool]] = {
    "who": lambda label, said: True,
    "origin": lambda label, said: same_organisation(label.get("origin"), said.get("origin")),
    "destination": lambda label, said: same_organisation(label.get("destination"), said.get("destination")),
    "role": lambda label, said: same_role(label.get("role"), said.get("role")),
    "status": lambda label, said: label.get("status") == said.get("status"),
    "amount": lambda label, said: same_amount(label.get("amount"), said.get("amount")),
}


def filled(move: Row, slot: str) -> bool:
    """Whether the move says anything in this slot."""
    return slot in {"who", "status"} or bool(move.get(slot))


def paired(label: Row, said: Row) -> bool:
    """Whether two moves are of the same mover."""
    if label.get("person") or said.get("person"):
        names = (label.get("person") or "", *(label.get("aliases") or ()))
        return bool(label.get("person") and said.get("person")) and same_person(names, said["person"])
    counts = [(move.get("group") or {}).get("count") for move in (label, said)]
    if all(counts) and counts[0] != counts[1]:
        return False
    return SLOTS["origin"](label, said) or SLOTS["destination"](label, said)


class Score:
    """The counts over a file."""

    def __init__(self) -> None:
        self.flag, self.who_from_to = Count(), Count()
        self.slots = {name: Count() for name in SLOTS}

    def article(self, label: Row, said: Row) -> None:
        """Count one article."""
        self.flag.add(label["flag"], said["flag"], label["flag"] and said["flag"])
        left = [move for move in said["moves"] if not move["background"]] if said["flag"] else []
        for want in label["moves"]:
            if want.get("background") or (want.get("group") or {}).get("members_named"):
                left = [move for move in left if not (want.get("group") and paired(want, move))]
                continue
            found = max((m for m in left if paired(want, m)), key=lambda m: _agreement(want, m), default=None)
            left = [move for move in left if move is not found]
            self.move(want, found)
        for surplus in left:
            self.who_from_to.surplus += 1
            for name, count in self.slots.items():
                count.surplus += filled(surplus, name)

    def move(self, want: Row, found: Row | None) -> None:
        """Count one labelled move and what was said of it, if anything."""
        right = {name: found is not None and test(want, found) for name, test in SLOTS.items()}
        self.who_from_to.add(True, found is not None, right["origin"] and right["destination"])
        for name, count in self.slots.items():
            said = found is not None and filled(found, name)
            # Right with an empty label (a post that the label leaves out) is neither owed nor surplus.
            count.add(filled(want, name), said and not (right[name] and not filled(want, name)), right[name])

    def figures(self) -> dict[str, dict[str, float]]:
        """Every measure of the file."""
        total = Count()
        for count in self.slots.values():
            total.right += count.right
            total.surplus += count.surplus
            total.missing += count.missing
        by_slot = {f"slot {name}": count.figures() for name, count in self.slots.items()}
        return {
            "flag": self.flag.figures(),
            "who-from-to": self.who_from_to.figures(),
            "slots": total.figures(),
            **by_slot,
        }


def _agreement(want: Row, said: Row) -> int:
    """How many slots two moves agree in."""
    return sum(test(want, said) for test in SLOTS.values())


def measure(paths: Iterable[Path], lexicon: Lexicon) -> dict[str, dict[str, float]]:
    """The matcher's figures on files of labelled articles."""
    score = Score()
    for line in (line for path in paths for line in path.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        day = row.get("published") or ""
        published = date.fromisoformat(day[:10]) if len(day) >= 10 else None  # some labels know the month only
        said = to_json(row["id"], judge(row["title"], row["body"], lexicon, published=published))
        score.article(row, said)
    return score.figures()


def fingerprint(paths: Iterable[Path]) -> str:
    """The hash of the files, in order."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def measured() -> dict[str, Any]:
    """Today's figures and the hashes of the files that they were taken on."""
    lexicon = load_lexicon()
    return {name: {"sha256": fingerprint(paths), "figures": measure(paths, lexicon)} for name, paths in SETS.items()}


_SHOWN = ("flag", "who-from-to", "slots", "slot status", "slot amount")


def table(floors: Row) -> str:
    """The floors as README shows them."""
    head = "| measure (F1; flags: precision / recall) | " + " | ".join(floors) + " |\n|---|" + "---|" * len(floors)
    rows = [head]
    for name in _SHOWN:
        cells = [row["figures"][name] for row in floors.values()]
        flags = [f"{cell['precision']:.2f} / {cell['recall']:.2f}" for cell in cells]
        shown = flags if name == "flag" else [f"{cell['f1']:.2f}" for cell in cells]
        rows.append(f"| {name} | " + " | ".join(shown) + " |")
    return "\n".join(rows)


def with_table(text: str, floors: Row) -> str:
    """README with the table of `floors` between its marks."""
    before, rest = text.split(MARKS[0])
    return f"{before}{MARKS[0]}\n{table(floors)}\n{MARKS[1]}{rest.split(MARKS[1])[1]}"


def regressions(floors: Row, today: Row) -> list[str]:
    """What fell below its floor, and files that changed, each a sentence."""
    found = []
    for name, pinned in floors.items():
        if today.get(name, {}).get("sha256") != pinned["sha256"]:
            found.append(f"{name} is not what the floors were taken on; pin it anew with --update")
            continue
        for measure_name, figures in pinned["figures"].items():
            for kind, floor in figures.items():
                now = today[name]["figures"][measure_name][kind]
                if now < floor:
                    found.append(f"{name}: {measure_name} {kind} fell from {floor} to {now}")
    return found


def main(arguments: Sequence[str]) -> int:
    """Compare or pin; the exit code is 1 when something fell."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--update", action="store_true", help="pin today's figures")
    parser.add_argument("--allow-regression", action="store_true", help="with --update: also where they are lower")
    options = parser.parse_args(arguments)
    today = measured()
    floors = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    fallen = regressions(floors, today)
    lower = [sentence for sentence in fallen if "fell" in sentence]
    if options.update and (not lower or options.allow_regression):
        FLOORS.write_text(json.dumps(today, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        README.write_text(with_table(README.read_text(encoding="utf-8"), today), encoding="utf-8")
        fallen = []
    for name, row in today.items():
        for measure_name, figures in row["figures"].items():
            sys.stdout.write(f"{name:16} {measure_name:18} {figures}\n")
    sys.stderr.write("".join(f"{sentence}\n" for sentence in fallen))
    return 1 if fallen else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
