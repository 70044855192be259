"""The parcels of `tests/vectors/wire.json`: some of ours of each kind, and some that are none."""

from hashlib import sha256

from client.core import wire
from client.core.parcels import TOGETHER_LIMIT


def drawn(name: str, size: int) -> bytes:
    """Bytes that look random and are the same each time."""
    return sha256(f"chevet vectors {name}".encode()).digest()[:size]


MESSAGES: tuple[wire.Message, ...] = (
    wire.Hello(drawn("a", 32), drawn("b", 32), 1_795_000_000_123),
    wire.Received(7, []),
    wire.Received(23, [25, 256, 65_536]),
    wire.Signal("offer", 1, "v=0\r\no=- 1 2 IN IP4 0.0.0.0\r\n"),
    wire.WordsCompared(equal=True),
    wire.WordsCompared(equal=False),
    wire.Card("Dr Anaïs Lefèvre", "Cabinet médical, Guéret"),
    wire.Text("Œil gauche 👁", 1_795_000_001_000),
    wire.Goodbye("finished", 1_795_000_002_000),
    wire.Intake("Jeanne Exemple", "toux depuis trois jours", 1_795_000_003_000),
    wire.Measured("spo2", 97, "%", "good", 1_795_000_004_000, "CMS50D+", None),
    wire.Measured("temperature", 36.8, "Cel", "good", 1_795_000_005_000, "IR42", "00123"),
    wire.Measured("pulse", None, "/min", "no_signal", 1_795_000_006_000, "CMS50D+", None),
    *(
        wire.Measured("odd", value, "1", "good", 0, "", "")
        for value in (0, -1, -0.25, 1e-7, 1e300, 2.0**53, 2**53 - 1)
    ),
    wire.Measured("spo2", 97, "%", "good", 1_795_000_006_100, "O2", "12", "spot", 3),
    wire.Measured(
        *("weight", 72.3, "kg", "good", 1_795_000_006_200, "UC-321", "5061", "stored", 12),
        measured_at="2026-08-05T18:39:00",
        marks=["average", "net"],
        sent_as="159.4 lb",
        firmware="1.06",
    ),
    wire.Measured("pulse", 60, "/min", "good", 0, "", None, firmware="4.6"),
    wire.Measured("glucose", None, "mg/dL", "too_low", 0, "Ultra2", "", "spot", 1, marks=["event"]),
    wire.LabResult("CRP", "<5", "mg/L", "good", 1_795_000_006_300, "Afinion 2", "AF0001"),
    wire.LabResult(
        *("HbA1c", "5.4", "%", "good", 1_795_000_006_400, "Afinion 2", None, "spot", 2),
        measured_at="2026-08-05T18:40",
        marks=["control"],
        loinc="4548-4",
        reference_range="4.0 - 5.6",
        flags="N",
        firmware="21.10",
    ),
    wire.WaveSamples("pleth", bytes(range(60)), 60, 1_795_000_007_000),
    wire.Instruments([]),
    wire.Instruments(
        [
            {
                "driver": "cms50",
                "kind": "oximeter",
                "model": "CMS50D+",
                "serial": None,
                "state": "ready",
            }
        ]
    ),
    wire.LinkReport(
        1_795_000_008_000,
        98_000,
        16_000,
        70_000,
        24_000,
        217_000,
        38,
        2,
        60_000,
        "live",
        0,
        "balanced",
        "none",
        is_muted=False,
        is_camera_off=True,
        is_paused=False,
    ),
    wire.LinkReport(
        1_795_000_008_500,
        2_500_000,
        24_000,
        2_000_000,
        800_000,
        2_500_000,
        65_535,
        100,
        2_500_000,
        "heartbeat",
        5_000,
        "still_first",
        "both",
        is_muted=True,
        is_camera_off=True,
        is_paused=True,
    ),
    wire.StillOffered(1, "oreille droite", 48_213, drawn("still", 32), 640, 480, 1_795_000_009_000),
    wire.StillPiece(1, 4_000, drawn("piece", 32)),
    wire.StillHeld(1, 6_000, []),
    wire.StillHeld(1, 6_000, [7_000, 8_964, 70_000, 70_001]),
    wire.StillReceived(1, drawn("still", 32)),
    wire.Asked(3, "temperature", ""),
    wire.AskAnswered(3, "done"),
    wire.Summary("Rhinopharyngite. Repos.", 1_795_000_010_000),
    wire.PictureAsked("sharp"),
    wire.PageReport(1_795_000_011_000, 1_234, 0.5, 180, 120, 480, 96_000, 1),
    wire.StillOffered(
        3,
        "oreille droite",
        21_400,
        drawn("region", 32),
        480,
        360,
        1_795_000_012_000,
        "image/png",
        "region",
        1,
        [250, 300, 125, 125],
        "blurred",
    ),
    wire.RegionAsked(1, 250, 300, 125, 125),
    wire.Acquaintance("Dr Lefèvre", "médecin généraliste", "10003456786", drawn("bundle", 32)),
    wire.Acquaintance("Pharmacie Exemple", "pharmacie", None, b""),
    wire.Hello(drawn("a", 32), drawn("b", 32), 1_795_000_000_123, 1),
    wire.Goodbye("unsuitable", 1_795_000_002_000, "technique"),
    wire.Patient(
        *("PAT-TROIS", "DOMINIQUE MARIE", "", "1979-03-05", "female", "51215"),
        *("279035121518989", "1.2.250.1.213.1.4.10", "validated"),
        *("2 rue de l'Église, Guéret", "05 55 00 00 00", "", 1_795_000_003_100),
    ),
    wire.Background(
        [
            {"question": "oxygen", "answer": "air ambiant", "label": None},
            {"question": "other", "answer": "oui", "label": "A voyagé ?"},
        ],
        ["pictures"],
        "angine",
        1_795_000_003_200,
    ),
    wire.Question("Cette lésion doit-elle être vue ?", 1_795_000_003_300),
    wire.Pointed(3, 512, 40, is_shown=True),
    wire.Pointed(0, 0, 0, is_shown=False),
    wire.Waiting(10, "Je termine une visite.", is_redirected=False, at_ms=1_795_000_003_400),
    wire.Waiting(None, "Appelez le 15.", is_redirected=True, at_ms=1_795_000_003_500),
    wire.WentOn("telephone", 1_795_000_003_600),
    wire.Attested(drawn("attestation", 32)),
    wire.Summary(
        "Angine.", 1_795_000_009_000, "teleconsultation/1", [3, 4], [1], drawn("signature", 32) * 2
    ),
)


TOGETHER: tuple[tuple[int, ...], ...] = ((0,), (1, 10), (10, 11, 12, 20, 2, 29))
"""Which of the parcels above travel in one envelope, by their places."""


_HELD = "0e"
_EQUAL = "03"
_CARD = "04"
_REPORT = "14"
_MEASURED = "08"
_SPO2 = "64 73706f32 18 61 61 25 64 676f6f64 00 60 f6"
_REST = "00 00 00 00 00"


def _spelt(kind: str, values: str, *, start: str = "85 f6") -> str:
    """Hex of a parcel with these values; by hand, since `parcels.encode` cannot make such ones."""
    return bytes.fromhex(f"{start} {kind} {values}").hex()


_WHOLE = _spelt(_HELD, "01 00 80")
REFUSED = {
    "nothing": "",
    "a lone integer": "01",
    "deep nesting": "81" * 600,
    "a number without a kind": _spelt("", "", start="81 f6"),
    "an unknown kind": _spelt("17", "", start="82 f6"),
    "a negative kind": _spelt("20", "", start="82 f6"),
    "a kind by name": _spelt("6a 7374696c6c5f68656c64", "01 00 80"),
    "a boolean for a kind": _spelt("f5", "00 80", start="84 f6"),
    "a kind spelt too long": _spelt("18 0e", "01 00 80"),
    "fields by name": _spelt(
        _HELD, "a3 62 6964 01 64 73697a65 00 66 6265796f6e64 80", start="83 f6"
    ),
    "bytes after the end": _spelt(_HELD, "01 00 80 00"),
    "half a parcel after the end": _WHOLE + _WHOLE[:-2],
    "more parcels than go together": _WHOLE * (TOGETHER_LIMIT + 1),
    "a tail of what is so anyway": _spelt(_MEASURED, f"{_SPO2} 64 6c697665", start="8a 01"),
    "a tail that ends in what is so anyway": _spelt(
        _MEASURED, f"{_SPO2} 64 73706f74 f6", start="8b 01"
    ),
    "a tail too long": _spelt(
        _MEASURED, f"{_SPO2} 64 73706f74 01 f6 80 f6 61 31 f6", start="90 01"
    ),
    "a mark that is no text": _spelt(_MEASURED, f"{_SPO2} 64 73706f74 01 f6 81 01", start="8d 01"),
    "a field missing": _spelt(_HELD, "01 00", start="84 f6"),
    "a field too many": _spelt(_HELD, "01 00 80 00", start="86 f6"),
    "fields in another order": _spelt(_HELD, "80 00 01"),
    "a negative size": _spelt(_HELD, "01 20 80"),
    "a boolean for an integer": _spelt(_HELD, "01 f5 80"),
    "a float for an integer": _spelt(_HELD, "01 fb 3ff0000000000000 80"),
    "an integer spelt too long": _spelt(_HELD, "01 18 01 80"),
    "an integer beyond 2^53": _spelt(_HELD, "01 1b 0020000000000000 80"),
    "a bignum": _spelt(_HELD, "01 c2 41 01 80"),
    "a bignum of 9000 digits": _spelt(_HELD, "01 c2 59 0fa0" + "ff" * 4_000 + "80"),
    "a tag around": _spelt(_HELD, "01 00 80", start="d9 d9f7 85 f6"),
    "an indefinite array": _spelt(_HELD, "01 00 80 ff", start="9f f6"),
    "undefined for no number": _spelt(_HELD, "01 00 80", start="85 f7"),
    "a number on a passing kind": _spelt(_HELD, "01 00 80", start="85 01"),
    "no number on a lasting kind": _spelt(_EQUAL, "f5", start="83 f6"),
    "number 0": _spelt(_EQUAL, "f5", start="83 00"),
    "true for a number": _spelt(_EQUAL, "f5", start="83 f5"),
    "an integer for a boolean": _spelt(_EQUAL, "01", start="83 01"),
    "text that is not UTF-8": _spelt(_CARD, "61 ff 60", start="84 01"),
    "bytes for text": _spelt(_CARD, "41 00 60", start="84 01"),
    "not a number": _spelt(_REPORT, f"00 00 fb 7ff8000000000000 {_REST}", start="8a f6"),
    "infinity": _spelt(_REPORT, f"00 00 fb 7ff0000000000000 {_REST}", start="8a f6"),
    "a short float": _spelt(_REPORT, f"00 00 f9 3800 {_REST}", start="8a f6"),
    "a whole float": _spelt(_REPORT, f"00 00 fb 4000000000000000 {_REST}", start="8a f6"),
}
"""Each differs from a parcel of ours by what its name says."""
