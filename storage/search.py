"""Full-text search over titles and bodies, with the same hits on SQLite and on PostgreSQL.

The index is a contentless FTS5 table on SQLite and a tsvector with GIN on PostgreSQL; both hold the keys of
`search_keys` word for word, bypassing the parsers and stemmers of the databases. Its rows are written by `articles`,
in the same transaction: triggers are lost without a word when Alembic rebuilds a table on SQLite.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain, takewhile
from typing import Any

from sqlalchemy import Connection, Select, bindparam, cast, column, delete, func, literal, select, table, text
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.types import Text

from mercato.model import article_text
from mercato.text import squeeze
from storage import facts
from storage.search_keys import Word, index_keys, query_keys, version, words_holding
from storage.statements import among, comes_before
from storage.tables import articles, stories, tellings

OPENING, CLOSING = "‹", "›"
"""What marks the hit words of a snippet: plain characters, free of HTML. Those of the text itself are taken out."""

_SNIPPET_LENGTH = 240  # characters: two lines of a page or of a terminal
_LEAD_IN = 60  # characters shown before the first hit
_ELLIPSIS = "…"
_FACT = "search keys"
_REINDEX_BATCH = 500
_POSTGRESQL_KEYS = "ix_article_search_keys"
_INDEX_MEMORY = (
    "256MB"  # of the server, while it makes the index of keys from all rows: it is four times as fast with it
)

_sqlite_index = table("article_search", column("rowid"), column("keys"), column("article_search"))
_sqlite_sizes = table("article_search_docsize")  # FTS5's own: a row per indexed article
_postgresql_index = table("article_search", column("article"), column("keys"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article that holds every word of a query."""

    id: str
    url: str
    outlet: str
    title: str
    published: datetime | None
    told: datetime  # with `id` the place in the order of hits: what the next page comes before
    snippet: str  # of the body, or of the title where only that was hit; hit words between ‹ and ›
    stories: tuple[str, ...]  # those it tells, the one that changed last first
    story: str | None  # the first of them


def search(tx: Connection, query: str, *, limit: int = 20, before: tuple[datetime, str] | None = None) -> list[Hit]:
    """The articles that hold every word of `query`, whatever accents, gender and number, the newest first.

    The next page is what comes `before` the last hit's (told, id). A query without a word finds nothing; no query
    raises an error.
    """
    wanted = query_keys(query)
    if not wanted:
        return []
    order = (articles.c.told, articles.c.id)
    newest_first = [part.desc() for part in order]
    # Chosen by number first, so that the texts of all the other hits are never read, let alone sorted.
    chosen = select(articles.c.number).where(articles.c.number.in_(matching(tx, wanted)))
    if before:
        chosen = chosen.where(comes_before(order, before))
    return shown(tx, chosen.order_by(*newest_first).limit(limit), wanted)


def shown(tx: Connection, numbers: Select[Any] | Sequence[int], wanted: Sequence[frozenset[str]]) -> list[Hit]:
    """The articles with these numbers as hits of the words with the keys `wanted`, the newest first."""
    newest_first = (articles.c.told.desc(), articles.c.id.desc())
    rows = tx.execute(select(articles).where(articles.c.number.in_(numbers)).order_by(*newest_first)).all()
    told = _stories_of(tx, [row.id for row in rows])
    return [_hit(row, frozenset().union(*wanted), tuple(told[row.id])) for row in rows]


def _stories_of(tx: Connection, some: list[str]) -> Mapping[str, list[str]]:
    told: defaultdict[str, list[str]] = defaultdict(list)
    joined = select(tellings.c.article, stories.c.id).join(stories, tellings.c.story == stories.c.id)
    changed_last = (stories.c.updated.desc(), stories.c.id)
    for article, story in tx.execute(joined.where(among(tellings.c.article, some)).order_by(*changed_last)):
        told[article].append(story)
    return told


def matching(tx: Connection, wanted: Sequence[frozenset[str]]) -> Select[Any]:
    """The numbers of the articles that hold a key of each word; for the modules of this room.

    On PostgreSQL the rest of the transaction reads whole tables only where no index serves. Its planner takes a look at
    an article's keys for cheap, though they are kept apart and each look fetches and unpacks them: for common words it
    would rather look at every article, or at one after the other in the order of time, than ask the index of keys.
    """
    if tx.dialect.name == "sqlite":
        quoted = (" OR ".join(f'"{key}"' for key in sorted(keys)) for keys in wanted)
        expression = " AND ".join(f"({alternatives})" for alternatives in quoted)
        return select(_sqlite_index.c.rowid).where(_sqlite_index.c.article_search.match(expression))
    tx.execute(select(func.set_config("enable_seqscan", "off", True)))
    quoted = (" | ".join(f"'{key}'" for key in sorted(keys)) for keys in wanted)
    expression = " & ".join(f"({alternatives})" for alternatives in quoted)
    holds = _postgresql_index.c["keys"].op("@@")(cast(literal(expression), TSQUERY))
    hits = select(_postgresql_index.c.article).where(holds).cte("hits").prefix_with("MATERIALIZED")
    return select(hits.c.article)


def _hit(row: Any, wanted: frozenset[str], told: tuple[str, ...]) -> Hit:
    return Hit(
        id=row.id,
        url=row.url,
        outlet=row.outlet,
        title=row.title,
        published=row.published,
        told=row.told,
        snippet=snippet(row.title, row.body, wanted),
        stories=told,
        story=told[0] if told else None,
    )


def snippet(title: str, body: str, wanted: frozenset[str]) -> str:
    """About 240 characters around the first hit, on one line, hit words marked; of the title if the body has none."""
    for part in (body, title) if wanted else ():
        hits = words_holding(part, wanted)
        first = next(hits, None)
        if first:
            return _marked(part, first, hits)
    whole = _without_markers(body or title)
    _, end = _window(whole, 0)
    return squeeze(whole[:end]) + (_ELLIPSIS if end < len(whole) else "")


def _marked(part: str, first: Word, others: Iterator[Word]) -> str:
    """The window around the first hit; `others` is read no further than to its end."""
    start, end = _window(part, first.start)
    pieces, position = [], start
    for hit in takewhile(lambda word: word.end <= end, chain([first], others)):
        pieces += [_without_markers(part[position : hit.start]), OPENING, part[hit.start : hit.end], CLOSING]
        position = hit.end
    pieces.append(_without_markers(part[position:end]))
    before, after = (_ELLIPSIS if start > 0 else ""), (_ELLIPSIS if end < len(part) else "")
    return f"{before}{squeeze(''.join(pieces))}{after}"


def _window(part: str, hit: int) -> tuple[int, int]:
    """The span to show, moved to the spaces between words where there are any near by."""
    start = max(0, hit - _LEAD_IN)
    if start:
        space = part.find(" ", start, hit)
        start = space + 1 if space >= 0 else start
    end = start + _SNIPPET_LENGTH
    if end < len(part):
        space = part.rfind(" ", hit, end)
        end = space if space > hit + _LEAD_IN else end
    return start, min(end, len(part))


def _without_markers(part: str) -> str:
    return part.replace(OPENING, "").replace(CLOSING, "")


def add_all(tx: Connection, rows: Sequence[tuple[int, list[str]]]) -> None:
    """Write the index rows of many articles: the number and the keys of each, as `index_keys` makes them."""
    if not rows:
        return
    if tx.dialect.name == "sqlite":
        values = [{"rowid": number, "keys": " ".join(keys)} for number, keys in rows]
        tx.execute(_sqlite_index.insert(), values if len(values) > 1 else values[0])
        return
    vector = func.array_to_tsvector(cast(bindparam("made", type_=ARRAY(Text)), ARRAY(Text)))
    made = [{"number": number, "made": keys} for number, keys in rows]
    # One row alone is not sent as a batch: a batch costs PostgreSQL's driver a pipeline.
    statement = _postgresql_index.insert().values(article=bindparam("number"), keys=vector)
    tx.execute(statement, made if len(made) > 1 else made[0])


@contextmanager
def in_bulk(tx: Connection) -> Iterator[Callable[[Sequence[tuple[int, list[str]]]], None]]:
    """A way to write the index rows of a whole archive, as `add_all` does; until the block ends nobody else may search.

    PostgreSQL makes its index of keys at the end, from all rows at once: a copy of 30,000 articles took it 163 s of CPU
    row by row, and takes it 58 s so. Rows come by COPY, for which keys need no more than quotes: they are letters and
    digits.
    """
    if tx.dialect.name == "sqlite":
        yield partial(add_all, tx)
        return
    made = text("SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() AND indexname = :name")
    definition = tx.execute(made, {"name": _POSTGRESQL_KEYS}).scalar_one()
    tx.execute(text(f"DROP INDEX {_POSTGRESQL_KEYS}"))
    yield partial(_copy_in, tx)
    tx.execute(select(func.set_config("maintenance_work_mem", _INDEX_MEMORY, True)))
    tx.execute(text(definition))


def _copy_in(tx: Connection, rows: Sequence[tuple[int, list[str]]]) -> None:
    driver: Any = tx.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy("COPY article_search (article, keys) FROM STDIN") as target:
        for number, keys in rows:
            target.write_row((number, f"'{quoted}'" if (quoted := "' '".join(keys)) else ""))


def count(tx: Connection) -> int:
    """How many articles the index holds."""
    index = _sqlite_sizes if tx.dialect.name == "sqlite" else _postgresql_index
    return tx.execute(select(func.count()).select_from(index)).scalar_one()


def clear(tx: Connection) -> None:
    """Take every row out of the index."""
    if tx.dialect.name == "sqlite":
        tx.execute(text("INSERT INTO article_search(article_search) VALUES ('delete-all')"))
    else:
        tx.execute(delete(_postgresql_index))


def replace(tx: Connection, number: int, old: str, new: str) -> None:
    """Write the index row anew after the text of its article changed from `old` to `new`."""
    if tx.dialect.name == "sqlite":
        # A contentless FTS5 table forgets a row only when it is told the very keys that it was given.
        command = {"article_search": "delete", "rowid": number, "keys": " ".join(index_keys(old))}
        tx.execute(_sqlite_index.insert().values(**command))
    else:
        tx.execute(delete(_postgresql_index).where(_postgresql_index.c.article == number))
    add_all(tx, [(number, index_keys(new))])


def is_current(tx: Connection) -> bool:
    """Whether the keys of the index are those that this program makes of the same texts.

    They differ for example after an update of the stemmer: old rows would not be found, and could not be replaced.
    """
    return facts.get(tx, _FACT) == version()


def renew(tx: Connection) -> None:
    """Make an outdated index anew."""
    reindex(tx)
    facts.put(tx, _FACT, version())


def reindex(tx: Connection) -> int:
    """Make the whole index anew from the stored texts. Returns how many articles it holds; 600 take about a second."""
    clear(tx)
    total = 0
    for total, (number, title, body) in enumerate(_stored_texts(tx), start=1):  # noqa: B007
        add_all(tx, [(number, index_keys(article_text(title, body)))])
    return total


def _stored_texts(tx: Connection) -> Iterator[tuple[int, str, str]]:
    """Number, title and body of every article, read in batches: the archive need not fit into memory."""
    last = -1
    columns = (articles.c.number, articles.c.title, articles.c.body)
    while True:
        page = select(*columns).where(articles.c.number > last).order_by(articles.c.number).limit(_REINDEX_BATCH)
        rows = tx.execute(page).all()
        if not rows:
            return
        yield from ((row.number, row.title, row.body) for row in rows)
        last = rows[-1].number
