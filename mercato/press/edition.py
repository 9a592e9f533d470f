"""An edition: the articles of the bundled press with dates, addresses and typography, for one moment.

The same moment gives the same edition. Dates are counted back from it, so that the press is always fresh.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from babel.dates import format_date

from mercato.model import article_text
from mercato.press.content import Outlet, Piece, Typography, outlets, pieces
from mercato.text import fold

_DATE_WORD = re.compile(r"\{(jour|veille|mois|an)([+-]\d+)?\}")
_SUMMARY_LENGTH = 230  # characters; about what publishing systems cut a summary to
_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph ("p"), a sub-heading ("h2") or a list item ("li"); `text` may hold `**bold**` words."""

    kind: str
    text: str

    @property
    def plain(self) -> str:
        """The text as it is read."""
        return self.text.replace("**", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """An article as its outlet publishes it in one edition."""

    piece: Piece
    outlet: Outlet
    published: datetime  # in the outlet's own zone, whole minutes
    title: str
    standfirst: str
    blocks: tuple[Block, ...]

    @property
    def key(self) -> str:
        """The permanent name of the article, the same in every edition."""
        return self.piece.key

    @property
    def path(self) -> str:
        """Where the page lies on its outlet's site."""
        pattern = self.outlet.forbidden_path if self.piece.forbidden else self.outlet.article_path
        return self._address(pattern)

    @property
    def feed_path(self) -> str:
        """Where the feed says that the page lies, with the outlet's tracker."""
        pattern = self.outlet.redirect_path if self.piece.redirect else ""
        return (self._address(pattern) if pattern else self.path) + self.outlet.tracker

    @property
    def summary(self) -> str:
        """What the feed says of the article: its standfirst, or its beginning."""
        beginning = self.standfirst or self.blocks[0].plain
        if len(beginning) <= _SUMMARY_LENGTH:
            return beginning
        return beginning[:_SUMMARY_LENGTH].rsplit(" ", 1)[0] + " […]"

    @property
    def free_blocks(self) -> tuple[Block, ...]:
        """The blocks before the paywall; all of them where there is none."""
        return self.blocks[: self.piece.free]

    @property
    def readable(self) -> str:
        """The body that an honest crawler can come to read, without the clutter of the page."""
        if self.piece.missing or self.piece.forbidden:
            return self.summary
        lead = [self.standfirst] if self.standfirst else []
        return "\n\n".join(lead + [block.plain for block in self.free_blocks])

    @property
    def text(self) -> str:
        """Title and readable body, as matchers take them."""
        return article_text(self.title, self.readable)

    def _address(self, pattern: str) -> str:
        section = _SLUG.sub("-", fold(self.piece.section)).strip("-")
        return pattern.format(slug=self.key, number=self.piece.number, section=section, date=self.published)


def make_edition(now: datetime) -> tuple[Printed, ...]:
    """Every article as published before `now` (aware), newest first."""
    by_id = {outlet.id: outlet for outlet in outlets()}
    printed = (_print(piece, by_id[piece.outlet], now) for piece in pieces())
    return tuple(sorted(printed, key=lambda article: (article.published, article.key), reverse=True))


def _print(piece: Piece, outlet: Outlet, now: datetime) -> Printed:
    # A few minutes more, from the number: a whole press that publishes at the same minute would look like none.
    moment = now - piece.age - timedelta(minutes=piece.number % 47)
    published = moment.astimezone(ZoneInfo(outlet.zone)).replace(second=0, microsecond=0)
    put = partial(_set, published=published, typography=outlet.typography)
    return Printed(
        piece=piece,
        outlet=outlet,
        published=published,
        title=put(piece.title),
        standfirst=put(piece.standfirst),
        blocks=tuple(_block(paragraph, put) for paragraph in piece.paragraphs),
    )


def _block(paragraph: str, put: Callable[[str], str]) -> Block:
    for mark, kind in (("## ", "h2"), ("- ", "li")):
        if paragraph.startswith(mark):
            return Block(kind=kind, text=put(paragraph.removeprefix(mark)))
    return Block(kind="p", text=put(paragraph))


def _set(text: str, *, published: datetime, typography: Typography) -> str:
    """`text` with its dates and its outlet's typography."""
    return typeset(_DATE_WORD.sub(lambda found: _date_word(found, published), text), typography)


def _date_word(found: re.Match[str], published: datetime) -> str:
    word, shift = found[1], int(found[2] or 0)
    if word == "an":
        return str(published.year + shift)
    if word == "mois":
        return format_date(published.date().replace(month=(published.month - 1 + shift) % 12 + 1, day=1), "MMMM", "fr")
    day = published - timedelta(days=word == "veille")
    return format_date(day.date(), "EEEE", "fr")


def typeset(text: str, typography: Typography) -> str:
    """`text` with the spaces and apostrophes of an outlet that is careful ("fine": narrow no-break spaces as the
    Imprimerie nationale has them), ordinary ("nbsp": no-break spaces only) or neither ("plain")."""
    if typography == "plain":
        return text
    narrow = "\u202f" if typography == "fine" else "\u00a0"
    text = text.replace("'", "’").replace("« ", "«\u00a0").replace(" »", "\u00a0»")
    text = re.sub(r" ([:%€$])", "\u00a0\\1", text)
    return re.sub(r" ([;!?])|(?<=\d) (?=\d{3}\b)", lambda found: narrow + (found[1] or ""), text)
