"""The events for whoever runs a site unattended."""

import io
from datetime import UTC, datetime

from client.session.events import EventLog

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


class FullDisk(io.StringIO):
    def flush(self) -> None:
        raise OSError(28, "No space left on device")


def test_a_full_disk_ends_the_events_and_nothing_else() -> None:
    disk = FullDisk()
    events = EventLog(disk, lambda: NOW)
    events("link_up")
    events("link_cut")
    assert disk.getvalue().count("\n") == 1
