"""Fits the tables of points in alerts/lexicon/points to labelled articles; the same input gives the same files.

    script/train                          the corpus's training tranches
    script/train ordinary.jsonl …         and further articles of which none tells a move

One logistic regression per question (scikit-learn's liblinear, L2 penalty), over features that occur at least a few
times; origin and destination are fitted together (joint.py), a mover's post against all others (choice.py). The
articles of tests/quality and the sealed tranches are left alone: they measure.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import diags
from sklearn.linear_model import LogisticRegression

from alerts.matching.weighing import ALWAYS
from training.choice import fit_posts
from training.columns import Columns, log_ratios
from training.joint import fit_sides
from training.samples import QUESTIONS, Choice, Sample, Sides, Source, samples

ROOT = Path(__file__).parent.parent
POINTS = ROOT / "alerts" / "lexicon" / "points"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a question's table is fitted."""

    freedom: float  # scikit-learn's C: the inverse of the penalty's weight
    least: int  # articles' samples in which a feature must hold
    further: float = 1.0  # weight of the further articles' samples
    grafted: float = 0.5  # … and of the grafted articles'
    long: float = 1.0  # … and of the long labelled articles'
    dense: float = 1.0  # … and of the dense ones'
    plain: float = 1.0  # … and of the headlines and examples
    balance: float = 0.0  # how far «yes» and «no» are made to weigh the same in all: the power of what that takes
    trust: float = 0.0  # how much more freely features move that tell much by themselves: the power of log_ratios


RECIPES: Mapping[str, Recipe] = {
    "gate": Recipe(freedom=0.2, least=8, further=3.0, grafted=0.0, long=6.0, plain=6.0),
    "mover": Recipe(freedom=0.1, least=3, further=1500.0, grafted=0.0, long=2.0, dense=0.5, plain=15.0),
    "beside": Recipe(freedom=0.1, least=3, further=0.0, grafted=0.0, long=6.0),
    "pay": Recipe(freedom=0.05, least=4, trust=0.5),
    "status": Recipe(freedom=0.3, least=6, grafted=0.0, dense=0.5, balance=1.0, trust=1.0),
}
"""Chosen by cross-validation over the training tranches."""


def main(arguments: Sequence[str]) -> int:
    """Fit every table and write it."""
    parser = argparse.ArgumentParser(prog="script/train", description=(__doc__ or "").split("\n\n", maxsplit=1)[0])
    parser.add_argument("further", nargs="*", type=Path, help="JSON Lines files of articles that tell no move")
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus", help="folder of the training tranches")
    parser.add_argument("--points", type=Path, default=POINTS, help="folder of the tables")
    options = parser.parse_args(arguments)
    answers: dict[str, list[Sample]] = {question: [] for question in QUESTIONS}
    sides: list[Sides] = []
    choices: list[Choice] = []
    for sample in samples(sorted(options.corpus.glob("train-*.jsonl")), options.further):
        if isinstance(sample, Sides):
            sides.append(sample)
        elif isinstance(sample, Choice):
            choices.append(sample)
        else:
            answers[sample.question].append(sample)
    for question, own in answers.items():
        right = sum(sample.right for sample in own)
        sys.stdout.write(f"{question:18} {len(own):6} samples, {right:5} right\n")
        if not can_be_learnt(own):
            sys.stdout.write(f"{question:18} keeps its table: all its samples have one answer\n")
            continue
        _write(options.points, question, fit(own, RECIPES[question.partition("-")[0]]))
    sys.stdout.write(f"{'role':18} {len(choices):6} movers\n")
    _write(options.points, "role", fit_posts(choices))
    sys.stdout.write(f"{'sides':18} {len(sides):6} movers\n")
    for name, points in fit_sides(sides).items():
        _write(options.points, name, points)
    return 0


def _write(folder: Path, name: str, points: Mapping[str, float]) -> None:
    (folder / f"{name}.tsv").write_text(table(points), encoding="utf-8")


def can_be_learnt(own: Sequence[Sample]) -> bool:
    """Whether both answers occur; without further articles nothing stands against the gate's."""
    return len({sample.right for sample in own}) > 1


def fit(own: Sequence[Sample], recipe: Recipe) -> dict[str, float]:
    """The points of the features of one question."""
    columns = Columns.held_by(recipe.least, (sample.features for sample in own))
    by_source = {
        Source.LABELLED: 1.0,
        Source.LONG: recipe.long,
        Source.DENSE: recipe.dense,
        Source.PLAIN: recipe.plain,
        Source.GRAFTED: recipe.grafted,
        Source.FURTHER: recipe.further,
    }
    kept = [sample for sample in own if by_source[sample.source]]
    matrix = columns.matrix([sample.features for sample in kept])
    right = np.array([sample.right for sample in kept])
    weights = np.array([by_source[sample.source] for sample in kept])
    scale = log_ratios(matrix, right, weights) ** recipe.trust
    share = np.where(right, right.mean(), 1 - right.mean())
    model = LogisticRegression(C=recipe.freedom, solver="liblinear", random_state=0)
    model.fit(matrix @ diags(scale), right, sample_weight=weights * (0.5 / share) ** recipe.balance)
    return {ALWAYS: round(float(model.intercept_[0]), 3)} | columns.points(model.coef_[0] * scale)


def table(points: Mapping[str, float]) -> str:
    """The points as a table: feature, tab, points; sorted, so that two fits can be compared line by line."""
    return "".join(f"{name}\t{points[name]:g}\n" for name in sorted(points))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
