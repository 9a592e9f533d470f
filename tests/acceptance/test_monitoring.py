"""What /health and /metrics tell, and whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from hostile_articles import save_hostile
from prometheus_client.parser import text_string_to_metric_families
from review_site import served, settings

from mercato.cli.page import room
from mercato.model import CycleCode, CycleReport, Delivery, Message, Window
from review.doors import make_password, make_token
from review.monitoring import Health, Monitor, Problem, Scheduler
from scheduler.jobs import Newsroom, open_newsroom
from scheduler.pulse import Pulse
from storage import articles, outbox, runs

pytestmark = pytest.mark.slow

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)


@pytest.fixture
def news(tmp_path: Path, database_url: str) -> Iterator[Newsroom]:
    with open_newsroom(settings(tmp_path, database_url)) as opened:
        yield opened


def record_cycle(news: Newsroom, code: CycleCode, finished: datetime) -> None:
    report = CycleReport(code=code, sources=5, failed=2, pages=7, articles_new=3, seconds=12.5, refused={"robots": 4})
    with news.database.writing() as tx:
        number = runs.start(tx, finished - timedelta(seconds=12.5))
        runs.finish(tx, number, report, finished, ["Le Phare"])


def record_mails(news: Newsroom) -> None:
    """A digest for three readers, of whom one has had it."""
    mail = Message(message_id="<1@x.example>", subject="s", text="t", html="h", sender="m@x.example", date=NOW)
    window, readers = Window(start=NOW - timedelta(days=1), end=NOW), ["a@x.example", "b@x.example", "c@x.example"]
    with news.database.writing() as tx:
        outbox.freeze(tx, "ia", window, mail, readers, (), 1, 0)
        (parcel,) = outbox.reserve(tx, "me", NOW, NOW + timedelta(minutes=1), silent=(), down=(), limit=1)
        outbox.begin(tx, parcel, "me", NOW, NOW + timedelta(minutes=1))
        outbox.settle(tx, parcel, "me", Delivery.SENT, NOW, "", None)


def health(news: Newsroom, pulse: Pulse | None, now: datetime = NOW, began: datetime = NOW) -> Health:
    """What a monitor that began then says now."""
    moments = iter([began])
    return Monitor(replace(room(news, pulse), clock=lambda: next(moments, now))).health()


def figures(text: str) -> Mapping[tuple[str, str], float]:
    """Name and only label, if any → value."""
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_figures_are_those_of_the_archive_at_that_moment(tmp_path: Path, database_url: str) -> None:
    with served(settings(tmp_path, database_url)) as (news, address):
        before = figures(httpx.get(f"{address}/metrics").text)
        assert before["mercato_unjudged_articles", ""] == 0
        assert not any(name.startswith("mercato_cycle") for name, _ in before), "no cycle ever ended"
        with news.database.writing() as tx:
            told = save_hostile(tx)
            expected = articles.count_by_source(tx)
        record_cycle(news, CycleCode.PARTIAL, NOW)
        record_cycle(news, CycleCode.FAILED, NOW + timedelta(hours=1))
        record_mails(news)
        answer = httpx.get(f"{address}/metrics")
    found = figures(answer.text)
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert {label: n for (name, label), n in found.items() if name == "mercato_articles"} == expected
    assert sum(n for (name, _), n in found.items() if name == "mercato_stories") == len(told)
    assert found["mercato_cycle_pages", ""] == 7
    assert found["mercato_cycle_failed_outlets", ""] == 2
    assert found["mercato_cycle_duration_seconds", ""] == 12.5
    assert found["mercato_cycle_refused_pages", "robots"] == 4
    assert found["mercato_last_successful_crawl_timestamp_seconds", ""] == NOW.timestamp()
    assert found["mercato_cycle_end_timestamp_seconds", ""] == (NOW + timedelta(hours=1)).timestamp()
    assert found["mercato_unjudged_articles", ""] == sum(expected.values())
    assert ("mercato_oldest_unjudged_article_timestamp_seconds", "") in found
    assert found["mercato_unsent_mails", "pending"] == 2
    assert found["mercato_last_mail_timestamp_seconds", ""] == NOW.timestamp()
    assert found["mercato_database_bytes", ""] > 100_000
    assert before["mercato_start_timestamp_seconds", ""] == found["mercato_start_timestamp_seconds", ""]


def test_health_tells_of_crawls_and_of_the_service_beside_the_page(news: Newsroom) -> None:
    beating, stopped = Pulse(NOW - timedelta(seconds=20)), Pulse(NOW - timedelta(minutes=5))
    assert health(news, None).scheduler is Scheduler.ELSEWHERE
    assert health(news, None).healthy
    assert health(news, beating).healthy
    assert health(news, stopped).problems == [Problem.SCHEDULER]
    assert health(news, Pulse()).problems == [Problem.SCHEDULER]

    old = NOW - timedelta(days=3)
    record_cycle(news, CycleCode.OK, old)
    record_cycle(news, CycleCode.FAILED, NOW)
    assert health(news, beating).healthy, "a service that has just started has a day"
    long_running = health(news, beating, began=old)
    assert long_running.problems == [Problem.CRAWL]
    assert long_running.last_crawl == old
    assert health(news, None, began=old).healthy, "a page alone does not answer for crawls elsewhere"
    record_cycle(news, CycleCode.PARTIAL, NOW)
    assert health(news, beating, began=old).healthy


def test_a_lost_database_is_told_and_does_not_break_the_answer(tmp_path: Path) -> None:
    with served(settings(tmp_path)) as (_, address):
        well = httpx.get(f"{address}/health")
        assert (well.status_code, well.json()["healthy"]) == (200, True)
        assert well.json()["up_since"].endswith("Z")
        for file in tmp_path.glob("mercato.db*"):
            file.write_bytes(b"no database any more" * 500)
        ill = httpx.get(f"{address}/health")
        assert (ill.status_code, ill.json()["problems"]) == (503, ["database"])
        assert httpx.get(f"{address}/metrics").status_code == 503


def test_where_a_password_is_set_only_tokens_see_them(tmp_path: Path) -> None:
    token, digest = make_token()
    with served(settings(tmp_path, password=make_password("sésame"), tokens=[digest])) as (_, address):
        for path in ("/health", "/metrics"):
            assert httpx.get(f"{address}{path}").status_code == 401
            allowed = httpx.get(f"{address}{path}", headers={"Authorization": f"Bearer {token}"})
            assert allowed.status_code == 200
