"""Reservations of rights in every form that exists, and in the forms in which they are got wrong."""

from __future__ import annotations

import json
from time import perf_counter

import pytest

from crawler.rights import Notice, archiving_refused, from_headers, from_meta, licensed, site_rules
from mercato.model import Licence

PAGE = "https://phare.example/tech/article?x=1"


def said(tdmrep: object = None, ai_txt: str = "", url: str = PAGE) -> Notice | None:
    text = "" if tdmrep is None else tdmrep if isinstance(tdmrep, str) else json.dumps(tdmrep)
    return site_rules(text, ai_txt).notice(url, "Mercato")


@pytest.mark.parametrize(
    ("location", "covered"),
    [
        ("/", True),
        ("/tech/*", True),
        ("/tech/article$", True),
        ("/tec", True),
        ("/sport/*", False),
        ("/tech$", False),
        ("*", True),
        ("*$", True),
        ("*/article", True),
        ("/*/*cle$", True),
        ("/tech*e*e$", False),
        ("/tech/article*e$", False),
        ("/*/art*/*", False),
    ],
)
def test_tdmrep_covers_paths(location: str, covered: bool) -> None:
    notice = said([{"location": location, "tdm-reservation": 1, "tdm-policy": "https://phare.example/tdm"}])
    assert (notice is not None and notice.reserved) is covered
    if notice:
        assert notice.policy == "https://phare.example/tdm"


def test_no_location_and_no_address_makes_the_crawl_wait() -> None:
    began = perf_counter()
    assert (
        said([{"location": "/" + 20 * "*a" + "$", "tdm-reservation": 1}], url=f"https://a.example/{2000 * 'a'}b")
        is None
    )
    assert perf_counter() - began < 1


def test_the_first_location_that_fits_counts() -> None:
    entries = [{"location": "/tech/*", "tdm-reservation": 0}, {"location": "/", "tdm-reservation": 1}]
    assert said(entries) == Notice(False, "tdmrep.json", json.dumps(entries[0]))
    elsewhere = said(entries, url="https://phare.example/autre")
    assert elsewhere is not None
    assert elsewhere.reserved


@pytest.mark.parametrize("broken", ["", "{", "<html>404</html>", "[1, null]", '{"location": "/"}', "[" * 5000])
def test_a_broken_tdmrep_says_nothing(broken: str) -> None:
    assert said(broken) is None


def test_ai_txt() -> None:
    assert said(ai_txt="User-Agent: *\nDisallow: /") is not None
    assert said(ai_txt="User-Agent: *\nDisallow: *.jpg\nAllow: /") is None
    assert said(ai_txt="User-Agent: AutreRobot\nDisallow: /") is None
    assert said(ai_txt="<html>Disallow: /</html>") is None


@pytest.mark.parametrize(
    ("headers", "reserved"),
    [
        ({"tdm-reservation": ["1"], "tdm-policy": ["https://phare.example/tdm"]}, True),
        ({"tdm-reservation": ["0"], "x-robots-tag": ["noindex"]}, False),
        ({"tdm-reservation": ["oui"]}, None),
        ({"x-robots-tag": ["noai, noimageai"]}, True),
        ({"x-robots-tag": ["googlebot: noindex"]}, None),
        ({"x-robots-tag": ["Mercato: none"]}, True),
        ({"x-robots-tag": ["max-snippet: 20, noindex"]}, True),
        ({"x-robots-tag": ["unavailable_after: 25 Jun 2030 15:00:00 PST"]}, None),
        ({"x-robots-tag": ["index, follow"]}, None),
        ({}, None),
    ],
)
def test_headers(headers: dict[str, list[str]], reserved: bool | None) -> None:
    notice = from_headers(headers, "Mercato")
    assert (notice.reserved if notice else None) is reserved


@pytest.mark.parametrize(
    ("meta", "reserved"),
    [
        ({"tdm-reservation": "1"}, True),
        ({"tdm-reservation": "0", "robots": "noai"}, False),
        ({"robots": "noindex, follow"}, True),
        ({"mercato": "noai"}, True),
        ({"robots": "max-image-preview:large"}, None),
        ({}, None),
    ],
)
def test_meta_tags(meta: dict[str, str], reserved: bool | None) -> None:
    notice = from_meta(meta, "Mercato")
    assert (notice.reserved if notice else None) is reserved


def test_copies_may_be_refused() -> None:
    for headers, meta, refused in (
        ({"x-robots-tag": ["noarchive"]}, {}, True),
        ({"x-robots-tag": ["noindex"]}, {}, False),
        ({"x-robots-tag": ["googlebot: noarchive", "Mercato: noarchive"]}, {}, True),
        ({"x-robots-tag": ["googlebot: noarchive"]}, {}, False),
        ({}, {"robots": "max-image-preview:large, NOARCHIVE"}, True),
        ({}, {"mercato": "noarchive"}, True),
        ({}, {"robots": "index, follow"}, False),
    ):
        assert archiving_refused(headers, meta, "Mercato") is refused


def test_a_licence_covers_a_host_and_what_is_below_it() -> None:
    licence = Licence(host="phare.example", agreement="contrat du 3 mars 2026")
    assert licensed([licence], "https://www.phare.example/a") == licence
    assert licensed([licence], "https://phare.example/a") == licence
    assert licensed([licence], "https://faux-phare.example/a") is None
