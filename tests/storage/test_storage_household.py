"""What people keep on the page: pauses, sources and watches of their own, searches, and former texts of articles."""

from __future__ import annotations

from dataclasses import replace

from storage_samples import HOUR, NOW, article

from mercato.model import Capture, Extraction, Source, Status, Watch
from storage import articles, own_sources, own_watches, versions
from storage.engine import Database
from storage.own_watches import SavedSearch

MINE = Source(id="mien", name="Le Mien", feed="https://mien.example/feed")


def test_paused_sources_are_left_out_until_they_are_resumed(database: Database) -> None:
    other = replace(MINE, id="autre")
    with database.writing() as tx:
        own_sources.pause(tx, "mien", NOW, "léa")
        own_sources.pause(tx, "mien", NOW + HOUR, "hugo")
        assert own_sources.paused(tx) == {"mien": NOW}
        assert own_sources.active(tx, [MINE, other]) == [other]
        own_sources.resume(tx, "mien")
        assert own_sources.active(tx, [MINE, other]) == [MINE, other]


def test_sources_of_ones_own_come_in_the_order_of_adding(database: Database) -> None:
    later = replace(MINE, id="autre", name="L’Autre")
    with database.writing() as tx:
        own_sources.add(tx, later, NOW + HOUR, "léa")
        own_sources.add(tx, MINE, NOW, "léa")
        assert own_sources.every(tx) == (MINE, later)
        assert own_sources.remove(tx, "mien")
        assert not own_sources.remove(tx, "mien")
        assert own_sources.every(tx) == (later,)


def test_a_watch_comes_back_as_it_was_saved(database: Database) -> None:
    watch = Watch(
        name="Labos",
        organisations=("Nébulia",),
        statuses=(Status.CONFIRMED,),
        sectors=("ai",),
        recipients=("a@b.example",),
    )
    with database.writing() as tx:
        own_watches.save(tx, replace(watch, people=("Ana",)), NOW, "léa")
        own_watches.save(tx, watch, NOW + HOUR, "léa")
        assert own_watches.every(tx) == (watch,)
        assert own_watches.remove(tx, "Labos")
        assert own_watches.every(tx) == ()


def test_searches_are_kept_by_name(database: Database) -> None:
    with database.writing() as tx:
        for search in (SavedSearch("b", {"q": "débauche"}), SavedSearch("a", {"firm": "Nébulia"})):
            own_watches.save_search(tx, search, NOW, "léa")
        own_watches.save_search(tx, SavedSearch("b", {"q": "départ"}), NOW, "léa")
        assert own_watches.searches(tx) == [SavedSearch("a", {"firm": "Nébulia"}), SavedSearch("b", {"q": "départ"})]
        own_watches.remove_search(tx, "a")
        assert [search.name for search in own_watches.searches(tx)] == ["b"]


def test_what_an_outlet_edited_is_kept_and_what_we_read_better_is_not(database: Database) -> None:
    page = Capture(file="a.warc.gz", offset=0, length=10, sha256="aa")
    first = replace(article("1", published=NOW), body="Ancien texte.", capture=page, extraction=Extraction.FULL)
    reread = replace(first, body="Ancien texte, mieux lu.")
    edited = replace(reread, body="Nouveau texte.", first_seen=NOW + HOUR, capture=replace(page, sha256="bb"))
    with database.writing() as tx:
        articles.save(tx, replace(first, body="Résumé.", extraction=Extraction.SUMMARY))
        for each in (first, reread, edited, edited):
            articles.save(tx, each)
        (former,) = versions.of_article(tx, first.id)
    assert (former.number, former.until, former.body) == (1, NOW + HOUR, "Ancien texte, mieux lu.")


def test_a_page_that_never_rests_fills_no_archive(database: Database) -> None:
    base = replace(article("1", published=NOW), extraction=Extraction.FULL, capture=None)
    with database.writing() as tx:
        for number in range(versions.MOST + 5):
            articles.save(tx, replace(base, body=f"Direct, état {number}."))
        kept = versions.of_article(tx, base.id)
    assert [version.number for version in kept] == list(range(1, versions.MOST + 1))
    assert kept[0].body == "Direct, état 0."
