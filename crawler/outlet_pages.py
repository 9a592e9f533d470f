"""What single outlets' pages need so that their articles are found whole: data in outlet_pages.toml. Pure.

Only for outlets that are read badly without. A rule that no longer finds anything does no harm: then the page is read
like any other.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from lxml.etree import XPath, XPathSyntaxError  # type: ignore[import-untyped]  # no stubs
from lxml.html import HtmlElement, document_fromstring  # type: ignore[import-untyped]  # no stubs

from mercato.errors import CatalogueError
from mercato.urls import host_of

RULES_FILE = "outlet_pages.toml"

_KEYS = frozenset({"host", "body", "prune", "why"})


@dataclass(frozen=True, slots=True)
class PageRule:
    """Where one outlet's articles are on its pages."""

    host: str
    body: XPath | None  # None: where they are is found without help
    prune: Sequence[XPath]
    why: str


def article_part(tree: HtmlElement, url: str, known: Mapping[str, PageRule] | None = None) -> HtmlElement:
    """The part of the page `tree` at `url` that holds its article: the whole page, unless its outlet has a rule.

    `known` are other rules than those of the file. Raises CatalogueError when the file is wrong.
    """
    rule = _rule_for(host_of(url), rules() if known is None else known)
    return tree if rule is None else _applied(rule, tree)


def _applied(rule: PageRule, tree: HtmlElement) -> HtmlElement:
    parts = [deepcopy(part) for part in rule.body(tree)] if rule.body else []
    page = document_fromstring("<html><body></body></html>") if parts else deepcopy(tree)
    if parts:
        page.body.extend(parts)
    for prune in rule.prune:
        for element in prune(page):
            element.drop_tree()
    return page


def _rule_for(host: str, known: Mapping[str, PageRule]) -> PageRule | None:
    labels = host.split(".")
    return next(filter(None, (known.get(".".join(labels[start:])) for start in range(len(labels)))), None)


@cache
def rules() -> Mapping[str, PageRule]:
    """The rules by host. Raises CatalogueError for one that cannot be used."""
    return read_rules(files("crawler").joinpath(RULES_FILE).read_text(encoding="utf-8"))


def read_rules(text: str) -> Mapping[str, PageRule]:
    """The rules in the text of such a file, by host. Raises CatalogueError."""
    try:
        entries = tomllib.loads(text).get("outlet", [])
        return {rule.host: rule for rule in map(_read, entries)}
    except (tomllib.TOMLDecodeError, TypeError, ValueError, XPathSyntaxError) as error:
        raise CatalogueError(RULES_FILE, [f"{error}; the file's head says what an entry holds"]) from error


def _read(entry: Mapping[str, Any]) -> PageRule:
    host, body, prune, why = (entry.get(key) for key in ("host", "body", "prune", "why"))
    if not (isinstance(host, str) and host and host == host.lower() and isinstance(why, str) and why):
        raise ValueError(f"an entry needs host, in small letters, and why: {dict(entry)}")
    if entry.keys() - _KEYS or not isinstance(body, str | None) or not isinstance(prune, list | None):
        raise ValueError(f"{host}: body is a text and prune a list, and there is nothing else")
    if not body and not prune:
        raise ValueError(f"{host}: neither body nor prune: the entry says nothing")
    return PageRule(host, XPath(body) if body else None, tuple(map(XPath, prune or ())), why)
