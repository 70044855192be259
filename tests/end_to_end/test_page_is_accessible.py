"""Every screen of the GP's page, judged by axe-core in Chromium and walked through by keys."""

from collections.abc import Iterator
from typing import Any, Final

import page_gallery
import pytest

pytestmark = pytest.mark.browser

AXE: Final = page_gallery.PAGE / "node_modules" / "axe-core" / "axe.min.js"
LEVELS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
LOOKS: Final = (("light", 1280, 800), ("dark", 1280, 800), ("light", 390, 844))
JUDGE: Final = """
(levels) => axe.run(document, { runOnly: { type: "tag", values: levels } }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
    `${id} at ${target}: ${failureSummary}`)))
"""
FOCUSED: Final = """
() => {
  const it = document.activeElement;
  if (it === null || it === document.body) return null;
  const { outlineStyle, outlineWidth } = getComputedStyle(it);
  const { top, bottom } = it.getBoundingClientRect();
  return {
    place: [...document.querySelectorAll("*")].indexOf(it),
    name: it.dataset.testid ?? it.className ?? it.tagName,
    isOutlined: outlineStyle !== "none" && parseFloat(outlineWidth) > 0,
    isInSight: bottom > 0 && top < innerHeight,
  };
}
"""
MOST_STOPS: Final = 200


@pytest.mark.parametrize(("theme", "width", "height"), LOOKS)
def test_every_screen_keeps_wcag_2_2_aa(
    gallery: str, browser: Any, theme: str, width: int, height: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=theme)
    page.add_init_script(path=AXE)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    for scene in _scenes(page, gallery):
        page.goto(f"{gallery}?scene={scene}")
        page.wait_for_selector("html[data-shown]")
        complaints += [f"{scene}: {complaint}" for complaint in page.evaluate(JUDGE, LEVELS)]
    page.close()
    assert complaints == []


def _scenes(page: Any, gallery: str) -> list[str]:
    page.goto(gallery)
    page.wait_for_selector("html[data-shown]")
    scenes: list[str] = page.evaluate("document.documentElement.dataset.scenes.split(' ')")
    assert len(scenes) > 20, "the gallery lost its scenes"
    return scenes


@pytest.mark.parametrize("scene", ["consultation", "consultation_annotate"])
def test_the_tab_key_reaches_everything_in_the_order_of_the_page(
    gallery: str, browser: Any, scene: str
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{gallery}?scene={scene}")
    page.wait_for_selector("html[data-shown]")
    stops = list(_walk(page))
    page.close()
    names = [stop["name"] for stop in stops]
    assert {"mute", "end", "ask-oximeter", "ask-text", "text-input"} <= set(names)
    places = [stop["place"] for stop in stops]
    assert places == sorted(places), names
    assert [stop["name"] for stop in stops if not stop["isOutlined"]] == []
    assert [stop["name"] for stop in stops if not stop["isInSight"]] == []


def _walk(page: Any) -> Iterator[dict[str, Any]]:
    """Where the focus goes from the page's beginning to its end."""
    page.evaluate("document.querySelector('.skip').focus()")
    seen: set[int] = set()
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None or stop["place"] in seen:
            return
        seen.add(stop["place"])
        yield stop
