"""The line that tells a story's post, and whose it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from digest_samples import a_story, a_telling

from alerts.posts import post_label
from mercato.model import Kind, Move, Status, Story, Telling


def telling(*movers: tuple[str, str | None]) -> Telling:
    moves = tuple(
        Move(person=name, role=role, status=Status.CONFIRMED, kind=Kind.HIRE, destination="Swan")
        for name, role in movers
    )
    return replace(a_telling("a1", "Le Fil", "Swan recrute"), moves=moves)


@pytest.mark.parametrize(
    ("story", "label"),
    [
        (a_story("A. Roy", role="directrice technique"), "Directrice technique"),
        (a_story("A. Roy", role="PDG"), "PDG"),
        (a_story("A. Roy"), ""),
        (a_story("A. Roy", role="tête"), ""),
        (a_story("A. Roy", role="Commandes de la filiale"), ""),
        (
            a_story("A. Roy", "B. Sow", role="CTO", tellings=(telling(("A. Roy", None), ("B. Sow", "CTO")),)),
            "CTO (B. Sow)",
        ),
        (
            a_story(
                "A. Roy", "B. Sow", role="associés", tellings=(telling(("A. Roy", "associés"), ("B. Sow", "Associés")),)
            ),
            "Associés",
        ),
        (a_story("A. Roy", "B. Sow", role="chosen by hand", tellings=(telling(("A. Roy", "CTO")),)), "Chosen by hand"),
    ],
)
def test_the_post_is_told_with_whose_it_is(story: Story, label: str) -> None:
    assert post_label(story, "fr") == label
