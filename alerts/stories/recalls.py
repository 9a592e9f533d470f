"""Articles that merely recall a move: they add figures and sources to its dossier, never a story or an alert. Pure.

What is recalled has no say in which tellings are one event, so it is looked at when the threads stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from alerts.stories.bundles import told
from alerts.stories.names import Likeness
from alerts.stories.resemblance import Fit, fit
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

    `tellings` are of different articles. An article that tells a thread as news does not recall it.
    """
    attached: list[dict[str, list[Move]]] = [{} for _ in found]
    by_article = {telling.article: telling for telling in tellings}
    for telling in by_article.values():
        for move in telling.recalled:
            place = _recalled(move, telling, found)
            if place is not None:
                attached[place].setdefault(telling.article, []).append(move)
    return [
        [replace(by_article[article], moves=tuple(moves)) for article, moves in sorted(recalled.items())]
        for recalled in attached
    ]


def _recalled(move: Move, telling: Telling, found: Sequence[Thread]) -> int | None:
    """The place of the thread that the move fits best under a full name; of equals, the newest."""
    best: tuple[Fit, int] | None = None
    for place, thread in enumerate(found):
        if any(part.article == telling.article for part in thread.tellings):
            continue
        fits = fit(move, telling.title, told(telling), thread, 1)
        if fits is not None and fits.likeness >= Likeness.VARIANT and (best is None or (fits, place) > best):
            best = fits, place
    return best[1] if best else None
