"""An object store of one bucket on the loopback interface: the part of S3's REST interface that moving, listing,
reading in ranges, copying and deleting whole objects needs. It can be told to fail, and to spoil what it is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape, unescape

BUCKET = "seau"


@dataclass(slots=True)
class Bucket:
    """What the server holds, and how it behaves."""

    url: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)  # method and key
    down: bool = False  # refuses everything
    spoils: bool = False  # keeps other bytes than it was given

    def environment(self) -> dict[str, str]:
        """What a client is told by its environment."""
        return {
            "AWS_ACCESS_KEY_ID": "essai",
            "AWS_SECRET_ACCESS_KEY": "essai",
            "AWS_REGION": "eu-west-3",
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ALLOW_HTTP": "true",
        }


@contextmanager
def serve() -> Iterator[Bucket]:
    """A server until the block ends."""
    bucket = Bucket()

    class Handler(_Handler):
        held = bucket

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        bucket.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield bucket
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    held: Bucket

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name in http.server
        """Nothing: the tests' output is for the tests."""

    def do_PUT(self) -> None:
        body, key = self._body(), self._key()
        source = self.headers.get("x-amz-copy-source")
        if self._refused(key):
            return
        if source:
            copied = self.held.objects.get(unquote(source).lstrip("/").removeprefix(f"{BUCKET}/"))
            if copied is None:
                self._answer(404)
                return
            self.held.objects[key] = copied
            self._answer(200, b'<CopyObjectResult><ETag>"e"</ETag></CopyObjectResult>')
            return
        self.held.objects[key] = body[::-1] if self.held.spoils else body
        self._answer(200, headers={"ETag": '"e"'})

    def do_GET(self) -> None:
        key, query = self._key(), parse_qs(urlsplit(self.path).query)
        if self._refused(key):
            return
        if "list-type" in query:
            self._list(query.get("prefix", [""])[0])
            return
        content = self.held.objects.get(key)
        if content is None:
            self._answer(404)
            return
        headers = {"ETag": '"e"', "Last-Modified": "Wed, 18 Mar 2026 09:30:00 GMT"}
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if asked is None:
            self._answer(200, content, headers)
            return
        first, last = int(asked[1]), min(int(asked[2]), len(content) - 1)
        headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
        self._answer(206, content[first : last + 1], headers)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        body, key = self._body().decode(), self._key()
        if self._refused(key):
            return
        gone = re.findall(r"<Key>(.*?)</Key>", body)  # ?delete, the only one that is asked for
        for key in gone:
            self.held.objects.pop(unescape(key), None)
        told = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in gone)
        self._answer(200, f"<DeleteResult>{told}</DeleteResult>".encode())

    def _list(self, prefix: str) -> None:
        found = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(content)}</Size><ETag>e</ETag>"
            "<LastModified>2026-03-18T09:30:00.000Z</LastModified></Contents>"
            for key, content in sorted(self.held.objects.items())
            if key.startswith(prefix)
        )
        self._answer(200, f"<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>".encode())

    def _refused(self, key: str) -> bool:
        self.held.asked.append((self.command, key))
        if self.held.down:
            self._answer(503)
        return self.held.down

    def _key(self) -> str:
        return unquote(urlsplit(self.path).path).lstrip("/").removeprefix(BUCKET).lstrip("/")

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _answer(self, status: int, content: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
