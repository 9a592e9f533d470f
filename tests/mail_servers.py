"""A real Postfix and a real Dovecot for tests: instances of their own in a temporary folder, on loopback alone.

Nothing of the system's own mail service is read, written or signalled: configuration, queue, lock files, log and
letter boxes lie in the folder, and what was started is stopped by its own master. Both change user for each of their
processes, so both need root.
"""

from __future__ import annotations

import os
import pwd
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_START_SECONDS = 30.0
_STOP_SECONDS = 20.0
_ACCOUNT = "postfix"  # made by the system's package; Postfix delivers as this user, and Dovecot reads as it
PASSWORD = "mercato"  # of a letter box that lives as long as the test


class MailServerUnavailableError(Exception):
    """A mail server could not be started; the text says why."""


@dataclass(frozen=True, slots=True)
class LetterBox:
    """A running Postfix that puts whatever comes for example.org into one Maildir."""

    folder: Path
    port: int

    @property
    def maildir(self) -> Path:
        """Where the mails are."""
        return self.folder / "mail" / "Maildir"


@contextmanager
def running_postfix() -> Iterator[LetterBox]:
    """Start Postfix with a queue of its own. Raises MailServerUnavailableError when it cannot be had."""
    programs = _programs("postfix", "postconf")
    account = _account()
    # Not pytest's folder: other users' processes must get there.
    folder = Path(tempfile.mkdtemp(prefix="mercato-postfix-"))
    try:
        folder.chmod(0o755)
        box = LetterBox(folder, free_port())
        _configure_postfix(box, account)
        postfix = [programs["postfix"], "-c", str(folder / "etc")]
        with _started([*postfix, "start-fg"], folder / "start.log", [*postfix, "stop"], lambda: _greets(box.port)):
            yield box
    finally:
        shutil.rmtree(folder)


def _configure_postfix(box: LetterBox, account: pwd.struct_passwd) -> None:
    for name, owner in (("etc", 0), ("queue", 0), ("data", account.pw_uid), ("mail", account.pw_uid)):
        (box.folder / name).mkdir()
        os.chown(box.folder / name, owner, -1)
    settings = {
        "compatibility_level": "3.6",
        "queue_directory": box.folder / "queue",
        "data_directory": box.folder / "data",
        "maillog_file": box.folder / "log",
        "maillog_file_prefixes": box.folder,
        "mail_owner": account.pw_name,
        "inet_interfaces": "127.0.0.1",
        "inet_protocols": "ipv4",
        "myhostname": "relay.example.org",
        "mydestination": "",
        "local_recipient_maps": "",
        "alias_maps": "",
        "alias_database": "",
        "default_transport": "error:nothing leaves this machine",
        "virtual_mailbox_domains": "example.org",
        "virtual_mailbox_base": box.folder / "mail",
        "virtual_mailbox_maps": "static:Maildir/",
        "virtual_minimum_uid": "1",
        "virtual_uid_maps": f"static:{account.pw_uid}",
        "virtual_gid_maps": f"static:{account.pw_gid}",
        "smtputf8_enable": "no",  # what we send has to be ASCII: nothing may need the extension
    }
    lines = "".join(f"{key} = {value}\n" for key, value in settings.items())
    (box.folder / "etc" / "main.cf").write_text(lines, encoding="ascii")
    (box.folder / "etc" / "master.cf").write_text(_MASTER.format(port=box.port), encoding="ascii")


_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


@contextmanager
def running_dovecot(box: LetterBox) -> Iterator[int]:
    """Start Dovecot's IMAP server on the letter box; gives its port. Raises MailServerUnavailableError."""
    programs = _programs("dovecot", "doveadm")
    version = subprocess.run([programs["dovecot"], "--version"], capture_output=True, text=True, check=True).stdout
    if not version.startswith("2.3"):
        raise MailServerUnavailableError(f"Dovecot {version.split()[0]} reads other settings than 2.3's")
    account, port = _account(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="mercato-dovecot-"))
    try:
        folder.chmod(0o755)
        (folder / "dovecot.conf").write_text(
            _DOVECOT.format(
                folder=folder,
                port=port,
                maildir=box.maildir,
                password=PASSWORD,
                uid=account.pw_uid,
                gid=account.pw_gid,
            ),
            encoding="ascii",
        )
        dovecot = [programs["dovecot"], "-c", str(folder / "dovecot.conf")]
        with _started([*dovecot, "-F"], folder / "start.log", [*dovecot, "stop"], lambda: _listens(port)):
            yield port
    finally:
        shutil.rmtree(folder)


_DOVECOT = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{maildir}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""


@contextmanager
def _started(command: list[str], log: Path, stop: list[str], is_ready: Callable[[], bool]) -> Iterator[None]:
    with log.open("wb") as said:
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=_ENVIRONMENT)
        try:
            deadline = time.monotonic() + _START_SECONDS
            while not is_ready():
                if server.poll() is not None or time.monotonic() > deadline:
                    raise MailServerUnavailableError(f"{command[0]} did not start: {_said(log)}")
                time.sleep(0.05)
            yield
        finally:
            if server.poll() is None:
                subprocess.run(stop, capture_output=True, check=False, env=_ENVIRONMENT)
                server.wait(_STOP_SECONDS)


_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}


def _said(log: Path) -> str:
    logs = [path for path in (log, log.parent / "log") if path.exists()]
    return "\n".join(path.read_text(errors="replace")[-1500:] for path in logs)


def _programs(*names: str) -> dict[str, str]:
    found = {name: shutil.which(name, path=_ENVIRONMENT["PATH"]) for name in names}
    missing = [name for name, path in found.items() if path is None]
    if missing:
        raise MailServerUnavailableError(f"not installed: {', '.join(missing)}")
    if os.geteuid() != 0:
        raise MailServerUnavailableError(f"{names[0]} has to be started by root")
    return {name: path for name, path in found.items() if path}


def _account() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(_ACCOUNT)
    except KeyError as error:
        raise MailServerUnavailableError(f"there is no user {_ACCOUNT} to deliver as") from error


def free_port() -> int:
    """A port of loopback that nobody listens to."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


def _greets(port: int) -> bool:
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=5) as server:
            return server.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False
