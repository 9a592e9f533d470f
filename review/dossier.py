"""A story whole: what is known, who said it, what people ruled on it; and acting on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from alerts.amounts import amount_label
from alerts.matching import Explanation, explain
from alerts.matching.amounts import amount_in
from alerts.stories.consequences import links, seat
from alerts.stories.ladder import rungs
from alerts.stories.silhouettes import SEASON
from alerts.typography import one_line
from mercato.errors import RulingError
from mercato.i18n import mark
from mercato.model import (
    Act,
    Amount,
    Article,
    Cause,
    Evidence,
    Judgement,
    Move,
    ReviewAct,
    Slot,
    Standing,
    Status,
    Story,
)
from review.forms import Fields, chosen, local_path
from review.passages import Paragraph, evidence_of, passages
from review.rendering import page
from review.room import Room, Visitor, room_of, visitor_of
from scheduler import merging
from storage import articles, browse, story_index, verdicts
from storage import stories as dossiers
from storage.engine import Transaction

pages = APIRouter(include_in_schema=False)

_RELATED = 8
_NEARBY = 40  # stories of the same firms among which a successor or a predecessor is looked for
_FIELD = 400  # characters of a corrected field


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A story as people see it: corrected."""

    story: Story  # corrected
    original: Story  # as the matcher tells it
    standing: Standing
    rulings: tuple[ReviewAct, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An article set for reading, with why it was flagged."""

    article: Article
    judgement: Judgement | None
    moves: tuple[Move, ...]  # of the judgement; those of the story at hand first
    title: Paragraph
    paragraphs: tuple[Paragraph, ...]

    @property
    def of_whole(self) -> tuple[Evidence, ...]:
        """The evidence for the article as a whole that is not told with one of its moves already."""
        if self.judgement is None:
            return ()
        told = {item for move in self.judgement.moves for item in move.evidence}
        return tuple(item for item in self.judgement.evidence if item not in told)


def dossier_of(tx: Transaction, reference: str) -> Dossier | None:
    """The story with this identifier or beginning of one, as people see it."""
    original = dossiers.get(tx, reference)
    if original is None:
        return None
    standing = verdicts.standing(tx, original.id)
    return Dossier(
        story=verdicts.corrected(original, standing),
        original=original,
        standing=standing,
        rulings=tuple(verdicts.history(tx, original.id)),
    )


def reading_of(tx: Transaction, article: str, language: str, story: Story | None = None) -> Reading | None:
    """The article with this identifier, its evidence marked, as it is read for `story`."""
    found = articles.get(tx, article)
    if found is None:
        return None
    judgement = articles.judgement(tx, article)
    title, paragraphs = passages(found, evidence_of(judgement), language)
    moves = _the_storys_first(judgement.moves if judgement else (), article, story)
    return Reading(article=found, judgement=judgement, moves=moves, title=title, paragraphs=paragraphs)


def _the_storys_first(moves: Sequence[Move], article: str, story: Story | None) -> tuple[Move, ...]:
    """`moves` of an article, with those first that it tells in `story`: a list of appointments tells a dozen."""
    tellings = story.tellings if story else ()
    own = {(move.person, move.group) for telling in tellings if telling.article == article for move in telling.moves}
    return tuple(sorted(moves, key=lambda move: (move.person, move.group) not in own))


def choices(room: Room) -> dict[str, Any]:
    """What the forms on a story offer."""
    return {
        "causes": list(Cause),
        "slots": list(Slot),
        "statuses": list(Status),
        "watches": [watch.name for watch in room.news.watches()],
        "threshold": room.news.lexicon.thresholds["flag"],
    }


def slot_values(story: Story, language: str) -> Mapping[Slot, str]:
    """What the fields of a story hold, as its form for corrections shows them."""
    amount = story.figures[0].amount if story.figures else None
    held = {
        Slot.WHO: "; ".join(story.people),
        Slot.ORIGIN: story.origin or "",
        Slot.DESTINATION: story.destination or "",
        Slot.ROLE: story.role or "",
        Slot.AMOUNT: _amount_shown(amount, language) if amount else "",
        Slot.STATUS: story.status.value,
    }
    return {slot: one_line(value, _FIELD) for slot, value in held.items()}


def _amount_shown(amount: Amount, language: str) -> str:
    """`amount` in words where they say it all, else as it is kept."""
    label = amount_label(amount, language)
    return label if amount_in(label) == amount else verdicts.amount_text(amount)


def _amount_kept(given: str) -> str:
    """An amount that a person wrote, as it is kept; what cannot be read stays as it is, to be refused in one place."""
    found = amount_in(given)
    return verdicts.amount_text(found) if found else given


@pages.get("/stories/{story}")
def dossier(request: Request, story: str) -> Response:
    """The dossier: timeline, figures side by side, sources, rulings."""
    room, visitor = room_of(request), visitor_of(request)
    with room.news.database.reading() as tx:
        found = dossier_of(tx, story)
        if found is None:
            raise HTTPException(404)
        near = dossiers.get_all(tx, story_index.nearby(tx, found.original, SEASON, _NEARBY))
        linked = links(found.original, near)
        belonging = {link.story.id for link in linked}
        related = browse.related(tx, found.story.id, _RELATED + len(belonging))
        around = dossiers.get_all(tx, [other for other in related if other not in belonging][:_RELATED])
        first = found.original.tellings[:1]
        readings = [reading_of(tx, telling.article, visitor.language, found.original) for telling in first]
    values: dict[str, Any] = {
        "dossier": found,
        "around": around,
        "linked": linked,
        "seat": seat(found.original, linked),
        "rungs": rungs(found.original),
        "readings": readings,
        "slot_values": slot_values(found.story, visitor.language),
    }
    return page(request, "dossier.html", next=f"/stories/{found.story.id}", nav="", **values, **choices(room))


@pages.post("/stories/{story}/rulings")
def rule(request: Request, story: str, fields: Fields) -> Response:
    """Act on a story, then go where the form says."""
    room, visitor = room_of(request), visitor_of(request)
    act = chosen(Act, fields.get("act"))
    if act is None:
        raise HTTPException(400, "no act")
    with room.news.database.writing(exclusive="join") as tx:
        target = dossiers.get(tx, story)
        if target is None:
            raise HTTPException(404)
        if act is Act.UNDO:
            merging.undo(tx, target.id, room.clock(), visitor.name)
        else:
            _rule(tx, room, target, act, fields, visitor)
    return RedirectResponse(local_path(fields.get("next")), 303)


def _rule(tx: Transaction, room: Room, story: Story, act: Act, fields: Mapping[str, str], visitor: Visitor) -> None:
    if act is Act.CORRECT:
        _correct(tx, room, story, fields, visitor)
        return
    by = visitor.name
    cause = chosen(Cause, fields.get("cause"))
    if act is Act.REJECT and cause is None:
        raise RulingError(mark("a rejection needs its cause"))
    value = fields.get("value", "")
    if act is Act.MERGE:
        merging.merge(tx, story, _target(tx, value), room.clock(), by)
    elif act is Act.SPLIT:
        merging.split(tx, story, merging.claims_of(story, value), room.clock(), by)
    else:
        verdicts.rule(tx, story, act, room.clock(), by, cause=cause if act is Act.REJECT else None, value=value)


def _target(tx: Transaction, text: str) -> Story:
    """The story that a person means: its identifier, the beginning of it, or its address on this page."""
    found = dossiers.get(tx, text.rstrip("/").rpartition("/")[2])
    if found is None:
        raise RulingError(mark("“{given}”: no such story; choose another one of the archive"), given=text)
    return found


def _correct(tx: Transaction, room: Room, story: Story, fields: Mapping[str, str], visitor: Visitor) -> None:
    """A ruling for each slot whose value was changed."""
    shown = slot_values(verdicts.corrected(story, verdicts.standing(tx, story.id)), visitor.language)
    for slot in Slot:
        if slot.value not in fields:
            continue
        given = one_line(fields[slot.value], _FIELD)
        if given != shown[slot]:
            value = _amount_kept(given) if slot is Slot.AMOUNT else given
            verdicts.rule(tx, story, Act.CORRECT, room.clock(), visitor.name, slot=slot, value=value)


def explained(room: Room, article: Article) -> Explanation:
    """The whole reasoning of the matcher about an article, made anew."""
    return explain(article.title, article.body, room.news.lexicon, published=article.told.date())
