"""The sealing of one connection's frames: off until both ends have agreed on it, then never again.

Voice is sealed as a whole RTP payload, with what it repeats; a picture before it is cut into
packets, and opened when they are joined again.
"""

import logging

from client.core import encrypted_frames
from client.core.encrypted_frames import FrameFormatError
from client.core.envelope import CounterExhaustedError, Role
from client.core.frame_keys import FrameKeys, Medium
from client.core.sframe import FrameOpener, FrameSealer

_logger = logging.getLogger(__name__)

_OTHER_END = {Role.SITE: Role.GP, Role.GP: Role.SITE}


class FrameSealing:
    """Seals what leaves and opens what comes; as it is, both ways, until `begin`."""

    def __init__(self) -> None:
        self._sealers: dict[Medium, FrameSealer] = {}
        self._openers: dict[Medium, FrameOpener] = {}
        self._refused_before = 0
        self._is_over = False

    def begin(self, keys: FrameKeys, role: Role) -> None:
        """From now on every frame is sealed, and none that is not is taken. Once only."""
        if self.is_on:
            raise ValueError("a counter would begin anew under the same key")
        peer = _OTHER_END[role]
        self._sealers = {one: FrameSealer(keys.cipher(role, one)) for one in Medium}
        self._openers = {one: FrameOpener(keys.cipher(peer, one)) for one in Medium}

    def end(self) -> None:
        """Let go of the keys: no frame is sealed, opened or let through any more."""
        self._refused_before = self.refused
        self._is_over = True
        self._sealers, self._openers = {}, {}

    @property
    def is_on(self) -> bool:
        """`begin` was called."""
        return bool(self._sealers)

    @property
    def refused(self) -> int:
        """Frames dropped because the peer had not sealed them so, or had before."""
        now = sum(opener.forged + opener.replayed for opener in self._openers.values())
        return self._refused_before + now

    def seal_voice(self, payload: bytes) -> bytes | None:
        """An RTP payload as it may leave; None: it may not."""
        return self._sealed(Medium.VOICE, "voice", payload)

    def seal_picture(self, codec: str, picture: bytes) -> bytes | None:
        """A coded picture as it may leave; None: it may not."""
        return self._sealed(Medium.PICTURE, codec, picture)

    def open_voice(self, payload: bytes) -> bytes | None:
        """The RTP payload as it was; None: drop it."""
        return self._opened(Medium.VOICE, "voice", payload)

    def open_picture(self, codec: str, picture: bytes) -> bytes | None:
        """The coded picture as it was; None: drop it."""
        return self._opened(Medium.PICTURE, codec, picture)

    def _sealed(self, medium: Medium, codec: str, frame: bytes) -> bytes | None:
        if self._is_over:
            return None
        if not self.is_on:
            return frame
        try:
            return encrypted_frames.seal(codec, frame, self._sealers[medium])
        except (CounterExhaustedError, FrameFormatError) as error:
            _logger.warning("a frame that cannot be sealed: %s", type(error).__name__)
            return None

    def _opened(self, medium: Medium, codec: str, frame: bytes) -> bytes | None:
        if self._is_over:
            return None
        if not self.is_on:
            return frame
        return encrypted_frames.open_frame(codec, frame, self._openers[medium])
