"""NADA: one signal of queueing delay and losses moves the rate (RFC 8698)."""

import math
from typing import Final

from client.core.adaptation.observation import Arrival
from linklab.simulation.rivals.common import RateControl

_PRIORITY: Final = 1.0
_REFERENCE_S: Final = 0.010  # XREF
_MOST_BPS: Final = 1_500_000  # RMAX, section 6
_KAPPA: Final = 0.5
_ETA: Final = 2.0
_TAU_S: Final = 0.5
_DELTA_S: Final = 0.1
_QUEUE_EPS_S: Final = 0.010  # QEPS
_QUEUE_BOUND_S: Final = 0.050  # QBOUND
_GAMMA_MOST: Final = 0.5
_LOSS_REFERENCE: Final = 0.01  # PLRREF
_LOSS_DELAY_S: Final = 0.010  # DLOSS
_WINDOW: Final = 5
"""Packets of the minimum filter on delays; 15 in 5.1.1, fewer here because packets are few."""


class Nada(RateControl):
    """One sender's (RFC 8698, 4)."""

    def __init__(self, now_s: float) -> None:
        super().__init__(now_s)
        self._base_s: float | None = None
        self._delays_s: list[float] = []
        self._signal_s = 0.0
        self._heard_s = now_s
        self._calm_since_s = now_s

    def follow(self, arrived: list[Arrival], now_s: float) -> None:
        """See RateControl."""
        for arrival in arrived:
            if arrival.arrived_s is None:
                continue
            delay_s = arrival.arrived_s - arrival.sent_s
            self._base_s = delay_s if self._base_s is None else min(self._base_s, delay_s)
            self._delays_s = [*self._delays_s[1 - _WINDOW :], delay_s]
        if self._base_s is None or not self._delays_s:
            return
        self.queue_s = min(self._delays_s) - self._base_s
        fraction = self.losses.fraction(now_s)
        signal_s = self.queue_s + _LOSS_DELAY_S * (fraction / _LOSS_REFERENCE) ** 2
        passed_s = min(max(now_s - self._heard_s, 0.001), _TAU_S)
        self._heard_s = now_s
        if self.queue_s > _QUEUE_EPS_S or fraction:
            self._calm_since_s = now_s
        if now_s - self._calm_since_s > _TAU_S:
            self._ramp_up()
        else:
            self._update(signal_s, passed_s)
        self._signal_s = signal_s

    def _ramp_up(self) -> None:
        gamma = min(_GAMMA_MOST, _QUEUE_BOUND_S / (self.round_trip_s + _DELTA_S + _TAU_S))
        self.rate_bps = max(self.rate_bps, (1 + gamma) * self.received_bps)

    def _update(self, signal_s: float, passed_s: float) -> None:
        offset_s = signal_s - _PRIORITY * _REFERENCE_S * _MOST_BPS / self.rate_bps
        change_s = signal_s - self._signal_s
        share = _KAPPA * passed_s / _TAU_S * offset_s / _TAU_S + _KAPPA * _ETA * change_s / _TAU_S
        self.rate_bps *= math.exp(-min(max(share, -0.2), 0.5))
