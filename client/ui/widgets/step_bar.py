"""Where the consultation stands: the seven steps, always in the same row."""

from datetime import datetime

from textual.content import Content

from client.catalogue import Catalogue
from client.session.snapshot import SiteSnapshot
from client.ui.steps import Step, done_steps
from client.ui.widgets.pane import Pane

_DONE = "✓"
_HERE = "▸"
_LATER = "·"

StepMarks = tuple[tuple[str, str], ...]


class StepBar(Pane[StepMarks]):
    """A mark and a word for each; done, here and later differ in shape, not in colour."""

    DEFAULT_CSS = "StepBar { height: 1; padding: 0 1; background: $panel; }"

    def draw(
        self, say: Catalogue, snapshot: SiteSnapshot, now: datetime, here: Step | None
    ) -> None:
        """Show what is done and where one is."""
        done = done_steps(snapshot, now)
        self.hold(
            tuple(
                (
                    _HERE if step is here else _DONE if step in done else _LATER,
                    say(f"dossier.step.{step}"),
                )
                for step in Step
            )
        )

    def drawn(self, view: StepMarks) -> Content:
        """One row."""
        return Content("  ").join(
            Content.styled(f"{mark}\N{NO-BREAK SPACE}{word}", "bold" if mark == _HERE else "")
            for mark, word in view
        )
