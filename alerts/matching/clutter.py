"""What on a page is not its article: teasers, captions, consent to cookies, authors' lives, comments, menus."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import AhoCorasick

from alerts.lexicon import Lexicon
from alerts.matching.bylines import is_byline
from mercato.text import fold, sentences

_LONG_PARAGRAPH = 150  # characters: a paragraph this long after a list of teasers is article text again
_SHORT = 80  # characters of a sentence that says little beside a mark of the page
_SHORT_LINE = 160  # characters of a line that is all the page's when a part of it is
_LONGEST = 400  # characters of a sentence, of a caption's or of an author's line
_NEWS = 2
"""Sentences of a page's first paragraph that are news, whatever they say of somebody's trade."""
TRIMMED = " .:>»|-•●\t"
"""Signs around a header or a title, which say nothing."""
_COUNT = re.compile(r"^\d+ |[!?]| \(?\d+\)?$")
"""What stands around a header: « 12 commentaires », « À lire aussi ! », « Réactions (3) »."""
_COMMENTER = re.compile(r"^(?:@\w+|[\w.-]{3,20}\d{1,4}|\w+_\w+)\s*(?::\s|il y a|le \d)")
_COMMENTING = re.compile("comment|lecteurs|votre avis")
FURNITURE = "page furniture"
_ENDS = '.!?…»"'
_OPENING = "[({«\"' \t\xa0—–-•●|"
_QUOTES = '«“"'
_LATE = 3
"""Lines of some length at a page's end among which authors tell of themselves."""
_TEASERS = 5
_BEFORE_TEASERS = 1
"""Paragraphs that stand before a page's last lines when these are titles of other articles."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a line, and why it does not count; it does when there is no reason."""

    start: int
    end: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the page, where it stands in the text and among the others."""

    start: int
    end: int
    first: bool  # no line of the article came before it
    late: bool  # hardly any comes behind it: where authors tell of themselves


def parts_of(text: str, line: Line, state: str, lexicon: Lexicon) -> tuple[str, list[Part]]:
    """The header below which the next line stands, if any, and the parts of a line; `state` is the header below which
    it stands itself.

    What a line of several sentences says of the page is set aside by the sentence: the others may be the news.
    """
    start, end = line.start, line.end
    told = text[start:end]
    folded = fold(told).strip(TRIMMED)
    header = _header(folded, lexicon)
    if header is not None:
        teases = len(folded.partition(":")[2].strip()) > 3
        return "" if teases else header, [Part(start, end, f"header “{header}”")]
    if is_byline(told):
        return state, [Part(start, end, "author's line")]
    if _COMMENTER.match(told.strip()):
        return "commentaires", [Part(start, end, "reader's comment")]
    parts = list(_parts(text, line, lexicon)) if _marked(folded, lexicon) else [Part(start, end)]
    if all(part.why for part in parts) or (
        not line.first and len(told) < _SHORT_LINE and any(part.why for part in parts)
    ):
        return state, [Part(start, end, next(part.why for part in parts if part.why))]
    if state and (_COMMENTING.search(state) or not _is_paragraph(told)):
        return state, [Part(start, end, f"below “{state}”")]
    why = _shape(told)
    return "", [Part(part.start, part.end, part.why or why) for part in parts]


def laid_out(spans: Sequence[tuple[int, int]]) -> list[Line]:
    """The lines of a page, each with where it stands among the others."""
    long = [place for place, (start, end) in enumerate(spans) if end - start >= _SHORT]
    late = long[-_LATE] if len(long) >= _LATE else 0
    return [Line(start, end, place == 0, place >= late) for place, (start, end) in enumerate(spans)]


def last_lines(lines: Sequence[str]) -> int:
    """How many of the last lines are titles of other articles: short ones that do not end as sentences do, below
    paragraphs that do.
    """
    titles = 0
    for line in reversed(lines):
        if len(line) >= _LONG_PARAGRAPH or line.rstrip()[-1] in _ENDS:
            break
        titles += 1
    above = sum(_is_paragraph(line) for line in lines[: len(lines) - titles])
    return titles if titles <= _TEASERS and above >= _BEFORE_TEASERS else 0


def _header(folded: str, lexicon: Lexicon) -> str | None:
    """The header that a line or sentence is, or begins with before a colon."""
    head = folded.partition(":")[0]
    return head.strip() if _COUNT.sub("", head).strip() in lexicon.words("clutter.headers") else None


def _shape(line: str) -> str:
    """Why the shape of a line alone says that it does not count."""
    if line.rstrip().endswith("?") and len(line) < 110 and "«" not in line:
        return "question of an interview or FAQ"
    return "menu" if line.count("|") >= 3 or line.count("•") >= 4 else ""


def _is_paragraph(line: str) -> bool:
    """Whether a line is long and ends as sentences do: article text again after a list of teasers."""
    return len(line) >= _LONG_PARAGRAPH and line.rstrip()[-1] in _ENDS


def _parts(text: str, line: Line, lexicon: Lexicon) -> Iterator[Part]:
    """The sentences of a line that holds marks of the page, each with what it is; neighbours of a kind together."""
    spans = list(sentences(text, line.start, line.end))
    whys = _whys([text[a:b] for a, b in spans], line, lexicon)
    begin, why = line.start, ""
    for (a, _), own in zip(spans, whys, strict=True):
        if own != why:
            if a > begin:
                yield Part(begin, a, why)
            begin, why = a, own
    yield Part(begin, line.end, why)


def _whys(told: list[str], line: Line, lexicon: Lexicon) -> Iterator[str]:
    """Why each sentence of a line does not count. A teaser and an author's life go on to the end of the line."""
    lives = line.late and line.end - line.start < _LONGEST and not any(sign in "".join(told) for sign in _QUOTES)
    rest = ""
    for place, sentence in enumerate(told):
        folded = fold(sentence).lstrip(_OPENING)
        header = _header(folded.strip(TRIMMED), lexicon)
        teaser = folded.startswith(tuple(lexicon.words("clutter.teasers")))
        life = lives and not (line.first and place < min(_NEWS, len(told) - 1)) and _holds(folded, lexicon, "lives")
        if teaser or life or (header and (":" in folded or _COMMENTING.search(header))):
            rest = f"header “{header}”" if header else FURNITURE
        yield rest or (FURNITURE if header or _is_furniture(folded, lexicon) else "")


def _is_furniture(folded: str, lexicon: Lexicon) -> bool:
    """Whether a sentence speaks of the page; in a longer one some of the same words may be the article's."""
    return (
        (len(folded) < _SHORT and _holds(folded, lexicon, "sentences"))
        or (len(folded) < _LONGEST and _holds(folded, lexicon, "lines"))
        or (len(folded) < _SHORT_LINE and folded.startswith(tuple(lexicon.words("clutter.captions"))))
    )


def _marked(folded: str, lexicon: Lexicon) -> bool:
    """Whether any mark of the page stands in a line; most lines hold none."""
    return any(_holds(folded, lexicon, name) for name in _LISTS) or bool(_WITHIN.search(folded))


_LISTS = ("lines", "sentences", "lives", "captions", "teasers")
_WITHIN = re.compile(r"[.!?…»\"] ?(?:[\w'’-]++ ){0,5}[\w'’-]++ ?[:.!]")
"""Behind a sentence's end a few words before a colon or a full stop, which may be a header of the page."""


def _holds(folded: str, lexicon: Lexicon, name: str) -> bool:
    """Whether one of the marks of a list stands in the text, not inside a word such as « publicitaire »."""
    marks = lexicon.words(f"clutter.{name}")
    return any(_alone(mark).search(folded) for mark in _finder(marks).find_matches_as_strings(folded, overlapping=True))


@lru_cache(maxsize=8)
def _finder(marks: frozenset[str]) -> AhoCorasick:
    """The automaton for a list of marks."""
    return AhoCorasick(sorted(marks))


@lru_cache(maxsize=1024)
def _alone(mark: str) -> re.Pattern[str]:
    before, after = r"(?<!\w)" if mark[0].isalnum() else "", r"(?!\w)" if mark[-1].isalnum() else ""
    return re.compile(before + re.escape(mark) + after)
