"""The program of a worker process: reads feeds and pages for the crawl until its standard input closes.

Apart from crawler.workers, the other end of the pipe, so that what is sent back never depends on which program ran.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import os
import pickle
import sys
from pathlib import Path
from typing import Any, BinaryIO

from crawler.processes import LENGTH, die_with_parent
from mercato.errors import ExtractionError, FeedError, MercatoError

MEMORY_BYTES = 2 << 30  # of address space; the most hostile page measured took 0.36 GB of memory
ROOMY_BYTES = 75_000_000  # of memory held; 63 real pages in one process stay below 60 MB
HEAVY_BYTES = 90_000_000  # of memory held after all that is free was given back
FORGET_EVERY = 100  # tasks between two emptyings of trafilatura's caches

_PRELOADED = ("crawler.extraction", "crawler.feeds")


def main() -> None:
    """Answer calls from standard input on standard output."""
    die_with_parent(int(sys.argv[1]))
    _limit_memory()
    # Whatever a library prints must not end up between the answers.
    calls, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    extraction, _ = map(importlib.import_module, _PRELOADED)
    gc.freeze()  # the readers stay: looking through them again and again took a seventh of the CPU
    answers.write(LENGTH.pack(0))  # ready: from now on time counts
    answers.flush()
    done = 0
    while call := _receive(calls):
        result = _work(call)
        if _held() > ROOMY_BYTES:
            extraction.forget()
            _give_back()
        answer = pickle.dumps((*result, _held() > HEAVY_BYTES))
        answers.write(LENGTH.pack(len(answer)) + answer)
        answers.flush()
        done += 1
        if done % FORGET_EVERY == 0:
            extraction.forget()


def _receive(calls: BinaryIO) -> bytes:
    head = calls.read(LENGTH.size)
    return calls.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else b""


def _work(call: bytes) -> tuple[Any, MercatoError | None]:
    """Run one call. Any error that the reader did not raise on purpose ends the process: its state is unknown."""
    target, arguments = pickle.loads(call)  # noqa: S301  # from our own parent
    module, name = target.split(":")
    try:
        return getattr(importlib.import_module(module), name)(*arguments), None
    except (FeedError, ExtractionError) as error:
        return None, error


def _held() -> int:
    """The bytes of memory that this process holds now; 0 where nobody can tell."""
    if sys.platform != "linux":
        return 0
    # Not ru_maxrss: a process begins with that of the one that started it, however large it was.
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _give_back() -> None:
    """Return what is free to the system: the C library keeps what a large page took (malloc_trim(3))."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's own
    if trim is not None:
        trim(0)


def _limit_memory() -> None:
    if sys.platform == "linux":
        import resource  # noqa: PLC0415  # does not exist on Windows

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


if __name__ == "__main__":
    main()
