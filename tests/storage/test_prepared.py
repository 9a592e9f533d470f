from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, insert, select
from storage_samples import NOW

from mercato.errors import StorageError
from storage.engine import Database
from storage.prepared import Prepared
from storage.statements import one_of
from storage.tables import facts, feeds, own_watches, stories

_FEED = {"source": "a", "url": "https://a.example/", "outcome": "new", "detail": "\x00", "failures": 2}
_TIMES = {"last_attempt": NOW, "next_due": None}
_JSON = {"hours": [0.5, {"é": None}], "arrivals": 1.25}


def test_values_go_in_and_come_out_as_through_sqlalchemy(database: Database) -> None:
    row: dict[str, Any] = {**_FEED, **_TIMES, **_JSON}
    chosen = select(feeds)
    with database.writing() as tx:
        Prepared(insert(feeds), tuple(row)).run(tx, [row])
        (ours,) = Prepared(chosen.where(one_of(feeds.c.source))).rows(tx, {"some": ["a", "b"]})
        theirs = tx.execute(chosen).one()
    assert ours._asdict() == dict(theirs._mapping)
    assert ours.detail == "\N{REPLACEMENT CHARACTER}"
    assert (ours.last_attempt, ours.hours, ours.gaps) == (NOW, _JSON["hours"], 0)


def test_many_rows_go_in_together(database: Database) -> None:
    watches = [{"name": name, "fields": {"of": name}, "changed": NOW, "by": "x"} for name in "abc"]
    with database.writing() as tx:
        Prepared(insert(own_watches), tuple(watches[0])).run(tx, watches)
    with database.reading() as tx:
        found = Prepared(select(own_watches).order_by(own_watches.c.name)).rows(tx, {})
    assert [row._asdict() for row in found] == watches


def test_nothing_to_write_asks_nothing(database: Database) -> None:
    with database.reading() as tx:  # where writing is refused
        Prepared(insert(facts), ("name", "value")).run(tx, [])


def test_a_parameter_without_a_value_is_not_taken_for_null(database: Database) -> None:
    with database.reading() as tx, pytest.raises(KeyError, match="some"):
        Prepared(select(stories).where(one_of(stories.c.id))).rows(tx, {})


def test_what_the_driver_refuses_is_explained_and_rolled_back(database: Database) -> None:
    fact = {"name": "n", "value": "v"}
    write = Prepared(insert(facts), tuple(fact))
    with pytest.raises(StorageError, match=r"(?i)unique"), database.writing() as tx:
        write.run(tx, [fact, fact])
    with database.reading() as tx:
        assert Prepared(select(facts.c.value).where(facts.c.name == "n")).rows(tx, {}) == []


@pytest.mark.postgresql
@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_server_that_was_shut_down_is_said_to_be(database: Database) -> None:
    end = Prepared(select(func.pg_terminate_backend(func.pg_backend_pid()).label("done")))
    with pytest.raises(StorageError, match="try again when it is back"), database.reading() as tx:
        end.rows(tx, {})
    with database.reading() as tx:
        assert Prepared(select(func.count().label("number")).select_from(facts)).rows(tx, {})[0].number >= 0
