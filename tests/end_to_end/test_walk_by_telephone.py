"""Without a picture the consultation goes on by telephone: real app, real page."""

from dataclasses import replace
from pathlib import Path

import pytest
from end_to_end.test_known_gp_in_chromium import (
    a_browser,
    relay_url,  # noqa: F401 -- a fixture
)
from end_to_end.walking import (
    SIZES,
    at_the_terminal,
    noted,
    options_of,
    pdf_text,
    record_in,
)

from client.core.consultation import State
from client.core.dossier.ending import Alternative, Destination
from client.core.incidents import IncidentKind
from client.demo.gp_in_chromium import PATIENCE_MS
from client.demo.media import PHARMACIST_VOICE
from client.store import keys
from client.store.journal import JournalEvent
from client.ui.screens.otherwise import OtherwiseBox, TelephoneBox

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

SUMMARY = "Vue au bout du fil (fictif)."


async def test_on_by_telephone_once_the_picture_is_impossible(
    relay_url: str,  # noqa: F811 -- the fixture
    tmp_path: Path,
) -> None:
    """R6316-4: the moment and the reason stand in the record (rules-fr.md, d-5 and d-6)."""
    folder, secrets = tmp_path / "records", keys.ephemeral()
    options = replace(
        options_of(relay_url, folder, {}),
        microphone=f"file:{PHARMACIST_VOICE}",
    )
    async with a_browser() as gp, at_the_terminal(options, secrets, SIZES[0]) as person:
        await person.prepare()
        await person.meet(gp)
        await person.until(lambda now: now.video_impossible_since is not None)
        since = person.now.video_impossible_since
        assert "y, que faire" in person.text
        assert IncidentKind.VIDEO_IMPOSSIBLE in [one.kind for one in person.now.incidents]
        await person.press("y")
        assert isinstance(person.app.screen, OtherwiseBox)
        await person.press("2")
        assert isinstance(person.app.screen, TelephoneBox)
        assert "0612345678" in person.text.replace(" ", "")

        # The GP is told, with the number to call.
        told = gp.page.get_by_test_id("went-on")
        await told.wait_for(timeout=PATIENCE_MS)
        assert "téléphone" in await told.inner_text()
        assert "0612345678" in await told.inner_text()
        await person.press("escape")
        await gp.summarise(SUMMARY)
        await gp.leave()
        await person.until(lambda now: now.state is State.ENDED)
        files = await person.save(tmp_path / "paper")
        await person.press("o", "q")

    record = record_in(folder, secrets)
    assert noted(record, JournalEvent.VIDEO_IMPOSSIBLE) == [{"cause": "camera"}]
    assert noted(record, JournalEvent.WENT_ON) == [{"how": Alternative.TELEPHONE.value}]
    impossible, went_on = (
        next(line for line in record.journal if line.event == event)
        for event in (JournalEvent.VIDEO_IMPOSSIBLE, JournalEvent.WENT_ON)
    )
    assert since is not None
    assert impossible.number < went_on.number
    assert since <= went_on.at
    ending = record.dossier.ending
    assert ending is not None
    assert ending.went_on is Alternative.TELEPHONE
    assert Destination.PATIENT in ending.destinations
    assert "poursuivie par téléphone" in " ".join(map(pdf_text, files))
    assert SUMMARY in " ".join(map(pdf_text, files))
