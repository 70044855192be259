"""What the software lists of technical incidents, by itself."""

from datetime import UTC, datetime, timedelta

import pytest

from client.core.incidents import ENDED, ENDS, IncidentKind, Incidents, incidents_in
from client.core.record import JournalEntry
from client.store.journal import JournalEvent

BEGAN = datetime(2027, 1, 2, 9, 0, tzinfo=UTC)
Line = tuple[int, JournalEvent, str]


def entries(*lines: Line) -> list[JournalEntry]:
    """A journal of these: second, event, instrument's model."""
    return [
        JournalEntry(
            number=number,
            at=BEGAN + timedelta(seconds=second),
            event=event.value,
            facts={"model": model} if model else {},
            previous=b"",
            hash=b"",
            signature=b"",
        )
        for number, (second, event, model) in enumerate(lines, 1)
    ]


def read(*lines: Line) -> list[tuple[IncidentKind, int, int | None]]:
    """What is listed of these lines: what, from which second, for how many."""
    return [
        (
            one.kind,
            int((one.at - BEGAN).total_seconds()),
            None if one.over_at is None else int((one.over_at - one.at).total_seconds()),
        )
        for one in incidents_in(entries(*lines))
    ]


def test_a_cut_line_lasts_until_it_is_back() -> None:
    assert read(
        (1, JournalEvent.LINK_UP, ""),
        (10, JournalEvent.LINK_CUT, ""),
        (12, JournalEvent.RELAY_LOST, ""),
        (53, JournalEvent.PEER_RECONNECTED, ""),
    ) == [(IncidentKind.LINK_CUT, 10, 43), (IncidentKind.RELAY_LOST, 12, None)]


def test_an_instrument_ends_its_own_incident_only() -> None:
    assert read(
        (1, JournalEvent.INSTRUMENT_SILENT, "CMS50E"),
        (2, JournalEvent.INSTRUMENT_SILENT, "IR42"),
        (9, JournalEvent.INSTRUMENT_PLUGGED, "IR42"),
    ) == [(IncidentKind.INSTRUMENT_SILENT, 1, None), (IncidentKind.INSTRUMENT_SILENT, 2, 7)]


def test_what_goes_on_is_listed_once_and_lasts_to_the_end_of_the_act_at_most() -> None:
    assert read(
        (1, JournalEvent.RELAY_LOST, ""),
        (2, JournalEvent.RELAY_LOST, ""),
        (3, JournalEvent.ENDED, ""),
        (4, JournalEvent.INSTRUMENT_UNPLUGGED, "IR42"),
        (5, JournalEvent.RELAY_BACK, ""),
    ) == [(IncidentKind.RELAY_LOST, 1, None)]


@pytest.mark.parametrize("kind", IncidentKind)
def test_every_kind_is_listed_with_its_line_and_what_it_is_about(kind: IncidentKind) -> None:
    lines = entries((1, JournalEvent.OPENED, ""), (2, JournalEvent(kind.value), "IR42"))
    (found,) = incidents_in(lines)
    assert (found.kind, found.subject, found.line) == (kind, "IR42", 2)
    assert found.is_open is (kind in {ended for kinds in ENDS.values() for ended in kinds})


def test_the_events_are_the_journals() -> None:
    assert {*ENDS, ENDED} <= {event.value for event in JournalEvent}


def test_what_is_of_a_moment_is_listed_each_time_up_to_the_limit() -> None:
    incidents = Incidents(limit=3)
    for second in range(5):
        incidents.read("device_failed", {"device": "camera"}, BEGAN + timedelta(seconds=second))
    assert [one.line for one in incidents.found] == [3, 4, 5]
    assert {one.subject for one in incidents.found} == {"camera"}
