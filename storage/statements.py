"""Statements that several modules of this room are made of, spelt so that both databases do the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Integer,
    Table,
    Text,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine

from mercato.model import Verdict
from storage.prepared import Prepared, Write, run_all
from storage.tables import standings, stories, tellings

T = TypeVar("T")

SHORTEST_PREFIX = 4
"""Shorter beginnings of an identifier are taken for typing errors."""

BEYOND = "\U0010ffff"
"""Sorts after whatever an identifier may go on with."""

# Well under the 32,766 variables that SQLite allows in one statement.
_BATCH = 500


def insert(tx: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """The insert statement of the transaction's own dialect, with its `on_conflict_…` methods."""
    return insert_for(tx.dialect.name, table)


def insert_for(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    """The same for the dialect of that name, for statements that are made once."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


@lru_cache(maxsize=16)
def insert_new(dialect: str, table: Table, columns: tuple[str, ...]) -> Prepared:
    """The statement that writes rows whose key is not there yet and leaves the others as they are, made once."""
    return Prepared(insert_for(dialect, table).on_conflict_do_nothing(), columns)


def insertions(dialect: str, table: Table, rows: Sequence[Mapping[str, str]]) -> list[Write]:
    """What writes many rows of texts at once, leaving those whose key is there already as they are.

    PostgreSQL's driver spends more on a hundred rows one by one than the server on writing them: it gets them as one
    array per column.
    """
    if not rows:
        return []
    names = tuple(rows[0])
    if dialect == "sqlite":
        return [(insert_new(dialect, table, names), rows)]
    return [(_insert_columns(table, names), [{f"all_{name}": [row[name] for row in rows] for name in names}])]


@lru_cache(maxsize=16)
def _insert_columns(table: Table, names: tuple[str, ...]) -> Prepared:
    columns = [func.unnest(bindparam(f"all_{name}", type_=_Texts())) for name in names]
    return Prepared(postgresql.insert(table).from_select(list(names), select(*columns)).on_conflict_do_nothing())


def upsert(tx: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write `rows` by primary key, over those that exist; every row gives the same columns."""
    run_all(tx, upserts(tx.dialect.name, table, rows))


def upserts(dialect: str, table: Table, rows: Sequence[Mapping[str, Any]]) -> list[Write]:
    """What `upsert` runs.

    Rows go in the order of their keys, so that two writers on PostgreSQL cannot wait for each other for ever.
    """
    if not rows:
        return []
    keys = [column.name for column in table.primary_key]
    ordered = sorted(rows, key=lambda row: tuple(row[key] for key in keys))
    return [(_upsert(dialect, table, tuple(rows[0])), ordered)]


@lru_cache(maxsize=64)
def _upsert(dialect: str, table: Table, columns: tuple[str, ...]) -> Prepared:
    """The statement, made once: making it takes as long as running it."""
    keys = [column.name for column in table.primary_key]
    statement = insert_for(dialect, table)
    changed = {name: statement.excluded[name] for name in columns if name not in keys}
    return Prepared(statement.on_conflict_do_update(index_elements=keys, set_=changed), columns)


class _Texts(TypeDecorator[list[str]]):
    """A list of texts as one parameter: an array on PostgreSQL, JSON on SQLite."""

    impl = Text
    cache_ok = True
    element: type[TypeEngine[Any]] = Text

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        array = postgresql.ARRAY(self.element)
        return dialect.type_descriptor(array if dialect.name == "postgresql" else Text())

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str]:
        """What writes a list as the driver takes it: whole, as the drivers' own ways go element by element."""
        return _array if dialect.name == "postgresql" else json.dumps


class _Numbers(_Texts):
    """A list of whole numbers as one parameter."""

    cache_ok = True
    element = BigInteger


def _array(values: Iterable[object]) -> str:
    """An array as PostgreSQL reads it. Source: PostgreSQL manual, 8.15.2, "Array Value Input"."""
    return "{" + ",".join(f'"{_escaped(str(value))}"' for value in values) + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


class _OneOf(FunctionElement[Any]):
    """`column IN (…)` with one parameter for all values: one parameter each makes the statement anew every time."""

    # Not Boolean: on SQLite that becomes «… = 1», which no index serves.
    type = NullType()
    inherit_cache = True


@compiles(_OneOf, "sqlite")
def _on_sqlite(element: _OneOf, compiler: SQLCompiler, **options: Any) -> str:  # as SQLAlchemy calls it
    column, values = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608  # compiled parts, no values


@compiles(_OneOf, "postgresql")
def _on_postgresql(element: _OneOf, compiler: SQLCompiler, **options: Any) -> str:
    column, values = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} = ANY({values})"


def one_of(column: Column[Any], name: str = "some") -> ColumnElement[bool]:
    """Whether `column` holds one of the texts bound to `name`, a list, for statements that are made once."""
    return _OneOf(column, bindparam(name, type_=_Texts()))


def among(column: Column[Any], values: Iterable[str] | Iterable[int]) -> ColumnElement[bool]:
    """Whether `column` holds one of many texts or numbers, sent as one: singly they take longer than the look-up."""
    kind = _Numbers() if isinstance(column.type, Integer) else _Texts()
    return _OneOf(column, bindparam(None, list(values), type_=kind, unique=True))


def is_told() -> ColumnElement[bool]:
    """Not withdrawn: an article tells the story."""
    return exists().where(tellings.c.story == stories.c.id).correlate(stories)


def is_refused() -> ColumnElement[bool]:
    """Rejected by a person, or merged into another story."""
    out = or_(standings.c.verdict == Verdict.REJECT.value, standings.c.merged_into.is_not(None))
    return exists().where(standings.c.story == stories.c.id, out).correlate(stories)


def batches(values: Iterable[T]) -> Iterator[list[T]]:
    """`values` without doubles in lists short enough for one IN clause."""
    remaining = iter(dict.fromkeys(values))
    while batch := list(islice(remaining, _BATCH)):
        yield batch


def by_order_alone(column: Column[T]) -> ColumnElement[T]:
    """The column's value in a form that no index serves, so that rows are read in the order that is asked for."""
    return func.coalesce(column, column)


def begins_with(identifier: ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    """Whether the identifier begins with `prefix`; a range, which the index of its column can serve."""
    return and_(identifier >= prefix, identifier < prefix + BEYOND)


def comes_before(order: Sequence[Column[Any]], place: tuple[datetime, str]) -> ColumnElement[bool]:
    """Keyset paging: whether a row stands before `place` in ascending `order`, a moment and an identifier.

    Unlike OFFSET it costs the same on every page, and what is inserted meanwhile shifts nothing.
    """
    return tuple_(*order) < tuple_(*place, types=[column.type for column in order])
