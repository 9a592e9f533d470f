"""What an archive of a given size costs whoever runs it for years: each duty once, in wall and CPU seconds, children
included, on SQLite and then, copied with the same code as `mercato migrate`, on PostgreSQL.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import TypeVar

sys.path[:0] = [str(Path(__file__).parent.parent / "tests" / part) for part in (".", "acceptance")]

import cluster_lab  # noqa: E402
import local_site  # noqa: E402
from sqlalchemy import func, select, true, update  # noqa: E402

from alerts import matching  # noqa: E402
from alerts.lexicon import Lexicon, load_lexicon  # noqa: E402
from mercato.cli.moving import _all_cores  # noqa: E402
from mercato.settings import load_settings  # noqa: E402
from scheduler import backup, pruning  # noqa: E402
from scheduler.composing import preview  # noqa: E402
from scheduler.jobs import Newsroom, join_pending, match_pending, reshelve  # noqa: E402
from scheduler.reprocess import Order, reprocess  # noqa: E402
from storage import articles, review_queue, tables  # noqa: E402
from storage.articles import Part  # noqa: E402
from storage.engine import Database, open_database  # noqa: E402
from storage.search import search  # noqa: E402
from storage.transfer import copy  # noqa: E402

FRESH = 200  # articles that are saved, judged and joined on top
DUE = 10_000  # articles whose text has been kept long enough
EVERY = timedelta(minutes=15)  # between two articles, as benchmarks/review.py makes them
QUERIES = 60
Result = TypeVar("Result")


def archives() -> ModuleType:
    """benchmarks/review.py, which bears the name of a room: it makes the archive."""
    spec = importlib.util.spec_from_file_location("banc_review", Path(__file__).with_name("review.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up by its name
    spec.loader.exec_module(module)
    return module


def cpu() -> float:
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, kinds))


def timed(name: str, work: Callable[[], Result], of: int = 0) -> Result:
    """Do it, and print what it took; `of` so many things, what each took as well."""
    wall, spent = time.monotonic(), cpu()
    result = work()
    wall, spent = time.monotonic() - wall, cpu() - spent
    each = f"; {wall / of * 1000:.2f} ms wall, {spent / of * 1000:.2f} ms CPU each" if of else ""
    print(f"{name:40} {wall:8.1f} s wall {spent:8.1f} s CPU{each}", flush=True)
    return result


def latencies(name: str, works: list[Callable[[], object]]) -> None:
    walls, spent = [], []
    for work in works:
        wall, begun = time.perf_counter(), time.process_time()
        work()
        walls.append((time.perf_counter() - wall) * 1000)
        spent.append((time.process_time() - begun) * 1000)
    edges = [statistics.quantiles(times, n=20)[-1] for times in (walls, spent)]
    print(
        f"{name:40} wall p50 {statistics.median(walls):.1f} p95 {edges[0]:.1f} ms; CPU of this process p50 "
        f"{statistics.median(spent):.1f} p95 {edges[1]:.1f} ms ({len(works)})",
        flush=True,
    )


def newsroom(folder: Path, url: str, database: Database, size: int) -> Newsroom:
    """An archive of `size` articles whose oldest come of age at its end: DUE of them may go."""
    folder.mkdir()
    kept = max(1, (size - DUE) * EVERY // timedelta(days=1))
    lines = [
        f'[storage]\nurl = "{url}"\narchive = ""',
        '[crawl]\ncontact = "mailto:a@b.example"',
        '[[watch]]\nname = "banc"\nschedule = "* * * * *"',
        f"[retention]\ntexts = {kept}\nflagged_texts = 0\nstories = 0\nmails = 0\nrecords = 0",
    ]
    (folder / "mercato.toml").write_text("\n".join(lines), encoding="utf-8")
    return Newsroom(load_settings(folder / "mercato.toml", {}), database, load_lexicon())


def duties(room: Newsroom, size: int, made: ModuleType) -> None:
    """What is done day by day, and night by night."""
    database, end = room.database, made.START + EVERY * size
    chance, words = random.Random(3), made.vocabulary(random.Random(1))
    pairs = [[words[int(chance.random() ** 2 * 3_000)] for _ in range(2)] for _ in range(QUERIES)]
    latencies("search, two words", [lambda pair=pair: found(database, " ".join(pair)) for pair in pairs])
    latencies("triage, the queue", [lambda: waiting(database) for _ in range(QUERIES)])
    timed("insert", lambda: insert(database, made, size, words), FRESH)
    timed("digest", lambda: preview(room, room.watches()[0], end, end - timedelta(days=7)))
    kept = timed("backup", lambda: backup.create(room.settings, database, end))
    print(f"  {kept.size / (size + FRESH) / 1024:.1f} kB an article")
    if problems := timed("backup, verified", lambda: backup.verify(kept)):
        raise SystemExit(str(problems))
    timed("prune, dry run", lambda: pruning.foresee(room, end))
    timed("prune", lambda: pruning.prune(room, lambda: end))


def count_as_judged(database: Database, lexicon: Lexicon, untouched: int) -> None:
    """Put down of all articles but the first `untouched`, and of none that tells a story, what judging most of them
    would come to: an archive is judged year by year, and only what a new lexicon asks for is measured."""
    told = select(tables.tellings.c.article)
    chosen = (tables.articles.c.number > untouched, tables.articles.c.id.not_in(told))
    with database.writing() as tx:
        one = articles.article_of(tx.execute(select(tables.articles).where(*chosen).limit(1)).one())
        judgement = matching.judge(one.title, one.body, lexicon, published=one.told.date())
        articles.judge(tx, one.id, lexicon.fingerprint, judgement, one.told)
        like = select(tables.judgements).where(tables.judgements.c.article == one.id).subquery()
        fields = [column if column.name != "article" else tables.articles.c.id for column in like.c]
        rows = select(*fields).select_from(tables.articles.join(like, true()))
        rows = rows.where(*chosen, tables.articles.c.id != one.id)
        tx.execute(tables.judgements.insert().from_select([column.name for column in like.c], rows))
        tx.execute(update(tables.articles).where(*chosen).values(judged_by=lexicon.fingerprint))


def emptied(database: Database) -> None:
    """Bring home what the making left in the write-ahead log: gigabytes that no archive would have grown at once."""
    with database.outside_transactions() as run:
        run("PRAGMA wal_checkpoint(TRUNCATE)")


def judgements(room: Newsroom, size: int, made: ModuleType) -> None:
    """What a new lexicon asks for."""
    end = made.START + EVERY * size
    with room.database.reading() as tx:
        waiting_now, _ = articles.backlog(tx, room.lexicon.fingerprint)
    flagged = timed("judging, on one core", lambda: match_pending(room, lambda: end), waiting_now)
    with room.database.reading() as tx:
        told = tx.execute(select(func.count()).select_from(tables.tellings)).scalar_one()
    print(f"  of which flagged: {flagged}; taken for flagged when the archive was made: {told}")
    timed("keys of all stories, once after an update", lambda: reshelve(room.database))
    timed("joining the ones, taking out the others", lambda: join_pending(room), flagged + told)
    again = Order(part=Part(by=room.lexicon.fingerprint[:4]), group=True)
    timed("reprocess all, on all cores", lambda: reprocess(room, again, lambda: end, keep=False), size + FRESH)


def found(database: Database, query: str) -> list[str]:
    with database.reading() as tx:
        return [hit.id for hit in search(tx, query, limit=50)]


def waiting(database: Database) -> object:
    with database.reading() as tx:
        return review_queue.waiting(tx, 40)


def insert(database: Database, made: ModuleType, size: int, words: list[str]) -> None:
    """As crawls commit: eight at a time. What they tell is a move of somebody of whom nobody wrote before."""
    chance = random.Random(4)
    for first in range(0, FRESH, 8):
        with database.writing() as tx:
            for number in range(first, min(first + 8, FRESH)):
                article = made.make_article(size + number, chance, words)
                who = f"{words[number].capitalize()} {words[number + 500].capitalize()}"
                told = local_site.TEXT.format(who=who)
                articles.save(tx, replace(article, title=f"{who} quitte Loupiote pour Grandvoile", body=told))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000, help="articles in the archive")
    parser.add_argument("--stories", type=int, default=10_000, help="stories in the archive")
    parser.add_argument("--filled", type=Path, help="an SQLite file that holds so many already; it is written to")
    parser.add_argument("--unjudged", type=int, help="articles that tell nothing and wait to be judged (default: all)")
    parser.add_argument("--only-sqlite", action="store_true", help="leave PostgreSQL out")
    options = parser.parse_args()
    made = archives()
    with ExitStack() as closing:
        folder = Path(closing.enter_context(tempfile.TemporaryDirectory()))
        file = options.filled or folder / "banc.db"
        source = closing.enter_context(open_database(f"sqlite:///{file}"))
        if not options.filled:
            timed("filled in bulk", lambda: made.fill(source, options.size, options.stories))
        if options.unjudged is not None:
            timed("counted as judged", lambda: count_as_judged(source, load_lexicon(), options.unjudged))
        emptied(source)
        print(f"SQLite: {file.stat().st_size / options.size / 1024:.1f} kB an article")
        rooms = {"SQLite": newsroom(folder / "sqlite", f"sqlite:///{file}", source, options.size)}
        if not options.only_sqlite:
            rooms["PostgreSQL"] = closing.enter_context(moved(source, folder / "postgresql", made, options.size))
        for measure in (duties, judgements):
            for name, room in rooms.items():
                print(f"On {name}")
                measure(room, options.size, made)
    return 0


@contextmanager
def moved(source: Database, folder: Path, made: ModuleType, size: int) -> Iterator[Newsroom]:
    """The same archive on a PostgreSQL of its own, which is set as it comes."""
    with cluster_lab.postgresql(()) as (_, url), open_database(url) as target, _all_cores() as keys:
        copied = timed("SQLite to PostgreSQL, compared", lambda: copy(source, target, keys=keys))
        print("  " + ", ".join(f"{one.name} {one.rows}" for one in copied if one.rows))
        same(source, target, made)
        yield newsroom(folder, url, target, size)


def same(source: Database, target: Database, made: ModuleType) -> None:
    """Both give the same hits for the same words."""
    words, chance = made.vocabulary(random.Random(1)), random.Random(5)
    queries = [words[int(chance.random() ** 2 * 20_000)] for _ in range(QUERIES)]
    hits = [(sorted(found(source, query)), sorted(found(target, query))) for query in queries]
    differ = sum(one != other for one, other in hits)
    print(f"  {QUERIES} queries with {sum(len(one) for one, _ in hits)} hits, {differ} answered otherwise")
    if differ:
        raise SystemExit(1)


if __name__ == "__main__":
    sys.exit(main())
