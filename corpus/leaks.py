#!/usr/bin/env python3
"""Look for leaks: could typography, length, punctuation or date alone tell the moves from the traps?

    python corpus/leaks.py            # every *.jsonl of this folder

A naive Bayes classifier is shown shallow features only, cross-validated over ten folds. On a sound corpus it does
little better than chance: the area under its ROC curve (AUC) stays near 0.5, and above 0.65 something leaks.
"""

from __future__ import annotations

import json
import math
import re
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDS = 10
BINS = 5  # quantile bins of a counted feature
SMOOTHING = 1.0  # added to every count (Laplace)
WARN_AUC = 0.65
WARN_V = 0.15  # Cramér's V of one feature against the flag; 0.1 is called a small effect (Cohen 1988)
ENOUGH = 100  # articles on either side below which nothing is said


@dataclass(frozen=True, slots=True)
class Sample:
    """What is looked at of an article."""

    id: str
    title: str
    body: str
    published: str
    flag: bool


def counted(sample: Sample) -> dict[str, float]:
    """Features that are numbers; they are binned over the whole corpus."""
    text = f"{sample.title}\n\n{sample.body}"
    sentences = re.split(r"[.!?…]\s", sample.body)
    return {
        "title length": len(sample.title),
        "body length": len(sample.body),
        "paragraphs": sum(bool(part.strip()) for part in sample.body.split("\n")),
        "sentence length": len(sample.body) / len(sentences),
        "digits": sum(c.isdigit() for c in text),
        "commas": 1000 * text.count(",") / len(text),
        "quotations": sum(text.count(c) for c in "«“") + text.count('"') // 2,
        "parentheses": text.count("("),
    }


def seen(sample: Sample) -> dict[str, str]:
    """Features that are there or not, or one of a few words."""
    text, title = f"{sample.title}\n\n{sample.body}", sample.title
    marks = {"curly": "’", "straight": "'", "nbsp": "\u00a0", "narrow nbsp": "\u202f", "soft hyphen": "\u00ad"}
    marks |= {"ligature": "œ", "percent": "%", "semicolon": ";", "ellipsis": "…", "dash": "–", "exclamation": "!"}
    present = {name: str(mark in text) for name, mark in marks.items()}
    return present | {
        "money": str(bool(re.search(r"[€$£]|\beuros?\b|\bdollars?\b|\bfrancs?\b", text))),
        "title colon": str(":" in title),
        "title question": str("?" in title),
        "title quotation": str(bool(re.search('[«"“]', title))),
        "title capitals": str(title.isupper()),
        "year": sample.published[:4],
        "month": sample.published[5:7],
    }


def features(samples: Sequence[Sample]) -> list[dict[str, str]]:
    """All features of all samples as words, the numbers cut at the quantiles of the corpus."""
    numbers = [counted(sample) for sample in samples]
    cuts = {name: _quantiles([row[name] for row in numbers]) for name in numbers[0]} if numbers else {}
    binned = ({name: str(sum(value > cut for cut in cuts[name])) for name, value in row.items()} for row in numbers)
    return [row | seen(sample) for row, sample in zip(binned, samples, strict=True)]


def _quantiles(values: Sequence[float]) -> list[float]:
    ranked = sorted(values)
    return [ranked[len(ranked) * k // BINS] for k in range(1, BINS)]


Table = Mapping[tuple[str, str], Counter[bool]]


def _tally(rows: Sequence[Mapping[str, str]], flags: Sequence[bool]) -> Table:
    table: dict[tuple[str, str], Counter[bool]] = defaultdict(Counter)
    for row, flag in zip(rows, flags, strict=True):
        for item in row.items():
            table[item][flag] += 1
    return table


def _score(row: Mapping[str, str], table: Table, totals: Counter[bool]) -> float:
    """Sum over the features of log P(value | move) - log P(value | trap)."""
    none: Counter[bool] = Counter()
    score = 0.0
    for item in row.items():
        count = table.get(item, none)
        score += math.log((count[True] + SMOOTHING) / (totals[True] + SMOOTHING * BINS))
        score -= math.log((count[False] + SMOOTHING) / (totals[False] + SMOOTHING * BINS))
    return score


def cross_validated(samples: Sequence[Sample]) -> list[float]:
    """A naive Bayes score for every sample from a model that has not seen its fold; folds come from the identifiers."""
    rows, flags = features(samples), [sample.flag for sample in samples]
    folds = [zlib.crc32(sample.id.encode()) % FOLDS for sample in samples]
    scores = [0.0] * len(samples)
    for fold in set(folds):
        kept = [i for i, f in enumerate(folds) if f != fold]
        table = _tally([rows[i] for i in kept], [flags[i] for i in kept])
        totals = Counter(flags[i] for i in kept)
        for i in (i for i, f in enumerate(folds) if f == fold):
            scores[i] = _score(rows[i], table, totals)
    return scores


def auc(scores: Sequence[float], flags: Sequence[bool]) -> float:
    """Area under the ROC curve: how often a move scores above a trap, ties counting half (Mann-Whitney)."""
    order = sorted(range(len(scores)), key=scores.__getitem__)
    ranks = [0.0] * len(scores)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and scores[order[end]] == scores[order[start]]:
            end += 1
        for i in order[start:end]:
            ranks[i] = (start + end + 1) / 2
        start = end
    yes = sum(flags)
    return (sum(r for r, flag in zip(ranks, flags, strict=True) if flag) - yes * (yes + 1) / 2) / (
        yes * (len(flags) - yes)
    )


def associations(samples: Sequence[Sample]) -> dict[str, float]:
    """Cramér's V of each feature against the flag, strongest first, corrected for chance (Bergsma 2013)."""
    rows, flags = features(samples), [sample.flag for sample in samples]
    found = {name: _cramer([row[name] for row in rows], flags) for name in rows[0]}
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def _cramer(values: Sequence[str], flags: Sequence[bool]) -> float:
    size, by_value, by_flag = len(values), Counter(values), Counter(flags)
    both = Counter(zip(values, flags, strict=True))
    phi = sum(
        (both[value, flag] - by_value[value] * by_flag[flag] / size) ** 2 / (by_value[value] * by_flag[flag] / size)
        for value in by_value
        for flag in by_flag
    )
    return math.sqrt(max(0.0, phi / size - (len(by_value) - 1) / (size - 1)))


def report(samples: Sequence[Sample]) -> str:
    """The AUC of the shallow classifier and the features that lean most to one side."""
    flags = [sample.flag for sample in samples]
    if min(sum(flags), len(flags) - sum(flags)) < ENOUGH:
        return f"leaks: fewer than {ENOUGH} moves or traps, too few to tell"
    area, strong = auc(cross_validated(samples), flags), associations(samples)
    lines = [f"leaks: AUC of shallow features {area:.2f}{' WARNING: something leaks' if area > WARN_AUC else ''}"]
    lines += [f"  {name}: V {v:.2f}{' WARNING' if v > WARN_V else ''}" for name, v in strong.items() if v > WARN_V / 2]
    return "\n".join(lines)


def main() -> int:
    lines = (line for path in sorted(Path(__file__).parent.glob("*.jsonl")) for line in path.open(encoding="utf-8"))
    articles = [json.loads(line) for line in lines if line.strip()]
    print(report([Sample(a["id"], a["title"], a["body"], a["published"], a["flag"]) for a in articles]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
