"""Plays the consultation: with a person in front, or by itself."""

import asyncio
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from client import clock
from client.catalogue import Catalogue
from client.core.wire import Card
from client.demo.gp_hand import GpHand
from client.demo.gp_in_chromium import ChromiumGp, find_chromium
from client.demo.gp_in_python import PythonGp
from client.demo.loudness import wav_dbfs
from client.demo.programs import EventFile, Program, ProgramFailedError, running
from client.demo.report import Observed, write_report
from client.demo.stage import stage
from client.exports.pdf.engine import compiled

PATIENCE_S: Final = 60.0
LOOK_S: Final = 3.0
"""How long the GP simply looks and listens, so that picture and voice can be measured."""


async def attended(say: Catalogue, tell: Callable[[str], None]) -> None:
    """The site in this terminal; the person opens the GP's page from its invitation."""
    async with stage() as ready:
        tell(say("cli.demo.page", url=ready.relay_url))
        site = await Program.start(
            *ready.site_words("--place", say("cli.demo.place")),
            environment=ready.site_environment,
            in_front=True,
        )
        try:
            await site.process.wait()
        finally:
            await site.stop()


async def unattended(out: Path, say: Catalogue, tell: Callable[[str], None]) -> dict[str, Any]:
    """Both ends by themselves; `out` gets the record and ``report.json``, which is returned."""
    await asyncio.to_thread(out.mkdir, parents=True, exist_ok=True)
    card = Card(say("cli.demo.gp_name"), say("cli.demo.gp_place"))
    chromium = find_chromium()
    gp: GpHand = PythonGp(card) if chromium is None else ChromiumGp(chromium, card)
    tell(say("cli.demo.gp_is", gp=gp.kind))
    async with stage() as ready:
        heard, events = ready.folder / "heard.wav", EventFile(ready.folder / "events.jsonl")
        words = ready.site_words(
            *("--place", say("cli.demo.place")),
            *("--speaker", f"file:{heard}"),
            *("--events", str(events.path)),
            *("--export", str(out)),
            "--unattended",
        )
        async with running(*words, environment=ready.site_environment) as site:
            try:
                observed = await _consult(gp, events, say, tell)
            finally:
                await gp.close()
            await site.ended_well(PATIENCE_S)
        loudness = await asyncio.to_thread(wav_dbfs, heard)
        return await asyncio.to_thread(write_report, out, observed, loudness, events.all())


async def _consult(
    gp: GpHand, events: EventFile, say: Catalogue, tell: Callable[[str], None]
) -> Observed:
    """The GP's whole consultation, step by step."""
    invitation = await events.first("invitation", PATIENCE_S)
    await gp.arrive()
    tell(say("cli.demo.joining"))
    opened_s = clock.monotonic_s()
    words = await gp.join(invitation["url"])
    await events.first("connected", PATIENCE_S)
    setup_s = clock.monotonic_s() - opened_s
    words_at_site = tuple((await events.first("words", PATIENCE_S))["words"].split())
    tell(say("cli.demo.words", words=" ".join(words)))
    await gp.accept_words()
    await gp.see_reading("spo2")
    for what in ("oximeter", "temperature", "ear", "still"):
        tell(say("cli.demo.asks", what=say(f"cli.demo.ask.{what}")))
        await gp.ask(what)
    still = await gp.see_still()
    await asyncio.sleep(LOOK_S)
    media = await gp.measure_media()
    prescription = await asyncio.to_thread(_prescription, say)
    await gp.attach(say("cli.demo.prescription"), prescription)
    summary = say("cli.demo.summary")
    tell(say("cli.demo.summarises"))
    await gp.summarise(summary)
    await gp.leave()
    await events.first("ended", PATIENCE_S)
    return Observed(
        *(gp.kind, setup_s, words, words_at_site, media, still, summary),
        sha256(prescription).hexdigest(),
    )


def _prescription(say: Callable[[str], str]) -> bytes:
    """A document of the GP's own making, which Chevet hands over as it is."""
    text = f"#set document(title: {json.dumps(say('cli.demo.prescription'))})\n"
    text += say("cli.demo.prescribed")
    made = compiled({"main.typ": text.encode()}, ["1.7"], 0)
    if made is None:
        raise ProgramFailedError("typst", "")
    return made
