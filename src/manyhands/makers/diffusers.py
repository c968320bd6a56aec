"""A clip drawn by an open-weight video model on this machine: from words, an image, the plate, or inside a matte.

The model is one whose card lies on this machine (``manyhands models list``), with its licence accepted by a named
person; nothing is fetched and nothing leaves the machine.  The clip comes as the model gave it, brought to the plate's
size and frames: every pixel is the model's.  To keep the camera's pixels where nothing changed, lock it over the plate.

A long shot is drawn in windows that overlap; each takes up the frames that the one before ended with, and the
colour at each joint is measured and held.  A stopped run goes on at its window.  The account says which model with
which hashes, how many steps, how often a cache really fired, the seconds, the joints, and where the memory was short.

A shot may also be given the picture that it ends with, and a masked model one of what it shall show; an HDR model gives
the plate anew as light beyond white.

A draft is half as large and takes few steps; ``finish`` draws that same draft again from its seed, enlarges it, and
lets the model work on from there, so that what was accepted is what is finished.

Known limits: models see 8 bits of a display's colours, so light above white is lost on the way in; a clip that is
drawn twice on two kinds of machine differs; what is drawn is as good as the weights, and real ones want a GPU.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.errors import ParameterError
from manyhands.core.frame import Frame
from manyhands.core.maker import AboutModel, Bell, MakerParams, Purpose, choice, flag, maker, model, number, share, text
from manyhands.core.passes import Passes, passed

if TYPE_CHECKING:
    from collections.abc import Callable

    from manyhands.core.passes import Shelf


class Params(MakerParams):
    model: str = model("", "which model draws, by the name of its card")
    act: Literal["text", "image", "video", "masked"] = choice(
        "text",
        "what it draws from: words alone, a picture to begin with, the plate made anew, or the plate outside a matte",
    )
    prompt: str = text("", "what is to be seen, as the model was taught to read it")
    negative: str = text("", "what is not to be seen")
    take: Literal["full", "draft", "finish"] = choice(
        "full", "all at once; a small quick draft; or that same draft, finished at full size"
    )
    key_frame_at: int | None = number(
        None, low=0, high=10_000_000, unit="frame", about="the frame of the plate that the picture key_frame is for"
    )
    steps: int = number(0, low=0, high=200, unit="steps", about="how many steps it takes; 0: as its family does")
    draft_steps: int = number(12, low=1, high=200, unit="steps", about="how many steps a draft takes")
    guidance: float = number(
        0.0,
        low=0,
        high=30,
        unit="times",
        about="how closely it keeps to the words; 0: as its family does",
    )
    strength: float = share(
        0.8, "how far it may go from the plate, or in finishing from the draft; 1 hardly looks at it"
    )
    flow_shift: float = number(
        0.0,
        low=0,
        high=20,
        unit="times",
        about="how far its steps lean towards noise; 0: as its family does",
    )
    shorter_px: int = number(
        0,
        low=0,
        high=2160,
        unit="pixels",
        about="the shorter side of what it draws, at most the plate's; 0: what its family was trained on",
    )
    window: int = number(0, low=0, high=1025, unit="frames", about="how long a window is; 0: as its family was trained")
    overlap: int = number(17, low=1, high=512, unit="frames", about="how many frames neighbouring windows share")
    preset: Literal["auto", "whole", "parts", "layers", "disk"] = choice(
        "auto",
        "where the model lies while it works: by what the machine has, all on the device, part by part, "
        "layer by layer, or on the disk",
    )
    precision: Literal["float32", "bfloat16", "float8"] = choice(
        "bfloat16", "in which numbers its network works; in float8 its weights lie in 8 bits and work in 16"
    )
    tiled: bool = flag(False, "whether pictures are coded and decoded in tiles, which takes less memory")
    cache: Literal["none", "first_block", "taylorseer", "broadcast"] = choice(
        "none", "whether steps may reuse work of earlier ones, and how; it is quicker and draws another sample"
    )
    cache_threshold: float = number(
        0.1, low=0, high=1, unit="share", about="first_block: how little may change for a step to be spared"
    )
    cache_interval: int = number(
        3, low=2, high=20, unit="steps", about="taylorseer, broadcast: every how many steps all is worked out"
    )


ACTS: Mapping[Purpose, str] = {"generate": "text"}
"""The act that serves a purpose; any other is served by the plate drawn anew, within its matte where it has one."""


def set_for(purpose: Purpose, given: Collection[str]) -> Mapping[str, Any]:
    """The act that serves a purpose, and the first model on this machine that can do it."""
    from manyhands.openweight.cards import able

    act = ACTS.get(purpose, "masked" if "matte" in given else "video")
    card = next(iter(able(act)), None)
    return {"act": act, **({"model": card.pinned} if card else {})}


def about_model(p: Params) -> AboutModel:
    """What the model's card says."""
    from manyhands.openweight.cards import card_of
    from manyhands.openweight.presets import without_gpu

    if not p.model:
        return AboutModel("what its card says, once there is one")
    card = card_of(p.model.partition("@")[0])
    final = () if card.may_be_final else (f"its card says that what {card.name} makes is not for a final",)
    return AboutModel(card.training, is_stated=True, may_be_final=card.may_be_final, remarks=(*final, *without_gpu()))


def check_ready() -> None:
    """Raises: CapacityError if the libraries are not installed, StateError if no model may run here."""
    from manyhands.openweight.cards import check_any
    from manyhands.openweight.pipes import check_installed

    check_installed()
    check_any()


@maker(
    "diffusers",
    version=2,
    origin="trained",
    scope="input_local",
    needs=("weights",),
    ready=check_ready,
    purposes=("change", "add", "take out", "generate"),
    set_for=set_for,
    about_model=about_model,
    seconds=lambda p, width, height: 0.02 + 6e-8 * width * height,
)
def diffusers(
    plate: Clip,
    matte: Clip | None,
    first_frame: Clip | None,
    last_frame: Clip | None,
    key_frame: Clip | None,
    reference: Clip | None,
    p: Params,
    rng: Chance,
    bell: Bell,
) -> Clip:
    """The model's clip over the plate's span, at its size."""
    from manyhands.comp.layers import resized
    from manyhands.openweight.cards import ready
    from manyhands.openweight.generating import Shot
    from manyhands.openweight.pipes import Setup, check_installed

    if not p.model:
        raise ParameterError(
            "diffusers: model is empty.", "Name one of: manyhands models list.", maker="diffusers", parameter="model"
        )
    check_installed()
    card = ready(p.model)
    shot = Shot(
        card=card,
        act=p.act,
        take=p.take,
        prompt=p.prompt,
        negative=p.negative,
        span=plate.span,
        size=(plate.width, plate.height),
        light=lambda at: plate.frame(at).rgb,
        mask=None if matte is None else lambda at: matte.frame(at).alpha,
        first=_still(first_frame),
        last=_still(last_frame),
        key=_still(key_frame),
        key_at=p.key_frame_at,
        reference=_still(reference),
        steps=p.steps,
        draft_steps=p.draft_steps,
        guidance=p.guidance,
        strength=p.strength,
        flow_shift=p.flow_shift,
        shorter_px=p.shorter_px,
        window=p.window,
        overlap=p.overlap,
        setup=Setup(p.preset, p.precision, p.tiled, p.cache, p.cache_threshold, p.cache_interval),
        rng=rng,
        bell=bell,
        facts={"maker": "diffusers", "version": diffusers.version, "settings": p.model_dump(mode="json")},
    )

    by = diffusers.hand_for(p)

    def drawn(at: int, shelf: Shelf) -> Frame:
        light = shot.frame(at, shelf)
        opaque = np.ones((*light.shape[:2], 1), np.float32)
        return resized(Frame.of(np.concatenate([light, opaque], -1), by), plate.width, plate.height)

    return passed(plate.span, plate.width, plate.height, Passes(shot.passes(), drawn))


def _still(clip: Clip | None) -> Callable[[], np.ndarray] | None:
    """The first picture of a clip, as light."""
    return None if clip is None else lambda: clip.frame(clip.span.start).rgb
