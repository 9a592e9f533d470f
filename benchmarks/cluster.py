"""What several workers bring: how long outlets take that wait for the network, with one worker and with more.

The outlets are on loopback addresses of their own, each answers one request at a time and one second after the last;
PostgreSQL is a real one. Needs Linux and the development environment.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent / "tests" / part) for part in (".", "acceptance")]

import cluster_lab  # noqa: E402
from killed_senders import receiving  # noqa: E402

from mercato.errors import StorageError  # noqa: E402
from storage.engine import Database, open_database  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outlets", type=int, default=60)
    parser.add_argument("--hosts", type=int, default=50, help="the outlets beyond share hosts")
    parser.add_argument("--articles", type=int, default=6, help="of each outlet")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    options = parser.parse_args()
    for count in options.workers:
        measure(options, count)
    return 0


def measure(options: argparse.Namespace, count: int) -> None:
    with (
        cluster_lab.postgresql() as (_, url),
        cluster_lab.press(options.outlets, options.hosts) as press,
        receiving() as (_, port),
        tempfile.TemporaryDirectory() as folder,
        open_database(url) as database,
    ):
        machines = [
            cluster_lab.settings_for(Path(folder) / f"m{number}", press, url, port, crawlers=1, delay=1.0)
            for number in range(count)
        ]
        running = [cluster_lab.start(machine) for machine in machines]
        try:
            until(database, "SELECT count(*) FROM workers", 3 * count)
            for _ in range(options.articles):
                for outlet in press.feeds:
                    press.publish(outlet)
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            begun = time.monotonic()
            cluster_lab.all_due(database)
            until(database, "SELECT count(*) FROM articles", len(press.people))
            seconds = time.monotonic() - begun
        finally:
            cluster_lab.end(running)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        near = cluster_lab.violations(press, 1.0)
        requests = sum(len(site.times) for site in press.sites)
        print(
            f"{count} workers: {len(press.people)} articles of {options.outlets} outlets on {options.hosts} hosts in "
            f"{seconds:.0f} s; {requests} requests, {len(near)} too near; {cpu:.0f} s CPU",
            flush=True,
        )


def until(database: Database, query: str, number: int) -> None:
    """Wait until the query counts so many."""
    ends = time.monotonic() + 400
    while time.monotonic() < ends:
        with suppress(StorageError):
            if cluster_lab.numbers(database, query)[0] >= number:
                return
        time.sleep(0.2)
    raise SystemExit(f"not reached: {query} = {number}")


if __name__ == "__main__":
    sys.exit(main())
