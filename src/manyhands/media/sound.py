"""Sound goes along: a source's sound over a span, copied where the container takes it, else coded anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

import av
import numpy as np

from manyhands.core.span import Span
from manyhands.media.facts import Footage
from manyhands.media.files import mapped


class Sound:
    """The sound of a source over a span: packets as they are where the container takes them, else coded anew.

    Copied packets start with the first that begins at most half a packet early, so sound and
    picture agree to a hundredth of a second; sound that is coded anew is cut to the sample.
    """

    def __init__(self, out: Any, source: Footage, span: Span, *, copied: tuple[str, ...], codec: str) -> None:
        self._out, self._source = out, source
        self._input = av.open(str(source.path), metadata_errors="replace")
        stream: Any = self._input.streams.audio[0]
        self._stream = stream
        video_base = self._input.streams.video[0].time_base or Fraction(0)
        offset = (span.start - source.span.start) / span.rate_fps
        self._start = float(source.shown_pts[0] * video_base + offset)
        self._end = self._start + float(span.seconds)
        self._is_copied = stream.codec_context.name in copied
        if self._is_copied:
            self._output = out.add_stream_from_template(stream)
        else:
            rate = 48000 if codec == "libopus" else stream.codec_context.sample_rate
            self._output = out.add_stream(codec, rate=rate)
            self._output.codec_context.layout = stream.codec_context.layout.name
        self._pending = self._packets()
        self._next: tuple[float, Any] | None = next(self._pending, None)

    def write_until(self, seconds: Fraction) -> None:
        """Write what sounds before that time of the master, so that pictures and sound lie side by side."""
        while self._next is not None and self._next[0] < seconds:
            self._out.mux(self._next[1])
            self._next = next(self._pending, None)

    def finish(self) -> None:
        """Write the rest."""
        while self._next is not None:
            self._out.mux(self._next[1])
            self._next = next(self._pending, None)
        self._input.close()

    def _packets(self) -> Iterator[tuple[float, Any]]:
        with mapped(self._source.path):
            yield from self._copied() if self._is_copied else self._coded()

    def _copied(self) -> Iterator[tuple[float, Any]]:
        base = self._stream.time_base
        shift = round(self._start / base)
        for packet in self._input.demux(self._stream):
            if packet.pts is None or not packet.size:
                continue
            begins, lasts = float(packet.pts * base), float((packet.duration or 0) * base)
            if begins < self._start - lasts / 2 or begins >= self._end - lasts / 2:
                continue
            packet.pts = max(packet.pts - shift, 0)
            packet.dts = packet.pts
            packet.stream = self._output
            yield begins - self._start, packet

    def _coded(self) -> Iterator[tuple[float, Any]]:
        context = self._output.codec_context
        rate = context.sample_rate
        resampler = av.AudioResampler(format=context.format, layout=context.layout, rate=rate)
        for frame in self._input.decode(self._stream):
            begins = float((frame.pts or 0) * frame.time_base)
            for part in resampler.resample(frame):
                kept = self._cut(part, begins - self._start, rate)
                if kept is not None:
                    yield from self._timed(self._output.encode(kept))
                begins += part.samples / rate
            if begins >= self._end:
                break
        yield from self._timed(self._output.encode(None))

    def _cut(self, part: Any, at: float, rate: int) -> Any:
        """The samples of a frame that lie in the span, with their place in it."""
        first = max(0, round(-at * rate))
        last = min(part.samples, round((self._end - self._start - at) * rate))
        if first >= last:
            return None
        values = part.to_ndarray()
        if not part.format.is_planar:
            count = part.layout.nb_channels
            values = values[:, first * count : last * count]
        else:
            values = values[:, first:last]
        kept = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(values), format=part.format.name, layout=part.layout.name
        )
        kept.sample_rate, kept.pts, kept.time_base = rate, round(at * rate) + first, Fraction(1, rate)
        return kept

    def _timed(self, packets: Iterable[Any]) -> Iterator[tuple[float, Any]]:
        for packet in packets:
            yield float((packet.pts or 0) * packet.time_base), packet
