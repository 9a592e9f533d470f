"""A page full of names must not cost the square of their number, and everybody keeps what his own sentence tells."""

from alerts.lexicon import load_lexicon
from alerts.matching import judge
from alerts.matching.article import Article
from alerts.matching.features import Scene, possible_sides
from alerts.matching.judging import set_scene
from alerts.matching.reading import read
from mercato.model import Match

LEXICON = load_lexicon()
TITLE = "Apple perd son directeur"


def moves(count: int) -> str:
    """As many moves in a row, with persons and firms of their own."""
    return " ".join(
        f"Jean{chr(97 + k % 26)} Dur{chr(97 + k // 26)}and quitte Met{chr(97 + k % 26)}o pour Zor{chr(97 + k // 5)}le "
        "comme directeur technique avec 3 millions de dollars."
        for k in range(count)
    )


def scene(count: int) -> Scene:
    return set_scene(Article(read(TITLE, moves(count), LEXICON), LEXICON), None)


def test_in_a_crowd_only_the_firms_around_a_mover_are_his() -> None:
    crowd = scene(80)
    organisations = crowd.parties.organisations
    assert len(organisations) > 30
    assert max(len(possible_sides(mover, crowd)) for mover in crowd.parties.movers) < len(organisations) / 2


def test_among_few_any_firm_may_be_anybodys() -> None:
    few = scene(8)
    assert all(len(possible_sides(mover, few)) == len(few.parties.organisations) for mover in few.parties.movers)


def test_in_a_crowd_moves_are_still_told_with_their_firms() -> None:
    judgement = judge(TITLE, moves(80), LEXICON)
    assert isinstance(judgement, Match)
    told = {move.person: (move.origin, move.destination) for move in judgement.moves if not move.background}
    assert told["Jeanc Duraand"] == ("Metco", "Zorale")
