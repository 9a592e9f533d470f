"""Why an article was flagged or not, in words: `mercato explain` and `mercato lexicon test`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import typer

from alerts.matching import Explanation
from alerts.matching.explanation import FrameSeen, FramesTried, MoveSeen, NamedAs
from alerts.phrases import status_label
from alerts.reasons import evidence_label, reason_label, refusal_label
from mercato.i18n import catalogue, decimal, mark
from mercato.model import Evidence, Match, Reason, Status

_ZONES: Mapping[str, str] = {
    "title": mark("title"),
    "lead": mark("lead"),
    "body": mark("body"),
    "item": mark("item"),
}
_TYPES: Mapping[str, str] = {
    "person": mark("person"),
    "organisation": mark("organisation"),
    "medium": mark("medium"),
    "place": mark("place"),
    "product": mark("product"),
    "unknown": mark("undecided"),
}
_VOTES = (
    mark("gazetteer"),
    mark("last word alone elsewhere"),
    mark("known first name or surname"),
    mark("one word, nobody's name"),
    mark("written as titles are"),
    mark("announced, or an institution"),
    mark("last word of newspapers"),
    mark("two words or more"),
    mark("first name"),
    mark("a sign or number in it"),
    mark("ends with a common word"),
    mark("suffix of firms"),
    mark("spelling of brands"),
    mark("acronym first"),
    mark("form of address"),
    mark("after « chez »"),
    mark("after « ex- »"),
    mark("behind an article"),
    mark("on whose word"),
    mark("announced by its kind"),
    mark("behind a post"),
    mark("behind a calling"),
    mark("kinship"),
    mark("followed by a post"),
    mark("speaks"),
    mark("after « selon »"),
    mark("followed by an age"),
    mark("is somebody"),
    mark("joined or left"),
    mark("has people or premises"),
    mark("acts as employers do"),
    mark("followed by its kind"),
    mark("begins as institutions do"),
    mark("behind what somebody has or is done to"),
)
"""What the matcher calls its votes: listed so that they are translated; one that is missing is shown in English."""
_CLUTTER = (
    mark("header"),
    mark("below"),
    mark("reader's comment"),
    mark("page furniture"),
    mark("question of an interview or FAQ"),
    mark("menu"),
)


def explanation_lines(explanation: Explanation, language: str) -> Iterator[str]:
    """The explanation in lines for a terminal, with ANSI colours; `typer.echo` takes these out for a pipe."""
    say = catalogue(language).gettext
    yield _verdict(explanation, language)
    for heading, rows in (
        (say("Sentences that count"), [_sentence(*row, language) for row in enumerate(explanation.sentences)]),
        (say("Set aside: they belong to the page"), [_aside(*row, language) for row in explanation.clutter]),
        (say("Names and votes"), [_name(name, language) for name in explanation.names]),
        (say("Frames filled"), [_frame(frame, language) for frame in explanation.frames]),
        (say("Frames tried in vain"), [_tried(tried) for tried in explanation.tried]),
    ):
        if rows:
            yield from ("", typer.style(heading, bold=True), *(f"  {row}" for row in rows))
    for move in explanation.moves:
        yield from ("", *_move(move, language))


def _verdict(explanation: Explanation, language: str) -> str:
    """What was decided, and what decided it."""
    say, judgement = catalogue(language).gettext, explanation.judgement
    score, needed = (decimal(f"{number:g}", language) for number in (judgement.score, explanation.threshold))
    if isinstance(judgement, Match):
        text = say("Flagged: the best move has {score} points; {needed} are needed.")
        return typer.style(text.format(score=score, needed=needed), fg="green", bold=True)
    why = refusal_label(judgement.reason, language)
    if judgement.reason is Reason.TOO_WEAK:
        text = say("Not flagged ({why}): the best move has {score} points; {needed} are needed.")
    elif explanation.stopped:
        text = say("Not flagged ({why}): stopped at the gate, which looks at title and beginning only.")
    else:
        text = say("Not flagged: {why}.")
    return typer.style(text.format(why=why, score=score, needed=needed), fg="red", bold=True)


def _sentence(number: int, sentence: tuple[str, str], language: str) -> str:
    zone, text = sentence
    return f"{number:>2} {typer.style(catalogue(language).gettext(_ZONES[zone]), dim=True)}  {' '.join(text.split())}"


def _aside(why: str, text: str, language: str) -> str:
    kind, _, rest = why.partition(" “")
    said = catalogue(language).gettext(kind)
    return typer.style(f"{' '.join(text.split())[:100]}  ({said}{f' “{rest}' if rest else ''})", dim=True)


def _name(name: NamedAs, language: str) -> str:
    """« Ruoming Pang: person (first name +3, …) »."""
    say = catalogue(language).gettext
    votes = ", ".join(_vote(name, why, weight, language) for why, weight in name.votes)
    line = say("{name}: {kind} ({votes})")
    kind = typer.style(say(_TYPES[name.type]), bold=True)
    return line.format(name=name.name, kind=kind, votes=votes or say("no vote"))


def _vote(name: NamedAs, why: str, weight: float, language: str) -> str:
    """« first name +3 »; a vote for another type than the one that won says which."""
    say = catalogue(language).gettext
    kind, _, reason = why.partition(": ")
    said = f"{say(reason)} {decimal(f'{weight:+g}', language)}"
    return said if kind == name.type else f"{say(_TYPES[kind])}, {said}"


def _frame(frame: FrameSeen, language: str) -> str:
    """One filled frame: on which words, with whom."""
    post = f", {frame.role}" if frame.role else ""
    words = catalogue(language).gettext("“{word}”").format(word=frame.words)
    told = f"{', '.join(frame.movers)}  {_route(frame.origin, frame.destination)}{post}"
    return f"{frame.sentence:>2} {words} {typer.style(_trigger(frame.frame, language), dim=True)}  {told}"


def _trigger(frame: str, language: str) -> str:
    """« (departure, leave.quitter) »."""
    label = reason_label(frame, language)
    return f"({label}, {frame})" if label else f"({frame})"


def _tried(tried: FramesTried) -> str:
    return typer.style(f"{tried.sentence:>2} {tried.words}  ({', '.join(tried.frames)})", dim=True)


def _route(origin: str | None, destination: str | None) -> str:
    return f"{origin or '·'} → {destination or '·'}"


def _move(move: MoveSeen, language: str) -> Iterator[str]:
    """A move with its reckoning, the weightiest evidence first."""
    say = catalogue(language).gettext
    status = status_label(Status(move.status), language)
    head = say("{who}  {route} ({status}): {points} points").format(
        who=move.who,
        route=_route(move.origin, move.destination),
        status=status,
        points=decimal(f"{move.score:g}", language),
    )
    yield typer.style(head, bold=True)
    if move.plain is not None:
        plain = say("  the grammar's reading: {points} points of plainness").format(
            points=decimal(f"{move.plain:g}", language)
        )
        yield typer.style(plain, dim=True)
    if move.barred:
        text = say("  not told, whatever its points: {why}").format(why=refusal_label(Reason(move.barred), language))
        yield typer.style(text, fg="red")
    for item in sorted(move.evidence, key=lambda item: -item.points):
        yield _evidence(item, language)
    for note in move.notes:
        yield typer.style(f"         {note}", dim=True)


def _evidence(item: Evidence, language: str) -> str:
    words = catalogue(language).gettext("“{word}”").format(word=item.text)
    colour = "green" if item.points > 0 else "red" if item.points < 0 else None
    label = evidence_label(item.why, language)
    points = typer.style(decimal(f"{item.points:+6.2f}", language), fg=colour)
    return f"  {points}  {label}  {typer.style(words, dim=True)}"
