"""An outlet corrects itself: its page is looked at again, and who got the first version gets an erratum, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import local_site
import pytest
from local_site import Answer, Site, rss

from mercato.model import CycleCode, Recheck, Watch, article_id
from scheduler.cycle import run_cycle
from scheduler.jobs import Newsroom, crawl, open_newsroom
from scheduler.mailing import send_owed
from storage import articles, rechecks, versions
from storage import stories as dossiers
from storage.tables import rechecks as lines

pytestmark = pytest.mark.slow

HOUR = timedelta(hours=1)
FILLER = (
    "<p>Le secteur de l'intelligence artificielle recrute beaucoup depuis deux ans, et les salaires montent.</p>" * 4
)
FIRST = (
    "Jeanne Moulinet, directrice scientifique de Hugging Face, quitte l'entreprise et rejoint OpenAI, a-t-elle annoncé."
)
PATH = "/moulinet"


def page(title: str, text: str, **headers: str) -> Answer:
    body = f"<article><h1>{title}</h1><p>{text}</p>{FILLER}</article>"
    return Answer(f'<html lang="fr"><title>{title}</title><body>{body}</body></html>', headers=headers)


@pytest.fixture
def site() -> Iterator[Site]:
    with local_site.serve() as running:
        running.routes[PATH] = page("Jeanne Moulinet rejoint OpenAI", FIRST, ETag='"un"')
        running.routes["/feed"] = rss([(f"{running.url}{PATH}", "Jeanne Moulinet rejoint OpenAI")], ETag='"f"')
        yield running


class Clock:
    """The time of mails; the crawl's child has the machine's."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture
def room(tmp_path: Path, site: Site) -> Iterator[Newsroom]:
    settings = local_site.settings_for(tmp_path, {"phare": f"{site.url}/feed"})
    watch = Watch(name="ia", recipients=("ana@example.org",), timezone="UTC", schedule="0 0 1 1 *")
    with open_newsroom(settings.model_copy(update={"watches": (watch,)})) as opened:
        yield opened


def told(room: Newsroom) -> None:
    """The watch begins, the page is crawled, the mail goes out."""
    early = Clock()
    early.ahead = -timedelta(days=1)
    send_owed(room, early, room.settings.watches)
    assert crawl(room, Clock()).stories_new == 1
    (mail,) = send_owed(room, Clock(), room.settings.watches, since=datetime(2020, 1, 1, tzinfo=UTC))
    assert mail.stories == 1


def make_due(room: Newsroom) -> None:
    """Let the hour pass for the page that waits to be looked at again."""
    with room.database.writing() as tx:
        tx.execute(lines.update().values(due=datetime.now(UTC) - HOUR))


def look(room: Newsroom, site: Site) -> list[str]:
    """Crawl once more; returns the paths that were asked for besides the feed."""
    make_due(room)
    site.asked.clear()
    crawl(room, Clock(), due_only=True)
    return [path for path in site.paths() if path != "/feed"]


def outcome(room: Newsroom) -> str:
    with room.database.reading() as tx:
        return str(tx.execute(lines.select()).one().outcome)


def mails(room: Newsroom) -> list[tuple[str, str]]:
    """Subject and text of every mail that was written, the oldest first."""
    found = [message_from_bytes(p.read_bytes(), policy=policy.default) for p in room.settings.outbox.glob("*.eml")]
    found.sort(key=lambda mail: mail["Date"].datetime)
    return [(str(mail["Subject"]), mail.get_body(("plain",)).get_content()) for mail in found]


def test_a_corrected_destination_reaches_those_who_had_the_first_version_once(room: Newsroom, site: Site) -> None:
    told(room)
    assert look(room, site) == [PATH]
    assert site.asked[-1][1].get("If-None-Match") == '"un"'
    assert outcome(room) == Recheck.SAME
    assert send_owed(room, Clock(), room.settings.watches)[0].message_id is None

    site.routes[PATH] = page("Jeanne Moulinet rejoint Anthropic", FIRST.replace("OpenAI", "Anthropic"), ETag='"deux"')
    assert look(room, site) == [PATH]
    assert outcome(room) == Recheck.COMPARED
    clock = Clock()
    clock.ahead = 2 * HOUR
    before = len(mails(room))
    (erratum,) = send_owed(room, clock, room.settings.watches)
    assert erratum.edition == "correction"
    assert len(mails(room)) == before + 1
    subject, text = mails(room)[-1]
    assert "Anthropic" in subject
    assert "OpenAI → Anthropic" in text
    clock.ahead = 4 * HOUR
    assert send_owed(room, clock, room.settings.watches)[0].message_id is None
    with room.database.reading() as tx:
        (story,) = dossiers.latest(tx, 5)
        (change,) = [change for change in rechecks.history(tx, story.id) if change.slot == "destination"]
    assert (story.destination, change.before, change.after) == ("Anthropic", "OpenAI", "Anthropic")


def test_a_story_that_its_outlet_takes_back_is_taken_back(room: Newsroom, site: Site) -> None:
    told(room)
    site.routes[PATH] = page(
        "Intelligence artificielle : un marché tendu", "Le marché de l'emploi reste tendu cet hiver."
    )
    look(room, site)
    clock = Clock()
    clock.ahead = 2 * HOUR
    (erratum,) = send_owed(room, clock, room.settings.watches)
    assert erratum.edition == "correction"
    subject, text = mails(room)[-1]
    assert subject.startswith("Retiré par")
    assert "Jeanne Moulinet" in text


CORRECTED = page("Jeanne Moulinet rejoint Anthropic", FIRST.replace("OpenAI", "Anthropic"))


def test_a_page_that_leads_elsewhere_takes_nothing_back(room: Newsroom, site: Site) -> None:
    told(room)
    site.routes["/"] = page("Le Phare, la tech au jour le jour", "Toute l'actualité du numérique, chaque matin.")
    site.routes["/autre"] = page("Intelligence artificielle : un marché tendu", "Le marché de l'emploi reste tendu.")
    for target in ("/", "/autre"):
        site.routes[PATH] = local_site.redirect(target, 301)
        assert look(room, site) == [PATH, target]
        assert outcome(room) == Recheck.UNREADABLE, target
    site.routes[PATH] = local_site.redirect("/moulinet-anthropic", 301)
    site.routes["/moulinet-anthropic"] = CORRECTED
    look(room, site)
    assert outcome(room) == Recheck.COMPARED, "the headline was corrected, and the address with it"


@pytest.mark.parametrize("place", ["header", "meta"])
def test_a_page_whose_rights_are_reserved_by_now_is_not_read_again(room: Newsroom, site: Site, place: str) -> None:
    told(room)
    if place == "header":
        site.routes[PATH] = Answer(CORRECTED.body, headers={"tdm-reservation": "1"})
    else:
        head = '<head><meta name="tdm-reservation" content="1">'
        site.routes[PATH] = Answer(str(CORRECTED.body).replace("<title>", f"{head}<title>", 1))
    look(room, site)
    assert outcome(room) == Recheck.UNREADABLE
    with room.database.reading() as tx:
        (article,) = articles.latest(tx, 5)
    assert "OpenAI" in article.body


def test_a_look_whose_page_cannot_be_kept_is_made_again(room: Newsroom, site: Site) -> None:
    told(room)
    site.routes[PATH] = CORRECTED
    folder = room.settings.archive
    assert folder is not None
    aside = folder.rename(folder.with_name("aside"))
    folder.write_text("no folder any more")
    make_due(room)
    assert crawl(room, Clock(), due_only=True).report.code is CycleCode.FAILED
    with room.database.reading() as tx:
        assert [article.title for article in rechecks.due(tx, datetime.now(UTC), 5)] == [
            "Jeanne Moulinet rejoint OpenAI"
        ]
    folder.unlink()
    aside.rename(folder)
    crawl(room, Clock(), due_only=True)
    with room.database.reading() as tx:
        (story,) = dossiers.latest(tx, 5)
        (before,) = versions.of_article(tx, article_id(f"{site.url}{PATH}"))
    assert (outcome(room), story.destination) == (Recheck.COMPARED, "Anthropic")
    assert before.until > story.opened, "until the look that found another text"


def test_a_cycle_for_some_outlets_looks_again_at_their_pages(room: Newsroom, site: Site) -> None:
    told(room)
    site.routes["/ailleurs"] = rss([])
    other = local_site.settings_for(
        room.settings.folder, {"ailleurs": f"{site.url}/ailleurs", "phare": f"{site.url}/feed"}
    )
    for sources, asked in ((("ailleurs",), False), (("phare",), True)):
        make_due(room)
        site.asked.clear()
        run_cycle(other, sources=sources, due_only=True)  # as machines that share an archive do
        assert (PATH in site.paths()) is asked


def test_a_page_that_vanishes_is_marked_until_it_is_back(room: Newsroom, site: Site) -> None:
    told(room)
    identifier = article_id(f"{site.url}{PATH}")
    there = site.routes.pop(PATH)
    look(room, site)
    with room.database.reading() as tx:
        gone = rechecks.gone(tx, [identifier])
        assert len(dossiers.latest(tx, 5)) == 1
    assert set(gone) == {identifier}
    site.routes[PATH] = there
    look(room, site)
    with room.database.reading() as tx:
        assert rechecks.gone(tx, [identifier]) == {}
