"""Who said it first, and how many said it of their own knowledge. Pure.

Three clocks are kept apart: when an outlet says that it published, when Mercato first saw the article, and whom the
article cites, for what is cited is older than both. Twelve outlets that quote one scoop are one origin; so the origins
counted are the fewest that account for every telling.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    direct: dict[str, set[str]] = {}
    for place, telling in enumerate(tellings):
        direct.setdefault(telling.outlet, set()).update(_direct(telling, tellings[:place]))
    return [
        frozenset(root for source in _direct(telling, tellings[:place]) for root in _traced(source, direct, set()))
        for place, telling in enumerate(tellings)
    ]


def _direct(telling: Telling, earlier: Sequence[Telling]) -> set[str]:
    """Whom a telling rests on by its own account: whom it cites, whose dispatch it prints, or nobody but itself."""
    cited = {medium_of(source) for source in telling.sources_cited}
    others = {source for source in cited if not same_organisation(source, telling.outlet)}
    if others:
        return others
    printed = (other for other in earlier if similar(telling.title, other.title) >= _COPIED)
    original = next(printed, None)
    return {original.outlet if original else telling.outlet}


def _traced(source: str, direct: Mapping[str, set[str]], seen: set[str]) -> set[str]:
    """The origins behind a source; of outlets that cite one another in a circle, the first that told it."""
    outlet = next((outlet for outlet in direct if same_organisation(outlet, source)), None)
    if outlet in seen:
        return {next(name for name in direct if name in seen)}
    if outlet is None or direct[outlet] == {outlet}:
        return {outlet or source}
    further = (_traced(other, direct, seen | {outlet}) for other in sorted(direct[outlet]))
    return {root for roots in further for root in roots}


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
