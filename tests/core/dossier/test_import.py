"""Identities that come by a scanner, or from the practice's software."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.catalogue import Catalogue
from client.core.dossier import datamatrix, identity_file
from client.core.dossier.datamatrix import DatamatrixError
from client.core.dossier.identity_file import IdentityFileError, IdentityKeyError
from client.core.dossier.matricule import MatriculeError
from client.core.dossier.traits import IdentityStatus, Matricule, Sex, Traits

# The order of blocks and separators as in the test of a hospital's software (Mediboard); the
# identity is that of the national agency's test patient, and of a made-up one of Corsica.
HEADER = "IS01" + "0" * 22
PAT_TROIS = (
    HEADER + "S1279035121518989S21.2.250.1.213.1.4.10S3DOMINIQUE ANNE\x1d"
    "S4PAT-TROIS\x1dS5FS624-03-1979S751215"
)
DOMINIQUE = Traits(
    birth_name="PAT-TROIS",
    first_names=("DOMINIQUE", "ANNE"),
    birth_date="1979-03-24",
    sex=Sex.FEMALE,
    birth_place="51215",
    matricule=Matricule("279035121518989", "1.2.250.1.213.1.4.10"),
    status=IdentityStatus.RETRIEVED,
)
FILE = {
    "nom_naissance": "PAT-TROIS",
    "prenoms_naissance": "DOMINIQUE ANNE",
    "date_naissance": "24/03/1979",
    "sexe": "f",
    "code_lieu_naissance": "51215",
    "matricule": "2 79 03 51 215 189 89",
    "oid": "1.2.250.1.213.1.4.10",
    "statut": "récupérée",
    "commentaire": "left aside",
}


def as_csv(separator: str, encoding: str) -> bytes:
    lines = [separator.join(FILE), separator.join(FILE.values())]
    return "\r\n".join(lines).encode(encoding)


def test_a_datamatrix_tells_the_whole_identity() -> None:
    assert datamatrix.read(PAT_TROIS) == DOMINIQUE
    assert datamatrix.read(PAT_TROIS + "\r\n") == DOMINIQUE


def test_a_shorter_oid_has_a_separator_behind_it() -> None:
    text = PAT_TROIS.replace("4.10S3", "4.8\x1dS3")
    read = datamatrix.read(text).matricule
    assert read is not None
    assert read.oid == "1.2.250.1.213.1.4.8"


def test_blocks_come_in_any_order() -> None:
    text = HEADER + (
        "S4PAT-TROIS\x1dS751215S5FS624-03-1979S3DOMINIQUE ANNE\x1d"
        "S1279035121518989S21.2.250.1.213.1.4.10"
    )
    assert datamatrix.read(text) == DOMINIQUE


@pytest.mark.parametrize("typed", ["\u241d", "|", "\t", "\x1e"])
def test_a_scanner_may_type_another_separator(typed: str) -> None:
    assert datamatrix.read(PAT_TROIS.replace("\x1d", typed)) == DOMINIQUE


def test_an_unknown_day_is_left_out() -> None:
    assert datamatrix.read(PAT_TROIS.replace("24-03-1979", "00-03-1979")).birth_date == "1979-03"
    assert datamatrix.read(PAT_TROIS.replace("24-03-1979", "00-00-1979")).birth_date == "1979"


def test_a_name_of_the_longest_length_has_no_separator() -> None:
    text = PAT_TROIS.replace("S4PAT-TROIS\x1d", "S4" + "N" * 100)
    assert datamatrix.read(text).birth_name == "N" * 100


@pytest.mark.parametrize("cut", range(len(PAT_TROIS)))
def test_a_text_that_was_cut_is_refused(cut: int) -> None:
    with pytest.raises(DatamatrixError):
        datamatrix.read(PAT_TROIS[:cut])


@pytest.mark.parametrize(
    "text",
    [
        PAT_TROIS + "S5M",
        PAT_TROIS.replace("24-03-1979", "31-02-1979"),
        PAT_TROIS.replace("24-03-1979", "1979-03-24"),
        PAT_TROIS.replace("1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.19"),
        PAT_TROIS.replace("IS01", "IS02"),
        PAT_TROIS.replace("S5F", "T5F"),
        PAT_TROIS.replace("S4PAT-TROIS", "S4PAT\x1b[2J"),
        PAT_TROIS.replace("S4PAT-TROIS", "S4PAT\N{RIGHT-TO-LEFT OVERRIDE}TROIS"),
        PAT_TROIS.replace("S4PAT-TROIS", "S4   "),
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(DatamatrixError):
        datamatrix.read(text)


def test_a_scanned_matricule_must_have_its_key() -> None:
    with pytest.raises(MatriculeError):
        datamatrix.read(PAT_TROIS.replace("18989", "18988"))


@given(st.text(max_size=80))
def test_noise_behind_the_header_is_refused(noise: str) -> None:
    with pytest.raises(DatamatrixError):
        datamatrix.read(HEADER + noise)


@pytest.mark.parametrize(
    "data",
    [
        json.dumps(FILE).encode(),
        "\ufeff".encode() + json.dumps(FILE).encode(),
        as_csv(";", "utf-8"),
        as_csv(",", "utf-8-sig"),
        as_csv(";", "cp1252"),
    ],
    ids=["json", "json with mark", "csv", "csv with commas", "csv of Windows"],
)
def test_a_file_tells_the_whole_identity(data: bytes) -> None:
    assert identity_file.read(data) == DOMINIQUE


def test_a_name_is_enough_and_the_status_is_provisional() -> None:
    assert identity_file.read(b'{"nom_naissance": "DURAND"}') == Traits(birth_name="DURAND")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("nom_naissance", ""),
        ("nom_naissance", "N" * 201),
        ("prenoms_naissance", "A\x1b[2J"),
        ("date_naissance", "1979-13"),
        ("date_naissance", "31/02/1979"),
        ("sexe", "X"),
        ("statut", "certain"),
    ],
)
def test_a_value_that_cannot_be_is_named_by_its_key_only(key: str, value: str) -> None:
    with pytest.raises(IdentityKeyError) as caught:
        identity_file.read(json.dumps(FILE | {key: value}).encode())
    assert caught.value.key == key
    assert not value or value not in str(caught.value)


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[1]", b'{"nom_naissance": 1}', b"a;b\n1", b"a", b"{" * 9_000]
)
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(IdentityFileError):
        identity_file.read(data)


def test_a_large_file_is_not_read() -> None:
    with pytest.raises(IdentityFileError):
        identity_file.read(json.dumps(FILE | {"x": "x" * 20_000}).encode())


def test_a_wrong_key_is_refused() -> None:
    with pytest.raises(MatriculeError):
        identity_file.read(json.dumps(FILE | {"matricule": "279035121518988"}).encode())


@given(st.binary(max_size=300))
def test_any_bytes_are_an_identity_or_refused(data: bytes) -> None:
    with suppress(IdentityFileError, MatriculeError):
        assert identity_file.read(data).birth_name


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_error_names_its_key_in_both_languages(language: str) -> None:
    what, then = Catalogue(language).explain(IdentityKeyError("date_naissance"))
    assert "date_naissance" in what
    assert then
