"""From an article's text to a judgement: a talent move, or an enumerated reason why not. Pure.

The pipe is in judging.py: gate → reading (clean, sentences) → names (votes) → phrases (chunks) → filling (frames →
events) → affiliations and standing → assignment (the grammar's reading) → facts → features → weighing → deciding.
"""

from __future__ import annotations

from datetime import date

from alerts.lexicon import Lexicon
from alerts.matching.explanation import Explanation, explain
from alerts.matching.judging import reason
from alerts.matching.output import explanation_to_json, to_json
from mercato.model import Judgement

__all__ = ["Explanation", "explain", "explanation_to_json", "judge", "to_json"]


def judge(title: str, body: str, lexicon: Lexicon, *, published: date | None = None) -> Judgement:
    """Whether the article tells a talent move; offsets count characters of `article_text(title, body)`.

    `published` tells old dates from new ones; without it no date counts as old. Never raises for any text.
    """
    return reason(title, body, lexicon, published).judgement
