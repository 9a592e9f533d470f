"""The quality gate holds, and it would notice if the matcher got worse."""

from __future__ import annotations

import copy
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent


def load_gate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("quality_gate", HERE / "gate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["quality_gate"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def gate() -> ModuleType:
    return load_gate()


@pytest.fixture(scope="module")
def today(gate: ModuleType) -> dict[str, object]:
    return gate.measured()


def floors() -> dict[str, object]:
    return json.loads((HERE / "floors.json").read_text(encoding="utf-8"))


def test_no_measure_is_below_its_floor(gate: ModuleType, today: dict[str, object]) -> None:
    assert gate.regressions(floors(), today) == []


def test_a_lower_figure_is_reported(gate: ModuleType, today: dict[str, object]) -> None:
    worse = copy.deepcopy(today)
    worse["articles"]["figures"]["flag"]["recall"] = 0.1
    assert any("flag recall fell" in sentence for sentence in gate.regressions(floors(), worse))


def test_a_changed_label_file_is_reported(gate: ModuleType, today: dict[str, object]) -> None:
    changed = copy.deepcopy(today)
    changed["restated"]["sha256"] = "0" * 64
    assert any("pin it anew" in sentence for sentence in gate.regressions(floors(), changed))


def test_a_perfect_answer_scores_one(gate: ModuleType) -> None:
    score = gate.Score()
    for line in (HERE / "articles.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        moves = [{**move, "background": bool(move.get("background"))} for move in row["moves"]]
        score.article(row, {"flag": row["flag"], "moves": moves})
    figures = score.figures()
    assert {figures[name]["f1"] for name in ("flag", "who-from-to", "slots")} == {1.0}


def test_silence_scores_zero(gate: ModuleType) -> None:
    score = gate.Score()
    for line in (HERE / "articles.jsonl").read_text(encoding="utf-8").splitlines():
        score.article(json.loads(line), {"flag": False, "moves": []})
    assert score.figures()["slots"] == {"precision": 0.0, "recall": 0.0, "f1": 0.0}


@pytest.mark.parametrize("row_of", ["articles.jsonl", "restated.jsonl"])
def test_labels_are_consistent(row_of: str) -> None:
    for line in (HERE / row_of).read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        news = [move for move in row["moves"] if not move.get("background")]
        assert "url" not in row
        assert row["flag"] == bool(news), row["id"]
        assert all(bool(move.get("person")) != bool(move.get("group")) for move in row["moves"]), row["id"]


def test_readme_shows_the_floors(gate: ModuleType) -> None:
    text = gate.README.read_text(encoding="utf-8")
    assert text == gate.with_table(text, floors()), "python -m tests.quality.gate --update writes it"
