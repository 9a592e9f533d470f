"""The corpus is in order: form, labels against text, no article twice, nothing shallow that tells moves from traps."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CORPUS = Path(__file__).parent.parent.parent / "corpus"


def check(*files: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(CORPUS / "check.py"), *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_the_corpus_is_in_order() -> None:
    result = check()
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_label_that_the_text_does_not_hold_is_refused(tmp_path: Path) -> None:
    whole = (CORPUS / "train-00.jsonl").read_text(encoding="utf-8").splitlines()
    first = next(line for line in whole if '"flag": true' in line)
    wrong = tmp_path / "train-00.jsonl"
    wrong.write_text(first.replace('"origin": "', '"origin": "Nulle part ', 1) + "\n", encoding="utf-8")
    result = check(wrong)
    assert result.returncode == 1
    assert "ERROR" in result.stdout
