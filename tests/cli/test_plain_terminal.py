"""Lines over real pipes: whole, in order, bounded, and none that was typed too early."""

import asyncio
import os
from collections.abc import Callable, Iterator
from threading import Thread

import pytest

from client.cli.plain_terminal import LINE_BYTES, LinesOneByOne, PlainTerminal

PATIENCE_S = 60.0


class Pipes:
    """What the person types into and hears from."""

    def __init__(self) -> None:
        self.source, self.typing = os.pipe()
        self.hearing, self.sink = os.pipe()
        self.left = [self.typing, self.sink, self.hearing, self.source]
        """The ends that somebody waits at close last."""

    def type(self, text: str) -> None:
        os.write(self.typing, text.encode())

    def stop_typing(self) -> None:
        self.close(self.typing)

    def close(self, *ends: int) -> None:
        for end in ends or tuple(self.left):
            self.left.remove(end)
            os.close(end)

    def heard(self) -> str:
        self.close(self.sink)
        parts = []
        while data := os.read(self.hearing, 65_536):
            parts.append(data)
        return b"".join(parts).decode()


@pytest.fixture
def pipes() -> Iterator[Pipes]:
    made = Pipes()
    yield made
    made.close()


async def next_of(lines: PlainTerminal | LinesOneByOne) -> str | None:
    async with asyncio.timeout(PATIENCE_S):
        return await lines.next_line()


@pytest.mark.parametrize("kind", [PlainTerminal, LinesOneByOne])
async def test_lines_come_whole_and_then_there_are_no_more(
    pipes: Pipes, kind: Callable[[int, int], PlainTerminal | LinesOneByOne]
) -> None:
    lines = kind(pipes.source, pipes.sink)
    pipes.type("premi")
    pipes.type("ère\r\n\nderni")
    pipes.type("ère")
    pipes.stop_typing()
    came = [await next_of(lines) for _ in range(5)]
    assert came == ["première", "", "dernière", None, None]


def test_a_question_that_is_given_up_keeps_nobody_until_the_next_enter(pipes: Pipes) -> None:
    async def give_up() -> None:
        waiting = asyncio.create_task(LinesOneByOne(pipes.source, pipes.sink).next_line())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])

    program = Thread(target=asyncio.run, args=(give_up(),), daemon=True)
    program.start()
    program.join(PATIENCE_S)
    is_kept = program.is_alive()
    pipes.type("\n")
    assert not is_kept


@pytest.mark.parametrize("kind", [PlainTerminal, LinesOneByOne])
async def test_a_line_without_end_is_cut(
    pipes: Pipes, kind: Callable[[int, int], PlainTerminal | LinesOneByOne]
) -> None:
    lines = kind(pipes.source, pipes.sink)
    waiting = asyncio.create_task(next_of(lines))
    for _ in range(20):
        await asyncio.to_thread(pipes.type, "x" * 1_000)
    pipes.type("\nsuite\n")
    assert await waiting == "x" * LINE_BYTES
    assert await next_of(lines) == "suite"
    pipes.stop_typing()


async def test_what_was_typed_early_is_forgotten_and_the_end_stays_the_end(pipes: Pipes) -> None:
    lines = PlainTerminal(pipes.source, pipes.sink)
    pipes.type("o\no\ntard\n")
    assert await next_of(lines) == "o"
    async with asyncio.timeout(PATIENCE_S):
        while lines._typed.qsize() < 2:
            await asyncio.sleep(0)
    lines.forget_typed()
    pipes.type("réponse\n")
    assert await next_of(lines) == "réponse"
    pipes.stop_typing()
    assert await next_of(lines) is None
    lines.forget_typed()
    assert await next_of(lines) is None


async def test_what_is_told_arrives_harmless_and_in_order(pipes: Pipes) -> None:
    lines = PlainTerminal(pipes.source, pipes.sink)
    for number in range(50):
        lines.tell(f"{number} \x1b[2J")
    await asyncio.to_thread(lines.close)
    assert pipes.heard().splitlines() == [f"{number} \\x1b[2J" for number in range(50)]


async def test_only_the_line_that_is_wanted_is_read(pipes: Pipes) -> None:
    lines = LinesOneByOne(pipes.source, pipes.sink)
    pipes.type("place\nphrase secrète\n")
    assert await next_of(lines) == "place"
    lines.tell("bonjour \x07")
    assert os.read(pipes.source, 100).decode() == "phrase secrète\n"
    assert pipes.heard() == "bonjour \\x07\n"
