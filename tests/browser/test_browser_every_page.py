"""Every page that the application has, in a real Chromium: no accessibility violation in either scheme, and small.

The list is taken from the application itself, so that a new page cannot be forgotten here.
"""

from __future__ import annotations

import httpx
import pytest
from accessibility import violations_in_both_schemes
from fastapi.routing import iter_route_contexts
from playwright.sync_api import Browser

from alerts.tokens import Action, Link, recipient_key, sign
from mercato.cli.page import room
from review.app import build
from scheduler.handover import link_key
from scheduler.jobs import Newsroom
from storage import articles, browse, outbox, review_queue

pytestmark = pytest.mark.slow

MOST_BYTES = 150_000
SANDBOXED = {"/articles/{article}/raw", "/digests/{digest}/html"}
"""Answers in HTML in which no script runs, axe-core's neither: a page as its outlet made it, and a mail, which has
tests of its own."""
QUERIES = {
    "/archive": "?q=debauche&verdict=none",
    "/articles/{article}": "?reasoning=1",
    "/watches": "?try=1&name=Essai&organisations=Wavelane",
}
"""What is asked of a page so that it shows all that it can."""


def every_address(news: Newsroom) -> dict[str, str]:
    """An address for each path that can be asked for; a parameter that nobody gave a value here is a failure."""
    with news.database.reading() as tx:
        ((story, _),) = review_queue.waiting(tx, 1)
        (article, *_) = browse.articles_page(tx, browse.Filters(), 1)
        digest = next(one.id for one in outbox.digests(tx) if one.deliveries)
        assert articles.get(tx, article.id)
    reader = recipient_key(news.settings.watches[0].recipients[0])
    token = sign(Link(action=Action.UNSUBSCRIBE, digest=digest, recipient=reader), link_key(news))
    values = {"story": story, "article": article.id, "digest": digest, "token": token, "form": "svg"}
    routes = iter_route_contexts(build(room(news)).routes)
    paths = [str(route.path) for route in routes if "GET" in (route.methods or ())]
    return {path: path.format(**values) + QUERIES.get(path, "") for path in paths}


def test_no_page_has_an_accessibility_violation_or_many_bytes(
    chromium: Browser, newsroom: Newsroom, address: str
) -> None:
    addresses = every_address(newsroom) | {"nothing": "/stories/none"}
    seen: list[str] = []
    for path, asked in addresses.items():
        kind = httpx.get(address + asked).headers["content-type"]
        if not kind.startswith("text/html") or path in SANDBOXED:
            continue
        seen.append(path)
        context = chromium.new_context()
        page = context.new_page()
        sizes: list[int] = []
        page.on("requestfinished", lambda request, sizes=sizes: sizes.append(request.sizes()["responseBodySize"]))
        page.goto(address + asked)
        assert violations_in_both_schemes(page) == [], path
        assert sum(sizes) < MOST_BYTES, path
        context.close()
    assert {"/", "/stories/{story}", "/archive", "/articles/{article}", "/flows", "/sources", "/watches"} <= {*seen}
    assert {"/digests", "/digests/{digest}", "/quality", "/help", "/m/{token}"} <= {*seen}
