"""Training by lines: which scenario, and what was forgotten."""

import asyncio
from collections.abc import Awaitable, Callable

from client.catalogue import Catalogue
from client.core.training.scenario import Scenario
from client.errors import ChevetError
from client.ui.plain_words import row
from client.ui.screens.training import Result, card_lines


async def choose(
    say: Catalogue,
    scenarios: tuple[Scenario, ...],
    tell: Callable[[str], None],
    hear: Callable[[], Awaitable[str | None]],
) -> Scenario | None:
    """By its number; anything else leaves. Its story and the patient's card are told."""
    tell(say("training.banner"))
    for number, one in enumerate(scenarios, start=1):
        tell(f"{number} {one.title}")
    tell(say("training.plain.which"))
    line = ((await hear()) or "").strip()
    if not (line.isdecimal() and 0 < int(line) <= len(scenarios)):
        return None
    chosen = scenarios[int(line) - 1]
    for told in (chosen.story, *card_lines(say, chosen)):
        tell(told.strip())
    return chosen


async def tell_result(say: Catalogue, result: Result, tell: Callable[[str], None]) -> None:
    """What was forgotten first; then where the attestation is."""
    met = sum(is_done for is_done, _ in result.lines)
    tell(say("training.score", met=met, count=len(result.lines), title=result.title))
    for is_done, what in sorted(result.lines, key=lambda line: line[0]):
        tell(row(say, say("training.done" if is_done else "training.forgotten"), what))
    if result.save is None:
        tell(say("training.nothing"))
        return
    try:
        tell(say("training.saved", path=await asyncio.to_thread(result.save)))
    except ChevetError as error:
        tell(" ".join(say.explain(error)))
