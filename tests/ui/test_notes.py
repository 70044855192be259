"""Notes stay at the site; a line becomes one only by its own key."""

from dataclasses import replace

from fakes.site_story import FILLED, STATES
from fakes.site_terminal import terminal

from client.core.dossier.file import Notes

CONNECTED = replace(STATES["connected"], dossier=FILLED)


async def test_a_note_is_kept_beside_those_before_and_is_not_sent() -> None:
    noted = replace(CONNECTED, dossier=replace(FILLED, notes=Notes("Fille prévenue.")))
    async with terminal(noted) as seen:
        await seen.press("d")
        assert "Fille prévenue." in seen.text
        await seen.press(*"Revient", "f2")
        assert seen.requests.asked == [("enter", Notes("Fille prévenue.\nRevient"))]
        await seen.press("d")
        assert "Revient" in seen.text


async def test_a_line_that_is_sent_is_no_note() -> None:
    async with terminal(CONNECTED) as seen:
        await seen.press("d", *"oui", "enter")
        assert seen.requests.asked == [("write", "oui")]
