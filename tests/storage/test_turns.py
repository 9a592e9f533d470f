"""Turns to ask a host: one process has each, and knows when it has lost them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from postgresql_server import url_of
from sqlalchemy import text

from mercato.errors import StorageError
from storage.engine import Database, open_database
from storage.turns import HostTurns

pytestmark = pytest.mark.postgresql


@pytest.fixture
def database(postgresql_database: tuple[str, str]) -> Iterator[Database]:
    """An empty one."""
    with open_database(url_of(*postgresql_database)) as made:
        yield made


def _end_every_session(database: Database) -> None:
    with database.reading() as tx:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        tx.execute(text(f"{others} AND datname = current_database()"))


def test_one_at_a_time_has_the_turn_of_a_host(database: Database) -> None:
    with HostTurns(database) as ours, HostTurns(database) as theirs:
        assert ours.take("a.example")
        assert ours.take("a.example"), "what is held is held"
        assert not theirs.take("a.example")
        assert theirs.take("b.example")
        ours.leave("a.example")
        assert theirs.take("a.example")


def test_who_ends_gives_every_turn_back(database: Database) -> None:
    with HostTurns(database) as theirs:
        with HostTurns(database) as ours:
            assert ours.take("a.example")
        assert theirs.take("a.example")


def test_turns_are_lost_with_the_session_and_for_good(database: Database) -> None:
    with HostTurns(database) as ours, HostTurns(database) as theirs:
        assert ours.are_ours(), "nothing was taken, so nothing is lost"
        assert ours.take("a.example")
        assert ours.are_ours()
        _end_every_session(database)
        assert not ours.are_ours()
        assert theirs.take("a.example"), "the server has taken it back"
        with pytest.raises(StorageError, match="lost"):
            ours.take("b.example")
        ours.leave("a.example")
        assert not ours.are_ours(), "a new session would not bring them back"
