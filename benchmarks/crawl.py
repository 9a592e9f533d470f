"""What a crawl costs, beside its peers, on the same pages from a local server, in one run.

Measured are: the whole pipeline (fetch, parse, extract, metadata, archive, store) with two workers; two processes
that do its extraction alone, which is the ceiling; bare trafilatura's default mode with metadata on one core; and, in a
throw-away environment that this script makes with --peers, news-please and newspaper4k. Then the cost of a cycle in
which nothing changed. Pages come from a folder of HTML files. With
--truth, a folder with a .txt of the same name for each page, the F1 of four-word sequences is told too.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

PEERS = ("news-please==1.6.16", "newspaper4k==0.9.6")
NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)
OUTLETS = 20  # feeds that the pages are spread over, each on a loopback address of its own


@dataclass(frozen=True, slots=True)
class Cost:
    """What one candidate needed for all pages."""

    name: str
    pages: int
    seconds: float
    cpu: float  # seconds, of all processes

    def line(self, ceiling: float) -> str:
        rate, each = self.pages / self.seconds, self.cpu / self.pages * 1000
        return f"| {self.name} | {self.pages} | {rate:.1f} | {each:.1f} | {rate / ceiling:.2f} |"


class Handler(BaseHTTPRequestHandler):
    """Serves `pages` by path, with conditional requests for feeds."""

    protocol_version = "HTTP/1.1"
    pages: ClassVar[dict[str, tuple[str, bytes]]] = {}

    def do_GET(self) -> None:
        kind, body = self.pages.get(self.path, ("", b""))
        fresh = self.path.startswith("/feed") and self.headers.get("If-None-Match") == '"1"'
        self.send_response(304 if fresh else 200 if kind else 404)
        self.send_header("ETag", '"1"')
        body = b"" if fresh else body
        self.send_header("Content-Type", kind or "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def serve(pages: dict[str, tuple[str, bytes]], ready: Any) -> None:
    """The server, in a process of its own so that its cost is nobody's."""
    Handler.pages = pages
    first = _Server((host(0), 0), Handler)
    others = [_Server((host(number), first.server_port), Handler) for number in range(1, OUTLETS)]
    for server in others:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    ready.send(first.server_port)
    first.serve_forever()


@contextmanager
def served(pages: dict[str, tuple[str, bytes]]) -> Iterator[int]:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=serve, args=(pages, theirs), daemon=True)
    process.start()
    try:
        yield ours.recv()
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


def pipeline(pages: Sequence[tuple[str, bytes]]) -> Cost:
    """The whole of Mercato's crawl, on a database and an archive of its own."""
    from mercato.settings import load_settings
    from scheduler.cycle import run_cycle

    with tempfile.TemporaryDirectory() as name:
        with _spread(pages) as addresses:
            settings = load_settings(settings_file(Path(name), addresses), {})
            before, start = cpu_of_children(), time.monotonic()
            report = run_cycle(settings)
            spent = time.monotonic() - start
            cpu = cpu_of_children() - before
        if report.pages != len(pages):
            print(f"(only {report.pages} of {len(pages)} pages: {report})", file=sys.stderr)
    return Cost("Mercato, whole pipeline, 2 workers", len(pages), spent, cpu)


@contextmanager
def _spread(pages: Sequence[tuple[str, bytes]]) -> Iterator[dict[str, str]]:
    """The pages behind feeds of OUTLETS hosts; the server's port is not known when the feeds are written, so links
    are relative to the feed.
    """
    content: dict[str, tuple[str, bytes]] = {f"/p/{n}": ("text/html", body) for n, (_, body) in enumerate(pages)}
    for outlet in range(OUTLETS):
        mine = [(f"/p/{n}", title) for n, (title, _) in enumerate(pages) if n % OUTLETS == outlet]
        content[f"/feed{outlet}"] = ("application/rss+xml", feed(mine))
    with served(content) as port:
        yield {f"o{outlet}": f"http://{host(outlet)}:{port}/feed{outlet}" for outlet in range(OUTLETS)}


def _extract_all(pages: Sequence[tuple[str, bytes]]) -> None:
    from crawler.extraction import extract
    from crawler.items import Hints
    from mercato.errors import ExtractionError

    for title, body in pages:
        try:
            extract(body, "https://banc.example/a", None, Hints(title=title), NOW)
        except ExtractionError:
            continue


def ceiling(pages: Sequence[tuple[str, bytes]]) -> Cost:
    """Two processes that do nothing but the pipeline's extraction."""
    context = multiprocessing.get_context("fork")
    halves = [context.Process(target=_extract_all, args=(pages[part::2],)) for part in range(2)]
    before, start = cpu_of_children(), time.monotonic()
    for half in halves:
        half.start()
    for half in halves:
        half.join()
    return Cost("its extraction alone, 2 processes", len(pages), time.monotonic() - start, cpu_of_children() - before)


def _bare_all(pages: Sequence[tuple[str, bytes]]) -> None:
    from trafilatura import bare_extraction

    for _, body in pages:
        bare_extraction(body, with_metadata=True)


def bare(pages: Sequence[tuple[str, bytes]]) -> Cost:
    """trafilatura's default mode with metadata, two processes, no crawl around it."""
    context = multiprocessing.get_context("fork")
    halves = [context.Process(target=_bare_all, args=(pages[part::2],)) for part in range(2)]
    before, start = cpu_of_children(), time.monotonic()
    for half in halves:
        half.start()
    for half in halves:
        half.join()
    return Cost("trafilatura, default with metadata, 2 processes", len(pages), time.monotonic() - start,
                cpu_of_children() - before)  # fmt: skip


_PEER = """
import json, resource, sys, time
from pathlib import Path
name, folder, url = sys.argv[1:4]
files = sorted(Path(folder).glob("*.html"))
if name == "newspaper4k":
    import newspaper
    def read(path):
        article = newspaper.Article(url + path.name, language="fr")
        article.download()
        article.parse()
        return article.text
else:
    from newsplease import NewsPlease
    def read(path):
        article = NewsPlease.from_url(url + path.name)
        return getattr(article, "maintext", None) or ""
read(files[0])
start, used = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
texts = {}
for path in files:
    try:
        texts[path.stem] = read(path)
    except Exception as error:
        texts[path.stem] = ""
now = resource.getrusage(resource.RUSAGE_SELF)
cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
print(json.dumps({"seconds": time.monotonic() - start, "cpu": cpu, "texts": texts, "peak": now.ru_maxrss}))
"""


def peers(pages: Sequence[tuple[str, bytes]], home: Path) -> list[tuple[Cost, dict[str, str]]]:
    """news-please and newspaper4k, fetching from the same server, in an environment made for them in `home`."""
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
        subprocess.run(
            [python, "-m", "pip", "-q", "install", *PEERS, "lxml_html_clean", "legacy-cgi"],
            check=False,
            capture_output=True,
        )
    found = []
    content = {f"/{name}.html": ("text/html", body) for name, body in pages}
    with tempfile.TemporaryDirectory() as folder, served(content) as port:
        for name, body in pages:
            (Path(folder) / f"{name}.html").write_bytes(body)
        for peer in ("newspaper4k", "news-please"):
            command = [python, "-c", _PEER, peer, folder, f"http://{host(0)}:{port}/"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"({peer} failed: {done.stderr.strip().splitlines()[-1:]})", file=sys.stderr)
                continue
            told = json.loads(done.stdout.strip().splitlines()[-1])
            found.append((Cost(f"{peer}, 1 process", len(pages), told["seconds"], told["cpu"]), told["texts"]))
    return found


def f1(told: str, true: str) -> float:
    """F1 of four-word sequences, counted with repetition."""
    mine, theirs = _grams(told), _grams(true)
    common = sum((mine & theirs).values())
    return 2 * common / (sum(mine.values()) + sum(theirs.values())) if common else 0.0


def _grams(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return Counter(zip(words, words[1:], words[2:], words[3:], strict=False))


def quality(folder: Path, truth: Path) -> list[str]:
    """Mean F1 of Mercato and of trafilatura's default on the labelled pages, but for those that Mercato takes for no
    article: live blogs and the like, which it declines on purpose.
    """
    from trafilatura import extract as trafilatura_extract

    from crawler.extraction import extract
    from crawler.items import Hints
    from mercato.errors import ExtractionError

    ours, default, declined = [], [], Counter[str]()
    for path in sorted(truth.glob("*.txt")):
        body, true = (folder / f"{path.stem}.html").read_bytes(), path.read_text(encoding="utf-8")
        try:
            text = extract(body, "https://banc.example/a", None, Hints(), NOW).text
        except ExtractionError as error:
            if error.reason != "no-text":
                declined[error.reason] += 1
                continue
            text = ""
        ours.append(f1(text, true))
        default.append(f1(trafilatura_extract(body) or "", true))
    mine, theirs = statistics.fmean(ours), statistics.fmean(default)
    return [f"F1 on {len(ours)} pages: Mercato {mine:.3f}, trafilatura {theirs:.3f}; declined: {dict(declined)}"]


def unchanged(feeds: int) -> str:
    """A cycle over so many feeds of which none has changed since the cycle before."""
    from mercato.settings import load_settings
    from scheduler.cycle import run_cycle

    content = {f"/feed{n}": ("application/rss+xml", feed([])) for n in range(feeds)}
    with tempfile.TemporaryDirectory() as name, served(content) as port:
        addresses = {f"o{n}": f"http://{host(n)}:{port}/feed{n}" for n in range(feeds)}
        settings = load_settings(settings_file(Path(name), addresses), {})
        run_cycle(settings)
        before, start = cpu_of_children(), time.monotonic()
        report = run_cycle(settings)
        spent, cpu = time.monotonic() - start, cpu_of_children() - before
    each = cpu / feeds * 1000
    return f"| {feeds} | {report.not_modified} | {report.pages} | {spent:.1f} | {each:.1f} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=Path, help="folder of HTML files")
    parser.add_argument("--count", type=int, default=300, help="pages of a run; those of the folder over and over")
    parser.add_argument("--truth", type=Path, help="folder of .txt files named as the pages: their articles' text")
    parser.add_argument("--peers", type=Path, help="folder for the peers' environment; made when it is not there")
    parser.add_argument("--peer-count", type=int, default=60, help="pages for the slow peers")
    parser.add_argument("--feeds", type=int, nargs="*", default=[100, 1000], help="sizes of unchanged cycles")
    options = parser.parse_args()
    if options.pages:
        pages = bodies(options.pages, options.count)
        costs = [ceiling(pages), bare(pages), pipeline(pages)]
        costs += [cost for cost, _ in peers(pages[: options.peer_count], options.peers)] if options.peers else []
        best = costs[0].pages / costs[0].seconds
        print("| candidate | pages | pages/s | CPU ms a page | of the ceiling |\n|---|---|---|---|---|")
        for cost in costs:
            print(cost.line(best))
        if options.truth:
            print("\n".join(["", *quality(options.pages, options.truth)]))
    if options.feeds:
        print("\n| unchanged feeds | 304 | pages | seconds | CPU ms a feed |\n|---|---|---|---|---|")
        for size in options.feeds:
            print(unchanged(size), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
