"""The picture of a trace: one panel under the other, over one time."""

from collections.abc import Sequence
from operator import itemgetter
from pathlib import Path
from typing import Final

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from linklab.plotting import Trace, TrueSecond, spans

LANES: Final = (
    ("control", "#5b6770"),
    ("voice", "#0b6e4f"),
    ("readings", "#c0392b"),
    ("retransmission", "#8e6bbf"),
    ("still", "#d98e04"),
    ("picture", "#6fa8dc"),
    ("bulk", "#b8b8b8"),
)
_MARKED: Final = {
    "connected": "connected",
    "reconnecting": "cut",
    "reconnected": "back",
    "line_silent": "silent",
    "line_heard": "heard",
    "still_taken": "still begins",
    "still_acknowledged": "still is there",
    "preferred": "GP: {what}",
    "overridden": "site: {what}",
    "device_failed": "{what} failed",
    "ended": "ended",
}
_AT_FIRST: Final = frozenset({"preferred", "overridden"})
"""Told with the first second, whatever they are."""
_HEIGHTS: Final = (0.7, 2.6, 1.5, 2.2, 1.5, 1.9, 1.4)
_INCHES: Final = (15.0, 17.0)
_DOTS_PER_INCH: Final = 90
_LABEL_ROWS: Final = 4
_MS: Final = 1_000
_LONGEST_MS: Final = 2_000
"""chosen: more is a line that is cut; drawn whole, it would flatten all the rest."""
_RUNG_ROWS: Final = 4


def draw(trace: Trace, line: Sequence[TrueSecond], out: Path) -> None:
    """Write the picture as PNG."""
    figure, axes = plt.subplots(
        len(_HEIGHTS),
        sharex=True,
        figsize=_INCHES,
        layout="constrained",
        gridspec_kw={"height_ratios": _HEIGHTS},
    )
    figure.suptitle(f"Media engine, {trace.began_at[:19]} UTC", fontsize=13)
    strip, rates, queue, lanes, voice, picture, machine = axes
    _events(strip, trace)
    _rates(rates, trace, line)
    _queue(queue, trace, line)
    _lanes(lanes, trace)
    _voice(voice, trace)
    _picture(picture, trace)
    _machine(machine, trace)
    times_s = trace.times_s
    for panel in axes:
        panel.set_xlim(max(0.0, times_s[0] - 1), times_s[-1] + 0.5)
        _mark(panel, trace)
    machine.set_xlabel("seconds since the session began")
    figure.savefig(out, dpi=_DOTS_PER_INCH)
    plt.close(figure)


def _mark(panel: Axes, trace: Trace) -> None:
    """Events through all panels; where the line was silent, grey."""
    for at_s, _ in _labels(trace):
        panel.axvline(at_s, color="black", linewidth=0.7, alpha=0.45, linestyle=":")
    is_silent = [second["is_silent"] for second in trace.seconds]
    for begins_s, ends_s in spans(trace.times_s, is_silent):
        panel.axvspan(begins_s, ends_s, color="black", alpha=0.1, linewidth=0)


def _labels(trace: Trace) -> list[tuple[float, str]]:
    first_s = trace.times_s[0]
    return [
        (event.at_s, _MARKED[event.name].format(what=event.what))
        for event in trace.named(*_MARKED)
        if not (event.name in _AT_FIRST and event.at_s <= first_s)
    ]


def _events(panel: Axes, trace: Trace) -> None:
    """What happened, by name, each beside its line."""
    panel.axis("off")
    panel.set_ylim(_LABEL_ROWS, -0.5)
    for number, (at_s, label) in enumerate(_labels(trace)):
        row = number % _LABEL_ROWS
        panel.text(at_s, row, f" {label}", fontsize=9, va="center", clip_on=True)


def _rates(panel: Axes, trace: Trace, line: Sequence[TrueSecond]) -> None:
    times_s = trace.times_s
    if line:
        at_s = [second.at_s for second in line]
        capacity = [second.capacity_bps / _MS for second in line]
        panel.fill_between(at_s, capacity, step="mid", color="#e3e9ed", label="true capacity")
        panel.step(at_s, capacity, where="mid", color="#7b8a94", linewidth=1)
    for name, style, color, label in (
        ("capacity_bps", "--", "#444444", "capacity, estimated"),
        ("usable_bps", "-.", "#0b6e4f", "usable, estimated"),
        ("send_bps", ":", "#c0392b", "planned"),
    ):
        rate = [value / _MS for value in trace.series(itemgetter(name))]
        panel.plot(times_s, rate, style, color=color, label=label)
    sent = trace.series(lambda second: second["up_bps"] / _MS)
    panel.plot(times_s, sent, "-", color="#1f4e79", linewidth=1.8, label="sent")
    shown = [second.capacity_bps / _MS for second in line] + sent
    panel.set_ylim(0, 1.6 * max(value for value in shown if value == value))  # noqa: PLR0124 -- not a number equals nothing
    _dress(panel, "kbit/s on the line")


def _queue(panel: Axes, trace: Trace, line: Sequence[TrueSecond]) -> None:
    queue = trace.series(lambda second: second["queue_ms"])
    panel.plot(trace.times_s, queue, "--", color="#444444", label="queue, estimated")
    if line:
        true_ms = [second.queue_p95_ms for second in line]
        panel.plot(
            [second.at_s for second in line], true_ms, "-", color="#1f4e79", label="true queue, p95"
        )
    rtt = trace.series(lambda second: second["rtt_ms"])
    panel.plot(trace.times_s, rtt, ":", color="#8e6bbf", label="round trip")
    panel.set_ylim(0, min(_LONGEST_MS, 1.1 * panel.get_ylim()[1]))
    _dress(panel, "ms")


def _lanes(panel: Axes, trace: Trace) -> None:
    names = [name for name, _ in LANES]
    rates = [[bps / _MS for bps in trace.lane_bps(name)] for name in names]
    colors = [color for _, color in LANES]
    panel.stackplot(trace.times_s, rates, labels=names, colors=colors, step="pre", linewidth=0)
    panel.set_ylim(bottom=0)
    _dress(panel, "kbit/s by lane")


def _voice(panel: Axes, trace: Trace) -> None:
    times_s = trace.times_s
    concealed = trace.heard("voice_concealed_pct")
    panel.step(times_s, concealed, where="pre", color="#0b6e4f", label="concealed at the GP's, %")
    here = trace.series(lambda second: second["concealed_here_pct"])
    panel.step(times_s, here, "--", where="pre", color="#5b6770", label="concealed here, %")
    loss = trace.series(lambda second: second["loss_pct"])
    panel.plot(times_s, loss, ":", color="#c0392b", label="packets lost, %")
    panel.set_ylim(0, 30)
    delay = panel.twinx()
    held_ms = trace.heard("voice_delay_ms")
    delay.plot(times_s, held_ms, "-.", color="#d98e04", label="held back, ms (right)")
    delay.set_ylim(0, 600)
    _dress(panel, "voice, %", beside=delay)


def _picture(panel: Axes, trace: Trace) -> None:
    times_s = trace.times_s
    panel.step(
        times_s,
        trace.gained("frames_decoded"),
        where="pre",
        color="#1f4e79",
        label="pictures decoded a second",
    )
    paces = trace.series(lambda second: second["frames_per_s"])
    panel.step(times_s, paces, "--", where="pre", color="#6fa8dc", label="planned")
    for number, (begins_s, ends_s) in enumerate(trace.freezes_s):
        label = "_" if number else "frozen at the GP's"
        panel.axvspan(begins_s, ends_s, color="#c0392b", alpha=0.25, linewidth=0, label=label)
    top = max(20.0, *(pace for pace in paces)) * 1.5
    panel.set_ylim(0, top)
    changes = [event.at_s for event in trace.named("picture_rung")]
    panel.plot(changes, [top * 0.5] * len(changes), "|", color="black", label="rung changed")
    for row, event in enumerate(trace.reshapings):
        height = top * (0.95 - 0.11 * (row % _RUNG_ROWS))
        panel.text(event.at_s, height, f"|{event.what}", fontsize=7, va="center", clip_on=True)
    asked = [event.at_s for event in trace.named("key_frame_asked")]
    panel.plot(asked, [0.3] * len(asked), "^", color="black", label="key frame asked")
    _dress(panel, "pictures/s")


def _machine(panel: Axes, trace: Trace) -> None:
    times_s = trace.times_s
    for name, style, label in (
        ("process_share", "-", "process, of one core"),
        ("encoder_share", "--", "encoder at work"),
        ("factor", ":", "asked of the encoder"),
    ):
        share = trace.machine(name)
        panel.plot(times_s, share, style, color="#444444", label=label)
    panel.set_ylim(0, 1.6)
    lag = panel.twinx()
    lag_ms = trace.series(lambda second: second["machine"]["loop_lag_s"] * _MS)
    lag.plot(times_s, lag_ms, "-.", color="#d98e04", linewidth=1, label="loop late, ms (right)")
    lag.set_ylim(0, max(100.0, *lag_ms) * 1.2)
    _dress(panel, "machine", beside=lag)


def _dress(panel: Axes, unit: str, beside: Axes | None = None) -> None:
    panel.set_ylabel(unit)
    panel.grid(alpha=0.25)
    handles, labels = panel.get_legend_handles_labels()
    if beside is not None:
        more_handles, more_labels = beside.get_legend_handles_labels()
        handles, labels = [*handles, *more_handles], [*labels, *more_labels]
    panel.legend(
        handles, labels, fontsize=8, loc="upper left", bbox_to_anchor=(1.04, 1), borderaxespad=0
    )
