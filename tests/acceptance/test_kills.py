"""kill -9 at random moments of composing and sending: nothing is missing, nothing is composed twice."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path

import pytest
from killed_senders import RECIPIENTS, kill_at_random, ledger, prepare, recipients
from mail_room import Moody, serving
from postgresql_server import url_of

from mercato.model import Delivery
from storage.engine import open_database

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("kind", "senders"),
    [
        pytest.param("sqlite", 1, id="sqlite"),
        pytest.param("sqlite", 2, id="sqlite, two senders"),
        pytest.param("postgresql", 2, id="postgresql, two senders", marks=pytest.mark.postgresql),
    ],
)
def test_nothing_is_lost_or_composed_twice(
    kind: str,
    senders: int,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The process that senders are forked from has to find these folders, to load what they need once, not each time.
    here = Path(__file__).parent
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(here), str(here.parent))))
    digests = kills = request.config.getoption("--kills")
    url = f"sqlite:///{tmp_path / 'mercato.db'}"
    if kind == "postgresql":
        url = url_of(*request.getfixturevalue("postgresql_database"))
    inbox = Moody()
    with serving(inbox) as port:
        settings = prepare(tmp_path, url, port, digests)
        toll = kill_at_random(settings, inbox, kills, senders, request.config.getoption("--seed"))
    with open_database(url) as database:
        lines = ledger(database)
    with capsys.disabled():
        print(
            f"\n{kind}, {senders} sender(s): {toll.kills} kills, {toll.mails} mails for {digests * RECIPIENTS} "
            f"recipients of {digests} digests ({toll.before} of them while killing), {toll.repeated} repeated, "
            f"{toll.seconds:.0f} s"
        )
    assert toll.kills == kills
    told = [line for line in lines if line.stories]
    assert sorted(line.watch for line in told) == sorted(watch.name for watch in settings.watches), "each once"
    assert {one.state for line in told for one in line.deliveries} == {Delivery.SENT}
    contents: defaultdict[tuple[str, str], set[bytes]] = defaultdict(set)
    for (recipient, content), (_, mail) in zip(inbox.taken, inbox.mails, strict=True):
        contents[recipient, str(mail["Message-ID"])].add(content)
    composed = {line.watch: line.message_id for line in told}
    wanted = {(to, composed[f"w{number}"]) for number in range(digests) for to in recipients(number)}
    assert set(contents) == wanted, "every recipient has the one mail"
    assert {len(versions) for versions in contents.values()} == {1}, "what is repeated is the same to the byte"
    assert toll.repeated <= toll.kills, "a kill repeats one mail at most"
