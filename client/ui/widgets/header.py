"""The top line: where, who, with whom, what time."""

from datetime import datetime

from textual.content import Content

from client.catalogue import Catalogue
from client.core.consultation import State
from client.session.snapshot import SiteSnapshot
from client.ui.phrases import plain, time_of_day
from client.ui.widgets.pane import Pane


class Header(Pane):
    """One inverse line; the patient on the left, the doctor and the time on the right."""

    DEFAULT_CSS = "Header { height: 1; padding: 0 1; background: $primary; color: $background; }"

    def draw(self, say: Catalogue, snapshot: SiteSnapshot, now: datetime) -> None:
        """Show who is there."""
        right = Content.assemble(_doctor(say, snapshot), "  ", time_of_day(now))
        who = "   ".join(filter(None, map(plain, _left(snapshot))))
        room = max(0, self.content_size.width - right.cell_length - 2)
        left = Content.assemble(("Chevet", "bold"), f"   {who}").truncate(room, ellipsis=True)
        gap = " " * (room + 2 - left.cell_length)
        self.put(Content.assemble(left, gap, right))


def _left(snapshot: SiteSnapshot) -> tuple[str, ...]:
    if snapshot.patient_name:
        return (snapshot.patient_name, snapshot.reason)
    return (snapshot.place,)


def _doctor(say: Catalogue, snapshot: SiteSnapshot) -> str:
    name = plain(snapshot.gp_name)
    if snapshot.state is not State.VERIFIED or not name:
        return name
    both = snapshot.words_confirmed_here and snapshot.words_confirmed_by_gp
    return say("site.header.verified" if both else "site.header.half_verified", name=name)
