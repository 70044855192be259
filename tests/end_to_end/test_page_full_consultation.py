"""A call from packet to prescription: everything the GP's page offers, in a real Chromium."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from end_to_end.test_known_gp_in_chromium import a_browser, meet
from end_to_end.test_known_gp_in_python import Site
from fakes.ready_dossier import make_ready
from pypdf import PdfWriter

from client import clock
from client.core.consultation import LinkState, State
from client.core.dossier.background import Answer, Background, Question
from client.core.dossier.traits import Sex, Traits
from client.demo.gp_in_chromium import PATIENCE_MS, ChromiumGp
from client.demo.media import EAR, PATIENT_CAMERA, PHARMACIST_VOICE
from client.relay.serve import serve
from client.session.events import EventLog
from client.session.flow_views import DocumentState, PrintState
from client.session.instruments import Plug
from client.session.opening import Options, opened
from client.session.snapshot import StillState
from client.store import keys
from client.store.keys import Keys
from devices.readings import Kind
from devices.simulators.instrument import Material, create
from devices.simulators.pty import SimulatedInstrument

pytestmark = pytest.mark.browser

TRAITS = Traits("DURAND", ("Jeanne", "Marie"), birth_date="1948-02-03", sex=Sex.FEMALE)
BACKGROUND = Background("toux", (Answer(Question.ALLERGIES, "pénicilline"),))
TEXT = "Otite externe probable, revoir si fièvre (fictif)."
NOTES = "À revoir mardi (fictif)."
JPEG, PDF = "image/jpeg", "application/pdf"


@pytest.fixture
async def relay_url(tmp_path: Path) -> AsyncIterator[str]:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve("127.0.0.1", 0, tmp_path / "relay", ready.set_result))
    yield await ready
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


@asynccontextmanager
async def an_equipped_site(relay_url: str, folder: Path, secrets: Keys) -> AsyncIterator[Site]:
    """A site with camera, microphone, oximeter, thermometer and otoscope."""
    ear = await asyncio.to_thread(EAR.read_bytes)
    materials = {"contec_v7": Material(), "taidoc": Material(), "vc0706": Material(picture=ear)}
    instruments = {
        name: SimulatedInstrument(create(name, material), clock.monotonic_s)
        for name, material in materials.items()
    }
    options = Options(
        relay_url=relay_url,
        camera=f"file:{PATIENT_CAMERA}",
        microphone=f"file:{PHARMACIST_VOICE}",
        speaker="none",
        plugs=tuple(Plug(name, one.port) for name, one in instruments.items()),
        place="Pharmacie",
        operator="Mme Petit",
        record=folder,
    )
    lines = io.StringIO()
    async with opened(options, secrets, EventLog(lines, clock.now)) as site:
        yield Site(site, lines)
    for instrument in instruments.values():
        await asyncio.to_thread(instrument.close)


@pytest.fixture
async def called(relay_url: str, tmp_path: Path) -> AsyncIterator[tuple[Site, ChromiumGp]]:
    """A site that the page knows calls it, the dossier filled in."""
    folder, secrets = tmp_path / "site", keys.ephemeral()
    async with a_browser() as gp:
        async with an_equipped_site(relay_url, folder, secrets) as site:
            await meet(site, gp)
        await gp.page.goto(relay_url)
        async with an_equipped_site(relay_url, folder, secrets) as site:
            make_ready(site.session)
            site.session.enter(TRAITS)
            site.session.enter(BACKGROUND)
            site.session.call(site.now.contacts[0].public)
            yield site, gp


async def test_a_whole_consultation(called: tuple[Site, ChromiumGp], tmp_path: Path) -> None:
    site, gp = called
    await read_the_packet(site, gp)
    await gp.page.get_by_test_id("answer-call").click(timeout=PATIENCE_MS)
    await gp.page.locator("[data-testid=link-state][data-link=up]").wait_for(timeout=PATIENCE_MS)
    allergies = gp.page.locator(".patient-strip [data-testid=allergies]")
    assert await allergies.inner_text() == "pénicilline"

    await measure(site, gp)
    await look_into_the_ear(site, gp)
    await draw_on_it(site, gp)

    prescription = await asyncio.to_thread(a_prescription, tmp_path)
    await write(site, gp, prescription)

    # The site puts all of it on paper: the summary as a PDF, and the GP's file as it was.
    paper = tmp_path / "paper"
    await asyncio.to_thread(paper.mkdir)
    site.session.save_documents(paper)
    await site.until(lambda now: now.printing in {PrintState.SAVED, PrintState.FAILED})
    assert site.now.printing is PrintState.SAVED, site.now.print_failure
    saved = [path.read_bytes() for path in sorted(paper.iterdir())]
    assert prescription.read_bytes() in saved
    assert sum(file.startswith(b"%PDF") for file in saved) >= 2

    await gp.leave()
    await site.until(lambda now: now.state is State.ENDED)


async def read_the_packet(site: Site, gp: ChromiumGp) -> None:
    """Who calls and why, before anybody is seen."""
    card = gp.page.get_by_test_id("waiting-one").filter(has_text="DURAND")
    await card.wait_for(timeout=PATIENCE_MS)
    for told in ("toux", "pénicilline", "Pharmacie"):
        await card.filter(has_text=told).wait_for(timeout=PATIENCE_MS)
    assert await gp.page.locator("[data-testid=picture]").count() == 0
    assert site.now.link.state is not LinkState.UP


async def measure(site: Site, gp: ChromiumGp) -> None:
    await gp.see_reading("spo2")
    asking = asyncio.create_task(gp.ask("temperature"))
    await site.until(lambda now: now.asked is not None)
    site.session.measure(Kind.THERMOMETER)
    value = await gp.see_reading("temperature")
    if site.now.asked is not None:  # a measurement that was asked for answers by itself
        site.session.answer_ask(done=True)
    await asking
    assert value.startswith("3")
    assert "," in value


async def look_into_the_ear(site: Site, gp: ChromiumGp) -> None:
    asking = asyncio.create_task(gp.ask("ear"))
    await site.until(lambda now: now.asked is not None)
    site.session.aim(on=True)
    site.session.take_still("Oreille droite")
    await site.until(lambda now: now.still is not None and now.still.state is StillState.RECEIVED)
    site.session.aim(on=False)
    if site.now.asked is not None:
        site.session.answer_ask(done=True)
    await asking
    hashes = [line["sha256"] for line in site.events() if line["event"] == "still_acknowledged"]
    assert [(await gp.see_still()).sha256] == hashes


async def draw_on_it(site: Site, gp: ChromiumGp) -> None:
    page: Any = gp.page
    await page.locator("[data-testid=still][data-sha256]").first.click()
    await page.get_by_test_id("still-annotate").click()
    box = await page.locator(".loupe-sheet").first.bounding_box()
    await page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.4)
    await page.mouse.down()
    await page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.6, steps=3)
    await page.mouse.up()
    await page.get_by_test_id("mark-send").click()
    await holds(site, JPEG)
    assert [one.label for one in site.now.documents] == ["Oreille droite, annotée"]
    await page.get_by_test_id("still-back").click()


async def write(site: Site, gp: ChromiumGp, prescription: Path) -> None:
    """Notes that stay here, and a summary that is signed and sent with its files."""
    page: Any = gp.page
    await page.get_by_test_id("notes-input").fill(NOTES)
    await page.get_by_test_id("summary").fill(TEXT)
    await page.get_by_test_id("file-input").set_input_files(prescription)
    await holds(site, PDF)
    await page.get_by_test_id("still-chosen").first.check()
    for box in await page.get_by_test_id("file-chosen").all():
        await box.check()
    await page.get_by_test_id("summary-send").click()
    received = page.locator("[data-testid=summary-state][data-state=received]")
    await received.wait_for(timeout=PATIENCE_MS)
    assert site.now.summary == TEXT
    assert site.now.summary_signer == "Dr Martin"
    assert not site.now.summary_is_forged


async def holds(site: Site, media_type: str) -> None:
    """The site has such a file whole, and its hash agrees."""
    await site.until(
        lambda now: any(
            (one.media_type, one.state) == (media_type, DocumentState.HELD) for one in now.documents
        )
    )


def a_prescription(folder: Path) -> Path:
    path = folder / "Ordonnance.pdf"
    with PdfWriter() as pdf:
        pdf.add_blank_page(210, 297)
        pdf.write(path)
    return path
