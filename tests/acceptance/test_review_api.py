"""The read API keeps the promises of its own description, whatever it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hostile_articles import save_hostile
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from review_site import served, settings

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]  # what libraries of the tester warn of is theirs

OPERATIONS = ("/stories", "/stories/{story}", "/articles/{article}", "/search", "/rulings")


@pytest.fixture(scope="module")
def description(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with served(settings(tmp_path_factory.mktemp("api"))) as (news, address):
        with news.database.writing() as tx:
            save_hostile(tx)
        yield schemathesis.openapi.from_url(f"{address}/api/openapi.json")


@pytest.mark.parametrize("path", OPERATIONS)
def test_every_answer_fits_the_description(description: Any, path: str) -> None:
    operation = description[f"/api/v1{path}"]["GET"]

    @effort(max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def check(case: Any) -> None:
        case.call_and_validate()

    check()


def test_nothing_is_left_out(description: Any) -> None:
    assert {operation.ok().path for operation in description.get_all_operations()} == {
        f"/api/v1{path}" for path in OPERATIONS
    }
