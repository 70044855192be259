"""What is said of the stethoscope, in the person's language."""

from client.catalogue import Catalogue
from client.core.auscultation import LEAST_S, MOST_S, Place
from client.session.auscultation_view import AuscultationView, TapeState


def sound_label(say: Catalogue, place: Place) -> str:
    """What the GP reads beside a recording."""
    return say(
        f"site.chest.label.{'heart' if place.is_heart else 'lungs'}", place=place_name(say, place)
    )


def place_name(say: Catalogue, place: Place) -> str:
    """Where the chest piece is held."""
    return say(f"site.chest.place.{place}")


def state_sentence(say: Catalogue, view: AuscultationView) -> str:
    """How far the recording has come."""
    facts = {"seconds": f"{view.length_s:.0f}", "least": f"{LEAST_S:.0f}", "most": f"{MOST_S:.0f}"}
    if view.state is TapeState.SENDING and view.total:
        return say("site.chest.state.sending_pct", pct=100 * view.done // view.total)
    if view.state is TapeState.FINISHED and view.is_replaying:
        return say("site.chest.state.replaying", **facts)
    return say(f"site.chest.state.{view.state}", **facts)


def flaw_sentence(say: Catalogue, view: AuscultationView) -> str:
    """What is technically wrong with it and what to do; empty when nothing is."""
    return say(f"site.chest.flaw.{view.flaw}") if view.flaw else ""


def live_sentence(say: Catalogue, view: AuscultationView) -> str:
    """Whether the GP hears, or could hear, the chest now."""
    if view.is_live:
        return say("site.chest.live.on")
    if view.why_not_live is None:
        return say("site.chest.live.possible")
    return say("site.chest.live.not", why=say(f"site.chest.live.{view.why_not_live}"))
