"""From features to moves: who moves, from where, to where, in which post, for what pay, and how sure it is.

Each question has its table of points. The sides of a mover are chosen together: the pair of origin and destination
that earns most, an organisation never being both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from alerts.matching.facts import Observed
from alerts.matching.features import (
    Features,
    Figure,
    Scene,
    figures,
    mover_features,
    pay_features,
    post_features,
    posts,
    side_features,
    status_features,
)
from alerts.matching.parties import Party
from alerts.matching.weighing import decisive, weigh
from mercato.model import Amount, Evidence, Kind, Reason, Status

STATUSES = (Status.CONFIRMED, Status.REPORTED, Status.RUMOURED, Status.DENIED, Status.FAILED)
"""What one article can say of a move; a reversal shows only in the articles of a story."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A mover with everything that was decided about the move."""

    mover: Party
    score: float
    origin: Party | None
    destination: Party | None
    role: str | None
    status: Status
    amount: Amount | None
    denied_amount: Amount | None
    kind: Kind
    evidence: tuple[Evidence, ...]


def rank_movers(scene: Scene) -> list[tuple[Party, Features, float]]:
    """Every possible mover of the news with its features and its points, in order of appearance."""
    points = scene.article.lexicon.tables["mover"]
    told = [(party, mover_features(party, scene)) for party in scene.parties.movers if not is_barred(party, scene)]
    return [(party, features, weigh(features, points)) for party, features in told]


def is_plain(party: Party, scene: Scene) -> bool:
    """Whether the grammar reads a move of the party that speaks for itself."""
    least = scene.article.lexicon.thresholds["plain"]
    return any(
        item.barred is None and item.points >= least and party.is_mover_of(item.candidate) for item in scene.readings
    )


_CLOSED = frozenset({Reason.BACKGROUND_ONLY, Reason.NO_MOVER})


def is_barred(party: Party, scene: Scene) -> bool:
    """Whether the grammar reads nothing of the party but what is no news, whatever else speaks for it.

    That is: older moves, and crowds of which nobody can be told apart (« recrute 2000 bêta-testeurs »).
    """
    own = [item for item in scene.readings if party.is_mover_of(item.candidate)]
    return bool(own) and all(item.barred in _CLOSED for item in own)


def decide(party: Party, features: Features, score: float, scene: Scene) -> Decision:
    """Everything about the move of a party that was found to move."""
    lexicon, text = scene.article.lexicon, scene.article.text
    origin, destination = _sides(party, scene)
    status, why = _status(party, scene)
    reading = _reading(party, scene)
    evidence = (
        *decisive(features, lexicon.tables["mover"], text, "mover"),
        *_side_evidence(party, origin, "origin", scene),
        *_side_evidence(party, destination, "destination", scene),
        *decisive(why, lexicon.tables[f"status-{status}"], text, f"status-{status}")[:2],
    )
    return Decision(
        mover=party,
        score=round(score, 2),
        origin=origin,
        destination=destination,
        role=_role(party, scene),
        status=status,
        amount=_pay(party, scene),
        denied_amount=reading.candidate.denied_amount if reading else None,
        kind=_kind(reading, origin, destination),
        evidence=evidence,
    )


def _sides(mover: Party, scene: Scene) -> tuple[Party | None, Party | None]:
    """Origin and destination: the pair with most points above the threshold, each organisation used once."""
    tables, least = scene.article.lexicon.tables, scene.article.lexicon.thresholds["side"]
    seen = [(side, side_features(mover, side, scene)) for side in scene.parties.organisations]
    none: list[tuple[Party | None, float]] = [(None, 0.0)]
    origins = none + [(side, weigh(features, tables["origin"]) - least) for side, features in seen]
    destinations = none + [(side, weigh(features, tables["destination"]) - least) for side, features in seen]
    pairs = [(o, d) for o, d in product(origins, destinations) if o[0] is None or o[0] is not d[0]]
    best = max(pairs, key=lambda pair: pair[0][1] + pair[1][1])
    return best[0][0], best[1][0]


def _side_evidence(mover: Party, side: Party | None, slot: str, scene: Scene) -> tuple[Evidence, ...]:
    """The two weightiest words for a side."""
    if side is None:
        return ()
    features = side_features(mover, side, scene)
    found = decisive(features, scene.article.lexicon.tables[slot], scene.article.text, slot)
    return tuple(piece for piece in found if piece.points > 0)[:2]


def _status(mover: Party, scene: Scene) -> tuple[Status, Features]:
    """The likeliest status, and the features that it was chosen by."""
    features = status_features(mover, scene)
    tables: Mapping[str, Mapping[str, float]] = scene.article.lexicon.tables
    best = max(STATUSES, key=lambda status: weigh(features, tables[f"status-{status}"]))
    return best, features


def _role(mover: Party, scene: Scene) -> str | None:
    """The likeliest post, None when none is likely."""
    points = scene.article.lexicon.tables["role"]
    seen = [(weigh(post_features(mover, post, scene), points), post.label) for post in posts(scene)]
    best = max(seen, key=lambda item: item[0], default=None)
    return best[1] if best and best[0] >= scene.article.lexicon.thresholds["role"] else None


def _pay(mover: Party, scene: Scene) -> Amount | None:
    """The likeliest pay, None when no sum is likely to be one."""
    points = scene.article.lexicon.tables["pay"]
    seen: Sequence[tuple[float, Figure]] = [
        (weigh(pay_features(mover, figure, scene), points), figure) for figure in figures(scene.article)
    ]
    best = max(seen, key=lambda item: item[0], default=None)
    return best[1].amount if best and best[0] >= scene.article.lexicon.thresholds["pay"] else None


def _reading(mover: Party, scene: Scene) -> Observed | None:
    """The grammar's best reading of the mover."""
    own = [item for item in scene.readings if mover.is_mover_of(item.candidate)]
    return max(own, key=lambda item: (item.barred is None, len(item.candidate.claims)), default=None)


def _kind(reading: Observed | None, origin: Party | None, destination: Party | None) -> Kind:
    """The grammar's kind; without a reading, what the sides tell."""
    if reading:
        return reading.candidate.kind
    return Kind.HIRE if destination or not origin else Kind.DEPARTURE
