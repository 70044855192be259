"""The still and the live picture side by side, each by the plan's budget."""

from typing import Final

from client.core.adaptation.plan import Plan
from client.core.lanes.lane import Lane

_LEAST_PART: Final = 0.05  # chosen: neither starves, whatever the plan forgot
_PICTURE_SAVES_S: Final = 0.5  # chosen: a picture leaves in one go, having saved up for it
_PICTURE_OWES_S: Final = 0.1  # chosen: the still, fed by receipts, comes in bursts; more would jerk


class Shares:
    """Who of the two goes first: a balance kept by what each has sent."""

    def __init__(self, plan: Plan) -> None:
        self._credit_bytes = 0.0
        """Of the picture."""
        self.follow(plan)

    def follow(self, plan: Plan) -> None:
        """Share by this plan from now on."""
        both_bps = plan.picture_bps + plan.still_bps
        part = plan.picture_bps / both_bps if both_bps > 0 else 0.5
        self._part = min(1 - _LEAST_PART, max(_LEAST_PART, part))
        interval_s = 0.0 if plan.picture is None else 1 / plan.picture.frames_per_s
        self._most_bytes = plan.picture_bps / 8 * max(_PICTURE_SAVES_S, interval_s)
        self._least_bytes = -plan.picture_bps / 8 * _PICTURE_OWES_S

    def order(self) -> tuple[Lane, Lane]:
        """The two lanes, the one whose turn it is first."""
        if self._credit_bytes >= 0:
            return Lane.PICTURE, Lane.STILL
        return Lane.STILL, Lane.PICTURE

    def note(self, lane: Lane, cost_bytes: int) -> None:
        """One of the two sent this much."""
        if lane is Lane.PICTURE:
            bounded_bytes = max(self._least_bytes, self._credit_bytes)
            self._credit_bytes = bounded_bytes - cost_bytes * (1 - self._part)
        else:
            bounded_bytes = min(self._most_bytes, self._credit_bytes)
            self._credit_bytes = bounded_bytes + cost_bytes * self._part
