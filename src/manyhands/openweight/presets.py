"""How a model is fitted into a machine: where its parts lie while it works, and what it may leave out.

Where parts lie changes nothing that is seen; it follows from the machine, and steps down when the memory is full.
What changes pixels (precision, tiling, a step cache) is said in the recipe and never changed on the way.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from manyhands.core.errors import CapacityError, ParameterError

Place = Literal["whole", "parts", "layers", "disk"]
PLACES: Mapping[Place, str] = {
    "whole": "all of it in the memory of the device",
    "parts": "one part at a time on the device, the others in the machine's memory",
    "layers": "one layer at a time on the device, the others in the machine's memory",
    "disk": "one layer of its network at a time in memory, the others on the disk; the last bits may differ",
}
"""From the quickest to the one that needs least memory."""
LADDERS: Mapping[str, tuple[Place, ...]] = {
    "cuda": ("whole", "parts", "layers"),
    "mps": ("whole", "parts"),
    "cpu": ("whole", "disk"),
}
_STEP = 1.35  # what a network needs while it works, of what it weighs
_TILED = 0.1  # of what decoding needs, in tiles; measured at Wan 2.1 on an H200

Precision = Literal["float32", "bfloat16", "float8"]
BYTES: Mapping[Precision, float] = {"float32": 4, "bfloat16": 2, "float8": 1}

Cache = Literal["none", "first_block", "taylorseer", "broadcast"]


@dataclass(frozen=True)
class Machine:
    """What there is to work with.

    Args:
        device: ``cuda``, ``mps`` or ``cpu``.
        free: bytes of its memory that are free.
        memory: bytes of the machine's own memory that a model may take.
    """

    device: str
    free: int
    memory: int


def this_machine() -> Machine:
    """What this machine has now; what this process holds on the device counts as free, since a model makes way for the
    next."""
    import torch

    memory = _free_memory()
    if torch.cuda.is_available():
        return Machine("cuda", int(torch.cuda.mem_get_info()[0] + torch.cuda.memory_reserved()), memory)
    if torch.backends.mps.is_available():
        return Machine("mps", memory, memory)
    return Machine("cpu", memory, memory)


def without_gpu() -> tuple[str, ...]:
    """What to say where a video model would have to work on the processor; empty where there is a GPU.

    What it is asked of are the drivers' own files, for the library that knows takes seconds to load.
    """
    if sys.platform == "darwin" or os.path.exists("/dev/nvidiactl") or os.path.exists("/dev/kfd"):
        return ()
    if sys.platform == "win32" and os.path.exists(os.path.expandvars(r"%SystemRoot%\\System32\\nvcuda.dll")):
        return ()
    return ("no GPU was found here: on the processor a model of ordinary size takes hours for a few seconds of film",)


def _free_memory() -> int:
    """Bytes of memory that a model may take: three quarters of all; 12 GB where the system does not say."""
    asked = getattr(os, "sysconf", None)
    return int(0.75 * asked("SC_PHYS_PAGES") * asked("SC_PAGE_SIZE")) if asked else 12_000_000_000


@dataclass(frozen=True)
class Need:
    """Bytes that a model needs: all of it, its largest part, and what coding one window takes beside."""

    whole: float
    largest: float
    coding: float


def need(
    parts: Mapping[str, int],
    pixels: int,
    frames: int,
    coding: tuple[float, float],
    *,
    precision: Precision,
    stored: float,
    tiled: bool,
) -> Need:
    """What a window needs.

    Args:
        parts: bytes of each part as it lies in its files; ``stored`` bytes hold one number there.
        coding: bytes that decoding takes for each pixel of a frame, and for each pixel of each frame.
    """
    weights = {name: size / stored * BYTES[precision] for name, size in parts.items()}
    each, every = coding
    return Need(
        sum(weights.values()),
        max(weights.values(), default=0),
        pixels * (each * (_TILED if tiled else 1) + every * frames),
    )


def chosen(asked: Place | Literal["auto"], machine: Machine, need: Need) -> Place:
    """The place to begin with.

    Raises: ParameterError for a place that this machine has not.
    """
    ladder = LADDERS[machine.device]
    if asked != "auto":
        if asked not in ladder:
            raise ParameterError(
                f"diffusers: preset is {asked!r}; on a {machine.device} it must be one of {', '.join(ladder)} or auto.",
                "With auto it is chosen by what the machine has.",
                parameter="preset",
            )
        return asked
    if need.whole + max(need.coding, (_STEP - 1) * need.largest) <= machine.free:
        return "whole"
    one_by_one = max(_STEP * need.largest, 1.1 * need.coding)
    if "parts" in ladder and one_by_one <= machine.free and need.whole <= machine.memory:
        return "parts"
    return ladder[-1]


def below(place: Place, device: str) -> Place | None:
    """The next place down, or None."""
    ladder = LADDERS[device]
    at = ladder.index(place)
    return ladder[at + 1] if at + 1 < len(ladder) else None


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error of torch says that memory is short."""
    if isinstance(error, MemoryError):
        return True
    said = str(error).lower()
    return isinstance(error, RuntimeError) and ("out of memory" in said or "can't allocate memory" in said)


def nowhere_left(where: Place, precision: Precision, *, tiled: bool) -> CapacityError:
    """The memory is full in the last place: what is left changes pixels, so a person says it."""
    ways = []
    if not tiled:
        ways.append("tiled=yes (decodes the picture in tiles)")
    if precision != "float8":
        ways.append("precision=float8")
    ways += ["a smaller shorter_px", "a shorter window"]
    return CapacityError(
        f"diffusers: the memory is full, also with {PLACES[where]}.",
        f"Set one of these, which change the picture: {', '.join(ways)}.",
    )


_PREDICTED = (r"(audio_)?proj_out",)
_SKIPPED = (r"(vace_|transformer_)?blocks\.\d+",)
"""TaylorSeer predicts what the whole network gives and leaves its layers out.  Predicting each layer for itself took
86 GB at Wan 2.1 of 1.3 thousand million numbers, where all else takes 14."""


def cache_config(cache: Cache, threshold: float, interval: int, pipe: Any) -> Any:
    """The library's own description of a step cache, or None.

    Source: FirstBlockCache (ParaAttention 2024), TaylorSeer (Liu et al. 2025), pyramid attention broadcast (Zhao et
    al. 2024).
    """
    import diffusers
    import torch

    if cache == "first_block":
        return diffusers.FirstBlockCacheConfig(threshold=threshold)
    if cache == "taylorseer":
        return diffusers.TaylorSeerCacheConfig(
            cache_interval=interval,
            disable_cache_before_step=3,
            max_order=1,
            taylor_factors_dtype=torch.float32,
            cache_identifiers=list(_PREDICTED),
            skip_predict_identifiers=list(_SKIPPED),
        )
    if cache == "broadcast":
        return diffusers.PyramidAttentionBroadcastConfig(
            spatial_attention_block_skip_range=interval,
            cross_attention_block_skip_range=interval,
            current_timestep_callback=lambda: pipe.current_timestep,
        )
    return None
