"""The page's gallery in a real Chromium, for tests that drive it by hand and key."""

from collections.abc import Iterator
from typing import Any

import page_gallery
import pytest

from client.demo.gp_in_chromium import find_chromium


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    """Where the page's made-up scenes are served."""
    with page_gallery.gallery() as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real Chromium; of a module without asynchronous tests, whose loop it would stop."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- the `browser` extra

    chromium = find_chromium()
    assert chromium is not None, "scripts/test installs Chromium; here there is none"
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu"]
        running = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield running
        running.close()
