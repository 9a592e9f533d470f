"""A story without one of its people, as if nobody had told of them. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mercato.model import WITHHELD_NAME, Judgement, Match, Move, NoMatch, Reason, Story, Telling

Hers = Callable[[str], bool]
"""Whether a name, as a story gives it, is the person's."""

Clean = Callable[[str], str]
"""A text without the person's name."""


def tells_of(story: Story, hers: Hers) -> bool:
    """Whether the story is about the person: as its mover, as a mover of a telling, or in what was learnt of it."""
    names = {*story.people, *(event.before for event in story.events), *(event.after for event in story.events)}
    names |= {move.person for telling in story.tellings for move in (*telling.moves, *telling.recalled) if move.person}
    return any(hers(name) for name in names if name)


def articles_about(story: Story, hers: Hers) -> frozenset[str]:
    """The articles that tell of the person in this story."""
    return frozenset(t.article for t in story.tellings if any(_hers(move, hers) for move in (*t.moves, *t.recalled)))


def without_person(story: Story, hers: Hers, clean: Clean) -> Story:
    """The story as it is without the person. One that had no other mover is withdrawn."""
    tellings = tuple(kept for telling in story.tellings if (kept := _without(telling, hers, clean)).moves)
    events = tuple(replace(event, before=clean(event.before), after=clean(event.after)) for event in story.events)
    if tellings:
        people = tuple(name for name in story.people if not hers(name))
        figures = tuple(figure for figure in story.figures if figure.article in {told.article for told in tellings})
        return replace(story, people=people, tellings=tellings, events=events, figures=figures)
    return emptied(story)


def emptied(story: Story) -> Story:
    """The story withdrawn: its identifier and its dates, so that programs which follow the archive learn of it."""
    return replace(
        story,
        people=(),
        group=None,
        origin=None,
        destination=None,
        role=None,
        figures=(),
        origins=(),
        tellings=(),
        events=tuple(replace(event, before="", after="") for event in story.events),
    )


def without_the_nameless(article: str, judgement: Judgement) -> Judgement:
    """The judgement of an article, `article` being its text, without what it tells of somebody whose name was taken
    out: «la directrice de la recherche» would name them all the same. Movers who have a name stay.
    """
    if WITHHELD_NAME not in article:
        return judgement
    moves = tuple(move for move in judgement.moves if move.person is not None)
    if isinstance(judgement, Match) and not any(not move.background for move in moves):
        return NoMatch(reason=Reason.WITHHELD, score=judgement.score, sources_cited=judgement.sources_cited)
    return replace(judgement, moves=moves)


def _without(telling: Telling, hers: Hers, clean: Clean) -> Telling:
    moves = tuple(move for move in telling.moves if not _hers(move, hers))
    recalled = tuple(move for move in telling.recalled if not _hers(move, hers))
    return replace(telling, title=clean(telling.title), url=clean(telling.url), moves=moves, recalled=recalled)


def _hers(move: Move, hers: Hers) -> bool:
    return move.person is not None and hers(move.person)
