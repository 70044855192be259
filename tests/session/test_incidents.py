"""What the software lists of technical incidents, by itself."""

from datetime import UTC, datetime, timedelta

from client.session.flow_views import Incident
from client.session.incidents import INCIDENTS_LIMIT, Incidents
from client.store.journal import JournalEvent

BEGAN = datetime(2027, 1, 2, 9, 0, tzinfo=UTC)


def read(*lines: tuple[int, JournalEvent, str]) -> list[tuple[Incident, int, int]]:
    """What is listed of these lines: second, event, instrument's model."""
    incidents = Incidents()
    for second, event, model in lines:
        facts = {"model": model} if model else {}
        incidents.read(event, facts, BEGAN + timedelta(seconds=second))
    return [
        (view.what, int((view.at - BEGAN).total_seconds()), view.seconds)
        for view in incidents.views
    ]


def test_a_cut_line_lasts_until_it_is_back() -> None:
    assert read(
        (1, JournalEvent.LINK_UP, ""),
        (10, JournalEvent.LINK_CUT, ""),
        (12, JournalEvent.RELAY_LOST, ""),
        (53, JournalEvent.PEER_RECONNECTED, ""),
    ) == [(Incident.LINK_CUT, 10, 43), (Incident.RELAY_LOST, 12, 0)]


def test_an_instrument_ends_its_own_incident_only() -> None:
    assert read(
        (1, JournalEvent.INSTRUMENT_SILENT, "CMS50E"),
        (2, JournalEvent.INSTRUMENT_SILENT, "IR42"),
        (9, JournalEvent.INSTRUMENT_PLUGGED, "IR42"),
    ) == [(Incident.INSTRUMENT_SILENT, 1, 0), (Incident.INSTRUMENT_SILENT, 2, 7)]


def test_what_goes_on_is_listed_once_and_what_is_put_away_afterwards_is_none() -> None:
    assert read(
        (1, JournalEvent.RELAY_LOST, ""),
        (2, JournalEvent.RELAY_LOST, ""),
        (3, JournalEvent.ENDED, ""),
        (4, JournalEvent.INSTRUMENT_UNPLUGGED, "IR42"),
        (5, JournalEvent.RELAY_BACK, ""),
    ) == [(Incident.RELAY_LOST, 1, 4)]


def test_the_list_is_bounded() -> None:
    lines = [(second, JournalEvent.DEVICE_FAILED, "") for second in range(INCIDENTS_LIMIT + 5)]
    assert len(read(*lines)) == INCIDENTS_LIMIT
