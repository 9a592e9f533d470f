"""The program of a cycle's process: bound to its parent before anything is loaded, which takes seconds.

Whoever is killed meanwhile leaves no crawl behind. `scheduler.cycle` says what goes in and out.
"""

from __future__ import annotations

import sys

from crawler.processes import die_with_parent

if __name__ == "__main__":
    die_with_parent(int(sys.argv[1]))
    # Only now: all of Mercato comes with it.
    from scheduler.cycle import main

    sys.exit(main())
