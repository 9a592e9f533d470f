"""What every test may rely on: a fixed clock, a clean environment, a real database of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from postgresql_server import PostgresqlUnavailableError, run_sql, running_postgresql, url_of

from storage.engine import Database, open_database

# For a long search, after a change of the rules or by night: pytest --hypothesis-profile=thousand, or =thorough
settings.register_profile("thousand", max_examples=1000, deadline=None)
settings.register_profile("thorough", max_examples=2000, deadline=None)

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """The moment at which tests take place: a Wednesday morning."""
    return NOW


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in [name for name in os.environ if name.startswith("MERCATO_")]:
        monkeypatch.delenv(variable)


_numbers = count(1)


@pytest.fixture(scope="session")
def postgresql_host() -> Iterator[str]:
    """A running PostgreSQL. Where none can be had its tests are skipped, but on CI that is a failure."""
    try:
        with running_postgresql() as host:
            run_sql(host, "CREATE DATABASE mercato_template")
            open_database(url_of(host, "mercato_template")).close()
            yield host
    except PostgresqlUnavailableError as error:
        if os.environ.get("CI"):
            pytest.fail(f"CI must test on PostgreSQL: {error}")
        pytest.skip(f"no PostgreSQL: {error}")


@pytest.fixture
def postgresql_database(postgresql_host: str) -> Iterator[tuple[str, str]]:
    """Host and name of a PostgreSQL database that holds nothing yet."""
    name = f"fresh_{next(_numbers)}"
    run_sql(postgresql_host, f"CREATE DATABASE {name}")
    yield postgresql_host, name
    run_sql(postgresql_host, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of database that a test runs on."""
    return str(request.param)


@pytest.fixture
def fresh_url(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The URL of a database without tables."""
    if kind == "sqlite":
        return f"sqlite:///{tmp_path / 'mercato.db'}"
    return url_of(*request.getfixturevalue("postgresql_database"))


@pytest.fixture
def database_url(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database with its tables, and nothing in them."""
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'mercato.db'}"
        open_database(url).close()
        yield url
        return
    host, name = request.getfixturevalue("postgresql_host"), f"test_{next(_numbers)}"
    run_sql(host, f"CREATE DATABASE {name} TEMPLATE mercato_template")
    yield url_of(host, name)
    run_sql(host, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open database with its tables, and nothing in them."""
    with open_database(database_url) as opened:
        yield opened


def pytest_addoption(parser: pytest.Parser) -> None:
    """How hard the tests that kill senders try: few kills by default, 200 for the figures in the documentation."""
    parser.addoption("--kills", type=int, default=12, help="kills, and digests, of each test of killed senders")
    parser.addoption("--seed", type=int, default=0, help="which random moments the killed senders meet")
