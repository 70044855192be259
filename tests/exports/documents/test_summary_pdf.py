"""The summary on paper, read back by a PDF library we did not write."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta, timezone
from io import BytesIO

import pytest
from exports.documents.ward import DOSSIER, SUMMARY, Case, at_ms, kept, photo, reading, usual
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from client.catalogue import Catalogue
from client.core.dossier.consent import Item
from client.core.wire import Measured, Summary
from client.exports.documents import SignatureState, content_sha256, report_of
from client.exports.pdf.summary import summary_sheet
from client.exports.pdf.typesetting import Standard, pdf
from client.exports.pdf.wording import Words
from devices.readings import Vital

HOSTILE = (
    '#panic("x") *gras* _i_ $x^2$ #read("main.typ") \\u{41} @ref <label> = Titre '
    '"#{1+1}" `raw` // c /* */ #sys.inputs [[ ]] {{ }}'
)


async def made(
    words: Words, case: Case, standard: Standard = Standard.ACCESSIBLE
) -> tuple[bytes, PdfReader]:
    data = pdf(summary_sheet(words, report_of(await kept(case))), standard)
    return data, PdfReader(BytesIO(data))


def text_of(reader: PdfReader) -> str:
    """Without spaces, which a line's end may or may not be."""
    return squeezed("".join(page.extract_text() for page in reader.pages))


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b]", "", text)


def elements(node: object) -> Iterator[DictionaryObject]:
    """Every element of the structure tree, parents first."""
    if isinstance(node, IndirectObject):
        node = node.get_object()
    if isinstance(node, ArrayObject):
        for child in node:
            yield from elements(child)
    elif isinstance(node, DictionaryObject):
        yield node
        yield from elements(node.get("/K"))


def tags(reader: PdfReader) -> list[str]:
    tree = reader.trailer["/Root"]["/StructTreeRoot"]
    return [str(element["/S"]) for element in elements(tree) if "/S" in element]


async def test_it_is_tagged_in_its_language_and_has_a_title_without_a_name(words: Words) -> None:
    _, reader = await made(words, usual())
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "fr"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Synthèse de la téléconsultation"
    found = tags(reader)
    assert found.count("/H1") == 1
    assert found.count("/H2") == 10
    assert {"/Table", "/TH", "/TD", "/L", "/Figure", "/Caption"} <= {*found}


async def test_every_still_has_words_for_who_cannot_see_it(words: Words) -> None:
    _, reader = await made(words, usual())
    tree = reader.trailer["/Root"]["/StructTreeRoot"]
    figures = [one for one in elements(tree) if one.get("/S") == "/Figure"]
    assert [one.get("/Alt") for one in figures if "/Alt" in one] == [
        words.say("documents.still.alternative", label="oreille gauche"),
        words.say("documents.still.alternative", label="oreille droite"),
    ]


@pytest.mark.parametrize(
    ("standard", "version", "part"),
    [(Standard.ACCESSIBLE, "%PDF-1.7", "2"), (Standard.CDA, "%PDF-1.4", "1")],
)
async def test_it_says_which_standard_it_follows(
    words: Words, standard: Standard, version: str, part: str
) -> None:
    data, reader = await made(words, usual(), standard)
    assert data.startswith(version.encode())
    told = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert f"<pdfaid:part>{part}</pdfaid:part>" in told
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in told
    assert ("<pdfuaid:part>1</pdfuaid:part>" in told) == (standard is Standard.ACCESSIBLE)


async def test_every_font_is_within_the_file(words: Words) -> None:
    _, reader = await made(words, usual())
    fonts = [
        font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()
    ]
    assert fonts
    for font in fonts:
        (described,) = font["/DescendantFonts"]
        descriptor = described.get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & {*descriptor}


async def test_what_it_says_is_what_the_report_says(words: Words) -> None:
    record = await kept(usual())
    report = report_of(record)
    _, reader = await made(words, usual())
    text = text_of(reader)
    for said in (
        *("PAT-TROIS", "DOMINIQUE MARIE-LOUISE", "COURTECUISSE", "15/03/1979"),
        *("2 79 03 51 215 189 89", "qualifiée", "05 65 34 00 00", "Dr Anne Lafage"),
        *("Dr Martin, RPPS 10002345678", "Sophie Marchand", "préparateur", "Élise Dumas"),
        *("otalgie gauche depuis hier", "hier soir", "pénicilline", *SUMMARY.split("\n")),
        *("128/79 mmHg", "38,4 °C", "97 %", "76 /min", "104 mg/dL", "101.1 F", "oxygène : air"),
        *("Poids : aucune valeur fiable", "Refusé : DMP et Mon espace santé", "TLM"),
        *("14:05:20 : liaison avec le médecin coupée, pendant 43 s", "la fin."),
        *("22 novembre 2026, de 14:02 à 14:12 (UTC+01:00)", "sans signature électronique"),
        *(
            hashlib.sha256(photo()).hexdigest(),
            content_sha256(report).hex(),
            record.head.hash.hex(),
        ),
    ):
        assert squeezed(said) in text, said
    assert "120mg" not in text, "a control solution is no patient's value"


async def test_who_was_refused_is_not_told_as_having_been_there(words: Words) -> None:
    assert DOSSIER.consent
    refused = replace(DOSSIER.consent, refused=(Item.ACCOMPANIMENT,), read_by="")
    _, reader = await made(words, replace(usual(), dossier=replace(DOSSIER, consent=refused)))
    text = text_of(reader)
    for said in ("à la demande du patient", "Refusé : présence"):
        assert squeezed(said) in text
    for said in ("Sophie Marchand", "préparateur", "Élise Dumas"):
        assert squeezed(said) not in text


async def test_the_original_bytes_of_a_still_are_in_the_file(words: Words) -> None:
    data, _ = await made(words, usual())
    assert photo() in data
    assert photo(90) in data


async def test_the_same_record_is_the_same_bytes(words: Words) -> None:
    first, _ = await made(words, usual())
    again, _ = await made(words, usual())
    assert first == again


async def test_an_ordinary_consultation_fits_on_two_pages(words: Words) -> None:
    four = replace(
        usual(),
        stills=tuple(photo(shade) for shade in (40, 80, 120, 160)),
        summary=Summary(SUMMARY * 6, at_ms(500), stills=[1, 2, 3, 4], files=[1]),
    )
    assert len((await made(words, four))[1].pages) == 2


def forty() -> list[Measured]:
    """Forty measurements by three instruments, one of which has a clock of its own."""
    taken: list[Measured] = []
    for count in range(10):
        for vital, value in (("systolic", 121 + count), ("diastolic", 79), ("pulse", 74)):
            unit = "/min" if vital == "pulse" else "mm[Hg]"
            taken.append(reading(vital, value, unit, "UA-767", count * 20, record=count))
    for count in range(15):
        degrees = 37 + count / 10
        taken.append(reading("temperature", degrees, "Cel", "FORA IR42", count * 10, record=count))
        sugar = reading("glucose", 90 + count, "mg/dL", "OneTouch", 200, record=count)
        clock = f"2026-11-{count + 1:02}T08:30:00"
        taken.append(replace(sugar, origin="stored", measured_at=clock))
    return taken


async def test_many_measurements_and_photos_keep_to_two_pages_and_none_is_left_out(
    words: Words,
) -> None:
    assert DOSSIER.traits
    assert DOSSIER.contact
    long = replace(
        DOSSIER.traits,
        birth_name="DE LA ROCHEFOUCAULD-LIANCOURT DE MONTMORENCY-LUXEMBOURG",
        first_names=("MARIE-ANTOINETTE", "JOSÉPHINE-CHARLOTTE", "ÉLÉONORE", "ANNE-SOPHIE"),
    )
    stills = tuple(photo(shade) for shade in (40, 80, 120, 160, 200))
    case = replace(
        usual(),
        readings=forty(),
        dossier=replace(DOSSIER, traits=long),
        stills=stills,
        summary=Summary(SUMMARY, at_ms(500), stills=[1, 2, 3, 4, 5], files=[1]),
    )
    _, reader = await made(words, case)
    assert len(reader.pages) == 2
    text = text_of(reader)
    for count in range(10):
        assert squeezed(f"{121 + count}/79 mmHg, Pouls 74 /min") in text
    for count in range(15):
        assert squeezed(f"{words.number(Vital.TEMPERATURE, 37 + count / 10)} °C") in text
        clock = words.say("documents.device_clock", time=f"{count + 1:02}/11/2026 08:30")
        assert squeezed(f"{90 + count} mg/dL ({clock})") in text
    for at in ("14:02", "14:05"):
        assert f"{at}:" in text
    assert tags(reader).count("/Figure") >= 5


async def test_little_fits_on_one_page(words: Words) -> None:
    case = Case(readings=(), notes=(), dossier=None, is_joined=False)
    _, reader = await made(words, case)
    assert len(reader.pages) == 1
    assert squeezed("pas envoyé de synthèse.") in text_of(reader)


async def test_a_very_long_summary_is_whole(words: Words) -> None:
    text = "".join(f"Ligne {number}.\n" for number in range(400))
    _, reader = await made(words, replace(usual(), summary=Summary(text, at_ms(500))))
    assert squeezed("Ligne 399.") in text_of(reader)
    assert len(reader.pages) > 2


async def test_markup_in_anybodys_words_is_only_shown(words: Words) -> None:
    traits = replace(DOSSIER.traits, birth_name=HOSTILE) if DOSSIER.traits else None
    case = replace(
        usual(),
        dossier=replace(DOSSIER, traits=traits),
        summary=Summary(HOSTILE, at_ms(500)),
    )
    _, reader = await made(words, case)
    assert text_of(reader).count(squeezed(HOSTILE)) == 2


async def test_words_no_font_has_are_spelt_out_and_break_nothing(words: Words) -> None:
    text = "😀 漢字 \x1b[31m \u202etfel \ud7ff\ue000 " + "A" * 500
    _, reader = await made(words, replace(usual(), summary=Summary(text, at_ms(500))))
    found = text_of(reader)
    assert "[U+1F600][U+6F22][U+5B57][31mtfel" in found
    assert "A" * 500 in found


@pytest.mark.parametrize("data", [b"", b"no picture", photo()[:200], b"\x1aE\xdf\xa3 a clip"])
async def test_what_is_no_picture_is_named_instead(words: Words, data: bytes) -> None:
    case = Case(stills=(data,), summary=Summary("Vu.", at_ms(500), stills=[1, 2]))
    _, reader = await made(words, case)
    text = text_of(reader)
    assert "/Figure" not in tags(reader)
    assert squeezed("absente du dossier de ce site") in text
    assert hashlib.sha256(data).hexdigest() in text


async def test_a_picture_that_was_refused_after_all_is_not_shown(words: Words) -> None:
    assert DOSSIER.consent
    refused = replace(DOSSIER.consent, refused=(Item.PICTURES,))
    data, reader = await made(words, replace(usual(), dossier=replace(DOSSIER, consent=refused)))
    assert "/Figure" not in tags(reader)
    assert photo() not in data
    assert squeezed("non jointe, à la demande du patient") in text_of(reader)


async def test_where_it_may_not_go_after_all_is_not_said_to_be_agreed(words: Words) -> None:
    assert DOSSIER.consent
    refused = replace(DOSSIER.consent, refused=(Item.OWN_DOCTOR,))
    agreed = squeezed("Transmission acceptée" + "médecin traitant, patient, sur papier")
    for dossier, is_said in ((DOSSIER, True), (replace(DOSSIER, consent=refused), False)):
        text = text_of((await made(words, replace(usual(), dossier=dossier)))[1])
        assert (agreed in text) is is_said
        assert squeezed("patient, sur papier") in text


async def test_a_huge_photo_becomes_a_smaller_copy_under_its_own_hash(words: Words) -> None:
    made_at = BytesIO()
    Image.effect_noise((3_000, 2_400), 90).convert("RGB").save(made_at, "JPEG", quality=95)
    data = made_at.getvalue()
    case = Case(stills=(data,), summary=Summary("Vu.", at_ms(500), stills=[1]))
    document, reader = await made(words, case)
    assert len(document) < len(data)
    assert hashlib.sha256(data).hexdigest() in text_of(reader)


async def test_a_training_is_marked_on_every_page(words: Words) -> None:
    case = replace(usual(), dossier=replace(DOSSIER, is_training=True))
    _, reader = await made(words, case)
    head, across = words.say("documents.training_mark"), words.say("documents.training_watermark")
    assert len(reader.pages) > 1
    for page in reader.pages:
        text = page.extract_text()
        assert squeezed(head) in squeezed(text)
        assert text.count(across) == 2, "at its head, and across it"
    _, real = await made(words, usual())
    assert "FORMATION" not in text_of(real)


async def test_a_signature_that_does_not_match_is_said(words: Words) -> None:
    report = report_of(await kept(usual()), SignatureState.INVALID)
    text = text_of(PdfReader(BytesIO(pdf(summary_sheet(words, report)))))
    assert squeezed("la signature électronique ne correspond pas") in text


async def test_it_speaks_english_too() -> None:
    words = Words(Catalogue("en"), timezone(timedelta(hours=1)))
    _, reader = await made(words, usual())
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert squeezed("22 November 2026, 14:02 to 14:12 (UTC+01:00)") in text_of(reader)
    assert squeezed("38.4 °C") in text_of(reader)
