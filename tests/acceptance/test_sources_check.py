"""`mercato sources check` names each kind of failure rightly: a local copy of every one of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import local_site
import pytest
from local_site import Answer, Site, redirect, rss, slow

pytestmark = pytest.mark.slow

OLD = (
    '<rss version="2.0"><channel><item><title>T</title><link>http://x.example/a</link>'
    "<pubDate>Wed, 18 Mar 2020 08:00:00 +0100</pubDate></item></channel></rss>"
)
HOME = '<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="/vrai"></head></html>'
NOT_RESTED = {"repos"}

# Kind → what stands at the feed's address, and the state and reason that must be named.
KINDS: dict[str, tuple[Answer, str, str]] = {
    "frais": (Answer(rss([("http://x.example/a", "T")]).body), "fresh", ""),
    "fige": (Answer(OLD), "frozen", ""),
    "vide": (Answer('<rss version="2.0"><channel><title>F</title></channel></rss>'), "empty", ""),
    "page": (Answer(HOME), "broken", "web-page"),
    "casse": (Answer("<rss><channel><item><title>"), "broken", "broken-feed"),
    "absent": (Answer("", 404), "gone", "http-404"),
    "parti": (Answer("", 410), "gone", "http-410"),
    "interdit": (Answer("", 403), "blocked", "http-403"),
    "identification": (Answer("", 401), "blocked", "http-401"),
    "panne": (Answer("", 500), "unreachable", "http-500"),
    "lent": (slow(20), "unreachable", "timeout"),
    "boucle": (redirect("/boucle"), "unreachable", "redirects"),
    "bombe": (local_site.gzip_bomb(30), "unreachable", "too-large"),
    "robots": (Answer(""), "blocked", "robots"),
    "repos": (Answer("", 429, {"Retry-After": "3600"}), "resting", "http-429"),
}
ELSEWHERE = {
    "nom": ("http://nulle-part.invalid/feed", "unreachable", "dns"),
    "ferme": ("http://127.0.0.1:9/feed", "unreachable", "connection"),
}


@pytest.fixture
def sites() -> Iterator[tuple[Site, Site]]:
    with ExitStack() as stack:
        yield stack.enter_context(local_site.serve()), stack.enter_context(local_site.serve())


def test_each_failure_has_its_name(tmp_path: Path, sites: tuple[Site, Site]) -> None:
    site, resting = sites
    site.routes |= {f"/{name}": answer for name, (answer, _, _) in KINDS.items()}
    site.routes["/robots.txt"] = Answer("User-agent: *\nDisallow: /robots")
    resting.routes["/repos"] = KINDS["repos"][0]
    addresses = {name: f"{resting.url if name == 'repos' else site.url}/{name}" for name in KINDS}
    addresses |= {name: url for name, (url, _, _) in ELSEWHERE.items()}
    settings = local_site.settings_for(tmp_path, addresses)
    expected = {name: (state, reason) for name, (_, state, reason) in {**KINDS, **ELSEWHERE}.items()}

    found = check(settings.file)

    told = {name: (line["state"], line["reason"]) for name, line in found.items()}
    # The dates of the fresh feed are those of the tests' own day, long past by the clock of the program.
    told["frais"] = (
        "fresh" if told["frais"][0] in {"fresh", "quiet", "frozen"} else told["frais"][0],
        told["frais"][1],
    )
    assert told == expected
    assert found["page"]["offers"] == [f"{site.url}/vrai"]
    assert "/vrai" in str(found["page"]["detail"])
    assert all(line["detail"] for line in found.values())
    assert site.paths().count("/interdit") == 1, "a refusal is not asked twice"


def check(config: Path | None) -> dict[str, dict[str, object]]:
    command = [sys.executable, "-m", "mercato.cli", "sources", "check", "--json", "--config", str(config)]
    code = "from mercato.cli import main; main()"
    command[1:3] = ["-c", code]
    environment = {**os.environ, "MERCATO_LANGUAGE": "fr"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert "Traceback" not in done.stderr, done.stderr
    return {line["id"]: line for line in map(json.loads, done.stdout.splitlines())}
