"""The short files stay true: every setting, command and error exit has its place in docs/reference."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from mercato import settings
from mercato.cli import build
from mercato.model import EXIT_CODES

REFERENCE = Path(__file__).parent.parent / "docs" / "reference"
SECTIONS = {
    "[storage]": settings.StorageSettings,
    "[crawl]": settings.CrawlSettings,
    "[[source]]": settings.SourceSettings,
    "[[licence]]": settings.LicenceSettings,
    "[[watch]]": settings.WatchSettings,
    "[review]": settings.ReviewSettings,
    "[service]": settings.ServiceSettings,
    "[lexicon]": settings.LexiconSettings,
    "[mail]": settings.MailSettings,
    "[backup]": settings.BackupSettings,
    "[retention]": settings.RetentionSettings,
    "[log]": settings.LogSettings,
}


@pytest.mark.parametrize(("section", "model"), SECTIONS.items())
def test_every_setting_is_described_with_its_default(section: str, model: type[BaseModel]) -> None:
    text = (REFERENCE / "settings.md").read_text(encoding="utf-8").split(f"## {section}\n")[1].split("\n## ")[0]
    rows = {
        cells[1].strip(): cells[2].strip() for cells in (row.split("|") for row in text.splitlines()) if len(cells) > 3
    }
    for name, field in model.model_fields.items():
        shown = rows.pop(f"`{field.alias or name}`")
        if field.is_required():
            assert shown == "required"
        else:
            expected = (
                {True: "true", False: "false"}.get(field.default, field.default)
                if isinstance(field.default, bool)
                else field.default
            )
            assert shown.strip("`").strip('"') == str(expected)
    assert set(rows) <= {"key", "---"}, "described, but no such setting"


def commands(command: TyperCommand, name: str = "mercato") -> list[tuple[str, TyperCommand]]:
    if not isinstance(command, TyperGroup):
        return [(name, command)]
    return [found for child, sub in command.commands.items() for found in commands(sub, f"{name} {child}")]


@pytest.mark.parametrize(("name", "command"), commands(get_command(build())))
def test_every_command_and_option_is_described(name: str, command: TyperCommand) -> None:
    sections = (REFERENCE / "commands.md").read_text(encoding="utf-8").split("\n## ")
    mine = [section for section in sections if section.startswith(f"`{name}")]
    assert len(mine) == 1, f"docs/reference/commands.md needs exactly one section for {name}"
    assert command.help, f"{name} has no help"
    for parameter in command.params:
        if parameter.name not in ("help", "config", "as_json"):
            metavar = (parameter.metavar or parameter.name.upper()).strip("[].")
            label = max(parameter.opts, key=len) if parameter.param_type_name == "option" else metavar
            assert label in mine[0], f"{name}: {label} is not described"


def test_every_exit_code_is_described() -> None:
    text = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    for code, number in EXIT_CODES.items():
        assert f"| {number} | {code.value} |" in text
