"""The links of mails, asked for as browsers and mail programs do, at a page that nobody else may enter."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from review_site import NOW, served, settings

from alerts.tokens import Action, Link, recipient_key, sign
from mercato.model import Message, Window
from review.doors import make_password
from scheduler.handover import link_key
from scheduler.jobs import Newsroom
from storage import outbox, readers

pytestmark = pytest.mark.slow

ANA = "ana@example.org"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Newsroom, str, str]]:
    """The newsroom, its address, and the path of Ana's link to leave the watch."""
    with served(settings(tmp_path_factory.mktemp("links"), password=make_password("secret"))) as (news, address):
        message = Message(message_id="<a@b>", subject="s", text="t", html="h", sender="m@example.org", date=NOW)
        with news.database.writing() as tx:
            digest = outbox.freeze(tx, "ia", Window(start=NOW, end=NOW, tick=NOW), message, (ANA,), (), 1, 0)
        link = Link(action=Action.UNSUBSCRIBE, digest=str(digest), recipient=recipient_key(ANA))
        yield news, address, f"/m/{sign(link, link_key(news))}"


def test_a_mail_program_unsubscribes_without_session_or_origin(site: tuple[Newsroom, str, str]) -> None:
    news, address, path = site
    with httpx.Client(base_url=address) as client:
        assert client.get("/").status_code in (303, 307)  # a visitor without a password is sent to log in
        looked = client.get(path)
        assert looked.status_code == 200
        assert "script-src" not in looked.headers["content-security-policy"]
        with news.database.reading() as tx:
            assert not readers.suppressed(tx, "ia")
        assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
        with news.database.reading() as tx:
            assert readers.suppressed(tx, "ia")
        assert client.post(path, data={"undo": "1"}).status_code == 200
        with news.database.reading() as tx:
            assert not readers.suppressed(tx, "ia")


def test_what_is_no_link_of_ours_is_not_found(site: tuple[Newsroom, str, str]) -> None:
    _, address, path = site
    with httpx.Client(base_url=address) as client:
        for wrong in ("/m/x", path[:-2], "/m/" + "a" * 300):
            assert client.get(wrong).status_code == 404
            assert client.post(wrong).status_code == 404


def test_other_forms_still_need_a_page_of_ours(site: tuple[Newsroom, str, str]) -> None:
    _, address, _ = site
    with httpx.Client(base_url=address) as client:
        assert client.post("/language", data={"language": "en"}).status_code == 403
