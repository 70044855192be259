"""By lines: each key, each form, each event once."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fakes.site_requests import FakeSiteRequests
from fakes.site_story import CONSENT, FILLED, GPS, NOW, STATES

from client.catalogue import LANGUAGES, Catalogue
from client.core.auscultation import Place
from client.core.consultation import State
from client.core.dossier.background import Answer, Background, Question
from client.core.dossier.consent import Consent, Giver, Item
from client.core.dossier.datamatrix import DatamatrixError
from client.core.dossier.ending import (
    Act,
    Alternative,
    Destination,
    Role,
    StopReason,
)
from client.core.dossier.file import Notes, Operator
from client.core.dossier.room import RoomItem
from client.core.dossier.traits import Traits
from client.printing import NoPrinterError
from client.session.auscultation_view import AuscultationStep, AuscultationView
from client.session.flow_views import PrintState, RecordView, Wish
from client.session.snapshot import InstrumentState, SiteSnapshot
from client.store.errors import StorageFailedError
from client.ui.desk import Desk, Drafts
from client.ui.plain import PlainSite
from client.ui.plain_keys import every_name
from client.ui.plain_news import news
from devices.readings import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

SAY = Catalogue("fr")
_STETHOSCOPE = replace(
    STATES["connected"].instruments[0],
    driver="stethoscope",
    kind=Kind.STETHOSCOPE,
    state=InstrumentState.READY,
)
LISTENING = replace(
    STATES["connected"],
    instruments=(_STETHOSCOPE,),
    auscultation=AuscultationView(Place.MITRAL),
)


async def led(snapshot: SiteSnapshot, *lines: str) -> tuple[FakeSiteRequests, list[str]]:
    """What these lines ask for, and what is told; then nobody types any more."""
    requests = FakeSiteRequests(snapshot)
    told: list[str] = []
    typed: Iterator[str] = iter(lines)

    async def next_line() -> str | None:
        return next(typed, None)

    await PlainSite(Desk(requests, SAY, lambda: NOW, Drafts()), told.append, next_line).run()
    return requests, told


def kinds(requests: FakeSiteRequests) -> list[object]:
    return [asked[0] for asked in requests.asked]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(STATES))
def test_every_state_can_be_told(name: str, language: str) -> None:
    told = list(news(Catalogue(language), None, STATES[name], NOW))
    if STATES[name].state is not State.COMPARING:
        assert any(told)
    assert list(news(Catalogue(language), STATES[name], STATES[name], NOW)) == []


def test_what_has_come_is_told_once() -> None:
    after = STATES["connected"]
    bare = replace(after, exchanges=after.exchanges[:-2], asked=None)
    told = list(news(SAY, bare, after, NOW))
    assert len(told) == 2
    assert "Depuis hier soir." in told[1]


def test_a_request_is_told_with_how_to_do_it() -> None:
    told = list(news(SAY, STATES["connected"], STATES["asked_temperature"], NOW))
    assert len(told) >= 2
    assert "température" in told[0].lower()


async def test_a_value_without_signal_is_no_value() -> None:
    _, told = await led(STATES["finger_out"], "w")
    values = [line for line in told if line.startswith("SpO2")]
    assert values
    assert all("--" in line and "97" not in line for line in values)
    _, told = await led(replace(STATES["connected"], vitals=()), "w")
    assert SAY("training.plain.no_value") in told


async def test_the_keys_ask_what_the_screens_keys_ask() -> None:
    keys = ("t", "x", "o", "m", "v", "p", "j", "c", "d", "bonjour")
    requests, _ = await led(STATES["asked_temperature"], *keys)
    assert kinds(requests)[:8] == [
        *("measure", "measure", "aim", "mute", "turn_camera_off", "pause"),
        *("send_anyway", "answer_ask"),
    ]
    assert requests.asked[0] == ("measure", Kind.THERMOMETER)
    assert requests.asked[8] == ("write", "bonjour")
    assert requests.asked[-1] == ("end", "finished")  # nobody types any more


async def test_no_photo_is_taken_of_who_refused() -> None:
    snapshot = STATES["connected"]
    consent = _filed().dossier.consent
    assert consent is not None
    refused = replace(_filed().dossier, consent=replace(consent, refused=(Item.PICTURES,)))
    requests, told = await led(replace(snapshot, dossier=refused), "f")
    assert "take_still" not in kinds(requests)
    assert SAY("dossier.pictures_off") in told
    agreed, _ = await led(replace(snapshot, dossier=_filed().dossier), "f")
    assert "take_still" in kinds(agreed)


def _filed() -> SiteSnapshot:
    return next(one for one in STATES.values() if one.dossier.consent is not None)


async def test_stopping_asks_why_and_may_be_left() -> None:
    requests, _ = await led(STATES["connected"], "s", "7", "4", "douleur")
    assert requests.asked[0] == ("stop", StopReason.EMERGENCY, "douleur")
    left, told = await led(STATES["connected"], "s", ".")
    assert "stop" not in kinds(left)
    assert SAY("training.plain.later") in told


async def test_a_wrong_number_is_told_and_asked_again() -> None:
    state = STATES["start_open"]
    typed = ("n", "DURAND", "Jeanne", "31/31/1948", "f", "", "2 rue du Lac", "01 99", *[""] * 4)
    requests, told = await led(state, *typed, "", "", "24/03/1948", *[""] * 8)
    assert any("date" in line.lower() for line in told)
    assert kinds(requests)[:2] == ["enter", "enter"]


async def test_after_the_end_documents_are_handed_over() -> None:
    requests, _ = await led(replace(STATES["ended_by_gp"], printing=PrintState.READY), "o", "p")
    entered = [asked[1] for asked in requests.asked if asked[0] == "enter"]
    assert len(entered) == 1
    assert entered[0].handed_over
    assert Destination.PATIENT in entered[0].destinations
    assert ("print_documents",) in requests.asked


async def test_consent_that_is_asked_again_keeps_what_was_refused() -> None:
    refused = replace(CONSENT, refused=(Item.PICTURES, Item.OWN_DOCTOR))
    filed = replace(STATES["start_open"], dossier=replace(FILLED, consent=refused))
    requests, _ = await led(filed, "i", "2", *[""] * len(Item), "", "")
    (consent,) = [asked[1] for asked in requests.asked]
    assert isinstance(consent, Consent)
    told = (consent.refused, consent.given_by, consent.mode)
    assert told == (refused.refused, refused.given_by, refused.mode)
    yes, _ = await led(filed, "i", "2", *["o"] * len(Item), "", "")
    (consent,) = [asked[1] for asked in yes.asked]
    assert isinstance(consent, Consent)
    assert consent.refused == ()


async def test_answers_to_what_is_not_asked_any_more_stay() -> None:
    other = Answer(Question.OTHER, "non", "Question d'un autre protocole ?")
    since = Answer(Question.SINCE, "hier")
    background = Background("toux", (since, other))
    filed = replace(STATES["start_open"], dossier=replace(FILLED, background=background))
    requests, _ = await led(filed, "i", "3", *[""] * 20)
    (entered,) = [asked[1] for asked in requests.asked]
    assert entered == background


async def test_who_consents_for_a_patient_is_named_and_stays_so() -> None:
    filed = replace(STATES["start_open"], dossier=replace(FILLED, consent=None))
    items = [""] * len(Item)
    requests, _ = await led(filed, "i", "2", *items, "2", "Petit Luc", "")
    (consent,) = [asked[1] for asked in requests.asked]
    assert isinstance(consent, Consent)
    assert (consent.given_by, consent.giver_name) == (Giver.LEGAL_REPRESENTATIVE, "Petit Luc")
    again = replace(filed, dossier=replace(FILLED, consent=consent))
    kept, _ = await led(again, "i", "2", *items, "", "", "")
    other, _ = await led(again, "i", "2", *items, "1", "")
    names = [one.asked[0][1].giver_name for one in (kept, other)]  # type: ignore[attr-defined]  # of a Consent
    assert names == ["Petit Luc", ""]


async def test_the_next_patient_takes_another_session() -> None:
    requests = FakeSiteRequests(STATES["ended_by_gp"])
    told: list[str] = []

    async def next_line() -> str | None:
        return "n"

    site = PlainSite(Desk(requests, SAY, lambda: NOW, Drafts()), told.append, next_line)
    assert await site.run() == Wish()
    assert requests.listeners == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_has_its_words(language: str) -> None:
    say = Catalogue(language)
    assert all(say(f"site.do.{name}") for name in every_name())


async def test_the_room_is_one_line_or_the_numbers_of_what_is_not_fine() -> None:
    fresh = replace(STATES["start"], dossier=replace(FILLED, traits=None))
    for line, doubted in (("", ()), ("3, 1", (RoomItem.CALM, RoomItem.DOOR))):
        requests, _ = await led(fresh, "n", "e", line, ".")
        (check,) = [asked[1] for asked in requests.asked if asked[0] == "check_room"]
        assert {*doubted} <= {*check.failed}  # type: ignore[attr-defined]  # a RoomCheck
        assert {*doubted}.isdisjoint(check.checked)  # type: ignore[attr-defined]  # as above
        assert ("try_voice",) in requests.asked


async def test_a_question_is_asked_without_meeting_and_sent_like_a_consultation() -> None:
    ready = replace(STATES["start_begun"], dossier=FILLED, contacts=GPS)
    requests, told = await led(ready, "a", "tympan ?", "1")
    assert requests.asked[0] == ("ask_expertise", "tympan ?")
    assert requests.asked[1][0] == "call"
    assert SAY("training.plain.no_expertise") in told
    left, _ = await led(ready, "a", "")
    assert kinds(left) == []


async def test_expertises_are_told_the_answered_ones_first() -> None:
    _, told = await led(STATES["start_resumable"], "a", "")
    answer = next(place for place, line in enumerate(told) if "Tympan congestif" in line)
    waiting = next(place for place, line in enumerate(told) if "lésion du bras" in line)
    assert answer < waiting


async def test_an_answer_that_comes_is_told_once() -> None:
    after = STATES["start_resumable"]
    waiting = replace(
        after, expertises=tuple(replace(v, answered_at=None) for v in after.expertises)
    )
    assert any("Tympan congestif" in line for line in news(SAY, waiting, after, NOW))


async def test_a_contact_is_called_refused_or_forgotten_and_only_after_a_yes() -> None:
    ready = replace(STATES["start_begun"], dossier=FILLED, contacts=GPS)
    callable_at = next(n for n, one in enumerate(GPS, start=1) if one.can_be_called)
    public = GPS[callable_at - 1].public
    for lines, asked in (
        (("1",), ("call", public)),
        (("2", "o"), ("revoke_contact", public)),
        (("3", "o"), ("forget_contact", public)),
    ):
        requests, _ = await led(ready, "c", str(callable_at), *lines)
        assert requests.asked[0] == asked
    kept, _ = await led(ready, "c", str(callable_at), "3", "")
    assert "forget_contact" not in kinds(kept)


async def test_an_earlier_consultation_is_found_read_and_printed_again(tmp_path: Path) -> None:
    row = RecordView(7, NOW, "DURAND Jeanne", "toux")
    start = STATES["start_open"]
    found = replace(start, records=replace(start.records, rows=(row,)))
    requests, told = await led(found, "d", "durand", "1")
    assert requests.asked[:2] == [("find_records", "durand"), ("read_record", 7)]
    assert any("DURAND Jeanne" in line for line in told)
    assert "Repos." in told
    has_printer = replace(found, printing=PrintState.READY)
    printed, _ = await led(has_printer, "d", "durand", "1", "1")
    assert ("print_record", 7) in printed.asked
    for snapshot, key in ((has_printer, "2"), (found, "1")):
        saved, _ = await led(snapshot, "d", "durand", "1", key, str(tmp_path))
        assert ("save_record", 7, tmp_path) in saved.asked
    left, _ = await led(found, "d", "durand", "1", "", "q")
    assert kinds(left) == ["find_records", "read_record"]


async def test_a_search_that_cannot_be_made_says_why() -> None:
    start = STATES["start_open"]
    failure = StorageFailedError("no room")
    failed = replace(start, records=replace(start.records, rows=(), failure=failure))
    _, told = await led(failed, "d", "durand")
    assert " ".join(SAY.explain(failure)) in told


def test_what_became_of_paper_is_told_once_with_its_reason() -> None:
    ended, failure = STATES["ended_complete"], NoPrinterError()
    why = " ".join(SAY.explain(failure))
    failed = replace(ended, printing=PrintState.FAILED, print_failure=failure)
    assert list(news(SAY, ended, failed, NOW)) == [SAY("dossier.print.failed"), why]
    start = STATES["start_open"]
    records = replace(start.records, printing=PrintState.FAILED, print_failure=failure)
    again = replace(start, records=records)
    assert list(news(SAY, start, again, NOW)) == [SAY("records.event.print_failed"), why]
    printed = replace(start, records=replace(records, printing=PrintState.PRINTED))
    assert SAY("dossier.print.printed") in news(SAY, again, printed, NOW)


def test_a_refusal_without_words_of_its_own_is_told_all_the_same() -> None:
    refused = replace(STATES["start_open"], state=State.REFUSED, refusal="NewerError")
    assert SAY("site.refusal.unknown") in news(SAY, STATES["start_open"], refused, NOW)


_BAD_SCAN = f"IS01{'0' * 22}XX"


async def test_a_scan_that_cannot_be_read_twice_is_taken_for_no_name() -> None:
    lines = ("i", "1", _BAD_SCAN, _BAD_SCAN, "DURAND", *[""] * 20)
    requests, told = await led(STATES["start_begun"], *lines)
    names = [one[1].birth_name for one in requests.asked if isinstance(one[1], Traits)]
    assert names == ["DURAND"]
    assert told.count(" ".join(SAY.explain(DatamatrixError()))) == 2


async def test_what_was_left_is_taken_up_by_its_number() -> None:
    requests = FakeSiteRequests(STATES["start_resumable"])
    lines = iter(("r", "1"))

    async def next_line() -> str | None:
        return next(lines, None)

    site = PlainSite(Desk(requests, SAY, lambda: NOW, Drafts()), lambda _: None, next_line)
    assert await site.run() == Wish(STATES["start_resumable"].resumable[-1].consultation)


async def test_a_step_is_put_right_while_the_doctor_is_there() -> None:
    live = replace(STATES["connected"], dossier=FILLED)
    requests, _ = await led(live, "i", "3", "otalgie", "", ".")
    assert "enter" not in kinds(requests), "left before the end: it stays as it was"
    requests, _ = await led(live, "i", "3", "otalgie", "0", *[""] * 30)
    entered = [asked[1] for asked in requests.asked if asked[0] == "enter"]
    assert [one.reason for one in entered] == ["otalgie"]  # type: ignore[attr-defined]  # Background


async def test_a_missing_instrument_is_told_and_nothing_is_asked() -> None:
    bare = replace(STATES["connected"], instruments=(), dossier=FILLED, asked=None)
    keys = {"t": "thermometer", "x": "oximeter", "u": "blood_pressure", "e": "stethoscope"}
    for key, kind in {**keys, "o": "otoscope", "f": "otoscope", "k": "otoscope"}.items():
        requests, told = await led(bare, key)
        assert SAY(f"site.missing.{kind}") in told
        assert kinds(requests) == ["end"]
    _, told = await led(bare, "b", "c")
    assert SAY("site.cuff.none") in told
    assert SAY("site.ask.none") in told


async def test_the_chest_is_recorded_heard_and_sent_where_it_was_held() -> None:
    live = replace(LISTENING, dossier=FILLED)
    requests, _ = await led(live, "e", "2", "e", "r", "v", ".")
    assert requests.asked[0] == ("hold_stethoscope", list(Place)[1])
    steps = [asked[1] for asked in requests.asked if asked[0] == "auscultate"]
    assert steps[:3] == [AuscultationStep.RECORD, AuscultationStep.REPLAY, AuscultationStep.SEND]


async def test_a_recording_is_not_made_of_who_refused() -> None:
    refused = replace(FILLED, consent=replace(CONSENT, refused=(Item.PICTURES,)))
    requests, told = await led(replace(LISTENING, dossier=refused), "e", "e", ".")
    assert SAY("dossier.pictures_off") in told
    assert "auscultate" not in kinds(requests)


@pytest.mark.parametrize("number", range(1, 5))
async def test_an_impossible_picture_has_four_ways_on(number: int) -> None:
    live = replace(STATES["connected"], dossier=FILLED)
    requests, told = await led(live, "y", str(number))
    way = list(Alternative)[number - 1]
    assert requests.asked[0] == ("go_on", way)
    assert any("06 12 34 56 78" in line for line in told) is (way is Alternative.TELEPHONE)


async def test_a_note_is_kept_and_never_sent() -> None:
    requests, _ = await led(replace(STATES["connected"], dossier=FILLED), "h", "Fille prévenue.")
    assert requests.asked[0] == ("enter", Notes("Fille prévenue."))


async def test_ending_is_asked_before() -> None:
    stayed, _ = await led(STATES["connected"], "q", "", "m")
    assert kinds(stayed)[0] == "mute"
    left, _ = await led(STATES["connected"], "q", "o")
    assert left.asked == [("end", "finished")]


async def test_destinations_are_turned_by_their_digits_and_refused_ones_say_why() -> None:
    ended = replace(STATES["ended_complete"], dossier=FILLED)
    requests, _ = await led(ended, "1")
    (ending,) = [asked[1] for asked in requests.asked]
    assert ending.destinations == (Destination.PATIENT,)  # type: ignore[attr-defined]  # an Ending
    consent = replace(CONSENT, refused=(Item.OWN_DOCTOR,))
    requests, told = await led(replace(ended, dossier=replace(FILLED, consent=consent)), "1")
    assert requests.asked == []
    assert SAY("dossier.why.refused.long") in told


@pytest.mark.parametrize(
    ("role", "offered"),
    [(Role.PHARMACIST, {Act.TLM}), (Role.NURSE, {Act.TLS, Act.TLL, Act.TLD}), (Role.OTHER, set())],
)
async def test_acts_are_offered_by_role(role: Role, offered: set[Act]) -> None:
    dossier = replace(FILLED, operator=Operator("X", role))
    requests, told = await led(replace(STATES["ended_complete"], dossier=dossier), *"bbbb")
    endings = [asked[1] for asked in requests.asked]
    assert {one.act for one in endings} - {None} == offered  # type: ignore[attr-defined]  # as above
    assert any("aucun pour ce rôle" in line for line in told) is (not offered)


async def test_where_nothing_prints_documents_are_saved(tmp_path: Path) -> None:
    requests, _ = await led(STATES["ended_by_gp"], "p", str(tmp_path))
    assert ("save_documents", tmp_path) in requests.asked


async def test_what_can_be_done_now_is_listed() -> None:
    for name, key in (("start_open", "a avis différés"), ("connected", "e stéthoscope")):
        _, told = await led(STATES[name], "?")
        assert sum(key in line for line in told) == 2
