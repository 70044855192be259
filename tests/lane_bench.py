"""A scheduler driven through simulated time, without a clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.plan import PictureRung, Plan, VoiceRung
from client.core.lanes import Carrier, Lane, Packet, Scheduler


@dataclass(frozen=True)
class Push:
    """A packet handed to the scheduler."""

    at_s: float
    lane: Lane
    packet: Packet
    deadline_s: float | None = None


@dataclass(frozen=True)
class Left:
    """A packet given back to be sent."""

    at_s: float
    lane: Lane
    packet: Packet


def plan(  # noqa: PLR0913 -- all by name, none needed
    send_bps: int = 64_000,
    *,
    picture_bps: int = 30_000,
    still_bps: int = 0,
    frames_per_s: float = 10,
    cap_bps: int | None = None,
    is_silent: bool = False,
) -> Plan:
    return Plan(
        send_bps=send_bps,
        voice=VoiceRung(12_000, 60),
        picture=PictureRung("av1", 320, 240, frames_per_s, picture_bps),
        picture_bps=picture_bps,
        still_bps=still_bps,
        bulk_bps=0,
        cap_bps=cap_bps,
        is_silent=is_silent,
    )


def scheduler(share: Plan | None = None, link: LinkLayer = LinkLayer.ETHERNET) -> Scheduler:
    return Scheduler(share or plan(), link, 0.0)


def sized(ip_bytes: int, *, picture: int | None = None, is_key: bool = False) -> Packet:
    """An RTP packet of this size on a line that counts IP bytes."""
    return Packet(bytes(ip_bytes - Carrier.RTP.value), Carrier.RTP, picture, is_key)


def every(
    interval_s: float, lane: Lane, ip_bytes: int, *, until_s: float, begin_s: float = 0.0
) -> list[Push]:
    """The same packet again and again; in the picture lane each a key picture of its own."""
    count = int((until_s - begin_s) / interval_s)
    return [
        Push(begin_s + number * interval_s, lane, sized(ip_bytes, picture=number, is_key=True))
        for number in range(count)
    ]


def run(line: Scheduler, pushes: Iterable[Push], until_s: float = float("inf")) -> list[Left]:
    """All that leaves until then, as if each wake-up came exactly in time."""
    left: list[Left] = []
    for push in sorted(pushes, key=lambda push: push.at_s):
        left += _serve(line, min(push.at_s, until_s))
        line.push(push.lane, push.packet, push.at_s, push.deadline_s)
        left += _pop(line, push.at_s)
    return left + _serve(line, until_s)


def waits_s(left: Sequence[Left], pushes: Iterable[Push], lane: Lane) -> list[float]:
    """How long each packet of a lane that drops none has waited."""
    pushed = sorted(push.at_s for push in pushes if push.lane is lane)
    gone = [one.at_s for one in left if one.lane is lane]
    assert len(gone) == len(pushed)
    return [at_s - since_s for at_s, since_s in zip(gone, pushed, strict=True)]


def _serve(line: Scheduler, until_s: float) -> list[Left]:
    left: list[Left] = []
    while (at_s := line.next_at()) is not None and at_s <= until_s:
        left += _pop(line, at_s)
    return left


def _pop(line: Scheduler, at_s: float) -> list[Left]:
    return [Left(at_s, lane, packet) for lane, packet in line.pop(at_s)]
