"""Digests as .eml files: for reading without a mail server, and for keeping."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from alerts.delivery.mime import to_bytes
from alerts.identity import list_id, slug
from mercato.errors import DeliveryError
from mercato.i18n import phrase
from mercato.model import Message


def write_eml(message: Message, recipient: str, folder: Path) -> Path:
    """Write the bytes that SMTP would send into `folder`, and tell where.

    The name is the same for the same message and recipient («2026-03-18T0930Z_ia-5d2c1e_ana-example-org_1f0c9a3b.eml»),
    so writing again replaces the file. It appears whole or not at all. Raises DeliveryError when it cannot be
    written, RefusedError for an address that cannot stand in a mail.
    """
    content = to_bytes(message, recipient)
    target = folder / file_name(message, recipient)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write_whole(content, target)
    except OSError as error:
        raise DeliveryError(
            phrase(
                "the mail could not be written to {target}: {why}; check the folder of [mail] outbox, its "
                "rights and the free space",
                target=target,
                why=error.strerror or error,
            )
        ) from error
    return target


def file_name(message: Message, recipient: str) -> str:
    """Date, watch and recipient for people, and eight digits that tell apart what would look the same."""
    key = hashlib.sha256(f"{message.message_id}\n{recipient}".encode()).hexdigest()[:8]
    watch = list_id(message.message_id).strip("<>").partition(".")[0]
    return f"{message.date:%Y-%m-%dT%H%MZ}_{watch}_{slug(recipient)}_{key}.eml"


def _write_whole(content: bytes, target: Path) -> None:
    """Write beside the target, flush to the disk, then rename: a crash leaves the old file or the new one."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
