"""Features as columns of sparse matrices, and the places that count most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from training.samples import Places

LEAST_POINTS = 0.015
"""Points below which a feature decides nothing, and only fills the tables."""
TRUSTED = ("read", "barred", "event", "own-", "tie", "claim", "family")
TRUST = 2.0
"""Features of the grammar's own reading are given twice the weight: the penalty on their points is a quarter."""


def value_of(name: str) -> float:
    """The weight with which a feature enters the fit."""
    return TRUST if name.rpartition(":")[2].startswith(TRUSTED) else 1.0


@dataclass(frozen=True, slots=True)
class Columns:
    """The features that are fitted, in order."""

    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.names)

    @classmethod
    def held_by(cls, least: int, sets: Iterable[frozenset[str]]) -> Columns:
        """The features that `least` of the sets hold, sorted."""
        counts = Counter(name for features in sets for name in features)
        return cls(tuple(sorted(name for name, count in counts.items() if count >= least)))

    def matrix(self, rows: Sequence[frozenset[str]]) -> csr_matrix:
        """A row per set of features."""
        place = {name: column for column, name in enumerate(self.names)}
        weight = [value_of(name) for name in self.names]
        indices: list[int] = []
        ends = [0]
        for row in rows:
            indices.extend(sorted(place[name] for name in row if name in place))
            ends.append(len(indices))
        values = np.array([weight[column] for column in indices])
        return csr_matrix((values, np.array(indices, dtype=np.int64), ends), shape=(len(rows), len(self.names)))

    def points(self, found: NDArray[np.float64]) -> dict[str, float]:
        """The fitted weights as points by feature; those that decide nothing are left out."""
        pairs = zip(self.names, found, strict=True)
        points = {name: round(float(weight) * value_of(name), 3) for name, weight in pairs}
        return {name: value for name, value in points.items() if abs(value) >= LEAST_POINTS}


def everything(whole: frozenset[str], places: Places) -> frozenset[str]:
    """All features, of the whole and of every place."""
    return whole.union(*places)


def witnesses(
    places: csr_matrix, owner: NDArray[np.int64], points: NDArray[np.float64] | None, owners: int
) -> csr_matrix:
    """For each owner, the row of its weightiest place by `points`; the sum of its places when there are none yet.

    Learning from the best instance of a bag: Andrews, Tsochantaridis, Hofmann 2002, “Support vector machines for
    multiple-instance learning” (MI-SVM).
    """
    if points is None:
        chosen = np.arange(len(owner))
    else:
        order = np.lexsort((-(places @ points), owner))
        chosen = order[np.unique(owner[order], return_index=True)[1]]
    pick = csr_matrix((np.ones(len(chosen)), (owner[chosen], chosen)), shape=(owners, places.shape[0]))
    summed = pick @ places
    summed.data = np.minimum(summed.data, TRUST) if points is None else summed.data
    return csr_matrix(summed)


def log_ratios(
    matrix: csr_matrix, right: NDArray[np.bool_], weights: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """For each column how much oftener it holds where the answer is «yes» than where it is «no»: the absolute
    logarithm of the ratio of both shares, each count raised by one.

    A fit that holds back columns which tell little by themselves carries over better from few examples: Wang and
    Manning 2012, “Baselines and bigrams: simple, good sentiment and topic classification”.
    """
    own = np.ones(len(right)) if weights is None else weights
    yes = 1.0 + np.asarray(matrix[right].T @ own[right]).ravel()
    no = 1.0 + np.asarray(matrix[~right].T @ own[~right]).ravel()
    return np.asarray(np.abs(np.log((yes / yes.sum()) / (no / no.sum()))))
