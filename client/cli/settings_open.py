"""Where the settings are, and what the commands take from them."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from client.core.site_settings.values import SiteSettings

SETTINGS_VARIABLE: Final = "CHEVET_SETTINGS"
"""Another file than the usual one: a second site on the same machine, or a test."""


def settings_path() -> Path:
    """The file of this site, whether it is there or not."""
    given = os.environ.get(SETTINGS_VARIABLE)
    if given:
        return Path(given)
    from platformdirs import user_config_path  # noqa: PLC0415 -- keeps --help instant

    return user_config_path("chevet", appauthor=False) / "settings.toml"


def has_settings() -> bool:
    """Whether anybody has set anything here."""
    return settings_path().exists()


def site_settings() -> "SiteSettings":
    """What is set, or what nobody has set; `SettingsError` or `StorageFailedError`."""
    from client.core.site_settings.values import SiteSettings  # noqa: PLC0415 -- as above
    from client.store.settings_file import read  # noqa: PLC0415 -- same

    return read(settings_path()) or SiteSettings()
