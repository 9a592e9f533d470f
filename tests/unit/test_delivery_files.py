"""Digests as .eml files."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from digest_samples import NOW, rich_digest

from alerts.delivery.files import write_eml
from alerts.delivery.mime import to_bytes
from alerts.render import render
from mercato.errors import DeliveryError
from mercato.model import Message


@pytest.fixture
def message() -> Message:
    return render(rich_digest(), sender="mercato@example.org", now=NOW)


def test_the_file_holds_what_smtp_would_send(message: Message, tmp_path: Path) -> None:
    path = write_eml(message, "ana@example.org", tmp_path / "new" / "outbox")
    assert path.read_bytes() == to_bytes(message, "ana@example.org")
    assert path.name.startswith("2026-03-18T0930Z_talents-ia-")
    assert "_ana-example-org_" in path.name


def test_writing_again_replaces_and_leaves_nothing_behind(message: Message, tmp_path: Path) -> None:
    paths = {write_eml(message, "ana@example.org", tmp_path) for _ in range(2)}
    assert set(tmp_path.iterdir()) == paths


def test_what_differs_has_a_file_of_its_own(message: Message, tmp_path: Path) -> None:
    other = replace(message, message_id="<talents-ia-4462b6.20260318T0930Z.other@example.org>")
    paths = {write_eml(message, r, tmp_path) for r in ("a.b@example.org", "a-b@example.org")}
    paths.add(write_eml(other, "a.b@example.org", tmp_path))
    assert len(paths) == 3


def test_a_folder_that_cannot_be_made_is_named(message: Message, tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("in the way")
    with pytest.raises(DeliveryError, match=r"outbox.*\[mail\] outbox"):
        write_eml(message, "ana@example.org", tmp_path / "outbox")


def test_a_failed_write_leaves_the_old_file(message: Message, tmp_path: Path) -> None:
    path = write_eml(message, "ana@example.org", tmp_path)
    before = path.read_bytes()
    path.unlink()
    path.mkdir()  # a folder cannot be replaced by a file
    (path / "kept").write_bytes(before)
    with pytest.raises(DeliveryError, match=os.path.basename(path)):  # noqa: PTH119  # the name alone
        write_eml(message, "ana@example.org", tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    assert (path / "kept").read_bytes() == before
