"""A copy of an archive is the same archive, or there is none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from postgresql_server import url_of
from sqlalchemy import text
from storage_samples import HOUR, NOW, article, event, match, message, story, window

from mercato.errors import MigrationError
from mercato.model import FeedState, Mute
from storage import articles, feeds, outbox, readers, search, stories
from storage.engine import Database, open_database
from storage.transfer import copy

ARTICLES = 40
pytestmark = pytest.mark.postgresql


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Database]:
    """A SQLite archive with something of everything, and with gaps in its numbering."""
    with open_database(f"sqlite:///{tmp_path / 'mercato.db'}") as database:
        with database.writing() as tx:
            for number in range(ARTICLES):
                title = f"L'ingénieure {number} quitte Nébulia\x00 🚀" if number % 2 else f"Nommées à Corvex : {number}"
                articles.save(tx, article(str(number), title=title, first_seen=NOW - number * HOUR))
            told = article("1")
            articles.judge(tx, told.id, "f1", match(), NOW)
            stories.save(tx, [story("s1", [told], events=(event("1", "s1", told),))], {"s1": ["clé"]})
            feeds.record(tx, FeedState(source="fil", url="https://fil.example/feed", hours=(0.1,) * 48, arrivals=1 / 3))
            readers.link_key(tx, "secret")
            readers.mute(tx, Mute(watch="ia", story="s1", until=None))
            outbox.freeze(tx, "ia", window(), message(), ["É@fil.example"], [event("1", "s1", told)], 1, 0)
        yield database


@pytest.fixture
def target(postgresql_database: tuple[str, str]) -> Iterator[Database]:
    """An empty PostgreSQL database."""
    with open_database(url_of(*postgresql_database)) as database:
        yield database


def hits(database: Database, query: str) -> list[search.Hit]:
    with database.reading() as tx:
        return search.search(tx, query, limit=100)


def test_the_copy_is_the_same_and_can_be_gone_on_with(source: Database, target: Database) -> None:
    copied = {one.name: one for one in copy(source, target)}
    assert copied["articles"].rows == ARTICLES
    assert copied["digests"].rows == copied["story_mutes"].rows == copied["feeds"].rows == 1
    for query in ("nommée", "ingenieures", "l’ingénieure nebulia", "corvex", "absent"):
        assert hits(target, query) == hits(source, query)
    assert len(hits(target, "nébulia")) == ARTICLES // 2
    with target.writing() as tx:
        assert stories.get(tx, "s1") is not None
        assert readers.known_link_key(tx) == "secret"
        assert articles.save(tx, article("new")) is articles.Saved.NEW, "numbering goes on after the copied rows"
    with source.reading() as tx:
        assert articles.count(tx) == ARTICLES, "the source is untouched"


def test_again_changes_nothing(source: Database, target: Database) -> None:
    first = copy(source, target)

    def none(texts: Sequence[str]) -> list[list[str]]:
        pytest.fail(f"{len(texts)} texts were copied again")

    assert copy(source, target, keys=none) == first


def test_an_interrupted_copy_leaves_nothing_and_can_be_repeated(source: Database, target: Database) -> None:
    def break_off(name: str, done: int, total: int) -> None:
        if name == "stories":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy(source, target, progress=break_off)
    with target.reading() as tx:
        assert articles.count(tx) == search.count(tx) == 0
    assert copy(source, target) == copy(source, target)


def test_what_the_target_holds_is_lost_only_when_one_says_so(source: Database, target: Database) -> None:
    with target.writing() as tx:
        articles.save(tx, article("elsewhere"))
    with pytest.raises(MigrationError, match="--replace"):
        copy(source, target)
    copy(source, target, replace=True)
    with target.reading() as tx:
        assert articles.count(tx) == search.count(tx) == ARTICLES
        assert articles.get(tx, article("elsewhere").id) is None


def test_a_copy_that_differs_is_not_kept(source: Database, target: Database) -> None:
    with target.writing() as tx:
        tx.execute(text("CREATE RULE lossy AS ON INSERT TO story_keys DO INSTEAD NOTHING"))
    with pytest.raises(MigrationError, match="not the same"):
        copy(source, target)
    with target.reading() as tx:
        assert articles.count(tx) == search.count(tx) == 0


def test_and_back_again(source: Database, target: Database, tmp_path: Path) -> None:
    forth = copy(source, target)
    with open_database(f"sqlite:///{tmp_path / 'back.db'}") as back:
        assert copy(target, back) == forth
        assert hits(back, "nommées") == hits(source, "nommées")
