"""The site's program is killed in the middle of the examination, and taken up at the screen."""

import asyncio
import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from end_to_end.test_known_gp_in_python import relay_url  # noqa: F401 -- a fixture
from end_to_end.test_plain_in_python import Lines, site
from end_to_end.walking import PATIENCE_S, SIZES, at_the_terminal, options_of, plugged_in

from client.core.consultation import LinkState, State
from client.core.wire import Card
from client.demo.gp_in_python import PythonGp
from client.session.opening import interrupted_consultation
from client.store import keys
from client.ui.screens.consultation import ConsultationScreen
from devices.readings import Vital

PASSPHRASE = "quatre mots bien choisis"  # noqa: S105 -- of a test


@pytest.fixture
async def gp() -> AsyncIterator[PythonGp]:
    doctor = PythonGp(Card("Dr Martin", "Cabinet"))
    yield doctor
    await doctor.close()


async def test_a_killed_program_is_taken_up_at_the_screen(
    relay_url: str,  # noqa: F811 -- the fixture
    gp: PythonGp,
    tmp_path: Path,
) -> None:
    folder = tmp_path / "records"
    async with plugged_in("contec_v7") as instruments:
        (oximeter,) = instruments.values()
        words = ("--relay", relay_url, "--instrument", f"contec_v7={oximeter.port}")
        async with site(folder, *words) as lines:
            await _consult(lines, gp)
            await gp.see_reading(Vital.SPO2.code)
            lines.type("d")
            await lines.hear_and_type("Votre ligne pour le médecin", "Avant la coupure.")
            await gp.session.wait_for(lambda seen: bool(seen.texts), PATIENCE_S)
            asked = gp.session.ask("text", "Et la gorge ?")
            await lines.hear("Et la gorge ?")
            lines.process.send_signal(signal.SIGKILL)
            await lines.process.wait()

    # The oximeter is no longer plugged in: nothing that was measured may be shown as live.
    secrets = await asyncio.to_thread(keys.unlock, folder, PASSPHRASE)
    found = await interrupted_consultation(folder, secrets)
    assert found is not None
    options = replace(options_of(relay_url, folder, {}), resume=found[0])
    async with at_the_terminal(options, secrets, SIZES[1]) as person:
        await person.until(lambda now: now.state is State.VERIFIED)
        assert isinstance(person.app.screen, ConsultationScreen)
        now = person.now
        assert now.dossier.traits is not None
        assert now.dossier.traits.birth_name == "DURAND"
        assert now.asked is not None
        assert "Et la gorge ?" in person.text
        assert any(line.subject == "Avant la coupure." for line in now.exchanges)
        assert not any(view.is_live for view in now.vitals)
        assert "en direct" not in person.text
        await person.until(lambda now: now.link.state is LinkState.UP)
        await person.press("c")
        await gp.session.wait_for(lambda seen: asked in seen.answers, PATIENCE_S)
        assert gp.session.seen.texts == ["Avant la coupure."], "neither lost nor sent twice"
        await gp.summarise("Gorge claire (fictif).")
        await gp.leave()
        await person.until(lambda now: now.state is State.ENDED)
        assert "Gorge claire" in person.text
        await person.press("o", "q")


async def _consult(lines: Lines, gp: PythonGp) -> None:
    """Every form and the words, by lines."""
    await lines.hear("n nouvelle consultation")
    lines.type("n", "")
    lines.type("DURAND", "Jeanne", "24/03/1948", "f", "", "2 rue du Lac", "01 99 00 00 00")
    lines.type(*[""] * 4)
    await lines.agree()
    lines.type("mal de gorge", "0", *["non"] * 6)
    lines.type("n", "a", *[""] * 3)
    await lines.compare(await gp.join(await lines.hear("/#")))
    await gp.accept_words()
    await lines.hear("Le médecin est vérifié")
