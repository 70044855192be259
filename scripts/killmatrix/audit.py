"""What must hold of both records, and of every envelope that left, once all has settled."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from client.core import wire
from client.core.envelope import Role, header_of
from client.core.record import ConsultationRecord, Direction
from client.core.wire import Message
from client.store.ledger import Ledger
from killmatrix.setting import CONSULTATION, SEALED_LOG, Setting


@dataclass(frozen=True, slots=True)
class Findings:
    """Counts for the report, and every sentence about what should not be."""

    counts: dict[str, int]
    faults: list[str]


def audited(setting: Setting, letters: list[bytes]) -> Findings:
    """Look at both records, both logs of envelopes and the letters the relay stored."""
    ledgers = {role: Ledger.open(setting.own(role), setting.keys(role)) for role in Role}
    try:
        records = {role: ledgers[role].record(CONSULTATION) for role in Role}
        faults = [
            *_messages(records[Role.SITE], records[Role.GP], "site"),
            *_messages(records[Role.GP], records[Role.SITE], "gp"),
            *_readings(records[Role.GP]),
            *_files(records[Role.SITE], ledgers[Role.GP]),
        ]
    finally:
        for ledger in ledgers.values():
            ledger.close()
    counts = {
        "readings": len(_heard(records[Role.GP], wire.Measured)),
        "texts": len(_heard(records[Role.SITE], wire.Text)),
        "files": len(_heard(records[Role.GP], wire.StillOffered)),
    }
    for role in Role:
        sealed = [tuple(line.split()) for line in _lines(setting, role)]
        counts[f"envelopes of the {role}"] = len(sealed)
        counts[f"processes of the {role} that sealed"] = len({name for name, _, _ in sealed})
        faults += _reused([((name, count), digest) for name, count, digest in sealed], role.value)
    headers = [(header_of(letter), sha256(letter).hexdigest()) for letter in letters]
    counts["letters"] = len(headers)
    counts["sizes of letters"] = len({len(letter) - _header_bytes(letter) for letter in letters})
    faults += _reused(headers, "relay")
    return Findings(counts, faults)


def _lines(setting: Setting, role: Role) -> list[str]:
    return (setting.own(role) / SEALED_LOG).read_text(encoding="ascii").splitlines()


def _header_bytes(letter: bytes) -> int:
    """Version, incarnation and counter: its length tells nothing more."""
    return 1 + 8 + (1 << (letter[9] >> 6))


def _reused(seen: Sequence[tuple[object, str]], whose: str) -> list[str]:
    """The same incarnation and counter over other bytes."""
    digests: dict[object, str] = {}
    return [
        f"{whose}: counter {key} sealed twice"
        for key, digest in seen
        if digests.setdefault(key, digest) != digest
    ]


def _numbered(record: ConsultationRecord, direction: Direction) -> dict[int, Message]:
    return {
        one.parcel.number or 0: one.parcel.message
        for one in record.parcels
        if one.direction is direction
    }


def _heard(record: ConsultationRecord, kind: type[Message]) -> list[Message]:
    heard = _numbered(record, Direction.RECEIVED)
    return [heard[number] for number in sorted(heard) if isinstance(heard[number], kind)]


def _messages(sender: ConsultationRecord, receiver: ConsultationRecord, name: str) -> list[str]:
    """Every message once, byte for byte, under its number; all acknowledged; none besides."""
    said = _numbered(sender, Direction.SENT)
    heard = _numbered(receiver, Direction.RECEIVED)
    faults = []
    if sorted(said) != list(range(1, len(said) + 1)):
        faults.append(f"{name}: numbers with gaps")
    if said != heard:
        faults.append(f"{name}: {len(said)} said, {len(heard)} heard, not the same")
    waiting = [
        one
        for one in sender.parcels
        if one.direction is Direction.SENT and one.acknowledged_at is None
    ]
    return faults + [f"{name}: {len(waiting)} not acknowledged"] * bool(waiting)


def _readings(gp: ConsultationRecord) -> list[str]:
    """Each taken once, in the order and at the times they were taken."""
    readings = [m for m in _heard(gp, wire.Measured) if isinstance(m, wire.Measured)]
    values = [reading.value for reading in readings]
    faults = []
    if values != list(range(1, len(values) + 1)):
        faults.append("readings missing, twice, or out of order")
    times = [reading.taken_ms for reading in readings]
    if times != sorted(times):
        faults.append("readings with other times than their order")
    return faults


def _files(site: ConsultationRecord, gp: Ledger) -> list[str]:
    """What the GP keeps has the hash the site offered."""
    faults = []
    for offer in _numbered(site, Direction.SENT).values():
        if not isinstance(offer, wire.StillOffered):
            continue
        data = bytearray(offer.size)
        pieces = gp.unfinished.pieces(CONSULTATION, Direction.RECEIVED, offer.id)
        for begins, piece in pieces:
            data[begins : begins + len(piece)] = piece
        if sha256(data).digest() != offer.sha256:
            faults.append(f"file {offer.id} is not what the site sent")
    return faults
