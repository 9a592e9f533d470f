"""How much memory a process and all that it started hold at most, sampled while it runs (Linux)."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

EVERY = 0.2  # seconds: reading the maps of a large process takes the kernel milliseconds, in which it waits


@dataclass(slots=True)
class Peak:
    """The largest sum seen so far, in bytes. Shared pages count once (proportional set size)."""

    size: int = 0


@contextmanager
def watched(parent: int) -> Iterator[Peak]:
    """Watch everything that the process `parent` starts, not itself, until the block ends."""
    peak, over = Peak(), threading.Event()

    def look() -> None:
        while not over.wait(EVERY):
            peak.size = max(peak.size, sum(map(_held, _descendants(parent))))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()


def _descendants(parent: int) -> list[int]:
    found, queue = [], [parent]
    while queue:
        try:
            tasks = list(Path(f"/proc/{queue.pop()}/task").glob("*/children"))
            children = [int(number) for task in tasks for number in task.read_text().split()]
        except OSError:  # it ended while it was looked at
            continue
        found += children
        queue += children
    return found


def _held(process: int) -> int:
    try:
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    pss = next((line for line in rollup.splitlines() if line.startswith("Pss:")), "Pss: 0 kB")
    return int(pss.split()[1]) * 1024


def own() -> int:
    """This process's number."""
    return os.getpid()
