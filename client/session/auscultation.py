"""The stethoscope at the site: recorded without loss, heard here, sent; live where the line allows.

The chest is never heard live by chance: listening begins on a key, ends by itself when the line or
the stethoscope does, and the microphone is off meanwhile.
"""

import asyncio
import logging
from collections.abc import Coroutine
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

import numpy as np

from client.core.auscultation import PLACES, Place, Recorded, Tape, why_not_live
from client.core.lanes import Lane
from client.core.record import milliseconds, moment
from client.core.wire import StillHeld, StillOffered
from client.errors import ChevetError
from client.media.audio_source import Samples
from client.media.auscultation import MEDIA_TYPE, Files, Flaw, files, flaw_of
from client.media.live_sound import LiveSound
from client.session.attachments import Attachment, Shown
from client.session.auscultation_around import Around
from client.session.auscultation_view import AuscultationStep, AuscultationView, TapeState
from devices.driver import Request, SoundStream
from devices.readings import Event, Sound, Wave, WaveBlock
from devices.session import Plugged, Silent, Unplugged

_NOTHING: Final[Samples] = np.zeros(0, np.int16)
_log = logging.getLogger(__name__)

OUTLINE_BYTES: Final = 200 * 15
"""Of a whole recording, or of the last seconds; see `devices.drivers.stethoscope`."""
HEARD_BYTES: Final = 200 * 4
"""Of what is heard while nothing is recorded."""
ORIGINAL: Final = "original"
"""`client.core.wire.StillOffered.part` of every sample of a sound that was sent before."""
KEPT_LIMIT: Final = 8
"""Originals at hand for a GP who wants one; about 4 MB. All of them are in the record."""
ORIGINALS_FROM: Final = 1_001
"""Ids of the originals in the record; those of what was offered are far below."""


class Auscultation:
    """One recording at a time; on the event loop."""

    def __init__(self, around: Around) -> None:
        self._around = around
        self._place = PLACES[0]
        self._state = TapeState.EMPTY
        self._tape: Tape | None = None
        self._label = ""
        """Of what is or was recorded last."""
        self._recorded: Recorded | None = None
        self._flaw: Flaw | None = None
        self._live: LiveSound | None = None
        self._outline = bytearray()
        self._sent: StillOffered | None = None
        self._held = 0
        self._originals = 0
        self._kept: dict[int, tuple[StillOffered, bytes]] = {}
        """The newest originals by the id of what was sent of each."""
        self._work: set[asyncio.Task[None]] = set()

    @property
    def view(self) -> AuscultationView:
        """What the screen shows."""
        around, on_tape = self._around, self._tape or self._recorded
        return AuscultationView(
            place=self._place,
            state=self._state,
            length_s=on_tape.length_s if on_tape else 0.0,
            outline=bytes(self._outline),
            flaw=self._flaw,
            is_live=self._live is not None,
            why_not_live=why_not_live(self._place, around.line()),
            is_replaying=around.sounds.is_replaying,
            done=self._held,
            total=self._sent.size if self._sent else 0,
        )

    def hold_at(self, place: Place) -> None:
        """The chest piece is there from now on; not while it is being recorded."""
        if self._tape is None:
            self._place = place

    @property
    def is_live(self) -> bool:
        """The GP hears the chest now."""
        return self._live is not None

    def take(self, step: AuscultationStep, label: str = "") -> None:
        """Do what the person asks; nothing where it makes no sense now.

        `label` is what the GP reads beside what is sent. The one at `RECORD` counts, if it says
        anything: at `SEND` the chest piece may be elsewhere.
        """
        match step:
            case AuscultationStep.RECORD:
                self._record(label)
            case AuscultationStep.STOP:
                self._stop()
            case AuscultationStep.REPLAY:
                self._replay()
            case AuscultationStep.SEND if self._recorded and self._state is TapeState.FINISHED:
                self._state = TapeState.SENDING
                self._spawn(self._send(self._recorded, self._label or label))
            case AuscultationStep.LISTEN:
                self._listen(on=self._live is None)

    def hear(self, event: Event | Plugged | Unplugged | Silent) -> None:
        """What the stethoscope says."""
        match event:
            case Sound(samples, _, taken_at):
                self._take(samples, taken_at)
            case WaveBlock(Wave.AUSCULTATION, samples):
                self._draw(samples)
            case Unplugged() | Silent():
                self._gone()
        if self._live is not None and why_not_live(self._place, self._around.line()):
            self._listen(on=False)  # the line no longer allows it

    def end_live(self) -> None:
        """The GP hears the room again."""
        self._listen(on=False)

    def held(self, held: StillHeld) -> None:
        """The GP holds so much of a file; of one that is not ours: nothing happens."""
        if self._sent is not None and held.id == self._sent.id:
            self._held = max(self._held, held.size)

    def received(self, offer: StillOffered) -> None:
        """The GP has all of it."""
        if self._sent is not None and offer.id == self._sent.id:
            self._held = offer.size
            self._state = TapeState.RECEIVED

    def send_original(self, identifier: int) -> bool:
        """The GP wants every sample of what has this id; false when it is none, or not again."""
        kept = self._kept.pop(identifier, None)  # once: it is repeated until it is there
        if kept is not None:
            self._spawn(self._offer_original(identifier, *kept))
        return kept is not None

    def withdraw(self) -> None:
        """The patient wants no recording: none is made, heard again or sent from now on."""
        if self._tape is not None:
            self._tape = None
            self._let_go()
        self._around.sounds.replay(_NOTHING)
        self._recorded, self._flaw, self._sent, self._held = None, None, None, 0
        self._outline.clear()
        self._kept.clear()
        self._state = TapeState.EMPTY

    async def close(self) -> None:
        """End what is live; returns when nothing is under way any more."""
        self.end_live()
        await asyncio.gather(*self._work, return_exceptions=True)

    def _record(self, label: str) -> None:
        if self._tape is not None or not self._around.ask(Request.MEASURE):
            return
        self._label = label
        self._around.sounds.replay(_NOTHING)
        self._tape = Tape(SoundStream().rate_hz)
        self._recorded, self._flaw, self._sent = None, None, None
        self._outline.clear()
        self._state = TapeState.RECORDING

    def _stop(self) -> None:
        if self._tape is None:
            return
        tape, self._tape = self._tape, None
        self._let_go()
        self._recorded = tape.finished() if tape.is_long_enough else None
        self._state = TapeState.EMPTY if self._recorded is None else TapeState.FINISHED
        if self._recorded is not None:
            self._spawn(self._judge(self._recorded))
            self._around.note("recorded", seconds=round(self._recorded.length_s, 2))

    async def _judge(self, recorded: Recorded) -> None:
        flaw = await asyncio.to_thread(flaw_of, _samples(recorded))
        if self._recorded is recorded:
            self._flaw = Flaw.GAPS if recorded.missing_s else flaw

    def _replay(self) -> None:
        sounds = self._around.sounds
        if sounds.is_replaying or self._recorded is None:
            sounds.replay(_NOTHING)
        else:
            sounds.replay(_samples(self._recorded))

    async def _send(self, recorded: Recorded, label: str) -> None:
        try:
            made = await asyncio.to_thread(files, _samples(recorded))
            original = self._described(made, recorded, label)
            await self._around.keep(Attachment(original, made.original))
            offer = await self._around.attachments.offer(
                label, MEDIA_TYPE, made.sent, recorded.began_at
            )
        except ChevetError as error:
            _log.warning("a recording is lost: %s", type(error).__name__)
            if self._recorded is recorded:
                self._state = TapeState.FAILED
            return
        self._kept[offer.id] = original, made.original
        if len(self._kept) > KEPT_LIMIT:
            del self._kept[min(self._kept)]  # the oldest: ids count up
        if self._recorded is recorded:  # else the next one is under way already
            self._sent, self._held = offer, 0
        self._around.note("sound_offered", id=offer.id, bytes=offer.size, sha256=offer.sha256.hex())

    def _described(self, made: Files, recorded: Recorded, label: str) -> StillOffered:
        self._originals += 1
        return StillOffered(
            id=ORIGINALS_FROM + self._originals - 1,
            label=label,
            size=len(made.original),
            sha256=sha256(made.original).digest(),
            width=0,
            height=0,
            taken_ms=milliseconds(recorded.began_at),
            media_type=MEDIA_TYPE,
        )

    async def _offer_original(self, of: int, original: StillOffered, data: bytes) -> None:
        """In the background, and not kept a second time: it is in the record already."""
        shown = Shown(part=ORIGINAL, of=of)
        try:
            await self._around.attachments.offer(
                original.label, MEDIA_TYPE, data, moment(original.taken_ms), Lane.BULK, shown=shown
            )
        except ChevetError as error:
            _log.warning("an original is not sent: %s", type(error).__name__)

    def _listen(self, *, on: bool) -> None:
        if on is (self._live is not None):
            return
        if not on:
            self._live = None
            self._around.sounds.listen_to(None)
            self._let_go()
        elif why_not_live(self._place, self._around.line()) is None:
            if not self._around.ask(Request.MEASURE):
                return
            self._live = LiveSound()
            self._around.sounds.listen_to(self._live)
        self._around.note("listening", on=int(self._live is not None))

    def _let_go(self) -> None:
        """The sound itself is no longer needed by anybody."""
        if self._tape is None and self._live is None:
            self._around.ask(Request.STOP)

    def _take(self, samples: bytes, taken_at: datetime) -> None:
        if self._live is not None:
            self._live.push(samples)
        if self._tape is not None:
            self._tape.take(samples, taken_at)
            if self._tape.is_full:
                self._stop()

    def _draw(self, samples: bytes) -> None:
        """While a recording is kept, its own outline stays."""
        if self._tape is None and self._recorded is not None:
            return
        self._outline += samples
        limit = OUTLINE_BYTES if self._tape is not None else HEARD_BYTES
        del self._outline[:-limit]

    def _gone(self) -> None:
        self._listen(on=False)
        if self._tape is not None:
            self._tape = None
            self._state = TapeState.FAILED

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)


def _samples(recorded: Recorded) -> Samples:
    return np.frombuffer(recorded.samples, "<i2").astype(np.int16)
