"""Why a relay does not even try to store a letter."""

from client.core import mailbox
from client.core.mailbox import Put, Reason
from client.relay.surroundings import Surroundings


async def objection(
    put: Put, sender: bytes, network: str | None, around: Surroundings
) -> Reason | None:
    """What speaks against it; None: nothing, and its bytes are off the sender's quota."""
    if len(put.data) > mailbox.DATA_LIMIT:
        return Reason.TOO_LARGE
    if not 0 < put.ttl_s <= mailbox.TTL_LIMIT_S:
        return Reason.INVALID
    token_hash = mailbox.token_hash(put.token)
    if not await around.storage.is_admitted(put.to, token_hash, around.now_s()):
        return Reason.NOT_ADMITTED
    if around.door.grants(sender, network, len(put.data), around.monotonic_s()):
        return None
    return Reason.RATE
