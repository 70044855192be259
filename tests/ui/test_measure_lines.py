"""Results and memories, line by line."""

from dataclasses import replace

from fakes.site_story import STATES
from fakes.site_terminal import terminal

from client.catalogue import Catalogue
from client.session.snapshot import PortState, PortView, VitalView
from client.ui.measure_lines import (
    SHOWN_RECORDS,
    SHOWN_RESULTS,
    apart_lines,
    readable,
    result_lines,
    unknown_ports,
)
from devices.readings import Kind

FRENCH = Catalogue("fr")
STATE = STATES["instruments"]


def texts(lines: object) -> list[str]:
    return [text.replace("\N{NO-BREAK SPACE}", " ") for text, _ in lines]  # type: ignore[attr-defined]  # lines


def test_a_result_is_told_exactly_as_it_was_sent() -> None:
    heading, name, said, source, *_ = texts(result_lines(FRENCH, STATE.results))
    assert heading == "Analyses (les 3 dernières sur 3)"
    assert name == "CRP  <5 mg/L"
    assert said.startswith(
        "  réf. 0 to 10, LOINC 1988-5, 23/11/2026 13:58 selon son horloge, reçu à "
    )
    assert source == "  Afinion 2 n° AF0012345"


def test_a_control_is_named_before_its_value() -> None:
    assert any(text.startswith("SOLUTION DE CONTRÔLE  CTRL C I") for text in
               texts(result_lines(FRENCH, STATE.results)))  # fmt: skip
    assert any(text.startswith("SOLUTION DE CONTRÔLE  Glyc. 112") for text in
               texts(apart_lines(FRENCH, STATE.apart)))  # fmt: skip


def test_a_memory_is_called_so_with_the_instruments_own_time() -> None:
    heading, *lines = texts(apart_lines(FRENCH, STATE.apart))
    assert "autre personne" in heading
    assert lines[0] == "mémoire  Glyc. 104 mg/dL"
    assert lines[1].startswith(
        "  avant repas, 23/11/2026 07:32 selon son horloge, OneTouch Ultra 2"
    )
    assert lines[-2].startswith("mémoire  Tens. 128/76 mmHg, Moy. 93 mmHg, Pouls 72")
    assert "12/03/2015 16:45 selon son horloge" in lines[-1]


def test_of_thousands_only_the_newest_are_drawn() -> None:
    stored: VitalView = STATE.apart[-1]
    many = tuple(replace(stored, record=n) for n in range(3_000))
    lines = texts(apart_lines(FRENCH, many))
    assert len(lines) == 1 + 2 * SHOWN_RECORDS
    assert "sur 3000" in lines[0]
    results = texts(result_lines(FRENCH, STATE.results * 100))
    assert len(results) == 1 + 3 * SHOWN_RESULTS


def test_only_instruments_at_work_have_a_memory_to_read() -> None:
    kinds = [view.kind for view in readable(STATE)]
    assert kinds == [
        *(Kind.OXIMETER, Kind.BLOOD_PRESSURE, Kind.GLUCOMETER, Kind.SCALE, Kind.ANALYSER),
    ]


def test_a_port_that_is_still_looked_at_is_not_called_unknown() -> None:
    ports = tuple(PortView(f"COM{n}", state) for n, state in enumerate(PortState))
    said = list(unknown_ports(FRENCH, replace(STATE, ports=ports)))
    assert len(said) == 2
    assert all("laissé tranquille" in sentence for sentence in said)


async def test_everything_is_in_one_box() -> None:
    async with terminal(STATE, size=(200, 60)) as seen:
        await seen.press("w")
        for text in ("128/76", "CRP", "réf. 0 to 10", "mémoire", "12/03/2015", "COM12"):
            assert text in seen.text, text
