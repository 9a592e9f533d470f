"""A hub on loopback: asked by a crawl, it confirms at the page, and its calls bring the next visit forward."""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import local_site
import pytest
import review_site
from local_site import Answer

from mercato.model import CycleCode, FeedState, HubSubscription
from mercato.settings import MailSettings
from scheduler.cycle import run_cycle
from scheduler.jobs import Newsroom
from storage import feeds, hubs

pytestmark = pytest.mark.slow


@dataclass(slots=True)
class Hub:
    """A hub that consents on /hub and declines on every other path."""

    url: str = ""
    asked: list[Mapping[str, str]] = field(default_factory=list)
    confirmed: threading.Event = field(default_factory=threading.Event)

    def verify(self, form: Mapping[str, str]) -> None:
        query = {"hub.mode": "subscribe", "hub.topic": form["hub.topic"], "hub.challenge": "défi & co"}
        answer = httpx.get(form["hub.callback"], params={**query, "hub.lease_seconds": "86400"})
        if (answer.status_code, answer.text) == (200, "défi & co"):
            self.confirmed.set()

    def publish(self, secret: str) -> int:
        body = b"<rss/>"
        signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature": f"sha256={signature}"}
        return httpx.post(self.asked[0]["hub.callback"], content=body, headers=headers).status_code


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        hub: Hub = self.server.hub  # type: ignore[attr-defined]
        form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        self.send_response(202 if self.path == "/hub" else 403)
        self.end_headers()
        if self.path == "/hub":
            hub.asked.append(form)
            threading.Thread(target=hub.verify, args=(form,), daemon=True).start()

    def log_message(self, *_: Any) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def hub() -> Iterator[Hub]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.hub = Hub(f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server.hub  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


def feed(address: str, hub: str) -> Answer:
    links = f'<a:link rel="hub" href="{hub}"/><a:link rel="self" href="{address}?complet"/>'
    body = f'<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom"><channel><title>F</title>{links}</channel></rss>'
    return Answer(body, headers={"Content-Type": "application/rss+xml", "ETag": '"1"'})


def remembered(news: Newsroom, source: str) -> tuple[HubSubscription | None, FeedState]:
    with news.database.reading() as tx:
        return hubs.of_source(tx, source), feeds.states(tx)[source]


def test_a_hub_is_asked_confirms_and_brings_the_next_visit_forward(tmp_path: Path, hub: Hub) -> None:
    with local_site.serve() as site, review_site.served(review_site.settings(tmp_path)) as (news, page):
        addresses = {name: f"{site.url}/{name}" for name in ("phare", "sourd")}
        site.routes |= {"/phare": feed(addresses["phare"], f"{hub.url}/hub")}
        site.routes |= {"/sourd": feed(addresses["sourd"], f"{hub.url}/non")}
        mail = MailSettings.model_validate({"public_url": page})
        settings = local_site.settings_for(tmp_path, addresses).model_copy(update={"mail": mail})

        assert run_cycle(settings).code is CycleCode.OK

        assert hub.confirmed.wait(20)
        known, state = remembered(news, "phare")
        assert known is not None
        assert known.until is not None
        assert known.topic == f"{addresses['phare']}?complet"
        assert known.secret == hub.asked[0]["hub.secret"]
        declined, _ = remembered(news, "sourd")
        assert declined is not None
        assert "403" in declined.refused
        assert state.next_due is not None

        assert hub.publish("faux") == 202
        assert remembered(news, "phare")[1].next_due == state.next_due, "a wrong signature changes nothing"
        assert hub.publish(known.secret) == 202
        report = run_cycle(settings, due_only=True)
        assert (report.sources, report.not_modified) == (1, 1)
        assert len(hub.asked) == 1, "the lease holds: the hub is not asked again"
        assert httpx.post(f"{page}/m/hub/inconnu", content=b"x").status_code == 410
        assert httpx.post(f"{page}/m/hub/{known.token}", content=bytes(6_000_000)).status_code == 413
