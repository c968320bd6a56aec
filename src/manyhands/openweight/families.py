"""Families of open-weight video models: a few figures each, and one function for each shape of call.

Source: the pipelines of diffusers 0.42.1 and the papers of the models (Wan 2025, VACE 2025, LTX-Video 2024, LTX-2 2026,
CogVideoX 2024).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from manyhands.core.errors import ParameterError
from manyhands.openweight.presets import Cache

Act = Literal["text", "image", "video", "masked"]
Join = Literal["hold", "given", "apart"]
"""How a window takes up the one before: its latents are *held* on that one's in every step, or the model is *given*
that one's last frames, as it was trained to be; or it draws *apart*, and is only laid over it."""
Curve = Literal["srgb", "logc3"]
"""What a model's values mean: those of a display, or light up to 55 times white.  The primaries are Rec.709's."""
Also = Literal["last", "key", "reference"]
"""What a call may be given beside: the picture that it ends with, one for any frame, and one of what shall be seen."""


@dataclass(frozen=True)
class Ask:
    """What one window is asked for.

    Args:
        seed: of this window.
        plate: (F, H, W, 3) display values, 0 to 1, for ``video`` and ``masked``.
        mask: (F, H, W), 1 where something is to be made, for ``masked``.
        first: (H, W, 3), the picture that it begins with, for ``image``.
        stills: pictures (H, W, 3) that it has at frames, counted from its first.
        reference: (H, W, 3), a picture of what shall be seen.
        head: (O, H, W, 3), the last frames of the window before, which this one begins with again.
        negative: what is not to be seen; used where ``guidance`` is above 1.
        flow_shift: how far the steps are shifted towards noise.
    """

    act: Act
    prompt: str
    width: int
    height: int
    frames: int
    rate_fps: float
    steps: int
    guidance: float
    strength: float
    seed: int
    negative: str = ""
    flow_shift: float = 0.0
    plate: np.ndarray | None = None
    mask: np.ndarray | None = None
    first: np.ndarray | None = None
    head: np.ndarray | None = None
    stills: tuple[tuple[int, np.ndarray], ...] = ()
    reference: np.ndarray | None = None


@dataclass(frozen=True)
class Call:
    """How a family is asked for one act: the pipeline's class, its arguments, and how windows are joined.

    Args:
        names_its_caches: whether it tells a step cache which of its questions it is asking; else that is told for it.
        lacks: step caches that its network cannot have.
        by_model: arguments that depend on which model of the family was loaded.
    """

    pipeline: str
    arguments: Callable[[Ask], dict[str, Any]]
    join: Join = "hold"
    names_its_caches: bool = True
    lacks: frozenset[Cache] = frozenset()
    also: frozenset[Also] = frozenset()
    by_model: Callable[[Any], dict[str, Any]] = lambda pipe: {}


@dataclass(frozen=True)
class Family:
    """What a family wants.

    Args:
        multiple_px: width and height are multiples of this.
        stride: a window has ``stride * k + 1`` frames.
        window: frames that it was trained on.
        short_px: the shorter side that it was trained on.
        flow_shift: by the shorter side; None where its steps are not shifted.
        coding_bytes: memory that decoding takes, for each pixel of a frame and for each pixel of each frame; measured
            on an H200 for Wan and LTX at 832x480 and 81 frames, for CogVideoX supposed.
        curve: of the values that it gives.
        precise_vae: its pictures are coded and decoded in 32 bits, also where its steps go in 16.
        tells: what to know of it.
    """

    name: str
    title: str
    multiple_px: int
    stride: int
    window: int
    short_px: int
    steps: int
    guidance: float
    calls: Mapping[Act, Call]
    flow_shift: Callable[[int], float] | None = None
    precise_vae: bool = True
    coding_bytes: tuple[float, float] = (0, 150)
    curve: Curve = "srgb"
    tells: str = ""

    @property
    def finishes(self) -> bool:
        """Whether it can go on from a draft."""
        return "video" in self.calls and self.curve == "srgb"

    def call(self, act: Act) -> Call:
        """Raises: ParameterError for an act that it has not."""
        if act not in self.calls:
            raise ParameterError(
                f"diffusers: act is {act!r}; {self.title} can do {' and '.join(self.calls)}.",
                "Choose such an act, or a model of another family: manyhands models list.",
                parameter="act",
            )
        return self.calls[act]

    def size(self, width: int, height: int, shorter_px: int) -> tuple[int, int]:
        """Width and height that it works at, nearest to a picture's with a shorter side of at most ``shorter_px``."""
        scale = min(1.0, shorter_px / min(width, height))
        fit = self.multiple_px
        return max(fit, round(width * scale / fit) * fit), max(fit, round(height * scale / fit) * fit)

    def fitted(self, frames: int) -> int:
        """The nearest number of frames, at least that many, that a window can have."""
        return -(-max(frames - 1, 0) // self.stride) * self.stride + 1


def pictures(values: np.ndarray) -> list[Any]:
    """Display values as the pipelines take pictures, in 8 bits.  Shapes: (F, H, W, 3), or (F, H, W) for greys."""
    from diffusers.image_processor import VaeImageProcessor

    planes = values if values.ndim == 4 else values[..., None]
    return VaeImageProcessor.numpy_to_pil(np.clip(planes, 0, 1))


def _picture(values: np.ndarray) -> Any:
    return pictures(values[None])[0]


GREY = 128 / 255
"""What a masked model is shown where it shall make something."""


def _spoken(ask: Ask) -> dict[str, Any]:
    return {
        "prompt": ask.prompt,
        "negative_prompt": ask.negative if ask.guidance > 1 else None,
        "num_inference_steps": ask.steps,
        "guidance_scale": ask.guidance,
        "width": ask.width,
        "height": ask.height,
    }


def _from_text(ask: Ask) -> dict[str, Any]:
    return {**_spoken(ask), "num_frames": ask.frames}


def _from_image(ask: Ask) -> dict[str, Any]:
    """It begins with a picture: the one that was given, later the frame that the window before reached."""
    assert ask.first is not None
    begins = ask.first if ask.head is None else ask.head[0]
    ends = {"last_image": _picture(ask.stills[-1][1])} if ask.stills else {}
    return {**_spoken(ask), "num_frames": ask.frames, "image": _picture(begins), **ends}


def _from_video(ask: Ask) -> dict[str, Any]:
    assert ask.plate is not None
    return {**_spoken(ask), "video": pictures(ask.plate), "strength": ask.strength}


def _from_mask(ask: Ask) -> dict[str, Any]:
    """White is made, black is kept; where it is white the picture is grey, so that nothing of the plate leaks in."""
    assert ask.plate is not None
    assert ask.mask is not None
    made = ask.mask > 0.5
    shown = np.where(made[..., None], np.float32(GREY), ask.plate)
    if ask.head is not None:
        over = len(ask.head)
        shown[:over] = ask.head
        made[:over] = False
    return {
        **_spoken(ask),
        "num_frames": ask.frames,
        "video": pictures(shown),
        "mask": pictures(made.astype(np.float32)),
        "reference_images": None if ask.reference is None else [_picture(ask.reference)],
        "conditioning_scale": 1.0,
    }


def _shown(ask: Ask) -> Iterator[tuple[int, Any]]:
    """What a window begins with, and its other pictures, each with its frame: a list for a film, else one picture."""
    if ask.head is not None:
        yield 0, pictures(ask.head)
    elif ask.first is not None:
        yield 0, _picture(ask.first)
    for at, picture in ask.stills:
        yield at, _picture(picture)


def _of_ltx(ask: Ask) -> dict[str, Any]:
    """One call for all: frames that it begins or ends with are conditions."""
    from diffusers.pipelines.ltx.pipeline_ltx_condition import LTXVideoCondition

    conditions = [
        LTXVideoCondition(**{"video" if isinstance(shown, list) else "image": shown}, frame_index=at, strength=1.0)
        for at, shown in _shown(ask)
    ]
    return {
        **_spoken(ask),
        "num_frames": ask.frames,
        "frame_rate": ask.rate_fps,
        "conditions": conditions or None,
        "decode_timestep": 0.05,
        "decode_noise_scale": 0.025,
    }


def _of_ltx2(ask: Ask) -> dict[str, Any]:
    """Likewise; its conditions are placed by latents, of which one holds eight frames."""
    from diffusers.pipelines.ltx2.pipeline_ltx2_condition import LTX2VideoCondition

    conditions = [LTX2VideoCondition(frames=shown, index=-(-at // 8), strength=1.0) for at, shown in _shown(ask)]
    return {
        **_spoken(ask),
        "num_frames": ask.frames,
        "frame_rate": ask.rate_fps,
        "conditions": conditions or None,
    }


def _of_this_ltx2(pipe: Any) -> dict[str, Any]:
    """Which layer is skipped for guidance differs between LTX-2 and those after it, as its makers recommend."""
    newer = bool(pipe.transformer.config.cross_attn_mod)
    return {"use_cross_timestep": newer, "spatio_temporal_guidance_blocks": [28 if newer else 29]}


def _light_of_ltx2(ask: Ask) -> dict[str, Any]:
    """The plate of a display is what the light is found from; it is given as it is."""
    from diffusers.pipelines.ltx2 import LTX2HDRReferenceCondition

    assert ask.plate is not None
    return {
        **_spoken(ask),
        "num_frames": ask.frames,
        "frame_rate": ask.rate_fps,
        "reference_conditions": LTX2HDRReferenceCondition(frames=pictures(ask.plate), strength=1.0),
    }


def _wan_shift(shorter_px: int) -> float:
    return 5.0 if shorter_px > 600 else 3.0


_WAN = Family(
    name="wan",
    title="Wan 2.1/2.2",
    multiple_px=16,
    stride=4,
    window=81,
    short_px=480,
    steps=50,
    guidance=5.0,
    flow_shift=_wan_shift,
    coding_bytes=(20_000, 48),
    calls={
        "text": Call("WanPipeline", _from_text),
        "video": Call("WanVideoToVideoPipeline", _from_video, names_its_caches=False),
    },
)

_BY_CONDITIONS = Call(
    "LTX2ConditionPipeline",
    _of_ltx2,
    join="given",
    lacks=frozenset({"first_block", "broadcast"}),
    also=frozenset({"last", "key"}),
    by_model=_of_this_ltx2,
)
_LTX2 = Family(
    name="ltx2",
    title="LTX-2",
    multiple_px=32,
    stride=8,
    window=121,
    short_px=512,
    steps=40,
    guidance=3.0,
    precise_vae=False,
    coding_bytes=(0, 215),
    calls={"text": _BY_CONDITIONS, "image": _BY_CONDITIONS},
    tells="the sound that it draws as well is left out",
)

FAMILIES = {
    family.name: family
    for family in (
        _WAN,
        replace(
            _WAN,
            name="wan-image",
            title="Wan 2.1/2.2 from an image",
            calls={"image": Call("WanImageToVideoPipeline", _from_image, also=frozenset({"last"}))},
        ),
        replace(
            _WAN,
            name="wan-vace",
            title="Wan VACE",
            calls={"masked": Call("WanVACEPipeline", _from_mask, join="given", also=frozenset({"reference"}))},
            tells="it keeps what is outside its mask as well as its compression can, no better: lock the rest",
        ),
        Family(
            name="ltx",
            title="LTX-Video",
            multiple_px=32,
            stride=8,
            window=161,
            short_px=512,
            steps=50,
            guidance=3.0,
            precise_vae=False,
            coding_bytes=(0, 104),
            calls={
                "text": Call("LTXConditionPipeline", _of_ltx, join="given", also=frozenset({"last", "key"})),
                "image": Call("LTXConditionPipeline", _of_ltx, join="given", also=frozenset({"last", "key"})),
            },
        ),
        _LTX2,
        replace(
            _LTX2,
            name="ltx2-hdr",
            title="LTX-2 HDR",
            steps=8,
            guidance=1.0,
            curve="logc3",
            calls={"video": Call("LTX2HDRPipeline", _light_of_ltx2, join="apart", lacks=frozenset({"first_block"}))},
            tells="it gives the plate of a display anew as light up to 55 times white",
        ),
        Family(
            name="cogvideox",
            title="CogVideoX",
            multiple_px=16,
            stride=8,  # its decoder takes latents two by two after the first
            window=49,
            short_px=480,
            steps=50,
            guidance=6.0,
            precise_vae=False,
            calls={"video": Call("CogVideoXVideoToVideoPipeline", _from_video)},
        ),
    )
}

CLASSES = {
    "WanPipeline": "wan",
    "WanVideoToVideoPipeline": "wan",
    "WanImageToVideoPipeline": "wan-image",
    "WanVACEPipeline": "wan-vace",
    "LTXPipeline": "ltx",
    "LTXImageToVideoPipeline": "ltx",
    "LTXConditionPipeline": "ltx",
    "LTX2Pipeline": "ltx2",
    "LTX2ImageToVideoPipeline": "ltx2",
    "LTX2ConditionPipeline": "ltx2",
    "LTX2HDRPipeline": "ltx2-hdr",
    "CogVideoXPipeline": "cogvideox",
    "CogVideoXVideoToVideoPipeline": "cogvideox",
}
"""The family of each class that a folder of weights may have been saved from."""
