"""What judging costs: CPU time per article, flagged and not, and against the length of hostile text."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from alerts.lexicon import Lexicon, load_lexicon
from alerts.matching import judge
from mercato.model import Match

SAMPLE = Path(__file__).parent.parent / "tests" / "quality" / "articles.jsonl"
HOSTILE = 200_000  # characters


def cpu(work: Callable[[], object], repeats: int) -> float:
    """Least CPU time of `repeats` runs, in milliseconds: what the work costs when nothing disturbs it."""
    return min(_once(work) for _ in range(repeats)) * 1000


def _once(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def line(name: str, times: list[float]) -> str:
    cuts = statistics.quantiles(times, n=20) if len(times) > 1 else [times[0]] * 19
    return (
        f"{name:<28} {len(times):>6} {statistics.median(times):>9.3f} {statistics.fmean(times):>9.3f} {cuts[18]:>9.3f}"
    )


def hostile() -> dict[str, str]:
    return {
        "one endless sentence": "rejoint Meta et quitte Apple pour " * (HOSTILE // 34),
        "50,000 capitals": "Ab " * 50_000,
        "nested quotes": "« " * (HOSTILE // 4) + " »" * (HOSTILE // 4),
        "no space at all": "a" * HOSTILE,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, default=[SAMPLE], help="JSON Lines with title and body")
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    lexicon = load_lexicon()
    records = [json.loads(row) for file in options.files for row in file.read_text(encoding="utf-8").splitlines()]
    flagged: list[float] = []
    others: list[float] = []
    for record in records:
        title, body = record["title"], record.get("body") or ""
        spent = cpu(lambda title=title, body=body: judge(title, body, lexicon), options.repeats)
        (flagged if isinstance(judge(title, body, lexicon), Match) else others).append(spent)
    print(f"{'CPU ms per article':<28} {'n':>6} {'median':>9} {'mean':>9} {'p95':>9}")
    for name, times in (("flagged", flagged), ("not flagged", others)):
        if times:
            print(line(name, times))
    for name, body in hostile().items():
        print(line(f"hostile: {name}", [_hostile(body, lexicon)]))
    return 0


def _hostile(body: str, lexicon: Lexicon) -> float:
    return cpu(lambda: judge("Titre", body, lexicon), 1)


if __name__ == "__main__":
    sys.exit(main())
