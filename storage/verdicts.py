"""What people did to stories: events that are never changed, and what they come to.

The matcher may judge an article anew, and stories may flow together, be withdrawn and come back. A ruling stays with
the story that it was given on while that one is told; when it is withdrawn, the ruling counts for the story that took
its articles and movers over, and comes home when the story does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Text, and_, bindparam, cast, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from mercato.errors import RulingError
from mercato.i18n import mark
from mercato.model import Act, Amount, Cause, Figure, Period, ReviewAct, Slot, Standing, Status, Story, Verdict
from mercato.text import fold
from storage import review_queue
from storage.engine import Transaction
from storage.prepared import Prepared, Write, run_all
from storage.statements import batches, one_of, upsert
from storage.tables import review_acts, standings, stories, story_changes, tellings

_SETTLING = frozenset({Act.KEEP, Act.REJECT, Act.MUTE, Act.MERGE})
"""The acts after which a story leaves the queue."""

BY_HAND = ""
"""The outlet of a corrected figure: a person gave it, no outlet."""

_AMOUNT = re.compile(r"(?P<min>\d{1,15})?(?P<span>-(?P<max>\d{1,15})?)? (?P<currency>[A-Z]{3}) (?P<period>total|year)")


def rule(
    tx: Transaction,
    story: Story,
    act: Act,
    at: datetime,
    by: str,
    *,
    cause: Cause | None = None,
    slot: Slot | None = None,
    value: str = "",
) -> int:
    """Record an act on `story` and what it changes; returns its number, by which it can be undone.

    Acts are recorded one at a time (`database.writing(exclusive="join")`), as joining is: both move what stories say.
    A merge and a split belong together with a ruling: `scheduler.merging` makes both. Raises RulingError for an act
    that says nothing: an article that does not tell the story, a value that is no amount.
    """
    _check(story, act, slot, value)
    snapshot = _snapshot(story)
    row: dict[str, Any] = {"story": story.id, "home": story.id, "at": at, "by": by, "act": act.value, "value": value}
    row |= {"cause": cause.value if cause else None, "slot": slot.value if slot else None, **snapshot}
    number: int = tx.execute(review_acts.insert().values(**row).returning(review_acts.c.number)).scalar_one()
    _refold(tx, [story.id])
    return number


def undo(tx: Transaction, story: str, at: datetime, by: str) -> ReviewAct | None:
    """Take the last act on a story that stands back; returns it, or None when none stands."""
    standing = [ruling for ruling in history(tx, story) if ruling.act is not Act.UNDO and not ruling.undone]
    if not standing:
        return None
    last = standing[-1]
    home = tx.execute(select(review_acts.c.home).where(review_acts.c.number == last.number)).scalar_one()
    nothing: dict[str, list[str]] = {"articles": [], "people": [], "sources": [], "families": []}
    row = {"story": last.story, "home": home, "at": at, "by": by, "act": Act.UNDO.value, "value": "", **nothing}
    tx.execute(review_acts.insert().values(**row, undoes=last.number))
    _refold(tx, [story, home, last.story])
    return last


def _check(story: Story, act: Act, slot: Slot | None, value: str) -> None:
    if act is Act.CORRECT and slot is Slot.WHO and not value.strip("; "):
        raise RulingError(mark("nobody is named: say who moves, or reject the story {story}"), story=story.id)
    if act is Act.CORRECT and slot is Slot.AMOUNT and value:
        parse_amount(value)
    if act is Act.CORRECT and slot is Slot.STATUS and value not in set(Status):
        raise RulingError(
            mark("“{given}” is no status; expected one of: {known}"), given=value, known=", ".join(Status)
        )
    if act is Act.SPLIT and value not in {telling.article for telling in story.tellings}:
        raise RulingError(mark("the article “{given}” does not tell the story {story}"), given=value, story=story.id)


def _snapshot(story: Story) -> dict[str, list[str]]:
    evidence = (item for telling in story.tellings for move in telling.moves for item in move.evidence)
    return {
        "articles": [telling.article for telling in story.tellings],
        "people": [fold(person) for person in story.people],
        "sources": sorted({telling.source for telling in story.tellings}),
        "families": sorted({item.why.partition(".")[0] for item in evidence if "." in item.why}),
    }


def history(tx: Transaction, story: str) -> list[ReviewAct]:
    """The acts that count for a story, in order, with those that were taken back; for one merged away, its merge."""
    merged = and_(review_acts.c.story == story, review_acts.c.act == Act.MERGE.value)
    counts = or_(review_acts.c.home == story, merged)
    return _acts(tx, tx.execute(select(review_acts).where(counts).order_by(review_acts.c.number)).all())


def articles_of(tx: Transaction, number: int) -> tuple[str, ...]:
    """The articles that told a story when the act with this number was done to it."""
    return tuple(tx.execute(select(review_acts.c.articles).where(review_acts.c.number == number)).scalar_one())


def latest(tx: Transaction, limit: int, before: int | None = None) -> list[ReviewAct]:
    """The newest acts on all stories first; the next page is what comes `before` the last one's number."""
    statement = select(review_acts).order_by(review_acts.c.number.desc()).limit(limit)
    if before is not None:
        statement = statement.where(review_acts.c.number < before)
    return _acts(tx, tx.execute(statement).all())


def _acts(tx: Transaction, rows: Sequence[Row[Any]]) -> list[ReviewAct]:
    later = select(review_acts.c.undoes).where(review_acts.c.undoes.in_([row.number for row in rows]))
    undone = set(tx.execute(later).scalars())
    return [_ruling(row, row.number in undone) for row in rows]


def last_standing(tx: Transaction) -> str | None:
    """The story that the newest act which was not taken back counts for."""
    undone = select(review_acts.c.undoes).where(review_acts.c.undoes.is_not(None))
    acts = select(review_acts.c.home).where(review_acts.c.act != Act.UNDO.value, review_acts.c.number.not_in(undone))
    return tx.execute(acts.order_by(review_acts.c.number.desc()).limit(1)).scalar()


def _ruling(row: Row[Any], undone: bool) -> ReviewAct:
    return ReviewAct(
        number=row.number,
        story=row.story,
        at=row.at,
        by=row.by,
        act=Act(row.act),
        cause=Cause(row.cause) if row.cause else None,
        slot=Slot(row.slot) if row.slot else None,
        value=row.value,
        undoes=row.undoes,
        undone=undone,
    )


def standing(tx: Transaction, story: str) -> Standing:
    """What the rulings on a story come to."""
    return standing_of(tx, [story]).get(story, Standing())


def standing_of(tx: Transaction, ids: Iterable[str]) -> dict[str, Standing]:
    """What the rulings come to on those of the stories that somebody ruled on."""
    found: dict[str, Standing] = {}
    for batch in batches(ids):
        rows = tx.execute(select(standings).where(standings.c.story.in_(batch)))
        found.update((row.story, _standing(row)) for row in rows)
    return found


def _standing(row: Row[Any]) -> Standing:
    return Standing(
        verdict=Verdict(row.verdict) if row.verdict else None,
        cause=Cause(row.cause) if row.cause else None,
        muted=row.muted,
        settled=row.settled,
        corrections={Slot(slot): value for slot, value in row.corrections.items()},
        watches=tuple(row.watches),
        merged_into=row.merged_into,
        split=tuple(row.split),
    )


def fold_rulings(given: Sequence[ReviewAct]) -> Standing:
    """What rulings, in the order in which they were given, come to. Pure."""
    result = Standing()
    for ruling in given:
        if ruling.act is not Act.UNDO and not ruling.undone:
            result = _after(result, ruling)
    return result


def _after(before: Standing, ruling: ReviewAct) -> Standing:
    changed: dict[str, Any] = {"settled": ruling.at} if ruling.act in _SETTLING else {}
    match ruling.act:
        case Act.KEEP:
            changed |= {"verdict": Verdict.KEEP, "cause": None, "muted": False}
        case Act.REJECT:
            changed |= {"verdict": Verdict.REJECT, "cause": ruling.cause}
        case Act.MUTE:
            changed |= {"muted": True}
        case Act.MERGE:
            changed |= {"merged_into": ruling.value}
        case Act.CORRECT if ruling.slot:
            changed |= {"corrections": {**before.corrections, ruling.slot: ruling.value}}
        case Act.ASSIGN:
            changed |= {"watches": tuple(dict.fromkeys((*before.watches, ruling.value)))}
        case Act.SPLIT:
            changed |= {"split": tuple(dict.fromkeys((*before.split, ruling.value)))}
    return replace(before, **changed)


def _refold(tx: Transaction, ids: Iterable[str]) -> None:
    """Write anew what the rulings on these stories come to."""
    for story in dict.fromkeys(ids):
        withdrawn = tx.execute(select(tellings.c.story).where(tellings.c.story == story).limit(1)).first() is None
        # A merge says where the story went that was merged away; of the story that took it in it says nothing.
        given = [act for act in history(tx, story) if act.act is not Act.MERGE or (withdrawn and act.story == story)]
        result = fold_rulings(given)
        upsert(tx, standings, [_columns(tx, story, given, result)])
        mark_changed(tx, [story])


def _columns(tx: Transaction, story: str, given: Sequence[ReviewAct], result: Standing) -> dict[str, Any]:
    deciding = [r.number for r in given if r.act in (Act.KEEP, Act.REJECT) and not r.undone]
    judged = select(review_acts.c.sources, review_acts.c.families).where(review_acts.c.number.in_(deciding[-1:]))
    seen = tx.execute(judged).one_or_none()
    return {
        "story": story,
        "verdict": result.verdict.value if result.verdict else None,
        "cause": result.cause.value if result.cause else None,
        "muted": result.muted,
        "settled": result.settled,
        "corrections": {slot.value: value for slot, value in result.corrections.items()},
        "watches": list(result.watches),
        "merged_into": result.merged_into if result.merged_into != story else None,
        "split": list(result.split),
        "sources": seen.sources if seen else [],
        "families": seen.families if seen else [],
    }


def mark_changed(tx: Transaction, ids: Iterable[str]) -> None:
    """Put these stories at the end of the order in which stories changed, and note whether they wait for a verdict."""
    run_all(tx, [changes(tx.dialect.name, ids)])


def changes(dialect: str, ids: Iterable[str]) -> Write:
    """What `mark_changed` runs."""
    return _put_last(dialect), [{"changed": story} for story in dict.fromkeys(ids)]


@lru_cache(maxsize=2)
def _put_last(dialect: str) -> Prepared:
    """The statement that gives a story the next serial number; of several stories each its own."""
    last = select(func.coalesce(func.max(story_changes.c.serial), 0) + 1).scalar_subquery()
    statement = sqlite.insert(story_changes) if dialect == "sqlite" else postgresql.insert(story_changes)
    waits = review_queue.waits(bindparam("changed"))
    statement = statement.values(story=bindparam("changed"), serial=last, waits=waits)
    changed = {"serial": statement.excluded.serial, "waits": statement.excluded.waits}
    return Prepared(statement.on_conflict_do_update(index_elements=["story"], set_=changed))


_CONCERNING = (
    select(review_acts)
    .where(or_(one_of(review_acts.c.story), one_of(review_acts.c.home)), review_acts.c.undoes.is_(None))
    .order_by(review_acts.c.number)
)


def follow(tx: Transaction, changed: Iterable[Story]) -> None:
    """Let rulings follow their event: off stories that were just withdrawn, home to those that are told again."""
    told = {story.id: bool(story.tellings) for story in changed}
    moved: list[str] = []
    for batch in batches(told):
        for row in tx.execute(_CONCERNING, {"some": batch}):
            home = _home(tx, row, told)
            if home != row.home:
                moved += [row.home, home]
                both = or_(review_acts.c.number == row.number, review_acts.c.undoes == row.number)
                tx.execute(update(review_acts).where(both).values(home=home))
    _refold(tx, moved)


def _home(tx: Transaction, row: Row[Any], told: Mapping[str, bool]) -> str:
    """The story that a ruling counts for now: its own while that is told, else its heir, else the present one."""
    if told.get(row.story):
        return str(row.story)
    if told.get(row.home, True):
        return str(row.home)
    return _heir(tx, row.articles, frozenset(row.people)) or str(row.home)


def _heir(tx: Transaction, articles: Sequence[str], people: frozenset[str]) -> str | None:
    """The story with most of these articles that tells of one of these people; of any, when they had no names."""
    shared = func.count()
    telling = select(tellings.c.story).where(tellings.c.article.in_(articles)).group_by(tellings.c.story)
    for story in tx.execute(telling.order_by(shared.desc(), tellings.c.story)).scalars().all():
        names = tx.execute(select(stories.c.people).where(stories.c.id == story)).scalar_one()
        if not people or not names or people & {fold(name) for name in names}:
            return str(story)
    return None


def corrected(story: Story, standing: Standing) -> Story:
    """`story` with what people corrected. Pure."""
    changed = _set_by(standing.corrections)
    if Slot.AMOUNT in standing.corrections:
        changed["figures"] = _figures(story, standing.corrections[Slot.AMOUNT])
    return replace(story, **changed)


def _set_by(fields: Mapping[Slot, str]) -> dict[str, Any]:
    """The fields of a story that these corrections set, by name, with what they set; figures apart. Pure."""
    changed: dict[str, Any] = {}
    if who := fields.get(Slot.WHO):
        changed["people"] = tuple(name for part in who.split(";") if (name := part.strip()))
    for slot in (Slot.ORIGIN, Slot.DESTINATION, Slot.ROLE):
        if slot in fields:
            changed[slot.value] = fields[slot] or None
    if status := fields.get(Slot.STATUS):
        changed["status"] = Status(status)
    return changed


def route_changes(tx: Transaction) -> dict[str, dict[str, Any]]:
    """The corrections of every story that anybody corrected, as counts of moves need them: by the story, its origin,
    destination and status, and its people by their number.
    """
    statement = select(standings.c.story, standings.c.corrections)
    found = {}
    for row in tx.execute(statement.where(cast(standings.c.corrections, Text) != "{}")):
        changed = _set_by({Slot(slot): value for slot, value in row.corrections.items()})
        changed.pop(Slot.ROLE.value, None)
        if people := changed.get("people"):
            changed["people"] = len(people)
        if changed:
            found[row.story] = changed
    return found


def _figures(story: Story, text: str) -> tuple[Figure, ...]:
    if not text:
        return ()
    article = story.tellings[0].article if story.tellings else ""
    return (Figure(amount=parse_amount(text), outlet=BY_HAND, article=article),)


def parse_amount(text: str) -> Amount:
    """«10000000-40000000 USD total», «5000000- EUR year» as an Amount. Raises RulingError for anything else."""
    found = _AMOUNT.fullmatch(text.strip())
    if found is None or not (found["min"] or found["max"]):
        raise RulingError(
            mark("“{given}” is no amount; expected for example “40 million dollars” or “10000000-40000000 USD total”"),
            given=text,
        )
    low = int(found["min"]) if found["min"] else None
    high = int(found["max"]) if found["max"] else (None if found["span"] else low)
    if low is not None and high is not None and high < low:
        raise RulingError(mark("{given}: the upper bound is below the lower one"), given=text)
    return Amount(min=low, max=high, currency=found["currency"], period=Period(found["period"]))


def amount_text(amount: Amount) -> str:
    """The inverse of `parse_amount`."""
    low, high = (str(bound or "") for bound in (amount.min, amount.max))
    bounds = low if amount.min == amount.max else f"{low}-{high}"
    return f"{bounds} {amount.currency} {amount.period.value}"


@dataclass(frozen=True, slots=True)
class Judged:
    """A story that somebody kept or rejected, as the measure of precision sees it."""

    story: str
    verdict: Verdict
    cause: Cause | None
    watches: tuple[str, ...]
    sources: tuple[str, ...]
    families: tuple[str, ...]


def judged(tx: Transaction) -> list[Judged]:
    """Every story that was kept or rejected, with what had flagged it then, in the order of identifiers."""
    columns = (standings.c.story, standings.c.verdict, standings.c.cause, standings.c.watches)
    statement = select(*columns, standings.c.sources, standings.c.families).where(standings.c.verdict.is_not(None))
    return [
        Judged(
            row.story,
            Verdict(row.verdict),
            Cause(row.cause) if row.cause else None,
            tuple(row.watches),
            tuple(row.sources),
            tuple(row.families),
        )
        for row in tx.execute(statement.order_by(standings.c.story))
    ]


def as_ruled(tx: Transaction, found: Sequence[Story]) -> Iterator[Story]:
    """`found` as people have corrected them, without those that they refused."""
    standings = standing_of(tx, [story.id for story in found])
    for story in found:
        standing = standings.get(story.id)
        if not is_refused(standing):
            yield corrected(story, standing) if standing else story


def is_refused(standing: Standing | None) -> bool:
    """Whether people rejected the story, muted it or merged it into another one: no digest tells it. Pure."""
    return standing is not None and (
        standing.verdict is Verdict.REJECT or standing.muted or standing.merged_into is not None
    )
