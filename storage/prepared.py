"""Statements that are asked so often that asking costs more than answering: compiled once, run by the driver itself.

SQLAlchemy says how the statement reads in each dialect and how each type is written and read; what it does anew with
every execution (looking the statement up, making a context, a cursor and a result that knows every way to be read) is
left out: 75 to 120 microseconds a statement.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

_Process = Callable[[Any], Any]


class Prepared:
    """A statement that is made once and run often.

    Everything but its parameters is fixed, and no parameter may stand for several values, as that of `in_` does. What
    the driver raises is explained by the transaction, like all else.
    """

    def __init__(self, statement: Select[Any] | Insert | Update | Delete, columns: Sequence[str] = ()) -> None:
        """`columns` are those that an insert gives values for, where it does not say so itself.

        `rows` and `run` raise KeyError for a parameter without a value.
        """
        self._statement = statement
        self._columns = list(columns) or None
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, tx: Connection, values: Mapping[str, Any]) -> list[Any]:
        """The rows that it selects, as named tuples; `values` are its parameters."""
        compiled = self._in(tx.dialect)
        with _driver(tx) as driver:
            return compiled.read(driver.execute(compiled.text, compiled.bound(values)))

    def run(self, tx: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run it once for each of `rows`, its parameters."""
        compiled = self._in(tx.dialect)
        with _driver(tx) as driver:
            # One row alone is not sent as a batch: a batch costs PostgreSQL's driver a pipeline.
            if len(rows) == 1:
                driver.execute(compiled.text, compiled.bound(rows[0]))
            elif rows:
                driver.cursor().executemany(compiled.text, [compiled.bound(row) for row in rows])

    def _in(self, dialect: Dialect) -> _Compiled:
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = _Compiled(self._statement, self._columns, dialect)
        return found


class _Compiled:
    """A statement as one driver takes it, with what turns values into the driver's and back."""

    def __init__(self, statement: Any, columns: list[str] | None, dialect: Dialect) -> None:
        compiler: Any = statement.compile(dialect=dialect, column_keys=columns)
        self.text = str(compiler)
        self._parameters = _parameters(compiler, dialect)
        self._by_place = bool(compiler.positional)
        self._dialect = dialect
        self._columns = list(statement.selected_columns) if isinstance(statement, Select) else []
        self._row: Any = namedtuple("Row", [str(column.key) for column in self._columns])  # type: ignore[misc]  # noqa: PYI024  # known at run time only
        self._readers: list[tuple[int, _Process]] | None = None

    def bound(self, values: Mapping[str, Any]) -> Any:
        """The parameters as the driver wants them: in order, or by name."""
        if self._by_place:
            return [_written(values, *parameter) for parameter in self._parameters]
        return {parameter[0]: _written(values, *parameter) for parameter in self._parameters}

    def read(self, found: Any) -> list[Any]:
        """Every row that the driver found, its values as the rooms want them."""
        if self._readers is None:
            self._readers = self._found_out(found.description)
        return [self._made(list(row), self._readers) for row in found.fetchall()]

    def _made(self, values: list[Any], readers: list[tuple[int, _Process]]) -> Any:
        for place, process in readers:
            values[place] = process(values[place])
        return self._row._make(values)

    def _found_out(self, description: Sequence[Any]) -> list[tuple[int, _Process]]:
        """What turns the driver's values of each column into ours; some types hang on what the driver says it sends."""
        kinds = (column.type.dialect_impl(self._dialect) for column in self._columns)
        sent = (told[1] for told in description)
        readers = (kind.result_processor(self._dialect, code) for kind, code in zip(kinds, sent, strict=True))
        return [(place, process) for place, process in enumerate(readers) if process]


def _written(values: Mapping[str, Any], name: str, process: _Process | None, fixed: Mapping[str, Any]) -> Any:
    value = values[name] if name in values or name not in fixed else fixed[name]
    return process(value) if process else value


def _parameters(compiler: SQLCompiler, dialect: Dialect) -> list[tuple[str, _Process | None, Mapping[str, Any]]]:
    """Each parameter's name, what makes its value the driver's, and the values that the statement itself gives."""
    values = compiler.construct_params(_check=False)
    fixed = {name: value for name, value in values.items() if not compiler.binds[name].required}
    writers = {name: _writer(compiler.binds[name].type, dialect) for name in values}
    return [(name, writers[name], fixed) for name in compiler.positiontup or values]


def _writer(kind: TypeEngine[Any], dialect: Dialect) -> _Process | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


@contextmanager
def _driver(tx: Connection) -> Iterator[Any]:
    """The driver's own connection, in the transaction that SQLAlchemy has begun."""
    dialect: Any = tx.dialect
    driver: Any = tx.connection.driver_connection
    try:
        yield driver
    except dialect.loaded_dbapi.Error as error:
        # As SQLAlchemy does: to roll back what is lost would only hide why it was lost.
        if dialect.is_disconnect(error, driver, None):
            tx.invalidate(error)
        raise
