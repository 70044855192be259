"""The settings of this site: one TOML file in the place where the system keeps such files."""

from pathlib import Path

from client.core.site_settings.reading import SIZE_LIMIT, parsed
from client.core.site_settings.values import SiteSettings
from client.store.errors import StorageFailedError
from client.store.files import replace_durably


def read(path: Path) -> SiteSettings | None:
    """What it says; `None` where there is no file yet. `SettingsError`, `StorageFailedError`."""
    try:
        with path.open("rb") as file:
            return parsed(file.read(SIZE_LIMIT + 1))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageFailedError(error.strerror or type(error).__name__) from error


def write(path: Path, text: str) -> None:
    """Put this there, whole; what stood there before, comments and all, stays beside it as .old."""
    data = text.encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_bytes() if path.exists() else data
        if before != data:
            replace_durably(path.with_name(f"{path.name}.old"), before)
        replace_durably(path, data)
    except OSError as error:
        raise StorageFailedError(error.strerror or type(error).__name__) from error
