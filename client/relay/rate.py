"""How much one connection may send."""

from dataclasses import dataclass, replace
from typing import Self

from client.core.mailbox import FRAMES_BURST, FRAMES_PER_S


@dataclass(frozen=True, slots=True)
class Allowance:
    """Frames a visitor may still send: a token bucket. Starts full."""

    filled_s: float
    """Monotonic clock at which the level was right."""
    frames: float = FRAMES_BURST

    def at(self, now_s: float) -> Self:
        """The allowance with what has come in since."""
        earned = max(0.0, now_s - self.filled_s) * FRAMES_PER_S
        return replace(self, filled_s=now_s, frames=min(FRAMES_BURST, self.frames + earned))

    def spent(self) -> Self:
        """The allowance after one more frame; it cannot fall below one frame owed."""
        return replace(self, frames=max(-1.0, self.frames - 1))

    @property
    def is_overdrawn(self) -> bool:
        """Whether the last frame was one too many."""
        return self.frames < 0

    @property
    def wait_s(self) -> float:
        """How long until one more frame fits."""
        return max(0.0, 1 - self.frames) / FRAMES_PER_S
