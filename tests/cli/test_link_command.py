"""``chevet link``: its words in both languages, and its ends."""

import json
import socket
from dataclasses import replace

import pytest

from client.catalogue import Catalogue
from client.cli import FAILED, MISUSED, main
from client.cli.link import as_json, told
from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.plan import PictureRung, VoiceRung
from client.core.adaptation.preflight.measurement import LineMeasurement
from client.core.adaptation.preflight.promise import Promise

FOUND = LineMeasurement(
    up_bps=210_400,
    down_bps=1_904_000,
    rtt_s=0.0524,
    jitter_s=0.0012,
    loss_up=0.014,
    loss_down=0.0,
    link_layer=LinkLayer.ADSL,
    bytes_up=1,
    bytes_down=1,
)
PROMISE = Promise(178_000, VoiceRung(16_000, 60), PictureRung("av1", 320, 240, 15, 70_000), 15)


def lines(language: str, found: LineMeasurement = FOUND) -> list[str]:
    told_lines = told(found, PROMISE, Catalogue(language))
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in told_lines]


def nobody() -> str:
    """The address of a relay that is not there."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


def test_tells_the_line_and_what_it_allows_in_french() -> None:
    assert lines("fr") == [
        "Ligne     ADSL, 0,21 Mbit/s montant, 1,90 Mbit/s descendant",
        "Délai     52 ms aller-retour, à 1 ms près",
        "Pertes    montant 1 %, descendant 0 %",
        "Permet    voix nette, image fluide petite, photo en 15 s",
    ]


def test_and_in_english() -> None:
    assert lines("en") == [
        "Line      ADSL, 0.21 Mbit/s up, 1.90 Mbit/s down",
        "Delay     52 ms there and back, give or take 1 ms",
        "Losses    up 1 %, down 0 %",
        "Allows    clear voice, smooth small picture, photo in 15 s",
    ]


def test_what_is_not_known_is_not_made_up() -> None:
    hidden = replace(FOUND, down_bps=None, loss_up=None, loss_down=None, is_coarse=True)
    line, _, losses, _, coarse = lines("fr", hidden)
    assert line.endswith("inconnu descendant")
    assert losses == "Pertes    montant inconnu, descendant inconnu"
    assert "UDP" in coarse


@pytest.mark.parametrize(
    ("language", "what", "hint"),
    [
        ("fr", "ne répond pas", "Vérifiez l"),
        ("en", "does not answer", "Check the relay"),
    ],
)
def test_a_silent_relay_is_told_with_what_to_do(
    language: str, what: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--lang", language, "link", "--relay", nobody()]) == FAILED
    shown = capsys.readouterr()
    assert what in shown.err
    assert hint in shown.err
    assert shown.out == ""


@pytest.mark.parametrize(
    "words",
    [
        ["link", "--relay", "http://relay.example", "--headroom", "95"],
        ["link", "--relay", "http://relay.example", "--cap", "8"],
        ["link", "--relay", "ftp://relay.example"],
        ["site", "--relay", "http://relay.example", "--headroom", "-1"],
        ["site", "--relay", "http://relay.example", "--cap", "0"],
    ],
)
def test_what_makes_no_sense_is_refused(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == MISUSED
    assert capsys.readouterr().err


def test_an_unknown_link_layer_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["link", "--relay", "http://relay.example", "--link-layer", "tin cans"])
    assert caught.value.code == MISUSED
    assert "adsl" in capsys.readouterr().err


def test_what_is_measured_can_be_written_as_json() -> None:
    written = json.loads(json.dumps(as_json(FOUND, PROMISE)))
    assert written["up_bps"] == 210_400
    assert written["link_layer"] == "adsl"
    assert written["promise"]["photo_s"] == 15
