"""A line never ends at a no-break space."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text
from textual._wrap import compute_wrap_offsets
from textual.content import Content

from client.catalogue import Catalogue
from client.ui.typography import hold_together
from client.ui.widgets.key_bar import key_caps

QUESTION = "Le patient veut-il venir\N{NARROW NO-BREAK SPACE}?"
SENTENCES = (
    f"Motif\N{NO-BREAK SPACE}: mal de gorge. {QUESTION}",
    "Dites «\N{NO-BREAK SPACE}oui\N{NO-BREAK SPACE}» ou «\N{NO-BREAK SPACE}non\N{NO-BREAK SPACE}».",
    Catalogue("fr")("error.LostRecordsError.hint"),
)
WIDTHS = range(16, 60)


@pytest.fixture(autouse=True)
def _held() -> None:
    hold_together()


def lines_of_textual(text: str, width: int) -> list[str]:
    return [line.plain for line in Content(text).wrap(width)]


def lines_of_rich(text: str, width: int) -> list[str]:
    return [line.plain for line in Text(text).wrap(Console(width=width), width)]


def lines_typed(text: str, width: int) -> list[str]:
    cuts = [0, *compute_wrap_offsets(text, width, 4), len(text)]
    return [text[start:end] for start, end in pairwise(cuts)]


def joined(text: str) -> list[str]:
    """What may not be parted: the words of a text, by ordinary spaces alone."""
    return text.split(" ")


@pytest.mark.parametrize("text", SENTENCES)
@pytest.mark.parametrize("wrapped", [lines_of_textual, lines_of_rich, lines_typed])
def test_no_mark_begins_a_line_and_no_line_ends_at_a_no_break_space(
    wrapped: Callable[[str, int], list[str]], text: str
) -> None:
    for width in WIDTHS:
        lines = wrapped(text, width)
        assert all(cell_len(line.rstrip(" ")) <= width for line in lines)
        words = [word for line in lines for word in joined(line.strip(" "))]
        assert words == joined(text), (width, lines)


def test_a_question_mark_takes_its_word_to_the_next_line() -> None:
    width = cell_len(QUESTION) - 2
    assert lines_of_textual(QUESTION, width) == [
        "Le patient veut-il",
        "venir\N{NARROW NO-BREAK SPACE}?",
    ]


def test_a_key_stays_beside_its_label() -> None:
    keys = [("n", "nouvelle"), ("r", "reprendre"), ("?", "aide"), ("Échap", "retour")]
    for width in range(16, 50):
        for line in key_caps(keys).wrap(width):
            caps = line.plain.split(" ")
            assert all(tuple(cap.split("\N{NO-BREAK SPACE}")) in keys for cap in caps), width


def test_a_word_longer_than_the_line_is_still_folded() -> None:
    text = "a" * 30 + "\N{NO-BREAK SPACE}" + "b" * 30
    lines = lines_of_textual(text, 20)
    assert "".join(lines) == text
    assert max(map(cell_len, lines)) == 20
