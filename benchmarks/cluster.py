"""What several workers bring: how long outlets take that wait for the network, with one worker and with more.

The outlets are on loopback addresses of their own and want a pause between two requests; PostgreSQL is a real one.
With --namespaces the workers are spread over network namespaces, and the outlets are on a bridge between them; that
takes root. Needs Linux and the development environment.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent / "tests" / part) for part in (".", "acceptance")]

import cluster_lab  # noqa: E402
from mail_room import Moody, serving  # noqa: E402

from mercato.errors import StorageError  # noqa: E402
from storage.engine import Database, open_database  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outlets", type=int, default=60)
    parser.add_argument("--hosts", type=int, default=50, help="the outlets beyond share hosts")
    parser.add_argument("--articles", type=int, default=6, help="of each outlet")
    parser.add_argument("--delay", type=float, default=1.0, help="seconds between two requests to one host")
    parser.add_argument("--namespaces", type=int, default=0, help="over which the workers are spread")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    options = parser.parse_args()
    for count in options.workers:
        measure(options, count)
    return 0


def measure(options: argparse.Namespace, count: int) -> None:
    with (
        networks(options.namespaces, options.hosts) as (network, within),
        cluster_lab.postgresql() as (_, url),
        cluster_lab.press(options.outlets, options.hosts, network) as press,
        serving(Moody()) as port,
        tempfile.TemporaryDirectory() as folder,
        open_database(url) as database,
    ):
        machines = [
            cluster_lab.settings_for(Path(folder) / f"m{number}", press, url, port, crawlers=1, delay=options.delay)
            for number in range(count)
        ]
        running = [cluster_lab.start(each, within[n % len(within)]) for n, each in enumerate(machines)]
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
        near = cluster_lab.violations(press, options.delay)
        requests = sum(len(site.times) for site in press.sites)
        print(
            f"{count} workers in {len(within)} networks: {len(press.people)} articles of {options.outlets} outlets on "
            f"{options.hosts} hosts in "
            f"{seconds:.0f} s; {requests} requests, {len(near)} too near; {cpu:.0f} s CPU",
            flush=True,
        )


@contextmanager
def networks(count: int, hosts: int) -> Iterator[tuple[str, Sequence[Sequence[str]]]]:
    """The network of the outlets, and for each network namespace the command that runs something in it."""
    if not count:
        yield "127.0.1", [()]
        return
    bridge, network = "mercato-lab", "10.213.1"
    with ExitStack() as closing:
        ip("link", "add", bridge, "type", "bridge")
        closing.callback(ip, "link", "del", bridge)
        ip("addr", "add", "10.213.0.1/16", "dev", bridge)
        for number in range(1, hosts + 1):
            ip("addr", "add", f"{network}.{number}/32", "dev", bridge)
        ip("link", "set", bridge, "up")
        names = [f"mercato-lab-{number}" for number in range(count)]
        for number, name in enumerate(names):
            ip("netns", "add", name)
            closing.callback(ip, "netns", "del", name)
            ip("link", "add", f"lab{number}", "type", "veth", "peer", "name", "eth0", "netns", name)
            ip("link", "set", f"lab{number}", "master", bridge, "up")
            ip("-n", name, "addr", "add", f"10.213.0.{number + 2}/16", "dev", "eth0")
            ip("-n", name, "link", "set", "lo", "up")
            ip("-n", name, "link", "set", "eth0", "up")
        yield network, [("ip", "netns", "exec", name) for name in names]


def ip(*arguments: str) -> None:
    """Run ip(8)."""
    subprocess.run(["ip", *arguments], check=True)  # noqa: S607  # iproute2 lies elsewhere on each system


def until(database: Database, query: str, number: int) -> None:
    """Wait until the query counts so many."""
    ends = time.monotonic() + 900
    while time.monotonic() < ends:
        with suppress(StorageError):
            if cluster_lab.numbers(database, query)[0] >= number:
                return
        time.sleep(0.2)
    raise SystemExit(f"not reached: {query} = {number}")


if __name__ == "__main__":
    sys.exit(main())
