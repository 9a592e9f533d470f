"""What a catalogue may hold, how its mistakes are told, and how the user's own outlets lie over it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.catalogue import followed, has_secret, load_catalogue, parse_catalogue
from mercato.errors import CatalogueError
from mercato.model import Confidence, Paywall, Source

GOOD = {
    "id": '"exemple"',
    "name": '"Exemple"',
    "homepage": '"https://www.exemple.test/"',
    "feed": '"https://www.exemple.test/feed/"',
    "language": '"fr"',
    "country": '"FR"',
    "topic": '"tech"',
    "paywall": '"soft"',
    "confidence": '"high"',
    "quirks": '["Ten entries only."]',
}
OTHER = {"id": '"autre"', "feed": '"https://autre.test/rss"'}


def entry(**changes: str | None) -> str:
    """One [[source]] table: the good one with keys changed, added, or (None) left out."""
    keys = {**GOOD, **changes}
    return "\n".join(["[[source]]", *(f"{key} = {value}" for key, value in keys.items() if value is not None), ""])


def mistakes(text: str) -> tuple[str, ...]:
    with pytest.raises(CatalogueError) as caught:
        parse_catalogue(text, "essai.toml")
    assert str(caught.value).startswith("essai.toml:\n  - ")
    return caught.value.mistakes


def test_reads_every_field() -> None:
    assert parse_catalogue(entry(), "essai.toml") == (
        Source(
            id="exemple",
            name="Exemple",
            homepage="https://www.exemple.test/",
            feed="https://www.exemple.test/feed/",
            language="fr",
            country="FR",
            topic="tech",
            paywall=Paywall.SOFT,
            confidence=Confidence.HIGH,
            quirks=("Ten entries only.",),
        ),
    )


def test_keeps_the_order_of_the_file() -> None:
    found = parse_catalogue(entry() + entry(**OTHER), "essai.toml")
    assert [source.id for source in found] == ["exemple", "autre"]


def test_an_empty_catalogue_is_none() -> None:
    assert parse_catalogue("# nothing yet\n", "essai.toml") == ()


@pytest.mark.parametrize("key", GOOD)
def test_refuses_a_missing_field(key: str) -> None:
    (mistake,) = mistakes(entry(**{key: None}))
    assert mistake.startswith("line 1")
    assert f"{key} is missing" in mistake


@pytest.mark.parametrize("key", GOOD)
@pytest.mark.parametrize("value", ["7", "true", "[1]", '{ a = "b" }', '""', '" x"', '"two\\nlines"'])
def test_refuses_a_value_of_the_wrong_kind(key: str, value: str) -> None:
    (mistake,) = mistakes(entry(**{key: value}))
    assert f"{key} = " in mistake
    assert "expected" in mistake


@pytest.mark.parametrize(
    ("key", "value"),
    [
        pytest.param("id", '"Exemple"', id="capital in an id"),
        pytest.param("id", '"-exemple"', id="id that begins with a hyphen"),
        pytest.param("id", '"exémple"', id="accent in an id"),
        pytest.param("id", '"un_exemple"', id="underscore in an id"),
        pytest.param("id", f'"{"x" * 65}"', id="id too long"),
        pytest.param("feed", '"ftp://exemple.test/feed"', id="feed over ftp"),
        pytest.param("feed", '"/feed"', id="relative feed"),
        pytest.param("feed", '"https:///feed"', id="feed without host"),
        pytest.param("feed", '"file:///etc/passwd"', id="feed in a file"),
        pytest.param("feed", '"javascript:alert(1)"', id="feed that is a script"),
        pytest.param("feed", '"https://exemple.test/feed?token=abc"', id="token"),
        pytest.param("feed", '"https://exemple.test/feed?a=1&API_KEY=abc"', id="key in capitals"),
        pytest.param("feed", '"https://exemple.test/feed?secret="', id="empty secret"),
        pytest.param("feed", '"https://moi:mot@exemple.test/feed"', id="password"),
        pytest.param("homepage", '"exemple.test"', id="homepage without scheme"),
        pytest.param("country", '"fr"', id="country in small letters"),
        pytest.param("country", '"XX"', id="unknown country"),
        pytest.param("language", '"fra"', id="unknown language"),
        pytest.param("topic", '"gossip"', id="unknown topic"),
        pytest.param("paywall", '"partial"', id="unknown paywall"),
        pytest.param("confidence", '"sure"', id="unknown confidence"),
        pytest.param("quirks", '["good.", ""]', id="empty quirk"),
        pytest.param("quirks", '"one."', id="quirk outside a list"),
    ],
)
def test_refuses_an_impossible_value(key: str, value: str) -> None:
    (mistake,) = mistakes(entry(**{key: value}))
    assert f"{key} = " in mistake


def test_refuses_an_unknown_key() -> None:
    (mistake,) = mistakes(entry(feeds='["https://exemple.test/feed"]'))
    assert 'line 1, "exemple": feeds: no such key' in mistake


def test_refuses_an_unknown_table() -> None:
    assert mistakes('[[sources]]\nid = "x"\n') == ("sources: no such table; only [[source]] is known",)


def test_refuses_something_else_than_tables() -> None:
    assert mistakes('source = ["numerama"]') == ('source: expected tables that begin with "[[source]]"',)


def test_refuses_an_id_given_twice() -> None:
    (mistake,) = mistakes(entry() + entry(feed=OTHER["feed"]))
    assert mistake == 'line 12, "exemple": id is given already at line 1, "exemple"'


@pytest.mark.parametrize(
    "same",
    [
        "https://www.exemple.test/feed/",
        "http://exemple.test/feed",
        "https://EXEMPLE.test/feed?utm_source=x",
        "https://www.exemple.test:443//feed/#top",
    ],
)
def test_refuses_a_feed_given_twice_in_whatever_form(same: str) -> None:
    (mistake,) = mistakes(entry() + entry(id='"autre"', feed=f'"{same}"'))
    assert mistake == 'line 12, "autre": feed is given already at line 1, "exemple"'


def test_tells_all_mistakes_at_once_with_their_lines() -> None:
    text = "# a comment\n\n" + entry(paywall='"free"', topic=None) + "\n" + entry(id='"Autre"', feed='"nowhere"')
    found = mistakes(text)
    assert len(found) == 4
    assert [mistake.partition(":")[0] for mistake in found] == ['line 3, "exemple"'] * 2 + ['line 14, "Autre"'] * 2


def test_counts_entries_that_are_written_inline() -> None:
    inline = "{ " + ", ".join(f"{key} = {value}" for key, value in {**GOOD, "country": '"XX"'}.items()) + " }"
    (mistake,) = mistakes(f"source = [{inline}]\n")
    assert mistake.startswith('entry 1, "exemple": country = ')


def test_broken_toml_is_told_with_its_line() -> None:
    (mistake,) = mistakes('[[source]]\nid = "exemple\n')
    assert "is not valid TOML" in mistake
    assert "line 2" in mistake


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("https://exemple.test/?token=1", True),
        ("https://exemple.test/?Access_Token=1", True),
        ("https://exemple.test/?apikey=1", True),
        ("https://moi@exemple.test/", True),
        ("https://exemple.test/?page=backend&sort=key", False),
        ("https://exemple.test/token/?keyword=ia", False),
        ("https://[exemple.test/", False),
    ],
)
def test_sees_what_belongs_to_one_reader(url: str, secret: bool) -> None:
    assert has_secret(url) is secret


OWN = Source(id="maison", name="Maison", feed="https://maison.test/feed")


def test_only_the_users_outlets_when_the_catalogue_is_off() -> None:
    assert followed([OWN], use_catalogue=False) == (OWN,)


def test_the_users_outlets_come_after_the_catalogue() -> None:
    assert followed([OWN], use_catalogue=True) == (*load_catalogue(), OWN)


def test_an_outlet_of_the_user_takes_the_place_of_the_catalogues() -> None:
    catalogue = load_catalogue()
    mine = Source(id=catalogue[3].id, name="À moi", feed="https://maison.test/feed")
    assert followed([mine], use_catalogue=True) == (*catalogue[:3], mine, *catalogue[4:])


def test_the_same_feed_under_another_id_is_visited_once() -> None:
    catalogue = load_catalogue()
    mine = Source(id="a-moi", name="À moi", feed=catalogue[0].feed.replace("https:", "http:"))
    assert followed([mine], use_catalogue=True) == (*catalogue[1:], mine)


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_as_a_catalogue(text: str) -> None:
    with suppress(CatalogueError):
        assert parse_catalogue(text, "essai.toml") == ()
