"""What is said beside each measure."""

from dataclasses import replace

import pytest
from fakes.site_story import NOW, STATES, ago

from client.catalogue import Catalogue
from client.session.snapshot import InstrumentState, InstrumentView, SiteSnapshot, VitalView
from client.ui.vital_lines import VitalGroup, vital_groups
from devices.readings import Kind, Quality, Vital

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
    assert (line.value, line.brief) == ("--", FRENCH(f"quality.{quality}"))


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
