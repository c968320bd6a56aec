"""The edge to torch and diffusers: a model is loaded, placed, asked for one window, and stopped between steps."""

from __future__ import annotations

import os
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from manyhands.core.errors import CapacityError, MakerError, ManyhandsError, ParameterError
from manyhands.kit import logc3
from manyhands.openweight.cards import Card
from manyhands.openweight.families import FAMILIES, Ask, Call
from manyhands.openweight.presets import (
    PLACES,
    Cache,
    Need,
    Place,
    Precision,
    below,
    cache_config,
    chosen,
    is_out_of_memory,
    need,
    nowhere_left,
    this_machine,
)

Bell = Callable[[int, int], None]


@dataclass(frozen=True)
class Setup:
    """How a model is run; all but ``place`` changes pixels."""

    place: Place | str = "auto"
    precision: Precision = "bfloat16"
    tiled: bool = False
    cache: Cache = "none"
    threshold: float = 0.1
    interval: int = 3


def replaced(setup: Setup, place: str) -> Setup:
    """The same, with its parts where they were in the end: what was too much once is not tried again."""
    return replace(setup, place=place)


@dataclass
class Drawn:
    """One window as the model drew it.

    Args:
        frames: (F, H, W, 3) float32 values of the family's curve.
        steps: how many it went.
        fired: in how many of them the cache spared work.
        share: how much of the transformer's work was done, 1 without a cache.
        place: where the parts lay in the end.
        said: what happened on the way that people should know.
    """

    frames: np.ndarray
    steps: int
    fired: int
    share: float
    place: str
    seconds: float
    said: list[str] = field(default_factory=list)


@cache
def check_installed() -> None:
    """Raises: CapacityError that says what to install; nothing is imported, which would cost seconds."""
    for name in ("torch", "diffusers", "transformers", "accelerate", "safetensors"):
        if find_spec(name) is None:
            raise CapacityError(
                f"diffusers: it needs {name}, which is not installed.", "Install it: pip install 'manyhands[models]'."
            )


@cache
def versions() -> dict[str, str]:
    """What drew: the versions of the libraries."""
    from importlib.metadata import version

    return {name: version(name) for name in ("torch", "diffusers", "transformers")}


def draw(card: Card, ask: Ask, setup: Setup, bell: Bell) -> Drawn:
    """Ask a model for one window; where the memory is full it is placed one step down and asked again.

    Args:
        bell: rung after every step; what it raises ends the window.
    Raises: CapacityError if no place is left or a library is missing; MakerError if the model fails.
    """
    check_installed()
    began = time.monotonic()
    call = FAMILIES[card.family].call(ask.act)
    _check_cache(card, call, setup)
    machine = this_machine()
    place: Any = chosen(setup.place, machine, needed(card, ask, setup, machine.device))  # type: ignore[arg-type]
    said: list[str] = []
    while True:
        try:
            frames, steps, counts = _loaded_and_asked(card, call, ask, setup, place, machine.device, bell)
            break
        except ManyhandsError:
            raise
        except Exception as error:
            traceback.clear_frames(error.__traceback__)  # else what failed is held in memory while the next is loaded
            let_go()
            if not is_out_of_memory(error):
                raise MakerError(
                    f"diffusers: {card.name} failed with {type(error).__name__}: {error}.",
                    "Look at its card and at what it was asked; if both are right, report it with the recipe.",
                ) from error
            lower = below(place, machine.device)
            if lower is None:
                raise nowhere_left(place, setup.precision, tiled=setup.tiled) from error
            said.append(
                f"the memory was full with {place}; it went on with {lower}: {PLACES[lower]}; the last bits may differ"
            )
            place = lower
    full = max(counts)
    fired = sum(count < full for count in counts)
    share = sum(counts) / (full * len(counts)) if full else 1.0
    return Drawn(frames, steps, fired, share, place, time.monotonic() - began, said)


def needed(card: Card, ask: Ask, setup: Setup, device: str) -> Need:
    """What a model needs in memory for one window."""
    folder = Path(card.folder)
    parts: dict[str, int] = {}
    for name in card.files:
        part = name.partition("/")[0]
        parts[part] = parts.get(part, 0) + (folder / name).stat().st_size
    return need(
        parts,
        ask.width * ask.height,
        ask.frames,
        FAMILIES[card.family].coding_bytes,
        precision=setup.precision,
        stored=4 if device == "cpu" else 2,
        tiled=setup.tiled,
    )


def _loaded_and_asked(
    card: Card, call: Call, ask: Ask, setup: Setup, place: Place, device: str, bell: Bell
) -> tuple[np.ndarray, int, list[int]]:
    with _quiet(), _threads():
        return _asked(_loaded(card, call.pipeline, setup, place, device), card, call, ask, setup, bell)


_HELD: dict[tuple[str, ...], Any] = {}  # the model that was asked last; loading one costs minutes


def let_go() -> None:
    """Free the memory of the model that was asked last."""
    import gc

    import torch

    for pipe in _HELD.values():
        if folder := getattr(pipe, "layers_folder", None):
            folder.cleanup()
    _HELD.clear()
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _check_cache(card: Card, call: Call, setup: Setup) -> None:
    if setup.cache in call.lacks:
        raise ParameterError(
            f"diffusers: cache is {setup.cache!r}; the network of {FAMILIES[card.family].title} cannot have it.",
            "Set another one, or cache=none.",
            parameter="cache",
        )


def _loaded(card: Card, pipeline: str, setup: Setup, place: Place, device: str) -> Any:
    import diffusers
    import torch

    key = (card.digest, pipeline, setup.precision, str(setup.tiled), place)
    if key in _HELD:
        return _HELD[key]
    let_go()
    dtype = torch.float32 if setup.precision == "float32" else torch.bfloat16
    pipe = getattr(diffusers, pipeline).from_pretrained(
        card.folder,
        local_files_only=True,
        use_safetensors=True,
        torch_dtype={"vae": torch.float32 if FAMILIES[card.family].precise_vae else dtype, "default": dtype},
    )
    pipe.set_progress_bar_config(disable=True)
    if setup.precision == "float8":
        for part in _nets(pipe):
            part.enable_layerwise_casting(storage_dtype=torch.float8_e4m3fn, compute_dtype=dtype)
    if setup.tiled:
        pipe.vae.enable_tiling()
    _placed(pipe, place, device)
    _HELD[key] = pipe
    return pipe


def _placed(pipe: Any, place: Place, device: str) -> None:
    import torch
    from accelerate import disk_offload
    from diffusers.hooks import apply_group_offloading

    if place == "whole":
        pipe.to(device)
    elif place == "parts":
        pipe.enable_model_cpu_offload(device=device)
    elif place == "layers":
        pipe.vae.to(device)  # small, and decoding goes through it many times
        for name, part in pipe.components.items():
            if name != "vae" and isinstance(part, torch.nn.Module):
                apply_group_offloading(
                    part,
                    onload_device=torch.device(device),
                    offload_device=torch.device("cpu"),
                    offload_type="leaf_level",
                    use_stream=device == "cuda",
                )
    else:
        # not by the library's own way to the disk: on a CPU what it brings back is not what it put there
        pipe.layers_folder = tempfile.TemporaryDirectory(prefix="manyhands-layers-")
        for number, net in enumerate(_nets(pipe)):
            folder = Path(pipe.layers_folder.name) / str(number)
            folder.mkdir()
            disk_offload(net, str(folder), execution_device=torch.device(device))


def _nets(pipe: Any) -> list[Any]:
    return [net for name in ("transformer", "transformer_2") if (net := getattr(pipe, name, None)) is not None]


def _asked(pipe: Any, card: Card, call: Call, ask: Ask, setup: Setup, bell: Bell) -> tuple[np.ndarray, int, list[int]]:
    import torch

    family = FAMILIES[card.family]
    if family.flow_shift and hasattr(pipe.scheduler.config, "flow_shift"):
        shift = ask.flow_shift or family.flow_shift(min(ask.width, ask.height))
        pipe.scheduler = type(pipe.scheduler).from_config(pipe.scheduler.config, flow_shift=shift)
    generator = torch.Generator("cpu").manual_seed(ask.seed)
    arguments = call.arguments(ask) | call.by_model(pipe)
    hold = _holding(pipe, ask) if call.join == "hold" and ask.head is not None else None
    steps = [0]
    config = cache_config(setup.cache, setup.threshold, setup.interval, pipe)
    questions = 0 if call.names_its_caches else 2 if ask.guidance > 1 else 1
    with _counting(pipe) as work, _cached(pipe, config, questions):
        counts: list[int] = []

        def stepped(pipe_: Any, index: int, time_: Any, kept: dict[str, Any]) -> dict[str, Any]:
            counts.append(work[0])
            work[0] = 0
            steps[0] += 1
            bell(index + 1, ask.steps)
            return {"latents": hold(index, time_, kept["latents"])} if hold else {}

        try:
            bell(0, ask.steps)
            given = pipe(
                **arguments,
                generator=generator,
                output_type="np",
                callback_on_step_end=stepped,
                callback_on_step_end_tensor_inputs=["latents"],
            ).frames
        finally:
            pipe.maybe_free_model_hooks()
    frames = np.asarray(given, np.float32)[0][: ask.frames]
    if family.curve == "logc3":
        frames = logc3.coded(frames).astype(np.float32)
    return np.ascontiguousarray(frames), steps[0], counts


def _holding(pipe: Any, ask: Ask) -> Callable[[int, Any, Any], Any]:
    """After every step the first latents are those of the frames that the window before ended with, as noisy as the
    step leaves the others (Lugmayr et al. 2022, without going back)."""
    import torch

    assert ask.head is not None
    clean = _encoded(pipe, ask.head)
    noise = torch.randn(clean.shape, generator=torch.Generator("cpu").manual_seed(ask.seed + 1), dtype=torch.float32)
    noise = noise.to(clean.device)
    frames_first = _is_cogvideox(pipe)

    def hold(index: int, time_: Any, latents: Any) -> Any:
        noisy = _noisy(pipe.scheduler, clean, noise, time_).to(latents.dtype)
        latents = latents.clone()
        if frames_first:
            latents[:, : noisy.shape[2]] = noisy.permute(0, 2, 1, 3, 4)
        else:
            latents[:, :, : noisy.shape[2]] = noisy
        return latents

    return hold


def _noisy(scheduler: Any, clean: Any, noise: Any, time_: Any) -> Any:
    """Clean latents with the noise that is left after the step at a time."""
    times = scheduler.timesteps
    at = int((times == time_).nonzero()[-1])
    if at + 1 >= len(times):
        return clean
    if hasattr(scheduler, "sigmas") and scheduler.sigmas is not None and len(scheduler.sigmas) == len(times) + 1:
        sigma = scheduler.sigmas[at + 1].to(clean.device, clean.dtype)
        return (1 - sigma) * clean + sigma * noise
    return scheduler.add_noise(clean, noise, times[at + 1 : at + 2].to(clean.device))


def _encoded(pipe: Any, display: np.ndarray) -> Any:
    """Frames as the latents that a model's steps work on.  Shapes: (F, H, W, 3) to (1, C, f, h, w)."""
    import torch

    vae = pipe.vae
    device = pipe._execution_device
    video = torch.from_numpy(np.ascontiguousarray(2 * display - 1)).permute(3, 0, 1, 2)[None]
    with torch.no_grad():
        latents = vae.encode(video.to(device, vae.dtype)).latent_dist.mode().float()
    if _is_cogvideox(pipe):
        return latents * vae.config.scaling_factor
    mean = torch.tensor(vae.config.latents_mean, device=device).view(1, -1, 1, 1, 1)
    std = torch.tensor(vae.config.latents_std, device=device).view(1, -1, 1, 1, 1)
    return (latents - mean) / std


def _is_cogvideox(pipe: Any) -> bool:
    return type(pipe).__name__.startswith("CogVideoX")


@contextmanager
def _counting(pipe: Any) -> Iterator[list[int]]:
    """Counts how many layers of the transformers really work, so that what a cache spares is seen, not supposed."""
    import torch

    work = [0]

    def one_more(*_: Any) -> None:
        work[0] += 1

    layers = [layer for net in _nets(pipe) for layer in net.modules() if isinstance(layer, torch.nn.Linear)]
    hooks = [layer.register_forward_pre_hook(one_more) for layer in layers]
    try:
        yield work
    finally:
        for hook in hooks:
            hook.remove()


@contextmanager
def _cached(pipe: Any, config: Any, questions: int) -> Iterator[None]:
    """A step cache for the networks.

    Args:
        questions: how many times a step asks a network in turn, where the pipeline does not say which it is.
    """
    nets = _nets(pipe) if config is not None else []
    with ExitStack() as ends:
        for net in nets:
            net.enable_cache(config)
            ends.callback(net.disable_cache)
            if questions:
                ends.enter_context(_told_apart(net, questions))
        yield


@contextmanager
def _told_apart(net: Any, questions: int) -> Iterator[None]:
    """With and without the words are two questions of each step, and what a cache keeps of one is not for the other."""
    real, asked = net.forward, count()

    def forward(*given: Any, **named: Any) -> Any:
        with net.cache_context(f"question {next(asked) % questions}"):
            return real(*given, **named)

    net.forward = forward
    try:
        yield
    finally:
        net.forward = real


@contextmanager
def _quiet() -> Iterator[None]:
    """What the libraries warn of is for their own developers; errors stay errors."""
    import diffusers
    import transformers

    levels = diffusers.utils.logging.get_verbosity(), transformers.utils.logging.get_verbosity()
    diffusers.utils.logging.set_verbosity_error()
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    diffusers.utils.logging.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        diffusers.utils.logging.set_verbosity(levels[0])
        transformers.utils.logging.set_verbosity(levels[1])


@contextmanager
def _threads() -> Iterator[None]:
    """A worker has one thread; while a model draws nothing else runs."""
    import torch

    before = torch.get_num_threads()
    allowed = getattr(os, "sched_getaffinity", None)
    cores = len(allowed(0)) if allowed else os.cpu_count() or 1
    wanted = int(os.environ.get("OMP_NUM_THREADS") or cores)
    torch.set_num_threads(max(1, min(wanted, cores)))
    try:
        yield
    finally:
        torch.set_num_threads(before)
