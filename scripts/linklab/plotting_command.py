"""Make a picture of a trace; see `scripts/linklab/plot`."""

import argparse
import sys
from pathlib import Path

from linklab.plotting import UnreadableTraceError, read_line, read_trace


def main(arguments: list[str]) -> int:
    """Write the picture; 1 when there is nothing to draw."""
    parser = argparse.ArgumentParser(prog="scripts/linklab/plot", description=__doc__)
    parser.add_argument("trace", type=Path, metavar="TRACE")
    parser.add_argument("--line", type=Path, metavar="LOG", help="the true line, as recorded")
    parser.add_argument(
        "--line-at",
        type=float,
        metavar="SECONDS",
        help="when, in the trace, the line's schedule began; else at the first connection",
    )
    parser.add_argument("--out", type=Path, metavar="PNG", help="beside the trace unless given")
    options = parser.parse_args(arguments)
    try:
        trace = read_trace(options.trace.read_text(encoding="utf-8"))
        begins_s = trace.connected_s if options.line_at is None else options.line_at
        line = () if options.line is None else read_line(options.line.read_text(), begins_s)
    except UnreadableTraceError as error:
        print(error, file=sys.stderr)
        return 1
    from linklab.plotting_panels import draw  # noqa: PLC0415 -- keeps --help instant

    out = options.out or options.trace.with_suffix(".png")
    draw(trace, line, out)
    print(out)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
