"""One crawler per host among all machines that share an archive, and the host's pause between two of them.

Within one crawl Scrapy keeps the pause. Between two crawls the turn of the host passes on only when the first has
been idle for a while, and the second waits for the pause before it asks: so it is kept also after a crawler was
killed in the middle of a request, when nobody knows the time of its last one. Turns are lost with the database; the
handler looks whether they are still held before each request leaves.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, Self

from scrapy import Request
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from crawler.pipelines import archive_of
from crawler.refusals import BUSY, STOPPING, Refused
from mercato.errors import StorageError
from storage.turns import HostTurns

_TURN = "mercato_turn"  # key of Request.meta: the host whose turn the request uses
_LOOK_EVERY = 0.5  # seconds between two tries for a turn
_PATIENCE = 120.0  # seconds: a host is asked by another crawl for as long as that crawl has pages of it to read
_IDLE = 2.0  # seconds without a request after which a turn is given back: a feed is read meanwhile, then its pages


@dataclass(slots=True)
class _Turn:
    """The standing of one host in this crawl."""

    gate: asyncio.Lock = field(default_factory=asyncio.Lock)  # the first request takes the turn, the others wait
    held: bool = False
    users: int = 0  # requests that wait for it, or that are under way
    idle: asyncio.TimerHandle | None = None


class Turns:
    """Takes the turn of a host before its first request and gives it back after the last."""

    def __init__(self, crawler: Any, turns: HostTurns) -> None:
        self._crawler = crawler
        self._shared = turns
        self._turns: dict[str, _Turn] = {}

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        """Make it for the crawl `crawler`, unless this process is the only one that crawls."""
        turns = archive_of(crawler).turns
        if turns is None:
            raise NotConfigured
        return cls(crawler, turns)

    async def process_request(self, request: Request) -> None:
        """Wait for the host's turn. Raises Refused when it does not come, or when the crawl is being stopped."""
        host = request.meta["download_slot"]
        turn = self._turns.setdefault(host, _Turn())
        turn.users += 1
        request.meta[_TURN] = host
        if turn.idle is not None:
            turn.idle.cancel()
        async with turn.gate:
            if not turn.held:
                await self._take(host)
                turn.held = True
                await asyncio.sleep(self._pause(host))
        if self._crawler.spider.stopping:
            raise Refused(STOPPING)

    def process_response(self, request: Request, response: Response) -> Response:
        """The request is over; whoever copies it, to follow a redirect, must not take it for one under way."""
        self._over(request)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:  # noqa: ARG002  # Scrapy's signature
        """The request is over."""
        self._over(request)

    async def _take(self, host: str) -> None:
        for _ in range(round(_PATIENCE / _LOOK_EVERY)):
            if self._crawler.spider.stopping:
                raise Refused(STOPPING)
            try:
                if self._shared.take(host):
                    return
            except StorageError as error:
                self._crawler.spider.give_up(str(error))
                raise Refused(STOPPING) from error
            await asyncio.sleep(_LOOK_EVERY)
        raise Refused(BUSY)

    def _pause(self, host: str) -> float:
        """Seconds between two requests to the host: the user's, or what its robots.txt asks for."""
        special = self._crawler.engine.downloader.per_slot_settings.get(host, {})
        return float(special.get("delay", self._crawler.settings.getfloat("DOWNLOAD_DELAY")))

    def _over(self, request: Request) -> None:
        host = request.meta.pop(_TURN, None)
        if host is None:
            return
        turn = self._turns[host]
        turn.users -= 1
        if not turn.users and turn.held:
            turn.idle = asyncio.get_running_loop().call_later(_IDLE, self._leave, host)

    def _leave(self, host: str) -> None:
        turn = self._turns[host]
        if turn.users or not turn.held:
            return
        turn.held = False
        try:
            self._shared.leave(host)
        except StorageError as error:
            self._crawler.spider.give_up(str(error))
