"""The parcels of `tests/vectors/wire.json`: some of ours of each kind, and some that are none."""

from hashlib import sha256

from client.core import wire


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
)


_ID, _SIZE, _BEYOND = "62 6964 01", "64 73697a65", "66 6265796f6e64 80"
_REPORT = "a8 67 73656e745f6d73 00 6e 6672616d65735f6465636f646564 00"
_CONCEALED = "73 766f6963655f636f6e6365616c65645f706374"
_REST = (
    "66 7274745f6d73 00 6e 766f6963655f64656c61795f6d73 00 69 66726f7a656e5f6d73 00 "
    "6c 72656365697665645f627073 00 68 6c6f73735f706374 00"
)


def _spelt(kind: str, body: str, *, start: str = "83 f6") -> str:
    """Hex of a parcel with this body; by hand, since `parcels.encode` cannot make such ones."""
    name = bytes([0x60 + len(kind)]) + kind.encode()
    return bytes.fromhex(start).hex() + name.hex() + bytes.fromhex(body).hex()


REFUSED = {
    "nothing": "",
    "a lone integer": "01",
    "deep nesting": "81" * 600,
    "an unknown kind": _spelt("zz", "a0"),
    "bytes after the end": _spelt("still_held", f"a3 {_ID} {_SIZE} 00 {_BEYOND} 00"),
    "a field missing": _spelt("still_held", f"a2 {_ID} {_SIZE} 00"),
    "a field too many": _spelt("still_held", f"a4 {_ID} {_SIZE} 00 {_BEYOND} 61 78 00"),
    "a field twice": _spelt("still_held", f"a4 {_ID} {_ID} {_SIZE} 00 {_BEYOND}"),
    "fields in another order": _spelt("still_held", f"a3 {_SIZE} 00 {_ID} {_BEYOND}"),
    "a negative size": _spelt("still_held", f"a3 {_ID} {_SIZE} 20 {_BEYOND}"),
    "a boolean for an integer": _spelt("still_held", f"a3 {_ID} {_SIZE} f5 {_BEYOND}"),
    "a float for an integer": _spelt(
        "still_held", f"a3 {_ID} {_SIZE} fb 3ff0000000000000 {_BEYOND}"
    ),
    "an integer spelt too long": _spelt("still_held", f"a3 {_ID} {_SIZE} 18 01 {_BEYOND}"),
    "an integer beyond 2^53": _spelt(
        "still_held", f"a3 {_ID} {_SIZE} 1b 0020000000000000 {_BEYOND}"
    ),
    "a bignum": _spelt("still_held", f"a3 {_ID} {_SIZE} c2 41 01 {_BEYOND}"),
    "a bignum of 9000 digits": _spelt(
        "still_held", f"a3 {_ID} {_SIZE} c2 59 0fa0" + "ff" * 4_000 + _BEYOND
    ),
    "a tag around": _spelt("still_held", f"a3 {_ID} {_SIZE} 00 {_BEYOND}", start="d9 d9f7 83 f6"),
    "an indefinite array": _spelt("still_held", f"a3 {_ID} {_SIZE} 00 {_BEYOND} ff", start="9f f6"),
    "undefined for no number": _spelt(
        "still_held", f"a3 {_ID} {_SIZE} 00 {_BEYOND}", start="83 f7"
    ),
    "a number on a passing kind": _spelt(
        "still_held", f"a3 {_ID} {_SIZE} 00 {_BEYOND}", start="83 01"
    ),
    "no number on a lasting kind": _spelt("words_compared", "a1 65 657175616c f5"),
    "number 0": _spelt("words_compared", "a1 65 657175616c f5", start="83 00"),
    "true for a number": _spelt("words_compared", "a1 65 657175616c f5", start="83 f5"),
    "an integer for a boolean": _spelt("words_compared", "a1 65 657175616c 01", start="83 01"),
    "text that is not UTF-8": _spelt(
        "card", "a2 64 6e616d65 61 ff 65 706c616365 60", start="83 01"
    ),
    "bytes for text": _spelt("card", "a2 64 6e616d65 41 64 65 706c616365 60", start="83 01"),
    "not a number": _spelt("page_report", f"{_REPORT} {_CONCEALED} fb 7ff8000000000000 {_REST}"),
    "infinity": _spelt("page_report", f"{_REPORT} {_CONCEALED} fb 7ff0000000000000 {_REST}"),
    "a short float": _spelt("page_report", f"{_REPORT} {_CONCEALED} f9 3800 {_REST}"),
    "a whole float": _spelt("page_report", f"{_REPORT} {_CONCEALED} fb 4000000000000000 {_REST}"),
}
