"""The flow from "bonjour" to the next patient, key by key."""

from dataclasses import replace

import pytest
from fakes.site_story import CONSENT, FILLED, GPS, ROOM, STATES, TRAITS, ago
from fakes.site_terminal import Terminal, terminal

from client.core.consultation import State
from client.core.dossier.background import Background, Question
from client.core.dossier.consent import Consent, Giver, Item, Mode
from client.core.dossier.ending import Act, Alternative, Destination, Ending, Role, StopReason
from client.core.dossier.file import Contact, Dossier, Operator
from client.core.dossier.room import RoomCheck, RoomItem
from client.core.dossier.traits import IdentityStatus, Sex, Traits
from client.session.flow_views import PrintState, VoiceTrial, Wish
from client.session.snapshot import AskView, SiteSnapshot
from client.store.errors import StorageFailedError
from client.ui.ending_choices import chosen_ending
from client.ui.screens.calling import CallScreen
from client.ui.screens.consent import ConsentScreen
from client.ui.screens.consultation import ConsultationScreen
from client.ui.screens.ending import EndingScreen
from client.ui.screens.invitation import InvitationScreen
from client.ui.screens.otherwise import OtherwiseBox
from client.ui.screens.patient import PatientScreen
from client.ui.screens.reason import QuestionsScreen, ReasonScreen
from client.ui.screens.room import RoomScreen
from client.ui.screens.start import StartScreen
from client.ui.screens.waiting import WaitingScreen
from client.ui.screens.words import WordsScreen
from client.ui.site_screen import StepAsked
from client.ui.steps import Step
from devices.readings import Kind

OPERATOR = FILLED.operator
FRESH = replace(STATES["start"], dossier=Dossier(OPERATOR), contacts=GPS)
OPEN = replace(FRESH, room=ROOM)
MOST_KEYS = 25


class Stopwatch:
    """Counts every key that is not a letter of a text."""

    def __init__(self, seen: Terminal) -> None:
        self._seen = seen
        self.keys = 0

    async def press(self, *keys: str) -> None:
        self.keys += len(keys)
        await self._seen.press(*keys)

    async def type(self, text: str) -> None:
        keys = ["space" if c == " " else "slash" if c == "/" else c for c in text]
        await self._seen.press(*keys)

    async def field(self, text: str) -> None:
        await self.type(text)
        await self.press("enter")


def entered(seen: Terminal, kind: type) -> list[object]:
    found = [asked[1] for asked in seen.requests.asked if asked[0] == "enter"]
    return [part for part in found if isinstance(part, kind)]


async def _prepared(person: Stopwatch) -> None:
    await person.press("n", "o")
    for text in ("Delacour", "Anne Marie", "12/03/1948"):
        await person.field(text)
    await person.press("f")
    await person.field("")
    await person.field("12 rue des Halles")
    await person.field("0612345678")
    await person.field("")
    await person.press("o")
    await person.field("toux")
    await person.press("1")
    await person.press("f2")


async def test_a_simple_consultation_takes_at_most_25_keys_besides_free_text() -> None:
    async with terminal(FRESH) as seen:
        person = Stopwatch(seen)
        await _prepared(person)
        assert isinstance(seen.app.screen, CallScreen)
        await person.press("enter")
        assert ("call", GPS[0].public) in seen.requests.asked
        seen.requests.change(state=State.INVITING, calling=GPS[0])
        await seen.settle()
        seen.requests.change(state=State.VERIFIED, instruments=STATES["connected"].instruments)
        await seen.settle()
        assert isinstance(seen.app.screen, ConsultationScreen)
        for what, key in (("oximeter", "x"), ("temperature", "t")):
            seen.requests.change(asked=AskView(1, what, "", STATES["connected"].at))
            await seen.settle()
            await person.press(key)
        await person.press("o", "f")
        seen.requests.change(state=State.ENDED, ended="finished", ended_by_gp=True, summary="Vu.")
        await seen.settle()
        assert isinstance(seen.app.screen, EndingScreen)
        await person.press("o")
        assert person.keys <= MOST_KEYS, person.keys
        names = [asked[0] for asked in seen.requests.asked]
        assert names == [
            *("check_room", "enter", "enter", "enter", "enter", "enter", "call"),
            *("measure", "measure", "aim", "take_still", "enter"),
        ]


async def test_what_was_typed_is_entered_as_it_was_meant() -> None:
    async with terminal(FRESH) as seen:
        await _prepared(Stopwatch(seen))
        assert entered(seen, Traits) == [
            Traits("Delacour", ("Anne", "Marie"), "", "1948-03-12", Sex.FEMALE)
        ]
        assert entered(seen, Contact) == [Contact("12 rue des Halles", "0612345678", "")]
        backgrounds = entered(seen, Background)
        assert isinstance(backgrounds[-1], Background)
        assert backgrounds[-1].reason == "toux"
        assert backgrounds[-1].protocol


STEPS = [
    (FRESH, RoomScreen),
    (OPEN, PatientScreen),
    (replace(OPEN, dossier=replace(FILLED, consent=None, background=None)), ConsentScreen),
    (replace(OPEN, dossier=replace(FILLED, background=None)), ReasonScreen),
    (replace(OPEN, dossier=FILLED), CallScreen),
]


@pytest.mark.parametrize(("snapshot", "screen"), STEPS)
async def test_a_consultation_goes_on_where_it_was_left(
    snapshot: SiteSnapshot, screen: type
) -> None:
    async with terminal(snapshot) as seen:
        await seen.press("n")
        assert isinstance(seen.app.screen, screen)
        await seen.press("escape")
        assert isinstance(seen.app.screen, StartScreen)
        await seen.press("n")
        assert isinstance(seen.app.screen, screen)


async def test_the_room_is_opened_again_on_another_day() -> None:
    yesterday = replace(ROOM, at_ms=ROOM.at_ms - 86_400_000)
    async with terminal(replace(OPEN, room=yesterday)) as seen:
        await seen.press("n")
        assert isinstance(seen.app.screen, RoomScreen)


async def test_one_key_confirms_what_is_fine_and_nothing_else() -> None:
    async with terminal(replace(FRESH, camera_works=False)) as seen:
        await seen.press("n", "3", "o")
        (asked,) = seen.requests.asked
        check = asked[1]
        assert isinstance(check, RoomCheck)
        assert set(check.failed) == {RoomItem.DOOR, RoomItem.CAMERA}
        assert set(check.checked) == {
            *(RoomItem.CALM, RoomItem.LIGHT, RoomItem.DISINFECTION, RoomItem.INSTRUMENTS)
        }, "voice and line were not tried: neither fine nor wrong"


async def test_a_voice_that_was_not_tried_is_never_called_fine() -> None:
    async with terminal(FRESH) as seen:
        await seen.press("n")
        assert "non essayé" in seen.text
        await seen.press("e")
        assert seen.requests.asked == [("try_voice",)]
        assert "un, deux, trois" in seen.text
        await seen.show(replace(seen.requests.snapshot, voice_trial=VoiceTrial.PLAYED))
        assert "vous êtes-vous entendu" in seen.text


async def test_the_places_own_address_is_not_typed_again() -> None:
    async with terminal(replace(OPEN, place_address="3 place du Marché")) as seen:
        await seen.press("n")
        assert "3 place du Marché" in seen.text


async def test_another_patient_takes_two_presses_and_only_from_a_file_that_was_begun() -> None:
    async with terminal(OPEN) as seen:
        assert "autre patient" not in seen.text
        await seen.press("p", "p")
        assert seen.app.is_running
    begun = replace(OPEN, dossier=replace(FILLED, background=None))
    async with terminal(begun) as seen:
        assert "p : passer à un autre patient" in seen.text
        await seen.press("p", "d", "escape", "p")
        assert seen.app.is_running, "something else was done in between"
        await seen.press("p")
    assert seen.app.return_value == Wish()


async def test_a_patient_without_a_name_is_no_new_consultation() -> None:
    unnamed = replace(OPEN, dossier=replace(FILLED, traits=Traits(), background=None))
    async with terminal(unnamed) as seen:
        assert "Dossier commencé : Patient sans nom." in seen.text


async def test_no_patient_is_remembered_for_the_next() -> None:
    async with terminal(FRESH) as seen:
        await _prepared(Stopwatch(seen))
    async with terminal(OPEN) as seen:
        await seen.press("n")
        assert "Delacour" not in seen.text


SCANNED = (
    "IS01"
    + "0" * 22
    + ("S1279035121518989S21.2.250.1.213.1.4.10|S3DOMINIQUE|S4PAT-TROIS|S5FS615-05-1979S751215")
)


async def test_a_datamatrix_fills_the_fields_in_training() -> None:
    training = replace(OPEN, dossier=Dossier(OPERATOR, is_training=True))
    async with terminal(training) as seen:
        await seen.press("n")
        field = seen.app.screen.query_one("#birth_name")
        field.value = SCANNED  # type: ignore[attr-defined]  # an Input
        await seen.press("enter")
        assert "PAT-TROIS" in seen.text
        assert "15/05/1979" in seen.text
        assert "IS01" not in seen.text
        for text in ("", "0612345678", ""):
            await Stopwatch(seen).field(text or "x")
        (traits,) = entered(seen, Traits)
        assert isinstance(traits, Traits)
        assert traits.matricule is not None
        assert traits.matricule.oid == "1.2.250.1.213.1.4.10"
        assert traits.status is IdentityStatus.RETRIEVED


async def test_a_test_identity_is_refused_outside_training() -> None:
    async with terminal(OPEN) as seen:
        await seen.press("n")
        field = seen.app.screen.query_one("#birth_name")
        field.value = SCANNED  # type: ignore[attr-defined]  # an Input
        await seen.press("enter", "f2")
        assert entered(seen, Traits) == []
        assert isinstance(seen.app.screen, PatientScreen)


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_what_the_disk_did_not_take_is_said_until_it_does(size: tuple[int, int]) -> None:
    full = replace(OPEN, entry_error=StorageFailedError("no space left"))
    async with terminal(full, size=size) as seen:
        await seen.press("n")
        assert isinstance(seen.app.screen, PatientScreen)
        assert full.entry_error is not None
        what, then = (
            " ".join(part.split()) for part in seen.app.desk.say.explain(full.entry_error)
        )
        told = " ".join(seen.text.split())
        assert what[:40] in told
        assert then[:20] in told
        seen.requests.change(entry_error=None)
        await seen.settle()
        assert what[:40] not in " ".join(seen.text.split())


async def test_a_doubt_is_told_and_stops_nothing() -> None:
    traits = replace(TRAITS, sex=Sex.MALE)
    async with terminal(
        replace(OPEN, dossier=replace(FILLED, traits=traits, consent=None))
    ) as seen:
        seen.app.post_message(StepAsked(Step.PATIENT))
        await seen.settle()
        field = seen.app.screen.query_one("#matricule")
        field.value = "279035121518989"  # type: ignore[attr-defined]  # an Input
        await seen.settle()
        assert "autre sexe" in seen.text
        await seen.press("f2")
        assert len(entered(seen, Traits)) == 1


async def test_nothing_is_called_without_an_address_and_a_number() -> None:
    nowhere = replace(FILLED, contact=Contact())
    async with terminal(replace(OPEN, dossier=nowhere)) as seen:
        await seen.press("n", "f2")
        assert isinstance(seen.app.screen, PatientScreen)
        assert "adresse du lieu" in seen.text


async def test_each_refusal_is_one_key_and_is_kept() -> None:
    without = replace(OPEN, dossier=replace(FILLED, consent=None))
    async with terminal(without) as seen:
        await seen.press("n", "3", "5", "w", "e", "o", "escape")
        assert entered(seen, Consent) == []
        await seen.press("o", *"Petit", "enter")
        (consent,) = entered(seen, Consent)
        assert isinstance(consent, Consent)
        assert consent.refused == (Item.PICTURES, Item.OWN_DOCTOR)
        assert (consent.given_by, consent.mode) == (Giver.LEGAL_REPRESENTATIVE, Mode.WRITTEN)
        assert consent.giver_name == "Petit"
        assert consent.version == "fr/1"
        assert len(consent.text_sha256) == 64
        assert isinstance(seen.app.screen, CallScreen)


async def test_who_refuses_it_all_is_not_called_about() -> None:
    without = replace(OPEN, dossier=replace(FILLED, consent=None))
    async with terminal(without) as seen:
        await seen.press("n", "1", "o")
        assert isinstance(seen.app.screen, StartScreen)
        (consent,) = entered(seen, Consent)
        assert isinstance(consent, Consent)
        assert consent.refused == (Item.TELECONSULTATION,)
        await seen.press("n")
        assert isinstance(seen.app.screen, ConsentScreen)


async def test_without_consent_to_pictures_the_key_is_off_and_says_why() -> None:
    async with terminal(STATES["no_pictures"]) as seen:
        await seen.press("f", "k")
        assert seen.requests.asked == []
        assert "refuse les photos" in seen.text


async def test_the_questions_of_the_protocol_are_asked_and_none_is_required() -> None:
    asked = replace(OPEN, dossier=replace(FILLED, background=Background("toux", (), "otite")))
    async with terminal(replace(asked, dossier=replace(asked.dossier, consent=CONSENT))) as seen:
        await seen.press("n", "i", "3")
        assert isinstance(seen.app.screen, ReasonScreen)
        await seen.press("f2")
        assert isinstance(seen.app.screen, QuestionsScreen)
        field = seen.app.screen.query_one("#oxygen")
        field.value = "2"  # type: ignore[attr-defined]  # an Input
        await seen.press("f2")
        background = entered(seen, Background)[-1]
        assert isinstance(background, Background)
        assert [(a.question, a.text) for a in background.answers] == [(Question.OXYGEN, "2 L/min")]


async def test_a_man_is_not_asked_about_pregnancy() -> None:
    man = replace(FILLED, traits=replace(TRAITS, sex=Sex.MALE))
    for dossier, is_asked in ((FILLED, True), (man, False)):
        async with terminal(replace(OPEN, dossier=dossier), size=(200, 60)) as seen:
            await seen.press("n", "i", "3", "f2")
            assert ("Grossesse" in seen.text) is is_asked


async def test_an_invitation_is_one_key() -> None:
    async with terminal(STATES["start_begun"]) as seen:
        await seen.press("n", "n")
        assert seen.requests.asked == [("invite",)]
        assert isinstance(seen.app.screen, InvitationScreen)


async def test_the_doctors_estimate_is_counted_down() -> None:
    async with terminal(STATES["invitation_estimate"]) as seen:
        assert "dans 4 min" in seen.text
        assert "Je finis une visite." in seen.text


async def test_who_serves_the_counter_is_called_back() -> None:
    async with terminal(STATES["invitation_estimate"]) as seen:
        rung: list[int] = []
        seen.app.bell = lambda: rung.append(1)  # type: ignore[method-assign]  # a bell to count
        await seen.press("l")
        assert isinstance(seen.app.screen, WaitingScreen)
        seen.requests.push(STATES["words"])
        seen.app.show_newest()
        assert rung == [1]
        flashes = []
        for _ in range(2):
            seen.app._beat()
            flashes.append(seen.app.screen.has_class("-flash"))
        assert sorted(flashes) == [False, True]
        await seen.settle()
        assert isinstance(seen.app.screen, WordsScreen)
        assert rung == [1]


async def test_the_doctor_arriving_does_not_interrupt_typing() -> None:
    async with terminal(replace(STATES["invitation"], dossier=FILLED)) as seen:
        await seen.press("i", "3", *"bis")
        await seen.show(replace(STATES["words"], dossier=seen.requests.snapshot.dossier))
        assert isinstance(seen.app.screen, ReasonScreen)
        assert "LE MÉDECIN EST ARRIVÉ" in seen.text
        await seen.press("f2", "f2")
        assert isinstance(seen.app.screen, WordsScreen)
        background = entered(seen, Background)[-1]
        assert isinstance(background, Background)
        assert background.reason.endswith("bis")


@pytest.mark.parametrize("number", range(1, 7))
async def test_stopping_asks_why_in_one_key(number: int) -> None:
    reason = list(StopReason)[number - 1]
    async with terminal(STATES["connected"]) as seen:
        await seen.press("s", "enter")
        assert seen.requests.asked == [], "not without a reason"
        await seen.press(str(number), *"bruit", "enter")
        assert seen.requests.asked == [("stop", reason, "bruit")]
        assert isinstance(seen.app.screen, EndingScreen)


@pytest.mark.parametrize("number", range(1, 5))
async def test_an_impossible_picture_has_four_ways_on(number: int) -> None:
    async with terminal(replace(STATES["connected"], dossier=FILLED)) as seen:
        await seen.press("y", str(number))
        way = list(Alternative)[number - 1]
        assert seen.requests.asked == [("go_on", way)]
        assert ("06 12 34 56 78" in seen.text) is (way is Alternative.TELEPHONE)


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_no_picture_at_all_offers_what_to_do(size: tuple[int, int]) -> None:
    """From the moment that stands in the record until the picture is back, whatever the line."""
    async with terminal(STATES["connected"], size=size) as seen:
        assert "y, que faire" not in seen.text
        for state in ("weak_line_voice_only", "cut", "connected", "muted_camera_off", "aiming"):
            await seen.show(replace(STATES[state], video_impossible_since=ago(20)))
            assert "Image impossible : y, que faire." in seen.text, state
        await seen.show(replace(STATES["cut"], video_impossible_since=ago(20)))
        await seen.show(replace(STATES["connected"], video_impossible_since=ago(20)))
        assert "Liaison rétablie" in seen.text
        assert "Image impossible : y, que faire." in seen.text
        await seen.press("y")
        assert isinstance(seen.app.screen, OtherwiseBox)
        await seen.press("escape")
        await seen.show(STATES["connected"])
        assert "y, que faire" not in seen.text


async def test_the_patient_reads_the_doctors_line_in_large_letters() -> None:
    async with terminal(STATES["connected"]) as seen:
        await seen.press("z")
        assert "Pouvez-vous lui demander" in seen.text
        assert seen.text.count("█") > 60


async def test_the_doctors_pointer_is_told_in_words() -> None:
    async with terminal(STATES["pointed"]) as seen:
        assert "plus à gauche" in seen.text


async def test_refused_and_impossible_destinations_say_why() -> None:
    consent = replace(CONSENT, refused=(Item.OWN_DOCTOR,))
    ended = STATES["ended_complete"]
    async with terminal(replace(ended, dossier=replace(FILLED, consent=consent))) as seen:
        assert "(refusé)" in seen.text
        assert "(non qualifié)" in seen.text
        await seen.press("1", "2")
        assert seen.requests.asked == []
        await seen.press("o")
        (ending,) = entered(seen, Ending)
        chosen = Ending((Destination.PATIENT,), Act.TLM, handed_over=True, is_chosen=True)
        assert ending == chosen


async def test_the_only_destination_is_taken_out_too() -> None:
    consent = replace(CONSENT, refused=(Item.OWN_DOCTOR,))
    ended = replace(STATES["ended_complete"], dossier=replace(FILLED, consent=consent))
    number = str(list(Destination).index(Destination.PATIENT) + 1)
    async with terminal(ended) as seen:
        await seen.press(number)
        (ending,) = entered(seen, Ending)
    assert isinstance(ending, Ending)
    assert ending.destinations == ()
    assert chosen_ending(replace(ended.dossier, ending=ending)).destinations == ()


async def test_a_destination_is_taken_out_with_its_digit() -> None:
    async with terminal(STATES["ended_complete"]) as seen:
        await seen.press("1")
        (ending,) = entered(seen, Ending)
        assert isinstance(ending, Ending)
        assert ending.destinations == (Destination.PATIENT,)


@pytest.mark.parametrize(
    ("role", "offered"),
    [(Role.PHARMACIST, ["TLM"]), (Role.NURSE, ["TLS", "TLL", "TLD"]), (Role.OTHER, [])],
)
async def test_acts_are_offered_by_role(role: Role, offered: list[str]) -> None:
    dossier = replace(FILLED, operator=Operator("X", role))
    async with terminal(replace(STATES["ended_complete"], dossier=dossier)) as seen:
        found = set()
        for _ in range(4):
            await seen.press("b")
            found |= {act.value for act in Act if f"{act.value}," in seen.text}
        assert found == set(offered)
        assert ("aucun pour ce rôle" in seen.text) is (not offered)


async def test_no_act_is_offered_to_whom_the_patient_refused() -> None:
    dossier = replace(FILLED, consent=replace(CONSENT, refused=(Item.ACCOMPANIMENT,)))
    async with terminal(replace(STATES["ended_complete"], dossier=dossier)) as seen:
        assert "accompagnement refusé" in seen.text
        await seen.press("b", "b", "o")
        endings = entered(seen, Ending)
        assert {ending.act for ending in endings if isinstance(ending, Ending)} == {None}


async def test_who_is_refused_is_told_to_leave_the_patient_alone() -> None:
    without = replace(OPEN, dossier=replace(FILLED, consent=None, background=None))
    async with terminal(without) as seen:
        await seen.press("n", "2", "o")
        assert isinstance(seen.app.screen, ReasonScreen)
        assert "seul avec le médecin" in " ".join(seen.text.replace("▌", " ").split())
    for refused, is_told in (((), False), ((Item.ACCOMPANIMENT,), True)):
        dossier = replace(FILLED, consent=replace(CONSENT, refused=refused))
        async with terminal(replace(STATES["connected"], dossier=dossier)) as seen:
            assert ("SEUL AVEC LE MÉDECIN" in seen.text) is is_told


async def test_the_end_says_whether_it_is_signed_printed_and_what_went_wrong() -> None:
    async with terminal(STATES["ended_complete"], size=(200, 60)) as seen:
        lasted = "liaison avec le médecin coupée, pendant 12"
        for text in ("signée par Dr Martin", "ordonnance", lasted, "Pas encore"):
            assert text in seen.text
        await seen.press("p")
        assert seen.requests.asked[1:] == [("print_documents",)]
        assert "Impression en cours" in seen.text
    async with terminal(STATES["ended_by_gp"], size=(200, 60)) as seen:
        assert "NON SIGNÉE" in seen.text
        assert seen.requests.snapshot.printing is PrintState.UNAVAILABLE
        await seen.press("p")
        assert "Enregistrer les documents" in seen.text, "what does not print is saved"


async def test_a_question_is_asked_without_meeting() -> None:
    async with terminal(OPEN) as seen:
        await seen.press("a", "n", *"tympan", "enter")
        assert seen.requests.asked == [("ask_expertise", "tympan")]
        assert isinstance(seen.app.screen, PatientScreen)


async def test_answers_and_questions_that_wait_are_listed() -> None:
    async with terminal(STATES["start_resumable"]) as seen:
        assert "1 avec réponse, 1 en attente" in seen.text
        await seen.press("a")
        assert "Tympan congestif" in seen.text
        assert "lésion du bras" in seen.text


async def test_a_consultation_that_was_left_is_taken_up_with_two_keys() -> None:
    async with terminal(STATES["start_resumable"]) as seen:
        assert "r : reprendre (1 en cours)" in seen.text
        await seen.pilot.press("r", "enter")
        await seen.pilot.pause()
        assert seen.app.return_value is not None
        assert seen.app.return_value.consultation == 41


async def test_nothing_to_resume_is_told() -> None:
    async with terminal(FRESH) as seen:
        await seen.press("r")
        assert "Aucune consultation à reprendre" in seen.text


async def test_the_display_changes_with_one_key_and_loses_nothing() -> None:
    async with terminal(STATES["connected"]) as seen:
        before = seen.lines
        for name in ("light", "contrast", "dark"):
            await seen.press("f3")
            assert seen.app.theme == name
            seen.app.clear_notifications()
            await seen.settle()
            assert seen.lines == before


async def test_what_cannot_be_read_is_where_the_cursor_goes() -> None:
    async with terminal(OPEN) as seen:
        await seen.press("n", *"Roy", "enter", "enter", *"31", "slash", *"02", "slash", *"1948")
        await seen.press("f2")
        assert seen.app.focused is seen.app.screen.query_one("#birth_date")
        assert "ne se lit pas" in seen.text
        assert entered(seen, Traits) == []


@pytest.mark.parametrize("source", [None, Kind.OTOSCOPE], ids=["camera", "otoscope"])
async def test_refused_photos_are_told_under_any_picture(source: Kind | None) -> None:
    dossier = replace(FILLED, consent=replace(CONSENT, refused=(Item.PICTURES,)))
    aimed = replace(STATES["connected"], dossier=dossier, preview_source=source)
    async with terminal(replace(aimed, still=None)) as seen:
        assert "Photos refusées" in seen.text
    async with terminal(replace(aimed, still=None, dossier=FILLED)) as seen:
        assert "Photos refusées" not in seen.text


async def test_the_first_key_says_whether_it_goes_on_with_a_file_or_begins_one() -> None:
    begun = replace(OPEN, dossier=replace(FILLED, background=None))
    async with terminal(begun) as seen:
        assert "n continuer ce dossier" in seen.text
        assert "n nouvelle consultation" not in seen.text
        await seen.show(OPEN)
        assert "n nouvelle consultation" in seen.text
