from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from storage_samples import HOUR, NO_MATCH, NOW, article, match, move

from mercato.errors import StorageError
from mercato.model import Article, Capture, Extraction, Reason
from storage import aliases, articles
from storage.articles import MAX_PAGE_ATTEMPTS, Saved
from storage.column_types import NaiveDatetimeError
from storage.engine import Database
from storage.search import search

SUMMARY = {"extraction": Extraction.SUMMARY, "note": "503 Service Unavailable", "body": "Le résumé."}


def stored(database: Database, *these: Article) -> list[Saved]:
    with database.writing() as tx:
        return [articles.save(tx, one) for one in these]


def held(database: Database, one: Article) -> Article | None:
    with database.reading() as tx:
        return articles.get(tx, one.id)


def test_an_article_comes_back_as_it_went_in(database: Database) -> None:
    whole = article(
        author="Zoé Œuvrard",
        language="fr",
        extraction=Extraction.TEASER,
        note="abonnés",
        capture=Capture(file="a.warc.gz", offset=2**40, length=17, sha256="ab"),
    )
    bare = article("bare", published=None, body="")
    assert stored(database, whole, bare) == [Saved.NEW, Saved.NEW]
    assert held(database, whole) == whole
    assert held(database, bare) == bare


def test_the_same_article_twice_changes_nothing(database: Database) -> None:
    with database.writing() as tx:
        articles.save(tx, article())
        articles.judge(tx, article().id, "f", match(), NOW)
    assert stored(database, article()) == [Saved.KNOWN]
    with database.reading() as tx:
        assert articles.count(tx) == 1
        assert articles.judgement(tx, article().id) == match()
        assert len(search(tx, "Nébulia")) == 1


def test_first_seen_and_published_never_change(database: Database) -> None:
    stored(database, article())
    assert stored(database, article(first_seen=NOW + HOUR, published=NOW)) == [Saved.KNOWN]
    assert held(database, article()) == article()


@pytest.mark.parametrize(
    ("old", "new", "wins"),
    [
        (Extraction.SUMMARY, Extraction.FULL, True),
        (Extraction.SUMMARY, Extraction.TEASER, True),
        (Extraction.TEASER, Extraction.FULL, True),
        (Extraction.FULL, Extraction.FULL, True),
        (Extraction.SUMMARY, Extraction.SUMMARY, True),
        (Extraction.FULL, Extraction.SUMMARY, False),
        (Extraction.FULL, Extraction.TEASER, False),
        (Extraction.TEASER, Extraction.SUMMARY, False),
    ],
)
def test_a_text_replaces_one_that_is_no_more_complete(
    database: Database, old: Extraction, new: Extraction, wins: bool
) -> None:
    first, second = article(extraction=old, body="Avant."), article(extraction=new, body="Après.")
    assert stored(database, first, second)[1] is (Saved.UPDATED if wins else Saved.KNOWN)
    assert held(database, first) == (second if wins else first)


def test_an_empty_text_replaces_none(database: Database) -> None:
    assert stored(database, article(), article(body="")) == [Saved.NEW, Saved.KNOWN]
    assert held(database, article()) == article()


def test_an_edited_article_is_judged_again_and_found_by_its_new_words_alone(database: Database) -> None:
    with database.writing() as tx:
        articles.save(tx, article())
        articles.judge(tx, article().id, "f", match(), NOW)
    edited = article(title="Démenti : Marchand reste chez Nébulia")
    assert stored(database, edited) == [Saved.UPDATED]
    with database.reading() as tx:
        assert articles.judgement(tx, edited.id) is None
        assert articles.unjudged(tx, "f") == [edited]
        assert [hit.id for hit in search(tx, "démenti")] == [edited.id]
        assert search(tx, "Corvex") == []


def test_a_new_author_is_noted_without_judging_again(database: Database) -> None:
    with database.writing() as tx:
        articles.save(tx, article())
        articles.judge(tx, article().id, "f", match(), NOW)
    assert stored(database, article(author="Zoé Œuvrard")) == [Saved.KNOWN]
    assert held(database, article()) == article(author="Zoé Œuvrard")
    with database.reading() as tx:
        assert articles.unjudged(tx, "f") == []


def test_a_failed_page_is_asked_for_a_few_times(database: Database) -> None:
    failed = article(retry_page=True, **SUMMARY)
    for _ in range(MAX_PAGE_ATTEMPTS):
        with database.writing() as tx:
            articles.save(tx, failed)
            needed = articles.needing_page(tx, [failed.id, "unknown"])
            asked = articles.known(tx, [failed.id, "unknown"])
        assert asked == {failed.id}
        last_time = needed
    assert needed == last_time == frozenset()


def test_a_failed_page_is_needed_until_it_is_read(database: Database) -> None:
    failed = article(retry_page=True, **SUMMARY)
    final = article("gone", **SUMMARY)
    stored(database, failed, final)
    with database.reading() as tx:
        assert articles.needing_page(tx, [failed.id, final.id]) == {failed.id}
    assert stored(database, article()) == [Saved.UPDATED]
    assert held(database, failed) == article()
    with database.reading() as tx:
        assert articles.needing_page(tx, [failed.id]) == frozenset()


def test_known_takes_any_number_of_ids(database: Database) -> None:
    stored(database, article())
    with database.reading() as tx:
        assert articles.known(tx, [f"{number:016x}" for number in range(40_000)] + [article().id]) == {article().id}
        assert articles.known(tx, []) == frozenset()


def test_find_by_address_identifier_and_beginning(database: Database) -> None:
    one, two = article(id="abcd000000000000"), article("b", id="abce000000000000")
    stored(database, one, two, article("c"))
    with database.reading() as tx:
        assert articles.find(tx, "http://www.fil.example/c/?utm_source=rss") == article("c")
        assert articles.find(tx, " abcd000000000000 ") == one
        assert articles.find(tx, "abce") == two
        assert articles.find(tx, "abc") is None, "too short"
        assert articles.find(tx, "abcd0000000000001") is None
        for nothing in ("", "https://", "ftp://fil.example/c", "ffff'--", "%%%%", "____", "\x00\ud800\x00\x00"):
            assert articles.find(tx, nothing) is None


def test_an_ambiguous_beginning_finds_nothing(database: Database) -> None:
    stored(database, article(id="abcd000000000000"), article("b", id="abcd100000000000"))
    with database.reading() as tx:
        assert articles.find(tx, "abcd") is None


def test_unjudged_comes_new_articles_first_and_in_the_order_of_telling(database: Database) -> None:
    late, early, undated = (
        article("late", published=NOW),
        article("early", published=NOW - 5 * HOUR),
        article("undated", published=None, first_seen=NOW - HOUR),
    )
    stored(database, late, early, undated)
    with database.writing() as tx:
        assert articles.unjudged(tx, "f") == [early, undated, late]
        assert articles.unjudged(tx, "f", limit=2) == [early, undated]
        articles.judge(tx, early.id, "f", NO_MATCH, NOW)
        articles.judge(tx, late.id, "e", NO_MATCH, NOW)
        articles.judge(tx, undated.id, "g", NO_MATCH, NOW)
        assert articles.unjudged(tx, "f") == [late, undated], "by the lexicon that judged them"
        new = article("new", published=NOW + HOUR)
        articles.save(tx, new)
        assert articles.unjudged(tx, "f") == [new, late, undated]
        assert articles.unjudged(tx, "f", limit=2) == [new, late]


def test_judgements_come_back_as_they_went_in(database: Database) -> None:
    stored(database, article(), article("b"))
    with database.writing() as tx:
        articles.judge(tx, article().id, "f", match(), NOW)
        articles.judge(tx, article("b").id, "f", NO_MATCH, NOW)
    with database.reading() as tx:
        assert articles.judgement(tx, article().id) == match()
        assert articles.judgement(tx, article("b").id) == NO_MATCH
        assert articles.judgement(tx, "unknown") is None
        assert dict(articles.judged(tx)) == {None: 1, Reason.TOO_WEAK: 1}


def test_a_judgement_of_an_unknown_article_is_refused(database: Database) -> None:
    with pytest.raises(StorageError, match=r"(?i)foreign key"), database.writing() as tx:
        articles.judge(tx, "unknown", "f", match(), NOW)


def test_latest_pages_without_gaps_or_doubles(database: Database) -> None:
    same_time = [article(str(number), published=NOW - (number // 3) * HOUR) for number in range(10)]
    stored(database, *same_time)
    seen: list[Article] = []
    place: tuple[datetime, str] | None = None
    with database.reading() as tx:
        while page := articles.latest(tx, 4, place):
            seen += page
            place = (page[-1].told, page[-1].id)
    assert seen == sorted(same_time, key=lambda one: (one.told, one.id), reverse=True)


def test_a_naive_datetime_is_refused(database: Database) -> None:
    naive = datetime(2026, 3, 18)  # noqa: DTZ001
    with pytest.raises(NaiveDatetimeError, match="without a zone"):
        stored(database, article(first_seen=naive, published=None))
    assert held(database, article()) is None


def test_unstorable_characters_do_not_move_evidence(database: Database) -> None:
    title = "a\x00b\ud83dc"
    assert stored(database, article(title=title), article(title=title)) == [Saved.NEW, Saved.KNOWN]
    kept = held(database, article())
    assert kept is not None
    assert kept.title == "a\ufffdb\ufffdc"
    with database.writing() as tx:
        articles.judge(tx, kept.id, "f", match(moves=(move(person=title),)), NOW)
        judged = articles.judgement(tx, kept.id)
        assert judged is not None
        assert judged.moves[0].person == kept.title


def test_a_link_leads_to_its_article(database: Database) -> None:
    stored(database, article(), article("b"))
    with database.writing() as tx:
        aliases.add(tx, "link", article().id)
        aliases.add(tx, "link", article("b").id)
        aliases.add(tx, "other", article().id)
        assert aliases.resolve(tx, ["link", "other", "unknown"]) == {"link": article("b").id, "other": article().id}


def test_an_error_rolls_everything_back(database: Database) -> None:
    def fail(error: Exception | None) -> None:
        with database.writing() as tx:
            articles.save(tx, article())
            if error:
                raise error
            articles.save(tx, replace(article("b"), source=None))  # type: ignore[arg-type]

    with pytest.raises(StorageError, match=r"(?i)null"):
        fail(None)
    with pytest.raises(ZeroDivisionError):
        fail(ZeroDivisionError())
    with database.reading() as tx:
        assert articles.count(tx) == 0
        assert search(tx, "Nébulia") == []
