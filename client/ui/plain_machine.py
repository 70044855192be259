"""What of this machine, its instruments and its line works, a sentence each."""

from collections.abc import Iterable, Iterator

from client.catalogue import Catalogue
from client.session.snapshot import SiteSnapshot
from client.ui.machine_words import instrument_rows, line_rows, machine_rows
from client.ui.plain_words import row
from client.ui.widgets.checks import CheckRow


def site_told(say: Catalogue, snapshot: SiteSnapshot) -> Iterator[str]:
    """The rows of the first screen; a relay that was not reached yet is not called away."""
    *machine, _ = machine_rows(say, snapshot)
    yield from _told(say, (*instrument_rows(say, snapshot), *machine))
    yield relay_told(say, "works" if snapshot.relay_is_reachable else "untried")
    yield line_told(say, snapshot)


def relay_told(say: Catalogue, how: str) -> str:
    """How it is with the relay."""
    return row(say, say("site.start.relay"), say(f"site.start.{how}"))


def line_told(say: Catalogue, snapshot: SiteSnapshot) -> str:
    """What was measured of the line, or that it is being measured: without the drawn bar."""
    if snapshot.line_check.percent is not None:
        return row(say, say("site.start.line"), say("training.plain.line_measured"))
    (line,) = _told(say, line_rows(say, snapshot))
    return line


def _told(say: Catalogue, rows: Iterable[CheckRow]) -> Iterator[str]:
    """Each with the rows it goes on in, as those have no name of their own."""
    whole: list[CheckRow] = []
    for name, which, how in rows:
        if name or not whole:
            whole.append((name, which, how))
        else:
            first, before, so_far = whole[-1]
            whole[-1] = (first, f"{before} {which}".strip(), f"{so_far} {how}".strip())
    yield from (row(say, name, *what) for name, *what in whole)
