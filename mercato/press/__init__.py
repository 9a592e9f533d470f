"""The bundled press of `mercato demo`: invented outlets, articles and people, all text our own, served on loopback.

with serve(now) as press:
    press.sources           # what to crawl
    press.article_at(url)   # which article that was
expected()                  # what a careful reader finds in it
labels()                    # the same, article by article, to measure a matcher with
"""

from __future__ import annotations

from mercato.press.expectations import Expected, ExpectedStory, Family, Recalled, Refusal, Told, expected, labels
from mercato.press.server import PressServer, Visit, serve

__all__ = [
    "Expected",
    "ExpectedStory",
    "Family",
    "PressServer",
    "Recalled",
    "Refusal",
    "Told",
    "Visit",
    "expected",
    "labels",
    "serve",
]
