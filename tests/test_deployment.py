"""What people install from: units, container files, proxies, and every command line that a page tells them to type."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from configparser import ConfigParser
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from mercato.cli import build
from mercato.settings import load_settings
from review.doors import make_password

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
HOWTO = ROOT / "docs" / "howto"
PAGES = [*sorted(HOWTO.glob("*.md")), ROOT / "README.md", ROOT / "README.fr.md"]
SERVICES = sorted(DEPLOY.glob("*.service"))
TIMERS = sorted(DEPLOY.glob("*.timer"))
CONTACT = 'crawl.contact = "mailto:essai@example.org"\n'
CODE = {".py", ".pyc", ".typed", ".pot"}
PROGRAM = "/opt/mercato/.venv/bin/mercato"


class Unit(ConfigParser):
    """A unit file; what it may say several times (SystemCallFilter=) is read as its last word."""

    def __init__(self, path: Path) -> None:
        super().__init__(strict=False, interpolation=None, delimiters=("=",), comment_prefixes=("#",))
        self.optionxform = str  # type: ignore[assignment,method-assign]
        self.read_string(path.read_text(encoding="utf-8"))


# -- command lines --------------------------------------------------------------------------------------------------


@cache
def password() -> str:
    return make_password("entrez")


@cache
def command_line() -> TyperGroup:
    return cast("TyperGroup", get_command(build()))


def parse(arguments: list[str]) -> None:
    """Have the command line read the arguments, and do nothing. Raises TyperException where it would refuse them."""
    command: Any = command_line()
    name = "mercato"
    while isinstance(command, TyperGroup) and arguments:
        context = command.make_context(name, list(arguments))
        name, *arguments = [*context._protected_args, *context.args]
        assert name in command.commands, f"no command {name}"
        command = command.commands[name]
    assert isinstance(command, TyperCommand)
    command.make_context(name, arguments)


def shell_lines(page: str) -> Iterator[str]:
    """What a page gives to be typed: the lines of its shell blocks, and of those set in by four spaces."""
    fence: str | None = None
    for line in page.splitlines():
        if line.strip().startswith("```"):
            fence = None if fence is not None else line.strip()[3:]
        elif fence in ("", "sh", "crontab") or (fence is None and line.startswith("    ")):
            yield line


def calls(line: str) -> Iterator[list[str]]:
    """The arguments of each call of mercato in a line, however it is reached (sudo, docker, a path)."""
    tokens = shlex.shlex(line, posix=True, punctuation_chars=True)
    tokens.whitespace_split = True
    segment: list[str] = []
    for token in [*tokens, ";"]:
        if not set(token) <= set("();<>|&"):
            segment.append(token)
            continue
        users = {i + 1 for i, word in enumerate(segment) if word == "-u"}
        programs = {i for i, word in enumerate(segment) if word == "mercato" or word.endswith("/mercato")}
        at = max(programs - users, default=len(segment))
        if re.match(r"[-a-z]", " ".join(segment[at + 1 :])):
            yield segment[at + 1 :]
        segment = []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("sudo -u mercato /opt/mercato/.venv/bin/mercato --config x doctor", [["--config", "x", "doctor"]]),
        ("mercato crawl || [ $? -eq 3 ] && mercato digest  # both", [["crawl"], ["digest"]]),
        ('mercato person "Élodie Marchand" > reply.json', [["person", "Élodie Marchand"]]),
        ("sudo systemctl enable --now mercato", []),
        ("sudo -u mercato editor mercato.toml", []),
        ("docker run --rm mercato mercato init /settings/mercato.toml", [["init", "/settings/mercato.toml"]]),
    ],
)
def test_calls_are_found_in_shell_lines(line: str, expected: list[list[str]]) -> None:
    assert list(calls(line)) == expected


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_command_line_of_a_page_is_one_that_mercato_takes(path: Path) -> None:
    page = path.read_text(encoding="utf-8")
    for line in filter(re.compile(r"\bmercato\s").search, shell_lines(page)):
        for arguments in calls(line):
            try:
                parse(arguments)
            except Exception as error:
                raise AssertionError(f"{path.name}: {line.strip()}: {error}") from error


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_command_named_in_a_sentence_has_the_options_it_is_named_with(path: Path) -> None:
    sentences = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for span in re.findall(r"`mercato ([^`]+)`", sentences):
        words = re.split(r"\s?[;&|>]", span)[0].split()
        command: Any = command_line()
        while isinstance(command, TyperGroup) and words and not words[0].startswith("-"):
            assert words[0] in command.commands, f"{path.name}: mercato {span}"
            command = command.commands[words.pop(0)]
        known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        assert {word for word in words if word.startswith("--")} <= known | {"--help"}, f"{path.name}: mercato {span}"


# -- units ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_units_start_commands_that_exist_and_may_write_one_folder_only(path: Path) -> None:
    service = Unit(path)["Service"]
    program, *arguments = shlex.split(service["ExecStart"])
    assert program == PROGRAM
    parse(arguments)
    assert service["User"] == service["Group"] == "mercato"
    assert service["StateDirectory"] == "mercato"
    assert service["Environment"] == "MERCATO_CONFIG=/var/lib/mercato/mercato.toml"
    assert service["ProtectSystem"] == "strict"
    assert service["ReadWritePaths"] == "-/var/backups/mercato"
    assert service["NoNewPrivileges"] == service["PrivateTmp"] == service["ProtectHome"] == "yes"
    assert service["CapabilityBoundingSet"] == ""
    assert service["KillMode"] == "mixed"
    assert service["MemoryMax"]
    assert "SystemCallFilter=@system-service" in path.read_text(encoding="utf-8")


def test_all_units_have_the_same_sandbox() -> None:
    own = {"ExecStart", "Type", "SuccessExitStatus", "Restart", "RestartSec", "RestartPreventExitStatus"}
    sandboxes = [{key: value for key, value in Unit(path)["Service"].items() if key not in own} for path in SERVICES]
    assert all(sandbox == sandboxes[0] for sandbox in sandboxes)


def test_every_timer_has_its_service() -> None:
    assert {path.stem for path in TIMERS} == {path.stem for path in SERVICES} - {"mercato"}
    for path in TIMERS:
        unit = Unit(path)
        assert unit["Timer"]["OnCalendar"]
        assert unit["Install"]["WantedBy"] == "timers.target"
        assert Unit(path.with_suffix(".service"))["Service"]["Type"] == "oneshot"


@pytest.fixture
def analyze() -> str:
    return shutil.which("systemd-analyze") or pytest.skip("systemd-analyze is not installed")


def test_systemd_takes_the_units(analyze: str, tmp_path: Path) -> None:
    for path in (*SERVICES, *TIMERS):
        text = path.read_text(encoding="utf-8").replace(PROGRAM, sys.executable)
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    command = [analyze, "verify", "--man=no", *map(str, sorted(tmp_path.iterdir()))]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert str(tmp_path) not in done.stderr, "not even a warning about one of them"


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_systemd_finds_the_units_hardened(analyze: str, path: Path) -> None:
    version = subprocess.run([analyze, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    if int(version.split(".")[0]) < 250:
        pytest.skip(f"systemd {version} cannot judge unit files: --offline came with 250")
    # In tenths of a point: 2.0 of 10, where systemd's own word is OK.
    command = [analyze, "security", "--offline=true", "--threshold=20", "--no-pager", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout[-400:] + done.stderr


# -- containers -------------------------------------------------------------------------------------------------------


def instructions() -> list[tuple[str, str]]:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in joined.splitlines() if line)]


def test_the_image_runs_as_nobody_and_starts_what_exists() -> None:
    lines = instructions()
    last_stage = lines[max(i for i, (word, _) in enumerate(lines) if word == "FROM") :]
    users = [rest for word, rest in last_stage if word == "USER"]
    assert users == ["10001:10001"]
    assert all("useradd" not in rest or "--uid 10001" in rest for _, rest in last_stage)
    command = yaml.safe_load(next(rest for word, rest in last_stage if word == "CMD"))
    assert command[0] == "mercato"
    parse(command[1:])
    assert all(rest.startswith("python:${PYTHON}-slim") for word, rest in lines if word == "FROM"), "no registry named"


def test_the_image_takes_what_the_package_needs_and_nothing_else() -> None:
    copied = [name for word, rest in instructions() if word == "COPY" and "--from" not in rest for name in rest.split()]
    sources = {name for name in copied if not name.startswith("./")}
    assert all((ROOT / name).exists() for name in sources)
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    packages = re.search(r"^packages = \[(.*?)\]", pyproject, re.DOTALL | re.MULTILINE)
    assert packages
    assert {name.split(".")[0] for name in re.findall(r'"(.+?)"', packages[1])} <= sources
    assert set(re.findall(r'"(requirements[a-z-]*\.in)"', pyproject)) <= sources
    let_in = (DEPLOY / "Containerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert all(any(Path(name).match(line[1:]) for line in let_in if line.startswith("!")) for name in sources)


def test_the_image_installs_by_hash_from_wherever_pip_is_set_up_for() -> None:
    installs = [rest for word, rest in instructions() if word == "RUN" and "pip install" in rest]
    assert len(installs) == 2
    assert all("--require-hashes" in rest or "--no-deps" in rest for rest in installs)
    assert not any(re.search(r"index|://", rest) for rest in installs)


def test_every_data_file_of_a_package_is_installed_with_it() -> None:
    """An editable install finds them anyway, an image does not."""
    setup = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    installed = {
        path
        for package, patterns in setup["package-data"].items()
        for pattern in patterns
        for path in (ROOT / package.replace(".", "/")).glob(pattern)
    }
    rooms = {package.split(".")[0] for package in setup["packages"]}
    data = {path for room in rooms for path in (ROOT / room).rglob("*") if path.is_file() and path.suffix not in CODE}
    # What only those who change the program need.
    tools = {ROOT / "mercato/locale/babel.cfg", ROOT / "storage/migrations/script.py.mako"}
    assert data - installed == tools


@pytest.fixture(params=["compose.yaml", "compose-cluster.yaml"])
def compose(request: pytest.FixtureRequest) -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / request.param).read_text(encoding="utf-8"))


def test_compose_files_say_what_compose_demands(compose: dict[str, Any]) -> None:
    assert set(compose) - {"name", "services", "volumes"} <= {key for key in compose if key.startswith("x-")}
    for name, service in compose["services"].items():
        assert "image" in service or "build" in service, name
        assert set(service.get("depends_on", {})) <= set(compose["services"])
        for volume in service.get("volumes", []):
            source = volume["source"] if isinstance(volume, dict) else re.split(r":(?=/)", volume)[0]
            assert source in compose["volumes"] or source.startswith(("$", "./", "../", "/")), f"{name}: {source}"
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:"), f"{name}: {port} would be open to everybody"
        command = service.get("command")
        if command:
            assert command[0] == "mercato"
            parse(command[1:])
            assert service["read_only"] is True
            assert service["cap_drop"] == ["ALL"]


def test_the_compose_file_of_one_host_builds_the_image_and_gives_it_settings_that_it_takes(tmp_path: Path) -> None:
    service = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]["mercato"]
    assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
    image = dict(re.findall(r"(MERCATO_\w+)=(\S+)", next(rest for word, rest in instructions() if word == "ENV")))
    (tmp_path / "mercato.toml").write_text(CONTACT, encoding="utf-8")
    environment = {**image, **service["environment"], "MERCATO_REVIEW_PASSWORD": password()}
    settings = load_settings(tmp_path / "mercato.toml", environment)
    kept = {Path("/var/lib/mercato") / name for name in ("archive", "outbox", "backups")}
    assert {settings.archive, settings.outbox, Path(settings.backup.folder)} == kept, "all on the volume"
    assert settings.database_url == "sqlite:////var/lib/mercato/mercato.db"
    assert settings.review.host == "0.0.0.0"


# -- proxies ----------------------------------------------------------------------------------------------------------


def blocks(page: str, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", (HOWTO / page).read_text(encoding="utf-8"), re.DOTALL)


def test_the_settings_beside_the_proxies_are_settings(tmp_path: Path) -> None:
    for block in blocks("reverse-proxy.md", "toml"):
        text = re.sub(r'password = ".*"', f'password = "{password()}"', block)
        (tmp_path / "mercato.toml").write_text(CONTACT + text, encoding="utf-8")
        review = load_settings(tmp_path / "mercato.toml", {}).review
        assert review.hosts == ["mercato.example.org"]
        assert bool(review.password) is not bool(review.user_header)


def test_the_proxies_pass_on_the_name_and_never_a_callers_own_header() -> None:
    for block in blocks("reverse-proxy.md", "nginx"):
        assert "proxy_set_header Host $http_host;" in block
        locations = re.findall(r"location [^{]*\{(.*?)\}", block, re.DOTALL)
        if "auth_basic" in block:
            assert all("proxy_set_header X-Remote-User" in location for location in locations)
            assert all(
                ("$remote_user;" in place) is ("auth_basic " in place) for place in map(strip_comments, locations)
            )
    for block in blocks("reverse-proxy.md", "caddyfile"):
        if "basic_auth" in block:
            people, links = sorted(re.findall(r"\thandle.*?\n\t\}", block, re.DOTALL))[::-1]
            assert "basic_auth" in people
            assert "header_up X-Remote-User {http.auth.user.id}" in people
            assert "header_up -X-Remote-User" in links


def strip_comments(text: str) -> str:
    return re.sub(r"#.*", "", text)
