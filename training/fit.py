"""Fits the tables of points in alerts/lexicon/points to labelled articles; the same input gives the same files.

    script/train                          the corpus's training tranches
    script/train ordinary.jsonl …         and further articles of which none tells a move

One logistic regression per question (scikit-learn's liblinear, L2 penalty), over features that occur at least a few
times. The articles of tests/quality and the sealed tranches are left alone: they measure. Points below LEAST are
dropped, for they decide nothing and fill the tables.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from alerts.matching.weighing import ALWAYS
from training.samples import QUESTIONS, Sample, samples

ROOT = Path(__file__).parent.parent
POINTS = ROOT / "alerts" / "lexicon" / "points"
LEAST = 0.015


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a question's table is fitted."""

    freedom: float  # scikit-learn's C: the inverse of the penalty's weight
    least: int  # articles' samples in which a feature must hold
    further: float = 1.0  # weight of the further articles' samples


RECIPES: Mapping[str, Recipe] = {
    "mover": Recipe(freedom=0.05, least=3, further=10.0),
    "origin": Recipe(freedom=0.03, least=3),
    "destination": Recipe(freedom=0.03, least=3),
    "role": Recipe(freedom=0.1, least=4),
    "pay": Recipe(freedom=0.3, least=4),
    "status": Recipe(freedom=0.3, least=6),
}
"""Chosen by cross-validation over the training tranches."""
TRUSTED = ("read", "barred", "event", "own-", "tie", "claim", "family")
TRUST = 2.0
"""Features of the grammar's own reading are given twice the weight: the penalty on their points is a quarter."""


def main(arguments: Sequence[str]) -> int:
    """Fit every table and write it."""
    parser = argparse.ArgumentParser(prog="script/train", description=(__doc__ or "").split("\n\n", maxsplit=1)[0])
    parser.add_argument("further", nargs="*", type=Path, help="JSON Lines files of articles that tell no move")
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus", help="folder of the training tranches")
    parser.add_argument("--points", type=Path, default=POINTS, help="folder of the tables")
    options = parser.parse_args(arguments)
    by_question: dict[str, list[Sample]] = {question: [] for question in QUESTIONS}
    for sample in samples(sorted(options.corpus.glob("train-*.jsonl")), options.further):
        by_question[sample.question].append(sample)
    for question, own in by_question.items():
        points = fit(own, RECIPES[question.partition("-")[0]])
        (options.points / f"{question}.tsv").write_text(table(points), encoding="utf-8")
        right = sum(sample.right for sample in own)
        sys.stdout.write(f"{question:18} {len(own):6} samples, {right:5} right, {len(points):6} rows\n")
    return 0


def fit(own: Sequence[Sample], recipe: Recipe) -> dict[str, float]:
    """The points of the features of one question."""
    counts = Counter(name for sample in own for name in sample.features)
    names = sorted(name for name, count in counts.items() if count >= recipe.least)
    model = LogisticRegression(C=recipe.freedom, solver="liblinear", random_state=0)
    weights = [recipe.further if sample.further else 1.0 for sample in own]
    model.fit(_matrix(own, names), [sample.right for sample in own], sample_weight=weights)
    found = zip(names, model.coef_[0], strict=True)
    points = {name: round(float(weight) * _value(name), 3) for name, weight in found}
    return {ALWAYS: round(float(model.intercept_[0]), 3)} | {n: v for n, v in points.items() if abs(v) >= LEAST}


def _matrix(own: Sequence[Sample], names: Sequence[str]) -> csr_matrix:
    """A row per sample, a column per name."""
    columns = {name: column for column, name in enumerate(names)}
    values, indices, ends = [], [], [0]
    for sample in own:
        held = sorted(columns[name] for name in sample.features if name in columns)
        indices.extend(held)
        values.extend(_value(names[column]) for column in held)
        ends.append(len(indices))
    return csr_matrix((values, indices, ends), shape=(len(own), len(names)))


def _value(name: str) -> float:
    """The weight with which a feature enters the fit."""
    return TRUST if name.rpartition(":")[2].startswith(TRUSTED) else 1.0


def table(points: Mapping[str, float]) -> str:
    """The points as a table: feature, tab, points; sorted, so that two fits can be compared line by line."""
    return "".join(f"{name}\t{points[name]:g}\n" for name in sorted(points))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
