"""What one end may expect of the other, and how it is told that the connection ends."""

from typing import Final

ADDRESS_BYTES: Final = 32
"""`client.core.identity.address_of` the owner's key."""
KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
NONCE_BYTES: Final = 32
TOKEN_BYTES: Final = 16
TOKEN_HASH_BYTES: Final = 32
DATA_LIMIT: Final = 16_384
"""Bytes of one letter."""
FRAME_LIMIT: Final = 32_768
"""Bytes of one frame; chosen: twice a letter, so that one too large can still be refused by id."""
MESSAGES_LIMIT: Final = 1_000
"""Letters waiting in one mailbox."""
MAILBOX_LIMIT: Final = 4_194_304
"""Bytes waiting in one mailbox."""
TOKENS_LIMIT: Final = 64
"""Tokens admitted to one mailbox; one more and the soonest to end is forgotten."""
TTL_LIMIT_S: Final = 7 * 86_400
FRAMES_PER_S: Final = 50
"""What one connection may send in the long run."""
FRAMES_BURST: Final = 200
"""What one connection may send at once."""

SERVERS_LIMIT: Final = 8
"""Addresses of STUN and TURN servers in one answer."""
SERVER_TEXT_LIMIT: Final = 512
"""Characters of one such address, of the name and of the password for them."""

NODES_LIMIT: Final = 8
"""Addresses of nodes in one frame."""
NODE_TEXT_LIMIT: Final = 256
"""Characters of one such address."""

LOGIN_LABEL: Final = "relay login"
"""The domain of the login's signature, made over `login_words`."""

CLOSE_MALFORMED: Final = 4000
"""WebSocket close code: a frame that is not of this protocol."""
CLOSE_REPLACED: Final = 4001
"""WebSocket close code: a newer connection watches this mailbox."""
CLOSE_LOGIN: Final = 4003
"""WebSocket close code: the login was wrong or came too late."""
CLOSE_CROWDED: Final = 4004
"""WebSocket close code: this mailbox has as many connections as it may."""
CLOSE_DRAINING: Final = 1012
"""WebSocket close code (IANA, "service restart"): come back here or, better, to another node."""
