"""The read API keeps the promises of its own description, whatever it is asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from hostile_articles import save_hostile
from hypothesis import HealthCheck, Phase
from hypothesis import settings as effort
from review_site import served, settings
from schemathesis import Case

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]  # what libraries of the tester warn of is theirs


@pytest.fixture(scope="module")
def description(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    with served(settings(tmp_path_factory.mktemp("api"))) as (news, address):
        with news.database.writing() as tx:
            save_hostile(tx)
        yield schemathesis.openapi.from_url(f"{address}/api/openapi.json")


schema = schemathesis.pytest.from_fixture("description")


@schema.parametrize()
@effort(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
def test_every_answer_fits_the_description(case: Case) -> None:
    case.call_and_validate()
