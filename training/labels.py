"""When two answers agree: the comparisons by which labels are matched with what the matcher says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mercato.text import fold

PARENTS = {"deepmind": "google", "google deepmind": "google", "google brain": "google", "free": "iliad"}
PARENTS |= {"free mobile": "iliad", "twitter": "x", "facebook": "meta", "alphabet": "google"}
FILLERS = frozenset(
    [
        "de",
        "du",
        "des",
        "la",
        "le",
        "les",
        "l",
        "d",
        "et",
        "a",
        "au",
        "aux",
        "en",
        "the",
        "of",
        "groupe",
        "societe",
        "sa",
        "sas",
        "inc",
    ]
)

Row = Mapping[str, Any]
"""A labelled article or move, as a line of the corpus holds it."""


def words(text: str | None) -> list[str]:
    """The folded words of a name or post."""
    kept = "".join(c if c.isalnum() or c in "&.+" else " " for c in fold(text or ""))
    return [word.strip(".") for word in kept.split() if word.strip(".")]


def same_organisation(label: str | None, said: str | None) -> bool:
    """Whether two names are of one organisation; units count as their parents."""
    if not label or not said:
        return not label and not said
    first, second = (PARENTS.get(" ".join(words(name)), " ".join(words(name))) for name in (label, said))
    one, other = set(first.split()) - FILLERS, set(second.split()) - FILLERS
    return first == second or bool(one and other and (one <= other or other <= one))


def same_person(names: Iterable[str], said: str) -> bool:
    """Whether the name is one of the labelled forms: same words in any order, or same initial and surname."""
    other = words(said)
    for name in names:
        one = words(name)
        initials = len(one) > 1 and len(other) > 1 and one[-1] == other[-1] and one[0][0] == other[0][0]
        if one and other and (sorted(one) == sorted(other) or initials or (len(one) == 1 and one[0] in other)):
            return True
    return False


def same_role(label: str | None, said: str | None) -> bool:
    """Whether two posts share a content word; a post given where the label has none is not punished."""
    stems = [{word[:6] for word in words(role) if word not in FILLERS} for role in (label, said)]
    return not label or bool(stems[0] & stems[1])


def same_amount(label: Row | None, said: Row | None) -> bool:
    """Whether bounds and currency agree."""
    if not label or not said:
        return not label and not said
    return all((label.get(key) or None) == (said.get(key) or None) for key in ("min", "max", "currency"))
