"""What is chosen when a consultation is over: where its documents go, and which act is billed."""

from dataclasses import replace

from client.catalogue import Catalogue
from client.core.dossier.completeness import acts_offered, destination_off, is_accompanied
from client.core.dossier.ending import Destination, Ending
from client.core.dossier.file import Dossier

ChoiceRows = tuple[tuple[str, str, str], ...]
"""Key, yes or no, what and why not."""


def chosen_ending(dossier: Dossier) -> Ending:
    """What was chosen; until then, everything that the patient agreed to and the usual act."""
    usual = tuple(d for d in Destination if destination_off(d, dossier) is None)
    acts = acts_offered(dossier)
    act = acts[0] if len(acts) == 1 else None
    if dossier.ending is None:
        return Ending(destinations=usual, act=act)
    kept = dossier.ending
    return kept if kept.is_chosen else replace(kept, destinations=usual, act=act)


def destination_rows(say: Catalogue, dossier: Dossier) -> ChoiceRows:
    """Every destination with its digit; one that is off says why."""
    chosen = chosen_ending(dossier).destinations
    rows = []
    for number, destination in enumerate(Destination, start=1):
        why = destination_off(destination, dossier)
        what = say(f"dossier.destination.{destination}")
        if why is not None:
            what = f"{what} {say(f'dossier.why.{why}')}"
        is_on = why is None and destination in chosen
        rows.append((str(number), say("dossier.yes" if is_on else "dossier.no"), what))
    return tuple(rows)


def act_sentence(say: Catalogue, dossier: Dossier) -> str:
    """The act that is chosen, or why there is none to choose."""
    chosen = chosen_ending(dossier).act
    act = say("dossier.act.none") if chosen is None else say(f"dossier.act.{chosen}")
    if not acts_offered(dossier):
        is_refused = not is_accompanied(dossier)
        act = say("dossier.act.refused" if is_refused else "dossier.act.not_offered")
    return say("dossier.act", act=act)


def with_destination_turned(dossier: Dossier, destination: Destination) -> Ending:
    """To this place too, or not after all."""
    ending = chosen_ending(dossier)
    wanted = set(ending.destinations) ^ {destination}
    chosen = tuple(one for one in Destination if one in wanted)
    return replace(ending, destinations=chosen, is_chosen=True)


def with_next_act(dossier: Dossier) -> Ending:
    """The act that follows in those offered; none follows the last."""
    ending = chosen_ending(dossier)
    acts = (*acts_offered(dossier), None)
    present = acts.index(ending.act) if ending.act in acts else -1
    return replace(ending, act=acts[(present + 1) % len(acts)], is_chosen=True)


def with_choice_made(dossier: Dossier) -> Ending:
    """As it was shown: what goes on paper says it, and is to stay what the record says."""
    return replace(chosen_ending(dossier), is_chosen=True)


def with_hand_over(dossier: Dossier) -> Ending:
    """The patient has the documents: all of it is as it was shown."""
    return replace(with_choice_made(dossier), handed_over=True)
