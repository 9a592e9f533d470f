"""Everything that a server, a page or a feed can do to whoever reads it: named behaviours, each with its fate.

A page's fate is the reason under which the cycle counts it ("" : read after all), a feed's its outcome. Where a busy
machine decides between two, both are named.
"""

from __future__ import annotations

import gzip
import socket
import struct
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from local_site import Answer, article, endless, gzip_bomb, redirect, slow

LINGER = 30.0  # seconds that a hanging answer hangs; longer than any time-out
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
GOOD = article("Une page comme il faut")


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What is served, and what must become of it."""

    answer: Answer
    fates: frozenset[str]
    more: Mapping[str, Answer] = field(default_factory=dict)  # further paths that it needs


def page(answer: Answer | str | bytes, *fates: str, **more: Answer) -> Behaviour:
    wrapped = answer if isinstance(answer, Answer) else Answer(answer)
    return Behaviour(wrapped, frozenset(fates or {""}), more)


def conduct(act: Callable[[BaseHTTPRequestHandler], None]) -> Answer:
    return Answer(conduct=act)


def raw(*pieces: bytes, linger: bool = False) -> Answer:
    """Bytes as they are, then the end of the connection, at once or after hanging."""

    def act(handler: BaseHTTPRequestHandler) -> None:
        for piece in pieces:
            handler.wfile.write(piece)
        handler.wfile.flush()
        if linger:
            time.sleep(LINGER)

    return conduct(act)


def drip(piece: bytes, first: bytes = b"", pause: float = 0.2) -> Answer:
    """A piece at a time, for as long as somebody waits."""

    def act(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(first)
        ends = time.monotonic() + LINGER
        while time.monotonic() < ends:
            handler.wfile.write(piece)
            handler.wfile.flush()
            time.sleep(pause)

    return conduct(act)


def pour(piece: bytes, first: bytes = b"") -> Answer:
    """The same piece without end."""

    def act(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(first)
        while True:
            handler.wfile.write(piece)

    return conduct(act)


def reset() -> Answer:
    """A connection torn down with RST in the middle of the headers."""

    def act(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(HEAD)
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()

    return conduct(act)


def packed(body: bytes, encoding: str, **headers: str) -> Answer:
    return Answer(body, headers={"Content-Encoding": encoding, **headers})


def deflate_bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join([*(packer.compress(bytes(1 << 20)) for _ in range(megabytes)), packer.flush()])


LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)) + "]>"
)
FEED_HEAD = '<?xml version="1.0" encoding="utf-8"?>'
CONNECTION = "connection"


def pages(canary: int) -> dict[str, Behaviour]:
    """Behaviours of pages; on `canary`, a port of this machine's private addresses, nobody may ever knock."""
    return {
        **_private(canary), **_bodies(), **_headers(), **_connections(), **_redirects(canary), **_mislabelled(),
        **_heavy(), **_disguised(),
    }  # fmt: skip


def _private(canary: int) -> dict[str, Behaviour]:
    """Redirects to addresses that are nobody's business, in every spelling."""
    private = {
        "private-number": f"http://127.0.0.2:{canary}/interne",
        "private-short": f"http://127.2:{canary}/",
        "private-decimal": f"http://2130706434:{canary}/",
        "private-hexadecimal": f"http://0x7f000002:{canary}/",
        "private-octal": f"http://0177.0.0.2:{canary}/",
        "private-ipv6": f"http://[::1]:{canary}/",
        "private-ipv4-in-ipv6": f"http://[::ffff:127.0.0.2]:{canary}/",
        "private-any": f"http://0.0.0.0:{canary}/",
        "private-name": f"http://localhost:{canary}/",
        "private-fullwidth": f"http://１２７.０.０.２:{canary}/",
        "metadata-service": "http://169.254.169.254/latest/meta-data/",
        "mail-port": "http://127.0.0.2:25/",
        "credentials": f"http://moi:secret@127.0.0.2:{canary}/",
    }
    return {f"redirect-{name}": page(redirect(url), "private-address", "redirects") for name, url in private.items()}


def _bodies() -> dict[str, Behaviour]:
    """Bodies that are more than they seem."""
    return {
        "bomb-gzip": page(gzip_bomb(300), "too-large"),
        "bomb-deflate": page(packed(deflate_bomb(300), "deflate"), "too-large"),
        "bomb-gzip-twice": page(packed(gzip.compress(gzip.compress(bytes(100 << 20))), "gzip, gzip"), "too-large"),
        "endless-body": page(endless(), "too-large", "timeout"),
        "endless-chunks": page(
            pour(b"1000\r\n" + b"a" * 4096 + b"\r\n", HEAD + b"Transfer-Encoding: chunked\r\n\r\n"), "too-large"
        ),
        "announced-as-huge": page(raw(HEAD + b"Content-Length: 99999999999\r\n\r\n", b"<p>"), "too-large"),
        "gzip-cut-off": page(packed(gzip.compress(GOOD.encode())[:200], "gzip"), "", "no-text", CONNECTION, "ignored"),
        "gzip-a-lie": page(packed(GOOD.encode(), "gzip"), "", "no-text", CONNECTION, "ignored"),
        "unknown-encoding": page(packed(GOOD.encode(), "zopf"), "", "no-text", CONNECTION),
    }  # fmt: skip


def _headers() -> dict[str, Behaviour]:
    """Headers that end late, or are none."""
    return {
        "endless-headers": page(pour(b"X-Encore: " + b"a" * 500 + b"\r\n", HEAD), "headers"),
        "many-headers": page(raw(HEAD + b"X: y\r\n" * 200_000 + b"\r\n", GOOD.encode()), "headers"),
        "one-long-header": page(raw(HEAD + b"X: " + b"y" * 1_000_000 + b"\r\n\r\n"), "headers", CONNECTION),
        "no-status-line": page(raw(b"\x00\xff bonjour\r\n\r\n"), CONNECTION),
        "http-0.9": page(raw(b"<html><p>Sans ent\xc3\xaate</p></html>"), CONNECTION),
        "status-999": page(raw(b"HTTP/1.1 999 Non\r\nContent-Length: 0\r\n\r\n"), "http-999", CONNECTION),
        "negative-length": page(raw(HEAD + b"Content-Length: -5\r\n\r\n" + GOOD.encode()), CONNECTION, "", "no-text"),
        "no-content": page(raw(b"HTTP/1.1 204 No Content\r\n\r\n"), "http-204"),
    }  # fmt: skip


def _connections() -> dict[str, Behaviour]:
    """Answers that take for ever, and connections that end too early."""
    return {
        "slow-body": page(slow(LINGER), "timeout"),
        "drop-by-drop": page(drip(b"<p>", HEAD + b"\r\n"), "timeout"),
        "headers-drop-by-drop": page(drip(b"X: y\r\n", HEAD), "timeout"),
        "silence": page(raw(linger=True), "timeout"),
        "hang-up": page(raw(), CONNECTION),
        "reset": page(reset(), CONNECTION),
        "half-a-body": page(raw(HEAD + b"Content-Length: 90000\r\n\r\n<html>"), CONNECTION),
        "length-too-short": page(
            raw(HEAD + b"Content-Length: 60\r\n\r\n" + GOOD.encode()), "no-text", CONNECTION, ""
        ),
    }  # fmt: skip


def _redirects(canary: int) -> dict[str, Behaviour]:
    """Redirects that lead nowhere, or where no page is."""
    inside = f"http://127.0.0.2:{canary}/interne"
    return {
        "loop": page(redirect("/loop"), "redirects"),
        "long-chain": page(
            redirect("/c1"), "redirects", **{f"/c{n}": redirect(f"/c{n + 1}") for n in range(1, 20)}
        ),
        "redirect-file": page(redirect("file:///etc/hostname"), "redirects"),
        "redirect-javascript": page(redirect("javascript:alert(1)"), "redirects"),
        "redirect-data": page(redirect("data:text/html,<p>x</p>"), "redirects"),
        "redirect-nowhere": page(Answer(b"", 302), "redirects"),
        "meta-refresh": page(
            f'<html><head><meta http-equiv="refresh" content="0;url={inside}"></head><body>…</body></html>', "no-text"
        ),
    }  # fmt: skip


def _mislabelled() -> dict[str, Behaviour]:
    """Text that is not what it says."""
    return {
        "wrong-charset": page(Answer(GOOD.encode("cp1252"), headers={"Content-Type": "text/html; charset=utf-16"})),
        "unknown-charset": page(Answer(GOOD.encode(), headers={"Content-Type": "text/html; charset=martien"})),
        "nul-bytes": page(GOOD.replace("<p>", "<p>\x00\x00")),
        "binary": page(bytes(range(256)) * 2000, "no-text"),
        "pdf-as-html": page(b"%PDF-1.7\n" + bytes(1000), "not-html"),
        "image": page(Answer(b"\x89PNG\r\n", headers={"Content-Type": "image/png"}), "not-html"),
        "empty": page("", "no-text"),
    }  # fmt: skip


def _heavy() -> dict[str, Behaviour]:
    """Pages that keep a parser busy."""
    deep_json = '{"a":' * 50_000 + "1" + "}" * 50_000
    return {
        "eighty-thousand-links": page(
            "<html><body>" + "".join(f'<a href="/{n}">lien {n}</a>' for n in range(80_000)), "too-complex"
        ),
        "deep-nesting": page("<div>" * 100_000 + "fond", "too-complex"),
        "unclosed": page("<html><body>" + "<p><b><i>mot " * 30_000, "too-complex"),
        "attribute-bomb": page("<p " + "".join(f'a{n}="x" ' for n in range(200_000)) + ">…</p>", "too-complex"),
        "one-endless-line": page("<html><body><p>" + "mot " * 700_000, "no-text", "worker", ""),
        "laughs": page(f"{LAUGHS}<html><body><p>&a9;</p></body></html>", "no-text", "worker"),
        "deep-json-ld": page(article("Profond", head=f'<script type="application/ld+json">{deep_json}</script>')),
        "many-dates": page("<html><body>" + "<time datetime='18 mars 2026'>x</time>" * 60_000, "too-complex"),
    }  # fmt: skip


def _disguised() -> dict[str, Behaviour]:
    """Pages that pass for something else, and refusals."""
    return {
        "foreign-canonical": page(article("À moi", head='<link rel="canonical" href="https://autre.example/vrai">')),
        "unauthorised": page(Answer("non", 401), "http-401"),
        "legal-reasons": page(Answer("non", 451), "http-451"),
        "teapot": page(Answer("non", 418), "http-418"),
        "server-error": page(Answer("non", 500), "http-500"),
    }  # fmt: skip


def links(canary: int) -> dict[str, str]:
    """Links of a feed that lead where no page is, each to be counted as a bad link or refused as private."""
    return {
        "javascript": "javascript:alert(document.cookie)",
        "file": "file:///etc/passwd",
        "data": "data:text/html,<p>bonjour</p>",
        "ftp": "ftp://127.0.0.2/article",
        "private": f"http://127.0.0.2:{canary}/direct",
        "private-decimal": f"http://2130706434:{canary}/direct",
        "endless-address": f"http://127.0.0.2:{canary}/" + "a" * 100_000,
    }


def feeds(canary: int) -> dict[str, Behaviour]:
    """Behaviours of feeds."""
    item = "<item><title>T</title><link>http://127.0.1.1/{n}</link></item>"
    external = (
        f'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname"><!ENTITY y SYSTEM "http://127.0.0.2:{canary}/">]>'
    )
    return {
        "feed-laughs": page(f"{FEED_HEAD}{LAUGHS}<rss><channel><title>&a9;</title></channel></rss>", "broken", "empty"),
        "feed-external-entity": page(
            f"{FEED_HEAD}{external}<rss><channel><item><title>&x;&y;</title></item></channel></rss>", "broken", "empty"
        ),
        "feed-attribute-bomb": page(
            "<rss><channel " + "".join(f'a{n}="x" ' for n in range(150_000)) + "/></rss>", "broken", "empty"
        ),
        "feed-deep": page("<rss><channel>" + "<item>" * 100_000, "broken", "empty"),
        "feed-one-long-title": page(f"<rss><channel><item><title>{'a' * 2_800_000}", "broken", "empty"),
        "feed-cut-off": page(FEED_HEAD + "<rss><channel><item><title>Coup", "broken", "empty"),
        "feed-nothing": page("", "broken"),
        "feed-web-page": page(GOOD, "broken"),
        "feed-json-deep": page("[" * 200_000, "broken"),
        "feed-json-object-deep": page('{"items":' * 100_000, "broken"),
        "feed-json-odd": page('{"version": "https://jsonfeed.org/version/1", "items": [null, 3, {}]}', "empty"),
        "feed-sitemap-of-itself": Behaviour(
            Answer("<sitemapindex><sitemap><loc>/feed-sitemap-of-itself</loc></sitemap></sitemapindex>"),
            frozenset({"empty", "broken"}),
        ),
        "feed-bomb": page(gzip_bomb(300), "unreachable", "broken"),
        "feed-endless": page(pour(item.encode(), HEAD + b"\r\n<rss><channel>"), "unreachable", "broken"),
        "feed-loop": page(redirect("/feed-loop"), "unreachable", "broken"),
        "feed-slow": page(slow(LINGER), "unreachable"),
        "feed-private": page(redirect(f"http://127.0.0.2:{canary}/feed"), "unreachable"),
        "feed-forbidden": page(Answer("non", 403), "blocked"),
        "feed-gone": page(Answer("non", 410), "gone"),
        "feed-without-links": page(
            f"{FEED_HEAD}<rss version='2.0'><channel><item><title>T</title></item></channel></rss>", "empty"
        ),
        "feed-impossible-dates": Behaviour(
            Answer(
                FEED_HEAD + "<rss version='2.0'><channel><item><link>javascript:1</link>"
                "<pubDate>Mon, 99 Foo 99999 99:99:99 +9999</pubDate></item></channel></rss>"
            ),
            frozenset({"empty"}),
        ),
    }  # fmt: skip


def huge_feed(url: str, items: int) -> Answer:
    """A feed of `items` entries, all of them about one page, that stays below the largest size."""
    entries = "".join(f"<item><title>T {n}</title><link>{url}/commun?n={n}</link></item>" for n in range(items))
    return Answer(f'<rss version="2.0"><channel><title>F</title>{entries}</channel></rss>')
