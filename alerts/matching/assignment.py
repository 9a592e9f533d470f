"""From events to moves: the article's movers, origins and destinations are assigned together, under constraints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from alerts.lexicon import NameType, Slot
from alerts.matching.affiliations import Affiliation
from alerts.matching.amounts import find_amount
from alerts.matching.article import Article
from alerts.matching.events import Event, Mover
from alerts.matching.names import Entity
from alerts.matching.phrases import Hold, People, Role
from alerts.matching.reading import Zone
from alerts.matching.standing import Standing, standing
from alerts.matching.triggers import When
from mercato.model import Amount, Kind, Status
from mercato.text import fold

LEAVING = frozenset({"leave", "fire", "stay"})
JOINING = frozenset(
    {
        "arrive",
        "poach",
        "appoint",
        "head",
        "return",
        "found",
        "board",
        "interim",
        "succeed",
        "offer",
        "retain",
        "refuse",
    }
)


@dataclass(slots=True)
class Claim:
    """An event with its mover named and its standing known."""

    event: Event
    standing: Standing
    person: Entity | None
    people: People | None
    label: str = ""  # of an unnamed single holder
    origin: Entity | None = None
    destination: Entity | None = None
    role: Role | None = None
    leaving: bool = False  # a predecessor's side of a succession
    resolved: bool = False  # the mover was pointed to, not named

    @property
    def sentence(self) -> int:
        return self.event.phrase.sentence.index

    @property
    def zone(self) -> Zone:
        return self.event.phrase.sentence.zone


@dataclass(slots=True)
class Candidate:
    """A move as the whole article tells it."""

    person: Entity | None
    people: People | None
    label: str
    claims: list[Claim]
    origin: Entity | None = None
    destination: Entity | None = None
    role: str | None = None
    status: Status = Status.CONFIRMED
    kind: Kind = Kind.HIRE
    amount: Amount | None = None
    denied_amount: Amount | None = None
    background: bool = False
    inferred: set[str] = field(default_factory=set)  # sides that only salience filled
    notes: list[str] = field(default_factory=list)  # why a slot was filled from elsewhere

    def told_sides(self) -> list[Entity]:
        """The organisations that the text itself ties to the mover."""
        sides = {"origin": self.origin, "destination": self.destination}
        return [side for name, side in sides.items() if side and name not in self.inferred]


def assign(article: Article, affiliations: Sequence[Affiliation], published: date | None) -> list[Candidate]:
    """The moves of the article, in the order in which their movers appear, given who is said to work where."""
    claims = _claims(article, affiliations, published)
    groups: dict[object, list[Claim]] = {}
    only = _only_group(claims)
    for claim in claims:
        key = only if only and claim.people and _points_back(claim.people) else _key(claim)
        if claim.people and not claim.people.count and _of_another_firm(claim.people, groups.get(key, ())):
            key = (key, claim.people.organisation)
        groups.setdefault(key, []).append(claim)
    candidates = [candidate for own in groups.values() for candidate in _candidates(own)]
    for candidate in sorted(
        candidates, key=lambda c: all(claim.leaving or claim.event.frame.follows for claim in c.claims)
    ):
        _fill(candidate, candidates, article, affiliations)
    plausible = [candidate for candidate in candidates if _plausible(candidate)]
    return [candidate for candidate in plausible if not _named_elsewhere(candidate, plausible)]


def _named_elsewhere(group: Candidate, all_: Sequence[Candidate]) -> bool:
    """Whether the members of a counted group are all named with the same move."""
    if group.people is None or group.person or not group.people.count or group.people.count > 6:
        return False
    named = [
        other
        for other in all_
        if other.person
        and not other.background
        and (other.destination, other.origin) == (group.destination, group.origin)
    ]
    if len(named) < group.people.count:
        return False
    for other in named:
        other.claims.extend(claim for claim in group.claims if claim not in other.claims)  # the title's claim is theirs
    return True


def _only_group(claims: Sequence[Claim]) -> object:
    """The key of the one counted group of the article, None when there are none or several."""
    keys = {_key(claim) for claim in claims if claim.people and claim.people.count}
    return keys.pop() if len(keys) == 1 else None


def _of_another_firm(people: People, told: Sequence[Claim]) -> bool:
    """Whether the group is a firm's and those of the same noun another's: researchers of A are not those of B."""
    firms = {claim.people.organisation for claim in told if claim.people} - {None}
    return bool(people.organisation and firms and people.organisation not in firms)


def _points_back(people: People) -> bool:
    """« ces ingénieurs », « d'entre eux »: a group that was told before."""
    return people.count is None or (people.definite and people.label.startswith("d'"))


def _key(claim: Claim) -> object:
    """What makes two claims speak of the same mover."""
    if claim.person:
        return claim.person
    if claim.people:
        return ("group", claim.people.count or "", claim.people.label.split(" ")[0].lower()[:7])
    return ("holder", claim.label)


# --- claims -----------------------------------------------------------------------------------------------------


def _claims(article: Article, affiliations: Sequence[Affiliation], published: date | None) -> list[Claim]:
    """One claim per event and mover."""
    claims: list[Claim] = []
    for event in article.events:
        stands = standing(event, article, published)
        for mover in event.movers:
            claims.extend(_claims_of(mover, event, stands, article, affiliations))
        for mover in event.predecessors:
            if event.frame.family == "succeed":
                for claim in _claims_of(mover, event, stands, article, affiliations):
                    claim.leaving, claim.role = True, None
                    claim.origin, claim.destination = claim.destination, None
                    claims.append(claim)
    return claims


def _holders(mover: Mover, affiliations: Sequence[Affiliation]) -> list[Entity]:
    """The person who holds the very post that stands for the mover: « la directrice financière assurera l'intérim »."""
    wanted = mover.role
    if mover.entity or wanted is None or not wanted.post or not wanted.definite:
        return []
    text = fold(wanted.text)
    same = [a for a in affiliations if a.role and a.role.post and fold(a.role.text) == text and " " in text]
    firms = {a.organisation for a in same if a.organisation}
    if wanted.organisation and firms and wanted.organisation not in firms:
        return []
    people = list(dict.fromkeys(a.person for a in same))
    return people if len(people) == 1 else []


def _claims_of(
    mover: Mover, event: Event, stands: Standing, article: Article, affiliations: Sequence[Affiliation]
) -> list[Claim]:
    """The claims of one mover: one per person that he stands for."""
    index = event.phrase.sentence.index
    pairs = [(a.person, a.organisation) for a in affiliations if a.organisation]
    people = _holders(mover, affiliations) or article.resolve(mover, index, pairs)
    if mover.entity is None:
        people = [person for person in people if not _at_home(person, event, affiliations)]
    made = [Claim(event, stands, person, None, resolved=mover.entity is None) for person in people]
    if not made and mover.people:
        made.append(Claim(event, stands, None, mover.people))
    group = article.last_group(index) if not made and mover.pronoun in {"ils", "elles", "les"} else None
    if group:
        made.append(Claim(event, stands, None, group, resolved=True))
    if not made and mover.role and mover.role.organisation:
        made.append(Claim(event, stands, None, None, label=mover.role.text))
    for claim in made:
        claim.origin, claim.destination, claim.role = event.origin, event.destination, event.role
        _from_own_words(claim, mover)
    return made


def _at_home(person: Entity, event: Event, affiliations: Sequence[Affiliation]) -> bool:
    """Whether somebody whom the event does not name has a post where it leads: patrons do not join their own firms."""
    return event.destination is not None and any(
        tie.person is person and tie.organisation is event.destination and tie.hold in {Hold.NOW, Hold.PLAIN}
        for tie in affiliations
        if tie.why == "post"
    )


def _from_own_words(claim: Claim, mover: Mover) -> None:
    """« Deux ingénieurs d'Apple rejoignent B », « le patron de A rejoint B »: the mover's own employer."""
    own = mover.people.organisation if mover.people else mover.role.organisation if mover.role else None
    family = claim.event.frame.family
    if own and own is not claim.destination and claim.origin is None and family != "retain":
        coming = mover.role is not None and mover.role.hold is Hold.COMING
        if not coming:
            claim.origin = own
    if own and claim.destination is None and mover.role and mover.role.hold is Hold.COMING:
        claim.destination = own
    if mover.role and mover.role.post and family in LEAVING and mover.role.hold is not Hold.COMING:
        claim.role = claim.role or mover.role


# --- merging ----------------------------------------------------------------------------------------------------


def _candidates(claims: list[Claim]) -> list[Candidate]:
    """The moves of one mover: the news merged, background apart, a hedged next step beside a sure departure."""
    news = [claim for claim in claims if not claim.standing.background]
    old = [claim for claim in claims if claim.standing.background]
    out: list[Candidate] = []
    if news:
        sure = [
            c
            for c in news
            if c.event.frame.family in LEAVING and c.standing.status in {Status.CONFIRMED, Status.REPORTED}
        ]
        hedged = [c for c in news if c.destination and c.standing.status is Status.RUMOURED]
        firm = [c for c in news if c.destination and c.standing.status is not Status.RUMOURED]
        if sure and hedged and not firm:
            out.append(_merge([c for c in news if c not in hedged]))
            out.append(_merge(hedged))
            out[-1].origin = out[-1].origin or out[0].origin
        else:
            out.append(_merge(news + [c for c in old if _supports(c, news)]))
    elif old:
        out.append(_merge(old))
        out[-1].background = True
    return out


def _supports(old: Claim, news: Sequence[Claim]) -> bool:
    """Whether an older claim tells the same move again (« avait rejoint Meta » after « rejoint Meta »)."""
    return any(c.destination is not None and c.destination is old.destination for c in news)


_ZONE_ORDER = {Zone.TITLE: 0, Zone.LEAD: 1, Zone.ITEM: 1, Zone.BODY: 2}


def _merge(claims: list[Claim]) -> Candidate:
    """One move from the claims about one mover; named and direct arguments come first, then title, lead, body."""
    ordered = sorted(claims, key=lambda c: (c.resolved, _ZONE_ORDER[c.zone], c.sentence))
    first = ordered[0]
    people = max((c.people for c in ordered if c.people), key=lambda p: (p.count or 0, len(p.label)), default=None)
    candidate = Candidate(first.person, people, first.label, claims)
    candidate.destination = _best_side(ordered, Slot.DESTINATION, None)
    candidate.origin = _best_side(ordered, Slot.ORIGIN, candidate.destination)
    candidate.status = _merged_status(claims)
    candidate.kind = _kind(ordered)
    role = next((c.role for c in ordered if c.role and c.event.frame.family in JOINING), None)
    role = role or next((c.role for c in ordered if c.role), None)
    candidate.role = role.text if role else None
    return candidate


def _best_side(claims: Sequence[Claim], slot: Slot, exclude: Entity | None) -> Entity | None:
    """The side that is told most directly: as an argument of a verb, by a name that is surely an organisation's."""
    best: tuple[float, Entity] | None = None
    for rank, claim in enumerate(claims):
        side = claim.origin if slot is Slot.ORIGIN else claim.destination
        if side is None or side is exclude:
            continue
        points = 1.5 * (side.type is NameType.ORGANISATION) + (slot.value in claim.event.direct) - 0.1 * rank
        if best is None or points > best[0]:
            best = (points, side)
    return best[1] if best else None


def _merged_status(claims: Sequence[Claim]) -> Status:
    """What the article says in the end: denial and failure beat all, a confirmation beats « selon », body title."""
    statuses = [claim.standing.status for claim in claims]
    for extreme in (Status.DENIED, Status.FAILED):
        if extreme in statuses:
            return extreme
    body = [claim for claim in claims if claim.zone is not Zone.TITLE] or list(claims)
    if any(claim.standing.confirmed and claim.standing.status is Status.CONFIRMED for claim in body):
        return Status.CONFIRMED
    told = [claim.standing.status for claim in body]
    for status in (Status.REPORTED, Status.RUMOURED):
        if told[0] is status or (status in told and Status.CONFIRMED not in told[:1]):
            return status
    return Status.REPORTED if Status.REPORTED in told else told[0]


_KIND_ORDER = (
    Kind.BOARD,
    Kind.INTERIM,
    Kind.RETURN,
    Kind.FOUNDING,
    Kind.RETENTION,
    Kind.OFFER,
    Kind.POACH,
    Kind.PROMOTION,
    Kind.DISMISSAL,
)


def _kind(claims: Sequence[Claim]) -> Kind:
    """The most telling kind among the claims."""
    kinds = {Kind.DEPARTURE if claim.leaving else claim.event.frame.kind for claim in claims}
    going = [claim for claim in claims if claim.event.frame.family in {"arrive", "poach"} and claim.destination]
    if going:
        kinds.discard(Kind.RETENTION)  # « X rejoindrait B; A tente de le garder »: the news is where he goes
    others = [claim for claim in claims if claim.leaving or claim.event.frame.kind not in {Kind.OFFER, Kind.RETENTION}]
    if any(claim.standing.status in {Status.CONFIRMED, Status.REPORTED} for claim in others):
        kinds.discard(Kind.OFFER)  # « X rejoint B, qui lui a proposé 25 millions »: the offer was taken
    for kind in _KIND_ORDER:
        if kind in kinds:
            return kind
    return Kind.HIRE if kinds & {Kind.HIRE} else Kind.APPOINT if Kind.APPOINT in kinds else Kind.DEPARTURE


# --- filling ----------------------------------------------------------------------------------------------------


def _fill(
    candidate: Candidate, all_: Sequence[Candidate], article: Article, affiliations: Sequence[Affiliation]
) -> None:
    """Complete a move from the rest of the article, without contradicting what it says."""
    joining = any(claim.event.frame.family in JOINING and not claim.leaving for claim in candidate.claims)
    own = [a for a in affiliations if candidate.person and a.person is candidate.person]
    if candidate.role and fold(candidate.role) in article.lexicon.words("nationalities.names"):
        candidate.role = None  # « l'Américain » points to a person or a firm and is nobody's post
    _from_successor(candidate, all_)
    _turn_round(candidate, own)
    if candidate.origin is None:
        candidate.origin = (
            _origin_from(own, candidate) or _last_destination(candidate, all_) or _before_colon(candidate)
        )
    if joining and candidate.destination is None:
        candidate.destination = _expected_destination(candidate, article)
    if candidate.origin is None and candidate.people and candidate.destination and _moves_itself(candidate):
        others = [entity for entity in article.topics if entity is not candidate.destination]
        candidate.origin = others[0] if len(others) == 1 else None
        candidate.inferred.add("origin")
    if candidate.origin is None and not joining:
        candidate.origin = _salient_organisation(candidate, article, exclude=candidate.destination)
        if candidate.origin and not _topic(candidate.origin, article):
            candidate.inferred.add("origin")
    if candidate.origin is candidate.destination and candidate.kind is not Kind.RETURN:
        candidate.origin = None
        if candidate.kind in {Kind.APPOINT, Kind.HIRE}:
            candidate.kind = Kind.PROMOTION
    _share_pair(candidate, all_)
    _fill_role(candidate, own, joining)
    candidate.amount = _amount(candidate, article)
    candidate.denied_amount = _amount(candidate, article, denied=True)


def _moves_itself(candidate: Candidate) -> bool:
    """Whether a group goes somewhere, rather than being sought: « recrute vingt ingénieurs »."""
    return any(claim.event.frame.family in {"arrive", "leave", "return", "head"} for claim in candidate.claims)


def _from_successor(candidate: Candidate, all_: Sequence[Candidate]) -> None:
    """A predecessor leaves the post and the firm that his successor takes."""
    if not any(claim.leaving for claim in candidate.claims):
        return
    events = {id(claim.event) for claim in candidate.claims}
    for other in all_:
        if other is not candidate and any(id(claim.event) in events for claim in other.claims):
            candidate.origin = candidate.origin or other.destination
            candidate.role = candidate.role or other.role


def _turn_round(candidate: Candidate, own: Sequence[Affiliation]) -> None:
    """« Son départ chez A »: A is where he works, so it is left, not joined."""
    if candidate.kind is not Kind.DEPARTURE or candidate.origin or not candidate.destination:
        return
    posts = [a for a in own if a.why == "post" and a.hold is not Hold.COMING]
    if any(a.organisation is candidate.destination for a in posts):
        candidate.origin, candidate.destination = candidate.destination, None


def _last_destination(candidate: Candidate, all_: Sequence[Candidate]) -> Entity | None:
    """Where an older move, told as background, had led the person."""
    older = [other for other in all_ if other.background and other.person is candidate.person and candidate.person]
    places = [other.destination for other in older if other.destination is not candidate.destination]
    return next((place for place in reversed(places) if place), None)


def _before_colon(candidate: Candidate) -> Entity | None:
    """« A : le patron rejoint B »: the firm that opens the sentence of the move is the one that is left."""
    for claim in candidate.claims:
        if claim.event.destination is None or claim.event.frame.family not in {"arrive", "leave", "return"}:
            continue
        items = claim.event.phrase.items
        colon = next((place for place, item in enumerate(items[:12]) if item.value == ":"), None)
        if colon is None or claim.event.phrase.by_token[claim.event.trigger.start] < colon:
            continue
        named = {item.entity for item in items[:colon] if item.entity and item.entity.type is NameType.ORGANISATION}
        named -= {candidate.destination}
        if len(named) == 1:
            return named.pop()
    return None


def _origin_from(own: Sequence[Affiliation], candidate: Candidate) -> Entity | None:
    """The last employer that the article presents, other than the destination."""
    usable = [
        a for a in own if a.organisation and a.organisation is not candidate.destination and a.hold is not Hold.COMING
    ]
    if not usable:
        return None
    best = max(usable, key=lambda a: (a.weight, -a.sentence))
    candidate.notes.append(f"origin: {best.why}")
    return best.organisation


def _expected_destination(candidate: Candidate, article: Article) -> Entity | None:
    """Where somebody goes whom the text appoints without naming the firm in the same breath."""
    if any(c.event.wants_destination for c in candidate.claims) or any(
        c.event.frame.family in {"appoint", "head", "succeed", "interim", "board", "return", "poach", "arrive"}
        for c in candidate.claims
    ):
        found = _salient_organisation(candidate, article, exclude=candidate.origin)
        if found:
            if not _topic(found, article):
                candidate.inferred.add("destination")
            candidate.notes.append("destination: the organisation that the article speaks of")
        return found
    return None


def _salient_organisation(candidate: Candidate, article: Article, exclude: Entity | None) -> Entity | None:
    """The organisation that the article speaks of: from the claim's own sentence, then backwards, then the title."""
    taken = {c.event.destination for c in candidate.claims} | {exclude}
    index = candidate.claims[0].sentence
    title = [s.index for s in article.sentences if s.zone is Zone.TITLE]
    topics = {entity for place in title for entity in article.organisations_in(place)} - taken
    if len(topics) == 1:
        return topics.pop()
    order = [
        index,
        *range(index - 1, max(-1, index - 4), -1),
        0,
        *range(index + 1, min(len(article.phrases), index + 3)),
    ]
    for place in order:
        for organisation in article.organisations_in(place):
            if organisation not in taken and not (organisation.known and organisation.known.channel):
                return organisation
    return next((entity for entity in article.topics if entity not in taken), None)


def _follow(candidate: Candidate, all_: Sequence[Candidate]) -> None:
    """« Deux cadres l'ont imitée »: the sides of the move told last before."""
    place = candidate.claims[0].sentence
    before = [
        other
        for other in all_
        if not other.background
        and min(claim.sentence for claim in other.claims) <= place
        and not all(claim.event.frame.follows for claim in other.claims)
    ]
    if before:
        leader = max(before, key=lambda other: min(claim.sentence for claim in other.claims))
        candidate.origin, candidate.destination = leader.origin, leader.destination
        candidate.inferred.clear()
        candidate.status, candidate.kind = leader.status, leader.kind


def _topic(organisation: Entity, article: Article) -> bool:
    """Whether the article is about the organisation: its title names it and no other."""
    title = [s.index for s in article.sentences if s.zone is Zone.TITLE]
    named = {entity for index in title for entity in article.organisations_in(index)}
    return named == {organisation}


def _share_pair(candidate: Candidate, all_: Sequence[Candidate]) -> None:
    """A pair A → B known in the article completes a mover of whom only one side is told."""
    if candidate.background or not candidate.claims:
        return
    if all(claim.event.frame.follows for claim in candidate.claims):
        _follow(candidate, all_)
        return
    pairs = [
        (c.origin, c.destination)
        for c in all_
        if c is not candidate and c.origin and c.destination and not c.background
    ]
    if len(set(pairs)) != 1:
        return
    origin, destination = pairs[0]
    families = {claim.event.frame.family for claim in candidate.claims}
    if candidate.origin is None and candidate.destination is destination and families & JOINING - {"succeed", "board"}:
        candidate.origin = origin


def _fill_role(candidate: Candidate, own: Sequence[Affiliation], joining: bool) -> None:
    """The post left, for a pure departure; a post marked as coming, for an arrival."""
    if candidate.role is not None:
        return
    for affiliation in own:
        if affiliation.role and affiliation.role.post:
            if joining and affiliation.hold is Hold.COMING:
                candidate.role = affiliation.role.text
                return
            if not joining and candidate.destination is None and affiliation.hold is not Hold.COMING:
                candidate.role = affiliation.role.text
                return


def _amount(candidate: Candidate, article: Article, *, denied: bool = False) -> Amount | None:
    """The pay stated, or denied, in a sentence of the move or right behind one."""
    places = sorted({claim.sentence for claim in candidate.claims})
    for index in (*places, *(place + 1 for place in places)):
        if index < len(article.sentences):
            found = find_amount(article, index, denied=denied)
            if found and _about(candidate, article, index):
                return found
    return None


def _about(candidate: Candidate, article: Article, index: int) -> bool:
    """Whether a sentence with a figure speaks of this mover: it names nobody, or him first of all."""
    people = article.people_in(index)
    return not people or candidate.person is None or people[0] is candidate.person


def _plausible(candidate: Candidate) -> bool:
    """Whether a mover and at least one side or post are there."""
    if candidate.person is None and candidate.people is None and not candidate.label:
        return False
    sides = [side for side in (candidate.origin, candidate.destination) if side]
    if any(side.type is NameType.PERSON for side in sides):
        return False
    if all(claim.event.frame.follows for claim in candidate.claims) and not sides:
        return False  # « suivi de X » follows nobody who moves
    if candidate.claims[0].event.trigger.when is When.HABIT and not candidate.background:
        return bool(sides)
    return bool(sides or candidate.role) or _told_alone(candidate)


def _told_alone(candidate: Candidate) -> bool:
    """Whether a wording that says enough by itself is told of a named person: « la démission de X »."""
    return candidate.person is not None and any(
        claim.event.frame.strength >= 2 and not claim.resolved and claim.event.frame.family in LEAVING | {"found"}
        for claim in candidate.claims
    )
