"""A web site on loopback that answers as it is told, well or badly, and remembers what it was asked."""

from __future__ import annotations

import gzip
import io
import json
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from mercato.settings import Settings, load_settings

TEXT = """\
La directrice technique de Loupiote, {who}, a annoncé lundi à ses équipes qu'elle rejoindrait à la rentrée le \
laboratoire de recherche de Grandvoile, à Nantes, après sept années passées à bâtir la plateforme de la maison.
Son départ était attendu depuis l'été : plusieurs ingénieurs de son équipe avaient déjà quitté l'entreprise, et le \
conseil d'administration cherchait, d'après deux personnes au fait du dossier, à éviter un exode.
« Je pars sereine, l'équipe est prête », écrit-elle dans un courriel où elle remercie ses collègues et où elle \
précise qu'aucun successeur n'a encore été choisi. L'intérim sera assuré par le comité de direction."""


_STAMPING = 37  # SO_TIMESTAMPING of Linux, also the type of its message: three pairs of seconds and nanoseconds
_STAMPS = struct.Struct("6q")
_SOFTWARE = 1 << 3 | 1 << 4  # SOF_TIMESTAMPING_RX_SOFTWARE, SOF_TIMESTAMPING_SOFTWARE


@dataclass(frozen=True, slots=True)
class Answer:
    """What a path answers: at once, or by doing something to the connection itself."""

    body: bytes | str = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    conduct: Callable[[BaseHTTPRequestHandler], None] | None = None


class Asked(NamedTuple):
    """One request: when it came and when it had been answered, by time.monotonic(), and who sent it."""

    came: float
    answered: float
    path: str
    agent: str
    port: int


@dataclass(slots=True)
class Site:
    """The running site; change `routes` at any time."""

    url: str
    port: int = 0
    routes: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    times: list[Asked] = field(default_factory=list)

    def paths(self) -> list[str]:
        """The paths that were asked for, without those where a host lays down its rules."""
        return [path for path, _ in self.asked if path not in {"/robots.txt", "/ai.txt", "/.well-known/tdmrep.json"}]


@contextmanager
def serve(host: str = "127.0.0.1", port: int = 0) -> Iterator[Site]:
    """A site on a loopback address and a port of its own until the block ends."""
    server = (_Server6 if ":" in host else ThreadingHTTPServer)((host, port), _Handler)
    _stamp(server.socket)
    server.daemon_threads = True
    server.block_on_close = False  # answers that never end must not hold up the test
    site = Site(f"http://{host}:{server.server_port}", port=server.server_port)
    server.site = site  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server6(ThreadingHTTPServer):
    address_family = socket.AF_INET6


def _stamp(connection: socket.socket) -> None:
    if sys.platform == "linux":
        connection.setsockopt(socket.SOL_SOCKET, _STAMPING, _SOFTWARE)


class _Arrivals(io.RawIOBase):
    """A connection to read from that knows when the system had what was read last: on a busy machine a thread comes to
    read it tenths of a second later."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.last = 0.0  # of time.monotonic()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count, told, _, _ = self._connection.recvmsg_into([buffer], socket.CMSG_SPACE(_STAMPS.size))
        self.last = time.monotonic()
        for _, kind, data in told:
            if kind == _STAMPING:
                seconds, nanoseconds, *_ = _STAMPS.unpack(data)
                self.last -= time.time() - (seconds + nanoseconds / 1e9)
        return count


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        super().setup()
        _stamp(self.connection)
        self._arrivals = _Arrivals(self.connection)
        self.rfile = io.BufferedReader(self._arrivals)

    def do_GET(self) -> None:
        site: Site = self.server.site  # type: ignore[attr-defined]
        site.asked.append((self.path, dict(self.headers.items())))
        answer = site.routes.get(self.path) or site.routes.get(urlsplit(self.path).path)
        if answer is None:
            answer = Answer("pas trouvé", 404)
        came = self._arrivals.last
        try:
            self._give(answer)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            agent, port = self.headers.get("User-Agent", ""), self.client_address[1]
            site.times.append(Asked(came, time.monotonic(), self.path, agent, port))

    def _give(self, answer: Answer) -> None:
        if answer.conduct is not None:
            self.close_connection = True
            answer.conduct(self)
            return
        etag = answer.headers.get("ETag")
        if etag and self.headers.get("If-None-Match") == etag:
            answer = Answer(b"", 304, {"ETag": etag})
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        self.send_response(answer.status)
        for name, value in {"Content-Type": "text/html", "Content-Length": str(len(body)), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Keep the test's output clean."""


# What pages and feeds look like.


def article(title: str, *, who: str = "Élodie Vasseur", head: str = "", end: str = "") -> str:
    """A page with navigation around an article of three paragraphs."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in TEXT.format(who=who).split("\n"))
    return (
        f'<!doctype html><html lang="fr"><head><title>{escape(title)} - Le Phare</title>{head}</head><body>'
        '<nav><ul><li><a href="/">Accueil</a></li><li><a href="/ia">IA</a></li></ul></nav>'
        f"<main><article><h1>{escape(title)}</h1>{text}{end}</article></main>"
        "<footer><p>Mentions légales</p></footer></body></html>"
    )


def rss(entries: Sequence[tuple[str, str]], **headers: str) -> Answer:
    """An RSS 2.0 feed of (link, title)."""
    items = "".join(
        f"<item><title>{escape(title)}</title><link>{escape(link)}</link><guid>{escape(link)}</guid>"
        f"<description>{escape(f'<p>Résumé : {title}</p>')}</description>"
        "<pubDate>Wed, 18 Mar 2026 08:00:00 +0100</pubDate></item>"
        for link, title in entries
    )
    body = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>F</title>{items}</channel></rss>'
    return Answer(body, headers={"Content-Type": "application/rss+xml", **headers})


def atom(entries: Sequence[tuple[str, str]]) -> Answer:
    """An Atom feed of (link, title)."""
    items = "".join(
        f'<entry><id>{escape(link)}</id><title>{escape(title)}</title><link href="{escape(link)}"/>'
        "<updated>2026-03-18T07:30:00Z</updated></entry>"
        for link, title in entries
    )
    body = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title>{items}</feed>'
    return Answer(body, headers={"Content-Type": "application/atom+xml"})


# Conducts of servers that no browser shows.


def redirect(to: str, status: int = 302) -> Answer:
    """A redirect, wherever it leads."""
    return Answer(b"", status, {"Location": to.encode().decode("latin-1")})  # the bytes of UTF-8, as servers send them


def slow(seconds: float) -> Answer:
    """Headers at once, the body never within `seconds`."""

    def wait(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>")
        handler.wfile.flush()
        time.sleep(seconds)

    return Answer(conduct=wait)


def endless() -> Answer:
    """A body that goes on for as long as somebody reads it."""

    def pour(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            handler.wfile.write(b"<p>encore et encore</p>" * 4096)

    return Answer(conduct=pour)


def gzip_bomb(megabytes: int) -> Answer:
    """A small body that unpacks to a large one."""
    return Answer(gzip.compress(bytes(megabytes << 20)), headers={"Content-Encoding": "gzip"})


def settings_for(folder: Path, feeds: Mapping[str, str], **crawl: object) -> Settings:
    """Settings that follow `feeds` (identifier → address) without delay, with an archive in `folder`."""
    values = {"allow_private_addresses": True, "delay": 0, "catalogue": False, "timeout": 2, "workers": 1, **crawl}
    lines = ["[crawl]", 'contact = "mailto:essai@example.org"']
    lines += [f"{key} = {_toml(value)}" for key, value in values.items()]
    for identifier, address in feeds.items():
        lines += ["[[source]]", f'id = "{identifier}"', f'name = "{identifier.title()}"', f'feed = "{address}"']
    file = folder / "mercato.toml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load_settings(file, {})


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else json.dumps(value)
