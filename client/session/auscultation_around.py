"""What an auscultation needs of its surroundings."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from client.core.adaptation.observation import LineEstimate
from client.media.audio_source import Samples, SoundSource
from client.session.attachments import Attachment, Attachments
from devices.driver import Request


class Sounds(Protocol):
    """What is heard at this end and sent from it; `client.session.media.EndMedia`."""

    def listen_to(self, source: SoundSource | None) -> None:
        """Send this sound in place of the microphone; `None`: the microphone again."""

    def replay(self, samples: Samples) -> None:
        """Let this be heard here; an empty one: no more."""

    @property
    def is_replaying(self) -> bool:
        """It is being heard."""


@dataclass(frozen=True, slots=True)
class Around:
    """The rest of the session, as far as it matters here."""

    sounds: Sounds
    attachments: Attachments
    keep: Callable[[Attachment], Awaitable[None]]
    """Puts a file in the record."""
    ask: Callable[[Request], bool]
    """Asks it of the stethoscope; false when there is none."""
    line: Callable[[], LineEstimate | None]
    """What is known of the line while it is up."""
    note: Callable[..., None]
    """Adds a line to the events, with its facts."""
