"""The screens of the settings, or their lines: what they get, and where what they set goes."""

from client.catalogue import Catalogue, settings_template
from client.cli.running import run
from client.cli.settings_open import has_settings, settings_path, site_settings
from client.core.site_settings.values import SiteSettings
from client.core.site_settings.writing import written
from client.media.found import FoundDevice, found_devices
from client.net.relay_check import is_reachable
from client.store.settings_file import write
from client.ui.plain_settings import PlainSettings
from client.ui.plain_talk import Lines
from client.ui.screens.settings import SettingsApp, SettingsDesk
from client.ui.settings_pages import Devices
from devices.link import ports


def edit(say: Catalogue, lines: Lines | None = None) -> int:
    """Ask everything where nothing is set yet, else show the list; by `lines` where there are some.

    `SettingsError` for a file that cannot be read: it is put right by hand, never overwritten.
    """

    def save(settings: SiteSettings) -> None:
        write(settings_path(), written(settings, settings_template(settings.screen.language)))

    is_first_run = not has_settings()
    desk = SettingsDesk(say, site_settings(), save, is_reachable, _found())
    if lines is not None:
        run(PlainSettings(desk, lines).run(is_first_run=is_first_run))
    else:
        run(SettingsApp(desk, is_first_run=is_first_run).run_async())
    return 0


def _found() -> Devices:
    devices = found_devices()
    return Devices(
        _pairs(devices.cameras),
        _pairs(devices.microphones),
        _pairs(devices.speakers),
        tuple(port.name for port in ports() if port.is_likely),
    )


def _pairs(devices: tuple[FoundDevice, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((one.address, one.name) for one in devices)
