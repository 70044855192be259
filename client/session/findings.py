"""What the instruments find: sent to the GP, drawn, or looked through."""

from collections.abc import Callable, Coroutine
from typing import Any

from client.core import wire
from client.session.asking import Asking
from client.session.dispatch import Dispatch
from client.session.events import EventLog
from client.session.instruments import Told
from client.session.stills import StillDesk
from client.session.viewfinder import CAMERAS, Viewfinder
from client.session.waves import Waves
from devices.driver import Request
from devices.readings import (
    Clip,
    Failed,
    LabResult,
    Preview,
    Reading,
    Still,
    StillProgress,
    WaveBlock,
)
from devices.session import Unplugged


class Findings:
    """Takes what any instrument but the stethoscope says."""

    def __init__(  # noqa: PLR0913 -- all but three by name
        self,
        stills: StillDesk,
        viewfinder: Viewfinder,
        asking: Asking,
        *,
        events: EventLog,
        say: Callable[[wire.Message], None],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        waiting: Callable[[], int],
        send_bps: Callable[[], int | None],
        is_open: Callable[[], bool],
    ) -> None:
        """`waiting`: how many durable messages the GP has not acknowledged.

        `send_bps`: what the line is sent in all; `None` while nothing is known of it.
        """
        self._stills = stills
        self._viewfinder = viewfinder
        self._asking = asking
        self._events = events
        self._say = say
        self._spawn = spawn
        self._is_open = is_open
        self._waves = Waves(send_bps)
        self.dispatch = Dispatch(self._send, waiting)
        """Paces the values."""

    def take(self, told: Told) -> None:
        """An instrument has said something."""
        match told.event:
            case Reading() | LabResult():
                self.dispatch.take(told.instrument, told.event)
            case WaveBlock():
                self._draw(self._waves.add(told.instrument.id, told.event))
            case Preview(jpeg):
                self._viewfinder.push(jpeg)
                self._asking.met_by("ear")
            case StillProgress():
                self._stills.progress(told.event)
            case Failed(Request.STILL | Request.CLIP):
                self._stills.failed()
            case Unplugged() if told.instrument.kind in CAMERAS:
                self._viewfinder.lost()
            case Still() if self._is_open() or self._stills.is_taking:  # else a button was pressed
                self._spawn(self._stills.taken(told.event))
            case Clip():
                self._spawn(self._stills.filmed(told.event))

    def _send(self, message: wire.Message) -> None:
        """A reading or a result goes to the GP."""
        self._say(message)
        self._draw(self._waves.beside_reading())
        match message:
            case wire.Measured(vital, quality=quality):
                self._events("reading_sent", vital=vital, quality=quality)
                self._asking.met_by_value(message)
            case wire.LabResult(quality=quality):
                self._events("result_sent", quality=quality)

    def _draw(self, blocks: list[wire.WaveSamples]) -> None:
        for block in blocks:
            self._say(block)
