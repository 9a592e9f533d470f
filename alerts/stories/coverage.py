"""Which story an article mainly tells, also one that was not flagged by itself. Pure.

What one outlet says in a plain sentence another turns into an image that no rule knows. Who moves from where to where
is known from the first; so of the second it is enough that it speaks of a move at all, gives the mover's full name and
the firms, and comes out within the same days. It opens no story, adds nothing to one and alerts nobody.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from alerts.organisations import organisation_words, same_organisation
from alerts.stories.bundles import told
from alerts.stories.recalls import news
from mercato.model import Article, Move, NoMatch, Reason, Story
from mercato.text import fold

_SPEAKS_OF_A_MOVE = frozenset({Reason.NO_MOVER, Reason.NO_ORGANISATION, Reason.NO_FRAME, Reason.TOO_WEAK})
_DAYS = timedelta(days=7)
"""How long outlets take up an event; who names its mover after that tells of something else."""
_HOT_DAYS = timedelta(days=3)
_WORD = re.compile(r"[a-z0-9&+]+")

Words = tuple[str, ...]
Covered = Mapping[str, Sequence[datetime]]
"""By story when the articles came out that cover it without having been flagged."""
NOT_COVERED: Covered = {}


def main_story(
    article: str, title: str, told_moves: Sequence[Move], stories: Sequence[Story], covered: Covered = NOT_COVERED
) -> Story | None:
    """Of the stories that an article tells the one that it is mainly about; None when it tells none.

    That is the one whose mover its title names, else the one that it tells first. Somebody whom no other article names
    may have been misread where it tells the same way of somebody whom others name too: then it is about the latter,
    also against the title where the two ways are one. `covered` says when articles came out that cover stories.
    """
    title_words = frozenset(_words(title))

    def rank(story: Story) -> tuple[bool, bool, int]:
        mine = _moves_of(article, story)
        titled = any(title_words & {_words(move.person)[-1]} for move in mine if move.person and _words(move.person))
        first = min((told_moves.index(move) for move in mine if move in told_moves), default=len(told_moves))
        doubt = max((_doubt(article, story, other, covered) for other in stories if other.id != story.id), default=0)
        return titled and doubt < _ONE_WAY, not doubt, -first

    return max(stories, key=rank, default=None)


_ONE_WAY = 2


def _doubt(article: str, story: Story, other: Story, covered: Covered) -> int:
    """How much an article's word on a story is in doubt that it alone tells, because it tells `other` together with
    others: 1 where a side of the way is the same or the way is turned round, 2 where it is one way with one outcome, 0
    where nothing is."""
    if _told_beside(article, story, covered) or not _told_beside(article, other, covered):
        return 0
    pairs = [(move, fellow) for move in _moves_of(article, story) for fellow in _moves_of(article, other)]
    if any(_one_way(move, fellow) for move, fellow in pairs):
        return _ONE_WAY
    return int(any(_same_way(move, fellow) or _way_back(move, other) for move, fellow in pairs))


def _one_way(one: Move, other: Move) -> bool:
    ways = ((move.origin, move.destination, move.status) for move in (one, other))
    return len(set(ways)) == 1


def _same_way(one: Move, other: Move) -> bool:
    pairs = ((one.origin, other.origin), (one.destination, other.destination))
    return any(all(pair) for pair in pairs) and all(
        left is None or right is None or same_organisation(left, right) for left, right in pairs
    )


def _way_back(move: Move, story: Story) -> bool:
    if not (move.origin and move.destination and story.origin and story.destination):
        return False
    return same_organisation(move.origin, story.destination) and same_organisation(move.destination, story.origin)


def _moves_of(article: str, story: Story) -> list[Move]:
    return [move for part in news(story.tellings) if part.article == article for move in part.moves]


def _told_beside(article: str, story: Story, covered: Covered) -> bool:
    """Whether another article told or covered the story within the same days as this one."""
    moments = {part.article: told(part) for part in news(story.tellings)}
    own = moments.pop(article)
    return any(abs(moment - own) <= _DAYS for moment in (*moments.values(), *covered.get(story.id, ())))


class Coverage:
    """Stories by the full names of their people, to be asked which of them an article covers."""

    def __init__(self, stories: Iterable[Story]) -> None:
        self._by_word: defaultdict[str, list[tuple[Words, Story]]] = defaultdict(list)
        for story in stories:
            for person in story.people:
                name = _words(person)
                if len(name) > 1:
                    self._by_word[name[-1]].append((name, story))

    def story_of(self, article: Article, judgement: NoMatch) -> Story | None:
        """The story that the article covers; of several the one of whose firms it names most, then the nearest."""
        if judgement.reason not in _SPEAKS_OF_A_MOVE:
            return None
        text, title = _words(article.text), _words(article.title)
        named = [
            (name, story)
            for word in dict.fromkeys(text)
            for name, story in self._by_word.get(word, ())
            if _stands(name, text)
        ]
        ranked = [
            (*rank, story.id, story)
            for name, story in named
            if (rank := _rank(article, text, title, name, story, judgement.reason))
        ]
        return max(ranked, key=lambda found: found[:3])[3] if ranked else None


def _rank(
    article: Article, text: Words, title: Words, name: Words, story: Story, reason: Reason
) -> tuple[int, timedelta] | None:
    """How many of the story's firms the article names and how near it comes; None when it does not cover the story.

    Within days a mover in the title is enough beside one of the firms, unless that is the new employer alone and no
    wording joined the two: so are portraits written.
    """
    moments = [told(telling) for telling in news(story.tellings)]
    gap = max(article.told - max(moments), min(moments) - article.told, timedelta(0))
    firms = [firm for firm in (story.origin, story.destination) if firm]
    found = sum(_names_firm(firm, text) for firm in firms)
    portrait = reason is Reason.NO_FRAME and not (story.origin and _names_firm(story.origin, text))
    titled = name[-1] in title and gap <= _HOT_DAYS and not portrait
    enough = found == len(firms) or titled
    return (found, -gap) if found and enough and gap <= _DAYS else None


def _names_firm(firm: str, text: Words) -> bool:
    words = organisation_words(firm)
    short = (word for word in (words[0], words[-1]) if same_organisation(word, firm)) if words else ()
    return _stands(words, text) or any(word in text for word in short)


def _stands(words: Sequence[str], text: Words) -> bool:
    """Whether the words stand in the text one after the other."""
    size = len(words)
    return bool(size) and any(
        text[place] == words[0] and text[place : place + size] == tuple(words) for place in range(len(text) - size + 1)
    )


def _words(text: str) -> Words:
    return tuple(_WORD.findall(fold(text)))
