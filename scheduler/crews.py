"""Crawls that several jobs share.

A job is one host's, so that no two workers ever visit a host at once. A crawl's process costs seconds of CPU before
it asks for anything, and one more host costs it next to nothing: so the jobs that one machine has taken up at about
the same time go together, and end together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Event, Lock

from mercato.model import CycleReport

LARGEST = 12
"""Hosts that go together at most: a crew ends with its slowest host, and other machines want their share."""

_GATHERING = 1.0  # seconds that the first host waits for others: jobs come in within moments of each other


@dataclass(slots=True)
class _Crew:
    hosts: list[str] = field(default_factory=list)
    outcome: Future[CycleReport] = field(default_factory=Future)


class Crews:
    """The crawls of one machine. Safe to share between threads: each job has one."""

    def __init__(self, crawl: Callable[[Sequence[str]], CycleReport], most: int, stop: Event) -> None:
        """`crawl` visits hosts; at most `most` crawls run at once."""
        self._crawl = crawl
        self._free = BoundedSemaphore(most)
        self._stop = stop
        self._lock = Lock()
        self._forming: _Crew | None = None

    def visit(self, host: str) -> CycleReport:
        """Visit the host together with others; returns the report of them all, or raises what kept them from going."""
        with self._lock:
            crew, leads = self._forming, False
            if crew is None or len(crew.hosts) >= LARGEST:
                crew = self._forming = _Crew()
                leads = True
            crew.hosts.append(host)
        if leads:
            self._lead(crew)
        return crew.outcome.result()

    def _lead(self, crew: _Crew) -> None:
        """Wait for others and for a free place, then go. Whoever comes while all places are taken still joins."""
        self._stop.wait(_GATHERING)
        with self._free:
            with self._lock:
                if self._forming is crew:
                    self._forming = None
            try:
                crew.outcome.set_result(self._crawl(crew.hosts))
            except BaseException as error:
                crew.outcome.set_exception(error)  # everybody's job fails, and is tried again
                if not isinstance(error, Exception):
                    raise
