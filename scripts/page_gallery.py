"""The gallery of the GP's page, built and served under the policy the page lives under."""

import functools
import http.server
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).resolve().parent.parent / "client" / "page"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "media-src 'self' blob:; connect-src 'self' ws: wss:; require-trusted-types-for 'script'"
)


class _Handler(http.server.SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        """The policy the page will live under."""
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@contextmanager
def gallery() -> Iterator[str]:
    """Build it; its address while it is served."""
    with tempfile.TemporaryDirectory() as site:
        build = ["npx", "vite", "build", "--mode", "gallery", "--outDir", site]
        subprocess.run([*build, "--logLevel", "warn"], cwd=PAGE, check=True)  # noqa: S603 -- fixed
        handler = functools.partial(_Handler, directory=site)
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{server.server_port}/gallery/index.html"
            server.shutdown()
