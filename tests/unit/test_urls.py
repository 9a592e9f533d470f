"""One address per article, however it was met."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mercato.model import article_id
from mercato.urls import canonical_url, host_of, url_key, web_url


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://WWW.Journal.Example:443/Tech/", "https://www.journal.example/Tech/"),
        ("https://journal.example/a?utm_source=rss&id=7&utm_medium=x#top", "https://journal.example/a?id=7"),
        ("https://journal.example/a#xtor=RSS-1", "https://journal.example/a"),
        ("https://journal.example/a?xtor=RSS-8", "https://journal.example/a"),
        ("http://journal.example:8080", "http://journal.example:8080/"),
        ("https://journal.example/été?q=é", "https://journal.example/%C3%A9t%C3%A9?q=%C3%A9"),
        ("https://journal.example/a%2Fb", "https://journal.example/a%2Fb"),
        ("https://médias.example/x", "https://xn--mdias-bsa.example/x"),
    ],
)
def test_canonical_url(url: str, expected: str) -> None:
    assert canonical_url(url) == expected


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "mailto:a@b.example", "//", "http://[", ""]
)
def test_what_is_no_web_address_is_refused(link: str) -> None:
    assert web_url(link) is None
    with pytest.raises(ValueError, match="not an http or https address"):
        canonical_url(link)


@pytest.mark.parametrize(
    "other",
    [
        "http://journal.example/tech/article?b=2&a=1",
        "https://www.journal.example/tech/article/?a=1&b=2",
        "https://journal.example//tech/article?a=1&b=2&utm_campaign=x#c",
    ],
)
def test_an_article_keeps_its_identifier_however_it_was_met(other: str) -> None:
    assert article_id(other) == article_id("https://journal.example/tech/article?a=1&b=2")


def test_other_pages_have_other_identifiers() -> None:
    pages = ("https://a.example/1", "https://a.example/2", "https://b.example/1", "https://a.example/?p=1")
    assert len({article_id(page) for page in pages}) == len(pages)


_HOSTS = st.sampled_from(["a.example", "www.a.example:8080", "été.example", "127.0.0.1", "[::1]"])


@given(host=_HOSTS, rest=st.text(max_size=40))
def test_canonical_url_and_key_are_stable(host: str, rest: str) -> None:
    url = f"https://{host}/{rest}"
    if web_url(url) is not None:
        once = canonical_url(url)
        assert canonical_url(once) == once
        assert url_key(once) == url_key(url)


def test_host_of() -> None:
    assert host_of("https://WWW.A.example:8080/x") == "www.a.example"
    assert host_of("http://[") == ""
