"""What the GP asks for next: what it is, how to do it in three lines, and its keys."""

from dataclasses import dataclass
from datetime import datetime
from textwrap import shorten
from typing import Final

from textual.content import Content

from client.catalogue import Catalogue
from client.core.dossier.library import protocol
from client.session.snapshot import LineKind, SiteSnapshot
from client.ui.phrases import plain
from client.ui.waiting_words import is_still_awaited, waiting_sentence
from client.ui.widgets.key_bar import key_caps
from client.ui.widgets.pane import Pane
from devices.readings import Kind

_KEYS: Final = {
    "temperature": ("t", "n"),
    "oximeter": ("x", "n"),
    "pressure": ("t", "c", "n"),
    "glucose": ("t", "c", "n"),
    "weight": ("t", "c", "n"),
    "ecg": ("c", "n"),
    "ear": ("o", "n"),
    "skin": ("o", "n"),
    "throat": ("o", "n"),
    "listen": ("e", "n"),
    "still": ("f", "n"),
    "text": ("c", "d", "n"),
}
_KEYS_AIMING: Final = ("f", "c", "n")
"""Once the otoscope shows its picture, the next step is to freeze it."""
_SEEN: Final = ("ear", "skin", "throat", "still")
_WISH_LIMIT: Final = 230
"""Characters; chosen: seven lines in the narrowest pane, so that the keys stay on the screen."""
_STEPS: Final = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class AskSentences:
    """One request of the GP's, in words."""

    title: str
    wish: str
    """What the GP wrote with it; may be empty."""
    steps: tuple[str, ...]
    keys: tuple[tuple[str, str], ...]
    is_idle: bool = False
    """Nothing is asked and nobody awaited."""


def known_ask(what: str) -> str:
    """The kind of request whose words the catalogue has; free text for any other."""
    return what if what in _KEYS else "text"


def _how(say: Catalogue, snapshot: SiteSnapshot, what: str) -> tuple[str, ...]:
    """The chosen protocol's own tips, else the usual ones; three lines either way."""
    background = snapshot.dossier.background
    chosen = protocol(background.protocol, say.language) if background else None
    steps = chosen.steps if chosen else ()
    own = next((step.how for step in steps if step.what == what and step.how), None)
    if own is not None:
        return own[: len(_STEPS)]
    return () if what == "text" else tuple(say(f"site.ask.{what}.{n}") for n in _STEPS)


def _meanwhile(say: Catalogue, snapshot: SiteSnapshot, now: datetime) -> AskSentences:
    """While nothing is asked: how long the GP takes to come, or how to go on with what is seen."""
    if is_still_awaited(snapshot):
        told = waiting_sentence(say, snapshot, now) or say("dossier.waiting.coming")
        wish = plain(snapshot.gp_waiting.text) if snapshot.gp_waiting else ""
        return AskSentences(told, shorten(wish, _WISH_LIMIT, placeholder="…"), (), ())
    seen = _newest_seen(snapshot)
    if seen is not None and snapshot.preview_source is Kind.OTOSCOPE:
        freeze = (("f", say("site.ask.key.f")),)
        return AskSentences(say("dossier.ask.goes_on"), "", _how(say, snapshot, seen), freeze)
    return AskSentences(say("site.ask.none"), "", (), (), is_idle=True)


def _newest_seen(snapshot: SiteSnapshot) -> str | None:
    """The last picture that the GP asked for."""
    asked = (line for line in reversed(snapshot.exchanges) if line.kind is LineKind.ASKED)
    return next((line.subject for line in asked if line.subject in _SEEN), None)


class Ask(Pane[AskSentences]):
    """Always in the same place; says so when nothing is asked."""

    def draw(self, say: Catalogue, snapshot: SiteSnapshot, now: datetime) -> None:
        """Show the GP's present request."""
        asked = snapshot.asked
        if asked is None:
            self.hold(_meanwhile(say, snapshot, now))
            return
        what = known_ask(asked.what)
        is_aiming = what in _SEEN and snapshot.preview_source is Kind.OTOSCOPE
        keys = _KEYS_AIMING if is_aiming else _KEYS[what]
        self.hold(
            AskSentences(
                say(f"site.ask.{what}"),
                shorten(plain(asked.text), _WISH_LIMIT, placeholder="…"),
                _how(say, snapshot, what),
                tuple((key, say(f"site.ask.key.{key}")) for key in keys),
            )
        )

    def drawn(self, view: AskSentences) -> Content:
        """Title, the GP's own words, numbered steps, keys."""
        lines = [Content.styled(view.title, "dim" if view.is_idle else "bold")]
        if view.wish:
            lines.append(Content(f"« {view.wish} »"))
        lines += [Content(f" {n} {step}") for n, step in enumerate(view.steps, start=1)]
        if view.keys:
            lines.append(key_caps(view.keys))
        return Content("\n").join(lines)
