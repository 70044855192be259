"""What is typed ahead of the screen goes where it was meant."""

from dataclasses import replace

from fakes.site_story import FILLED, ROOM, STATES
from fakes.site_terminal import terminal
from textual.events import Key

from client.core.dossier.background import Background
from client.core.dossier.consent import Consent, Item
from client.core.dossier.file import Contact, Dossier
from client.core.dossier.traits import Sex, Traits


async def test_keys_typed_ahead_go_where_they_were_meant() -> None:
    fresh = replace(STATES["start"], room=ROOM, dossier=Dossier(FILLED.operator))
    async with terminal(fresh) as seen:
        typed = ["n", *"Delacour", "enter", *"Anne", "enter", *"1948", "enter", "f", "enter"]
        typed += [*"Besan", "enter", *"0612", "enter", "enter", "3", "o", *"toux", "enter", "1"]
        for key in typed:
            character = key if len(key) == 1 else None
            seen.app.post_message(Key(key, character))
        for _ in typed:
            await seen.settle()
        found = [asked[1] for asked in seen.requests.asked if asked[0] == "enter"]
        traits, contact, consent, background = found
        assert traits == Traits("Delacour", ("Anne",), "", "1948", Sex.FEMALE)
        assert contact == Contact("Besan", "0612", "")
        assert isinstance(consent, Consent)
        assert consent.refused == (Item.PICTURES,)
        assert isinstance(background, Background)
        assert background.reason == "toux"
