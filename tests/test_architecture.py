"""The house holds: arrows point down, outside packages stay in their rooms, pure modules stay pure."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("mercato", "crawler", "alerts", "storage", "scheduler", "review")

# Outside package or standard module → the only places of the house that may import it.
ONLY_IN = {
    "sqlalchemy": ("storage/",),
    "alembic": ("storage/",),
    "psycopg": ("storage/",),
    "sqlite3": ("storage/",),
    "warcio": ("storage/",),
    "fsspec": ("storage/object_store.py",),
    "obstore": ("storage/object_store.py",),
    "scrapy": ("crawler/", "scheduler/cycle.py"),
    "twisted": ("crawler/", "scheduler/cycle.py"),
    "trafilatura": ("crawler/",),
    "feedparser": ("crawler/",),
    "apscheduler": ("scheduler/service.py",),
    "procrastinate": ("scheduler/queue.py",),
    "smtplib": ("alerts/delivery/",),
    "apprise": ("alerts/delivery/",),
    "fastapi": ("review/",),
    "starlette": ("review/",),
    "uvicorn": ("review/server.py",),
    "argon2": ("review/doors.py",),
    "matplotlib": ("review/pictures.py",),
    "pyarrow": ("review/exports.py",),
    "concurrent_log_handler": ("mercato/logs.py",),
    "prometheus_client": ("review/monitoring.py",),
    "typer": ("mercato/cli/",),
    "rich": ("mercato/cli/",),
}

PURE = (
    "mercato/model.py",
    "mercato/text.py",
    "mercato/urls.py",
    "review/passages.py",
    "review/words.py",
    "crawler/feeds.py",
    "crawler/extraction.py",
    "crawler/health.py",
    "crawler/json_feed.py",
    "crawler/news_sitemap.py",
    "crawler/discovery.py",
    "crawler/polling.py",
    "crawler/rights.py",
    "crawler/page_kinds.py",
    "crawler/personal_data.py",
    "crawler/visits.py",
    "alerts/matching/",
    "alerts/amounts.py",
    "alerts/changes.py",
    "alerts/answer_page.py",
    "alerts/digest.py",
    "alerts/frame.py",
    "alerts/french.py",
    "alerts/grammar.py",
    "alerts/identity.py",
    "alerts/importance.py",
    "alerts/links.py",
    "alerts/mail_view.py",
    "alerts/organisations.py",
    "alerts/payload.py",
    "alerts/phrases.py",
    "alerts/reasons.py",
    "alerts/render.py",
    "alerts/stories/",
    "alerts/syndication.py",
    "alerts/tokens.py",
    "alerts/typography.py",
    "alerts/watches.py",
    "alerts/weekly.py",
    "scheduler/plan.py",
)

IMPURE_MODULES = {"os", "random", "secrets", "socket", "subprocess", "time", "urllib.request", "http", "tempfile"}
IMPURE_CALLS = {"now", "utcnow", "today", "open", "read_text", "write_text", "read_bytes", "write_bytes", "getenv"}


def modules() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module


def is_within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def trespasses(path: str, source: str) -> list[str]:
    """Imports of outside packages in rooms where they do not belong."""
    return [
        f"{path}:{line} imports {name}, which belongs in {' and '.join(places)} only"
        for line, name in imports(ast.parse(source))
        for package, places in ONLY_IN.items()
        if is_within(name, package) and not path.startswith(places)
    ]


def impurities(path: str, source: str) -> list[str]:
    """What reaches for the clock, the environment, chance, files or sockets."""
    tree = ast.parse(source)
    found = [
        f"{path}:{line} imports {name}"
        for line, name in imports(tree)
        if any(is_within(name, m) for m in IMPURE_MODULES)
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in IMPURE_CALLS:
                found.append(f"{path}:{node.lineno} calls {name}()")
    return found


def environment_reads(path: str, source: str) -> list[str]:
    return [
        f"{path}:{node.lineno} reads the environment"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    ]


@pytest.mark.parametrize("path", modules())
def test_outside_packages_stay_in_their_rooms(path: str) -> None:
    assert trespasses(path, (ROOT / path).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", [path for path in modules() if path.startswith(PURE)])
def test_pure_modules_are_pure(path: str) -> None:
    assert impurities(path, (ROOT / path).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", [path for path in modules() if path != "mercato/settings.py"])
def test_the_environment_is_read_in_one_place(path: str) -> None:
    assert environment_reads(path, (ROOT / path).read_text(encoding="utf-8")) == []


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    return subprocess.run([*command, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)


def test_arrows_point_down() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_broken_house_would_be_noticed(tmp_path: Path) -> None:
    """The checks themselves can fail: each refuses an import put in the wrong place."""
    assert trespasses("alerts/digest.py", "from sqlalchemy import select")
    assert trespasses("scheduler/jobs.py", "import apscheduler.schedulers.background")
    assert impurities("alerts/digest.py", "from datetime import datetime\nnow = datetime.now()")
    assert environment_reads("crawler/settings.py", "import os\nx = os.environ['X']")
    for room in ROOMS:
        (tmp_path / room).symlink_to(ROOT / room)
    (tmp_path / "alerts").unlink()
    (tmp_path / "alerts").mkdir()
    (tmp_path / "alerts" / "__init__.py").write_text("import storage\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text(encoding="utf-8"), encoding="utf-8")
    result = lint_imports(tmp_path)
    assert result.returncode != 0
    assert "Judging and wording know no other room BROKEN" in result.stdout
