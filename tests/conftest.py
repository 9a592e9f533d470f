"""What every test may rely on: a fixed clock, a clean environment, a real database of its own."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """The moment at which tests take place: a Wednesday morning."""
    return NOW


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in [name for name in os.environ if name.startswith("MERCATO_")]:
        monkeypatch.delenv(variable)
