"""The simulation behind the polling rule: it repeats, and the rule keeps its promise."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.slow

DAYS, OUTLETS, INTERVAL = 14, 60, 1200.0


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    path = Path(__file__).parents[2] / "benchmarks" / "polling.py"
    spec = importlib.util.spec_from_file_location("bench_polling", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_a_seed_repeats_and_the_rule_is_worth_it(bench: ModuleType) -> None:
    made = bench.outlets(OUTLETS, DAYS, 7)
    assert made == bench.outlets(OUTLETS, DAYS, 7)
    visits = bench.run_ours(made, INTERVAL, DAYS, 7)
    assert visits == bench.run_ours(made, INTERVAL, DAYS, 7)
    ours = bench.measure(made, visits, DAYS)
    even = bench.at_budget(made, bench.fixed, ours.requests, DAYS, 7)
    assert even.requests == pytest.approx(ours.requests, rel=0.01)
    assert ours.requests == pytest.approx(86_400 / INTERVAL, rel=0.05)
    assert ours.weighted <= 0.75 * even.weighted  # a short month, in which half of the time goes into learning
    assert ours.p95 <= even.p95
