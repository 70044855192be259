"""What is said to a GP who has not answered yet: numbered and kept as if it had been said.

It leaves once keys are agreed with the very GP who was called, by this process or a later one.
"""

from client.core.outbox import Outbox
from client.core.wire import DURABLE, Message
from client.session.keeping import RecordKeeper
from client.session.ways import Resumed


class Drafts:
    """Of one consultation; on the event loop."""

    def __init__(self, keeper: RecordKeeper) -> None:
        self._keeper = keeper
        self._outbox = Outbox()

    @property
    def waiting(self) -> int:
        """How many there are."""
        return len(self._outbox.unacknowledged())

    def add(self, message: Message) -> int | None:
        """The number of one that is kept; `None` for what describes the present alone.

        Raises `client.core.outbox.OutboxFullError`.
        """
        if not isinstance(message, DURABLE):
            return None
        parcel = self._outbox.add(message)
        self._keeper.start(self._keeper.sent(parcel))
        return parcel.number

    @property
    def resumed(self) -> Resumed:
        """Where a conversation under agreed keys begins."""
        waiting = self._outbox.unacknowledged()
        return Resumed(waiting, len(waiting))
