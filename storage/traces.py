"""Every text of the database held against the names that must not be kept: where they stand, and taken out.

All tables are looked through, whatever is in them, so that a table added tomorrow is not forgotten. Left alone are
primary keys, and what belongs to the operator and not to the press: `KEPT`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Column, Connection, Row, Table, and_, select, update

from storage.column_types import CleanText, Identifier
from storage.tables import metadata
from storage.veil import Veil

KEPT = frozenset(
    {
        "deliveries",  # addresses of readers, who asked for their mails
        "suppressions",
        "reader_verdicts",
        "watches",  # their names are the settings'
        "feeds",  # names of outlets' own pages, the catalogue's and the settings'
        "host_rests",
        "aliases",
        "facts",
        "objections",
        "tombstones",
        "veiled_articles",
    }
)
_KEPT_COLUMNS = frozenset({"watch", "outlet", "sender", "message_id", "link_base", "thread"})
_PAGE = 500  # rows in memory at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerned:
    """What is known to be about the person: there parts of the name count as the name."""

    objection: str
    articles: frozenset[str] = frozenset()
    stories: frozenset[str] = frozenset()
    digests: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """A row that names somebody who must not be kept."""

    table: str
    key: tuple[Any, ...]  # primary key
    texts: Mapping[str, Any]  # column → its value, text or JSON
    row: Mapping[str, Any]  # the whole row


def find(tx: Connection, veil: Veil, concerned: Concerned, only: Collection[str] = ()) -> Iterator[Trace]:
    """The rows that name somebody, of all tables or of `only` these, table by table."""
    for table in metadata.sorted_tables:
        if table.name not in KEPT and (not only or table.name in only):
            for row in _rows(tx, table):
                texts = _naming(veil, table, row, concerned)
                if texts:
                    key = tuple(row._mapping[column] for column in table.primary_key)  # noqa: SLF001  # its name for it
                    yield Trace(table=table.name, key=key, texts=texts, row=_plain(row))


def _plain(row: Row[Any]) -> dict[str, Any]:
    return dict(row._mapping)  # noqa: SLF001  # SQLAlchemy's public way to a row as a mapping


def _rows(tx: Connection, table: Table) -> Iterator[Row[Any]]:
    statement = select(table).order_by(*table.primary_key)
    with tx.execution_options(yield_per=_PAGE).execute(statement) as result:
        yield from result


def _naming(veil: Veil, table: Table, row: Row[Any], concerned: Concerned) -> dict[str, Any]:
    values = _plain(row)
    about = _about(table, values, concerned)
    return {
        column.name: values[column.name]
        for column in _columns(table)
        if values[column.name] and veil.without_in(values[column.name], about) != values[column.name]
    }


def _columns(table: Table) -> list[Column[Any]]:
    """The columns that hold what the press or people wrote."""
    return [
        column
        for column in table.columns
        if isinstance(column.type, CleanText | JSON)
        and not (isinstance(column.type, Identifier) or column.primary_key or column.name in _KEPT_COLUMNS)
    ]


def _about(table: Table, values: Mapping[str, Any], concerned: Concerned) -> tuple[str, ...]:
    """The objection, when the row belongs to an article, story or digest that is about the person."""
    own = values.get("id")
    belongs = (
        (values.get("article") in concerned.articles)
        or (table.name == "articles" and own in concerned.articles)
        or any(values.get(name) in concerned.stories for name in ("story", "home"))
        or (table.name == "stories" and own in concerned.stories)
        or (values.get("digest") in concerned.digests)
        or (table.name == "digests" and own in concerned.digests)
    )
    return (concerned.objection,) if belongs else ()


def redact(tx: Connection, veil: Veil, concerned: Concerned, traces: Sequence[Trace]) -> int:
    """Take the names out of these rows, as they are now; returns in how many there was something left to take out.

    Rows of `articles` are not for this function: their search index must follow (`articles.veil`).
    """
    changed = 0
    for trace in traces:
        table = metadata.tables[trace.table]
        which = and_(*(column == value for column, value in zip(table.primary_key, trace.key, strict=True)))
        row = tx.execute(select(table).where(which).with_for_update()).one_or_none()
        if row is None:
            continue
        naming = _naming(veil, table, row, concerned)
        about = _about(table, _plain(row), concerned)
        values = {name: veil.without_in(value, about) for name, value in naming.items()}
        if values:
            tx.execute(update(table).where(which).values(**values))
            changed += 1
    return changed
