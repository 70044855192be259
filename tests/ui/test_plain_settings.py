"""The settings by lines: the same pages, checks and file as at the screen."""

from dataclasses import replace

from fakes.typed_lines import TypedLines
from ui.test_settings_screens import FOUND, Computer

from client.catalogue import Catalogue
from client.core.dossier.ending import Role
from client.core.site_settings.values import (
    DeviceSettings,
    Person,
    PlaceSettings,
    RelaySettings,
    SiteSettings,
)
from client.store.errors import StorageFailedError
from client.ui.plain_settings import PlainSettings
from client.ui.settings_pages import FIRST_RUN, PAGES

SAY = Catalogue("fr")
RELAY = "https://relais.example.org"
PLACE, RELAY_PAGE = (str(tuple(PAGES).index(page) + 1) for page in ("place", "relay"))


async def led(computer: Computer, *lines: str, is_first_run: bool = False) -> list[str]:
    person = TypedLines(*lines)
    await PlainSettings(computer.desk, person).run(is_first_run=is_first_run)
    return person.told


async def test_the_first_run_asks_page_after_page_and_writes_each_at_once() -> None:
    computer = Computer(SiteSettings())
    place = ("Pharmacie du Lac", "", "2 rue du Lac")
    people = ("Léa Petit", "1", "")
    told = await led(computer, *place, "", "", *people, RELAY, "2", "2", "2", is_first_run=True)
    assert len(computer.saved) == len(FIRST_RUN)
    assert computer.saved[0].place == PlaceSettings("Pharmacie du Lac", "", "2 rue du Lac")
    last = computer.saved[-1]
    assert last.people == (Person("Léa Petit", next(iter(Role))),)
    assert last.relay == RelaySettings(RELAY)
    assert last.devices == DeviceSettings(
        FOUND.cameras[0][0], FOUND.microphones[0][0], FOUND.speakers[0][0]
    )
    assert told.count(SAY("training.set.saved")) == len(FIRST_RUN)


async def test_one_page_is_changed_and_the_list_told_again() -> None:
    computer = Computer(SiteSettings(place=PlaceSettings("Pharmacie", "", "2 rue du Lac")))
    told = await led(computer, PLACE, "Autre lieu", "", "-", "")
    assert computer.saved == [SiteSettings(place=PlaceSettings("Autre lieu"))]
    assert told.count(SAY("training.plain.page")) == 2


async def test_what_cannot_be_set_says_why_and_is_asked_again() -> None:
    computer = Computer(SiteSettings())
    told = await led(computer, PLACE, "Pharmacie", "12345", "", "54321", "-", "")
    name = SAY("training.set.place.finess")
    assert told.count(SAY("training.wrong.finess", name=name)) == 2
    assert computer.saved == [SiteSettings(place=PlaceSettings("Pharmacie"))]


async def test_a_page_that_is_left_stays_as_it_was() -> None:
    computer = Computer(SiteSettings())
    told = await led(computer, PLACE, "Pharmacie", ".", "")
    assert computer.saved == []
    assert SAY("training.set.unchanged") in told
    assert await led(computer, ".", is_first_run=True)
    assert computer.saved == []


async def test_a_relay_that_does_not_answer_is_kept_only_after_a_yes() -> None:
    computer = Computer(SiteSettings(), answers=False)
    await led(computer, RELAY_PAGE, RELAY, "", ".")
    assert computer.saved == []
    await led(computer, RELAY_PAGE, RELAY, "o")
    assert computer.saved == [SiteSettings(relay=RelaySettings(RELAY))]
    assert computer.tried == [RELAY, RELAY]


async def test_a_relay_that_stays_the_same_is_not_tried() -> None:
    settings = SiteSettings(relay=RelaySettings(RELAY))
    computer = Computer(settings, answers=False)
    await led(computer, RELAY_PAGE, "")
    assert computer.saved == [settings]
    assert computer.tried == []


async def test_a_full_disk_is_told_and_the_settings_stay_as_they_are() -> None:
    computer = Computer(SiteSettings())
    computer.is_full = True
    told = await led(computer, PLACE, "Pharmacie", "", "")
    assert " ".join(SAY.explain(StorageFailedError("no room"))) in told
    assert computer.desk.settings == SiteSettings()
    computer.is_full = False
    await led(computer, PLACE, "Pharmacie", "", "")
    assert computer.saved == [replace(SiteSettings(), place=PlaceSettings("Pharmacie"))]
