"""Which sectors an organisation belongs to, as far as the lexicon's lists of organisations know. Pure after loading.

An organisation that no list holds has no sector: a watch of sectors is a wide net over known names, and a watch of
organisations is the one that misses none.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from mercato.i18n import catalogue, mark
from mercato.text import fold

# The names that a watch uses, and the tables of alerts/lexicon/organisations.toml that they stand for.
_TABLES: Mapping[str, str] = {
    "ai_labs": "ai",
    "asia": "asia",
    "french_tech": "france",
    "funds": "funds",
    "games": "games",
    "us_tech": "giants",
    "bodies": "public",
    "services": "services",
    "telecoms": "telecoms",
}


_LABELS: Mapping[str, str] = {
    "ai": mark("Artificial intelligence"),
    "asia": mark("Asian firms"),
    "france": mark("French tech"),
    "funds": mark("Investors"),
    "games": mark("Video games"),
    "giants": mark("American giants"),
    "public": mark("Public bodies"),
    "services": mark("Services and consulting"),
    "telecoms": mark("Telecoms"),
}


def sectors_of(organisation: str) -> frozenset[str]:
    """The sectors of an organisation in any spelling of case and accents; none for an unknown one."""
    return _gazetteer().get(fold(organisation), frozenset())


def known_sectors() -> tuple[str, ...]:
    """Every sector that a watch can name, in alphabetical order."""
    return tuple(sorted(_TABLES.values()))


def sector_label(sector: str, language: str) -> str:
    """What people call a sector, one of `known_sectors`."""
    return catalogue(language).gettext(_LABELS[sector])


@lru_cache
def _gazetteer() -> Mapping[str, frozenset[str]]:
    """Folded name → sectors. Read here rather than taken from the loaded lexicon, which forgets the tables."""
    tables = tomllib.loads((files("alerts.lexicon") / "organisations.toml").read_text(encoding="utf-8"))
    found: dict[str, frozenset[str]] = {}
    for table, sector in _TABLES.items():
        entries = tables[table]
        forms = {form for name, others in entries.get("names", {}).items() for form in (name, *others)}
        for name in {*entries["plain"], *forms}:
            found[fold(name)] = found.get(fold(name), frozenset()) | {sector}
    return found
