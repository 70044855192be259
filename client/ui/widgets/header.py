"""The top line: where, who, with whom, what time."""

from datetime import datetime

from textual.content import Content

from client.catalogue import Catalogue
from client.core.consultation import State
from client.session.snapshot import SiteSnapshot
from client.ui.phrases import plain, time_of_day
from client.ui.steps import patient_name, reason_of, years_of
from client.ui.widgets.pane import Pane

_GAP = 2


class Header(Pane[tuple[str, str]]):
    """One inverse line; the patient or the place on the left, the doctor and the time beside."""

    DEFAULT_CSS = "Header { height: 1; padding: 0 1; background: $primary; color: $background; }"

    def draw(self, say: Catalogue, snapshot: SiteSnapshot, now: datetime) -> None:
        """Show who is there."""
        years = years_of(snapshot.dossier.traits, now)
        name = patient_name(snapshot)
        if name and years is not None:
            name = say("dossier.name_and_years", name=name, years=years)
        training = say("dossier.training") if snapshot.dossier.is_training else ""
        who = (name, reason_of(snapshot))
        shown = (training, *(who if any(who) else (snapshot.place,)))
        left = "   ".join(filter(None, map(plain, shown)))
        self.hold((left, f"{_doctor(say, snapshot)}{' ' * _GAP}{time_of_day(now)}"))

    def drawn(self, view: tuple[str, str]) -> Content:
        """The right side whole, the left side as far as it fits."""
        right = Content(view[1])
        room = max(0, self.content_size.width - right.cell_length - _GAP)
        left = Content.assemble(("Chevet", "bold"), f"   {view[0]}").truncate(room, ellipsis=True)
        return Content.assemble(left, " " * (room + _GAP - left.cell_length), right)


def _doctor(say: Catalogue, snapshot: SiteSnapshot) -> str:
    name = plain(snapshot.gp_name)
    if snapshot.state is not State.VERIFIED or not name:
        return name
    if not (snapshot.words_confirmed_here and snapshot.words_confirmed_by_gp):
        return say("site.header.half_verified", name=name)
    proved = snapshot.gp_profession
    if proved is not None:  # the provider's spelling of the name, not the GP's own
        return say("site.header.profession", name=plain(proved.name))
    return say("site.header.verified", name=name)
