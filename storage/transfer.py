"""An archive copied whole into another database, compared with it, and only then kept.

Everything happens in one transaction of the target, from one snapshot of the source: an interrupted copy leaves
nothing behind, and the source is never written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, func, select, text, true

from mercato.errors import MigrationError
from mercato.i18n import phrase
from mercato.model import article_text
from storage import search
from storage.engine import Database, Transaction
from storage.search_keys import index_keys
from storage.tables import articles, facts, metadata, workers

_BATCH = 1000
_ALL = 1 << 256  # digests of rows are added up below this

Keys = Callable[[Sequence[str]], Iterable[list[str]]]
"""The index keys of each text, in order: the part of a copy that takes time, for whoever has processes to spread it."""

Progress = Callable[[str, int, int], None]
"""Told from time to time: the table, how many of its rows are copied, how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCopy:
    """A table that is the same in both databases."""

    name: str
    rows: int
    digest: str  # SHA-256 over its rows, whatever their order: 64 hexadecimal digits


def keys_here(texts: Sequence[str]) -> Iterable[list[str]]:
    """The keys of texts, made in this process."""
    return map(index_keys, texts)


def copy(
    source: Database,
    target: Database,
    *,
    replace: bool = False,
    keys: Keys = keys_here,
    progress: Progress | None = None,
) -> list[TableCopy]:
    """Copy every table of `source` into `target` and its full-text index, and compare; returns the tables.

    A target that holds the same already is left as it is. One that holds something else is emptied first when
    `replace` says so. Who works on the archive (`workers`) is not copied. Raises MigrationError when the target holds
    something else, or when the copy is not the same; then nothing of it is kept.
    """
    with source.reading() as old, target.writing(exclusive="copy") as new:
        if _holds_anything(new):
            found = _compared(old, new)
            if found is not None:
                return found
            if not replace:
                raise MigrationError(
                    phrase(
                        "the target holds articles that are not, or not only, those of the source: name an "
                        "empty database, or give --replace to lose what it holds"
                    )
                )
        _empty(old, new)
        for table in _tables():
            _copy_table(old, new, table, keys, progress)
        _renumber(new)
        if new.dialect.name == "postgresql":
            new.execute(text("ANALYZE"))  # or the first searches are planned for empty tables
        copied = _compared(old, new)
        if copied is None:
            raise MigrationError(phrase("the copy is not the same as the source, and is not kept; please report this"))
        return copied


def _tables() -> list[Table]:
    """The tables to copy, each after those that it points at."""
    return [table for table in metadata.sorted_tables if table is not workers]


def _holds_anything(tx: Transaction) -> bool:
    return any(tx.execute(select(table).limit(1)).first() is not None for table in _tables() if table is not facts)


def _empty(old: Transaction, new: Transaction) -> None:
    for table in reversed(_tables()):
        new.execute(delete(table).where(_same_facts(old, table)))
    search.clear(new)


def _same_facts(old: Transaction, table: Table) -> ColumnElement[bool]:
    """Every row; of the facts those that the source knows: others speak of the target itself."""
    if table is not facts:
        return true()
    return facts.c.name.in_(old.execute(select(facts.c.name)).scalars().all())


def _copy_table(old: Transaction, new: Transaction, table: Table, keys: Keys, progress: Progress | None) -> None:
    total, done = _count(old, table), 0
    with _indexing(new, table, keys) as index:
        for rows in _pages(old, table):
            new.execute(table.insert(), rows)
            index(rows)
            done += len(rows)
            if progress is not None:
                progress(table.name, done, total)


@contextmanager
def _indexing(tx: Transaction, table: Table, keys: Keys) -> Iterator[Callable[[list[dict[str, Any]]], None]]:
    """What is to be done with the rows of a table besides: of the articles, the full-text index is made."""
    if table is not articles:
        yield lambda _: None
        return
    with search.in_bulk(tx) as add:

        def index(rows: list[dict[str, Any]]) -> None:
            made = keys([article_text(row["title"], row["body"]) for row in rows])
            add(list(zip((row["number"] for row in rows), made, strict=True)))

        yield index


def _pages(tx: Transaction, table: Table) -> Iterator[list[dict[str, Any]]]:
    """The rows of a table, read as they come: an archive need not fit into memory."""
    found = tx.execution_options(yield_per=_BATCH).execute(select(table))
    for page in found.mappings().partitions(_BATCH):
        yield [dict(row) for row in page]


def _renumber(tx: Transaction) -> None:
    """Let PostgreSQL number new rows after those that were copied with their numbers; SQLite does so by itself."""
    if tx.dialect.name != "postgresql":
        return
    for table in _tables():
        for column in table.columns:
            if column.identity is not None:
                highest = tx.execute(select(func.max(column))).scalar()
                sequence = func.pg_get_serial_sequence(table.name, column.name)
                tx.execute(select(func.setval(sequence, highest or 1, highest is not None)))


def _compared(old: Transaction, new: Transaction) -> list[TableCopy] | None:
    """The tables when both databases hold the same, else None; the cheap comparison comes first."""
    tables = _tables()
    if any(_count(old, table) != _count(new, table, _same_facts(old, table)) for table in tables):
        return None
    if _count(new, articles) != search.count(new):
        return None
    digests = [(_digest(old, table), _digest(new, table, _same_facts(old, table))) for table in tables]
    if any(mine != theirs for mine, theirs in digests):
        return None
    return [
        TableCopy(name=table.name, rows=_count(old, table), digest=digest)
        for table, (digest, _) in zip(tables, digests, strict=True)
    ]


def _count(tx: Transaction, table: Table, which: ColumnElement[bool] | None = None) -> int:
    counted = select(func.count()).select_from(table)
    return tx.execute(counted if which is None else counted.where(which)).scalar_one()


def _digest(tx: Transaction, table: Table, which: ColumnElement[bool] | None = None) -> str:
    """SHA-256 of each row, added up: databases give rows, and sort texts, in an order of their own."""
    total, chosen = 0, select(table)
    found = tx.execution_options(yield_per=_BATCH).execute(chosen if which is None else chosen.where(which))
    for row in found.mappings():
        total = (total + int.from_bytes(hashlib.sha256(_canonical(row)).digest())) % _ALL
    return f"{total:064x}"


def _canonical(row: Mapping[Any, Any]) -> bytes:
    values = {str(column): value for column, value in row.items()}
    return json.dumps(values, sort_keys=True, ensure_ascii=False, default=_plain).encode()


def _plain(value: object) -> str:
    assert isinstance(value, datetime), "tables hold text, numbers, truth values, JSON and moments"
    return value.isoformat()
