"""Several machines' worth of `mercato run` on one archive, the outlets that they visit, and what kills them.

Each worker is a process with a folder of its own; outlets live on loopback addresses of their own, so that each is a
host. The PostgreSQL server can be killed and started again.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import local_site
import postgresql_server
from local_site import Answer, Asked, Site, article, rss
from mail_room import Moody
from sqlalchemy import text

from mercato.errors import StorageError
from mercato.settings import Settings, load_settings
from scheduler import queue
from scheduler.work import Task, Work
from storage import workers
from storage.engine import Database

# fmt: off
FIRST = ["Alice", "Brune", "Carole", "Denise", "Elsa", "Fanny", "Gaëlle", "Hélène", "Irène", "Jeanne", "Karine", "Lise",
         "Maud", "Nadia", "Odile", "Pauline"]
LAST = ["Aubrac", "Bellec", "Cadiou", "Derrien", "Estève", "Fournel", "Garrec", "Hamon", "Ildut", "Jouanne", "Kerbrat",
        "Lozach", "Morvan", "Nedelec", "Ollivro", "Pennec", "Quentel", "Rouzic", "Salaün", "Tanguy", "Urvoas",
        "Vigouroux", "Willot", "Xaintrie", "Yvenat", "Zanetti", "Bordenave", "Castagnède", "Darrigade", "Etcheverry"]
# fmt: on
KINDS = ("worker", "crawl", "postgresql")
STEP = 0.5  # seconds: the pause between two requests to one host that the tests promise
ANSWER = 0.05  # seconds that an outlet takes to answer
SMALL = ("max_connections=120", "fsync=off", "shared_buffers=32MB")


class Server:
    """A PostgreSQL server in a folder of its own, which can be killed."""

    def __init__(self, folder: Path, options: Sequence[str] = SMALL) -> None:
        account = postgresql_server._account()
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
        self.folder = folder
        self._options = ("listen_addresses=", *options)
        self._account = account
        self._binaries = postgresql_server._binaries(account)
        initdb = [self._binaries / "initdb", "-D", folder / "data", "-U", "mercato", "-A", "trust", "-E", "UTF8"]
        postgresql_server._run([*initdb, "--no-sync"], account)
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start it, over what a killed one left behind."""
        command = [self._binaries / "postgres", "-D", self.folder / "data", "-k", self.folder]
        command += [part for option in self._options for part in ("-c", option)]
        for _ in range(20):
            with (self.folder / "log").open("ab") as log:
                self._process = subprocess.Popen(
                    command, stdout=log, stderr=log, **postgresql_server._as(self._account)
                )
            try:
                postgresql_server._wait_until_ready(self._process, self.folder)
            except postgresql_server.PostgresqlUnavailableError:
                time.sleep(0.5)  # processes of the killed one may still be ending
            else:
                return
        raise postgresql_server.PostgresqlUnavailableError((self.folder / "log").read_text()[-2000:])

    def kill(self) -> None:
        """kill -9 of the server; its other processes end when they see that."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """Stop it in good order."""
        assert self._process is not None
        if self._process.poll() is None:
            postgresql_server._stop(self._process)


@contextmanager
def postgresql(options: Sequence[str] = SMALL) -> Iterator[tuple[Server, str]]:
    """A server that can be killed, with these options, and the URL of an empty database in it."""
    folder = Path(tempfile.mkdtemp(prefix="mercato-pg-"))
    server = Server(folder, options)
    try:
        postgresql_server.run_sql(str(folder), "CREATE DATABASE archive")
        yield server, postgresql_server.url_of(str(folder), "archive")
    finally:
        server.stop()
        shutil.rmtree(folder)


@dataclass(slots=True)
class Press:
    """Outlets, some of which share a host, and what they have published."""

    sites: list[Site]
    feeds: dict[str, str] = field(default_factory=dict)  # outlet → address of its feed
    entries: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    people: list[str] = field(default_factory=list)  # of whom was written

    def publish(self, outlet: str) -> None:
        """One more article, about somebody of whom nobody wrote before; IndexError when all names have been."""
        number = len(self.people)
        who = f"{FIRST[number % 16]} {LAST[number // 16]}"
        self.people.append(who)
        site = self._site(outlet)
        # Some outlets keep their pages on the host of another one, which another worker may be visiting.
        pages = self.sites[(self.sites.index(site) + 1) % len(self.sites)] if number % 4 == 0 else site
        path = f"/{outlet}/{number}"
        page = article(f"{who} quitte Loupiote pour Grandvoile", who=who)
        pages.routes[path] = Answer(conduct=_slowly(page))
        self.entries[outlet].insert(0, (f"{pages.url}{path}", f"{who} quitte Loupiote pour Grandvoile"))
        site.routes[f"/{outlet}/feed"] = rss(self.entries[outlet][:60])

    def _site(self, outlet: str) -> Site:
        return next(site for site in self.sites if self.feeds[outlet].startswith(f"{site.url}/"))


def _slowly(page: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """A conduct of local_site that takes ANSWER seconds."""
    body = page.encode()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(ANSWER)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
        handler.wfile.write(head.encode() + body)

    return answer


@contextmanager
def press(outlets: int, hosts: int, network: str = "127.0.1") -> Iterator[Press]:
    """So many outlets on so many hosts of a network, each with a feed in which nothing stands yet."""
    with ExitStack() as stack:
        first = stack.enter_context(local_site.serve(f"{network}.1"))
        others = [stack.enter_context(local_site.serve(f"{network}.{n}", first.port)) for n in range(2, hosts + 1)]
        made = Press([first, *others])
        for number in range(outlets):
            site, outlet = made.sites[number % hosts], f"titre{number}"
            made.feeds[outlet] = f"{site.url}/{outlet}/feed"
            made.entries[outlet] = []
        yield made


def violations(press: Press, pause: float) -> list[tuple[str, float, Asked, Asked]]:
    """Requests that came to a host while it answered another one, or less than `pause` seconds after that one came."""
    found = []
    for site in press.sites:
        for a, b in pairwise(sorted(site.times)):
            # Two clocks are read for each moment, and connecting may take one of the two longer than the other.
            if b.came < a.answered or b.came - a.came < pause - 0.15:
                found.append((site.url, b.came - a.came, a, b))
    return found


def settings_for(
    folder: Path,
    press: Press,
    url: str,
    port: int,
    *,
    crawlers: int = 2,
    delay: float = STEP,
    mail: str = "127.0.0.1",
) -> Settings:
    """The settings of one machine: its own folder, everybody's database and outlets, one watch by the minute."""
    folder.mkdir(exist_ok=True)
    lines = [
        "[storage]", f'url = "{url}"', f'archive = "{folder.parent / "archive"}"',
        "[service]", 'engine = "procrastinate"', f"crawlers = {crawlers}",
        "[review]", "enabled = false",
        "[crawl]", f'contact = "mailto:essai+{folder.name}@example.org"', "catalogue = false",
        "allow_private_addresses = true",
        f"delay = {delay}", "timeout = 5", "workers = 1", "interval = 60", "deadline = 240",
        "[mail]", f'url = "smtp://{mail}:{port}"', "timeout = 3", 'from = "mercato@example.org"',
        "[[watch]]", 'name = "w"', 'schedule = "* * * * *"', 'recipients = ["lectrice@example.org"]',
    ]  # fmt: skip
    for outlet, feed in press.feeds.items():
        lines += ["[[source]]", f'id = "{outlet}"', f'name = "{outlet.title()}"', f'feed = "{feed}"']
    (folder / "mercato.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load_settings(folder / "mercato.toml", {})


def start(settings: Settings, within: Sequence[str] = ()) -> subprocess.Popen[bytes]:
    """`mercato run` on one machine; `within` is the command, if any, that runs it in a network of its own."""
    with (settings.folder / "log").open("ab") as log:
        program = (sys.executable, "-c", "from mercato.cli import main; main()")
        command = [*within, *program, "-v", "--config", str(settings.file), "run"]
        return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)


def children(pid: int) -> list[int]:
    """The crawls that a worker has started."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()] + [
            int(child)
            for task in Path(f"/proc/{pid}/task").iterdir()
            if task.name != str(pid)
            for child in (task / "children").read_text().split()
        ]
    except (FileNotFoundError, ProcessLookupError):
        return []


def kill(pid: int) -> None:
    """kill -9, unless it has ended."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def all_due(database: Database) -> None:
    """Let every feed be visited now, whatever was planned."""
    with database.writing() as tx:
        tx.execute(text("UPDATE feeds SET next_due = NULL"))


def numbers(database: Database, *queries: str) -> list[int]:
    """The numbers that these queries count."""
    with database.reading() as tx:
        return [tx.execute(text(query)).scalar_one() for query in queries]


def until(reached: Callable[[], object], patience: float) -> float:
    """Wait until that is the case; returns how long it took. Raises TimeoutError after `patience` seconds."""
    begun = time.monotonic()
    while not reached():
        if time.monotonic() - begun > patience:
            raise TimeoutError(f"not reached within {patience} s: {reached}")
        time.sleep(0.2)
    return time.monotonic() - begun


def end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Stop workers in good order."""
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was left of the press's news, and what the outlets and readers noticed, after so many kills."""

    kinds: Counter[str]  # what was killed, how often
    seconds: float  # from the first kill after the take-over to the last
    workers: int
    published: int
    done: bool  # everything was told in the end
    articles: int
    stories: int
    twice: int  # events that two mails tell
    mails: int
    repeated: int  # mails that came again with the same Message-ID
    asked: int
    too_near: int
    orphans: int  # crawls that outlived their killed worker
    taken_over: float  # seconds until another worker went on

    def __str__(self) -> str:
        return (
            f"{dict(self.kinds)} in {self.seconds:.0f} s, {self.workers} workers: {self.articles} articles and "
            f"{self.stories} stories for {self.published} published, {self.mails} mails of which {self.repeated} "
            f"repeated, {self.twice} events told twice, {self.asked} requests, {self.too_near} too near, "
            f"{self.orphans} crawls outlived their worker, another went on after {self.taken_over:.0f} s"
        )


@dataclass(slots=True)
class Cluster:
    """Workers at work, and what may befall them."""

    server: Server
    press: Press
    database: Database
    machines: list[Settings]
    chance: random.Random
    pause: float = STEP  # seconds between two requests to one host
    within: Sequence[Sequence[str]] = ((),)  # the commands that run a worker in a network of its own
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    orphans: int = 0  # crawls that outlived their killed worker
    killed: list[tuple[float, str, int]] = field(default_factory=list)  # moment of time.monotonic(), what, whose

    def start(self, number: int) -> None:
        """Start one of the machines, for the first time or again."""
        process = start(self.machines[number], self.within[number % len(self.within)])
        self.running[number : number + 1] = [process]

    def start_all(self) -> None:
        """Start every machine."""
        for number in range(len(self.machines)):
            self.start(number)

    def befallen(self, inbox: Moody, moments: int) -> Outcome:
        """Kill so many times while the press publishes, then let the workers catch up; what comes of it."""
        # The watch's first mail announces it and tells nothing: what was known before is no news.
        until(lambda: inbox.mails, 300)
        for outlet in self.press.feeds:
            self.press.publish(outlet)
        all_due(self.database)
        taken_over = self._another_goes_on(str(urlsplit(self.press.sites[0].url).hostname))
        until(lambda: numbers(self.database, "SELECT count(*) FROM stories") != [0], 300)
        begun, kinds = time.monotonic(), Counter({"worker": 1})
        for number in range(1, moments):
            kind = KINDS[number % 3] if moments < 10 else self.chance.choices(KINDS, (4, 4, 2))[0]
            self.go_on(self.chance.uniform(0.2, 5.0))
            self.befall(kind)
            kinds[kind] += 1
        seconds = time.monotonic() - begun
        return self._outcome(inbox, kinds, seconds, taken_over)

    def _outcome(self, inbox: Moody, kinds: Counter[str], seconds: float, taken_over: float) -> Outcome:
        done = self.until_all_is_told(300)
        articles, stories, twice = numbers(
            self.database,
            "SELECT count(*) FROM articles",
            "SELECT count(*) FROM stories",
            "SELECT count(*) FROM (SELECT event FROM digest_events GROUP BY event HAVING count(*) > 1) AS told",
        )
        sent = Counter(message["Message-ID"] for _, message in inbox.mails)
        return Outcome(
            kinds=kinds,
            seconds=seconds,
            workers=len(self.machines),
            published=len(self.press.people),
            done=done,
            articles=articles,
            stories=stories,
            twice=twice,
            mails=len(sent),
            repeated=sum(sent.values()) - len(sent),
            asked=sum(len(site.times) for site in self.press.sites),
            too_near=len(violations(self.press, self.pause)),
            orphans=self.orphans,
            taken_over=taken_over,
        )

    def _visiting(self, host: str) -> int | None:
        """The machine that visits the host; None when none does."""
        doing = queue.standing(self.machines[0].database_url).doing
        with self.database.reading() as tx:
            pids = {worker.number: worker.pid for worker in workers.everyone(tx)}
        pid = next((pids.get(number) for number, work in doing.items() if Work(Task.CRAWL, host) in work), None)
        return next((n for n, process in enumerate(self.running) if process.pid == pid), None)

    def _another_goes_on(self, host: str) -> float:
        """Kill the worker that visits the host; returns after how many seconds another one does."""
        until(lambda: self._visiting(host) is not None, 300)
        number = self._visiting(host)
        assert number is not None
        self.running[number].kill()
        self.running[number].wait()
        seconds = until(lambda: self._visiting(host) not in {number, None}, 90)
        self.start(number)
        return seconds

    def befall(self, kind: str) -> None:
        """One kill -9, of a worker, of a crawl or of the server; what was killed is started again, but for crawls."""
        number = self.chance.randrange(len(self.running))
        worker = self.running[number]
        self.killed.append((time.monotonic(), kind, number))
        if kind == "worker":
            crawls = children(worker.pid)
            worker.kill()
            worker.wait()
            self.orphans += _alive_after(2.0, crawls)
            self.start(number)
        elif kind == "crawl":
            for child in children(worker.pid)[:1]:
                kill(child)
        else:
            self.server.kill()
            time.sleep(self.chance.uniform(0.0, 2.0))
            self.server.start()

    def go_on(self, seconds: float) -> None:
        """Let the press publish and the workers work for a while."""
        for _ in range(2):
            self.press.publish(self.chance.choice(sorted(self.press.feeds)))
        with suppress(StorageError):
            all_due(self.database)
        time.sleep(seconds)

    def until_all_is_told(self, patience: float) -> bool:
        """Wait until everybody of whom was written has a story, and every mail is sent."""
        ends = time.monotonic() + patience
        while time.monotonic() < ends:
            with suppress(StorageError):
                if not self.left_undone():
                    return True
                all_due(self.database)
            time.sleep(2)
        return False

    def account(self) -> str:
        """What a person needs in order to find out why something was left undone, or was asked for too soon."""
        told = [f"left undone: {self.left_undone()}"]
        told += [f"{moment:.2f} kill of {kind} {number}" for moment, kind, number in self.killed]
        for url, gap, a, b in violations(self.press, self.pause):
            told += [f"{url}: {gap:.3f} s between", f"  {a}", f"  {b}"]
        with self.database.reading() as tx:
            kept = set(tx.execute(text("SELECT url FROM articles")).scalars())
            for outlet, entries in self.press.entries.items():
                told += [f"{outlet}: {url} is not kept" for url, _ in entries if url not in kept]
            for table in ("feeds", "deliveries", "host_rests", "procrastinate_jobs", "procrastinate_workers"):
                told += [f"{table}: {dict(row)}" for row in tx.execute(text(f"SELECT * FROM {table}")).mappings()]
        return "\n".join(told)

    def left_undone(self) -> list[int]:
        """Stories that are missing, events that are not told, mails that are not sent; nothing when all is done."""
        opened = "SELECT count(*) FROM story_events WHERE novelty = 'opened'"
        told = "SELECT count(*) FROM digest_events JOIN story_events ON id = event WHERE novelty = 'opened'"
        unsent = "SELECT count(*) FROM deliveries WHERE state <> 'sent'"
        stories, tales, waiting = numbers(self.database, opened, told, unsent)
        left = [len(self.press.people) - stories, stories - tales, waiting]
        return left if any(left) else []


def _alive_after(seconds: float, pids: Sequence[int]) -> int:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and any(_lives(pid) for pid in pids):
        time.sleep(0.02)
    return sum(_lives(pid) for pid in pids)


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False
