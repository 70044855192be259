"""A site and a Python GP over a real relay: what is entered, told, refused, answered, signed."""

import asyncio
import io
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes.ready_dossier import CONTACT, consent, make_ready

from client import clock
from client.core import wire
from client.core.consultation import LinkState, State
from client.core.dossier.background import Answer, Background, Question
from client.core.dossier.completeness import Missing, Why
from client.core.dossier.consent import Item
from client.core.dossier.ending import Alternative, Destination, Ending, StopReason
from client.core.dossier.room import RoomCheck, RoomItem
from client.core.dossier.traits import REAL_OIDS, TEST_OIDS, Matricule, Sex, Traits
from client.core.identity import Identity
from client.core.record import ConsultationRecord
from client.demo.gp_in_python import PythonGp
from client.exports.documents import SignatureState, report_of
from client.relay.serve import serve
from client.session.events import EventLog
from client.session.flow_views import DocumentState
from client.session.gp_book import GpBook
from client.session.gp_papers import waiting
from client.session.opening import OpenSite, Options, interrupted_consultation, opened
from client.session.pauses import Pauses
from client.session.sending import FileState
from client.session.snapshot import GpPresence, LineKind, SiteSnapshot
from client.store import keys
from client.store.keys import Keys
from client.store.records import Records

PATIENCE_S = 60.0
QUICK = Pauses(letter_every_s=0.0, away_s=0.1, flush_s=0.1, goodbye_s=1.0)
"""Nobody waits for anybody's sake."""
TRAITS = Traits("DURAND", ("JEANNE",), birth_date="1948-03-24", sex=Sex.FEMALE)
BACKGROUND = Background("toux", (Answer(Question.SINCE, "3 jours"),), "angine")
PRESCRIPTION = b"%PDF-1.7 " + bytes(range(256)) * 40


@pytest.fixture
async def relay_url(tmp_path: Path) -> AsyncIterator[str]:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve("127.0.0.1", 0, tmp_path / "relay", ready.set_result))
    yield await ready
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


@dataclass
class Place:
    """A site's computer: its records and keys outlive each run of the program."""

    relay_url: str
    folder: Path
    secrets: Keys
    mailboxes: Path
    """Where the relay keeps its letters."""
    pauses: Pauses = QUICK

    @asynccontextmanager
    async def open(self, resume: int | None = None) -> AsyncIterator["Site"]:
        lines = io.StringIO()
        options = Options(
            *(self.relay_url, "none", "none", "none", (), "Pharmacie", "Mme Petit", self.folder),
            resume=resume,
            pauses=self.pauses,
        )
        async with opened(options, self.secrets, EventLog(lines, clock.now)) as site:
            yield Site(site, lines)

    def letters_for(self, owner: Identity) -> list[int]:
        """How long each is that waits at the relay, in bytes."""
        with closing(sqlite3.connect(f"file:{self.mailboxes}?mode=ro", uri=True)) as database:
            query = "SELECT size FROM letter WHERE address = ? ORDER BY id"
            return [size for (size,) in database.execute(query, (owner.address,))]

    @property
    def letters_for_site(self) -> list[int]:
        """As `letters_for`, those for this site."""
        return self.letters_for(Identity(self.secrets.identity_seed))

    async def record(self, consultation: int) -> ConsultationRecord:
        """What is kept of it while the site is off."""
        records = await Records.open(self.folder, self.secrets)
        try:
            return await records.consultation(consultation)
        finally:
            await records.close()

    async def unfinished(self) -> int:
        found = await interrupted_consultation(self.folder, self.secrets)
        assert found is not None
        return found[0]


class Site:
    """One run of the site's program."""

    def __init__(self, site: OpenSite, lines: io.StringIO) -> None:
        self._site = site
        self.session = site.session
        self._lines = lines

    @property
    def now(self) -> SiteSnapshot:
        return self.session.snapshot

    async def until(self, condition: Callable[[SiteSnapshot], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not condition(self.now):
                await asyncio.sleep(0.02)

    def told(self, event: str) -> list[dict[str, Any]]:
        lines = map(json.loads, self._lines.getvalue().splitlines())
        return [line for line in lines if line["event"] == event]

    async def number(self) -> int:
        return (await self.record()).id

    async def record(self) -> ConsultationRecord:
        return await self._site.record()

    async def journal(self, event: str) -> list[dict[str, str | int]]:
        lines = (await self.record()).journal
        return [dict(line.facts) for line in lines if line.event == event]


@pytest.fixture
def place(relay_url: str, tmp_path: Path) -> Place:
    return Place(
        relay_url, tmp_path / "site", keys.ephemeral(), tmp_path / "relay" / "mailboxes.sqlite3"
    )


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not condition():
            await asyncio.sleep(0.02)


async def in_one_part(data: bytes) -> AsyncIterator[bytes]:
    yield data


@asynccontextmanager
async def a_gp(book: GpBook | None = None) -> AsyncIterator[PythonGp]:
    gp = PythonGp(wire.Card("Dr Martin", "Cabinet"), book, QUICK)
    try:
        yield gp
    finally:
        await gp.close()


async def meet(site: Site, gp: PythonGp) -> None:
    """By an invitation and spoken words."""
    site.session.invite()
    await site.until(lambda now: now.invitation is not None)
    assert site.now.invitation is not None
    await gp.join(site.now.invitation.url)
    await site.until(lambda now: now.link.state is LinkState.UP)
    site.session.compare_words(equal=True)
    await gp.accept_words()


async def test_nobody_is_called_before_the_dossier_is_complete(place: Place) -> None:
    async with place.open() as site:
        await site.until(lambda now: now.relay_is_reachable)
        assert site.now.missing == (Missing.ADDRESS, Missing.CALLBACK, Missing.CONSENT)
        site.session.invite()
        assert site.now.state is State.READY
        assert site.told("call_refused")[-1]["missing"] == "address callback consent"
        make_ready(site.session, Item.TELECONSULTATION)
        site.session.invite()
        assert site.told("call_refused")[-1]["missing"] == "teleconsultation"
        make_ready(site.session)
        assert site.now.missing == ()
        site.session.invite()
        await site.until(lambda now: now.invitation is not None)
        given = await site.journal("consent_given")
        refused = await site.journal("consent_refused")
    assert [line["sha256"] for line in given] == [consent().text_sha256]
    assert refused[0]["refused"] == "teleconsultation"


async def test_the_gp_is_told_once_trust_allows_and_again_what_changes(place: Place) -> None:
    async with place.open() as site, a_gp() as gp:
        site.session.enter(TRAITS)
        site.session.enter(BACKGROUND)
        make_ready(site.session, Item.SHARED_RECORD)
        assert (site.now.patient_name, site.now.reason) == ("DURAND JEANNE", "toux")
        await meet(site, gp)
        await gp.session.wait_for(lambda seen: seen.background is not None, PATIENCE_S)
        seen = gp.session.seen
        assert seen.intake is not None
        assert (seen.intake.name, seen.intake.reason) == ("DURAND JEANNE", "toux")
        assert seen.patient is not None
        assert (seen.patient.callback, seen.patient.doctor) == (CONTACT.callback, "")
        assert seen.background is not None
        assert seen.background.refused == ["shared_record"]
        assert seen.background.answers[0]["answer"] == "3 jours"
        site.session.enter(replace(CONTACT, own_doctor="Dr Petit"))
        await gp.session.wait_for(
            lambda seen: seen.patient is not None and seen.patient.doctor == "Dr Petit", PATIENCE_S
        )
        record = await site.record()
    assert record.dossier is not None
    assert record.dossier.traits == TRAITS
    sent = [line.event for line in record.journal if line.event.endswith("_sent")]
    assert sent == ["intake_sent", "patient_sent", "background_sent", "patient_sent"]
    written = " ".join(str(dict(line.facts)) for line in record.journal)
    assert not any(word in written for word in ("DURAND", "toux", "Doubs", "01 99"))


async def test_what_was_refused_is_not_taken(place: Place) -> None:
    async with place.open() as site:
        assert site.now.pictures_off is Why.NO_CONSENT
        make_ready(site.session, Item.PICTURES)
        assert site.now.pictures_off is Why.REFUSED
        site.session.take_still("oreille")
        site.session.take_clip("oreille")
        assert site.now.still is None
        assert [line["why"] for line in site.told("capture_refused")] == ["refused"] * 2
        make_ready(site.session)
        site.session.take_still("oreille")  # no camera here: it was asked for, and has failed
        assert site.now.still is not None
        assert await site.journal("capture_refused") == [{"why": "refused"}] * 2


async def test_who_withdraws_consent_to_the_consultation_ends_it(place: Place) -> None:
    async with place.open() as site, a_gp() as gp:
        make_ready(site.session)
        await meet(site, gp)
        site.session.enter(consent(Item.TELECONSULTATION))
        assert site.now.state is State.ENDED
        assert site.now.is_paused
        await gp.session.wait_for(lambda seen: seen.goodbye == "unsuitable", PATIENCE_S)
        assert gp.session.seen.why == "patient_wish"
        assert await site.journal("stopped") == [{"reason": "patient_wish"}]
        assert len(await site.journal("consent_refused")) == 1


async def test_an_invitation_is_withdrawn_with_the_consent(place: Place) -> None:
    async with place.open() as site:
        make_ready(site.session)
        site.session.invite()
        await site.until(lambda now: now.invitation is not None)
        site.session.enter(consent(Item.TELECONSULTATION))
        assert site.now.state is State.ENDED


@pytest.mark.parametrize(
    ("matricule", "error"),
    [
        (Matricule("279035121518988", REAL_OIDS[0]), "MatriculeError"),
        (Matricule("279035121518989", TEST_OIDS[0]), "WrongModeError"),
    ],
)
async def test_an_identity_that_cannot_be_is_not_kept(
    place: Place, matricule: Matricule, error: str
) -> None:
    async with place.open() as site:
        site.session.enter(TRAITS)
        site.session.enter(replace(TRAITS, birth_name="AUTRE", matricule=matricule))
        assert site.now.dossier.traits == TRAITS
        assert type(site.now.entry_error).__name__ == error
        site.session.enter(CONTACT)
        assert site.now.entry_error is None


async def test_a_prescription_and_a_signed_summary_arrive_and_stay(place: Place) -> None:
    async with place.open() as site, a_gp() as gp:
        make_ready(site.session)
        await meet(site, gp)
        gp.session.tell(waiting(5, "J'arrive"))
        gp.session.tell(wire.Pointed(0, 500, 500, is_shown=True))
        offer = await gp.session.papers.send("Ordonnance", "application/pdf", PRESCRIPTION)
        gp.session.summarise("Repos.", files=[offer.id])
        await site.until(lambda now: [d.state for d in now.documents] == [DocumentState.HELD])
        await site.until(lambda now: now.summary == "Repos.")
        await gp.session.wait_for(lambda _: offer.id in gp.session.papers.received, PATIENCE_S)
        assert site.now.summary_signer == "Dr Martin"
        assert site.now.gp_waiting is not None
        assert site.now.gp_waiting.minutes == 5
        assert site.now.pointed is not None
        site.session.enter(replace(CONTACT, own_doctor="Dr Petit"))
        site.session.enter(Ending((Destination.OWN_DOCTOR,), handed_over=True))
        documents = (await site.record()).documents
        closed = await site.journal("closed")
    assert [(one.label, one.data) for one in documents] == [("Ordonnance", PRESCRIPTION)]
    assert closed == [{"to": "own_doctor", "handed": 1}]


async def test_a_gp_who_asks_to_wait_while_the_words_are_compared_is_heard(place: Place) -> None:
    async with place.open() as site, a_gp() as gp:
        make_ready(site.session)
        site.session.invite()
        await site.until(lambda now: now.invitation is not None)
        assert site.now.invitation is not None
        await gp.join(site.now.invitation.url)
        await site.until(lambda now: now.link.state is LinkState.UP)
        gp.session.tell(waiting(20, "Une urgence"))
        gp.session.tell(waiting(5, "J'arrive"))
        await gp.accept_words()
        await site.until(lambda now: now.words_confirmed_by_gp)
        assert site.now.gp_waiting is None, "nobody knows yet whose words they are"
        assert await site.journal("gp_waits") == []
        site.session.compare_words(equal=True)
        assert site.now.gp_waiting is not None
        assert (site.now.gp_waiting.minutes, site.now.gp_waiting.text) == (5, "J'arrive")
        assert await site.journal("gp_waits") == [{"minutes": 5}]


async def test_what_the_gp_writes_and_asks_while_the_words_are_compared_is_shown_after(
    place: Place,
) -> None:
    async with place.open() as site, a_gp() as gp:
        make_ready(site.session)
        site.session.invite()
        await site.until(lambda now: now.invitation is not None)
        assert site.now.invitation is not None
        await gp.join(site.now.invitation.url)
        await site.until(lambda now: now.link.state is LinkState.UP)
        gp.session.tell(wire.Text("Je vous entends mal.", 1))
        gp.session.ask("temperature")
        await gp.accept_words()
        await site.until(lambda now: now.words_confirmed_by_gp)
        assert site.now.asked is None, "nobody knows yet whose words they are"
        assert site.now.exchanges == ()
        site.session.compare_words(equal=True)
        assert site.now.asked is not None
        assert site.now.asked.what == "temperature"
        came = [(line.kind, line.subject) for line in site.now.exchanges]
        assert came[:2] == [
            (LineKind.TEXT_GP, "Je vous entends mal."),
            (LineKind.ASKED, "temperature"),
        ]
        assert await site.journal("asked") == [{"what": "temperature"}]


async def test_who_turns_out_not_to_be_the_gp_is_not_heard(place: Place) -> None:
    async with place.open() as site, a_gp() as gp:
        make_ready(site.session)
        site.session.invite()
        await site.until(lambda now: now.invitation is not None)
        assert site.now.invitation is not None
        await gp.join(site.now.invitation.url)
        await site.until(lambda now: now.link.state is LinkState.UP)
        gp.session.tell(waiting(5, "J'arrive"))
        gp.session.tell(wire.Text("Bonjour", 1))
        await gp.accept_words()
        await site.until(lambda now: now.words_confirmed_by_gp)
        site.session.compare_words(equal=False)
        assert site.now.gp_waiting is None
        assert site.now.exchanges == ()
        assert await site.journal("gp_waits") == []


async def test_a_summary_that_was_changed_is_shown_as_forged(place: Place) -> None:
    async with place.open() as site, a_gp() as gp:
        make_ready(site.session)
        await meet(site, gp)
        said = gp.session.summarise("Repos.")
        gp.session._say(replace(said, text="Rien."))
        await site.until(lambda now: now.summary == "Rien.")
        assert (site.now.summary_signer, site.now.summary_is_forged) == ("", True)
        assert await site.journal("signature_refused") == [{}]


async def test_stopping_tells_the_reason_and_keeps_the_note_here(place: Place) -> None:
    async with place.open() as site, a_gp() as gp:
        make_ready(site.session)
        await meet(site, gp)
        site.session.go_on(Alternative.TELEPHONE)
        await gp.session.wait_for(lambda seen: seen.went_on == "telephone", PATIENCE_S)
        site.session.stop(StopReason.EXAMINATION_NEEDED, "Mme D. a mal")
        await gp.session.wait_for(lambda seen: seen.goodbye == "unsuitable", PATIENCE_S)
        assert gp.session.seen.why == "examination_needed"
        site.session.close()
        record = await site.record()
    assert record.dossier is not None
    assert record.dossier.ending is not None
    assert record.dossier.ending.stop_note == "Mme D. a mal"
    assert record.dossier.ending.went_on is Alternative.TELEPHONE
    facts = {line.event: dict(line.facts) for line in record.journal}
    assert facts["went_on"] == {"how": "telephone"}
    assert facts["stopped"] == {"reason": "examination_needed"}


async def test_a_gp_who_sends_the_patient_elsewhere_is_noted_as_the_end(place: Place) -> None:
    async with place.open() as site, a_gp() as gp:
        make_ready(site.session)
        await meet(site, gp)
        assert site.now.gp_presence is GpPresence.HERE
        gp.session.tell(wire.Waiting(None, "Allez aux urgences", is_redirected=True, at_ms=0))
        await site.until(lambda now: now.gp_presence is GpPresence.REDIRECTED)
        site.session.end("finished")
        await gp.session.wait_for(lambda seen: seen.goodbye == "finished", PATIENCE_S)
        site.session.close()
        record = await site.record()
    assert [dict(line.facts) for line in record.journal if line.event == "ended"] == [
        {"by": "site", "reason": "redirected"}
    ]
    assert any(line.event == "gp_redirected" for line in record.journal)


async def test_an_expertise_is_answered_when_the_site_is_opened_again(place: Place) -> None:
    async with place.open() as site, a_gp() as gp:
        make_ready(site.session)
        await meet(site, gp)
        await gp.session.wait_for(lambda seen: seen.is_kept, PATIENCE_S)
        async with asyncio.timeout(PATIENCE_S):
            while not site.told("contact_kept"):
                await asyncio.sleep(0.02)
        site.session.end("finished")
        book = gp.book
    async with a_gp(book) as gp:
        async with place.open() as site:
            site.session.enter(TRAITS)
            site.session.enter(consent())
            site.session.ask_expertise("Lésion stable depuis un an ?")
            site.session.call(site.now.contacts[0].public)
            await site.until(lambda now: now.is_waiting_for_page)
            gp.open_list(place.relay_url)
            await gp.session.wait_for(lambda seen: seen.question is not None, PATIENCE_S)
            assert site.now.is_muted
            assert site.now.is_camera_off
            await site.until(lambda now: now.link.waiting == 0)
        # The site is off. The answer waits in its mailbox.
        offer = await gp.session.papers.send("Ordonnance", "application/pdf", PRESCRIPTION)
        gp.session.summarise("Oui, sans crainte.", files=[offer.id])
        # It is opened for somebody else: the answer is told, and not lost.
        left = await place.unfinished()
        async with place.open() as site:
            await site.until(lambda now: bool(now.expertises and now.expertises[0].answered_at))
            (expertise,) = site.now.expertises
            assert (expertise.consultation, expertise.gp_name) == (left, "Dr Martin")
            assert expertise.answer == "Oui, sans crainte."
            assert [one.consultation for one in site.now.resumable] == [left]
            await gp.session.wait_for(lambda _: offer.id in gp.session.papers.received, PATIENCE_S)
        record = await place.record(left)
        checks = [line.event for line in record.journal if line.event.startswith("signature")]
        assert checks == ["signature_verified"]
        summary = report_of(record).summary
        assert summary is not None
        assert summary.signature is SignatureState.VALID
        async with place.open(left) as site:
            await site.until(lambda now: now.dossier.is_deferred)
            assert site.now.dossier.question == "Lésion stable depuis un an ?"
            assert site.now.patient_name == "DURAND JEANNE"
            await site.until(lambda now: now.summary == "Oui, sans crainte.")
            await site.until(lambda now: [d.state for d in now.documents] == [DocumentState.HELD])
            assert site.now.summary_signer == "Dr Martin"
            sent = [line["event"] for line in site.told("question_sent")]
            assert sent == []  # it was told by the process before


async def test_an_expertise_between_two_who_are_never_there_together(place: Place) -> None:
    async with place.open() as site, a_gp() as gp:
        make_ready(site.session)
        await meet(site, gp)
        await gp.session.wait_for(lambda seen: seen.is_kept, PATIENCE_S)
        await site.until(lambda _: bool(site.told("contact_kept")))
        site.session.end("finished")
        book = gp.book
    # The site asks, and is closed.
    async with place.open() as site:
        site.session.enter(TRAITS)
        site.session.enter(BACKGROUND)
        make_ready(site.session)
        site.session.ask_expertise("Lésion stable depuis un an ?")
        site.session.call(site.now.contacts[0].public)
        await site.until(lambda now: now.is_waiting_for_page)
        site.session.send_file(in_one_part(PRESCRIPTION), "Courrier", "application/pdf")
        site.session.write("Photo à suivre")
        await site.until(lambda now: [f.state for f in now.sent_files] == [FileState.SENDING])
        await site.until(lambda now: now.link.waiting == 8)
        left = await site.number()
    # The GP opens, answers the call, and is gone.
    async with a_gp(book) as gp:
        gp.open_list(place.relay_url)
        await until(lambda: book.answered is not None)
        await until(lambda: len(place.letters_for_site) == 1)
    # The site is opened for somebody else, and tells everything it had left.
    async with place.open() as site:
        await site.until(lambda _: bool(site.told("expertise_taken")))
        (expertise,) = site.now.expertises
        assert (expertise.consultation, expertise.gp_name) == (left, "Dr Martin")
        # The last letter holds the file's only piece.
        await until(lambda: max(place.letters_for(book.identity), default=0) > len(PRESCRIPTION))
    # The GP reads it, answers, and is gone.
    async with a_gp(book) as gp:
        gp.open_list(place.relay_url)
        await gp.session.wait_for(lambda seen: seen.question is not None, PATIENCE_S)
        await gp.session.wait_for(lambda seen: PRESCRIPTION in seen.stills.values(), PATIENCE_S)
        assert gp.session.seen.patient is not None
        gp.session.summarise("Oui, sans crainte.")
        await until(lambda: gp.session.waiting == len(gp.session.seen.mailed))
    async with place.open() as site:
        await site.until(lambda now: bool(now.expertises and now.expertises[0].answered_at))
        assert site.now.expertises[0].answer == "Oui, sans crainte."


async def test_what_came_is_there_again_after_a_restart(place: Place) -> None:
    async with a_gp() as gp:
        async with place.open() as site:
            make_ready(site.session)
            await meet(site, gp)
            gp.session.tell(waiting(10))
            offer = await gp.session.papers.send("Ordonnance", "application/pdf", PRESCRIPTION)
            gp.session.summarise("Repos.", files=[offer.id])
            await site.until(lambda now: [d.state for d in now.documents] == [DocumentState.HELD])
            await site.until(lambda now: now.summary == "Repos.")
        async with place.open(await place.unfinished()) as site:
            await site.until(lambda now: [d.state for d in now.documents] == [DocumentState.HELD])
            assert (site.now.summary, site.now.summary_signer) == ("Repos.", "Dr Martin")
            assert site.now.gp_waiting is not None
            assert site.now.missing == ()


async def test_a_room_check_is_kept_for_the_day(place: Place) -> None:
    since = clock.now() - timedelta(hours=1)
    check = RoomCheck(int(clock.now().timestamp() * 1_000), "Mme Petit", tuple(RoomItem))
    async with place.open() as site:
        site.session.check_room(check)
        assert site.now.room == check
        await site.record()
    async with place.open() as site:
        await site.until(lambda now: now.room == check)
    records = await Records.open(place.folder, place.secrets)
    try:
        assert await records.rooms(since) == [check]
    finally:
        await records.close()
