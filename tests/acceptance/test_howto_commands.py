"""The how-to pages, tried as written: each command that needs neither network nor another machine is run in a folder of
its own, in the order of its page.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from test_deployment import HOWTO, calls, shell_lines
from typer.testing import CliRunner

from mercato.cli import build

SETTINGS = """\
[storage]
captures = "raw"
[crawl]
contact = "mailto:essai@example.org"
[[watch]]
name = "ia"
"""
PAGES = ("add-an-outlet.md", "backup.md", "data-protection.md", "object-storage.md", "own-words.md")
# What asks outlets, names an article or a story that the page cannot know, a file of the reader's own, or a folder of
# the system's, or settings that are complete.
ELSEWHERE = {
    "doctor",
    "check",
    "explain",
    "rectify",
    "--draft",
    "feeds.opml",
    "backups/2026-11-22T033000Z",
    "/srv/mercato",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_the_commands_of_a_page_do_what_they_say(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mercato.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "exports").mkdir()
    (tmp_path / "raw").mkdir()
    page = (HOWTO / name).read_text(encoding="utf-8")
    typed = [arguments for line in shell_lines(page) for arguments in calls(line)]
    run = [arguments for arguments in typed if not ELSEWHERE & set(arguments)]
    assert run
    for arguments in run:
        result = CliRunner().invoke(build(), arguments)
        assert result.exit_code == 0, (arguments, result.output, result.exception)
