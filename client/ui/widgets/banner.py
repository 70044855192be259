"""What must be seen from across the room: nothing leaves, or not everything does."""

from itertools import zip_longest

from textual.content import Content

from client.catalogue import Catalogue
from client.core.consultation import State
from client.session.snapshot import SiteSnapshot
from client.ui.letters import large
from client.ui.widgets.pane import Pane


class Banner(Pane[tuple[str, ...]]):
    """Inverse rows over the whole width, as many as there is room for; absent when all is on."""

    DEFAULT_CSS = """
    Banner { height: 3; padding: 0 1; background: $foreground; color: $background; display: none; }
    Banner.-on { display: block; }
    """

    def draw(self, say: Catalogue, snapshot: SiteSnapshot) -> None:
        """Show the most important of what is held back, and the other beside it."""
        off = held_back(snapshot)
        self.set_class(bool(off), "-on")
        if off:
            first, *others = off
            also = say(f"site.banner.{others[0]}.also") if others else ""
            texts = (say(f"site.banner.{first}.means"), say(f"site.banner.{first}.key"), also)
            self.hold((say(f"site.banner.{first}"), *texts))

    def drawn(self, view: tuple[str, ...]) -> Content:
        """Large letters with three lines of ordinary ones beside them."""
        name, *texts = view
        rows = large(name, scale=max(1, self.content_size.height // len(texts)))
        return Content("\n").join(
            Content.assemble(row, "  ", (text, "bold"))
            for row, text in zip_longest(rows, texts, fillvalue="")
        )


def held_back(snapshot: SiteSnapshot) -> list[str]:
    """What does not leave, the most important first; pausing holds back all the rest.

    Nothing outside a consultation: before and after it there is no key to let it leave again.
    """
    if snapshot.state is not State.VERIFIED:
        return []
    if snapshot.is_paused:
        return ["paused"]
    off = {"muted": snapshot.is_muted, "camera_off": snapshot.is_camera_off}
    return [name for name, is_off in off.items() if is_off]
