"""The line to the peer: one peer connection after another, each proved by its sealed hello.

The consultation lives above: a link that comes back re-uses its keys without a new spoken check.
A line counts as cut when nothing has been heard on its data channel for `SILENCE_S`, whatever ICE
believes (facts-media.md 5).
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from client.core.adaptation.estimator import LineSeed
from client.core.consultation import LinkState
from client.core.encrypted_frames import SEALED_CODECS
from client.core.envelope import Role
from client.core.frame_keys import FrameRatchet
from client.core.lanes import Lane
from client.core.stills import contents_bytes
from client.core.wire import Hello, Parcel, Signal
from client.errors import ChevetError
from client.net.peer import Peer
from client.net.peering import (
    ChannelOpened,
    IceServer,
    MessageArrived,
    PeerError,
    PeerEvent,
    PeerLost,
    RemoteMedia,
)
from client.session.conversation import Conversation
from client.session.taps import FeedSwitch, FeedTap
from client.settings import START_BPS

_log = logging.getLogger(__name__)

SILENCE_S: Final = 3.0
"""Nothing heard for so long: the line is cut. Three of the peer's once-a-second reports."""
TICK_S: Final = 0.25
"""How often silence is looked for."""
BACK_OFF_S: Final = (0.0, 2.0, 4.0, 8.0, 15.0)
"""Waits before the attempts at a new peer connection; the last one repeats."""
ATTEMPT_S: Final = 20.0
"""An attempt that has not proved itself by then is given up; chosen: DTLS over satellite x 5."""
SEALED: Final = 1
"""`Hello.frames`: picture and voice are sealed frame by frame."""
HELLO_EVERY_S: Final = 0.5
"""Until it is answered, since it may be lost; chosen: about a round trip on our worst lines."""


class FalseHelloError(ChevetError):
    """The end of the encrypted link is not the peer we share keys with."""


@dataclass(frozen=True, slots=True)
class Flows:
    """What flows besides messages."""

    voice: FeedSwitch
    picture: FeedSwitch
    video_codec: str
    """What `picture` gives."""
    remote: RemoteMedia


@dataclass(slots=True, eq=False)
class _Line:
    """One peer connection."""

    attempt: int
    peer: Peer
    voice: FeedTap
    picture: FeedTap
    opened_s: float
    heard_s: float = field(default=0.0)
    greeted_s: float = field(default=0.0)
    is_open: bool = False
    is_verified: bool = False
    is_answered: bool = False
    """The peer has verified us: it says more than hello."""
    is_lost: bool = False
    is_sealed: bool = False
    """Picture and voice are sealed frame by frame, besides DTLS."""

    @property
    def room_bytes(self) -> int:
        """What one packet of a size for this line takes of parcels."""
        return contents_bytes(self.peer.data_limit_bytes)

    def send(self, data: bytes, *, lane: Lane) -> None:
        """Queue one envelope; a connection that cannot take it is lost, and nothing else is.

        Durable messages are repeated on the next line.
        """
        try:
            self.peer.send(data, lane=lane)
        except PeerError as error:
            _log.info("peer connection %d takes nothing more: %s", self.attempt, error)
            self.is_lost = True


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
        self._frame_keys = frame_keys if flows.video_codec in SEALED_CODECS else None
        self.state = LinkState.NONE
        self._conversation = conversation
        self._flows = flows
        self._on_change = on_change
        self._on_broken = on_broken
        self._now_s = now_s
        self._now_ms = now_ms
        self._line: _Line | None = None
        self._next: _Line | None = None
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

    def _greet(self, line: _Line) -> None:
        line.greeted_s = self._now_s()
        frames = 0 if self._frame_keys is None else SEALED
        hello = Hello(
            line.peer.local_fingerprint, line.peer.remote_fingerprint, self._now_ms(), frames
        )
        line.send(self._conversation.seal(Parcel(None, hello)), lane=Lane.READINGS)

    def _open(self, attempt: int) -> _Line:
        voice, picture = self._flows.voice.tap(), self._flows.picture.tap()

        def on_event(event: PeerEvent) -> None:
            self._on_event(line, event)

        peer = Peer(
            voice=voice,
            picture=picture,
            remote=self._flows.remote,
            video_codec=self._flows.video_codec,
            uplink_bps=START_BPS,
            on_event=on_event,
            seed=self._seed(),
            ice_servers=self._ice_servers(),
        )
        line = _Line(attempt, peer, voice, picture, self._now_s())
        return line

    def _on_event(self, line: _Line, event: PeerEvent) -> None:
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

    def _on_envelope(self, line: _Line, envelope: bytes) -> None:
        for parcel in self._conversation.open(envelope):
            self._on_parcel(line, parcel)

    def _on_parcel(self, line: _Line, parcel: Parcel) -> None:
        line.heard_s = self._now_s()
        if isinstance(parcel.message, Hello):
            if not line.is_verified:
                self._verify(line, parcel.message)
            return
        line.is_answered = True
        if line.is_verified:  # else the hello is still to come, and this will come again
            self._conversation.take(parcel, by_mail=False)

    def _verify(self, line: _Line, hello: Hello) -> None:
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

    def _seal(self, line: _Line, peer_frames: int) -> None:
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

    def _up(self, line: _Line) -> None:
        self._flows.voice.choose(line.voice)
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

    def _drop(self, line: _Line) -> None:
        line.is_lost = True
        if line is self._next:
            self._next = None
        self._close(line)

    def _drop_next(self) -> None:
        if self._next is not None:
            self._drop(self._next)

    def _close(self, line: _Line) -> None:
        if refused := line.peer.statistics().frames_refused:
            _log.info("peer connection %d: %d frames were refused", line.attempt, refused)
        self._spawn(line.peer.close())

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("a step of the peer connection failed", exc_info=error)


class SiteLink(Link):
    """The site's end: always the one that offers."""

    role = Role.SITE
    _attempts = 0
    _retry_s = 0.0
    _failures = 0

    def tick(self) -> None:
        """Besides looking for silence: begin or give up attempts."""
        super().tick()
        now = self._now_s()
        if self.state is LinkState.UP:
            self._failures = 0
            return
        if self._next is not None and now - self._next.opened_s > ATTEMPT_S:
            self._drop_next()
        if self._next is None and now >= self._retry_s:
            self._attempt(now)

    def _attempt(self, now_s: float) -> None:
        self._failures = min(self._failures + 1, len(BACK_OFF_S) - 1)
        self._retry_s = now_s + BACK_OFF_S[self._failures]
        self._attempts += 1
        if self.state is LinkState.NONE:
            self._enter(LinkState.CONNECTING)
        self._next = self._open(self._attempts)
        self._spawn(self._offer(self._next))

    async def _offer(self, line: _Line) -> None:
        sdp = await line.peer.offer()
        self._conversation.say(Signal("offer", line.attempt, sdp))

    def go_on(self, attempt: int) -> None:
        """Count from here: the GP has heard the attempts of an earlier process."""
        self._attempts = attempt

    def hurry(self) -> None:
        """The network is back: attempt now, with the addresses this machine has now."""
        if self.state is LinkState.CUT:
            self._drop_next()
            self._failures = 0
            self._retry_s = 0.0

    def answered(self, signal: Signal) -> None:
        """The GP's answer came; one to an attempt that was given up means nothing."""
        line = self._next
        if line is not None and signal.kind == "answer" and signal.attempt == line.attempt:
            self._spawn(line.peer.accept(signal.sdp))


class GpLink(Link):
    """The GP's end, in Python: always the one that answers."""

    role = Role.GP

    def offered(self, signal: Signal) -> None:
        """The site's offer came; an older attempt than the newest means nothing."""
        newest = max((line.attempt for line in (self._line, self._next) if line), default=0)
        if signal.kind != "offer" or signal.attempt <= newest:
            return
        self._drop_next()
        if self.state is LinkState.NONE:
            self._enter(LinkState.CONNECTING)
        self._next = self._open(signal.attempt)
        self._spawn(self._answer(self._next, signal.sdp))

    async def _answer(self, line: _Line, offer: str) -> None:
        sdp = await line.peer.answer(offer)
        self._conversation.say(Signal("answer", line.attempt, sdp))
