"""What other programs make of our bytes: every Python that is supported, and Perl, where they are installed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from digest_samples import NOW, rich_digest

from alerts.delivery.mime import to_bytes
from alerts.links import personal
from alerts.render import render
from mercato.model import Message

BASE = "https://" + "m" * 60 + "." + "n" * 60 + "." + "o" * 40 + ".example"
SUBJECT = (
    "Démenti : Hélène Le Floc’h-Œuvrard ne quitterait pas Mistral pour Nébulia, où naîtraient « cœurs » et « âmes » 🤖"
)

PYTHON = """
import email, email.policy, json, sys
mail = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default)
parts = {p.get_content_type(): p.get_content() for p in mail.walk() if not p.is_multipart()}
headers = {name: str(value) for name, value in mail.items()}
print(json.dumps({"headers": headers, "parts": parts, "defects": len(mail.defects)}))
"""

PERL = """
use strict; use warnings; use Encode; use MIME::QuotedPrint; use JSON::PP;
binmode STDIN; my $raw = do { local $/; <STDIN> };
my ($head, $body) = split /\\r\\n\\r\\n/, $raw, 2;
$head =~ s/\\r\\n[ \\t]+/ /g;
my %h; for (split /\\r\\n/, $head) { my ($n, $v) = split /: /, $_, 2; $h{$n} = decode('MIME-Header', $v); }
my ($boundary) = $h{'Content-Type'} =~ /boundary="([^"]+)"/;
my %parts;
for my $part (split /--\\Q$boundary\\E(?:--)?\\r\\n/, $body) {
  my ($h, $b) = split /\\r\\n\\r\\n/, $part, 2; next unless $h && $h =~ m{Content-Type: (text/\\w+)};
  $parts{$1} = decode('UTF-8', decode_qp($b));
}
print JSON::PP->new->ascii->encode({headers => \\%h, parts => \\%parts, defects => 0});
"""


def python(version: str) -> str:
    """The interpreter of that version; skips the test where there is none."""
    if version == f"{sys.version_info.major}.{sys.version_info.minor}":
        return sys.executable
    homes = Path.home() / ".pyenv" / "versions"
    # A shim of pyenv on the PATH need not lead anywhere: its own folders come first.
    found = next(map(str, homes.glob(f"{version}.*/bin/python")), None) or shutil.which(f"python{version}")
    return found or pytest.skip(f"no Python {version} here")


def reader(name: str) -> list[str]:
    """The command that reads a mail from standard input and says in JSON what it found."""
    if name != "perl":
        return [python(name), "-c", PYTHON]
    return [shutil.which("perl") or pytest.skip("no Perl here"), "-e", PERL]


def a_mail() -> Message:
    made = render(rich_digest(), sender="mercato@example.org", now=NOW)
    thread = tuple(f"<talents-ia-5d2c1e.2026031{day}T0700Z.0123456789@example.org>" for day in range(9))
    return personal(replace(made, subject=SUBJECT, references=thread, link_base=BASE), "0" * 16, "ana@example.org", "k")


@pytest.mark.parametrize("name", ["3.11", "3.12", "3.13", "perl"])
def test_every_header_and_part_survives(name: str) -> None:
    mail = a_mail()
    content = to_bytes(mail, "ana@example.org")
    answer = subprocess.run(reader(name), input=content, capture_output=True, check=False)
    assert answer.returncode == 0, answer.stderr.decode()
    read = json.loads(answer.stdout)
    assert len(mail.unsubscribe) > 200
    assert read["headers"].pop("Content-Type").startswith('multipart/alternative; boundary="=_')
    assert read["headers"] == {
        "From": "Mercato <mercato@example.org>",
        "To": "ana@example.org",
        "Subject": SUBJECT,
        "Date": "Wed, 18 Mar 2026 09:30:00 +0000",
        "Message-ID": mail.message_id,
        "List-Id": "<talents-ia-" + mail.message_id.split("-", 2)[2].split(".")[0] + ".mercato.example.org>",
        "In-Reply-To": mail.references[-1],
        "References": " ".join(mail.references),
        "List-Unsubscribe": f"<{mail.unsubscribe}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
    }
    assert read["defects"] == 0
    found = {kind: text.replace("\r\n", "\n").rstrip("\n") for kind, text in read["parts"].items()}
    assert found == {"text/plain": mail.text.rstrip("\n"), "text/html": mail.html.rstrip("\n")}


def test_the_bytes_are_what_every_server_takes() -> None:
    content = to_bytes(a_mail(), "ana@example.org")
    assert content.isascii()
    assert max(len(line) for line in content.split(b"\r\n")) <= 998
    assert b"\n" not in content.replace(b"\r\n", b"")
