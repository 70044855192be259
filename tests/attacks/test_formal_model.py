"""Everybody's letters in every order, by machine: see scripts/formal/README.md."""

import pytest
from formal.model import HOLDS, QUESTIONS, REACHED, WEAKENED, Question, is_reached

pytest.importorskip("maude", reason="the model checker is not installed here")


def test_each_question_is_asked_once() -> None:
    assert len(set(QUESTIONS)) == len(HOLDS) + len(REACHED) + len(WEAKENED)


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_the_handshake_holds(question: Question, capfd: pytest.CaptureFixture[str]) -> None:
    assert is_reached(question) is question.is_reached
    assert "Warning" not in capfd.readouterr().err, "Maude left a part of the model out"
