"""Who said it first, and how many said it of their own knowledge. Pure.

Three clocks are kept apart: when an outlet says that it published, when Mercato first saw the article, and whom the
article cites, for what is cited is older than both. Twelve outlets that quote one scoop are one origin; so the origins
counted are the fewest that account for every telling.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from alerts.echoes import medium_of
from alerts.organisations import same_organisation
from alerts.stories.bundles import told
from alerts.stories.recalls import news
from alerts.stories.resemblance import similar
from mercato.model import Story, Telling, Voice

_COPIED = 0.8
"""Titles that share so many of their words, with no source named, are one dispatch that several outlets print."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a story comes from."""

    original: str | None  # the cited source that accounts for most tellings; None where none is cited
    first_published: Telling  # of those that give a date, the first by its own account; else the first seen
    first_seen: Telling  # the first that Mercato met
    independent: tuple[str, ...]  # the fewest origins that account for every telling, the weightiest first
    echoes: tuple[Telling, ...]  # aggregators and machine translations: they count for nothing


def provenance(story: Story) -> Provenance:
    """The provenance of a story that has tellings. Raises ValueError for a withdrawn one."""
    tellings = news(story.tellings)
    if not tellings:
        raise ValueError("a withdrawn story comes from nowhere")
    own = [telling for telling in tellings if telling.voice is Voice.OWN]
    origins = _fewest(_roots(own or tellings))
    cited = {medium_of(source) for telling in tellings for source in telling.sources_cited}
    return Provenance(
        original=next((name for name in origins if any(same_organisation(name, other) for other in cited)), None),
        first_published=min(tellings, key=lambda telling: (telling.published is None, told(telling), telling.article)),
        first_seen=min(tellings, key=lambda telling: (telling.first_seen, telling.article)),
        independent=origins,
        echoes=tuple(telling for telling in tellings if telling.voice is not Voice.OWN),
    )


def _roots(tellings: Sequence[Telling]) -> list[frozenset[str]]:
    """For each telling the origins that it may rest on; an outlet that is cited hands on what it rests on itself."""
    outlets = dict.fromkeys(telling.outlet for telling in tellings)
    rests = [
        {_among(outlets, source) for source in _direct(telling, tellings[:place])}
        for place, telling in enumerate(tellings)
    ]
    direct: dict[str, set[str]] = {outlet: set() for outlet in outlets}
    for telling, sources in zip(tellings, rests, strict=True):
        direct[telling.outlet] |= sources
    ends = {source: _ends(source, direct) for sources in rests for source in sources}
    return [frozenset(root for source in sources for root in ends[source]) for sources in rests]


def _among(outlets: Collection[str], source: str) -> str:
    """The outlet that a source is, under the name that its tellings have; the source itself when it tells nothing."""
    if source in outlets:
        return source
    return next((outlet for outlet in outlets if same_organisation(outlet, source)), source)


def _direct(telling: Telling, earlier: Sequence[Telling]) -> set[str]:
    """Whom a telling rests on by its own account: whom it cites, whose dispatch it prints, or nobody but itself."""
    cited = {medium_of(source) for source in telling.sources_cited}
    others = {source for source in cited if not same_organisation(source, telling.outlet)}
    if others:
        return others
    printed = (other for other in earlier if similar(telling.title, other.title) >= _COPIED)
    original = next(printed, None)
    return {original.outlet if original else telling.outlet}


def _ends(source: str, direct: Mapping[str, Collection[str]]) -> frozenset[str]:
    """The origins behind a source: whoever rests on nobody else; where outlets only cite one another in a circle, the
    first of the circle that told it."""
    reached = _reached([source], direct)
    ends = frozenset(name for name in reached if name not in direct or name in direct[name])
    circle = (name for name in direct if name in reached and name in _reached(direct[name], direct))
    return ends or frozenset({next(circle)})


def _reached(sources: Iterable[str], direct: Mapping[str, Collection[str]]) -> set[str]:
    """These sources, those on which they rest, and so on."""
    waiting, found = set(sources), set[str]()
    while waiting:
        found |= waiting
        waiting = {other for name in waiting for other in direct.get(name, ())} - found
    return found


def _fewest(roots: Sequence[frozenset[str]]) -> tuple[str, ...]:
    """Origins of which every telling rests on one: always the one next that accounts for most of what is left.

    Source: the greedy algorithm for set cover (Johnson 1974).
    """
    left, found = list(roots), list[str]()
    while left:
        names = dict.fromkeys(name for some in left for name in sorted(some))
        best = max(names, key=lambda name: sum(name in some for some in left))
        found.append(best)
        left = [some for some in left if best not in some]
    return tuple(found)
