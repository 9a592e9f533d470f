"""Worker processes that hang, crash, eat memory or raise: each costs its own task only."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from crawler import workers
from crawler.items import Hints
from crawler.workers import Workers
from mercato.errors import ExtractionError, FeedError, WorkerError

pytestmark = pytest.mark.slow

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)
FEED = b'<rss version="2.0"><channel><item><title>Un</title><link>https://x.example/1</link></item></channel></rss>'
PAGE = (
    b"<html><body><article><h1>Titre</h1>"
    + b"<p>Une phrase assez longue pour compter.</p>" * 9
    + b"</article></body></html>"
)


def with_workers(size: int, use: Callable[[Workers], Awaitable[None]]) -> None:
    async def run() -> None:
        pool = Workers(size)
        try:
            await use(pool)
        finally:
            await pool.close()

    asyncio.run(run())


def test_feeds_and_pages_are_read_and_their_errors_come_back() -> None:
    async def use(pool: Workers) -> None:
        feed, page = await asyncio.gather(
            pool.feed(FEED, "https://x.example/feed", None, NOW),
            pool.page(PAGE, "https://x.example/1", None, Hints(), NOW),
        )
        assert [entry.title for entry in feed.entries] == ["Un"]
        assert page.title == "Titre"
        with pytest.raises(FeedError, match="is empty"):
            await pool.feed(b"", "https://x.example/feed", None, NOW)
        with pytest.raises(ExtractionError, match="no article text"):
            await pool.page(b"<html><p>Rien</p></html>", "https://x.example/1", None, Hints(), NOW)

    with_workers(2, use)


@pytest.mark.parametrize(
    ("target", "arguments", "message"),
    [
        ("os:abort", (), "signal 6"),
        ("builtins:bytearray", (1 << 40,), "exit code 1"),
        ("builtins:int", ("not a number",), "exit code 1"),
        ("time:sleep", (600,), "more than 2 seconds"),
    ],
)
def test_a_bad_task_costs_its_own_worker_only(
    target: str, arguments: tuple[object, ...], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def use(pool: Workers) -> None:
        await pool.feed(FEED, "https://x.example/feed", None, NOW)
        monkeypatch.setattr(workers, "CALL_SECONDS", 2.0)
        with pytest.raises(WorkerError, match=message):
            await pool._call(target, *arguments)
        monkeypatch.setattr(workers, "CALL_SECONDS", 60.0)
        feed = await pool.feed(FEED, "https://x.example/feed", None, NOW)
        assert len(feed.entries) == 1

    with_workers(1, use)


def test_a_worker_is_replaced_after_enough_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "TASKS_PER_PROCESS", 2)

    async def use(pool: Workers) -> None:
        processes = [await pool._call("os:getpid") for _ in range(5)]
        assert len(set(processes)) == 3
        assert processes[0] == processes[1] != processes[2]

    with_workers(1, use)
