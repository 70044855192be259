"""A still in the GP's page, looked at closely by hand and by key, in a real Chromium."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest

pytestmark = pytest.mark.browser

PLACE = """
() => {
  const { left, top, width } = document.querySelector(".loupe-sheet").getBoundingClientRect();
  return { left, top, width };
}
"""
MOST_LOOKS = 500
TOLD = "(what) => window.toldOfTest.filter(([name]) => name === what).map(([, ...said]) => said)"


@pytest.fixture
def page(gallery: str, browser: Any) -> Iterator[Any]:
    """The page with a still of 640 by 480 open; what it asks of the session is written down."""
    opened = browser.new_page(viewport={"width": 1280, "height": 800})
    opened.goto(f"{gallery}?scene=consultation_still")
    opened.wait_for_selector("html[data-shown]")
    yield opened
    opened.close()


def frame(page: Any) -> dict[str, float]:
    box: dict[str, float] = page.locator(".loupe-frame").first.bounding_box()
    return box


def becomes(page: Any, look: Callable[[], Any], is_so: Callable[[Any], bool]) -> Any:
    """What is seen once it is so; the page's policy forbids waiting by a function of its own."""
    for _ in range(MOST_LOOKS):
        if is_so(seen := look()):
            break
        page.wait_for_timeout(20)
    assert is_so(seen)
    return seen


def test_the_wheel_enlarges_around_the_hand(page: Any) -> None:
    box, before = frame(page), page.evaluate(PLACE)
    at = (box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.4)
    page.mouse.move(*at)
    page.mouse.wheel(0, -100)
    after = becomes(page, lambda: page.evaluate(PLACE), lambda now: now != before)
    growth = after["width"] / before["width"]
    assert growth == pytest.approx(1.25, rel=0.01)
    assert (at[0] - after["left"]) / growth == pytest.approx(at[0] - before["left"], abs=1)
    assert (at[1] - after["top"]) / growth == pytest.approx(at[1] - before["top"], abs=1)


def test_a_length_is_told_in_pixels_and_by_the_doctors_own_reference(page: Any) -> None:
    page.get_by_test_id("still-measure").click()
    left, top, width = page.evaluate(PLACE).values()
    page.mouse.move(left + width * 0.25, top + 100)
    page.mouse.down()
    page.mouse.move(left + width * 0.75, top + 100, steps=3)
    page.mouse.up()
    measured = page.get_by_test_id("measured")
    assert measured.inner_text().startswith("320 pixels")
    page.get_by_test_id("measure-known").fill("8")
    assert "8,0 mm" in measured.inner_text()
    assert "mesure du médecin" in measured.inner_text()


def test_a_length_can_be_told_by_keys_alone(page: Any) -> None:
    page.get_by_test_id("still-measure").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert page.get_by_test_id("measured").inner_text().startswith("64 pixels")


def test_a_drawing_goes_to_the_site_as_a_copy(page: Any) -> None:
    page.get_by_test_id("still-annotate").click()
    left, top, width = page.evaluate(PLACE).values()
    page.mouse.move(left + width * 0.3, top + 60)
    page.mouse.down()
    page.mouse.move(left + width * 0.5, top + 120, steps=3)
    page.mouse.up()
    assert page.locator(".marks").get_attribute("data-marks") == "1"
    page.get_by_test_id("mark-send").click()
    page.get_by_test_id("annotation-state").filter(has_text="envoyée").wait_for()
    ((size, label, media_type, start),) = page.evaluate(TOLD, "offerFile")
    assert (label, media_type, start) == ("Oreille droite, annotée", "image/jpeg", [0xFF, 0xD8])
    assert size > 1_000
    assert page.locator(".marks").get_attribute("data-marks") == "0"


def test_the_site_sees_where_the_doctor_points_at_most_ten_times_a_second(page: Any) -> None:
    page.get_by_test_id("still-point").click()
    left, top, width = page.evaluate(PLACE).values()
    page.mouse.move(left + width * 0.5, top + width * 0.375)
    page.mouse.move(left + width * 0.8, top + width * 0.375, steps=40)
    aim = [1, pytest.approx(800, abs=2)]
    told = becomes(page, lambda: page.evaluate(TOLD, "point"), lambda now: now[-1][:2] == aim)
    assert len(told) < 40
    times = [said[3] for said in told]
    assert all(b - a >= 95 for a, b in pairwise(times))
    page.keyboard.press("Escape")
    assert page.evaluate(TOLD, "pointNowhere") == [[1]]


def test_light_changes_what_is_seen_and_is_taken_back(page: Any) -> None:
    image = page.get_by_test_id("loupe-image")
    page.get_by_test_id("light").click()
    page.get_by_test_id("light-gamma").fill("2")
    assert "light" in image.evaluate("(it) => getComputedStyle(it).filter")
    page.get_by_test_id("light-reset").click()
    assert image.evaluate("(it) => getComputedStyle(it).filter") == "none"
