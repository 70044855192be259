"""``chevet devices list`` and ``probe``: what is known, and who is there."""

import argparse
from typing import Final

from client import clock
from client.catalogue import Catalogue
from client.cli.devices.inputs import words_checked
from client.cli.devices.output import print_line, print_table
from devices import registry
from devices.driver import Line, PictureStream, SerialSettings
from devices.link import GONE, ports
from devices.probe import probe

FAILED: Final = 1


def list_devices(_args: argparse.Namespace, say: Catalogue) -> int:
    """The table of drivers, then the serial ports of this machine."""
    rows = [
        [say(f"cli.devices.list.{key}") for key in ("driver", "kind", "model", "line", "gives")]
    ]
    for name in registry.names():
        driver = registry.load(name)
        gives = [vital.code for vital in driver.VITALS] + sorted(driver.REQUESTS)
        rows.append([name, driver.KIND.value, driver.MODEL, _line(driver.LINE), ", ".join(gives)])
    print_table(rows)
    found = ports()
    print_line(say("cli.devices.list.ports") if found else say("cli.devices.no_ports"))
    print_table([[f"  {port}", description] for port, description in found])
    return 0


def probe_ports(args: argparse.Namespace, say: Catalogue) -> int:
    """Who answers at each port; fails when nobody answers at any."""
    wanted = args.ports or [port for port, _ in ports()]
    if not wanted:
        print_line(say("cli.devices.no_ports"))
    found_any = False
    for port in wanted:
        try:
            with words_checked(say):
                found = probe(port, clock.now)
        except GONE as error:
            print_line(say("cli.devices.probe.closed", port=port, reason=error))
            continue
        if found is None:
            print_line(say("cli.devices.probe.nobody", port=port))
            continue
        key = "refused" if found.is_refused else "found"
        print_line(
            say(f"cli.devices.probe.{key}", port=port, driver=found.driver, model=found.model)
        )
        found_any = found_any or not found.is_refused
    return 0 if found_any else FAILED


def _line(line: Line) -> str:
    if isinstance(line, SerialSettings):
        return f"{line.baud} {line.data_bits}{line.parity}1"
    return "USB video" if isinstance(line, PictureStream) else "USB audio"
