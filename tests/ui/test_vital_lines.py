"""What is said beside each measure."""

from dataclasses import replace

import pytest
from fakes.site_story import NOW, STATES, ago

from client.catalogue import Catalogue
from client.session.snapshot import InstrumentState, InstrumentView, SiteSnapshot, VitalView
from client.ui.phrases import quality_words
from client.ui.vital_lines import VitalGroup, is_inflating, vital_groups
from devices.readings import CuffPressure, Kind, Origin, Progress, Quality, Vital

FRENCH = Catalogue("fr")
CONNECTED = STATES["connected"]


def groups(snapshot: SiteSnapshot) -> list[VitalGroup]:
    return list(vital_groups(FRENCH, snapshot, NOW))


def with_oximeter(state: InstrumentState) -> SiteSnapshot:
    oximeter, *others = CONNECTED.instruments
    return replace(CONNECTED, instruments=(replace(oximeter, state=state), *others))


def test_before_the_first_value_the_instrument_says_how_it_is() -> None:
    oximeter, thermometer = groups(STATES["connected_bare"])
    assert [(line.value, line.brief) for line in oximeter.lines] == [("--", "mesure en cours")] * 2
    assert [(line.value, line.brief) for line in thermometer.lines] == [("--", "prêt")]


@pytest.mark.parametrize(
    "state", set(InstrumentState) - {InstrumentState.READY, InstrumentState.MEASURING}
)
def test_a_troubled_instrument_is_never_live(state: InstrumentState) -> None:
    oximeter, _ = groups(with_oximeter(state))
    assert oximeter.status == FRENCH(f"site.instrument.{state}")
    assert all(line.fresh != "en direct" for line in oximeter.lines)


def test_a_working_instrument_has_nothing_to_say_for_itself() -> None:
    oximeter, thermometer = groups(CONNECTED)
    assert (oximeter.status, oximeter.warning) == ("", "")
    assert (thermometer.status, thermometer.warning) == ("", "")


def test_no_instrument_at_all() -> None:
    oximeter, thermometer = groups(replace(CONNECTED, instruments=(), vitals=()))
    assert (oximeter.instrument, thermometer.instrument) == ("Oxymètre", "Thermomètre")
    assert all(group.status == "à brancher quand utile" for group in (oximeter, thermometer))


@pytest.mark.parametrize("quality", set(Quality) - {Quality.GOOD, Quality.WEAK})
def test_without_a_value_the_quality_is_said_in_its_place(quality: Quality) -> None:
    lost = VitalView(Vital.SPO2, None, quality, "Contec CMS50D+", ago(0.5), is_live=True)
    oximeter, _ = groups(replace(CONNECTED, vitals=(lost,)))
    line = oximeter.lines[0]
    assert (line.value, line.brief) == ("--", quality_words(FRENCH, quality, Kind.OXIMETER))


def test_an_old_reason_for_no_value_has_its_age() -> None:
    lost = VitalView(
        Vital.TEMPERATURE, None, Quality.OUT_OF_RANGE, "FORA IR42", ago(300), is_live=False
    )
    _, thermometer = groups(replace(CONNECTED, vitals=(lost,)))
    assert thermometer.lines[0].brief.replace("\N{NO-BREAK SPACE}", " ") == "il y a 5 min"
    assert thermometer.warning == "valeur impossible"


def test_a_weak_value_keeps_its_age_and_warns() -> None:
    oximeter, _ = groups(STATES["weak_signal"])
    assert oximeter.warning == "signal faible"
    assert [line.brief for line in oximeter.lines] == ["en direct"] * 2
    assert oximeter.lines[0].full == "signal faible, en direct"


def test_the_perfusion_index_appears_only_once_it_is_given() -> None:
    index = VitalView(Vital.PERFUSION_INDEX, 4.2, Quality.GOOD, "CMS50", ago(0.5), is_live=True)
    oximeter, _ = groups(replace(CONNECTED, vitals=(*CONNECTED.vitals, index)))
    assert [line.value for line in oximeter.lines] == ["97", "76", "4,2"]


def test_of_two_instruments_the_working_one_is_named() -> None:
    oximeter, *others = CONNECTED.instruments
    broken = replace(oximeter, serial="0001", state=InstrumentState.UNPLUGGED)
    both = replace(CONNECTED, instruments=(broken, oximeter, *others))
    assert "5012" in groups(both)[0].instrument


def test_a_cuff_has_its_own_group_and_lends_its_pulse_to_nobody() -> None:
    state = STATES["connected"]
    cuff = InstrumentView(
        *("taidoc", Kind.BLOOD_PRESSURE, "D40", "7", "COM9"), InstrumentState.READY, id=9
    )
    pulse = VitalView(*(Vital.PULSE, 58, Quality.GOOD, "D40", ago(2)), is_live=False, instrument=9)
    oximeter = replace(state.instruments[0], id=1)
    snapshot = replace(state, instruments=(oximeter, cuff), vitals=(pulse,))
    found = {group.instrument: group for group in vital_groups(FRENCH, snapshot, NOW)}
    assert [line.value for name, group in found.items() if "D40" in name for line in group.lines
            ] == ["58"]  # fmt: skip
    assert all(
        line.value == "--" for name, g in found.items() if "D40" not in name for line in g.lines
    )


def test_what_was_never_plugged_in_has_no_group() -> None:
    assert len(list(vital_groups(FRENCH, STATES["connected"], NOW))) == 2


INSTRUMENTS = STATES["instruments"]


def said(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def of(model: str, snapshot: SiteSnapshot = INSTRUMENTS) -> VitalGroup:
    return next(group for group in groups(snapshot) if model in group.instrument)


def test_a_blood_pressure_is_one_line_with_all_measured_with_it() -> None:
    (line,) = of("UA-767").lines
    assert (line.name, line.value, line.unit) == ("Tens.", "128/76", "mmHg")
    assert line.beside == "Moy. 93, Pouls 72"
    assert "ponctuel" in line.brief
    assert "mesure ponctuelle" in line.full
    assert line.full.endswith("il y a 3\N{NO-BREAK SPACE}min")


def test_values_of_two_measurements_are_never_one_blood_pressure() -> None:
    later = [replace(v, record=2) if v.vital is Vital.SYSTOLIC else v for v in INSTRUMENTS.vitals]
    (line,) = of("UA-767", replace(INSTRUMENTS, vitals=tuple(later))).lines
    assert (line.value, line.beside) == ("128/--", "")


def test_a_spot_check_is_never_called_live() -> None:
    spot = replace(CONNECTED.vitals[0], origin=Origin.SPOT, record=1, is_live=False)
    oximeter, _ = groups(replace(CONNECTED, vitals=(spot,)))
    assert "en direct" not in oximeter.lines[0].full
    assert "ponctuel" in oximeter.lines[0].brief


def test_two_oximeters_have_a_group_each() -> None:
    first, *others = INSTRUMENTS.instruments
    second = replace(first, id=12, model="Nonin 3150", serial="501")
    value = replace(INSTRUMENTS.vitals[0], instrument=12, value=93)
    both = replace(
        *(INSTRUMENTS,),
        instruments=(first, second, *others),
        vitals=(*INSTRUMENTS.vitals, value),
    )
    assert [of(model, both).lines[0].value for model in ("CMS50D", "Nonin")] == ["97", "93"]


def test_a_weight_that_moves_says_so_and_what_was_sent() -> None:
    group = of("Marsden")
    assert group.warning == "pas encore stable"
    assert said(group.lines[0].beside) == "envoyé : 159.4 lb"


def test_the_absence_of_a_signal_fits_the_instrument() -> None:
    lost = VitalView(Vital.WEIGHT, None, Quality.NO_SIGNAL, "M", ago(1), is_live=True, instrument=6)
    (line,) = of("Marsden", replace(INSTRUMENTS, vitals=(lost,))).lines
    assert line.quality == "pas de signal"


def test_memories_and_controls_are_in_no_group() -> None:
    assert of("OneTouch").lines == ()
    assert not any("141" in line.value for group in groups(INSTRUMENTS) for line in group.lines)


def test_a_cuffs_pressure_is_progress_and_no_value() -> None:
    group = of("UA-767", STATES["inflating"])
    assert (group.status, group.lines) == ("brassard 145 mmHg", ())


def test_progress_of_some_time_ago_is_none() -> None:
    state = STATES["inflating"]
    *others, cuff = state.instruments
    old = replace(cuff, work_at=ago(6), state=InstrumentState.READY)
    snapshot = replace(state, instruments=(*others, old))
    assert of("UA-767", snapshot).status == "prêt"
    assert is_inflating(snapshot, NOW) is None


@pytest.mark.parametrize(
    ("total", "words"), [(None, "mémoire : 12"), (480, "mémoire : 12 sur 480")]
)
def test_reading_a_memory_shows_how_far_it_is(total: int | None, words: str) -> None:
    *others, cuff = STATES["inflating"].instruments
    reading = replace(cuff, state=InstrumentState.READY, work=Progress(12, total))
    snapshot = replace(STATES["inflating"], instruments=(*others, reading))
    assert said(of("UA-767", snapshot).status) == f"lecture de la {words}"
    assert is_inflating(snapshot, NOW) is None


def test_a_monitors_cuff_is_found_too() -> None:
    *others, cuff = STATES["inflating"].instruments
    monitor = replace(cuff, kind=Kind.MONITOR, work=CuffPressure(90))
    snapshot = replace(STATES["inflating"], instruments=(*others, monitor))
    assert is_inflating(snapshot, NOW) == monitor
