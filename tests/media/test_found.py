"""What a machine's own list of devices becomes."""

from dataclasses import dataclass, field

from client.media.found import MOST, FoundDevice, found_devices


@dataclass
class Listed:
    """As PyAV's `DeviceInfo`, which cannot be made by hand."""

    name: str
    description: str = ""
    is_default: bool = False
    media_types: list[str] = field(default_factory=list)


def test_each_is_named_as_it_is_opened_and_shown_as_people_know_it() -> None:
    known = {
        "v4l2": [Listed("/dev/video0", "HD WebCam")],
        "alsa": [Listed("hw:1"), Listed("default", "Default", is_default=True)],
    }
    found = found_devices(known.__getitem__, known.__getitem__, "linux")  # type: ignore[arg-type]  # a stand-in for PyAV's
    assert found.cameras == (FoundDevice("v4l2:/dev/video0", "HD WebCam"),)
    assert found.microphones[0] == FoundDevice("alsa:default", "Default")
    assert found.speakers[1] == FoundDevice("alsa:hw:1", "hw:1")


def test_windows_tells_pictures_and_sound_in_one_list() -> None:
    both = [
        Listed("@device_pnp_1", "Webcam", media_types=["video"]),
        Listed("@device_cm_2", "Micro (USB)", media_types=["audio"]),
    ]
    found = found_devices(lambda _: both, lambda _: both, "win32")  # type: ignore[arg-type, return-value]  # same
    assert [one.address for one in found.cameras] == ["dshow:Webcam"]
    assert [one.address for one in found.microphones] == ["dshow:Micro (USB)"]
    assert found.speakers == ()


def test_a_system_that_tells_nothing_has_nothing() -> None:
    def fails(_: str) -> list[Listed]:
        raise ValueError("no such input format")

    assert found_devices(fails, fails, "darwin").cameras == ()  # type: ignore[arg-type]  # same
    many = [Listed(f"/dev/video{n}") for n in range(30)]
    found = found_devices(lambda _: many, lambda _: many, "linux")  # type: ignore[arg-type, return-value]  # same
    assert len(found.cameras) == MOST
