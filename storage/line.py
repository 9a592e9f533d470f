"""Statements straight to PostgreSQL's server, which keeps each of them after its first use.

psycopg's cursors can do everything, and spend four times as much on a short statement as libpq does that sends it. So
libpq is asked itself, through the connection's `pgconn`; values are turned by psycopg's own adapters, and what the
server refuses raises psycopg's own errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg import Connection, OperationalError, Pipeline, abc
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.generators import execute
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

Statement = tuple[str, Sequence[Any]]
"""A statement that numbers its parameters ($1), and their values."""

Answer = tuple[list[int], list[tuple[Any, ...]]]
"""The types of the columns that a statement gives, by their OID, and its rows."""

# So few that what we send and what writes are answered fit into buffers. An older libpq takes one at a time.
_IN_ONE_GO = 64 if Pipeline.is_supported() else 1
_REFUSED = frozenset({ExecStatus.FATAL_ERROR, ExecStatus.BAD_RESPONSE})


class Line:
    """An open connection with the statements that its server keeps; as long-lived as the connection is."""

    def __init__(self, driver: Connection[Any]) -> None:
        self._driver = driver
        self._kept: dict[str, bytes] = {}

    @property
    def is_open(self) -> bool:
        """Whether a transaction has begun that has not failed, and psycopg may let the server keep statements."""
        begun = self._driver.pgconn.transaction_status == TransactionStatus.INTRANS
        return begun and self._driver.prepare_threshold is not None

    def begin(self, statement: str) -> None:
        """Begin a transaction with a statement that may wait long for others: Ctrl-C ends the wait.

        psycopg would wait for the server's word on BEGIN before it sends the statement.
        """
        self._driver.pgconn.send_query(f"BEGIN; {statement}".encode())
        for result in self._driver.wait(execute(self._driver.pgconn)):
            _accepted(result)

    def run(self, statements: Sequence[Statement]) -> list[Answer]:
        """What the server answers to each of several statements, of which the first one that is refused raises.

        None of them is waited for before the next is sent, and Ctrl-C does not end the wait for several: none of them
        may wait long for others.
        """
        adapters = Transformer(self._driver)
        ready = [(self._name(text), _sent(adapters, values)) for text, values in statements]
        batches = (ready[start : start + _IN_ONE_GO] for start in range(0, len(ready), _IN_ONE_GO))
        return [_read(adapters, result) for batch in batches for result in self._results(batch)]

    def _results(self, some: Sequence[tuple[bytes, Sequence[Any]]]) -> list[PGresult]:
        connection = self._driver.pgconn
        if len(some) == 1:
            connection.send_query_prepared(*some[0])
            return [_accepted(result) for result in self._driver.wait(execute(connection))]
        connection.enter_pipeline_mode()
        for name, sent in some:
            connection.send_query_prepared(name, sent)
        connection.pipeline_sync()
        results = self._up_to_the_sync()
        connection.exit_pipeline_mode()
        return [_accepted(result) for result in results]

    def _up_to_the_sync(self) -> list[PGresult]:
        """A result for each statement; those after a refused one say that they were skipped."""
        results: list[PGresult] = []
        while True:
            result = self._driver.pgconn.get_result()
            if result is None:
                self._check_that_it_lives(results)
            elif result.status == ExecStatus.PIPELINE_SYNC:
                return results
            else:
                results.append(result)

    def _check_that_it_lives(self, results: Sequence[PGresult]) -> None:
        if self._driver.pgconn.status != ConnStatus.OK:
            for result in results:
                _accepted(result)
            raise OperationalError(self._driver.pgconn.get_error_message())

    def _name(self, text: str) -> bytes:
        """The name under which the server keeps the statement."""
        name = self._kept.get(text)
        if name is None:
            name = b"mercato_%d" % len(self._kept)
            _accepted(self._driver.pgconn.prepare(name, text.encode()))
            self._kept[text] = name
        return name


def _sent(adapters: abc.Transformer, values: Sequence[Any]) -> Sequence[Any]:
    """The values as text: of what type each one is says the statement, not the value, as the same one takes all."""
    return adapters.dump_sequence(values, [PyFormat.TEXT] * len(values)) if values else ()


def _read(adapters: abc.Transformer, result: PGresult) -> Answer:
    if not result.nfields:
        return [], []
    adapters.set_pgresult(result)
    return [result.ftype(place) for place in range(result.nfields)], adapters.load_rows(0, result.ntuples, tuple)


def _accepted(result: PGresult) -> PGresult:
    if result.status in _REFUSED:
        raise error_from_result(result)
    return result
