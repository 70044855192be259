"""How the sub-commands print."""

from datetime import datetime

from client.core.plain_text import printable


def print_table(rows: list[list[str]]) -> None:
    """Columns as wide as their widest cell."""
    rows = [list(map(printable, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print_line("  ".join(cells).rstrip())


def print_line(line: str) -> None:
    """One line, at once; what an instrument or a cable says moves no cursor."""
    print(printable(line), flush=True)  # noqa: T201 -- the command's output


def iso(moment: datetime) -> str:
    """A moment as the commands print it, to the millisecond."""
    return moment.isoformat(timespec="milliseconds")
