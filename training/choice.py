"""Fits the table by which a mover's post is chosen: a conditional logit over the posts of the article and “none”.

Every post that the article tells has the points of its features, “none” has none; the table makes the labelled choice
likely against all others (McFadden 1974, “Conditional logit analysis of qualitative choice behavior”), with an L2
penalty, by L-BFGS. Posts that the label would accept count as right together. Features that tell much by themselves
are held back less (columns.log_ratios).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, diags

from alerts.matching.weighing import ALWAYS
from training.columns import Columns, log_ratios
from training.samples import Choice, Source

Floats = NDArray[np.float64]

LEAST = 4
"""Posts of which a feature must hold to enter the table."""
PENALTY = 4.0
TRUST = 0.5
"""The power of the log-ratios by which the features are scaled."""
GRAFTED = 0.5
"""The weight of a grafted article's movers."""
STEPS = 60


def fit_posts(movers: Sequence[Choice]) -> dict[str, float]:
    """The points of the features of posts; the same movers give the same points."""
    movers = [mover for mover in movers if mover.posts and (mover.right or not mover.told)]
    posts = [features for mover in movers for features in mover.posts]
    columns = Columns.held_by(LEAST, posts)
    right = np.array([k in mover.right for mover in movers for k in range(len(mover.posts))])
    matrix = columns.matrix(posts)
    scale = log_ratios(matrix, right) ** TRUST
    problem = _Problem(csr_matrix(matrix @ diags(scale)), right, movers)
    found = minimize(problem.loss, np.zeros(1 + len(columns)), jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    return {ALWAYS: round(float(found.x[0]), 3)} | columns.points(found.x[1:] * scale)


class _Problem:
    """The likelihood of the labels as a function of what counts always and the points of all features."""

    def __init__(self, matrix: csr_matrix, right: NDArray[np.bool_], movers: Sequence[Choice]) -> None:
        self._matrix, self._transposed, self._right = matrix, csr_matrix(matrix.T), right
        sizes = np.array([len(mover.posts) for mover in movers])
        self._owner = np.repeat(np.arange(len(movers)), sizes)
        self._first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        self._none = np.where([mover.told for mover in movers], -np.inf, 0.0)  # “none” is right where no post is told
        self._weights = np.array([GRAFTED if mover.source is Source.GRAFTED else 1.0 for mover in movers])

    def loss(self, theta: Floats) -> tuple[float, Floats]:
        """The penalised negative log-likelihood and its gradient."""
        points = self._matrix @ theta[1:] + theta[0]
        every = self._log_sum(points, np.zeros(len(self._weights)))
        labelled = self._log_sum(np.where(self._right, points, -np.inf), self._none)
        likely = np.exp(points - every[self._owner])
        wanted = np.where(self._right, np.exp(np.where(self._right, points, 0.0) - labelled[self._owner]), 0.0)
        slope = self._weights[self._owner] * (likely - wanted)
        value = float((self._weights * (every - labelled)).sum() + PENALTY / 2 * (theta[1:] ** 2).sum())
        return value, np.concatenate([[slope.sum()], self._transposed @ slope + PENALTY * theta[1:]])

    def _log_sum(self, points: Floats, none: Floats) -> Floats:
        """For every mover the logarithm of the sum of the exponentials of its posts' points and of those of “none”."""
        top = np.maximum(np.maximum.reduceat(points, self._first), none)
        summed = np.add.reduceat(np.exp(points - top[self._owner]), self._first) + np.exp(none - top)
        return np.asarray(top + np.log(summed))
