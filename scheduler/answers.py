"""What happens when a reader follows a link of a mail: a GET shows, a POST acts. For the page that serves `/m/TOKEN`.

The token is all the right that is needed, and all that is asked for: RFC 8058 has mail programs POST to the link of
List-Unsubscribe without cookies, pages or questions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from alerts import answer_page
from alerts.answer_page import Subject
from alerts.phrases import headline
from alerts.tokens import Action, Link, read, recipient_key
from mercato.errors import LinkError
from mercato.model import Mute, Verdict, Watch
from storage import outbox, readers
from storage import stories as dossiers
from storage.engine import Database, Transaction

_LANGUAGE = "fr"  # of people who come with a link that says nothing


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answers: status and page."""

    status: int
    html: str


def show(database: Database, watches: Sequence[Watch], token: str) -> Answer:
    """The answer to a GET: what the link would do. Changes nothing, however often it is asked for."""
    with database.reading() as tx:
        found = _subject(tx, watches, token)
    if found is None:
        return _unknown()
    return Answer(HTTPStatus.OK, answer_page.question(found[1]))


def act(database: Database, watches: Sequence[Watch], token: str, now: datetime, *, undo: bool = False) -> Answer:
    """The answer to a POST: what the link asks for is done, or taken back with `undo`. Again changes nothing more."""
    with database.writing() as tx:
        found = _subject(tx, watches, token)
        if found is None or (undo and not answer_page.can_be_undone(found[1].action)):
            return _unknown()
        link, subject = found
        if undo:
            _take_back(tx, link, subject)
            return Answer(HTTPStatus.OK, answer_page.undone(subject))
        _do(tx, link, subject, now)
        return Answer(HTTPStatus.OK, answer_page.done(subject))


def _unknown() -> Answer:
    return Answer(HTTPStatus.NOT_FOUND, answer_page.unknown(_LANGUAGE))


def _subject(tx: Transaction, watches: Sequence[Watch], token: str) -> tuple[Link, Subject] | None:
    """What a token asks for and whom it concerns; None when it is not ours or its mail or story is gone."""
    key = readers.known_link_key(tx)
    try:
        link = read(token, key) if key else None
    except LinkError:
        return None
    if link is None:
        return None
    mail = outbox.addressed(tx, link.digest)
    address = next((to for to in mail[2] if recipient_key(to) == link.recipient), None) if mail else None
    if mail is None or address is None:
        return None
    language = next((watch.language for watch in watches if watch.name == mail[0]), _LANGUAGE)
    story = next(iter(dossiers.get_all(tx, [link.story])), None) if link.story else None
    if link.action is not Action.UNSUBSCRIBE and story is None:
        return None
    told = headline(story, language) if story else ""
    return link, Subject(action=link.action, watch=mail[0], address=address, story=told, language=language)


def _do(tx: Transaction, link: Link, subject: Subject, now: datetime) -> None:
    match link.action:
        case Action.UNSUBSCRIBE:
            readers.suppress(tx, subject.watch, subject.address, now)
        case Action.MUTE:
            readers.mute(tx, Mute(watch=subject.watch, story=link.story or "", until=None))
        case Action.KEEP | Action.REJECT:
            verdict = Verdict.KEEP if link.action is Action.KEEP else Verdict.REJECT
            readers.judge(tx, subject.watch, subject.address, link.story or "", verdict, now)


def _take_back(tx: Transaction, link: Link, subject: Subject) -> None:
    if link.action is Action.UNSUBSCRIBE:
        readers.restore(tx, subject.watch, subject.address)
    else:
        readers.unmute(tx, subject.watch, link.story or "")
