"""The edge to torch: how noisy held latents are after a step, by the schedulers' own definitions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from manyhands.openweight import pipes
from manyhands.openweight.families import FAMILIES
from manyhands.openweight.presets import Machine, below, chosen, is_out_of_memory, need
from tests.openweights import quiet


def flow() -> Any:
    import diffusers

    return diffusers.UniPCMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0)


@pytest.mark.parametrize("at", [0, 3, 6])
def test_held_latents_of_a_flow_are_as_noisy_as_its_next_time_says(at: int) -> None:
    """In a flow a time is the share of noise in thousandths (Lipman et al. 2023)."""
    quiet()
    import torch

    scheduler = flow()
    scheduler.set_timesteps(8)
    clean, noise = torch.full((1, 1, 2, 2, 2), 3.0), torch.full((1, 1, 2, 2, 2), -1.0)
    found = pipes._noisy(scheduler, clean, noise, scheduler.timesteps[at])
    share = float(scheduler.timesteps[at + 1]) / 1000
    assert 0.05 < share < 1
    np.testing.assert_allclose(found.numpy(), 3.0 * (1 - share) - 1.0 * share, atol=4.1e-3)  # times are whole


def test_held_latents_of_a_diffusion_are_as_noisy_as_its_next_time_says() -> None:
    """sqrt(a) x + sqrt(1 - a) e with the running product a (Ho et al. 2020)."""
    quiet()
    import diffusers
    import torch

    scheduler = diffusers.CogVideoXDDIMScheduler()
    scheduler.set_timesteps(8)
    clean, noise = torch.full((1, 1, 2, 2, 2), 3.0), torch.full((1, 1, 2, 2, 2), -1.0)
    found = pipes._noisy(scheduler, clean, noise, scheduler.timesteps[2])
    a = float(scheduler.alphas_cumprod[int(scheduler.timesteps[3])])
    np.testing.assert_allclose(found.numpy(), 3.0 * a**0.5 - (1 - a) ** 0.5, atol=1e-4)


def test_after_the_last_step_held_latents_are_clean() -> None:
    quiet()
    import torch

    scheduler = flow()
    scheduler.set_timesteps(8)
    clean = torch.full((1, 1, 2, 2, 2), 3.0)
    assert torch.equal(pipes._noisy(scheduler, clean, -clean, scheduler.timesteps[-1]), clean)


GB = 10**9


WINDOW: dict[str, Any] = {"pixels": 832 * 480, "frames": 81, "stored": 2, "tiled": False}


@pytest.mark.parametrize(
    ("machine", "expected"),
    [
        (Machine("cuda", 80 * GB, 100 * GB), "whole"),
        (Machine("cuda", 40 * GB, 100 * GB), "parts"),
        (Machine("cuda", 24 * GB, 100 * GB), "layers"),
        (Machine("cuda", 40 * GB, 30 * GB), "layers"),
        (Machine("cpu", 100 * GB, 100 * GB), "whole"),
        (Machine("cpu", 10 * GB, 10 * GB), "disk"),
    ],
)
def test_the_place_follows_from_what_the_machine_has(machine: Machine, expected: str) -> None:
    """Weights in 16 bits, as a model of 14 thousand million numbers has beside its text encoder."""
    large = need({"transformer": 28 * GB, "text_encoder": 11 * GB}, coding=(20_000, 48), precision="bfloat16", **WINDOW)
    assert chosen("auto", machine, large) == expected


@pytest.mark.parametrize(
    ("family", "parts", "precision", "tiled", "peak"),
    [
        ("wan", {"transformer": 2.84, "text_encoder": 0.77, "vae": 0.51}, "bfloat16", False, 13.66),
        ("wan", {"transformer": 2.84, "text_encoder": 0.77, "vae": 0.51}, "bfloat16", True, 6.27),
        ("wan-vace", {"transformer": 4.31, "text_encoder": 0.77, "vae": 0.51}, "bfloat16", False, 14.34),
        ("ltx", {"transformer": 3.85, "text_encoder": 0.77, "vae": 0.84}, "bfloat16", False, 8.83),
        (
            "ltx2",
            {"transformer": 2.9, "vae": 2.44, "connectors": 1.5, "text_encoder": 0.9, "sound": 0.34},
            "bfloat16",
            False,
            14.97,
        ),
    ],
)
def test_what_a_window_needs_is_near_what_was_measured(
    family: str, parts: dict[str, float], precision: Any, tiled: bool, peak: float
) -> None:
    """Peaks on an H200 of models of true size, 832x480, 81 frames (benchmarks/openweight.py), in GB."""
    sizes = {name: round(size * GB) for name, size in parts.items()}
    coding = FAMILIES[family].coding_bytes
    found = need(sizes, coding=coding, precision=precision, **{**WINDOW, "tiled": tiled})
    assert (found.whole + found.coding) / GB == pytest.approx(peak, rel=0.06)
    assert chosen("auto", Machine("cuda", round(1.07 * peak * GB), 64 * GB), found) == "whole"
    assert chosen("auto", Machine("cuda", round(0.93 * peak * GB), 64 * GB), found) == "parts"


def test_fewer_bits_and_tiles_need_less() -> None:
    large = {"transformer": 28 * GB}
    plain = need(large, coding=(20_000, 48), precision="bfloat16", **WINDOW)
    assert need(large, coding=(20_000, 48), precision="float8", **WINDOW).whole == plain.whole / 2
    assert need(large, coding=(20_000, 48), precision="bfloat16", **{**WINDOW, "tiled": True}).coding < plain.coding / 2


def test_every_ladder_ends() -> None:
    assert [below("whole", "cuda"), below("parts", "cuda"), below("layers", "cuda")] == ["parts", "layers", None]
    assert [below("whole", "cpu"), below("disk", "cpu")] == ["disk", None]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoryError(), True),
        (RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"), True),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 bytes"), True),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_what_says_that_memory_is_short(error: Exception, expected: bool) -> None:
    assert is_out_of_memory(error) is expected
