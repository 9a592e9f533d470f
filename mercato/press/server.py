"""The bundled press on loopback: one HTTP server per outlet, each on a port that the system chooses."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from mercato.model import Paywall, Source
from mercato.press.content import Outlet, outlets
from mercato.press.edition import Printed, make_edition
from mercato.press.site import Resource, build_site, not_found
from mercato.urls import canonical_url, url_key

LOOPBACK = "127.0.0.1"
_POLL = 0.05  # seconds between two looks at whether to stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request that an outlet answered."""

    outlet: str
    method: str
    path: str  # as requested, with its query
    status: int
    agent: str


class PressServer:
    """The press while it is being served."""

    def __init__(self, sites: Mapping[str, _Site], edition: Sequence[Printed], log: list[Visit]) -> None:
        self.base_urls = {outlet: site.base for outlet, site in sites.items()}
        self.sources = tuple(_source(outlet, self.base_urls[outlet.id]) for outlet in outlets())
        self.urls = {article.key: self.base_urls[article.outlet.id] + article.path for article in edition}
        self._keys = {
            url_key(self.base_urls[article.outlet.id] + path): article.key
            for article in edition
            for path in (article.path, article.feed_path)
        }
        self._log = log

    @property
    def log(self) -> tuple[Visit, ...]:
        """The requests so far, in the order of the answers."""
        return tuple(self._log)

    def article_at(self, url: str) -> str | None:
        """The key of the article at `url`, however the address was met; None when there is none.

        Raises ValueError when `url` is no http or https address.
        """
        return self._keys.get(url_key(url))


class _Site(ThreadingHTTPServer):
    """One outlet's server; its resources are set before it starts to answer."""

    daemon_threads = True

    def __init__(self, outlet: Outlet, log: list[Visit]) -> None:
        super().__init__((LOOPBACK, 0), _Handler)
        self.outlet = outlet
        self.log = log
        self.publish({}, Resource(status=404))

    @property
    def base(self) -> str:
        """The address of the site, without a trailing slash."""
        return f"http://{LOOPBACK}:{self.server_port}"

    def publish(self, resources: Mapping[str, Resource], missing: Resource) -> None:
        """Answer with `resources`, found by path and query; with `missing` everywhere else."""
        self.resources = {canonical_url(self.base + path): resource for path, resource in resources.items()}
        self.missing = missing

    def handle_error(self, request: object, client_address: object) -> None:
        """Say what went wrong on standard error; a visitor who hangs up is nothing wrong."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # passed through

    def find(self, path: str) -> Resource:
        """The resource at `path`, whatever tracker it carries."""
        return self.resources.get(canonical_url(self.base + path), self.missing)


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD, conditional ones too. HTTP/1.0: no connection outlives its answer."""

    server: _Site
    server_version = "Presse"
    sys_version = ""
    timeout = 10  # seconds

    def do_GET(self) -> None:
        """Answer with the resource, or with 304 when the visitor has it."""
        found = self.server.find(self.path)
        status = 304 if found.status == 200 and self._unchanged(found) else found.status
        self._head(found, status)
        if self.command == "GET" and status != 304:
            self.wfile.write(found.body)

    do_HEAD = do_GET  # noqa: N815

    def _head(self, found: Resource, status: int) -> None:
        self.server.log.append(
            Visit(
                outlet=self.server.outlet.id,
                method=self.command,
                path=self.path,
                status=status,
                agent=self.headers.get("User-Agent", ""),
            )
        )
        self.send_response(status)
        for name, value in _headers(found).items():
            self.send_header(name, value)
        self.end_headers()

    def _unchanged(self, found: Resource) -> bool:
        """Whether the visitor has this very resource already (RFC 9110, section 13.2.2: tags before dates)."""
        tags, since = self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since")
        if tags and found.etag:
            return found.etag in {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return bool(since and found.modified and found.modified <= _http_date(since))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep standard error for people: visits are in the log of the press."""


def _headers(found: Resource) -> dict[str, str]:
    headers = {"Content-Type": found.content_type, "Content-Length": str(len(found.body))}
    if found.location:
        headers["Location"] = found.location
    if found.etag:
        headers["ETag"] = found.etag
    if found.modified:
        headers["Last-Modified"] = format_datetime(found.modified.astimezone(UTC), usegmt=True)
    return headers


def _http_date(text: str) -> datetime:
    """The moment that a header gives; the distant past when it gives none."""
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _source(outlet: Outlet, base: str) -> Source:
    return Source(
        id=outlet.id,
        name=outlet.name,
        feed=base + outlet.feed.path,
        homepage=base + "/",
        country=outlet.country,
        topic=outlet.topic,
        paywall=Paywall(outlet.paywall),
        quirks=outlet.quirks,
    )


@contextmanager
def serve(now: datetime) -> Iterator[PressServer]:
    """Serve the edition of `now` (aware) on loopback until the block ends; then every port is free again.

    Raises OSError when the system gives no port.
    """
    edition = make_edition(now)
    log: list[Visit] = []
    with ExitStack() as stack:
        sites = {outlet.id: stack.enter_context(_Site(outlet, log)) for outlet in outlets()}
        bases = {name: site.base for name, site in sites.items()}
        for site in sites.values():
            site.publish(build_site(site.outlet, edition, bases, now), not_found(site.outlet, bases, now))
            stack.enter_context(_answering(site))
        yield PressServer(sites, edition, log)


@contextmanager
def _answering(site: _Site) -> Iterator[None]:
    thread = threading.Thread(target=site.serve_forever, args=(_POLL,), name=f"press-{site.outlet.id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        site.shutdown()
        thread.join()
