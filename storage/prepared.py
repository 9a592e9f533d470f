"""Statements that are asked so often that asking costs more than answering: compiled once, run by the driver itself.

SQLAlchemy says how the statement reads in each dialect and how each type is written and read; what it does anew with
every execution (looking the statement up, making a context, a cursor and a result that knows every way to be read) is
left out: 75 to 120 microseconds a statement.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

if TYPE_CHECKING:
    from storage.line import Line

_Process = Callable[[Any], Any]
_LINE = "mercato_line"


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
        (found,) = rows_of_all(tx, [(self, values)])
        return found

    def run(self, tx: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run it once for each of `rows`, its parameters."""
        run_all(tx, [(self, rows)])

    def compiled(self, dialect: Dialect) -> _Compiled:
        """The statement as the driver of this dialect takes it."""
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = _Compiled(self._statement, self._columns, dialect)
        return found


def rows_of_all(tx: Connection, questions: Sequence[tuple[Prepared, Mapping[str, Any]]]) -> list[list[Any]]:
    """What each of several statements selects with its parameters; PostgreSQL is not waited for between them."""
    ready = [(statement.compiled(tx.dialect), values) for statement, values in questions]
    with _driver(tx) as driver:
        if line := _open_line(tx, driver):
            answers = line.run([(compiled.numbered, compiled.in_order(values)) for compiled, values in ready])
            return [compiled.read(*answer) for (compiled, _), answer in zip(ready, answers, strict=True)]
        found = [(compiled, driver.execute(compiled.text, compiled.bound(values))) for compiled, values in ready]
        return [compiled.read([told[1] for told in some.description], some.fetchall()) for compiled, some in found]


Write = tuple[Prepared, Sequence[Mapping[str, Any]]]
"""A statement that gives no rows, and the parameters of each time that it is run."""


def run_all(tx: Connection, writes: Iterable[Write]) -> None:
    """Run several statements in the order given; PostgreSQL is not waited for between them."""
    ready = [(statement.compiled(tx.dialect), rows) for statement, rows in writes if rows]
    with _driver(tx) as driver:
        if line := _open_line(tx, driver):
            line.run([(compiled.numbered, compiled.in_order(row)) for compiled, rows in ready for row in rows])
            return
        for compiled, rows in ready:
            # One row alone is not sent as a batch: a batch costs PostgreSQL's driver a pipeline.
            if len(rows) == 1:
                driver.execute(compiled.text, compiled.bound(rows[0]))
            else:
                driver.cursor().executemany(compiled.text, [compiled.bound(row) for row in rows])


class _Compiled:
    """A statement as one driver takes it, with what turns values into the driver's and back."""

    def __init__(self, statement: Any, columns: list[str] | None, dialect: Dialect) -> None:
        compiler: Any = statement.compile(dialect=dialect, column_keys=columns)
        self.text = str(compiler)
        self._parameters, self._fixed = _parameters(compiler, dialect)
        self._by_place = bool(compiler.positional)
        self._dialect = dialect
        self._columns = list(statement.selected_columns) if isinstance(statement, Select) else []
        self._row: Any = namedtuple("Row", [str(column.key) for column in self._columns])  # type: ignore[misc]  # noqa: PYI024  # known at run time only
        self._readers: list[tuple[int, _Process]] | None = None

    @cached_property
    def numbered(self) -> str:
        """The statement with its parameters by number, where the driver's own way is by name."""
        return self.text % {name: f"${number}" for number, (name, _) in enumerate(self._parameters, 1)}

    def bound(self, values: Mapping[str, Any]) -> Any:
        """The parameters as the driver wants them: in order, or by name."""
        written = self.in_order(values)
        return (
            written
            if self._by_place
            else {name: given for (name, _), given in zip(self._parameters, written, strict=True)}
        )

    def in_order(self, values: Mapping[str, Any]) -> list[Any]:
        """The parameters, written as the driver takes them. Raises KeyError for one without a value."""
        known = {**self._fixed, **values} if self._fixed else values
        return [process(known[name]) if process else known[name] for name, process in self._parameters]

    def read(self, sent: Sequence[Any], rows: Iterable[Sequence[Any]]) -> list[Any]:
        """Rows with their values as the rooms want them; `sent` is what the driver says each column's type is."""
        if self._readers is None:
            self._readers = self._found_out(sent)
        return [self._made(list(row), self._readers) for row in rows]

    def _made(self, values: list[Any], readers: list[tuple[int, _Process]]) -> Any:
        for place, process in readers:
            values[place] = process(values[place])
        return self._row._make(values)

    def _found_out(self, sent: Sequence[Any]) -> list[tuple[int, _Process]]:
        """What turns the driver's values of each column into ours; some types hang on what the driver says it sends."""
        kinds = (column.type.dialect_impl(self._dialect) for column in self._columns)
        readers = (kind.result_processor(self._dialect, code) for kind, code in zip(kinds, sent, strict=True))
        return [(place, process) for place, process in enumerate(readers) if process]


def _parameters(compiler: SQLCompiler, dialect: Dialect) -> tuple[list[tuple[str, _Process | None]], Mapping[str, Any]]:
    """Each parameter's name with what makes its value the driver's; and the values that the statement itself gives."""
    values = compiler.construct_params(_check=False)
    fixed = {name: value for name, value in values.items() if not compiler.binds[name].required}
    writers = {name: _writer(compiler.binds[name].type, dialect) for name in values}
    return [(name, writers[name]) for name in compiler.positiontup or values], fixed


def _writer(kind: TypeEngine[Any], dialect: Dialect) -> _Process | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def begin(tx: Connection, statement: str) -> None:
    """Begin a transaction on PostgreSQL with a statement, without parameters, that may wait long for others."""
    with _driver(tx) as driver:
        _line(tx, driver).begin(statement)


def _open_line(tx: Connection, driver: Any) -> Line | None:
    """The short way to the server, on PostgreSQL and once psycopg or `begin` has begun the transaction."""
    if tx.dialect.name != "postgresql":
        return None
    line = _line(tx, driver)
    return line if line.is_open else None


def _line(tx: Connection, driver: Any) -> Line:
    """The line of this connection; what its server was told to keep lasts as long as the connection does."""
    line: Line | None = tx.info.get(_LINE)
    if line is None:
        from storage.line import Line  # noqa: PLC0415  # its driver is an optional extra

        line = tx.info[_LINE] = Line(driver)
    return line


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
