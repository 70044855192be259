"""What a person at the start may want besides a consultation; each takes another app."""

from dataclasses import dataclass

from client.session.flow_views import Wish


@dataclass(frozen=True, slots=True)
class TrainingWanted(Wish):
    """Practise on a simulated patient."""

    keeps_patient: bool = True


@dataclass(frozen=True, slots=True)
class SettingsWanted(Wish):
    """Change what this site is set to."""

    keeps_patient: bool = True
