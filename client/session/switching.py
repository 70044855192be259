"""From one peer connection to the next, each proved by its sealed hello.

The consultation lives above: a link that comes back re-uses its keys without a new spoken check.
A line counts as cut when nothing has been heard on its data channel for `SILENCE_S`, whatever ICE
believes (facts-media.md 5).
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final

from client.core.adaptation.estimator import LineSeed
from client.core.consultation import LinkState
from client.core.envelope import Role
from client.core.frame_keys import FrameRatchet
from client.core.lanes import Lane
from client.core.wire import Hello, Parcel
from client.errors import ChevetError
from client.net.peer import Peer
from client.net.peering import (
    ChannelOpened,
    IceServer,
    MessageArrived,
    PeerError,
    PeerEvent,
    PeerLost,
)
from client.session.conversation import Conversation
from client.session.line import Flows, Line
from client.settings import START_BPS
from devices.errors import outline

_log = logging.getLogger(__name__)

SILENCE_S: Final = 3.0
"""Nothing heard for so long: the line is cut. Three of the peer's once-a-second reports."""
TICK_S: Final = 0.25
"""How often silence is looked for."""
SEALED: Final = 1
"""`Hello.frames`: picture and voice are sealed frame by frame."""
HELLO_EVERY_S: Final = 0.5
"""Until it is answered, since it may be lost; chosen: about a round trip on our worst lines."""


class FalseHelloError(ChevetError):
    """The end of the encrypted link is not the peer we share keys with."""


class Link:
    """What both ends share: hellos, silence, switching from one line to the next."""

    role: Role

    def __init__(  # noqa: PLR0913 -- all but two by name
        self,
        conversation: Conversation,
        flows: Flows,
        *,
        on_change: Callable[[LinkState], None],
        on_broken: Callable[[ChevetError], None],
        now_s: Callable[[], float],
        now_ms: Callable[[], int],
        seed: Callable[[], LineSeed | None] = lambda: None,
        ice_servers: Callable[[], Sequence[IceServer]] = tuple,
        frame_keys: FrameRatchet | None = None,
    ) -> None:
        """`seed` is what is known of the line when a connection is begun; `ice_servers` help it.

        `frame_keys` seals picture and voice where the peer can do the same; None: DTLS alone does.
        """
        self._seed = seed
        self._ice_servers = ice_servers
        self._frame_keys = frame_keys
        self.state = LinkState.NONE
        self._conversation = conversation
        self._flows = flows
        self._on_change = on_change
        self._on_broken = on_broken
        self._now_s = now_s
        self._now_ms = now_ms
        self._line: Line | None = None
        self._next: Line | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def peer(self) -> Peer | None:
        """The peer connection in use, for its statistics."""
        return self._line.peer if self._line else None

    @property
    def is_sealed(self) -> bool | None:
        """Whether picture and voice are sealed besides DTLS; None before there is a line."""
        return self._line.is_sealed if self._line else None

    @property
    def has_picture_codec(self) -> bool | None:
        """Whether the peer decodes any codec of our picture; None before there is a line."""
        return self._line.peer.picture_codec is not None if self._line else None

    @property
    def open_peer(self) -> Peer | None:
        """The peer connection in use, while it is up."""
        return self.peer if self.state is LinkState.UP else None

    async def run(self) -> None:
        """Watch the line until cancelled; then close every connection. May be run again."""
        try:
            while True:
                self.tick()
                await asyncio.sleep(TICK_S)
        finally:
            self._conversation.use(None)
            for line in (self._line, self._next):
                if line is not None:
                    self._close(line)
            self._line = self._next = None
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def tick(self) -> None:
        """Look for silence; the peer's voice coming back on the old line ends any new attempt."""
        now = self._now_s()
        line = self._line
        is_heard = line is not None and not line.is_lost and now - line.heard_s < SILENCE_S
        if line is not None and is_heard and self.state is LinkState.CUT:
            self._up(line)
            self._drop_next()
        elif not is_heard and self.state is LinkState.UP:
            self._cut()
        self._show_life(now)

    def _show_life(self, now_s: float) -> None:
        """Greet on a line until it is answered, and on one that was cut, for it may come back."""
        if self.state is LinkState.UP:
            self._conversation.show_life()
        for line in (self._line, self._next):
            is_mute = line is self._line and self.state is LinkState.CUT
            if line is None or not line.is_open or (line.is_answered and not is_mute):
                continue
            if now_s - line.greeted_s >= HELLO_EVERY_S:
                self._greet(line)

    def _greet(self, line: Line) -> None:
        line.greeted_s = self._now_s()
        frames = 0 if self._frame_keys is None else SEALED
        hello = Hello(
            line.peer.local_fingerprint, line.peer.remote_fingerprint, self._now_ms(), frames
        )
        line.send(self._conversation.seal(Parcel(None, hello)), lane=Lane.READINGS)

    def _open(self, attempt: int) -> Line:
        voice, picture = self._flows.voice.tap(), self._flows.picture.tap()

        def on_event(event: PeerEvent) -> None:
            self._on_event(line, event)

        peer = Peer(
            voice=voice,
            picture=picture,
            remote=self._flows.remote,
            picture_codecs=self._flows.picture_codecs,
            uplink_bps=START_BPS,
            on_event=on_event,
            seed=self._seed(),
            ice_servers=self._ice_servers(),
        )
        line = Line(attempt, peer, voice, picture, self._now_s())
        return line

    def _on_event(self, line: Line, event: PeerEvent) -> None:
        match event:
            case ChannelOpened():
                line.is_open = True
                self._greet(line)
            case MessageArrived(data):
                self._on_envelope(line, data)
            case PeerLost(reason):
                _log.info("peer connection %d lost: %s", line.attempt, reason)
                line.is_lost = True
                line.is_open = False
                if line is self._next:
                    self._drop_next()

    def _on_envelope(self, line: Line, envelope: bytes) -> None:
        for parcel in self._conversation.open(envelope):
            self._on_parcel(line, parcel)

    def _on_parcel(self, line: Line, parcel: Parcel) -> None:
        line.heard_s = self._now_s()
        if isinstance(parcel.message, Hello):
            if not line.is_verified:
                self._verify(line, parcel.message)
            return
        line.is_answered = True
        if line.is_verified:  # else the hello is still to come, and this will come again
            self._conversation.take(parcel, by_mail=False)

    def _verify(self, line: Line, hello: Hello) -> None:
        """Trust "connected" only now: the sealed hello names both certificates in use."""
        seen_here = (line.peer.remote_fingerprint, line.peer.local_fingerprint)
        if (hello.local_fingerprint, hello.remote_fingerprint) != seen_here:
            self._drop(line)
            self._on_broken(FalseHelloError("the hello names other certificates"))
            return
        self._seal(line, hello.frames)
        line.is_verified = True
        old, self._line, self._next = self._line, line, None
        self._up(line)
        if old is not None:
            self._close(old)

    def _seal(self, line: Line, peer_frames: int) -> None:
        """Have frames sealed where both ends can.

        Both hellos are sealed, so that nobody between can talk the ends out of it.
        """
        if self._frame_keys is None or peer_frames < SEALED:
            return
        own, peer = line.peer.local_fingerprint, line.peer.remote_fingerprint
        site, gp = (own, peer) if self.role is Role.SITE else (peer, own)
        keys = self._frame_keys.keys(line.attempt, site_fingerprint=site, gp_fingerprint=gp)
        line.peer.seal_frames(keys, self.role)
        line.is_sealed = True

    def _up(self, line: Line) -> None:
        self._flows.voice.choose(line.voice)
        self._flows.encode_as(line.peer.picture_codec)
        self._flows.picture.choose(line.picture)
        line.peer.start_media()
        self._conversation.use(line)
        self._enter(LinkState.UP)

    def _cut(self) -> None:
        self._conversation.use(None)
        self._enter(LinkState.CUT)

    def _enter(self, state: LinkState) -> None:
        if state is not self.state:
            self.state = state
            self._on_change(state)

    def _drop(self, line: Line) -> None:
        if line is self._next:
            self._next = None
        self._close(line)

    def _drop_next(self) -> None:
        if self._next is not None:
            self._drop(self._next)

    def _close(self, line: Line) -> None:
        line.is_lost = True
        if refused := line.peer.statistics().frames_refused:
            _log.info("peer connection %d: %d frames were refused", line.attempt, refused)
        self._spawn(line.peer.close())

    def _begin(self, line: Line, step: Coroutine[Any, Any, None]) -> None:
        """Do a step towards a connection, beside everything else."""
        self._spawn(self._beginning(line, step))

    async def _beginning(self, line: Line, step: Coroutine[Any, Any, None]) -> None:
        """That a line was dropped meanwhile, or words came that no line can use, is expected."""
        try:
            await step
        except PeerError as error:
            if not line.is_lost:
                _log.warning("peer connection %d cannot begin: %s", line.attempt, error)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("a step of the peer connection failed: %s", outline(error))
