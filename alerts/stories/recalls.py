"""Articles that merely recall a move: they add figures and sources to its dossier and never make a story. Pure.

Of what they add only a figure that nobody has given yet alerts, as it would in any article.

What is recalled has no say in which tellings are one event, so it is looked at when the threads stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from alerts.stories.bundles import told
from alerts.stories.names import Likeness
from alerts.stories.resemblance import fit
from alerts.stories.threads import Thread
from mercato.model import Move, Telling


def is_recall(telling: Telling) -> bool:
    """Whether the article merely recalls the story that it is a telling of."""
    return all(move.background for move in telling.moves)


def news(tellings: Iterable[Telling]) -> list[Telling]:
    """The tellings without those that merely recall."""
    return [telling for telling in tellings if not is_recall(telling)]


def recalls(tellings: Iterable[Telling], found: Sequence[Thread]) -> list[list[Telling]]:
    """For each thread the articles that recall it, each with the moves that it recalls of it.

    `tellings` are of different articles. An article that tells a thread as news does not recall it. Whether a thread is
    recalled is a matter of that thread alone: which others are at hand depends on what came before.
    """
    some = sorted((telling for telling in tellings if telling.recalled), key=lambda telling: telling.article)
    return [list(_recalling(some, thread)) for thread in found]


def _recalling(tellings: Iterable[Telling], thread: Thread) -> Iterator[Telling]:
    telling_it = {part.article for part in thread.tellings}
    for telling in tellings:
        moves = tuple(move for move in telling.recalled if _recalls(move, telling, thread))
        if moves and telling.article not in telling_it:
            yield replace(telling, moves=moves)


def _recalls(move: Move, telling: Telling, thread: Thread) -> bool:
    """Whether the move is the thread's, told of a full name."""
    found = fit(move, telling.title, told(telling), thread, 1)
    return found is not None and found.likeness >= Likeness.VARIANT
