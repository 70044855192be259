"""What a setting must be, beyond its kind: each check names what is wrong, or nothing."""

import re
from base64 import urlsafe_b64decode
from binascii import Error as Base64Error
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from client.core.dossier.numbers import checked_finess, checked_rpps
from client.core.site_settings.values import LANGUAGES, PATIENT_WINDOWS, PICTURES, THEMES
from client.errors import ChevetError

HEADROOM_LIMIT_PCT: Final = 90
LEAST_CAP_KBIT: Final = 16
"""Both as the command line's."""
DISPLAYS_LIMIT: Final = 9
"""chosen: more than a desk holds."""
KEY_SIZE: Final = 32
"""Bytes of an Ed25519 public key."""
_PLUG: Final = re.compile(r"auto(=.+)?|[\w-]+=.+")
Check = Callable[[Any], str | None]


def broker_key(text: str) -> bytes:
    """The key in this text; `ValueError`."""
    try:
        key = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (Base64Error, ValueError) as error:
        raise ValueError("not base64") from error
    if len(key) != KEY_SIZE:
        raise ValueError("not a key")
    return key


def _finess(text: str) -> str | None:
    return _refused(checked_finess, text, "finess")


def _rpps(text: str) -> str | None:
    return _refused(checked_rpps, text, "rpps")


def _refused(check: Callable[[str], str], text: str, wrong: str) -> str | None:
    if not text:
        return None
    try:
        check(text)
    except ChevetError:
        return wrong
    return None


def _url(text: str) -> str | None:
    try:
        parts = urlsplit(text)
        is_whole = not text or (parts.scheme in ("http", "https") and bool(parts.hostname))
    except ValueError:
        is_whole = False
    return None if is_whole else "url"


def _brokers(keys: tuple[str, ...]) -> str | None:
    try:
        for key in keys:
            broker_key(key)
    except ValueError:
        return "broker"
    return None


def _instruments(plugs: tuple[str, ...]) -> str | None:
    return None if all(_PLUG.fullmatch(plug) for plug in plugs) else "source"


def _within(least: int, most: int | None = None, *others: int) -> Check:
    def check(value: int) -> str | None:
        is_inside = value >= least and (most is None or value <= most)
        return None if is_inside or value in others else "range"

    return check


def _among(*words: str) -> Check:
    return lambda word: None if word in words else "range"


CHECKS: Final[Mapping[str, Check]] = {
    "place.finess": _finess,
    "responsible.rpps": _rpps,
    "people.rpps": _rpps,
    "relay.url": _url,
    "devices.instruments": _instruments,
    "line.headroom_pct": _within(0, HEADROOM_LIMIT_PCT),
    "line.cap_kbit": _within(LEAST_CAP_KBIT, None, 0),
    "retention.pictures": _within(0),
    "retention.records": _within(0),
    "retention.rooms": _within(0),
    "screen.theme": _among(*THEMES),
    "screen.language": _among(*LANGUAGES),
    "screen.pictures": _among(*PICTURES),
    "screen.patient_window": _among(*PATIENT_WINDOWS),
    "screen.patient_display": _within(1, DISPLAYS_LIMIT),
    "trust.brokers": _brokers,
}
"""By the name in the file; values are those of the Wrong that tells them."""
