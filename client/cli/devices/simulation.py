"""``chevet devices simulate``: an instrument's other end, on a pseudo-terminal or a pipe."""

import argparse
import signal
import sys
from threading import Event as Signal
from typing import Final

from client import clock
from client.catalogue import Catalogue
from client.cli.devices.inputs import read_bytes, read_recording, words_checked
from client.cli.devices.output import print_line
from client.errors import UsageError
from devices import registry
from devices.driver import PictureStream, SerialSettings, SoundStream
from devices.errors import UnknownTroubleError
from devices.recording import Recording
from devices.simulators.instrument import Material, Said, Simulator, create
from devices.simulators.line import Trouble
from devices.simulators.pty import SimulatedInstrument
from devices.simulators.replay import Simulator as Replay
from devices.simulators.sound import SimulatedPictures, SimulatedSound

_PLUGGED: Final[dict[type, type[SimulatedInstrument | SimulatedSound]]] = {
    SoundStream: SimulatedSound,
    PictureStream: SimulatedPictures,
}


def simulate(args: argparse.Namespace, say: Catalogue) -> int:
    """Run an instrument's other end until Ctrl-C; obey words typed meanwhile."""
    capture = read_recording(args.capture, say) if args.capture else None
    picture = read_bytes(args.picture, say) if args.picture else None
    troubles = tuple(_trouble(text, say) for text in args.fault)
    with words_checked(say):
        simulator = _simulator(args.driver, capture, picture)
        plugged = _PLUGGED.get(type(registry.load(args.driver).LINE), SimulatedInstrument)
        instrument = plugged(simulator, clock.monotonic_s, link=args.link, troubles=troubles)
    signal.signal(signal.SIGTERM, _end)
    try:
        print_line(instrument.port)
        sys.stderr.write(
            say("cli.devices.simulate.ready", words=", ".join(sorted(instrument.words))) + "\n"
        )
        _obey(instrument, say)
        Signal().wait()
    except KeyboardInterrupt:
        return 0
    finally:
        instrument.close()
    return 0


def _simulator(name: str, capture: Recording | None, picture: bytes | None) -> Simulator:
    """The instrument's own simulator; for a recording with times, its replay."""
    line = registry.load(name).LINE
    if capture is not None and capture.slices and isinstance(line, SerialSettings):
        script = [Said(each.at_s, each.data, each.is_from_host) for each in capture.slices]
        return Replay(script, line.baud)
    return create(name, Material(capture.data if capture else None, picture))


def _obey(instrument: SimulatedInstrument | SimulatedSound, say: Catalogue) -> None:
    """Read words until the input ends; in the background there is none to read."""
    if hasattr(signal, "SIGTTIN"):
        signal.signal(signal.SIGTTIN, signal.SIG_IGN)
    try:
        for line in sys.stdin:
            if line.strip():
                _tell(instrument, line, say)
    except OSError:
        return


def _tell(instrument: SimulatedInstrument | SimulatedSound, line: str, say: Catalogue) -> None:
    try:
        instrument.trouble(_trouble(line, say))
    except (UsageError, UnknownTroubleError) as error:
        sys.stderr.write("\n".join(say.explain(error)) + "\n")


def _trouble(text: str, say: Catalogue) -> Trouble:
    try:
        return Trouble.parse(text)
    except ValueError:
        raise UsageError(say("cli.devices.simulate.bad_fault", text=text.strip())) from None


def _end(_signum: int, _frame: object) -> None:
    raise KeyboardInterrupt
