"""The command `mercato`, and `python -m mercato`: Ctrl-C is heard while the program is still loading, too."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line."""
    try:
        # Imported here: it takes a second or so, in which Ctrl-C ended with a traceback.
        from mercato.cli import main as run  # noqa: PLC0415

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
