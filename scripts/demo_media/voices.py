"""Two French voices by espeak-ng's own formant synthesis, made less metallic with sox."""

import subprocess
import tempfile
import wave
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np

LEVEL_DBFS: Final = -20.0
BITRATE_BPS: Final = 28_000

PHARMACIST: Final = (
    "Bonjour docteur, ici la pharmacie des Halles. Vous m'entendez bien ? "
    "J'ai avec moi une patiente qui tousse depuis trois jours. "
    "Elle n'a pas de gêne pour respirer. "
    "Je lui pose l'oxymètre au doigt, la valeur s'affiche dans un instant. "
    "Ensuite je prends la température, puis je vous montre l'oreille droite. "
    "Dites-moi si l'image est assez nette pour vous."
)
GP: Final = (
    "Bonjour, oui, je vous entends très bien et je vois la patiente. "
    "Bonjour madame. Depuis quand toussez-vous ? Avez-vous eu de la fièvre ? "
    "Prenez la température, s'il vous plaît. "
    "Très bien. Montrez-moi maintenant l'oreille droite, un peu plus vers le haut. "
    "Ne bougez plus, je demande une image fixe. "
    "Merci, la photo est nette. Je vous écris le compte rendu tout de suite."
)


def make(out: Path) -> list[Path]:
    """Write both voices; returns their paths."""
    paths = [out / "pharmacist_voice.ogg", out / "gp_voice.ogg"]
    _speak(PHARMACIST, "fr-fr+f2", speed=158, pitch=52, path=paths[0])
    _speak(GP, "fr-fr+m7", speed=160, pitch=38, path=paths[1])
    return paths


def _speak(text: str, voice: str, *, speed: int, pitch: int, path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        dry, warm = Path(folder, "dry.wav"), Path(folder, "warm.wav")
        say = ["espeak-ng", "-v", voice, "-s", str(speed), "-p", str(pitch), "-g", "3"]
        subprocess.run([*say, "-w", str(dry), text], check=True)  # noqa: S603 - our own words
        # Less buzz above 5 kHz, a little body at 200 Hz, a small room, then 0.6 s of rest.
        shape = "highpass 90 lowpass 6500 equalizer 200 1q 2 equalizer 3200 1.2q -4"
        room = "chorus 0.8 0.9 22 0.18 0.4 1.2 -s reverb 14 60 25 pad 0.2 0.6"
        convert = ["sox", "-R", "-G", str(dry), "-r", "48000", "-c", "1", "-b", "16", str(warm)]
        subprocess.run([*convert, *shape.split(), *room.split()], check=True)  # noqa: S603 - same
        with wave.open(str(warm), "rb") as file:
            samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    _write(path, _levelled(samples))


def _levelled(samples: np.ndarray) -> np.ndarray:
    """At `LEVEL_DBFS` over its whole length, pauses included, peaks rounded off softly."""
    loud = samples.astype(np.float64) / 32_768
    for _ in range(4):
        loud *= 10 ** (LEVEL_DBFS / 20) / np.sqrt(np.mean(loud**2))
        loud = np.tanh(loud / 0.8) * 0.8
    return (loud * 32_767).astype(np.int16)


def _write(path: Path, samples: np.ndarray) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libopus", rate=48_000, layout="mono")
        stream.bit_rate = BITRATE_BPS
        stream.options = {"application": "voip"}
        for start in range(0, len(samples) - 959, 960):
            piece = samples[start : start + 960].reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(piece, "s16", "mono")
            frame.sample_rate, frame.pts, frame.time_base = 48_000, start, Fraction(1, 48_000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
