"""The stethoscope's box: one key for each place and each step, and what it says."""

from dataclasses import replace

import pytest
from fakes.site_story import CONSENT, FILLED, NOW, STATES
from fakes.site_terminal import terminal

from client.catalogue import Catalogue
from client.core.auscultation import PLACES, NotLive, Place
from client.core.dossier.consent import Item
from client.media.auscultation import Flaw
from client.session.auscultation_view import AuscultationStep, AuscultationView, TapeState
from client.session.snapshot import (
    AskView,
    ExchangeLine,
    InstrumentState,
    LineKind,
    SiteSnapshot,
)
from client.ui.auscultation_words import flaw_sentence, live_sentence, state_sentence
from client.ui.braille import LEAST_HALF_SPAN, SILENCE, outline
from client.ui.screens.auscultation import AuscultationBox
from client.ui.screens.consultation import ConsultationScreen
from client.ui.widgets.exchanges import described
from devices.readings import Kind

EMPTY = AuscultationView(Place.MITRAL)
LABEL = "Cœur, foyer mitral"


def with_stethoscope(view: AuscultationView) -> SiteSnapshot:
    connected = STATES["connected"]
    stethoscope = replace(
        connected.instruments[0],
        driver="stethoscope",
        kind=Kind.STETHOSCOPE,
        state=InstrumentState.READY,
    )
    instruments = (*connected.instruments, stethoscope)
    return replace(connected, instruments=instruments, auscultation=view)


@pytest.mark.parametrize(
    ("view", "key", "step"),
    [
        (EMPTY, "e", AuscultationStep.RECORD),
        (replace(EMPTY, state=TapeState.RECORDING), "e", AuscultationStep.STOP),
        (replace(EMPTY, state=TapeState.FINISHED), "e", AuscultationStep.RECORD),
        (replace(EMPTY, state=TapeState.FINISHED), "r", AuscultationStep.REPLAY),
        (replace(EMPTY, state=TapeState.FINISHED), "enter", AuscultationStep.SEND),
        (EMPTY, "d", AuscultationStep.LISTEN),
    ],
)
async def test_each_key_is_one_step(
    view: AuscultationView, key: str, step: AuscultationStep
) -> None:
    async with terminal(with_stethoscope(view)) as seen:
        await seen.press("e", key)
        assert seen.requests.asked == [("auscultate", step, LABEL)]


async def test_each_number_is_a_place() -> None:
    async with terminal(with_stethoscope(EMPTY)) as seen:
        await seen.press("e", *"12345678")
        assert seen.requests.asked == [("hold_stethoscope", place) for place in PLACES]


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (EMPTY, "Rien d\N{RIGHT SINGLE QUOTATION MARK}enregistré"),
        (replace(EMPTY, state=TapeState.RECORDING, length_s=8.2), "Enregistrement : 8 s"),
        (replace(EMPTY, state=TapeState.FINISHED, length_s=12.0), "Enregistré : 12 s"),
        (replace(EMPTY, state=TapeState.SENDING, done=15, total=60), "Envoi : 25 %"),
        (replace(EMPTY, state=TapeState.RECEIVED), "Reçu par le médecin"),
        (replace(EMPTY, state=TapeState.FAILED), "Échec"),
        (replace(EMPTY, flaw=Flaw.FAINT), "Son trop faible : appuyez le pavillon."),
        (replace(EMPTY, flaw=Flaw.CLIPPED), "Son saturé"),
        (replace(EMPTY, flaw=Flaw.HUM), "Ronflement"),
        (replace(EMPTY, flaw=Flaw.GAPS), "Il manque du son"),
        (EMPTY, "Écoute en direct possible"),
        (replace(EMPTY, is_live=True), "EN DIRECT : le médecin entend le stéthoscope"),
        *(
            (replace(EMPTY, why_not_live=why), "enregistrer puis envoyer.")
            for why in (NotLive.LOSS, NotLive.JITTER, NotLive.NARROW, NotLive.UNKNOWN)
        ),
    ],
)
def test_it_says_how_things_are(view: AuscultationView, said: str) -> None:
    say = Catalogue("fr")
    sentences = [tell(say, view) for tell in (state_sentence, flaw_sentence, live_sentence)]
    assert said in " ".join(" ".join(sentences).split())  # whatever kind of space


@pytest.mark.parametrize(("language", "said"), [("fr", "enregistrer puis envoyer"), ("en", "send")])
async def test_everything_fits_the_smallest_terminal(language: str, said: str) -> None:
    view = AuscultationView(Place.TRICUSPID, TapeState.RECORDING, 11, flaw=Flaw.HUM)
    shown = with_stethoscope(replace(view, why_not_live=NotLive.NARROW))
    async with terminal(shown, size=(80, 24), language=language) as seen:
        await seen.press("e")
        assert said in seen.text
        assert isinstance(seen.app.screen, AuscultationBox)
        assert seen.app.screen.query_one(".box").size.height <= 22


async def test_the_gp_asks_for_it_and_its_key_stands_beside_it() -> None:
    asked = AskView(1, "listen", "", NOW)
    async with terminal(replace(with_stethoscope(EMPTY), asked=asked)) as seen:
        assert "Auscultez" in seen.text
        await seen.press("e")
        assert isinstance(seen.app.screen, AuscultationBox)


def test_a_recording_is_no_photo_among_the_exchanges() -> None:
    line = ExchangeLine(NOW, LineKind.SOUND, LABEL, "", is_acknowledged=True)
    assert described(Catalogue("fr"), line) == f"Son {LABEL}"


async def test_leaving_ends_what_nobody_watches_any_more() -> None:
    view = replace(EMPTY, state=TapeState.RECORDING, is_live=True)
    async with terminal(with_stethoscope(view)) as seen:
        await seen.press("e", "escape")
        assert isinstance(seen.app.screen, ConsultationScreen)
        assert [asked[1] for asked in seen.requests.asked] == [
            AuscultationStep.LISTEN,
            AuscultationStep.STOP,
        ]


async def test_without_a_stethoscope_it_stays_closed_and_says_so() -> None:
    async with terminal(STATES["connected"]) as seen:
        await seen.press("e")
        assert isinstance(seen.app.screen, ConsultationScreen)
        assert "Aucun stéthoscope" in seen.text


def test_an_outline_is_symmetrical_for_a_symmetrical_sound_and_flat_for_silence() -> None:
    assert outline(bytes([SILENCE] * 40), 2, 1) == ["⠤⠤"]
    loud = outline(bytes([SILENCE - 100, SILENCE + 100] * 20), 2, 2)
    assert loud == ["⣿⣿", "⣿⣿"]
    assert outline(b"", 2, 1) == ["⠀⠀"]


def test_what_is_faint_looks_faint() -> None:
    faint = bytes([SILENCE - 2, SILENCE + 2] * 20)
    assert outline(faint, 1, 4)[0] == "⠀"
    assert LEAST_HALF_SPAN > 2


@pytest.mark.parametrize("key", ["e", "enter"])
async def test_without_consent_to_recordings_the_key_is_off_and_says_why(key: str) -> None:
    dossier = replace(FILLED, consent=replace(CONSENT, refused=(Item.PICTURES,)))
    shown = with_stethoscope(replace(EMPTY, state=TapeState.FINISHED))
    async with terminal(replace(shown, dossier=dossier)) as seen:
        await seen.press("e", key)
        assert seen.requests.asked == []
        assert "refuse les photos" in seen.text
        await seen.press("d")
        assert [asked[1] for asked in seen.requests.asked] == [AuscultationStep.LISTEN]
