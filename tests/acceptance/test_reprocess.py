"""Parts of the archive done again: shown first, kept, gone on with after a stop, and never mailed as news."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import local_site
import pytest

from alerts.changes import Shift
from alerts.lexicon import load_lexicon
from alerts.matching import judge
from mercato.model import (
    WITHHELD_NAME,
    Article,
    Capture,
    Extraction,
    Kind,
    Match,
    Move,
    NoMatch,
    Reason,
    Status,
    article_id,
)
from scheduler import reprocess
from scheduler.jobs import Newsroom, join_batch
from scheduler.putting_away import put_away
from scheduler.reprocess import Order, decode
from storage import articles, outbox, stories
from storage.articles import Part
from storage.engine import Transaction, open_database
from storage.warc import WarcWriter

pytestmark = pytest.mark.slow

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)
SEEN = NOW - timedelta(days=2)
OLD = Match(
    score=2.0, moves=(Move(person="Noé Lambert", origin="Corvex", status=Status.RUMOURED, kind=Kind.DEPARTURE),)
)
NONE = NoMatch(reason=Reason.NO_TRIGGER)


def kept(
    tx: Transaction, name: str, judgement: Match | NoMatch, *, who: str = "", capture: Capture | None = None
) -> str:
    """An article of which the lexicon «old» said so; with `who`, one that tells a move."""
    url = f"https://presse.example/{name}"
    text = local_site.TEXT.format(who=who) if who else "Le marché des puces reste calme cette semaine."
    title = f"{who} quitte Loupiote pour Grandvoile" if who else f"Les puces en bref, {name}"
    article = Article(
        id=article_id(url), url=url, source="fil", outlet="Le Fil", title=title, body="" if capture else text,
        first_seen=SEEN, extraction=Extraction.SUMMARY if capture else Extraction.FULL, capture=capture,
    )  # fmt: skip
    articles.save(tx, article)
    articles.judge(tx, article.id, "old", judgement, SEEN)
    return article.id


def told(tx: Transaction) -> list[str]:
    """The events that the watch would be told."""
    return [event.id for event in outbox.untold(tx, "w", SEEN - timedelta(days=5), NOW)]


def test_a_part_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = local_site.settings_for(tmp_path, {"fil": "http://127.0.0.1:9/feed"})
    (tmp_path / "store").mkdir()
    storage = plain.storage.model_copy(update={"captures": "store"})
    settings = plain.model_copy(update={"storage": storage})
    assert settings.archive is not None
    with WarcWriter(settings.archive, software="essai", now=SEEN) as writer:
        page = local_site.article("Inès Roc quitte Loupiote pour Grandvoile", who="Inès Roc").encode()
        headers = [("Content-Type", "text/html; charset=utf-8")]
        capture = writer.response("https://presse.example/page", 200, "OK", headers, page, SEEN)
    assert put_away(settings) == 1
    with open_database(settings.database_url) as database:
        room = Newsroom(settings, database, load_lexicon())
        with database.writing() as tx:
            gained = kept(tx, "gained", NONE, who="Élodie Vasseur")
            lost = kept(tx, "lost", OLD)
            page_id = kept(tx, "page", NONE, capture=capture)
            join_batch(tx, stories.unjoined_of(tx, "old", stories.unjoined(tx, "old", 500)))
            known = told(tx)
        assert len(known) == 1, "the story of the old lexicon"

        shown = reprocess.reprocess(room, Order(), lambda: NOW, keep=False)
        assert {(one.article, one.shift) for one in shown.changes} >= {(gained, Shift.GAINED), (lost, Shift.LOST)}
        with database.reading() as tx:
            assert articles.count_part(tx, Part(by="old")) == 3, "nothing was kept"

        monkeypatch.setattr(reprocess, "_PAGE", 1)
        stop = Event()
        first = reprocess.reprocess(room, Order(extract=False), lambda: NOW, stop=stop, progress=lambda *_: stop.set())
        assert first.articles == 1
        rest = reprocess.reprocess(room, Order(), lambda: NOW)
        assert (rest.resumed, rest.articles) == (1, 2), "gone on with"
        assert reprocess.reprocess(room, Order(), lambda: NOW).articles == 0, "the present lexicon has said it all"

        pages = reprocess.reprocess(room, Order(extract=True, part=Part(source="fil")), lambda: NOW)
        assert (pages.articles, pages.texts) == (1, 1)
        assert [one.article for one in pages.changes] == [page_id]
        with database.reading() as tx:
            read = articles.get(tx, page_id)
            assert read is not None
            assert "Grandvoile" in read.body
            people = {name for story in stories.latest(tx, 10) for name in story.people}
            assert people == {"Élodie Vasseur", "Inès Roc"}, "opened, and the wrong one withdrawn"
            assert told(tx) == known, "nothing of it is news"

        grouped = reprocess.reprocess(room, Order(group=True), lambda: NOW)
        assert grouped.articles == 3
        assert not grouped.changes
        with database.reading() as tx:
            assert told(tx) == known


@pytest.mark.parametrize(
    "order",
    [
        Order(),
        Order(part=Part(source="fil", since=NOW, until=NOW, by="a", first="0", last="7f"), extract=True, group=True),
    ],
)
def test_an_order_survives_its_way_through_the_queue(order: Order) -> None:
    assert decode(order.encode()) == order


def test_who_must_not_be_named_is_not_found_again_as_somebody_without_a_name(tmp_path: Path) -> None:
    settings = local_site.settings_for(tmp_path, {"fil": "http://127.0.0.1:9/feed"})
    url = "https://presse.example/retrait"
    article = Article(
        id=article_id(url), url=url, source="fil", outlet="Le Fil", first_seen=SEEN,
        title=f"{WITHHELD_NAME} quitte Mistral AI pour OpenAI",
        body=f"{WITHHELD_NAME}, directrice technique de Mistral AI, quitte l'entreprise pour OpenAI.",
    )  # fmt: skip
    lexicon = load_lexicon()
    assert isinstance(judge(article.title, article.body, lexicon), Match), "she is known by her post"
    with open_database(settings.database_url) as database:
        with database.writing() as tx:
            articles.save(tx, article)
            articles.judge(tx, article.id, "old", NONE, SEEN)
        reprocess.reprocess(Newsroom(settings, database, lexicon), Order(), lambda: NOW)
        with database.reading() as tx:
            assert isinstance(articles.judgement(tx, article.id), NoMatch)
            assert stories.latest(tx, 5) == []
