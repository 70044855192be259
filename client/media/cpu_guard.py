"""How much of what the start-up probe promised the machine really bears. No clock of its own."""

from dataclasses import dataclass, replace
from typing import Final

from client.core.adaptation.ladder import EncoderLimit

_BUSIEST_ENCODER: Final = 0.6
"""chosen: of the time between pictures; above it the next one waits for the last."""
_BUSIEST_PROCESS: Final = 0.85
"""chosen: of one core, the one that Python's event loop needs for voice."""
_LONGEST_LAG_S: Final = 0.08
"""chosen: voice has 60 ms packets and a jitter buffer of about as much."""
_NOTICEABLE: Final = 0.4
"""chosen: of a core; below it we are not the ones who make the machine late, and less picture
would not help."""
_CALM: Final = 0.6  # chosen: below this share of every bound there is room for more
_STEP_DOWN: Final = 0.7
_STEP_UP: Final = 1.3
_LEAST: Final = 0.15  # chosen: what else keeps the machine busy is not cured by no picture
_MOST: Final = 2.0
"""chosen: the probe runs while the program, and maybe all the machine, is starting."""
_SETTLING_S: Final = 2.0
"""chosen: a new rung shows its cost within a second; never two steps for it."""
_CALM_S: Final = 8.0  # chosen: four times slower up than down


@dataclass(frozen=True, slots=True)
class Load:
    """What was seen over the last second or so."""

    encoder_share: float
    """Time spent encoding over time passed."""
    process_share: float
    """Processor time of this process over time passed; 1 is one core."""
    loop_lag_s: float
    """How late the event loop woke up at worst."""

    @property
    def pressure(self) -> float:
        """The nearest bound's share; 1 is too much."""
        own = max(self.encoder_share / _BUSIEST_ENCODER, self.process_share / _BUSIEST_PROCESS)
        is_ours = max(self.encoder_share, self.process_share) > _NOTICEABLE
        return max(own, self.loop_lag_s / _LONGEST_LAG_S) if is_ours else own


class CpuGuard:
    """Steps down before the machine chokes, and up again slowly."""

    def __init__(self) -> None:
        self.factor = 1.0
        """Of the probe's pixel rates."""
        self._changed_s = 0.0
        self._calm_since_s: float | None = None

    def observe(self, load: Load, now_s: float) -> None:
        """Once a second or so."""
        if self._is_calm(load):
            self._rest(now_s)
            return
        self._calm_since_s = None
        if load.pressure > 1 and now_s - self._changed_s >= _SETTLING_S:
            self.factor = max(_LEAST, self.factor * _STEP_DOWN)
            self._changed_s = now_s

    def limited(self, encoders: tuple[EncoderLimit, ...]) -> tuple[EncoderLimit, ...]:
        """What may be asked of each encoder now."""
        return tuple(replace(e, pixels_per_s=e.pixels_per_s * self.factor) for e in encoders)

    def _is_calm(self, load: Load) -> bool:
        """Whether there is room for more; beyond the probe only where nothing is late at all."""
        if self.factor >= 1 and load.loop_lag_s >= _CALM * _LONGEST_LAG_S:
            return False
        return load.pressure < _CALM and self.factor < _MOST

    def _rest(self, now_s: float) -> None:
        if self._calm_since_s is None:
            self._calm_since_s = now_s
        if now_s - self._calm_since_s >= _CALM_S:
            self.factor = min(_MOST, self.factor * _STEP_UP)
            self._calm_since_s = self._changed_s = now_s
