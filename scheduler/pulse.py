"""Whether the service in this process still does what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

BEAT_SECONDS = 10
"""How often the service says that it lives."""
_SILENCE = timedelta(seconds=6 * BEAT_SECONDS)
"""What a busy machine may delay a beat by before the service is taken for dead."""


@dataclass(slots=True)
class Pulse:
    """The last sign of life of a service: given by the same clock and threads that run its jobs."""

    last: datetime | None = None

    def beat(self, now: datetime) -> None:
        """The service lives at this moment."""
        self.last = now

    def is_felt(self, now: datetime) -> bool:
        """Whether the service has given a sign of life lately; one to come was given before the clock was set back."""
        return self.last is not None and abs(now - self.last) <= _SILENCE
