"""Pictures made to fill another size: scaled, and cropped rather than squeezed."""

from fractions import Fraction
from typing import Final

import av
from av.filter import Graph

_ANY_TIME_BASE: Final = Fraction(1, 90_000)
"""A picture made from bare pixels has none, and the filter wants one."""


class Fitter:
    """Turns pictures of any size into one size and pixel format. For one thread."""

    def __init__(self, width: int, height: int, pixel_format: str) -> None:
        self.width = width
        self.height = height
        self._pixel_format = pixel_format
        self._input: tuple[int, int, str] | None = None
        self._graph = Graph()

    def fit(self, frame: av.VideoFrame) -> av.VideoFrame:
        """The middle of the picture, filling the whole new size; the timestamp is kept."""
        shape = (frame.width, frame.height, frame.format.name)
        if shape != self._input:
            self._graph = self._graph_for(frame)
            self._input = shape
        self._graph.vpush(frame)
        fitted = self._graph.vpull()
        fitted.pts = frame.pts
        if frame.time_base is not None:
            fitted.time_base = frame.time_base
        return fitted

    def _graph_for(self, frame: av.VideoFrame) -> Graph:
        size = f"{self.width}:{self.height}"
        graph = Graph()
        graph.threads = 1
        graph.link_nodes(
            graph.add_buffer(
                width=frame.width,
                height=frame.height,
                format=frame.format,
                time_base=frame.time_base or _ANY_TIME_BASE,
            ),
            graph.add("scale", f"{size}:force_original_aspect_ratio=increase:flags=area"),
            graph.add("crop", size),
            graph.add("format", f"pix_fmts={self._pixel_format}"),
            graph.add("buffersink"),
        ).configure()
        return graph


class Previewer:
    """Small RGB pictures for the terminal. For one thread."""

    def __init__(self) -> None:
        self._fitter = Fitter(1, 1, "rgb24")
        self._newest: tuple[av.VideoFrame, bytes] | None = None

    def rgb(self, frame: av.VideoFrame, width: int, height: int) -> bytes:
        """The picture at this size, row by row, three bytes a pixel."""
        if (self._fitter.width, self._fitter.height) != (width, height):
            self._fitter = Fitter(width, height, "rgb24")
            self._newest = None
        if self._newest is None or self._newest[0] is not frame:
            self._newest = (frame, self._fitter.fit(frame).to_ndarray().tobytes())
        return self._newest[1]
