"""Stories kept at hand so that an article finds the few that it may concern without looking at all of them. Pure.

The stories that a telling may join, those which share a bundle of an article with them, and so on until nothing new
turns up, are worked out afresh together. That is what makes a late article give the same stories as a punctual one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from alerts.stories.bundles import combined, one_bundle
from alerts.stories.dossier import compile_dossier
from alerts.stories.grouping import threads
from alerts.stories.revision import revise
from alerts.stories.silhouettes import Silhouette, silhouette
from alerts.stories.threads import Thread
from mercato.model import Article, Match, Story, Telling


class Shelf:
    """Stories indexed by who and where; `join` changes the shelf and says what changed."""

    def __init__(self, stories: Iterable[Story] = ()) -> None:
        self._stories: dict[str, Story] = {}
        self._silhouettes: dict[str, Silhouette] = {}
        self._by_key: defaultdict[str, set[str]] = defaultdict(set)
        self._by_article: defaultdict[str, set[str]] = defaultdict(set)
        for story in stories:
            self.put(story)

    def __iter__(self) -> Iterator[Story]:
        """The stories that have tellings, in the order in which they were first put here."""
        return (story for story in self._stories.values() if story.tellings)

    def put(self, story: Story) -> None:
        """Add `story`, or replace the version of it that is here."""
        self._forget(story.id)
        self._stories[story.id] = story
        if not story.tellings:
            return
        self._silhouettes[story.id] = shape = silhouette(story.tellings)
        for key in shape.shelved_under():
            self._by_key[key].add(story.id)
        for telling in story.tellings:
            self._by_article[telling.article].add(story.id)

    def join(self, article: Article, match: Match, now: datetime) -> list[Story]:
        """The stories that `article` opens or changes, whole; [] when it changes nothing.

        An article that was joined before is replaced by this version of it. A story that comes back without tellings
        is withdrawn: another one has turned out to tell its event. `now` is when Mercato learnt it.
        """
        return self._tell(article.id, _telling(article, match), now)

    def leave(self, article: str, now: datetime) -> list[Story]:
        """The stories that change when the article with this identifier turns out to tell no move at all."""
        return self._tell(article, None, now)

    def stories_of(self, article: str) -> list[Story]:
        """The stories that the article tells."""
        return [self._stories[story] for story in sorted(self._by_article.get(article, ()))]

    def _tell(self, article: str, telling: Telling | None, now: datetime) -> list[Story]:
        known, found = self._work_out(article, telling)
        dossiers = [compile_dossier(thread.tellings) for thread in found]
        changed = revise(known, dossiers, article, now, self._stories.keys())
        for story in changed:
            self.put(story)
        return changed

    def _work_out(self, article: str, telling: Telling | None) -> tuple[list[Story], list[Thread]]:
        """Every story that this article might alter, oldest first, and the threads that take their place.

        Tellings that come together may show more than each of their stories did, and so reach further ones.
        """
        new = [telling] if telling else []
        concerned = set(self._by_article.get(article, ()))
        concerned |= {story for one in new for story in self._near(silhouette([one]))}
        while True:
            concerned = self._connected(concerned)
            known = sorted((self._stories[story] for story in concerned), key=lambda story: (story.opened, story.id))
            found = threads([*(part for part in _whole(known) if part.article != article), *new])
            reached = {story for thread in found for story in self._near(silhouette(thread.tellings))}
            if reached <= concerned:
                return known, found
            concerned |= reached

    def _connected(self, stories: Collection[str]) -> set[str]:
        """These stories, those that they might alter, and so on."""
        waiting, found = set(stories), set[str]()
        while waiting:
            story = waiting.pop()
            found.add(story)
            waiting |= (self._near(self._silhouettes[story]) | set(self._bundled_with(story))) - found
        return found

    def _near(self, shape: Silhouette) -> set[str]:
        candidates = {story for key in shape.looked_up() for story in self._by_key.get(key, ())}
        return {story for story in candidates if shape.may_meet(self._silhouettes[story])}

    def _bundled_with(self, story: str) -> Iterator[str]:
        """The stories to which other movers of the same bundles went."""
        for telling in self._stories[story].tellings:
            for other in self._by_article[telling.article] - {story}:
                moves = [part.moves for part in self._stories[other].tellings if part.article == telling.article]
                if any(one_bundle(telling.moves, some) for some in moves):
                    yield other

    def _forget(self, story: str) -> None:
        shape = self._silhouettes.pop(story, None)
        if shape is None:
            return
        for key in shape.shelved_under():
            self._by_key[key].discard(story)
        for telling in self._stories[story].tellings:
            self._by_article[telling.article].discard(story)


def _whole(stories: Iterable[Story]) -> list[Telling]:
    """One telling per article, with its moves of all these stories."""
    parts: dict[str, list[Telling]] = {}
    for story in stories:
        for telling in story.tellings:
            parts.setdefault(telling.article, []).append(telling)
    return [combined(some) for some in parts.values()]


def _telling(article: Article, match: Match) -> Telling | None:
    """What the article tells as news; None when it only recalls old moves."""
    if not match.news:
        return None
    return Telling(
        article=article.id,
        url=article.url,
        outlet=article.outlet,
        source=article.source,
        title=article.title,
        published=article.published,
        first_seen=article.first_seen,
        moves=match.news,
        sources_cited=match.sources_cited,
        score=match.score,
    )
