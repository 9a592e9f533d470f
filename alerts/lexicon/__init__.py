"""What the matcher knows of the language, as data: trigger frames, roles, organisations, media, evidence points."""

from alerts.lexicon.entries import Frame, KnownName, Lexicon, MoverPlace, NameType, Patterns, Slot, VerbPattern
from alerts.lexicon.loading import load_lexicon
from alerts.lexicon.own_words import lexicon_of

__all__ = [
    "Frame",
    "KnownName",
    "Lexicon",
    "MoverPlace",
    "NameType",
    "Patterns",
    "Slot",
    "VerbPattern",
    "lexicon_of",
    "load_lexicon",
]
