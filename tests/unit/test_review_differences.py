"""What changed between two texts: by paragraphs, by words where they resemble each other, harmless and bounded."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from review.differences import Change, Piece, difference

KEPT, ADDED, TAKEN = Change.KEPT, Change.ADDED, Change.TAKEN


def test_words_are_told_apart_inside_a_paragraph() -> None:
    assert difference("Elle part.\nElle quitte Nébulia.", "Elle part.\nElle quitte Corvex.") == [
        (Piece(KEPT, "Elle part."),),
        (Piece(KEPT, "Elle quitte "), Piece(TAKEN, "Nébulia"), Piece(ADDED, "Corvex"), Piece(KEPT, ".")),
    ]


def test_whole_paragraphs_come_and_go() -> None:
    assert difference("Un.\n\nDeux.", "Un.") == [(Piece(KEPT, "Un."),), (Piece(TAKEN, "Deux."),)]
    assert difference("", "Un.\u202e") == [(Piece(ADDED, "Un."),)]


def test_long_paragraphs_are_not_compared_word_by_word() -> None:
    old, new = "mot " * 300, "mots " * 300
    assert difference(old, new) == [(Piece(TAKEN, old.strip()), Piece(ADDED, new.strip()))]


@given(st.text(max_size=80), st.text(max_size=80))
def test_both_texts_can_be_read_from_the_pieces(old: str, new: str) -> None:
    pieces = [piece for paragraph in difference(old, new) for piece in paragraph]
    for text, gone in ((old, ADDED), (new, TAKEN)):
        kept = "".join(piece.text for piece in pieces if piece.change is not gone)
        alone = "".join(piece.text for paragraph in difference(text, text) for piece in paragraph)
        assert kept == alone
