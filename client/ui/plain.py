"""The site without a screen: a line for each event, a key and Enter for each thing to do.

For screen readers, braille displays and pipes. The keys are those of the screens.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Final

from client.core.consultation import State
from client.core.dossier.completeness import pictures_off
from client.core.dossier.ending import Ending
from client.session.flow_views import Wish
from client.session.snapshot import SiteSnapshot
from client.ui.attention import Attention
from client.ui.desk import Desk
from client.ui.phrases import plain
from client.ui.plain_forms import LaterError, PlainForms
from client.ui.plain_news import news, vitals
from client.ui.steps import Step, done_steps
from devices.readings import Kind

_KEYS: Final[Mapping[State, Mapping[str, str]]] = {
    State.READY: {"n": "begin", "l": "check_line", "r": "resume", "q": "quit", "?": "help"},
    State.INVITING: {"q": "quit", "?": "help"},
    State.COMPARING: {"o": "words_equal", "x": "words_differ", "?": "help"},
    State.VERIFIED: {
        "t": "temperature",
        "x": "oximeter",
        "u": "pressure",
        "o": "aim",
        "f": "freeze",
        "j": "send_anyway",
        "w": "measures",
        "c": "done",
        "n": "not_possible",
        "m": "mute",
        "v": "camera",
        "p": "pause",
        "d": "write",
        "s": "unsuitable",
        "q": "leave",
        "?": "help",
    },
    State.ENDED: {"o": "hand_over", "p": "print", "n": "next_patient", "q": "quit", "?": "help"},
    State.REFUSED: {"n": "next_patient", "q": "quit", "?": "help"},
}
"""Key to the name of what it does; the catalogue's ``site.do.<name>`` says it."""
_MEASURES: Final = {
    "temperature": Kind.THERMOMETER,
    "oximeter": Kind.OXIMETER,
    "pressure": Kind.BLOOD_PRESSURE,
}
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
        self._forms = PlainForms(desk, tell, self._line)
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
            self._help()

    def _help(self) -> None:
        say, keys = self._desk.say, _KEYS.get(self._desk.requests.snapshot.state, {})
        self._tell(", ".join(f"{key} {say(f'site.do.{name}')}" for key, name in keys.items()))

    async def _one(self, line: str) -> None:
        """One key; a line that is none says which there are."""
        key = line.strip()
        name = _KEYS.get(self._desk.requests.snapshot.state, {}).get(key)
        if name is None:
            if key:
                self._tell(self._desk.say("training.plain.no_key"))
                self._help()
            return
        try:
            await self._do(name)
        except LaterError:
            self._tell(self._desk.say("training.plain.later"))

    async def _do(self, name: str) -> None:
        if name in _MEASURES:
            self._desk.requests.measure(_MEASURES[name])
            return
        work: Mapping[str, Callable[[], Awaitable[None]]] = {
            "begin": self._begin,
            "write": self._write,
            "unsuitable": self._forms.stop,
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
            "words_equal": lambda: site.compare_words(equal=True),
            "words_differ": lambda: site.compare_words(equal=False),
            "aim": lambda: site.aim(on=now.preview_source is not Kind.OTOSCOPE),
            "freeze": self._freeze,
            "send_anyway": site.send_anyway,
            "measures": self._vitals,
            "done": lambda: site.answer_ask(done=True),
            "not_possible": lambda: site.answer_ask(done=False),
            "mute": lambda: site.mute(on=not now.is_muted),
            "camera": lambda: site.turn_camera_off(on=not now.is_camera_off),
            "pause": lambda: site.pause(on=not now.is_paused),
            "hand_over": self._hand_over,
            "print": site.print_documents,
            "resume": self._resume,
            "next_patient": lambda: self._leave(Wish()),
            "leave": lambda: site.end("finished"),
            "quit": self._quit,
            "help": self._help,
        }
        acts[name]()

    async def _begin(self) -> None:
        """The steps that are not done, one after the other, then the call."""
        forms = {
            Step.ROOM: self._forms.room,
            Step.PATIENT: self._forms.patient,
            Step.CONSENT: self._forms.consent,
            Step.REASON: self._forms.reason,
        }
        for step, form in forms.items():
            if step not in done_steps(self._desk.requests.snapshot, self._desk.now()):
                self._tell(self._desk.say(f"dossier.step.{step}"))
                await form()
        if not self._forms.lacking():
            await self._call()

    async def _call(self) -> None:
        """A GP of the contacts by number, or an invitation."""
        say = self._desk.say
        known = [one for one in self._desk.requests.snapshot.contacts if one.can_be_called]
        for number, one in enumerate(known, start=1):
            self._tell(f"{number} {plain(one.name)}")
        if known:
            self._tell(say("training.plain.whom"))
            line = (await self._line()).strip()
            if line.isdecimal() and 0 < int(line) <= len(known):
                self._desk.requests.call(known[int(line) - 1].public)
                return
        self._desk.requests.invite()

    async def _write(self) -> None:
        self._tell(self._desk.say("training.plain.write"))
        text = plain((await self._line()).strip())
        if text:
            self._desk.requests.write(text)

    def _freeze(self) -> None:
        """A still, unless the patient wants none; it is called after what was asked for."""
        now, say = self._desk.requests.snapshot, self._desk.say
        if pictures_off(now.dossier) is not None:
            self._tell(say("dossier.pictures_off.short"))
            return
        labels = {"throat": "throat", "skin": "skin", "ear": "right_ear"}
        what = labels.get(now.asked.what if now.asked else "", "skin")
        self._desk.requests.take_still(say(f"site.still.label.{what}"))

    def _vitals(self) -> None:
        for line in vitals(self._desk.say, self._desk.requests.snapshot, self._desk.now()):
            self._tell(line)

    def _hand_over(self) -> None:
        ending = self._desk.requests.snapshot.dossier.ending or Ending()
        self._desk.requests.enter(replace(ending, handed_over=True))
        self._tell(self._desk.say("dossier.handed_over"))

    def _resume(self) -> None:
        left = self._desk.requests.snapshot.resumable
        if left:
            self._leave(Wish(left[-1].consultation))
        else:
            self._tell(self._desk.say("dossier.resume.none"))

    def _quit(self) -> None:
        if self._desk.requests.snapshot.state is State.INVITING:
            self._desk.requests.end("finished")
        self._leave(None)

    def _leave(self, wish: Wish | None) -> None:
        self._wish = wish
        self._is_over = True
