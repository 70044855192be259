"""By lines: each key, each form, each event once."""

from dataclasses import replace
from pathlib import Path

import pytest
from fakes.site_requests import FakeSiteRequests
from fakes.site_story import CONSENT, FILLED, GPS, NOW, STATES
from fakes.typed_lines import TypedAhead, TypedLines

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
from client.session.snapshot import ExchangeLine, InstrumentState, LineKind, SiteSnapshot
from client.store.errors import StorageFailedError
from client.ui.desk import Desk, Drafts
from client.ui.plain import PlainSite
from client.ui.plain_keys import every_name
from client.ui.plain_news import news
from client.ui.screens.writing import NOTES_LIMIT
from client.ui.wishes import SettingsWanted
from devices.readings import Kind, Vital

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
    requests, person = FakeSiteRequests(snapshot), TypedLines(*lines)
    await plain_site(requests, person).run()
    return requests, person.told


async def led_ahead(snapshot: SiteSnapshot, *lines: str) -> tuple[FakeSiteRequests, list[str]]:
    """The same, all of it typed before anything was asked."""
    requests, person = FakeSiteRequests(snapshot), TypedAhead(*lines)
    await plain_site(requests, person).run()
    return requests, person.told


def plain_site(requests: FakeSiteRequests, person: TypedLines) -> PlainSite:
    return PlainSite(Desk(requests, SAY, lambda: NOW, Drafts()), person)


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


async def test_a_file_that_was_begun_is_gone_on_with_or_left_for_another_patient() -> None:
    requests = FakeSiteRequests(STATES["start_begun"])
    person = TypedLines("p", "")
    assert await plain_site(requests, person).run() is None
    assert any("n continuer ce dossier, p autre patient" in line for line in person.told)
    assert await plain_site(requests, TypedLines("p", "o")).run() == Wish()
    _, told = await led(STATES["start_open"], "p")
    assert any("n nouvelle consultation, r" in line for line in told)
    assert SAY("training.plain.no_key") in told


async def test_a_file_that_is_taken_over_late_is_told_with_its_keys() -> None:
    requests, person = FakeSiteRequests(STATES["start_open"]), TypedLines()
    site = plain_site(requests, person)
    requests.subscribe(site._show)
    site._show(requests.snapshot)
    requests.change(dossier=FILLED)
    assert "Dossier commencé" in person.told[-2]
    assert "n continuer ce dossier" in person.told[-1]


async def test_a_value_without_signal_is_no_value() -> None:
    _, told = await led(STATES["finger_out"], "w")
    values = [line for line in told if line.startswith("SpO2")]
    assert values
    assert all("pas de valeur" in line and "97" not in line for line in values)
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
    assert await plain_site(requests, TypedLines("n")).run() == Wish()
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
    site = plain_site(requests, TypedLines("r", "1"))
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
        assert told.count(SAY("training.plain.how")) == 2


CONSULTING = replace(STATES["connected"], dossier=FILLED)
COMPARING = STATES["words"]


async def test_the_same_words_take_the_last_of_them_typed() -> None:
    last = COMPARING.words[-1]
    requests, _ = await led(COMPARING, "o", last.lower())
    assert requests.asked[0] == ("compare_words", True)
    for typed in (("o", "o"), ("o", "", "o"), ("o", COMPARING.words[0]), ("o", "."), ("o",)):
        requests, _ = await led(COMPARING, *typed)
        assert requests.asked == [("end", "finished")], "decided by nobody"


async def test_words_that_differ_are_asked_about_first() -> None:
    stopped, _ = await led(COMPARING, "x", "o")
    assert stopped.asked[0] == ("compare_words", False)
    for typed in (("x", ""), ("x", "x")):
        requests, _ = await led(COMPARING, *typed)
        assert "compare_words" not in kinds(requests)


@pytest.mark.parametrize(
    ("snapshot", "typed"),
    [
        (COMPARING, ("x", "o")),
        (CONSULTING, ("q", "o")),
        (CONSULTING, ("s", "1", "")),
        (CONSULTING, ("d", "Bonjour")),
        (CONSULTING, ("y", "1")),
        (replace(STATES["start_begun"], dossier=FILLED, contacts=GPS), ("n", "1")),
        (replace(STATES["start_begun"], dossier=FILLED, contacts=GPS), ("c", "1", "2", "o")),
        (replace(STATES["start_open"], dossier=replace(FILLED, consent=None)), ("i", "2", *"oooo")),
    ],
)
async def test_what_was_typed_before_a_question_does_not_answer_it(
    snapshot: SiteSnapshot, typed: tuple[str, ...]
) -> None:
    requests, _ = await led_ahead(snapshot, *typed)
    assert [one for one in requests.asked if one != ("end", "finished")] == []


async def test_a_form_that_is_left_offers_again_what_was_entered() -> None:
    begun = replace(STATES["start_open"], dossier=replace(FILLED, traits=None, contact=None))
    requests, told = await led(
        begun, "i", "1", "DURAND", "Jeanne", ".", "i", "1", "", "", *[""] * 9
    )
    (traits,) = [one[1] for one in requests.asked if isinstance(one[1], Traits)]
    assert (traits.birth_name, traits.first_names) == ("DURAND", ("Jeanne",))
    assert any(SAY("training.plain.kept", value="DURAND") in line for line in told)
    agreed = replace(STATES["start_open"], dossier=replace(FILLED, consent=None))
    requests, _ = await led(agreed, "i", "2", "o", "n", ".", "i", "2", *[""] * len(Item), "", "")
    (consent,) = [asked[1] for asked in requests.asked]
    assert isinstance(consent, Consent)
    assert consent.refused == (list(Item)[1],)
    requests, _ = await led(CONSULTING, "s", "7", "4", ".", "s", "4", "")
    assert requests.asked[0][:2] == ("stop", StopReason.EMERGENCY)


async def test_what_was_entered_in_a_form_that_is_done_is_not_offered_after() -> None:
    begun = replace(STATES["start_open"], dossier=replace(FILLED, background=None))
    typed = ("i", "3", "otalgie", ".", "i", "3", "toux", "0", *[""] * 20)
    requests, told = await led(begun, *typed, "i", "3", ".")
    entered = [asked[1] for asked in requests.asked if asked[0] == "enter"]
    assert [one.reason for one in entered] == ["toux"]  # type: ignore[attr-defined]  # Background
    offered = [line for line in told if line.startswith("Motif") and "(" in line]
    assert ["otalgie" in line for line in offered] == [False, True, False]
    assert "toux" in offered[2]


async def test_a_question_is_told_again_for_whoever_missed_it() -> None:
    requests, told = await led(CONSULTING, "d", "?", "Bonjour")
    assert requests.asked[0] == ("write", "Bonjour")
    assert told.count(SAY("training.plain.write")) == 2


async def test_a_question_stays_open_when_the_consultation_goes_on_and_keys_come_after_it() -> None:
    requests = FakeSiteRequests(replace(STATES["invitation"], dossier=FILLED))

    class Typing(TypedLines):
        """The GP opens the link while the reason is put right."""

        async def next_line(self) -> str | None:
            line = await super().next_line()
            if line == "otalgie":
                requests.change(state=State.COMPARING, words=COMPARING.words)
                said.append(len(self.told))
            return line

    said: list[int] = []
    person = Typing("i", "3", "otalgie", ".")
    await plain_site(requests, person).run()
    assert ", ".join(COMPARING.words) in person.told
    still, keys = (
        next(place for place, line in enumerate(person.told) if words in line)
        for words in ("encore attendue", "o mêmes mots")
    )
    assert still < said[0] <= keys, "no key is told while what is typed answers a question"
    assert [one for one in requests.asked if one[0] == "enter"] == []


class _Broken(Catalogue):
    """Cannot say one sentence."""

    def __init__(self, key: str) -> None:
        super().__init__("fr")
        self._key = key

    def __call__(self, key: str, **facts: object) -> str:
        if key == self._key:
            raise KeyError(key)
        return super().__call__(key, **facts)


async def test_what_cannot_be_told_is_said_once_and_ends_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    fine = replace(STATES["weak_line"], link=CONSULTING.link, gp_name="DURAND", words=())
    weak = replace(fine, link=STATES["weak_line"].link)
    requests, said = FakeSiteRequests(fine), TypedLines("d", "Bonjour")
    shown = iter((weak, weak, replace(weak, words=("ABRICOT", "ALBUM")), fine, weak))

    class Person(TypedLines):
        """Types while the line is weak, which the catalogue has no words for."""

        async def next_line(self) -> str | None:
            for snapshot in shown:
                requests.push(snapshot)
            return await said.next_line()

    person = Person()
    desk = Desk(requests, _Broken("site.call.weak"), lambda: NOW, Drafts())
    await PlainSite(desk, person).run()
    counts = [person.told.count(SAY("training.plain.unshown", count=n)) for n in (1, 2, 3)]
    assert counts == [1, 1, 0], "once while it lasts"
    assert "ABRICOT, ALBUM" in person.told, "what comes beside it is told"
    assert requests.asked[0] == ("write", "Bonjour")
    assert "KeyError" in caplog.text
    assert "DURAND" not in caplog.text


async def test_a_key_that_fails_ends_nothing() -> None:
    requests, person = FakeSiteRequests(CONSULTING), TypedLines("w", "m")
    desk = Desk(requests, _Broken("vital.spo2"), lambda: NOW, Drafts())
    await PlainSite(desk, person).run()
    assert SAY("training.plain.act_failed", count=1) in person.told
    assert requests.asked[0] == ("mute", True)


def test_a_live_value_is_told_when_it_comes_and_goes_not_each_second() -> None:
    live = STATES["connected"]
    spo2 = next(view for view in live.vitals if view.vital is Vital.SPO2)
    assert spo2.is_live
    sent = ExchangeLine(NOW, LineKind.READING, "spo2", "97", is_acknowledged=False)
    shown = replace(live, exchanges=())
    told = []
    for line in (
        sent,
        replace(sent, is_acknowledged=True),
        replace(sent, value="96"),
        replace(sent, value="96", is_acknowledged=True),
        replace(sent, value=""),
        replace(sent, value="", is_acknowledged=True),
        replace(sent, value="98"),
    ):
        before, shown = shown, replace(live, exchanges=(line,))
        told.append(list(news(SAY, before, shown, NOW)))
    assert [len(lines) for lines in told] == [1, 0, 0, 0, 1, 0, 1]
    assert "97 %" in told[0][0]
    assert "pas de valeur" in told[4][0]


def test_a_single_measurement_is_told_each_time_with_its_unit_and_its_receipt() -> None:
    bare = replace(STATES["connected"], vitals=(), exchanges=())
    sent = ExchangeLine(NOW, LineKind.READING, "temperature", "38.2", is_acknowledged=False)
    received = replace(sent, is_acknowledged=True)
    once = replace(bare, exchanges=(sent,))
    (told,) = news(SAY, bare, once, NOW)
    assert "Température 38,2 °C" in told
    (told,) = news(SAY, once, replace(bare, exchanges=(received,)), NOW)
    assert "bien reçu" in told


@pytest.mark.parametrize("name", sorted(STATES))
async def test_nothing_told_is_drawn(name: str) -> None:
    _, told = await led(STATES[name], "w", "i", ".", "?")
    drawn = {char for line in told for char in line if "\u2500" <= char <= "\u28ff"}
    assert drawn == set()


def test_what_waits_at_the_start_is_told_when_it_comes() -> None:
    start = replace(STATES["start_resumable"], relay_is_reachable=False)
    empty = replace(start, resumable=(), expertises=())
    told = list(news(SAY, empty, replace(start, relay_is_reachable=True), NOW))
    assert told[0].startswith("Relais")
    assert any(line.startswith("r") for line in told[1:])
    lost = list(news(SAY, replace(start, relay_is_reachable=True), start, NOW))
    assert lost == [SAY("site.start.no_relay")]


def test_whoever_goes_on_with_a_consultation_hears_what_is_asked_of_them() -> None:
    told = list(news(SAY, None, STATES["asked_temperature"], NOW))
    assert any("Prenez la température" in line for line in told)
    words = ", ".join(COMPARING.words)
    assert words in news(SAY, None, COMPARING, NOW)
    told = list(news(SAY, None, replace(CONSULTING, words=COMPARING.words), NOW))
    assert words not in told, "compared already"


async def test_settings_are_one_key_away_but_in_training() -> None:
    site = plain_site(FakeSiteRequests(STATES["start_open"]), TypedLines("s"))
    assert await site.run() == SettingsWanted()
    dossier = replace(STATES["start_open"].dossier, is_training=True)
    _, told = await led(replace(STATES["start_open"], dossier=dossier), "s")
    assert SAY("training.plain.no_settings") in told


async def test_notes_that_are_full_take_no_more_and_say_so() -> None:
    full = replace(FILLED, notes=Notes("x" * (NOTES_LIMIT - 1)))
    requests, told = await led(replace(CONSULTING, dossier=full), "h", "encore")
    assert "enter" not in kinds(requests)
    assert SAY("training.plain.note_full") in told
