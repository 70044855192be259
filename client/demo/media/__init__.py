"""Pictures and voices that the demo plays; README.md says where each comes from."""

from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent

PATIENT_CAMERA: Final = _HERE / "patient_camera.webm"
PHARMACIST_VOICE: Final = _HERE / "pharmacist_voice.ogg"
GP_CAMERA: Final = _HERE / "gp_camera.webm"
GP_VOICE: Final = _HERE / "gp_voice.ogg"
EAR: Final = _HERE / "ear_right.jpg"
