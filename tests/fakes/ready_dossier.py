"""A dossier with everything that a call waits for, of nobody."""

from client.core.dossier.consent import Consent, Giver, Item, Mode
from client.core.dossier.file import Contact
from client.core.dossier.library import consent_text
from client.session.requests import SiteRequests

CONTACT = Contact("2 rue du Lac, 25300 Doubs", "01 99 00 00 00")


def consent(*refused: Item) -> Consent:
    """The newest French text, read aloud; agreed to but for these."""
    text = consent_text("fr")
    return Consent(
        *(text.version, text.sha256, "fr", "Mme Petit"), Giver.PATIENT, Mode.SPOKEN, 1, refused
    )


def make_ready(site: SiteRequests, *refused: Item) -> None:
    """Enter what a call waits for."""
    site.enter(CONTACT)
    site.enter(consent(*refused))
