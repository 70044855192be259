"""What can go wrong with cameras, microphones, speakers and codecs."""

from collections.abc import Sequence

from client.errors import ChevetError, UsageError


class UnknownSourceError(UsageError):
    """The text names no camera or microphone we can read."""

    def __init__(self, text: str, *, known: Sequence[str]) -> None:
        self.text = text
        self.known = ", ".join(known)
        super().__init__(f"{text!r} is not a source (one of: {self.known})")


class UnknownSinkError(UsageError):
    """The text names no speaker we can write to."""

    def __init__(self, text: str, *, known: Sequence[str]) -> None:
        self.text = text
        self.known = ", ".join(known)
        super().__init__(f"{text!r} is not a speaker (one of: {self.known})")


class SourceMissingError(UsageError):
    """The file or fifo that was named does not exist."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"there is no {path}")


class NotAFifoError(UsageError):
    """What was named as a fifo is something else."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"{path} is not a fifo")


class FormatUnsupportedError(UsageError):
    """This machine's media library has no such kind of device."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"{name} devices cannot be used on this machine")


class CodecMissingError(ChevetError):
    """No encoder of this name works here."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"no {name} encoder works here")
