"""The network that learns from painted frames, step by step, with numpy outside and torch inside.

A U-Net (Ronneberger et al. 2015) on a picture folded by two (pixel unshuffle): four levels, 1.1
million parameters, so small that it learns one shot in minutes on a laptop and knows nothing else.
All that one step hands to the next is a dictionary of arrays; the same state and the same examples
give the same weights on one machine, bit for bit.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # read when torch loads: waiting threads must not burn the cores

import torch
import torch.nn.functional as nn
from torch import Tensor

from manyhands.core.clip import State
from manyhands.kit.taught.lessons import KINDS, LEFT, THIN, WHOLE, bells
from manyhands.kit.taught.model import BASE, FITS_PX, FOLD, LEVELS, sigmoid

_SMOOTHED = 12  # as many windows of the running mean of the weights, which is used in the end, make the budget
_CHANGES = 0.03  # a difference of the code that is a change in full

Draw = Callable[[int], tuple[np.ndarray, np.ndarray]]
"""``draw(step)``: inputs (B, H, W, inputs) and targets (B, H, W, targets) of one step, float32."""


@dataclass(frozen=True)
class Lesson:
    """What is learned: the planes that go in and come out, and for how long.

    Args:
        inputs: planes of the picture that the network sees.
        colours: planes whose change is learned beside the matte, each by :data:`KINDS` planes; 0 for a matte alone.
        steps: the whole budget; the learning rate falls to nothing at its end.
        crop_px: the side of the pictures that are drawn for it.
        reach: what 1 in one of those stands for.
    """

    inputs: int
    colours: int
    steps: int
    crop_px: int = 160
    rate: float = 2e-3
    reach: float = 1.0

    @property
    def outputs(self) -> int:
        return KINDS * self.colours + 1


def begin(lesson: Lesson, rng: np.random.Generator) -> State:
    """The state before the first step: weights drawn as He et al. 2015 say, no moments."""
    state: State = {"step": np.array(0, np.int64)}
    for name, shape in _shapes(lesson).items():
        kind = name.rpartition(".")[2]
        if kind == "weight":
            fan = shape[1] * shape[2] * shape[3]
            weight = rng.standard_normal(shape, np.float32) * np.float32(math.sqrt(2 / fan))
            state[f"w.{name}"] = weight * np.float32(0.1) if name.startswith("last") else weight
        else:
            state[f"w.{name}"] = np.full(shape, 1.0 if kind in ("scale", "var") else 0.0, np.float32)
        if kind not in ("mean", "var"):
            state[f"m.{name}"] = np.zeros(shape, np.float32)
            state[f"v.{name}"] = np.zeros(shape, np.float32)
        state[f"e.{name}"] = state[f"w.{name}"].copy()
    return state


def learn(state: State, lesson: Lesson, draw: Draw, steps: int, *, bell: Callable[[int, int], None]) -> State:
    """Go some steps on from a state; the returned one has the mean loss of these steps as ``loss``.

    Source: AdamW (Loshchilov and Hutter 2019), the rate along a cosine; the mean of the weights is
    kept beside them (Polyak and Juditsky 1992), and is what :func:`weights_of` gives.
    """
    device = _device()
    net = {name[2:]: _to(value, device) for name, value in state.items() if name.startswith("w.")}
    trained = [name for name in net if name.rpartition(".")[2] not in ("mean", "var")]
    for name in trained:
        net[name].requires_grad_(True)
    optimizer = torch.optim.AdamW([net[name] for name in trained], lr=lesson.rate, weight_decay=1e-2, foreach=True)
    at = int(state["step"])
    for name in trained:
        if at:
            optimizer.state[net[name]] = {
                "step": torch.tensor(float(at)),
                "exp_avg": _to(state[f"m.{name}"], device),
                "exp_avg_sq": _to(state[f"v.{name}"], device),
            }
    smooth = {name: _to(state[f"e.{name}"], device) for name in net}
    total = 0.0
    with _threads(_useful_threads(lesson.crop_px)):
        for step in range(at, min(at + steps, lesson.steps)):
            bell(step, lesson.steps)
            for group in optimizer.param_groups:
                group["lr"] = _rate(lesson, step)
            inputs, targets = (_pictures(part, device) for part in draw(step))
            with _short_floats(device):
                given = _unet(inputs, net, learning=True)
            loss = _loss(given.float(), targets, inputs, lesson)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_([net[name] for name in trained], 1.0)
            optimizer.step()
            total += float(loss.detach())
            share = min(1 - _SMOOTHED / max(lesson.steps, 5 * _SMOOTHED), (1 + step) / (10 + step))
            with torch.no_grad():
                for name, value in smooth.items():
                    value.mul_(share).add_(net[name].detach(), alpha=1 - share)
    done = max(1, min(steps, lesson.steps - at))
    after: State = {"step": np.array(at + done, np.int64), "loss": np.array(total / done)}
    for name, value in net.items():
        after[f"w.{name}"] = _from(value)
        after[f"e.{name}"] = _from(smooth[name])
    for name in trained:
        kept = optimizer.state[net[name]]
        after[f"m.{name}"], after[f"v.{name}"] = _from(kept["exp_avg"]), _from(kept["exp_avg_sq"])
    return after


def weights_of(state: State, *, smoothed: bool = True) -> State:
    """The weights alone, by name."""
    mark = "e." if smoothed else "w."
    return {name[2:]: value for name, value in state.items() if name.startswith(mark)}


def given(weights: Mapping[str, np.ndarray], inputs: np.ndarray) -> np.ndarray:
    """What the network gives, before the sigmoid of its last plane.

    Shapes: (B, H, W, inputs) to (B, H, W, outputs) float32; H and W multiples of 16.
    """
    with torch.no_grad(), _threads(_useful_threads(inputs.shape[1])):
        net = {name: torch.from_numpy(np.array(value)) for name, value in weights.items()}
        found = _unet(_pictures(inputs, torch.device("cpu")), net, learning=False)
    return np.ascontiguousarray(found.permute(0, 2, 3, 1).numpy())


def drawn(weights: Mapping[str, np.ndarray], planes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One frame at one look: the change (H, W, 0 or 15) and the matte (H, W), 0 to 1.

    Shapes: planes (H, W, inputs), of any size.
    """
    height, width = planes.shape[:2]
    padded = np.pad(planes, ((0, -height % FITS_PX), (0, -width % FITS_PX), (0, 0)), mode="symmetric")
    found = given(weights, padded[None])[0, :height, :width]
    return found[..., :-1], sigmoid(found[..., -1])


def blocks(outputs: int, inputs: int) -> Iterator[tuple[str, int, int]]:
    """Each convolution of the network: its name, planes in, planes out."""
    width = [BASE * 2**level for level in range(LEVELS)]
    coming = inputs * FOLD**2
    for level in range(LEVELS):
        yield f"down{level}a", coming, width[level]
        yield f"down{level}b", width[level], width[level]
        coming = width[level]
    for level in reversed(range(LEVELS - 1)):
        yield f"up{level}a", width[level + 1] + width[level], width[level]
        yield f"up{level}b", width[level], width[level]
    yield "last", BASE, outputs * FOLD**2


def _shapes(lesson: Lesson) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for name, coming, going in blocks(lesson.outputs, lesson.inputs):
        size = 1 if name == "last" else 3
        found[f"{name}.weight"] = (going, coming, size, size)
        if name == "last":
            found[f"{name}.bias"] = (going,)
        else:
            found |= {f"{name}.{part}": (going,) for part in ("scale", "shift", "mean", "var")}
    return found


def _unet(x: Tensor, net: Mapping[str, Tensor], *, learning: bool) -> Tensor:
    def block(x: Tensor, name: str) -> Tensor:
        x = nn.conv2d(x, net[f"{name}.weight"], padding=1)
        mean, var, scale, shift = (net[f"{name}.{part}"] for part in ("mean", "var", "scale", "shift"))
        return nn.relu(nn.batch_norm(x, mean, var, scale, shift, training=learning, momentum=0.1), inplace=True)

    x = nn.pixel_unshuffle(x, FOLD).contiguous(memory_format=torch.channels_last)
    kept = []
    for level in range(LEVELS):
        x = nn.max_pool2d(x, 2) if level else x
        x = block(block(x, f"down{level}a"), f"down{level}b")
        kept.append(x)
    for level in reversed(range(LEVELS - 1)):
        x = torch.cat([nn.interpolate(x, scale_factor=2.0, mode="nearest"), kept[level]], 1)
        x = block(block(x, f"up{level}a"), f"up{level}b")
    return nn.pixel_shuffle(nn.conv2d(x, net["last.weight"], net["last.bias"]), FOLD)


def _loss(given: Tensor, targets: Tensor, inputs: Tensor, lesson: Lesson) -> Tensor:
    """Cross entropy and half a Dice loss (Milletari et al. 2016) of the matte; of colours :func:`_away` too."""
    logit, matte = given[:, -1], targets[:, -1]
    found = torch.sigmoid(logit)
    meet = (found * matte).sum((1, 2))
    dice = 1 - ((2 * meet + 1) / (found.sum((1, 2)) + matte.sum((1, 2)) + 1)).mean()
    loss = nn.binary_cross_entropy_with_logits(logit, matte) + 0.5 * dice
    if lesson.colours:
        picture = inputs[:, : lesson.colours]
        change = changed(picture, lesson.reach * given[:, :-1], found.detach())
        wanted = targets[:, :-1] - picture
        # of the change alone, which is to be right also where the matte is not yet, and of what will be seen
        seen = laid(found)[:, None] * change
        loss = 2 * loss + _away(change - wanted, wanted, matte) + 2 * _away(seen - wanted, wanted, matte)
    return loss


def changed(picture: Tensor, change: Tensor, matte: Tensor) -> Tensor:
    """By how much a learned change alters a picture: as :func:`~manyhands.kit.taught.lessons.recoloured`.

    Shapes: (B, 3, H, W), (B, 15, H, W) and (B, H, W) to (B, 3, H, W).
    """
    gain, offset, fine, broad, fill = change.chunk(KINDS, 1)
    small, large, wide = (torch.from_numpy(bell).to(picture) for bell in bells())
    little, more = _blurred(picture, small), _blurred(picture, large)
    about = (1 - laid(matte) + THIN)[:, None]
    filled = _blurred(picture * about, wide) / _blurred(about, wide)
    return picture * gain + offset + fine * (picture - little) + broad * (little - more) + fill * (filled - picture)


def _blurred(picture: Tensor, bell: Tensor) -> Tensor:
    planes, reach = picture.shape[1], len(bell) // 2
    padded = nn.pad(picture, (reach, reach, reach, reach), mode="reflect")
    across = nn.conv2d(padded, bell.expand(planes, 1, 1, -1).contiguous(), groups=planes)
    return nn.conv2d(across, bell[:, None].expand(planes, 1, -1, 1).contiguous(), groups=planes)


def _away(error: Tensor, wanted: Tensor, matte: Tensor) -> Tensor:
    """L1 of an error and of its gradient, which keeps edges and detail.

    What is to change and what is to stay weigh alike, however little of each there is: of a speck the
    matte is mostly what surrounds it, and to leave all as it is would do; of a large thing only an edge
    stays, and a halo would.
    """
    changes = (wanted.abs().amax(1, keepdim=True) / _CHANGES).clamp(0, 1)
    total = error.sum() * 0
    for weight in (changes * (matte[:, None] + 0.02), (1 - changes) * (matte[:, None] + 0.1)):
        down, right = error.diff(dim=2).abs() * weight[:, :, 1:], error.diff(dim=3).abs() * weight[..., 1:]
        whole = error.shape[1] * (weight.sum() + 1e-3 * weight.numel())
        total = total + ((error.abs() * weight).sum() + down.sum() + right.sum()) / whole
    return total


def laid(matte: Tensor) -> Tensor:
    """How much of a change is laid in: as :func:`~manyhands.kit.taught.lessons.laid`."""
    return ((matte - LEFT) / (WHOLE - LEFT)).clamp(0, 1)


def _rate(lesson: Lesson, step: int) -> float:
    warm = min(1.0, (step + 1) / max(1, min(50, lesson.steps // 10)))
    return lesson.rate * warm * max(0.5 * (1 + math.cos(math.pi * step / lesson.steps)), 0.005)


def _pictures(planes: np.ndarray, device: torch.device) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(planes)).permute(0, 3, 1, 2).to(device)


def _to(value: np.ndarray, device: torch.device) -> Tensor:
    tensor = torch.from_numpy(np.array(value)).to(device)
    return tensor.contiguous(memory_format=torch.channels_last) if tensor.ndim == 4 else tensor


def _from(value: Tensor) -> np.ndarray:
    return np.ascontiguousarray(value.detach().cpu().contiguous().numpy())


@cache
def _device() -> torch.device:
    if torch.cuda.is_available():
        torch.backends.cudnn.deterministic = True
        torch.backends.cudnn.benchmark = False
        return torch.device("cuda")
    return torch.device("cpu")


@cache
def _has_bf16(device: torch.device) -> bool:
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported()
    from torch.backends import cpu

    return bool(getattr(cpu, "get_cpu_capability", lambda: "")() in ("AVX512", "AMX")) and _flag_bf16()


def _flag_bf16() -> bool:
    check = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(check and check())


def _short_floats(device: torch.device) -> Any:
    return torch.autocast(device.type, torch.bfloat16, enabled=_has_bf16(device))


@contextmanager
def one_thread() -> Iterator[None]:
    """Learn and draw on one thread within: several models are taught side by side, and on any number of cores the
    sums are added in one order."""
    before, _most[0] = _most[0], 1
    try:
        yield
    finally:
        _most[0] = before


_most = [8]


def _useful_threads(side_px: int) -> int:
    """All cores for pictures of some size: on small ones threads wait for each other more than they work."""
    return min(_cores(), _most[0]) if side_px >= 128 else 1


def _cores() -> int:
    """The cores that this process may use, which in a container are not all that the machine has."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


@contextmanager
def _threads(number: int) -> Iterator[None]:
    """A worker has one thread; while it learns nothing else runs."""
    before = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        yield
    finally:
        torch.set_num_threads(before)
