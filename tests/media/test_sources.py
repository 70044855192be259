from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.errors import UsageError
from client.media.errors import UnknownSinkError, UnknownSourceError
from client.media.reading import device_name
from client.media.sources import MediaAddress, SourceKind, parse_sink, parse_source


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("none", MediaAddress(SourceKind.NONE)),
        ("file:/a/b.webm", MediaAddress(SourceKind.FILE, "/a/b.webm")),
        (r"file:C:\demo\a.mkv", MediaAddress(SourceKind.FILE, r"C:\demo\a.mkv")),
        ("fifo:/run/camera", MediaAddress(SourceKind.FIFO, "/run/camera")),
        ("v4l2:/dev/video0", MediaAddress(SourceKind.DEVICE, "/dev/video0", "v4l2")),
        ("alsa:hw:1,0", MediaAddress(SourceKind.DEVICE, "hw:1,0", "alsa")),
        ("dshow:HD Webcam", MediaAddress(SourceKind.DEVICE, "HD Webcam", "dshow")),
        ("avfoundation:0", MediaAddress(SourceKind.DEVICE, "0", "avfoundation")),
    ],
)
def test_a_source_is_read_and_written_alike(text: str, address: MediaAddress) -> None:
    assert parse_source(text) == address
    assert str(address) == text


@pytest.mark.parametrize("text", ["", "file:", "camera", "http://x", "None", "v4l2", ":x"])
def test_a_bad_source_is_a_usage_error_that_says_what_is_possible(text: str) -> None:
    with pytest.raises(UnknownSourceError, match="file:PATH") as caught:
        parse_source(text)
    assert isinstance(caught.value, UsageError)


@pytest.mark.parametrize("text", ["fifo:/x", "v4l2:/dev/video0", "loud", ""])
def test_a_bad_sink_is_a_usage_error(text: str) -> None:
    with pytest.raises(UnknownSinkError):
        parse_sink(text)


@given(st.text(max_size=40))
def test_no_text_raises_anything_else(text: str) -> None:
    for parse in (parse_source, parse_sink):
        with suppress(UsageError):
            assert str(parse(text)) == text


@pytest.mark.parametrize(
    ("text", "is_video", "name"),
    [
        ("dshow:HD Webcam", True, "video=HD Webcam"),
        ("dshow:Mic (USB)", False, "audio=Mic (USB)"),
        ("dshow:video=@device_pnp_x", True, "video=@device_pnp_x"),
        ("avfoundation:0", True, "0:none"),
        ("avfoundation:1", False, ":1"),
        ("v4l2:/dev/video2", True, "/dev/video2"),
    ],
)
def test_devices_are_named_as_libavdevice_wants(text: str, is_video: bool, name: str) -> None:  # noqa: FBT001 - a parameter of the test
    assert device_name(parse_source(text), is_video=is_video) == name
