"""A feed is tried before it is followed: a cycle over it alone, into an archive that is thrown away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import local_site
import pytest
from local_site import Answer, Site, article, rss

from mercato.model import CycleCode, FeedOutcome
from mercato.settings import ServiceSettings
from scheduler.jobs import Newsroom, open_newsroom
from scheduler.previewing import preview
from storage import articles

pytestmark = pytest.mark.slow


@pytest.fixture
def site() -> Iterator[Site]:
    with local_site.serve() as running:
        running.routes["/a"] = Answer(article("Élodie Vasseur rejoint Grandvoile"))
        running.routes["/feed"] = rss([(f"{running.url}/a", "Élodie Vasseur rejoint Grandvoile")])
        yield running


@pytest.mark.parametrize("engine", ["local", "procrastinate"])
def test_a_feed_can_be_tried_on_one_machine_and_on_several(tmp_path: Path, site: Site, engine: str) -> None:
    settings = local_site.settings_for(tmp_path, {"phare": f"{site.url}/feed"})
    with open_newsroom(settings) as room:
        shared = settings.model_copy(update={"service": ServiceSettings.model_validate({"engine": engine})})
        tried = preview(Newsroom(shared, room.database, room.lexicon), settings.sources[0])
        with room.database.reading() as tx:
            assert articles.count(tx) == 0
    assert tried.report.code is CycleCode.OK
    assert tried.state is not None
    assert tried.state.outcome is FeedOutcome.FRESH
    assert [one.title for one, _ in tried.judged] == ["Élodie Vasseur rejoint Grandvoile"]
