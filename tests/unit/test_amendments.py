"""What an outlet takes back is a correction; what it adds, or says in other words, is none."""

from __future__ import annotations

import pytest
from digest_samples import NOW

from alerts.stories.amendments import amendments, as_event, corrections
from mercato.model import Amount, Group, Kind, Move, Novelty, Status


def move(**changes: object) -> Move:
    values: dict[str, object] = {
        "person": "Jeanne Moulinet",
        "origin": "Hugging Face",
        "destination": "OpenAI",
        "role": "directrice scientifique",
        "status": Status.CONFIRMED,
        "kind": Kind.HIRE,
    }
    return Move(**(values | changes))  # type: ignore[arg-type]


EUROS = Amount(min=1_000_000, max=1_000_000, currency="EUR")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {}, []),
        ({}, {"destination": "Anthropic"}, [("destination", "OpenAI", "Anthropic")]),
        ({}, {"destination": None}, [("destination", "OpenAI", "")]),
        ({"destination": None}, {}, []),
        ({"destination": "Meta"}, {"destination": "Meta AI"}, []),
        ({}, {"origin": "Mistral AI"}, [("origin", "Hugging Face", "Mistral AI")]),
        ({}, {"role": "stagiaire"}, [("role", "directrice scientifique", "stagiaire")]),
        ({}, {"person": "J. Moulinet"}, []),
        ({}, {"person": "Claire Verdon"}, [("who", "Jeanne Moulinet", "Claire Verdon")]),
        ({}, {"status": Status.RUMOURED}, [("status", "confirmed", "rumoured")]),
        ({"status": Status.RUMOURED}, {}, []),
        ({}, {"status": Status.DENIED}, []),
        ({"amount": EUROS}, {}, [("amount", "1000000..1000000 EUR total", "")]),
        ({}, {"amount": EUROS}, []),
    ],
)
def test_slots_are_compared(
    before: dict[str, object], after: dict[str, object], expected: list[tuple[str, ...]]
) -> None:
    found = amendments([move(**before)], [move(**after)])
    assert [(each.name, each.before, each.after) for each in found] == expected


def test_a_move_that_is_told_no_more_is_retracted() -> None:
    other = move(person="Claire Verdon")
    assert [each.name for each in amendments([move(), other], [other])] == ["retracted"]
    assert [each.name for each in amendments([move()], [])] == ["retracted"]
    assert amendments([move(background=True)], []) == []
    assert amendments([move(person=None, group=Group(label="trois chercheurs"))], [move(person=None, group=None)]) == []


def test_each_story_gets_the_corrections_of_its_own_movers() -> None:
    other = move(person="Claire Verdon", destination="Meta")
    told = [("a", (move(),)), ("b", (other,))]
    found = corrections(told, [move(), move(person="Claire Verdon", destination="Google")])
    assert [(story, each.before, each.after) for story, each in found] == [("b", "Meta", "Google")]


def test_the_event_names_slot_and_values_and_is_the_same_each_time() -> None:
    (amendment,) = amendments([move()], [move(destination="Anthropic")])
    event = as_event("a" * 16, "b" * 16, NOW, amendment)
    assert event == as_event("a" * 16, "b" * 16, NOW, amendment)
    assert (event.novelty, event.before, event.after) == (
        Novelty.CORRECTED,
        "destination=OpenAI",
        "destination=Anthropic",
    )
    assert not event.alerting
