"""Fits the points of alerts/lexicon/evidence.toml to labelled articles. Standard library only; the same input gives the
same file, byte for byte.

    script/train                          the corpus's training tranches and the articles of tests/quality
    script/train ordinary.jsonl …         and further articles of which none tells a move

A logistic regression (Newton's method) on the candidate moves that the matcher finds, drawn towards the hand-set
priors.toml. A candidate counts as right when the labels hold its mover; in an article that is not flagged, every
candidate is wrong. The threshold is the lowest at which cross-validated articles keep the wanted precision and the
further articles raise few enough alarms. Sealed tranches are refused: nothing may be fitted on them.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from alerts.lexicon import Lexicon, load_lexicon
from alerts.matching.judging import reason
from alerts.matching.scoring import Scored, several_moves
from mercato.text import fold

ROOT = Path(__file__).parent.parent
EVIDENCE = ROOT / "alerts" / "lexicon" / "evidence.toml"
PRIORS = Path(__file__).parent / "priors.toml"
QUALITY = ROOT / "tests" / "quality"
PLAIN = 4.0
"""Weight of the articles there, told as the press tells them: the corpus, mostly hard cases, outnumbers them."""
PENALTY = 2.0
"""Weight of the pull towards the priors: the inverse variance of a Gaussian prior on each point."""
FOLDS = 5
PRECISION = 0.95
"""Share of the flagged articles that must be right, among articles that the fit has not seen."""
ALARMS = 4.0
"""Most flags per thousand further articles, which tell no move."""
STEP = 0.25
"""Points are rounded to this, so that the table can be read and added up by hand."""

Points = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Sample:
    """An article: the evidence of each free candidate, and which of them the labels confirm."""

    flag: bool
    further: bool
    weight: float
    candidates: tuple[tuple[frozenset[str], bool], ...]


def main(arguments: Sequence[str]) -> int:
    """Fit, write the table, and say what was reached on articles that the fit had not seen."""
    parser = argparse.ArgumentParser(prog="script/train", description=(__doc__ or "").split("\n\n", maxsplit=1)[0])
    parser.add_argument("further", nargs="*", type=Path, help="JSON Lines files of articles that tell no move")
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus", help="folder of the training tranches")
    parser.add_argument("--dry-run", action="store_true", help="write nothing")
    options = parser.parse_args(arguments)
    plain = [QUALITY / name for name in ("articles.jsonl", "restated.jsonl")]
    labelled = [*sorted(options.corpus.glob("train-*.jsonl")), *plain]
    lexicon = load_lexicon()
    samples = list(_samples(labelled, options.further, lexicon))
    beliefs = tomllib.loads(PRIORS.read_text(encoding="utf-8"))
    unseen = cross_validated(samples, beliefs["priors"], beliefs["fixed"])
    odds = choose_threshold(unseen)
    points, intercept = fit(samples, beliefs["priors"], beliefs["fixed"])
    sys.stdout.write(_report(unseen, odds, len(options.further)))
    if not options.dry_run:
        table = _table({**points, **beliefs["fixed"]}, _rounded(odds - intercept), lexicon.thresholds["keep"])
        EVIDENCE.write_text(table, encoding="utf-8")
    return 0


def _samples(labelled: Sequence[Path], further: Sequence[Path], lexicon: Lexicon) -> Iterator[Sample]:
    """The articles of the files as samples. Raises ValueError for a sealed tranche."""
    for path in (*labelled, *further):
        if path.name.startswith("sealed"):
            raise ValueError(f"{path}: a sealed tranche only measures; name other files")
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            row = row if path in labelled else {**row, "flag": False, "moves": []}
            yield _sample(row, lexicon, path in further, PLAIN if path.parent == QUALITY else 1.0)


def _sample(row: Mapping[str, Any], lexicon: Lexicon, further: bool, weight: float) -> Sample:
    """What the matcher finds in an article, compared with its labels."""
    day = (row.get("published") or "")[:10]
    published = date.fromisoformat(day) if len(day) == 10 else None  # some labels know only the month
    seen = reason(row["title"] or "", row["body"] or "", lexicon, published)
    scored = several_moves(seen.scored, seen.article) if seen.article else ()
    movers = [move for move in row["moves"] if not move.get("background")]
    free = [item for item in scored if item.barred is None]
    candidates = tuple((frozenset(piece.why for piece in item.evidence), _labelled(item, movers)) for item in free)
    return Sample(bool(row["flag"]), further, weight, candidates)


def _labelled(item: Scored, moves: Iterable[Mapping[str, Any]]) -> bool:
    """Whether the labels hold the candidate's mover: the same last word of a name, or a group on both sides."""
    person = item.candidate.person
    if person is None:
        return any(move.get("group") for move in moves)
    words = set(fold(person.name).split())
    return any(move.get("person") and fold(move["person"]).split()[-1] in words for move in moves)


def fit(samples: Sequence[Sample], priors: Points, fixed: Points) -> tuple[dict[str, float], float]:
    """The points that explain the samples best, rounded to STEP, and the intercept: the odds at a score of zero."""
    names = sorted(priors)
    rows = [
        (
            tuple(i for i, name in enumerate(names) if name in held),
            sum(fixed.get(name, 0.0) for name in held),
            right,
            sample.weight,
        )
        for sample in samples
        for held, right in sample.candidates
        if right or not sample.flag
    ]
    start = [priors[name] for name in names]
    weights = _newton(rows, [*start, -_mean_score(rows, start)])
    return {name: _rounded(weight) for name, weight in zip(names, weights, strict=False)}, weights[-1]


def _rounded(points: float) -> float:
    return round(points / STEP) * STEP


_Row = tuple[tuple[int, ...], float, bool, float]


def _mean_score(rows: Sequence[_Row], start: Sequence[float]) -> float:
    """The mean score of the rows under the priors: where the intercept begins."""
    return sum(sum(start[i] for i in held) + base for held, base, _, _ in rows) / max(1, len(rows))


def _newton(rows: Sequence[_Row], prior: Sequence[float]) -> list[float]:
    """Weights of least penalised logarithmic loss; the last is the intercept, which is pulled next to nothing."""
    pulls = [PENALTY] * (len(prior) - 1) + [1e-6]
    weights, loss = list(prior), _loss(rows, prior, prior, pulls)
    for _ in range(50):
        step = _solve(*_curvature(rows, weights, prior, pulls))
        length = 1.0
        while length > 1e-6:  # Newton's step overshoots far from the minimum: halve it until it gains
            tried = [w - length * s for w, s in zip(weights, step, strict=True)]
            gained = loss - (new := _loss(rows, tried, prior, pulls))
            if gained > 0:
                break
            length /= 2
        else:
            break
        weights, loss = tried, new
        if gained < 1e-9:
            break
    return weights


def _loss(rows: Sequence[_Row], weights: Sequence[float], prior: Sequence[float], pulls: Sequence[float]) -> float:
    """The penalised logarithmic loss."""
    total = sum(pull * (w - p) ** 2 for w, p, pull in zip(weights, prior, pulls, strict=True)) / 2
    for held, base, right, weight in rows:
        score = base + weights[-1] + sum(weights[i] for i in held)
        margin = score if right else -score
        total += weight * (math.log1p(math.exp(-margin)) if margin > -30 else -margin)
    return total


def _curvature(
    rows: Sequence[_Row], weights: Sequence[float], prior: Sequence[float], pulls: Sequence[float]
) -> tuple[list[list[float]], list[float]]:
    """The second and first derivatives of the loss."""
    size = len(weights)
    gradient = [pull * (w - p) for w, p, pull in zip(weights, prior, pulls, strict=True)]
    hessian = [[pulls[i] if i == j else 0.0 for j in range(size)] for i in range(size)]
    for held, base, right, weight in rows:
        places = (*held, size - 1)
        chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, base + sum(weights[i] for i in places)))))
        spread = weight * chance * (1 - chance)
        for i in places:
            gradient[i] += weight * (chance - right)
            for j in places:
                hessian[i][j] += spread
    return hessian, gradient


def _solve(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """The solution of a positive definite system, by elimination (no pivoting is needed)."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i, pivot in enumerate(rows):
        for other in rows[i + 1 :]:
            factor = other[i] / pivot[i]
            if factor:
                other[i:] = [a - factor * b for a, b in zip(other[i:], pivot[i:], strict=True)]
    found = [0.0] * len(rows)
    for i in reversed(range(len(rows))):
        rest = sum(rows[i][j] * found[j] for j in range(i + 1, len(rows)))
        found[i] = (rows[i][-1] - rest) / rows[i][i]
    return found


def cross_validated(samples: Sequence[Sample], priors: Points, fixed: Points) -> list[tuple[Sample, float]]:
    """Every sample with the log odds by points fitted without its fold; minus infinity without a candidate."""
    scores: list[tuple[Sample, float]] = []
    for fold_number in range(FOLDS):
        seen = [sample for i, sample in enumerate(samples) if i % FOLDS != fold_number]
        points, intercept = fit(seen, priors, fixed)
        held_out = samples[fold_number::FOLDS]
        scores += [(sample, best_score(sample, {**points, **fixed}) + intercept) for sample in held_out]
    return scores


def best_score(sample: Sample, points: Points) -> float:
    """The score of the article's best candidate; minus infinity without one."""
    totals = (sum(points.get(name, 0.0) for name in held) for held, _ in sample.candidates)
    return max(totals, default=-math.inf)


def choose_threshold(unseen: Sequence[tuple[Sample, float]]) -> float:
    """The lowest log odds from which on the precision and the alarms are as wanted."""
    steps = sorted({score for _, score in unseen if score > -math.inf}, reverse=True)
    lowest = steps[0]
    for threshold in steps:
        right, wrong, alarms = _counts(unseen, threshold)
        further = max(1, sum(sample.further for sample, _ in unseen))
        if 1000 * alarms > ALARMS * further:
            break
        if right >= PRECISION * (right + wrong):
            lowest = threshold
    return lowest


def _counts(unseen: Sequence[tuple[Sample, float]], threshold: float) -> tuple[int, int, int]:
    """Right and wrong flags among the labelled articles, and alarms among the further ones."""
    fired = [sample for sample, score in unseen if score >= threshold]
    right = sum(sample.flag for sample in fired)
    alarms = sum(sample.further for sample in fired)
    return right, len(fired) - right - alarms, alarms


def _report(unseen: Sequence[tuple[Sample, float]], threshold: float, further: int) -> str:
    """What articles that the fit had not seen reach."""
    right, wrong, alarms = _counts(unseen, threshold)
    told = sum(sample.flag for sample, _ in unseen)
    lines = [
        f"log odds {threshold:.2f}: precision {right / max(1, right + wrong):.3f}, recall {right / max(1, told):.3f}"
    ]
    if further:
        lines.append(f"{alarms} alarms in {sum(sample.further for sample, _ in unseen)} further articles")
    return "\n".join(lines) + "\n"


_HEADER = """\
# What each piece of evidence is worth, and how much an article needs. Written by script/train (see
# training/fit_evidence.py; its priors and the pieces that stay as set are in training/priors.toml): change those, not
# this. alerts/matching/scoring.py says what the pieces mean.
# `flag`: the points of the best move that make an article a match. `keep`: those from which its other moves are told.
"""


def _table(points: Points, threshold: float, keep: float) -> str:
    """The text of evidence.toml."""

    def rows(pairs: Iterable[tuple[str, float]]) -> str:
        return "".join(f"{name} = {value}\n" for name, value in pairs)

    return f"{_HEADER}\n[thresholds]\n{rows([('flag', threshold), ('keep', keep)])}\n[points]\n{rows(points.items())}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
