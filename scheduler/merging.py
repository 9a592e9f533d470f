"""Merge, split and taking it back: the one way from a person's decision to the stories, for the page and the terminal.

Each decision is kept twice, for two readers: as a ruling, which joining obeys whenever stories are worked out, and as
an act, which is shown beside the story and can be undone. Undoing withdraws the ruling and works the stories out again.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from alerts import stories
from mercato.errors import RulingError
from mercato.i18n import mark
from mercato.model import Act, Claim, Relation, ReviewAct, Ruling, Story
from scheduler.jobs import apply_ruling
from storage import rulings, verdicts
from storage.engine import Transaction

_RELATIONS = {Act.MERGE: Relation.ONE, Act.SPLIT: Relation.TWO}


def merge(tx: Transaction, story: Story, into: Story, at: datetime, by: str) -> list[Story]:
    """Make two stories one, under the identifier of `into`; returns the stories that changed.

    Raises RulingError when they are one already or when one of them is told by no article.
    """
    if story.id == into.id:
        raise RulingError(mark("{story}: the same story; name two"), story=story.id)
    if not (story.tellings and into.tellings):
        raise RulingError(
            mark("{one}, {other}: one of them is told by no article any more; nothing to merge"),
            one=story.id,
            other=into.id,
        )
    ruling = stories.merge(into, story, at)
    verdicts.rule(tx, story, Act.MERGE, at, by, value=into.id)
    rulings.add(tx, ruling)
    return apply_ruling(tx, ruling)


def split(tx: Transaction, story: Story, apart: Collection[Claim], at: datetime, by: str) -> list[Story]:
    """Part claims from a story; returns the stories that changed.

    Raises RulingError when the claims are all of the story's or none of them.
    """
    try:
        ruling = stories.split(story, apart, at)
    except ValueError as error:
        raise RulingError(
            mark(
                "{story}: these articles tell all of the story or none of it; its dossier lists its articles and people"
            ),
            story=story.id,
        ) from error
    verdicts.rule(tx, story, Act.SPLIT, at, by, value=ruling.some[0].article)
    rulings.add(tx, ruling)
    return apply_ruling(tx, ruling)


def undo(tx: Transaction, story: str, at: datetime, by: str) -> ReviewAct | None:
    """Take the last act on a story that stands back, with its ruling; returns it, or None when none stands."""
    act = verdicts.undo(tx, story, at, by)
    ruling = act and _ruling_of(tx, act)
    if ruling:
        rulings.withdraw(tx, ruling)
        apply_ruling(tx, ruling, at=at)
    return act


def claims_of(story: Story, article: str) -> frozenset[Claim]:
    """What an article tells in a story."""
    return frozenset(claim for claim in stories.claims(story.tellings) if claim.article == article)


def _ruling_of(tx: Transaction, act: ReviewAct) -> Ruling | None:
    """The ruling that was made together with a merge or a split."""
    articles = set(verdicts.articles_of(tx, act.number))
    for ruling in rulings.made_at(tx, act.at):
        sides = [{claim.article for claim in side} for side in (ruling.some, ruling.others)]
        spoken_of = sides[1] if act.act is Act.MERGE else sides[0] | sides[1]
        chosen = act.act is Act.MERGE or act.value in sides[0]
        if ruling.relation is _RELATIONS.get(act.act) and spoken_of == articles and chosen:
            return ruling
    return None
