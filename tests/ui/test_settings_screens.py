"""The first run and later changes: what is typed is checked, tried, written at once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from fakes.site_story import STATES
from fakes.site_terminal import terminal
from textual.app import App
from textual.pilot import Pilot

from client.catalogue import LANGUAGES, Catalogue
from client.core.dossier.ending import Role
from client.core.site_settings.reading import Wrong
from client.core.site_settings.values import (
    DeviceSettings,
    Person,
    PlaceSettings,
    RelaySettings,
    SiteSettings,
)
from client.store.errors import StorageFailedError
from client.ui.screens.settings import SettingsApp, SettingsDesk
from client.ui.settings_pages import (
    FIRST_RUN,
    PAGES,
    Devices,
    WrongValueError,
    page_fields,
    page_values,
    with_page,
)
from client.ui.wishes import SettingsWanted

SAY = Catalogue("fr")
SIZES = [(80, 24), (200, 60)]
FOUND = Devices(
    (("v4l2:/dev/video0", "HD WebCam"), ("v4l2:/dev/video2", "Otoscope USB")),
    (("alsa:default", "Micro USB"),),
    (("alsa:default", "Haut-parleurs"),),
    ("/dev/ttyUSB0",),
)


class Computer:
    """What the screens were given, and what became of it."""

    def __init__(self, settings: SiteSettings, *, answers: bool = True) -> None:
        self.saved: list[SiteSettings] = []
        self.tried: list[str] = []
        self._answers = answers
        self.is_full = False
        self.desk = SettingsDesk(SAY, settings, self.save, self.reaches, FOUND)

    def save(self, settings: SiteSettings) -> None:
        if self.is_full:
            raise StorageFailedError("no room")
        self.saved.append(settings)

    async def reaches(self, url: str) -> bool:
        self.tried.append(url)
        return self._answers


@asynccontextmanager
async def shown(
    computer: Computer, *, is_first_run: bool = False, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[App[None], Pilot[None]]]:
    app = SettingsApp(computer.desk, is_first_run=is_first_run)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield app, pilot


def text_of(app: App[None]) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.replace("\N{NO-BREAK SPACE}", " ") for strip in strips)


async def typed(pilot: Pilot[None], text: str, *keys: str) -> None:
    await pilot.press(*text, *keys)
    await pilot.pause()


async def test_the_first_run_asks_everything_once() -> None:
    computer = Computer(SiteSettings())
    async with shown(computer, is_first_run=True) as (app, pilot):
        await typed(pilot, "Halles", "enter")
        await typed(pilot, "750803447", "enter")
        await typed(pilot, "12", "enter")
        await typed(pilot, "Dumas", "enter", "f2")
        await typed(pilot, "Roux", "enter", "3", "f2")
        await typed(pilot, "https://r.example", "f2")
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("2")
        await pilot.press("f2")
        await pilot.pause()
    last = computer.saved[-1]
    assert last.place == PlaceSettings("Halles", "750803447", "12")
    assert last.responsible.name == "Dumas"
    assert last.people == (Person("Roux", Role.NURSE),)
    assert computer.tried == [last.relay.url] == ["https://r.example"]
    assert last.devices.camera == "v4l2:/dev/video0"
    assert len(computer.saved) == len(FIRST_RUN)
    assert app.return_value is None


async def test_the_first_run_tells_where_it_is_and_goes_back_page_by_page() -> None:
    computer = Computer(SiteSettings())
    async with shown(computer, is_first_run=True) as (app, pilot):
        assert f"page 1 sur {len(FIRST_RUN)}" in text_of(app)
        await typed(pilot, "Halles", "f2")
        assert "page 2 sur" in text_of(app)
        await typed(pilot, "", "escape")
        assert "page 1 sur" in text_of(app)
        assert "Halles" in text_of(app)
        assert app.is_running
        await typed(pilot, "", "escape")
        assert not app.is_running


async def test_a_number_that_is_wrong_is_told_and_not_taken() -> None:
    computer = Computer(SiteSettings())
    async with shown(computer, is_first_run=True) as (app, pilot):
        await typed(pilot, "Halles", "enter")
        await typed(pilot, "750803448", "f2")
        assert "neuf caractères" in text_of(app)
        assert computer.saved == []
        await typed(pilot, "", "backspace", "7", "f2")
        assert computer.saved[0].place.finess == "750803447"


async def test_a_relay_that_does_not_answer_is_told_once() -> None:
    computer = Computer(SiteSettings(relay=RelaySettings("")), answers=False)
    async with shown(computer) as (app, pilot):
        await pilot.press("down", "down", "down", "enter")
        await pilot.pause()
        await typed(pilot, "https://r.example", "f2")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "ne répond pas" in text_of(app)
        assert computer.saved == []
        await pilot.press("f2")
        await app.workers.wait_for_complete()
        await pilot.pause()
    assert computer.saved[-1].relay.url == "https://r.example"


async def test_a_relay_that_did_not_answer_is_not_taken_with_another_page() -> None:
    computer = Computer(SiteSettings(relay=RelaySettings("https://known.example")), answers=False)
    async with shown(computer) as (app, pilot):
        await pilot.press("down", "down", "down", "enter")
        await pilot.pause()
        await typed(pilot, "x", "f2")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "ne répond pas" in text_of(app)
        await typed(pilot, "", "escape", "home", "enter")
        await typed(pilot, "Halles", "f2")
    assert computer.saved[-1].place.name == "Halles"
    assert computer.saved[-1].relay.url == "https://known.example"


async def test_a_full_disk_is_told() -> None:
    computer = Computer(SiteSettings())
    computer.is_full = True
    async with shown(computer) as (app, pilot):
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("f2")
        await pilot.pause()
        assert SAY.explain(StorageFailedError("no room"))[0][:30] in text_of(app)


async def test_leaving_a_page_changes_nothing() -> None:
    computer = Computer(SiteSettings())
    async with shown(computer) as (app, pilot):
        await pilot.press("enter")
        await pilot.pause()
        await typed(pilot, "Autre", "escape")
        await pilot.press("q")
    assert computer.saved == []
    assert app.return_value is None


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("page", range(len(PAGES)))
async def test_every_page_is_drawn(page: int, size: tuple[int, int]) -> None:
    async with shown(Computer(SiteSettings()), size=size) as (app, pilot):
        await pilot.press(*["down"] * page, "enter")
        await pilot.pause()
        seen = text_of(app)
        for row in page_fields(SAY, list(PAGES)[page], SiteSettings(), FOUND):
            assert row.label.replace("\N{NO-BREAK SPACE}", " ") in seen
            assert all(option.label in seen for option in row.options)
        assert "F2" in seen


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_left_as_it_was_changes_nothing(page: str, language: str) -> None:
    settings = SiteSettings(
        people=(Person("A", Role.NURSE), Person("B")), devices=DeviceSettings("file:x.webm")
    )
    rows = page_fields(Catalogue(language), page, settings, FOUND)
    values = page_values(page, settings)
    assert {row.name for row in rows} == set(values)
    assert with_page(page, settings, values) == settings


def test_a_camera_that_is_away_is_kept_by_its_name() -> None:
    settings = SiteSettings(devices=DeviceSettings("v4l2:/dev/video9"))
    camera = page_fields(SAY, "devices", settings, FOUND)[0]
    assert [option.value for option in camera.options] == [
        *("none", "v4l2:/dev/video9", "v4l2:/dev/video0", "v4l2:/dev/video2")
    ]


@pytest.mark.parametrize(
    ("page", "name", "text", "wrong"),
    [
        ("line", "line_headroom_pct", "x", Wrong.KIND),
        ("line", "line_headroom_pct", "", Wrong.KIND),
        ("line", "line_cap_kbit", "3", Wrong.RANGE),
        ("retention", "retention_rooms", "-1", Wrong.RANGE),
        ("people", "people_rpps", "12", Wrong.RPPS),
        ("people", "people_role", "", Wrong.KIND),
        ("relay", "relay_url", "relais", Wrong.URL),
    ],
)
def test_what_cannot_be_set_is_refused(page: str, name: str, text: str, wrong: Wrong) -> None:
    values = page_values(page, SiteSettings()) | {"people_name": "A", "people_role": "nurse"}
    values |= {name: text}
    with pytest.raises(WrongValueError) as raised:
        with_page(page, SiteSettings(), values)
    assert (raised.value.name, raised.value.wrong) == (name, wrong)


def test_whoever_has_no_name_any_more_is_taken_out() -> None:
    settings = SiteSettings(people=(Person("A"), Person("B")))
    values = page_values("people", settings) | {"people_name": ""}
    assert with_page("people", settings, values).people == (Person("B"),)


async def test_the_start_leads_to_the_settings() -> None:
    async with terminal(STATES["start_open"]) as seen:
        await seen.press("s")
    assert seen.app.return_value == SettingsWanted()
