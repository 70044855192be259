"""What happens, as JSON lines for whoever runs the site unattended. Never a patient value."""

import json
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final, TextIO

_log: Final = logging.getLogger(__name__)


class EventLog:
    """Writes one JSON object a line: ``at`` (ISO 8601, UTC), ``event`` and its facts.

    A disk that refuses ends the events, never the consultation.
    """

    def __init__(self, stream: TextIO | None, now: Callable[[], datetime]) -> None:
        """`stream` is line-buffered and stays the caller's; `None` writes nothing."""
        self._stream = stream
        self._now = now

    def __call__(self, event: str, **facts: str | float | None) -> None:
        """Write one event."""
        if self._stream is None:
            return
        line = {"at": self._now().isoformat(), "event": event, **facts}
        try:
            self._stream.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._stream.flush()
        except OSError as error:
            _log.warning("events are not written any more: %s", type(error).__name__)
            self._stream = None
