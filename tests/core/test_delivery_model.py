"""Both ends without any I/O: what delivery promises, whatever dies and whatever is lost.

An end is what its disk holds and what its process remembers; a crash takes the latter, between any
two steps. The network is a heap of envelopes, in two paths that differ in nothing: each may be
delivered late, never, twice, or in another order.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from hypothesis import event, given, settings
from hypothesis import strategies as st

from client.core import parcels
from client.core.envelope import (
    EnvelopeError,
    Role,
    SessionKeys,
    header_of,
    kept,
    resumed_ciphers,
)
from client.core.inbox import Inbox, Order
from client.core.outbox import Outbox
from client.core.wire import Message, Parcel, Received, Text

KEYS = SessionKeys(bytes(range(32)), bytes(range(32, 64)), bytes(12), bytes(range(12)), bytes(8))
STEPS = 4
"""A crash can come after each of so many steps of one act."""


@dataclass
class Disk:
    """What a crash leaves."""

    sent: dict[int, Parcel] = field(default_factory=dict)
    acknowledged: set[int] = field(default_factory=set)
    received: dict[int, Message] = field(default_factory=dict)


class End:
    """One end; each act yields where a crash may come."""

    def __init__(self, role: Role, network: list[tuple[Role, bytes]]) -> None:
        self.role = role
        self.disk = Disk()
        self.processes = 0
        self.sealed: dict[tuple[bytes, int], bytes] = {}
        self.said = 0
        self._network = network
        self.begin()

    def begin(self) -> None:
        """A new process on the same disk."""
        self.processes += 1
        disk = self.disk
        waiting = [disk.sent[n] for n in disk.sent if n not in disk.acknowledged]
        self.outbox = Outbox(waiting, max(disk.sent, default=0))
        self.inbox = Inbox(known=disk.received)
        self.order = Order(known=disk.received)
        self.handed: list[Message] = []
        incarnation = self.processes.to_bytes(8)
        self.sealer, self.opener = resumed_ciphers(kept(KEYS, self.role), incarnation)

    def say(self) -> Iterator[None]:
        self.said += 1
        parcel = self.outbox.add(Text(f"{self.role} {self.said}", self.said))
        yield
        self.disk.sent[parcel.number or 0] = parcel
        yield
        self._put(parcel)

    def repeat(self) -> Iterator[None]:
        for parcel in self.outbox.unacknowledged():
            if parcel.number in self.disk.sent:
                self._put(parcel)
                yield
        self._put(Parcel(None, self.inbox.receipt()))

    def hear(self, envelope: bytes) -> Iterator[None]:
        try:
            parcel = parcels.decode(self.opener.open(envelope))
        except EnvelopeError:
            return
        if isinstance(parcel.message, Received):
            self.outbox.require_given(parcel.message)
            numbers = self.outbox.acknowledge(parcel.message)
            yield
            self.disk.acknowledged |= set(numbers)
            return
        number = parcel.number or 0
        if self.inbox.is_new(number):
            assert number not in self.disk.received
            self.disk.received[number] = parcel.message
            yield
            self.inbox.accept(number)
            self.handed += self.order.take(parcel)
        yield
        self._put(Parcel(None, self.inbox.receipt()))

    def _put(self, parcel: Parcel) -> None:
        envelope = self.sealer.seal(parcels.encode(parcel), is_letter=self.processes % 2 == 0)
        assert self.sealed.setdefault(header_of(envelope), envelope) == envelope
        self._network.append((self.role, envelope))


acts = st.lists(
    st.tuples(
        st.sampled_from(["say", "say", "repeat", "deliver", "deliver", "deliver", "lose", "crash"]),
        st.sampled_from(list(Role)),
        st.integers(0, 1 << 16),
        st.booleans(),
        st.none() | st.none() | st.none() | st.integers(0, STEPS - 1),
    ),
    max_size=80,
)


@settings(max_examples=300, deadline=None)
@given(acts=acts)
def test_every_message_is_kept_once_in_order_whatever_dies_and_whatever_is_lost(
    acts: list[tuple[str, Role, int, bool, int | None]],
) -> None:
    network: list[tuple[Role, bytes]] = []
    ends = {role: End(role, network) for role in Role}
    for act in acts:
        carry_out_one(ends, network, *act)
    for end in ends.values():
        end.begin()
    for _ in range(3):
        for end in ends.values():
            carry_out(end, end.repeat(), None)
        while network:
            deliver(ends, network, 0, is_twice=False, crash_after=None)
    event(f"processes: {min(sum(end.processes for end in ends.values()), 10)}")
    for end, other in ((ends[Role.SITE], ends[Role.GP]), (ends[Role.GP], ends[Role.SITE])):
        said = {number: parcel.message for number, parcel in end.disk.sent.items()}
        assert sorted(said) == list(range(1, len(said) + 1))
        assert other.disk.received == said
        assert end.disk.acknowledged == set(said)
        times = [m.written_ms for _, m in sorted(said.items()) if isinstance(m, Text)]
        assert times == sorted(set(times))
        # What this process was handed came in order, each once.
        handed = [m.written_ms for m in other.handed if isinstance(m, Text)]
        assert handed == sorted(set(handed))


def carry_out_one(  # noqa: PLR0913, PLR0917 -- what hypothesis draws for one act
    ends: dict[Role, End],
    network: list[tuple[Role, bytes]],
    act: str,
    role: Role,
    place: int,
    is_twice: bool,  # noqa: FBT001 -- same
    crash_after: int | None,
) -> None:
    match act:
        case "say":
            carry_out(ends[role], ends[role].say(), crash_after)
        case "repeat":
            carry_out(ends[role], ends[role].repeat(), crash_after)
        case "deliver" if network:
            deliver(ends, network, place, is_twice=is_twice, crash_after=crash_after)
        case "lose" if network:
            del network[place % len(network)]
        case "crash":
            ends[role].begin()


def deliver(
    ends: dict[Role, End],
    network: list[tuple[Role, bytes]],
    place: int,
    *,
    is_twice: bool,
    crash_after: int | None,
) -> None:
    index = place % len(network)
    sender, envelope = network[index] if is_twice else network.pop(index)
    receiver = ends[Role.GP if sender is Role.SITE else Role.SITE]
    carry_out(receiver, receiver.hear(envelope), crash_after)


def carry_out(end: End, act: Iterator[None], crash_after: int | None) -> None:
    """Do it, or die on the way."""
    for step, _ in enumerate(act):
        if step == crash_after:
            end.begin()
            return
