"""Log files: who writes them, how they are rotated, and what a line holds."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mercato.errors import SettingsError
from mercato.logs import handler_of
from mercato.settings import Settings, load_settings

LINES = 300
WRITERS = 3

WRITER = f"""
import logging, sys
from pathlib import Path
from mercato.logs import begin
from mercato.settings import load_settings
begin(load_settings(Path(sys.argv[1])))
for number in range({LINES}):
    logging.getLogger("essai").info("ligne %s-%d", sys.argv[2], number)
"""


def settings_for(folder: Path, log: str) -> Settings:
    file = folder / "mercato.toml"
    file.write_text(f'[crawl]\ncontact = "https://journal.example/contact"\n[log]\n{log}\n', encoding="utf-8")
    return load_settings(file, {})


@contextmanager
def logger_of(settings: Settings) -> Iterator[logging.Logger]:
    logger, handler = logging.getLogger("essai"), handler_of(settings)
    logger.setLevel(logging.DEBUG)
    logger.addHandler(handler)
    try:
        yield logger
    finally:
        logger.removeHandler(handler)
        handler.close()


def test_several_processes_write_and_rotate_the_same_files(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, 'folder = "logs"\nlevel = "info"\nmax_bytes = 5000\nbackups = 900')
    command = [sys.executable, "-c", WRITER, str(settings.file)]
    writers = [subprocess.Popen([*command, str(name)], stderr=subprocess.PIPE) for name in range(WRITERS)]
    assert [writer.communicate()[1] for writer in writers] == [b""] * WRITERS, "nothing goes to standard error"
    files = list((tmp_path / "logs").glob("mercato.log*"))
    assert len(files) > 5
    assert all(file.stat().st_size < 5_000 + 200 for file in files), "full by a line at most"
    written = [line.rpartition(" ")[2] for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    assert sorted(written) == sorted(f"{name}-{number}" for name in range(WRITERS) for number in range(LINES))


def test_old_files_go(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, 'folder = "logs"\nmax_bytes = 1000\nbackups = 2')
    with logger_of(settings) as logger:
        for _ in range(100):
            logger.warning("une ligne qui remplit peu à peu le journal")
    assert {path.name for path in (tmp_path / "logs").glob("mercato*")} == {
        "mercato.log",
        "mercato.log.1",
        "mercato.log.2",
    }


def test_json_lines_hold_the_failure_on_one_line_and_names_as_written(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, 'folder = "logs"\nformat = "json"')
    with logger_of(settings) as logger:
        logger.info("below the level")
        try:
            raise ValueError("deux\nlignes")
        except ValueError:
            logger.exception("échec de %s", "Élodie")
    assert settings.log_file is not None
    text = settings.log_file.read_text(encoding="utf-8")
    (line,) = [json.loads(line) for line in text.splitlines()]
    assert "Élodie" in text
    assert (line["level"], line["logger"], line["message"]) == ("ERROR", "essai", "échec de Élodie")
    assert line["at"].endswith("Z")
    assert "ValueError: deux\nlignes" in line["error"]


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file", encoding="utf-8")
    with pytest.raises(SettingsError, match="cannot be written"):
        handler_of(settings_for(tmp_path, 'folder = "logs"'))


def test_by_default_there_are_no_files(tmp_path: Path) -> None:
    assert settings_for(tmp_path, "").log_file is None
