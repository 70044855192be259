"""What the examination asks of the dossier: may this be taken of the patient?"""

from typing import Final, Protocol

from client.core.dossier.completeness import Why


class Consenting(Protocol):
    """Knows what the patient agreed to (rules-fr.md, d-10)."""

    def pictures_off(self) -> Why | None:
        """Why no photo, clip or sound may be taken now; `None`: they may."""

    def capture_refused(self, why: Why) -> None:
        """Somebody tried all the same; nothing was taken."""


class _Unasked:
    """An examination of nobody."""

    def pictures_off(self) -> Why | None:
        """Nobody refused anything."""
        return None

    def capture_refused(self, why: Why) -> None:
        """Never asked for."""


UNASKED: Final = _Unasked()
"""For an examination without a patient: a bench of instruments."""
