"""Whose turn it is to ask a host: one process at a time, of all that share the database.

The turns are PostgreSQL's advisory locks of one session, so the server takes them back when that process dies,
however it dies, and when the server itself goes down.
"""

from __future__ import annotations

import zlib
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Select, func, select

from mercato.errors import StorageError
from storage.engine import Database

_HOSTS = 0x6D686F73  # "mhos": the class of these advisory locks, another one than the engine's


class HostTurns:
    """The hosts that this process may ask now. Not to be shared between threads.

    Once the session is lost so are all turns, for good: another process may have had them since.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._session: Connection | None = None
        self._lost = False
        self._closing = ExitStack()
        self._held: set[str] = set()

    def take(self, host: str) -> bool:
        """Whether the turn is ours from now on: False while another process has it, which is to be asked again.

        Two hosts may share a turn by chance (a 31-bit checksum names them): then they wait for each other. Raises
        StorageError when the database cannot be asked.
        """
        if host not in self._held and self._ask(select(func.pg_try_advisory_lock(*_key(host)))):
            self._held.add(host)
        return host in self._held

    def leave(self, host: str) -> None:
        """Give the turn back. Raises StorageError when the database cannot be asked; the turn is lost then anyway."""
        if host in self._held:
            self._held.remove(host)
            self._ask(select(func.pg_advisory_unlock(*_key(host))))

    def are_ours(self) -> bool:
        """Whether the turns that were taken still are: they are lost with the connection to the server."""
        if self._held:
            try:
                self._ask(select(1))
            except StorageError:
                return False
        return not self._lost

    def _ask(self, statement: Select[Any]) -> Any:
        if self._lost:
            raise StorageError("the connection that held the turns of the hosts is lost")
        try:
            with self._database.explained():
                if self._session is None:
                    self._session = self._closing.enter_context(self._database.session())
                return self._session.scalar(statement)
        except StorageError:
            self._lost = True
            self._held.clear()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()


def _key(host: str) -> tuple[int, int]:
    return _HOSTS, zlib.crc32(host.encode()) >> 1  # PostgreSQL's integer has a sign
