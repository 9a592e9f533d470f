"""A story whole: what is known, who said it, what people ruled on it; and acting on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from alerts.matching import Explanation, explain
from alerts.typography import one_line
from mercato.errors import RulingError
from mercato.model import Act, Article, Cause, Judgement, ReviewAct, Slot, Standing, Status, Story
from review.forms import Fields, chosen, local_path
from review.passages import Paragraph, evidence_of, passages
from review.rendering import page
from review.room import Room, room_of, visitor_of
from scheduler import merging
from storage import articles, browse, verdicts
from storage import stories as dossiers
from storage.engine import Transaction

pages = APIRouter(include_in_schema=False)

_RELATED = 8
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
    title: Paragraph
    paragraphs: tuple[Paragraph, ...]


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


def reading_of(tx: Transaction, article: str, language: str) -> Reading | None:
    """The article with this identifier, its evidence marked."""
    found = articles.get(tx, article)
    if found is None:
        return None
    judgement = articles.judgement(tx, article)
    title, paragraphs = passages(found, evidence_of(judgement), language)
    return Reading(article=found, judgement=judgement, title=title, paragraphs=paragraphs)


def choices(room: Room) -> dict[str, Any]:
    """What the forms on a story offer."""
    return {
        "causes": list(Cause),
        "slots": list(Slot),
        "statuses": list(Status),
        "watches": [watch.name for watch in room.news.watches()],
        "threshold": room.news.lexicon.thresholds["flag"],
    }


def slot_values(story: Story) -> Mapping[Slot, str]:
    """What the fields of a story hold, as its form for corrections shows them."""
    amount = story.figures[0].amount if story.figures else None
    held = {
        Slot.WHO: "; ".join(story.people),
        Slot.ORIGIN: story.origin or "",
        Slot.DESTINATION: story.destination or "",
        Slot.ROLE: story.role or "",
        Slot.AMOUNT: verdicts.amount_text(amount) if amount else "",
        Slot.STATUS: story.status.value,
    }
    return {slot: one_line(value, _FIELD) for slot, value in held.items()}


@pages.get("/stories/{story}")
def dossier(request: Request, story: str) -> Response:
    """The dossier: timeline, figures side by side, sources, rulings."""
    room, visitor = room_of(request), visitor_of(request)
    with room.news.database.reading() as tx:
        found = dossier_of(tx, story)
        if found is None:
            raise HTTPException(404)
        around = dossiers.get_all(tx, browse.related(tx, found.story.id, _RELATED))
        readings = [reading_of(tx, telling.article, visitor.language) for telling in found.story.tellings[:1]]
    values: dict[str, Any] = {
        "dossier": found,
        "around": around,
        "readings": readings,
        "slot_values": slot_values(found.story),
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
            _rule(tx, room, target, act, fields, visitor.name)
    return RedirectResponse(local_path(fields.get("next")), 303)


def _rule(tx: Transaction, room: Room, story: Story, act: Act, fields: Mapping[str, str], by: str) -> None:
    if act is Act.CORRECT:
        _correct(tx, room, story, fields, by)
        return
    cause = chosen(Cause, fields.get("cause"))
    if act is Act.REJECT and cause is None:
        raise RulingError("a rejection needs its cause")
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
        raise RulingError(f"{text!r}: no such story; choose another one of the archive")
    return found


def _correct(tx: Transaction, room: Room, story: Story, fields: Mapping[str, str], by: str) -> None:
    """A ruling for each slot whose value was changed."""
    shown = slot_values(verdicts.corrected(story, verdicts.standing(tx, story.id)))
    for slot in Slot:
        if slot.value not in fields:
            continue
        given = one_line(fields[slot.value], _FIELD)
        if given != shown[slot]:
            verdicts.rule(tx, story, Act.CORRECT, room.clock(), by, slot=slot, value=given)


def explained(room: Room, article: Article) -> Explanation:
    """The whole reasoning of the matcher about an article, made anew."""
    return explain(article.title, article.body, room.news.lexicon, published=article.told.date())
