"""Identity on the patient's screen: typed, scanned, imported, and what it may be called (d-15)."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fakes.site_story import FILLED, NOW, ROOM, STATES
from fakes.site_terminal import Terminal, terminal

from client.core.dossier.file import Contact, Dossier
from client.core.dossier.identity_file import IdentityKeyError
from client.core.dossier.traits import REAL_OIDS, IdentityStatus, Matricule, Sex, Traits
from client.session.flow_views import IdentitiesView, IdentityFileView
from client.session.snapshot import SiteSnapshot
from client.ui.screens.importing import ImportBox
from client.ui.screens.patient import PatientScreen
from client.ui.site_screen import StepAsked
from client.ui.steps import Step

OPEN = replace(STATES["start"], dossier=Dossier(FILLED.operator), room=ROOM)
QUALIFIED = Traits(
    *("PAT-TROIS", ("DOMINIQUE",), "", "1979-03-15", Sex.FEMALE, "51215"),
    Matricule("279035121518989", REAL_OIDS[0]),
    IdentityStatus.QUALIFIED,
)
FILES = (
    IdentityFileView("fiche-2.json", NOW - timedelta(minutes=1)),
    IdentityFileView("fiche-1.csv", NOW - timedelta(minutes=9)),
)


def entered(seen: Terminal) -> Traits:
    found = [asked[1] for asked in seen.requests.asked if asked[0] == "enter"]
    traits = [part for part in found if isinstance(part, Traits)][-1]
    assert isinstance(traits, Traits)
    return traits


def put(seen: Terminal, name: str, value: str) -> None:
    seen.app.screen.query_one(f"#{name}").value = value  # type: ignore[attr-defined]  # an Input


async def open_again(snapshot: SiteSnapshot, seen: Terminal) -> None:
    await seen.show(snapshot)
    seen.app.post_message(StepAsked(Step.PATIENT))
    await seen.settle()


async def test_a_typed_identity_is_provisional_whatever_is_pressed() -> None:
    async with terminal(OPEN, size=(200, 60)) as seen:
        await seen.press("n", *"Durand")
        assert "Identité provisoire." in seen.text
        seen.app.screen.query_one("#document").focus()
        await seen.press("q", "r", "v")
        assert "qualifiée" not in seen.text
        await seen.press("f2")
        assert entered(seen).status is IdentityStatus.PROVISIONAL


async def test_an_identity_document_that_was_seen_validates_it() -> None:
    async with terminal(OPEN, size=(200, 60)) as seen:
        await seen.press("n", *"Durand")
        seen.app.screen.query_one("#document").focus()
        await seen.press("o")
        assert "Identité validée, pièce d" in seen.text
        await seen.press("f2")
        assert entered(seen).status is IdentityStatus.VALIDATED


async def test_an_identity_that_was_kept_is_lowered_by_a_changed_trait() -> None:
    kept = replace(OPEN, dossier=replace(FILLED, traits=QUALIFIED))
    async with terminal(kept, size=(200, 60)) as seen:
        await open_again(kept, seen)
        assert "Identité qualifiée, telle que reçue." in seen.text
        put(seen, "used_name", "DURAND")
        await seen.settle()
        assert "Identité qualifiée, telle que reçue." in seen.text
        put(seen, "first_names", "DOMINIQUE MARIE")
        await seen.settle()
        assert "redevenue provisoire" in seen.text
        await seen.press("f2")
        assert entered(seen).status is IdentityStatus.PROVISIONAL


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_an_imported_identity_is_confirmed_before_it_replaces_what_was_typed(
    size: tuple[int, int],
) -> None:
    async with terminal(OPEN, size=size) as seen:
        await seen.press("n", *"Dur")
        put(seen, "address", "12 rue des Halles")
        put(seen, "callback", "0612345678")
        assert "F5 importer" in seen.text
        await seen.press("f5")
        assert isinstance(seen.app.screen, ImportBox)
        assert seen.requests.asked == [("find_identities",)]
        seen.requests.change(identities=IdentitiesView(FILES))
        await seen.settle()
        assert "fiche-2.json" in seen.text
        await seen.press("f2")
        assert isinstance(seen.app.screen, ImportBox), "nothing was read yet"
        await seen.press("down", "enter")
        assert seen.requests.asked[-1] == ("read_identity", Path("fiche-1.csv"))
        seen.requests.change(
            identities=IdentitiesView(FILES, replace(QUALIFIED, used_name="TROIS"))
        )
        await seen.settle()
        assert "F2 reprendre" in seen.text, "the keys stay in sight"
        for told in (
            "PAT-TROIS",
            "15/03/1979",
            "femme",
            "279035121518989",
            "telle que reçue",
            "F2",
        ):
            assert told in seen.text
        await seen.press("f2")
        assert isinstance(seen.app.screen, PatientScreen)
        assert seen.requests.snapshot.identities == IdentitiesView(), "nothing of it stays"
        await seen.press("f2")
        assert entered(seen) == replace(QUALIFIED, used_name="TROIS")
        assert ("enter", Contact("12 rue des Halles", "0612345678", "")) in seen.requests.asked


async def test_what_was_imported_and_changed_is_lowered_and_leaving_forgets_nothing() -> None:
    async with terminal(OPEN, size=(200, 60)) as seen:
        await seen.press("n", "f5")
        seen.requests.change(identities=IdentitiesView(FILES, QUALIFIED))
        await seen.settle()
        await seen.press("f2", "escape", "n")
        assert "Identité qualifiée, telle que reçue." in seen.text
        put(seen, "birth_name", "PAT-DEUX")
        await seen.settle()
        assert "redevenue provisoire" in seen.text
        put(seen, "birth_name", "PAT-TROIS")
        await seen.settle()
        assert "Identité qualifiée, telle que reçue." in seen.text


async def test_a_file_that_cannot_be_read_says_what_to_do_and_changes_nothing() -> None:
    async with terminal(OPEN) as seen:
        await seen.press("n", *"Dur", "f5", *"x.csv", "enter")
        assert seen.requests.asked[-1] == ("read_identity", Path("x.csv"))
        seen.requests.change(identities=IdentitiesView(failure=IdentityKeyError("sexe")))
        await seen.settle()
        told = " ".join(seen.text.split())
        assert "« sexe »" in told
        assert "exportez-la" in told
        await seen.press("f2", "escape")
        assert isinstance(seen.app.screen, PatientScreen)
        assert "Dur" in seen.text
