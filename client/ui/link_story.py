"""What became of the line lately, so that its return can be told along with what was kept."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from client.core.consultation import LinkState
from client.session.snapshot import LinkView
from client.ui.phrases import seconds_since

TOLD_S: Final = 20
"""chosen: long enough to be read by someone whose eyes were on the patient."""


@dataclass(frozen=True, slots=True)
class LinkStory:
    """Whether the line was cut, and how much waited for its return."""

    was_cut: bool = False
    waited: int = 0
    """The most durable messages that waited during the last cut."""
    back_at: datetime | None = None

    def after(self, link: LinkView, now: datetime) -> "LinkStory":
        """The story once this was seen."""
        if link.state is LinkState.CUT:
            waited = max(self.waited, link.waiting) if self.was_cut else link.waiting
            return LinkStory(was_cut=True, waited=waited)
        if link.state is LinkState.UP and self.was_cut:
            return replace(self, was_cut=False, back_at=now)
        if self.back_at and seconds_since(self.back_at, now) >= TOLD_S:
            return LinkStory()
        return self

    @property
    def is_back(self) -> bool:
        """The line came back a moment ago."""
        return self.back_at is not None and not self.was_cut
