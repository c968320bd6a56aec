"""Plate lock against edits whose truth is known: moved, off in colour, coded anew, a tenth of the picture changed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np

from benchmarks.measure import Figure
from manyhands.kit.lock import change_of, matte_of

FOOTAGE = Path(__file__).parents[2] / "shared" / "footage"
FRAMES = 5
CHANGED = 0.1
KINDS = ("other", "turned", "darker", "blurred")
VISIBLE = 6 / 255


def clips() -> dict[str, list[np.ndarray]]:
    """Some frames of each clip there is, (H, W, 3) float32 0 to 1 as they are coded."""
    found = {}
    for path in sorted(FOOTAGE.glob("*/*")):
        if path.suffix in (".mp4", ".avi"):
            with av.open(str(path)) as box:
                frames = []
                for number, frame in enumerate(box.decode(video=0)):
                    if number % 3 == 0:
                        frames.append(frame.to_ndarray(format="rgb24").astype(np.float32) / 255)
                    if len(frames) == FRAMES:
                        break
        elif path.name == "frames":
            files = sorted(path.iterdir())[: 3 * FRAMES : 3]
            frames = [cv2.imread(str(file))[..., ::-1].astype(np.float32) / 255 for file in files]
        else:
            continue
        found[path.parent.name] = frames
    return found


def edited(frames: list[np.ndarray], kind: str, others: list[np.ndarray], seed: int) -> tuple[list, list]:
    """Edits of frames, and where each was changed (H, W) bool: one piece that drifts, of a tenth of the picture."""
    rng = np.random.default_rng(seed)
    height, width = frames[0].shape[:2]
    out, truth = [], []
    middle = rng.uniform(0.32, 0.68, 2)
    for number, frame in enumerate(frames):
        y, x = np.mgrid[:height, :width]
        a = (x / width - middle[0] - 0.01 * number) * width / height
        b = y / height - middle[1]
        turn = np.arctan2(b, a)
        radius = np.sqrt(CHANGED * width / height / np.pi) * (
            1 + 0.18 * np.sin(3 * turn + seed) + 0.1 * np.sin(7 * turn)
        )
        piece = cv2.GaussianBlur((np.hypot(a, b) < radius).astype(np.float32), (0, 0), 0.8)[..., None]
        if kind == "other":
            new = cv2.resize(others[number % len(others)], (width, height), interpolation=cv2.INTER_AREA)
        elif kind == "turned":
            new = frame[::-1, ::-1]
        elif kind == "darker":
            new = 0.6 * frame
        else:
            new = cv2.GaussianBlur(frame, (0, 0), height / 40)
        made = frame + piece * (new - frame)
        truth.append((piece[..., 0] > 0.5) & (np.abs(made - frame).max(-1) > VISIBLE))
        out.append((made, piece[..., 0] > 0))
    return [one for one, _ in out], list(zip(truth, [piece for _, piece in out], strict=True))


def handled(
    frames: list[np.ndarray], *, shift: float = 0.3, gain: tuple[float, ...] = (1.02, 0.98, 1.02), crf: int = 23
):
    """Frames as they come back from a service: moved, off in colour, coded in H.264 with 4:2:0."""
    height, width = frames[0].shape[:2]
    even = (width // 2 * 2, height // 2 * 2)
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as box:
        stream = box.add_stream("libx264", rate=24, options={"crf": str(crf), "preset": "medium"})
        stream.width, stream.height, stream.pix_fmt = *even, "yuv420p"
        for frame in frames:
            moved = cv2.warpAffine(
                frame, np.array([[1, 0, shift], [0, 1, -shift]]), (width, height), flags=cv2.INTER_CUBIC,
                borderMode=cv2.BORDER_REPLICATE,
            )  # fmt: skip
            bytes_ = np.round(np.clip(moved * np.array(gain), 0, 1) * 255).astype(np.uint8)
            for packet in stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(bytes_[: even[1], : even[0]]))):
                box.mux(packet)
        box.mux(list(stream.encode()))
    file.seek(0)
    with av.open(file) as box:
        back = [frame.to_ndarray(format="rgb24").astype(np.float32) / 255 for frame in box.decode(video=0)]
    return [cv2.copyMakeBorder(f, 0, height - even[1], 0, width - even[0], cv2.BORDER_REPLICATE) for f in back]


def light(coded: np.ndarray) -> np.ndarray:
    return np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4).astype(np.float32)


def figures() -> Iterator[Figure]:
    found = clips()
    names = list(found)
    covered, taken = [], []
    for number, name in enumerate(names):
        for kind in KINDS:
            frames = found[name]
            made, truth = edited(frames, kind, found[names[number - 1]], seed=7 * number)
            back = handled(made)
            for at in range(1, len(frames), 2):
                change = change_of(light(frames[at]), light(back[at]))
                matte = matte_of(change.mask, grow_px=0, soft_px=1.5 * frames[at].shape[0] / 1080)
                real, piece = truth[at]
                covered.append(float((matte[real] > 0.5).mean()))
                taken.append(float((matte[~piece] > 0).mean()))
    yield Figure("lock: share of the true change covered, mean", float(np.mean(covered)), "", 0.95, at_most=False)
    yield Figure("lock: share of the untouched picture taken, mean", float(np.mean(taken)), "", 0.005, at_most=True)
    yield Figure("lock: covered, least", float(np.min(covered)), "", None, at_most=False)
    yield Figure("lock: taken, most", float(np.max(taken)), "", None, at_most=True)
