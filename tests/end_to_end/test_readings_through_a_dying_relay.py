"""No line, and a relay that is killed: what was measured meanwhile still arrives, once."""

import asyncio
import io
from collections.abc import Callable

from fakes.ready_dossier import make_ready

from client import clock
from client.core.consultation import LinkState
from client.core.record import Direction
from client.core.wire import Card, Measured
from client.demo.gp_in_python import PythonGp
from client.demo.stage import Stage, stage
from client.session.events import EventLog
from client.session.gp import GpSession
from client.session.instruments import Plug
from client.session.opening import OpenSite, Options, opened
from client.session.snapshot import SiteSnapshot
from client.store import keys

PATIENCE_S = 90.0


def options(ready: Stage) -> Options:
    return Options(
        relay_url=ready.relay_url,
        camera="none",
        microphone="none",
        speaker="none",
        plugs=(Plug("contec_v7", ready.instruments["contec_v7"].port),),
        place="Pharmacie",
        operator="Préparatrice",
        record=None,
    )


async def until(site: OpenSite, condition: Callable[[SiteSnapshot], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not condition(site.session.snapshot):
            await asyncio.sleep(0.02)


async def consult(site: OpenSite, gp: PythonGp) -> GpSession:
    make_ready(site.session)
    site.session.invite()
    await until(site, lambda now: now.invitation is not None)
    invitation = site.session.snapshot.invitation
    assert invitation is not None
    await gp.join(invitation.url)
    await until(site, lambda now: now.link.state is LinkState.UP)
    site.session.compare_words(equal=True)
    await gp.accept_words()
    await gp.see_reading("spo2")
    return gp.session


async def test_no_reading_is_lost_or_doubled_when_line_and_relay_die() -> None:
    gp = PythonGp(Card("Dr Martin", "Cabinet"))
    try:
        async with (
            stage() as ready,
            opened(options(ready), keys.ephemeral(), EventLog(io.StringIO(), clock.now)) as site,
        ):
            session = await consult(site, gp)
            link = session._link
            assert link is not None
            assert link.peer is not None

            # The line dies for good: from here on only the relay's mailbox is left.
            accept_offers, link.offered = link.offered, lambda _: None  # type: ignore[method-assign]
            await link.peer.close()
            await until(site, lambda now: now.link.state is LinkState.CUT)
            seen = len(session.seen.readings)
            await session.wait_for(lambda now: len(now.readings) > seen + 2, PATIENCE_S)

            # Then the relay dies too; the oximeter goes on.
            await ready.restart_relay()
            await until(site, lambda now: now.link.waiting > 0)
            await until(site, lambda now: now.relay_is_reachable)

            # And the line comes back.
            link.offered = accept_offers  # type: ignore[method-assign]
            await until(site, lambda now: now.link.state is LinkState.UP)
            ready.instruments["contec_v7"].fault("unplug")
            await until(site, lambda now: not any(view.is_live for view in now.vitals))
            await until(site, lambda now: now.link.waiting == 0)

            record = await site.record()
            sent = [
                kept.parcel.message
                for kept in record.parcels
                if kept.direction is Direction.SENT and isinstance(kept.parcel.message, Measured)
            ]
            received = [message for message, _ in session.seen.readings]
            assert len(received) == len(sent)
            by_time = sorted(received, key=lambda message: (message.taken_ms, message.vital))
            assert by_time == sorted(sent, key=lambda message: (message.taken_ms, message.vital))
    finally:
        await gp.close()
