"""A camera as an instrument's port: every picture as the camera made it, the newest first.

Pictures are taken out of their container and not decoded: what the camera encoded is what is kept
and sent. A camera that gives raw pictures is the exception; those are encoded once, at a quality
that shows no difference, and carry a comment that says so (`devices.drivers.uvc.RAW_COMMENT`).

One thread reads the device and may block in it as long as the device likes; the other one talks to
the listener. While that one is busy, older pictures give way to the newest.
"""

import io
import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Condition, Event, Thread
from typing import Final

import av
from av.container import InputContainer
from PIL import Image

from client.errors import ChevetError
from client.media.camera_button import CameraButton, button_of
from client.media.fifo import FifoReader
from client.media.reading import device_name, require_format
from client.media.sources import MediaAddress, SourceKind, parse_source
from devices.drivers.uvc import RAW_COMMENT
from devices.link import READ_TIMEOUT_S, REOPEN_AFTER_S, Listener
from devices.protocols import mjpeg

_log = logging.getLogger(__name__)

WAITING_BYTES: Final = 1 << 20
"""Of a pipe, read and not yet heard; it is a stream, and what is lost of it would be a picture."""
_WAITING_PICTURES: Final = 1
"""Of a camera: the newest only."""
_READ_BYTES: Final = 65_536
_DEVICE_TIMEOUT_S: Final = 3.0
"""chosen: a camera that gives nothing for so long is opened again."""
_FILE_PICTURE_S: Final = 0.1
"""chosen: how long a picture is shown whose file does not say it."""
_JPEG: Final = b"\xff\xd8\xff"
_RAW_QUALITY: Final = 96
_JOIN_S: Final = 5.0
"""A device that does not let go by then is left to its daemon thread."""
_FAILURES: Final = (av.FFmpegError, OSError, IndexError, ChevetError)
"""IndexError: the source holds no picture at all."""
_SIZES: Final = ("1920x1080", "1280x720", "640x480")
"""chosen: largest first, since nothing but pictures that somebody asked for leaves the site."""
_ENCODED: Final[Mapping[str, Mapping[str, str]]] = {
    "v4l2": {"input_format": "mjpeg"},
    "dshow": {"vcodec": "mjpeg"},
}
"""How libavdevice is asked for Motion-JPEG; avfoundation gives raw pictures only."""


class PictureLink:
    """Keeps one camera, file or fifo open, and opens it again when it comes back.

    Implements `devices.link.Link`. What it gives is `PictureStream`: one JPEG after another.
    """

    def __init__(
        self,
        port: str,
        listener: Listener,
        wait: Callable[[float], bool] | None = None,
        on_button: Callable[[], object] | None = None,
    ) -> None:
        """`UnknownSourceError` when `port` names no source; `wait` is as `SerialLink`'s.

        `on_button` is called from another thread when the camera's own button is pressed.
        """
        self._address = parse_source(port)
        self._listener = listener
        self._on_button = on_button
        self._ended = Event()
        self._wait = wait or self._ended.wait
        self._thread = Thread(target=self._run, name=f"link {self._address.kind}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End both threads and release the device."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(_JOIN_S)

    def write(self, data: bytes) -> bool:
        """A camera takes nothing."""
        del data
        return False

    def set_baud(self, baud: int) -> bool:
        """A camera has no speed of this kind."""
        del baud
        return False

    def _run(self) -> None:
        is_lost, attempt = False, 0
        while not self._ended.is_set():
            reader = _Reader(self._address, self._ended)
            reader.start()
            with self._button():
                has_opened = self._converse(reader)
            reader.close()
            if self._ended.is_set():
                return
            attempt = 0 if has_opened else attempt + 1
            if has_opened or not is_lost:
                _log.info("the picture of an instrument is gone: %s", reader.ended_by)
                self._listener.lost(reader.ended_by)
            is_lost = True
            self._wait(REOPEN_AFTER_S[min(attempt, len(REOPEN_AFTER_S) - 1)])
            self._listener.ticked()

    @contextmanager
    def _button(self) -> Iterator[None]:
        """Listen to the camera's button meanwhile, where it has one."""
        is_camera = self._address.device_format == "v4l2"
        device = button_of(self._address.where) if is_camera else None
        if device is None or self._on_button is None:
            yield
            return
        button = CameraButton(device, self._on_button)
        button.start()
        try:
            yield
        finally:
            button.close()

    def _converse(self, reader: "_Reader") -> bool:
        """Pass on what is read until it ends: whether anything was."""
        has_opened = False
        while not self._ended.is_set():
            piece = reader.take(READ_TIMEOUT_S)
            if piece is None and reader.has_ended:
                break
            if piece is not None:
                if not has_opened:
                    has_opened = True
                    self._listener.opened()
                self._listener.received(piece)
            self._listener.ticked()
        return has_opened


class _Reader:
    """Reads one source from its opening to its end."""

    def __init__(self, address: MediaAddress, ended: Event) -> None:
        self._address = address
        self._ended = ended
        self._pieces: deque[bytes] = deque()
        self._changed = Condition()
        self.has_ended = False
        self.ended_by = "end"
        self._thread = Thread(target=self._read, name=f"pictures {address.kind}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._thread.join(_JOIN_S)

    def take(self, wait_s: float) -> bytes | None:
        """The oldest piece that waits; `None` when none came in time or ever will."""
        with self._changed:
            if not self._pieces and not self.has_ended:
                self._changed.wait(wait_s)
            return self._pieces.popleft() if self._pieces else None

    def _read(self) -> None:
        try:
            if self._address.kind is SourceKind.FIFO:
                self._read_stream()
            elif self._address.kind is SourceKind.FILE:
                self._read_file()
            else:
                self._read_camera()
        except _FAILURES as error:
            self.ended_by = str(error) or type(error).__name__
        with self._changed:
            self.has_ended = True
            self._changed.notify()

    def _read_stream(self) -> None:
        """A pipe gives what a camera gives; where its pictures end, is the driver's business."""
        with FifoReader(self._address.where, self._ended) as fifo:
            while data := fifo.read(_READ_BYTES):
                self._put(data, WAITING_BYTES // _READ_BYTES)

    def _read_file(self) -> None:
        """Its pictures again and again, in their time."""
        while not self._ended.is_set():
            for jpeg, lasts_s in _file_pictures(Path(self._address.where)):
                self._put(jpeg, _WAITING_PICTURES)
                if self._ended.wait(lasts_s):
                    return

    def _read_camera(self) -> None:
        with _opened(self._address) as container:
            for jpeg in _jpegs(container):
                self._put(jpeg, _WAITING_PICTURES)
                if self._ended.is_set():
                    return

    def _put(self, piece: bytes, limit: int) -> None:
        with self._changed:
            while len(self._pieces) >= limit:
                self._pieces.popleft()
            self._pieces.append(piece)
            self._changed.notify()


def _jpegs(container: InputContainer) -> Iterator[bytes]:
    stream = container.streams.video[0]
    if stream.codec_context.name == "mjpeg":
        for packet in container.demux(stream):
            if packet.size:
                yield bytes(packet)
        return
    for frame in container.decode(stream):
        yield _encoded(frame)


def _encoded(frame: av.VideoFrame) -> bytes:
    """A raw picture as a JPEG that says who encoded it."""
    jpeg = io.BytesIO()
    picture = Image.fromarray(frame.to_ndarray(format="rgb24"))
    picture.save(jpeg, "JPEG", quality=_RAW_QUALITY, subsampling="4:2:2", comment=RAW_COMMENT)
    return jpeg.getvalue()


def _file_pictures(path: Path) -> Iterator[tuple[bytes, float]]:
    """Each picture of a file and how long it is shown: one or more JPEGs, or a film."""
    with path.open("rb") as file:
        if file.read(len(_JPEG)) == _JPEG:
            file.seek(0)
            frames = mjpeg.Frames()
            while data := file.read(_READ_BYTES):
                yield from ((jpeg, _FILE_PICTURE_S) for jpeg in frames.take(data))
            return
    with av.open(str(path)) as container:
        rate = container.streams.video[0].average_rate
        for jpeg in _jpegs(container):
            yield jpeg, float(1 / rate) if rate else _FILE_PICTURE_S


@contextmanager
def _opened(address: MediaAddress) -> Iterator[InputContainer]:
    """The camera at the largest size it grants, with Motion-JPEG if it can."""
    require_format(address.device_format, mode="r")
    name = device_name(address, is_video=True)
    with _open_device(name, address.device_format) as container:
        yield container


def _open_device(name: str, device_format: str) -> InputContainer:
    for wish in _wishes(device_format):
        with suppress(av.FFmpegError):
            return av.open(name, format=device_format, timeout=_DEVICE_TIMEOUT_S, options=wish)
    return av.open(name, format=device_format, timeout=_DEVICE_TIMEOUT_S)


def _wishes(device_format: str) -> Sequence[dict[str, str]]:
    encoded = _ENCODED.get(device_format)
    sizes = [{"video_size": size} for size in _SIZES]
    return sizes if encoded is None else [{**encoded, **size} for size in sizes] + sizes
