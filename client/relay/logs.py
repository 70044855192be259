"""The log as one JSON object a line, for programs that collect logs.

Nothing is added to what the messages say, and those name no mailbox, no address and no token.
"""

import json
import logging
from datetime import UTC, datetime


class JsonLines(logging.Formatter):
    """``{"time": ..., "level": ..., "logger": ..., "message": ...}``, and ``trace`` of an error."""

    def format(self, record: logging.LogRecord) -> str:
        """See `logging.Formatter`; the time is UTC (RFC 3339)."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def log_json_lines() -> None:
    """From now on, whatever handler the program's log has."""
    for handler in logging.getLogger().handlers:
        handler.setFormatter(JsonLines())
