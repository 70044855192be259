"""A whole consultation by lines over pipes, as a screen reader's user leads it."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from client import clock
from client.catalogue import Catalogue
from client.core.training.scenario import scenarios
from client.core.wire import Card
from client.demo.gp_in_python import PythonGp
from client.relay.serve import serve
from devices.simulators.instrument import create
from devices.simulators.pty import SimulatedInstrument

SAY = Catalogue("fr")
PATIENCE_S = 120.0
ITEMS = 5
"""Of the consent."""


@pytest.fixture
async def relay_url(tmp_path: Path) -> AsyncIterator[str]:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve("127.0.0.1", 0, tmp_path / "relay", ready.set_result))
    yield await ready
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


class Lines:
    """What a person hears and types."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.heard: list[str] = []

    def type(self, *lines: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("".join(f"{line}\n" for line in lines).encode())

    async def hear(self, words: str) -> str:
        """The next line with these words in it."""
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE_S):
            while data := await self.process.stdout.readline():
                line = data.decode().rstrip("\n").replace("\N{NO-BREAK SPACE}", " ")
                self.heard.append(line)
                if words in line:
                    return line
        raise AssertionError(f"never heard {words!r} after {self.heard[-8:]}")

    async def hear_and_type(self, words: str, line: str = "") -> None:
        """Once the question with these words is put: what is typed before answers nothing."""
        await self.hear(words)
        self.type(line)

    async def agree(self) -> None:
        """To each item, by the patient, by word of mouth."""
        await self.hear("consultation à distance")
        for _ in range(ITEMS):
            await self.hear_and_type("o oui, n non")
        await self.hear_and_type("Qui répond")
        await self.hear_and_type("Oral ou écrit")

    async def compare(self, words: tuple[str, ...]) -> None:
        """They are the same: the last one is typed."""
        await self.hear(", ".join(words))
        self.type("o")
        await self.hear_and_type("Si le médecin a exactement ces mots", words[-1])

    async def ends(self) -> int:
        """Nothing more is typed; the exit status."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        async with asyncio.timeout(PATIENCE_S):
            out, _ = await self.process.communicate()
        self.heard += out.decode().splitlines()
        return await self.process.wait()


@asynccontextmanager
async def site(
    folder: Path, *words: str, settings: str | Path = os.devnull
) -> AsyncIterator[Lines]:
    secrets = {"CHEVET_PASSPHRASE": "quatre mots bien choisis", "CHEVET_SETTINGS": str(settings)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "client", "site", "--plain", "--record", str(folder), *words),
        env={**os.environ, **secrets, "PYTHONWARNINGS": "ignore"},
        stdin=PIPE,
        stdout=PIPE,
    )
    try:
        yield Lines(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_a_consultation_by_lines_alone(tmp_path: Path, relay_url: str) -> None:
    oximeter = SimulatedInstrument(create("contec_v7"), clock.monotonic_s)
    gp = PythonGp(Card("Dr Martin", "Lyon"))
    words = ("--relay", relay_url, "--instrument", f"contec_v7={oximeter.port}")
    try:
        async with site(tmp_path / "records", *words) as lines:
            await lines.hear("n nouvelle consultation")
            lines.type("n", "")  # the room, seen to be as it should
            await lines.hear("Nom de naissance")
            lines.type("DURAND", "Jeanne", "24/03/1948", "f", "", "2 rue du Lac", "01 99 00 00 00")
            lines.type(*[""] * 4)  # no doctor of her own, and what Enter passes by
            await lines.agree()
            await lines.hear("Motif")
            lines.type("mal de gorge", "0", *["non"] * 6)
            await lines.hear("Grossesse")
            lines.type("n", "a", *[""] * 3)
            url = await lines.hear("/#")
            words_there = await gp.join(url)
            await lines.compare(words_there)
            await gp.accept_words()
            await lines.hear("Le médecin est vérifié")
            assert await gp.see_reading("spo2")
            asked = asyncio.create_task(gp.ask("oximeter"))
            await lines.hear("Le médecin demande")
            lines.type("w", "c")
            await lines.hear("SpO2")
            await asked
            lines.type("d")
            await lines.hear_and_type("Votre ligne pour le médecin", "Elle va mieux.")
            await gp.session.wait_for(lambda seen: seen.texts == ["Elle va mieux."], PATIENCE_S)
            lines.type("m")
            await lines.hear("MICRO COUPÉ")
            await gp.summarise("Tout va bien.")
            lines.type("q")
            await lines.hear_and_type("Terminer la consultation", "o")
            await lines.hear("Tout va bien.")
            lines.type("o", "%", "q")
            await lines.hear("Cette touche ne fait rien ici")
            assert await lines.ends() == 0
        assert gp.session.seen.intake is not None
        assert gp.session.seen.intake.name == "DURAND Jeanne"
    finally:
        await gp.close()
        await asyncio.to_thread(oximeter.close)


async def test_a_closed_pipe_ends_it_well(tmp_path: Path, relay_url: str) -> None:
    async with site(tmp_path / "records", "--relay", relay_url) as lines:
        await lines.hear("n nouvelle consultation")
        assert await lines.ends() == 0


async def test_training_by_lines(tmp_path: Path) -> None:
    """Left at once: what was forgotten is told, and nothing is kept of it."""
    number = [one.name for one in scenarios("fr")].index("angine") + 1
    async with site(tmp_path / "records", "--training") as lines:
        await lines.hear("FORMATION")
        lines.type(str(number))
        await lines.hear("matricule INS de test")
        await lines.hear("n nouvelle consultation")
        lines.type("q")
        await lines.hear("0 sur")
        await lines.hear("rien à attester")
        assert await lines.ends() == 0
    assert not (tmp_path / "records").exists()


async def test_training_is_one_key_away_and_leads_back(tmp_path: Path, relay_url: str) -> None:
    async with site(tmp_path / "records", "--relay", relay_url) as lines:
        await lines.hear("n nouvelle consultation")
        lines.type("f")
        await lines.hear("FORMATION")
        lines.type("")
        await lines.hear("n nouvelle consultation")
        lines.type("q")
        assert await lines.ends() == 0


async def test_the_settings_are_one_key_away_and_lead_back(tmp_path: Path, relay_url: str) -> None:
    settings = tmp_path / "settings.toml"
    settings.touch()
    async with site(tmp_path / "records", "--relay", relay_url, settings=settings) as lines:
        await lines.hear("n nouvelle consultation")
        lines.type("s", "1")
        await lines.hear("Où recevez-vous")
        lines.type("Pharmacie du Lac", "", "", "")
        await lines.hear("C’est enregistré")  # noqa: RUF001 -- as it is told
        await lines.hear("n nouvelle consultation")
        lines.type("q")
        assert await lines.ends() == 0
    assert "Pharmacie du Lac" in await asyncio.to_thread(settings.read_text)


async def test_after_words_that_differ_nothing_is_typed_twice(
    tmp_path: Path, relay_url: str
) -> None:
    gp = PythonGp(Card("Dr Martin", "Lyon"))
    try:
        async with site(tmp_path / "records", "--relay", relay_url) as lines:
            await lines.hear("n nouvelle consultation")
            lines.type("n", "", "DURAND", "Jeanne", "24/03/1948", "f", "", "2 rue du Lac", "0199")
            lines.type(*[""] * 4)
            await lines.agree()
            lines.type("mal de gorge", "0", *["non"] * 6, "n", "a", *[""] * 3)
            url = await lines.hear("/#")
            await lines.hear(", ".join(await gp.join(url)))
            lines.type("x")
            await lines.hear_and_type("arrêter la consultation", "o")
            await lines.hear("n recommencer avec un nouveau lien")
            lines.type("n")
            await lines.hear("n continuer ce dossier")
            lines.type("i", "", "q")
            for known in ("DURAND Jeanne", "Accord noté", "mal de gorge"):
                await lines.hear(known)
            assert await lines.ends() == 0
    finally:
        await gp.close()


async def test_a_question_is_left_for_a_gp_who_is_away(tmp_path: Path, relay_url: str) -> None:
    """Asked by lines alone, answered by an invitation that is opened later."""
    gp = PythonGp(Card("Dr Martin", "Lyon"))
    try:
        async with site(tmp_path / "records", "--relay", relay_url) as lines:
            await lines.hear("n nouvelle consultation")
            lines.type("a", "Lésion de la main : la montrer ?", "")
            lines.type("DURAND", "Jeanne", "24/03/1948", "f", *[""] * 7)
            await lines.agree()
            lines.type("lésion", "0", *["non"] * 6)
            lines.type("n", "a", *[""] * 3)
            await lines.compare(await gp.join(await lines.hear("/#")))
            await gp.accept_words()
            await lines.hear("Le médecin est vérifié")
            await gp.session.wait_for(lambda seen: seen.question is not None, PATIENCE_S)
            assert gp.session.seen.question == "Lésion de la main : la montrer ?"
            await gp.summarise("Kératose probable (fictif).")
            await gp.leave()
            await lines.hear("Kératose probable")
            await lines.hear("au patient, sur papier : oui")
            await lines.hear("Acte")
            lines.type("f", str(tmp_path))
            await lines.hear(SAY("dossier.print.saved"))
            lines.type("o", "q")
            assert await lines.ends() == 0
    finally:
        await gp.close()
    assert await asyncio.to_thread(lambda: [*tmp_path.glob("*.pdf")])
