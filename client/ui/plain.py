"""The site without a screen: a line for each event, a key and Enter for each thing to do.

For screen readers, braille displays and pipes. The keys are those of the screens.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
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
from client.ui.plain_keys import DESTINATIONS, key_label, keys_now
from client.ui.plain_news import kinds_of_news
from client.ui.plain_talk import InputEndedError, LaterError, Lines, Talk
from client.ui.plain_telling import Telling
from client.ui.screens.start import next_hint
from client.ui.steps import Step, done_steps, has_begun
from client.ui.wishes import SettingsWanted, TrainingWanted

_LIVE: Final = (State.COMPARING, State.VERIFIED)


class PlainSite:
    """Leads one consultation by lines."""

    def __init__(self, desk: Desk, lines: Lines) -> None:
        self._desk = desk
        self._talk = talk = Talk(desk, lines)
        self._telling = Telling(talk)
        self._forms = PlainForms(talk)
        self._before_call = PlainDesk(talk, self._forms)
        self._exam = PlainExam(talk)
        self._ending = PlainEnding(talk)
        self._seen: SiteSnapshot | None = None
        self._attention = Attention(desk.requests.ring)
        self._wish: Wish | None = None
        self._is_over = False
        self._owes_keys = False
        """They have changed while a question was open."""
        self._is_acting = False
        """What changes meanwhile is of the person's own doing."""

    async def run(self) -> Wish | None:
        """Until the person leaves; what they want next."""
        unsubscribe = self._desk.requests.subscribe(self._show)
        self._talk.say("training.plain.how")
        self._show(self._desk.requests.snapshot)
        try:
            while not self._is_over:
                await self._one(await self._talk.key())
        except InputEndedError:
            if self._desk.requests.snapshot.state in (*_LIVE, State.INVITING):
                self._desk.requests.end("finished")
        finally:
            unsubscribe()
        return self._wish

    def _show(self, snapshot: SiteSnapshot) -> None:
        before, self._seen = self._seen, snapshot
        say, now, attempt = self._desk.say, self._desk.now(), self._telling.attempt
        attempt("attention", lambda: self._attention.see(snapshot, now))
        for sentences in kinds_of_news(say, before, snapshot, now):
            attempt(sentences.func.__name__, partial(self._tell, sentences))
        if before is None or before.state is not snapshot.state:
            attempt("state", lambda: self._turned(snapshot))
        elif not self._is_acting and has_begun(snapshot) and not has_begun(before):
            attempt("begun", lambda: self._taken_over(snapshot))

    def _tell(self, sentences: Callable[[], Iterable[str]]) -> None:
        for text in sentences():
            self._talk.tell(text)

    def _turned(self, snapshot: SiteSnapshot) -> None:
        """Other keys from now on; not before a question that is open has its answer."""
        if snapshot.state is State.ENDED:
            self._ending.tell()
        self._owes_keys = bool(self._talk.question)
        if self._owes_keys:
            self._talk.say("training.plain.still", question=self._talk.question)
        else:
            self._help()

    def _taken_over(self, snapshot: SiteSnapshot) -> None:
        """What was entered in the consultation before is there: the keys go on with it."""
        self._talk.tell(next_hint(self._desk.say, snapshot, self._desk.now()))
        self._help()

    def _help(self) -> None:
        say, snapshot = self._desk.say, self._desk.requests.snapshot
        keys = keys_now(snapshot).items()
        told = [f"{key} {key_label(say, snapshot, name)}" for key, name in keys]
        if snapshot.state is State.ENDED:
            told.insert(0, say("training.plain.destinations", most=len(DESTINATIONS)))
        self._talk.tell(", ".join(told))

    def _how(self) -> None:
        """The keys, and what answers any question."""
        self._help()
        self._talk.say("training.plain.how")

    async def _one(self, line: str) -> None:
        """One key; a line that is none says which there are."""
        key = line.strip().casefold()
        snapshot = self._desk.requests.snapshot
        name = keys_now(snapshot).get(key)
        if snapshot.state is State.ENDED and key in DESTINATIONS:
            self._ending.turn(DESTINATIONS[key])
        elif name is not None:
            await self._attempt(name)
        elif key:
            self._talk.say("training.plain.no_key")
            self._help()
        if self._owes_keys:
            self._owes_keys = False
            self._help()

    async def _attempt(self, name: str) -> None:
        """Whatever fails in it, the consultation goes on."""
        self._is_acting = True
        try:
            await self._do(name)
        except LaterError:
            self._talk.say("training.plain.later")
        except InputEndedError:
            raise
        except Exception as error:  # noqa: BLE001 -- as above
            self._telling.note(error, "training.plain.act_failed")
        finally:
            self._is_acting = False

    async def _do(self, name: str) -> None:
        work: Mapping[str, Callable[[], Awaitable[None]]] = {
            "begin": self._begin,
            "other_patient": self._other_patient,
            "resume": self._resume,
            "expertises": self._expertises,
            "contacts": self._before_call.contacts,
            "past": self._before_call.past,
            "other_gp": self._before_call.other_gp,
            "dossier": self._before_call.dossier,
            "import_identity": self._before_call.import_identity,
            "unsuitable": self._forms.stop,
            "words_equal": self._words_equal,
            "words_differ": self._words_differ,
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
            "settings": self._settings,
            "send_anyway": site.send_anyway,
            "mute": lambda: site.mute(on=not now.is_muted),
            "camera": lambda: site.turn_camera_off(on=not now.is_camera_off),
            "pause": lambda: site.pause(on=not now.is_paused),
            "hand_over": self._ending.hand_over,
            "next_act": self._ending.next_act,
            "next_patient": lambda: self._leave(Wish()),
            "again": lambda: self._leave(Wish(keeps_patient=True)),
            "same_patient": lambda: self._leave(Wish(keeps_patient=True)),
            "quit": self._quit,
            "help": self._how,
        }
        acts[name]()

    async def _begin(self) -> None:
        """The steps that are not done, one after the other, then the call."""
        for step in (Step.ROOM, Step.PATIENT, Step.CONSENT, Step.REASON):
            if step not in done_steps(self._desk.requests.snapshot, self._desk.now()):
                await self._before_call.form(step)
        if not self._forms.lacking():
            await self._before_call.call()

    async def _other_patient(self) -> None:
        """Asked before, as this one's file is not finished."""
        sure = self._desk.say("training.plain.other_patient_sure")
        if await self._talk.yes(sure, usual=False, is_fresh=True):
            self._leave(Wish())

    async def _expertises(self) -> None:
        """A new question is sent like a consultation, with all that goes with it."""
        if await self._before_call.expertise():
            await self._begin()

    async def _resume(self) -> None:
        wish = await self._before_call.resume()
        if wish is not None:
            self._leave(wish)

    async def _words_equal(self) -> None:
        """The last of them is typed, which nobody can have typed before it was told."""
        words = self._desk.requests.snapshot.words
        answer = await self._talk.answer(self._desk.say("training.plain.last_word"))
        if answer and words and answer.casefold() == words[-1].casefold():
            self._desk.requests.compare_words(equal=True)
        else:
            self._talk.say("training.plain.not_the_word")

    async def _words_differ(self) -> None:
        """Asked before: the consultation stops there."""
        sure = self._desk.say("training.plain.differ_sure")
        if await self._talk.yes(sure, usual=False, is_fresh=True):
            self._desk.requests.compare_words(equal=False)

    async def _end(self) -> None:
        """Asked before, as one key is quickly typed."""
        sure = self._desk.say("site.confirm.finished")
        if await self._talk.yes(sure, usual=False, is_fresh=True):
            self._desk.requests.end("finished")

    def _settings(self) -> None:
        """Leave for what this site is set to; in training there is nothing to set."""
        if self._desk.requests.snapshot.dossier.is_training:
            self._talk.say("training.plain.no_settings")
        else:
            self._leave(SettingsWanted())

    def _quit(self) -> None:
        if self._desk.requests.snapshot.state is State.INVITING:
            self._desk.requests.end("finished")
        self._leave(None)

    def _leave(self, wish: Wish | None) -> None:
        self._wish = wish
        self._is_over = True
