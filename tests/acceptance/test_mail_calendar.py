"""Which mails a reader gets when: tables that read like the specification, run on the real ledger.

Times are those of the reader's clock in Paris. A line is a moment, what happens in it, and the mails that it brings.
"""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from alerts.lexicon import load_lexicon
from mercato.model import (
    Act,
    Article,
    Cause,
    Kind,
    Move,
    Mute,
    Novelty,
    Recheck,
    Slot,
    Status,
    Story,
    StoryEvent,
    Telling,
    Watch,
    article_id,
)
from mercato.settings import CrawlSettings, MailSettings, Settings, StorageSettings
from scheduler.composing import freeze_owed
from scheduler.jobs import Newsroom, join_pending, match_pending
from scheduler.mailing import send_owed
from storage import articles, readers, rechecks, stories, verdicts
from storage.engine import Database

PARIS = ZoneInfo("Europe/Paris")
WATCH = Watch(name="ia", recipients=("ana@example.org",), schedule="0 8 * * *")


def at(text: str) -> datetime:
    """A moment of the clock in Paris; a second «fold» of the autumn night is written with a trailing «b»."""
    moment = datetime.fromisoformat(text.removesuffix("b")).replace(tzinfo=PARIS, fold=text.endswith("b"))
    return moment.astimezone(UTC)


@dataclass(slots=True)
class Desk:
    """An archive, a watch and a letter box."""

    room: Newsroom
    read: set[str]

    def learns(self, name: str, when: str, status: Status = Status.CONFIRMED, outlet: str = "Le Fil") -> None:
        """A story comes in, or its status changes."""
        moment = at(when)
        with self.room.database.writing() as tx:
            known = next(iter(stories.get_all(tx, [identifier(name)])), None)
            article = an_article(name, status, moment, outlet)
            articles.save(tx, article)
            stories.save(tx, [a_story(name, status, moment, article, known)])

    def looks(self, when: str, since: str | None = None) -> list[EmailMessage]:
        """The program looks at the clock, or is told by hand to look; the mails that this brings, the first first."""
        send_owed(self.room, lambda: at(when), self.room.settings.watches, since=at(since) if since else None)
        fresh = [path for path in sorted(self.room.settings.outbox.glob("*.eml")) if path.name not in self.read]
        self.read.update(path.name for path in fresh)
        return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in fresh]

    def follows(self, watch: Watch) -> None:
        """The user changes the settings file and starts again."""
        changed = self.room.settings.model_copy(update={"watches": (watch,)})
        self.room = replace(self.room, settings=changed)


def identifier(name: str) -> str:
    return article_id(f"https://fil.example/story/{name}")


def an_article(name: str, status: Status, moment: datetime, outlet: str) -> Article:
    url = f"https://fil.example/{name}/{status.value}/{outlet}"
    title = f"{name} chez Corvex : {status.value}"
    return Article(id=article_id(url), url=url, source="fil", outlet=outlet, title=title, first_seen=moment)


def a_story(name: str, status: Status, moment: datetime, article: Article, known: Story | None) -> Story:
    move = Move(person=name, destination="Corvex", status=status, kind=Kind.HIRE)
    telling = Telling(
        article=article.id,
        url=article.url,
        outlet=article.outlet,
        source="fil",
        title=article.title,
        published=None,
        first_seen=moment,
        moves=(move,),
        score=5.0,
    )
    novelty = Novelty.STATUS if known else Novelty.OPENED
    event = StoryEvent(
        id=f"{name}-{status.value}",
        story=identifier(name),
        article=article.id,
        at=moment,
        novelty=novelty,
        before=known.status.value if known else "",
        after=status.value,
    )
    return Story(
        id=identifier(name),
        opened=known.opened if known else moment,
        updated=moment,
        people=(name,),
        group=None,
        origin=None,
        destination="Corvex",
        role=None,
        status=status,
        kind=Kind.HIRE,
        tellings=(*(known.tellings if known else ()), telling),
        events=(*(known.events if known else ()), event),
    )


@pytest.fixture
def desk(tmp_path: Path, database: Database) -> Desk:
    settings = Settings(
        file=None,
        folder=tmp_path,
        language="fr",
        storage=StorageSettings(),
        crawl=CrawlSettings(contact="mailto:a@b.example"),
        mail=MailSettings.model_validate({"from": "mercato@example.org"}),
        sources=(),
        watches=(WATCH,),
    )
    return Desk(Newsroom(settings, database, load_lexicon()), set())


def told(mails: list[EmailMessage]) -> list[str]:
    return [str(mail["Subject"]) for mail in mails]


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize(
    ("first", "lines"),
    [
        pytest.param(
            "2026-03-27T12:00",
            [
                ("2026-03-28T07:59", "Ana", 0),
                ("2026-03-28T08:00", None, 1),
                ("2026-03-29T07:59", "Bea", 0),  # the night has lost an hour
                ("2026-03-29T08:00", None, 1),
                ("2026-03-29T09:00", None, 0),
                ("2026-03-30T08:00", "Cleo", 1),
            ],
            id="the day that loses an hour has one mail, at eight by the clock on the wall",
        ),
        pytest.param(
            "2026-10-24T12:00",
            [
                ("2026-10-25T02:30", "Ana", 0),
                ("2026-10-25T02:30b", None, 0),  # half past two a second time
                ("2026-10-25T07:59", None, 0),
                ("2026-10-25T08:00", None, 1),
                ("2026-10-25T09:00", None, 0),
                ("2026-10-26T08:00", "Bea", 1),
            ],
            id="the day that gains an hour has one mail, at eight by the clock on the wall",
        ),
        pytest.param(
            "2026-03-18T12:00",
            [
                ("2026-03-19T08:00", "Ana", 1),
                ("2026-03-19T07:05", "Bea", 0),  # the clock is set back by an hour
                ("2026-03-19T08:00", None, 0),  # it is eight for the second time
                ("2026-03-20T08:00", None, 1),
            ],
            id="a clock set back an hour repeats nothing and loses nothing",
        ),
        pytest.param(
            "2026-03-18T12:00",
            [
                ("2026-03-19T07:30", "Ana", 0),
                ("2026-03-19T08:40", None, 1),  # the machine was asleep at eight
                ("2026-03-19T08:41", None, 0),
                ("2026-03-20T08:00", "Bea", 1),
            ],
            id="a machine asleep at eight mails when it wakes, once",
        ),
        pytest.param(
            "2026-03-27T12:00",
            [
                ("2026-03-28T08:00", "Ana", 1),
                ("2026-03-28T22:00", "Bea", 0),
                ("2026-03-29T11:00", None, 1),  # asleep through the night that loses an hour, and past eight
                ("2026-03-29T11:01", None, 0),
                ("2026-03-30T08:00", "Cleo", 1),
            ],
            id="asleep through the night that loses an hour",
        ),
        pytest.param(
            "2026-10-23T12:00",
            [
                ("2026-10-24T08:00", "Ana", 1),
                ("2026-10-25T02:30b", "Bea", 0),
                ("2026-10-25T02:10", None, 0),  # the clock is set back by an hour in the night that gains one
                ("2026-10-25T08:00", None, 1),
                ("2026-10-25T07:55", None, 0),
                ("2026-10-25T08:00", None, 0),
                ("2026-10-26T08:00", "Cleo", 1),
            ],
            id="a clock set back in the night that gains an hour, and again at eight",
        ),
        pytest.param(
            "2026-03-18T12:00",
            [
                ("2026-03-18T13:00", "Ana", 0),
                ("2026-03-18T12:10", "Bea", 0),  # learnt by a clock that was set back below the first mail's
                ("2026-03-19T08:00", None, 1),
            ],
            id="what is learnt by a clock set back is in the next mail",
        ),
        pytest.param(
            "2026-03-18T12:00",
            [
                ("2026-03-19T08:00", "Ana", 1),
                ("2027-03-19T08:00", "Bea", 1),  # the machine starts with the clock a year ahead
                ("2026-03-19T20:00", "Cleo", 0),  # and is set right
                ("2026-03-20T08:00", None, 1),
                ("2026-03-20T08:01", None, 0),
                ("2026-03-21T08:00", "Dora", 1),
            ],
            id="a clock that ran ahead for a while keeps no mail back",
        ),
        pytest.param(
            "2026-03-18T12:00",
            [("2026-03-19T08:00", None, 0), ("2026-03-20T08:00", None, 0), ("2026-03-20T08:00", None, 0)],
            id="a day without news has no mail",
        ),
    ],
)
def test_the_calendar(desk: Desk, first: str, lines: list[tuple[str, str | None, int]]) -> None:
    assert len(desk.looks(first)) == 1, "a new watch announces itself"
    news: list[str] = []
    for moment, learnt, mails in lines:
        if learnt:
            desk.learns(learnt, moment)
            news.append(learnt)
        came = desk.looks(moment)
        assert len(came) == mails, moment
        if came:
            assert all(name in text_of(came[0]) for name in news), moment
            news.clear()


@pytest.mark.parametrize("night", ["2026-03-29", "2026-10-25"])
def test_half_past_two_comes_once_in_nights_that_have_it_never_or_twice(desk: Desk, night: str) -> None:
    desk.follows(replace(WATCH, schedule="30 2 * * *"))
    evening = (datetime.fromisoformat(night) - timedelta(days=1)).date()
    desk.looks(f"{evening}T20:00")
    desk.learns("Ana", f"{evening}T21:00")
    start, brought = at(f"{night}T00:00"), 0
    for minutes in range(0, 6 * 60, 10):
        moment = (start + timedelta(minutes=minutes)).astimezone(PARIS)
        brought += len(desk.looks(moment.strftime("%Y-%m-%dT%H:%M") + "b" * moment.fold))
    assert brought == 1


@pytest.mark.parametrize("first", ["2026-03-17", "2026-03-24", "2026-10-20"], ids=["plain", "spring", "autumn"])
def test_a_week_asleep_is_told_in_one_mail_that_says_so(desk: Desk, first: str) -> None:
    def day(number: int) -> str:
        return (date.fromisoformat(first) + timedelta(days=number)).isoformat()

    desk.looks(f"{day(0)}T12:00")
    desk.learns("Ana", f"{day(0)}T13:00")
    assert len(desk.looks(f"{day(1)}T08:00")) == 1
    desk.learns("Bea", f"{day(1)}T09:00")
    (mail,) = desk.looks(f"{day(8)}T10:00")
    assert "6 envois précédents n’ont pas pu" in " ".join(text_of(mail).split())
    assert "Bea" in text_of(mail)
    assert "Ana" not in text_of(mail)
    assert desk.looks(f"{day(8)}T10:01") == []


@dataclass(frozen=True, slots=True)
class Then:
    """A moment, what happens in it, and who has a mail afterwards: address → beginning of the subject."""

    when: str
    mails: dict[str, str] = field(default_factory=dict)
    recipients: str | None = None  # the settings file names these from now on
    leaves: str = ""  # whoever unsubscribes
    returns: str = ""  # whoever takes that back
    learns: Status | None = None  # what the press says of Ana


RUMOUR, DENIAL, CONFIRMED = "Rumeur\u00a0: Ana", "Démenti\u00a0: Ana", "Confirmé\u00a0: Ana"


@pytest.mark.parametrize(
    "story",
    [
        pytest.param(
            [
                Then("2026-03-18T13:00", recipients="ana bob", learns=Status.RUMOURED),
                Then("2026-03-19T08:00", {"ana": RUMOUR, "bob": RUMOUR}),
                Then("2026-03-19T09:00", recipients="bob", learns=Status.CONFIRMED),
                Then("2026-03-20T08:00", {"bob": CONFIRMED}),
            ],
            id="whoever is added gets what is composed from then on, whoever is removed nothing that goes on",
        ),
        pytest.param(
            [
                Then("2026-03-18T13:00", recipients="ana bob", learns=Status.RUMOURED),
                Then("2026-03-19T08:00", {"ana": RUMOUR, "bob": RUMOUR}),
                Then("2026-03-19T14:00", {"ana": DENIAL, "bob": DENIAL}, recipients="bob", learns=Status.DENIED),
                Then("2026-03-20T08:00"),
            ],
            id="whoever had the rumour and was removed has the denial",
        ),
        pytest.param(
            [
                Then("2026-03-18T13:00", recipients="ana bob", learns=Status.RUMOURED),
                Then("2026-03-19T08:00", {"ana": RUMOUR, "bob": RUMOUR}),
                Then("2026-03-19T09:00", leaves="ana"),
                Then("2026-03-19T10:00", recipients="bob"),
                Then("2026-03-19T14:00", {"bob": DENIAL}, learns=Status.DENIED),
            ],
            id="whoever unsubscribed has nothing, not even the denial, removed or not",
        ),
        pytest.param(
            [
                Then("2026-03-18T13:00", recipients="ana bob", learns=Status.RUMOURED),
                Then("2026-03-18T14:00", recipients="bob"),
                Then("2026-03-19T08:00", {"bob": RUMOUR}),
                Then("2026-03-19T14:00", {"bob": DENIAL}, learns=Status.DENIED),
            ],
            id="whoever was removed before the rumour went out has neither",
        ),
        pytest.param(
            [
                Then("2026-03-18T13:00", recipients="bob", learns=Status.RUMOURED),
                Then("2026-03-19T08:00", {"bob": RUMOUR}),
                Then("2026-03-19T09:00", recipients="ana bob"),
                Then("2026-03-19T14:00", {"ana": DENIAL, "bob": DENIAL}, learns=Status.DENIED),
            ],
            id="whoever was added after the rumour is told with the others that it is denied",
        ),
        pytest.param(
            [
                Then("2026-03-18T13:00", recipients="ana bob", learns=Status.RUMOURED),
                Then("2026-03-19T08:00", {"ana": RUMOUR, "bob": RUMOUR}),
                Then("2026-03-19T09:00", recipients="bob"),
                Then("2026-03-19T10:00", recipients="ANA bob"),
                Then("2026-03-19T14:00", {"ANA": DENIAL, "bob": DENIAL}, learns=Status.DENIED),
            ],
            id="whoever was removed and added again, in capitals, has one denial",
        ),
        pytest.param(
            [
                Then("2026-03-18T13:00", recipients="ana bob", learns=Status.RUMOURED),
                Then("2026-03-19T08:00", {"ana": RUMOUR, "bob": RUMOUR}),
                Then("2026-03-19T09:00", leaves="ana"),
                Then("2026-03-19T10:00", returns="ana"),
                Then("2026-03-19T14:00", {"ana": DENIAL, "bob": DENIAL}, learns=Status.DENIED),
            ],
            id="whoever unsubscribed and took it back is a recipient again",
        ),
        pytest.param(
            [
                Then("2026-03-18T13:00", recipients="ana bob", learns=Status.RUMOURED),
                Then("2026-03-19T08:00", {"ana": RUMOUR, "bob": RUMOUR}),
                Then("2026-03-20T07:59", recipients="bob"),
                Then("2026-03-20T08:00", {"ana": DENIAL, "bob": DENIAL}, learns=Status.DENIED),
            ],
            id="a denial of the very minute of the digest is a mail of its own, and reaches the removed too",
        ),
    ],
)
def test_recipients_come_and_go(desk: Desk, story: list[Then]) -> None:
    desk.looks("2026-03-18T12:00")
    for then in story:
        if then.recipients is not None:
            desk.follows(replace(WATCH, recipients=tuple(f"{name}@example.org" for name in then.recipients.split())))
        with desk.room.database.writing() as tx:
            if then.leaves:
                readers.suppress(tx, "ia", f"{then.leaves}@EXAMPLE.org", at(then.when))
            if then.returns:
                assert readers.restore(tx, "ia", f"{then.returns}@example.org")
        if then.learns:
            desk.learns("Ana", then.when, then.learns)
        came = {str(mail["To"]).removesuffix("@example.org"): str(mail["Subject"]) for mail in desk.looks(then.when)}
        assert came.keys() == then.mails.keys(), then.when
        assert all(came[name].startswith(subject) for name, subject in then.mails.items()), then.when


def test_a_denial_is_delivered_to_who_left_while_it_waited_and_a_digest_is_not(desk: Desk) -> None:
    both = replace(WATCH, recipients=("ana@example.org", "bob@example.org"))
    desk.follows(both)
    desk.looks("2026-03-18T12:00")
    desk.learns("Ana", "2026-03-18T13:00", Status.RUMOURED)
    assert len(desk.looks("2026-03-19T08:00")) == 2
    desk.learns("Ana", "2026-03-20T07:59", Status.DENIED)
    desk.learns("Bea", "2026-03-20T07:59")
    freeze_owed(desk.room, both, at("2026-03-20T08:00"), None)
    desk.follows(replace(WATCH, recipients=("bob@example.org",)))
    came = [(str(mail["To"]), str(mail["Subject"])) for mail in desk.looks("2026-03-20T08:01")]
    assert sorted(came) == [
        ("ana@example.org", "Démenti\u00a0: Ana ne rejoindrait pas Corvex"),
        ("bob@example.org", "Bea rejoint Corvex"),
        ("bob@example.org", "Démenti\u00a0: Ana ne rejoindrait pas Corvex"),
    ]


def test_a_digest_asked_for_by_hand_leaves_denials_in_their_thread(desk: Desk) -> None:
    desk.follows(replace(WATCH, recipients=("ana@example.org", "bob@example.org")))
    desk.looks("2026-03-18T12:00")
    desk.learns("Ana", "2026-03-18T13:00", Status.RUMOURED)
    rumours = {str(mail["To"]): str(mail["Message-ID"]) for mail in desk.looks("2026-03-19T08:00")}
    desk.learns("Ana", "2026-03-19T14:00", Status.DENIED)
    desk.learns("Bea", "2026-03-19T14:00")
    desk.follows(replace(WATCH, recipients=("bob@example.org",)))
    came = desk.looks("2026-03-19T14:01", since="2026-03-19T00:00")
    denials = {str(mail["To"]): mail["References"] for mail in came if str(mail["Subject"]).startswith(DENIAL)}
    assert denials == rumours
    assert [str(mail["To"]) for mail in came if str(mail["Subject"]) == "Bea rejoint Corvex"] == ["bob@example.org"]


def test_the_hour_s_share_of_mails_does_not_turn_a_denial_into_news_for_today_s_recipients_alone(desk: Desk) -> None:
    watch = replace(WATCH, recipients=("ana@example.org",), instant=True, instant_per_hour=1)
    desk.follows(watch)
    desk.looks("2026-03-18T12:00")
    desk.learns("Ana", "2026-03-18T13:00", Status.RUMOURED)
    assert len(desk.looks("2026-03-19T08:00")) == 1
    desk.follows(replace(watch, recipients=("bob@example.org",)))
    desk.learns("Bea", "2026-03-20T07:50")
    assert told(desk.looks("2026-03-20T07:50")) == ["Bea rejoint Corvex"]
    desk.learns("Ana", "2026-03-20T07:55", Status.DENIED)
    assert desk.looks("2026-03-20T07:55") == [], "the hour has had its share"
    assert [str(mail["To"]) for mail in desk.looks("2026-03-20T08:00")] == ["ana@example.org", "bob@example.org"]


def test_a_denial_comes_at_once_in_the_thread_of_the_rumour(desk: Desk) -> None:
    desk.looks("2026-03-18T12:00")
    desk.learns("Ana", "2026-03-18T13:00", Status.RUMOURED)
    (rumour,) = desk.looks("2026-03-19T08:00")
    assert told([rumour]) == ["Rumeur\u00a0: Ana rejoindrait Corvex"]
    assert rumour["References"] is None
    desk.learns("Ana", "2026-03-19T14:00", Status.DENIED)
    desk.follows(replace(WATCH, statuses=(Status.RUMOURED,)))  # whoever had the rumour has the denial
    (denial,) = desk.looks("2026-03-19T14:01")
    assert told([denial]) == ["Démenti\u00a0: Ana ne rejoindrait pas Corvex"]
    assert denial["References"] == rumour["Message-ID"] == denial["In-Reply-To"]
    assert desk.looks("2026-03-20T08:00") == [], "and is not told again"


def test_a_denial_of_what_was_never_told_waits_for_the_digest(desk: Desk) -> None:
    desk.looks("2026-03-18T12:00")
    desk.learns("Ana", "2026-03-18T13:00", Status.RUMOURED)
    desk.learns("Ana", "2026-03-18T14:00", Status.DENIED)
    assert desk.looks("2026-03-18T14:01") == []
    (mail,) = desk.looks("2026-03-19T08:00")
    assert mail["References"] is None


@pytest.mark.parametrize("end", [Status.FAILED, Status.REVERSED])
def test_a_move_that_came_to_nothing_is_told_to_who_had_it_whatever_the_watch_wants(desk: Desk, end: Status) -> None:
    desk.follows(replace(WATCH, statuses=(Status.CONFIRMED,)))
    desk.looks("2026-03-18T12:00")
    desk.learns("Ana", "2026-03-18T13:00", Status.CONFIRMED)
    desk.learns("Bea", "2026-03-18T13:00", Status.RUMOURED)
    (mail,) = desk.looks("2026-03-19T08:00")
    assert "Bea" not in text_of(mail)
    desk.learns("Ana", "2026-03-19T14:00", end)
    desk.learns("Bea", "2026-03-19T14:00", end)
    assert desk.looks("2026-03-19T14:01") == []
    (mail,) = desk.looks("2026-03-20T08:00")
    assert "Ana" in str(mail["Subject"])
    assert "Bea" not in text_of(mail), "nobody was told of her"
    assert desk.looks("2026-03-21T08:00") == []


def test_a_denial_found_on_a_page_a_week_old_comes_at_once(desk: Desk) -> None:
    url = "https://fil.example/moulinet"
    rumour = Article(
        id=article_id(url),
        url=url,
        source="fil",
        outlet="Le Fil",
        title="Jeanne Moulinet rejoindrait OpenAI",
        body="Jeanne Moulinet, de Hugging Face, pourrait quitter l'entreprise pour rejoindre OpenAI.",
        first_seen=at("2026-03-18T13:00"),
    )
    denial = replace(
        rumour,
        title="Jeanne Moulinet dément rejoindre OpenAI",
        body="Jeanne Moulinet, de Hugging Face, dément quitter l'entreprise pour rejoindre OpenAI.",
    )
    desk.looks("2026-03-18T12:00")
    for article, when in ((rumour, "2026-03-18T13:00"), (denial, "2026-03-25T13:20")):
        with desk.room.database.writing() as tx:
            articles.save(tx, article)
            if article is denial:
                rechecks.record(tx, article.id, Recheck.CHANGED, at(when))
        match_pending(desk.room, lambda: at("2026-03-25T13:20"))
        join_pending(desk.room)
        if article is rumour:
            (first,) = desk.looks("2026-03-19T08:00")
            assert str(first["Subject"]).startswith("Rumeur\u00a0: Jeanne Moulinet")
            assert not any(desk.looks(f"2026-03-{day}T08:00") for day in range(20, 26))
    (mail,) = desk.looks("2026-03-25T13:21")
    assert str(mail["Subject"]).startswith("Démenti\u00a0: Jeanne Moulinet")
    assert mail["References"] == first["Message-ID"]
    assert desk.looks("2026-03-26T08:00") == []


INSTANT = replace(WATCH, instant=True, instant_per_hour=2)


def test_what_is_firm_enough_does_not_wait(desk: Desk) -> None:
    desk.follows(replace(INSTANT, instant_status=Status.REPORTED))
    desk.looks("2026-03-18T12:00")
    desk.learns("Ana", "2026-03-18T13:00", Status.RUMOURED)
    assert desk.looks("2026-03-18T13:01") == []
    desk.learns("Bea", "2026-03-18T13:02", Status.REPORTED)
    assert told(desk.looks("2026-03-18T13:03")) == ["Bea rejoint Corvex"]
    assert told(desk.looks("2026-03-19T08:00")) == ["Rumeur\u00a0: Ana rejoindrait Corvex"]


def test_more_alerts_than_an_hour_may_bring_are_gathered(desk: Desk) -> None:
    desk.follows(INSTANT)
    desk.looks("2026-03-18T12:00")
    mails = []
    for minute, name in enumerate(("Ana", "Bea", "Cleo", "Dora"), 1):
        desk.learns(name, f"2026-03-18T13:0{minute}")
        mails += desk.looks(f"2026-03-18T13:0{minute}")
    assert len(mails) == 2
    (gathered,) = desk.looks("2026-03-18T14:02")
    assert "Cleo" in text_of(gathered)
    assert "Dora" in text_of(gathered)


def test_an_outlet_that_floods_raises_no_alarm_and_comes_last(desk: Desk) -> None:
    desk.follows(INSTANT)
    desk.looks("2026-03-18T12:00")
    for number in range(25):
        desk.learns(f"Robot{number}", "2026-03-18T13:00", outlet="Usine")
    assert desk.looks("2026-03-18T13:01") == []
    desk.learns("Ana", "2026-03-18T14:00")
    (mail,) = desk.looks("2026-03-19T08:00")
    assert str(mail["Subject"]).startswith("Ana rejoint Corvex")
    assert "Usine a publié à lui seul 25 affaires" in " ".join(text_of(mail).split())


def test_quiet_hours_hold_everything_back(desk: Desk) -> None:
    desk.follows(replace(INSTANT, quiet="22:00-07:00"))
    desk.looks("2026-03-18T12:00")
    desk.learns("Ana", "2026-03-18T23:00")
    assert desk.looks("2026-03-18T23:01") == []
    assert desk.looks("2026-03-19T06:59") == []
    assert told(desk.looks("2026-03-19T07:00")) == ["Ana rejoint Corvex"]


def test_a_muted_story_stays_silent_and_one_put_off_comes_back(desk: Desk) -> None:
    desk.looks("2026-03-18T12:00")
    for name, until in (("Ana", None), ("Bea", at("2026-03-20T12:00"))):
        desk.learns(name, "2026-03-18T13:00", Status.RUMOURED)
        with desk.room.database.writing() as tx:
            readers.mute(tx, Mute(watch="ia", story=identifier(name), until=until))
    assert desk.looks("2026-03-19T08:00") == []
    assert desk.looks("2026-03-20T08:00") == []
    (mail,) = desk.looks("2026-03-21T08:00")
    assert "Bea" in text_of(mail)
    assert "Ana" not in text_of(mail)


def test_the_week_in_numbers_comes_on_its_own_schedule(desk: Desk) -> None:
    desk.follows(replace(WATCH, weekly="0 9 * * mon"))
    desk.looks("2026-03-12T12:00")
    desk.learns("Ana", "2026-03-13T10:00")
    desk.learns("Bea", "2026-03-13T11:00", Status.RUMOURED)
    desk.looks("2026-03-14T08:00")
    desk.learns("Cleo", "2026-03-16T08:30")  # Monday morning: next week's
    week, *others = [mail for mail in desk.looks("2026-03-16T09:00") if "chiffres" in str(mail["Subject"])]
    assert others == []
    assert str(week["Subject"]) == "La semaine en chiffres\u00a0: 2 nouvelles affaires (ia)"
    assert "ven. 13 mars" in text_of(week)
    assert "██ 2" in text_of(week)
    assert "Cleo" not in text_of(week)
    assert [mail for mail in desk.looks("2026-03-16T09:01") if "chiffres" in str(mail["Subject"])] == []


def test_the_week_in_numbers_counts_what_people_made_of_the_stories(desk: Desk) -> None:
    desk.follows(replace(WATCH, weekly="0 9 * * mon"))
    desk.looks("2026-03-12T12:00")
    for name in ("Ana", "Bea", "Cleo"):
        desk.learns(name, "2026-03-13T10:00")
    with desk.room.database.writing(exclusive="join") as tx:
        rejected, corrected = stories.get_all(tx, [identifier("Ana"), identifier("Bea")])
        verdicts.rule(tx, rejected, Act.REJECT, at("2026-03-13T11:00"), "zoé", cause=Cause.NOT_A_MOVE)
        verdicts.rule(
            tx, corrected, Act.CORRECT, at("2026-03-13T11:00"), "zoé", slot=Slot.DESTINATION, value="Loupiote"
        )
    (week,) = [mail for mail in desk.looks("2026-03-16T09:00") if "chiffres" in str(mail["Subject"])]
    assert str(week["Subject"]) == "La semaine en chiffres\u00a0: 2 nouvelles affaires (ia)"
    assert "Ana" not in text_of(week)
    assert "Bea rejoint Loupiote" in text_of(week)
