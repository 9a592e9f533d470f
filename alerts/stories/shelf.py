"""Stories kept at hand so that an article finds the few that it may concern without looking at all of them. Pure.

The stories that a telling may join, those which share a bundle of an article with them, and so on until nothing new
turns up, are worked out afresh together. That is what makes a late article give the same stories as a punctual one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from alerts.stories.bundles import combined, one_bundle
from alerts.stories.dossier import compile_dossier
from alerts.stories.grouping import threads
from alerts.stories.recalls import news, recalls
from alerts.stories.revision import Cause, opened_key, opened_under, revise
from alerts.stories.rulings import Rulings
from alerts.stories.silhouettes import Silhouette, silhouette, silhouette_of_recalled
from alerts.stories.threads import Thread
from alerts.stories.voices import NO_VOICES, voice_of
from mercato.model import Article, Match, Ruling, Story, Telling, Voice


class Stacks(Protocol):
    """Where the stories lie that are not on the shelf yet, such as a database."""

    def lookup(self, keys: Collection[str] = (), articles: Collection[str] = ()) -> Iterable[Story]:
        """The stories that are shelved under any of these keys, withdrawn ones included, and those that any of these
        articles tells."""

    def named(self, story: str) -> Story | None:
        """The story with this identifier."""


class Shelf:
    """Stories indexed by who, where and when; `join` changes the shelf and says what changed.

    What is not on the shelf is fetched from `stacks` when an article asks for it, and only once. `rulings` are what
    people have decided by hand, and `voices` what the user says of sources that use others' words.
    """

    def __init__(
        self,
        stories: Iterable[Story] = (),
        *,
        stacks: Stacks | None = None,
        rulings: Iterable[Ruling] = (),
        voices: Mapping[str, Voice] = NO_VOICES,
    ) -> None:
        self._stories: dict[str, Story] = {}
        self._silhouettes: dict[str, Silhouette] = {}
        self._keys: dict[str, frozenset[str]] = {}
        self._expected: dict[str, _Expected] = {}
        self._by_key: defaultdict[str, set[str]] = defaultdict(set)
        self._by_article: defaultdict[str, set[str]] = defaultdict(set)
        self._stacks = stacks
        self._rulings = Rulings(rulings)
        self._voices = voices
        self._asked_keys: set[str] = set()
        self._asked_articles: set[str] = set()
        for story in stories:
            self.put(story)

    def __iter__(self) -> Iterator[Story]:
        """The stories on the shelf that have tellings, in the order in which they were first put here."""
        return (story for story in self._stories.values() if story.tellings)

    def put(self, story: Story) -> None:
        """Add `story`, or replace the version of it that is here."""
        self._forget(story.id)
        self._stories[story.id] = story
        if story.tellings:
            self._silhouettes[story.id] = silhouette(story.tellings)
        shape = self._silhouettes.get(story.id)
        self._keys[story.id] = shape.shelved_under() if shape else opened_under(story)
        for key in self._keys[story.id]:
            self._by_key[key].add(story.id)
        for telling in story.tellings:
            self._by_article[telling.article].add(story.id)

    def expect(self, items: Iterable[tuple[Article, Match]]) -> None:
        """Fetch in one go what these articles will ask for: the same as without, but with fewer questions."""
        expected = [self._expect(article, match) for article, match in items]
        self._expected |= {one.article.id: one for one in expected}
        shapes = [shape for one in expected for shape in one.shapes]
        keys = {key for shape in shapes for key in shape.looked_up() | shape.recalled_under()}
        articles = {one.article.id for one in expected}
        self._fetch(keys | {opened_key(article) for article in articles}, articles)

    def join(self, article: Article, match: Match, now: datetime) -> list[Story]:
        """The stories that `article` opens or changes, whole; [] when it changes nothing.

        An article that was joined before is replaced by this version of it. A story that comes back without tellings
        is withdrawn: another one has turned out to tell its event. `now` is when Mercato learnt it.
        """
        expected = self._expected.pop(article.id, None)
        if expected is None or expected.article is not article or expected.match is not match:
            expected = self._expect(article, match)
        return self._tell(article.id, expected.telling, expected.shapes, now)

    def leave(self, article: str, now: datetime) -> list[Story]:
        """The stories that change when the article with this identifier turns out to tell no move at all."""
        return self._tell(article, None, (), now)

    def rule(self, ruling: Ruling) -> list[Story]:
        """The stories that a person's ruling changes, whole. It comes after all rulings that are here."""
        self._rulings.add(ruling)
        return self.reconsider(ruling, ruling.at)

    def reconsider(self, ruling: Ruling, now: datetime) -> list[Story]:
        """The stories that change because this ruling is among those that are here, or is not any more."""
        spoken_of = {claim.article for claim in (*ruling.some, *ruling.others)}
        return self._rewrite(Cause(article=None, now=now, ruling=ruling), None, self._telling(spoken_of))

    def stories_of(self, article: str) -> list[Story]:
        """The stories that the article tells as news; not those that it merely recalls."""
        told = (self._stories[story] for story in sorted(self._telling({article})))
        return [story for story in told if any(part.article == article for part in news(story.tellings))]

    def keys(self, story: Story) -> frozenset[str]:
        """As `shelved_under`, for less where the story is on the shelf as it is given."""
        return self._keys[story.id] if self._stories.get(story.id) is story else shelved_under(story)

    def _expect(self, article: Article, match: Match) -> _Expected:
        telling = telling_of(article, match, self._voices)
        return _Expected(article, match, telling, _shapes(telling))

    def _tell(self, article: str, telling: Telling | None, shapes: Iterable[Silhouette], now: datetime) -> list[Story]:
        concerned = self._telling({article} | self._rulings.articles_beside(article))
        for shape in shapes:
            concerned |= self._near(shape)
        return self._rewrite(Cause(article=article, now=now, leaving=telling is None), telling, concerned)

    def _rewrite(self, cause: Cause, telling: Telling | None, concerned: set[str]) -> list[Story]:
        known, found, shapes = self._work_out(cause.article, telling, concerned)
        attached = recalls(self._recalling(shapes, cause.article, telling), found)
        dossiers = [compile_dossier([*thread.tellings, *more]) for thread, more in zip(found, attached, strict=True)]
        changed = revise(known, self._withdrawn(cause), dossiers, cause, self._is_taken)
        for story in changed:
            self.put(story)
        return changed

    def _work_out(
        self, article: str | None, telling: Telling | None, concerned: set[str]
    ) -> tuple[list[Story], list[Thread], list[Silhouette]]:
        """Every story that this article might alter, oldest first, and the threads that take their place with their
        silhouettes.

        Tellings that come together may show more than each of their stories did, and so reach further ones.
        """
        new = [telling] if telling else []
        while True:
            concerned = self._connected(concerned)
            known = sorted((self._stories[story] for story in concerned), key=lambda story: (story.opened, story.id))
            found = threads([*(part for part in _whole(known) if part.article != article), *new], self._rulings)
            shapes = [silhouette(thread.tellings) for thread in found]
            reached = {story for shape in shapes for story in self._near(shape)}
            if reached <= concerned:
                return known, found, shapes
            concerned |= reached

    def _withdrawn(self, cause: Cause) -> list[Story]:
        """The withdrawn stories that the article once told, oldest first."""
        if cause.article is None or cause.leaving:
            return []
        key = opened_key(cause.article)
        self._fetch({key})
        found = (self._stories[story] for story in self._by_key.get(key, ()))
        return sorted(found, key=lambda story: (story.opened, story.id))

    def _recalling(self, found: Iterable[Silhouette], article: str | None, telling: Telling | None) -> list[Telling]:
        """One telling of each article that recalls older moves of the people in threads that look like these."""
        keys = {key for shape in found for key in shape.recalled_under()}
        self._fetch(keys)
        stories = {story for key in keys for story in self._by_key.get(key, ())}
        tellings = {
            part.article: part for story in stories for part in news(self._stories[story].tellings) if part.recalled
        }
        tellings.pop(article or "", None)
        return [*tellings.values(), *([telling] if telling and telling.recalled else [])]

    def _connected(self, stories: Collection[str]) -> set[str]:
        """These stories, those that they might alter, and so on."""
        waiting, found = set(stories), set[str]()
        while waiting:
            found |= waiting
            self._fetch(
                {key for story in waiting for key in self._silhouettes[story].looked_up()},
                {telling.article for story in waiting for telling in self._stories[story].tellings},
            )
            beside = (self._beside(story) for story in waiting)
            waiting = {other for some in beside for other in some} - found
        return found

    def _beside(self, story: str) -> set[str]:
        ruled = {
            article
            for telling in self._stories[story].tellings
            for article in self._rulings.articles_beside(telling.article)
        }
        return self._near(self._silhouettes[story]) | set(self._bundled_with(story)) | self._telling(ruled)

    def _near(self, shape: Silhouette) -> set[str]:
        keys = shape.looked_up()
        self._fetch(keys)
        candidates = {story for key in keys for story in self._by_key.get(key, ())}
        return {story for story in candidates if shape.may_meet(self._silhouettes[story])}

    def _bundled_with(self, story: str) -> Iterator[str]:
        """The stories to which other movers of the same bundles went."""
        for telling in news(self._stories[story].tellings):
            for other in self._by_article[telling.article] - {story}:
                moves = [part.moves for part in news(self._stories[other].tellings) if part.article == telling.article]
                if any(one_bundle(telling.moves, some) for some in moves):
                    yield other

    def _telling(self, articles: Collection[str]) -> set[str]:
        """The stories that any of the articles tells or recalls."""
        self._fetch(articles=articles)
        return {story for article in articles for story in self._by_article.get(article, ())}

    def _fetch(self, keys: Collection[str] = (), articles: Collection[str] = ()) -> None:
        """Put on the shelf what lies under these keys and what these articles tell, unless it was asked for before."""
        if self._stacks is None:
            return
        new_keys, new_articles = set(keys) - self._asked_keys, set(articles) - self._asked_articles
        if new_keys or new_articles:
            self._asked_keys |= new_keys
            self._asked_articles |= new_articles
            self._take(self._stacks.lookup(new_keys, new_articles))

    def _take(self, fetched: Iterable[Story]) -> None:
        """Put what is not here yet on the shelf; what is here may have changed since it was fetched."""
        for story in fetched:
            if story.id not in self._stories:
                self.put(story)

    def _is_taken(self, story: str) -> bool:
        """Whether an identifier is that of a story with tellings; a withdrawn story may be opened again."""
        if self._stacks and story not in self._stories:
            found = self._stacks.named(story)
            self._take([found] if found else [])
        return story in self._silhouettes

    def _forget(self, story: str) -> None:
        self._silhouettes.pop(story, None)
        for key in self._keys.pop(story, ()):
            self._by_key[key].discard(story)
        for telling in self._stories[story].tellings if story in self._stories else ():
            self._by_article[telling.article].discard(story)


@dataclass(frozen=True, slots=True)
class _Expected:
    """An article that is about to be joined, with what it tells and how that looks from afar."""

    article: Article
    match: Match
    telling: Telling | None
    shapes: Sequence[Silhouette]


def shelved_under(story: Story) -> frozenset[str]:
    """The keys under which `Stacks` must find the story; a withdrawn one is found by the articles that told it."""
    return silhouette(story.tellings).shelved_under() if story.tellings else opened_under(story)


def telling_of(article: Article, match: Match, voices: Mapping[str, Voice] = NO_VOICES) -> Telling | None:
    """What the article tells as news; None when it only recalls old moves. `voices` as for `voice_of`."""
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
        voice=voice_of(article, voices),
        recalled=tuple(move for move in match.moves if move.background and move.person),
    )


def _shapes(telling: Telling | None) -> list[Silhouette]:
    """How the news of an article looks from afar, and what it recalls."""
    if telling is None:
        return []
    return [silhouette([telling]), *([silhouette_of_recalled(telling)] if telling.recalled else [])]


def _whole(stories: Iterable[Story]) -> list[Telling]:
    """One telling per article, with its news of all these stories."""
    parts: dict[str, list[Telling]] = {}
    for story in stories:
        for telling in news(story.tellings):
            parts.setdefault(telling.article, []).append(telling)
    return [combined(some) for some in parts.values()]
