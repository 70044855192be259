"""What must be seen from across the room: nothing leaves, or not everything does."""

from textual.content import Content

from client.catalogue import Catalogue
from client.session.snapshot import SiteSnapshot
from client.ui.letters import large
from client.ui.widgets.pane import Pane


class Banner(Pane):
    """Three inverse rows over the whole width; absent when all is on."""

    DEFAULT_CSS = """
    Banner { height: 3; padding: 0 1; background: $foreground; color: $background; display: none; }
    Banner.-on { display: block; }
    """

    def draw(self, say: Catalogue, snapshot: SiteSnapshot) -> None:
        """Show the most important of what is held back, and the others beside it."""
        off = held_back(snapshot)
        self.set_class(bool(off), "-on")
        if not off:
            return
        beside = [say(f"site.banner.{off[0]}.{row}") for row in ("means", "key")]
        beside += [say(f"site.banner.{other}.also") for other in off[1:]] or [""]
        rows = large(say(f"site.banner.{off[0]}"))
        self.put(
            Content("\n").join(
                Content.assemble(row, "  ", (text, "bold"))
                for row, text in zip(rows, beside, strict=True)
            )
        )


def held_back(snapshot: SiteSnapshot) -> list[str]:
    """What does not leave, the most important first; pausing holds back all the rest."""
    if snapshot.is_paused:
        return ["paused"]
    off = {"muted": snapshot.is_muted, "camera_off": snapshot.is_camera_off}
    return [name for name, is_off in off.items() if is_off]
