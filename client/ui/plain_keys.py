"""Which keys there are without a screen; the screens' own, as far as a line can be one."""

from collections.abc import Iterator, Mapping
from typing import Final

from client.catalogue import Catalogue
from client.core.consultation import State
from client.core.dossier.ending import Destination
from client.session.snapshot import SiteSnapshot
from client.ui.steps import has_begun

HELP: Final = "?"
_SITE: Final = {"f4": "patient_window", "q": "quit", HELP: "help"}
_LIVE: Final = {"i": "dossier", "f4": "patient_window", "q": "leave", HELP: "help"}
_KEYS: Final[Mapping[State, Mapping[str, str]]] = {
    State.READY: {
        "n": "begin",
        "p": "other_patient",
        "r": "resume",
        "a": "expertises",
        "c": "contacts",
        "d": "past",
        "i": "dossier",
        "f5": "import_identity",
        "e": "try_voice",
        "l": "check_line",
        "f": "train",
        "s": "settings",
        **_SITE,
    },
    State.INVITING: {"a": "other_gp", "i": "dossier", **_SITE},
    State.COMPARING: {"o": "words_equal", "x": "words_differ", **_LIVE},
    State.VERIFIED: {
        "t": "temperature",
        "x": "oximeter",
        "u": "pressure",
        "b": "stop_cuff",
        "w": "measures",
        "r": "memory",
        "o": "aim",
        "l": "label",
        "f": "freeze",
        "k": "film",
        "j": "send_anyway",
        "e": "chest",
        "c": "done",
        "n": "not_possible",
        "g": "picture",
        "y": "otherwise",
        "m": "mute",
        "v": "camera",
        "p": "pause",
        "d": "write",
        "h": "note",
        "z": "attach",
        "s": "unsuitable",
        **_LIVE,
    },
    State.ENDED: {
        "o": "hand_over",
        "b": "next_act",
        "p": "print",
        "f": "save",
        "n": "next_patient",
        "a": "same_patient",
        **_SITE,
    },
    State.REFUSED: {"n": "again", **_SITE},
}
"""Key to the name of what it does; the catalogue's ``site.do.<name>`` says it."""
DESTINATIONS: Final[Mapping[str, int]] = {
    str(number): number for number in range(1, len(Destination) + 1)
}


def keys_now(snapshot: SiteSnapshot) -> Mapping[str, str]:
    """What each key does now."""
    keys = dict(_KEYS[snapshot.state])
    if snapshot.state is State.READY and snapshot.line_check.percent is not None:
        keys["l"] = "stop_line_check"
    if snapshot.state is State.READY and not has_begun(snapshot):
        del keys["p"]
    return keys


def key_label(say: Catalogue, snapshot: SiteSnapshot, name: str) -> str:
    """What a key of this name does, as the screens have it."""
    if name == "begin" and has_begun(snapshot):
        return say("dossier.start.continue")
    return say(f"site.do.{name}")


def every_name() -> Iterator[str]:
    """What any key does in any state."""
    for keys in _KEYS.values():
        yield from keys.values()
    yield "stop_line_check"
