from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import bindparam, func, insert, select, update
from storage_samples import NOW

from mercato.errors import StorageError
from storage.engine import Database
from storage.prepared import Prepared, rows_of_all, run_all
from storage.statements import among, one_of
from storage.tables import facts, feeds, own_watches, stories

_FEED = {"source": "a", "url": "https://a.example/", "outcome": "new", "detail": "\x00", "failures": 2}
_TIMES = {"last_attempt": NOW, "next_due": None}
_JSON = {"hours": [0.5, {"é": None}], "arrivals": 1.25}


def test_values_go_in_and_come_out_as_through_sqlalchemy(database: Database) -> None:
    row: dict[str, Any] = {**_FEED, **_TIMES, **_JSON}
    chosen = select(feeds)
    ask = Prepared(chosen.where(one_of(feeds.c.source)))
    with database.writing("join") as tx:
        Prepared(insert(feeds), tuple(row)).run(tx, [row])
        (ours,) = ask.rows(tx, {"some": ["a", "b"]})
        theirs = tx.execute(chosen).one()
    # PostgreSQL's driver runs the first statement of a transaction; once it has begun, libpq runs them itself.
    with database.reading() as tx:
        first, second = (ask.rows(tx, {"some": ["a", "b"]}) for _ in range(2))
    assert first == second == [ours]
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


def test_any_text_is_found_among_others(database: Database) -> None:
    texts = ["", "é", '"', "\\", "a,b", "{}", "NULL", "new\nline", "it's", "%s", "$1", "\U0001f600"]
    named = Prepared(select(facts.c.name).where(one_of(facts.c.name)))
    with database.writing("join") as tx:
        Prepared(insert(facts), ("name", "value")).run(tx, [{"name": text, "value": "v"} for text in texts])
        assert [[row.name for row in named.rows(tx, {"some": ["none", text]})] for text in texts] == [
            [t] for t in texts
        ]
        assert {*tx.execute(select(facts.c.name).where(among(facts.c.name, texts))).scalars()} == {*texts}


def test_statements_run_together_in_the_order_given(database: Database) -> None:
    some = [{"name": str(number), "value": "old"} for number in range(150)]
    write = Prepared(insert(facts), ("name", "value"))
    change = Prepared(update(facts).where(facts.c.name == bindparam("which")).values(value=bindparam("new")))
    count = Prepared(select(func.count().label("number")).select_from(facts).where(facts.c.value == bindparam("of")))
    with database.writing("join") as tx:
        run_all(
            tx, [(write, some), (change, []), (change, [{"which": "7", "new": "new"}, {"which": "8", "new": "new"}])]
        )
        found = rows_of_all(tx, [(count, {"of": "new"}), (count, {"of": "old"})])
    assert [row.number for rows in found for row in rows] == [2, 148]


def test_what_the_driver_refuses_is_explained_and_rolled_back(database: Database) -> None:
    fact, other = {"name": "n", "value": "v"}, {"name": "m", "value": "v"}
    write = Prepared(insert(facts), tuple(fact))
    with database.writing() as tx:
        write.run(tx, [fact])
    for begun, rows in ((None, [fact]), (None, [other, fact]), ("join", [fact]), ("join", [other, fact, other])):
        with pytest.raises(StorageError, match=r"(?i)unique"), database.writing(begun) as tx:
            write.run(tx, rows)
    with database.reading() as tx:
        found = Prepared(select(facts.c.name).where(one_of(facts.c.name))).rows(tx, {"some": ["m", "n"]})
    assert [row.name for row in found] == ["n"]


@pytest.mark.postgresql
@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_server_that_was_shut_down_is_said_to_be(database: Database) -> None:
    end = Prepared(select(func.pg_terminate_backend(func.pg_backend_pid()).label("done")))
    for begun, number in ((None, 1), ("join", 1), ("join", 2)):
        with pytest.raises(StorageError, match="try again when it is back"), database.writing(begun) as tx:
            rows_of_all(tx, [(end, {})] * number)
    with database.reading() as tx:
        assert Prepared(select(func.count().label("number")).select_from(facts)).rows(tx, {})[0].number >= 0
