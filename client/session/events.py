"""What happens, as JSON lines for whoever runs the site unattended. Never a patient value."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import TextIO


class EventLog:
    """Writes one JSON object a line: ``at`` (ISO 8601, UTC), ``event`` and its facts."""

    def __init__(self, stream: TextIO | None, now: Callable[[], datetime]) -> None:
        """`stream` is line-buffered and stays the caller's; `None` writes nothing."""
        self._stream = stream
        self._now = now

    def __call__(self, event: str, **facts: str | float | None) -> None:
        """Write one event."""
        if self._stream is not None:
            line = {"at": self._now().isoformat(), "event": event, **facts}
            self._stream.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._stream.flush()
