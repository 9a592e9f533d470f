"""A raw page is replayed wherever its file lies; where it cannot be reached the page says so."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from review_site import served, settings

from mercato.model import Article, article_id
from mercato.settings import Settings
from scheduler.putting_away import put_away
from storage import articles
from storage.warc import WarcWriter

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)
URL = "https://fil.example/page"

pytestmark = pytest.mark.slow


def with_store(plain: Settings, captures: str) -> Settings:
    return plain.model_copy(update={"storage": plain.storage.model_copy(update={"captures": captures})})


def test_a_page_in_the_store_is_replayed(tmp_path: Path) -> None:
    plain, store = settings(tmp_path), tmp_path / "store"
    store.mkdir()
    chosen, path = with_store(plain, str(store)), f"/articles/{article_id(URL)}/raw"
    with WarcWriter(chosen.archive or Path(), software="essai", now=NOW) as writer:
        capture = writer.response(URL, 200, "OK", [], b"<p>corps</p>", NOW)
    named = {"source": "fil", "outlet": "Le Fil", "title": "Titre"}
    article = Article(id=article_id(URL), url=URL, first_seen=NOW, capture=capture, **named)
    assert put_away(chosen) == 1
    with served(chosen) as (news, address):
        with news.database.writing() as tx:
            articles.save(tx, article)
        assert httpx.get(f"{address}{path}", timeout=30).text == "<p>corps</p>"
    with served(with_store(plain, "nuage://seau")) as (_, address):
        assert httpx.get(f"{address}{path}", timeout=30).status_code == httpx.codes.SERVICE_UNAVAILABLE
