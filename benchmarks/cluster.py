"""What several workers bring: how long outlets take that wait for the network, with one worker and with more.

The outlets are on loopback addresses of their own and want a pause between two requests; PostgreSQL is a real one.
With --namespaces the workers are spread over network namespaces, and the outlets are on a bridge between them; that
takes root. Needs Linux and the development environment.
"""

from __future__ import annotations

import argparse
import random
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
from cluster_lab import Cluster  # noqa: E402
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
    parser.add_argument("--kills", type=int, default=0, help="so many, in place of the timing")
    parser.add_argument("--seed", type=int, default=1, help="of the moments of the kills")
    options = parser.parse_args()
    for count in options.workers:
        (killed if options.kills else measure)(options, count)
    return 0


@contextmanager
def laboratory(options: argparse.Namespace, count: int) -> Iterator[tuple[Cluster, Moody]]:
    """So many machines that have not been started, and the mail server."""
    with (
        networks(options.namespaces, options.hosts) as (network, gate, within),
        cluster_lab.postgresql() as (server, url),
        cluster_lab.press(options.outlets, options.hosts, network) as press,
        serving(inbox := Moody(), gate) as port,
        tempfile.TemporaryDirectory() as folder,
        open_database(url) as database,
    ):
        machines = [
            cluster_lab.settings_for(
                Path(folder) / f"m{number}", press, url, port, crawlers=1, delay=options.delay, mail=gate
            )
            for number in range(count)
        ]
        chance = random.Random(options.seed)
        made = Cluster(server, press, database, machines, chance, pause=options.delay, within=within)
        try:
            made.start_all()
            yield made, inbox
        finally:
            cluster_lab.end(made.running)


def killed(options: argparse.Namespace, count: int) -> None:
    with laboratory(options, count) as (made, inbox):
        seen = made.befallen(inbox, options.kills)
        print(f"{options.outlets} outlets on {options.hosts} hosts, {len(made.within)} networks: {seen}", flush=True)
        if not seen.done or seen.too_near:
            raise SystemExit(made.account())


def measure(options: argparse.Namespace, count: int) -> None:
    with laboratory(options, count) as (made, _):
        press, database = made.press, made.database
        until(database, "SELECT count(*) FROM workers", 3 * count)
        for _ in range(options.articles):
            for outlet in press.feeds:
                press.publish(outlet)
        before, begun = cpu(), time.monotonic()
        cluster_lab.all_due(database)
        until(database, "SELECT count(*) FROM articles", len(press.people))
        seconds = time.monotonic() - begun
    near = cluster_lab.violations(press, options.delay)
    requests = sum(len(site.times) for site in press.sites)
    print(
        f"{count} workers in {len(made.within)} networks: {len(press.people)} articles of {options.outlets} outlets "
        f"on {options.hosts} hosts in {seconds:.0f} s; {requests} requests, {len(near)} too near; "
        f"{cpu() - before:.0f} s CPU",
        flush=True,
    )


def cpu() -> float:
    """Seconds of CPU of the workers that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def networks(count: int, hosts: int) -> Iterator[tuple[str, str, Sequence[Sequence[str]]]]:
    """The network of the outlets, the address of the mail server, and for each network namespace the command that runs
    something in it."""
    if not count:
        yield "127.0.1", "127.0.0.1", [()]
        return
    bridge, network, gate = "mercato-lab", "10.213.1", "10.213.0.1"
    with ExitStack() as closing:
        ip("link", "add", bridge, "type", "bridge")
        closing.callback(ip, "link", "del", bridge)
        ip("addr", "add", f"{gate}/16", "dev", bridge)
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
        yield network, gate, [("ip", "netns", "exec", name) for name in names]


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
