"""The post that a story tells of, as a line of its own."""

from __future__ import annotations

from alerts.phrases import NAME_LIMIT, is_headship, listed, role_label
from alerts.typography import capitalised, one_line
from mercato.i18n import catalogue
from mercato.model import Story
from mercato.text import fold


def post_label(story: Story, language: str) -> str:
    """«Directrice technique», with whose post it is where several people move and not all of them take it: «Directrice
    technique (Ada Vell)»; empty where no post is named."""
    role = role_label(story.role)
    if not role or is_headship(role):
        return ""
    label, holders = capitalised(role), _holders(story)
    if len(story.people) < 2 or not holders or set(story.people) <= set(holders):
        return label
    names = listed([one_line(name, NAME_LIMIT) for name in holders], language)
    return catalogue(language).gettext("{post} ({who})").format(post=label, who=names)


def _holders(story: Story) -> list[str]:
    """The people of the story whom its articles give its post."""
    held = fold(story.role or "")
    moves = (move for telling in story.tellings for move in telling.moves)
    named = dict.fromkeys(move.person for move in moves if move.person and fold(move.role or "") == held)
    return [name for name in story.people if name in named]
