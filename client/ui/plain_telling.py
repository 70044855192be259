"""What happens, told as it happens; whatever cannot be told never ends a consultation."""

import logging
from collections.abc import Callable
from typing import Final

from client.ui.plain_talk import Questions
from devices.errors import outline

_log: Final = logging.getLogger(__name__)


class Telling:
    """Attempts to tell something; counts, logs and says what could not be told."""

    def __init__(self, talk: Questions) -> None:
        self._talk = talk
        self._failing: set[str] = set()
        self.failed = 0
        """How often something began to fail."""

    def attempt(self, name: str, work: Callable[[], None]) -> None:
        """Do this; what fails again and again under this name is said once."""
        try:
            work()
        except Exception as error:  # noqa: BLE001 -- whatever it was, a consultation goes on
            if name not in self._failing:
                self.note(error, "training.plain.unshown")
            self._failing.add(name)
        else:
            self._failing.discard(name)

    def note(self, error: Exception, key: str) -> None:
        """Something was not done: the catalogue's sentence of it is told."""
        self.failed += 1
        _log.error("a line was not told: %s", outline(error))
        self._talk.say(key, count=self.failed)
