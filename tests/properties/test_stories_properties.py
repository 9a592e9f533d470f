"""Stories are a function of the set of articles: over generated event histories, full of bad spellings and gaps."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts import stories
from alerts.stories.ladder import heard
from alerts.stories.recalls import news
from alerts.stories.shelf import telling_of
from alerts.stories.silhouettes import silhouette
from mercato.model import Amount, Article, Group, Kind, Match, Move, Novelty, Status, Story

START = datetime(2026, 1, 5, tzinfo=UTC)
LATER = START + timedelta(days=400)
NAMES = [
    "Ruoming Pang", "Pang Ruoming", "R. Pang", "Pang", "Zoé Pang", "Thomas Gunter", "Thomas Günter", "Gunter",
    "Marc Le Goff", "Marc LeGoff", "Le Goff", "Anne Le Goff",
]  # fmt: skip
FIRMS = [None, "Apple", "Meta", "Google", "Google DeepMind", "DeepMind", "Mistral AI", "Mistral"]
ROLES = [None, None, "directeur scientifique", "CTO", "PDG"]
LABELS = ["chercheurs", "ingénieurs", "directrice juridique", "équipe de la parole"]
SOURCES = ["Bloomberg", "The Information"]


# Built once and held as constants: strategies made inside a composite are validated anew for every example.
FIGURES = st.sampled_from([Amount(min=100_000_000, max=None, currency="USD"), Amount(min=None, max=2, currency="EUR")])
PEOPLE = st.sampled_from([(name, None) for name in NAMES])
GROUPS = st.sampled_from([(None, Group(label=label, count=count)) for label in LABELS for count in (None, 1, 2, 6)])
MOVERS = PEOPLE | PEOPLE | GROUPS
MORE_MOVERS = st.lists(MOVERS, max_size=2)
FIRM, ROLE = st.sampled_from(FIRMS), st.sampled_from(ROLES)
KIND = st.sampled_from([Kind.HIRE, Kind.HIRE, Kind.DEPARTURE, Kind.PROMOTION, Kind.RETENTION])
STATUS = st.sampled_from([status for status in Status if status is not Status.REVERSED])
AMOUNT = st.none() | FIGURES
OLD = st.sampled_from([False, False, False, True])
CITED = st.lists(st.sampled_from(SOURCES), max_size=2).map(tuple)
DAY = st.integers(0, 30) | st.integers(0, 200)
HOURS = st.integers(0, 40)
OUTLET = st.sampled_from(["Tech Matin", "Le Fil", "Zone"])
HOST = st.sampled_from(["presse.example", "presse.example", "www.vietnam.vn"])
TITLE = st.sampled_from(
    ["Meta recrute chez Apple", "Départ chez Google", "Nouvelle recrue de choix", "Meta s’offre Pang"]
)
SIZE, PARTS = st.integers(1, 8), st.integers(1, 2)


def examples(usual: int) -> settings:
    """So many examples, or as many as the profile wants that the command line names."""
    chosen = settings.get_current_profile_name() != "default"
    return settings(max_examples=settings.default.max_examples if chosen else usual, deadline=None)


def bundle(draw: st.DrawFn) -> list[Move]:
    """One to three movers of whom the same is told."""
    origin, destination, role, status = draw(FIRM), draw(FIRM), draw(ROLE), draw(STATUS)
    amount, kind, background = draw(AMOUNT), draw(KIND), draw(OLD)
    return [
        Move(
            person=person,
            group=group,
            origin=origin,
            destination=destination,
            role=role,
            status=status,
            amount=amount,
            kind=kind,
            background=background,
        )
        for person, group in (draw(MOVERS), *draw(MORE_MOVERS))
    ]


@st.composite
def matches(draw: st.DrawFn) -> Match:
    told = [move for _ in range(draw(PARTS)) for move in bundle(draw)]
    return Match(score=2.0, moves=tuple(told), sources_cited=draw(CITED))


MATCH = matches()


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[Article, Match]]:
    """Up to eight articles, within weeks of one another or far apart."""
    found = []
    for number in range(draw(SIZE)):
        published = START + timedelta(days=draw(DAY))
        article = Article(
            id=f"article-{number}",
            url=f"https://{draw(HOST)}/{number}",
            source="s",
            outlet=draw(OUTLET),
            title=draw(TITLE),
            published=published,
            first_seen=published + timedelta(hours=draw(HOURS)),
        )
        found.append((article, draw(MATCH)))
    return found


HISTORY = histories()


def joined(items: list[tuple[Article, Match]]) -> stories.Shelf:
    shelf = stories.Shelf()
    for article, match in items:
        shelf.join(article, match, article.first_seen)
    return shelf


def content(story: Story) -> tuple[object, ...]:
    """All of a story but its identity and its history, which tell what was learnt when."""
    return (story.people, story.group, story.origin, story.destination, story.role, story.status, story.kind,
            story.figures, story.origins, story.tellings)  # fmt: skip


def view(shelf: stories.Shelf) -> set[tuple[object, ...]]:
    return {content(story) for story in shelf}


@examples(100)
@given(HISTORY, st.data())
def test_the_order_of_articles_never_changes_the_stories(
    items: list[tuple[Article, Match]], data: st.DataObject
) -> None:
    assert view(joined(data.draw(st.permutations(items)))) == view(joined(items))


@examples(50)
@given(HISTORY, st.data())
def test_meeting_an_article_again_changes_nothing_and_alerts_nobody(
    items: list[tuple[Article, Match]], data: st.DataObject
) -> None:
    shelf = joined(items)
    before = set(shelf)
    for article, match in data.draw(st.permutations(items)):
        assert shelf.join(article, match, LATER) == []
    assert set(shelf) == before


@examples(50)
@given(HISTORY, st.data())
def test_the_newest_version_of_an_article_is_the_one_that_counts(
    items: list[tuple[Article, Match]], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(items) - 1))
    older = [(article, data.draw(MATCH) if at == place else match) for at, (article, match) in enumerate(items)]
    shelf = joined(older)
    shelf.join(*items[place], LATER)
    assert view(shelf) == view(joined(items))


@examples(50)
@given(HISTORY, st.data())
def test_an_article_that_leaves_was_never_there(items: list[tuple[Article, Match]], data: st.DataObject) -> None:
    shelf = joined(items)
    article, _ = items[data.draw(st.integers(0, len(items) - 1))]
    shelf.leave(article.id, LATER)
    assert view(shelf) == view(joined([item for item in items if item[0] != article]))


@examples(50)
@given(HISTORY, st.integers(1, 4))
def test_batches_that_start_from_saved_stories_change_nothing(items: list[tuple[Article, Match]], size: int) -> None:
    known: dict[str, Story] = {}
    for start in range(0, len(items), size):
        shelf = stories.Shelf(known.values())
        for article, match in items[start : start + size]:
            known |= {story.id: story for story in shelf.join(article, match, article.first_seen)}
    assert {content(story) for story in known.values() if story.tellings} == view(joined(items))


@examples(50)
@given(HISTORY)
def test_the_function_and_the_shelf_agree(items: list[tuple[Article, Match]]) -> None:
    shelf, known = stories.Shelf(), {}
    for article, match in items:
        changed = stories.join(article, match, tuple(known.values()), article.first_seen)
        assert changed == shelf.join(article, match, article.first_seen)
        known |= {story.id: story for story in changed}


@examples(100)
@given(HISTORY, st.data())
def test_nothing_is_alerted_twice(items: list[tuple[Article, Match]], data: st.DataObject) -> None:
    found = list(joined(data.draw(st.permutations(items))))
    identifiers = [event.id for story in found for event in story.events]
    assert len(identifiers) == len(set(identifiers))
    for story in found:
        assert {event.story for event in story.events} == {story.id}
        assert story.events[0].novelty in (Novelty.OPENED, Novelty.SPLIT)
        once = [(e.novelty, e.after) for e in story.events if e.novelty in (Novelty.PERSON, Novelty.AMOUNT)]
        assert len(once) == len(set(once))
        assert all(event.before != event.after for event in story.events if event.novelty is Novelty.STATUS)


@examples(100)
@given(HISTORY, st.data())
def test_a_status_never_jumps_without_an_article_that_says_so(
    items: list[tuple[Article, Match]], data: st.DataObject
) -> None:
    shelf = stories.Shelf()
    known: dict[str, Story] = {}
    for article, match in data.draw(st.permutations(items)):
        for story in shelf.join(article, match, article.first_seen):
            said = {move.status for telling in news(story.tellings) for move in heard(telling)}
            before = known.get(story.id)
            if story.tellings and (before is None or story.status is not before.status):
                assert story.status in said or (story.status is Status.REVERSED and Status.FAILED in said)
            if story.tellings and Status.CONFIRMED not in said:
                assert story.status not in (Status.CONFIRMED, Status.REVERSED)
            known[story.id] = story


@examples(100)
@given(HISTORY)
def test_a_status_and_a_name_never_come_from_nowhere(items: list[tuple[Article, Match]]) -> None:
    for story in joined(items):
        told = [move for telling in news(story.tellings) for move in telling.moves]
        said = {move.status for telling in story.tellings for move in heard(telling)}
        assert story.status in said | {Status.REVERSED}
        assert set(story.people) <= {move.person for move in told}
        assert bool(story.people) or story.group is not None
        assert not any(move.background for move in told)


@examples(100)
@given(HISTORY)
def test_every_news_move_is_told_by_exactly_one_story(items: list[tuple[Article, Match]]) -> None:
    told = [(t.article, move) for story in joined(items) for t in news(story.tellings) for move in t.moves]
    assert len(told) == len(set(told))
    assert set(told) == {(article.id, move) for article, match in items for move in match.news}


@examples(100)
@given(HISTORY)
def test_what_may_meet_lies_under_the_keys_that_are_asked_for(items: list[tuple[Article, Match]]) -> None:
    shapes = [silhouette([telling]) for article, match in items if (telling := telling_of(article, match))]
    for one in shapes:
        for other in shapes:
            assert one.may_meet(other) == other.may_meet(one)
            assert not one.may_meet(other) or one.looked_up() & other.shelved_under()


@examples(50)
@given(HISTORY, st.data())
def test_rulings_hold_whatever_the_order(items: list[tuple[Article, Match]], data: st.DataObject) -> None:
    first = joined(items)
    rulings = []
    for number in range(data.draw(st.integers(1, 2))):
        known = [story for story in first if story.tellings]
        if len(known) < 2:
            return
        pair = data.draw(st.permutations(known))[:2]
        rulings.append(stories.merge(pair[0], pair[1], LATER + timedelta(days=number)))
        first.rule(rulings[-1])
    again = stories.Shelf(rulings=rulings)
    for article, match in data.draw(st.permutations(items)):
        again.join(article, match, article.first_seen)
    assert view(again) == view(first)


class Archive:
    """Stories as a database gives them out: whole, by key or by article."""

    def __init__(self) -> None:
        self.stories: dict[str, Story] = {}

    def lookup(self, keys: Collection[str] = (), articles: Collection[str] = ()) -> list[Story]:
        return [
            story
            for story in self.stories.values()
            if stories.keys(story) & set(keys) or any(telling.article in articles for telling in story.tellings)
        ]

    def named(self, story: str) -> Story | None:
        return next((other for other in self._told() if other.id == story), None)

    def keep(self, changed: Iterable[Story]) -> None:
        self.stories |= {story.id: story for story in changed}

    def alerts(self) -> set[str]:
        return {event.id for story in self.stories.values() for event in story.events if event.alerting}

    def _told(self) -> list[Story]:
        return [story for story in self.stories.values() if story.tellings]


@examples(100)
@given(HISTORY, st.data())
def test_no_event_is_told_again_when_an_article_is_taken_out_and_put_back(
    items: list[tuple[Article, Match]], data: st.DataObject
) -> None:
    archive, told = Archive(), set[str]()
    for article, match in items:
        archive.keep(stories.Shelf(stacks=archive).join(article, match, article.first_seen))
        told |= archive.alerts()
    article, match = items[data.draw(st.integers(0, len(items) - 1))]
    archive.keep(stories.Shelf(stacks=archive).leave(article.id, LATER))
    assert archive.alerts() <= told
    archive.keep(stories.Shelf(stacks=archive).join(article, match, LATER))
    assert archive.alerts() <= told


@examples(100)
@given(HISTORY, st.data())
def test_no_story_opens_again_when_an_article_is_edited_and_edited_back(
    items: list[tuple[Article, Match]], data: st.DataObject
) -> None:
    archive = Archive()
    for article, match in items:
        archive.keep(stories.Shelf(stacks=archive).join(article, match, article.first_seen))
    article, match = items[data.draw(st.integers(0, len(items) - 1))]
    archive.keep(stories.Shelf(stacks=archive).join(article, data.draw(MATCH), LATER))
    told = archive.alerts()
    archive.keep(stories.Shelf(stacks=archive).join(article, match, LATER))
    again = [e for story in archive.stories.values() for e in story.events if e.id not in told]
    assert Novelty.OPENED not in {event.novelty for event in again}


@examples(100)
@given(HISTORY, st.integers(1, 4))
def test_an_archive_that_is_asked_for_the_few_gives_the_same_as_all_at_hand(
    items: list[tuple[Article, Match]], size: int
) -> None:
    archive = Archive()
    for start in range(0, len(items), size):
        shelf = stories.Shelf(stacks=archive)
        shelf.expect(items[start : start + size])
        for article, match in items[start : start + size]:
            archive.keep(shelf.join(article, match, article.first_seen))
    assert {content(story) for story in archive.stories.values() if story.tellings} == view(joined(items))
