"""What was found of a line, and how it is read from the passages of all datagrams."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.preflight.line_fit import Accounting, LineFit, fit
from client.core.adaptation.preflight.passage import Passages

_SURE_NATS: Final = 6.0
"""chosen: 400 to 1 for one accounting; with less the link layer is unknown."""
_RADIO_JITTER_S: Final = 0.003
"""chosen: a cable's delays lie closer together than this; a radio shares its air in slots of 10 ms
and more (3GPP TS 25.308, 5.2)."""


@dataclass(frozen=True, slots=True)
class LineMeasurement:
    """A line between the site and its relay. Rates are bits per second on the line."""

    up_bps: int
    down_bps: int | None
    """None: the relay sent no trains, or none came through."""
    rtt_s: float
    """Of a packet without size, and no queue."""
    jitter_s: float
    """Median distance from what queue and size explain, in the worse direction."""
    loss_up: float | None
    """Fractions of the packets; None where a reliable carrier hides them."""
    loss_down: float | None
    link_layer: LinkLayer | None
    """By which the rates are counted; None: it could not be told, and they are IP bytes."""
    bytes_up: int
    """What the measurement itself took, IP headers included."""
    bytes_down: int
    is_coarse: bool = False
    """Measured through a connection that hides single packets."""


@dataclass(frozen=True, slots=True)
class Passed:
    """Everything that was sent both ways."""

    up: Passages
    down: Passages
    loss_up: float | None
    loss_down: float | None
    has_trains: bool
    """Trains of the relay's came through."""
    is_coarse: bool


def measured(passed: Passed, link_layer: LinkLayer | None) -> LineMeasurement:
    """What they say; `link_layer` is what the person said of the line, None: find out."""
    if link_layer is None and not passed.is_coarse:
        link_layer = _link_layer(passed)
    accounting = Accounting.CELLS if link_layer is LinkLayer.ADSL else Accounting.BYTES
    up, down = fit(passed.up, accounting), fit(passed.down, accounting)
    return LineMeasurement(
        up_bps=round(up.quantile_bps(0.5)),
        down_bps=round(down.quantile_bps(0.5)) if passed.has_trains else None,
        rtt_s=max(0.0, up.base_s + down.base_s),
        jitter_s=max(up.noise_s, down.noise_s),
        loss_up=passed.loss_up,
        loss_down=passed.loss_down,
        link_layer=link_layer,
        bytes_up=_total_bytes(passed.up),
        bytes_down=_total_bytes(passed.down),
        is_coarse=passed.is_coarse,
    )


def _link_layer(passed: Passed) -> LinkLayer | None:
    fits = {each: (fit(passed.up, each), fit(passed.down, each)) for each in Accounting}
    nats = {each: up.log_likelihood + down.log_likelihood for each, (up, down) in fits.items()}
    for_cells = nats[Accounting.CELLS] - max(nats[Accounting.BYTES], nats[Accounting.FRAMES])
    if for_cells > _SURE_NATS:
        return LinkLayer.ADSL
    if _jitter_s(fits) > _RADIO_JITTER_S:
        return LinkLayer.MOBILE
    return LinkLayer.ETHERNET if for_cells < -_SURE_NATS else None


def _jitter_s(fits: Mapping[Accounting, tuple[LineFit, LineFit]]) -> float:
    """By the explanation that leaves least of it."""
    return min(max(up.noise_s, down.noise_s) for up, down in fits.values())


def _total_bytes(passages: Passages) -> int:
    return sum(passage.ip_bytes for passage in passages)
