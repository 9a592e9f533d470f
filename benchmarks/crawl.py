"""What a crawl costs, beside its peers, on the same pages from a local server, in one run.

Measured are: the whole pipeline (fetch, parse, extract, metadata, archive, store) with two workers; two processes
that do its extraction alone, which is the ceiling; two with bare trafilatura's default mode and metadata; and, in an
environment of their own that this script makes with --peers, news-please and newspaper4k, with four threads each. All
are measured after WARM_UP pages, so what their processes cost to start is told apart; our three take turns, --rounds
times, so that what else the machine does meets them alike. Then the cost of a cycle in which nothing changed. Pages
come from a folder of HTML files. With --labelled, a folder with
labelled.jsonl ({"file": …, "body": …} a line, the files beside it, .gz or not), the F1 of four-word sequences is told
too. --plot draws the table.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import gzip
import json
import multiprocessing
import operator
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import venv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import reduce
from html import escape
from pathlib import Path
from typing import Any

PEERS = ("news-please==1.6.16", "newspaper4k==0.9.6")
NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)
WARM_UP = 60  # pages before anything is measured
OUTLETS = 20  # feeds that the pages are spread over, each on a loopback address of its own


@dataclass(frozen=True, slots=True)
class Cost:
    """What one candidate needed for its pages after the first WARM_UP, and for these."""

    name: str
    pages: int
    seconds: float
    cpu: float  # seconds, of all processes
    start: float = 0.0  # CPU seconds before that

    def __add__(self, other: Cost) -> Cost:
        sums = (self.pages + other.pages, self.seconds + other.seconds, self.cpu + other.cpu)
        return Cost(self.name, *sums, max(self.start, other.start))

    @property
    def rate(self) -> float:
        return self.pages / self.seconds

    @property
    def each(self) -> float:
        """CPU milliseconds a page."""
        return self.cpu / self.pages * 1000

    def line(self, ceiling: Cost) -> str:
        proportions = f"{self.rate / ceiling.rate:.2f} | {self.each / ceiling.each:.2f}"
        return f"| {self.name} | {self.pages} | {self.rate:.1f} | {self.each:.1f} | {proportions} | {self.start:.1f} |"


class Answerer(asyncio.Protocol):
    """Serves `pages` by path, with conditional requests for feeds; costs next to nothing itself."""

    def __init__(self, pages: dict[str, tuple[str, bytes]], asked: Any) -> None:
        self._pages = pages
        self._asked = asked
        self._read = b""
        self._to: asyncio.Transport | None = None

    def connection_made(self, transport: Any) -> None:
        self._to = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while b"\r\n\r\n" in self._read and self._to is not None:
            head, _, self._read = self._read.partition(b"\r\n\r\n")
            self._to.write(self._answer(head))

    def _answer(self, head: bytes) -> bytes:
        path = head.split(b" ", 2)[1].decode()
        self._asked.value += path.startswith("/p/")
        kind, body = self._pages.get(path, ("", b""))
        status = "200 OK" if kind else "404 Not Found"
        if path.startswith("/feed") and b'if-none-match: "1"' in head.lower():
            status, body = "304 Not Modified", b""
        fields = f'ETag: "1"\r\nContent-Type: {kind or "text/plain"}\r\nContent-Length: {len(body)}'
        return f"HTTP/1.1 {status}\r\n{fields}\r\n\r\n".encode() + body


def serve(pages: dict[str, tuple[str, bytes]], asked: Any, ready: Any) -> None:
    """The server, in a process of its own so that its cost is nobody's; `asked` counts the pages it was asked for."""

    async def run() -> None:
        loop = asyncio.get_running_loop()
        first = await loop.create_server(lambda: Answerer(pages, asked), host(0), 0, backlog=512)
        port = first.sockets[0].getsockname()[1]
        hosts = [host(number) for number in range(1, OUTLETS)]
        others = await loop.create_server(lambda: Answerer(pages, asked), hosts, port, backlog=512)
        ready.send(port)
        await asyncio.gather(first.serve_forever(), others.serve_forever())

    asyncio.run(run())


@contextmanager
def served(pages: dict[str, tuple[str, bytes]]) -> Iterator[tuple[int, Any, int]]:
    """The port of a server of `pages`, the number of pages that it was asked for so far, and its process."""
    ours, theirs = multiprocessing.Pipe()
    context = multiprocessing.get_context("fork")
    asked = context.Value("L", 0, lock=False)  # one process writes it
    process = context.Process(target=serve, args=(pages, asked, theirs), daemon=True)
    process.start()
    try:
        yield ours.recv(), asked, process.pid or 0
    finally:
        process.terminate()
        process.join()


def bodies(folder: Path, count: int) -> list[tuple[str, bytes]]:
    """`count` pages, those of the folder over and over, each made different by a comment at its end."""
    originals = sorted(folder.glob("*.html"))
    if not originals:
        raise SystemExit(f"no .html file in {folder}")
    read = [(path.stem, path.read_bytes()) for path in originals]
    return [(f"{read[n % len(read)][0]}-{n}", read[n % len(read)][1] + b"<!-- %d -->" % n) for n in range(count)]


def host(number: int) -> str:
    return f"127.0.2.{number % OUTLETS + 1}"


def feed(links: Sequence[tuple[str, str]]) -> bytes:
    items = "".join(f"<item><title>{escape(t)}</title><link>{escape(u)}</link></item>" for u, t in links)
    return f'<rss version="2.0"><channel><title>F</title>{items}</channel></rss>'.encode()


def cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def settings_file(folder: Path, feeds: dict[str, str]) -> Path:
    lines = ["[crawl]", 'contact = "mailto:banc@example.org"', "allow_private_addresses = true", "delay = 0"]
    lines += ["catalogue = false", "workers = 2", "deadline = 3600", "timeout = 60"]
    for name, url in feeds.items():
        lines += ["[[source]]", f'id = "{name}"', f'name = "{name}"', f'feed = "{url}"']
    file = folder / "mercato.toml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def cpu_of_tree(process: int) -> float:
    """CPU seconds of a process, of those that it has waited for, and of its living descendants (Linux)."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        children = [child for task in Path(f"/proc/{process}/task").iterdir() for child in _children(task)]
    except OSError:  # it has ended
        return 0.0
    own = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return own + sum(map(cpu_of_tree, children))


def _children(task: Path) -> Iterator[int]:
    yield from map(int, (task / "children").read_text().split())


@dataclass(slots=True)
class Mark:
    """The moment at which the first pages had been asked for."""

    seconds: float = 0.0
    cpu: float = 0.0  # of all crawl processes so far
    pages: int = 0


@contextmanager
def warmed_up(asked: Any, server: int) -> Iterator[Mark]:
    """Marks the moment at which WARM_UP pages were asked for by the crawl process that is started meanwhile."""
    mark, over, before = Mark(), threading.Event(), cpu_of_children()

    def look() -> None:
        while asked.value < WARM_UP and not over.wait(0.005):
            continue
        mark.pages, mark.seconds = asked.value, time.monotonic()
        mine = {child for task in Path("/proc/self/task").iterdir() for child in _children(task)}
        mark.cpu = cpu_of_children() - before + sum(map(cpu_of_tree, mine - {server}))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield mark
    finally:
        over.set()
        thread.join()


def pipeline(pages: Sequence[tuple[str, bytes]]) -> Cost:
    """The whole of Mercato's crawl, into an archive of its own that is there, but empty; its end is counted."""
    from mercato.settings import load_settings
    from scheduler.cycle import run_cycle
    from storage.engine import open_database

    with tempfile.TemporaryDirectory() as name, _spread(pages) as (addresses, asked, server):
        settings = load_settings(settings_file(Path(name), addresses), {})
        open_database(settings.database_url).close()
        before = cpu_of_children()
        with warmed_up(asked, server) as mark:
            report = run_cycle(settings)
            end, cpu = time.monotonic(), cpu_of_children() - before
    if report.pages != len(pages):
        print(f"(only {report.pages} of {len(pages)} pages: {report})", file=sys.stderr)
    name = "**Mercato, whole pipeline, 2 workers**"
    return Cost(name, len(pages) - mark.pages, end - mark.seconds, cpu - mark.cpu, mark.cpu)


@contextmanager
def _spread(pages: Sequence[tuple[str, bytes]]) -> Iterator[tuple[dict[str, str], Any, int]]:
    """The pages behind feeds of OUTLETS hosts; the server's port is not known when the feeds are written, so links
    are relative to the feed. Gives the feeds, the number of pages asked for so far, and the server's process.
    """
    content: dict[str, tuple[str, bytes]] = {f"/p/{n}": ("text/html", body) for n, (_, body) in enumerate(pages)}
    for outlet in range(OUTLETS):
        mine = [(f"/p/{n}", title) for n, (title, _) in enumerate(pages) if n % OUTLETS == outlet]
        content[f"/feed{outlet}"] = ("application/rss+xml", feed(mine))
    with served(content) as (port, asked, server):
        yield {f"o{outlet}": f"http://{host(outlet)}:{port}/feed{outlet}" for outlet in range(OUTLETS)}, asked, server


def _by_two(name: str, prepare: Callable[[], Callable[[str, bytes], None]], pages: Sequence[tuple[str, bytes]]) -> Cost:
    """The cost of `pages` for two processes that each `prepare` and then take the next page until there is none."""
    context = multiprocessing.get_context("fork")
    taken, together, told = context.Value("L", 0), context.Barrier(2), context.SimpleQueue()

    def take() -> Iterator[tuple[str, bytes]]:
        while True:
            with taken.get_lock():
                number, taken.value = taken.value, taken.value + 1
            if number >= len(pages) - WARM_UP:
                return
            yield pages[WARM_UP + number]

    def run(first: Sequence[tuple[str, bytes]]) -> None:
        work = prepare()
        for page in first:
            work(*page)
        together.wait()
        start, used = time.monotonic(), time.process_time()
        for page in take():
            work(*page)
        told.put((time.monotonic() - start, time.process_time() - used, used))

    halves = [context.Process(target=run, args=(pages[part:WARM_UP:2],)) for part in range(2)]
    for half in halves:
        half.start()
    seconds, cpu, start = zip(*(told.get() for _ in halves), strict=True)
    for half in halves:
        half.join()
    return Cost(name, len(pages) - WARM_UP, max(seconds), sum(cpu), sum(start))


def ceiling(pages: Sequence[tuple[str, bytes]]) -> Cost:
    """Two processes that do nothing but the pipeline's extraction, made ready as its workers are."""

    def prepare() -> Callable[[str, bytes], None]:
        from crawler.extraction import extract
        from crawler.items import Hints
        from mercato.errors import ExtractionError

        def work(title: str, body: bytes) -> None:
            with suppress(ExtractionError):
                extract(body, "https://banc.example/a", None, Hints(title=title), NOW)

        gc.freeze()
        return work

    return _by_two("Mercato's extraction alone, 2 processes: the ceiling", prepare, pages)


def bare(pages: Sequence[tuple[str, bytes]]) -> Cost:
    """trafilatura's default mode with metadata, two processes, no crawl around it."""

    def prepare() -> Callable[[str, bytes], None]:
        from trafilatura import bare_extraction

        def work(_title: str, body: bytes) -> None:
            bare_extraction(body, with_metadata=True)

        return work

    return _by_two("trafilatura's default mode with metadata, 2 processes, no crawl", prepare, pages)


_PEER = """
import json, resource, sys, time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
name, folder, url, threads = sys.argv[1:5]
files = sorted(Path(folder).glob("*.html"))
if name == "newspaper4k":
    import newspaper
    def read(path):
        article = newspaper.Article(url + path.name if url else "https://banc.example/a", language="fr")
        if url:
            article.download()
        else:
            article.download(input_html=path.read_bytes().decode("utf-8", "replace"))
        article.parse()
        return article.text
else:
    from newsplease import NewsPlease
    def read(path):
        html = None if url else path.read_bytes().decode("utf-8", "replace")
        article = NewsPlease.from_url(url + path.name) if url else NewsPlease.from_html(html, url="https://banc.example/a")
        return getattr(article, "maintext", None) or ""
def text(path):
    try:
        return read(path) or ""
    except Exception as error:
        return ""
text(files[0])
start, used = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
with ThreadPoolExecutor(int(threads)) as pool:
    texts = dict(zip([path.stem for path in files], pool.map(text, files)))
now = resource.getrusage(resource.RUSAGE_SELF)
cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
print(json.dumps({"seconds": time.monotonic() - start, "cpu": cpu, "texts": texts}))
"""
PEER_NAMES = ("newspaper4k", "news-please")


def environment(home: Path) -> Path:
    """The interpreter of the peers' environment in `home`, which is made when it is not there."""
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
        command = [str(python), "-m", "pip", "-q", "install", *PEERS, "lxml_html_clean", "legacy-cgi"]
        subprocess.run(command, check=False, capture_output=True)
    return python


def told_by(python: Path, peer: str, folder: str, url: str, threads: int) -> dict[str, Any] | None:
    """What a peer makes of the pages in `folder`: fetched from `url`, or read from their files where that is ""."""
    command = [str(python), "-c", _PEER, peer, folder, url, str(threads)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"({peer} failed: {done.stderr.strip().splitlines()[-1:]})", file=sys.stderr)
        return None
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    empty = sum(not text for text in told["texts"].values())
    print(f"({peer} found no text on {empty} of {len(told['texts'])} pages)", file=sys.stderr)
    return told


def peers(pages: Sequence[tuple[str, bytes]], python: Path) -> list[Cost]:
    """news-please and newspaper4k, fetching from the same server and parsing, four threads each."""
    found = []
    content = {f"/{name}.html": ("text/html", body) for name, body in pages}
    with tempfile.TemporaryDirectory() as folder, served(content) as (port, _, _):
        for name, body in pages:
            (Path(folder) / f"{name}.html").write_bytes(body)
        for peer in PEER_NAMES:
            told = told_by(python, peer, folder, f"http://{host(0)}:{port}/", 4)
            if told is not None:
                found.append(Cost(f"{peer}, fetch and parse, 4 threads", len(pages), told["seconds"], told["cpu"]))
    return found


def f1(told: str, true: str) -> float:
    """F1 of four-word sequences, counted with repetition."""
    mine, theirs = _grams(told), _grams(true)
    common = sum((mine & theirs).values())
    return 2 * common / (sum(mine.values()) + sum(theirs.values())) if common else 0.0


def _grams(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return Counter(zip(words, words[1:], words[2:], words[3:], strict=False))


def labelled(folder: Path, most: int) -> list[tuple[bytes, str]]:
    """At most `most` pages of a labelled set, spread over it, each with its article's true text."""
    lines = (folder / "labelled.jsonl").read_text(encoding="utf-8").splitlines()
    found = []
    for line in lines[:: max(len(lines) // most, 1)]:
        page = json.loads(line)
        raw = (folder / page["file"]).read_bytes()
        found.append((gzip.decompress(raw) if page["file"].endswith(".gz") else raw, page["body"]))
    return found


def our_text(body: bytes) -> str | None:
    """What Mercato extracts; None for a page that it takes for no article and declines on purpose."""
    from crawler.extraction import extract
    from crawler.items import Hints
    from mercato.errors import ExtractionError

    try:
        return extract(body, "https://banc.example/a", None, Hints(), NOW).text
    except ExtractionError as error:
        return "" if error.reason == "no-text" else None


def quality(pages: Sequence[tuple[bytes, str]], python: Path | None) -> list[str]:
    """Mean F1 of everybody on the labelled pages, but for those that Mercato declines."""
    from trafilatura import extract as trafilatura_extract

    ours = [our_text(body) for body, _ in pages]
    kept = [number for number, text in enumerate(ours) if text is not None]
    default: list[str | None] = [trafilatura_extract(body) or "" for body, _ in pages]
    texts = {"**Mercato**": ours, "trafilatura's default": default}
    if python is not None:
        with tempfile.TemporaryDirectory() as folder:
            for number, (body, _) in enumerate(pages):
                (Path(folder) / f"{number}.html").write_bytes(body)
            for peer in PEER_NAMES:
                told = told_by(python, peer, folder, "", 1)
                if told is not None:
                    texts[peer] = [told["texts"][str(number)] for number in range(len(pages))]
    lines = ["| F1 of four-word sequences | mean | median |", "|---|---|---|"]
    for name, found in texts.items():
        scores = [f1(found[number] or "", pages[number][1]) for number in kept]
        lines.append(f"| {name} | {statistics.fmean(scores):.3f} | {statistics.median(scores):.3f} |")
    return [*lines, f"\n{len(kept)} labelled pages; {len(pages) - len(kept)} more are declined as no articles."]


def unchanged(feeds: int) -> str:
    """A cycle over so many feeds of which none has changed since the cycle before."""
    from mercato.settings import load_settings
    from scheduler.cycle import run_cycle

    content = {f"/feed{n}": ("application/rss+xml", feed([])) for n in range(feeds)}
    with tempfile.TemporaryDirectory() as name, served(content) as (port, _, _):
        addresses = {f"o{n}": f"http://{host(n)}:{port}/feed{n}" for n in range(feeds)}
        settings = load_settings(settings_file(Path(name), addresses), {})
        remember(settings.database_url, addresses)
        with watched() as peak:
            before, start = cpu_of_children(), time.monotonic()
            report = run_cycle(settings)
            spent, cpu = time.monotonic() - start, cpu_of_children() - before
    each = cpu / feeds * 1000
    figures = f"{report.not_modified:,} | {report.pages} | {spent:.1f} | {each:.1f} | {peak[0] // 1000}"
    return f"| {feeds:,} | {figures} |"


def remember(database_url: str, addresses: dict[str, str]) -> None:
    """Leave what a cycle leaves that has read these feeds."""
    from mercato.model import FeedOutcome, FeedState
    from storage import feeds
    from storage.engine import open_database

    with open_database(database_url) as database, database.writing() as tx:
        for name, url in addresses.items():
            state = FeedState(source=name, url=url, outcome=FeedOutcome.FRESH, etag='"1"', last_attempt=NOW)
            feeds.record(tx, replace(state, last_success=NOW, newest_entry=NOW))


@contextmanager
def watched() -> Iterator[list[int]]:
    """The largest resident size, in kB, that a crawl process started meanwhile by this one reaches (Linux)."""
    peak, over = [0], threading.Event()

    def look() -> None:
        while not over.wait(0.2):
            for task in Path("/proc/self/task").glob("*/children"):
                peak[0] = max([peak[0], *map(_resident, task.read_text().split())])

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()


def _resident(process: str) -> int:
    try:
        command = Path(f"/proc/{process}/cmdline").read_bytes()
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:  # it has ended
        return 0
    held = re.search(r"VmHWM:\s+(\d+)", status)
    return int(held[1]) if held and b"scheduler.cycle_process" in command else 0


def plot(costs: Sequence[Cost], file: Path) -> None:
    """The table as two rows of bars."""
    from matplotlib.figure import Figure

    axes: Any
    figure = Figure(figsize=(9, 3.2), layout="constrained")
    names = [cost.name.strip("*") for cost in costs]
    colours = ["#1f6f8b" if name.startswith("Mercato") else "#b0b7bf" for name in names]
    rows = (
        ("CPU milliseconds a page: less is better", [cost.each for cost in costs]),
        ("pages a second: more is better", [cost.rate for cost in costs]),
    )
    for axes, (title, values) in zip(figure.subplots(1, 2, sharey=True), rows, strict=True):
        axes.bar_label(axes.barh(names, values, color=colours), fmt="%.1f", padding=3)
        axes.set_title(title, fontsize=10)
        axes.set_xlim(0, max(values) * 1.2)
        axes.spines[["top", "right"]].set_visible(False)
    axes.invert_yaxis()
    figure.savefig(file, format="svg", metadata={"Date": None})


def compare(options: argparse.Namespace, python: Path | None) -> None:
    """The table of all candidates, and the plot."""
    pages = bodies(options.pages, options.count)
    rounds = [(ceiling(pages), pipeline(pages), bare(pages)) for _ in range(options.rounds)]
    for best, ours, _ in rounds if options.rounds > 1 else ():
        told = (
            f"{ours.rate / best.rate:.2f} of {best.rate:.1f} pages/s, {ours.each / best.each:.2f} of {best.each:.1f} ms"
        )
        print(f"(a round: {told})", file=sys.stderr)
    costs = [reduce(operator.add, of_one) for of_one in zip(*rounds, strict=True)]
    costs += peers(pages[: options.peer_count], python) if python else []
    print("| candidate | pages | pages/s | CPU ms a page | of the ceiling's pages/s | of its CPU | CPU s to start |")
    print("|---|---|---|---|---|---|---|")
    for cost in costs:
        print(cost.line(costs[0]), flush=True)
    if options.plot:
        plot(costs, options.plot)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=Path, help="folder of HTML files")
    parser.add_argument("--count", type=int, default=300, help="pages of a run; those of the folder over and over")
    parser.add_argument("--rounds", type=int, default=1, help="how often our candidates take turns")
    parser.add_argument("--labelled", type=Path, help="folder with labelled.jsonl and the pages that it names")
    parser.add_argument("--labelled-count", type=int, default=1000, help="pages of it at most, spread over the set")
    parser.add_argument("--peers", type=Path, help="folder for the peers' environment; made when it is not there")
    parser.add_argument("--peer-count", type=int, default=60, help="pages for the slow peers")
    parser.add_argument("--plot", type=Path, help="SVG file to draw")
    parser.add_argument("--feeds", type=int, nargs="*", default=[100, 1000, 10_000], help="sizes of unchanged cycles")
    options = parser.parse_args()
    python = environment(options.peers) if options.peers else None
    if options.pages:
        compare(options, python)
    if options.labelled:
        print("\n".join(["", *quality(labelled(options.labelled, options.labelled_count), python)]), flush=True)
    if options.feeds:
        print("\n| unchanged feeds | answered 304 | pages | seconds | CPU ms a feed | MB at most |")
        print("|---|---|---|---|---|---|")
        for size in options.feeds:
            print(unchanged(size), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
