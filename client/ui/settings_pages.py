"""The settings as pages of a form: each field is one setting, checked as the file's own are."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, get_args, get_type_hints

import msgspec

from client.catalogue import Catalogue
from client.core.adaptation.link_layer import LinkLayer
from client.core.dossier.ending import Role
from client.core.site_settings.checks import CHECKS
from client.core.site_settings.reading import Wrong
from client.core.site_settings.values import (
    LANGUAGES,
    PATIENT_WINDOWS,
    PICTURES,
    THEMES,
    Person,
    SiteSettings,
)
from client.ui.widgets.choice import Option
from client.ui.widgets.form import Field

PAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "place": ("place.name", "place.finess", "place.address"),
    "responsible": ("responsible.name", "responsible.rpps"),
    "people": ("people.name", "people.role", "people.rpps"),
    "relay": ("relay.url",),
    "devices": ("devices.camera", "devices.microphone", "devices.speaker"),
    "line": ("line.link_layer", "line.headroom_pct", "line.cap_kbit"),
    "retention": ("retention.pictures", "retention.records", "retention.rooms"),
    "screen": (
        "screen.theme",
        "screen.language",
        "screen.pictures",
        "screen.patient_window",
        "screen.patient_display",
    ),
}
"""In the order of the wizard and of the list."""
FIRST_RUN: Final = ("place", "responsible", "people", "relay", "devices")
_NUMBERS: Final = "123456789"
_NONE: Final = "none"


@dataclass(frozen=True, slots=True)
class Devices:
    """What was found on this machine: address and name of each, and the serial ports."""

    cameras: tuple[tuple[str, str], ...] = ()
    microphones: tuple[tuple[str, str], ...] = ()
    speakers: tuple[tuple[str, str], ...] = ()
    ports: tuple[str, ...] = ()


class WrongValueError(Exception):
    """A field holds what cannot be set."""

    def __init__(self, name: str, wrong: Wrong) -> None:
        super().__init__(name)
        self.name = name
        self.wrong = wrong


def page_fields(
    say: Catalogue, page: str, settings: SiteSettings, found: Devices
) -> tuple[Field, ...]:
    """The rows of one page; what is chosen among a few has a key for each."""
    return tuple(_field(say, name, settings, found) for name in PAGES[page])


def _field(say: Catalogue, name: str, settings: SiteSettings, found: Devices) -> Field:
    label = say(f"training.set.{name}")
    options = _options(say, name, settings, found)
    hint = "" if options else say(f"training.set.{name}.hint")
    return Field(_form_name(name), label, options, hint=hint, is_stacked=len(options) > 3)  # noqa: PLR2004 -- more do not fit beside each other


def _form_name(name: str) -> str:
    return name.replace(".", "_")


def _options(
    say: Catalogue, name: str, settings: SiteSettings, found: Devices
) -> tuple[Option, ...]:
    known: Mapping[str, tuple[tuple[str, str], ...]] = {
        "people.role": tuple((role.value, say(f"training.role.{role}")) for role in Role),
        "line.link_layer": (
            ("", say("training.measured")),
            *((one.value, one.value) for one in LinkLayer),
        ),
        "screen.theme": tuple((one, say(f"training.theme.{one}")) for one in THEMES),
        "screen.language": tuple((one, say(f"training.language.{one}")) for one in LANGUAGES),
        "screen.pictures": tuple((one, say(f"training.pictures.{one}")) for one in PICTURES),
        "screen.patient_window": tuple(
            (one, say(f"training.patient_window.{one}")) for one in PATIENT_WINDOWS
        ),
        "devices.camera": _chosen(say, settings.devices.camera, found.cameras),
        "devices.microphone": _chosen(say, settings.devices.microphone, found.microphones),
        "devices.speaker": _chosen(say, settings.devices.speaker, found.speakers),
    }
    pairs = zip(_NUMBERS, known.get(name, ()), strict=False)
    return tuple(Option(key, value, label) for key, (value, label) in pairs)


def _chosen(
    say: Catalogue, present: str, found: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, str], ...]:
    """None, what the file names although it was not found now, and what was found."""
    named = (present, say("training.not_found", name=present))
    is_known = present == _NONE or any(address == present for address, _ in found)
    return ((_NONE, say("training.no_device")), *(() if is_known else (named,)), *found)


def page_values(page: str, settings: SiteSettings) -> dict[str, str]:
    """What the fields hold for these settings."""
    part = _part(page, settings)
    found = {name: getattr(part, name.split(".")[1]) for name in PAGES[page]}
    told = {_form_name(name): "" if value is None else str(value) for name, value in found.items()}
    if page == "people" and not settings.people:
        told["people_role"] = ""  # nobody chose it
    return told


def _part(page: str, settings: SiteSettings) -> Any:
    if page != "people":
        return getattr(settings, page)
    return settings.person() or Person("")


def with_page(page: str, settings: SiteSettings, values: Mapping[str, str]) -> SiteSettings:
    """The settings with what was typed; `WrongValueError` for the first that cannot be set."""
    if page == "people" and not values["people_name"].strip():
        return replace(settings, people=settings.people[1:])
    part = _part(page, settings)
    hints = get_type_hints(type(part))
    told = {}
    for name in PAGES[page]:
        key = name.split(".")[1]
        told[key] = _read(name, values[_form_name(name)].strip(), hints[key])
    changed = replace(part, **told)
    if page != "people":
        return replace(settings, **{page: changed})
    return replace(settings, people=(changed, *settings.people[1:]))


def _read(name: str, text: str, hint: Any) -> Any:
    try:
        is_unsaid = not text and type(None) in get_args(hint)
        value = None if is_unsaid else msgspec.convert(text, hint, strict=False)
    except msgspec.ValidationError as error:
        raise WrongValueError(_form_name(name), Wrong.KIND) from error
    check = CHECKS.get(name)
    wrong = None if check is None else check(value)
    if wrong is not None:
        raise WrongValueError(_form_name(name), Wrong(wrong))
    return value
