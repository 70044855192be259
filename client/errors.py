"""The root of every error a person may read.

An error takes facts and builds its own sentence, in English, for the log. What the person at the
bedside reads comes from the catalogue: ``error.<ClassName>`` and ``error.<ClassName>.hint``, filled
with the error's public attributes.
"""


class ChevetError(Exception):
    """Something went wrong that a person can act upon."""


class UsageError(ChevetError):
    """The command's words do not make sense together; the program exits with 2."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
