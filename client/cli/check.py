"""``chevet check``: what of this machine works, in plain words."""

import argparse
import asyncio
import sys
import time

from client import clock
from client.catalogue import Catalogue
from client.core.plain_text import printable

_PICTURE_SHARE = 0.5
"""A picture encoder that takes more than half the time between two pictures is too slow here."""


def register(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]", say: Catalogue
) -> None:
    """Add the sub-command."""
    parser = subparsers.add_parser(
        "check", help=say("cli.check.help"), description=say("cli.check.description")
    )
    for name, metavar in (("camera", "SRC"), ("microphone", "SRC"), ("speaker", "SINK")):
        parser.add_argument(
            f"--{name}", default="none", metavar=metavar, help=say(f"cli.site.{name}")
        )
    parser.add_argument("--relay", metavar="URL", help=say("cli.site.relay"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, say: Catalogue) -> int:
    """Print one line for each thing tried; 1 when something that was given does not work."""
    results = [
        *_media(arguments, say),
        *_codecs(say),
        *_ports(say),
        *_relay(arguments.relay, say),
    ]
    return 0 if all(results) else 1


def _media(arguments: argparse.Namespace, say: Catalogue) -> list[bool]:
    from client.media import check, sources  # noqa: PLC0415 -- keeps --help instant

    checks = {
        "camera": check.check_camera(sources.parse_source(arguments.camera), time.sleep),
        "microphone": check.check_microphone(
            sources.parse_source(arguments.microphone), time.sleep
        ),
        "speaker": check.check_speaker(sources.parse_sink(arguments.speaker), time.sleep),
    }
    results = []
    for name, result in checks.items():
        outcome = {True: "works", False: "fails", None: "absent"}[result.works]
        _print(say, name, say(f"cli.check.{outcome}"))
        results.append(result.works is not False)
    return results


def _codecs(say: Catalogue) -> list[bool]:
    from client.core.adaptation.plan import (  # noqa: PLC0415 -- same
        DEFAULT_PICTURE_RUNG,
        DEFAULT_VOICE_RUNG,
    )
    from client.media.check import check_codecs  # noqa: PLC0415 -- keeps --help instant

    checks = check_codecs(DEFAULT_PICTURE_RUNG, DEFAULT_VOICE_RUNG, clock.monotonic_s)
    for result in checks:
        key = "codec_works" if result.works else "fails"
        share = 100 * result.ms_per_frame / result.budget_ms
        words = say(f"cli.check.{key}", share=f"{share:.0f}")
        sys.stdout.write(f"{say('cli.check.codec', name=result.name):<24} {words}\n")
    chosen = next(result for result in checks if result.name == DEFAULT_PICTURE_RUNG.codec)
    is_quick = chosen.works and chosen.ms_per_frame < _PICTURE_SHARE * chosen.budget_ms
    _print(say, "processor", say("cli.check.works" if is_quick else "cli.check.too_slow"))
    return [is_quick]


def _ports(say: Catalogue) -> list[bool]:
    from devices.link import ports as serial_ports  # noqa: PLC0415 -- keeps --help instant

    found = serial_ports()
    listed = ", ".join(port.name for port in found) or say("cli.check.no_port")
    _print(say, "ports", listed)
    return [True]


def _relay(url: str | None, say: Catalogue) -> list[bool]:
    if url is None:
        _print(say, "relay", say("cli.check.not_given"))
        return [True]
    from client.net.relay_check import is_reachable  # noqa: PLC0415 -- keeps --help instant

    answers = asyncio.run(is_reachable(url))
    _print(say, "relay", say("cli.check.works" if answers else "cli.check.relay_silent"))
    return [answers]


def _print(say: Catalogue, name: str, words: str) -> None:
    sys.stdout.write(printable(f"{say(f'cli.check.{name}'):<24} {words}") + "\n")
