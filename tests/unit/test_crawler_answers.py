"""What the headers of an answer declare."""

from __future__ import annotations

from time import perf_counter

import pytest
from scrapy.http import Response

from crawler.answers import linked

FEED = "https://phare.example/feed"


def hub(*headers: str) -> str | None:
    return linked(Response(FEED, headers={"Link": list(headers)}), "hub")


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        (['<https://hub.example/>; rel="hub"'], "https://hub.example/"),
        (["</hub>; rel=hub"], "https://phare.example/hub"),
        (["<https://hub.example/>; REL=Hub"], "https://hub.example/"),
        (['<https://phare.example/feed>; rel="self", <https://hub.example/>; rel="hub"'], "https://hub.example/"),
        (['<https://phare.example/feed>; rel="self"', '<https://hub.example/>; rel="hub"'], "https://hub.example/"),
        (["<https://hub.example/>; rel=hub, <https://phare.example/feed>; rel=self"], "https://hub.example/"),
        (['<https://hub.example/>; title="hub"; rel="alternate hub"'], "https://hub.example/"),
        (['<https://phare.example/feed>; title="rel=hub"; rel=self'], None),
        (['<https://phare.example/feed>; rel="github"'], None),
        (['<mailto:a@phare.example>; rel="hub"'], None),
        ([], None),
    ],
)
def test_a_hub_is_named_by_a_link(headers: list[str], found: str | None) -> None:
    assert hub(*headers) == found


@pytest.mark.parametrize("sign", ["<", "<a>; rel=", "rel=", ";", "; ", "<a>;rel =\t"])
def test_no_header_makes_the_crawl_wait(sign: str) -> None:
    began = perf_counter()
    assert hub(sign * (16_000 // len(sign)), f"<a>{sign * (16_000 // len(sign))}") is None
    assert perf_counter() - began < 1
