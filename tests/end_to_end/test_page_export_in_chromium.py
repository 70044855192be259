"""What a real Chromium exports, read by programs we did not write: pypdf and fhir.resources."""

import base64
import hashlib
import io
import json
import unicodedata
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from end_to_end.test_known_gp_in_chromium import a_browser, meet, relay_url
from end_to_end.test_known_gp_in_python import Site, a_site
from end_to_end.test_page_after_in_chromium import exported
from end_to_end.test_page_hostile_site import messages
from exports.fhir.profiles import CORE, MES, PROFILES
from exports.fhir.reading import Bundle, references
from exports.fhir.test_profiles import broken, claims
from fakes.ready_dossier import make_ready
from fhir.resources.R4B.bundle import Bundle as Model
from PIL import Image
from pypdf import PdfReader

from client.core import wire
from client.core.consultation import LinkState, State
from client.demo.gp_in_chromium import PATIENCE_MS, ChromiumGp
from client.exports.fhir import sections
from client.store import keys

pytestmark = pytest.mark.browser
__all__ = ["relay_url"]  # a fixture

DRAWN: Final = "ŞAHİN-ŁUKASZ"
"""A name that no PDF reader's own Helvetica has every letter of."""
ARABIC: Final = "منذ ثلاثة أيام"
TURNED: Final = "avant\u202e\u2066\u061c\u200b\u00adaprès"
TEXT: Final = "Œdème du tympan, « revoir » si fièvre ≥ 38,5 (fictif)."
LAST: Final = "dernier mot du site"
PIECE: Final = 500
"""Bytes; well within a parcel."""
AT_MS: Final = 1_795_352_400_000
PATIENT: Final = wire.Patient(
    *(DRAWN, "Zoë Marie", "", "1948-02-03", "female", "63220"),
    *("248026322051894", "1.2.250.1.213.1.4.8", "qualified"),
    *("12 rue de Chambœuf", "0123456789", "Dr Crémieux", AT_MS),
)
ANSWERS: Final = [
    {"question": "allergies", "answer": "pénicilline", "label": None},
    {"question": "since", "answer": ARABIC, "label": None},
    {"question": "oxygen", "answer": "air ambiant", "label": None},
]


@dataclass(frozen=True)
class Met:
    """A site and a GP in the middle of a consultation."""

    site: Site
    gp: ChromiumGp

    def say(self, *messages: Any) -> None:
        """Past what this site's own screens say."""
        dialogue: Any = self.site.session._dialogue._dialogue
        for message in messages:
            dialogue.say(message)

    async def until_said(self) -> None:
        self.say(wire.Text(LAST, AT_MS))
        await self.gp.page.get_by_text(LAST).first.wait_for(timeout=PATIENCE_MS)

    async def summary(self, text: str) -> None:
        await self.gp.page.get_by_test_id("summary").fill(text)
        await self.gp.page.get_by_test_id("summary-send").click()
        received = self.gp.page.locator("[data-testid=summary-state][data-state=received]")
        await received.wait_for(timeout=PATIENCE_MS)

    async def leave(self) -> dict[str, bytes]:
        """The files of the archive, each as its manifest says it is."""
        await self.gp.leave()
        files, _ = await exported(self.gp, self.gp.page.get_by_test_id("after-export"))
        listed = {one["name"]: one for one in json.loads(files["manifest.json"])["files"]}
        assert listed.keys() == files.keys() - {"manifest.json"}
        for name, one in listed.items():
            held = (len(files[name]), hashlib.sha256(files[name]).hexdigest())
            assert (one["size"], one["sha256"]) == held, name
        return files


@pytest.fixture
async def met(relay_url: str, tmp_path: Path) -> AsyncIterator[Met]:
    folder, secrets = tmp_path / "site", keys.ephemeral()
    async with a_browser() as gp:
        async with a_site(relay_url, folder, secrets) as site:
            await meet(site, gp)
        await gp.page.goto(relay_url)
        async with a_site(relay_url, folder, secrets) as site:
            make_ready(site.session)
            site.session.call(site.now.contacts[0].public)
            await gp.page.get_by_test_id("answer-call").click(timeout=PATIENCE_MS)
            await site.until(lambda now: now.state is State.VERIFIED)
            await site.until(lambda now: now.link.state is LinkState.UP)
            yield Met(site, gp)


def measured(vital: str, value: float, unit: str, **more: Any) -> wire.Measured:
    usual: dict[str, Any] = {"quality": "good", "model": "UA-767", "serial": "X1", "origin": "spot"}
    return wire.Measured(vital=vital, value=value, unit=unit, taken_ms=AT_MS, **(usual | more))


def readings() -> list[Any]:
    stored = {"origin": "stored", "measured_at": "2026-11-20T08:15:00", "model": "CareSens"}
    return [
        measured("spo2", 97, "%", origin="live", model="CMS50E", serial=None),
        measured("systolic", 128, "mm[Hg]", record=3),
        measured("diastolic", 79, "mm[Hg]", record=3),
        measured("pulse", 71, "/min", record=3, marks=["irregular_pulse"]),
        measured("temperature", 37.8, "Cel", model="IR20", firmware="1.2"),
        measured("weight", 65.5, "kg", model="BC-418"),
        measured("glucose", 104, "mg/dL", record=1, **stored),
        measured("glucose", 99, "mg/dL", record=2, marks=["control"], **stored),
        measured("lactate", 1.5, "mmol/L"),
        wire.LabResult("CRP", "<5", "mg/L", "good", AT_MS, "Afinion", None, loinc="1988-5"),
    ]


def photo() -> bytes:
    found = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((96, 64)).save(found, "JPEG")
    return found.getvalue()


async def test_a_consultation_leaves_as_pdf_and_fhir(met: Met) -> None:
    met.say(PATIENT, wire.Background(ANSWERS, ["pictures"], "x/1", AT_MS), *readings())
    met.say(wire.Intake(DRAWN, "otalgie", AT_MS))
    ear = photo()
    digest = hashlib.sha256(ear).digest()
    met.say(wire.StillOffered(7, "Oreille droite", len(ear), digest, 96, 64, AT_MS))
    await met.until_said()
    met.say(*(wire.StillPiece(7, at, ear[at : at + PIECE]) for at in range(0, len(ear), PIECE)))
    await met.gp.page.get_by_test_id("still-chosen").first.check(timeout=PATIENCE_MS)
    await met.summary(TEXT)
    files = await met.leave()
    assert files["images/7.jpg"] == ear

    check_pdf(files)
    bundle = check_fhir(files)
    assert {profile for profile, _ in claims(bundle)} >= {
        CORE + "fr-core-patient-ins",
        *(MES + "mesures-fr-observation-" + name for name in ("oxygen-sat", "bp", "body-weight")),
        MES + "mesures-observation-glucose",
    }
    check_observations(bundle)
    media = bundle.one("Media")
    assert base64.b64decode(bundle.by_url[media["content"]["url"]]["data"]) == ear
    (report,) = bundle.all("DocumentReference")
    pdf = bundle.by_url[report["content"][0]["attachment"]["url"]]
    assert base64.b64decode(pdf["data"]) == files["consultation.pdf"]


def check_pdf(files: dict[str, bytes]) -> None:
    pdf = PdfReader(io.BytesIO(files["consultation.pdf"]), strict=True)
    text = unicodedata.normalize("NFKC", "\n".join(page.extract_text() for page in pdf.pages))
    flat = " ".join(text.split())
    for told in (
        *("Œdème du tympan, « revoir » si fièvre", "38,5 (fictif).", DRAWN, "pénicilline"),
        *("Dr Martin", "128/79", "37,8", "SpO2 97", "Oreille droite", "Personnes présentes"),
        f"page 1 sur {len(pdf.pages)}",
        hashlib.sha256(files["images/7.jpg"]).hexdigest(),
        hashlib.sha256(files["consultation.json"]).hexdigest(),
    ):
        assert unicodedata.normalize("NFKC", told) in flat, told
    assert [image.image.size for page in pdf.pages for image in page.images][-1:] == [(96, 64)]
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Résumé de téléconsultation"
    tree: Any = pdf.root_object["/StructTreeRoot"]
    parts = [part.get_object() for part in tree["/K"]["/K"]]
    roles = [part["/S"] for part in parts]
    assert roles[0] == "/H1"
    assert {"/H2", "/P", "/Figure"} <= {*roles}
    (figure,) = [part for part in parts if part["/S"] == "/Figure"]
    assert "Oreille droite" in figure["/Alt"]
    assert sum(len(part["/K"]) for part in parts) == sum(
        page.get_contents().get_data().count(b"/MCID") for page in pdf.pages
    )


def check_fhir(files: dict[str, bytes]) -> Bundle:
    """FHIR's own rules, those of the profiles claimed, and whole in itself."""
    told = json.loads(files["consultation-fhir.json"])
    Model.model_validate(told)
    bundle = Bundle(told)
    for profile, resource in claims(bundle):
        for rule in PROFILES[profile]:
            assert not broken(resource, rule), (profile, rule.path, rule.source)
    assert len(bundle.by_url) == len(told["entry"])
    used = {one for one in references([*bundle.by_url.values()]) if one.startswith("urn:uuid:")}
    assert used <= {*bundle.by_url}
    assert {*bundle.by_url} - used == {told["entry"][0]["fullUrl"]}
    return bundle


def check_observations(bundle: Bundle) -> None:
    pressure = bundle.observation("85354-9")
    values = [one["valueQuantity"]["value"] for one in pressure["component"]]
    assert values == [128, 79]
    assert bundle.by_url[pressure["device"]["reference"]]["serialNumber"] == "X1"
    stored = bundle.observation("41653-7")  # the control solution says nothing of a patient
    assert (stored["status"], stored["effectiveDateTime"]) == ("preliminary", "2026-11-20")
    assert stored["valueQuantity"]["value"] == 104
    assert "air ambiant" in json.dumps(bundle.observation("2708-6")["note"])
    assert bundle.observation("1988-5")["valueString"] == "<5 mg/L"
    (unknown,) = [one for one in bundle.all("Observation") if one["code"].get("text") == "lactate"]
    assert unknown["valueString"] == "1.5 mmol/L"
    composition = bundle.composition()
    assert composition["status"] == "final"
    codes = [one["code"]["coding"][0]["code"] for one in composition["section"] if "code" in one]
    expected = (sections.ANAMNESIS, sections.CONCLUSION, sections.VITAL_SIGNS, sections.DOCUMENTS)
    assert codes == [code for code, _ in expected]


async def test_whatever_a_site_writes_the_documents_can_be_read(met: Met) -> None:
    met.say(*messages())
    impossible = measured("temperature", 37.8, "Cel")
    met.say(wire.Intake(TURNED, TURNED, AT_MS))
    met.say(measured("spo2", 97, "%", model=TURNED), wire.Text(TURNED, 2**53 - 1))
    met.say(wire.Measured(**{**fields_of(impossible), "taken_ms": 0, "serial": TURNED}))
    await met.until_said()
    await met.summary(TURNED)
    files = await met.leave()

    bundle = check_fhir(files)
    assert bundle.one("Patient")["gender"] == "female"
    pdf = PdfReader(io.BytesIO(files["consultation.pdf"]), strict=True)
    text = "\n".join(page.extract_text() for page in pdf.pages)
    page = files["consultation.html"].decode()
    for told in (text, page, json.dumps(bundle.json, ensure_ascii=False)):
        assert "avantaprès" in told
        assert "Invalid Date" not in told
    for name in ("consultation.html", "consultation-fhir.json", "consultation.json"):
        unseen = {char for char in files[name].decode() if unicodedata.category(char) in _UNSEEN}
        assert unseen <= {"\n", "\t", "\u200c", "\u200d"}, name
    assert "<img src=x" not in page
    assert json.loads(files["consultation.json"])["patientName"] == TURNED


_UNSEEN: Final = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def fields_of(message: wire.Measured) -> dict[str, Any]:
    return {name: getattr(message, name) for name in message.__dataclass_fields__}
