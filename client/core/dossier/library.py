"""The replaceable texts of a consultation: protocols, how-to tips, what is read for consent.

They lie in the catalogue, one folder a language, and are added to or replaced without a line of
code; each consultation notes which version it used (rules-fr.md, d-10).
"""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Final

import msgspec

from client.catalogue import consent_texts, how_to_data, protocol_files
from client.core.dossier.protocols import Protocol
from client.errors import ChevetError

STEPS: Final = (
    *("oximeter", "temperature", "pressure", "glucose", "weight", "ecg"),
    *("ear", "skin", "throat", "still", "clip", "listen", "text"),
)
"""Every `client.core.wire.Asked.what`."""
TIPS_LIMIT: Final = 3
TIP_CHARACTERS: Final = 60
"""chosen: what half a screen of 80 columns shows of a tip on two lines."""


class ProtocolFileError(ChevetError):
    """A protocol's file does not say what a protocol says."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the protocol {name} cannot be read")
        self.name = name


@dataclass(frozen=True, slots=True)
class ConsentText:
    """What is read aloud."""

    version: str
    """``fr/1``."""
    language: str
    text: str
    """Names nobody, so that everybody was read the same bytes."""
    sha256: str
    """Hexadecimal, of the text's UTF-8 bytes."""


@dataclass(frozen=True, slots=True)
class HowTo:
    """What a step is called, and what the person holding the instrument is told."""

    title: str
    how: tuple[str, ...]


def read_protocol(name: str, data: bytes) -> Protocol:
    """The protocol in this TOML file; `ProtocolFileError`."""
    try:
        protocol = msgspec.toml.decode(data, type=Protocol)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProtocolFileError(name) from error
    steps = protocol.steps
    if protocol.name != name or any(
        step.what not in STEPS or len(step.how) > TIPS_LIMIT for step in steps
    ):
        raise ProtocolFileError(name)
    return protocol


@cache
def protocols(language: str) -> tuple[Protocol, ...]:
    """Every protocol of this language, by title."""
    found = (read_protocol(name, data) for name, data in protocol_files(language).items())
    return tuple(sorted(found, key=lambda protocol: protocol.title))


def protocol(name: str, language: str) -> Protocol | None:
    """The protocol of this name; `None` if it is not there any more."""
    return next((one for one in protocols(language) if one.name == name), None)


@cache
def how_to(language: str) -> dict[str, HowTo]:
    """What is told of every step a GP can ask for, by `client.core.wire.Asked.what`."""
    return msgspec.toml.decode(how_to_data(language), type=dict[str, HowTo])


def tips(what: str, language: str, protocol_name: str = "") -> tuple[str, ...]:
    """Three lines at most for whoever holds the instrument: the protocol's own, else the usual."""
    chosen = protocol(protocol_name, language) if protocol_name else None
    if chosen is not None:
        for step in chosen.steps:
            if step.what == what and step.how:
                return step.how
    known = how_to(language).get(what)
    return known.how if known else ()


@cache
def consent_text(language: str) -> ConsentText:
    """The newest text of this language."""
    number, data = max(consent_texts(language).items())
    return ConsentText(f"{language}/{number}", language, data.decode(), sha256(data).hexdigest())
