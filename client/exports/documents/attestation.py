"""What a training session proves: who practised which scenario when, and what was forgotten."""

import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from client.core.dossier.ending import Role
from client.errors import ChevetError

_log = logging.getLogger(__name__)

SIZE_LIMIT: Final = 1_000_000
"""Bytes of a file; chosen: a scenario of thousands of steps."""


class AttestationError(ChevetError):
    """The file is not what a training session leaves."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"not an attestation: {reason}")
        self.reason = reason


class AttestationUnreadableError(AttestationError):
    """There is no such file, or it cannot be read; `reason` is the system's, for the log alone."""


@dataclass(frozen=True, slots=True)
class Attestation:
    """One scenario played to its end in training mode (rules-fr.md, d-8)."""

    name: str
    """Of the person who practised."""
    role: Role
    site_name: str
    scenario: str
    """Title of the scenario, in the language of the document."""
    scenario_version: str
    began_at: datetime
    ended_at: datetime
    practised: tuple[str, ...]
    """What was done, each in a few words of the document's language, in its order."""
    forgotten: tuple[str, ...] = ()
    """What the scenario expected and was not done."""
    finess: str = ""
    responsible_name: str = ""


def read(path: Path) -> Attestation:
    """What a training session left in this JSON file. Blocking; `AttestationError`."""
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        _log.warning("an attestation was not read: %s", reason)
        raise AttestationUnreadableError(reason) from error
    if len(data) > SIZE_LIMIT:
        raise AttestationError(f"> {SIZE_LIMIT} bytes")
    try:
        return msgspec.json.decode(data, type=Attestation)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise AttestationError(str(error)) from error
