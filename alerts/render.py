"""A digest put into words: subject, plain text and HTML. Pure but for reading the package's own templates."""

from __future__ import annotations

import textwrap
from datetime import datetime
from functools import lru_cache, partial

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from alerts.identity import message_id
from alerts.links import growth
from alerts.mail_view import MailView, Wording, mail_view, worded
from alerts.payload import payload, week_payload
from alerts.phrases import headline
from alerts.reasons import grounds_label
from alerts.typography import capitalised
from alerts.weekly import WeekView, week_view
from mercato.i18n import catalogue
from mercato.model import Digest, Message, WeekSummary

__all__ = ["HTML_LIMIT", "environment", "headline", "render", "render_week"]

HTML_LIMIT = 90_000  # bytes; Gmail hides what lies beyond about 102 kB
_FULL_CARDS = 30  # more than anybody reads in full, and what fits when cards are small
_BRIEF_LINES = 40
_WIDTH = 76  # columns of the text part


def render(digest: Digest, *, sender: str, now: datetime, link_base: str = "") -> Message:
    """The mail that says `digest`, from `sender`, dated `now`.

    The same watch and period always have the same Message-ID. The HTML stays under `HTML_LIMIT` bytes: cards that do
    not fit are told as one line each, and beyond that as a number; the text part names every story. With the public
    address of the service as `link_base` it holds the placeholders of each reader's own links.
    """
    words = worded(digest, full=_FULL_CARDS, links=bool(link_base))
    view, html = _fitted(words, now, link_base)
    whole = mail_view(words, now, full=_full_cards(view), lines=len(digest.cards))
    return Message(
        message_id=message_id(digest.watch.name, digest.window.period, sender),
        subject=view.subject,
        text=environment(view.language).get_template("digest.txt").render(mail=whole),
        html=html,
        sender=sender,
        date=now,
        references=digest.thread,
        link_base=link_base,
        payload=payload(words),
    )


def render_week(week: WeekSummary, *, sender: str, now: datetime, link_base: str = "") -> Message:
    """The mail that says a week in numbers, under the same rules as `render`."""
    view = week_view(week, links=bool(link_base))
    return Message(
        message_id=message_id(week.watch.name, week.window.period, sender),
        subject=view.subject,
        text=environment(view.language).get_template("weekly.txt").render(mail=view),
        html=_html(view, "weekly.html"),
        sender=sender,
        date=now,
        link_base=link_base,
        payload=week_payload(week, view.subject),
    )


def _full_cards(view: MailView) -> int:
    return sum(len(section.cards) for section in view.sections)


def _fitted(words: Wording, now: datetime, link_base: str) -> tuple[MailView, str]:
    """The fullest mail whose HTML stays within the limit, with its links filled in."""
    full = len(words.cards)
    while True:
        view = mail_view(words, now, full=full, lines=_BRIEF_LINES)
        html = _html(view, "digest.html")
        size = len(html.encode()) + growth(html, link_base)
        if size <= HTML_LIMIT or full == 0:
            return view, html
        full = min(full - 1, full * HTML_LIMIT // size)


def _html(view: MailView | WeekView, template: str) -> str:
    return _inliner().inline(environment(view.language).get_template(template).render(mail=view))


@lru_cache
def _inliner() -> css_inline.CSSInliner:
    # Rules for dark mode and small screens cannot be inlined: they stay in the head. Nothing is ever loaded.
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False, minify_css=True)


@lru_cache
def environment(language: str) -> Environment:
    """The templates of this package, in the words of `language`; HTML is escaped, plain text is not."""
    environment = Environment(
        loader=PackageLoader("alerts"),
        autoescape=select_autoescape(),  # .html is escaped, .txt is not
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
    )
    messages = catalogue(language)
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        messages.gettext, messages.ngettext, newstyle=False, pgettext=messages.pgettext, npgettext=messages.npgettext
    )
    environment.filters |= {
        "capitalised": capitalised,
        "grounds": partial(grounds_label, language=language),
        "ruled": _ruled,
        "wrapped": _wrapped,
    }
    return environment


def _ruled(title: str) -> str:
    """A title with a line under it."""
    return f"{title}\n{'-' * len(title)}"


def _wrapped(text: str, first: str = "", rest: str = "") -> str:
    """`text` in lines of at most `_WIDTH` columns where it has spaces; addresses are never broken."""
    return textwrap.fill(
        text, _WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )
