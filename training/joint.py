"""Fits the tables by which origin and destination are chosen together: a conditional logit over pairs.

For a mover, every pair of organisations, either of which may be missing, has the points of its origin, of its
destination and of its pattern (neither, one or both told). The tables make the labelled pairs likely against all
others of the same article (McFadden 1974, “Conditional logit analysis of qualitative choice behavior”), with an L2
penalty, by L-BFGS. Where the labelled organisation was not seen in the text, every choice counts as right for its side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, diags, hstack

from alerts.matching.deciding import PATTERNS
from alerts.matching.weighing import ALWAYS
from training.columns import Columns, everything, log_ratios, witnesses
from training.samples import Sides, Source

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEAST = 3
"""Movers of which a feature must hold to enter the tables of origins and destinations."""
LEAST_OF_PATTERN = 8
PENALTY = 8.0
TRUST = 0.5
"""The power of the log-ratios by which the features of organisations are scaled."""
GRAFTED = 0.5
"""The weight of a grafted article's movers."""
DENSE = 0.4
"""… and of a dense article's: they are more than a third of the corpus, and the press is seldom like them."""
_WEIGHTS = {Source.GRAFTED: GRAFTED, Source.DENSE: DENSE}
ROUNDS = 3
"""Times that the weightiest places are chosen anew."""
STEPS = 100


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Every choice of every mover: rows of origin and destination (−1: none), mover, pattern, whether right."""

    origin: Ints
    destination: Ints
    mover: Ints
    pattern: Ints  # 0, 1, 2 as in PATTERNS; 3: both
    right: NDArray[np.bool_]
    first: Ints  # of each mover


def fit_sides(movers: Sequence[Sides]) -> Mapping[str, dict[str, float]]:
    """The points of the tables “origin”, “destination” and “sides”; the same movers give the same points."""
    movers = [mover for mover in movers if mover.seen]
    columns = Columns.held_by(LEAST, (_all_of(mover) for mover in movers))
    patterns = Columns.held_by(LEAST_OF_PATTERN, (mover.pattern for mover in movers))
    problem = _Problem(movers, columns, patterns)
    theta = np.zeros(problem.size)
    for round_ in range(ROUNDS):
        problem.look(theta, every=round_ == 0)
        found = minimize(problem.loss, theta, jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
        theta = found.x
    return problem.tables(theta)


def _all_of(mover: Sides) -> frozenset[str]:
    return frozenset().union(*(everything(whole, places) for whole, places in mover.seen))


class _Problem:
    """The likelihood of the labels as a function of all points in a row: origins', destinations', three patterns'."""

    def __init__(self, movers: Sequence[Sides], columns: Columns, patterns: Columns) -> None:
        self._columns, self._patterns = columns, patterns
        seen = [side for mover in movers for side in mover.seen]
        self._whole = columns.matrix([whole for whole, _ in seen])
        self._places = columns.matrix([place for _, places in seen for place in places])
        self._owner = np.repeat(np.arange(len(seen)), [len(places) for _, places in seen])
        always = csr_matrix(np.ones((len(movers), 1)))
        self._told = csr_matrix(hstack([always, patterns.matrix([mover.pattern for mover in movers])]))
        self._weights = np.array([_WEIGHTS.get(mover.source, 1.0) for mover in movers])
        self._pairs = _pairs(movers)
        self._n, self._m = len(columns), 1 + len(patterns)
        self.size = 2 * self._n + 3 * self._m
        self._penalty = np.full(self.size, PENALTY / 2)
        self._penalty[2 * self._n :: self._m] = 0.01  # what counts always is hardly held back
        every = self._whole + witnesses(self._places, self._owner, None, self._whole.shape[0])
        self._scales = [
            log_ratios(every, np.array([k in (end or ()) for end, size in rows for k in range(size)])) ** TRUST
            for rows in ([(m.origin, len(m.seen)) for m in movers], [(m.destination, len(m.seen)) for m in movers])
        ]
        self._origins = self._destinations = self._whole

    def look(self, theta: Floats, *, every: bool) -> None:
        """Choose the weightiest place of every organisation anew; at first all places count together."""
        n = self._n
        self._origins, self._destinations = (
            csr_matrix(
                (
                    self._whole
                    + witnesses(self._places, self._owner, None if every else own * scale, self._whole.shape[0])
                )
                @ diags(scale)
            )
            for own, scale in zip((theta[:n], theta[n : 2 * n]), self._scales, strict=True)
        )

    def loss(self, theta: Floats) -> tuple[float, Floats]:
        """The penalised negative log-likelihood and its gradient."""
        pairs, n = self._pairs, self._n
        own = self._weights[pairs.mover]
        points = self._points(theta)
        every = _log_sum(points, pairs)
        labelled = _log_sum(np.where(pairs.right, points, -np.inf), pairs)
        value = float((self._weights * (every - labelled)).sum() + (self._penalty * theta**2).sum())
        likely = np.exp(points - every[pairs.mover])
        wanted = np.where(pairs.right, np.exp(points - labelled[pairs.mover]), 0.0)
        slope = own * (likely - wanted)
        gradient = np.empty_like(theta)
        gradient[:n] = self._origins.T @ _gather(slope, pairs.origin, self._whole.shape[0])
        gradient[n : 2 * n] = self._destinations.T @ _gather(slope, pairs.destination, self._whole.shape[0])
        for number in range(3):
            here = np.bincount(pairs.mover, np.where(pairs.pattern == number, slope, 0.0), len(self._weights))
            gradient[self._block(number)] = self._told.T @ here
        return value, gradient + 2 * self._penalty * theta

    def _points(self, theta: Floats) -> Floats:
        """The points of every pair."""
        pairs, n = self._pairs, self._n
        origins = np.append(self._origins @ theta[:n], 0.0)
        destinations = np.append(self._destinations @ theta[n : 2 * n], 0.0)
        told = np.vstack([*(self._told @ theta[self._block(k)] for k in range(3)), np.zeros(len(self._weights))])
        return np.asarray(origins[pairs.origin] + destinations[pairs.destination] + told[pairs.pattern, pairs.mover])

    def _block(self, number: int) -> slice:
        """Where the points of a pattern stand."""
        return slice(2 * self._n + number * self._m, 2 * self._n + (number + 1) * self._m)

    def tables(self, theta: Floats) -> dict[str, dict[str, float]]:
        """The points by table and feature."""
        n = self._n
        tables = {
            "origin": {ALWAYS: 0.0} | self._columns.points(theta[:n] * self._scales[0]),
            "destination": {ALWAYS: 0.0} | self._columns.points(theta[n : 2 * n] * self._scales[1]),
            "sides": {ALWAYS: 0.0},
        }
        for number, shape in enumerate(PATTERNS.values()):
            always, *rest = theta[self._block(number)]
            tables["sides"][shape] = round(float(always), 3)
            tables["sides"] |= {shape + k: v for k, v in self._patterns.points(np.array(rest)).items()}
        return tables


def _pairs(movers: Sequence[Sides]) -> _Pairs:
    """Every choice that could be made."""
    rows: list[tuple[int, int, int, int, bool]] = []
    first, offset = [], 0
    for number, mover in enumerate(movers):
        first.append(len(rows))
        places = range(-1, len(mover.seen))
        for one in places:
            for other in places:
                if one == other >= 0:
                    continue
                pattern = 2 * (one >= 0) + (other >= 0)  # 0 neither, 1 destination, 2 origin, 3 both
                right = _is(one, mover.origin) and _is(other, mover.destination)
                ends = (one + offset if one >= 0 else -1, other + offset if other >= 0 else -1)
                rows.append((*ends, number, pattern, right))
        if not any(row[4] for row in rows[first[-1] :]):
            rows[first[-1] :] = [
                (*row[:4], True) for row in rows[first[-1] :]
            ]  # labelled as no pair can be: says nothing
        offset += len(mover.seen)
    origin, destination, mover_, pattern_, right_ = (np.array(column) for column in zip(*rows, strict=True))
    return _Pairs(origin, destination, mover_, pattern_, right_.astype(bool), np.array(first))


def _is(index: int, right: frozenset[int] | None) -> bool:
    """Whether a choice is right, or cannot be judged."""
    return right is None or (index in right if right else index < 0)


def _log_sum(points: Floats, pairs: _Pairs) -> Floats:
    """For each mover, the logarithm of the sum of the exponentials of its pairs' points."""
    most = np.maximum.reduceat(points, pairs.first)
    return np.asarray(most + np.log(np.add.reduceat(np.exp(points - most[pairs.mover]), pairs.first)))


def _gather(slope: Floats, rows: Ints, size: int) -> Floats:
    """The slopes of all pairs by the row that they hang on."""
    told = rows >= 0
    return np.bincount(rows[told], slope[told], size)
