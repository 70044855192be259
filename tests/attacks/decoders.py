"""Every decoder that a stranger's bytes can reach, and what it promises of them.

tests/attacks/test_malformed.py tries them by hypothesis; scripts/fuzz, led by coverage.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fakes import vectors

from client.core import line_probe, mailbox, parcels
from client.core.adaptation import feedback
from client.core.dossier import datamatrix, identity_file
from client.core.dossier.matricule import MatriculeError
from client.core.encrypted_frames import open_frame
from client.core.envelope import EnvelopeError, Opener, header_of
from client.core.handshake import BadLetterError
from client.core.handshake.bond import Bond
from client.core.handshake.kem import KeyPair
from client.core.handshake.knock import Bundle, open_knock, open_refusal
from client.core.handshake.transcript import M1, M2
from client.core.identity import Identity
from client.core.invitation import Invitation, InvitationUnreadableError
from client.core.letters import Letter, LetterUnreadableError
from client.core.pictures import StillUnreadableError, cleaned, size_as_shown
from client.core.prekeys import Prekeys
from client.core.profession import Attestation, BadAttestationError, Professional
from client.core.sframe import FrameCipher, FrameOpener
from client.net import descriptions, payload_formats, redundancy
from client.net.header_extensions import number_of
from client.net.peering import DescriptionError
from client.store import keys
from client.store.errors import DamagedKeysError, NewerStoreError

_INVITATION: Final = Invitation.from_fragment(vectors.read("invitation")["cases"][0]["url"])
_IDENTITY: Final = Identity(bytes(32))
_PREKEY: Final = KeyPair(bytes(32))
_BUNDLE: Final = Bundle.signed(_IDENTITY, _PREKEY.public, 1)
_BOND: Final = Bond(bytes(32), bytes(32), bytes(32))


@dataclass(frozen=True, slots=True)
class Decoder:
    """One way in."""

    take: Callable[[bytes], object]
    """May check more than the decoder itself does: what was taken must be written the same way."""
    refuses: tuple[type[Exception], ...] = ()
    """What it may raise."""
    examples: tuple[bytes, ...] = ()
    """Bytes that it takes, to begin from."""

    def try_on(self, data: bytes) -> bool:
        """Whether it took them; raises what it must not."""
        try:
            self.take(data)
        except self.refuses:
            return False
        return True


def _frame(data: bytes) -> None:
    found = mailbox.decode(data)
    assert mailbox.decode(mailbox.encode(found)) == found


def _parcels(data: bytes) -> None:
    found = parcels.decode_together(data)
    assert b"".join(map(parcels.encode, found)) == data


def _letter(data: bytes) -> None:
    assert Letter.decode(data).encode() == data


def _standing(data: bytes) -> None:
    assert Bundle.decode_standing(data).encode() == data


def _bundle(data: bytes) -> None:
    assert Bundle.decode(data).encode() == data


def _invitation(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    read = Invitation.from_fragment(text)
    assert read.fragment == text.strip().rpartition("#")[2]


def _envelope(data: bytes) -> None:
    header_of(data)
    Opener(bytes(32), bytes(12)).open(data)


def _m1(data: bytes) -> None:
    """As if somebody who has the bundle had sealed these bytes; then as they are."""
    M1.open(data, _BUNDLE, _PREKEY)


def _m2(data: bytes) -> None:
    M2.open(data, _PREKEY, bytes(32), gp=_IDENTITY.public, site=_IDENTITY.public)


def _bond(data: bytes) -> None:
    for read in (_BOND.open_call, _BOND.open_bundle, _BOND.open_refusal):
        read(data)


def _description(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    descriptions.named_candidates(text)
    assert len(descriptions.incoming(text)) <= 8 * descriptions.DESCRIPTION_LIMIT_CHARS


def _feedback(data: bytes) -> None:
    reports, rest = feedback.separate(data)
    assert sum(map(len, reports)) + len(rest) == len(data)
    assert len(feedback.parse(data).arrivals) <= feedback.STATUS_LIMIT


def _redundant(data: bytes) -> None:
    found = redundancy.blocks(data, 0)
    assert sum(len(block.payload) for block in found) <= len(data)


def _frames(data: bytes) -> None:
    for codec in ("av1", "vp8", "vp9", "voice"):
        assert open_frame(codec, data, FrameOpener(FrameCipher(bytes(32), 1))) is None


def _payloads(data: bytes) -> None:
    for starts in payload_formats.STARTS_KEY.values():
        starts(data)
    payload_formats.vp9_body(data)
    payload_formats.av1_temporal_unit([data])


def _picture(data: bytes) -> None:
    assert len(cleaned(data)) <= len(data) + 1_024  # tables that MJPEG leaves out
    size_as_shown(data)


def _question(data: bytes) -> None:
    line_probe.question(data)


def _answer(data: bytes) -> None:
    line_probe.answer(data)


def _wire_examples() -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(case["cbor"]) for case in vectors.read("wire")["cases"])


def _attestation(data: bytes) -> None:
    assert Attestation.decode(data).encode() == data


def _data_matrix(data: bytes) -> None:
    datamatrix.read(data.decode("utf-8", "replace"))


_BAD: Final = (BadLetterError,)
_WHO: Final = Professional("https://login.example", "10001234567", "Hélène MARTIN")
# The national agency's test patient, as in tests/core/dossier/test_import.py.
_PRINTED: Final = (
    f"IS01{'0' * 22}S1279035121518989S21.2.250.1.213.1.4.10S3DOMINIQUE ANNE\x1d"
    "S4PAT-TROIS\x1dS5FS624-03-1979S751215"
)
_GIVEN: Final = Attestation.signed(
    _IDENTITY, _WHO, holder=_IDENTITY.public, nonce=bytes(16), now_s=1
)
DECODERS: Final[dict[str, Decoder]] = {
    "mailbox frames": Decoder(
        _frame,
        (mailbox.MailboxError,),
        (mailbox.encode(mailbox.Put(1, bytes(32), bytes(16), b"x", 60)), b"\xa1atgwelcome"),
    ),
    "letters": Decoder(_letter, (LetterUnreadableError,), (b"\x04" + bytes(30),)),
    "parcels": Decoder(_parcels, (parcels.WireError,), _wire_examples()),
    "envelopes": Decoder(_envelope, (EnvelopeError,), (b"\x01\x00" + bytes(80),)),
    "bundles": Decoder(_bundle, _BAD, (_BUNDLE.encode(),)),
    "standing bundles": Decoder(
        _standing, _BAD, (Bundle.standing(_IDENTITY, _PREKEY.public, 1, 1).encode(),)
    ),
    "knocks": Decoder(lambda data: open_knock(_INVITATION, data), _BAD),
    "refusals": Decoder(lambda data: open_refusal(_INVITATION, data), _BAD),
    "M1": Decoder(_m1, _BAD),
    "M2": Decoder(_m2, _BAD),
    "letters of a bond": Decoder(_bond, _BAD),
    "prekeys": Decoder(Prekeys.decode, (ValueError, BadLetterError), (b"\x80",)),
    "invitations": Decoder(
        _invitation, (InvitationUnreadableError,), (_INVITATION.fragment.encode(),)
    ),
    "descriptions": Decoder(_description, (DescriptionError,), (b"v=0\r\nm=audio 9 x 0\r\n",)),
    "attestations": Decoder(_attestation, (BadAttestationError,), (_GIVEN.encode(),)),
    "identity files": Decoder(
        identity_file.read,
        (identity_file.IdentityFileError, MatriculeError),
        (b"nom_naissance;sexe\nDURAND;F\n", b'{"nom_naissance": "DURAND"}'),
    ),
    "data matrices": Decoder(
        _data_matrix,
        (datamatrix.DatamatrixError, MatriculeError),
        (_PRINTED.encode(),),
    ),
    "key files": Decoder(keys._parsed, (DamagedKeysError, NewerStoreError)),
    "probe questions": Decoder(
        _question, (line_probe.ProbeError,), (line_probe.hello(1), line_probe.probe(1, 60))
    ),
    "probe answers": Decoder(
        _answer, (line_probe.ProbeError,), (line_probe.echo(line_probe.Echo(1, 1.0, 0)),)
    ),
    "transport feedback": Decoder(
        _feedback,
        (ValueError,),
        (bytes.fromhex("8fcd0005 00000001 00000002 00010001 00000100 2001 0400"),),
    ),
    "redundant packets": Decoder(_redundant, (ValueError,), (b"\xef\x00\x00\x01\x6fab",)),
    "header extensions": Decoder(
        lambda data: number_of(data, 3),
        (),
        (b"\x90" + bytes(11) + b"\xbe\xde\x00\x01\x31\x00\x07\x00",),
    ),
    "sealed frames": Decoder(_frames, (), (b"\x0a\x0b" + bytes(40),)),
    "payloads": Decoder(_payloads, (payload_formats.PayloadFormatError,), (b"\x10\x0a\x01\x00",)),
    "pictures": Decoder(_picture, (StillUnreadableError,), (b"\xff\xd8\xff\xd9",)),
}
"""By the name of what they read."""
