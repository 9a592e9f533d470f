"""The page behind a link of a mail: it shows what the link would do, and says what was done. Pure.

A GET only ever shows: mail scanners and previews follow every link. What acts is the form's POST.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from alerts.phrases import NAME_LIMIT
from alerts.render import environment
from alerts.tokens import Action
from alerts.typography import one_line
from mercato.i18n import catalogue, mark


@dataclass(frozen=True, slots=True)
class _Words:
    question: str
    button: str
    done: str
    undo: str = ""  # the button that takes it back; "": it can be changed by another link


_WORDS: Mapping[Action, _Words] = {
    Action.UNSUBSCRIBE: _Words(
        mark("Stop the mails of the watch “{watch}” to {address}?"),
        mark("Stop these mails"),
        mark("{address} gets no more mails of the watch “{watch}”."),
        mark("Receive them again"),
    ),
    Action.KEEP: _Words(
        mark("Say that this story is relevant: “{story}”?"),
        mark("Relevant"),
        mark("Thank you: “{story}” is noted as relevant."),
    ),
    Action.REJECT: _Words(
        mark("Say that this story is beside the point: “{story}”?"),
        mark("Beside the point"),
        mark("Thank you: “{story}” is noted as beside the point."),
    ),
    Action.MUTE: _Words(
        mark("Hear no more of this story: “{story}”?"),
        mark("No more of this story"),
        mark("The watch “{watch}” tells you no more of “{story}”."),
        mark("Hear of it again"),
    ),
}
_UNDONE: Mapping[Action, str] = {
    Action.UNSUBSCRIBE: mark("{address} gets the mails of the watch “{watch}” again."),
    Action.MUTE: mark("The watch “{watch}” tells you of “{story}” again."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a link is about, in words for its reader."""

    action: Action
    watch: str
    address: str
    story: str = ""
    language: str = "fr"


def can_be_undone(action: Action) -> bool:
    """Whether what the action did can be taken back by the same link."""
    return action in _UNDONE


def question(subject: Subject) -> str:
    """The page that a GET shows: what would be done, and the button that does it."""
    words = _WORDS[subject.action]
    return _page(subject, words.question, button=words.button)


def done(subject: Subject) -> str:
    """The page after a POST, with the button that takes it back where there is one."""
    words = _WORDS[subject.action]
    return _page(subject, words.done, button=words.undo, undo=bool(words.undo))


def undone(subject: Subject) -> str:
    """The page after a POST that took something back."""
    return _page(subject, _UNDONE[subject.action])


def unknown(language: str) -> str:
    """The page for a link that is none of ours, or leads to a mail that is not kept any more."""
    text = catalogue(language).gettext("This link is incomplete or no longer valid: copy it whole from the mail.")
    return environment(language).get_template("answer.html").render(text=text, button="", undo=False, language=language)


def _page(subject: Subject, message: str, *, button: str = "", undo: bool = False) -> str:
    messages = catalogue(subject.language)
    text = messages.gettext(message).format(
        watch=one_line(subject.watch, NAME_LIMIT),
        address=one_line(subject.address, 254),
        story=one_line(subject.story, 200),
    )
    label = messages.gettext(button) if button else ""
    template = environment(subject.language).get_template("answer.html")
    return template.render(text=text, button=label, undo=undo, language=subject.language)
