"""``chevet contacts``: whom this site knows."""

import argparse
import asyncio
import os
from dataclasses import replace
from pathlib import Path

from platformdirs import user_data_path

from client import clock
from client.catalogue import Catalogue
from client.core.contacts import Contact, found
from client.core.plain_text import printable
from client.errors import UsageError

ACTIONS = ("list", "show", "revoke", "forget")


def register(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]", say: Catalogue
) -> None:
    """Add the sub-command."""
    parser = subparsers.add_parser(
        "contacts", help=say("cli.contacts.help"), description=say("cli.contacts.description")
    )
    parser.add_argument("action", choices=ACTIONS, help=say("cli.contacts.action"))
    parser.add_argument("who", nargs="?", default="", help=say("cli.contacts.who"))
    parser.add_argument("--record", type=Path, metavar="DIR", help=say("cli.contacts.record"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, say: Catalogue) -> int:
    """Carry out one action on the book."""
    if arguments.action != "list" and not arguments.who:
        raise UsageError(say("cli.contacts.who_missing", action=arguments.action))
    for line in asyncio.run(_done(arguments, say)):
        print(printable(line))  # noqa: T201 -- the command's output
    return 0


async def _done(arguments: argparse.Namespace, say: Catalogue) -> list[str]:
    from client.cli.unlocking import PASSPHRASE_VARIABLE, keys_in  # noqa: PLC0415 -- heavy
    from client.store.contacts import Contacts  # noqa: PLC0415 -- same

    folder = arguments.record or user_data_path("chevet", appauthor=False)
    keys = keys_in(folder, os.environ.pop(PASSPHRASE_VARIABLE, None), say)
    book = await Contacts.open(folder, keys)
    try:
        if arguments.action == "list":
            return [_line(say, contact) for contact in book.all] or [say("cli.contacts.none")]
        contact = found(book.all, arguments.who)
        if arguments.action == "show":
            return _shown(say, contact)
        if arguments.action == "revoke":
            await book.keep(replace(contact, revoked_at=clock.now(), secrets=(), bundle=None))
            return [say("cli.contacts.revoked", name=contact.name)]
        await book.forget(contact.public)
        return [say("cli.contacts.forgotten", name=contact.name)]
    finally:
        await book.close()


def _line(say: Catalogue, contact: Contact) -> str:
    return say(
        "cli.contacts.line",
        name=_printable(contact.name),
        role=_printable(contact.role),
        date=contact.verified_at.astimezone().date().isoformat(),
        state=say(f"cli.contacts.state.{_state(contact)}"),
    )


def _shown(say: Catalogue, contact: Contact) -> list[str]:
    number = [say("cli.contacts.rpps", number=contact.rpps)] if contact.rpps else []
    key = say("cli.contacts.key", digits=contact.public.hex(" ", 4))
    return [_line(say, contact), *number, key, say("cli.contacts.how")]


def _state(contact: Contact) -> str:
    if contact.is_revoked:
        return "revoked"
    return "ready" if contact.can_be_called(clock.now()) else "no_key"


def _printable(text: str) -> str:
    """A contact wrote it: no control character of a terminal's survives."""
    return "".join(character if character.isprintable() else " " for character in text)
