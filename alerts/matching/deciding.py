"""From features to moves: who moves, from where, to where, in which post, for what pay, and how sure it is.

Each question has its table of points. The sides of a mover are chosen together: the pair of origin and destination
that earns most, with the points for telling both, one or neither; an organisation is never both. A post or a sum goes
to the mover whom it fits best.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import fsum, inf

from alerts.matching.facts import Observed
from alerts.matching.features import (
    CONFIRMED,
    Features,
    Figure,
    Post,
    Scene,
    company_of,
    figures,
    mover_features,
    pattern_features,
    pay_features,
    possible_sides,
    post_features,
    posts,
    side_features,
    status_features,
)
from alerts.matching.parties import Party
from alerts.matching.phrases import Hold
from alerts.matching.triggers import When
from alerts.matching.weighing import ALWAYS, decisive, weigh, witnessed
from mercato.model import Amount, Evidence, Kind, Reason, Status
from mercato.text import fold

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
    """Every possible mover of the news with its features and its points, in order of appearance.

    Where nobody else moves, somebody who is barred counts if the words around him speak for him all the more plainly.
    """
    points, limits = scene.article.lexicon.tables["mover"], scene.article.lexicon.thresholds
    told = [(party, mover_features(party, scene)) for party in scene.parties.movers]
    ranked = [(party, features, weigh(features, points)) for party, features in told]
    barred = {party for party, _ in told if is_barred(party, scene)}
    alone = not any(earned >= limits["flag"] for party, _, earned in ranked if party not in barred)
    return [item for item in ranked if item[0] not in barred or (alone and item[2] >= limits["barred"])]


def moves_beside(seen: Features, earned: float, scene: Scene) -> bool:
    """Whether somebody who earned that many points moves too, in an article that is known to tell a move.

    What the article is about no longer matters then, nor how rarely the press tells of moves.
    """
    points, limits = scene.article.lexicon.tables["beside"], scene.article.lexicon.thresholds
    return earned >= limits["unlikely"] and weigh(seen, points) >= limits["beside"]


def moves_in_row(party: Party, seen: Features, moving: Collection[Party], scene: Scene) -> bool:
    """Whether somebody moves who stands in a row with one of those that move: what is said of one holds for all."""
    points, limits = scene.article.lexicon.tables["beside"], scene.article.lexicon.thresholds
    return not company_of(party, scene).isdisjoint(moving) and weigh(seen, points) >= limits["row"]


def is_plain(party: Party, scene: Scene) -> bool:
    """Whether the grammar reads a move of the party that speaks for itself."""
    least = scene.article.lexicon.thresholds["plain"]
    at_home = {tie.organisation for tie in scene.affiliations if tie.person is party.entity and tie.hold is Hold.PLAIN}
    return any(
        item.barred is None
        and item.points >= least
        and party.is_mover_of(item.candidate)
        and item.candidate.destination not in at_home - {None}  # « le patron de Meta, Mark … » goes to no Meta
        for item in scene.readings
    )


_CLOSED = frozenset({Reason.BACKGROUND_ONLY, Reason.NO_MOVER})


def is_barred(party: Party, scene: Scene) -> bool:
    """Whether the grammar reads nothing of the party but what is no news.

    That is: older moves, crowds of which nobody can be told apart (« recrute 2000 bêta-testeurs »), and well-known
    bosses of whom no sentence tells a move by name.
    """
    own = [item for item in scene.readings if party.is_mover_of(item.candidate)]
    named = any(not claim.resolved for item in own for claim in item.candidate.claims)
    if _is_boss(party, scene) and not named:
        return True
    return (bool(own) and all(item.barred in _CLOSED for item in own)) or _went_before(party, scene)


def _is_boss(party: Party, scene: Scene) -> bool:
    """Whether the lexicon knows that the party runs a firm, as in « Zuckerberg a embauché X »."""
    name, words = fold(party.name), scene.article.lexicon.words
    return party.named and (name in words("bosses.names") or name in words("bosses.surnames"))


def _went_before(party: Party, scene: Scene) -> bool:
    """Whether it is a group without a number that is said to have moved before: « plusieurs avaient déjà quitté A »."""
    if party.named or not party.people or any(people.count for people in party.people):
        return False
    events = [event for event in scene.article.events if event.trigger.when is When.EARLIER]
    return any(mover.people in party.people for event in events for mover in event.movers if mover.people)


def decide(party: Party, seen: Features, score: float, scene: Scene, shares: Shares) -> Decision:
    """Everything about the move of a party that was found to move."""
    lexicon, text = scene.article.lexicon, scene.article.text
    origin, destination = _sides(party, seen, scene)
    status, why = _status(party, scene)
    reading = _reading(party, scene)
    evidence = (
        *decisive(seen, lexicon.tables["mover"], text, "mover"),
        *_side_evidence(party, origin, "origin", scene),
        *_side_evidence(party, destination, "destination", scene),
        *decisive(why, lexicon.tables[f"status-{status}"], text, f"status-{status}")[:2],
    )
    return Decision(
        mover=party,
        score=round(score, 2),
        origin=origin,
        destination=destination,
        role=shares.roles.get(party),
        status=status,
        amount=shares.amounts.get(party),
        denied_amount=reading.candidate.denied_amount if reading else None,
        kind=_kind(reading, origin, destination),
        evidence=evidence,
    )


PATTERNS: Mapping[tuple[bool, bool], str] = {
    (True, True): "neither:",
    (True, False): "destination:",
    (False, True): "origin:",
}
"""Whether origin and destination are missing → what the rows of the table of patterns begin with; both told is none."""


def _sides(mover: Party, seen: Features, scene: Scene) -> tuple[Party | None, Party | None]:
    """Origin and destination: the pair with most points, those of the pattern included; none twice."""
    tables = scene.article.lexicon.tables
    sides = [(side, side_features(mover, side, scene)) for side in possible_sides(mover, scene)]
    none: list[tuple[Party | None, float]] = [(None, 0.0)]
    origins = none + [(side, weigh(features, tables["origin"])) for side, features in sides]
    destinations = none + [(side, weigh(features, tables["destination"])) for side, features in sides]
    told = pattern_features(seen, mover, scene)
    patterns = {
        shape: fsum(tables["sides"].get(shape + name, 0.0) for name in (ALWAYS, *told)) for shape in PATTERNS.values()
    }
    pairs = [(o, d) for o, d in product(origins, destinations) if o[0] is None or o[0] is not d[0]]
    best = max(
        pairs,
        key=lambda pair: (
            pair[0][1] + pair[1][1] + patterns.get(PATTERNS.get((pair[0][0] is None, pair[1][0] is None), ""), 0.0)
        ),
    )
    return best[0][0], best[1][0]


def _side_evidence(mover: Party, side: Party | None, slot: str, scene: Scene) -> tuple[Evidence, ...]:
    """The two weightiest words for a side."""
    if side is None:
        return ()
    points = scene.article.lexicon.tables[slot]
    found = decisive(witnessed(side_features(mover, side, scene), points), points, scene.article.text, slot)
    return tuple(piece for piece in found if piece.points > 0)[:2]


def _status(mover: Party, scene: Scene) -> tuple[Status, Features]:
    """The likeliest status, and the features that it was chosen by.

    What stands in the conditional and on nobody's word is no report, whatever the words' points come to, and a report
    that a party confirms is confirmed.
    """
    features = status_features(mover, scene)
    tables: Mapping[str, Mapping[str, float]] = scene.article.lexicon.tables
    hearsay = "conditional" in features and not any(map(_ATTRIBUTES.search, features))
    possible = [status for status in STATUSES if not (hearsay and status is Status.REPORTED)]
    likeliest = max(possible, key=lambda status: weigh(features, tables[f"status-{status}"]))
    confirmed = likeliest is Status.REPORTED and CONFIRMED in features
    return (Status.CONFIRMED if confirmed else likeliest), features


_ATTRIBUTES = re.compile(
    r"^attributed=True|cue=(?:journalism|stance\.(?:tell|sources|press|before))|:(?:told by|word of) "
)
"""Features by which somebody says what an article tells."""


@dataclass(frozen=True, slots=True)
class Shares:
    """The posts and sums of an article, each given to the movers whom it fits."""

    roles: Mapping[Party, str]
    amounts: Mapping[Party, Amount]


def share(movers: Sequence[Party], scene: Scene) -> Shares:
    """For every mover the likeliest post and sum that fit no other mover clearly better."""
    tables, limits = scene.article.lexicon.tables, scene.article.lexicon.thresholds
    told, sums = posts(scene), list(figures(scene.article))

    def fit(mover: Party, post: Post) -> float:
        possible = _holds(mover, post) and scene.in_reach(mover, (post.sentence,))
        return weigh(post_features(mover, post, scene), tables["role"]) if possible else -inf

    def pay(mover: Party, figure: Figure) -> float:
        possible = scene.in_reach(mover, (figure.sentence,))
        return weigh(pay_features(mover, figure, scene), tables["pay"]) if possible else -inf

    fits = [[fit(mover, post) for post in told] for mover in movers]
    pays = [[pay(mover, figure) for figure in sums] for mover in movers]
    roles = zip(movers, _shared(fits, limits["role"], _RIVALRY_FOR_POSTS), strict=True)
    amounts = zip(movers, _shared(pays, limits["pay"], _RIVALRY_FOR_PAY), strict=True)
    return Shares(
        {mover: told[place].label for mover, place in roles if place is not None},
        {mover: sums[place].amount for mover, place in amounts if place is not None},
    )


def _holds(mover: Party, post: Post) -> bool:
    """Whether the post may be the mover's at all: « directrice » is none of seven people's."""
    several = any(people.count != 1 for people in mover.people)
    one_title = post.role is not None and post.role.post and not post.role.head.endswith(_PLURAL)
    return not (several and one_title)


_PLURAL = ("s", "x")
_RIVALRY_FOR_PAY = 2.0
"""Points by which a sum must fit another mover better to be no mover's own; below, both may have it.

Those who move together are often paid alike (« chacun touchera … »).
"""
_RIVALRY_FOR_POSTS = 3.0
"""The same for posts, which a successor shares with who held them."""


def _shared(fits: Sequence[Sequence[float]], least: float, rivalry: float) -> Iterator[int | None]:
    """For each mover the index of the thing that fits best, None when none fits well or another mover better."""
    best = [max(column) for column in zip(*fits, strict=True)]
    for own in fits:
        open_ = [(points, -place) for place, points in enumerate(own) if points >= max(least, best[place] - rivalry)]
        yield -max(open_)[1] if open_ else None


def _reading(mover: Party, scene: Scene) -> Observed | None:
    """The grammar's best reading of the mover."""
    own = [item for item in scene.readings if mover.is_mover_of(item.candidate)]
    return max(own, key=lambda item: (item.barred is None, len(item.candidate.claims)), default=None)


def _kind(reading: Observed | None, origin: Party | None, destination: Party | None) -> Kind:
    """The grammar's kind; without a reading, what the sides tell."""
    if reading:
        return reading.candidate.kind
    return Kind.HIRE if destination or not origin else Kind.DEPARTURE
