"""From matches to stories: one event, one story, which every further article updates. Pure.

    bundles       which moves of an article are told as one event
    names         whether two names mean one person
    threads       tellings of one event, and what they say together
    resemblance   whether a move is the event that a thread tells: the rules
    grouping      tellings sorted into threads, whatever the order in which they came
    rulings       what people decided by hand
    recalls       articles that merely recall an event
    coverage      which story an article mainly tells, and which it covers without having been flagged
    voices        whose words an article uses: echoes never confirm
    ladder        how firmly an event is established, who said so and when
    dossier       the fields of a story, from its tellings
    novelty       what an article added
    revision      identities kept, additions noted
    provenance    who said it first, and how many independent origins there are
    consequences, flows   seats left and taken, departures that belong together, who wins and who loses
    silhouettes, shelf    finding the few stories that an article may concern

The stories are a function of the set of articles and of what people ruled by hand: their order, their batches and
meeting one twice change nothing but the history of what was learnt when.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from alerts.stories.coverage import Coverage, main_story
from alerts.stories.dossier import hedged_destinations
from alerts.stories.rulings import claims, merge, split
from alerts.stories.shelf import Shelf, Stacks
from alerts.stories.shelf import shelved_under as keys
from alerts.stories.silhouettes import KEYS_VERSION, WINDOW
from mercato.model import Article, Match, NoMatch, Story

__all__ = [
    "KEYS_VERSION",
    "WINDOW",
    "Shelf",
    "Stacks",
    "claims",
    "group",
    "hedged_destinations",
    "join",
    "keys",
    "leave",
    "merge",
    "split",
]


def join(article: Article, match: Match, stories: Sequence[Story], now: datetime) -> list[Story]:
    """The stories that `article` opens or changes, whole and updated; [] when it changes nothing.

    `stories` are the ones that are open, as `WINDOW` says, and those that the article told before. For many articles
    in a row make one `Shelf` of the stories and call its `join`: this function indexes them all anew each time.
    """
    return Shelf(stories).join(article, match, now)


def leave(article: str, stories: Sequence[Story], now: datetime) -> list[Story]:
    """The stories that change when the article with this identifier, judged again, tells no move."""
    return Shelf(stories).leave(article, now)


def group(items: Iterable[tuple[Article, Match | NoMatch]]) -> dict[str, str]:
    """For each article's identifier the label of the story that it mainly tells.

    An article that is not flagged has the label of the story that it covers all the same, as `coverage` says, or one of
    its own. Of two versions of one article the later one in `items` counts.
    """
    newest = {article.id: (article, judgement) for article, judgement in items}
    ordered = sorted(newest.values(), key=lambda item: (item[0].told, item[0].id))
    shelf = Shelf()
    for article, judgement in ordered:
        if isinstance(judgement, Match):
            shelf.join(article, judgement, article.first_seen)
    coverage, covered = Coverage(shelf), defaultdict[str, list[datetime]](list)
    labels: dict[str, str] = {}
    for article, judgement in ordered:
        if not isinstance(judgement, Match) and (story := coverage.story_of(article, judgement)):
            labels[article.id] = story.id
            covered[story.id].append(article.told)
    for article, judgement in ordered:
        if isinstance(judgement, Match):
            told = shelf.stories_of(article.id)
            if story := main_story(article.id, article.title, judgement.news, told, covered):
                labels[article.id] = story.id
    return {article: labels.get(article, f"none-{article}") for article in newest}
