"""``chevet link``: what the line to the relay carries, and what that allows."""

import argparse
import json
import sys
from typing import TYPE_CHECKING

from client.catalogue import Catalogue
from client.cli.line_options import (
    add_line_options,
    cap_bps_of,
    check_line_options,
    headroom_of,
    link_layer_of,
)
from client.cli.running import run as run_to_its_end

if TYPE_CHECKING:
    from client.core.adaptation.preflight.measurement import LineMeasurement
    from client.core.adaptation.preflight.promise import Promise

_CLEAR_LINE = "\r\x1b[K"


def register(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",  # no public name for it
    say: Catalogue,
) -> None:
    """Add the command and its options."""
    parser = subparsers.add_parser(
        "link", help=say("cli.link.help"), description=say("cli.link.description")
    )
    parser.add_argument("--relay", required=True, metavar="URL", help=say("cli.site.relay"))
    add_line_options(parser, say)
    parser.add_argument("--json", action="store_true", help=say("cli.link.json"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, say: Catalogue) -> int:
    """Measure, and say it in one sentence; Ctrl-C ends it at any time."""
    check_line_options(arguments, say)
    from client.net.line_check import check_line  # noqa: PLC0415 -- keeps --help instant

    progress = _Progress(say)
    try:
        found = run_to_its_end(check_line(arguments.relay, progress.show, link_layer_of(arguments)))
    finally:
        progress.clear()
    promise = _promised(arguments, found)
    if arguments.json:
        sys.stdout.write(json.dumps(as_json(found, promise)) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in told(found, promise, say))
    return 0


class _Progress:
    """A bar on a terminal; elsewhere nothing."""

    def __init__(self, say: Catalogue) -> None:
        self._say = say
        self._is_terminal = sys.stderr.isatty()
        self._shown: int | None = None

    def show(self, done: float) -> None:
        """So much is done, 0 to 1."""
        percent = int(100 * done)
        if self._is_terminal and percent != self._shown:
            from client.ui.promise_words import bar  # noqa: PLC0415 -- keeps --help instant

            self._shown = percent
            words = self._say("cli.link.measuring", bar=bar(done), percent=percent)
            sys.stderr.write(_CLEAR_LINE + words)
            sys.stderr.flush()

    def clear(self) -> None:
        """The line is free for what follows."""
        if self._shown is not None:
            sys.stderr.write(_CLEAR_LINE)
            sys.stderr.flush()


def _promised(arguments: argparse.Namespace, found: "LineMeasurement") -> "Promise":
    from client.core.adaptation.link_layer import LinkLayer  # noqa: PLC0415 -- keeps --help instant
    from client.core.adaptation.preflight.promise import USUAL_LIMITS, promised  # noqa: PLC0415
    from client.core.adaptation.wishes import Wishes  # noqa: PLC0415 -- same

    wishes = Wishes(
        limits=USUAL_LIMITS,
        cap_bps=cap_bps_of(arguments),
        headroom=headroom_of(arguments),
        link_layer=found.link_layer or LinkLayer.ETHERNET,
    )
    return promised(found, wishes)


def told(found: "LineMeasurement", promise: "Promise", say: Catalogue) -> list[str]:
    """What was found and what it allows, a line each."""
    from client.ui.promise_words import (  # noqa: PLC0415 -- keeps --help instant
        line_name,
        promise_sentence,
        rate_of,
    )

    unknown = say("cli.link.unknown")
    down = unknown if found.down_bps is None else rate_of(say, found.down_bps)
    rows = [
        say("cli.link.line", name=line_name(say, found), down=down),
        _delay(found, say),
        _loss(found, say),
        say("cli.link.allows", what=promise_sentence(say, promise)),
    ]
    if found.is_coarse:
        rows.append(say("cli.link.coarse"))
    return rows


def _delay(found: "LineMeasurement", say: Catalogue) -> str:
    rtt_ms, jitter_ms = round(1_000 * found.rtt_s), round(1_000 * found.jitter_s)
    return say("cli.link.delay", rtt=rtt_ms, jitter=jitter_ms)


def _loss(found: "LineMeasurement", say: Catalogue) -> str:
    up, down = _percent(found.loss_up, say), _percent(found.loss_down, say)
    return say("cli.link.loss", up=up, down=down)


def _percent(fraction: float | None, say: Catalogue) -> str:
    if fraction is None:
        return say("cli.link.unknown")
    return say("cli.link.percent", value=round(100 * fraction))


def as_json(found: "LineMeasurement", promise: "Promise") -> dict[str, object]:
    """The same for programs: every field under its own name."""
    import dataclasses  # noqa: PLC0415 -- keeps --help instant

    return {**dataclasses.asdict(found), "promise": dataclasses.asdict(promise)}
