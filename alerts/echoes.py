"""Sites that use others' words, what machine translations say of themselves, and which medium a newsletter belongs to:
what echoes.toml knows. Pure after loading.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from mercato.model import Voice
from mercato.text import fold


def voice_of_site(host: str) -> Voice:
    """Whose words the site at `host` uses, as far as it or a host that it lies below is known."""
    labels = host.split(".")
    above = (".".join(labels[place:]) for place in range(len(labels)))
    return next((_lists().sites[name] for name in above if name in _lists().sites), Voice.OWN)


def tells_of_translation(folded: str) -> bool:
    """Whether a folded text says that a machine translated it."""
    return any(mark in folded for mark in _lists().translation_marks)


def medium_of(source: str) -> str:
    """The medium that a newsletter, an agency or an author belongs to; whatever is not known is its own."""
    return _lists().media.get(fold(source), source)


@dataclass(frozen=True, slots=True)
class _Lists:
    """What echoes.toml holds."""

    sites: Mapping[str, Voice]  # by host
    translation_marks: tuple[str, ...]  # folded
    media: Mapping[str, str]  # by folded name of what belongs to them


@cache
def _lists() -> _Lists:
    held = tomllib.loads((files("alerts") / "echoes.toml").read_text(encoding="utf-8"))
    return _Lists(
        sites={site["host"]: Voice(site["voice"]) for site in held["site"]},
        translation_marks=tuple(held["marks"]["translated"]),
        media={fold(name): medium for medium, names in held["belongs"].items() for name in names},
    )
