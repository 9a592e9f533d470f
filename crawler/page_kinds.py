"""Pages that answer 200 and are no article: cookie walls, error pages, lists of links, live blogs. Pure.

They are told by what was extracted from them, against the whole of the page. Each rule asks for several signs at once:
a page that is wrongly taken for none of them costs a bad text, one that is wrongly refused costs an article's text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml.html import HtmlElement  # type: ignore[import-untyped]  # no stubs

from mercato.text import fold, squeeze

_SHORT_NOTICE = 1_500  # characters: error pages and cookie walls say less
_CONSENT = (
    "cookie", "traceur", "consentement", "partenaires", "accepter et continuer", "continuer sans accepter",
    "tout accepter", "tout refuser", "parametrer", "vos preferences", "politique de confidentialite", "finalites",
    "publicites personnalisees", "gerer vos choix", "retirer votre consentement", "donnees personnelles",
)  # fmt: skip
_LEAST_CONSENT = 4  # different words of it
_ERROR = re.compile(
    r"\b(?:erreur (?:404|403|410|500|502|503)|(?:404|403) (?:not found|forbidden)|page not found|access denied|"
    r"page (?:introuvable|non trouvee|inexistante)|just a moment|checking your browser|acces (?:refuse|interdit)|"
    r"(?:la|cette) page (?:que vous \w+ )?(?:\w+ )?(?:n'existe (?:pas|plus)|est introuvable|a ete supprimee)|"
    r"verif\w+ que vous (?:etes|n'etes pas)|(?:enable|activ\w+) javascript|etes-vous un robot|"
    r"site (?:en|est en) maintenance|service (?:temporairement )?indisponible)\b"
)
_LIVE_TITLE = re.compile(r"^\W*(?:en direct|direct|le direct|live|suivez en direct|en continu)\b\W")
_CLOCK = re.compile(r"^\W*(?:[01]?\d|2[0-3]) ?[h:] ?[0-5]\d\b")
_LEAST_CLOCKS = 6  # paragraphs that begin with a time of day
_LEAST_LINKS = 8
_SHARE_OF_LINKS = 0.6  # of a text's characters


@dataclass(frozen=True, slots=True)
class NoArticle:
    """What a page is instead: the name under which cycles count it, and words for people."""

    reason: str
    detail: str


def no_article(tree: HtmlElement, text: str, title: str, types: Iterable[str]) -> NoArticle | None:
    """What the page `tree` is, if it is no article; None when it may well be one.

    `text` is what was extracted from it, a line per paragraph, `title` its own title, `types` the JSON-LD types of its
    objects in lower case.
    """
    folded = fold(text)
    if len(text) < _SHORT_NOTICE and sum(word in folded for word in _CONSENT) >= _LEAST_CONSENT:
        return NoArticle("cookie-wall", "a cookie wall stands before the article")
    if len(text) < _SHORT_NOTICE and (_ERROR.search(fold(title)) or _ERROR.search(folded[:400])):
        return NoArticle("error-page", "an error page that answers as if all were well")
    if "liveblogposting" in types or _is_live(text, title):
        return NoArticle("live-blog", "a live blog: many small pieces under one address")
    if _is_list(tree, text):
        return NoArticle("link-list", "a list of links to articles")
    return None


def _is_live(text: str, title: str) -> bool:
    clocks = sum(_CLOCK.match(line) is not None for line in text.split("\n"))
    return clocks >= _LEAST_CLOCKS and (_LIVE_TITLE.match(fold(title)) is not None or clocks >= 3 * _LEAST_CLOCKS)


def _is_list(tree: HtmlElement, text: str) -> bool:
    """Whether most of the text consists of paragraphs that are links from their first letter to their last."""
    lines = [line.lstrip("-• ") for line in text.split("\n")]
    if len(lines) < _LEAST_LINKS:
        return False
    linked = {squeeze(anchor.text_content()) for anchor in tree.iter("a")}
    inside = [line for line in lines if line in linked]
    return len(inside) >= _LEAST_LINKS and sum(map(len, inside)) >= _SHARE_OF_LINKS * len(text)
