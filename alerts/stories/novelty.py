"""What an article added to a story: the events that digests are made of. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from alerts.stories.dossier import Dossier
from alerts.stories.names import likeness
from alerts.stories.recalls import news
from mercato.model import Amount, Figure, Novelty, Period, Story, StoryEvent
from mercato.text import fold

FIGURES_BETWEEN = "; "
"""Stands between the figures of one side of an event."""

_DENIED = " denied"
_FIGURE = re.compile(
    r"(?P<min>\d*)\.\.(?P<max>\d*) (?P<currency>[A-Z]{3}) "
    rf"(?P<period>{'|'.join(period.value for period in Period)})(?P<denied>{_DENIED})?"
)
_NAMING = frozenset({Novelty.OPENED, Novelty.SPLIT, Novelty.PERSON})


def opening(story: str, article: str, dossier: Dossier, at: datetime) -> StoryEvent:
    """The event of a new story."""
    return _event(story, article, at, Novelty.OPENED, "", _movers(dossier))


def parting(story: str, article: str, dossier: Dossier, at: datetime) -> StoryEvent:
    """The event of a story that readers have had as part of another one: nothing to alert."""
    return _event(story, article, at, Novelty.SPLIT, "", _movers(dossier))


def merging(story: str, article: str, absorbed: str, at: datetime) -> StoryEvent:
    """The event of a story that took in another one by a person's ruling."""
    return _event(story, article, at, Novelty.MERGED, "", absorbed)


def additions(known: Collection[Story], dossier: Dossier, article: str, at: datetime) -> list[StoryEvent]:
    """What `article` added to a story; one REPEAT when it added nothing.

    `known` holds the story as it was and the stories that have been found to tell the same event: what any of them
    has told is not new.
    """
    story = next(iter(known))
    found = [
        _event(story.id, article, at, novelty, before, after)
        for novelty, before, after in (
            *_status(known, dossier),
            *_people(known, dossier),
            *_amounts(known, dossier),
            *_fields(known, dossier),
            *_sources(known, dossier),
            *_outlets(known, dossier),
        )
    ]
    return found or [_event(story.id, article, at, Novelty.REPEAT, "", "")]


def announcements(story: Story) -> list[StoryEvent]:
    """The events by which readers, or whoever follows the story, heard of its movers."""
    return [event for event in story.events if event.novelty in _NAMING]


def retractions(known: Collection[Story], dossier: Dossier, article: str, at: datetime) -> list[StoryEvent]:
    """What a story no longer says since `article` was edited or left: noted in silence, so that what readers were
    told once is no news to them when it comes back. `known` as for `additions`."""
    name = next(iter(known)).id
    lost = dict.fromkeys(text for story in known for text in _lost(story, dossier, article))
    return [_event(name, article, at, Novelty.RETRACTED, text, "") for text in lost]


def _lost(story: Story, dossier: Dossier, article: str) -> Iterator[str]:
    """What would alert readers if it were said again."""
    given = {_figure_text(figure) for figure in dossier.figures}
    yield from (text for figure in story.figures if (text := _figure_text(figure)) not in given)
    if story.status is not dossier.status and not _tells(dossier, article):
        yield story.status.value
    if story.destination is not None and dossier.destination is None:
        yield story.destination


def amount_text(amount: Amount) -> str:
    """An amount as stable text for programs, like «100000000..200000000 USD total»; an open bound is left out."""
    low, high = ("" if bound is None else str(bound) for bound in (amount.min, amount.max))
    return f"{low}..{high} {amount.currency} {amount.period.value}"


def figure_told(text: str) -> tuple[Amount, bool] | None:
    """The amount of a figure as events keep it, and whether it is denied; None for other text."""
    found = _FIGURE.fullmatch(text)
    if found is None:
        return None
    low, high = (int(bound) if bound else None for bound in (found["min"], found["max"]))
    amount = Amount(min=low, max=high, currency=found["currency"], period=Period(found["period"]))
    return amount, found["denied"] is not None


def _event(story: str, article: str, at: datetime, novelty: Novelty, before: str, after: str) -> StoryEvent:
    told = before if novelty is Novelty.RETRACTED else after
    digest = hashlib.sha256("\x1f".join((story, article, novelty.value, told)).encode()).hexdigest()
    return StoryEvent(id=digest[:16], story=story, article=article, at=at, novelty=novelty, before=before, after=after)


def _movers(dossier: Dossier) -> str:
    if dossier.people or dossier.group is None:
        return ", ".join(dossier.people)
    return dossier.group.label


def _status(known: Collection[Story], dossier: Dossier) -> Iterator[tuple[Novelty, str, str]]:
    if dossier.status not in {status for story in known for status in _believed(story)}:
        yield Novelty.STATUS, next(iter(known)).status.value, dossier.status.value


def _believed(story: Story) -> Iterator[str]:
    """The story's status, and those that were taken back since readers were last told of one."""
    yield story.status.value
    for event in reversed(story.events):
        if event.novelty is Novelty.STATUS:
            return
        if event.novelty is Novelty.RETRACTED:
            yield event.before


def _tells(dossier: Dossier, article: str) -> bool:
    return any(telling.article == article for telling in dossier.tellings)


def _people(known: Collection[Story], dossier: Dossier) -> Iterator[tuple[Novelty, str, str]]:
    """People named for the first time; another spelling of a name is no other person."""
    named = [person for story in known for person in story.people]
    named += [name for story in known for event in announcements(story) for name in event.after.split(", ")]
    for person in dossier.people:
        if not any(likeness(person, other) for other in named):
            yield Novelty.PERSON, "", person


def _amounts(known: Collection[Story], dossier: Dossier) -> Iterator[tuple[Novelty, str, str]]:
    """Amounts given or denied for the first time; the same from another source only joins the figures."""
    given = {_figure_text(figure): None for story in known for figure in story.figures}
    before = FIGURES_BETWEEN.join(given)
    given |= {text: None for event in _events(known, Novelty.AMOUNT, Novelty.RETRACTED) for text in _texts(event)}
    for figure in dossier.figures:
        after = _figure_text(figure)
        if after not in given:
            given[after] = None
            yield Novelty.AMOUNT, before, after


def _figure_text(figure: Figure) -> str:
    return f"{amount_text(figure.amount)}{_DENIED if figure.denied else ''}"


def _fields(known: Collection[Story], dossier: Dossier) -> Iterator[tuple[Novelty, str, str]]:
    """Fields that read otherwise than in every story that has told them."""
    retracted = [event.before for event in _events(known, Novelty.RETRACTED)]
    changes = (
        (Novelty.ROLE, [story.role for story in known], dossier.role),
        (Novelty.ORIGIN, [story.origin for story in known], dossier.origin),
        (Novelty.DESTINATION, [*(story.destination for story in known), *retracted], dossier.destination),
    )
    for novelty, before, after in changes:
        if fold(after or "") not in {fold(told or "") for told in before}:
            yield novelty, next((told for told in before if told), ""), after or ""


def _sources(known: Collection[Story], dossier: Dossier) -> Iterator[tuple[Novelty, str, str]]:
    cited = {fold(source) for story in known for source in story.origins}
    for source in dossier.origins:
        if fold(source) not in cited:
            yield Novelty.SOURCE, "", source


def _outlets(known: Collection[Story], dossier: Dossier) -> Iterator[tuple[Novelty, str, str]]:
    told_by = {telling.outlet for story in known for telling in news(story.tellings)}
    noted = {event.article for story in known for event in story.events}
    for outlet in dict.fromkeys(telling.outlet for telling in news(dossier.tellings) if telling.article not in noted):
        if outlet not in told_by:
            yield Novelty.OUTLET, "", outlet


def _events(known: Iterable[Story], *novelties: Novelty) -> Iterator[StoryEvent]:
    return (event for story in known for event in story.events if event.novelty in novelties)


def _texts(event: StoryEvent) -> tuple[str, str]:
    return event.before, event.after
