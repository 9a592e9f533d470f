"""Worker processes for what can hang or crash: feed parsing and text extraction of hostile input.

Threads and the pools of the standard library cannot end one task; here each worker is a process of its own with a
deadline per call and a limit on its memory, and is replaced when it exceeds either.

This is the crawl's end; the worker's is crawler.reader. A call travels as a length and a pickle over the worker's
standard input, its answer the same way back. Both ends are ours; the bytes of the web inside are only ever data.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crawler.items import Hints, Page, ParsedFeed
from crawler.processes import LENGTH
from mercato.errors import MercatoError, WorkerError

CALL_SECONDS = 15.0  # a heavy real page takes 0.2 s of CPU; the rest is patience on a busy machine
START_SECONDS = 45.0  # for starting Python and loading the readers; 1.5 s on an idle machine
TASKS_PER_PROCESS = 500  # then a fresh one: parsers leak

_FEED = "crawler.feeds:parse_feed"
_PAGE = "crawler.extraction:extract"

_Answer = tuple[Any, MercatoError | None, bool]
"""The reader's value, or the error that it raised on purpose; and whether its process has grown too large."""


@dataclass(slots=True)
class _Worker:
    """One process and how much it has done."""

    process: asyncio.subprocess.Process
    calls: asyncio.StreamWriter
    answers: asyncio.StreamReader
    done: int = 0

    async def ask(self, call: bytes) -> _Answer:
        """Send `call`, wait for the answer. Raises WorkerError when none comes in time or the process dies."""
        async with self._within(CALL_SECONDS, "reading it"):
            self.calls.write(LENGTH.pack(len(call)) + call)
            await self.calls.drain()
            answer: _Answer = pickle.loads(await self._receive())  # noqa: S301  # from our own process
        self.done += 1
        return answer

    async def ready(self) -> None:
        """Wait until it has loaded the readers. Raises WorkerError when that fails."""
        async with self._within(START_SECONDS, "starting a worker process"):
            await self._receive()

    async def end(self) -> None:
        """Kill the process if it still runs, and wait for its end."""
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
        self.calls.close()

    async def _receive(self) -> bytes:
        return await self.answers.readexactly(LENGTH.unpack(await self.answers.readexactly(LENGTH.size))[0])

    @asynccontextmanager
    async def _within(self, seconds: float, what: str) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(seconds):
                yield
        except TimeoutError as error:
            raise WorkerError(f"{what} took more than {seconds:.0f} seconds and was stopped") from error
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            code = await self.process.wait()
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            raise WorkerError(f"{what} killed the worker process ({how})") from error


@dataclass(slots=True)
class Workers:
    """A fixed number of workers, each started when it is first needed."""

    size: int
    _idle: asyncio.Queue[_Worker | None] = field(init=False)

    def __post_init__(self) -> None:
        self._idle = asyncio.LifoQueue()  # the last one used is warm
        for _ in range(self.size):
            self._idle.put_nowait(None)

    async def feed(self, body: bytes, url: str, charset: str | None, now: datetime) -> ParsedFeed:
        """crawler.feeds.parse_feed in a worker. Raises FeedError, and WorkerError on a time-out or a crash."""
        parsed: ParsedFeed = await self._call(_FEED, body, url, charset, now)
        return parsed

    async def page(self, body: bytes, url: str, charset: str | None, hints: Hints, now: datetime) -> Page:
        """crawler.extraction.extract in a worker. Raises ExtractionError, and WorkerError on a time-out or a crash."""
        page: Page = await self._call(_PAGE, body, url, charset, hints, now)
        return page

    async def close(self) -> None:
        """End the processes; call it when no call is under way."""
        for _ in range(self.size):
            worker = await self._idle.get()
            if worker is not None:
                await worker.end()

    async def _call(self, target: str, *arguments: Any) -> Any:
        worker = await self._idle.get()
        try:
            if worker is None:
                worker = await _start()
                await worker.ready()
            value, error, heavy = await worker.ask(pickle.dumps((target, arguments)))
            if heavy or worker.done >= TASKS_PER_PROCESS:
                await worker.end()
        except BaseException:
            if worker is not None:
                await worker.end()
            raise
        finally:
            self._idle.put_nowait(worker if worker is not None and worker.process.returncode is None else None)
        if error is not None:
            raise error
        return value


async def _start() -> _Worker:
    command = (sys.executable, "-m", "crawler.reader", str(os.getpid()))
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    if process.stdin is None or process.stdout is None:
        raise WorkerError("a worker process was started without its pipes")
    return _Worker(process, process.stdin, process.stdout)
