"""Firefox with a door of ours in front: a program that Playwright starts in Firefox's place.

Playwright drives a Firefox it did not build over WebDriver BiDi, but opens no context without one
command that Firefox 153 does not know. This starts Firefox and passes everything on, both ways,
except that it answers that one command itself.
"""

import asyncio
import json
import re
import shutil
import sys
from typing import Final

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, web

NAMES: Final = ("firefox-esr", "firefox")
NOT_THERE: Final = frozenset({"emulation.setMediaFeaturesOverride"})
"""WebDriver BiDi commands this Firefox answers with "unknown command"; none matters to a test."""
_LISTENING: Final = re.compile(rb"WebDriver BiDi listening on (ws://\S+)")


def find_firefox() -> str | None:
    """The browser to use, or `None` where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


async def _browse(executable: str, *words: str) -> int:
    """Run Firefox until it ends, with a door of our own in front of its."""
    firefox = await asyncio.create_subprocess_exec(
        executable, *words, stderr=asyncio.subprocess.PIPE, limit=1 << 20
    )
    assert firefox.stderr is not None
    runner: web.AppRunner | None = None
    async for line in firefox.stderr:
        said = line
        if found := _LISTENING.search(line):
            runner, address = await _open_door(found[1].decode())
            said = b"WebDriver BiDi listening on " + address.encode() + b"\n"
        sys.stderr.buffer.write(said)
        sys.stderr.buffer.flush()
    if runner is not None:
        await runner.cleanup()
    return await firefox.wait()


async def _open_door(firefox_url: str) -> tuple[web.AppRunner, str]:
    async def pass_on(request: web.Request) -> web.WebSocketResponse:
        driver = web.WebSocketResponse(max_msg_size=0)
        await driver.prepare(request)
        async with (
            ClientSession() as session,
            session.ws_connect(f"{firefox_url}{request.path}", max_msg_size=0) as browser,
        ):
            await asyncio.gather(_to_browser(driver, browser), _to_driver(browser, driver))
        return driver

    application = web.Application()
    application.router.add_get("/{path:.*}", pass_on)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return runner, f"ws://127.0.0.1:{runner.addresses[0][1]}"


async def _to_browser(driver: web.WebSocketResponse, browser: ClientWebSocketResponse) -> None:
    async for message in driver:
        if message.type is not WSMsgType.TEXT:
            continue
        command = json.loads(message.data)
        if command.get("method") in NOT_THERE:
            await driver.send_json({"type": "success", "id": command["id"], "result": {}})
        else:
            await browser.send_str(message.data)
    await browser.close()


async def _to_driver(browser: ClientWebSocketResponse, driver: web.WebSocketResponse) -> None:
    async for message in browser:
        if message.type is WSMsgType.TEXT:
            await driver.send_str(message.data)
    await driver.close()


if __name__ == "__main__":
    found = find_firefox()
    if found is None:
        sys.exit("no Firefox here: apt-get install firefox-esr")
    sys.exit(asyncio.run(_browse(found, *sys.argv[1:])))
