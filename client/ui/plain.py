"""The site without a screen: a line for each event, a key and Enter for each thing to do.

For screen readers, braille displays and pipes. The keys are those of the screens.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from client.core.consultation import State
from client.session.flow_views import Wish
from client.session.snapshot import SiteSnapshot
from client.ui.attention import Attention
from client.ui.desk import Desk
from client.ui.plain_desk import PlainDesk
from client.ui.plain_ending import PlainEnding
from client.ui.plain_exam import PlainExam
from client.ui.plain_forms import PlainForms
from client.ui.plain_keys import DESTINATIONS, keys_now
from client.ui.plain_news import news
from client.ui.plain_talk import LaterError, Talk
from client.ui.steps import Step, done_steps
from client.ui.wishes import TrainingWanted

_LIVE: Final = (State.COMPARING, State.VERIFIED)


class InputEndedError(Exception):
    """Nobody types any more: the pipe was closed."""


class PlainSite:
    """Leads one consultation by lines."""

    def __init__(
        self,
        desk: Desk,
        tell: Callable[[str], None],
        next_line: Callable[[], Awaitable[str | None]],
    ) -> None:
        """`tell` must not block; `next_line` gives `None` at the end of what is typed."""
        self._desk = desk
        self._tell = tell
        self._next_line = next_line
        talk = Talk(desk, tell, self._line)
        self._forms = PlainForms(talk)
        self._before_call = PlainDesk(talk, self._forms)
        self._exam = PlainExam(talk)
        self._ending = PlainEnding(talk)
        self._talk = talk
        self._seen: SiteSnapshot | None = None
        self._attention = Attention(desk.requests.ring)
        self._wish: Wish | None = None
        self._is_over = False

    async def run(self) -> Wish | None:
        """Until the person leaves; what they want next."""
        unsubscribe = self._desk.requests.subscribe(self._show)
        self._show(self._desk.requests.snapshot)
        try:
            while not self._is_over:
                await self._one(await self._line())
        except InputEndedError:
            if self._desk.requests.snapshot.state in (*_LIVE, State.INVITING):
                self._desk.requests.end("finished")
        finally:
            unsubscribe()
        return self._wish

    async def _line(self) -> str:
        line = await self._next_line()
        if line is None:
            raise InputEndedError
        return line

    def _show(self, snapshot: SiteSnapshot) -> None:
        before, self._seen = self._seen, snapshot
        self._attention.see(snapshot, self._desk.now())
        for text in news(self._desk.say, before, snapshot, self._desk.now()):
            for line in filter(None, text.splitlines()):
                self._tell(line)
        if before is None or before.state is not snapshot.state:
            if snapshot.state is State.ENDED:
                self._ending.tell()
            self._help()

    def _help(self) -> None:
        say, keys = self._desk.say, keys_now(self._desk.requests.snapshot)
        told = [f"{key} {say(f'site.do.{name}')}" for key, name in keys.items()]
        if self._desk.requests.snapshot.state is State.ENDED:
            told.insert(0, say("training.plain.destinations", most=len(DESTINATIONS)))
        self._tell(", ".join(told))

    async def _one(self, line: str) -> None:
        """One key; a line that is none says which there are."""
        key = line.strip().casefold()
        snapshot = self._desk.requests.snapshot
        name = keys_now(snapshot).get(key)
        if snapshot.state is State.ENDED and key in DESTINATIONS:
            self._ending.turn(DESTINATIONS[key])
        elif name is not None:
            try:
                await self._do(name)
            except LaterError:
                self._tell(self._desk.say("training.plain.later"))
        elif key:
            self._tell(self._desk.say("training.plain.no_key"))
            self._help()

    async def _do(self, name: str) -> None:
        work: Mapping[str, Callable[[], Awaitable[None]]] = {
            "begin": self._begin,
            "resume": self._resume,
            "expertises": self._expertises,
            "contacts": self._before_call.contacts,
            "past": self._before_call.past,
            "dossier": self._before_call.dossier,
            "import_identity": self._before_call.import_identity,
            "unsuitable": self._forms.stop,
            "leave": self._end,
            "print": self._ending.print,
            "save": self._ending.save,
            **self._exam.acts,
        }
        if name in work:
            await work[name]()
        else:
            self._at_once(name)

    def _at_once(self, name: str) -> None:
        """What takes one key and nothing more."""
        site, now = self._desk.requests, self._desk.requests.snapshot
        acts: Mapping[str, Callable[[], None]] = {
            "check_line": lambda: site.check_line(on=True),
            "stop_line_check": lambda: site.check_line(on=False),
            "try_voice": site.try_voice,
            "patient_window": self._before_call.turn_window,
            "train": lambda: self._leave(TrainingWanted()),
            "words_equal": lambda: site.compare_words(equal=True),
            "words_differ": lambda: site.compare_words(equal=False),
            "send_anyway": site.send_anyway,
            "mute": lambda: site.mute(on=not now.is_muted),
            "camera": lambda: site.turn_camera_off(on=not now.is_camera_off),
            "pause": lambda: site.pause(on=not now.is_paused),
            "hand_over": self._ending.hand_over,
            "next_act": self._ending.next_act,
            "next_patient": lambda: self._leave(Wish()),
            "again": lambda: self._leave(Wish(keeps_patient=True)),
            "quit": self._quit,
            "help": self._help,
        }
        acts[name]()

    async def _begin(self) -> None:
        """The steps that are not done, one after the other, then the call."""
        for step in (Step.ROOM, Step.PATIENT, Step.CONSENT, Step.REASON):
            if step not in done_steps(self._desk.requests.snapshot, self._desk.now()):
                await self._before_call.form(step)
        if not self._forms.lacking():
            await self._before_call.call()

    async def _expertises(self) -> None:
        """A new question is sent like a consultation, with all that goes with it."""
        if await self._before_call.expertise():
            await self._begin()

    async def _resume(self) -> None:
        wish = await self._before_call.resume()
        if wish is not None:
            self._leave(wish)

    async def _end(self) -> None:
        """Asked before, as one key is quickly typed."""
        if await self._talk.yes(self._desk.say("site.confirm.finished"), usual=False):
            self._desk.requests.end("finished")

    def _quit(self) -> None:
        if self._desk.requests.snapshot.state is State.INVITING:
            self._desk.requests.end("finished")
        self._leave(None)

    def _leave(self, wish: Wish | None) -> None:
        self._wish = wish
        self._is_over = True
