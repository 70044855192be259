"""The measured line, as the start screen and the command say it."""

from dataclasses import replace

import pytest
from fakes.site_story import STATES
from fakes.site_terminal import terminal

from client.catalogue import LANGUAGES, Catalogue
from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.plan import PictureRung, VoiceRung
from client.core.adaptation.preflight.measurement import LineMeasurement
from client.core.adaptation.preflight.promise import Promise
from client.net.line_check import RelaySilentError
from client.session.snapshot import LineCheckView
from client.ui.promise_words import line_name, promise_sentence, rate_of

FOUND = LineMeasurement(
    up_bps=210_000,
    down_bps=1_900_000,
    rtt_s=0.05,
    jitter_s=0.001,
    loss_up=0.0,
    loss_down=0.0,
    link_layer=LinkLayer.ADSL,
    bytes_up=1,
    bytes_down=1,
)
PROMISE = Promise(178_000, VoiceRung(16_000, 60), PictureRung("av1", 320, 240, 15, 70_000), 15)
MEASURED = LineCheckView(found=FOUND, promise=PROMISE)

SENTENCES = [
    (PROMISE, "voix nette, image fluide petite, photo en 15 s"),
    (
        replace(PROMISE, picture=PictureRung("av1", 480, 360, 8, 70_000), photo_s=170),
        "voix nette, image saccadée moyenne, photo en 3 min",
    ),
    (
        Promise(27_000, VoiceRung(8_000, 120), PictureRung("av1", 640, 480, 0.25, 3_000), None),
        "voix simple, une image toutes les 4 s, photo impossible",
    ),
    (
        replace(PROMISE, voice=VoiceRung(12_000, 60), picture=None),
        "voix correcte, pas d\N{RIGHT SINGLE QUOTATION MARK}image, photo en 15 s",
    ),
    (
        replace(PROMISE, picture=None, has_camera=False),
        "voix nette, sans caméra, photo en 15 s",
    ),
]


def plain_spaces(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(("promise", "sentence"), SENTENCES)
def test_says_in_one_sentence_what_the_line_allows(promise: Promise, sentence: str) -> None:
    assert plain_spaces(promise_sentence(Catalogue("fr"), promise)) == sentence


def test_says_it_in_english_too() -> None:
    said = promise_sentence(Catalogue("en"), PROMISE)
    assert said == "clear voice, smooth small picture, photo in 15 s"


@pytest.mark.parametrize(
    ("bps", "said"),
    [
        (31_600, "32 kbit/s"),
        (210_000, "0,21 Mbit/s"),
        (7_902_280, "7,90 Mbit/s"),
        (19_800_000, "20 Mbit/s"),
    ],
)
def test_a_rate_is_said_as_exactly_as_it_is_known(bps: int, said: str) -> None:
    assert plain_spaces(rate_of(Catalogue("fr"), bps)) == said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("link_layer", [*LinkLayer, None])
@pytest.mark.parametrize("up_bps", [31_600, 210_000, 9_940_000, 60_000_000])
def test_a_line_s_name_fits_its_column(
    language: str, link_layer: LinkLayer | None, up_bps: int
) -> None:
    found = replace(FOUND, up_bps=up_bps, link_layer=link_layer)
    assert len(line_name(Catalogue(language), found)) <= 25


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_the_start_screen_says_it(size: tuple[int, int]) -> None:
    async with terminal(replace(STATES["start"], line_check=MEASURED), size=size) as seen:
        rows = [line for line in seen.lines if "Ligne" in line]
        assert "ADSL, 0,21 Mbit/s montant" in rows[0]
        said = " ".join(seen.text.replace("│", " ").split())
        assert "voix nette, image fluide petite," in said
        assert "photo en 15 s" in said
        assert "n nouvelle consultation" in seen.text


async def test_progress_is_drawn_and_escape_stops_it() -> None:
    measuring = replace(STATES["start"], line_check=LineCheckView(percent=50))
    async with terminal(measuring) as seen:
        assert "50 %" in seen.text
        assert "██████████░░░░░░░░░░" in seen.text
        assert "Échap" in seen.text
        await seen.press("escape")
        assert seen.requests.asked == [("check_line", False)]
        assert "non mesurée" in seen.text


async def test_escape_asks_nothing_while_nothing_is_measured() -> None:
    async with terminal(STATES["start"]) as seen:
        await seen.press("escape")
        assert seen.requests.asked == []
        await seen.press("l")
        assert seen.requests.asked == [("check_line", True)]


async def test_a_failure_says_what_to_do() -> None:
    failed = LineCheckView(failure=RelaySilentError("relais.example"))
    async with terminal(replace(STATES["start"], line_check=failed)) as seen:
        said = " ".join(seen.text.replace("│", " ").split())
        assert "ne répond pas" in said
        assert "Vérifiez" in said


async def test_a_rough_measurement_is_told_to_be_one() -> None:
    rough = replace(MEASURED, found=replace(FOUND, is_coarse=True))
    async with terminal(replace(STATES["start"], line_check=rough)) as seen:
        assert "approchée" in seen.text
