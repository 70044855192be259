"""Whether a visitor is the owner of the key that it shows."""

from collections.abc import Collection
from contextlib import suppress

from client.core import mailbox
from client.core.identity import ForgedSignatureError, verify
from client.core.mailbox import Login


def check_login(login: Login, nonce: bytes, hosts: Collection[str]) -> None:
    """`ForgedSignatureError` unless the key's owner signed this challenge of this relay.

    ``hosts`` are the names under which visitors reach it.
    """
    for host in hosts:
        words = mailbox.login_words(nonce, host)
        with suppress(ForgedSignatureError):
            return verify(login.key, mailbox.LOGIN_LABEL, login.signature, words)
    raise ForgedSignatureError(mailbox.LOGIN_LABEL)
