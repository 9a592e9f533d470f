from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from storage_samples import HOUR, NOW, article, story

from storage import articles, search, stories
from storage.engine import Database, open_database

TEXTS = {
    "nommee": ("Élodie Marchand nommée directrice", "Elle prend la tête de l’ingénierie."),
    "nommes": ("Deux ingénieurs nommés chez Corvex", "Ils quittent Nébulia après dix ans."),
    "coeur": ("Au cœur d’Œnobot", "Les sœurs Lefèvre, cofondatrices, s’en vont."),
    "depart": ("Départ surprise", "Le directeur financier de l'Atelier quitterait l’entreprise."),
    "chiffres": (
        "Le GPT-5 de Corvex",
        "Un chèque de 1,5 million, un C++ et du naïf e\u0301te\u0301 coupé in\u00adgé\u00adnieur.",
    ),
    "majuscules": ("ÉLODIE MARCHAND CHEZ CORVEX", "L'INGÉNIEURE REJOINT NÉBULIA."),
    "etranger": ("今日 Zażółć Ελλάδα", "Łukasz Straße İstanbul ⑴ ½"),
}

# Query → the texts that hold all its words, in any form.
FINDS = {
    "élodie": {"nommee", "majuscules"},
    "elodie": {"nommee", "majuscules"},
    "ELODIE": {"nommee", "majuscules"},
    "nommée": {"nommee", "nommes"},
    "nommés": {"nommee", "nommes"},
    "nommées élodie": {"nommee"},
    "nommee": {"nommee"},
    "ingénieur": {"nommes", "chiffres", "majuscules"},
    "ingénieure": {"nommes", "chiffres", "majuscules"},
    "ingenieurs": {"nommes", "chiffres", "majuscules"},
    "l'ingénieure": {"nommes", "chiffres", "majuscules"},
    "l’ingénieure": {"nommes", "chiffres", "majuscules"},
    "coeur": {"coeur"},
    "cœur": {"coeur"},
    "sœur": {"coeur"},
    "soeurs": {"coeur"},
    "œnobot": {"coeur"},
    "d'oenobot": {"coeur"},
    "lefevre": {"coeur"},
    "quittera": {"depart"},
    "quittent": {"nommes"},
    "directeur": {"depart"},
    "directrice": {"nommee"},
    "atelier": {"depart"},
    "départs surprises": {"depart"},
    "corvex quittent": {"nommes"},
    "corvex chez": {"nommes", "chiffres", "majuscules"},
    "le directeur de l'atelier": {"depart"},
    "gpt-5": {"chiffres"},
    "gpt5": set(),
    "1,5 million": {"chiffres"},
    "été": {"chiffres"},
    "c++": {"chiffres"},
    "naif": {"chiffres"},
    "ingé": set(),
    "ingénieu": set(),
    "今日": {"etranger"},
    "zazolc": {"etranger"},
    "ελλαδα": {"etranger"},
    "lukasz strasse": {"etranger"},
    "istanbul": {"etranger"},
    "de": {"depart", "chiffres", "nommee"},
    "introuvable": set(),
}


@pytest.fixture
def library(database: Database) -> Database:
    with database.writing() as tx:
        for place, (name, (title, body)) in enumerate(sorted(TEXTS.items())):
            articles.save(tx, article(name, title=title, body=body, published=NOW - place * HOUR))
    return database


def found(database: Database, query: str) -> set[str]:
    with database.reading() as tx:
        return {hit.url.rpartition("/")[2] for hit in search.search(tx, query)}


def test_french_queries_find_the_same_on_both_databases(library: Database) -> None:
    # The table is the oracle for both; each query is one line of it, so that a failure names them all at once.
    assert {query: found(library, query) for query in FINDS} == FINDS


HOSTILE = [
    "",
    "   ",
    "?!… « » '",
    "''''",
    '"',
    "'",
    '"corvex',
    "corvex'; DROP TABLE articles; --",
    "corvex AND",
    "NOT corvex",
    "corvex OR",
    "keys:corvex",
    "corvex*",
    "^corvex",
    "NEAR(corvex nebulia)",
    "{keys} : corvex",
    "-corvex",
    "corvex & | ! <-> nebulia",
    "corvex:*",
    "\\",
    "\\'",
    "\x00corvex\x00",
    "\ud800 corvex",
    "%s %(x)s :x ? $1",
    "·corvex",
    "é" * 10_000,
    "corvex " * 2_000,
    " ".join(f"mot{number}" for number in range(2_000)),
    "(" * 10_000,
    "\u0301\u0301",
    "⑴",
    "_",
]


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_no_query_raises(library: Database, query: str) -> None:
    hits = found(library, query)
    assert hits <= set(TEXTS)
    if query.strip("\x00 ") in {'"corvex', "corvex*", "^corvex", "-corvex", "·corvex"} or query.startswith(
        "corvex corvex"
    ):
        assert hits == {"nommes", "chiffres", "majuscules"}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=60))
def test_no_generated_query_raises(library: Database, query: str) -> None:
    assert found(library, query) <= set(TEXTS)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=st.text(max_size=80))
def test_every_text_can_be_indexed_and_forgotten(database: Database, title: str) -> None:
    with database.writing() as tx:
        articles.save(tx, article("hostile", title=title, body="Aiguille."))
        assert len(search.search(tx, "aiguille")) == 1
        articles.save(tx, article("hostile", title="Autre", body="Foin."))
        assert search.search(tx, "aiguille") == []
        articles.save(tx, article("hostile", title="Autre", body="Aiguille."))


def test_hits_come_newest_first_in_pages(database: Database) -> None:
    same_hour = [article(str(number), published=NOW - (number // 2) * HOUR) for number in range(9)]
    with database.writing() as tx:
        for one in same_hour:
            articles.save(tx, one)
    seen: list[search.Hit] = []
    with database.reading() as tx:
        while page := search.search(tx, "marchand", limit=4, before=(seen[-1].told, seen[-1].id) if seen else None):
            seen += page
    wanted = sorted(same_hour, key=lambda one: (one.told, one.id), reverse=True)
    assert [hit.id for hit in seen] == [one.id for one in wanted]


def test_a_hit_tells_all_that_a_list_shows(database: Database) -> None:
    one = article(published=None)
    with database.writing() as tx:
        articles.save(tx, one)
        stories.save(tx, [story("s1", [one]), story("s2", [one], updated=NOW + timedelta(minutes=1))])
        (hit,) = search.search(tx, "ingénieur")
    assert hit == search.Hit(
        id=one.id,
        url=one.url,
        outlet=one.outlet,
        title=one.title,
        published=None,
        told=NOW,
        snippet="L’‹ingénieure› était l’une des premières recrues de la jeune pousse.",
        stories=("s2", "s1"),
        story="s2",
    )


def test_articles_without_a_story_say_so(library: Database) -> None:
    with library.reading() as tx:
        assert {hit.stories for hit in search.search(tx, "corvex")} == {()}


LONG = "Avant. " * 40 + "Voici l’<b>aiguille</b> dans\n\nla botte‹›. " + "Après cela rien. " * 40


@pytest.mark.parametrize(
    ("title", "body", "query", "wanted"),
    [
        ("Titre", "Une aiguille.", "aiguilles", "Une ‹aiguille›."),
        ("L’aiguille", "Du foin.", "aiguille", "L’‹aiguille›"),
        ("Titre", "", "titre", "‹Titre›"),
        ("T", "e\u0301te\u0301 in\u00adgénieur", "été ingenieur", "‹e\u0301te\u0301› ‹in\u00adgénieur›"),
    ],
)
def test_snippets(database: Database, title: str, body: str, query: str, wanted: str) -> None:
    with database.writing() as tx:
        articles.save(tx, article(title=title, body=body))
        (hit,) = search.search(tx, query)
    assert hit.snippet == wanted


def test_a_list_without_words_shows_where_the_text_begins_and_that_it_goes_on() -> None:
    begin = search.snippet("Titre", "Avant. " * 40, frozenset())
    assert begin.endswith("Avant.…")
    assert search.snippet("Titre", "Court.", frozenset()) == "Court."


def test_a_long_text_is_cut_between_words_around_the_hit(database: Database) -> None:
    with database.writing() as tx:
        articles.save(tx, article(body=LONG))
        (hit,) = search.search(tx, "aiguille")
    assert "l’<b>‹aiguille›</b> dans la botte. Après" in hit.snippet
    assert hit.snippet.startswith("…Avant.")
    assert hit.snippet.endswith(("…", "rien.…"))
    assert len(hit.snippet) <= 250


@pytest.mark.slow
def test_an_enormous_page_is_stored_and_found_by_its_beginning(database: Database) -> None:
    monster = " ".join(f"mot{number:x}é" for number in range(150_000))
    with database.writing() as tx:
        articles.save(tx, article(title="Début", body=monster))
        articles.save(tx, article("b", title="x" * 70_000, body="y"))
        assert len(search.search(tx, "début mot1")) == 1


def test_an_index_of_another_version_is_made_anew(database_url: str) -> None:
    with open_database(database_url) as database, database.writing() as tx:
        articles.save(tx, article())
        articles.save(tx, article("b", title="Autre", body="Texte"))
        tx.execute(sqlalchemy.text("UPDATE facts SET value = '0/0' WHERE name = 'search keys'"))
        empty = "INSERT INTO article_search(article_search) VALUES ('delete-all')"
        tx.execute(sqlalchemy.text(empty if tx.dialect.name == "sqlite" else "DELETE FROM article_search"))
        assert search.search(tx, "marchand") == []
    with open_database(database_url) as database, database.writing() as tx:
        assert [hit.id for hit in search.search(tx, "marchand")] == [article().id]
        assert search.reindex(tx) == 2
        assert [hit.id for hit in search.search(tx, "autre")] == [article("b").id]
