"""Medians and the table."""

from dataclasses import fields, replace

from linklab.measuring.measures import Measures
from linklab.measuring.table import COLUMNS, middle, table

SHAPES: dict[str, object] = {"up_kbytes": {}, "voice_back_s": (), "picture_back_s": ()}
NOTHING = Measures(
    **{each.name: SHAPES.get(each.name) for each in fields(Measures)}  # type: ignore[arg-type]  # every field, by its name
)
ONE = replace(NOTHING, frames_per_s=10, site_cpu_pct=20, site_memory_mb=100)


def test_the_median_is_taken_of_each_figure_by_itself() -> None:
    runs = [replace(ONE, frames_per_s=rate, vmaf=60 + rate) for rate in (9, 30, 12)]
    assert middle(runs).frames_per_s == 12
    assert middle(runs).vmaf == 72


def test_a_figure_missing_in_half_of_the_runs_is_missing() -> None:
    runs = [replace(ONE, still_s=9), replace(ONE, still_s=None)]
    assert middle(runs).still_s is None
    assert middle([*runs, replace(ONE, still_s=11)]).still_s == 10


def test_lanes_a_run_did_not_use_count_as_nothing() -> None:
    runs = [replace(ONE, up_kbytes={"voice": 90}), replace(ONE, up_kbytes={"data": 30})]
    assert middle(runs).up_kbytes == {"voice": 45, "data": 15}


def test_the_table_has_a_row_for_each_peer_and_a_cell_for_each_measure() -> None:
    drawn = table({"chevet": replace(ONE, vmaf=70.25), "chromium": ONE}).splitlines()
    assert len(drawn) == 4
    assert {line.count("|") for line in drawn} == {len(COLUMNS) + 3}
    assert "70.2" in drawn[2]
    assert "| - |" in drawn[3].replace("  ", "")


def test_every_column_is_a_measure() -> None:
    names = {each.name for each in fields(Measures)}
    assert {name for _, name in COLUMNS} <= names


def test_what_came_back_after_each_cut_is_shown_where_the_line_was_cut() -> None:
    runs = [
        replace(ONE, voice_back_s=(back_s, None), picture_back_s=(1, 2)) for back_s in (1, 3, 2)
    ]
    assert middle(runs).voice_back_s == (2, None)
    assert "2/-" in table({"chevet": middle(runs)})
    assert "back" not in table({"chevet": ONE})
