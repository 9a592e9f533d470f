"""From a page to the text of its article: bytes in, values out. Pure: no network, no clock, no database.

Which order and which settings: measured on labelled French and English pages. trafilatura's fast mode without
comments is as good as its default mode once short results are redone in the latter, at three quarters of the time;
metadata come from the feed, then from a light pass of our own (crawler.metadata).
"""

from __future__ import annotations

import logging
import re
from datetime import datetime

from justext.utils import get_stoplist  # type: ignore[import-untyped]  # no stubs
from lxml.html import HtmlElement  # type: ignore[import-untyped]  # no stubs
from trafilatura import bare_extraction, external
from trafilatura.meta import reset_caches
from trafilatura.utils import load_html

from crawler.charset import decode
from crawler.items import Hints, Page
from crawler.metadata import Metadata, read_metadata
from crawler.outlet_pages import article_part
from crawler.page_kinds import no_article
from mercato.errors import ExtractionError
from mercato.model import Extraction
from mercato.text import fold, squeeze

SHORT = 700  # characters: below that, trafilatura's default mode often finds what its fast mode missed
LEAST = 50  # characters: less is a caption, a cookie notice or an error message
LONGEST = 200_000  # characters: the longest articles stay below that, dumps of data do not
LONGEST_TEASER = 4_000  # characters: in longer texts a subscription line is an advertisement, not the end

MOST_TAGS = 40_000
"""Tags that a page is read with. Of 63 real pages the richest had 9,000; each costs memory and time in every pass, and
100,000 links took 15 s and 358 MB."""
MOST_ATTRIBUTES = 150_000

PAID = "behind a paywall: only its beginning is public"
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
# What French-language sites put where a teaser breaks off, folded. Only looked for in the text itself, not in the
# page around it, where every site offers subscriptions.
_TEASER = re.compile(
    r"(?:la suite|cet article|ce contenu|article|contenu) (?:est |de cet article est )?reservee? (?:a nos |aux )abonne|"
    r"il (?:vous )?reste \d+(?:[.,]\d+)? ?% de (?:cet|l'|ce)|"
    r"(?:pour|afin de) (?:lire|decouvrir) (?:la suite|l'integralite|cet article en entier)[^.]{0,60}abonne|"
    r"abonnez-vous (?:pour|afin de) (?:lire|poursuivre|acceder|continuer|decouvrir)|"
    r"(?:lire|poursuivez|continuez) (?:la suite|votre lecture)[^.]{0,40}abonne"
)


def extract(body: bytes, url: str, charset: str | None, hints: Hints, now: datetime) -> Page:
    """The article of the page `body` that was fetched from `url`.

    `charset` is what the HTTP header declared, `hints` what the feed told, `now` the moment against which dates are
    judged. A page that shows a beginning only gives Extraction.TEASER with a note.

    Raises ExtractionError when the bytes are no page, hold no text worth keeping, or are a page of another kind: its
    reason is "no-text" or that of crawler.page_kinds.
    """
    tree = _tree(body, charset, url)
    metadata = read_metadata(tree, url, now)
    text = _text(article_part(tree, url))
    other = no_article(tree, text, metadata.title or "", metadata.types)
    if other is not None:
        raise ExtractionError(f"{url}: {other.detail}", other.reason)
    if len(text) < LEAST:
        raise ExtractionError(f"{url} holds no article text that could be told from its surroundings")
    paid = metadata.paid or is_teaser(text)
    if len(text) < len(hints.summary) and (paid or len(text) < SHORT):
        text = hints.summary
    return _page(metadata, hints, text, paid=paid)


def _page(metadata: Metadata, hints: Hints, text: str, *, paid: bool) -> Page:
    return Page(
        title=hints.title or metadata.title or squeeze(text[:100]),
        text=text,
        own_title=metadata.title,
        author=hints.author or metadata.author,
        published=hints.published or metadata.published,
        language=metadata.language or hints.language,
        canonical=metadata.canonical,
        extraction=Extraction.TEASER if paid else Extraction.FULL,
        note=PAID if paid else "",
        notices=metadata.notices,
    )


def _tree(body: bytes, charset: str | None, url: str) -> HtmlElement:
    if body.count(b"<") > MOST_TAGS or body.count(b"=") > MOST_ATTRIBUTES:
        raise ExtractionError(f"{url} has more tags than any article: it was not read", "too-complex")
    markup = _XML_DECLARATION.sub("", decode(body, charset).replace("\x00", ""), count=1)
    tree = load_html(markup) if markup.strip() else None
    if tree is None:
        raise ExtractionError(f"{url} is not an HTML page")
    return tree


def _text(tree: HtmlElement) -> str:
    """The main text, a line per paragraph."""
    text = _main_text(tree, fast=True)
    if len(text) < SHORT:
        text = max(text, _main_text(tree, fast=False), key=len)
    return text[:LONGEST]


def _main_text(tree: HtmlElement, *, fast: bool) -> str:
    document = bare_extraction(tree, fast=fast, include_comments=False, with_metadata=False)
    lines = (getattr(document, "text", None) or "").split("\n")
    return "\n".join(line for line in map(squeeze, lines) if line)


def is_teaser(text: str) -> bool:
    """Whether an article's text ends, or nearly, in an invitation to pay for the rest."""
    return len(text) <= LONGEST_TEASER and _TEASER.search(fold(text)) is not None


def forget() -> None:
    """Empty the caches that trafilatura and its libraries fill page by page; call it every few hundred pages."""
    reset_caches()


# Where nothing is set, trafilatura loads the commonest words of a hundred languages at the first short page: 36 MB in
# each worker, looked through anew for every such page. The articles are French, with some English in them.
external.JT_STOPLIST = tuple(get_stoplist("French") | get_stoplist("English"))  # type: ignore[assignment]  # inferred from None

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it reports each page without text as an error
