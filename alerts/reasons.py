"""«Pourquoi ce signalement»: the decisive words of the articles, with what they were taken for.

Words of the press are quoted sparingly: at most `QUOTED` characters per story, always with the outlet's name, well
within the very short extracts that directive (EU) 2019/790, art. 15, leaves free.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from alerts.typography import one_line
from mercato.i18n import catalogue, mark
from mercato.model import Evidence, Reason, Status, Story, Telling
from mercato.text import fold

QUOTED = 200
_WORDS = 80
_NEARBY = frozenset({"mover", "origin", "destination"})
_MARKS = " ,;:.–—()"  # cut off with words, and no part of them
_HOW_SURE = "status-"
_DOUBTFUL = frozenset({Status.RUMOURED, Status.DENIED, Status.FAILED})
_MOST = 4

# By the evidence's name, or its first part: «arrive.rejoindre» is a word of the family «arrive».
_REASONS: Mapping[str, str] = {
    "arrive": mark("arrival"),
    "leave": mark("departure"),
    "poach": mark("poaching"),
    "appoint": mark("appointment"),
    "head": mark("takes the lead"),
    "return": mark("return"),
    "found": mark("company founding"),
    "fire": mark("dismissal"),
    "interim": mark("interim post"),
    "board": mark("board seat"),
    "offer": mark("offer"),
    "retain": mark("retention effort"),
    "refuse": mark("refusal"),
    "stay": mark("stays"),
    "succeed": mark("succession"),
    "frame-strong": mark("plain wording"),
    "in-title": mark("in the title"),
    "in-lead": mark("in the first sentences"),
    "in-digest": mark("in a list of moves"),
    "person-named": mark("person named"),
    "group-counted": mark("group counted"),
    "origin-and-destination": mark("both firms named"),
    "known-organisation": mark("known organisation"),
    "role-given": mark("role given"),
    "tech-role": mark("tech role"),
    "tech-context": mark("about tech"),
    "told-twice": mark("told more than once"),
    "several-moves": mark("several moves of the same firms"),
    "attributed": mark("source cited"),
    "mover": mark("words around who moves"),
    "origin": mark("words about the firm left"),
    "destination": mark("words about the firm joined"),
    "status-confirmed": mark("told as a fact"),
    "status-reported": mark("told on somebody's word"),
    "status-rumoured": mark("told as a rumour"),
    "status-denied": mark("told as denied"),
    "status-failed": mark("told as failed"),
}

# Told where the whole reckoning is shown, not in mails: what speaks against a move, and the finer points of grammar.
_FINER: Mapping[str, str] = {
    "frame-medium": mark("wording that needs its context"),
    "frame-weak": mark("weak wording"),
    "person-by-shape": mark("person, by the form of the name"),
    "group-vague": mark("people without a number"),
    "no-side-told": mark("no firm told"),
    "unknown-organisation": mark("unknown organisation"),
    "network-as-employer": mark("a social network stands where the employer should"),
    "one-breath": mark("person and firm in one sentence"),
    "mover-pointed-to": mark("person only pointed to (“he”, “the boss”)"),
    "mover-in-title": mark("person in the title"),
    "mover-recurs": mark("person named repeatedly"),
    "side-in-title": mark("firm in the title"),
    "departure-only": mark("departure without a next step"),
    "no-tech-context": mark("no word of the tech industry"),
    "outside-context": mark("words of another field"),
    "outside-prevails": mark("mostly about another field"),
    "rumoured": mark("told as a rumour"),
    "question": mark("asked as a question"),
    "finite-verb": mark("conjugated verb"),
    "bare-verb": mark("infinitive or participle alone"),
    "noun-only": mark("nouns only"),
    "passive": mark("passive voice"),
    "fixed-wording": mark("fixed expression"),
    "past-in-the-past": mark("told as long past"),
}

_REFUSALS: Mapping[Reason, str] = {
    Reason.EMPTY: mark("no text"),
    Reason.NO_TRIGGER: mark("no word of a move"),
    Reason.NO_MOVER: mark("nobody who moves"),
    Reason.NO_ORGANISATION: mark("no organisation"),
    Reason.NO_FRAME: mark("the words do not join up to a move"),
    Reason.OUT_OF_SCOPE: mark("outside the tech industry"),
    Reason.BACKGROUND_ONLY: mark("an old move, recalled"),
    Reason.NOT_THE_NEWS: mark("a move, but not the news"),
    Reason.TOO_WEAK: mark("too little evidence"),
    Reason.WITHHELD: mark("somebody who asked not to be named"),
    Reason.FAILED: mark("the matcher broke off on it"),
}


@dataclass(frozen=True, slots=True)
class Quote:
    """Decisive words and what speaks for them, the weightiest first; rules without a name for people are left out."""

    words: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why a story was flagged: words of one article, with its outlet."""

    outlet: str
    quotes: tuple[Quote, ...]


def grounds(story: Story, language: str, *, quoting: bool = True) -> Grounds | None:
    """The decisive words of the telling that shows most; None when no telling holds evidence.

    Without `quoting` no word of the press is repeated: only what its words were taken for.
    """
    candidates = ((telling, _quotes(_evidence(telling), language)) for telling in story.tellings)
    best = max(candidates, key=lambda candidate: len(candidate[1]), default=None)
    if best is None or not best[1]:
        return None
    quotes = best[1] if quoting else tuple(Quote("", quote.reasons) for quote in best[1] if quote.reasons)
    return Grounds(outlet=one_line(best[0].outlet, _WORDS), quotes=quotes) if quotes else None


def quote_label(quote: Quote, language: str) -> str:
    """Decisive words in the language's quotation marks, with what they stand for."""
    messages = catalogue(language)
    if not quote.words:
        return ", ".join(quote.reasons)
    words = messages.gettext("“{words}”").format(words=quote.words)
    if not quote.reasons:
        return words
    return messages.gettext("{words} ({reason})").format(words=words, reason=", ".join(quote.reasons))


def grounds_label(found: Grounds, language: str) -> str:
    """«« quitte » (départ), dans Agence Méridien»."""
    words = ", ".join(quote_label(quote, language) for quote in found.quotes)
    return catalogue(language).gettext("{words}, in {outlet}").format(words=words, outlet=found.outlet)


def reason_label(why: str, language: str) -> str:
    """What an evidence's name means, for people; "" when it has no such meaning."""
    known = _REASONS.get(why) or _REASONS.get(why.partition(".")[0])
    return catalogue(language).gettext(known) if known else ""


def evidence_label(why: str, language: str) -> str:
    """What an evidence's name means where everything is shown: as `reason_label`, and the finer points too."""
    known = reason_label(why.removeprefix("family-"), language)
    return known or (catalogue(language).gettext(_FINER[why]) if why in _FINER else why)


def refusal_label(reason: Reason, language: str) -> str:
    """Why an article was not flagged, for people."""
    return catalogue(language).gettext(_REFUSALS[reason])


def _evidence(telling: Telling) -> list[Evidence]:
    """What speaks for the telling's moves, for people: the words of the lexicon («arrive.rejoindre») first.

    Words are weighed by all that was made of them. Words that merely stand near («mover», «destination»…) or tell how
    surely it is said help the reckoning and explain little: they are shown where nothing else is, and the weightiest
    of those that make the news less than certain beside the others.
    """
    found = [(evidence, move.status) for move in telling.moves for evidence in move.evidence if evidence.points >= 0]
    weights: dict[str, float] = {}
    for item, _ in found:
        weights[item.text] = weights.get(item.text, 0.0) + item.points
    named = [item for item, _ in found if item.why not in _NEARBY and not item.why.startswith(_HOW_SURE)]
    doubts = [item for item, status in found if status in _DOUBTFUL and item.why == f"{_HOW_SURE}{status.value}"]
    doubt = sorted(doubts, key=lambda item: (-item.points, item.start))[:1]
    chosen = [*named, *doubt] if named else [item for item, _ in found]
    return sorted(chosen, key=lambda item: ("." not in item.why, -weights[item.text], item.start, item.end))


def _quotes(evidence: Iterable[Evidence], language: str) -> tuple[Quote, ...]:
    """Each words once, with all that they were taken for, as far as the room for quotations goes."""
    reasons: dict[str, dict[str, None]] = {}
    spelling: dict[str, str] = {}
    for item in evidence:
        words = one_line(item.text, _WORDS).strip(_MARKS)
        key = fold(words)
        room = QUOTED - sum(map(len, spelling.values()))
        if key not in reasons and words and len(words) <= room and len(reasons) < _MOST:
            reasons[key], spelling[key] = {}, words
        label = reason_label(item.why, language)
        if key in reasons and label and fold(label) != key:
            reasons[key][label] = None
    return tuple(Quote(spelling[key], tuple(labels)[:_MOST]) for key, labels in reasons.items())
