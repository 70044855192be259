"""What ``chevet site`` takes from the settings where its own words say nothing."""

import argparse
import os
from typing import TYPE_CHECKING

from client.catalogue import Catalogue
from client.errors import UsageError

if TYPE_CHECKING:
    from client.core.site_settings.values import SiteSettings


def complete(arguments: argparse.Namespace, settings: "SiteSettings", say: Catalogue) -> None:
    """Fill in every option that was not given; `UsageError` where nothing names a relay."""
    person = settings.person(arguments.operator or "")
    devices, line = settings.devices, settings.line
    told = {
        "relay": settings.relay.url,
        "camera": devices.camera,
        "microphone": devices.microphone,
        "speaker": devices.speaker,
        "place": settings.place.name or say("cli.site.place_default"),
        "operator": person.name if person else say("cli.site.operator_default"),
        "role": person.role.value if person else "",
        "rpps": person.rpps if person else "",
        "headroom": line.headroom_pct,
        "link_layer": line.link_layer.value if line.link_layer else None,
        "cap": line.cap_kbit or None,
        "window": settings.screen.patient_window,
    }
    for name, value in told.items():
        if getattr(arguments, name) is None:
            setattr(arguments, name, value)
    arguments.has_echo_cancelling = arguments.has_echo_cancelling and devices.echo_cancelling
    if not arguments.instrument and not arguments.unattended:
        arguments.instrument = list(devices.instruments)
    if not arguments.relay and not arguments.training:
        raise UsageError(say("cli.site.relay_missing"))


def language(arguments: argparse.Namespace, settings: "SiteSettings", say: Catalogue) -> Catalogue:
    """The command's word wins, then this machine's, then the settings'."""
    if arguments.lang or os.environ.get("CHEVET_LANG"):
        return say
    return Catalogue(settings.screen.language)
