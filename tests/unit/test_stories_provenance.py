"""Who said it first, how many said it of their own knowledge, and whose words a page uses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from time import perf_counter

import pytest

from alerts import stories
from alerts.echoes import medium_of
from alerts.stories.ladder import climb, rungs
from alerts.stories.provenance import provenance
from alerts.stories.voices import voice_of
from mercato.model import Article, Kind, Match, Move, Status, Story, Voice

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)


def telling(
    outlet: str,
    hour: int,
    title: str = "",
    *,
    cited: Sequence[str] = (),
    status: Status = Status.CONFIRMED,
    url: str = "",
    body: str = "",
    seen: int | None = None,
) -> tuple[Article, Match]:
    published = MONDAY + timedelta(hours=hour)
    article = Article(
        id=f"{outlet}-{hour}",
        url=url or f"https://{outlet.replace(' ', '-').lower()}.example/{hour}",
        source=outlet,
        outlet=outlet,
        title=title or f"{outlet} raconte",
        body=body,
        published=published,
        first_seen=MONDAY + timedelta(hours=hour if seen is None else seen),
    )
    move = Move(person="Zoé Marchand", origin="Nébulia", destination="Corvex", status=status, kind=Kind.HIRE)
    return article, Match(score=3.0, moves=(move,), sources_cited=tuple(cited))


def story_of(*items: tuple[Article, Match]) -> Story:
    shelf = stories.Shelf()
    for article, match in items:
        shelf.join(article, match, article.first_seen)
    (story,) = shelf
    return story


def test_twelve_outlets_that_quote_one_scoop_are_one_origin() -> None:
    found = provenance(story_of(*(telling(f"Journal {n}", n, cited=["Bloomberg"]) for n in range(12))))
    assert (found.original, found.independent) == ("Bloomberg", ("Bloomberg",))


def test_a_newsletter_counts_as_the_paper_that_it_belongs_to() -> None:
    story = story_of(telling("Un", 1, cited=["Power On"]), telling("Deux", 2, cited=["Mark Gurman", "Bloomberg"]))
    assert (story.origins, provenance(story).independent) == (("Bloomberg",), ("Bloomberg",))
    assert medium_of("Le Fil") == "Le Fil"


def test_an_outlet_that_is_quoted_hands_on_what_it_quotes() -> None:
    story = story_of(telling("Le Fil", 1, cited=["Bloomberg"]), telling("Zone", 2, cited=["Le Fil"]))
    assert provenance(story).independent == ("Bloomberg",)


def test_outlets_that_quote_each_other_end_somewhere() -> None:
    story = story_of(telling("Le Fil", 1, cited=["Zone"]), telling("Zone", 2, cited=["Le Fil"]))
    assert len(provenance(story).independent) == 1


def test_whoever_quotes_a_circle_is_no_part_of_it() -> None:
    story = story_of(
        telling("Amont", 1, cited=["Zone"]),
        telling("Le Fil", 2, cited=["Zone"]),
        telling("Zone", 3, cited=["Le Fil"]),
        telling("Aval", 4, cited=["Amont"]),
    )
    assert provenance(story).independent == ("Le Fil",)


def test_outlets_that_all_quote_each_other_are_told_apart_soon() -> None:
    outlets = [
        f"{first}{last}" for first in ("Nova", "Dica", "Vera", "Luma", "Toria") for last in ("gramme", "scope", "phare")
    ]
    items = [telling(name, n, cited=[other for other in outlets if other != name]) for n, name in enumerate(outlets)]
    story, began = story_of(*items), perf_counter()
    assert provenance(story).independent == (outlets[0],)
    assert perf_counter() - began < 2


def test_a_dispatch_printed_word_for_word_is_no_second_origin() -> None:
    title = "Zoé Marchand quitte Nébulia pour prendre la tête de Corvex"
    found = provenance(story_of(telling("Le Fil", 1, title), telling("Zone", 2, title), telling("Écran", 3)))
    assert (found.original, found.independent) == (None, ("Le Fil", "Écran"))


def test_further_sources_of_one_article_are_no_origins_of_their_own() -> None:
    story = story_of(telling("Un", 1, cited=["Bloomberg", "Fortune"]), telling("Deux", 2, cited=["Bloomberg"]))
    assert provenance(story).independent == ("Bloomberg",)
    assert story.origins == ("Bloomberg", "Fortune")


def test_the_clocks_are_kept_apart() -> None:
    found = provenance(story_of(telling("Tôt", 1, seen=30), telling("Tard", 20, seen=20)))
    assert (found.first_published.outlet, found.first_seen.outlet) == ("Tôt", "Tard")


@pytest.mark.parametrize(
    ("url", "body", "voice"),
    [
        ("https://journal.example/a", "Un texte.", Voice.OWN),
        ("https://www.vietnam.vn/fr/a", "Un texte.", Voice.TRANSLATED),
        ("https://notvietnam.vn/fr/a", "Un texte.", Voice.OWN),
        ("https://www.msn.com/fr-fr/a", "Un texte.", Voice.ECHO),
        ("https://journal.example/a", "Cet article a été traduit automatiquement.", Voice.TRANSLATED),
        ("https://journal.example/a", "Un texte.\nSource : https://autre.example/b", Voice.ECHO),
        ("https://journal.example/a", "Un texte.\nSource : https://www.journal.example/b", Voice.OWN),
        ("https://journal.example/a", "Un texte.\nSource : Bloomberg", Voice.OWN),
    ],
)
def test_whose_words_a_page_uses(url: str, body: str, voice: Voice) -> None:
    article, _ = telling("Journal", 1, url=url, body=body)
    assert voice_of(article) is voice


def test_what_the_user_says_of_a_source_counts_before_what_its_page_shows() -> None:
    article, _ = telling("Journal", 1, body="Un texte.\nSource : https://autre.example/b")
    assert voice_of(article, {article.source: Voice.TRANSLATED}) is Voice.TRANSLATED
    assert voice_of(article, {article.source: Voice.OWN}) is Voice.ECHO
    assert voice_of(article, {"autre": Voice.TRANSLATED}) is Voice.ECHO


def test_a_marked_source_never_confirms_whatever_its_address() -> None:
    article, match = telling("Journal", 1)
    (plain,) = stories.Shelf().join(article, match, article.first_seen)
    (marked,) = stories.Shelf(voices={article.source: Voice.ECHO}).join(article, match, article.first_seen)
    assert (plain.status, marked.status) == (Status.CONFIRMED, Status.REPORTED)


def test_an_echo_never_confirms_and_never_counts() -> None:
    echo = telling("Écho", 5, url="https://www.msn.com/a")
    alone = story_of(echo)
    assert (alone.status, len(provenance(alone).echoes)) == (Status.REPORTED, 1)
    story = story_of(telling("Le Fil", 1, status=Status.RUMOURED), echo)
    assert (story.status, provenance(story).independent) == (Status.REPORTED, ("Le Fil",))


def test_every_rung_has_somebody_who_said_so() -> None:
    story = story_of(
        telling("Un", 1, status=Status.RUMOURED),
        telling("Deux", 2, status=Status.REPORTED),
        telling("Trois", 3, status=Status.RUMOURED),
        telling("Quatre", 4),
        telling("Cinq", 5, status=Status.FAILED),
        telling("Six", 6),
    )
    assert [(rung.status, rung.telling.outlet) for rung in rungs(story)] == [
        (Status.RUMOURED, "Un"),
        (Status.REPORTED, "Deux"),
        (Status.CONFIRMED, "Quatre"),
        (Status.REVERSED, "Cinq"),
        (Status.CONFIRMED, "Six"),
    ]
    assert story.status is Status.CONFIRMED


def test_what_was_never_established_cannot_be_reversed() -> None:
    assert climb([Status.RUMOURED, Status.FAILED]) is Status.FAILED
    assert climb([Status.REPORTED, Status.FAILED]) is Status.FAILED
    assert climb([Status.CONFIRMED, Status.FAILED, Status.REPORTED]) is Status.REVERSED
    assert climb([Status.CONFIRMED, Status.DENIED]) is Status.DENIED


def test_a_withdrawn_story_has_no_provenance() -> None:
    shelf = stories.Shelf()
    article, match = telling("Un", 1)
    (story,) = shelf.join(article, match, MONDAY)
    (withdrawn,) = shelf.leave(article.id, MONDAY)
    assert withdrawn.id == story.id
    with pytest.raises(ValueError, match="withdrawn"):
        provenance(withdrawn)
