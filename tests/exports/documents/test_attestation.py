"""An attestation says what was practised and forgotten, and claims no more."""

import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from pypdf import PdfReader

from client.catalogue import Catalogue
from client.core.dossier.ending import Role
from client.exports.documents.attestation import (
    Attestation,
    AttestationError,
    AttestationUnreadableError,
    read,
)
from client.exports.pdf.attestation import attestation_sheet
from client.exports.pdf.typesetting import pdf
from client.exports.pdf.wording import Words

BEGAN = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
PLAYED = Attestation(
    name="Sophie Marchand",
    role=Role.PHARMACY_ASSISTANT,
    site_name="Pharmacie des Tilleuls",
    scenario="Otite de l'enfant",
    scenario_version="otite-2",
    began_at=BEGAN,
    ended_at=BEGAN + timedelta(minutes=12, seconds=5),
    practised=("Recueil du consentement", "Photo du tympan"),
    forgotten=("Dire le numéro de rappel",),
    responsible_name="Élise Dumas",
)


def text_of(words: Words, said: Attestation) -> str:
    reader = PdfReader(io.BytesIO(pdf(attestation_sheet(words, said))))
    assert len(reader.pages) == 1
    return re.sub(r"\s", "", reader.pages[0].extract_text())


def test_it_says_who_what_and_when(words: Words) -> None:
    text = text_of(words, PLAYED)
    for said in (
        *("Attestation de formation", "Sophie Marchand", "préparateur", "1er décembre 2026"),
        *("Otite de l'enfant (version otite-2)", "12 min 5 s", "Photo du tympan"),
        *("Dire le numéro de rappel", "Élise Dumas", "FORMATION : séance simulée"),
    ):
        assert said.replace(" ", "") in text, said


def test_every_page_of_it_is_marked(words: Words) -> None:
    long = replace(PLAYED, practised=("Recueil du consentement",) * 120)
    pages = PdfReader(io.BytesIO(pdf(attestation_sheet(words, long)))).pages
    assert len(pages) > 1
    for page in pages:
        text = page.extract_text()
        assert "FORMATION : séance simulée".replace(" ", "") in re.sub(r"\s", "", text)
        assert text.count(words.say("documents.training_watermark")) == 2, "head, and across"


def test_nothing_forgotten_is_said(words: Words) -> None:
    assert "Rien." in text_of(words, replace(PLAYED, forgotten=()))


def test_a_session_leaves_it_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "session.json"
    file.write_bytes(msgspec.json.encode(PLAYED))
    assert read(file) == PLAYED


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b"\xff", json.dumps({"name": 3}).encode()])
def test_another_file_is_refused(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "session.json"
    file.write_bytes(data)
    with pytest.raises(AttestationError):
        read(file)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_file_that_is_not_there_is_said_in_the_persons_words_alone(
    tmp_path: Path, language: str
) -> None:
    with pytest.raises(AttestationUnreadableError) as failure:
        read(tmp_path / "none.json")
    assert failure.value.reason not in " ".join(Catalogue(language).explain(failure.value))
