"""``chevet devices list`` and ``probe``: what is known, and who is there."""

import argparse
import sys
from typing import Final

from client import clock
from client.catalogue import Catalogue
from client.cli.devices.decoding import print_events
from client.cli.devices.inputs import words_checked
from client.cli.devices.output import print_line, print_table
from devices import registry
from devices.evidence import Introduction
from devices.link import GONE, ports
from devices.ports import PortInfo
from devices.probe import Outcome, Probe, ProbeStep, Undecided
from devices.recording import Slice, decode, line_named

FAILED: Final = 1
_CANCELLED: Final = 130
"""128 + SIGINT, as shells have it."""


def list_devices(_args: argparse.Namespace, say: Catalogue) -> int:
    """The table of drivers, then the serial ports of this machine and what each cable says."""
    rows = [
        [say(f"cli.devices.list.{key}") for key in ("driver", "kind", "model", "line", "gives")]
    ]
    for name in registry.names():
        driver = registry.load(name)
        gives = [vital.code for vital in driver.VITALS] + sorted(driver.REQUESTS)
        rows.append(
            [name, driver.KIND.value, driver.MODEL, line_named(driver.LINE), ", ".join(gives)]
        )
    print_table(rows)
    found = ports()
    print_line(say("cli.devices.list.ports") if found else say("cli.devices.no_ports"))
    if found:
        print_table([[f"  {port.name}", *_cable(port, say)] for port in found])
    return 0


def probe_ports(args: argparse.Namespace, say: Catalogue) -> int:
    """Who answers at each port; fails when nobody answers at any. Ctrl-C gives up."""
    wanted = args.ports or [port.name for port in ports()]
    if not wanted:
        print_line(say("cli.devices.no_ports"))
    found_any = False
    for port in wanted:
        try:
            with words_checked(say):
                outcome = _probed(port, say)
        except GONE as error:
            print_line(say("cli.devices.probe.closed", port=port, reason=error))
            continue
        except KeyboardInterrupt:
            _show("")
            return _CANCELLED
        print_line(_told(port, outcome, say))
        if isinstance(outcome, Introduction) and outcome.heard:
            _tell_what_it_said(outcome, say)
        found_any = found_any or (isinstance(outcome, Introduction) and not outcome.is_refused)
    return 0 if found_any else FAILED


def _probed(port: str, say: Catalogue) -> Outcome:
    def show(step: ProbeStep) -> None:
        key = "listens" if step.asked is None else "asks"
        facts = {"line": line_named(step.settings), "driver": step.asked or ""}
        words = say(f"cli.devices.probe.{key}", port=port, **facts)
        _show(f"{words} ({step.number}/{step.total})")

    outcome = Probe(clock.now, on_step=show).run(port, registry.names())
    _show("")
    return outcome


def _show(words: str) -> None:
    """Replace the line of progress; only where somebody looks at it."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{words}")
        sys.stderr.flush()


def _told(port: str, outcome: Outcome, say: Catalogue) -> str:
    match outcome:
        case None:
            return say("cli.devices.probe.nobody", port=port)
        case Undecided(drivers):
            return say("cli.devices.probe.undecided", port=port, drivers=", ".join(drivers))
        case Introduction(driver, model, is_refused=True):
            return say("cli.devices.probe.refused", port=port, driver=driver, model=model)
        case Introduction(driver, model, serial):
            named = say("cli.devices.probe.found", port=port, driver=driver, model=model)
            return named if serial is None else f"{named}, {say('cli.devices.serial')} {serial}"


def _tell_what_it_said(who: Introduction, say: Catalogue) -> None:
    """Its measurements: the instrument has forgotten them by telling them."""
    slices = [Slice((each.at - who.heard[0].at).total_seconds(), each.data) for each in who.heard]
    data = b"".join(each.data for each in slices)
    print_line(say("cli.devices.probe.heard"))
    print_events(decode(who.driver, data, who.heard[0].at, slices=slices), say)


def _cable(port: PortInfo, say: Catalogue) -> list[str]:
    """What is known of the cable; dashes for what is not."""
    serial = f"{say('cli.devices.serial')} {port.cable_serial}" if port.cable_serial else None
    maker = port.maker if port.maker and port.maker not in port.description else None
    told = (port.usb_id, serial, port.location, " ".join(filter(None, (maker, port.description))))
    return [word or "--" for word in told]
