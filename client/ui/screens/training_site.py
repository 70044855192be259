"""The site's app in training: the same one, in a theme of its own, with the patient's card."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar, Final

from textual.binding import Binding, BindingType

from client.catalogue import Catalogue
from client.core.training.scenario import Scenario
from client.session.requests import SiteRequests
from client.ui.app import SiteApp
from client.ui.graphics.terminal import Graphics
from client.ui.screens.training import CardBox, card_lines
from client.ui.site_screen import KeyRows, Shows
from client.ui.themes import TRAINING

_CARD: Final = Binding("f6", "app.card", "site.do.card", show=False, priority=True)


class TrainingSiteApp(SiteApp):
    """What it shows is simulated, and never looks as if it were not."""

    first_theme = TRAINING.name
    BINDINGS: ClassVar[list[BindingType]] = [_CARD]

    def __init__(
        self,
        requests: SiteRequests,
        say: Catalogue,
        now: Callable[[], datetime],
        scenario: Scenario,
        graphics: Graphics | None = None,
    ) -> None:
        super().__init__(requests, say, now, graphics)
        self._scenario = scenario
        self.register_theme(TRAINING)

    def action_next_theme(self) -> None:
        """There is only one here."""
        self.notify(self.desk.say("training.one_theme"), markup=False)

    def rows_of(self, screen: Shows) -> KeyRows:
        """With the card's."""
        return (*super().rows_of(screen), (_CARD,))

    def action_card(self) -> None:
        """What the simulated patient says, over whatever is shown; the same key closes it."""
        if isinstance(self.screen, CardBox):
            self.pop_screen()
        else:
            self.push_screen(CardBox(self.desk, tuple(card_lines(self.desk.say, self._scenario))))
