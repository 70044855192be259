"""``chevet gp``: the GP's page from the GP's own machine, so that nobody else can alter it."""

import argparse

from client.catalogue import Catalogue
from client.errors import UsageError

_PORT_LIMIT = 1 << 16


def register(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",  # no public name for it
    say: Catalogue,
) -> None:
    """Add the command and its options. There is none for the invitation: it holds a secret."""
    parser = subparsers.add_parser(
        "gp", help=say("cli.gp.help"), description=say("cli.gp.description")
    )
    parser.add_argument("--port", type=int, default=0, help=say("cli.gp.port"))
    parser.add_argument("--relay", metavar="URL", help=say("cli.gp.relay"))
    parser.add_argument("--print-url", action="store_true", help=say("cli.print_url"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, say: Catalogue) -> int:
    """Serve until stopped."""
    if not 0 <= args.port < _PORT_LIMIT:
        raise UsageError(say("cli.port_range", port=args.port))
    from client.relay.page import built_page, shell_version  # noqa: PLC0415 -- heavy, see --help
    from client.relay.process import run_until_stopped  # noqa: PLC0415 -- same
    from client.relay.serve import serve_page  # noqa: PLC0415 -- same

    def announce(url: str) -> None:
        if args.print_url:
            print(url, flush=True)  # noqa: T201 -- the command's output
        print(say("cli.gp.ready", url=url), flush=True)  # noqa: T201 -- same
        version = shell_version(built_page())
        print(say("cli.gp.version", version=version), flush=True)  # noqa: T201 -- same

    run_until_stopped(serve_page(args.port, args.relay, announce))
    return 0
