"""What can go wrong with an instrument. Each error takes facts and builds its sentence."""

from collections.abc import Sequence


class DeviceError(Exception):
    """An instrument, its cable or its name gave trouble."""


class UnknownDeviceError(DeviceError):
    """No driver answers to the name asked for."""

    def __init__(self, name: str, *, known: Sequence[str]) -> None:
        super().__init__(f"no driver named {name!r} (known: {', '.join(known)})")
        self.name = name
        self.known = ", ".join(known)
