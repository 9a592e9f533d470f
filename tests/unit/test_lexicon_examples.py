"""Every frame of the lexicon catches its example, with the slots marked in it, and leaves its counter-example alone."""

from __future__ import annotations

import re

import pytest

from alerts.lexicon import Frame, load_lexicon
from alerts.matching.article import Article
from alerts.matching.events import Event, Mover
from alerts.matching.reading import read

LEXICON = load_lexicon()
MARK = re.compile(r"\{([modp]):([^}]*)\}")


def events(sentence: str, frame: Frame) -> list[Event]:
    article = Article(read(sentence, "", LEXICON), LEXICON)
    return [event for event in article.events if event.frame is frame]


def name(mover: Mover) -> str:
    if mover.entity:
        return mover.entity.name
    if mover.people:
        return mover.people.label
    return mover.role.text if mover.role else mover.pronoun


def slots(event: Event) -> dict[str, list[str]]:
    return {
        "m": [name(mover) for mover in event.movers],
        "o": [event.origin.name] if event.origin else [],
        "d": [event.destination.name] if event.destination else [],
        "p": [name(mover) for mover in event.predecessors],
    }


def agrees(wanted: str, found: list[str]) -> bool:
    return any(wanted == one or one in wanted or wanted in one for one in found)


@pytest.mark.parametrize("frame", LEXICON.frames, ids=lambda frame: frame.id)
def test_example_is_caught(frame: Frame) -> None:
    sentence = MARK.sub(lambda match: match[2], frame.example)
    wanted = MARK.findall(frame.example)
    found = [slots(event) for event in events(sentence, frame)]
    # Origins beside the trigger (« venue de A ») are found by the affiliations, not by the frame.
    needed = [(key, text) for key, text in wanted if key != "o" or frame.family in {"leave", "fire"}]
    assert any(all(agrees(text, slot[key]) for key, text in needed) for slot in found), (sentence, found)


@pytest.mark.parametrize("frame", LEXICON.frames, ids=lambda frame: frame.id)
def test_counter_example_is_left_alone(frame: Frame) -> None:
    sentence = MARK.sub(lambda match: match[2], frame.counter)
    found = [mover for event in events(sentence, frame) for mover in event.movers]
    assert not [mover for mover in found if mover.entity or mover.people], sentence
