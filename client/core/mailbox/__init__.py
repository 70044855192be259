"""What the relay and its visitors say to each other: one CBOR map a WebSocket message.

The relay speaks first::

    relay    Challenge
    visitor  Login      the challenge signed with its Ed25519 key; no accounts
    relay    Welcome
    relay    Nodes      if it has any: where else I can be reached
    visitor  Admit      who holds this token may put letters into my mailbox
    relay    Admitted
    visitor  Put        a letter for somebody's mailbox
    relay    Stored     only after it is on disk, or Refused
    visitor  Turn       how do I reach the other end where no direct way leads?
    relay    Servers    these will help, for so long
    visitor  Watch      push me everything that is in my mailbox and whatever comes
    relay    Message    ... until the visitor's Ack deletes it

Letters are opaque here. Key ``t`` of each map names its kind. The page mirrors this module.
"""

from client.core.mailbox.addresses import (
    RelayUrlError,
    host_of,
    mailbox_url,
)
from client.core.mailbox.coding import (
    MailboxError,
    decode,
    encode,
)
from client.core.mailbox.frames import (
    Ack,
    Admit,
    Admitted,
    Challenge,
    Frame,
    Login,
    Message,
    Nodes,
    Put,
    Reason,
    Refused,
    Request,
    Servers,
    Stored,
    Turn,
    Watch,
    Welcome,
    login_words,
    token_hash,
)
from client.core.mailbox.limits import (
    ADDRESS_BYTES,
    CLOSE_CROWDED,
    CLOSE_DRAINING,
    CLOSE_LOGIN,
    CLOSE_MALFORMED,
    CLOSE_REPLACED,
    DATA_LIMIT,
    FRAME_LIMIT,
    FRAMES_BURST,
    FRAMES_PER_S,
    KEY_BYTES,
    LOGIN_LABEL,
    MAILBOX_LIMIT,
    MESSAGES_LIMIT,
    NODE_TEXT_LIMIT,
    NODES_LIMIT,
    NONCE_BYTES,
    SERVER_TEXT_LIMIT,
    SERVERS_LIMIT,
    SIGNATURE_BYTES,
    TOKEN_BYTES,
    TOKEN_HASH_BYTES,
    TOKENS_LIMIT,
    TTL_LIMIT_S,
)

__all__ = [
    "ADDRESS_BYTES",
    "CLOSE_CROWDED",
    "CLOSE_DRAINING",
    "CLOSE_LOGIN",
    "CLOSE_MALFORMED",
    "CLOSE_REPLACED",
    "DATA_LIMIT",
    "FRAMES_BURST",
    "FRAMES_PER_S",
    "FRAME_LIMIT",
    "KEY_BYTES",
    "LOGIN_LABEL",
    "MAILBOX_LIMIT",
    "MESSAGES_LIMIT",
    "NODES_LIMIT",
    "NODE_TEXT_LIMIT",
    "NONCE_BYTES",
    "SERVERS_LIMIT",
    "SERVER_TEXT_LIMIT",
    "SIGNATURE_BYTES",
    "TOKENS_LIMIT",
    "TOKEN_BYTES",
    "TOKEN_HASH_BYTES",
    "TTL_LIMIT_S",
    "Ack",
    "Admit",
    "Admitted",
    "Challenge",
    "Frame",
    "Login",
    "MailboxError",
    "Message",
    "Nodes",
    "Put",
    "Reason",
    "Refused",
    "RelayUrlError",
    "Request",
    "Servers",
    "Stored",
    "Turn",
    "Watch",
    "Welcome",
    "decode",
    "encode",
    "host_of",
    "login_words",
    "mailbox_url",
    "token_hash",
]
