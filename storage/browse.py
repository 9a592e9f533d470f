"""Lists of the archive for people who leaf through it: the queue, hits with filters and facets, flows, movements.

Every list is paged by key, so the ten-thousandth page costs what the first does, and what is counted is bounded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, or_, select

from mercato.model import Kind, Status, Verdict
from mercato.text import fold
from storage import search, verdicts
from storage.engine import Transaction
from storage.search_keys import query_keys
from storage.statements import among, comes_before, is_refused, is_told
from storage.story_index import Side
from storage.tables import articles, standings, stories, story_changes, story_names, tellings

Place = tuple[datetime, str]

FACETED = 200
"""Facets count the newest hits up to this number: enough to see a proportion, and the same cost for every query."""

_LISTED = 12  # values of one facet
_ATTEMPTS = {"sqlite": (2, 10), "postgresql": (2, 15)}
"""How many times the hits that are wanted are looked at, those with the highest numbers, before all are. PostgreSQL
gathers all hits at each attempt: what it is spared is to look up when each was told."""
_STATUSES = {status.value: status for status in Status}
_UNTRUE = (Status.DENIED, Status.FAILED)
_KINDS = {kind.value: kind for kind in Kind}
_DISORDER = 500  # articles that one crawl may bring out of the order of time

# Without it SQLite reads the long rows of all hits to sort them by date.
_SLIM = "INDEXED BY ix_articles_number_told_id_source"
_BY_TIME = "INDEXED BY ix_articles_told_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a person wants to see of the archive; empty fields ask for nothing."""

    query: str = ""
    source: str = ""
    since: datetime | None = None  # told at this moment or later
    until: datetime | None = None  # told before this moment
    firm: str = ""  # on either side
    person: str = ""
    status: Status | None = None
    amount: bool = False  # only stories with a figure
    verdict: Verdict | None = None
    unjudged: bool = False  # only stories without a verdict

    @property
    def about_stories(self) -> bool:
        """Whether only articles that tell a story can fit."""
        return bool(self.firm or self.person or self.status or self.amount or self.verdict or self.unjudged)


class Count(NamedTuple):
    """A value, what people call it, and how many hits have it."""

    value: str
    name: str
    hits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """What the newest hits have in common."""

    total: int  # hits counted: at most FACETED
    more: bool  # there are more hits than were counted
    sources: tuple[Count, ...]
    statuses: tuple[Count, ...]
    firms: tuple[Count, ...]


def articles_page(tx: Transaction, filters: Filters, limit: int, before: Place | None = None) -> list[search.Hit]:
    """The articles that fit the filters, the newest first; the next page is what comes `before` the last (told, id)."""
    return _shown(tx, filters, _newest(tx, filters, limit, before))


def first_page(
    tx: Transaction, filters: Filters, limit: int, names: Mapping[str, str]
) -> tuple[list[search.Hit], Facets]:
    """The first page of `articles_page`, with what the newest hits have in common: outlets, statuses and firms of the
    stories they tell.

    `names` are the outlets', as `source_names` gives them.
    """
    rows = _newest(tx, filters, max(limit, FACETED + 1))
    return _shown(tx, filters, rows[:limit]), _facets(tx, rows, names)


def _shown(tx: Transaction, filters: Filters, rows: Sequence[Row[Any]]) -> list[search.Hit]:
    return search.shown(tx, [row.number for row in rows], query_keys(filters.query))


def _newest(tx: Transaction, filters: Filters, limit: int, before: Place | None = None) -> Sequence[Row[Any]]:
    """Number, identifier, source and moment of the articles that fit the filters, the newest first.

    A query without a word finds nothing. Words are looked up among the highest numbers first: the full-text index knows
    numbers, not times, and sorting all hits of common words by time costs more than anything else.
    """
    statement = _chosen(filters)
    if before:
        statement = statement.where(comes_before((articles.c.told, articles.c.id), before))
    if not filters.query.strip():
        return tx.execute(statement.limit(limit)).all()
    wanted = query_keys(filters.query)
    if not wanted:
        return []
    for times in _ATTEMPTS[tx.dialect.name]:
        rows = _among_the_last(tx, statement, search.matching(tx, wanted), (limit, times * limit), before)
        if rows is not None:
            return rows
    hits = articles.c.number.in_(search.matching(tx, wanted))
    return tx.execute(statement.where(hits).with_hint(articles, _SLIM, "sqlite").limit(limit)).all()


def _among_the_last(
    tx: Transaction, statement: Select[Any], found: Select[Any], limits: tuple[int, int], before: Place | None
) -> Sequence[Row[Any]] | None:
    """As many rows of `statement` as the first limit says, among as many hits with the highest numbers as the second
    says; None where others may be newer than these.

    Articles are numbered as they are met, which is nearly the order in which they were told.
    """
    limit, most = limits
    (number,) = found.selected_columns
    latest = found.order_by(number.desc()).limit(most)
    highest = _number_near(tx, before)
    if highest is not None:
        latest = latest.where(number <= highest)
    numbers = tx.execute(latest).scalars().all()
    held = among(articles.c.number, numbers)
    rows = tx.execute(statement.where(held).with_hint(articles, _SLIM, "sqlite").limit(limit)).all()
    if len(numbers) < most and highest is None:
        return rows
    if len(rows) < limit or _others(tx, (numbers[-1], highest), rows[-1].told, before):
        return None
    return rows


def _number_near(tx: Transaction, before: Place | None) -> int | None:
    """A number that hardly any article told before that place exceeds; None: nothing is known."""
    if before is None:
        return None
    number = tx.execute(select(articles.c.number).where(articles.c.id == before[1])).scalar()
    return None if number is None else number + _DISORDER


def _others(tx: Transaction, numbers: tuple[int, int | None], since: datetime, before: Place | None) -> bool:
    """Whether an article below the first number or above the second one was told as late as `since`, before a place."""
    lowest, highest = numbers
    beyond = articles.c.number < lowest
    if highest is not None:
        beyond = or_(beyond, articles.c.number > highest)
    statement = select(articles.c.number).where(articles.c.told >= since, beyond).limit(1)
    if before:
        statement = statement.where(articles.c.told <= before[0])
    return tx.execute(statement.with_hint(articles, _BY_TIME, "sqlite")).first() is not None


def _chosen(filters: Filters) -> Select[Any]:
    """The articles that fit the filters but for the words, the newest first."""
    columns = (articles.c.number, articles.c.id, articles.c.source, articles.c.told)
    statement = select(*columns).order_by(articles.c.told.desc(), articles.c.id.desc())
    for condition in _conditions(filters):
        statement = statement.where(condition)
    return statement


def _conditions(filters: Filters) -> Iterable[ColumnElement[bool]]:
    if filters.source:
        yield articles.c.source == filters.source
    if filters.since:
        yield articles.c.told >= filters.since
    if filters.until:
        yield articles.c.told < filters.until
    if filters.firm or filters.person:
        # Few stories name one firm: their articles are gathered first.
        yield articles.c.id.in_(_tellings(filters))
    elif filters.about_stories:
        # Many stories share a status: the newest articles are looked at one by one until a page is full.
        yield _tellings(filters).where(tellings.c.article == articles.c.id).exists()


def _tellings(filters: Filters) -> Select[Any]:
    """The articles that tell a story that fits."""
    statement = select(tellings.c.article).join(stories, stories.c.id == tellings.c.story)
    for condition in _story_conditions(filters):
        statement = statement.where(condition)
    return statement


def _story_conditions(filters: Filters) -> Iterable[ColumnElement[bool]]:
    if filters.firm:
        yield stories.c.id.in_(_named(filters.firm, Side.ORIGIN, Side.DESTINATION))
    if filters.person:
        yield stories.c.id.in_(_named(filters.person, Side.PERSON))
    if filters.status:
        yield stories.c.status == filters.status.value
    if filters.amount:
        yield func.json_array_length(stories.c.figures) > 0
    if filters.verdict:
        ruled = and_(standings.c.story == stories.c.id, standings.c.verdict == filters.verdict.value)
        yield exists().where(ruled)
    if filters.unjudged:
        yield ~exists().where(standings.c.story == stories.c.id, standings.c.verdict.is_not(None))


def _named(name: str, *sides: Side) -> Select[Any]:
    statement = select(story_names.c.story).where(story_names.c.key == fold(name.strip()))
    return statement.where(story_names.c.side.in_([side.value for side in sides]))


def _facets(tx: Transaction, rows: Sequence[Row[Any]], names: Mapping[str, str]) -> Facets:
    hits = rows[:FACETED]
    told = _stories_of(tx, [row.id for row in hits])
    return Facets(
        total=len(hits),
        more=len(rows) > FACETED,
        sources=_counts(Counter(row.source for row in hits), names),
        statuses=_counts(Counter(told.values()), {}),
        firms=_firms(tx, list(told)),
    )


def _stories_of(tx: Transaction, hits: Sequence[str]) -> dict[str, str]:
    """The status of each story that these articles tell."""
    telling = select(tellings.c.story).where(among(tellings.c.article, hits))
    statement = select(stories.c.id, stories.c.status).where(stories.c.id.in_(telling))
    return {row.id: row.status for row in tx.execute(statement)}


def _firms(tx: Transaction, told: Sequence[str]) -> tuple[Count, ...]:
    """The firms that most of these stories name."""
    name, number = func.min(story_names.c.name), func.count()
    firms = story_names.c.side.in_([Side.ORIGIN.value, Side.DESTINATION.value])
    statement = select(name, number).where(among(story_names.c.story, told), firms).group_by(story_names.c.key)
    rows = tx.execute(statement.order_by(number.desc(), story_names.c.key).limit(_LISTED))
    return tuple(Count(name, name, number) for name, number in rows)


def _counts(total: Counter[str], names: Mapping[str, str]) -> tuple[Count, ...]:
    return tuple(Count(value, names.get(value, value), number) for value, number in total.most_common(_LISTED))


def people(tx: Transaction) -> list[str]:
    """The names of all movers, each spelling once."""
    named = select(story_names.c.name).where(story_names.c.side == Side.PERSON.value).distinct()
    return list(tx.execute(named.order_by(story_names.c.name)).scalars())


def names_like(tx: Transaction, text: str, limit: int, *sides: Side) -> list[str]:
    """Names on these sides of stories that hold `text`, those that most stories name first: «Gunter» is in «Tom
    Gunter». Reads every name, so it is for searches that found nothing."""
    key = fold(text.strip())
    if not key:
        return []
    name, number = func.min(story_names.c.name), func.count()
    statement = select(name).where(story_names.c.side.in_([side.value for side in sides]))
    statement = statement.where(story_names.c.key.contains(key, autoescape=True)).group_by(story_names.c.key)
    return list(tx.execute(statement.order_by(number.desc(), story_names.c.key).limit(limit)).scalars())


def source_names(tx: Transaction) -> dict[str, str]:
    """The outlet's name of every source that articles came from, by its identifier."""
    # One look-up per source, at the end of its stretch of the index: DISTINCT would read the whole of it.
    first = select(func.min(articles.c.source).label("source")).cte("found", recursive=True)
    following = select(func.min(articles.c.source)).where(articles.c.source > first.c.source).scalar_subquery()
    found = first.union_all(select(following).where(first.c.source.is_not(None)))
    name = select(articles.c.outlet).where(articles.c.source == found.c.source).limit(1).scalar_subquery()
    rows = tx.execute(select(found.c.source, name.label("outlet")).where(found.c.source.is_not(None)))
    return {row.source: row.outlet for row in rows}


class Change(NamedTuple):
    """A story's place among the changes."""

    serial: int
    story: str


def changes(tx: Transaction, after: int, limit: int) -> list[Change]:
    """The stories that changed after the change `after`, each at its last change, the earliest first: withdrawn and
    judged ones too. Zero asks for all from the beginning."""
    statement = select(story_changes.c.serial, story_changes.c.story).where(story_changes.c.serial > after)
    return [Change(*row) for row in tx.execute(statement.order_by(story_changes.c.serial).limit(limit))]


def stories_page(tx: Transaction, filters: Filters, limit: int, before: Place | None = None) -> list[str]:
    """Identifiers of the told stories that the articles which fit the filters tell, those that changed last first."""
    order = (stories.c.updated, stories.c.id)
    statement = select(stories.c.id).where(is_told(), *_story_conditions(filters))
    if filters.since:
        # No story changed last before the last of its articles came out: this cuts the list short by its index.
        statement = statement.where(stories.c.updated >= filters.since)
    about = Filters(query=filters.query, source=filters.source, since=filters.since, until=filters.until)
    if about != Filters():
        told_by = select(tellings.c.story).join(articles, articles.c.id == tellings.c.article)
        fitting = told_by.where(*_about(tx, about))
        if filters.query.strip() or filters.source:
            # Words and outlets choose few articles: they are gathered first.
            statement = statement.where(stories.c.id.in_(fitting))
        else:
            # A period may hold most of the archive: stories are looked at one by one until a page is full.
            statement = statement.where(fitting.where(tellings.c.story == stories.c.id).exists())
    if before:
        statement = statement.where(comes_before(order, before))
    return list(tx.execute(statement.order_by(*(column.desc() for column in order)).limit(limit)).scalars())


def _about(tx: Transaction, filters: Filters) -> Iterable[ColumnElement[bool]]:
    yield from _conditions(filters)
    if filters.query.strip():
        wanted = query_keys(filters.query)
        yield articles.c.number.in_(search.matching(tx, wanted)) if wanted else articles.c.number.is_(None)


def related(tx: Transaction, story: str, limit: int) -> list[str]:
    """Identifiers of other told stories that name the same people or firms: the most in common, then the newest."""
    own = select(story_names.c.key).where(story_names.c.story == story)
    # A person in common says more than any number of firms.
    weight = func.sum(case((story_names.c.side == Side.PERSON.value, 10), else_=1))
    latest = func.max(story_names.c.updated)
    statement = (
        select(story_names.c.story)
        .where(story_names.c.key.in_(own), story_names.c.story != story)
        .group_by(story_names.c.story)
        .order_by(weight.desc(), latest.desc(), story_names.c.story)
        .limit(limit)
    )
    return list(tx.execute(statement).scalars())


class DatedMove(NamedTuple):
    """A move between two firms, as its story names them, and when it became known."""

    story: str
    month: str  # in which the story was opened: «2026-03»
    origin: str | None
    destination: str | None
    people: int  # at least: a group without a count is counted as one
    status: Status
    kind: Kind


def moves(tx: Transaction, since: datetime, until: datetime, sources: Sequence[str] = ()) -> list[DatedMove]:
    """The moves told in stories opened from `since` up to `until`, in that order; told by one of `sources` if given.

    As people corrected them; rejected stories, merged ones, failed and denied moves do not count.
    """
    changes = verdicts.route_changes(tx)
    month = (
        func.strftime("%Y-%m", stories.c.opened)
        if tx.dialect.name == "sqlite"
        else func.to_char(func.timezone("UTC", stories.c.opened), "YYYY-MM")
    )
    firms = (stories.c.origin, stories.c.destination)
    statement = select(stories.c.id, month, *firms, _heads(), stories.c.status, stories.c.kind)
    true = or_(stories.c.status.not_in(_UNTRUE), among(stories.c.id, changes))
    statement = statement.where(*_opened(since, until, sources), true).order_by(stories.c.opened, stories.c.id)
    read = (DatedMove._make((*row[:-2], _STATUSES[row.status], _KINDS[row.kind])) for row in tx.execute(statement))
    known = (move._replace(**changes[move.story]) if move.story in changes else move for move in read)
    return [move for move in known if move.status not in _UNTRUE]


def _heads() -> ColumnElement[int]:
    """How many people a story tells of, at least."""
    named = func.json_array_length(stories.c.people)
    counted = func.coalesce(stories.c.group["count"].as_integer(), 1)
    return case((named > counted, named), else_=counted)


def _opened(since: datetime, until: datetime, sources: Sequence[str]) -> list[ColumnElement[bool]]:
    here = (tellings.c.story == stories.c.id, among(tellings.c.source, sources))
    told = exists().where(*here).correlate(stories) if sources else is_told()
    return [stories.c.opened >= since, stories.c.opened < until, told, ~is_refused()]


class Speed(NamedTuple):
    """How often an outlet told stories, and how often it was the first of several to do so."""

    source: str
    outlet: str
    told: int
    shared: int  # stories that other outlets told too
    first: int  # of these, those that it told first


def speeds(tx: Transaction, told: Collection[str], sources: Sequence[str] = ()) -> list[Speed]:
    """Who is first: the outlets by how often they were the first of several to tell one of the stories `told`; of
    `sources`, where given."""
    order = (tellings.c.story, tellings.c.position, tellings.c.article)
    statement = select(tellings.c.story, tellings.c.source, tellings.c.outlet).where(among(tellings.c.story, told))
    names: dict[str, str] = {}
    totals, shared, first = Counter[str](), Counter[str](), Counter[str]()
    for _, tellers in groupby(tx.execute(statement.order_by(*order)), key=itemgetter(0)):
        outlets = {source: outlet for _, source, outlet in tellers}
        names |= outlets
        totals.update(outlets.keys())
        if len(outlets) > 1:
            shared.update(outlets.keys())
            first[next(iter(outlets))] += 1
    wanted = totals.keys() & set(sources) if sources else totals.keys()
    found = (Speed(source, names[source], totals[source], shared[source], first[source]) for source in wanted)
    return sorted(found, key=lambda speed: (-speed.first, -speed.shared, -speed.told, speed.source))
