"""What judging costs: CPU time per article, by how far it was read, and of hostile text; memory over many articles."""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from alerts.lexicon import Lexicon, load_lexicon
from alerts.matching import judge
from alerts.matching.gate import gate
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
    parser.add_argument("--memory", type=int, default=0, help="articles to judge, over and over, for peak memory")
    options = parser.parse_args()
    lexicon = load_lexicon()
    records = [json.loads(row) for file in options.files for row in file.read_text(encoding="utf-8").splitlines()]
    texts = [(record["title"], record.get("body") or "") for record in records]
    print(f"{'CPU ms per article':<28} {'n':>6} {'median':>9} {'mean':>9} {'p95':>9}")
    for name, times in _by_depth(texts, lexicon, options.repeats).items():
        if times:
            print(line(name, times))
    for name, body in hostile().items():
        print(line(f"hostile: {name}", [_hostile(body, lexicon)]))
    if options.memory:
        _watch_memory(texts, lexicon, options.memory)
    return 0


def _by_depth(texts: Sequence[tuple[str, str]], lexicon: Lexicon, repeats: int) -> dict[str, list[float]]:
    """CPU milliseconds per article, by how far it was read."""
    found: dict[str, list[float]] = {"flagged": [], "not flagged": [], "- stopped at the gate": [], "- read": []}
    for title, body in texts:
        spent = cpu(lambda title=title, body=body: judge(title, body, lexicon), repeats)  # type: ignore[misc]
        if isinstance(judge(title, body, lexicon), Match):
            found["flagged"].append(spent)
            continue
        found["not flagged"].append(spent)
        found["- stopped at the gate" if gate(title, body, lexicon) else "- read"].append(spent)
    return found


def _watch_memory(texts: Sequence[tuple[str, str]], lexicon: Lexicon, count: int) -> None:
    """Peak memory of the process after each tenth of `count` articles: level, or something is kept."""
    for done in range(count):
        judge(*texts[done % len(texts)], lexicon)
        if (done + 1) % max(1, count // 10) == 0:
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(f"peak memory after {done + 1:>7} articles {peak:>6} MB")


def _hostile(body: str, lexicon: Lexicon) -> float:
    return cpu(lambda: judge("Titre", body, lexicon), 1)


if __name__ == "__main__":
    sys.exit(main())
