"""What a real Chromium keeps, exports and forgets after a consultation; who is called, sent on."""

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import pytest
from end_to_end.test_known_gp_in_chromium import a_browser, answer, meet
from end_to_end.test_known_gp_in_python import Site, a_site
from fakes.ready_dossier import make_ready

from client.core.consultation import LinkState, State
from client.demo.gp_in_chromium import PATIENCE_MS, ChromiumGp
from client.relay.serve import serve
from client.store import keys

pytestmark = pytest.mark.browser

PATIENT: Final = "Mme Durand"
TEXT: Final = "Rhinopharyngite, <b>revoir</b> si fièvre (fictif)."
AWAY: Final = """
// The tab is behind another, and notifications are written down instead of shown.
Object.defineProperty(document, "hidden", { get: () => true });
window.noticesOfTest = [];
window.Notification = class {
  static permission = "granted";
  constructor(title, facts) { window.noticesOfTest.push([title, facts.body ?? ""]); }
  close() {}
};
"""
BY_WORKER: Final = """
// As on Android: what a page makes itself is refused, its service worker's are shown.
window.Notification = class {
  static permission = "granted";
  constructor() { throw new TypeError("Illegal constructor"); }
};
ServiceWorkerRegistration.prototype.showNotification = async function (title, facts) {
  window.noticesOfTest.push([title, facts.body ?? ""]);
};
"""
EVERYTHING_KEPT: Final = """
// All that the browser's database holds: text as it lies there, and which keys can be taken out.
async () => {
  const opened = (request) => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
  const database = await opened(indexedDB.open("chevet"));
  const store = database.transaction("kept").objectStore("kept");
  const [names, values] = await Promise.all([opened(store.getAllKeys()), opened(store.getAll())]);
  const found = { names, text: "", extractable: 0, keys: 0 };
  const look = (value) => {
    if (value instanceof CryptoKey) {
      found.keys += 1;
      if (value.type !== "public" && value.extractable) found.extractable += 1;
    } else if (value instanceof ArrayBuffer) look(new Uint8Array(value));
    else if (value instanceof Uint8Array) found.text += new TextDecoder("latin1").decode(value);
    else if (typeof value === "string") found.text += value;
    else if (value instanceof Map) for (const pair of value) pair.forEach(look);
    else if (value !== null && typeof value === "object") Object.values(value).forEach(look);
  };
  values.forEach(look);
  return found;
}
"""


@pytest.fixture
async def relay_url(tmp_path: Path) -> AsyncIterator[str]:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve("127.0.0.1", 0, tmp_path / "relay", ready.set_result))
    yield await ready
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


@pytest.fixture(params=[AWAY])
async def called(
    relay_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[tuple[Site, ChromiumGp]]:
    """A site that the page knows calls it, while the page's tab is behind another."""
    folder, secrets = tmp_path / "site", keys.ephemeral()
    async with a_browser() as gp:
        async with a_site(relay_url, folder, secrets) as site:
            await meet(site, gp)
        await gp.page.add_init_script(request.param)
        await gp.page.goto(relay_url)
        async with a_site(relay_url, folder, secrets) as site:
            make_ready(site.session)
            site.session.call(site.now.contacts[0].public)
            await site.until(lambda now: now.state is State.VERIFIED)
            site.session.enter_patient(PATIENT, "toux")
            yield site, gp


async def test_a_consultation_is_kept_exported_and_erased(called: tuple[Site, ChromiumGp]) -> None:
    site, gp = called
    await answer(gp)
    await site.until(lambda now: now.link.state is LinkState.UP)
    await gp.page.get_by_test_id("summary").fill(TEXT)
    await gp.page.get_by_test_id("summary-send").click()
    received = gp.page.locator("[data-testid=summary-state][data-state=received]")
    await received.wait_for(timeout=PATIENCE_MS)
    await gp.leave()

    export, name = await exported(gp, gp.page.get_by_test_id("after-export"))
    assert name.startswith("chevet-")
    assert "Durand" not in name
    check(export)

    await gp.page.get_by_test_id("after-keep").click()
    await gp.page.get_by_test_id("after-told").filter(has_text=" ").wait_for(timeout=PATIENCE_MS)
    await gp.page.reload()
    await gp.page.locator(".past-box > summary").click(timeout=PATIENCE_MS)
    await gp.page.get_by_test_id("history-open").click()
    content = gp.page.get_by_test_id("history-content")
    await content.get_by_text(TEXT, exact=True).wait_for(timeout=PATIENCE_MS)
    again, _ = await exported(gp, content.get_by_role("button"))
    assert again == export

    kept: Any = await gp.page.evaluate(EVERYTHING_KEPT)
    assert any(name.startswith("history/") for name in kept["names"])
    assert not any(name.startswith(("journal", "draft/")) for name in kept["names"])
    assert kept["keys"] > 0
    assert kept["extractable"] == 0
    assert "Durand" not in kept["text"]
    assert "Rhinopharyngite" not in kept["text"]

    for _press in range(2):  # what cannot be undone takes two
        await gp.page.get_by_test_id("history-erase_all").click()
    await gp.page.locator(".past-box").wait_for(state="hidden", timeout=PATIENCE_MS)
    left: Any = await gp.page.evaluate(EVERYTHING_KEPT)
    assert not any("history" in name for name in left["names"])


async def exported(gp: ChromiumGp, opener: Any) -> tuple[dict[str, bytes], str]:
    """The files of the archive that a press downloads, and the archive's name."""
    async with gp.page.expect_download(timeout=PATIENCE_MS) as downloading:
        await opener.click()
    download = await downloading.value
    data = await asyncio.to_thread(Path(await download.path()).read_bytes)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {path: archive.read(path) for path in archive.namelist()}
    return files, str(download.suggested_filename)


def check(files: dict[str, bytes]) -> None:
    page = files["consultation.html"].decode()
    assert PATIENT in page
    assert "Rhinopharyngite, &lt;b&gt;revoir&lt;/b&gt; si fièvre" in page
    assert "<script" not in page
    told = json.loads(files["consultation.json"])
    assert told["patientName"] == PATIENT
    assert told["summary"]["draftText"] == TEXT


@pytest.mark.parametrize(
    "called", [AWAY, AWAY + BY_WORKER], ids=["by the page", "by its worker"], indirect=True
)
async def test_a_gp_whose_eyes_are_elsewhere_is_called_without_a_name(
    called: tuple[Site, ChromiumGp],
) -> None:
    _, gp = called
    await gp.page.get_by_test_id("waiting-one").get_by_text(PATIENT).wait_for(timeout=PATIENCE_MS)
    await gp.page.wait_for_function("noticesOfTest.length > 0", timeout=PATIENCE_MS)
    notices: Any = await gp.page.evaluate("noticesOfTest")
    assert len(notices) == 1
    assert "Durand" not in str(notices)
    title = await gp.page.title()
    assert title.startswith("(1)")
    assert "Durand" not in title


async def test_a_patient_is_sent_elsewhere_before_any_picture(
    called: tuple[Site, ChromiumGp],
) -> None:
    site, gp = called
    card = gp.page.get_by_test_id("waiting-one").filter(has_text=PATIENT)
    await card.get_by_test_id("redirect").click(timeout=PATIENCE_MS)
    await card.get_by_test_id("wait-text").fill("Appelez le 15")
    await card.get_by_test_id("wait-send").click()
    await site.until(lambda now: now.gp_waiting is not None and now.gp_waiting.is_redirected)
    assert site.now.gp_waiting is not None
    assert site.now.gp_waiting.text == "Appelez le 15"
    assert site.now.link.state is not LinkState.UP
    await card.wait_for(state="detached", timeout=PATIENCE_MS)  # told: it waits here no more
